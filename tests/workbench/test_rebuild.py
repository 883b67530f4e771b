"""A corpus made again from its release: the same rows where originals are here, else why not."""

import csv
import json
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from corpus.ids import sha256
from publish.public import manifest
from publish.public.compare import compare
from tests.conftest import CODEBOOK, ROOT, Make
from workbench.main import main
from workbench.originals import originals
from workbench.run_rebuild import NOT_IN_TIME, WHOLE, excuses

WORDS = (
    "housing tenants arrears repairs damp landlords evictions",
    "children families schools attendance foster carers safeguarding",
    "roads potholes gritting junctions parking buses cycling",
    "benefits overpayments claims debtors council-tax recovery reductions",
)
PAPERS = 40
NOTICE = "Predictive analytics for fraud, and a dashboard."


def run(path: Path, *arguments: object, exit_code: int = 0) -> Any:
    """Run a command on a corpus with its own study, and hold it to its exit code."""
    done = CliRunner().invoke(main, ["--corpus", str(path), *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == exit_code, done.output
    return done


def answer(path: Path, *arguments: object, exit_code: int = 0) -> Any:
    return json.loads(run(path, *arguments, "--json", exit_code=exit_code).stdout)


def papers(folder: Path, make: Make) -> None:
    """Write forty papers about four subjects, one of them twice, a PDF and a notice."""
    folder.mkdir()
    for number in range(PAPERS):
        draw = random.Random(number)
        subject = WORDS[number % len(WORDS)].split()
        lines = [
            f"The council uses predictive analytics for {draw.choice(subject)} and "
            f"{draw.choice(subject)}, where {' '.join(draw.sample(subject, 4))} were counted."
            for _ in range(4)
        ]
        (folder / f"paper-{number}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    shutil.copy(folder / "paper-0.txt", folder / "again.txt")
    lines = ["A predictive model is used.", "It was approved by the board.", "Nothing else."]
    (folder / "report.pdf").write_bytes(make.pdf(lines, lines))
    releases = [make.release(f"r{n}", tender={"title": NOTICE, "id": "t"}) for n in (1, 2)]
    (folder / "notices.json").write_bytes(make.package(*releases))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, make: Make) -> Path:
    """A folder with `papers/`, a built and coded corpus, its study, and its `release/`."""
    folder = tmp_path_factory.mktemp("rebuild")
    path, study = folder / "corpus.db", folder / "corpus-study"
    papers(folder / "papers", make)
    (study / "sources").mkdir(parents=True)
    (study / "codings").mkdir()
    (study / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    for name in ("sources/modgov.yaml", "sources/contracts-finder.yaml"):
        shutil.copy(ROOT / "study" / name, study / name)
    lines = (ROOT / "study" / "councils.csv").read_text(encoding="utf-8").splitlines()
    chosen = [line for line in lines[1:] if line.startswith(("KEN,", "ABC,"))]
    (study / "councils.csv").write_text("\n".join([lines[0], *chosen]) + "\n", encoding="utf-8")
    (study / "study.yaml").write_text("contact: olga@example.org\non_alert: [/home/olga/tell]\n")
    (study / "coders.yaml").write_text("olga: Olga\n")
    run(path, "import", folder / "papers", "--council", "KEN")
    run(path, "build", "--jobs", 1)
    _judge(path, study)
    run(path, "build", "--jobs", 1)
    run(path, "release", folder / "release")
    return folder


def _judge(path: Path, study: Path) -> None:
    """Code two passages, label a topic, decide a link, and claim something."""
    connection = sqlite3.connect(path)
    rows = connection.execute("select document, page, text from passages limit 2").fetchall()
    (topic,) = connection.execute("select topic from topics limit 1").fetchone()
    mentions = [row[0] for row in connection.execute("select mention from mentions limit 2")]
    connection.close()
    (study / "claims.yaml").write_text(
        "claims:\n  - claim: sums\n    sentence: Sums are predicted.\n    reviewer: olga\n"
        f"    on: 2026-01-01\n    supports: [{mentions[0]}]\n    contradicts: [{mentions[1]}]\n"
    )
    (study / "labels.yaml").write_text(f"{topic}:\n  label: Sums\n  by: Olga\n  on: 2026-01-01\n")
    with (study / "codings" / "olga.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("document", "page", "quote", "code", "value", "coder", "coded_at", "note"))
        for document, page, text in rows:
            told = ("about", "yes", "olga", "2026-01-01", "Ring Olga about it")
            writer.writerow((document, page, text, *told))
    with (study / "links.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("first", "second", "decision", "by", "at", "why"))
        writer.writerow((rows[0][0], rows[1][0], "refused", "olga", "2026-01-01", "Olga says no"))


@pytest.fixture(scope="module")
def again(place: Path) -> Path:
    """The corpus that was rebuilt from the release and the papers."""
    return place / "again" / "corpus.db"


@pytest.fixture(scope="module")
def told(place: Path, again: Path) -> Any:
    again.parent.mkdir()
    given = ("--from", place / "release", "--files", place / "files", "--jobs", 1)
    return answer(again, "rebuild", *given)


def test_every_derived_row_is_the_same(told: Any) -> None:
    assert told["same"] and told["whole"] and told["notes"] == []
    assert told["files"] == told["originals"] == PAPERS + 3
    differing = {name: t for name, t in told["tables"].items() if t["same"] != t["released"]}
    assert differing == {}
    some = ("pages", "mentions", "passages", "notices", "topics", "passage_topics", "links")
    some += ("claim_mentions",)
    assert all(told["tables"][name]["released"] for name in some)


def test_ids_and_hashes_are_those_of_the_first_corpus(place: Path, again: Path, told: Any) -> None:
    first, second = (answer(path, "doctor", "--digest") for path in (place / "corpus.db", again))
    tables = ("pages", "mentions", "passages", "topic_terms", "passage_topics", "terms")
    tables += ("similarities", "page_duplicates", "notice_suppliers", "procurements", "screenings")
    assert {name: first[name] for name in tables} == {name: second[name] for name in tables}
    assert answer(again, "doctor") == {"problems": [], "mended": []}


def test_the_rebuilt_corpus_can_be_gone_on_with(again: Path, told: Any) -> None:
    built = answer(again, "build", "--jobs", 1)
    assert built["extracted"]["screened"] == built["found"]["files"] == 0
    assert told["codings"] == {"anchored": 2}
    assert answer(again, "status")["documents"] == PAPERS + 4


def test_no_name_of_a_person_comes_along(place: Path, again: Path, told: Any) -> None:
    for folder in (place / "release" / "study", again.with_name("corpus-study")):
        texts = {path: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
        assert not [path for path, text in texts.items() if "olga" in text.lower()]
        assert "coder-1" in texts[folder / "coders.yaml"]
        assert "refused,a person" in texts[folder / "links.csv"]
    assert not (place / "release" / "study" / "study.yaml").exists(), "nothing of it is public"


def test_a_second_run_does_nothing_and_says_the_same(place: Path, again: Path, told: Any) -> None:
    before = answer(again, "doctor", "--digest")
    assert answer(again, "rebuild", "--from", place / "release", "--jobs", 1) == told
    assert answer(again, "doctor", "--digest") == before


def test_missing_originals_are_named_and_brought_later(place: Path, tmp_path: Path) -> None:
    path, some = tmp_path / "corpus.db", tmp_path / "some"
    some.mkdir()
    for number, name in enumerate(sorted((place / "files").glob("??/*"))):
        if number != 4:
            shutil.copy(name, some / f"renamed-{number}")
    (some / "corpus.db").symlink_to(place / "corpus.db")
    given = ("rebuild", "--from", place / "release", "--jobs", 1)
    part = answer(path, *given, "--files", some, exit_code=4)
    assert part["same"] and not part["whole"]
    (missing,) = part["missing"]
    assert any("topic model" in note for note in part["notes"])
    pages = part["tables"]["pages"]
    assert pages["excused"] == {"its original is not here": pages["released"] - pages["same"]}
    shown = run(path, *given, exit_code=4).output
    assert f"no original: {missing}" in shown and "No row differs otherwise." in shown
    failed = json.loads(run(path, "status", "--json").stdout)["files_by_outcome"]["failed"]
    assert failed == 1
    whole = answer(path, *given, "--files", place / "files")
    assert whole["same"] and whole["whole"] and whole["notes"] == []
    assert "failed" not in answer(path, "status")["files_by_outcome"]


def test_a_row_that_differs_ends_with_3_and_is_named(place: Path, tmp_path: Path) -> None:
    release = Path(shutil.copytree(place / "release", tmp_path / "release"))
    connection = sqlite3.connect(release / "public.db")
    (mention,) = connection.execute("select mention from mentions limit 1").fetchone()
    connection.execute("update mentions set stance = 'stopped' where mention = ?", (mention,))
    connection.commit()
    connection.close()
    shutil.copytree(place / "files", release / "files")
    manifest.write(release)
    told = answer(tmp_path / "corpus.db", "rebuild", "--from", release, "--jobs", 1, exit_code=3)
    assert told["whole"], "originals may lie in the release"
    assert told["tables"]["mentions"]["examples"] == [f"changed: {mention}"]
    assert sum(t["changed"] + t["lost"] + t["added"] for t in told["tables"].values()) == 1


def test_a_page_that_was_not_read_in_time_is_a_known_reason(place: Path, tmp_path: Path) -> None:
    whole, late = tmp_path / "whole.db", tmp_path / "late.db"
    for path in (whole, late):
        shutil.copy(place / "release" / "public.db", path)
    with closing(sqlite3.connect(late)) as connection:
        sql = "select page from mentions order by page limit 1"
        (page,) = connection.execute(sql).fetchone()
        connection.execute(
            "update pages set outcome = 'unreadable', text = null, reason = 'OutOfTime: 30 s' "
            "where page = ?",
            (page,),
        )
        connection.execute("delete from mentions where page = ?", (page,))
        connection.execute("update topics set weight = 0")
        connection.commit()
    for released, rebuilt in ((late, whole), (whole, late)):
        told = list(compare(released, rebuilt, excuses(released, rebuilt, {})))
        assert sum(table.differs for table in told) == 0
        excused = {table.table: set(table.excused) for table in told if table.excused}
        assert excused["pages"] == excused["mentions"] == {NOT_IN_TIME}
        assert excused["topics"] == {WHOLE}


def test_what_is_not_as_it_was_released_is_refused(place: Path, tmp_path: Path) -> None:
    release = Path(shutil.copytree(place / "release", tmp_path / "release"))
    with (release / "study" / "codebook.yaml").open("a") as stream:
        stream.write("# one more line\n")
    shown = run(tmp_path / "corpus.db", "rebuild", "--from", release, exit_code=1).output
    assert "study/codebook.yaml is not as it was released" in shown
    assert not (tmp_path / "corpus.db").exists()


def test_another_corpus_is_never_written_over(place: Path, tmp_path: Path) -> None:
    given = ("rebuild", "--from", place / "release")
    assert "is there already" in run(place / "corpus.db", *given, exit_code=1).output
    (tmp_path / "corpus-study").mkdir()
    (tmp_path / "corpus-study" / "mine.txt").write_text("mine")
    assert "is there already" in run(tmp_path / "corpus.db", *given, exit_code=1).output


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        ("drop table mentions", "has no table mentions"),
        ("drop table codes; create view codes as select 1", "has no table codes"),
        ("pragma application_id = 1129271888", "no published corpus"),
    ],
)
def test_a_strange_database_is_refused(
    place: Path, tmp_path: Path, spoil: str, problem: str
) -> None:
    release = Path(shutil.copytree(place / "release", tmp_path / "release"))
    connection = sqlite3.connect(release / "public.db")
    connection.executescript(spoil)
    connection.close()
    manifest.write(release)
    shown = run(tmp_path / "corpus.db", "rebuild", "--from", release, exit_code=1).output
    assert problem in shown


def test_a_release_whose_study_runs_a_program_is_refused(place: Path, tmp_path: Path) -> None:
    release = Path(shutil.copytree(place / "release", tmp_path / "release"))
    (release / "study" / "study.yaml").write_text("on_alert: [rm]\n")
    manifest.write(release)
    shown = run(tmp_path / "corpus.db", "rebuild", "--from", release, exit_code=1).output
    assert "names a program" in shown


def test_originals_are_told_by_their_bytes_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_bytes(b"one")
    (tmp_path / "a" / "y").write_bytes(b"two")
    (tmp_path / "a" / "large").write_bytes(b"a" * 100)
    asked = {sha256(b"two"): 3, sha256(b"six"): 3, sha256(b"a" * 100): 100}
    found = dict(originals(asked, [tmp_path], most_bytes=50))
    assert found == {sha256(b"two"): b"two"}
