"""pdfplumber, leaner: the same characters, lines and rectangles for a quarter of the time.

Half of pdfplumber's time goes into turning pdfminer's layout objects into dictionaries, most of
the rest into pdfminer's tokenizer. Here the interpreter of page contents is fed by another one and
its device writes the dictionaries at once; everything else (documents, fonts,
encodings, operators, words, tables) is theirs. What nothing here asks for is left out: images,
colours, marked content. Tests compare every character with plain pdfplumber's.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import stream_value
from pdfminer.psparser import LIT, PSKeyword, literal_name
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from extract.readers.contents import Contents
from extract.readers.device import Device, Glyphs, Object

_NAMED = str.maketrans({"*": "_a", '"': "_w", "'": "_q"})


class Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter of page contents, fed by `Contents`; images are passed over."""

    device: Device
    _operators: ClassVar[dict[bytes, tuple[Callable[..., None], int]]] = {}

    @classmethod
    def _operator(cls, name: bytes) -> tuple[Callable[..., None], int] | None:
        """Return the method that carries out an operator, and the number of its operands."""
        method = getattr(cls, "do_" + name.decode("utf-8", "ignore").translate(_NAMED), None)
        if method is None:  # not kept: of wrong names there is no end
            return None
        return cls._operators.setdefault(name, (method, method.__code__.co_argcount - 1))

    def pop(self, n: int) -> list[Any]:
        """Take the last `n` operands from the stack."""
        if not n:
            return []
        taken = self.argstack[-n:]
        del self.argstack[-n:]
        return taken

    def execute(self, streams: Sequence[object]) -> None:
        """Carry out the operators of content streams; none within itself."""
        self.stream_ids.clear()
        data = []
        for stream in map(stream_value, streams):
            if stream.objid is not None and stream.objid not in self.parent_stream_ids:
                self.stream_ids.add(stream.objid)
                data.append(stream.get_data())
        operators, push = self._operators, self.argstack
        for found in Contents(b"\n".join(data)):
            if found.__class__ is not PSKeyword:
                push.append(found)
                continue
            name = found.name
            operator = operators.get(name) or self._operator(name)
            if operator is None:
                continue
            method, wanted = operator
            if not wanted:
                method(self)
            elif wanted <= len(push):
                operands = push[-wanted:]
                del push[-wanted:]
                method(self, *operands)
            else:
                push.clear()

    def do_TJ(self, seq: Any) -> None:  # noqa: N802 # pdfminer's name
        """Show text."""
        if self.textstate.font is not None:
            self.device.render_string(self.textstate, seq, self.graphicstate.ncs, self.graphicstate)

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802 # pdfminer's name
        """Draw a form; images are passed over."""
        try:
            drawn = stream_value(self.xobjmap[literal_name(xobjid_arg)])
        except KeyError:
            return
        if drawn.get("Subtype") is not LIT("Image"):
            super().do_Do(xobjid_arg)

    def do_EI(self, obj: Any) -> None:  # noqa: N802 # pdfminer's name
        """Pass over an inline image."""


class LeanPage(Page):
    """A page that is read by the lean interpreter."""

    pdf: "LeanPDF"

    def parse_objects(self) -> dict[str, list[Object]]:
        """Return the page's characters, lines, rectangles and curves."""
        device = Device(self.pdf.rsrcmgr, self, self.pdf.glyphs)
        collects = gc.isenabled()
        gc.disable()  # a page's objects are thousands, and none of them garbage yet
        try:
            Interpreter(self.pdf.rsrcmgr, device).process_page(self.page_obj)
        except Exception as error:  # as pdfplumber names it: whatever pdfminer trips over
            raise PdfminerException(error) from error
        finally:
            if collects:
                gc.enable()
        return device.objects


class LeanPDF(PDF):
    """A PDF whose pages are lean."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.glyphs: Glyphs = {}

    @property
    def pages(self) -> list[Page]:
        """Return the pages."""
        if not hasattr(self, "_pages"):
            self._pages: list[Page] = []
            self._pages.extend(self._each())
        return self._pages

    def _each(self) -> Iterator[Page]:
        doctop: float = 0
        try:
            for number, page in enumerate(PDFPage.create_pages(self.doc), 1):
                if self.pages_to_parse is None or number in self.pages_to_parse:
                    found = LeanPage(self, page, page_number=number, initial_doctop=doctop)
                    doctop += found.height
                    yield found
        except Exception as error:  # as pdfplumber names it: whatever pdfminer trips over
            raise PdfminerException(error) from error


def open_pdf(path: Path, pages: Sequence[int] | None = None) -> LeanPDF:
    """Open a PDF as `pdfplumber.open` does; a context manager.

    Raises pdfplumber's `PdfminerException`.
    """
    return LeanPDF.open(path, pages=None if pages is None else list(pages))  # type: ignore[return-value] # pdfplumber's says PDF
