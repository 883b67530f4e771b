"""Health as a machine asks for it, and the checks as a reader sees them."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publish.health import health
from publish.site import site
from tests.publish.site_corpus import EVIL, Made, Site

NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)


@pytest.fixture
def copied(made: Made, tmp_path: Path) -> Path:
    """A copy of the hostile corpus that may be written to."""
    path = tmp_path / "corpus.db"
    source = sqlite3.connect(f"{made.path.as_uri()}?mode=ro", uri=True)
    source.execute("vacuum into ?", (str(path),))
    source.close()
    return path


@pytest.fixture
def asked(copied: Path) -> Iterator[Site]:
    with site(copied) as datasette:
        one = Site(datasette)
        yield one
        one.close()


def run(path: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(sql, values)
    connection.close()


def updated(path: Path, at: datetime, outcome: str = "finished") -> None:
    run(
        path,
        "insert into updates (started_at, finished_at, outcome, exit_code) values (?, ?, ?, 0)",
        f"{at:%Y-%m-%dT%H:%M:%SZ}",
        f"{at:%Y-%m-%dT%H:%M:%SZ}",
        outcome,
    )


def fails(path: Path, message: str = "3 documents") -> None:
    run(
        path,
        "insert into monitors (monitor, source, name, state, message, since, checked_at) values "
        "('folder-x/documents', 'folder-x', 'min_documents', 'failing', ?, '2026-06-01', "
        "'2026-06-02')",
        message,
    )


def told(path: Path, at: datetime = NOW) -> dict[str, Any]:
    connection = sqlite3.connect(path)
    try:
        return health(connection, at)
    finally:
        connection.close()


def test_a_corpus_that_nobody_updates_is_well(asked: Site) -> None:
    answer = asked.get("/-/health")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": "open", "last_update": None, "failing": []}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("ago", "well"),
    [(timedelta(hours=20), True), (timedelta(days=4), False), (timedelta(days=-2), False)],
)
def test_an_update_that_is_overdue_is_not_well(copied: Path, ago: timedelta, well: bool) -> None:
    updated(copied, NOW - ago)
    found = told(copied)
    assert found["ok"] is well and found["last_update"]["overdue"] is not well


def test_a_failing_check_is_503_and_the_database_alone_is_200(copied: Path, asked: Site) -> None:
    updated(copied, datetime.now(UTC))
    assert asked.get("/-/health").status_code == 200
    fails(copied)
    answer = asked.get("/-/health")
    assert answer.status_code == 503
    assert answer.json()["failing"][0]["monitor"] == "folder-x/documents"
    only = asked.get("/-/health?only=database")
    assert (only.status_code, only.json()) == (200, {"ok": True, "database": "open"})


def test_a_database_that_does_not_answer_is_503(copied: Path, asked: Site) -> None:
    copied.write_bytes(b"SQLite format 3\0" + b"\xaa" * copied.stat().st_size)
    for address in ("/-/health", "/-/health?only=database"):
        answer = asked.get(address)
        assert answer.status_code == 503 and answer.json()["ok"] is False
        assert answer.json()["database"] != "open"


def test_a_copy_without_these_tables_is_well(copied: Path) -> None:
    for table in ("updates", "monitors"):
        run(copied, f"drop table {table}")
    assert told(copied)["ok"]
    with site(copied) as datasette:
        one = Site(datasette)
        assert one.get("/coverage").status_code == 200
        one.close()


def test_the_checks_stand_on_the_coverage_page(copied: Path, asked: Site) -> None:
    assert "What is checked" not in asked.get("/coverage").text
    fails(copied, EVIL)
    page = asked.get("/coverage").text
    assert "What is checked after each run" in page and "<td>Fails</td>" in page
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page
