"""The lean reader gives what plain pdfplumber gives: characters, lines, rectangles, text."""

import io
import math
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import PSEOF
from pdfplumber.utils.exceptions import PdfminerException

from extract.readers.contents import Contents
from extract.readers.lean import open_pdf
from tests.conftest import Make

EXACT = ("text", "upright", "fontname", "object_type", "page_number")
PLACES = ("x0", "x1", "top", "bottom", "doctop", "y0", "y1", "width", "height")
SAMPLE_PAGES = 3
SHARES = 16
"""Parts of the real papers; all of them took 13 minutes on a busy machine, one file alone 70 s."""


def differences(plain: Any, lean: Any) -> list[str]:
    """Return how a page read leanly differs from the same page read by pdfplumber."""
    found = []
    for kind in ("char", "line", "rect", "curve"):
        pairs = plain.objects.get(kind, []), lean.objects.get(kind, [])
        if len(pairs[0]) != len(pairs[1]):
            found.append(f"{len(pairs[0])} {kind}s, {len(pairs[1])} leanly")
            continue
        for one, other in zip(*pairs, strict=True):
            exact = [key for key in EXACT if one.get(key) != other.get(key)]
            places = [*PLACES, *(["size"] if kind == "char" else ["linewidth"])]
            exact += [k for k in places if not math.isclose(one[k], other[k], abs_tol=1e-6)]
            if exact:
                found.append(f"{kind} {one.get('text')}: {exact}")
    if plain.extract_text() != lean.extract_text():
        found.append("another text")
    return found


def compare(path: Path, pages: list[int] | None = None) -> list[str]:
    """Return the differences on a file's pages; a file pdfplumber cannot read has none."""
    found = []
    try:
        with pdfplumber.open(path, pages=pages) as plain, open_pdf(path, pages) as lean:
            for one, other in zip(plain.pages, lean.pages, strict=True):
                try:
                    one.objects  # noqa: B018 # read
                except PdfminerException:
                    continue
                found += [f"{path.name}, {one.page_number}: {d}" for d in differences(one, other)]
                one.close()
                other.close()
    except PdfminerException:
        return []
    return found


def papers(testdata: Path) -> list[Path]:
    return sorted((testdata / "corpus" / "papers").rglob("*.pdf"))


def test_real_pages_are_read_as_pdfplumber_reads_them(testdata: Path) -> None:
    small = [path for path in papers(testdata) if path.stat().st_size < 3_000_000][::12]
    assert len(small) > 5
    assert [d for path in small for d in compare(path, list(range(1, SAMPLE_PAGES + 1)))] == []


@pytest.mark.soak
@pytest.mark.parametrize("share", range(SHARES))
def test_every_real_page_is_read_as_pdfplumber_reads_it(testdata: Path, share: int) -> None:
    by_size = sorted(papers(testdata), key=lambda path: (path.stat().st_size, path.name))
    assert [d for path in by_size[share::SHARES] for d in compare(path)] == []


@pytest.mark.parametrize("folder", ["pdfbox", "tabula"])
def test_odd_pages_are_read_as_pdfplumber_reads_them(testdata: Path, folder: str) -> None:
    files = sorted((testdata / "bench" / "pdf" / folder).glob("*.pdf"))
    assert len(files) > 10
    assert [d for path in files for d in compare(path, [1])] == []


def test_rotated_pages_and_shifted_boxes_are_placed_alike(tmp_path: Path) -> None:
    from pypdfium2 import PdfDocument
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for turn in (0, 90, 180, 270):
        canvas.setPageRotation(turn)
        canvas.drawString(100, 700, "Level (and) text\\")
        canvas.saveState()
        canvas.rotate(30)
        canvas.drawString(300, 300, "slanting")
        canvas.restoreState()
        canvas.rect(50, 60, 70, 80)
        canvas.line(1, 2, 3, 2)
        canvas.bezier(1, 2, 3, 4, 5, 6, 7, 8)
        canvas.showPage()
    canvas.save()
    document = PdfDocument(out.getvalue())
    document[0].set_mediabox(20, 30, 500, 800)
    document.save(tmp_path / "a.pdf")
    assert compare(tmp_path / "a.pdf") == []
    with open_pdf(tmp_path / "a.pdf") as lean:
        assert "Level (and) text\\" in lean.pages[0].extract_text()
        assert {kind for page in lean.pages for kind in page.objects} == {
            *("char", "rect", "line", "curve")
        }


def theirs(data: bytes) -> list[Any]:
    """Return what pdfminer's own parser makes of a content stream."""
    try:
        parser = PDFContentParser([PDFStream({}, data)])
    except PSEOF:
        return []
    found = []
    while True:
        try:
            found.append(parser.nextobject()[1])
        except PSEOF:
            return found


def shown(objects: list[Any]) -> list[Any]:
    """Return objects in a form that can be compared; inline images are passed over."""
    return [repr(o) for o in objects if not isinstance(o, PDFStream) and repr(o) != "/b'EI'"]


@pytest.mark.parametrize(
    "data",
    [
        b"BT /F1 12 Tf 1 0 0 1 72 700 Tm (Hello) Tj ET",
        b"[(A) -120 (B\\)C) .5 -.5 5. +3 <414> <42 4 3>] TJ",
        b"(nested (brackets (three (four) deep) here) \\(end\\)) Tj (after) Tj",
        b"(octal \\101\\60\\7x \\n\\r\\t\\b\\f\\q line \\\nend \\\r\nend) '",
        b"/Name#20with#2 /P <</MCID 3 /A [1 2] /B (x)>> BDC EMC",
        b"--5 1.2.3 - . +. 1-2 5.Td 1e5 0.0001 00012",
        b"% a comment (with a string\n(kept) Tj %end",
        b"q BI /W 1 /H 1 /BPC 8 ID \x00(\xff EI Q (after) Tj",
        b"q BI /W 1 /H 1 /F /A85 ID abc~> EI Q (after) Tj",
        b"true false null [true null] T* ' \" { 1 2 } ] >> 7",
        b"1 0 0 rg\x001 w\x0c(a)Tj[(b)]TJ",
    ],
)
def test_contents_are_cut_into_the_tokens_that_pdfminer_finds(data: bytes) -> None:
    assert shown(list(Contents(data + b"\n"))) == shown(theirs(data + b"\n"))


@given(st.lists(st.integers(0, 255), max_size=60).map(bytes))
def test_whatever_bytes_stand_there_are_cut_without_an_error(data: bytes) -> None:
    assert isinstance(list(Contents(data)), list)


_PIECES = st.sampled_from(
    [b"(a)", b"12", b"-3.5", b"[", b"]", b"/N", b"Tj", b"TJ", b"<41>", b"\n", b" ", b"true", b"q"]
)


@given(st.lists(_PIECES, max_size=30).map(b" ".join))
def test_tokens_in_any_order_are_those_of_pdfminer(data: bytes) -> None:
    assert shown(list(Contents(data + b" "))) == shown(theirs(data + b" "))


def test_unclosed_strings_and_arrays_end_with_the_page() -> None:
    assert list(Contents(b"1 (never closed")) == [1]
    assert list(Contents(b"1 [2 3")) == [1]
    assert next(iter(Contents(b"9" * 10_000 + b" w"))) == math.inf


def test_a_form_within_itself_is_drawn_once(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make.pdf("once"))
    assert compare(path) == []
