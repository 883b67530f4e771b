"""Addresses for every kind of page, drawn from a corpus, and the queries people might type."""

import random
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, quote_plus

from corpus.store import Store, reading
from models.semantics import stop_words

EACH = 40
"""Addresses of a kind that has so many: a 95th percentile of fewer is a single page."""
AGAIN = 10
"""Times that a page without an id is asked for."""
NARROWED = ("nation=England", "type=London+borough", "kind=report", "year=2024", "quality=good")
"""Broad filters: a third to nine tenths of all pages."""


def queries(path: Path, count: int, seed: int = 3) -> list[str]:
    """Return what people might type: phrases of the papers, words together, one word."""
    chance = random.Random(seed)
    with reading(path) as store:
        most = store.value("select max(rowid) from pages")
        rows = [chance.randrange(1, most + 1) for _ in range(count)]
        texts = [store.value("select text from pages where rowid = ?", (row,)) for row in rows]
    return [_query(text or "", chance) for text in texts]


def _query(text: str, chance: random.Random) -> str:
    """Draw two neighbouring words that are no stop words: as a phrase, together, or one alone."""
    words = re.findall(r"[a-z]{3,}", text.lower())
    pairs = [(a, b) for a, b in pairwise(words) if not {a, b} & set(stop_words())]
    first, second = chance.choice(pairs or [("data", "matching")])
    return chance.choice(
        [f'"{first} {second}"'] * 5 + [f"{first} AND {second}"] * 3 + [f"{first}*"]
    )


def kinds(path: Path, asked: list[str]) -> dict[str, list[str]]:
    """Return addresses for every kind of page; no two of a kind ask for the same search."""
    words = [quote_plus(query) for query in asked]
    plain = [word.replace("%22", "").replace("AND", "").replace("%2A", "") for word in words]
    with reading(path) as store:
        councils = _some(store, "councils", "council", "where end_on is null")
        return (
            _searches(words, plain, councils)
            | _listed(store, words, councils)
            | _of_one(store, councils)
            | _data(store, words, councils)
        )


def _some(store: Store, table: str, column: str, where: str = "", most: int = EACH) -> list[str]:
    """Return ids spread over a table."""
    held = [
        row[0] for row in store.db.execute(f'select "{column}" from {table} {where} order by 1')
    ]
    step = max(len(held) // most, 1)
    return [quote(str(name), safe="") for name in held[::step][:most]]


def _searches(words: list[str], plain: list[str], councils: list[str]) -> dict[str, list[str]]:
    broad = [(word, NARROWED[n % len(NARROWED)]) for n, word in enumerate(plain[120:150])]
    return {
        "search exact": [f"/-/search?by=words&q={word}" for word in words[:60]],
        "search narrowed": [
            f"/-/search?by=words&q={word}&council={council}&sort=newest"
            for word, council in zip(words[60:90], councils, strict=False)
        ],
        "search by meaning": [f"/-/search?by=meaning&q={word}" for word in plain[90:120]],
        "search by meaning, broad filter": [
            f"/-/search?by=meaning&q={word}&{narrowed}" for word, narrowed in broad
        ],
        "search by meaning, one council": [
            f"/-/search?by=meaning&q={word}&council={council}"
            for word, council in zip(plain[150:170], councils, strict=False)
        ],
        "search feed": [f"/-/search.atom?q={word}" for word in words[170:190]],
        "in context": [f"/kwic?q={word}" for word in words[:20]],
        "in context, by date": [f"/kwic?q={word}&sort=date" for word in words[20:40]],
        "collocates": [f"/collocates?q={word}" for word in words[40:60] if "AND" not in word],
    }


def _listed(store: Store, words: list[str], councils: list[str]) -> dict[str, list[str]]:
    """Return addresses of pages without an id: some are asked for again, as readers do."""
    alone = (
        *("/", "/councils", "/codes", "/suppliers", "/suggestions", "/systems", "/topics"),
        *("/sources", "/changes", "/downloads", "/method", "/about", "/api", "/sitemap.xml"),
        *("/keyness", "/robots.txt", "/corpus", "/-/health", "/api/v1/", "/systems.json"),
        *("/systems/coverage.csv", "/systems.graphml"),
    )
    years = range(2020, 2026)
    return {path: [path] * AGAIN for path in alone} | {
        "coverage": [f"/coverage?source=modgov&year={year}" for year in years] * 3,
        "notices": ["/notices", *(f"/notices?council={council}" for council in councils[:19])],
        "notices of a supplier": [
            f"/notices?supplier=Supplier+{n}+Limited" for n in range(0, 40, 2)
        ],
        "sitemap": ["/sitemap-pages.xml", "/sitemap-documents-1.xml"] * 5,
        "picture": ["/picture/years.svg"] * 5,
    }


def _of_one(store: Store, councils: list[str]) -> dict[str, list[str]]:
    def each(path: str, table: str, column: str, where: str = "") -> list[str]:
        return [f"{path}{name}" for name in _some(store, table, column, where)]

    return {
        "council": [f"/council/{council}" for council in councils],
        "code": each("/code/", "codes", "code"),
        "document": each("/document/", "documents", "document"),
        "page": each("/page/", "pages", "page", "where rowid % 997 = 1"),
        "mention": each("/mention/", "mentions", "mention", "where rowid % 97 = 1"),
        "notice": each("/notice/", "notices", "document"),
        "system": each("/system/", "systems", "system"),
        "topic": each("/topic/", "topics", "topic"),
        "citation": [f"{path}.bib" for path in each("/cite/document/", "documents", "document")],
    }


def _data(store: Store, words: list[str], councils: list[str]) -> dict[str, list[str]]:
    tables = ("documents", "mentions", "passages", "coverage", "files", "notices", "systems")
    codes = _some(store, "codes", "code")
    return {
        "table": [f"/corpus/{table}" for table in tables],
        "table pages": ["/corpus/pages"] * 3,
        "row": [f"/corpus/documents/{name}" for name in _some(store, "documents", "document")],
        "api search": [f"/api/v1/search?by=words&q={word}" for word in words[190:]],
        "api mentions": [f"/api/v1/mentions?code={code}" for code in codes]
        + [f"/api/v1/mentions?council={council}" for council in councils],
        "api coverage": [f"/api/v1/coverage?council={council}" for council in councils],
    }


def told_of(every: dict[str, list[str]], patterns: Iterable[str]) -> list[str]:
    """Return the routes of the site that no address here asks for: somebody added a page."""
    paths = [address.partition("?")[0] for paths in every.values() for address in paths]
    return [route for route in patterns if not any(re.match(route, path) for path in paths)]
