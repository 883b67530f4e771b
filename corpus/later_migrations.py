"""The schema's newer migrations, appended here: `corpus/migrations.py` is full and never edited."""

from sqlite_utils import Database

from corpus.migrations import APPLICATION_ID, migrations

__all__ = ["APPLICATION_ID", "migrations"]


@migrations()
def m010_versions(db: Database) -> None:
    """What a file was looked at and read closely with: another version reads it again."""
    for column in ("screened_with", "read_with"):
        db.table("files").add_column(column, str)
