"""Intrusion tests: can people tell a word, or a passage, that does not belong to a topic?

Word intrusion: five of a topic's best words and one that is among another's (Chang et al. 2009).
Passage intrusion: three of the passages closest to it and one that has nothing of it. Whoever finds
the intruder sees the topic. An item carries its key as a hash, so that a sheet may be judged
anywhere and scored without the corpus at hand, and nobody reads the answer by eye.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np

from corpus.authored import read_csv
from corpus.errors import BadStudy, NoTopics
from corpus.store import Row, Store

TESTS = ("words", "passages")
LETTERS = "abcdef"
OWN = {"words": 5, "passages": 3}
"""How many of a topic's own stand beside the intruder."""
FROM_BEST = 10
LONGEST_CHARS = 700
COLUMNS = ("item", "model", "test", *LETTERS, "answer", "judge", "judged_on", "check")


@dataclass(frozen=True)
class Answer:
    """A person's answer to one item, and whether it found the intruder."""

    item: str
    topic: str
    model: str
    test: str
    judge: str
    judged_on: str
    found: bool
    choices: int
    file: str


def sheet(store: Store, model: str, test: str, *, seed: int, per_topic: int) -> list[Row]:
    """Return items to judge, in an order that tells nothing: the same seed gives the same.

    Raises `NoTopics` where the topics have too few words or passages to draw from.
    """
    topics = [
        row["topic"]
        for row in store.rows("select topic from topics where model = ? order by number", (model,))
    ]
    draw = _words if test == "words" else _passages
    items = [
        _item(model, topic, test, f"{seed}-{number}", draw(store, model, topic, seed, number))
        for topic in topics
        for number in range(per_topic)
    ]
    found = [item for item in items if item]
    if not found:
        raise NoTopics("The topics are too few, or lead too few passages, to draw intruders from.")
    return sorted(found, key=lambda row: str(row["item"]))


def page(rows: Sequence[Row], name: str) -> str:
    """Return a page on which a sheet is filled in: one file that sends nothing anywhere."""
    from jinja2 import Environment, FileSystemLoader

    folder = Path(__file__).parent / "templates"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True)
    template = environment.get_template("intrusion.html")
    return template.render(rows=list(rows), letters=LETTERS, columns=list(COLUMNS), name=name)


Drawn = tuple[list[str], str] | None
"""A topic's own, and the intruder."""


def _chance(*parts: object) -> np.random.Generator:
    return np.random.default_rng(int(sha256(repr(parts).encode()).hexdigest()[:16], 16))


def _words(store: Store, model: str, topic: str, seed: int, number: int) -> Drawn:
    own = _column(store, "select term from topic_terms where topic = ? order by rank", (topic,))
    others = _column(
        store,
        "select distinct term from topic_terms join topics using (topic) "
        "where model = ? and topic != ? and rank <= ? order by term",
        (model, topic, FROM_BEST),
    )
    strange = [word for word in others if word not in set(own)]
    strange = strange or [word for word in others if word not in set(own[:FROM_BEST])]
    if len(own) < OWN["words"] or not strange:
        return None
    chance = _chance(seed, number, topic, "words")
    chosen = own[: OWN["words"]] if not number else _some(chance, own[:FROM_BEST], OWN["words"])
    return chosen, _some(chance, strange, 1)[0]


def _passages(store: Store, model: str, topic: str, seed: int, number: int) -> Drawn:
    own = _column(
        store,
        "select p.text from passage_topics x join passages p using (passage) where x.topic = ? "
        "order by x.weight desc, p.passage limit ?",
        (topic, FROM_BEST),
    )
    strange = _column(
        store,
        "select p.passage from passages p where exists (select 1 from passage_topics x "
        "where x.passage = p.passage and x.model = ?) and not exists (select 1 from passage_topics "
        "x where x.passage = p.passage and x.topic = ?) order by p.passage",
        (model, topic),
    )
    if len(set(own)) < OWN["passages"] or not strange:
        return None
    chance = _chance(seed, number, topic, "passages")
    other = store.value(
        "select text from passages where passage = ?", (_some(chance, strange, 1)[0],)
    )
    chosen = _some(chance, list(dict.fromkeys(own)), OWN["passages"])
    return [_cut(text) for text in chosen], _cut(other)


def _column(store: Store, query: str, given: tuple[object, ...]) -> list[str]:
    return [str(row[0]) for row in store.db.execute(query, given)]


def _some(chance: np.random.Generator, things: Sequence[str], number: int) -> list[str]:
    places = np.sort(chance.choice(len(things), number, replace=False))
    return [things[place] for place in places]


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_CHARS else f"{flat[:LONGEST_CHARS]} …"


def _item(model: str, topic: str, test: str, draw: str, drawn: Drawn) -> Row | None:
    """Return an item with its choices in an order drawn by lot."""
    if drawn is None:
        return None
    item = sha256("\0".join((model, topic, test, draw)).encode()).hexdigest()[:12]
    own, intruder = drawn
    order = _chance(item).permutation(len(own) + 1)
    choices = [[*own, intruder][place] for place in order]
    letter = LETTERS[int(np.flatnonzero(order == len(own))[0])]
    told = dict(zip(LETTERS, [*choices, "", "", ""], strict=False))
    blank = {"answer": "", "judge": "", "judged_on": ""}
    return (
        {"item": item, "model": model, "test": test}
        | told
        | blank
        | {"check": _check(item, topic, letter)}
    )


def _check(item: str, topic: str, letter: str) -> str:
    return sha256("\0".join((item, topic, letter)).encode()).hexdigest()[:16]


def read_answers(path: Path, topics: dict[str, list[str]]) -> Iterator[Answer]:
    """Yield the answers of a filled-in sheet; items left blank are passed over.

    `topics` by model; answers on a model that is gone are passed over too. Raises `BadStudy` with
    file and line where an answer is none of the choices, has no judge or date, or was changed.
    """
    for line, row in read_csv(path, COLUMNS):
        letter = row["answer"].strip().lower()
        if letter and row["model"] in topics:
            yield _answer(path, line, row, letter, topics[row["model"]])


def _answer(path: Path, line: int, row: dict[str, str], letter: str, topics: list[str]) -> Answer:
    choices = [name for name in LETTERS if row[name]]
    if letter not in choices:
        raise BadStudy(path, line, f"`answer` must be one of {', '.join(choices)}")
    if row["test"] not in TESTS:
        raise BadStudy(path, line, f"`test` must be {' or '.join(TESTS)}")
    if not row["judge"].strip():
        raise BadStudy(path, line, "`judge` is missing: who answered?")
    try:
        day = date.fromisoformat(row["judged_on"].strip())
    except ValueError as error:
        raise BadStudy(path, line, "`judged_on` must be a date such as 2026-11-22") from error
    keys = {_check(row["item"], topic, name): (topic, name) for topic in topics for name in choices}
    if row["check"] not in keys:
        raise BadStudy(path, line, "item, model or check were changed: draw the sheet again")
    topic, intruder = keys[row["check"]]
    return Answer(
        row["item"],
        topic,
        row["model"],
        row["test"],
        row["judge"].strip(),
        day.isoformat(),
        letter == intruder,
        len(choices),
        path.name,
    )


def latest(answers: Iterable[Answer]) -> list[Answer]:
    """Return one answer for each item and judge: the one given last."""
    found = {(a.item, a.judge): a for a in sorted(answers, key=lambda a: (a.judged_on, a.file))}
    return [found[key] for key in sorted(found)]
