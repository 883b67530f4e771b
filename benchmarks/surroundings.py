"""What lies around the pages of a generated corpus: meetings, notices, systems, runs, changes.

Drawn, not real, and as many for each document as a crawl leaves behind.
"""

import json
import random
from collections.abc import Iterator
from typing import Any

from sqlite_utils.utils import chunks

from corpus.store import Store

EACH_MEETING = 20
"""Papers of one meeting."""
SUPPLIERS = 400
SYSTEMS = 300
STEPS = 8
REPLACED, ALIKE, REPORTS = 0.01, 0.05, 0.1
"""Of all documents: replaced once, alike to another, with a report inside."""
STAGES = ("tender", "award", "contract", "planning")
STATUSES = ("planned", "bought", "in use", "stopped")
STEP_KINDS = ("tender", "award", "report", "decision", "minutes")
MOST_ROWS = 20_000
Row = dict[str, Any]


def surround(store: Store, chance: random.Random) -> None:
    """Draw the rest of the corpus around its documents."""
    documents = store.rows("select document, council, kind, sha256, published_on from documents")
    made = {
        "crawls": _crawls(chance),
        "meetings": _meetings(documents, chance),
        "visits": _visits(documents),
        "screenings": _screenings(documents, chance),
        "changes": _changes(documents, chance),
        "similarities": _similarities(documents, chance),
        "reports": _reports(documents, chance),
        "notices": _notices(documents, chance),
        "entities": _entities(),
        "systems": _systems(documents, chance),
        "system_steps": _steps(documents, chance),
        "topic_terms": _topic_terms(store, chance),
        "topic_trends": _topic_trends(store, chance),
    }
    for table, rows in made.items():
        for part in chunks(rows, MOST_ROWS):
            insert(store, table, list(part))
    with store.db.atomic():
        store.db.execute(
            f"update documents set meeting = 'meeting-' || (rowid / {EACH_MEETING}) "
            "where kind <> 'notice'"
        )
        store.db.execute(
            "insert into notice_suppliers (document, ordinal, name) select n.document, j.key, "
            "j.value from notices n join json_each(n.suppliers) j"
        )


def insert(store: Store, table: str, rows: list[Row]) -> None:
    """Insert rows of the same columns: quicker than asking for each what it has."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in rows[0])
    marks = ", ".join(f":{name}" for name in rows[0])
    with store.db.atomic():
        store.db.conn.executemany(f"insert into {table} ({names}) values ({marks})", rows)


def _crawls(chance: random.Random) -> Iterator[Row]:
    for n in range(1, 201):
        day = f"2025-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
        yield {
            "crawl": n,
            "source": "modgov",
            "started_at": f"{day}T01:00:00Z",
            "finished_at": f"{day}T04:00:00Z",
            "outcome": "finished",
            "requests": chance.randrange(9000),
        }


def _meetings(documents: list[Row], chance: random.Random) -> Iterator[Row]:
    for n in range(len(documents) // EACH_MEETING + 1):
        yield {
            "meeting": f"meeting-{n}",
            "source": "modgov",
            "council": documents[n]["council"],
            "committee": chance.choice(("Cabinet", "Audit Committee", "Scrutiny Committee")),
            "held_on": documents[n]["published_on"],
        }


def _visits(documents: list[Row]) -> Iterator[Row]:
    for n, each in enumerate(documents):
        yield {
            "visit": n + 1,
            "crawl": n % 200 + 1,
            "source": "modgov",
            "url": f"https://example.org/{each['document']}",
            "status": 200,
            "outcome": "kept",
            "fetched_at": "2025-06-01T00:00:00Z",
            "sha256": each["sha256"],
        }


def _screenings(documents: list[Row], chance: random.Random) -> Iterator[Row]:
    for each in documents:
        hits = {"predictive_analytics-x": chance.randrange(5)} if chance.random() < 0.3 else {}
        yield {
            "sha256": each["sha256"],
            "pages": 10,
            "chars": 20_000,
            "hits": json.dumps(hits),
            "lexicon": "drawn",
            "screener": "pdfium-1",
        }


def _changes(documents: list[Row], chance: random.Random) -> Iterator[Row]:
    few = chance.sample(documents, int(len(documents) * REPLACED))
    for n, each in enumerate(few, 1):
        yield {
            "change": n,
            "document": each["document"],
            "kind": chance.choice(("replaced", "gone", "returned")),
            "sha256": each["sha256"],
            "at": f"2025-{chance.randrange(1, 13):02d}-01T00:00:00Z",
            "crawl": chance.randrange(1, 201),
        }


def _range(document: Row, chance: random.Random) -> str:
    first = chance.randrange(1, 8)
    return f"{document['sha256'][:16]}-{first:04d}-{first + 2:04d}"


def _similarities(documents: list[Row], chance: random.Random) -> Iterator[Row]:
    for each in chance.sample(documents, int(len(documents) * ALIKE)):
        other = chance.choice(documents)
        yield {
            "first": _range(each, chance),
            "second": _range(other, chance),
            "kind": chance.choice(("near-duplicate", "text-reuse")),
            "score": chance.random(),
            "pages": 3,
            "words": 300,
            "first_council": each["council"],
            "second_council": other["council"],
            "quote": "The council has agreed to share what it knows with its partners",
        }


def _reports(documents: list[Row], chance: random.Random) -> Iterator[Row]:
    for each in chance.sample(documents, int(len(documents) * REPORTS)):
        yield {
            "report": f"{each['sha256'][:16]}-0003",
            "sha256": each["sha256"],
            "document": each["document"],
            "kind": "report",
            "title": "A report inside",
            "first_page": 3,
            "last_page": 8,
        }


def _notices(documents: list[Row], chance: random.Random) -> Iterator[Row]:
    for each in documents:
        if each["kind"] == "notice":
            some = chance.sample(range(SUPPLIERS), chance.randrange(4))
            yield {
                "document": each["document"],
                "ocid": f"ocds-{each['document']}",
                "stage": chance.choice(STAGES),
                "buyer_name": f"The council {each['council']}",
                "council": each["council"],
                "suppliers": json.dumps([f"Supplier {n} Limited" for n in some]),
                "value": chance.randrange(10_000, 5_000_000),
                "currency": "GBP",
                "cpv": '["72000000"]',
            }


def _entities() -> Iterator[Row]:
    for n in range(SUPPLIERS):
        kind = "supplier" if n % 4 else "product"
        yield {"entity": f"{kind}-{n}", "kind": kind, "name": f"Supplier {n} Limited", "notices": n}


def _systems(documents: list[Row], chance: random.Random) -> Iterator[Row]:
    for n in range(SYSTEMS):
        council = chance.choice(documents)["council"]
        product = 4 * chance.randrange(SUPPLIERS // 4)
        yield {
            "system": f"system-{n}",
            "council": council,
            "product": f"product-{product}",
            "name": f"Product {product}",
            "suppliers": json.dumps([f"supplier-{product + 1}"]),
            "first_on": f"20{chance.randrange(15, 26)}-01-01",
            "status": chance.choice(STATUSES),
            "councils": json.dumps([council]),
            "steps": STEPS,
            "proposed": 0,
        }


def _steps(documents: list[Row], chance: random.Random) -> Iterator[Row]:
    for n in range(SYSTEMS * STEPS):
        each = chance.choice(documents)
        yield {
            "step": f"system-{n % SYSTEMS}-{n}",
            "system": f"system-{n % SYSTEMS}",
            "document": each["document"],
            "council": each["council"],
            "on": each["published_on"],
            "kind": chance.choice(STEP_KINDS),
            "page": f"{each['sha256'][:16]}-0001",
            "decision": "accepted",
        }


def _topics(store: Store) -> list[str]:
    return [row["topic"] for row in store.rows("select topic from topics order by topic")]


def _topic_terms(store: Store, chance: random.Random) -> Iterator[Row]:
    for topic in _topics(store):
        for rank in range(1, 31):
            word = f"word{chance.randrange(900)}"
            yield {"topic": topic, "rank": rank, "term": word, "weight": 1 / rank}


def _topic_trends(store: Store, chance: random.Random) -> Iterator[Row]:
    nations = [("nation", name) for name in ("England", "Scotland", "Wales")]
    for topic in _topics(store):
        for dimension, value in [*(("year", str(year)) for year in range(2015, 2026)), *nations]:
            yield {
                "topic": topic,
                "dimension": dimension,
                "value": value,
                "passages": chance.randrange(500),
                "weight": chance.random(),
                "searched": chance.randrange(500, 5000),
            }
