"""The library for notebooks: a corpus as pandas tables, every rate with its denominator.

>>> from workbench.notebook import open_corpus
>>> corpus = open_corpus()  # doctest: +SKIP
>>> corpus.rates("year")  # doctest: +SKIP
"""

from pathlib import Path

from workbench.notebook_evidence import Evidence, Showing
from workbench.notebook_figures import Figures
from workbench.notebook_links import Links
from workbench.notebook_reading import Reading
from workbench.notebook_tables import Tables
from workbench.notebook_topics import Topics

__all__ = ["Corpus", "Evidence", "open_corpus"]


class Corpus(Tables, Figures, Topics, Reading, Links, Showing):
    """A corpus opened read-only; a build may go on writing it.

    Nothing is read until it is asked for, and every answer is a table of its own: change it freely.
    Tables: `documents`, `mentions`, `passages`, `notices`, `meetings`, `councils`, `sources`,
    `coverage`, `failures`, `codings`, `codebook`, `reuse`. Figures: `rates`, `bounds`, `compare`,
    `trends`, `coverage_states`, `missingness`, `agreement`, `measured`. Topics: `models`, `model`,
    `sweep`, `topics`, `topic_terms`, `topic_trends`, `closest`. Reading: `search`, `kwic`,
    `collocates`, `keyness`, `similar`, `suggest`, `show`. Lives of systems: `systems`, `links`,
    `entities`. Anything else: `table` with SQL.
    """

    def __repr__(self) -> str:
        told = self.scope()
        return (
            f"Corpus({str(self.path)!r}): {told['documents']:,} documents, {told['searched']:,} "
            f"searched, {told['unreadable']:,} unreadable, {told['not_extracted']:,} not extracted"
        )


def open_corpus(path: str | Path | None = None) -> Corpus:
    """Open a corpus read-only: `path`, else `$CORPUS_DB`, else `corpus.db` here or one folder up.

    Raises `MissingPath` or `ForeignDatabase`, each saying what to do next.
    """
    return Corpus(path)
