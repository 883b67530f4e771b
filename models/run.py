"""The only part of this stage that writes: models, topics, their terms, passages and trends."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import NoTopics
from corpus.ids import short_hash
from corpus.progress import progress
from corpus.store import Batch, Row, Store, now
from models.evaluate import Quality, quality, stability, verdict
from models.keep import Kept, load, save
from models.labels import Label
from models.tokens import join_phrases, learn_phrases, tokens
from models.topics import Fitted, Vocabulary, count, fit

FEWEST_PASSAGES = 30
SWEEP = (5, 8, 10, 12, 15, 20, 25, 30)
PASSAGES_PER_TOPIC = 6
"""Fewer passages than this for each topic leave nothing to tell topics apart by."""
TOP_TERMS = 30
SMALLEST_SHARE = 0.01
INFER_AT_ONCE = 500
SEARCHED = {
    "year": "substr(d.published_on, 1, 4)",
    "nation": "c.nation",
    "type": "c.type",
}


@dataclass
class Modelled:
    """What a run of the stage did."""

    model: str | None = None
    topics: int = 0
    fitted: bool = False
    inferred: int = 0
    note: str = ""


def fit_model(store: Store, *, k: int | None = None, seed: int = 1) -> Modelled:
    """Fit a model on all passages, choose it, and apply it.

    Without `k`, the number of topics with the highest coherence times diversity of a small sweep.
    Raises `NoTopics` where there are too few passages.
    """
    passages = store.rows("select passage, text from passages order by passage")
    if len(passages) < FEWEST_PASSAGES:
        raise NoTopics(
            f"{len(passages)} passages are too few for topics (at least "
            f"{FEWEST_PASSAGES}). Import or crawl more, then `corpus build`."
        )
    plain = [tokens(passage["text"]) for passage in passages]
    phrases = learn_phrases(plain)
    texts = join_phrases(plain, phrases)
    vocabulary = Vocabulary.build(texts, no_below=2 if len(texts) < 1000 else 5, no_above=0.5)
    chosen, judged, sweep = _sweep(vocabulary, texts, k, seed)
    name = f"lda-{chosen.k}-{seed}-{_fingerprint(passages)}"
    options = {"sweep": sweep, "vocabulary": len(vocabulary.words), "phrases": len(phrases)}
    save(_folder(store, name), Kept(chosen, phrases, options))
    stable = stability(chosen, vocabulary)
    _keep_model(store, name, chosen, judged, stable, len(passages), options)
    done = apply_model(store, name)
    with store.db.atomic():
        store.db.execute("update topic_models set chosen = (model = ?)", (name,))
    done.fitted = True
    return done


def _sweep(
    vocabulary: Vocabulary, texts: Sequence[list[str]], k: int | None, seed: int
) -> tuple[Fitted, Quality, list[dict[str, Any]]]:
    """Fit each candidate number of topics; return the best, its quality and all figures."""
    most = max(len(texts) // PASSAGES_PER_TOPIC, 2)
    numbers = [k] if k else [n for n in SWEEP if n <= most] or [2]
    possible = min(len(texts), len(vocabulary.words))
    if min(numbers) > possible:
        raise NoTopics(f"The passages differ too little for {min(numbers)} topics.")
    numbers = [n for n in numbers if n <= possible]
    tried: list[tuple[Fitted, Quality]] = []
    with progress("fitting topics", len(numbers)) as advance:
        for number in numbers:
            model = fit(vocabulary, number, seed)
            tried.append((model, quality(model, texts)))
            advance(1)
    best, judged = max(tried, key=lambda pair: (pair[1].score, -pair[0].k))
    figures = [
        {"k": model.k, "npmi": q.npmi, "c_v": q.c_v, "diversity": q.diversity} for model, q in tried
    ]
    return best, judged, figures


def _fingerprint(passages: Sequence[Row]) -> str:
    return short_hash(*(part for row in passages for part in (row["passage"], row["text"])))


def _folder(store: Store, model: str) -> Path:
    return store.files.folder / "models" / model


def _keep_model(
    store: Store,
    name: str,
    fitted: Fitted,
    judged: Quality,
    stable: float,
    passages: int,
    options: dict[str, Any],
) -> None:
    """Write a model and its topics; one of the same name is replaced."""
    top = fitted.top(TOP_TERMS)
    ids = [topic_id(name, number) for number in range(1, fitted.k + 1)]
    with store.db.atomic():
        was_chosen = store.value("select chosen from topic_models where model = ?", (name,)) or 0
        _drop(store, name)
        store.db.table("topic_models").insert(
            {
                "model": name,
                "algorithm": "lda",
                "k": fitted.k,
                "seed": fitted.seed,
                "corpus": name.rsplit("-", 1)[1],
                "passages": passages,
                "options": json.dumps(options),
                "npmi": judged.npmi,
                "c_v": judged.c_v,
                "diversity": judged.diversity,
                "stability": stable,
                "verdict": verdict(passages, stable, judged.npmi),
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
                    "terms": ", ".join(_shown(word) for word, _ in words[:10]),
                    "passages": 0,
                    "weight": 0.0,
                }
                for number, (topic, words) in enumerate(zip(ids, top, strict=True), 1)
            ]
        )
        store.db.table("topic_terms").insert_all(
            [
                {"topic": topic, "rank": rank, "term": _shown(word), "weight": round(weight, 6)}
                for topic, words in zip(ids, top, strict=True)
                for rank, (word, weight) in enumerate(words, 1)
            ]
        )


def topic_id(model: str, number: int) -> str:
    """Return the id of a topic: its model and its number."""
    return f"{model}-t{number:02d}"


def _drop(store: Store, model: str) -> None:
    """Remove a model's rows."""
    own = "topic in (select topic from topics where model = ?)"
    for table, where in (
        ("passage_topics", "model = ?"),
        ("topic_trends", own),
        ("topic_terms", own),
        ("topics", "model = ?"),
        ("topic_models", "model = ?"),
    ):
        store.db.execute(f"delete from {table} where {where}", (model,))


def _shown(word: str) -> str:
    return word.replace("_", " ")


def _label(words: list[tuple[str, float]]) -> str:
    """Return a label made of the top terms: what a person's label will replace."""
    return ", ".join(_shown(word) for word, _ in words[:3])


def apply_model(store: Store, model: str | None = None) -> Modelled:
    """Apply a model (the chosen one) to the passages that lack its topics."""
    model = model or store.value("select model from topic_models where chosen = 1")
    if not model:
        return Modelled(note="no topic model is chosen")
    done = Modelled(model, store.value("select k from topic_models where model = ?", (model,)))
    missing = store.rows(
        "select passage, text from passages p where not exists (select 1 from passage_topics t "
        "where t.passage = p.passage and t.model = ?) order by passage",
        (model,),
    )
    if missing:
        _infer(store, model, missing)
        done.inferred = len(missing)
    _refresh(store, model)
    return done


def _infer(store: Store, model: str, passages: Sequence[Row]) -> None:
    kept = load(_folder(store, model))
    with progress("applying topics", len(passages)) as advance, Batch(store, advance) as batch:
        for at in range(0, len(passages), INFER_AT_ONCE):
            part = passages[at : at + INFER_AT_ONCE]
            texts = join_phrases([tokens(row["text"]) for row in part], kept.phrases)
            shares = kept.fitted.infer(count(texts, kept.fitted.words))
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


_STRONGEST = """with ranked as (select passage, topic, weight, row_number() over
    (partition by passage order by weight desc, topic) as place from passage_topics
    where model = :model) """
_LEADING = (
    _STRONGEST
    + """select t.topic, coalesce(sum(r.place = 1), 0) as passages,
    coalesce(round(sum(r.weight * p.words) / (select sum(words) from passages), 4), 0) as weight
    from topics t left join ranked r using (topic) left join passages p using (passage)
    where t.model = :model group by 1 order by 1"""
)


def _refresh(store: Store, model: str) -> None:
    """Write how many passages each topic leads, its share, and its trends, where they changed."""
    topics = store.rows(_LEADING, {"model": model})
    trends = [
        row
        for dimension, value in SEARCHED.items()
        for row in store.rows(_trend(value), {"model": model, "dimension": dimension})
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


def _trend(value: str) -> str:
    """Return the query of one dimension's trends, with what was searched."""
    return (
        _STRONGEST
        + f"""select r.topic, :dimension as dimension, {value} as value,
            sum(place = 1) as passages, round(sum(r.weight), 4) as weight, s.searched
        from ranked r join passages p using (passage) join documents d using (document)
        left join councils c on c.council = d.council
        join (select {value} as value, count(*) as searched from documents d
            join files f using (sha256) left join councils c on c.council = d.council
            where f.outcome in ('read', 'screened') group by 1) s on s.value = {value}
        where {value} is not null group by r.topic, {value}"""
    )
