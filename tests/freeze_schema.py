"""Freeze the schema as it is after a migration, with a row in each table: run at each release.

python tests/freeze_schema.py m015_kept_aside > tests/schemas/m015.sql
"""

import sys

from sqlite_utils import Database

from corpus.later_migrations import APPLICATION_ID, migrations

SHADOWS = tuple(f"pages_fts_{end}" for end in ("config", "data", "docsize", "idx"))
VALUES = {"integer": "7", "float": "0.5", "real": "0.5", "blob": "x'00'"}


def frozen(last: str) -> str:
    """Return the schema after the migration `last` as SQL that makes it anew."""
    db = Database(memory=True)
    names = [migration.name for migration in migrations.pending(db)]
    after = names[names.index(last) + 1 :]
    migrations.apply(db, stop_before=after[0] if after else None)
    lines = [f"pragma application_id = {APPLICATION_ID};"]
    order = "case type when 'table' then 0 when 'view' then 1 when 'index' then 2 else 3 end, rowid"
    for name, sql in db.execute(
        f"select name, sql from sqlite_master where sql is not null order by {order}"
    ):
        if name not in SHADOWS and name != "sqlite_sequence":
            lines.append(f"{sql};")
    for name in names[: names.index(last) + 1]:
        lines.append(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values "
            f"('council-corpus', '{name}', '2026-01-01');"
        )
    for table in db.table_names():
        if not table.startswith(("pages_fts", "sqlite_", "_sqlite")):
            lines.append(_row(db, table))
    return "\n".join(lines) + "\n"


def _row(db: Database, table: str) -> str:
    """Return an insert of one row whose texts name their columns."""
    columns = db.table(table).columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(VALUES.get(c.type.lower(), f"'{c.name}'") for c in columns)
    return f'insert into "{table}" ({names}) values ({values});'


if __name__ == "__main__":
    sys.stdout.write(frozen(sys.argv[1]))
