"""The tables of a published corpus as CSV and Parquet, and what each column is."""

import csv
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.cells import defused
from corpus.describe import TABLES, Table
from publish.public.allowlist import allowed
from publish.public.run_tables import keys, quoted

AT_ONCE = 20_000
"""Rows read and written in one go: some ten megabytes of pages."""
TYPES = {"TEXT": "string", "INTEGER": "integer", "FLOAT": "number", "REAL": "number"}
"""What SQLite declares, as Frictionless calls it."""


@dataclass(frozen=True)
class Exported:
    """A table of the release: its columns with their types, its key, how many rows it has."""

    name: str
    about: Table
    columns: dict[str, str]
    key: tuple[str, ...]
    foreign: tuple[tuple[str, str, str], ...]
    rows: int


def exported(connection: sqlite3.Connection) -> list[Exported]:
    """Return the tables of a published corpus in the order of the list of what may be published."""
    told = allowed()
    names = [*told.tables, *told.added]
    held = {row[0] for row in connection.execute("select name from sqlite_master")}
    return [_exported(connection, name) for name in names if name in held]


def _exported(connection: sqlite3.Connection, name: str) -> Exported:
    columns = {
        row[1]: TYPES.get(str(row[2]).upper(), "string")
        for row in connection.execute(f'pragma table_info("{name}")')
    }
    count = connection.execute(f'select count(*) from "{name}"').fetchone()[0]
    about = TABLES.get(name) or allowed().added[name]
    return Exported(name, about, columns, _key(connection, name), _foreign(connection, name), count)


def _key(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    """Return the primary key, or nothing where a part of it is empty: a CSV cannot tell that."""
    key = tuple(keys(connection, name))
    empty = " or ".join(f"coalesce(\"{column}\", '') = ''" for column in key)
    if not key or connection.execute(f'select 1 from "{name}" where {empty}').fetchone():
        return ()
    return key


def _foreign(connection: sqlite3.Connection, name: str) -> tuple[tuple[str, str, str], ...]:
    """Return (column, table, its column) of each link all of whose ends are in the release."""
    broken = {row[3] for row in connection.execute(f'pragma foreign_key_check("{name}")')}
    found = []
    for row in connection.execute(f'pragma foreign_key_list("{name}")'):
        target, column, to, number = row[2], row[3], row[4], row[0]
        if number not in broken and to in keys(connection, target):
            found.append((column, target, to))
    return tuple(sorted(found))


def _blocks(connection: sqlite3.Connection, table: Exported) -> Iterator[list[tuple[Any, ...]]]:
    by = quoted(keys(connection, table.name)) or "rowid"
    cursor = connection.execute(
        f'select {quoted(list(table.columns))} from "{table.name}" order by {by}'
    )
    while block := cursor.fetchmany(AT_ONCE):
        yield block


def write_csv(connection: sqlite3.Connection, table: Exported, path: Path) -> None:
    """Write a table as CSV: UTF-8, a header, empty where null; no cell runs in a spreadsheet."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.columns)
        for block in _blocks(connection, table):
            writer.writerows([defused(_shown(cell)) for cell in row] for row in block)


def _shown(cell: Any) -> Any:
    return f"'{cell.hex()}" if isinstance(cell, bytes) else cell


def write_parquet(connection: sqlite3.Connection, table: Exported, path: Path) -> None:
    """Write a table as Parquet: values exactly as in the database, columns described."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    schema = pa.schema(
        [
            pa.field(
                column, types[kind], metadata={"description": table.about.columns.get(column, "")}
            )
            for column, kind in table.columns.items()
        ]
    )
    with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
        for block in _blocks(connection, table):
            columns = zip(*block, strict=True)
            arrays = [
                pa.array([_typed(value, kind) for value in column], types[kind])
                for column, kind in zip(columns, table.columns.values(), strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _typed(value: Any, kind: str) -> Any:
    """Return a value as its column's type: SQLite lets any value stand in any column."""
    if value is None or isinstance(value, bytes):
        return None if value is None else value.hex()
    if kind == "string":
        return str(value)
    try:
        return int(value) if kind == "integer" else float(value)
    except (TypeError, ValueError):
        return None
