"""What models are fitted on: passages, or the pages or documents they stand in.

Whatever is chosen, topics are then told of passages: they lead to pages, documents and councils.
"""

from collections.abc import Iterator

from corpus.errors import NoTopics
from corpus.store import Store

FEWEST_PASSAGES = 30
Unit = tuple[str, str, str, str]
"""Id, council, text, year; the last is empty where it is not known."""
_ABOUT = (
    "coalesce(min(p.council), ''), {text}, coalesce(substr(min(d.published_on), 1, 4), '') "
    "from passages p join pages g on g.page = p.page left join documents d using (document)"
)
_FILE = (
    "(select group_concat(text, char(10)) from "
    "(select text from pages where sha256 = g.sha256 order by number))"
)
QUERIES = {
    "passages": "select p.passage, coalesce(p.council, ''), p.text, "
    "coalesce(substr(d.published_on, 1, 4), '') from passages p left join documents d "
    "using (document) order by p.passage",
    "pages": f"select g.page, {_ABOUT.format(text='g.text')} group by g.page order by g.page",
    "documents": f"select g.sha256, {_ABOUT.format(text=_FILE)} group by g.sha256 "
    "order by g.sha256",
}
COUNTS = {
    "passages": "select count(*) from passages",
    "pages": "select count(distinct page) from passages",
    "documents": "select count(distinct g.sha256) from passages join pages g using (page)",
}


def units(store: Store, unit: str) -> Iterator[Unit]:
    """Yield what a model is fitted on, one after the other, in the order of their ids.

    `documents` are files, each once however often it was published, with the text of all pages.
    """
    for name, council, text, year in store.db.execute(QUERIES[unit]):
        yield name, council, text or "", year


def count_units(store: Store, unit: str) -> int:
    """Return how many there are; raises `NoTopics` where these are too few."""
    read = int(store.value(COUNTS[unit]))
    if read < FEWEST_PASSAGES:
        raise NoTopics(too_few(f"{read} {unit}"))
    return read


def too_few(found: str) -> str:
    """Say how many are needed instead of those found."""
    return (
        f"{found} are too few for topics (at least {FEWEST_PASSAGES}). Import or crawl more, then "
        "`corpus build`."
    )
