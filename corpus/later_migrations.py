"""The schema's newer migrations, appended here: `corpus/migrations.py` is full and never edited."""

from corpus.migrations import APPLICATION_ID, migrations
from corpus.sqlite import Database

__all__ = ["APPLICATION_ID", "migrations"]


@migrations()
def m010_versions(db: Database) -> None:
    """What a file was looked at and read closely with: another version reads it again."""
    for column in ("screened_with", "read_with"):
        db.table("files").add_column(column, str)


@migrations()
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


@migrations()
def m013_sections(db: Database) -> None:
    """The section a mention stands in, the cue of its stance, the headings over a passage."""
    for column in ("cue", "section"):
        db.table("mentions").add_column(column, str)
    db.table("passages").add_column("heading", str)


@migrations()
def m014_scans(db: Database) -> None:
    """Scans by their reader's version; close readings of before versions were kept are redone."""
    db.execute("create index pages_of_ocr on pages (reader) where method = 'ocr'")
    db.execute(
        "update files set read_with = '' where mime = 'application/pdf' and outcome = 'read'"
    )


@migrations()
def m015_kept_aside(db: Database) -> None:
    """Where a file's text is, if it is not among the pages."""
    db.table("files").add_column("kept_in", str)
    db.execute("create index files_among_pages on files (outcome) where kept_in is null")


@migrations()
def m020_reading_order(db: Database) -> None:
    """What the site lists in order: notices by date, a council's months, pages that are alike."""
    db.table("documents").create_index(["kind", "published_on"])
    db.table("notices").create_index(["council"])
    db.table("coverage").create_index(["council", "month"])
    db.table("similarities").create_index(["second"])


@migrations()
def m026_suggestions(db: Database) -> None:
    """Words and phrases the codebook may lack, as last suggested."""
    columns: dict[str, type] = {"phrase": str, "score": float} | dict.fromkeys(
        ("count", "documents", "in_passages"), int
    )
    columns |= {"nearest": str, "code": str, "nearness": float}
    columns |= {"log_likelihood": float, "log_ratio": float}
    db.table("suggestions").create(columns, pk="phrase")


@migrations()
def m016_topic_figures(db: Database) -> None:
    """What speaks for and against each topic, and the numbers of topics that were compared."""
    for column in ("npmi", "exclusivity", "stability"):
        db.table("topics").add_column(column, float)
    db.table("topics").add_column("verdict", str)
    db.table("topic_models").add_column("exclusivity", float)
    columns: dict[str, type] = {"comparison": str, "algorithm": str, "k": int, "seed": int}
    columns |= {"corpus": str, "passages": int}
    figures = "npmi c_v exclusivity diversity stability_seeds stability_resamples perplexity"
    columns |= dict.fromkeys(figures.split(), float) | {"verdict": str, "compared_at": str}
    db.table("topic_choices").create(columns, pk="comparison")


@migrations()
def m022_unattended(db: Database) -> None:
    """Unattended runs, and what is asserted of each source."""
    updates: dict[str, type] = {"update": int}
    updates |= dict.fromkeys(("started_at", "finished_at", "outcome"), str)
    updates |= {"exit_code": int, "attempts": int, "sources": str, "report": str}
    db.table("updates").create(updates, pk="update")
    texts = ("monitor", "source", "council", "name", "state")
    monitors: dict[str, type] = dict.fromkeys(texts, str) | {"value": float, "bound": float}
    monitors |= dict.fromkeys(("message", "advice", "since", "checked_at", "told_at"), str)
    links = [("source", "sources"), ("council", "councils")]
    db.table("monitors").create(monitors, pk="monitor", foreign_keys=links)


@migrations()
def m023_alerts(db: Database) -> None:
    """Saved searches: what each holds, and what has changed in it."""
    alerts = dict.fromkeys(("alert", "title", "definition", "since", "last_at"), str)
    db.table("alerts").create({**alerts, "items": int}, pk="alert")
    place = dict.fromkeys(("item", "document", "page", "term", "quote", "text", "stance"), str)
    db.table("alert_items").create(
        {"alert": str, **place}, pk=("alert", "item"), foreign_keys=[("alert", "alerts")]
    )
    db.table("alert_items").create_index(["document"])
    told = dict.fromkeys(("kind", "at", "council", "title", "published_on", "url", "why"), str)
    changes: dict[str, type] = {"change": int, "alert": str, **place, "was": str, **told}
    db.table("alert_changes").create(changes, pk="change", foreign_keys=[("alert", "alerts")])
    for columns in (["alert"], ["document"]):
        db.table("alert_changes").create_index(columns)


@migrations()
def m017_links(db: Database) -> None:
    """Suppliers of notices, suppliers and products with their names, what each council's links
    were proposed from; links know their kind, council, figures and the decider's reason.
    """
    db.table("notice_suppliers").create(
        {"document": str, "ordinal": int, "name": str, "numbers": str},
        pk=("document", "ordinal"),
        foreign_keys=[("document", "documents")],
    )
    db.table("notice_suppliers").create_index(["name"])
    db.table("notices").add_column("suppliers_read", str)
    texts = dict.fromkeys(("entity", "kind", "name", "code", "supplier", "how", "atoms"), str)
    db.table("entities").create(texts | {"notices": int}, pk="entity")
    db.table("entity_names").create(
        dict.fromkeys(("entity", "name", "kind", "how"), str) | {"notices": int},
        pk=("entity", "name"),
        foreign_keys=[("entity", "entities")],
    )
    for column in ("kind", "council", "features", "why"):
        db.table("links").add_column(column, str)
    for index in (["first"], ["second"], ["council", "decision"]):
        db.table("links").create_index(index)
    counts = dict.fromkeys(("documents", "proposed"), int)
    db.table("linked_councils").create({"council": str, "basis": str} | counts, pk="council")


@migrations()
def m027_topics_in_use(db: Database) -> None:
    """Topics over time, beside codes, judged by people, and how far new passages moved away."""
    db.table("topic_models").add_column("new_passages", int)
    db.table("topic_models").add_column("drift", str)
    db.table("topics").add_column("code", str)
    for column, kind in {"documents": int, "low": float, "high": float}.items():
        db.table("topic_trends").add_column(column, kind)
    db.table("topic_periods").create(
        {"topic": str, "period": str, "rank": int, "term": str},
        pk=("topic", "period", "rank"),
        foreign_keys=[("topic", "topics")],
    )
    texts = dict.fromkeys(("answer", "topic", "model", "test", "judge", "judged_on"), str)
    columns: dict[str, type] = {**texts, "found": int, "choices": int, "file": str}
    db.table("topic_tests").create(columns, pk="answer")
    db.table("topic_tests").create_index(["topic", "test"])
    db.create_view(
        "topic_test_scores",
        """
        select topic, model, test, count(*) as judged, sum(found) as found,
               count(distinct judge) as judges, sum(1.0 / choices) as by_chance
        from topic_tests group by topic, model, test
    """,
    )


@migrations()
def m024_systems(db: Database) -> None:
    """Systems at councils, the steps of their timelines, and wording that two of them share."""
    texts = "system council product name suppliers first_on last_on status status_on status_how"
    more = "currency stopped_on stopped_why continued_by councils"
    numbers: dict[str, type] = dict.fromkeys(("steps", "proposed", "searched_since"), int)
    columns: dict[str, type] = dict.fromkeys((*texts.split(), *more.split()), str)
    links = [("council", "councils"), ("product", "entities")]
    columns |= numbers | {"ceiling": float}
    db.table("systems").create(columns, pk="system", foreign_keys=links)
    texts = "step system document council on kind status status_how suppliers currency"
    more = "starts_on ends_on page decision reason"
    columns = dict.fromkeys((*texts.split(), *more.split()), str)
    columns |= {"ceiling": float, "gap_days": int, "gap_searched": int}
    links = [("system", "systems"), ("document", "documents"), ("council", "councils")]
    steps = db.table("system_steps")
    steps.create(columns, pk="step", foreign_keys=[*links, ("page", "pages")])
    for index in (["system", "on"], ["document"]):
        steps.create_index(index)
    names = ("first", "second", "first_system", "second_system")
    columns = dict.fromkeys(names, str)
    columns |= {"score": float, "words": int, "quote": str}
    links = [("first_system", "systems"), ("second_system", "systems")]
    db.table("system_wordings").create(columns, pk=names, foreign_keys=links)


@migrations()
def m030_claims(db: Database) -> None:
    """What people concluded, and what became of the mentions it rests on."""
    texts = dict.fromkeys(("claim", "sentence", "reviewer", "reviewed_on"), str)
    counts = dict.fromkeys(("supports", "contradicts", "papers", "changed"), int)
    db.table("claims").create(texts | counts, pk="claim")
    names = ("claim", "side", "mention", "present", "state", "why", "document", "page", "quote")
    cited = db.table("claim_mentions")
    cited.create(
        dict.fromkeys(names, str), pk=("claim", "mention"), foreign_keys=[("claim", "claims")]
    )
    for column in ("mention", "document"):
        cited.create_index([column])


@migrations()
def m018_topic_pictures(db: Database) -> None:
    """Where topics stand on a map, and how much more frequent a word is in one than elsewhere."""
    for column in ("x", "y"):
        db.table("topics").add_column(column, float)
    db.table("topic_terms").add_column("lift", float)


@migrations()
def m019_topic_units(db: Database) -> None:
    """What models are fitted on: passages, or the pages or documents they stand in."""
    for table in ("topic_models", "topic_choices"):
        db.table(table).add_column("unit", str, not_null_default="passages")


@migrations()
def m031_tables_by_date_and_stance(db: Database) -> None:
    """Datasette's pages of the two tables that readers open most sort and count by these."""
    db.table("documents").create_index(["published_on"])
    db.table("mentions").create_index(["stance"])
