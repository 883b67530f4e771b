"""Topic models against their peers: coherence, diversity, stability, time and memory.

    python benchmarks/topics.py --octis DIR [--k 10,20,30,40,50] [--seeds 3] [--models ours,...]
        [--json FILE]

DIR holds one corpus in OCTIS form: a file ending in `corpus.tsv`, one text a line, its words apart
by blanks, further columns behind a tab. The words judged are the ten each model shows, best first.
NPMI is what OCTIS computes: gensim's `c_npmi` of these words, in windows of 10 words of the corpus
itself. Diversity: share of distinct words among them. Stability: overlap (Jaccard) of the words of
topics matched one to one, over every two seeds; a model whose start is deterministic has 1.
Each fit runs alone in a process of one thread. tomotopy is left out where it is not installed.
"""

import argparse
import importlib.util
import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models.coherence import coherence
from models.evaluate import overlap, shown_words
from models.fitting import fit
from models.topics import Vocabulary

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # read by the processes that fit
TOP = 10
MIB = 1024
Shown = list[list[str]]


def read_octis(folder: Path) -> list[list[str]]:
    """Return the texts of a corpus in OCTIS form."""
    found = sorted(folder.glob("*corpus.tsv"))
    if len(found) != 1:
        sys.exit(f"{folder} should hold one file *corpus.tsv; it holds {len(found)}.")
    lines = found[0].read_text(encoding="utf-8").splitlines()
    return [text for line in lines if (text := line.split("\t")[0].split())]


def best(weights: Any, words: tuple[str, ...]) -> Shown:
    """Return the heaviest words of each topic."""
    return [[words[i] for i in np.argsort(-np.asarray(row))[:TOP]] for row in weights]


def ours(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return what `corpus topics fit` shows."""
    return shown_words(fit(vocabulary, k, seed), TOP)


def ours_lda(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return what `corpus topics fit --algorithm lda` shows."""
    return shown_words(fit(vocabulary, k, seed, "lda"), TOP)


def gensim_lda(vocabulary: Vocabulary, k: int, seed: int, **options: Any) -> Shown:
    """Return the topics of gensim's LdaModel, by default with its defaults."""
    from gensim.models import LdaModel

    names = dict(enumerate(vocabulary.words))
    model = LdaModel(vocabulary.bows, k, id2word=names, random_state=seed, **options)
    return best(model.get_topics(), vocabulary.words)


def gensim_tuned(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return gensim's LDA with large chunks, faster forgetting and many passes."""
    tuned = {"chunksize": 4000, "decay": 0.7, "offset": 10, "passes": 30, "eta": 0.01}
    return gensim_lda(vocabulary, k, seed, alpha="asymmetric", **tuned)


def gensim_nmf(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return the topics of gensim's Nmf with its defaults."""
    from gensim.models.nmf import Nmf

    names = dict(enumerate(vocabulary.words))
    model = Nmf(vocabulary.bows, k, id2word=names, random_state=seed)
    return best(model.get_topics(), vocabulary.words)


def sklearn_lda(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return the topics of scikit-learn's LatentDirichletAllocation with its defaults."""
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(k, random_state=seed).fit(vocabulary.counts)
    return best(model.components_, vocabulary.words)


def sklearn_nmf(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return the topics of scikit-learn's NMF of TF-IDF, both with their defaults."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer

    weighted = TfidfTransformer().fit_transform(vocabulary.counts)
    return best(NMF(k, random_state=seed).fit(weighted).components_, vocabulary.words)


def tomotopy_lda(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return the topics of tomotopy's LDA: 1,000 iterations of Gibbs sampling."""
    import tomotopy

    model = tomotopy.LDAModel(k=k, seed=seed)
    for bow in vocabulary.bows:
        model.add_doc([vocabulary.words[word] for word, times in bow for _ in range(times)])
    model.train(1000, workers=1)
    return [[word for word, _ in model.get_topic_words(topic, TOP)] for topic in range(k)]


MODELS: dict[str, Callable[[Vocabulary, int, int], Shown]] = {
    "ours": ours,
    "ours-lda": ours_lda,
    "gensim-lda": gensim_lda,
    "gensim-lda-tuned": gensim_tuned,
    "gensim-nmf": gensim_nmf,
    "sklearn-lda": sklearn_lda,
    "sklearn-nmf": sklearn_nmf,
    "tomotopy": tomotopy_lda,
}


def _measured(
    task: tuple[str, csr_matrix, tuple[str, ...], int, int],
) -> tuple[Shown, float, float, float]:
    """Fit in a process of its own; return the words with wall and CPU seconds and megabytes."""
    model, counts, words, k, seed = task
    wall, cpu = time.perf_counter(), time.process_time()
    shown = MODELS[model](Vocabulary(words, counts), k, seed)
    taken = time.perf_counter() - wall, time.process_time() - cpu
    return shown, *taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def measure(texts: list[list[str]], models: list[str], ks: list[int], seeds: int) -> list[dict]:
    """Return a row for each model, number of topics and seed."""
    vocabulary = Vocabulary.build(texts, 1, 1.0)
    runs = [(m, k, seed) for m in models for k in ks for seed in range(1, seeds + 1)]
    rows = []
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        tasks = ((m, vocabulary.counts, vocabulary.words, k, seed) for m, k, seed in runs)
        for run, done in zip(runs, pool.imap(_measured, tasks), strict=True):
            rows.append(dict(zip(("model", "k", "seed"), run, strict=True)) | _told(*done))
            print(f"{run[0]} k={run[1]} seed={run[2]} {done[1]:.1f} s", file=sys.stderr, flush=True)
    return _judged(rows, texts)


def _told(shown: Shown, wall: float, cpu: float, rss: float) -> dict[str, Any]:
    times = {"wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "rss_mb": round(rss)}
    return {"shown": shown} | times


def _judged(rows: list[dict[str, Any]], texts: list[list[str]]) -> list[dict[str, Any]]:
    """Add to each row what the words it shows are worth, in place of the words."""
    shown = [row.pop("shown") for row in rows]
    found = {name: coherence(name, shown, texts) for name in ("npmi", "c_v")}
    for at, row in enumerate(rows):
        words = [word for topic in shown[at] for word in topic]
        row["npmi"], row["c_v"] = (round(fmean(found[name][at]), 4) for name in ("npmi", "c_v"))
        row["diversity"] = round(len(set(words)) / len(words), 4)
        same = [shown[i] for i, other in enumerate(rows) if _alike(row, other)]
        pairs = [float(overlap(one, two).mean()) for one, two in combinations(same, 2)]
        row["stability"] = round(fmean(pairs), 4) if pairs else None
    return rows


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["model"], one["k"]) == (other["model"], other["k"])


FIGURES = ("npmi", "c_v", "diversity", "stability", "wall_s", "cpu_s", "rss_mb")


def table(rows: list[dict[str, Any]]) -> None:
    """Print the means over seeds, for each number of topics and over all of them."""
    print(f"{'model':18}{'k':>6}" + "".join(f"{name:>11}" for name in FIGURES))
    for model in dict.fromkeys(row["model"] for row in rows):
        own = [row for row in rows if row["model"] == model]
        for k in [*dict.fromkeys(row["k"] for row in own), "mean"]:
            some = [row for row in own if k in (row["k"], "mean")]
            means = (fmean(row[name] or 0 for row in some) for name in FIGURES)
            print(f"{model:18}{k:>6}" + "".join(f"{mean:>11.3f}" for mean in means))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--octis", type=Path, required=True)
    parser.add_argument("--k", default="10,20,30,40,50")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    models = options.models.split(",")
    if unknown := set(models) - set(MODELS):
        parser.error(f"no such model: {', '.join(sorted(unknown))} (there are {', '.join(MODELS)})")
    if "tomotopy" in models and not importlib.util.find_spec("tomotopy"):
        print("tomotopy is not installed and left out (pip install tomotopy)", file=sys.stderr)
        models.remove("tomotopy")
    ks = [int(k) for k in options.k.split(",")]
    rows = measure(read_octis(options.octis), models, ks, options.seeds)
    table(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
