"""The study: what is looked for and where, authored as text under `study/`."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpus.authored import Located, read_csv, read_yaml
from corpus.codebook import Codebook, load_codebook
from corpus.errors import BadStudy
from corpus.store import Store
from corpus.upkeep import Upkeep, upkeep

SOURCE_KINDS = ("papers", "notices", "records", "folder")
KEEPS = ("all", "mentioning")
TOPIC_UNITS = ("passages", "pages", "documents")
REPUBLISHED = ("full", "extracts", "none")
_CODE = re.compile(r"[A-Z]{2,5}[0-9]?")


@dataclass(frozen=True)
class Council:
    """A local authority; fields as the columns of `councils`."""

    council: str
    name: str
    official_name: str
    nation: str
    region: str
    type: str
    gss_code: str
    start_on: str
    end_on: str
    replaced_by: str
    platform: str
    base_url: str
    access_note: str


@dataclass(frozen=True)
class OwnSite:
    """Where a council's own pages list its papers, and which of them are read for more.

    `start` are pages or feeds; `follow` and `documents` are the beginnings of paths, `documents`
    empty for papers anywhere on the site.
    """

    start: tuple[str, ...]
    follow: tuple[str, ...]
    documents: tuple[str, ...]
    sitemap: bool
    most_pages: int


PRECISION_FLOOR = 0.5
"""More wrong than right: what a term must not be, unless the study says otherwise."""
MOST_PAGES = 400
"""Pages of one council's own site that a crawl reads for links, unless the study says more."""


@dataclass(frozen=True)
class Source:
    """A place we crawl, with its manners: every limit says why."""

    source: str
    title: str
    kind: str
    publisher: str
    url: str
    licence: str
    licence_url: str
    coverage: str
    spider: str | None
    throttle_seconds: float
    throttle_why: str
    window_days: float
    window_why: str
    caveats: tuple[str, ...]
    min_documents: int
    max_documents: int
    private_hosts: tuple[str, ...]
    sites: dict[str, OwnSite] = field(default_factory=dict)
    """Councils whose own pages are read, by their code."""
    upkeep: Upkeep = field(default_factory=Upkeep)
    republish: str = ""
    """How much of its text may be published; empty: what the licence allows (`publish.public`)."""


@dataclass(frozen=True)
class Study:
    """Everything a researcher authors."""

    folder: Path
    councils: dict[str, Council]
    sources: dict[str, Source]
    codebook: Codebook
    precision_floor: float = PRECISION_FLOOR
    """A term measured below it leaves the headline counts."""
    contact: str = ""
    """Who the crawler says it is: an e-mail address or a web page, empty where none is written."""
    keep: str = "all"
    """Whose text is searchable: of `all` files, or only of those `mentioning` a term."""
    on_alert: tuple[str, ...] = ()
    """The command that is told of a failing check: a program and its arguments."""
    topic_unit: str = "passages"
    """What topic models are fitted on."""


def load_study(folder: Path) -> Study:
    """Read and check a study folder; raises `BadStudy` naming file and line."""
    if not folder.is_dir():
        raise BadStudy(folder, None, "is not a folder; name the study with --study DIR")
    sources = {path.stem: _source(path) for path in sorted((folder / "sources").glob("*.yaml"))}
    councils = _councils(folder / "councils.csv", frozenset(sources) | {"unknown"})
    for source in sources.values():
        for code in source.sites.keys() - councils.keys():
            path = folder / "sources" / f"{source.source}.yaml"
            raise BadStudy(path, None, f"`sites` names `{code}`, which is no council of the study")
    codebook = load_codebook(folder / "codebook.yaml")
    return Study(folder, councils, sources, codebook, *_chosen(folder / "study.yaml"))


def _chosen(path: Path) -> tuple[float, str, str, tuple[str, ...], str]:
    """Return floor of precision, contact, keep, on_alert and topic_unit of the optional file."""
    if not path.is_file():
        return PRECISION_FLOOR, "", KEEPS[0], (), TOPIC_UNITS[0]
    item = read_yaml(path)
    item.only("contact", "keep", "on_alert", "precision_floor", "topic_unit")
    keep, unit = _one_of(item, "keep", KEEPS), _one_of(item, "topic_unit", TOPIC_UNITS)
    floor = item.take("precision_floor", (int, float), PRECISION_FLOOR)
    if not 0 <= floor <= 1:
        raise item.wrong(f"`precision_floor` is {floor}; it must be from 0 to 1")
    contact = str(item.take("contact", str, "")).strip()
    return float(floor), contact, keep, _texts(item, "on_alert"), unit


def _one_of(item: Located, name: str, known: tuple[str, ...]) -> str:
    """Return what was chosen, the first where nothing was."""
    found = item.take(name, str, known[0])
    if found not in known:
        raise item.wrong(f"`{name}` must be one of {', '.join(known)}, not `{found}`")
    return str(found)


def _councils(path: Path, platforms: frozenset[str]) -> dict[str, Council]:
    found: dict[str, Council] = {}
    for line, row in read_csv(path, tuple(f.name for f in fields(Council))):
        council = Council(**row)
        problem = _council_problem(council, platforms)
        if council.council in found:
            problem = f"the code {council.council} stands twice"
        if problem:
            raise BadStudy(path, line, problem)
        found[council.council] = council
    return found


def _council_problem(council: Council, platforms: frozenset[str]) -> str | None:
    """Return what is wrong with a row, or None."""
    if not _CODE.fullmatch(council.council):
        return f"`{council.council}` is not a council code (two to five capitals)"
    if council.platform not in platforms:
        return (
            f"the platform `{council.platform}` has no file in sources/ (known: "
            f"{', '.join(sorted(platforms))})"
        )
    if council.base_url and not _is_url(council.base_url):
        return f"`{council.base_url}` is not an http(s) address"
    for name in ("start_on", "end_on"):
        if getattr(council, name) and not is_date(getattr(council, name)):
            return f"`{name}` is `{getattr(council, name)}`; dates are written YYYY-MM-DD"
    return None


def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar, as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _source(path: Path) -> Source:
    item = read_yaml(path)
    item.only(
        "title",
        "kind",
        "publisher",
        "url",
        "licence",
        "licence_url",
        "coverage",
        "spider",
        "throttle",
        "window",
        "caveats",
        "assertions",
        "private_hosts",
        "sites",
        "every",
        "republish",
    )
    throttle, window = item.take("throttle", Located), item.take("window", Located)
    assertions = item.take("assertions", Located)
    if throttle.take("seconds", (int, float)) < 0:
        raise throttle.wrong("`seconds` is negative; a pause is zero or more")
    if item.take("kind", str) not in SOURCE_KINDS:
        raise item.wrong(f"`kind` must be one of {', '.join(SOURCE_KINDS)}")
    if item.take("republish", str, "") not in ("", *REPUBLISHED):
        raise item.wrong(f"`republish` must be one of {', '.join(REPUBLISHED)}")
    return Source(
        source=path.stem,
        **{
            name: item.take(name, str, "")
            for name in ("title", "kind", "publisher", "url", "licence", "licence_url", "coverage")
        },
        spider=item.take("spider", str, None),
        throttle_seconds=float(throttle.take("seconds", (int, float))),
        throttle_why=throttle.take("why", str).strip(),
        window_days=float(window.take("days", (int, float))),
        window_why=window.take("why", str).strip(),
        caveats=tuple(str(caveat).strip() for caveat in item.take("caveats", list, [])),
        min_documents=assertions.take("min_documents", int),
        max_documents=assertions.take("max_documents", int),
        private_hosts=tuple(item.take("private_hosts", list, [])),
        sites=_sites(item),
        upkeep=upkeep(item, assertions),
        republish=item.take("republish", str, ""),
    )


def _sites(item: Located) -> dict[str, OwnSite]:
    found = {}
    given = item.take("sites", Located, Located())
    for code in given:
        if not _CODE.fullmatch(code):
            raise given.wrong(f"`{code}` is not a council code (two to five capitals)")
        found[code] = _site(given.take(code, Located))
    return found


def _site(item: Located) -> OwnSite:
    item.only("start", "follow", "documents", "sitemap", "most_pages")
    start = _texts(item, "start")
    if not start or not all(_is_url(url) for url in start):
        raise item.wrong("`start` must be a list of http(s) addresses")
    follow, documents = _texts(item, "follow"), _texts(item, "documents")
    for path in (*follow, *documents):
        if not path.startswith("/"):
            raise item.wrong(f"`{path}` is not the beginning of a path, such as /meetings/")
    most_pages = item.take("most_pages", int, MOST_PAGES)
    if most_pages < 1:
        raise item.wrong("`most_pages` must be one or more")
    return OwnSite(start, follow, documents, item.take("sitemap", bool, True), most_pages)


def _texts(item: Located, key: str) -> tuple[str, ...]:
    given = item.take(key, list, [])
    if not all(isinstance(one, str) for one in given):
        raise item.wrong(f"`{key}` must be a list of texts")
    return tuple(given)


def keep_study(store: Store, study: Study) -> None:
    """Write councils, sources and codebook to the database, where the rest links to them."""
    with store.db.atomic():
        councils = [_council_row(council) for council in study.councils.values()]
        store.db.table("councils").upsert_all(councils, pk="council")  # papers may name others
        store.db.table("sources").upsert_all(
            [_source_row(source) for source in study.sources.values()], pk="source"
        )
        codes = study.codebook.codes
        _replace(
            store,
            "codes",
            (
                {
                    "code": code.code,
                    "group": code.group,
                    "label": code.label,
                    "definition": code.definition,
                    "not_when": code.not_when,
                    "precision": code.precision,
                }
                for code in codes
            ),
        )
        _replace(
            store,
            "terms",
            (
                {
                    "term": term.term,
                    "code": term.code,
                    "phrase": term.phrase,
                    "precision": term.precision,
                    "pattern": json.dumps(
                        {
                            "case": "exact" if term.exact else "any",
                            "near": asdict(term.near) if term.near else None,
                            "not_near": asdict(term.not_near) if term.not_near else None,
                        }
                    ),
                }
                for code in codes
                for term in code.terms
            ),
        )


def _replace(store: Store, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Make a table hold exactly these rows."""
    store.db.execute(f'delete from "{table}"')
    store.db.table(table).insert_all(list(rows))


def _council_row(council: Council) -> dict[str, Any]:
    """Return a council as a row: what is not known is null, not an empty text."""
    return {name: value or None for name, value in vars(council).items()}


def _source_row(source: Source) -> dict[str, Any]:
    row = {
        name: getattr(source, name)
        for name in (
            "source",
            "title",
            "kind",
            "publisher",
            "url",
            "licence",
            "licence_url",
            "coverage",
            "throttle_seconds",
            "throttle_why",
        )
    }
    return row | {"caveats": json.dumps(source.caveats)}
