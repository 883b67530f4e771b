"""Fits topic models on the corpus, keeps them and chooses one."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from corpus.errors import NoTopics
from corpus.progress import progress
from corpus.store import Store
from models.checkpoint import checkpoints
from models.choice import NEARLY
from models.drift import unknown
from models.evaluate import RESAMPLES, Quality, qualities, quality, stability
from models.fitting import ALGORITHMS, DEFAULT, MOST_FOUND, fit
from models.keep import Kept, save
from models.prepare import Prepared, prepared
from models.run_apply import Modelled, apply_model, model_folder
from models.run_keep import judge_topics, keep_model
from models.tokens import join_phrases, tokens
from models.topics import Fitted, Vocabulary
from models.units import units

SWEEP = (5, 8, 10, 12, 15, 20, 25, 30)
PASSAGES_PER_TOPIC = 15
"""With fewer for each topic, words that met twice by chance look coherent."""


def fit_model(
    store: Store,
    *,
    k: int | None = None,
    seed: int = 1,
    algorithm: str = DEFAULT,
    guides: Sequence[str] = (),
    unit: str = "passages",
) -> Modelled:
    """Fit a model on all passages, or their pages or documents, choose it, and apply it.

    Without `k`, of a small sweep the fewest topics whose coherence times diversity is within a
    twentieth of the best. `guides`: codes or groups that may lead guided topics; else all may.
    May be interrupted at any moment: run again, fits that were ready are not repeated. Raises
    `NoTopics` where there are too few passages.
    """
    with checkpoints(unfinished(store)), prepared(store, guides, unit) as ready:
        chosen, judged, sweep = _sweep(ready, k, seed, algorithm)
        name = _name(chosen, ready.fingerprint, guides)
        options = {
            "sweep": sweep,
            "vocabulary": len(ready.vocabulary.words),
            "phrases": len(ready.phrases),
            "distinct": len(ready.vocabulary),
            "guides": sorted(guides),
            "unknown": unknown(chosen.words, _passages(store, ready)),
        }
        kept = Kept(chosen, ready.phrases, options, ready.stop, ready.read)
        save(model_folder(store, name), kept)
        with progress("fitting resampled passages", RESAMPLES) as advance:
            stable = stability(chosen, ready.vocabulary, advance)
    keep_model(store, name, chosen, judged, stable, (ready.units, unit), options)
    done = apply_model(store, name)
    judge_topics(store, name)
    with store.db.atomic():
        store.db.execute("update topic_models set chosen = (model = ?)", (name,))
    done.fitted = True
    return done


def _passages(store: Store, ready: Prepared) -> Iterable[list[str]]:
    """Return the passages' words, by which new ones are told apart from them."""
    if ready.unit == "passages":
        return ready.texts
    texts = (tokens(text, ready.stop) for _, _, text, _ in units(store, "passages"))
    return join_phrases(texts, ready.phrases)


def _name(fitted: Fitted, fingerprint: str, guides: Sequence[str]) -> str:
    """Return a model's id: the same passages and options have the same."""
    if guides:
        own = sha256("\0".join(sorted(guides)).encode()).hexdigest()[:4]
        fingerprint = f"{own}{fingerprint}"
    return f"{fitted.algorithm}-{fitted.k}-{fitted.seed}-{fingerprint}"


def _sweep(
    ready: Prepared, k: int | None, seed: int, algorithm: str
) -> tuple[Fitted, Quality, list[dict[str, Any]]]:
    """Fit each candidate number of topics; return the best, its quality and all figures.

    An algorithm that is not swept takes the best number of the default, or finds its own.
    """
    how = ALGORITHMS[algorithm]
    if how.finds_k and k is None:
        k = min(MOST_FOUND, len(ready.vocabulary), len(ready.vocabulary.words))
    numbers = candidates(ready.vocabulary, [k] if k else SWEEP, ask_all=k is not None)
    swept = algorithm if how.swept or k else DEFAULT
    with progress("fitting topics", len(numbers)) as advance:
        models = []
        for number in numbers:
            models.append(fit(ready.vocabulary, number, seed, swept))
            advance(1)
    tried = list(zip(models, qualities(models, ready.texts), strict=True))
    most = max(judged.score for _, judged in tried)
    good = [pair for pair in tried if most <= 0 or pair[1].score >= NEARLY * most]
    best, judged = min(good, key=lambda pair: pair[0].k)
    figures = [
        {"k": model.k, "npmi": q.npmi, "c_v": q.c_v, "diversity": q.diversity} for model, q in tried
    ]
    if swept != algorithm:
        best = fit(ready.vocabulary, best.k, seed, algorithm)
        judged = quality(best, ready.texts)
    return best, judged, figures


def candidates(vocabulary: Vocabulary, numbers: Sequence[int], *, ask_all: bool) -> list[int]:
    """Return the numbers of topics these passages can be asked for.

    Raises `NoTopics` where there is none.
    """
    possible = min(len(vocabulary), len(vocabulary.words))
    most = possible if ask_all else min(max(len(vocabulary) // PASSAGES_PER_TOPIC, 2), possible)
    allowed = [number for number in numbers if number <= most] or ([] if ask_all else [2])
    if not allowed or min(allowed) > possible:
        raise NoTopics(
            f"The passages differ too little for {min(numbers)} topics: {len(vocabulary)} distinct "
            f"passages with {len(vocabulary.words)} words allow {possible} at most."
        )
    return allowed


def unfinished(store: Store) -> Path:
    """Return where the steps of a fit are kept until it is done."""
    return store.files.folder / "unfinished"
