"""Commands that only read: `corpus status`, `corpus coverage`, `corpus search`."""

from typing import Any

import click

from corpus.command import Command, json_option, pass_command, say

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
GROUPS = {
    "files_by_outcome": "select coalesce(outcome, 'not-extracted'), count(*) from files group by 1",
    "pages_by_outcome": "select outcome, count(*) from pages group by 1",
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
    """Say what the corpus holds, with its denominators.

    \b
    Example:
      corpus status --json
    """
    with command.read() as store:
        answer = figures(store)
    say(answer, as_json=as_json, lines=_status_lines(answer))


def _status_lines(answer: dict[str, Any]) -> list[str]:
    lines = [f"{name.replace('_', ' '):<18}{answer[name]:>10,}" for name in COUNTS]
    for name in GROUPS:
        lines += ["", name.replace("_", " ")]
        lines += [f"  {key or '-':<18}{count:>8,}" for key, count in answer[name].items()]
    waiting = answer["pages_by_outcome"].get("ocr-queued", 0)
    if waiting:
        lines += ["", f"{waiting:,} pages have no text layer: nothing is known of what they say."]
    return lines


@click.command()
@click.option("--source", help="Only this source.")
@click.option("--council", help="Only this council.")
@json_option
@pass_command
def coverage(command: Command, source: str | None, council: str | None, as_json: bool) -> None:
    """Say what was looked at, by source, council and month.

    A council or month that is missing here was not looked at; it is not a zero.

    \b
    Example:
      corpus coverage --council KEN
    """
    with command.read() as store:
        rows = store.rows(
            "select source, council, month, state, documents_seen, documents_read, "
            "documents_mentioning, unreadable, reason from coverage where source = "
            "coalesce(?, source) and coalesce(council, '') = coalesce(?, council, '') "
            "order by source, council, month",
            (source, council),
        )
    say(
        rows,
        as_json=as_json,
        lines=[
            f"{row['source']:<20} {row['council'] or '-':<5} {row['month']}  {row['state']:<15}"
            f"{row['documents_seen'] or 0:>6,} seen{row['documents_read'] or 0:>6,} read"
            f"{row['documents_mentioning'] or 0:>6,} mentioning  {row['reason'] or ''}"
            for row in rows
        ]
        or ["Nothing was looked at yet. Start with `corpus crawl`."],
    )


@click.command()
@click.argument("query")
@click.option("--council", help="Only papers of this council.")
@click.option("--year", help="Only papers of this year.")
@click.option("--kind", help="Only papers of this kind, such as report.")
@click.option("--code", help="Only pages with a counted mention of this code.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
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
    as_json: bool,
) -> None:
    """Search the pages: words, "quoted phrases", OR, -without, begin*.

    \b
    Examples:
      corpus search "risk score"
      corpus search '"rent arrears" OR homelessness' --council KEN --json
    """
    from corpus.search import search as find

    with command.read() as store:
        found = find(
            store.db.conn, query, council=council, year=year, kind=kind, code=code, limit=limit
        )
    rows = [hit.as_row() for hit in found.hits]
    say(
        rows,
        as_json=as_json,
        lines=[
            *(
                f"{row['title']}, page {row['page']} ({row['council'] or 'no council'}, "
                f"{row['date'] or 'undated'})\n    {row['snippet']}"
                for row in rows
            ),
            *([found.hint] if found.hint else []),
            f"{found.total:,} pages match; {found.scope.searchable:,} documents searched, "
            f"{found.scope.unreadable:,} could not be read.",
        ],
    )
