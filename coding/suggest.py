"""Terms the codebook may lack: words near its terms in this corpus, and key in its passages.

Two rankings are joined by reciprocal rank fusion (Cormack, Clarke & Buettcher 2009): nearness to a
known term, by word2vec trained on this corpus alone (Mikolov et al. 2013), and keyness of passages
against all other pages (Rayson & Garside 2000). Phrases are gensim's, by NPMI (Bouma 2009).
Seeded, one worker, documents in the order of their ids: the same corpus gives the same bytes.
FastText was left aside: what it finds near is mostly inflections, which the codebook matches.
"""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from gensim.models import Word2Vec
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
from scipy import stats
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from corpus.codebook import Codebook
from corpus.errors import CorpusError
from corpus.language.association import Pair, log_likelihood, log_ratio
from corpus.language.kwic import Node, kwic
from corpus.language.lexicon import Lexicon
from corpus.language.selection import Selection
from corpus.language.wordcounts import Counts, Document, documents, plain_words, tabled, texts
from corpus.language.words import Words

SEED = 20
VECTOR = {"vector_size": 100, "window": 5, "sg": 1, "negative": 10, "sample": 1e-3, "epochs": 10}
"""Skip-gram with ten negative samples, as its authors recommend for small corpora."""
MIN_COUNT = 5
MIN_DOCUMENTS = 2
PHRASE_NPMI = 0.5
MOST_WORDS = 20_000_000
"""Read at most: some 50,000 pages; what is read first are the documents with passages."""
LEAST_WORDS = 2000
FUSION = 60
"""The constant of reciprocal rank fusion, as its authors chose it."""
EXAMPLE_CHARS = 70
_STOP = frozenset(ENGLISH_STOP_WORDS)
_CLAUSE = re.compile(r"[()\[\]•|]|[.!?;:,](?=\s)|\n\s*\n")


class TooLittleText(CorpusError):
    """Too few words, passages or terms to suggest anything from."""


@dataclass(frozen=True)
class Suggestion:
    """A word or phrase the codebook lacks.

    `count` and `documents` in the text read; `in_passages` of the count; `nearest` known term,
    its `code` and the cosine `nearness` (-1 to 1); `log_likelihood` and `log_ratio` of passages
    against other pages; `score` orders; `example` stands on `page` of `document`.
    """

    phrase: str
    score: float
    count: int
    documents: int
    in_passages: int
    nearest: str
    code: str
    nearness: float
    log_likelihood: float
    log_ratio: float
    example: str
    document: str | None
    page: str | None

    def as_row(self) -> dict[str, Any]:
        """Return the suggestion by the names of its fields."""
        return asdict(self)


@dataclass(frozen=True)
class Suggestions:
    """What is suggested, and how much text that was learnt from."""

    documents: int
    words: int
    passage_words: int
    vocabulary: int
    suggestions: tuple[Suggestion, ...]


@dataclass
class _Text:
    """The clauses of every document, in passages and on its pages."""

    documents: list[Document]
    passages: list[list[list[str]]]
    pages: list[list[list[str]]]

    @property
    def words(self) -> int:
        return sum(len(clause) for document in self.pages for clause in document)


def suggest(
    connection: sqlite3.Connection,
    codebook: Codebook,
    *,
    selection: Selection | None = None,
    code: str | None = None,
    limit: int = 50,
    most_words: int = MOST_WORDS,
    advance: Callable[[int], None] = lambda count: None,
) -> Suggestions:
    """Suggest terms for a codebook, or for one of its codes; nothing is written anywhere.

    Raises `TooLittleText` where the corpus is too small to learn from.
    """
    text = _read(connection, selection or Selection(), most_words, advance)
    if text.words < LEAST_WORDS or not any(text.passages):
        raise TooLittleText(
            f"{text.words:,} words, {sum(map(bool, text.passages)):,} documents with passages: too "
            "few to learn from. Import more papers, run `corpus build`, then ask again."
        )
    joined = _joined(text)
    vectors = _vectors(joined)
    known = _known(codebook, vectors, code)
    passages, rest = _counted(joined)
    found = _ranked(codebook, vectors, known, passages, rest)[:limit]
    return Suggestions(
        documents=len(text.documents),
        words=text.words,
        passage_words=passages.size,
        vocabulary=len(vectors),
        suggestions=tuple(_with_example(connection, each) for each in found),
    )


def clauses(text: str) -> list[list[str]]:
    """Return the words of each clause of a text: no phrase goes over a stop."""
    cut = ([sys.intern(word) for word in plain_words(part)] for part in _CLAUSE.split(text))
    return [words for words in cut if words]


def _read(
    connection: sqlite3.Connection,
    selection: Selection,
    most_words: int,
    advance: Callable[[int], None],
) -> _Text:
    """Read documents, those with passages first, until there are words enough."""
    told = {row[0] for row in connection.execute("select distinct document from passages")}
    found = sorted(
        documents(connection, selection), key=lambda d: (d.document not in told, d.document)
    )
    read, words = _Text([], [], []), 0
    for document in found:
        if words >= most_words:
            break
        page = [c for _, t in texts(connection, document, "pages") for c in clauses(t)]
        passage = [c for _, t in texts(connection, document, "passages") for c in clauses(t)]
        words += sum(map(len, page))
        read.documents.append(document)
        read.pages.append(page)
        read.passages.append(passage)
        advance(1)
    return read


def _joined(text: _Text) -> _Text:
    """Return the text with its phrases joined by an underscore."""
    every = (clause for document in text.pages for clause in document)
    model = Phrases(
        every,
        min_count=MIN_COUNT,
        threshold=PHRASE_NPMI,
        scoring="npmi",
        connector_words=ENGLISH_CONNECTOR_WORDS,
        delimiter="_",
    ).freeze()
    return _Text(
        text.documents,
        [[model[clause] for clause in document] for document in text.passages],
        [[model[clause] for clause in document] for document in text.pages],
    )


def _vectors(text: _Text) -> Any:
    """Train word vectors; return gensim's keyed vectors."""
    every = [clause for document in text.pages for clause in document]
    model = Word2Vec(every, min_count=MIN_COUNT, seed=SEED, workers=1, **VECTOR)
    return model.wv


def _known(codebook: Codebook, vectors: Any, code: str | None) -> dict[tuple[str, str], Any]:
    """Return a vector for each term of the codebook (or of a code) whose words are known."""
    found = {}
    for each in codebook.codes:
        for term in each.terms if code in (None, each.code) else ():
            words = plain_words(term.phrase.replace("*", ""))
            whole = "_".join(words)
            there = [whole] if whole in vectors else [w for w in words if w in vectors]
            if there and (len(there) == len(words) or there == [whole]):
                found[term.phrase, each.code] = vectors.get_mean_vector(there, pre_normalize=True)
    if not found:
        asked = f"the code `{code}`" if code else "the codebook"
        raise TooLittleText(f"No term of {asked} stands often enough in this corpus to be learnt.")
    return found


def _counted(text: _Text) -> tuple[Counts, Counts]:
    """Count words and phrases in passages, and on the pages outside of them."""
    kept = [document for document in text.documents for _ in range(2)]

    def tokens() -> Iterator[list[str]]:
        for passages, pages in zip(text.passages, text.pages, strict=True):
            yield [word for clause in passages for word in clause]
            yield [word for clause in pages for word in clause]

    both = tabled(tokens(), kept)
    passages = both.among(list(range(0, len(kept), 2)))
    pages = both.among(list(range(1, len(kept), 2)))
    rest = (pages.table - passages.table).maximum(0)
    rest.eliminate_zeros()
    return passages, Counts(both.words, pages.documents, rest)


def _ranked(
    codebook: Codebook,
    vectors: Any,
    known: dict[tuple[str, str], Any],
    passages: Counts,
    rest: Counts,
) -> list[Suggestion]:
    """Return the candidates, best first; equal ones by their words."""
    pair = Pair.of(passages.totals, rest.totals, passages.size, max(rest.size, 1))
    likelihood, ratio = log_likelihood(pair), log_ratio(pair)
    spread = np.asarray(((passages.table + rest.table) > 0).sum(axis=0)).ravel()
    names = list(known)
    matrix = np.array([known[name] / np.linalg.norm(known[name]) for name in names])
    new = _new_to(Lexicon(codebook), vectors, passages.words, spread)
    if not new:
        return []
    near = np.array([vectors.get_vector(passages.words[n], norm=True) for n in new]) @ matrix.T
    near[_parts([passages.words[n] for n in new], names)] = -1
    best, nearness = near.argmax(axis=1), near.max(axis=1)
    key = np.where(ratio > 0, likelihood, 0.0)[new]  # a new word may make no passage: no fault
    score = 1 / (FUSION + _ranks(nearness)) + 1 / (FUSION + _ranks(key))
    return [
        Suggestion(
            phrase=passages.words[new[n]].replace("_", " "),
            score=round(float(score[n]), 6),
            count=int(pair.a[new[n]] + pair.b[new[n]]),
            documents=int(spread[new[n]]),
            in_passages=int(pair.a[new[n]]),
            nearest=names[best[n]][0],
            code=names[best[n]][1],
            nearness=round(float(nearness[n]), 4),
            log_likelihood=round(float(likelihood[new[n]]), 2),
            log_ratio=round(float(ratio[new[n]]), 2),
            example="",
            document=None,
            page=None,
        )
        for n in np.argsort(-score, kind="stable")
    ]


def _parts(words: Sequence[str], names: Sequence[tuple[str, str]]) -> Any:
    """Say which words are parts of which known phrases: those are near by their making."""
    known = [frozenset(plain_words(phrase)) for phrase, _ in names]
    return np.array([[set(word.split("_")) <= phrase for phrase in known] for word in words])


def _ranks(values: Any) -> Any:
    """Return ranks from 1, the largest first; equal values share the better rank."""
    return stats.rankdata(-np.round(values, 6), method="min")


def _new_to(lexicon: Lexicon, vectors: Any, words: Sequence[str], spread: Any) -> list[int]:
    """Return the places of words that mean something and that the codebook does not match."""
    found = []
    written = {"_".join(plain_words(term.phrase)) for term in lexicon.terms.values()}
    for n, word in enumerate(words):
        parts = word.split("_")
        if word not in vectors or word in written or spread[n] < MIN_DOCUMENTS:
            continue
        if any(len(p) < 3 for p in (parts[0], parts[-1])) or {parts[0], parts[-1]} & _STOP:
            continue
        text = Words(" ".join(parts))
        if not lexicon.evidence(text) and not lexicon.context(text):
            found.append(n)
    return found


def _with_example(connection: sqlite3.Connection, suggestion: Suggestion) -> Suggestion:
    """Return a suggestion with one place where it stands."""
    lines = kwic(connection, Node(f'"{suggestion.phrase}"'), width=EXAMPLE_CHARS, limit=1)
    if not lines:
        return suggestion
    line = lines[0]
    example = f"{line.left}{line.node}{line.right}"
    return Suggestion(
        **suggestion.as_row() | {"example": example, "document": line.document, "page": line.page}
    )
