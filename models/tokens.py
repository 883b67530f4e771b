"""Passages as the tokens that topic models count: lemmas without stop words, phrases joined."""

import re
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import Any

import simplemma
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
from gensim.parsing.preprocessing import STOPWORDS
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_WORD = re.compile(r"[^\W\d_]{3,}")
STOP = STOPWORDS | ENGLISH_STOP_WORDS
PHRASE_MIN_COUNT = 5
PHRASE_NPMI = 0.5
"""Normalised pointwise mutual information, -1 to 1, from which two words are one phrase."""


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """Return the dictionary form of an English word."""
    return simplemma.lemmatize(word, lang="en").lower()


def tokens(text: str, stop: Set[str] = frozenset()) -> list[str]:
    """Return the lemmas of a text, in order, without stop words, numbers and short words.

    `stop`: the corpus's own, in lower case.
    """
    words = (w for w in _WORD.findall(text.lower()) if w not in STOP and w not in stop)
    return [w for w in map(lemma, words) if len(w) > 2 and w not in STOP and w not in stop]


def learn_phrases(texts: Iterable[list[str]]) -> dict[str, float]:
    """Return the two-word phrases of tokenised texts with their score (Bouma 2009, NPMI)."""
    found = Phrases(
        texts,
        min_count=PHRASE_MIN_COUNT,
        threshold=PHRASE_NPMI,
        scoring="npmi",
        connector_words=ENGLISH_CONNECTOR_WORDS,
        delimiter="_",
    )
    return dict(sorted(found.export_phrases().items()))


def join_phrases(texts: Iterable[list[str]], phrases: dict[str, float]) -> Iterator[list[str]]:
    """Yield the texts with their phrases joined by an underscore."""
    model: Any = Phrases(
        threshold=PHRASE_NPMI,
        scoring="npmi",
        delimiter="_",
        connector_words=ENGLISH_CONNECTOR_WORDS,
    ).freeze()
    model.phrasegrams = phrases
    for text in texts:
        yield model[text]
