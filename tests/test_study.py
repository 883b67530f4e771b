"""The packaged study, its codebook's own examples, and what a spoilt study is told."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from coding.mentions import Finder, Mention
from corpus.errors import BadStudy
from corpus.language.lexicon import Lexicon
from corpus.settings import default_study
from corpus.store import Store
from corpus.study import Study, keep_study, load_study
from tests.conftest import ROOT

CODES = load_study(ROOT / "study").codebook.codes
EXAMPLES = [
    pytest.param(code.code, kind, text, id=f"{code.code}-{kind}-{number}")
    for code in CODES
    for kind, texts in (("matches", code.matches), ("rejects", code.rejects))
    for number, text in enumerate(texts, 1)
]
CONTEXT = {code.code for code in CODES if code.group in ("use", "benefit", "concern")}
TECHNIQUE = "The council uses predictive analytics. "
"""Beside it a use, benefit or concern may count: without it, no reject of theirs could fail."""


@cache
def finder() -> Finder:
    return Finder(Lexicon(load_study(ROOT / "study").codebook))


def counted(text: str) -> list[Mention]:
    return [mention for mention in finder().find(text) if mention.counted]


@pytest.mark.parametrize(("code", "kind", "text"), EXAMPLES)
def test_the_examples_of_a_code_are_found_and_refused(code: str, kind: str, text: str) -> None:
    text = TECHNIQUE + text if kind == "rejects" and code in CONTEXT else text
    found = {mention.code for mention in counted(text)}
    assert (code in found) == (kind == "matches")


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_every_code_says_what_it_is_and_shows_examples(code) -> None:
    assert code.definition and code.label and code.terms
    assert code.matches and code.rejects


def test_the_packaged_study_holds_the_councils_of_the_united_kingdom(
    packaged_study: Study,
) -> None:
    councils = packaged_study.councils.values()
    assert len(councils) == 445
    current = [council for council in councils if not council.end_on]
    assert len(current) == 397
    platforms = Counter(council.platform for council in current)
    assert platforms["unknown"] == 56
    assert platforms.most_common(1)[0][0] == "modgov"
    assert set(platforms) <= set(packaged_study.sources) | {"unknown"}


def test_abolished_councils_are_replaced_by_councils_that_exist(packaged_study: Study) -> None:
    codes = packaged_study.councils
    named = {code for c in codes.values() for code in c.replaced_by.split(",") if code}
    assert len(named) > 10
    assert named - set(codes) == set()


def test_every_source_says_its_manners_and_why(packaged_study: Study) -> None:
    for source in packaged_study.sources.values():
        assert source.throttle_seconds >= 1, source.source
        assert len(source.throttle_why) > 40, source.source
        assert source.window_why and source.licence and source.publisher, source.source
        assert source.private_hosts == (), source.source
        assert 0 <= source.min_documents < source.max_documents, source.source


def test_without_a_study_here_the_packaged_one_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_study() == ROOT / "study"
    (tmp_path / "study").mkdir()
    assert default_study().resolve() == tmp_path / "study"


def test_a_kept_study_stands_in_the_database_and_keeping_it_again_changes_nothing(
    store: Store, packaged_study: Study
) -> None:
    for _ in range(2):
        keep_study(store, packaged_study)
        assert store.value("select count(*) from councils") == 445
        assert store.value("select count(*) from codes") == len(CODES)
        assert store.value("select count(*) from terms") == sum(len(c.terms) for c in CODES)
        assert store.value("select end_on from councils where council = 'KEN'") is None
    assert store.rows("pragma foreign_key_check") == []


SPOILT = {
    "unknown column": ("councils.csv", "official_name", "official", "councils.csv:1", "`official`"),
    "missing column": ("councils.csv", ",access_note", "", "councils.csv:1", "access_note"),
    "duplicate code": ("councils.csv", "\nBST,", "\nABC,", "councils.csv:3", "ABC stands twice"),
    "bad code": ("councils.csv", "\nKEN,", "\nkent,", "councils.csv:4", "`kent`"),
    "bad address": (
        "councils.csv",
        "https://democracy.kent",
        "ftp://kent",
        "councils.csv:4",
        "ftp:",
    ),
    "impossible address": (
        "councils.csv",
        "https://democracy.kent",
        "http://[kent",
        "councils.csv:4",
        "http://[kent",
    ),
    "unknown platform": ("councils.csv", ",modgov,", ",modgvo,", "councils.csv:", "`modgvo`"),
    "date of another country": (
        "councils.csv",
        "2015-04-01",
        "01/04/2015",
        "councils.csv:2",
        "YYYY-MM-DD",
    ),
    "syntax": ("codebook.yaml", "codes:\n", "codes: [\n", "codebook.yaml:", "is not YAML"),
    "tab": ("codebook.yaml", "  - code: acme", "\t- code: acme", "codebook.yaml:", "is not YAML"),
    "duplicate key": (
        "codebook.yaml",
        "    label: Fraud\n",
        "    label: Fraud\n    label: Theft\n",
        "codebook.yaml:34",
        "`label` stands twice",
    ),
    "unknown key": (
        "codebook.yaml",
        "        case: exact",
        "        caze: exact",
        "codebook.yaml:43",
        "`caze`",
    ),
    "duplicate term": (
        "codebook.yaml",
        "predictive model]",
        "Predictive Analytic]",
        "codebook.yaml:12",
        "stands twice",
    ),
    "duplicate code of the codebook": (
        "codebook.yaml",
        "code: acme",
        "code: fraud",
        "codebook.yaml:37",
        "`fraud` stands twice",
    ),
    "wrong type": (
        "codebook.yaml",
        "context_words: 20",
        "context_words: many",
        "codebook.yaml:1",
        "must be int or a mapping",
    ),
    "a group that is no context": (
        "codebook.yaml",
        "context_words: 20",
        "context_words: {technique: 20}",
        "codebook.yaml:3",
        "unknown key `technique`",
    ),
    "no group": (
        "codebook.yaml",
        "    group: use\n",
        "    group: usage\n",
        "codebook.yaml:31",
        "must be one of technique",
    ),
    "a phrase of signs": (
        "codebook.yaml",
        "terms: [fraud]",
        "terms: ['***']",
        "codebook.yaml:31",
        "holds no word",
    ),
    "a date as a text": (
        "codebook.yaml",
        "uses: [is used, uses]",
        "uses: [2026-01-01]",
        "codebook.yaml:5",
        "in quotes",
    ),
    "impossible date": (
        "codebook.yaml",
        'version: "test"',
        "version: 2026-13-01",
        "codebook.yaml:1",
        "month must be in 1..12",
    ),
    "no code": ("codebook.yaml", "codes:\n", "codes: []\nrest:\n", "codebook.yaml", "unknown key"),
    "throttle without a reason": (
        "sources/modgov.yaml",
        "  why: >-",
        "  because: >-",
        "modgov.yaml:",
        "`why` is missing",
    ),
    "unknown kind of source": (
        "sources/modgov.yaml",
        "kind: papers",
        "kind: paper",
        "modgov.yaml:1",
        "must be one of papers",
    ),
}


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "problem"), SPOILT.values(), ids=SPOILT.keys()
)
def test_a_spoilt_study_is_told_file_line_and_problem(
    study_folder: Path, file: str, old: str, new: str, place: str, problem: str
) -> None:
    load_study(study_folder)  # sound before it is spoilt
    path = study_folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadStudy) as told:
        load_study(study_folder)
    assert place in str(told.value)
    assert problem in str(told.value)


@pytest.mark.parametrize("file", ["codebook.yaml", "councils.csv", "sources/modgov.yaml"])
def test_a_study_file_that_is_not_utf8_is_told_by_name(study_folder: Path, file: str) -> None:
    path = study_folder / file
    path.write_bytes(path.read_bytes() + b"\n# caf\xe9\n")
    with pytest.raises(BadStudy, match=rf"{Path(file).name}.*is not UTF-8"):
        load_study(study_folder)


@pytest.mark.parametrize("file", ["codebook.yaml", "councils.csv"])
def test_a_missing_study_file_is_told_by_name(study_folder: Path, file: str) -> None:
    (study_folder / file).unlink()
    with pytest.raises(BadStudy, match=rf"{file}.*cannot be read"):
        load_study(study_folder)


def test_a_row_with_too_many_cells_is_told_by_line(study_folder: Path) -> None:
    path = study_folder / "councils.csv"
    path.write_text(path.read_text() + "XYZ,one,two\n")
    with pytest.raises(BadStudy, match=r"councils\.csv:5: has more or fewer cells"):
        load_study(study_folder)


def test_a_study_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadStudy, match="--study"):
        load_study(tmp_path / "nowhere")


def test_yaml_nested_without_end_is_refused(study_folder: Path) -> None:
    (study_folder / "codebook.yaml").write_text("codes: " + "[" * 5000 + "]" * 5000)
    with pytest.raises(BadStudy, match="too deeply"):
        load_study(study_folder)
