"""What describes a release to others: Frictionless, RO-Crate, CFF, DataCite; facts of the corpus.

No time of making stands in them: the same corpus gives the same bytes.
"""

import json
import mimetypes
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from slugify import slugify

from publish.public.release_tables import Exported

PROFILE = "tabular-data-package"
SOFTWARE = "https://www.apache.org/licenses/LICENSE-2.0"
CSV_NOTE = (
    "A cell that a spreadsheet would take for a formula begins with an apostrophe here; public.db "
    "and the Parquet files have it as it is."
)
KEYWORDS = ["local government", "predictive analytics", "council papers", "procurement", "corpus"]


@dataclass(frozen=True)
class About:
    """What people say of a release, and what the corpus does."""

    title: str
    version: str
    authors: tuple[str, ...]
    description: str
    released_on: str
    first_on: str
    last_on: str
    software: str
    doi: str = ""
    url: str = ""


@dataclass(frozen=True)
class Licence:
    """What the publisher of a source allows."""

    source: str
    title: str
    publisher: str
    licence: str
    url: str


def licences(connection: sqlite3.Connection) -> list[Licence]:
    """Return the licence of each source that something in the release comes from."""
    rows = connection.execute(
        "select s.source, s.title, s.publisher, s.licence, s.licence_url from sources s where "
        "exists (select 1 from documents d where d.source = s.source) order by s.source"
    )
    return [Licence(*(str(cell or "") for cell in row)) for row in rows]


def datapackage(about: About, tables: Sequence[Exported], allowed: Sequence[Licence]) -> str:
    """Return datapackage.json (https://specs.frictionlessdata.io): each CSV with its columns."""
    names = {table.name for table in tables}
    package = {
        "profile": PROFILE,
        "name": slugify(about.title)[:100] or "release",
        "title": about.title,
        "version": about.version,
        "description": f"{about.description} {CSV_NOTE}",
        "keywords": KEYWORDS,
        "licenses": _once(
            {"name": slugify(one.licence) or "not-stated", "title": one.licence or "Not stated"}
            | ({"path": one.url} if one.url.startswith("http") else {})
            for one in allowed
        )
        or [{"name": "not-stated", "title": "Not stated"}],
        "contributors": [{"title": name, "role": "author"} for name in about.authors],
        "sources": [
            {"title": f"{one.title} ({one.publisher}): {one.licence or 'licence not stated'}"}
            for one in allowed
        ],
        "resources": [_resource(table, names) for table in tables],
    }
    return _json({name: value for name, value in package.items() if value})


def _resource(table: Exported, names: set[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [
            {"name": column, "type": kind, "description": table.about.columns.get(column, "")}
            for column, kind in table.columns.items()
        ],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    links = [
        {"fields": [column], "reference": {"resource": other, "fields": [to]}}
        for column, other, to in table.foreign
        if other in names
    ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": f"csv/{table.name}.csv",
        "title": table.about.title,
        "description": table.about.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema | ({"foreignKeys": [_hyphened(link) for link in links]} if links else {}),
    }


def _hyphened(link: dict[str, Any]) -> dict[str, Any]:
    """Name a table in a link as its resource is named."""
    reference = link["reference"]
    return link | {"reference": reference | {"resource": reference["resource"].replace("_", "-")}}


def crate(about: About, folder: Path, names: Iterable[str], allowed: Sequence[Licence]) -> str:
    """Return ro-crate-metadata.json (RO-Crate, by the rocrate library) of the files named."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    made = ROCrate(gen_preview=False)
    made.name, made.description = about.title, about.description
    root = made.root_dataset
    root["datePublished"] = about.released_on
    root["version"] = about.version
    root["keywords"] = ", ".join(KEYWORDS)
    root["temporalCoverage"] = f"{about.first_on}/{about.last_on}"
    root["author"] = [
        made.add(ContextEntity(made, f"#author-{n}", {"@type": "Organization", "name": name}))
        for n, name in enumerate(about.authors, 1)
    ]
    root["license"] = [
        made.add(
            ContextEntity(
                made,
                one.url if one.url.startswith("http") else f"#licence-{slugify(one.licence)}",
                {"@type": "CreativeWork", "name": one.licence or "Not stated"},
            )
        )
        for one in {one.licence: one for one in allowed}.values()
    ]
    if about.doi:
        root["identifier"] = f"https://doi.org/{about.doi}"
    for name in names:
        path = folder / name
        told = {
            "name": name,
            "encodingFormat": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "contentSize": str(path.stat().st_size),
        }
        made.add_file(str(path), name, properties=told)
    return _json(made.metadata.generate())


def citation(about: About) -> str:
    """Return CITATION.cff (https://citation-file-format.github.io, 1.2.0)."""
    told: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this data, please cite it as below, and the papers it quotes.",
        "type": "dataset",
        "title": about.title,
        "abstract": about.description,
        "version": about.version,
        "date-released": about.released_on,
        "authors": [{"name": name} for name in about.authors],
        "keywords": KEYWORDS,
    }
    told |= {"doi": about.doi} if about.doi else {}
    told |= {"url": about.url} if about.url else {}
    text: str = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100)
    return text


def datacite(about: About, allowed: Sequence[Licence], suffixes: Iterable[str]) -> str:
    """Return the fields a DOI is registered with (DataCite 4.5), the DOI itself where known."""
    rights = _once(
        {"rights": one.licence or "Not stated"}
        | ({"rightsUri": one.url} if one.url.startswith("http") else {})
        for one in allowed
    )
    told = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "doi": about.doi,
        "creators": [{"name": name, "nameType": "Organizational"} for name in about.authors],
        "titles": [{"title": about.title}],
        "publisher": {"name": about.authors[0]},
        "publicationYear": about.released_on[:4],
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Corpus"},
        "version": about.version,
        "subjects": [{"subject": word} for word in KEYWORDS],
        "dates": [{"date": f"{about.first_on}/{about.last_on}", "dateType": "Coverage"}],
        "descriptions": [{"description": about.description, "descriptionType": "Abstract"}],
        "rightsList": rights,
        "formats": sorted(set(suffixes)),
        "language": "en",
        "url": about.url,
    }
    return _json({name: value for name, value in told.items() if value})


def licence_rows(connection: sqlite3.Connection) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return header and rows of licences.csv: each file with the licence of its source."""
    cursor = connection.execute(
        """select f.sha256, d.document, d.source, s.publisher, s.licence, s.licence_url,
        coalesce(d.origin_url, d.url) as url, (select group_concat(extent, ' ') from (
            select distinct e.extent from page_extents e join pages p on p.page = e.page
            where p.sha256 = f.sha256 order by 1)) as published
        from documents d left join files f on f.sha256 = d.sha256
        left join sources s on s.source = d.source order by d.document"""
    )
    return [told[0] for told in cursor.description], cursor.fetchall()


def _once(items: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return the items without repetitions, in order."""
    return [dict(key) for key in dict.fromkeys(tuple(item.items()) for item in items)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
