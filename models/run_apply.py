"""Applies the chosen topic model: writes what passages, years and councils say of its topics.

What a build does every night: where no passage came since the fit, no model library is loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.progress import progress
from corpus.store import Batch, Row, Store
from models.drift import Drift, drift
from models.keep import Kept, load, topic_id
from models.labels import Label
from models.trends import DIMENSIONS, STRONGEST, prevalence

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


def model_folder(store: Store, model: str) -> Path:
    """Return where a fitted model is kept."""
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
        _infer(store, model, load(model_folder(store, model)), missing)
        done.inferred = len(missing)
    _refresh(store, model)
    if missing or model_folder(store, model).is_dir():
        watched = _watch(store, model, load(model_folder(store, model)))
        done.advice = watched.said if watched.refit else ""
    return done


def _infer(store: Store, model: str, kept: Kept, passages: Sequence[str]) -> None:
    from models.fitting import infer
    from models.tokens import join_phrases, tokens
    from models.topics import count

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
