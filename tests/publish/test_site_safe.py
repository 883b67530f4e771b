"""What a hostile paper, page or path could do to whoever opens the site."""

import csv
import io
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from corpus.cells import defused
from corpus.ids import mention_id, page_id
from corpus.store import reading, writing
from publish.database import rows
from publish.figures import front
from publish.plugins.hosts import is_ours
from publish.reach import census
from publish.site import site
from tests.publish.site_corpus import Site, make

FORMULA = '=HYPERLINK("https://example.org/?"&A1,"see")'


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (FORMULA, f"'{FORMULA}"),
        *((f"{start}1", f"'{start}1") for start in "=+-@\t\r"),
        ("a=1", "a=1"),
        ("", ""),
        (-5, -5),
        (-0.5, -0.5),
        (None, None),
    ],
)
def test_formula_is_defused(cell: Any, written: Any) -> None:
    assert defused(cell) == written and type(defused(cell)) is type(written)


def _cells(served: Site, path: str) -> list[list[str]]:
    answer = served.get(path)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text, newline="")))


def test_exported_query_holds_no_formula(served: Site) -> None:
    sql = "select+'%3D1%2B1'+as+a,-5+as+b,'-5'+as+c,char(13)||'x'+as+d,'a,\"b'+as+e,null+as+f"
    names, values = _cells(served, f"/corpus.csv?sql={sql}")
    assert names == list("abcdef")
    assert values == ["'=1+1", "-5", "'-5", "'\rx", 'a,"b', ""]


@pytest.mark.parametrize("options", ["", "?_stream=1", "?_labels=on", "?_dl=1&_size=max"])
def test_exported_table_holds_no_formula(tmp_path: Path, options: str) -> None:
    made = make(tmp_path / "corpus.db")
    with writing(made.path, "test") as store, store.db.atomic():
        store.db.execute("update documents set title = ?", (FORMULA,))
        store.db.execute("update councils set name = '@SUM(A1)'")
    with site(made.path) as datasette:
        asked = Site(datasette)
        written = _cells(asked, f"/corpus/documents.csv{options}")
        asked.close()
    cells = [cell for row in written for cell in row]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(("end", "status"), [("", 400), (".json", 400), (".csv", 200)])
def test_huge_value_is_refused_at_once(served: Site, end: str, status: int) -> None:
    started = time.monotonic()
    answer = served.get(f"/corpus{end}?sql=select+zeroblob(900000000)")
    assert answer.status_code == status and len(answer.content) < 100_000
    assert end == ".csv" or "too big" in answer.text  # Datasette's CSV of a wrong query is empty
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        *((b"127.0.0.1", True), (b"127.0.0.1:8001", True), (b"localhost:8001", True)),
        *((b"LocalHost", True), (b"[::1]:8001", True), (b"[::1]", True)),
        *((b"evil.example", False), (b"evil.example:8001", False), (b"", False)),
        *((b"127.0.0.1.evil.example", False), (b"localhost:80@evil.example", False)),
        *((b"127.0.0.1:8001\n", False), (b"::1", False), (b"\xff", False)),
    ],
)
def test_only_this_machines_names_are_answered(host: bytes, ours: bool) -> None:
    assert is_ours([(b"accept", b"*/*"), (b"Host", host)]) is ours
    assert not is_ours([(b"host", host), (b"host", b"localhost")])
    assert not is_ours([])


@pytest.mark.parametrize("path", ["/", "/corpus.json?sql=select+1", "/assets/site.css"])
def test_another_host_is_refused_with_a_sentence(served: Site, path: str) -> None:
    assert served.get(path).status_code == 200
    client = served.datasette.client
    asked = client.get(path, headers={"host": "evil.example:8001"})
    answer = served._loop.run_until_complete(asked)
    assert answer.status_code == 421
    assert answer.text.startswith("This site answers only at") and "select" not in answer.text


@pytest.mark.parametrize("name", ["a#b", "a?b", "a%20b", "a b", "a%23?#é"])
def test_path_is_quoted(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    made = make(folder / f"{name}.db")
    before = sorted(path.name for path in tmp_path.iterdir())
    with site(made.path) as datasette:
        asked = Site(datasette)
        assert asked.get(f"/document/{made.document}").status_code == 200
        answer = asked.get("/corpus.json?sql=select+count(*)+as+n+from+documents&_shape=array")
        assert answer.json() == [{"n": 4}]
        asked.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_connection_only_reads(served: Site) -> None:
    connection = served.datasette.get_database("corpus").connect(write=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("delete from documents")


def _replace(path: Path, document: str) -> None:
    """Give a document a newer version, whose page has a mention; its twin stays with the old."""
    sha256 = "f" * 64
    page = page_id(sha256, 1)
    with writing(path, "test") as store, store.db.atomic():
        store.db.execute("update documents set sha256 = ? where document = ?", (sha256, document))
        store.db.table("files").insert(
            {"sha256": sha256, "document": document, "outcome": "read", "pages": 1, "chars": 20}
        )
        store.db.table("pages").insert(
            {"page": page, "sha256": sha256, "number": 1, "text": "x", "outcome": "text"}
        )
        store.db.table("mentions").insert(
            {
                "mention": mention_id(page, "t", "x", 1),
                "page": page,
                "sha256": sha256,
                "code": "predictive_analytics",
                "counted": 1,
            }
        )


def test_replaced_version_does_not_count(tmp_path: Path) -> None:
    made = make(tmp_path / "corpus.db")
    _replace(made.path, made.document)
    with reading(made.path) as store:
        connection = store.db.conn
        told = front(connection)
        view = connection.execute("select count(*) from document_mentions").fetchone()[0]
        of_topic = rows(connection, "topic_councils", topic=made.topic)
    assert (told.figures["mentions_found"], told.figures["mentions_counted"]) == (1, 1)
    assert sum(year["mentions"] for year in told.years) == view == 1
    ((_, (code,)),) = told.groups
    assert (code["mentions"], code["files"]) == (1, 1)
    assert of_topic == []


def test_searched_means_read_or_screened(tmp_path: Path) -> None:
    made = make(tmp_path / "corpus.db")
    with writing(made.path, "test") as store, store.db.atomic():
        store.db.execute("update files set chars = 0 where outcome = 'screened'")
        store.db.execute("update files set chars = 9 where outcome = 'ocr-queued'")
    with reading(made.path) as store:
        connection = store.db.conn
        searched = {row["year"]: row["searched"] for row in rows(connection, "years")}
        (source,) = rows(connection, "sources")
        (council,) = rows(connection, "topic_councils", topic=made.topic)
        of_council = census(connection).searched[council["council"]]
    assert searched == {"2024": 3, None: 0}
    assert source["searchable"] == 3
    assert of_council == 2
