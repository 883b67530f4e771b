"""Codings as one table: a row each, with the place where its words stand now."""

from coding.codings_file import as_csv
from coding.exchange import Project

TABLE_COLUMNS = (
    *("coding", "document", "page", "start", "end", "quote", "code", "value", "coder", "coded_at"),
    *("codebook", "sample", "adjudicated", "state", "note", "url"),
)


def table(project: Project) -> str:
    """Return the codings as CSV whose cells no spreadsheet runs."""
    rows = [
        {name: row.get(name) for name in TABLE_COLUMNS} | {"url": source.url}
        for source in project.sources
        for row in source.codings
    ]
    return as_csv(TABLE_COLUMNS, rows)
