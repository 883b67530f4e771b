"""The whole way once: the county crawled over HTTP, read, coded, modelled, searched, shown."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

SCANS = 3
"""Papers of the county that are pictures of pages."""
NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("county") / "corpus.db"
    done = run(path, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    return path


def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workbench.main", "--corpus", str(path), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answer(path: Path, *arguments: str) -> Any:
    done = run(path, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_demo_is_a_whole_corpus(county: Path) -> None:
    status = answer(county, "status")
    assert status["documents"] > 250
    assert status["pages"] > 400
    assert status["mentions_counted"] > 300
    assert status["passages"] > 100
    assert status["topics"] >= 5


def test_two_invented_readers_have_coded_some_of_it(county: Path) -> None:
    told = answer(county, "code", "status")
    assert told["not_anchored"] == [] and told["problems"] == []
    assert set(told["coder"]) == {"first", "second"}
    agreed = {f["field"]: f for f in answer(county, "code", "agree")["fields"]}
    assert agreed["about"]["units"] == agreed["stance"]["units"] == 60
    assert agreed["about"]["percent"] == 52 / 60, "each seventh of sixty is eight"
    assert 0.3 < agreed["stance"]["kappa"]["value"] < 1


def test_what_could_not_be_read_is_named(county: Path) -> None:
    status = answer(county, "status")
    read = bool(shutil.which("tesseract"))
    waiting = status["files_by_outcome"].get("ocr-queued", 0)
    assert waiting == (0 if read else SCANS), "the county has three scans"
    assert (status["ocr"]["pages"] == 0) == read
    assert status["files_by_outcome"]["failed"] == 2, "one broken paper and one with a password"
    assert "not-extracted" not in status["files_by_outcome"]


def test_the_scans_are_searchable_where_tesseract_is(county: Path, tesseract: str) -> None:
    connection = sqlite3.connect(county)
    scans = connection.execute(
        "select d.document, f.quality, f.outcome from files f join documents d using (sha256) "
        "where f.text_source = 'ocr'"
    ).fetchall()
    assert len(scans) == SCANS
    assert {quality for _, quality, _ in scans} <= {"good", "acceptable"}
    (text,) = connection.execute("select text from pages where method = 'ocr'").fetchone()
    words = " ".join(re.findall(r"\b[a-z]{4,}\b", text)[:6])
    hits = answer(county, "search", words, "--limit", "1000")
    assert {hit["document"] for hit in hits} & {document for document, *_ in scans}


def test_the_ledger_knows_what_was_refused_and_what_failed(county: Path) -> None:
    states = answer(county, "status")["coverage"]
    assert states["searched"] > 50
    assert set(states) >= {"blocked", "failed", "none-published", "robots-refused", "url-unknown"}
    connection = sqlite3.connect(county)
    found = connection.execute(
        "select council, state from coverage where state in ('failed', 'robots-refused') "
        "and council in ('', 'XAL', 'XBR', 'XTH') order by state, council"
    ).fetchall()
    connection.close()
    assert found == [("", "failed"), ("XBR", "failed"), ("XTH", "robots-refused")], (
        "the notice type and the meeting that answer 500, and the paper that robots.txt closes"
    )


def test_a_search_leads_to_a_page(county: Path) -> None:
    hits = answer(county, "search", '"predictive analytics"')
    assert hits
    assert set(hits[0]) >= {
        "document",
        "page",
        "title",
        "council",
        "kind",
        "date",
        "snippet",
        "url",
        "score",
    }
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)


def test_a_second_build_does_nothing(county: Path) -> None:
    before = answer(county, "doctor", "--digest")
    again = answer(county, "build")
    assert again["extracted"] == {"rescreened": 0, "screened": 0, "ocr": 0, "read": 0, "failed": 0}
    assert again["found"]["files"] == 0
    assert again["topics"]["inferred"] == 0
    assert answer(county, "doctor", "--digest") == before


def test_all_is_well(county: Path) -> None:
    assert answer(county, "doctor") == {"problems": [], "mended": []}


@pytest.fixture(scope="module")
def kernel(county: Path) -> Iterator[NotebookClient]:
    """One kernel for all notebooks: starting it and importing pandas costs more than a notebook."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORPUS_DB", str(county))
        patch.setenv("PYTHONPATH", str(NOTEBOOKS.parent))
        client = NotebookClient(
            nbformat.v4.new_notebook(),
            timeout=170,
            resources={"metadata": {"path": str(NOTEBOOKS)}},
        )
        with client.setup_kernel():
            yield client


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_run(path: Path, kernel: NotebookClient) -> None:
    kernel.nb = nbformat.read(path, as_version=4)
    kernel.reset_execution_trackers()
    for index, cell in enumerate([nbformat.v4.new_code_cell("%reset -f"), *kernel.nb.cells]):
        kernel.execute_cell(cell, index - 1)
    shown = [o.get("data", {}) for c in kernel.nb.cells for o in c.get("outputs", ())]
    assert sum("image/svg+xml" in data for data in shown) >= 1
    assert sum("text/html" in data for data in shown) >= 1, "tables"
    said = "".join(str(data.get("text/plain", "")) for data in shown)
    assert not re.search(r"No (topic model|mention|notices|disagreement|values)", said), said


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]
