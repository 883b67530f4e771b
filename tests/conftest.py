"""Fixtures that all tests share, and small files of every kind, made on the spot."""

import gzip
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_BREAK
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.codebook import Codebook, load_codebook
from corpus.settings import Settings
from corpus.store import Store, writing
from corpus.study import Study, keep_study, load_study
from tests.compound import compound

ROOT = Path(__file__).resolve().parent.parent
LEFT, TOP, LINE = 72, 770, 16

CODEBOOK = """\
version: "test"
title: A small codebook
context_words: 20
stance:
  not-used: [does not use]
  stopped: [decommissioned]
  asks: [asked whether]
  plans: [will explore]
  uses: [is used, uses]
boilerplate: [background papers, list of appendices]
codes:
  - code: predictive
    group: technique
    label: Predictive analytics
    precision: high
    definition: Saying in advance.
    terms: [predictive analytic, predictive model]
    matches: [We use predictive analytics.]
    rejects: [We predict rain.]
  - code: scoring
    group: technique
    label: Risk scores
    precision: medium
    definition: Scores of people.
    terms:
      - phrase: risk score
        near: {words: [household, vulnerab*], within: 4}
        not_near: {words: [risk register], within: 4}
      - phrase: dashboard
        precision: low
  - code: fraud
    group: use
    label: Fraud
    precision: context
    definition: Finding fraud.
    terms: [fraud]
  - code: acme
    group: supplier_product
    label: ACME
    precision: high
    definition: A firm.
    terms:
      - phrase: ACME
        case: exact
"""


SLOWEST = ("tests/test_end_to_end.py", "tests/soak/", "tests/crawler/", "tests/workbench/")
"""Begun first, so that no worker is left with a whole demo when the others have ended."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first."""

    def rank(item: pytest.Item) -> int:
        place = item.path.relative_to(ROOT).as_posix()
        return next((n for n, slow in enumerate(SLOWEST) if place.startswith(slow)), len(SLOWEST))

    items.sort(key=rank)


def missing(reason: str) -> None:
    """Skip a test for want of something; on CI nothing may be wanting, so there it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (on CI this is a failure)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def testdata() -> Path:
    """The folder of real papers, notices and hostile files."""
    given = os.environ.get("COUNCIL_CORPUS_TESTDATA")
    if not given:
        missing("COUNCIL_CORPUS_TESTDATA is not set: no real papers to test on")
    if not Path(str(given), "corpus").is_dir():
        missing(f"COUNCIL_CORPUS_TESTDATA={given} has no folder corpus/")
    return Path(str(given))


@pytest.fixture(scope="session")
def tesseract() -> str:
    """The path of tesseract."""
    found = shutil.which("tesseract")
    if not found:
        missing("tesseract is not installed")
    return str(found)


@pytest.fixture(scope="session")
def antiword() -> str:
    """The path of antiword; its sister catdoc is there too."""
    found = shutil.which("antiword")
    if not found or not shutil.which("catdoc"):
        missing("antiword and catdoc are not installed")
    return str(found)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium browser."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        missing(f"none of {', '.join(names)} is installed")
    return str(found)


@pytest.fixture
def corpus_path(tmp_path: Path) -> Path:
    """Where a test's corpus lies: in a folder of its own."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder / "corpus.db"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus that holds nothing yet, to be copied: every migration takes its time."""
    path = tmp_path_factory.mktemp("empty") / "corpus.db"
    with writing(path, "test", settings=Settings()):
        pass
    return path


@pytest.fixture
def store(corpus_path: Path, empty: Path) -> Iterator[Store]:
    """An empty corpus, open for writing."""
    shutil.copy(empty, corpus_path)
    with writing(corpus_path, "test", settings=Settings()) as opened:
        yield opened


@pytest.fixture(scope="session")
def packaged_study() -> Study:
    """The study that comes with the software."""
    return load_study(ROOT / "study")


@pytest.fixture(scope="session")
def codebook_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Codebook]:
    """Load a codebook from its YAML text."""

    def load(text: str) -> Codebook:
        path = tmp_path_factory.mktemp("codebook") / "codebook.yaml"
        path.write_text(text, encoding="utf-8")
        return load_codebook(path)

    return load


@pytest.fixture(scope="session")
def codebook(codebook_of: Callable[[str], Codebook]) -> Codebook:
    """A codebook small enough to know by heart."""
    return codebook_of(CODEBOOK)


@pytest.fixture(scope="session")
def codebook_text() -> str:
    """The small codebook as authored, for tests that change it."""
    return CODEBOOK


@pytest.fixture
def study_folder(tmp_path: Path) -> Path:
    """A small study on disk, to be spoilt by tests."""
    folder = tmp_path / "study"
    (folder / "sources").mkdir(parents=True)
    (folder / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    shutil.copy(ROOT / "study" / "sources" / "modgov.yaml", folder / "sources")
    lines = (ROOT / "study" / "councils.csv").read_text(encoding="utf-8").splitlines()
    chosen = [line for line in lines[1:] if line.startswith(("KEN,", "ABC,", "BST,"))]
    text = "\n".join([lines[0], *chosen]) + "\n"
    (folder / "councils.csv").write_text(text, encoding="utf-8")
    return folder


class Make:
    """Makes small files; every method returns the bytes of one."""

    def pdf(
        self,
        *pages: str | Sequence[str],
        labels: Sequence[str] = (),
        password: str | None = None,
        double: bool = False,
    ) -> bytes:
        """A PDF of text pages, one line of text to a line; an empty page is blank."""
        from reportlab.lib.pdfencrypt import StandardEncryption

        out = io.BytesIO()
        encrypt = StandardEncryption(password) if password else None
        canvas = Canvas(out, pagesize=A4, encrypt=encrypt, invariant=1)
        for number, page in enumerate(pages):
            if labels:
                canvas.addPageLabel(number, prefix=labels[number])
            for row, line in enumerate([page] if isinstance(page, str) else page):
                for _ in range(1 + double):
                    canvas.drawString(LEFT, TOP - row * LINE, line)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def scan(self) -> bytes:
        """A PDF whose one page is a picture."""
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4, invariant=1)
        picture = ImageReader(Image.new("L", (60, 60), 128))
        canvas.drawImage(picture, LEFT, 300, 300, 300)
        canvas.showPage()
        canvas.save()
        return out.getvalue()

    def docx(self, *blocks: str | list[list[str]]) -> bytes:
        """A DOCX of paragraphs and tables; `\\f` before a paragraph starts a page."""
        document = docx.Document()
        for block in blocks:
            if isinstance(block, str):
                paragraph = document.add_paragraph()
                if block.startswith("\f"):
                    paragraph.add_run().add_break(WD_BREAK.PAGE)
                paragraph.add_run(block.lstrip("\f"))
                continue
            table = document.add_table(rows=len(block), cols=len(block[0]))
            for row, cells in zip(table.rows, block, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    def zip(self, members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
        """A ZIP archive."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return out.getvalue()

    def compound(self, streams: dict[str, bytes]) -> bytes:
        """A compound file (OLE2); a name `a/b` lies in the storage `a`."""
        return compound(streams)

    def release(self, number: str = "r1", **more: Any) -> dict[str, Any]:
        """An OCDS release of Contracts Finder."""
        return {
            "ocid": f"ocds-b5fd17-{number}",
            "id": number,
            "date": "2025-03-01T10:00:00Z",
            "tag": ["tender"],
            "buyer": {"name": "Kent County Council"},
            "tender": {
                "title": "A data platform",
                "description": "Predictive analytics for fraud.",
                "value": {"amount": 5000, "currency": "GBP"},
                "classification": {"scheme": "CPV", "id": "48000000"},
            },
        } | more

    def package(self, *releases: dict[str, Any]) -> bytes:
        """A release package."""
        return json.dumps({"version": "1.1", "releases": releases}).encode()

    def gzip(self, content: bytes) -> bytes:
        """Content compressed."""
        return gzip.compress(content, mtime=0)


@pytest.fixture(scope="session")
def make() -> Make:
    """Makes small files."""
    return Make()


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[dict[str, bytes | str]], Path]:
    """Write files into a folder `papers` and return it."""

    def write(files: dict[str, bytes | str]) -> Path:
        place = tmp_path / "papers"
        for name, content in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    return write


@pytest.fixture
def bring_in(store: Store, packaged_study: Study, codebook: Codebook) -> Callable[..., Any]:
    """Import files or folders into the store as a user's command does."""
    study = replace(packaged_study, codebook=codebook)
    keep_study(store, study)
    from crawler.importer import Request, find_files, import_files, source_of

    def bring(*paths: Path, source: str | None = None, **about: Any) -> Any:
        request = Request(paths, source or source_of(paths), **about)
        return import_files(store, study, request, find_files(paths), lambda count: None)

    return bring
