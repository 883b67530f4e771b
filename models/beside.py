"""What stands beside a topic: the passages closest to it, and the codes its passages hold."""

from corpus.language.association import Pair, log_likelihood_of_table, log_ratio
from corpus.store import Row, Store
from models.trends import STRONGEST, interval

_CLOSEST = """select t.number, t.topic, round(x.weight, 3) as share, x.passage, p.document,
    d.council, d.published_on, d.title, p.page, p.stance, p.text
    from topics t join passage_topics x using (topic) join passages p using (passage)
    left join documents d using (document)
    where t.topic = :topic order by x.weight desc, p.words desc, x.passage limit :most"""
_CODES = (
    STRONGEST
    + """select t.number, t.topic, o.value as code, count(*) as passages
    from ranked r join passages p using (passage) join topics t using (topic),
    json_each(coalesce(p.codes, '[]')) o where r.place = 1 group by t.topic, o.value"""
)
_LED = (
    STRONGEST + "select topic, count(*) as passages from ranked join passages using (passage) "
    "where place = 1 group by topic"
)


def closest(store: Store, model: str, *, number: int | None = None, most: int = 5) -> list[Row]:
    """Return the passages with the largest share of each topic, or of one, longest first of equals.

    What `findThoughts` of stm does: what a topic is about is read, not guessed from its words.
    """
    topics = store.rows(
        "select topic from topics where model = ? and (? is null or number = ?) order by number",
        (model, number, number),
    )
    return [
        row
        for topic in topics
        for row in store.rows(_CLOSEST, {"topic": topic["topic"], "most": most})
    ]


def codes(store: Store, model: str) -> list[Row]:
    """Return topics × codes: passages the topic leads that hold the code, beside all that do.

    `share` of the topic's passages, with its interval; `elsewhere`, the share of the others'; log
    ratio and log-likelihood (G²) as for keywords. Rows are sorted by topic and log-likelihood.
    """
    own = {"model": model}
    led = {row["topic"]: row["passages"] for row in store.rows(_LED, own)}
    rows = store.rows(_CODES, own)
    total = sum(led.values())
    by_code: dict[str, int] = {}
    for row in rows:
        by_code[row["code"]] = by_code.get(row["code"], 0) + row["passages"]
    told = [_told(row, led[row["topic"]], by_code[row["code"]], total) for row in rows]
    return sorted(told, key=lambda row: (row["number"], -row["log_likelihood"], row["code"]))


def _told(row: Row, led: int, with_code: int, total: int) -> Row:
    low, high = interval(row["passages"], led)
    others, rest = total - led, with_code - row["passages"]
    pair = Pair.of([row["passages"]], [rest], led, max(others, 1))
    return row | {
        "of": led,
        "share": round(row["passages"] / led, 4),
        "low": low,
        "high": high,
        "elsewhere": round(rest / others, 4) if others else None,
        "log_ratio": round(float(log_ratio(pair)[0]), 2),
        "log_likelihood": round(float(log_likelihood_of_table(pair)[0]), 2),
    }
