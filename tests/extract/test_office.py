"""Word, slides and OpenDocument of today: what is read, in which order, and what is refused."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pptx
import pytest
from lxml import etree

from corpus.errors import Broken, Encrypted, ReadingError, TooLarge, Unsupported
from corpus.settings import Settings
from extract.page import Page
from extract.readers.opendocument import read_odf
from extract.readers.slides import read_pptx
from extract.readers.word import read_docx
from tests.conftest import Make

Reading = Callable[..., list[Page]]
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def pages(tmp_path: Path) -> Reading:
    """Read bytes with a reader, under the limits given."""

    def run(reader: Any, content: bytes, **limits: int) -> list[Page]:
        path = tmp_path / "file"
        path.write_bytes(content)
        return list(reader(path, Settings(**limits)))

    return run


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def word(body: str, **parts: str) -> bytes:
    """A DOCX of hand-written XML; `footnotes`, `header1` … become parts of their own."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    rels = "".join(
        f'<Relationship Id="r{n}" Type="{kinds}{name.rstrip("123")}" Target="{name}.xml"/>'
        for n, name in enumerate(parts)
    )
    names = (
        f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    )
    main = f'<Relationship Id="r" Type="{kinds}officeDocument" Target="/word/document.xml"/>'
    members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f"{relations}{main}</Relationships>",
        "word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f"{relations}{rels}</Relationships>",
        **{f"word/{name}.xml": f"<w:x {names}>{xml}</w:x>" for name, xml in parts.items()},
    }
    return Make().zip({name: content.encode() for name, content in members.items()})


def p(*runs: str, properties: str = "") -> str:
    texts = (r if r.startswith("<") else f"<w:r><w:t>{r}</w:t></w:r>" for r in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(texts)}</w:p>"


def test_tracked_changes_are_read_as_accepted(pages: Reading) -> None:
    body = p(
        "The tool ",
        "<w:ins><w:r><w:t>is</w:t></w:r></w:ins>",
        "<w:del><w:r><w:delText>was</w:delText></w:r></w:del>",
        "<w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom>",
        " used.",
    )
    (page,) = pages(read_docx, word(body))
    assert page.text.strip() == "The tool is used."


def test_text_in_controls_boxes_and_fields_is_read_where_it_stands(pages: Reading) -> None:
    box = f"<w:txbxContent>{p('In a box')}</w:txbxContent>"
    body = (
        f"<w:sdt><w:sdtContent>{p('In a control')}</w:sdtContent></w:sdt>"
        + p(
            "Beside",
            "<w:r><mc:AlternateContent><mc:Choice><w:drawing>"
            f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox>"
            "</w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            '<w:fldSimple w:instr="DATE"><w:r><w:t> a field</w:t></w:r></w:fldSimple>',
        )
        + p(
            "<w:r><w:pict><v:textbox>"
            + box.replace("In a", "An old")
            + "</v:textbox></w:pict></w:r>"
        )
        + p("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>", "After")
    )
    (page,) = pages(read_docx, word(body))
    assert lines(page.text) == [
        "In a control",
        "Beside a field",
        "In a box",
        "An old box",
        "After",
    ]


def test_notes_follow_their_paragraph_and_margins_stand_once(pages: Reading) -> None:
    body = (
        p("Risk scores", '<w:r><w:footnoteReference w:id="2"/></w:r>', " help.")
        + p("Next", '<w:r><w:endnoteReference w:id="1"/></w:r>')
        + p("<w:r><w:br w:type='page'/></w:r>", "Last page")
    )
    content = word(
        body,
        footnotes=f'<w:footnote w:id="2">{p("See the annex.")}</w:footnote>',
        endnotes=f'<w:endnote w:id="1">{p("At the end.")}</w:endnote>',
        header1=p("Agenda item 5"),
        header2=p("Agenda item 5"),
        header3=p("7"),
        footer1=p("OFFICIAL"),
    )
    first, last = pages(read_docx, content)
    assert lines(first.text) == [
        "Agenda item 5",
        "Risk scores[2] help.",
        "[2] See the annex.",
        "Next[1]",
        "[1] At the end.",
    ]
    assert lines(last.text) == ["Last page", "OFFICIAL"]


def test_pages_end_where_word_drew_their_ends_but_not_inside_sentences(pages: Reading) -> None:
    drawn = "<w:r><w:lastRenderedPageBreak/></w:r>"
    body = (
        p("One", "<w:r><w:br w:type='page'/></w:r>")
        + p(drawn, "Two")
        + p("A sentence that ", drawn, "goes on over the end of the page.")
        + p("Four", properties="<w:pageBreakBefore/>")
        + p("Still four", properties="<w:sectPr><w:type w:val='continuous'/></w:sectPr>")
        + p("And still", properties="<w:sectPr/>")
        + f"<w:tbl><w:tr><w:tc>{p('Five')}</w:tc></w:tr><w:tr><w:tc>{p(drawn, 'Six')}</w:tc></w:tr>"
        "</w:tbl>"
    )
    assert [lines(page.text) for page in pages(read_docx, word(body))] == [
        ["One"],
        ["Two"],
        ["A sentence that goes on over the end of the page."],
        ["Four", "Still four", "And still"],
        ["Five"],
        ["Six"],
    ]


def test_a_table_in_a_table_is_text_of_its_cell(pages: Reading) -> None:
    inner = f"<w:tbl><w:tr><w:tc>{p('a')}</w:tc><w:tc>{p('b')}</w:tc></w:tr></w:tbl>"
    empty = f"<w:tr><w:tc>{p('')}</w:tc><w:tc>{p('')}</w:tc></w:tr>"
    body = f"<w:tbl><w:tr><w:tc>{inner}</w:tc><w:tc>{p('c')}{p('d')}</w:tc></w:tr>{empty}</w:tbl>"
    (page,) = pages(read_docx, word(body))
    assert lines(page.text) == ["a | b | c d"]


@pytest.mark.parametrize("kind", ["dotx", "docm"])
def test_templates_and_files_with_macros_are_read_as_documents(
    make: Make, pages: Reading, kind: str
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make.docx("Minutes"))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"document.main+xml", kind.encode()))
        new.writestr("word/vbaProject.bin", b"macros")
    assert [page.text.strip() for page in pages(read_docx, out.getvalue())] == ["Minutes"]


def slides() -> bytes:
    """Three slides: shapes, a group and a table with notes; nothing; a picture's name."""
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Predictive analytics"
    slide.placeholders[1].text = "First point\nSecond\vpoint"
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    inner.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "In two groups"
    table = slide.shapes.add_table(2, 2, 0, 0, 99, 99).table
    for row, texts in enumerate((("Tool", "Year"), ("ACME", "2024"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    show.slides.add_slide(show.slide_layouts[6])
    show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = "The end"
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def test_a_slide_is_a_page_with_its_groups_tables_and_notes(pages: Reading) -> None:
    first, second, third = pages(read_pptx, slides())
    assert lines(first.text) == [
        "Predictive analytics",
        "First point",
        "Second",
        "point",
        "In two groups",
        "Tool | Year",
        "ACME | 2024",
        "Notes:",
        "Say it slowly.",
    ]
    assert (second.text, second.outcome) == ("", "blank")
    assert (third.number, third.text, third.outcome) == (3, "The end", "text")


def odf(kind: str, body: str, **members: str) -> bytes:
    """An OpenDocument file of hand-written XML."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "draw", "presentation", "style")
    )
    content = (
        f"<office:document-content {spaces}><office:body>{body}</office:body>"
        "</office:document-content>"
    )
    named = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": content,
        **{
            f"{name}.xml": f"<office:document-styles {spaces}>{xml}</office:document-styles>"
            for name, xml in members.items()
        },
    }
    return Make().zip({name: text.encode() for name, text in named.items()})


def test_an_opendocument_text_is_read_like_a_word_file(pages: Reading) -> None:
    body = (
        "<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>struck out"
        "</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:h>A <text:span>head</text:span>ing</text:h>"
        '<text:p>Two<text:s text:c="3"/>gaps<text:tab/>and<text:line-break/>lines'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note"
        "</text:p></text:note-body></text:note><draw:frame><draw:text-box><text:p>A box</text:p>"
        "</draw:text-box></draw:frame> end<office:annotation><text:p>comment</text:p>"
        "</office:annotation></text:p>"
        "<text:list><text:list-item><text:p>An item</text:p></text:list-item></text:list>"
        "<text:soft-page-break/><table:table><table:table-header-rows><table:table-row>"
        "<table:table-cell><text:p>Tool</text:p></table:table-cell><table:table-cell>"
        "<text:p>Year</text:p></table:table-cell></table:table-row></table:table-header-rows>"
        "</table:table><text:p>over <text:soft-page-break/>the end</text:p></office:text>"
    )
    header = "<style:header><text:p>On top</text:p></style:header>" * 2
    read = pages(read_odf, odf("text", body, styles=header))
    assert [lines(page.text) for page in read] == [
        [
            "On top",
            "A heading",
            "Two   gaps\tand",
            "lines[1] end",
            "[1] A note",
            "A box",
            "An item",
        ],
        ["Tool | Year"],
        ["over the end"],
    ]


def test_opendocument_sheets_and_slides_are_pages(pages: Reading) -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    repeated = ' table:number-columns-repeated="2"'
    sheet = (
        '<table:table table:name="Spending"><table:table-row>'
        + cell.format(repeated, "x")
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row></table:table>"
    )
    read = pages(
        read_odf, odf("spreadsheet", f"<office:spreadsheet>{sheet * 2}</office:spreadsheet>")
    )
    assert [(p.number, p.label, p.text.strip()) for p in read] == [
        (1, "Spending", "x | x"),
        (2, "Spending", "x | x"),
    ]
    slide = (
        "<draw:page><draw:g><draw:frame><draw:text-box><text:p>A slide</text:p></draw:text-box>"
        "</draw:frame></draw:g><presentation:notes><text:p>said</text:p></presentation:notes>"
        "</draw:page><draw:page/>"
    )
    read = pages(
        read_odf, odf("presentation", f"<office:presentation>{slide}</office:presentation>")
    )
    assert [(lines(p.text), p.outcome) for p in read] == [
        (["A slide", "Notes:", "said"], "text"),
        ([], "blank"),
    ]


def test_an_opendocument_file_with_a_password_is_encrypted(testdata: Path) -> None:
    (path,) = (testdata / "corpus" / "hostile").rglob("*testODTEncrypted.odt")
    with pytest.raises(Encrypted, match="password"):
        list(read_odf(path, Settings()))


def test_formulas_and_databases_are_no_papers(pages: Reading) -> None:
    with pytest.raises(Unsupported, match="no text, sheet, slide"):
        pages(read_odf, odf("database", "<office:database/>"))


MADE: dict[str, tuple[Any, bytes]] = {
    "docx": (read_docx, Make().docx("Minutes", [["a", "b"]])),
    "pptx": (read_pptx, slides()),
    "odt": (read_odf, odf("text", "<office:text/>")),
}


@pytest.mark.parametrize(("reader", "content"), MADE.values(), ids=MADE.keys())
def test_damaged_and_foreign_packages_are_broken(
    pages: Reading, reader: Any, content: bytes
) -> None:
    for wrong in (content[: len(content) // 2], b"PK\x03\x04", Make().zip({"a.txt": b"x"}), b""):
        with pytest.raises(Broken, match="damaged"):
            pages(reader, wrong)


@pytest.mark.parametrize(("reader", "content"), MADE.values(), ids=MADE.keys())
def test_bombs_are_refused_by_their_limit(pages: Reading, reader: Any, content: bytes) -> None:
    bomb = io.BytesIO(content)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"0" * 20_000_000)
    with pytest.raises(TooLarge, match="unpacks to"):
        pages(reader, bomb.getvalue())
    with pytest.raises(TooLarge, match="unpacks to"):
        pages(reader, content, max_unpacked_bytes=10)


@pytest.mark.parametrize("entity", ['"boom"', 'SYSTEM "file:///etc/passwd"'])
@pytest.mark.parametrize(("reader", "content"), MADE.values(), ids=MADE.keys())
def test_entities_are_refused(pages: Reading, reader: Any, content: bytes, entity: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name in ("word/document.xml", "ppt/presentation.xml", "content.xml"):
                doctype = f"<!DOCTYPE x [<!ENTITY e {entity}>]>".encode()
                part = doctype + etree.tostring(etree.fromstring(part))
            new.writestr(name, part)
    with pytest.raises(Broken, match="declares entities"):
        pages(reader, out.getvalue())


def test_limits_on_pages_and_text_hold_for_packages(make: Make, pages: Reading) -> None:
    content = make.docx("One", "\fTwo", "\fThree")
    with pytest.raises(TooLarge, match="CORPUS_MAX_PAGES"):
        pages(read_docx, content, max_pages=2)
    with pytest.raises(TooLarge, match="CORPUS_MAX_TEXT_CHARS"):
        pages(read_docx, content, max_text_chars=8)
    with pytest.raises(TooLarge, match="CORPUS_MAX_PAGES"):
        pages(read_pptx, slides(), max_pages=2)


def test_links_to_the_outside_are_not_followed(pages: Reading, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(f'<w:x xmlns:w="{W}">{p("XYZZY")}</w:x>')
    content = word(p("Minutes"), header1=p("On top"))
    outside = f'Target="{secret.as_uri()}" TargetMode="External"'.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'Target="header1.xml"', outside))
    (page,) = pages(read_docx, out.getvalue())
    assert page.text.strip() == "Minutes"


def test_nesting_without_end_is_broken_and_no_crash(pages: Reading) -> None:
    for deep in (5000, 200):
        body = "<w:sdt>" * deep + p("x") + "</w:sdt>" * deep
        try:
            text = "".join(page.text for page in pages(read_docx, word(body)))
        except ReadingError as error:
            assert error.name == "Broken"
        else:
            assert deep == 200 and text.strip() == "x"
