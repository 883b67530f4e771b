"""Planted topics: texts drawn from ten known topics of unequal size, and who finds them again.

    python benchmarks/topics_planted.py [--seeds 3]

The largest topic is eight times as frequent as the smallest. Printed for each model: the mean
cosine of its topics with the known ones, matched one to one, over the seeds, and the ratio to the
best peer's. Weights of a factorisation are taken back to frequencies by the inverse document
frequency of words. tomotopy is left out where it is not installed.
"""

import argparse
import importlib.util
from collections.abc import Callable
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from models.fitting import fit
from models.topics import Vocabulary

K, WORDS, TEXTS, LENGTH = 10, 600, 1500, 60
Topics = NDArray[np.float64]


def planted(seed: int) -> tuple[Topics, Vocabulary]:
    """Return ten sparse topics and texts drawn from mixtures of them."""
    chance = np.random.default_rng(seed)
    topics = chance.dirichlet(np.full(WORDS, 0.05), size=K)
    sizes = np.geomspace(8, 1, K)
    mixtures = chance.dirichlet(sizes / sizes.sum(), size=TEXTS)
    counts = np.array([chance.multinomial(LENGTH, mixture @ topics) for mixture in mixtures])
    texts = [
        [f"w{word:03}" for word, times in enumerate(row) for _ in range(times)] for row in counts
    ]
    vocabulary = Vocabulary.build(texts, 2, 1.0)
    return topics[:, [int(word[1:]) for word in vocabulary.words]], vocabulary


def match(found: Topics, known: Topics) -> float:
    """Return the mean cosine of topics matched one to one."""
    one, other = (
        rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        for rows in (found, known)
    )
    cosines = one @ other.T
    return float(cosines[linear_sum_assignment(-cosines)].mean())


def ours(vocabulary: Vocabulary, seed: int) -> Topics:
    """Return the topics of the default."""
    fitted = fit(vocabulary, K, seed)
    assert fitted.idf is not None  # the default weighs words
    return np.asarray(fitted.topic_words / fitted.idf, dtype=np.float64)


def ours_lda(vocabulary: Vocabulary, seed: int) -> Topics:
    """Return the topics of `--algorithm lda`."""
    return np.asarray(fit(vocabulary, K, seed, "lda").topic_words, dtype=np.float64)


def gensim_lda(vocabulary: Vocabulary, seed: int) -> Topics:
    """Return the topics of gensim's LDA in ten passes."""
    from gensim.models import LdaModel

    names = dict(enumerate(vocabulary.words))
    model = LdaModel(vocabulary.bows, K, id2word=names, random_state=seed, passes=10)
    return np.asarray(model.get_topics(), dtype=np.float64)


def sklearn_lda(vocabulary: Vocabulary, seed: int) -> Topics:
    """Return the topics of scikit-learn's LDA."""
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(K, random_state=seed).fit(vocabulary.counts)
    return np.asarray(model.components_, dtype=np.float64)


def sklearn_nmf(vocabulary: Vocabulary, seed: int) -> Topics:
    """Return the topics of scikit-learn's NMF of TF-IDF."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer

    weighted = TfidfTransformer().fit_transform(vocabulary.counts)
    return np.asarray(NMF(K, random_state=seed, max_iter=400).fit(weighted).components_)


def tomotopy_lda(vocabulary: Vocabulary, seed: int) -> Topics:
    """Return the topics of tomotopy's LDA: 1,000 iterations of Gibbs sampling."""
    import tomotopy

    model = tomotopy.LDAModel(k=K, seed=seed)
    for bow in vocabulary.bows:
        model.add_doc([vocabulary.words[word] for word, times in bow for _ in range(times)])
    model.train(1000, workers=1)
    numbers = {word: number for number, word in enumerate(vocabulary.words)}
    found = np.zeros((K, len(numbers)))
    columns = [numbers[word] for word in model.used_vocabs]
    for topic in range(K):
        found[topic, columns] = model.get_topic_word_dist(topic)
    return found


OURS: dict[str, Callable[[Vocabulary, int], Topics]] = {"ours": ours, "ours-lda": ours_lda}
PEERS: dict[str, Callable[[Vocabulary, int], Topics]] = {
    "gensim-lda": gensim_lda,
    "sklearn-lda": sklearn_lda,
    "sklearn-nmf": sklearn_nmf,
    "tomotopy": tomotopy_lda,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = range(1, parser.parse_args().seeds + 1)
    peers = {n: p for n, p in PEERS.items() if n != "tomotopy" or importlib.util.find_spec(n)}
    corpora = {seed: planted(seed) for seed in seeds}
    cosines = {
        name: fmean(match(model(corpora[seed][1], seed), corpora[seed][0]) for seed in seeds)
        for name, model in (OURS | peers).items()
    }
    best = max(cosines[name] for name in peers)
    for name, cosine in cosines.items():
        print(f"{name:14}{cosine:>8.3f}{cosine / best:>8.3f} of the best peer's")


if __name__ == "__main__":
    main()
