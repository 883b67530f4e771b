"""Every reader: what it gives back of a file made for it, and what it refuses by name."""

import io
import zipfile
from pathlib import Path

import pdfplumber
import pytest

from corpus.errors import Broken, Encrypted, ReadingError, TooLarge
from corpus.settings import Settings
from extract.page import Page, clean
from extract.parts import PART_CHARS, in_parts
from extract.readers import pdf
from extract.readers.html import read_html
from extract.readers.notice import read_notice
from extract.readers.text import decode, read_nothing, read_text
from extract.readers.word import read_docx
from tests.conftest import Make

TWO_PAGES = (["The council uses predictive analytics.", "It helps families."], ["A second page."])


@pytest.fixture
def screened(tmp_path: Path):
    def run(content: bytes, **limits: int) -> list[Page]:
        path = tmp_path / "a.pdf"
        path.write_bytes(content)
        return list(pdf.screen(path, Settings(**limits)))

    return run


@pytest.fixture
def read(tmp_path: Path):
    def run(content: bytes) -> list[Page]:
        path = tmp_path / "a.pdf"
        path.write_bytes(content)
        return list(pdf.read(path, Settings()))

    return run


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_screening_and_reading_give_the_same_words_page_by_page(make: Make, screened, read) -> None:
    content = make.pdf(*TWO_PAGES)
    looked, closely = screened(content), read(content)
    assert [one_line(page.text) for page in looked] == [" ".join(lines) for lines in TWO_PAGES]
    assert [one_line(page.text) for page in closely] == [one_line(page.text) for page in looked]
    assert [page.number for page in looked] == [page.number for page in closely] == [1, 2]
    assert {(page.outcome, page.width_pt) for page in looked} == {("text", looked[0].width_pt)}
    assert looked[0].height_pt == pytest.approx(closely[0].height_pt, abs=0.1)


def test_page_labels_are_as_printed(make: Make, screened) -> None:
    assert [p.label for p in screened(make.pdf("a", "b", labels=["i", "A-1"]))] == ["i", "A-1"]
    assert [p.label for p in screened(make.pdf("a"))] == [None]


def test_a_blank_page_is_blank_and_a_picture_waits_for_ocr(make: Make, screened) -> None:
    assert [p.outcome for p in screened(make.pdf("text", ""))] == ["text", "blank"]
    assert [p.outcome for p in screened(make.scan())] == ["ocr-queued"]


@pytest.mark.parametrize("reader", [pdf.screen, pdf.read], ids=["screen", "read"])
def test_a_pdf_with_a_password_is_encrypted(make: Make, tmp_path: Path, reader) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make.pdf("secret", password="x"))
    with pytest.raises(Encrypted, match="password"):
        list(reader(path, Settings()))


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing", b"%PDF-1.4" + b"\xff" * 4000])
def test_a_damaged_pdf_is_broken(screened, content: bytes) -> None:
    with pytest.raises(Broken, match="PDFium"):
        screened(content)


def test_a_pdf_of_too_many_pages_is_refused_by_its_limit(make: Make, screened) -> None:
    with pytest.raises(TooLarge, match="CORPUS_MAX_PAGES"):
        screened(make.pdf("a", "b", "c"), max_pages=2)
    assert len(screened(make.pdf("a", "b"), max_pages=2)) == 2


def test_a_hyphen_at_a_lines_end_goes_where_it_only_tears_a_word(
    make: Make, screened, read
) -> None:
    content = make.pdf(["They use predic-", "tive analytics and data-", "matching."])
    assert "predic-\ntive" in screened(content)[0].text
    assert one_line(read(content)[0].text) == "They use predictive analytics and data-matching."


def test_type_drawn_twice_is_read_once(make: Make, read) -> None:
    line = "The council uses predictive analytics to support families in need."
    assert one_line(read(make.pdf(line, double=True))[0].text) == line


def test_a_words_box_holds_that_word_on_the_page(make: Make, read) -> None:
    content = make.pdf(*TWO_PAGES)
    pages = read(content)
    with pdfplumber.open(io.BytesIO(content)) as document:
        for page, shown in zip(pages, document.pages, strict=True):
            assert [page.text[start:end] for start, end, *_ in page.words] == page.text.split()
            for start, end, x0, top, x1, bottom in page.words:
                box = (x0 - 0.1, top - 0.1, x1 + 0.1, bottom + 0.1)
                assert shown.crop(box).extract_text() == page.text[start:end]


def test_a_ruled_table_is_kept_as_rows_of_cells(read) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

    out, rows = io.BytesIO(), [["Tool", "Year"], ["ACME", "2024"]]
    style = TableStyle([("GRID", (0, 0), (-1, -1), 1, "black")])
    SimpleDocTemplate(out, pagesize=A4).build([Table(rows, style=style)])
    (page,) = read(out.getvalue())
    ((bbox, cells),) = page.tables
    assert cells == rows
    assert 0 < bbox[0] < bbox[2] < 596 and 0 < bbox[1] < bbox[3] < 843


@pytest.fixture
def docx_pages(tmp_path: Path):
    def run(content: bytes, **limits: int) -> list[Page]:
        path = tmp_path / "a.docx"
        path.write_bytes(content)
        return list(read_docx(path, Settings(**limits)))

    return run


def test_a_word_file_gives_paragraphs_and_tables_in_order(make: Make, docx_pages) -> None:
    (page,) = docx_pages(make.docx("Before", [["Tool", "Year"], ["ACME", "2024"]], "After"))
    assert [line for line in page.text.splitlines() if line] == [
        "Before",
        "Tool | Year",
        "ACME | 2024",
        "After",
    ]


def test_page_breaks_of_a_word_file_part_its_pages(make: Make, docx_pages) -> None:
    pages = docx_pages(make.docx("One", "\fTwo", "\fThree"))
    assert [(p.number, p.text.strip()) for p in pages] == [(1, "One"), (2, "Two"), (3, "Three")]


def test_a_word_bomb_is_refused_before_it_is_unpacked(make: Make, docx_pages) -> None:
    bomb = make.zip({"[Content_Types].xml": b"", "word/document.xml": b"0" * 5_000_000})
    assert len(bomb) < 10_000
    with pytest.raises(TooLarge, match="unpacks to 5,000,000"):
        docx_pages(bomb)


@pytest.mark.parametrize("damage", ["cut", "no document", "no zip", "bad xml"])
def test_a_damaged_word_file_is_broken(make: Make, docx_pages, damage: str) -> None:
    whole = make.docx("Minutes of the meeting")
    members = {"[Content_Types].xml": b"", "word/document.xml": b"<w:document"}
    content = {
        "cut": whole[: len(whole) // 2],
        "no document": make.zip({"[Content_Types].xml": b"<Types/>"}),
        "no zip": b"PK\x03\x04 and nothing",
        "bad xml": make.zip(members),
    }[damage]
    with pytest.raises(Broken, match="damaged DOCX"):
        docx_pages(content)


def test_an_entity_of_a_word_file_opens_no_file(make: Make, docx_pages, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("XYZZY")
    whole, out = make.docx("Minutes &amp; more"), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "word/document.xml":
                head, _, rest = content.partition(b"?>")
                doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
                content = head + b"?>" + doctype + rest.replace(b"Minutes", b"Minutes &e;")
            new.writestr(member, content)
    try:
        text = "".join(page.text for page in docx_pages(out.getvalue()))
    except Broken:
        return
    assert "Minutes" in text and "XYZZY" not in text


def html_text(tmp_path: Path, source: str | bytes) -> str:
    path = tmp_path / "a.html"
    path.write_bytes(source.encode() if isinstance(source, str) else source)
    return "\n".join(page.text for page in read_html(path, Settings()))


@pytest.mark.parametrize("filler", ["", "<p>" + "The committee noted the report. " * 40 + "</p>"])
def test_scripts_and_styles_are_no_text(tmp_path: Path, filler: str) -> None:
    source = (
        "<html><head><title>t</title><style>p {color: red}</style></head><body>"
        f"<script>var hidden = 'predictive';</script>{filler}"
        "<p>Families were found.</p></body></html>"
    )
    text = html_text(tmp_path, source)
    assert "Families were found." in text
    assert "hidden" not in text and "color" not in text


def test_an_html_file_without_text_is_blank(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><body><script>x()</script></body></html>")
    assert [page.outcome for page in read_html(path, Settings())] == ["blank"]


@pytest.mark.parametrize(
    "text", ["Minutes. Cost £5.", "The café’s “tool” – a pilot – cost £5,000. " * 20]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_of_any_usual_encoding_is_read(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    (page,) = read_text(path, Settings())
    assert page.text == text and page.outcome == "text"


def test_decoding_never_fails_on_a_mark_with_broken_text_after_it() -> None:
    assert decode(b"\xef\xbb\xbfcaf\xe9") == "caf\ufffd"
    assert decode(b"\xff\xfea\x00b").startswith("a")


def test_an_empty_file_has_no_page(tmp_path: Path) -> None:
    assert list(read_nothing(tmp_path / "any", Settings())) == []


def test_a_notice_is_one_page_of_what_it_says(make: Make, tmp_path: Path) -> None:
    import json

    path = tmp_path / "a.json"
    path.write_text(json.dumps(make.release()))
    (page,) = read_notice(path, Settings())
    assert page.text == "A data platform\n\nPredictive analytics for fraud."
    path.write_text('{"ocid": "o", "id": "1"}')
    assert [p.outcome for p in read_notice(path, Settings())] == ["blank"]


def test_text_is_cleaned_of_what_databases_and_people_cannot_bear() -> None:
    assert clean("a\r\nb\rc\x0cd\x00e\ud800\ufefff\tg") == "a\nb\nc\nde?f\tg"


def test_a_long_text_is_cut_at_its_paragraphs_and_nothing_is_lost() -> None:
    text = "\n\n".join(f"Paragraph {n} of the report. " * 20 for n in range(60))
    pages = list(in_parts(text))
    assert len(pages) > 3 and max(len(page.text) for page in pages) <= PART_CHARS
    assert all(page.text.startswith("Paragraph") for page in pages)
    assert "".join(one_line(p.text) for p in pages).replace(" ", "") == text.replace(
        "\n", ""
    ).replace(" ", "")


def test_form_feeds_part_pages_and_keep_blank_ones_in_their_place() -> None:
    pages = list(in_parts("one\x0c\x0cthree"))
    assert [(p.number, p.text, p.outcome) for p in pages] == [
        (1, "one", "text"),
        (2, "", "blank"),
        (3, "three", "text"),
    ]


def test_why_a_pdf_fails_does_not_depend_on_the_files_before(testdata: Path) -> None:
    def why(path: Path) -> str:
        try:
            return str(len(list(pdf.screen(path, Settings()))))
        except ReadingError as error:
            return f"{error.name}: {error}"

    hostile = sorted((testdata / "corpus" / "hostile").rglob("*.pdf"))
    small = [path for path in hostile if path.stat().st_size < 20_000]
    assert len(small) > 50
    forward = {path: why(path) for path in small}
    assert {path: why(path) for path in reversed(small)} == forward
    assert any("Encrypted" in reason for reason in forward.values())
