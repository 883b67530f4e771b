"""Commands on suppliers and products: `corpus entities list`, `show`, `alike`, `same`, `apart`."""

import json
from typing import Any

import click

from corpus.command import Command, json_option, pass_command, say
from corpus.errors import CorpusError

by_option = click.option("--by", required=True, help="Who judges.")
why_option = click.option("--why", required=True, help="Why, in a sentence.")


class NoSuchEntity(CorpusError):
    """No supplier or product has this id."""


@click.group()
def entities() -> None:
    """Suppliers and products: which names are one, why, and how to undo it.

    \b
    Examples:
      corpus entities show p_xantura
      corpus entities alike
      corpus entities same gb-coh-01234567 name-acme --by anna --why "Its old name."
      corpus entities apart p_acme name-acme-travel --by anna --why "A bus firm."
    """


@entities.command("list")
@click.option("--kind", type=click.Choice(["supplier", "product"]), help="Only these.")
@json_option
@pass_command
def list_(command: Command, kind: str | None, as_json: bool) -> None:
    """List suppliers and products with their numbers of names and notices."""
    with command.read() as store:
        rows = store.rows(
            "select e.entity, e.kind, e.name, e.code, e.supplier, e.how, e.notices, "
            "count(n.name) as names from entities e left join entity_names n using (entity) "
            "where ?1 is null or e.kind = ?1 group by e.entity order by e.notices desc, e.entity",
            (kind,),
        )
    say(
        rows,
        as_json=as_json,
        lines=[
            f"{row['entity']}  {row['kind']}  {row['name']}  ({row['names']} names, "
            f"{row['notices']} notices, from {row['how']})"
            for row in rows
        ]
        or ["None yet. `corpus build` finds them."],
    )


@entities.command()
@click.argument("entity")
@json_option
@pass_command
def show(command: Command, entity: str, as_json: bool) -> None:
    """Show a supplier or product: every name and number, and why it is taken for its."""
    with command.read() as store:
        found = _held(store, entity)
        names = store.rows(
            "select kind, name, how, notices from entity_names where entity = ? "
            "order by kind desc, notices desc, name",
            (found["entity"],),
        )
    lines = [
        f"{found['entity']}: {found['name']} ({found['kind']}, from {found['how']})",
        f"also known as {', '.join(found['atoms'][1:]) or 'nothing else'}",
    ]
    lines += [f"  {n['kind']:6} {n['name']}: {n['how']}" for n in names]
    say(found | {"names": names}, as_json=as_json, lines=lines)


def _held(store: Any, entity: str) -> dict[str, Any]:
    """Return an entity by its own id, or one it was joined under."""
    rows = store.rows(
        "select e.* from entities e, json_each(e.atoms) a where a.value = ? limit 1", (entity,)
    )
    if not rows:
        raise NoSuchEntity(
            f"`{entity}` is no supplier or product here; `corpus entities list` shows ids."
        )
    held: dict[str, Any] = rows[0] | {"atoms": json.loads(rows[0]["atoms"])}
    return held


@entities.command()
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@json_option
@pass_command
def alike(command: Command, limit: int, as_json: bool) -> None:
    """List pairs with names alike that nobody judged: ask yourself, then say `same` or `apart`."""
    from dataclasses import asdict

    from models.links.alike import alike as pairs
    from models.links.judged import load_judged
    from models.links.run_entities import held_entities

    judged = load_judged(command.study().folder)
    apart = [frozenset(one.entities) for one in judged.judgements if not one.same]
    with command.read() as store:
        found = pairs(held_entities(store), apart)[:limit]
    say(
        [asdict(pair) for pair in found],
        as_json=as_json,
        lines=[f"{pair.score:.2f}  {pair.first}  {pair.second}  {pair.why}" for pair in found]
        or ["No two names are so alike."],
    )


def _judge(command: Command, same: bool, given: tuple[str, ...], why: str, by: str) -> None:
    from corpus.store import now
    from models.links.judged import Judgement, add_judgement

    study = command.study()
    with command.read() as store:
        for entity in given:
            _held(store, entity)
    add_judgement(study.folder, Judgement(same, given, why, by, now()[:10]))
    word = "the same" if same else "apart"
    click.echo(f"{' and '.join(given)}: {word}. Next: `corpus build` or `corpus links propose`.")


@entities.command()
@click.argument("given", metavar="ENTITY...", nargs=-1, required=True)
@by_option
@why_option
@pass_command
def same(command: Command, given: tuple[str, ...], why: str, by: str) -> None:
    """Say that two or more are one: appended to entities.yaml, where taking it out undoes it."""
    if len(set(given)) < 2:
        raise click.UsageError("Name two different entities at least.")
    _judge(command, True, given, why, by)


@entities.command()
@click.argument("one")
@click.argument("other")
@by_option
@why_option
@pass_command
def apart(command: Command, one: str, other: str, why: str, by: str) -> None:
    """Say that two are not one: undoes a merge, whatever it was made for.

    Name the two by the ids that `corpus entities show` gives under "also known as".
    """
    _judge(command, False, (one, other), why, by)
