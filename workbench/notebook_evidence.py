"""Evidence in a notebook: the words on their page, the picture of the page, how to cite it."""

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import CorpusError
from corpus.ids import HASH_LENGTH
from corpus.store import Store, reading
from workbench.notebook_base import Base

if TYPE_CHECKING:
    from jinja2 import Template

    from publish.pages import Page

WORDS_AROUND = 600
"""Characters shown on either side of a mention: about two paragraphs."""


@dataclass(frozen=True)
class Evidence:
    """A page of a paper with its mentions, shown by Jupyter as HTML; `str()` is its citation."""

    page: str
    citation: str
    quote: str
    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __str__(self) -> str:
        return f"“{self.quote}”\n{self.citation}" if self.quote else self.citation


class Showing(Base):
    """Shows what a figure rests on."""

    def show(self, of: Any, *, picture: bool = True) -> Evidence:
        """Show the evidence behind a mention, passage or page: an id, or a row that has one.

        The words around it with all mentions marked, the picture of the page drawn in a process of
        its own (`picture=False`: none), title, date, citation, and every other mention on the page.
        All text is a stranger's and is escaped. Raises `CorpusError` where there is no such page.
        """
        from corpus.published import stand_in
        from publish.pages import one_page

        name = _id_of(of)
        with reading(self.path) as store:
            stand_in(store.db.conn)  # the site's questions name what only a published corpus has
            page = one_page(store.db.conn, name[: HASH_LENGTH + 5])
            if page is None:
                raise CorpusError(f"There is no page, mention or passage `{name}` in {self.path}.")
            chosen = next((m for m in page.mentions if m["mention"] == name), None)
            drawn, why = _drawn(store, page) if picture else ("", "")
        html = _template().render(
            page=page.page,
            citation=page.citation,
            chosen=chosen,
            pieces=_around(page, chosen),
            mentions=page.mentions,
            picture=drawn,
            why=why,
        )
        return Evidence(page.page["page"], page.citation, chosen["quote"] if chosen else "", html)


def _id_of(of: Any) -> str:
    """Return the id in a text or in a row of any table."""
    if isinstance(of, str):
        return of
    for name in ("mention", "passage", "page"):
        found = of.get(name) if hasattr(of, "get") else getattr(of, name, None)
        if isinstance(found, str) and found:
            return found
    raise CorpusError("Give the id of a mention, passage or page, or a row that has one.")


def _drawn(store: Store, page: "Page") -> tuple[str, str]:
    """Return the page's picture as a data address, or why there is none.

    A downloaded file is opened in a process of its own that may be killed, never here.
    """
    from publish.pages import Drawing, drawing
    from workbench.draw import draw

    found = drawing(store.db.conn, page.page["page"])
    if not isinstance(found, Drawing):
        return "", "This format has no pictures of pages."
    path = store.files.path(found.path)
    if not path.is_file():
        return "", "The original is not beside this corpus."
    limit = store.settings.worker_bytes
    answer = draw(path, found.number, found.counted, found.uncounted, limit)
    if isinstance(answer, str):
        return "", answer
    return f"data:image/png;base64,{base64.b64encode(answer).decode()}", ""


def _around(page: "Page", chosen: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return the text around a mention in stretches, each with how it is marked."""
    start = max((chosen["start"] or 0) - WORDS_AROUND, 0) if chosen else 0
    end = (chosen["end"] or 0) + WORDS_AROUND if chosen else 2 * WORDS_AROUND
    found: list[tuple[str, str]] = []
    at = 0
    for segment in page.segments:
        text = segment.text[max(start - at, 0) : max(end - at, 0)]
        here = chosen is not None and any(
            m["mention"] == chosen["mention"] for m in segment.mentions
        )
        kind = "this" if here else "counted" if segment.counted else "other"
        kind = kind if segment.mentions else ""
        if found and found[-1][1] == kind:
            found[-1] = (found[-1][0] + text, kind)
        elif text:
            found.append((text, kind))
        at += len(segment.text)
    return found


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader

    folder = Path(__file__).parent / "templates"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True)
    return environment.get_template("evidence.html")
