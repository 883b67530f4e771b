"""The tables, index and views of a published corpus: made after the corpus's own."""

import sqlite3
from collections.abc import Iterable

from corpus.errors import CorpusError
from corpus.retrieval.search import TOKENIZER
from publish.public.allowlist import Allowed


def keys(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns of a table's key."""
    rows = connection.execute(f'pragma table_info("{table}")').fetchall()
    return [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]


def quoted(columns: Iterable[str]) -> str:
    """Return columns as SQL names them."""
    return ", ".join(f'"{name}"' for name in columns)


def make_tables(source: sqlite3.Connection, into: sqlite3.Connection, listed: Allowed) -> None:
    """Make the published tables: types, keys and links as in the corpus."""
    into.execute("create table _sqlite_migrations (migration_set text, name text, applied_at text)")
    applied = source.execute(
        "select migration_set, name, '' from _sqlite_migrations order by 1, 2"
    ).fetchall()
    into.executemany("insert into _sqlite_migrations values (?, ?, ?)", applied)
    for table in listed.tables:
        into.execute(_create(source, table, listed))
    for table, told in listed.added.items():
        whole = ("times", "withheld")
        columns = ", ".join(f'"{c}" {"integer" if c in whole else "text"}' for c in told.columns)
        key = ', primary key ("page")' if table == "page_extents" else ""
        into.execute(f'create table "{table}" ({columns}{key})')
    for (sql,) in source.execute(
        "select sql from sqlite_master where type = 'index' and sql is not null order by name"
    ).fetchall():
        _if_possible(into, sql)


def _create(source: sqlite3.Connection, table: str, listed: Allowed) -> str:
    columns = listed.columns(table)
    types = {row[1]: row[2] for row in source.execute(f'pragma table_info("{table}")')}
    parts = [f'"{name}" {types[name]}' for name in columns]
    key = keys(source, table)
    if key and set(key) <= set(columns):
        parts.append(f"primary key ({quoted(key)})")
    for link in source.execute(f'pragma foreign_key_list("{table}")').fetchall():
        other, column, key_of = link[2], link[3], link[4]
        if column in columns and key_of in listed.tables.get(other, {}):
            parts.append(f'foreign key ("{column}") references "{other}" ("{key_of}")')
    return f'create table "{table}" ({", ".join(parts)})'


def _if_possible(into: sqlite3.Connection, sql: str) -> None:
    """Make an index or a view whose columns are all there; leave out any other."""
    try:
        into.execute(sql)
    except sqlite3.OperationalError as error:
        if "no such" not in str(error) and "has no column" not in str(error):
            raise CorpusError(f"SQLite: {error}") from error


def make_index(into: sqlite3.Connection) -> None:
    """Make the full-text index of what is published."""
    into.execute(
        f"create virtual table pages_fts using fts5(text, tokenize='{TOKENIZER}', content='pages')"
    )
    into.execute("insert into pages_fts (pages_fts) values ('rebuild')")


def make_views(source: sqlite3.Connection, into: sqlite3.Connection) -> None:
    """Make the views of which every column is there."""
    for name, sql in source.execute(
        "select name, sql from sqlite_master where type = 'view' order by name"
    ).fetchall():
        into.execute("savepoint made")
        try:
            into.execute(sql)
            into.execute(f'select * from "{name}" limit 0')
        except sqlite3.OperationalError:
            into.execute("rollback to made")
        into.execute("release made")
