"""How strongly a word belongs to one side of a comparison: significance, size, spread.

Every function takes arrays (one entry per word) and gives arrays. A significance says how sure a
difference is, an effect size how large it is; in a large corpus almost every difference is sure,
so that neither stands without the other (Hardie 2014; Gabrielatos 2018).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, special, stats

Numbers = NDArray[np.float64]
ABSENT = 0.5
"""Stands for a frequency of nought where a ratio needs one (Hardie 2014)."""


@dataclass(frozen=True)
class Pair:
    """Frequencies of words on two sides, `a` of `words_a` and `b` of `words_b` words."""

    a: Numbers
    b: Numbers
    words_a: float
    words_b: float

    @classmethod
    def of(cls, a: ArrayLike, b: ArrayLike, words_a: float, words_b: float) -> "Pair":
        """Return the pair of two sides; each needs at least one word."""
        if words_a <= 0 or words_b <= 0:
            raise ValueError("both sides of a comparison need words")
        return cls(np.asarray(a, float), np.asarray(b, float), float(words_a), float(words_b))

    @property
    def expected(self) -> tuple[Numbers, Numbers]:
        """The frequencies on either side if the word were as common on both."""
        total = (self.a + self.b) / (self.words_a + self.words_b)
        return self.words_a * total, self.words_b * total


def log_likelihood(pair: Pair) -> Numbers:
    """Return G² as for keywords: the two cells of the word (Rayson & Garside 2000)."""
    first, second = pair.expected
    return 2 * (_cell(pair.a, first) + _cell(pair.b, second))


def log_likelihood_of_table(pair: Pair) -> Numbers:
    """Return G² as for collocates: all four cells of the table (Dunning 1993)."""
    first, second = pair.expected
    others = _cell(pair.words_a - pair.a, pair.words_a - first)
    return log_likelihood(pair) + 2 * (others + _cell(pair.words_b - pair.b, pair.words_b - second))


def _cell(observed: Numbers, expected: Numbers) -> Numbers:
    """Return O ln(O / E), nought where nothing was observed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(observed > 0, observed / expected, 1.0)
    cell: Numbers = special.xlogy(observed, ratio)
    return cell


def log_ratio(pair: Pair) -> Numbers:
    """Return the binary logarithm of the ratio of relative frequencies (Hardie 2014).

    One more is twice as common: 0 is equal, 1 twice, 3 eight times, -1 half as common.
    """
    first = np.where(pair.a > 0, pair.a, ABSENT) / pair.words_a
    second = np.where(pair.b > 0, pair.b, ABSENT) / pair.words_b
    ratio: Numbers = np.log2(first / second)
    return ratio


def percent_difference(pair: Pair) -> Numbers:
    """Return %DIFF, the difference in percent of the second side's relative frequency.

    Gabrielatos & Marchi 2011; infinite where the second side has none.
    """
    first, second = pair.a / pair.words_a, pair.b / pair.words_b
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(second > 0, 100 * (first - second) / second, np.inf)


def mutual_information(pair: Pair) -> Numbers:
    """Return MI, log2 of observed by expected (Church & Hanks 1990); minus infinity for none.

    It favours rare words: read it beside the count.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(pair.a / pair.expected[0])


def dispersion(counts: Any) -> Numbers:
    """Return DP, the deviation of proportions, of every word (Gries 2008).

    `counts` is a sparse matrix of documents by words. 0: spread as the words of the documents
    are; towards 1: all in little of the text. A word that does not occur has 1.
    """
    table = sparse.coo_array(counts)
    sizes = np.asarray(table.sum(axis=1)).ravel().astype(float)
    totals = np.asarray(table.sum(axis=0)).ravel().astype(float)
    shares = sizes / max(sizes.sum(), 1.0)
    part = table.data / totals[table.col]
    there = np.abs(part - shares[table.row]) - shares[table.row]
    summed = np.bincount(table.col, weights=there, minlength=table.shape[1])
    return np.where(totals > 0, 0.5 * (1.0 + summed), 1.0)


def significant(likelihood: Numbers, level: float) -> tuple[Numbers, NDArray[np.bool_], Numbers]:
    """Return p-values, whether each survives Bonferroni's correction, and Benjamini-Hochberg's q.

    All words tested are hypotheses; the likelihood has one degree of freedom.
    """
    p = np.asarray(stats.chi2.sf(np.maximum(likelihood, 0.0), 1), float)
    if not p.size:
        return p, p < 0, p
    q = np.asarray(stats.false_discovery_control(p, method="bh"), float)
    return p, p <= level / p.size, q
