"""The device that writes characters, lines and rectangles down as pdfplumber shows them."""

from collections.abc import Iterable, Sequence
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect, get_bound
from pdfplumber.page import Page, fix_fontname_bytes

Object = dict[str, Any]
Glyphs = dict[PDFFont, dict[int, tuple[str, float]]]
"""The text and width of each glyph met so far, by font."""


class Device(PDFTextDevice):
    """Writes characters, lines, rectangles and curves as pdfplumber shows them, at once."""

    def __init__(self, manager: PDFResourceManager, page: Page, glyphs: Glyphs) -> None:
        super().__init__(manager)
        self.objects: dict[str, list[Object]] = {}
        self._chars: list[Object] = []
        self._page = page.page_number
        self._left, self._top = page.mediabox[:2]
        self._height = page.height
        self._doctop = page.initial_doctop
        self._glyphs = glyphs

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        """Start a page."""

    def end_page(self, page: PDFPage) -> None:
        """End a page."""
        if self._chars:
            self.objects["char"] = self._chars

    def _glyph(self, font: PDFFont, cid: int) -> tuple[str, float]:
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = f"(cid:{cid})"
        return text, font.char_width(cid)

    def render_string_horizontal(
        self,
        seq: Iterable[Any],
        matrix: Any,
        pos: Any,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        charspace: float,
        wordspace: float,
        rise: float,
        dxscale: float,
        ncs: Any,
        graphicstate: Any,
    ) -> Any:
        """Write the characters of a string that runs along its line."""
        a, b, c, d, e, f = matrix
        x, y = pos
        if b or c or a <= 0 or d <= 0 or scaling <= 0 or fontsize < 0:
            return super().render_string_horizontal(
                seq,
                matrix,
                pos,
                font,
                fontsize,
                scaling,
                charspace,
                wordspace,
                rise,
                dxscale,
                ncs,
                graphicstate,
            )
        low = font.get_descent() * fontsize + rise
        shift = y * d + f
        y0, y1 = d * low + shift, d * (low + fontsize) + shift
        top, bottom = (self._height - y1) + self._top, (self._height - y0) + self._top
        size, doctop, left = y1 - y0, self._doctop + top, self._left
        name = _font_name(font)
        glyphs = self._glyphs.setdefault(font, {})
        add, number, spaced = self._chars.append, self._page, False
        for part in seq:
            if isinstance(part, (int, float)):
                x -= part * dxscale
                spaced = True
                continue
            if not isinstance(part, bytes):
                continue
            for cid in font.decode(part):
                if spaced:
                    x += charspace
                glyph = glyphs.get(cid)
                if glyph is None:
                    glyph = glyphs[cid] = self._glyph(font, cid)
                advance = glyph[1] * fontsize * scaling
                x0 = x * a + e
                x1 = a * advance + x0
                width = x1 - x0
                if width < 0:
                    x0, x1, width = x1, x0, -width
                add(
                    {
                        "text": glyph[0],
                        "x0": x0 + left,
                        "x1": x1 + left,
                        "top": top,
                        "bottom": bottom,
                        "doctop": doctop,
                        "y0": y0,
                        "y1": y1,
                        "width": width,
                        "height": size,
                        "size": size,
                        "upright": True,
                        "fontname": name,
                        "page_number": number,
                        "object_type": "char",
                    }
                )
                x += advance
                if cid == 32 and wordspace:
                    x += wordspace
                spaced = True
        return (x, y)

    def render_char(
        self,
        matrix: Any,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        """Write a character that runs in any direction."""
        text, glyph_width = self._glyph(font, cid)
        advance = glyph_width * fontsize * scaling
        if font.is_vertical():
            vx, vy = font.char_disp(cid)  # type: ignore[misc] # a pair for vertical fonts
            vx = fontsize * 0.5 if vx is None else vx * fontsize * 0.001
            vy = (1000 - vy) * fontsize * 0.001
            box = (-vx, vy + rise + advance, -vx + fontsize, vy + rise)
        else:
            descent = font.get_descent() * fontsize
            box = (0, descent + rise, advance, descent + rise + fontsize)
        a, b, c, d = matrix[:4]
        placed = self._placed("char", apply_matrix_rect(matrix, box))
        self._chars.append(
            placed
            | {
                "text": text,
                "size": placed["width"] if font.is_vertical() else placed["height"],
                "upright": a * d * scaling > 0 and b * c <= 0,
                "fontname": _font_name(font),
                "matrix": matrix,
            }
        )
        return advance

    def _placed(self, kind: str, box: Any) -> Object:
        x0, y0, x1, y1 = box
        top = (self._height - y1) + self._top
        return {
            "object_type": kind,
            "page_number": self._page,
            "x0": x0 + self._left,
            "x1": x1 + self._left,
            "y0": y0,
            "y1": y1,
            "width": x1 - x0,
            "height": y1 - y0,
            "top": top,
            "bottom": (self._height - y0) + self._top,
            "doctop": self._doctop + top,
        }

    def paint_path(
        self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]
    ) -> None:
        """Write a path's lines, rectangles and curves."""
        parts: list[list[Any]] = []
        for step in path:
            if step[0] == "m" or not parts:
                parts.append([])
            parts[-1].append(step)
        for part in parts:
            if len(part) > 1 or len(parts) == 1:  # of many, pdfminer leaves out lone points
                self._paint(part, graphicstate.linewidth, stroke, fill)

    def _paint(self, path: list[Any], linewidth: float, stroke: bool, fill: bool) -> None:
        """Write one subpath, of the kind that pdfminer says it is."""
        if path[0][0] != "m":
            return
        shape = "".join(step[0] for step in path)
        start = path[0][-2:]
        points = [
            apply_matrix_pt(self.ctm, step[-2:] if step[0] != "h" else start)  # type: ignore[arg-type] # set with the page
            for step in path
        ]
        if len(shape) > 3 and shape[-2:] == "lh" and points[-2] == points[0]:
            shape = shape[:-2] + "h"
            points.pop()
        kind = "curve"
        if shape in ("mlh", "ml"):
            kind, points = "line", points[:2]
        elif shape in ("mlllh", "mllll") and _is_box(points):
            kind = "rect"
            (x0, y0), (x1, y1) = points[0], points[2]
            points = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        left, base = self._left, self._top + self._height
        self.objects.setdefault(kind, []).append(
            self._placed(kind, get_bound(points))
            | {
                "pts": [(left + x, base - y) for x, y in points],
                "linewidth": linewidth,
                "stroke": stroke,
                "fill": fill,
            }
        )


def _is_box(points: list[tuple[float, float]]) -> bool:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3), last = points
    return last == points[0] and (
        (x0 == x1 and y1 == y2 and x2 == x3 and y3 == y0)
        or (y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0)
    )


def _font_name(font: PDFFont) -> str:
    name: Any = font.fontname
    return fix_fontname_bytes(name) if isinstance(name, bytes) else name
