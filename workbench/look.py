"""Commands that only read: `corpus status`, `corpus coverage`, `corpus search`."""

import csv
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cells import defused
from corpus.command import Command, json_option, pass_command, say

if TYPE_CHECKING:
    from crawler.health import Complaint

COUNTS = {
    "documents": "select count(*) from documents",
    "files": "select count(*) from files",
    "pages": "select count(*) from pages",
    "mentions": "select count(*) from mentions",
    "mentions_counted": "select count(*) from mentions where counted = 1",
    "passages": "select count(*) from passages",
    "topics": "select count(*) from topics join topic_models m using (model) where m.chosen = 1",
    "failures": "select count(*) from failures",
}
MOST_COMPLAINTS = 20
"""So many lines of what needs a look; the rest is counted."""
LETTERS = {
    "searched": "S",
    "term-searched": "T",
    "none-published": "0",
    "blocked": "B",
    "robots-refused": "R",
    "unsupported": "U",
    "url-unknown": "?",
    "failed": "F",
    "not-looked": "-",
}
"""One letter for each state of the ledger; only S and 0 may be read as a number."""
LEDGER = (
    *("source", "council", "month", "state", "looked_at", "documents_seen", "documents_read"),
    *("documents_mentioning", "unreadable", "reason"),
)
GROUPS = {
    "files_by_outcome": "select coalesce(outcome, 'not-extracted'), count(*) from files group by 1",
    "files_by_quality": "select coalesce(quality, 'not-graded'), count(*) from files group by 1",
    "pages_by_outcome": "select outcome, count(*) from pages group by 1",
    "pages_by_quality": "select coalesce(quality, 'not-graded'), count(*) from pages group by 1",
    "documents_by_kind": "select kind, count(*) from documents group by 1",
    "coverage": "select state, count(*) from coverage group by 1",
}


def figures(store: Any) -> dict[str, Any]:
    """Return what a corpus holds, in numbers."""
    counts = {name: store.value(sql) for name, sql in COUNTS.items()}
    groups = {name: dict(store.db.execute(sql).fetchall()) for name, sql in GROUPS.items()}
    return counts | groups


@click.command()
@json_option
@pass_command
def status(command: Command, as_json: bool) -> None:
    """Say what the corpus holds, with its denominators, and which sources need a look.

    Wrong: its address moved or its pages are not recognised. Refused: by robots.txt or the site.
    Stale: not crawled for longer than papers come late. Quiet: nothing published for much longer
    than usual.

    \b
    Example:
      corpus status --json
    """
    from corpus.scope import scope
    from corpus.unread import waiting
    from crawler.health import complaints
    from extract.readers.tesseract import installed

    study = command.study()
    with command.read() as store:
        answer, searched = figures(store), scope(store.db.conn)
        scans = waiting(store, installed)
        found = complaints(store, study, date.today())
    told = answer | {
        "search": {"documents_searched": searched.searchable, "documents_aside": searched.aside},
        "ocr": asdict(scans),
        "complaints": [asdict(one) for one in found],
    }
    lines = [*_status_lines(answer), *(["", *scans.lines] if scans.pages else [])]
    lines += ["", searched.note] if searched.note else []
    say(told, as_json=as_json, lines=[*lines, *_complaint_lines(found)])


def _complaint_lines(found: list["Complaint"]) -> list[str]:
    if not found:
        return []
    more = len(found) - MOST_COMPLAINTS
    lines = ["", "sources that need a look", *(one.line for one in found[:MOST_COMPLAINTS])]
    return [*lines, f"and {more:,} more: `corpus status --json`"] if more > 0 else lines


def _status_lines(answer: dict[str, Any]) -> list[str]:
    lines = [f"{name.replace('_', ' '):<18}{answer[name]:>10,}" for name in COUNTS]
    for name in GROUPS:
        lines += ["", name.replace("_", " ")]
        lines += [f"  {key or '-':<18}{count:>8,}" for key, count in answer[name].items()]
    return lines


@click.command()
@click.option("--source", help="Only this source.")
@click.option("--council", help="Only this council.")
@click.option("--grid", is_flag=True, help="Print a letter for each month, a line for a council.")
@click.option(
    "--csv", "path", type=click.Path(path_type=Path), help="Write the ledger to this file."
)
@json_option
@pass_command
def coverage(
    command: Command,
    source: str | None,
    council: str | None,
    grid: bool,
    path: Path | None,
    as_json: bool,
) -> None:
    """Say what was looked at, by source, council and month.

    A council or month that is missing here was not looked at; it is not a zero.

    \b
    Examples:
      corpus coverage --council KEN
      corpus coverage --grid --source modgov
      corpus coverage --csv coverage.csv
    """
    with command.read() as store:
        rows = store.rows(
            "select source, council, month, state, looked_at, documents_seen, documents_read, "
            "documents_mentioning, unreadable, reason from coverage where source = "
            "coalesce(?, source) and coalesce(council, '') = coalesce(?, council, '') "
            "order by source, council, month",
            (source, council),
        )
    lines = _grid_lines(rows) if grid else [_coverage_line(row) for row in rows]
    if path is not None:
        _write_csv(path, rows)
        lines = [f"{len(rows):,} rows written to {path}."]
    nothing = ["Nothing was looked at yet. Start with `corpus crawl`."]
    say(rows, as_json=as_json, lines=lines or nothing)


def _coverage_line(row: dict[str, Any]) -> str:
    return (
        f"{row['source']:<20} {row['council'] or '-':<5} {row['month']}  {row['state']:<15}"
        f"{row['documents_seen'] or 0:>6,} seen{row['documents_read'] or 0:>6,} read"
        f"{row['documents_mentioning'] or 0:>6,} mentioning  {row['reason'] or ''}"
    )


def _grid_lines(rows: list[dict[str, Any]]) -> list[str]:
    """Return a line for each source and council, a letter for each month, a rule for the years."""
    if not rows:
        return []
    months = _months(min(row["month"] for row in rows), max(row["month"] for row in rows))
    states = {(row["source"], row["council"], row["month"]): row["state"] for row in rows}
    subjects = sorted({(row["source"], row["council"]) for row in rows})
    years = "".join(month[2:4] + " " * 10 if month.endswith("-01") else "" for month in months)
    before = next((n for n, month in enumerate(months) if month.endswith("-01")), 0)
    return [
        f"{'':<32}{' ' * before}{years}".rstrip(),
        *(
            f"{source:<26}{council or '-':<6}"
            + "".join(
                LETTERS.get(states.get((source, council, month), ""), ".") for month in months
            )
            for source, council in subjects
        ),
        "",
        *(f"{letter}  {state}" for state, letter in LETTERS.items()),
        ".  nobody has looked",
    ]


def _months(first: str, last: str) -> list[str]:
    """Return the months from first to last, as YYYY-MM."""
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(begin, end + 1)]


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, LEDGER, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: defused(value) for name, value in row.items()} for row in rows)


@click.command()
@click.argument("query")
@click.option("--council", help="Only papers of this council.")
@click.option("--year", help="Only papers of this year.")
@click.option("--kind", help="Only papers of this kind, such as report.")
@click.option("--code", help="Only pages with a counted mention of this code.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option(
    "--meaning/--exact",
    default=False,
    show_default="--exact",
    help="Rank by meaning as well as by word, or find the pages with all the words.",
)
@json_option
@pass_command
def search(
    command: Command,
    query: str,
    council: str | None,
    year: str | None,
    kind: str | None,
    code: str | None,
    limit: int,
    meaning: bool,
    as_json: bool,
) -> None:
    """Search the pages: words, "quoted phrases", OR, -without, begin*.

    By meaning, pages are ranked that have some of the words, or none but are like those that have;
    each says which of the words stand on it.

    \b
    Examples:
      corpus search "risk score"
      corpus search '"rent arrears" OR homelessness' --council KEN --json
      corpus search 'families who fall behind with the rent' --meaning
    """
    from corpus.retrieval.finding import find
    from corpus.retrieval.search import Filters

    with command.read() as store:
        found = find(
            store.db.conn,
            query,
            by="meaning" if meaning else "words",
            filters=Filters(council, year, kind, code),
            limit=limit,
        )
    rows = [hit.as_row() for hit in found.hits]
    say(
        rows,
        as_json=as_json,
        lines=[
            *(
                f"{row['title']}, page {row['page']} ({row['council'] or 'no council'}, "
                f"{row['date'] or 'undated'})\n    {row['snippet']}{_matched(row)}"
                for row in rows
            ),
            *([found.hint] if found.hint else []),
            f"{found.total:,} pages {'ranked' if found.by == 'meaning' else 'match'}; "
            f"{found.scope.searchable:,} documents searched, "
            f"{found.scope.unreadable:,} could not be read.",
            *([found.scope.note] if found.scope.note else []),
        ],
    )


def _matched(row: dict[str, Any]) -> str:
    """Say which words stand on a page that was found by meaning."""
    if "matched" not in row:
        return ""
    words = ", ".join(row["matched"])
    return f"\n    on it: {words}" if words else "\n    by meaning: none of your words stands here"
