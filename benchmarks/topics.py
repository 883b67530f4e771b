"""Topic models against their peers: coherence, diversity, stability, time and memory.

    python benchmarks/topics.py --octis DIR [--k 10,20,30,40,50] [--seeds 3] [--models ours|all|A,B]
        [--share 1.0] [--patience SECONDS] [--json FILE]

DIR holds one corpus in OCTIS form: a file ending in `corpus.tsv`, one text a line, its words apart
by blanks, further columns behind a tab; or bags of words: files ending in `_bow.npz` and a
vocabulary. The words judged are the ten each model shows, best first. NPMI is what OCTIS computes:
gensim's `c_npmi` of these words, in windows of 10 words of the corpus itself; of bags, whole texts
are the windows, and there is no C_v. Diversity: share of distinct words among them. Stability:
overlap (Jaccard) of the words of topics matched one to one, over every two seeds. A model with a
fixed start has 1 whatever it is worth: --share 0.9 fits each seed on other nine tenths of the texts
and tells them apart. Each fit runs alone in a process of one thread; `load` is the machine's when
it ended. A model whose fit takes longer than --patience has no further seeds. tomotopy is left out
where it is not installed. With --json, each fit is kept at once with its words, and is not measured
again.
"""

import argparse
import importlib.util
import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, load_npz, vstack

from corpus.errors import NoTopics
from models.coherence import coherence
from models.evaluate import overlap, shown_words
from models.fitting import fit
from models.topics import Vocabulary

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # read by the processes that fit
TOP = 10
MIB = 1024
Shown = list[list[str]]


def read(folder: Path) -> tuple[list[list[str]], bool]:
    """Return the texts of a corpus, and whether the order of their words is known."""
    if bags := sorted(folder.glob("*_bow.npz")):
        return list(read_bags(folder, bags)), False
    found = sorted(folder.glob("*corpus.tsv"))
    if len(found) != 1:
        sys.exit(f"{folder} should hold one file *corpus.tsv; it holds {len(found)}.")
    lines = found[0].read_text(encoding="utf-8").splitlines()
    return [text for line in lines if (text := line.split("\t")[0].split())], True


def read_bags(folder: Path, files: list[Path]) -> Iterator[list[str]]:
    """Yield texts whose words were counted; the last file comes first, `train` before `test`."""
    words = next(folder.glob("*vocab*.txt")).read_text(encoding="utf-8").split()
    for bow in vstack([load_npz(path) for path in reversed(files)]).tocsr():
        counted = zip(bow.indices, bow.data.astype(int), strict=True)
        if text := [words[word] for word, times in counted for _ in range(times)]:
            yield text


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


def gensim_ensemble(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return the stable topics of gensim's EnsembleLda, of eight LDA models of four passes."""
    from gensim.models import EnsembleLda

    model = EnsembleLda(
        corpus=vocabulary.bows,
        id2word=dict(enumerate(vocabulary.words)),
        num_topics=k,
        num_models=8,
        passes=4,
        random_state=seed,
    )
    return best(model.get_topics(), vocabulary.words)


def ours_consensus(vocabulary: Vocabulary, k: int, seed: int) -> Shown:
    """Return what `corpus topics fit --algorithm consensus` shows; nothing is an answer too."""
    try:
        return shown_words(fit(vocabulary, k, seed, "consensus"), TOP)
    except NoTopics:
        return []


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
    "ours-consensus": ours_consensus,
    "gensim-lda": gensim_lda,
    "gensim-lda-tuned": gensim_tuned,
    "gensim-nmf": gensim_nmf,
    "sklearn-lda": sklearn_lda,
    "sklearn-nmf": sklearn_nmf,
    "gensim-ensemble": gensim_ensemble,
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
    return shown, round(taken[0], 2), round(taken[1], 2), round(most_memory())


def most_memory() -> float:
    """Return the most memory this process has had, in megabytes.

    From Linux's own count, which starts anew with a program: `getrusage` counts what the process
    had that started it.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / MIB


class Bench:
    """Texts, how they are judged, and what was measured of them so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.texts, self.ordered = read(options.octis)
        self.window = None if self.ordered else max(map(len, self.texts))
        self.vocabulary = Vocabulary.build(self.texts, 1, 1.0)
        self.seeds, self.share = range(1, options.seeds + 1), options.share
        self.keep, self.patience = options.json, options.patience
        known = self.keep and self.keep.exists()
        self.rows = json.loads(self.keep.read_text(encoding="utf-8")) if known else []

    def measure(self, model: str, k: int) -> None:
        """Add a row for each seed of a model that has none, and keep it at once."""
        for seed in self.seeds:
            known = self.known(model, k)
            if any(row["seed"] == seed for row in known):
                continue
            if any(row["wall_s"] > self.patience for row in known):
                return
            row = self.measured(model, k, seed)
            self.rows.append(row)
            self.compare(self.known(model, k))
            print(f"{model} k={k} seed={seed} {row['wall_s']:.1f} s", file=sys.stderr, flush=True)
            if self.keep:
                self.keep.write_text(json.dumps(self.rows) + "\n", encoding="utf-8")

    def known(self, model: str, k: int) -> list[dict[str, Any]]:
        """Return the rows of a model's seeds so far."""
        own = (model, k, self.share)
        return [row for row in self.rows if (row["model"], row["k"], row["share"]) == own]

    def measured(self, model: str, k: int, seed: int) -> dict[str, Any]:
        """Return the row of one fit: what it cost, and what the words shown are worth."""
        task = model, self.sample(seed).counts, self.vocabulary.words, k, seed
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            shown, *costs = pool.apply(_measured, (task,))
        npmi = coherence("npmi", [shown], self.texts, self.window)[0]
        c_v = coherence("c_v", [shown], self.texts)[0] if self.ordered else None
        return {
            "model": model,
            "k": k,
            "seed": seed,
            "share": self.share,
            "npmi": round(fmean(npmi), 4) if npmi else None,
            "c_v": round(fmean(c_v), 4) if c_v else None,
            "diversity": round(diversity(shown), 4) if shown else None,
            "stability": None,
            **dict(zip(("wall_s", "cpu_s", "rss_mb"), costs, strict=True)),
            "load": round(os.getloadavg()[0], 1),
            "topics": len(shown),
            "words": [" ".join(topic) for topic in shown],
        }

    def compare(self, rows: list[dict[str, Any]]) -> None:
        """Tell each row how much every two seeds of its model have in common."""
        shown = [[topic.split() for topic in row["words"]] for row in rows]
        pairs = [float(overlap(one, two).mean()) for one, two in combinations(shown, 2)]
        for row in rows:
            row["stability"] = round(fmean(pairs), 4) if pairs else None

    def sample(self, seed: int) -> Vocabulary:
        """Return the texts that a seed is fitted on."""
        if self.share == 1:
            return self.vocabulary
        size, all_ = int(self.share * len(self.vocabulary)), len(self.vocabulary)
        chosen = np.random.default_rng(seed).choice(all_, size, replace=False)
        return self.vocabulary.some(np.sort(chosen))


def diversity(shown: Shown) -> float:
    """Return the share of distinct words among those shown."""
    words = [word for topic in shown for word in topic]
    return len(set(words)) / len(words)


FIGURES = ("npmi", "c_v", "diversity", "stability", "wall_s", "cpu_s", "rss_mb", "topics")


def table(rows: list[dict[str, Any]]) -> None:
    """Print the means over seeds, for each number of topics and over all of them."""
    print(f"{'model':18}{'share':>6}{'k':>6}" + "".join(f"{name:>11}" for name in FIGURES))
    for model, share in dict.fromkeys((row["model"], row["share"]) for row in rows):
        own = [row for row in rows if (row["model"], row["share"]) == (model, share)]
        for k in [*dict.fromkeys(row["k"] for row in own), "mean"]:
            some = [row for row in own if k in (row["k"], "mean")]
            means = (_mean(row[name] for row in some) for name in FIGURES)
            print(f"{model:18}{share:>6}{k:>6}" + "".join(f"{mean:>11}" for mean in means))


def _mean(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{fmean(known):.3f}" if known else "–"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--octis", type=Path, required=True)
    parser.add_argument("--k", default="10,20,30,40,50")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--models", default="ours", help=f"all, or of: {', '.join(MODELS)}")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--patience", type=float, default=600, metavar="SECONDS")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    models = list(MODELS) if options.models == "all" else options.models.split(",")
    if unknown := set(models) - set(MODELS):
        parser.error(f"no such model: {', '.join(sorted(unknown))} (there are {', '.join(MODELS)})")
    if "tomotopy" in models and not importlib.util.find_spec("tomotopy"):
        print("tomotopy is not installed and left out (pip install tomotopy)", file=sys.stderr)
        models.remove("tomotopy")
    bench = Bench(options)
    for model in models:
        for k in map(int, options.k.split(",")):
            bench.measure(model, k)
    table(bench.rows)


if __name__ == "__main__":
    main()
