"""Migrations of people's codings, registered in order by `corpus/migrations.py`."""

from sqlite_utils import Database


def m011_codings(db: Database) -> None:
    """Where a coding's words were judged, where they stand now, and what is known of it.

    The table was empty in every release: nobody could code. `code` holds a code or a field such as
    `about`, so it links to no table; document and page are null where the words stand nowhere.
    """
    db.execute("drop table codings")
    texts = "quote code value coder coded_at codebook prefix suffix cited_document cited_page state"
    columns: dict[str, type] = {"coding": str, "document": str, "page": str, "start": int}
    columns |= {"end": int} | dict.fromkeys(texts.split(), str) | {"adjudicated": int}
    columns |= dict.fromkeys(("sample", "note", "file"), str)
    links = [("document", "documents"), ("page", "pages")]
    table = db.table("codings").create(columns, pk="coding", foreign_keys=links)
    for index in (["page"], ["document"], ["code", "coder"]):
        table.create_index(index)
