"""What speaks for and against a topic model: coherence, diversity, stability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from scipy.optimize import linear_sum_assignment

from models.topics import Fitted, Vocabulary, fit

TOP = 10
RESAMPLES = 3
RESAMPLE_SHARE = 0.8


@dataclass(frozen=True)
class Quality:
    """Coherence of the top 10 words, and the share of distinct words in the top 25."""

    npmi: float
    c_v: float
    diversity: float

    @property
    def score(self) -> float:
        """Coherence times diversity: "topic quality" of Dieng, Ruiz and Blei 2020."""
        return self.npmi * self.diversity


def quality(fitted: Fitted, texts: Sequence[list[str]]) -> Quality:
    """Judge a model against the texts themselves.

    NPMI: Bouma 2009, Aletras and Stevenson 2013; C_v: Röder, Both and Hinneburg 2015.
    """
    dictionary = Dictionary([list(fitted.words)])
    topics = [[word for word, _ in top] for top in fitted.top(TOP)]
    scores = {
        measure: CoherenceModel(
            topics=topics, texts=texts, dictionary=dictionary, coherence=measure, processes=1
        ).get_coherence()
        for measure in ("c_npmi", "c_v")
    }
    return Quality(_finite(scores["c_npmi"]), _finite(scores["c_v"]), diversity(fitted))


def _finite(score: float) -> float:
    """Return a score rounded; one that could not be computed is the worst."""
    return round(float(score), 4) if np.isfinite(score) else -1.0


def diversity(fitted: Fitted, top: int = 25) -> float:
    """Return the share of distinct words among the top words of all topics."""
    words = [word for topic in fitted.top(top) for word, _ in topic]
    return round(len(set(words)) / len(words), 4)


def stability(fitted: Fitted, vocabulary: Vocabulary) -> float:
    """Return how much of the topics comes back from resampled passages under other seeds.

    Mean overlap (Jaccard) of the top 10 words of topics matched one to one, over fits on random
    four fifths of the passages. Other seeds alone would flatter: the start is deterministic.
    """
    overlaps = []
    for draw in range(1, RESAMPLES + 1):
        chance = np.random.default_rng(fitted.seed + draw)
        size = max(int(len(vocabulary.bows) * RESAMPLE_SHARE), 1)
        chosen = np.sort(chance.choice(len(vocabulary.bows), size, replace=False))
        sample = Vocabulary(vocabulary.words, tuple(vocabulary.bows[i] for i in chosen))
        overlaps.append(_overlap(fitted, fit(sample, fitted.k, fitted.seed + draw)))
    return round(float(np.mean(overlaps)), 4)


def _overlap(one: Fitted, other: Fitted) -> float:
    """Return the mean overlap of the top words of topics matched one to one."""
    sets = [[{word for word, _ in top} for top in model.top(TOP)] for model in (one, other)]
    jaccard = np.array([[len(a & b) / len(a | b) for b in sets[1]] for a in sets[0]])
    rows, columns = linear_sum_assignment(-jaccard)
    return float(jaccard[rows, columns].mean())


def verdict(passages: int, stable: float, npmi: float) -> str:
    """Say in a sentence what these figures allow."""
    if stable < 0.3:
        return "Do not use: most topics change when a fifth of the passages is left out."
    if passages < 200:
        return f"For exploring only: {passages} passages are few for claims about topics."
    if stable < 0.5 or npmi < 0.05:
        return "With care: read the passages behind a topic before you name it."
    return "Usable: topics come back under resampling and their words belong together."
