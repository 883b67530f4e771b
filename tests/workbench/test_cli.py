"""The command line as people meet it: answers, messages, exit codes."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from corpus.store import reading, writing
from publish.site import site
from tests.conftest import ROOT, Make
from workbench.main import COMMANDS, main

TEXT = "The council uses predictive analytics against fraud. It was approved."


class Corpus:
    """A corpus worked on through its commands."""

    def __init__(self, path: Path, study: Path) -> None:
        self.path = path
        self.study = study

    def __call__(self, *arguments: object, exit_code: int = 0) -> Result:
        """Run a command and hold it to its exit code."""
        given = ["--corpus", str(self.path), "--study", str(self.study), *map(str, arguments)]
        result = CliRunner().invoke(main, given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result

    def answer(self, *arguments: object, exit_code: int = 0) -> Any:
        """Run a command with --json and return what it answers on stdout."""
        return json.loads(self(*arguments, "--json", exit_code=exit_code).stdout)


@pytest.fixture
def corpus(corpus_path: Path, study_folder: Path) -> Corpus:
    return Corpus(corpus_path, study_folder)


def commands() -> list[tuple[str, click.Command]]:
    """Return every command and subcommand with the words it is called by."""
    found: list[tuple[str, click.Command]] = []
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", each) for sub, each in command.commands.items()]
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_shows_an_example(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert (
        f"corpus {name}" in result.output.split("Options:")[0].split("Usage:")[1].split("\n", 1)[1]
    )


def test_every_command_and_option_is_explained() -> None:
    unexplained = [
        f"{name} {option.opts[0]}"
        for name, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.help and option.opts[0] != "--limit"
    ]
    assert unexplained == []
    assert all(command.help for _, command in commands())


def test_the_list_of_commands_gives_each_a_line() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    for name, (_, summary) in COMMANDS.items():
        assert name in output and summary.split(".")[0][:30] in output


@pytest.mark.parametrize("arguments", [["nonsense"], ["import"], ["status", "--nonsense"]])
def test_a_misspelt_command_line_ends_with_2(corpus: Corpus, arguments: list[str]) -> None:
    assert "Usage:" in corpus(*arguments, exit_code=2).stderr
    assert not corpus.path.exists()


def test_asking_a_corpus_that_is_not_there_ends_with_1_and_says_what_to_do(
    corpus: Corpus,
) -> None:
    for command in (["status"], ["search", "x"], ["coverage"], ["doctor"], ["topics", "show"]):
        result = corpus(*command, exit_code=1)
        assert result.stderr.startswith("Error: There is no corpus at")
        assert "corpus import" in result.stderr and result.stdout == ""
    assert not corpus.path.exists()


def test_a_path_that_is_not_there_ends_with_1(corpus: Corpus, tmp_path: Path) -> None:
    result = corpus("import", tmp_path / "nowhere", exit_code=1)
    assert result.stderr == f"Error: There is no file or folder {tmp_path / 'nowhere'}.\n"
    assert not corpus.path.exists()


def test_an_empty_folder_ends_with_1(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no file" in corpus("import", tmp_path / "empty", exit_code=1).stderr
    assert not corpus.path.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("file,council\na.txt,XXX\n", "papers.csv:2: no council has the code `XXX`"),
        ("datei\na.txt\n", "papers.csv:1: unknown column `datei`"),
    ],
)
def test_unreadable_metadata_end_with_1_before_anything_is_written(
    corpus: Corpus, folder, tmp_path: Path, content: str | None, message: str
) -> None:
    papers, table = folder({"a.txt": TEXT}), tmp_path / "papers.csv"
    if content:
        table.write_text(content)
    assert message in corpus("import", papers, "--metadata", table, exit_code=1).stderr
    assert not corpus.path.exists()


def test_an_unknown_council_ends_with_1(corpus: Corpus, folder) -> None:
    result = corpus("import", folder({"a.txt": TEXT}), "--council", "XYZ", exit_code=1)
    assert "XYZ" in result.stderr and "councils.csv" in result.stderr


def test_another_programs_database_ends_with_1_and_stays(corpus: Corpus, folder) -> None:
    connection = sqlite3.connect(corpus.path)
    connection.execute("create table bookmarks (url text)")
    connection.close()
    before = corpus.path.read_bytes()
    for command in (["status"], ["import", folder({"a.txt": TEXT})], ["doctor"]):
        assert "another program" in corpus(*command, exit_code=1).stderr
    assert corpus.path.read_bytes() == before


def test_a_spoilt_study_ends_with_1_and_names_the_line(corpus: Corpus, folder) -> None:
    path = corpus.study / "codebook.yaml"
    path.write_text(path.read_text().replace("group: use", "group: usage"))
    result = corpus("import", folder({"a.txt": TEXT}), exit_code=1)
    assert "codebook.yaml:31" in result.stderr
    assert not corpus.path.exists()


def test_a_limit_that_is_no_number_ends_with_1(
    corpus: Corpus, folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORPUS_MAX_PAGES", "many")
    assert "many" in corpus("import", folder({"a.txt": TEXT}), exit_code=1).stderr


def test_papers_go_in_and_answers_come_out(corpus: Corpus, folder, make: Make) -> None:
    papers = folder(
        {
            "a.pdf": make.pdf(TEXT),
            "b.txt": TEXT,
            "same.txt": TEXT,
            "c.zip": make.zip({"d.txt": b"Minutes of the meeting"}),
            "scan.pdf": make.scan(),
        }
    )
    done = corpus.answer("import", papers, "--council", "KEN")
    assert done == {
        "files": 5,
        "kept": 5,
        "unchanged": 0,
        "forgotten": 0,
        "failed": 0,
        "skipped": 0,
        "source": "folder-papers",
    }
    built = corpus.answer("build", "--jobs", 1, "--no-ocr")
    assert (built["extracted"]["screened"], built["extracted"]["read"]) == (4, 1)
    assert built["found"]["passages"] == 2
    assert "too few" in built["topics"]["note"]
    figures = corpus.answer("status")
    assert {name: figures[name] for name in ("documents", "files", "pages", "passages")} == {
        "documents": 5,
        "files": 4,
        "pages": 4,
        "passages": 2,
    }
    assert figures["files_by_outcome"] == {"read": 2, "screened": 1, "ocr-queued": 1}
    hits = corpus.answer("search", '"predictive analytics"', "--council", "KEN")
    assert {hit["title"] for hit in hits} == {"a", "b"}
    assert set(hits[0]) == {
        *("document", "page", "title", "council", "kind", "date", "snippet", "url", "score")
    }
    shown = corpus("search", "predictive").stdout
    assert "2 pages match; 4 documents searched, 1 could not be read." in shown
    assert "1 pages of 1 documents have no usable text layer" in corpus("status").stdout
    assert "All is well." in corpus("doctor").stdout


def test_status_has_the_figures_that_others_rely_on(corpus: Corpus, folder) -> None:
    corpus("import", folder({"a.txt": TEXT}))
    assert {
        *("documents", "files", "pages", "mentions", "passages", "topics", "failures"),
        *("files_by_outcome", "coverage"),
    } <= set(corpus.answer("status"))
    assert corpus.answer("status")["files_by_outcome"] == {"not-extracted": 1}


def test_working_again_does_nothing(corpus: Corpus, folder) -> None:
    papers = folder({"a.txt": TEXT, "b.txt": "Minutes"})
    corpus("import", papers)
    corpus("build", "--jobs", 1)
    before = corpus.answer("doctor", "--digest")
    assert corpus.answer("import", papers)["skipped"] == 2
    built = corpus.answer("build", "--jobs", 1)
    assert not any((*built["extracted"].values(), *built["found"].values()))
    after = corpus.answer("doctor", "--digest")
    assert {name for name in before if before[name] != after[name]} <= {"crawls"}


def test_some_failures_end_with_4_and_the_rest_is_done(corpus: Corpus, folder) -> None:
    papers = folder({"a.zip": b"PK\x03\x04 damaged", "b.txt": TEXT, "c.pdf": b"%PDF-1.4 damaged"})
    done = corpus.answer("import", papers, exit_code=4)
    assert (done["kept"], done["failed"]) == (2, 1)
    assert corpus.answer("build", "--jobs", 1, exit_code=4)["extracted"]["failed"] == 1
    assert corpus.answer("status")["failures"] == 2
    corpus("build", "--jobs", 1)


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(corpus: Corpus, folder) -> None:
    papers = folder({"a.txt": TEXT})
    answer = corpus.answer("import", papers, "--dry-run")
    assert answer == {"sources": ["folder-papers"], "files": [str((papers / "a.txt").resolve())]}
    assert list(corpus.path.parent.iterdir()) == []


def test_metadata_inside_the_folder_describe_it_and_are_no_document(corpus: Corpus, folder) -> None:
    papers = folder({"a.txt": TEXT, "papers.csv": "file,council,title\na.txt,BST,A report\n"})
    corpus("import", papers, "--metadata", papers / "papers.csv")
    with reading(corpus.path) as store:
        rows = store.rows("select title, council from documents")
    assert rows == [{"title": "A report", "council": "BST"}]


def test_a_forgotten_document_stays_out(corpus: Corpus, folder) -> None:
    papers = folder({"a.txt": TEXT, "b.txt": "Minutes of the meeting"})
    corpus("import", papers)
    corpus("build", "--jobs", 1)
    (hit,) = corpus.answer("search", "predictive")
    answer = corpus.answer("forget", hit["document"], "--reason", "withdrawn")
    assert answer == {"documents": 1, "files": 1}
    assert corpus.answer("search", "predictive") == []
    assert corpus.answer("import", papers)["forgotten"] == 1
    assert corpus.answer("status")["documents"] == 1
    assert "no document" in corpus("forget", "nothing", "--reason", "x", exit_code=1).stderr
    assert "--reason" in corpus("forget", "nothing", exit_code=2).stderr


def test_the_doctor_ends_with_3_where_something_is_wrong(corpus: Corpus, folder) -> None:
    corpus("import", folder({"a.txt": TEXT}))
    stranger = corpus.path.parent / "files" / "ab" / "stranger.pdf"
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_bytes(b"x")
    answer = corpus.answer("doctor", exit_code=3)
    assert answer["mended"] == [] and "stranger.pdf" in answer["problems"][0]
    answer = corpus.answer("doctor", "--repair")
    assert answer["problems"] == [] and "stranger.pdf" in answer["mended"][0]
    assert not stranger.exists()
    assert corpus.answer("doctor") == {"problems": [], "mended": []}


def test_the_digest_names_every_table(corpus: Corpus, folder) -> None:
    from corpus.describe import TABLES

    corpus("import", folder({"a.txt": TEXT}))
    hashes = corpus.answer("doctor", "--digest")
    assert list(hashes) == list(TABLES)
    lines = corpus("doctor", "--digest").stdout.splitlines()
    assert [line.split() for line in lines] == [[name, value] for name, value in hashes.items()]


def test_topics_without_a_model_say_so_and_too_few_passages_end_with_1(
    corpus: Corpus, folder
) -> None:
    corpus("import", folder({"a.txt": TEXT}))
    assert "No topic model yet" in corpus("topics", "show").stdout
    assert corpus.answer("topics", "compare") == []
    assert "too few" in corpus("topics", "fit", exit_code=1).stderr


WITHOUT_A_MODEL = (
    *(["status"], ["search", "predictive"], ["search", "predictive", "--meaning"]),
    *(["kwic", "predictive"], ["collocates", "predictive"], ["quality"], ["reuse"], ["claims"]),
    *(["alerts"], ["links", "propose"]),
    *(["methods", "--to", "methods"], ["publish"], ["release", "release"], ["backup", "kept.db"]),
    *(["codebook", "check"], ["doctor"]),
)


def test_too_few_passages_for_topics_and_all_else_of_the_build_works(
    corpus: Corpus, folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    corpus("import", folder({"a.txt": TEXT, "b.txt": f"{TEXT} Again."}))
    built = corpus.answer("build", "--jobs", 1)
    assert built["topics"]["model"] is None and "at least 30" in built["topics"]["note"]
    assert built["found"]["passages"] == 2
    for command in WITHOUT_A_MODEL:
        corpus(*command)
    with site(corpus.path) as datasette:

        async def statuses() -> dict[str, int]:
            asked = ("/", "/topics", "/-/search?q=predictive", "/coverage", "/method", "/corpus")
            return {path: (await datasette.client.get(path)).status_code for path in asked}

        assert set(asyncio.run(statuses()).values()) == {200}


def test_coverage_of_nothing_is_not_a_zero(corpus: Corpus, folder) -> None:
    corpus("import", folder({"a.txt": TEXT}))
    assert "Nothing was looked at yet" in corpus("coverage").stdout
    with writing(corpus.path, "test") as store:
        store.db.table("coverage").insert(
            {
                "source": "modgov",
                "council": "KEN",
                "month": "2025-03",
                "state": "blocked",
                "reason": "HTTP 403",
            }
        )
        store.db.conn.commit()
    (row,) = corpus.answer("coverage", "--council", "KEN")
    assert (row["state"], row["reason"], row["documents_seen"]) == ("blocked", "HTTP 403", None)
    assert corpus.answer("coverage", "--council", "BST") == []
    assert "blocked" in corpus("coverage", "--source", "modgov").stdout


def test_a_busy_corpus_ends_with_1_and_says_who_is_busy(corpus: Corpus, folder) -> None:
    papers = folder({"a.txt": TEXT})
    with writing(corpus.path, "build"):
        done = subprocess.run(
            [sys.executable, "-m", "workbench.main", "--corpus", corpus.path, "import", papers],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env=os.environ | {"CORPUS_STUDY": str(corpus.study)},
        )
    assert done.returncode == 1
    assert f"`corpus build` (process {os.getpid()}" in done.stderr and "--wait" in done.stderr
    assert "Traceback" not in done.stderr


def test_progress_goes_to_stderr_and_answers_to_stdout(corpus: Corpus, folder) -> None:
    papers = folder({"a.txt": TEXT})
    result = corpus("import", papers, "--json")
    assert json.loads(result.stdout)["kept"] == 1
    assert "kept" not in result.stderr


def looked(corpus: Corpus, *rows: tuple[str, str, str]) -> None:
    """Write ledger rows: council, month, state."""
    with writing(corpus.path, "test") as store:
        store.db.table("sources").insert({"source": "modgov", "title": "M"}, ignore=True)
        store.db.table("coverage").insert_all(
            {
                "source": "modgov",
                "council": council,
                "month": month,
                "state": state,
                "looked_at": "2026-06-01T00:00:00Z",
                "reason": "=1+1",
            }
            for council, month, state in rows
        )


def test_the_grid_tells_every_state_apart(corpus: Corpus) -> None:
    looked(
        corpus,
        ("KEN", "2025-12", "searched"),
        ("KEN", "2026-02", "none-published"),
        ("LND", "2026-01", "robots-refused"),
        ("LND", "2026-02", "term-searched"),
    )
    lines = corpus("coverage", "--grid").stdout.splitlines()
    assert lines[0].strip() == "26"
    assert lines[0].index("26") == lines[1].index("S") + 1, "the year stands over its January"
    assert lines[1].split() == ["modgov", "KEN", "S.0"]
    assert lines[2].split() == ["modgov", "LND", ".RT"]
    from workbench.look import LETTERS

    assert len(set(LETTERS.values())) == len(LETTERS) == 9


def test_the_ledger_as_csv_runs_nothing(corpus: Corpus, tmp_path: Path) -> None:
    looked(corpus, ("KEN", "2026-01", "failed"))
    out = tmp_path / "ledger.csv"
    assert "1 rows written" in corpus("coverage", "--csv", out).stdout
    assert out.read_text().splitlines()[1].endswith(",'=1+1")
