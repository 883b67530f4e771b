"""What speaks for and against a topic model: coherence, exclusivity, diversity, stability."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from corpus.errors import NoTopics
from models.coherence import coherence
from models.fitting import fit
from models.topics import Fitted, Vocabulary

TOP = 10
RESAMPLES = 3
RESAMPLE_SHARE = 0.8
FEW_PASSAGES = 200
FEW_OF_A_TOPIC = 5
"""Fewer passages than this led by a topic are read one by one, not counted."""
FEW_DOCUMENTS = 3
"""What fewer documents than this say is theirs, not the corpus's."""
MANY_REFUSED = 1 / 3
"""Of the passages: with more in topics that mean nothing, a model tells of the lesser part."""
USE, CARE, REFUSE = "use", "with care", "do not use"


@dataclass(frozen=True)
class Quality:
    """Figures of the words shown: the top 10 of each topic, and each topic's own."""

    npmi: float
    c_v: float
    diversity: float
    exclusivity: float
    topic_npmi: tuple[float, ...]
    topic_exclusivity: tuple[float, ...]

    @property
    def score(self) -> float:
        """Coherence times diversity: "topic quality" of Dieng, Ruiz and Blei 2020."""
        return self.npmi * self.diversity


def quality(fitted: Fitted, texts: Iterable[list[str]]) -> Quality:
    """Judge a model against the texts themselves."""
    return qualities([fitted], texts)[0]


def qualities(models: Sequence[Fitted], texts: Iterable[list[str]]) -> list[Quality]:
    """Judge models against the texts, gone through twice: once for NPMI, once for C_v."""
    shown = [shown_words(model) for model in models]
    npmi, c_v = coherence("npmi", shown, texts), coherence("c_v", shown, texts)
    return [_quality(*found) for found in zip(models, npmi, c_v, strict=True)]


def _quality(fitted: Fitted, npmi: list[float], c_v: list[float]) -> Quality:
    own = exclusivity(fitted)
    return Quality(
        npmi=_mean(npmi),
        c_v=_mean(c_v),
        diversity=diversity(fitted),
        exclusivity=_mean(own),
        topic_npmi=tuple(round(value, 4) for value in npmi),
        topic_exclusivity=tuple(round(value, 4) for value in own),
    )


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4)


def shown_words(fitted: Fitted, most: int = TOP) -> list[list[str]]:
    """Return the words by which topics are shown, best first: the ones that are judged."""
    return [[word for word, _ in topic] for topic in fitted.top(most)]


def diversity(fitted: Fitted, top: int = TOP) -> float:
    """Return the share of distinct words among the words shown of all topics."""
    words = [word for topic in shown_words(fitted, top) for word in topic]
    return round(len(set(words)) / len(words), 4)


def exclusivity(fitted: Fitted, top: int = TOP) -> list[float]:
    """Return for each topic how much of its shown words' weight is its own, 0 to 1.

    Mean, over the words, of the topic's share of the word among all topics' (Bischof and Airoldi
    2012, without their ranks).
    """
    shares = fitted.shares()
    numbers = {word: number for number, word in enumerate(fitted.words)}
    among = shares / np.maximum(shares.sum(axis=0), 1e-12)
    return [
        float(np.mean([row[numbers[word]] for word in words]))
        for row, words in zip(among, shown_words(fitted, top), strict=True)
    ]


def stability(
    fitted: Fitted, vocabulary: Vocabulary, advance: Callable[[int], None] = lambda _: None
) -> list[float]:
    """Return how much of each topic comes back from resampled passages under other seeds.

    Mean overlap (Jaccard) of the top 10 words of topics matched one to one (Hungarian method),
    over fits on random four fifths of the passages. Other seeds alone would flatter: the start is
    deterministic.
    """
    overlaps = []
    for draw in range(1, RESAMPLES + 1):
        chance = np.random.default_rng(fitted.seed + draw)
        size = max(int(len(vocabulary) * RESAMPLE_SHARE), 1)
        chosen = np.sort(chance.choice(len(vocabulary), size, replace=False))
        overlaps.append(_come_back(fitted, vocabulary.some(chosen), fitted.seed + draw))
        advance(1)
    return [round(float(mean), 4) for mean in np.mean(overlaps, axis=0)]


def _come_back(fitted: Fitted, texts: Vocabulary, seed: int) -> NDArray[np.float64]:
    """Return how much of each topic a fit on other texts has; nothing where it finds no topics."""
    try:
        sample = fit(texts, fitted.asked or fitted.k, seed, fitted.algorithm)
    except NoTopics:
        return np.zeros(fitted.k)
    return overlap(shown_words(fitted), shown_words(sample))


def overlap(one: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Return each topic's overlap with the topic of another model it is matched to, 0 to 1."""
    sets = [[set(words) for words in model] for model in (one, other)]
    jaccard = np.array([[len(a & b) / len(a | b) for b in sets[1]] for a in sets[0]])
    rows, columns = linear_sum_assignment(-jaccard)
    found = np.zeros(len(one))
    found[rows] = jaccard[rows, columns]
    return found


def verdict(texts: int, stable: float, npmi: float, unit: str = "passages") -> str:
    """Say in a sentence what a model's figures allow: `use`, `with care` or `do not use`.

    It was fitted on so many `texts`, each a `unit`.
    """
    if stable < 0.3:
        return f"Do not use: most topics change when a fifth of the {unit} is left out."
    if texts < FEW_PASSAGES:
        return f"With care: {texts} {unit} are few; explore, but make no claims about topics."
    if stable < 0.5 or npmi < 0.05:
        return "With care: read the passages behind a topic before you name it."
    return "Use: topics come back under resampling and their words belong together."


def model_verdict(said: str, refused: int, share: float) -> str:
    """Return a model's verdict once its topics have theirs.

    `refused` topics are not to be used, and the `share` of all passages lies in them.
    """
    if not said.startswith("Use") or share < MANY_REFUSED:
        return said
    return (
        f"With care: {refused} of its topics are not to be used, and {share:.0%} of the passages "
        "lie in them."
    )


def topic_verdict(passages: int, documents: int, stable: float, npmi: float) -> str:
    """Say whether one topic can be used; `passages` are those it leads, of so many documents."""
    if stable < 0.3 or npmi < 0 or not passages:
        return REFUSE
    few = passages < FEW_OF_A_TOPIC or documents < FEW_DOCUMENTS
    return CARE if few or stable < 0.5 or npmi < 0.05 else USE
