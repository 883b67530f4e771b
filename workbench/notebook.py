"""The library for notebooks: a corpus as pandas tables, every rate with its denominator."""

import os
import sqlite3
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pandas as pd

from corpus.store import reading

OUTCOMES = """count(*) filter (where f.outcome in ('read', 'screened')) as searched,
    count(*) filter (where f.outcome in ('read', 'screened') and exists (select 1 from mentions m
        where m.sha256 = d.sha256 and m.counted = 1)) as mentioning,
    count(*) filter (where f.outcome not in ('read', 'screened')) as unreadable"""
DOCUMENTS = """from documents d join files f using (sha256)
    left join councils c on c.council = d.council"""
BY = {
    "year": "coalesce(substr(d.published_on, 1, 4), 'undated')",
    "type": "coalesce(c.type, 'no council')",
    "nation": "coalesce(c.nation, 'no council')",
    "council": "coalesce(c.name, 'no council')",
    "kind": "d.kind",
}


class Corpus:
    """A corpus opened read-only; a build may go on writing it.

    >>> corpus = Corpus("corpus.db")  # doctest: +SKIP
    >>> corpus.rates("year")  # doctest: +SKIP
    """

    def __init__(self, path: str | Path | None = None) -> None:
        """Open `path`; by default `$CORPUS_DB`, else `corpus.db` here or in the folder above."""
        self.path = Path(path) if path else _default()
        with reading(self.path):  # says what is wrong with the file, if anything
            pass

    def table(self, sql: str, *values: object) -> pd.DataFrame:
        """Return the answer of a query."""
        with reading(self.path) as store:
            connection: sqlite3.Connection = store.db.conn
            return pd.read_sql_query(sql, connection, params=list(values))

    def rates(self, by: str) -> pd.DataFrame:
        """Return documents searched, mentioning and unreadable, and the rate, by year, type,
        nation, council or kind.

        A row missing here was not looked at; it is not a zero.
        """
        frame = self.table(
            f'select {BY[by]} as "{by}", {OUTCOMES} {DOCUMENTS} group by 1 order by 1'
        )
        return frame.assign(
            rate=(frame["mentioning"] / frame["searched"].where(frame["searched"] > 0)).round(4)
        )

    def coverage(self) -> pd.DataFrame:
        """Return how many months of how many councils are in which state, by source."""
        return self.table(
            "select source, state, count(*) as months, count(distinct council) as councils "
            "from coverage group by 1, 2 order by 1, 2"
        )

    def model(self) -> pd.DataFrame:
        """Return the chosen topic model with what speaks for and against it."""
        return self.table(
            "select model, k, seed, passages, npmi, c_v, diversity, stability, "
            "verdict from topic_models where chosen = 1"
        )

    def topics(self) -> pd.DataFrame:
        """Return the topics of the chosen model."""
        return self.table(
            "select t.number, t.label, t.label_by, t.terms, t.passages, t.weight from topics t "
            "join topic_models m using (model) where m.chosen = 1 order by t.number"
        )

    def closest(self, number: int, most: int = 3) -> pd.DataFrame:
        """Return the passages with the largest share of a topic, with where they stand."""
        return self.table(
            "select round(s.weight, 3) as share, p.council, d.published_on, d.title, p.page, "
            "p.text from passage_topics s join topics t using (topic) join topic_models m on "
            "m.model = t.model join passages p using (passage) join documents d using (document) "
            "where m.chosen = 1 and t.number = ? order by s.weight desc, p.passage limit ?",
            number,
            most,
        )

    def kwic(self, query: str | None = None, **options: Any) -> pd.DataFrame:
        """Return a concordance of words, or of `code=` or `term=`; see `corpus.kwic.Line`.

        Options: `near`, `sort`, `width`, `limit`, and the filters `council`, `nation`, `type`,
        `kind`, `year`, `source`, `once`.
        """
        from corpus.kwic import kwic

        node, selection, more = _asked(query, options)
        with reading(self.path) as store:
            found = kwic(store.db.conn, node, selection=selection, **more)
        return pd.DataFrame([line.as_row() for line in found])

    def collocates(self, query: str | None = None, **options: Any) -> pd.DataFrame:
        """Return the words that keep company with words, a code or a term.

        Options: `window`, `min_count`, `min_documents`, `sort`, `limit` and the filters; columns as
        in `corpus.collocates.Collocate`; the denominators are in `.attrs`.
        """
        from corpus.collocates import collocates

        node, selection, more = _asked(query, options)
        with reading(self.path) as store:
            found = collocates(store.db.conn, node, selection=selection, **more)
        frame = pd.DataFrame([each.as_row() for each in found.collocates])
        frame.attrs = {"near": asdict(found.near), "elsewhere": asdict(found.elsewhere)}
        return frame

    def keyness(
        self, by: str, group: str, against: str | None = None, **options: Any
    ) -> pd.DataFrame:
        """Return the words a group uses more than the others; see `corpus.keyness.keyness`.

        Columns as in `corpus.keyness.Keyword`; the denominators of both sides are in `.attrs`.
        """
        from corpus.keyness import keyness

        with reading(self.path) as store:
            found = keyness(store.db.conn, by, group, against, **options)
        frame = pd.DataFrame([each.as_row() for each in found.keywords])
        frame.attrs = {"a": asdict(found.a), "b": asdict(found.b), "tested": found.tested}
        return frame

    def suggest(self, codebook: Any, **options: Any) -> pd.DataFrame:
        """Return words a codebook may lack; see `coding.suggest.suggest` for options and columns.

        `codebook` is one as `corpus.codebook.load_codebook` returns it.
        """
        from coding.suggest import suggest

        with reading(self.path) as store:
            found = suggest(store.db.conn, codebook, **options)
        return pd.DataFrame([each.as_row() for each in found.suggestions])


def _asked(query: str | None, options: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Return node, selection and the other options of a concordance."""
    from corpus.kwic import Node
    from corpus.selection import Selection

    words = {name: options.pop(name, None) for name in ("term", "code", "near")}
    names = [field.name for field in fields(Selection) if field.name in options]
    return Node(query, **words), Selection(**{n: options.pop(n) for n in names}), options


def _default() -> Path:
    named = os.environ.get("CORPUS_DB")
    here = Path("corpus.db")
    return Path(named) if named else here if here.exists() else Path("..") / here
