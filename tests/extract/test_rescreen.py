"""A changed codebook is applied to kept text: no original is opened and nothing is asked for.

Traced by Python's own audit hooks in the command's process and in every worker it starts.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.store import writing
from tests.conftest import Make

HIT = "The council uses predictive analytics to find families in need."
NEWLY = "Members heard of the quxzyvian model and its results."
PLAIN = "The committee noted the minutes of the last meeting in full."
TRACE = """
import os, sys
def told(event, arguments):
    if event == "open" or event.startswith("socket."):
        what = str(arguments[0]) if event == "open" else str(arguments[1:])
        line = f"{event}\\t{what}\\n".encode("utf-8", "replace")
        os.write(OUT, line)
OUT = os.open(os.environ["TRACE_TO"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
sys.addaudithook(told)
"""


@pytest.fixture
def place(tmp_path: Path, study_folder: Path, folder, make: Make) -> Path:
    """A corpus built by the commands, of papers with a hit and without."""
    folder(
        {
            "a.pdf": make.pdf(HIT, PLAIN),
            "b.pdf": make.pdf(NEWLY),
            "c.docx": make.docx(NEWLY),
            "d.txt": PLAIN,
        }
    )
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(TRACE, "utf-8")
    corpus(tmp_path, "import", str(tmp_path / "papers"))
    corpus(tmp_path, "extract", "--no-ocr", "--jobs", "1")
    corpus(tmp_path, "find")
    return tmp_path


def corpus(place: Path, *words: str, traced: Path | None = None) -> str:
    """Run a command in a process of its own, as people do."""
    paths = [str(Path.cwd()), *([str(place / "hook")] if traced else [])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(reversed(paths))}
    if traced:
        environment["TRACE_TO"] = str(traced)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "workbench.main", "--corpus", str(place / "corpus.db")),
            *("--study", str(place / "study"), *words),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def add_a_term(place: Path) -> None:
    path = place / "study" / "codebook.yaml"
    text = path.read_text("utf-8")
    assert "[predictive analytic," in text
    new = text.replace("[predictive analytic,", "[quxzyvian model, predictive analytic,")
    path.write_text(new, "utf-8")


def opened(trace: Path, place: Path) -> tuple[set[str], list[str]]:
    """Return which originals were opened, and every use of the network."""
    lines = [line.split("\t", 1) for line in trace.read_text("utf-8").splitlines()]
    models = str(place / "files" / "models")  # fitted, no originals
    named = [what for _, what in lines if str(place / "files") in what and models not in what]
    files = {Path(what).suffix for what in named}
    asked = [what for event, what in lines if event in ("socket.connect", "socket.getaddrinfo")]
    assert any("codebook.yaml" in what for _, what in lines)  # the trace does see what is opened
    return files, [one for one in asked if "AF_UNIX" not in one and "/tmp" not in one]


@pytest.mark.parametrize("keep", ["all", "mentioning"])
def test_find_applies_a_new_term_without_opening_a_file(place: Path, keep: str) -> None:
    (place / "study" / "study.yaml").write_text(f"keep: {keep}\n", "utf-8")
    corpus(place, "extract", "--no-ocr", "--jobs", "1")
    assert (place / "screened.db").exists() == (keep == "mentioning")
    add_a_term(place)
    told = json.loads(corpus(place, "find", "--json", traced=place / "trace"))
    assert opened(place / "trace", place) == (set(), [])
    with writing(place / "corpus.db", "test") as store:
        sql = "select d.document from documents d where title in ('b', 'c') order by 1"
        newly = [row["document"] for row in store.rows(sql)]
    assert told["relevant"] == newly and told["no_longer"] == []


def test_the_answer_for_people_names_what_became_relevant(place: Path) -> None:
    add_a_term(place)
    told = corpus(place, "find")
    assert "2 documents became relevant: looked through before, they mention now: folder-" in told
    assert "relevant" not in corpus(place, "find")


def test_build_opens_only_what_it_now_reads_closely(place: Path) -> None:
    add_a_term(place)
    told = json.loads(
        corpus(place, "build", "--no-ocr", "--jobs", "1", "--json", traced=place / "trace")
    )
    assert opened(place / "trace", place) == ({".pdf"}, [])
    assert (told["extracted"]["screened"], told["extracted"]["read"]) == (0, 1)
    assert len(told["found"]["relevant"]) == 2


def test_a_term_taken_away_is_told_too(place: Path, codebook) -> None:
    path = place / "study" / "codebook.yaml"
    path.write_text(path.read_text("utf-8").replace("predictive analytic,", ""), "utf-8")
    told = json.loads(corpus(place, "find", "--json"))
    assert (len(told["no_longer"]), told["relevant"]) == (1, [])
