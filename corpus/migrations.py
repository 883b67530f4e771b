"""The schema, as append-only migrations: one released is never edited, a new one is added.

Tables are described in `corpus/tables.yaml`. Nothing here uses `transform()`, which would drop the
triggers that keep the full-text index in step.
"""

from corpus.sqlite import Database, Migrations

APPLICATION_ID = 0x434F5250
"""SQLite's `application_id` of a corpus ("CORP"): tells it from any other program's database."""
TYPES = {"": str, "int": int, "float": float, "bytes": bytes}

migrations = Migrations("council-corpus")


def _table(
    db: Database, name: str, columns: str, *, key: int = 1, indexes: tuple[str, ...] = ()
) -> None:
    """Create a table from `column:type>table` words, of which the first `key` are the key.

    A column without a type is text; `>table` says whose key it holds.
    """
    types, links = {}, []
    for word in columns.split():
        told, _, other = word.partition(">")
        column, _, kind = told.partition(":")
        types[column] = TYPES[kind]
        links += [(column, other)] if other else []
    leading = tuple(types)[:key]
    table = db.table(name).create(types, pk=leading if key > 1 else leading[0], foreign_keys=links)
    for index in indexes:
        table.create_index(index.split())


@migrations()
def m001_authored(db: Database) -> None:
    """Councils, sources and the codebook."""
    _table(
        db,
        "councils",
        "council name official_name nation region type gss_code start_on end_on "
        "replaced_by platform base_url access_note",
    )
    _table(
        db,
        "sources",
        "source title kind publisher url licence licence_url coverage "
        "throttle_seconds:float throttle_why caveats",
    )
    _table(
        db,
        "codes",
        "code group label definition not_when precision",
    )
    _table(
        db,
        "terms",
        "term code>codes phrase pattern precision",
    )


@migrations()
def m002_collected(db: Database) -> None:
    """Runs, requests, coverage, meetings, documents, versions and files."""
    _table(
        db,
        "crawls",
        "crawl:int source>sources council>councils started_at finished_at outcome since "
        "until requests:int bytes:int seen:int kept:int errors:int code_version options",
    )
    _table(
        db,
        "visits",
        "visit:int crawl:int>crawls source>sources url status:int outcome reason "
        "fetched_at etag sha256",
        indexes=("url",),
    )
    _table(
        db,
        "coverage",
        "source>sources council month state looked_at documents_seen:int "
        "documents_read:int documents_mentioning:int unreadable:int reason",
        key=3,
    )
    _table(
        db,
        "meetings",
        "meeting source>sources council>councils committee held_on url status",
    )
    _table(
        db,
        "files",
        "sha256 bytes:int mime path document outcome reason pages:int chars:int "
        "text_source quality language found_with",
        indexes=("outcome", "document"),
    )
    _table(
        db,
        "documents",
        "document source>sources council>councils kind title url origin_url published_on "
        "meeting>meetings item_number sha256>files first_seen_at last_seen_at gone_at",
        indexes=("sha256", "url", "council", "source"),
    )
    _table(
        db,
        "captures",
        "capture:int document>documents sha256>files fetched_at etag last_modified",
        indexes=("sha256", "document sha256"),
    )
    _table(
        db,
        "tombstones",
        "document sha256 reason at",
        key=2,
        indexes=("sha256",),
    )


@migrations()
def m003_pages(db: Database) -> None:
    """Screenings, pages with their full-text index, words, tables, notices, failures."""
    _table(
        db,
        "screenings",
        "sha256>files pages:int chars:int hits lexicon screener",
    )
    _table(
        db,
        "pages",
        "page sha256>files number:int label text outcome method chars:int quality reader "
        "width_pt:float height_pt:float",
        indexes=("sha256 number",),
    )
    db.execute("create index pages_without_text on pages (outcome) where outcome != 'text'")
    db.table("pages").enable_fts(["text"], tokenize="porter unicode61", create_triggers=True)
    _table(
        db,
        "page_words",
        "page>pages words:bytes",
    )
    _table(
        db,
        "page_tables",
        "page>pages ordinal:int bbox rows",
        key=2,
    )
    _table(
        db,
        "notices",
        "document>documents ocid release stage buyer_name council>councils suppliers "
        "value:float currency cpv start_on end_on answer_sha256",
        indexes=("ocid",),
    )
    _table(
        db,
        "failures",
        "stage subject error message permanent:int attempts:int at",
        key=2,
    )
    _table(
        db,
        "similarities",
        "first second kind score:float",
        key=2,
    )


@migrations()
def m004_evidence(db: Database) -> None:
    """Passages, mentions, people's codings and links."""
    _table(
        db,
        "passages",
        "passage page>pages document>documents council>councils text start:int end:int "
        "words:int codes stance",
        indexes=("page", "document"),
    )
    _table(
        db,
        "mentions",
        "mention page>pages sha256>files term>terms code>codes start:int end:int quote "
        "before after boxes stance boilerplate:int counted:int reason passage>passages",
        indexes=("page", "sha256", "code counted"),
    )
    _table(
        db,
        "codings",
        "coding document>documents page>pages quote code>codes value coder coded_at codebook",
    )
    _table(
        db,
        "links",
        "link first second reasons score:float decision by at",
    )
    db.create_view(
        "document_passages",
        """
        select d.document, d.title, d.council, d.kind, d.published_on, d.url,
               p.passage, p.page, p.text, p.codes, p.stance
        from passages p join pages g on g.page = p.page join documents d on d.sha256 = g.sha256
    """,
    )
    db.create_view(
        "document_mentions",
        """
        select m.mention, d.document, d.council, d.source, d.kind, d.published_on,
               substr(d.published_on, 1, 4) as year, m.code, c."group", m.stance, m.page, m.quote
        from mentions m join codes c on c.code = m.code join files f on f.sha256 = m.sha256
        join documents d on d.document = f.document and d.sha256 = f.sha256
        where m.counted = 1
    """,
    )


@migrations()
def m005_topics(db: Database) -> None:
    """Topic models, their topics and what they say of the passages."""
    _table(
        db,
        "topic_models",
        "model algorithm k:int seed:int corpus passages:int options npmi:float c_v:float "
        "diversity:float stability:float verdict chosen:int fitted_at",
    )
    _table(
        db,
        "topics",
        "topic model>topic_models number:int label label_by terms passages:int weight:float",
    )
    _table(
        db,
        "topic_terms",
        "topic>topics rank:int term weight:float",
        key=2,
    )
    _table(
        db,
        "passage_topics",
        "passage>passages topic>topics model>topic_models weight:float",
        key=2,
        indexes=("topic weight",),
    )
    _table(
        db,
        "topic_trends",
        "topic>topics dimension value passages:int weight:float searched:int",
        key=3,
    )


@migrations()
def m006_presence(db: Database) -> None:
    """Documents that are replaced, gone or back; where a request was led to."""
    _table(db, "misses", "document>documents missed_on reason", key=2)
    _table(
        db,
        "changes",
        "change:int document>documents kind sha256 at crawl:int>crawls",
        indexes=("document",),
    )
    _table(
        db,
        "source_checks",
        "check:int source>sources council>councils url checked_at outcome status:int "
        "recognised:int newest message",
    )
    db.table("visits").add_column("redirected_to", str)


@migrations()
def m007_procurements(db: Database) -> None:
    """How buyers were matched to councils, and which notices are of one procurement."""
    notices = db.table("notices")
    notices.add_column("buyer_id", str)
    notices.add_column("council_score", float)
    notices.add_column("council_how", str)
    notices.create_index(["buyer_id"])
    _table(
        db,
        "procurements",
        "document>documents procurement reason score:float basis",
        indexes=("procurement",),
    )
    db.create_view(
        "unmatched_buyers",
        """
        select n.buyer_name, count(*) as notices, min(d.published_on) as first_on,
               max(d.published_on) as last_on, group_concat(distinct d.source) as sources
        from notices n join documents d on d.document = n.document
        where n.council is null and n.buyer_name is not null group by n.buyer_name
    """,
    )
    db.create_view(
        "shared_procurements",
        """
        select p.procurement, min(d.title) as title, min(n.buyer_name) as buyer_name,
               min(n.council) as council, count(*) as notices, min(d.published_on) as first_on,
               max(d.published_on) as last_on, group_concat(distinct d.source) as sources,
               min(p.score) as score
        from procurements p join notices n on n.document = p.document
        join documents d on d.document = p.document
        group by p.procurement having count(distinct d.source) > 1
    """,
    )


@migrations()
def m008_ocr(db: Database) -> None:
    """How sure OCR is of a page, why it has no text, its running lines; grades are counted."""
    for column, kind in (("confidence", float), ("reason", str), ("furniture", str)):
        db.table("pages").add_column(column, kind)
    db.table("pages").create_index(["sha256", "outcome", "quality"], "pages_by_quality")


@migrations()
def m009_packs(db: Database) -> None:
    """Reports inside packs, signatures of pages, duplicates and text reuse."""
    db.table("screenings").add_column("outline", str)
    for column in ("split_with", "signed_with", "compared_with"):
        db.table("files").add_column(column, str)
    _table(
        db,
        "reports",
        "report>pages sha256>files document kind item_number title author_role recommendation "
        "first_page:int last_page:int how score:float",
        indexes=("sha256 first_page", "document"),
    )
    _table(db, "signatures", "sha256>files pages:int minhashes:bytes runs:bytes")
    _table(db, "page_duplicates", "page>pages first>pages score:float", indexes=("first",))
    for told in ["pages:int", "words:int", "first_council", "second_council", "quote", "spans"]:
        name, _, kind = told.partition(":")
        db.table("similarities").add_column(name, TYPES[kind])
    db.create_view(
        "page_reports",
        """
        select p.page, p.sha256, p.number, r.report, r.kind, r.item_number, r.title, r.author_role,
               r.first_page, r.last_page
        from pages p join reports r
        on r.sha256 = p.sha256 and p.number between r.first_page and r.last_page
    """,
    )
    for change in ("update of text on pages", "insert on pages"):
        name = f"pages_{change.split()[0]}_again"
        db.execute(
            f"create trigger {name} after {change} begin update files set split_with = null, "
            "signed_with = null, compared_with = null where sha256 = new.sha256 and "
            "coalesce(split_with, signed_with, compared_with) is not null; end"
        )
