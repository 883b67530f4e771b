"""How alike the words of a council's documents are, and which rare words make them so."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from models.links.papers import Paper

LEAST_ALIKE = 0.08
"""Below it, two documents share only what the papers of a council have in common."""
SHOWN = 5
_WORD = r"(?u)\b[^\W\d_]{3,}\b"


class Likeness:
    """TF-IDF over the words of a council's documents: rare is what is rare at this council."""

    def __init__(self, papers: Sequence[Paper], common: Sequence[str] = ()) -> None:
        """`common` are words that say nothing here, such as those of the council's name."""
        self._row = {paper.document: row for row, paper in enumerate(papers)}
        stop = sorted({*_english(), *(word.lower() for word in common)})
        made = TfidfVectorizer(sublinear_tf=True, token_pattern=_WORD, stop_words=stop)
        texts = [paper.words for paper in papers]
        try:
            self._matrix = csr_matrix(made.fit_transform(texts))
            self._terms = made.get_feature_names_out()
        except ValueError:  # not one word among them all
            self._matrix, self._terms = csr_matrix((len(texts), 1)), np.array([""])

    def alike(self, one: str, other: str) -> float:
        """Return how alike two documents are, 0 to 1."""
        first, second = self._matrix[self._row[one]], self._matrix[self._row[other]]
        return round(float(first.multiply(second).sum()), 4)

    def shared(self, one: str, other: str) -> list[str]:
        """Return the words that make two documents alike, the weightiest first."""
        both = self._matrix[self._row[one]].multiply(self._matrix[self._row[other]]).tocoo()
        told = sorted(zip(-both.data, self._terms[both.col], strict=True))
        return [str(word) for _, word in told[:SHOWN]]

    def near(self, some: Sequence[Paper], others: Sequence[Paper]) -> Iterator[tuple[str, str]]:
        """Yield the pairs of two groups of documents whose words are alike at all."""
        if not some or not others:
            return
        rows = [self._row[paper.document] for paper in some]
        columns = [self._row[paper.document] for paper in others]
        found = (self._matrix[rows] @ self._matrix[columns].T).tocoo()
        for row, column, score in zip(found.row, found.col, found.data, strict=True):
            if score >= LEAST_ALIKE:
                yield some[row].document, others[column].document


def _english() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)
