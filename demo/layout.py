"""Composed papers as PDF pages: title block, numbered paragraphs, tables, columns, page labels."""

from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, Paragraph, Table, TableStyle

from demo.compose import Block, Paper
from demo.shapes import DemoDocument
from demo.text import long_date

WIDTH, HEIGHT = A4
MARGIN = 62
_GUTTER = 20
# A heading is not left alone at the foot of a page: it wants room for two lines below it.
_HEADING_ROOM = 64
_TITLE_ROOM = 182


@dataclass(frozen=True)
class Look:
    """A council's house style."""

    font: str
    bold: str
    colour: str


_PLAIN_LOOK = Look("Helvetica", "Helvetica-Bold", "#333333")
_LOOKS = {
    "XAL": Look("Helvetica", "Helvetica-Bold", "#1f3f6e"),
    "XBR": Look("Times-Roman", "Times-Bold", "#5a1f2b"),
    "XTH": Look("Helvetica", "Helvetica-Bold", "#1d5a3a"),
    "XMA": Look("Times-Roman", "Times-Bold", "#3d2f63"),
    "XQU": Look("Helvetica", "Helvetica-Bold", "#7a3b12"),
    "XTO": Look("Times-Roman", "Times-Bold", "#14535c"),
    "XPA": Look("Helvetica", "Helvetica-Bold", "#5c4a14"),
}


@cache
def _style(council: str, kind: str) -> ParagraphStyle:
    look = _LOOKS.get(council, _PLAIN_LOOK)
    bold = kind in {"heading", "title"}
    size = {"title": 15, "heading": 11.5, "cell": 8.5}.get(kind, 10.5)
    return ParagraphStyle(
        kind,
        fontName=look.bold if bold else look.font,
        fontSize=size,
        leading=size * 1.34,
        textColor=look.colour if bold else "black",
        spaceBefore=9 if bold else 0,
        spaceAfter=3 if kind == "cell" else 7,
        leftIndent={"para": 30, "bullet": 30}.get(kind, 0),
        bulletIndent=16 if kind == "bullet" else 0,
    )


def _flowable(block: Block, council: str) -> Flowable:
    if block.kind == "table":
        return _table(block, council)
    style = _style(council, block.kind)
    if block.kind == "heading":
        return Paragraph(escape(f"{block.number} {block.text}"), style)
    mark = {"para": block.number, "bullet": "\u2022"}.get(block.kind)
    return Paragraph(escape(block.text), style, bulletText=mark)


def _table(block: Block, council: str) -> Table:
    look = _LOOKS.get(council, _PLAIN_LOOK)
    table = Table(block.rows, hAlign="LEFT", spaceAfter=9)
    commands = [
        ("FONT", (0, 0), (-1, 0), look.bold, 8),
        ("FONT", (0, 1), (-1, -1), look.font, 8),
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("ALIGN", (1, 1), (-1, -1), "RIGHT"),
    ]
    table.setStyle(TableStyle(commands))
    return table


class Printer:
    """Draws papers one after another on one canvas; `overlay` numbers the pages of a pack."""

    def __init__(self, canvas: Canvas, overlay: bool = False) -> None:
        self.canvas = canvas
        self.overlay = overlay

    def draw(self, document: DemoDocument, paper: Paper) -> None:
        """Every page of one paper."""
        council = document.setting.council
        story = [_flowable(block, council) for block in paper.blocks]
        columns = document.form == "columns"
        page = 0
        while story:
            page += 1
            self._furniture(document, f"Page {page}")
            top = self._title_block(document, paper) if page == 1 else HEIGHT - MARGIN - 14
            _fill(self.canvas, story, _frames(top, 2 if columns and page > 1 else 1))
            self.canvas.showPage()

    def draw_labelled(self, document: DemoDocument, paper: Paper) -> None:
        """Two front pages numbered i and ii, then the paper from 1, with page labels to match."""
        self.canvas.addPageLabel(0, "ROMAN_LOWER", 1)
        self.canvas.addPageLabel(2, "ARABIC", 1)
        self._furniture(document, "Page i")
        self._title_block(document, paper)
        self.canvas.showPage()
        self._furniture(document, "Page ii")
        headings = [block for block in paper.blocks if block.kind == "heading"]
        council = document.setting.council
        contents = [Block("heading", "Contents")]
        contents += [Block("plain", f"{one.number} {one.text}") for one in headings]
        story = [_flowable(block, council) for block in contents]
        _fill(self.canvas, story, _frames(HEIGHT - MARGIN - 14, 1))
        self.canvas.showPage()
        self.draw(document, paper)

    def _furniture(self, document: DemoDocument, label: str) -> None:
        canvas, setting = self.canvas, document.setting
        canvas.setFont(_LOOKS.get(setting.council, _PLAIN_LOOK).font, 8)
        canvas.setFillColor(colors.HexColor(_LOOKS.get(setting.council, _PLAIN_LOOK).colour))
        canvas.drawString(MARGIN, HEIGHT - 40, f"{setting.council_name} | {setting.committee}")
        canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 40, long_date(setting.held_on))
        canvas.drawCentredString(WIDTH / 2, 34, label)
        canvas.setFillColor(colors.black)
        if self.overlay:
            canvas.drawRightString(WIDTH - 24, 20, f"Pack page {canvas.getPageNumber()}")

    def _title_block(self, document: DemoDocument, paper: Paper) -> float:
        council = document.setting.council
        title = Paragraph(escape(paper.title), _style(council, "title"))
        rows = [
            [Paragraph(escape(cell), _style(council, "cell")) for cell in row]
            for row in paper.facts
        ]
        facts = Table(rows, colWidths=[110, WIDTH - 2 * MARGIN - 110])
        facts.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.lightgrey)]))
        floor: float = HEIGHT - MARGIN - 14 - _TITLE_ROOM
        frame = Frame(MARGIN - 6, floor, WIDTH - 2 * MARGIN + 12, _TITLE_ROOM, showBoundary=0)
        frame.addFromList([title, facts], self.canvas)
        return floor


def _frames(top: float, columns: int) -> list[Frame]:
    bottom = MARGIN - 6
    width = (WIDTH - 2 * MARGIN - _GUTTER * (columns - 1)) / columns
    step = width + _GUTTER
    padding = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    return [
        Frame(MARGIN + step * column, bottom, width, top - bottom, **padding)
        for column in range(columns)
    ]


def _fill(canvas: Canvas, story: list[Flowable], frames: list[Frame]) -> None:
    """Move what fits from the front of the story into the frames, splitting the last paragraph."""
    for frame in frames:
        _fill_frame(canvas, story, frame)


def _fill_frame(canvas: Canvas, story: list[Flowable], frame: Frame) -> None:
    while story:
        heading = getattr(getattr(story[0], "style", None), "name", "") == "heading"
        if heading and frame._y - frame._y1p < _HEADING_ROOM:
            return
        if frame.add(story[0], canvas):
            del story[0]
            continue
        pieces = frame.split(story[0], canvas)
        if not pieces:
            return
        story[0:1] = pieces
        frame.add(story.pop(0), canvas)
        return


def canvas_for(buffer: object, title: str, encrypt: object = None) -> Canvas:
    """A canvas whose bytes do not depend on the clock."""
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, encrypt=encrypt)
    canvas.setTitle(title)
    canvas.setProducer("County demo")
    return canvas
