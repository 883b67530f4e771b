"""Words counted by document: what keywords, collocates and suggestions are worked out from.

A word is a run of letters and digits that does not begin with a digit, in lower case, without a
possessive ending; a word torn by a soft hyphen at a line's end is joined. Function words are words.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from corpus.errors import CorpusError
from corpus.language.selection import ONCE, Selection
from corpus.language.words import JOINERS, Words

TORN = re.compile(rf"[{JOINERS}]+[ \t]*[\r\n]+[ \t]*")
UNITS = ("passages", "pages")
"""What the words are taken from: passages, or every page with text."""

_READABLE = """
    from documents d join files f on f.sha256 = d.sha256 and f.document = d.document
    left join councils c on c.council = d.council
    where f.outcome in ('read', 'screened') {conditions}"""
_DOCUMENTS = f"""
    select d.document, d.sha256, substr(d.published_on, 1, 4) as year, c.nation, c.type, d.kind,
        d.council, d.source {_READABLE} order by d.document"""
_CHARACTERS = f"select sum(f.chars) {_READABLE}"
_PAGES = """select p.page, p.text from pages p
    where p.sha256 = :sha256 and p.outcome = 'text' {once} order by p.number"""
_PASSAGES = """select s.page, s.text from passages s join pages p on p.page = s.page
    where s.document = :document and p.sha256 = :sha256 order by p.number, s.start"""


class TooMuchText(CorpusError):
    """More text than the caller allows: the next step is to narrow it or to use the command."""


@dataclass(frozen=True)
class Document:
    """A document whose text is counted, with what it may be grouped by."""

    document: str
    sha256: str
    year: str | None
    nation: str | None
    council_type: str | None
    kind: str | None
    council: str | None
    source: str | None


@dataclass(frozen=True)
class Counts:
    """How often each word stands in each document; `table` is documents by words, sparse."""

    words: tuple[str, ...]
    documents: tuple[Document, ...]
    table: Any

    @property
    def totals(self) -> Any:
        """The frequency of every word."""
        return np.asarray(self.table.sum(axis=0)).ravel()

    @property
    def in_documents(self) -> Any:
        """The number of documents in which every word stands."""
        return np.asarray((self.table > 0).sum(axis=0)).ravel()

    @property
    def size(self) -> int:
        """The number of words, repeated ones counted each time."""
        return int(self.table.sum())

    def among(self, rows: Sequence[int]) -> "Counts":
        """Return the counts of some documents, over the same words."""
        return Counts(self.words, tuple(self.documents[r] for r in rows), self.table[list(rows)])


def plain_words(text: str) -> list[str]:
    """Return the words of a text, in order, as they are counted."""
    found = Words(TORN.sub("", text)).words
    return [word for word in found if word and not word[0].isdigit()]


def documents(connection: sqlite3.Connection, selection: Selection) -> list[Document]:
    """Return the documents of a selection whose text can be read, by id."""
    sql = _DOCUMENTS.format(conditions=selection.conditions(pages=False))
    return [Document(*row) for row in connection.execute(sql, selection.given)]


def characters(connection: sqlite3.Connection, selection: Selection) -> int:
    """Return how long the text of a selection is, repeated pages included."""
    sql = _CHARACTERS.format(conditions=selection.conditions(pages=False))
    return int(connection.execute(sql, selection.given).fetchone()[0] or 0)


def texts(
    connection: sqlite3.Connection, document: Document, unit: str, *, once: bool = True
) -> Iterator[tuple[str, str]]:
    """Yield (page, text) of a document: its passages, or its pages.

    `once` leaves out pages that repeat another. Passages need no such care: what two pages share
    makes a passage on the first of them only.
    """
    sql = _PASSAGES if unit == "passages" else _PAGES.format(once=f"and {ONCE}" if once else "")
    values = {"document": document.document, "sha256": document.sha256}
    yield from ((row[0], row[1] or "") for row in connection.execute(sql, values))


@dataclass
class Bound:
    """How much text may be read for one answer; None is no limit."""

    most_chars: int | None = None
    chars: int = 0

    def read(self, text: str) -> None:
        """Count a text that is read; raises `TooMuchText` beyond the bound."""
        self.expect(len(text))

    def expect(self, chars: int) -> None:
        """Count characters; raises `TooMuchText` beyond the bound."""
        self.chars += chars
        if self.most_chars is not None and self.chars > self.most_chars:
            raise TooMuchText(
                f"More than {self.most_chars:,} characters: narrow the selection, or use the "
                "command, which has no such limit."
            )


def count(
    connection: sqlite3.Connection,
    found: Iterable[Document],
    unit: str = "passages",
    *,
    once: bool = True,
    most_chars: int | None = None,
    advance: Callable[[int], None] = lambda count: None,
) -> Counts:
    """Count the words of documents; those without any are left out.

    Raises `TooMuchText` beyond `most_chars` characters.
    """
    kept: list[Document] = []
    bound = Bound(most_chars)

    def tokens() -> Iterator[list[str]]:
        for document in found:
            words: list[str] = []
            for _, text in texts(connection, document, unit, once=once):
                bound.read(text)
                words += plain_words(text)
            advance(1)
            if words:
                kept.append(document)
                yield words

    return tabled(tokens(), kept)


def tabled(tokens: Iterable[list[str]], kept: list[Document]) -> Counts:
    """Return tokenised documents as a table; `kept` may be filled while `tokens` are taken."""
    vectorizer = CountVectorizer(analyzer=list, dtype=np.int32)
    try:
        table = vectorizer.fit_transform(tokens)
    except ValueError:  # scikit-learn's way to say that there is not one word
        return Counts((), (), sparse.csr_array((0, 0), dtype=np.int32))
    return Counts(tuple(vectorizer.get_feature_names_out()), tuple(kept), table.tocsr())
