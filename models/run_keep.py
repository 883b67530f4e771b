"""Writes a fitted model: its row, its topics, their terms and their verdicts."""

import json
from collections.abc import Iterator
from statistics import fmean
from typing import Any

from corpus.store import Store, now
from models.evaluate import REFUSE, Quality, model_verdict, topic_verdict, verdict
from models.keep import topic_id
from models.layout import places
from models.topics import Fitted
from models.trends import STRONGEST

TOP_TERMS = 30


def keep_model(
    store: Store,
    name: str,
    fitted: Fitted,
    judged: Quality,
    stable: list[float],
    fitted_on: tuple[int, str],
    options: dict[str, Any],
) -> None:
    """Write a model and its topics; one of the same name is replaced.

    `fitted_on`: how many of which unit.
    """
    texts, unit = fitted_on
    top, at = fitted.top(TOP_TERMS), places(fitted)
    ids = [topic_id(name, number) for number in range(1, fitted.k + 1)]
    with store.db.atomic():
        was_chosen = store.value("select chosen from topic_models where model = ?", (name,)) or 0
        drop(store, name)
        store.db.table("topic_models").insert(
            {
                "model": name,
                "algorithm": fitted.algorithm,
                "k": fitted.k,
                "seed": fitted.seed,
                "corpus": name.rsplit("-", 1)[1],
                "unit": unit,
                "passages": texts,
                "options": json.dumps(options),
                "npmi": judged.npmi,
                "c_v": judged.c_v,
                "diversity": judged.diversity,
                "exclusivity": judged.exclusivity,
                "stability": round(fmean(stable), 4),
                "verdict": verdict(texts, fmean(stable), judged.npmi, unit),
                "chosen": was_chosen,  # fitting it again, killed midway, must not unchoose it
                "fitted_at": now(),
            }
        )
        store.db.table("topics").insert_all(
            [
                {
                    "topic": topic,
                    "model": name,
                    "number": number,
                    "label": _label(words),
                    "label_by": "terms",
                    "code": fitted.names[number - 1] or None if fitted.names else None,
                    "terms": ", ".join(_shown(word) for word, _ in words[:10]),
                    "passages": 0,
                    "weight": 0.0,
                    "npmi": judged.topic_npmi[number - 1],
                    "exclusivity": judged.topic_exclusivity[number - 1],
                    "stability": stable[number - 1],
                    "x": float(at[number - 1, 0]),
                    "y": float(at[number - 1, 1]),
                }
                for number, (topic, words) in enumerate(zip(ids, top, strict=True), 1)
            ]
        )
        store.db.table("topic_terms").insert_all(_terms(ids, fitted, top))
        store.db.table("topic_periods").insert_all(_periods(name, fitted))


def _terms(
    ids: list[str], fitted: Fitted, top: list[list[tuple[str, float]]]
) -> Iterator[dict[str, Any]]:
    lifts, numbers = fitted.lift(), {word: number for number, word in enumerate(fitted.words)}
    for row, (topic, words) in enumerate(zip(ids, top, strict=True)):
        for rank, (word, weight) in enumerate(words, 1):
            lift = None if lifts is None else round(float(lifts[row, numbers[word]]), 3)
            told = {"topic": topic, "rank": rank, "term": _shown(word)}
            yield told | {"weight": round(weight, 6), "lift": lift}


def _periods(model: str, fitted: Fitted) -> list[dict[str, Any]]:
    """Return what each topic of a dynamic model is called by in each period."""
    if fitted.period_words is None:
        return []
    return [
        {
            "topic": topic_id(model, number),
            "period": period,
            "rank": rank,
            "term": _shown(fitted.words[word]),
        }
        for period, topics in zip(fitted.periods, fitted.period_words.tolist(), strict=True)
        for number, words in enumerate(topics, 1)
        for rank, word in enumerate(words, 1)
        if word >= 0
    ]


def judge_topics(store: Store, model: str) -> None:
    """Write each topic's verdict, as its figures and the passages it led when fitted allow.

    A model is no better than the topics that most passages lie in: its own verdict follows theirs.
    """
    rows = store.rows(_LED, {"model": model})
    said = [topic_verdict(r["led"], r["documents"], r["stability"], r["npmi"]) for r in rows]
    refused = [row["led"] for row, each in zip(rows, said, strict=True) if each == REFUSE]
    share = sum(refused) / max(sum(row["led"] for row in rows), 1)
    with store.db.atomic():
        for row, each in zip(rows, said, strict=True):
            store.db.table("topics").update(row["topic"], {"verdict": each})
        before = store.value("select verdict from topic_models where model = ?", (model,))
        told = model_verdict(before, len(refused), share)
        store.db.table("topic_models").update(model, {"verdict": told})


_LED = (
    STRONGEST
    + """select t.topic, t.stability, t.npmi, count(p.passage) as led,
    count(distinct p.document) as documents from topics t
    left join ranked r on r.topic = t.topic and r.place = 1
    left join passages p using (passage) where t.model = :model group by t.topic"""
)


def drop(store: Store, model: str) -> None:
    """Remove a model's rows."""
    own = "topic in (select topic from topics where model = ?)"
    for table, where in (
        ("passage_topics", "model = ?"),
        ("topic_trends", own),
        ("topic_terms", own),
        ("topic_periods", own),
        ("topics", "model = ?"),
        ("topic_models", "model = ?"),
    ):
        store.db.execute(f"delete from {table} where {where}", (model,))


def _shown(word: str) -> str:
    return word.replace("_", " ")


def _label(words: list[tuple[str, float]]) -> str:
    """Return a label made of the top terms: what a person's label will replace."""
    return ", ".join(_shown(word) for word, _ in words[:3])
