"""A release: the published corpus with everything a reader needs to check it, in one folder.

Made only from the published file and from texts that the caller gives: what `corpus publish` leaves
out cannot come in. The same corpus and study give the same bytes.
"""

import csv
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from corpus.authored import read_yaml
from corpus.cells import defused
from corpus.errors import CorpusError
from corpus.progress import progress
from corpus.store import Store
from corpus.study import Study
from publish.public import manifest
from publish.public.build import Published, build
from publish.public.release_metadata import (
    About,
    citation,
    crate,
    datacite,
    datapackage,
    licence_rows,
    licences,
)
from publish.public.release_tables import exported, write_csv, write_parquet
from publish.public.verify import canaries, verify

DATABASE = "public.db"
PRIVATE_FILES = ("privacy.csv", "takedowns.csv")
"""Of a study: what people decided about what must not get out."""
STUDY_FILES = ("codebook.yaml", "councils.csv", "study.yaml", "sources/*.yaml")
"""Of a study: what was looked for, and where. Codings are a table, with numbers for coders."""
COMPRESSED = (".parquet", ".png")
NOT_RELEASED = ("contact", "on_alert")
"""Keys of study.yaml that name a person, or a program on somebody's machine."""


class NotReleased(CorpusError):
    """A check found something in the release that must not be there, or it cannot be written."""


Extra = Callable[[sqlite3.Connection, About], Mapping[str, str]]
"""Further files by name, made from the published database."""


@dataclass
class Released:
    """What was written."""

    folder: Path
    files: int = 0
    bytes: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    withheld: int = 0


def about(connection: sqlite3.Connection, software: str, **said: str | tuple[str, ...]) -> About:
    """Return what a release says of itself; what people did not say comes from the data."""
    first, last, collected = connection.execute(
        "select min(published_on), max(published_on), (select substr(max(coalesce(finished_at, "
        "started_at)), 1, 10) from crawls) from documents"
    ).fetchone()
    count, councils = connection.execute(
        "select count(*), count(distinct council) from documents"
    ).fetchone()
    until = collected or last or "1970-01-01"
    described = (
        f"{count:,} council papers and procurement notices of {councils:,} councils, collected "
        f"until {until}: pages, mentions, passages, topics, codings and the ledger of what was "
        "looked at. What is missing was not looked at; it is no zero."
    )
    told: dict[str, str | tuple[str, ...]] = {
        "title": "Council Corpus: a release",
        "version": until,
        "authors": ("Council Corpus contributors",),
        "description": described,
        "released_on": until,
        "first_on": first or until,
        "last_on": last or until,
        "software": software,
    }
    return About(**(told | {name: value for name, value in said.items() if value}))  # type: ignore[arg-type] # mixed


def release(
    store: Store,
    study: Study,
    folder: Path,
    *,
    software: str,
    extra: Extra,
    said: Mapping[str, str | tuple[str, ...]],
) -> Released:
    """Write a release into `folder`, which must be new or empty; all of it, or nothing.

    Raises `NotReleased` where the folder is taken, or where something is in it that must not be.
    """
    part = _place(folder)
    part.mkdir(parents=True)
    told = build(store, study, part / DATABASE)
    problems = verify(part / DATABASE, store, told)
    if not problems:
        done = _write(part, study, software, extra, said)
        problems = list(_leaks(part, store, told))
    if problems:
        remove(part)
        raise NotReleased(f"Nothing was released: {'; '.join(problems[:5])}.")
    done.files = manifest.write(part)
    done.bytes = sum(path.stat().st_size for path in part.rglob("*") if path.is_file())
    done.withheld = len(told.withheld)
    if folder.exists():
        folder.rmdir()
    part.rename(folder)
    done.folder = folder
    return done


def _place(folder: Path) -> Path:
    """Return where to write meanwhile, beside the folder; what a killed run left there goes."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotReleased(f"{folder} is not empty. Name a new folder for the release.")
    part = folder.resolve().with_name(f".{folder.name}.part")
    if part.exists():
        remove(part)
    return part


def remove(folder: Path) -> None:
    """Remove a half-made release."""
    import shutil

    shutil.rmtree(folder)


def _write(
    part: Path,
    study: Study,
    software: str,
    extra: Extra,
    said: Mapping[str, str | tuple[str, ...]],
) -> Released:
    """Write everything but the manifest beside the published file."""
    done = Released(part)
    address = f"{(part / DATABASE).resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        known = about(connection, software, **said)
        tables = exported(connection)
        for name in ("csv", "parquet"):
            (part / name).mkdir()
        with progress("writing tables", len(tables), unit="tables") as advance:
            for table in tables:
                write_csv(connection, table, part / "csv" / f"{table.name}.csv")
                write_parquet(connection, table, part / "parquet" / f"{table.name}.parquet")
                advance(1)
        allowed = licences(connection)
        _licences(connection, part / "licences.csv")
        texts = dict(extra(connection, known))
        done.tables = {table.name: table.rows for table in tables}
    texts |= _study(study)
    texts["datapackage.json"] = datapackage(known, tables, allowed)
    texts["CITATION.cff"] = citation(known)
    _texts(part, texts)
    suffixes = [Path(name).suffix.lstrip(".") for name in manifest.files(part)]
    _texts(part, {"datacite.json": datacite(known, allowed, filter(None, suffixes))})
    _texts(part, {"ro-crate-metadata.json": crate(known, part, manifest.files(part), allowed)})
    return done


def _texts(part: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        path = part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _licences(connection: sqlite3.Connection, path: Path) -> None:
    header, rows = licence_rows(connection)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([defused(cell) for cell in row] for row in rows)


def _study(study: Study) -> dict[str, str]:
    """Return the authored files, without what names a person."""
    found = {}
    for pattern in STUDY_FILES:
        for path in sorted(study.folder.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            if path.name == "study.yaml":
                kept = {k: v for k, v in read_yaml(path).items() if k not in NOT_RELEASED}
                text = yaml.safe_dump(kept, sort_keys=False) if kept else ""
            if not text:
                continue
            found[f"study/{path.relative_to(study.folder).as_posix()}"] = text
    return found


def _leaks(part: Path, store: Store, told: Published) -> list[str]:
    """Return what stands in a file of the release although it was left out of the database.

    Parquet is compressed, and written from the same rows as the CSV beside it.
    """
    found = []
    for name in manifest.files(part):
        path = part / name
        if path.suffix not in COMPRESSED and path.stat().st_size:
            found += [f"{name}: {what}" for what in canaries(path, store, told)]
    return found
