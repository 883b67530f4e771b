"""Commands on links: `corpus links propose`, `list`, `review`, `decide`, `export`."""

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from corpus.cells import defused
from corpus.command import Command, json_option, pass_command, say
from corpus.errors import CorpusError

_LINKS = """
    select l.*, d.title, d.kind as document_kind, d.published_on,
           coalesce(e.name, s.title) as second_title, s.kind as second_kind,
           s.published_on as second_on
    from links l join documents d on d.document = l.first
    left join documents s on s.document = l.second left join entities e on e.entity = l.second
    where (:decision is null or l.decision = :decision) and (:council is null or
      l.council = :council or d.council = :council) and coalesce(l.score, 1) >= :least
      and (:named is null or l.link = :named or l.first = :named or l.second = :named)
    order by l.score desc, l.link limit :limit"""
by_option = click.option("--by", required=True, help="Who decides.")
why_option = click.option("--why", default="", help="Why, in a sentence.")


class NoSuchThing(CorpusError):
    """Neither a document nor a supplier or product of the corpus."""


@click.command()
@click.option("--weights", is_flag=True, help="Say what each sign weighs.")
@json_option
@pass_command
def propose(command: Command, weights: bool, as_json: bool) -> None:
    """Propose links anew where documents, names or decisions changed; `corpus build` does the same.

    Also reads suppliers from notices, joins their names, and draws the timelines of systems.

    \b
    Example:
      corpus links propose
    """
    from models.links.run_links import link, weights_in_words, weights_now
    from models.links.run_systems import draw

    study = command.study()
    with command.write() as store:
        done = link(store, study)
        drawn = draw(store, study)
        told = weights_in_words(weights_now(store, study)) if weights else []
    say(
        asdict(done) | asdict(drawn) | ({"weights": told} if weights else {}),
        as_json=as_json,
        lines=[*links_told(done, drawn), *told, "Next: `corpus links review --by NAME`."],
    )


def links_told(done: Any, drawn: Any) -> list[str]:
    """Return what a run did, as lines."""
    waiting = f" {done.waiting:,} decisions are on what is not here." if done.waiting else ""
    return [
        f"Links: {done.proposed:,} proposed, {done.accepted:,} accepted, {done.refused:,} refused; "
        f"{done.compared:,} of {done.councils:,} councils compared anew.{waiting}",
        f"Systems: {drawn.systems:,} with a document that people accepted, {drawn.only_proposed:,} "
        "only proposed.",
    ]


@click.command("list")
@click.option("--decision", type=click.Choice(["proposed", "accepted", "refused"]))
@click.option("--council", help="Code of a council.")
@click.option("--of", "named", help="A link, document, supplier or product.")
@click.option("--min-score", "least", type=click.FloatRange(0, 1), default=0.0, help="Least score.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@json_option
@pass_command
def list_(command: Command, /, as_json: bool, **asked: Any) -> None:
    """List links with their reasons, the strongest first.

    \b
    Examples:
      corpus links list --decision proposed --min-score 0.7
      corpus links list --of p_xantura --json
    """
    with command.read() as store:
        rows = [shown(row) for row in store.rows(_LINKS, asked)]
    lines = [line for row in rows for line in in_words(row)]
    say(rows, as_json=as_json, lines=lines or ["No such link. `corpus links propose` makes some."])


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a link with its reasons as a list."""
    return row | {key: json.loads(row[key] or "null") for key in ("reasons", "features")}


def in_words(row: dict[str, Any]) -> list[str]:
    """Return a link as lines: what is linked, how surely, and why."""
    score = "by hand" if row["score"] is None else f"{row['score']:.2f}"
    dates = [f" ({on})" if on else "" for on in (row["published_on"], row["second_on"])]
    decided = f", by {row['by']}" if row["by"] else ""
    second = f"{row['second_kind'] or 'product'}: {row['second_title']}"
    return [
        f"{row['link']}  {score}  {row['decision']}{decided}  {row['council']}",
        f"    {row['document_kind']}: {row['title']}{dates[0]}  [{row['first']}]",
        f"    {second}{dates[1]}  [{row['second']}]",
        *(f"      {r['value']:+.2f} {r['words']}" for r in row["reasons"] or ()),
    ]


@click.command()
@click.argument("first")
@click.argument("second", required=False)
@click.option("--accept", "decision", flag_value="accepted", help="They belong together.")
@click.option("--refuse", "decision", flag_value="refused", help="They do not.")
@click.option("--undo", "decision", flag_value="proposed", help="Take the decision back.")
@by_option
@why_option
@pass_command
def decide(
    command: Command, first: str, second: str | None, decision: str | None, by: str, why: str
) -> None:
    """Accept or refuse a link: by its id, or by the two things it joins, proposed or not.

    The decision is appended to links.csv in the study; `corpus build` takes it from there.

    \b
    Examples:
      corpus links decide link-3f2a0c9d1e5b7788 --accept --by anna
      corpus links decide ken-modgov-s12345 p_xantura --refuse --by anna --why "A street name."
    """
    from corpus.store import now
    from models.links.decisions import Decision, add_decision

    if not decision:
        raise click.UsageError("Say one of --accept, --refuse, --undo.")
    study = command.study()
    with command.read() as store:
        one, other = _two(store, first, second)
    add_decision(study.folder, Decision(one, other, decision, by, now(), why))
    click.echo(f"{decision}: {one} and {other}. Next: `corpus build` or `corpus links propose`.")


def _two(store: Any, first: str, second: str | None) -> tuple[str, str]:
    """Return the two things of a link, the document first."""
    if second is None:
        rows = store.rows("select first, second from links where link = ?", (first,))
        if not rows:
            raise NoSuchThing(f"There is no link `{first}`; `corpus links list` shows their ids.")
        return rows[0]["first"], rows[0]["second"]
    told = [_kind(store, name) for name in (first, second)]
    if "document" not in told:
        raise NoSuchThing("One of the two must be a document.")
    return (first, second) if told[0] == "document" else (second, first)


def _kind(store: Any, name: str) -> str:
    if store.value("select 1 from documents where document = ?", (name,)):
        return "document"
    sql = "select 1 from entities, json_each(atoms) where value = ?"
    if store.value(sql, (name,)):
        return "entity"
    raise NoSuchThing(
        f"`{name}` is no document, supplier or product here; `corpus search` and "
        "`corpus entities list` show ids."
    )


@click.command()
@by_option
@click.option("--council", help="Code of a council.")
@click.option("--min-score", "least", type=click.FloatRange(0, 1), default=0.0, help="Least score.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@pass_command
def review(command: Command, by: str, council: str | None, least: float, limit: int) -> None:
    """Go through the proposals, the strongest first: a accepts, r refuses, s skips, q ends.

    Each decision is appended to links.csv in the study at once.

    \b
    Example:
      corpus links review --by anna --council KEN
    """
    from corpus.store import now
    from models.links.decisions import Decision, add_decision, load_decisions
    from models.links.propose import link_id

    folder = command.study().folder
    asked = {"decision": "proposed", "council": council, "least": least, "named": None}
    with command.read() as store:
        rows = [shown(row) for row in store.rows(_LINKS, asked | {"limit": -1})]
    known = {link_id(d.first, d.second) for d in load_decisions(folder)}
    taken = 0
    for row in [row for row in rows if row["link"] not in known][:limit]:
        click.echo("\n".join(in_words(row)))
        said = click.prompt("accept, refuse, skip, quit", type=click.Choice(list("arsq")))
        if said == "q":
            break
        if said in "ar":
            decision = "accepted" if said == "a" else "refused"
            add_decision(folder, Decision(row["first"], row["second"], decision, by, now()))
            taken += 1
    click.echo(f"{taken} decided. Next: `corpus build` or `corpus links propose`.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--proposed", is_flag=True, help="With the systems that nobody reviewed yet.")
@json_option
@pass_command
def export(command: Command, folder: Path, proposed: bool, as_json: bool) -> None:
    """Write systems, their steps, links and shared wording as CSV, the network as GraphML.

    Coverage by council stands beside them: a council without a system may be one that nobody
    looked at. What is there under these names is replaced.

    \b
    Example:
      corpus links export systems/
    """
    from corpus.network import SYSTEMS, coverage, graphml, listed, rows

    folder.mkdir(parents=True, exist_ok=True)
    with command.read() as store:
        connection = store.db.conn
        told = {
            "systems": listed(rows(connection, SYSTEMS, proposed=proposed)),
            "steps": rows(connection, _STEPS, proposed=proposed),
            "links": rows(connection, _DECIDED, proposed=proposed),
            "wordings": rows(connection, "select * from system_wordings order by 1, 2, 3, 4"),
            "coverage": coverage(connection),
        }
        (folder / "network.graphml").write_bytes(graphml(connection, proposed=proposed))
    for name, held in told.items():
        (folder / f"{name}.csv").write_text(_csv(held), encoding="utf-8", newline="")
    counts = {name: len(held) for name, held in told.items()}
    lines = [f"{count:>7,}  {folder / name}.csv" for name, count in counts.items()]
    say(counts, as_json=as_json, lines=[*lines, f"         {folder / 'network.graphml'}"])


_STEPS = """select t.* from system_steps t join systems s using (system)
    where t.decision = 'accepted' or :proposed order by t.system, t."on", t.document"""
_DECIDED = """select link, first, second, kind, council, score, decision, "by", at, why, reasons
    from links where decision != 'proposed' or :proposed order by link"""


def _csv(rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV whose cells no spreadsheet runs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0] if rows else ("nothing",))
    writer.writerows([defused(cell) for cell in row.values()] for row in rows)
    return out.getvalue()
