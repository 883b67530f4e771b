"""The only part of this stage that writes: models, topics, their terms, passages and trends."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from corpus.errors import NoTopics
from corpus.progress import progress
from corpus.store import Batch, Row, Store, now
from models.choice import NEARLY
from models.evaluate import Quality, qualities, stability, topic_verdict, verdict
from models.fitting import DEFAULT, fit, infer
from models.keep import Kept, load, save
from models.labels import Label
from models.prepare import Prepared, prepared
from models.tokens import join_phrases, tokens
from models.topics import Fitted, Vocabulary, count

SWEEP = (5, 8, 10, 12, 15, 20, 25, 30)
PASSAGES_PER_TOPIC = 15
"""With fewer for each topic, words that met twice by chance look coherent."""
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


def fit_model(
    store: Store, *, k: int | None = None, seed: int = 1, algorithm: str = DEFAULT
) -> Modelled:
    """Fit a model on all passages, choose it, and apply it.

    Without `k`, of a small sweep the fewest topics whose coherence times diversity is within a
    twentieth of the best.
    Raises `NoTopics` where there are too few passages.
    """
    with prepared(store) as ready:
        chosen, judged, sweep = _sweep(ready, k, seed, algorithm)
        name = f"{algorithm}-{chosen.k}-{seed}-{ready.fingerprint}"
        options = {
            "sweep": sweep,
            "vocabulary": len(ready.vocabulary.words),
            "phrases": len(ready.phrases),
            "distinct": len(ready.vocabulary),
        }
        save(_folder(store, name), Kept(chosen, ready.phrases, options, ready.stop))
        stable = stability(chosen, ready.vocabulary)
    _keep_model(store, name, chosen, judged, stable, ready.passages, options)
    done = apply_model(store, name)
    _judge_topics(store, name)
    with store.db.atomic():
        store.db.execute("update topic_models set chosen = (model = ?)", (name,))
    done.fitted = True
    return done


def _sweep(
    ready: Prepared, k: int | None, seed: int, algorithm: str
) -> tuple[Fitted, Quality, list[dict[str, Any]]]:
    """Fit each candidate number of topics; return the best, its quality and all figures."""
    numbers = candidates(ready.vocabulary, [k] if k else SWEEP, ask_all=k is not None)
    with progress("fitting topics", len(numbers)) as advance:
        models = []
        for number in numbers:
            models.append(fit(ready.vocabulary, number, seed, algorithm))
            advance(1)
    tried = list(zip(models, qualities(models, ready.texts), strict=True))
    most = max(judged.score for _, judged in tried)
    good = [pair for pair in tried if most <= 0 or pair[1].score >= NEARLY * most]
    best, judged = min(good, key=lambda pair: pair[0].k)
    figures = [
        {"k": model.k, "npmi": q.npmi, "c_v": q.c_v, "diversity": q.diversity} for model, q in tried
    ]
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


def _folder(store: Store, model: str) -> Path:
    return store.files.folder / "models" / model


def _keep_model(
    store: Store,
    name: str,
    fitted: Fitted,
    judged: Quality,
    stable: list[float],
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
                "algorithm": fitted.algorithm,
                "k": fitted.k,
                "seed": fitted.seed,
                "corpus": name.rsplit("-", 1)[1],
                "passages": passages,
                "options": json.dumps(options),
                "npmi": judged.npmi,
                "c_v": judged.c_v,
                "diversity": judged.diversity,
                "exclusivity": judged.exclusivity,
                "stability": round(fmean(stable), 4),
                "verdict": verdict(passages, fmean(stable), judged.npmi),
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
                    "npmi": judged.topic_npmi[number - 1],
                    "exclusivity": judged.topic_exclusivity[number - 1],
                    "stability": stable[number - 1],
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


def _judge_topics(store: Store, model: str) -> None:
    """Write each topic's verdict, as its figures and the passages it led when fitted allow."""
    with store.db.atomic():
        for row in store.rows(
            "select topic, passages, stability, npmi from topics where model = ?", (model,)
        ):
            said = topic_verdict(row["passages"], row["stability"], row["npmi"])
            store.db.table("topics").update(row["topic"], {"verdict": said})


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
