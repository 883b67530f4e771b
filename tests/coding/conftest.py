"""A small corpus that people code."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coding.codings import COLUMNS, Vocabulary
from coding.codings_file import as_csv
from coding.run import find
from coding.run_codings import vocabulary
from corpus.codebook import Codebook
from corpus.store import Store
from corpus.study import Study, load_study
from extract.run import extract
from tests.conftest import Make

FIRST = "The council uses predictive analytics against fraud. ACME sold it."
SECOND = "Members noted the report. No predictive model was used for fraud; ACME was not asked."
THIRD = "A committee of the borough met and talked about bins."


@pytest.fixture
def coded(store: Store, folder: Any, bring_in: Any, codebook: Codebook, make: Make) -> Store:
    """A corpus of a PDF with two pages that mention something, and one page that does not."""
    bring_in(folder({"a.pdf": make.pdf(FIRST, SECOND), "c.txt": THIRD}), council="KEN")
    extract(store, codebook, jobs=1)
    find(store, codebook)
    return store


@pytest.fixture
def own_study(study_folder: Path, codebook: Codebook) -> Study:
    """A study with two coders and one who settles."""
    (study_folder / "coders.yaml").write_text("anna: Anna Reader\nben:\ncarl: Carl\n")
    (study_folder / "codings").mkdir()
    return replace(load_study(study_folder), codebook=codebook)


@pytest.fixture
def known(own_study: Study) -> Vocabulary:
    """What the codings of that study may say."""
    return vocabulary(own_study)


@pytest.fixture
def row(coded: Store) -> Callable[..., dict[str, str]]:
    """A row of a file of codings about the first page."""
    page = coded.rows("select page, sha256 from pages where text like '%uses%'")[0]
    document = coded.value("select document from files where sha256 = ?", (page["sha256"],))

    def make_row(**more: str) -> dict[str, str]:
        plain = {"document": document, "page": page["page"], "quote": "predictive analytics"}
        said = {"code": "predictive", "value": "yes", "coder": "anna", "coded_at": "2026-11-22"}
        return dict.fromkeys(COLUMNS, "") | plain | said | more

    return make_row


@pytest.fixture
def write(own_study: Study) -> Callable[..., Path]:
    """Write rows, or a text, into a file of codings of the study."""

    def write_file(*rows: dict[str, str], text: str = "", name: str = "a.csv") -> Path:
        path = own_study.folder / "codings" / name
        path.write_text(text or as_csv(COLUMNS, rows), encoding="utf-8")
        return path

    return write_file
