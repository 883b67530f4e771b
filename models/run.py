"""Fits, chooses and applies topic models: writes what passages, years and councils say of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from corpus.errors import NoTopics
from corpus.progress import progress
from corpus.store import Batch, Row, Store
from models.checkpoint import checkpoints
from models.choice import NEARLY
from models.drift import Drift, drift, unknown
from models.evaluate import RESAMPLES, Quality, qualities, quality, stability
from models.fitting import ALGORITHMS, DEFAULT, MOST_FOUND, fit, infer
from models.keep import Kept, load, save
from models.labels import Label
from models.prepare import Prepared, prepared
from models.run_keep import judge_topics, keep_model, topic_id
from models.tokens import join_phrases, tokens
from models.topics import Fitted, Vocabulary, count
from models.trends import DIMENSIONS, STRONGEST, prevalence
from models.units import units

SWEEP = (5, 8, 10, 12, 15, 20, 25, 30)
PASSAGES_PER_TOPIC = 15
"""With fewer for each topic, words that met twice by chance look coherent."""
SMALLEST_SHARE = 0.01
INFER_AT_ONCE = 500
TREND = ("passages", "weight", "searched", "documents", "low", "high")


@dataclass
class Modelled:
    """What a run of the stage did."""

    model: str | None = None
    topics: int = 0
    fitted: bool = False
    inferred: int = 0
    note: str = ""
    advice: str = ""
    """To refit, where passages that came since the fit are unlike those before."""


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
        save(_folder(store, name), kept)
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


def _folder(store: Store, model: str) -> Path:
    return store.files.folder / "models" / model


def apply_model(store: Store, model: str | None = None) -> Modelled:
    """Apply a model (the chosen one) to the passages that lack its topics."""
    model = model or store.value("select model from topic_models where chosen = 1")
    if not model:
        return Modelled(note="no topic model is chosen")
    done = Modelled(model, store.value("select k from topic_models where model = ?", (model,)))
    missing = [
        row[0]
        for row in store.db.execute(
            "select passage from passages p where not exists (select 1 from passage_topics t "
            "where t.passage = p.passage and t.model = ?) order by passage",
            (model,),
        )
    ]
    if missing:
        _infer(store, model, load(_folder(store, model)), missing)
        done.inferred = len(missing)
    _refresh(store, model)
    if missing or _folder(store, model).is_dir():
        watched = _watch(store, model, load(_folder(store, model)))
        done.advice = watched.said if watched.refit else ""
    return done


def _infer(store: Store, model: str, kept: Kept, passages: Sequence[str]) -> None:
    with progress("applying topics", len(passages)) as advance, Batch(store, advance) as batch:
        for at in range(0, len(passages), INFER_AT_ONCE):
            ids = passages[at : at + INFER_AT_ONCE]
            marks = ", ".join("?" * len(ids))
            query = f"select passage, text from passages where passage in ({marks}) order by 1"
            part = store.rows(query, ids)
            plain = (tokens(row["text"], kept.stop) for row in part)
            texts = join_phrases(plain, kept.phrases)
            shares = infer(kept.fitted, list(count(texts, kept.fitted.words)))
            for row, topics in zip(part, shares.tolist(), strict=True):
                least = min(SMALLEST_SHARE, max(topics))
                with batch.document():
                    store.db.table("passage_topics").insert_all(
                        [
                            {
                                "passage": row["passage"],
                                "topic": topic_id(model, number),
                                "model": model,
                                "weight": round(share, 4),
                            }
                            for number, share in enumerate(topics, 1)
                            if share >= least
                        ]
                    )


def keep_labels(store: Store, labels: dict[str, Label]) -> None:
    """Give topics the labels that people authored; the others keep the one made of terms."""
    with store.db.atomic():
        store.db.execute(
            "update topics set label_by = 'terms', label = (select group_concat(term, ', ') from "
            "(select term from topic_terms t where t.topic = topics.topic and rank <= 3 "
            "order by rank)) where label_by != 'terms'"
        )
        for topic, given in labels.items():
            store.db.execute(
                "update topics set label = ?, label_by = ? where topic = ?",
                (given.label, f"{given.by}, {given.on}", topic),
            )


_LEADING = (
    STRONGEST
    + """select t.topic, coalesce(sum(r.place = 1), 0) as passages,
    coalesce(round(sum(r.weight * p.words) / (select sum(words) from passages), 4), 0) as weight
    from topics t left join ranked r using (topic) left join passages p using (passage)
    where t.model = :model group by 1 order by 1"""
)


def _refresh(store: Store, model: str) -> None:
    """Write how many passages each topic leads, its share, and its trends, where they changed."""
    topics = store.rows(_LEADING, {"model": model})
    trends = [
        {"topic": row["topic"], "dimension": by, "value": row[by]}
        | {name: row[name] for name in TREND}
        for by in DIMENSIONS
        for row in prevalence(store, model, [by])
    ]
    own = "topic in (select topic from topics where model = ?)"
    same = topics == store.rows(
        "select topic, passages, weight from topics where model = ? order by topic", (model,)
    ) and _sorted(trends) == _sorted(
        store.rows(f"select * from topic_trends where {own}", (model,))
    )
    if same:
        return
    with store.db.atomic():
        for row in topics:
            store.db.table("topics").update(row["topic"], row)
        store.db.execute(f"delete from topic_trends where {own}", (model,))
        store.db.table("topic_trends").insert_all(trends)


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["topic"], row["dimension"], row["value"]))


def _watch(store: Store, model: str, kept: Kept) -> Drift:
    """Write how passages that came since the fit differ from those before, where that changed."""
    found = drift(store, model, kept)
    before = store.rows("select new_passages, drift from topic_models where model = ?", (model,))
    if before != [{"new_passages": found.new, "drift": found.said}]:
        with store.db.atomic():
            store.db.execute(
                "update topic_models set new_passages = ?, drift = ? where model = ?",
                (found.new, found.said, model),
            )
    return found
