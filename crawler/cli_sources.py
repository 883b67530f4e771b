"""`corpus sources`: what each source is, how it fares, and a letter to a site that refuses."""

from dataclasses import asdict
from datetime import date
from textwrap import dedent, fill
from typing import TYPE_CHECKING, Any

import click

from corpus.command import Command, Exit, json_option, pass_command, say
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from crawler.probe import Probed


@click.group(invoke_without_command=True)
@click.pass_context
def sources(ctx: click.Context) -> None:
    """Say what each source is and how it fares; check it; write to a site that refuses.

    \b
    Examples:
      corpus sources
      corpus sources card modgov
      corpus sources check modgov --council KEN
      corpus sources letter KEN
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@sources.command("list")
@json_option
@pass_command
def list_(command: Command, as_json: bool = False) -> None:
    """List the study's sources, a line each.

    \b
    Example:
      corpus sources list --json
    """
    cards = _cards(command)
    lines = [
        f"{one['source']:<26}{one['kind']:<9}{one['spider'] or 'no spider yet':<20}"
        f"{one['documents']:>9,} documents  {_last(one)}"
        for one in cards
    ]
    say(cards, as_json=as_json, lines=lines)


@sources.command("card")
@click.argument("source")
@json_option
@pass_command
def card_(command: Command, source: str, as_json: bool) -> None:
    """Say all that is known of one source: manners, caveats, figures.

    \b
    Example:
      corpus sources card contracts-finder
    """
    cards = {one["source"]: one for one in _cards(command)}
    if source not in cards:
        raise CorpusError(f"The study has no source `{source}` (it has {', '.join(cards)}).")
    say(cards[source], as_json=as_json, lines=_card_lines(cards[source]))


@sources.command("check")
@click.argument("source", required=False)
@click.option("--council", "councils", multiple=True, help="Only this council, such as KEN.")
@json_option
@pass_command
def check(command: Command, source: str | None, councils: tuple[str, ...], as_json: bool) -> None:
    """Ask each source, or one, whether it answers, is what the study says, and how new it is.

    One to three requests for each council, after its robots.txt and at the study's pace; nothing is
    collected. What was found is kept in the table `source_checks`.

    \b
    Examples:
      corpus sources check contracts-finder
      corpus sources check --council KEN --json
    """
    import os

    from corpus.study import keep_study
    from crawler.keep import keep_checks
    from crawler.months import Window
    from crawler.plan import plan
    from crawler.probe import probe
    from crawler.settings import RESOLVER_VARIABLE

    study, today = command.study(), date.today()
    planned = plan(study, [source] if source else [], councils, Window.of(today, today, today))
    with command.write() as store:
        keep_study(store, study)
        found = probe(study, planned, os.environ.get(RESOLVER_VARIABLE))
        told = [asdict(one) for one in found]
        keep_checks(store, told)
    lines = [_probed_line(one) for one in found]
    say(told, as_json=as_json, lines=lines or ["Nothing to check."])
    if not all(one.recognised for one in found):
        click.get_current_context().exit(Exit.CHECK_FAILED)


def _probed_line(one: "Probed") -> str:
    verdict = "recognised" if one.recognised else one.outcome
    told = f"newest {one.newest}" if one.newest else one.message
    return f"{one.source:<26}{one.council or '-':<5}{verdict:<16}{told or ''}"


@sources.command("letter")
@click.argument("council")
@pass_command
def letter(command: Command, council: str) -> None:
    """Draft a polite request to a council whose site has refused us.

    It names the day, the rule and the address. Read it, put your name to it, send it; nothing is
    sent from here.

    \b
    Example:
      corpus sources letter KEN
    """
    from crawler.health import refusal
    from crawler.settings import contact, user_agent

    study = command.study()
    if council not in study.councils:
        raise CorpusError(f"No council has the code `{council}`.")
    with command.read() as store:
        refused = refusal(store, council)
    if refused is None:
        raise CorpusError(f"No refusal of {study.councils[council].name} is recorded.")
    agent = user_agent(contact(study))
    click.echo(_letter(study.councils[council].official_name, refused, agent))


def _cards(command: Command) -> list[dict[str, Any]]:
    from crawler.health import card

    study = command.study()
    if not command.path.is_file():  # a study can be looked at before anything was collected
        return [card(None, study, source) for source in study.sources.values()]
    with command.read() as store:
        return [card(store, study, source) for source in study.sources.values()]


def _last(card: dict[str, Any]) -> str:
    last = card["last_crawl"]
    if last is None:
        return "never crawled"
    return f"last crawl {last['started_at'][:10]}: {last['outcome']}"


def _card_lines(card: dict[str, Any]) -> list[str]:
    lines = [
        f"{card['title']} ({card['source']})",
        f"  {card['publisher']}",
        f"  {card['url']}",
        f"  Licence    {card['licence']}",
        f"  Spider     {card['spider'] or 'none yet'}",
        f"  Pause      {card['pause_seconds']:g} s between two requests to a host",
        f"  Look-back  {card['window_days']:g} days",
        f"  Documents  {card['documents']:,}; {_last(card)}",
    ]
    if card["kind"] == "papers":
        lines.append(f"  Councils   {card['councils']} ({card['councils_with_url']} with address)")
    for state, months in card["months_by_state"].items():
        lines.append(f"  {months:>8,} months {state}")
    lines += ["", *_told("Covers", card["coverage"]), *_told("Pause", card["pause_why"])]
    lines += _told("Look-back", card["window_why"])
    return [*lines, *(line for caveat in card["caveats"] for line in _told("Mind", caveat))]


def _told(name: str, text: str) -> list[str]:
    return fill(f"{name}: {' '.join(text.split())}", 96, subsequent_indent="  ").splitlines()


def _letter(council: str, refused: dict[str, Any], agent: str) -> str:
    what = {
        "robots-refused": "your robots.txt does not allow our crawler to read",
        "blocked": "your site refused",
    }[refused["outcome"]]
    rule = refused["reason"] or (f"HTTP {refused['status']}" if refused["status"] else "")
    return dedent(
        f"""\
        To: {council}, democratic services / web team
        Subject: Reading your published committee papers for research

        Dear colleagues,

        we study how local authorities use data analytics in public services. To do so we
        read the committee papers that councils publish. On {refused["fetched_at"][:10]} {what}
        this address:

            {refused["url"]}
            ({rule})

        We have stopped there, and recorded your council as one whose papers we could not read.
        May we ask you to allow it? Our crawler

          - names itself and a contact: {agent}
          - obeys robots.txt, keeps one connection and a pause of seconds between requests,
          - asks for public documents only, each once, and never for restricted ones,
          - works around nothing: if you say no, it stays no.

        These two lines in robots.txt would be enough:

            User-agent: CouncilCorpus
            Allow: /

        If another way suits you better (an export, a quieter hour, a longer pause), we will
        gladly use it. {date.today():%-d %B %Y}

        With thanks and kind regards,
        """
    )
