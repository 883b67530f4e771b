"""Reading with a corpus: concordances, collocates, keywords, search, and pages alike."""

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from corpus.errors import CorpusError
from corpus.ids import HASH_LENGTH
from corpus.store import reading
from workbench.notebook_base import Base

if TYPE_CHECKING:
    from corpus.codebook import Codebook
    from corpus.language.kwic import Node
    from corpus.language.selection import Selection

NO_INDEX = "There is no index of meaning yet: `corpus build` or `corpus meaning` makes it."


class Reading(Base):
    """What a reader asks of the words themselves."""

    def search(
        self, query: str, *, by: str | None = None, limit: int = 50, **filters: Any
    ) -> pd.DataFrame:
        """Return the pages that match, best first.

        `by` is `words` or `meaning`; None chooses as the site does. Filters: `council`, `year`,
        `kind`, `code`. Columns: `title`, `council`, `kind`, `date`, `snippet`, `document`, `page`,
        `url`, `score`; by meaning also `matched` (words of the query on the page). `.attrs`:
        `total` (pages), `searched` and `unreadable` (documents), `by`, `hint`.
        """
        from corpus.retrieval.finding import find
        from corpus.retrieval.search import Filters

        with reading(self.path) as store:
            found = find(store.db.conn, query, by=by, filters=Filters(**filters), limit=limit)
        first = ["title", "council", "kind", "date", "snippet", "document", "page", "url", "score"]
        rows = [hit.as_row() for hit in found.hits]
        frame = pd.DataFrame(rows, columns=[*first, *(["matched"] if found.by != "words" else [])])
        told = {"total": found.total, "searched": found.scope.searchable, "by": found.by}
        frame.attrs = told | {"unreadable": found.scope.unreadable, "hint": found.hint}
        return frame

    def kwic(self, query: str | None = None, **options: Any) -> pd.DataFrame:
        """Return a concordance of words, or of `code=` or `term=`; see `corpus.language.kwic.Line`.

        Options: `near`, `sort`, `width`, `limit`, and the filters `council`, `nation`, `type`,
        `kind`, `year`, `source`, `once`. Columns: `left`, `node`, `right`, `document`, `page`,
        `number`, `label`, `title`, `council`, `council_name`, `kind`, `date`, `url`, `start` and
        `end` (characters on the page), `mention` (of codes and terms).
        """
        from corpus.language.kwic import Line, kwic

        node, selection, more = _asked(query, options)
        with reading(self.path) as store:
            found = kwic(store.db.conn, node, selection=selection, **more)
        return pd.DataFrame([line.as_row() for line in found], columns=_names(Line))

    def collocates(self, query: str | None = None, **options: Any) -> pd.DataFrame:
        """Return the words that keep company with words, a code or a term.

        Options: `window`, `min_count`, `min_documents`, `sort`, `limit` and the filters; columns as
        in `corpus.language.collocates.Collocate`; the denominators are in `.attrs`.
        """
        from corpus.language.collocates import Collocate, collocates

        node, selection, more = _asked(query, options)
        with reading(self.path) as store:
            found = collocates(store.db.conn, node, selection=selection, **more)
        rows = [each.as_row() for each in found.collocates]
        frame = pd.DataFrame(rows, columns=_names(Collocate))
        frame.attrs = {"near": asdict(found.near), "elsewhere": asdict(found.elsewhere)}
        return frame

    def keyness(
        self, by: str, group: str, against: str | None = None, **options: Any
    ) -> pd.DataFrame:
        """Return the words a group uses more than the others, as `corpus.language.keyness` does.

        `by` is `year`, `nation`, `council_type`, `kind`, `council` or `source`. Columns as in
        `corpus.language.keyness.Keyword`; the denominators of both sides are in `.attrs`.
        """
        from corpus.language.keyness import Keyword, keyness

        with reading(self.path) as store:
            found = keyness(store.db.conn, by, group, against, **options)
        rows = [each.as_row() for each in found.keywords]
        frame = pd.DataFrame(rows, columns=_names(Keyword))
        frame.attrs = {"a": asdict(found.a), "b": asdict(found.b), "tested": found.tested}
        return frame

    def similar(self, page: str, *, limit: int = 10, elsewhere: bool = True) -> pd.DataFrame:
        """Return the pages most like a page or a mention's page, likest first.

        Likeness is the cosine of their places in the index of meaning (LSI), -1 to 1; `elsewhere`
        leaves out pages of the same file. Columns: `likeness`, `page`, `document`, `title`,
        `council`, `kind`, `published_on`, `start` (its first words). `.attrs["of"]` pages were
        compared. Raises `CorpusError` where there is no index or the page is not in it.
        """
        from corpus.retrieval.meaning import index_of

        with reading(self.path) as store:
            index = index_of(store.db.conn)
            if index is None:
                raise CorpusError(NO_INDEX)
            wanted = page[: HASH_LENGTH + 5].encode()
            rows = (index.pages == wanted).nonzero()[0]
            if not rows.size:
                raise CorpusError(f"`{page}` is no page of the index of meaning, or has no text.")
            likeness = index.likeness(index.vectors[rows[0]])
            near = index.nearest(likeness, limit + (rows.size + 3000 if elsewhere else 1))
            own = wanted[:HASH_LENGTH] if elsewhere else wanted
            kept = [n for n in near if not index.pages[n].startswith(own)][:limit]
            found = [(float(likeness[n]), index.pages[n].decode()) for n in kept]
        frame = self._placed(found)
        frame.attrs["of"] = int((index.pages != b"").sum())
        return frame

    def _placed(self, found: list[tuple[float, str]]) -> pd.DataFrame:
        """Return pages with what they are pages of, in the order given."""
        marks = ", ".join("?" * len(found)) or "null"
        known = self.table(
            "select p.page, d.document, d.title, d.council, d.kind, d.published_on, "
            "substr(p.text, 1, 200) as start from pages p left join files f using (sha256) "
            f"left join documents d on d.document = f.document where p.page in ({marks})",
            *(page for _, page in found),
        )
        order = pd.DataFrame(found, columns=["likeness", "page"])
        return order.merge(known, on="page").round({"likeness": 4})

    def suggest(self, codebook: "Codebook", **options: Any) -> pd.DataFrame:
        """Return words a codebook may lack; see `coding.suggest.suggest` for options and columns.

        `codebook` is one as `corpus.codebook.load_codebook` returns it.
        """
        from coding.suggest import suggest

        with reading(self.path) as store:
            found = suggest(store.db.conn, codebook, **options)
        return pd.DataFrame([each.as_row() for each in found.suggestions])


def _names(shape: Any) -> list[str]:
    """Return the names of a dataclass's fields: a table without rows has its columns, too."""
    return [field.name for field in fields(shape)]


def _asked(
    query: str | None, options: dict[str, Any]
) -> tuple["Node", "Selection", dict[str, Any]]:
    """Return node, selection and the other options of a concordance."""
    from corpus.language.kwic import Node
    from corpus.language.selection import Selection

    words = {name: options.pop(name, None) for name in ("term", "code", "near")}
    names = [name for name in _names(Selection) if name in options]
    return Node(query, **words), Selection(**{n: options.pop(n) for n in names}), options
