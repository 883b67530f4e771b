"""Pages by meaning as well as by word: BM25, a fitted LSI, and what the first pages teach.

Candidates come from the full-text index (any of the words) and from the LSI. Both scores, each
divided by its largest, are added; the best pages then lend the query their words (RM3: Lavrenko &
Croft 2001, Abdul-Jaleel et al. 2004) and their place in the LSI (Rocchio 1971), and the candidates
are ranked again. `docs/method.md` says how the constants were chosen.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.published import is_published
from corpus.retrieval.candidates import Among, Candidate, Question, candidates, question
from corpus.retrieval.lsi import Floats, Index, idf, open_index, unit
from corpus.retrieval.search import Filters

K1, B = 1.2, 0.75
"""Of BM25, as FTS5 has them."""
FIRST_SHARE, LAST_SHARE = 0.1, 0.35
"""The LSI's share of the score before the first pages are heard, and after."""
TEACHERS = 5
"""Pages that lend their words."""
LENT_WORDS, LENT_SHARE = 50, 0.1
"""How many words they lend, and the share of these in the query."""
LENT_PLACE = 1.0
"""The weight of their place in the LSI beside the query's own."""


@dataclass(frozen=True)
class Ranked:
    """A page found: its score, the query's words that stand on it, and lent words that do."""

    rowid: int
    page: str
    score: float
    matched: tuple[str, ...]
    related: tuple[str, ...]


def folder_of(connection: sqlite3.Connection) -> Path:
    """Return where the index of a corpus lies, beside its database."""
    name = connection.execute("select file from pragma_database_list where name = 'main'")
    return Path(name.fetchone()[0]).parent / "files" / "models" / "lsi"


def index_of(connection: sqlite3.Connection) -> Index | None:
    """Open the index of a corpus, or None where `corpus build` has made none yet.

    A published corpus has none: the vectors of the corpus it was made of know what was withheld.
    """
    if is_published(connection):
        return None
    found = open_index(folder_of(connection))
    return found if found and found.rows else None


def rank(
    connection: sqlite3.Connection,
    index: Index,
    query: str,
    filters: Filters,
    among: Among | None = None,
) -> list[Ranked]:
    """Return the pages meant, best first; equal scores by page id. Reads up to 3 × DEPTH pages.

    `among` has the filters looked up by whoever searches often: SQLite gathers every page of a
    broad one anew, for each question.
    """
    asked = question(index, query)
    if not asked.stems:
        return []
    found = candidates(connection, index, asked, filters, among)
    if not found:
        return []
    vectors = _vectors(index, found)
    share = {stem: n / asked.stems.total() for stem, n in asked.stems.items()}
    first = _mixed(_bm25(index, found, share), vectors @ asked.place, FIRST_SHARE)
    best = np.argsort(-first, kind="stable")[:TEACHERS]
    lent = _lent_words(index, [found[n] for n in best], first[best])
    weights = _joined(share, lent)
    place = unit(asked.place + LENT_PLACE * unit(vectors[best].mean(axis=0)))
    last = _mixed(_bm25(index, found, weights), vectors @ place, LAST_SHARE)
    order = np.argsort(-last, kind="stable")
    return [_ranked(found[n], float(last[n]), asked, lent) for n in order]


def _ranked(page: Candidate, score: float, asked: Question, lent: dict[str, float]) -> Ranked:
    matched = tuple(word for word, stem in asked.words.items() if stem in page.stems)
    related = [stem for stem in lent if stem in page.stems and stem not in asked.stems]
    return Ranked(page.rowid, page.page, round(score, 6), matched, tuple(related[:12]))


def _vectors(index: Index, found: list[Candidate]) -> Floats:
    """Return the vectors of pages; a page without one is folded in."""
    return np.stack(
        [
            index.fit.fold(page.stems) if page.row is None else index.vectors[page.row]
            for page in found
        ]
    )


def _bm25(index: Index, found: list[Candidate], weights: dict[str, float]) -> Floats:
    """Return the weighted BM25 of pages (Robertson & Walker 1994)."""
    on = index.fit.pages_with(weights)
    worth = {stem: share * idf(index.fit.pages, on[stem]) for stem, share in weights.items()}
    scores = np.zeros(len(found), np.float32)
    for n, page in enumerate(found):
        damp = K1 * (1 - B + B * page.length / index.mean_length)
        scores[n] = sum(
            worth[stem] * times * (K1 + 1) / (times + damp)
            for stem in sorted(worth.keys() & page.stems.keys())
            if (times := page.stems[stem])
        )
    return scores


def _mixed(by_word: Floats, by_place: Floats, share: float) -> Floats:
    """Add two scores, each divided by its largest."""
    largest = [max(float(scores.max()), 1e-9) for scores in (by_word, by_place)]
    mixed: Floats = (1 - share) * by_word / largest[0] + share * by_place / largest[1]
    return mixed


def _lent_words(index: Index, pages: list[Candidate], scores: Floats) -> dict[str, float]:
    """Return the stems that set the first pages apart, with their shares (RM1 times IDF)."""
    likely: dict[str, float] = {}
    for page, score in zip(pages, scores.tolist(), strict=True):
        for stem, times in page.stems.items():
            likely[stem] = likely.get(stem, 0.0) + max(score, 0.0) * times / page.length
    on = index.fit.pages_with(likely)
    worth = {stem: much * idf(index.fit.pages, on[stem]) for stem, much in likely.items()}
    best = sorted(worth.items(), key=lambda each: (-each[1], each[0]))[:LENT_WORDS]
    total = sum(weight for _, weight in best) or 1.0
    return {stem: weight / total for stem, weight in best}


def _joined(own: dict[str, float], lent: dict[str, float]) -> dict[str, float]:
    """Return the query's words and the lent ones, with their shares."""
    stems = own.keys() | lent.keys()
    share = LENT_SHARE if lent else 0.0
    return {s: (1 - share) * own.get(s, 0.0) + share * lent.get(s, 0.0) for s in stems}
