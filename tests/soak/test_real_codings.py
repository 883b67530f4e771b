"""Codings of real papers: another reader takes nothing away, another program brings all back."""

import json
import re
import shutil
import sqlite3
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from click.testing import CliRunner
from lxml import etree

from coding.anchors import around
from coding.codings import Coding
from coding.codings_file import write_codings
from coding.exchange_qda import PROJECT, QDE
from coding.run import find
from coding.run_codings import load, vocabulary
from coding.sentences import sentences
from corpus.doctor import problems
from corpus.ids import fold
from corpus.settings import Settings
from corpus.store import Row, Store, reading, writing
from corpus.study import Study, keep_study, load_study
from crawler.importer import Request, find_files, import_files, source_of
from extract import read, versions
from extract.page import Reading
from extract.quality import grade
from extract.readers import pdf
from extract.run import extract
from tests.coding import refi_qda
from tests.conftest import ROOT
from workbench.main import main

MOST_BYTES = 600_000
"""Of a paper taken: some forty with a hit, of 1 to 75 pages."""
COMPARED = (
    *("cited_document", "cited_page", "document", "page", "start", '"end"', "quote", "code"),
    *("value", "coder", "coded_at", "sample", "note", "adjudicated", "codebook", "state"),
)
ADDRESS = re.compile(r"://|www\.|_|[/-]\S*[/-]")
"""Tells that a word is of a web address, or of a part of one that a line's end cut off."""
AT = "2026-11-20T09:30:00Z"
pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]


@dataclass(frozen=True)
class Built:
    """A corpus of real papers, the study it was built with, and the papers."""

    path: Path
    study: Study
    papers: tuple[Path, ...]


def bring_in(path: Path, study: Study, papers: tuple[Path, ...]) -> None:
    """Import papers and read them as the software does."""
    path.parent.mkdir(parents=True)
    with writing(path, "test", settings=Settings()) as store:
        keep_study(store, study)
        request = Request(papers, source_of(papers))
        import_files(store, study, request, find_files(papers), lambda count: None)
        build(store, study)


def build(store: Store, study: Study) -> None:
    """Do what `corpus build` does, but for topics, which no coding hangs on."""
    extract(store, study.codebook, ocr_pages=0)
    load(store, study, vocabulary(study))
    find(store, study.codebook, study.precision_floor)


def own_study(folder: Path) -> Study:
    """Return the packaged study with two coders and one who settles."""
    shutil.copytree(ROOT / "study", folder)
    (folder / "coders.yaml").write_text("anna: Anna Reader\nben:\ncarl: Carl\n", encoding="utf-8")
    return load_study(folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, testdata: Path) -> Built:
    folder = tmp_path_factory.mktemp("real")
    small = (
        p for p in (testdata / "corpus" / "papers").rglob("*.pdf") if p.stat().st_size < MOST_BYTES
    )
    given = Built(folder / "c" / "corpus.db", own_study(folder / "study"), tuple(sorted(small)))
    bring_in(given.path, given.study, given.papers)
    with writing(given.path, "test", settings=Settings()) as store:
        code(store, given.study)
        told = load(store, given.study, vocabulary(given.study))
        assert told.problems == [] and set(told.states) == {"anchored"}
        find(store, given.study.codebook, given.study.precision_floor)
        papers = store.value("select count(*) from files where outcome = 'read'")
        print(f"\n{papers} papers with a hit of {len(given.papers)}; codings: {told.coders}")
        assert papers >= 40
    return given


def code(store: Store, study: Study) -> None:
    """Let two people code: one each sentence with a counted mention, one each passage.

    Every ninth judgement is settled by a third, every fifth has a note.
    """
    sentence_by_sentence = list(unlike(by_sentence(store)))
    settled = [
        replace(c, coder="carl", adjudicated=True, note="settled, =not a formula")
        for c in sentence_by_sentence[::9]
    ]
    write_codings(study.folder / "codings" / "anna.csv", sentence_by_sentence)
    write_codings(study.folder / "codings" / "ben.csv", unlike(by_passage(store)))
    write_codings(study.folder / "codings" / "settled.csv", settled)


def unlike(codings: Iterator[Coding]) -> Iterator[Coding]:
    """Yield each coding once: a sentence may hold two mentions of a code."""
    seen = {coding.id: coding for coding in codings}
    for number, coding in enumerate(seen.values()):
        yield replace(coding, note=f"Note {number}: “é”") if number % 5 == 0 else coding


def by_sentence(store: Store) -> Iterator[Coding]:
    for row in store.rows(
        "select m.*, p.text, f.document from mentions m join pages p using (page) join files f on "
        "f.sha256 = m.sha256 where m.counted = 1 order by m.mention"
    ):
        start, end = next(s for s in sentences(row["text"]) if s[0] <= row["start"] < s[1])
        for name, value in (("about", "yes"), (row["code"], "yes")):
            yield coding_at(row, start, end, code=name, value=value, coder="anna")


def by_passage(store: Store) -> Iterator[Coding]:
    for number, row in enumerate(
        store.rows(
            'select s.page, s.start, s."end", s.stance, s.codes, s.document, p.text from passages '
            "s join pages p using (page) order by s.passage"
        )
    ):
        about = ("yes", "marginal", "no")[number % 3]
        codes = json.loads(row["codes"])
        for name, value in (("about", about), ("stance", row["stance"]), (codes[0], "no")):
            yield coding_at(row, row["start"], row["end"], code=name, value=value, coder="ben")


def coding_at(row: Row, start: int, end: int, **said: str) -> Coding:
    prefix, suffix = around(row["text"], start, end)
    return Coding(
        document=row["document"],
        page=row["page"],
        prefix=prefix,
        quote=row["text"][start:end].strip(),
        suffix=suffix,
        coded_at=AT,
        sample="pilot",
        **said,
    )


@pytest.fixture
def again(built: Built, tmp_path: Path) -> Iterator[Store]:
    """A copy of that corpus, whose originals are the same files."""
    path = tmp_path / "again" / "corpus.db"
    path.parent.mkdir()
    with sqlite3.connect(built.path) as connection:
        connection.execute("vacuum into ?", (str(path),))
    (path.parent / "files").symlink_to(built.path.parent / "files")
    with writing(path, "test", settings=Settings()) as store:
        yield store


def reading_of(number: int, text: str) -> Reading:
    return Reading(number, text, grade(text), "", b"", [])


def pdfium(path: Path, settings: Settings) -> list[Reading]:
    """Another reader: PDFium's text in its own order, the running titles left in."""
    return [reading_of(p.number, p.text) for p in pdf.screen(path, settings) if p.text.strip()]


def plain(path: Path, settings: Settings) -> list[Reading]:
    """Another reader: pdfplumber's own text, line by line across columns."""
    with pdfplumber.open(path) as document:
        told = []
        for number, page in enumerate(document.pages, 1):
            told.append(reading_of(number, page.extract_text() or ""))
            page.close()
    return [each for each in told if each.text.strip()]


def forgetful(path: Path, settings: Settings) -> list[Reading]:
    """A poor reader: every fourth line is lost."""
    found = []
    for each in pdfium(path, settings):
        lines = each.text.splitlines(keepends=True)
        kept = "".join(line for number, line in enumerate(lines) if number % 4 != 3)
        found.append(reading_of(each.number, kept))
    return found


def texts(store: Store) -> dict[str, str]:
    return {row["page"]: row["text"] for row in store.rows("select page, text from pages")}


def mentions(store: Store) -> list[Row]:
    """Return the mentions, each with its number among equal words of its term on its page."""
    rows = store.rows(
        "select mention, page, term, quote, c.\"group\" in ('technique', 'supplier_product') "
        "as evidence from mentions join codes c using (code) order by page, start"
    )
    seen: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        key = (row["page"], row["term"], fold(row["quote"]))
        seen[key] += 1
        row["nth"] = seen[key]
    return rows


def times(text: str, quote: str) -> int:
    """Return how often words stand in a text as words, whatever parts their letters.

    Those in a web address, which readers break differently, are no mention.
    """
    letters = r"[\W_]*".join(map(re.escape, fold(quote)))
    found = re.findall(rf"\S*(?<![^\W_]){letters}(?![^\W_])\S*", text, re.IGNORECASE)
    return sum(1 for words in found if not ADDRESS.search(words))


def test_other_readers_keep_all_ids_whose_words_still_stand(
    again: Store, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, ids = texts(again), mentions(again)
    codings = {row["coding"]: row for row in again.rows("select * from codings")}
    for reader in (pdfium, plain, forgetful):
        with monkeypatch.context() as other:
            other.setattr(versions, "READING", f"pdf-read-{reader.__name__}")
            other.setattr(read, "read", reader)
            build(again, built.study)
        now = texts(again)
        changed = sum(now[page] != text for page, text in before.items())
        print(f"\n{reader.__name__}: {changed} of {len(before)} pages have another text")
        assert changed > 500 and now.keys() == before.keys()
        check_mentions(again, ids, now)
        check_codings(again, codings, now)
        assert list(problems(again)) == []
    build(again, built.study)  # by the present reader, and all is as it was
    assert texts(again) == before
    assert mentions(again) == ids
    assert {row["coding"]: row for row in again.rows("select * from codings")} == codings


def check_mentions(store: Store, before: list[Row], now: dict[str, str]) -> None:
    """Every mention is there whose words stand, by which it is one.

    A use, benefit or concern is a mention beside a technique or product only; words that lost lines
    brought together may be part of a longer term now.
    """
    found = mentions(store)
    held = {row["mention"] for row in found}
    evidence = {row["page"] for row in found if row["evidence"]}
    quotes = defaultdict[str, set[str]](set)
    for row in found:
        quotes[row["page"]].add(fold(row["quote"]))
    standing = [
        row
        for row in before
        if times(now[row["page"]], row["quote"]) >= row["nth"]
        and (row["evidence"] or row["page"] in evidence)
        and (row["mention"] in held or not swallowed(fold(row["quote"]), quotes[row["page"]]))
    ]
    gone = [row for row in standing if row["mention"] not in held]
    kept = sum(row["mention"] in held for row in before)
    print(
        f"mentions: {len(before)} before, {len(standing)} whose words still stand, "
        f"{len(standing) - len(gone)} of these kept; {kept} kept in all, {len(held)} now"
    )
    for row in gone:
        print("gone:", row)
    assert gone == []
    assert len(standing) > 0.7 * len(before)


def swallowed(words: str, quotes: set[str]) -> bool:
    """Whether words are part of a longer term that was found on their page."""
    return any(words in other and words != other for other in quotes)


def check_codings(store: Store, before: dict[str, Row], now: dict[str, str]) -> None:
    """Every coding is there; where its words stand it is anchored, else it is listed."""
    after = {row["coding"]: row for row in store.rows("select * from codings")}
    assert after.keys() == before.keys()
    said = ("quote", "code", "value", "coder", "coded_at", "note", "cited_page", "sample")
    assert all(after[key][name] == before[key][name] for key in before for name in said)
    letters = {page: fold(text) for page, text in now.items()}
    pages = {file: list(each) for file, each in groupby(sorted(now), lambda page: page[:16])}
    for row in after.values():
        words, cited = fold(row["quote"]), row["cited_page"]
        if words in letters[cited]:
            assert (row["state"], row["page"]) == ("anchored", cited), row
        elif any(words in letters[page] for page in pages[cited[:16]]):
            assert row["state"] == "moved", row
        else:
            assert row["state"] in {"altered", "lost"}, row
        if row["state"] in {"anchored", "moved"}:
            assert fold(now[row["page"]][row["start"] : row["end"]]) == words
    states = defaultdict[str, Counter[str]](Counter)
    for row in after.values():
        states[row["coder"]][row["state"]] += 1
    print("codings:", {coder: dict(each) for coder, each in sorted(states.items())})
    told = answer(store.path, ROOT / "study", "code", "status")
    adrift = {key for key, row in after.items() if row["state"] != "anchored"}
    assert {row["coding"] for row in told["not_anchored"]} == adrift


def answer(path: Path, study: Path, *arguments: str) -> Any:
    given = ["--corpus", str(path), "--study", str(study), *arguments, "--json"]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def compared(path: Path) -> list[Row]:
    with reading(path) as store:
        rows = store.rows(f"select {', '.join(COMPARED)} from codings where page is not null")
    return sorted((row | {"quote": fold(row["quote"])} for row in rows), key=str)


def test_a_project_of_real_papers_is_valid_and_comes_back(built: Built, tmp_path: Path) -> None:
    """The same codes, coders and anchors, in a corpus made anew of the same files."""
    project = tmp_path / "real.qdpx"
    told = answer(built.path, built.study.folder, "code", "export", str(project))
    before = compared(built.path)
    assert (told["codings"], told["left_out"]) == (len(before), 0)
    assert told["coders"] == ["anna", "ben", "carl"]
    with zipfile.ZipFile(project) as archive:
        root = etree.fromstring(archive.read(QDE))
    assert refi_qda.faults(root, refi_qda.PROJECT, PROJECT) == []
    fresh = own_study(tmp_path / "study")
    assert not list((fresh.folder / "codings").glob("*.csv"))
    path = tmp_path / "fresh" / "corpus.db"
    bring_in(path, fresh, built.papers)
    back = answer(path, fresh.folder, "code", "import", str(project))
    assert (back["brought"]["new"], back["brought"]["problems"]) == (len(before), [])
    assert back["loaded"]["states"] == {"anchored": len(before)}
    assert compared(path) == before
    twice = answer(path, fresh.folder, "code", "import", str(project))
    assert (twice["brought"]["new"], twice["brought"]["known"]) == (0, len(before))
    other = tmp_path / "other.qdpx"
    answer(path, fresh.folder, "code", "export", str(other))
    assert compared(path) == before
    with zipfile.ZipFile(other) as archive:
        root = etree.fromstring(archive.read(QDE))
    assert refi_qda.faults(root, refi_qda.PROJECT, PROJECT) == []
    print(
        f"\n{project.stat().st_size:,} bytes, {told['pages']} pages, {len(before)} codings "
        f"of {len({row['code'] for row in before})} codes by {told['coders']}: none differs"
    )
