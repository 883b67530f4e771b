"""The schema, as append-only migrations: one released is never edited, a new one is added.

Tables are described in `corpus.describe`. Nothing here uses `transform()`, which would drop the
triggers that keep the full-text index in step.
"""

from typing import Any

from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x434F5250
"""SQLite's `application_id` of a corpus ("CORP"): tells it from any other program's database."""

migrations = Migrations("council-corpus")


def _table(
    db: Database,
    name: str,
    columns: dict[str, Any],
    key: str | tuple[str, ...],
    links: dict[str, str] | None = None,
    indexes: tuple[tuple[str, ...], ...] = (),
) -> None:
    """Create a table; `links` maps a column to the table whose key it holds."""
    foreign = [(column, other) for column, other in (links or {}).items()]
    table = db.table(name).create(columns, pk=key, foreign_keys=foreign)
    for index in indexes:
        table.create_index(list(index))


@migrations()
def m001_authored(db: Database) -> None:
    """Councils, sources and the codebook."""
    _table(
        db,
        "councils",
        {
            c: str
            for c in (
                "council",
                "name",
                "official_name",
                "nation",
                "region",
                "type",
                "gss_code",
                "start_on",
                "end_on",
                "replaced_by",
                "platform",
                "base_url",
                "access_note",
            )
        },
        "council",
    )
    _table(
        db,
        "sources",
        {
            c: str
            for c in (
                "source",
                "title",
                "kind",
                "publisher",
                "url",
                "licence",
                "licence_url",
                "coverage",
            )
        }
        | {"throttle_seconds": float, "throttle_why": str, "caveats": str},
        "source",
    )
    _table(
        db,
        "codes",
        {
            c: str
            for c in (
                "code",
                "group",
                "label",
                "definition",
                "not_when",
                "precision",
            )
        },
        "code",
    )
    _table(
        db,
        "terms",
        {c: str for c in ("term", "code", "phrase", "pattern", "precision")},
        "term",
        {"code": "codes"},
    )


@migrations()
def m002_collected(db: Database) -> None:
    """Runs, requests, coverage, meetings, documents, versions and files."""
    text, number = str, int
    _table(
        db,
        "crawls",
        {
            "crawl": number,
            "source": text,
            "council": text,
            "started_at": text,
            "finished_at": text,
            "outcome": text,
            "since": text,
            "until": text,
            "requests": number,
            "bytes": number,
            "seen": number,
            "kept": number,
            "errors": number,
            "code_version": text,
            "options": text,
        },
        "crawl",
        {"source": "sources", "council": "councils"},
    )
    _table(
        db,
        "visits",
        {
            "visit": number,
            "crawl": number,
            "source": text,
            "url": text,
            "status": number,
            "outcome": text,
            "reason": text,
            "fetched_at": text,
            "etag": text,
            "sha256": text,
        },
        "visit",
        {"crawl": "crawls", "source": "sources"},
        (("url",),),
    )
    _table(
        db,
        "coverage",
        {
            "source": text,
            "council": text,
            "month": text,
            "state": text,
            "looked_at": text,
            "documents_seen": number,
            "documents_read": number,
            "documents_mentioning": number,
            "unreadable": number,
            "reason": text,
        },
        ("source", "council", "month"),
        {"source": "sources"},  # a procurement service's months have no council
    )
    _table(
        db,
        "meetings",
        {
            c: text
            for c in (
                "meeting",
                "source",
                "council",
                "committee",
                "held_on",
                "url",
                "status",
            )
        },
        "meeting",
        {"source": "sources", "council": "councils"},
    )
    _table(
        db,
        "files",
        {
            "sha256": text,
            "bytes": number,
            "mime": text,
            "path": text,
            "document": text,
            "outcome": text,
            "reason": text,
            "pages": number,
            "chars": number,
            "text_source": text,
            "quality": text,
            "language": text,
            "found_with": text,
        },
        "sha256",
        None,
        (("outcome",), ("document",)),
    )
    _table(
        db,
        "documents",
        {
            c: text
            for c in (
                "document",
                "source",
                "council",
                "kind",
                "title",
                "url",
                "origin_url",
                "published_on",
                "meeting",
                "item_number",
                "sha256",
                "first_seen_at",
                "last_seen_at",
                "gone_at",
            )
        },
        "document",
        {"source": "sources", "council": "councils", "meeting": "meetings", "sha256": "files"},
        (("sha256",), ("url",), ("council",), ("source",)),
    )
    _table(
        db,
        "captures",
        {
            "capture": number,
            "document": text,
            "sha256": text,
            "fetched_at": text,
            "etag": text,
            "last_modified": text,
        },
        "capture",
        {"document": "documents", "sha256": "files"},
        (("sha256",),),
    )
    db.table("captures").create_index(["document", "sha256"])
    _table(
        db,
        "tombstones",
        {c: text for c in ("document", "sha256", "reason", "at")},
        ("document", "sha256"),
        None,
        (("sha256",),),
    )


@migrations()
def m003_pages(db: Database) -> None:
    """Screenings, pages with their full-text index, words, tables, notices, failures."""
    text, number = str, int
    _table(
        db,
        "screenings",
        {
            "sha256": text,
            "pages": number,
            "chars": number,
            "hits": text,
            "lexicon": text,
            "screener": text,
        },
        "sha256",
        {"sha256": "files"},
    )
    _table(
        db,
        "pages",
        {
            "page": text,
            "sha256": text,
            "number": number,
            "label": text,
            "text": text,
            "outcome": text,
            "method": text,
            "chars": number,
            "quality": text,
            "reader": text,
            "width_pt": float,
            "height_pt": float,
        },
        "page",
        {"sha256": "files"},
        (("sha256", "number"),),
    )
    db.execute("create index pages_without_text on pages (outcome) where outcome != 'text'")
    db.table("pages").enable_fts(["text"], tokenize="porter unicode61", create_triggers=True)
    _table(db, "page_words", {"page": text, "words": bytes}, "page", {"page": "pages"})
    _table(
        db,
        "page_tables",
        {"page": text, "ordinal": number, "bbox": text, "rows": text},
        ("page", "ordinal"),
        {"page": "pages"},
    )
    _table(
        db,
        "notices",
        {
            "document": text,
            "ocid": text,
            "release": text,
            "stage": text,
            "buyer_name": text,
            "council": text,
            "suppliers": text,
            "value": float,
            "currency": text,
            "cpv": text,
            "start_on": text,
            "end_on": text,
            "answer_sha256": text,
        },
        "document",
        {"document": "documents", "council": "councils"},
        (("ocid",),),
    )
    _table(
        db,
        "failures",
        {
            "stage": text,
            "subject": text,
            "error": text,
            "message": text,
            "permanent": number,
            "attempts": number,
            "at": text,
        },
        ("stage", "subject"),
    )
    _table(
        db,
        "similarities",
        {"first": text, "second": text, "kind": text, "score": float},
        ("first", "second"),
    )


@migrations()
def m004_evidence(db: Database) -> None:
    """Passages, mentions, people's codings and links."""
    text, number = str, int
    _table(
        db,
        "passages",
        {
            "passage": text,
            "page": text,
            "document": text,
            "council": text,
            "text": text,
            "start": number,
            "end": number,
            "words": number,
            "codes": text,
            "stance": text,
        },
        "passage",
        {"page": "pages", "document": "documents", "council": "councils"},
        (("page",), ("document",)),
    )
    _table(
        db,
        "mentions",
        {
            "mention": text,
            "page": text,
            "sha256": text,
            "term": text,
            "code": text,
            "start": number,
            "end": number,
            "quote": text,
            "before": text,
            "after": text,
            "boxes": text,
            "stance": text,
            "boilerplate": number,
            "counted": number,
            "reason": text,
            "passage": text,
        },
        "mention",
        {
            "page": "pages",
            "sha256": "files",
            "term": "terms",
            "code": "codes",
            "passage": "passages",
        },
        (("page",), ("sha256",), ("code", "counted")),
    )
    _table(
        db,
        "codings",
        {
            c: text
            for c in (
                "coding",
                "document",
                "page",
                "quote",
                "code",
                "value",
                "coder",
                "coded_at",
                "codebook",
            )
        },
        "coding",
        {"document": "documents", "page": "pages", "code": "codes"},
    )
    _table(
        db,
        "links",
        {
            "link": text,
            "first": text,
            "second": text,
            "reasons": text,
            "score": float,
            "decision": text,
            "by": text,
            "at": text,
        },
        "link",
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
        join documents d on d.document = f.document where m.counted = 1
    """,
    )


@migrations()
def m005_topics(db: Database) -> None:
    """Topic models, their topics and what they say of the passages."""
    text, number = str, int
    _table(
        db,
        "topic_models",
        {
            "model": text,
            "algorithm": text,
            "k": number,
            "seed": number,
            "corpus": text,
            "passages": number,
            "options": text,
            "npmi": float,
            "c_v": float,
            "diversity": float,
            "stability": float,
            "verdict": text,
            "chosen": number,
            "fitted_at": text,
        },
        "model",
    )
    _table(
        db,
        "topics",
        {
            "topic": text,
            "model": text,
            "number": number,
            "label": text,
            "label_by": text,
            "terms": text,
            "passages": number,
            "weight": float,
        },
        "topic",
        {"model": "topic_models"},
    )
    _table(
        db,
        "topic_terms",
        {"topic": text, "rank": number, "term": text, "weight": float},
        ("topic", "rank"),
        {"topic": "topics"},
    )
    _table(
        db,
        "passage_topics",
        {"passage": text, "topic": text, "model": text, "weight": float},
        ("passage", "topic"),
        {"passage": "passages", "topic": "topics", "model": "topic_models"},
        (("topic", "weight"),),
    )
    _table(
        db,
        "topic_trends",
        {
            "topic": text,
            "dimension": text,
            "value": text,
            "passages": number,
            "weight": float,
            "searched": number,
        },
        ("topic", "dimension", "value"),
        {"topic": "topics"},
    )
