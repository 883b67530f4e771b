"""A document's bytes, rendered on request and the same each time."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

import docx
import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from demo.compose import Block, Paper, compose
from demo.layout import HEIGHT, WIDTH, Printer, canvas_for
from demo.shapes import DemoDocument
from demo.text import long_date

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# The password of the encrypted paper: for the tests that show that it opens with it and only so.
PASSWORD = "thornhaven-and-brindleford"  # noqa: S105 - it guards an invented paper
# A file cut at a third has lost its page tree and cross-reference table: no reader can repair it.
_BROKEN_SHARE = 1 / 3
# The Bitstream Vera that comes with reportlab: the same letters on every machine.
_FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
_SCAN_DPI = 150
_ZIP_TIME = (2024, 1, 1, 0, 0, 0)


def render(document: DemoDocument) -> tuple[bytes, str]:
    """The content and media type of a document, deterministic for given library versions."""
    if document.kind == "pack":
        return _pack(document), PDF
    if document.form == "docx":
        return _docx(document), DOCX
    forms: dict[str, Callable[[DemoDocument], bytes]] = {
        "scan": _scan,
        "broken": _broken,
        "encrypted": _encrypted,
        "labels": _labelled,
    }
    return forms.get(document.form, _plain)(document), PDF


def _plain(document: DemoDocument) -> bytes:
    buffer = io.BytesIO()
    canvas = canvas_for(buffer, document.title)
    Printer(canvas).draw(document, compose(document))
    canvas.save()
    return buffer.getvalue()


def _labelled(document: DemoDocument) -> bytes:
    buffer = io.BytesIO()
    canvas = canvas_for(buffer, document.title)
    Printer(canvas).draw_labelled(document, compose(document))
    canvas.save()
    return buffer.getvalue()


def _encrypted(document: DemoDocument) -> bytes:
    buffer = io.BytesIO()
    lock = StandardEncryption(PASSWORD, ownerPassword=f"{PASSWORD}-owner", strength=128)
    canvas = canvas_for(buffer, document.title, lock)
    Printer(canvas).draw(document, compose(document))
    canvas.save()
    return buffer.getvalue()


def _pack(document: DemoDocument) -> bytes:
    buffer = io.BytesIO()
    canvas = canvas_for(buffer, document.title)
    printer = Printer(canvas, overlay=True)
    for part in document.parts:
        printer.draw(part, compose(part))
    canvas.save()
    return buffer.getvalue()


def _broken(document: DemoDocument) -> bytes:
    whole = _plain(document)
    return whole[: int(len(whole) * _BROKEN_SHARE)]


def _docx(document: DemoDocument) -> bytes:
    written, paper = docx.Document(), compose(document)
    written.core_properties.title = document.title
    written.core_properties.author = "Democratic Services"
    written.core_properties.created = datetime(2024, 1, 1)
    written.core_properties.modified = datetime(2024, 1, 1)
    written.add_heading(document.setting.council_name, 0)
    written.add_heading(paper.title, 1)
    for name, value in paper.facts:
        written.add_paragraph(f"{name}: {value}")
    for block in paper.blocks:
        _docx_block(written, block)
    buffer = io.BytesIO()
    written.save(buffer)
    return _fixed_zip(buffer.getvalue())


def _docx_block(written: "docx.document.Document", block: Block) -> None:
    if block.kind == "heading":
        written.add_heading(f"{block.number} {block.text}", 2)
    elif block.kind == "table":
        table = written.add_table(rows=len(block.rows), cols=len(block.rows[0]))
        for cells, row in zip(table.rows, block.rows, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text
    else:
        style = "List Bullet" if block.kind == "bullet" else None
        written.add_paragraph(f"{block.number} {block.text}".strip(), style=style)


def _fixed_zip(content: bytes) -> bytes:
    """The same archive with every time set to one moment."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return buffer.getvalue()


def _scan(document: DemoDocument) -> bytes:
    buffer = io.BytesIO()
    canvas = canvas_for(buffer, document.title)
    for picture in _pictures(document, compose(document)):
        canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _pictures(document: DemoDocument, paper: Paper) -> list[io.BytesIO]:
    size = (int(WIDTH / 72 * _SCAN_DPI), int(HEIGHT / 72 * _SCAN_DPI))
    rows = _scan_lines(document, paper)
    per_page = 48
    pages = [rows[start : start + per_page] for start in range(0, len(rows), per_page)]
    return [_picture(page, size, f"{document.seed}-{n}") for n, page in enumerate(pages)]


def _scan_lines(document: DemoDocument, paper: Paper) -> list[str]:
    setting = document.setting
    head = [setting.council_name, f"{setting.committee}, {long_date(setting.held_on)}", ""]
    texts = [*head, paper.title, "", *(f"{b.number} {b.text}" for b in paper.blocks if b.text)]
    return [line for text in texts for line in _wrapped(text, 82)]


def _wrapped(text: str, width: int) -> list[str]:
    rows = [""]
    for word in text.split():
        if len(rows[-1]) + len(word) >= width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def _picture(rows: list[str], size: tuple[int, int], seed: str) -> io.BytesIO:
    """One page as a crooked, speckled, grey JPEG: what an office scanner makes of it."""
    random = Random(seed)
    page = Image.new("L", size, 247)
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(_FONT, 21)
    for number, row in enumerate(rows):
        draw.text((118, 110 + number * 32), row, fill=38, font=font)
    turned = page.rotate(random.uniform(-0.7, 0.7), Image.Resampling.BICUBIC, fillcolor=240)
    small = (size[0] // 3, size[1] // 3)
    noise = Image.frombytes("L", small, random.randbytes(small[0] * small[1])).resize(size)
    buffer = io.BytesIO()
    Image.blend(turned, noise, 0.06).save(buffer, "JPEG", quality=60)
    buffer.seek(0)
    return buffer
