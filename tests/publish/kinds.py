"""Every kind of page that the site has, found by following its links and its routes.

Whoever adds a page adds a kind: nobody has to remember to name it here.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from corpus.describe import TABLES
from publish.routes import patterns, plain
from tests.publish.site_corpus import Made, Site

MOST_ASKED = 110
EACH = 2
"""Pages asked for of each kind while looking for others."""
DATASETTES = {
    "tables": r"/corpus",
    "row": r"/corpus/[^/?]+/[^/?]+",
    "table": r"/corpus/[^/?]+",
    "logged": r"/-/[a-z-]+",
}
"""Kinds of pages that Datasette makes itself."""
_LINK = re.compile(r'href="(/[^"#]*)')


def seeds(made: Made) -> list[str]:
    """Return pages worth their own look: the same kind with something to show, and without."""
    return [
        *("/-/search?q=predictive", "/-/search?q=zebra", "/-/search", "/corpus?sql=select+1"),
        *("/-/search?q=uses+OR+(tools&kind=notice&sort=newest", "/nowhere", "/api"),
        *("/kwic?q=predictive&sort=right", "/keyness?by=kind&group=report&unit=pages"),
        *("/collocates?q=predictive", "/suggestions", "/systems", f"/system/{made.system}"),
        *(f"/document/{each}" for each in (made.document, made.notice, made.scan)),
        *(f"/page/{each}" for each in (made.page, made.text_page)),
    ]


def kinds(served: Site, made: Made) -> dict[str, str]:
    """Return an address for each kind of page, and each seed."""
    known = [re.compile(pattern) for pattern in patterns(served.datasette)]
    found: dict[str, str] = {}
    asked: dict[str, int] = {}
    queue = deque([*seeds(made), *plain(served.datasette), *_examples(served, known)])
    own, seen = set(seeds(made)), set(queue)
    while queue and sum(asked.values()) < MOST_ASKED:
        address = queue.popleft()
        kind = kind_of(address, known)
        if address not in own and asked.get(kind, 0) >= EACH:
            continue
        asked[kind] = asked.get(kind, 0) + 1
        answer = served.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        if answer.status_code == 200 or address in own:
            found.setdefault(address if address in own else kind, address)
        new = [link for link in links(answer.text) if link not in seen]
        seen.update(new)
        queue.extend(new)
    return found


def kind_of(address: str, known: Iterable[re.Pattern[str]]) -> str:
    """Return the route that answers at an address, or the name of Datasette's own kind."""
    path = urlsplit(address).path
    own = (pattern.pattern for pattern in known if pattern.match(path))
    others = (name for name, pattern in DATASETTES.items() if re.fullmatch(pattern, path))
    return next(own, None) or next(others, "other")


def links(body: str) -> Iterator[str]:
    """Yield the addresses on this site that a page links to, its data left out."""
    for link in dict.fromkeys(_LINK.findall(body)):
        address = link.replace("&amp;", "&")
        if not re.search(r"\.(csv|json|atom|svg|png|xml|css)(\?|$)|^/-/static|^//", address):
            yield address


def _examples(served: Site, known: list[re.Pattern[str]]) -> Iterator[str]:
    """Yield addresses for routes that ask for one id, with ids that the corpus has."""
    for pattern in known:
        groups = [name for name in pattern.groupindex if name != "suffix"]
        if len(groups) != 1:
            continue
        for value in _values(served, groups[0]):
            address = re.sub(r"\(\?P<suffix>.*\)\?", "", pattern.pattern.strip("^$"))
            address = re.sub(r"\(\?P<\w+>.*\)", lambda _, v=value: quote(v, safe=""), address)
            if pattern.match(unquote(address)) or pattern.match(address):
                yield address.replace("\\", "")


def _values(served: Site, name: str) -> list[str]:
    """Return two ids of the table whose key has the name."""
    for table, about in TABLES.items():
        if next(iter(about.columns)) == name:
            sql = f"select {name} from {table} where {name} is not null limit {EACH}"
            answer = served.get(f"/corpus.json?_shape=arrays&sql={quote(sql)}")
            return [str(row[0]) for row in _rows(answer)]
    return []


def _rows(answer: Any) -> list[list[Any]]:
    told = answer.json()
    return told if isinstance(told, list) else told.get("rows", [])
