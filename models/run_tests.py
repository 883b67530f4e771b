"""Writes what people answered in intrusion tests, as the study's files have it."""

from pathlib import Path

from corpus.errors import BadStudy
from corpus.store import Row, Store
from models.intrusion import Answer, latest, read_answers
from models.trends import interval

FOLDER = "topic-tests"


def take_in(files: list[Path], study: Path) -> int:
    """Copy filled-in sheets into the study; return how many were new.

    Raises `BadStudy` where the study has another file of the same name.
    """
    folder = study / FOLDER
    new = 0
    for path in files:
        content, place = path.read_bytes(), folder / path.name
        if place.exists() and place.read_bytes() != content:
            raise BadStudy(place, None, "is another sheet of this name; rename yours")
        if not place.exists():
            folder.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            new += 1
    return new


def load_tests(store: Store, study: Path) -> int:
    """Bring the table of answers to what the study's sheets say; return how many answers.

    Raises `BadStudy` with file and line.
    """
    topics: dict[str, list[str]] = {}
    for row in store.rows("select model, topic from topics order by topic"):
        topics.setdefault(row["model"], []).append(row["topic"])
    sheets = sorted((study / FOLDER).glob("*.csv"))
    answers = latest(answer for path in sheets for answer in read_answers(path, topics))
    rows = [_row(answer) for answer in answers]
    if rows != store.rows("select * from topic_tests order by answer"):
        with store.db.atomic():
            store.db.execute("delete from topic_tests")
            store.db.table("topic_tests").insert_all(rows)
    return len(rows)


def _row(answer: Answer) -> Row:
    return {
        "answer": f"{answer.item}-{answer.judge}",
        "topic": answer.topic,
        "model": answer.model,
        "test": answer.test,
        "judge": answer.judge,
        "judged_on": answer.judged_on,
        "found": int(answer.found),
        "choices": answer.choices,
        "file": answer.file,
    }


def scores(store: Store, model: str) -> list[Row]:
    """Return for each topic and test how often the intruder was found, with its interval.

    `by_chance` is the share that guessing would find.
    """
    rows = store.rows(
        "select t.number, t.label, s.* from topic_test_scores s join topics t using (topic) "
        "where s.model = ? order by t.number, s.test",
        (model,),
    )
    for row in rows:
        row["by_chance"] = round(row["by_chance"] / row["judged"], 4)
        row["share"] = round(row["found"] / row["judged"], 4)
        row["low"], row["high"] = interval(row["found"], row["judged"])
    return rows
