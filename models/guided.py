"""Topics led by the codebook: each code draws one topic to what is said where its words stand.

A matrix factorisation as in `nmf` of the passages and, for each code, one text more: the code's own
words, and what the passages that hold them say more than others do; as heavy as half of these. The
other topics are free. In the manner of seeded topic models (Jagarlamudi, Daumé and Udupa 2012), for
factorisation. A topic that drifted away from its code's words loses its name: the codebook leads,
it does not decide.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.preprocessing import normalize

from corpus.errors import NoTopics
from models.nmf import Matrix, factors, model_of, weighted
from models.tokens import join_phrases, tokens
from models.topics import Fitted, Vocabulary

SHARE_LED = 2 / 3
"""Of the topics; the rest is free for what no code foresaw."""
FEWEST_TEXTS = 5
WEIGHT = 0.5
TOP = 10
MOST_CODES = 3
Guide = tuple[str, tuple[int, ...]]


def fit(vocabulary: Vocabulary, k: int, seed: int) -> Fitted:
    """Fit `k` topics, led by the codes that most texts hold; numbered by size, largest first.

    Raises `NoTopics` where no code's words stand in enough texts.
    """
    texts = weighted(vocabulary)
    guides = _chosen(vocabulary, max(int(k * SHARE_LED), 1))
    own = _own_words(guides, len(vocabulary.words))
    near = texts.matrix @ own.T
    led = _led(texts.matrix, near, own)
    heavy = np.sqrt(WEIGHT * np.asarray((near > 0).sum(axis=0)).ravel())
    start = _start(texts.matrix, near, led, heavy, k)
    added = csr_matrix(led * heavy[:, None])
    shares, topics = factors(vstack([texts.matrix, added]).tocsr(), k, start)
    sizes = shares[: len(vocabulary)].sum(axis=0)
    names = [code for code, _ in guides] + [""] * (k - len(guides))
    fitted = model_of(
        vocabulary, texts, topics, sizes, seed, algorithm="guided", names=tuple(names)
    )
    return _kept_to(fitted, dict(guides))


def guide_words(
    phrases: Iterable[tuple[str, str]],
    joined: dict[str, float],
    stop: Set[str],
    words: Sequence[str],
) -> tuple[Guide, ...]:
    """Return for each code the numbers of the words that its phrases are made of.

    `phrases`: (code, phrase). A word of many codes leads nowhere and is left out.
    """
    numbers = {word: number for number, word in enumerate(words)}
    found: defaultdict[str, set[int]] = defaultdict(set)
    for code, phrase in phrases:
        (text,) = join_phrases([tokens(phrase, stop)], joined)
        found[code] |= {numbers[word] for word in text if word in numbers}
    codes = Counter(word for own in found.values() for word in own)
    return tuple(
        (code, tuple(sorted(word for word in own if codes[word] <= MOST_CODES)))
        for code, own in sorted(found.items())
    )


def _chosen(vocabulary: Vocabulary, most: int) -> list[Guide]:
    """Return the codes whose words stand in most texts."""
    present = vocabulary.counts > 0
    held = [
        (int((present[:, list(words)].sum(axis=1) > 0).sum()), code, words)
        for code, words in vocabulary.guides
        if words
    ]
    enough = sorted((-texts, code, words) for texts, code, words in held if texts >= FEWEST_TEXTS)
    if not enough:
        raise NoTopics(
            f"No code of the codebook has words that stand in {FEWEST_TEXTS} passages: nothing can "
            "lead topics. Fit free ones with `corpus topics fit`."
        )
    return [(code, words) for _, code, words in enough[:most]]


def _own_words(guides: list[Guide], words: int) -> csr_matrix:
    """Return each code's words, rows of length 1 (codes × words)."""
    rows = [row for row, (_, own) in enumerate(guides) for _ in own]
    columns = [word for _, own in guides for word in own]
    ones = np.ones(len(rows))
    return normalize(csr_matrix((ones, (rows, columns)), shape=(len(guides), words)))


def _led(texts: csr_matrix, near: csr_matrix, own: csr_matrix) -> Matrix:
    """Return what the passages near each code say more than all do (codes × words)."""
    mean = normalize(csr_matrix(texts.mean(axis=0))).toarray()
    said = normalize(near.T @ texts).toarray() - mean
    return np.asarray(normalize(np.maximum(said, 0) + own.toarray()), dtype=np.float64)


def _start(
    texts: csr_matrix, near: csr_matrix, led: Matrix, heavy: Matrix, k: int
) -> tuple[Matrix, Matrix]:
    """Return where the factorisation starts: led topics, then those that come by themselves."""
    shares, topics = near.toarray(), led
    if free := k - len(led):
        others = factors(texts, free)
        shares, topics = np.hstack([shares, others[0]]), np.vstack([topics, others[1]])
    codes = np.zeros((len(led), k))
    np.fill_diagonal(codes, heavy)
    return np.ascontiguousarray(np.vstack([shares, codes])), np.ascontiguousarray(topics)


def _kept_to(fitted: Fitted, guides: dict[str, tuple[int, ...]]) -> Fitted:
    """Take the name from a topic none of whose words shown is its code's."""
    numbers = {word: number for number, word in enumerate(fitted.words)}
    names = tuple(
        name if {numbers[word] for word, _ in shown} & set(guides.get(name, ())) else ""
        for name, shown in zip(fitted.names, fitted.top(TOP), strict=True)
    )
    return replace(fitted, names=names)
