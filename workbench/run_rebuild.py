"""Brings what was collected from a release into a new corpus, and builds the rest anew.

What a release says of reading, finding and modelling is not taken over: it is made again from the
originals, to be compared. Everything may be interrupted and run again.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import NoTopics, ReadingError
from corpus.formats import BINARY, BY_MIME
from corpus.ids import HASH_LENGTH
from corpus.store import Batch, Row, Store
from corpus.study import Study

Excuse = Callable[[str, Row], str]
STAGE = "rebuild"
MISSING = "MissingOriginal"
CARRIED = (
    *("sources", "councils", "crawls", "source_checks", "meetings", "coverage"),
    *("documents", "captures", "changes", "misses"),
)
"""What was collected, in an order in which each row finds what it points to."""
MADE_BY_ORDER = {"topic_choices": "corpus topics compare"}
"""Tables that no build fills, and the command that does."""
NO_END = 10**9
_HASH = re.compile(r"[0-9a-f]{64}")
_READ_ALL = """select 1 from files f join screenings s using (sha256)
    where f.outcome = 'read' and s.hits = '{}' and f.mime = 'application/pdf'"""
NOT_HERE = "its original is not here"
WHOLE = "made from the whole corpus, of which something is missing"
NOT_IN_TIME = "it was not read in time or memory, in the release or here"
_NOT_IN_TIME = """
    select substr(page, 1, 16) from pages where reason glob 'OutOf*:*' or reason glob 'Crashed:*'
    union select substr(sha256, 1, 16) from files
    where reason glob 'OutOf*:*' or reason glob 'Crashed:*'"""
_SCANS = "select count(*) from pages where method = 'ocr' or outcome = 'unreadable'"


@dataclass
class Brought:
    """What came from a release: files wanted and found, and what stays without an original."""

    files: int = 0
    found: int = 0
    notices: int = 0
    missing: dict[str, str] = field(default_factory=dict)
    """Hash of each file without an original, and its document."""


def carry(store: Store, released: Store) -> None:
    """Write the collected rows of a release; what is there already stays."""
    with store.db.atomic():
        for table in CARRIED:
            rows = released.rows(f'select * from main."{table}"')
            store.db.table(table).insert_all(rows, ignore=True)
        tombs = [row | {"sha256": ""} for row in released.rows("select * from main.tombstones")]
        store.db.table("tombstones").insert_all(tombs, ignore=True)


def wanted(store: Store, released: Store) -> dict[str, int]:
    """Return the files of a release whose originals are not here yet, each with its bytes."""
    held = {row["sha256"] for row in store.rows("select sha256, path from files")}
    rows = released.rows("select sha256, bytes from main.files order by sha256")
    waiting = store.rows("select subject from failures where stage = ?", (STAGE,))
    here = held - {row["subject"] for row in waiting}
    return {
        row["sha256"]: int(row["bytes"] or 0)
        for row in rows
        if row["sha256"] not in here and _HASH.fullmatch(str(row["sha256"]))
    }


def keep_originals(
    store: Store, released: Store, found: Iterable[tuple[str, bytes]], asked: Sequence[str]
) -> Brought:
    """Put originals in their places as they are found; note those that are not."""
    rows = {row["sha256"]: row for row in released.rows("select * from main.files")}
    done, left = Brought(files=len(rows)), set(asked)
    with Batch(store) as batch:
        for digest, content in found:
            suffix = BY_MIME.get(rows[digest]["mime"], BINARY).suffix
            with batch.document():
                path = store.files.put(content, digest, suffix)
                store.db.table("files").upsert(_file(rows[digest], path), pk="sha256")
                store.mend(STAGE, digest)
            left.discard(digest)
    with store.db.atomic():
        for digest in sorted(left):
            _missing(store, rows[digest])
    done.missing = {digest: str(rows[digest]["document"] or "") for digest in sorted(left)}
    done.found = done.files - len(done.missing)
    return done


def _file(row: Row, path: str) -> Row:
    """Return a file as one that nobody has read yet."""
    unread = dict.fromkeys(("outcome", "reason", "text_source", "screened_with"))
    return {name: row[name] for name in ("sha256", "bytes", "mime", "document")} | {
        "path": path,
        **unread,
    }


def _missing(store: Store, row: Row) -> None:
    """Keep a file without its original: it is known, and nothing of it can be read."""
    from extract.versions import screener

    digest, mime = row["sha256"], row["mime"]
    suffix = BY_MIME.get(mime, BINARY).suffix
    told = "its original is not here: `corpus rebuild --files DIR` takes it where it is"
    store.db.table("files").upsert(
        _file(row, f"{digest[:2]}/{digest}{suffix}")
        | {"outcome": "failed", "reason": f"{MISSING}: {told}", "text_source": "none"}
        | {"screened_with": screener(mime)},
        pk="sha256",
    )
    store.fail(STAGE, digest, MISSING, told, permanent=False)


def read_notices(store: Store, released: Store, study: Study) -> int:
    """Read the notices whose originals are here; return how many."""
    from crawler.buyers import Buyers
    from crawler.procurements import link_procurements

    buyers, done = Buyers(study.councils.values()), 0
    how = {
        row["document"]: row["council_how"]
        for row in released.rows("select document, council_how from main.notices")
    }
    for row in store.rows(
        "select d.document, d.council, d.sha256, f.path from documents d join files f using "
        "(sha256) where d.kind = 'notice' and not exists (select 1 from notices n where "
        "n.document = d.document) order by d.document"
    ):
        if not store.files.has(row["path"]):
            continue
        told = _notice(store, row, buyers, given=how.get(row["document"]) is None)
        if told:
            with store.db.atomic():
                store.db.table("notices").insert(told)
            done += 1
    link_procurements(store)
    return done


def _notice(store: Store, row: Row, buyers: Any, *, given: bool) -> Row | None:
    """Return a notice as its service told it, with the council that its buyer is."""
    from corpus.ocds import releases

    with store.files.original(row["path"]).here() as path:
        content = path.read_bytes()
    try:
        release = next(releases(content))
    except (ReadingError, StopIteration) as error:
        release = str(error)
    if isinstance(release, str):
        store.fail(STAGE, row["document"], "Broken", release, permanent=True)
        return None
    if given:
        return {"document": row["document"], "council": row["council"], **release.notice}
    match = buyers.match(release.notice["buyer_name"], release.notice["buyer_id"])
    told: Row = {"document": row["document"], "council": match.council if match else None}
    return told | release.notice | (match.columns if match else {})


def reading_options(released: Store) -> dict[str, Any]:
    """Return how the release's files were read: all of them closely, and how many scans."""
    queued = released.value("select 1 from pages where outcome = 'ocr-queued' limit 1")
    return {
        "everything": bool(released.value(_READ_ALL)),
        "ocr_pages": released.value(_SCANS) if queued else NO_END,
    }


def refit(store: Store, released: Store, notes: list[str]) -> dict[str, Any]:
    """Fit the release's topic models again, the chosen one last; say which could not be."""
    from models.run_apply import Modelled

    done = Modelled(note="No topics: the release has no topic model that can be fitted again")
    for row in released.rows("select * from main.topic_models order by chosen, model"):
        name = row["model"]
        if store.value("select 1 from topic_models where model = ?", (name,)):
            done = Modelled(name, int(row["k"]))
            continue
        try:
            made = _fitted(store, row)
        except NoTopics as error:
            notes.append(f"topic model {name}: {error}")
            continue
        if made is None:
            notes.append(f"topic model {name} was fitted on other passages than there are now")
        elif made.model != name:
            notes.append(f"topic model {name} came out as {made.model}")
        done = made or done
    return asdict(done)


def _fitted(store: Store, row: Row) -> Any:
    """Fit a model as it was asked for, or return None where its passages are others now."""
    from models.fitting import ALGORITHMS
    from models.run import fit_model

    options = json.loads(row["options"] or "{}")
    passages = store.value("select count(*) from passages")
    if row["algorithm"] not in ALGORITHMS or row["passages"] != passages:
        return None
    swept = len(options.get("sweep", ())) > 1 or ALGORITHMS[row["algorithm"]].finds_k
    return fit_model(
        store,
        k=None if swept else int(row["k"]),
        seed=int(row["seed"]),
        algorithm=row["algorithm"],
        guides=options.get("guides", ()),
    )


def excuses(released: Path, rebuilt: Path, missing: dict[str, str]) -> Excuse:
    """Return what says why a row of a rebuilt table may differ from the release's."""
    with closing(_opened(released)) as connection, closing(_opened(rebuilt)) as own:
        late = {row[0] for each in (connection, own) for row in each.execute(_NOT_IN_TIME)}
        return _Excuses(connection, missing, late).why


def _opened(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True)


class _Excuses:
    """Why a row may differ, as far as that is known."""

    WHOLE = (
        *("topic_models", "topics", "topic_terms", "passage_topics", "topic_trends"),
        *("topic_periods", "entities", "entity_names", "links", "linked_councils"),
        *("procurements", "coverage", "similarities", "page_duplicates"),
        *("systems", "system_steps", "system_wordings"),
    )
    """Tables made from the whole corpus."""

    def __init__(
        self, connection: sqlite3.Connection, missing: dict[str, str], late: set[str]
    ) -> None:
        from publish.public.allowlist import allowed

        self._ids = {
            table: [c for c, how in columns.items() if how in ("id", "known")]
            for table, columns in allowed().tables.items()
        }
        self._length, self._any = HASH_LENGTH, bool(missing or late)
        gone = {digest[:HASH_LENGTH]: NOT_HERE for digest in missing}
        self._files = dict.fromkeys(late, NOT_IN_TIME) | gone
        self._documents = _documents(connection, self._files)
        sql = "select page, first from page_duplicates"
        found = connection.execute(sql)
        self._copies = {page: self._of_file(first) for page, first in found if self._of_file(first)}
        sql = "select subject from withheld where how in ('person', 'request')"
        self._decided = {row[0] for row in connection.execute(sql)}

    def _of_file(self, value: object) -> str:
        return self._files.get(str(value)[: self._length], "")

    def why(self, table: str, row: Row) -> str:
        """Return the reason, or nothing."""
        values = [str(row[name]) for name in self._ids[table] if row.get(name)]
        pages = ["-".join(v.split("-")[:2]) for v in values]
        for value in values:
            if why := self._of_file(value) or self._documents.get(value, ""):
                return why
        if why := next((self._copies[page] for page in pages if page in self._copies), ""):
            return f"of the page that it repeats: {why}"
        if self._any and table in self.WHOLE:
            return WHOLE
        if not self._decided.isdisjoint([*values, *pages]):
            return "what a person decided to withhold or let out is not in a release"
        if row.get("state") == "erased":
            return "which files were erased is not in a release"
        if table == "failures" and row.get("stage") in ("crawl", "import"):
            return "collecting is not done again"
        if table in MADE_BY_ORDER:
            return f"made by `{MADE_BY_ORDER[table]}`, which no build runs"
        return ""


def _documents(connection: sqlite3.Connection, files: dict[str, str]) -> dict[str, str]:
    """Return the documents whose latest version may differ, each with the reason."""
    rows = connection.execute("select document, sha256 from documents")
    told = ((row[0], files.get(str(row[1])[:HASH_LENGTH])) for row in rows)
    return {document: why for document, why in told if why}
