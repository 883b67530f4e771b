"""A corpus of any number of pages, put together from the paragraphs of real papers.

Every page is a draw of paragraphs, so that no two are alike and words are as frequent as they are
in papers. Councils, sources and codes are the study's; documents, dates, mentions, passages, topics
and the ledger are drawn. The index of meaning is fitted on some of the pages, and the vectors of
the others repeat theirs: what a search costs does not depend on what they say.
"""

import json
import random
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from surroundings import insert, surround

from corpus.ids import page_id
from corpus.retrieval.lsi import files as lsi_files
from corpus.retrieval.lsi import read_fit
from corpus.store import Store, writing
from corpus.study import keep_study, load_study
from models.run_semantics import place, understand

PAGES_EACH = 10
PAGES_OF_EACH = 60
"""Pages taken of each paper."""
WORDS = 60
"""Of a paragraph."""
PARAGRAPHS = 6
FITTED = 20_000
"""Pages the index of meaning is really made of."""
MENTIONING = 0.03
"""Of all pages: three in a hundred hold a mention, as in the real ones."""
TOPICS = 20
KINDS = ("report", "minutes", "agenda", "appendix", "decision", "notice")
STANCES = ("uses", "plans", "general", "asks", "stopped", "not-used")
STATES = ("searched", "none-published", "blocked", "not-looked", "term-searched")
Row = dict[str, Any]


def paragraphs(papers: Path, most_pages: int = 3000) -> list[str]:
    """Return stretches of the text of real papers; what PDFium cannot open is passed over."""
    found: list[str] = []
    for path in sorted(papers.rglob("*.pdf")):
        for words in islice(_words(path), PAGES_OF_EACH):
            found += [" ".join(words[n : n + WORDS]) for n in range(0, len(words), WORDS)]
            most_pages -= 1
        if most_pages <= 0:
            break
    return [each for each in found if len(each) > 100]


def _words(path: Path) -> Iterator[list[str]]:
    with suppress(pdfium.PdfiumError), closing(pdfium.PdfDocument(path)) as document:
        for page in document:
            with closing(page), closing(page.get_textpage()) as text:
                yield text.get_text_bounded().split()


def build(path: Path, texts: list[str], pages: int, seed: int = 7) -> None:
    """Write the corpus; some minutes and five gigabytes for a million pages."""
    chance = random.Random(seed)
    study = load_study(Path(__file__).parent.parent / "study")
    with writing(path, "benchmark") as store:
        keep_study(store, study)
        councils = [c for c, about in study.councils.items() if not about.end_on]
        _ledger(store, councils, chance)
        triggers = _without_triggers(store)
        fitted = min(FITTED, pages)
        _fill(store, texts, range(0, fitted), councils, chance)
        understand(store)
        _fill(store, texts, range(fitted, pages), councils, chance)
        _vectors(store, fitted, pages, chance)
        surround(store, chance)
        store.db.execute("insert into pages_fts (pages_fts) values ('rebuild')")
        for sql in triggers:
            store.db.execute(sql)
        store.db.execute("analyze")
        store.db.conn.commit()


def _without_triggers(store: Store) -> list[str]:
    found = store.rows("select name, sql from sqlite_master where tbl_name = 'pages' and sql <> ''")
    triggers = [row for row in found if row["sql"].lower().startswith("create trigger")]
    for row in triggers:
        store.db.execute(f'drop trigger "{row["name"]}"')
    return [row["sql"] for row in triggers]


def _ledger(store: Store, councils: list[str], chance: random.Random) -> None:
    months = [f"{year}-{month:02d}" for year in range(2020, 2026) for month in range(1, 13)]
    with store.db.atomic():
        store.db.table("coverage").insert_all(
            {
                "source": "modgov",
                "council": council,
                "month": month,
                "state": chance.choices(STATES, (6, 2, 1, 3, 1))[0],
                "documents_seen": chance.randrange(20),
            }
            for council in councils
            for month in months
        )
        store.db.table("topic_models").insert({"model": "m", "k": TOPICS, "chosen": 1, "seed": 1})
        store.db.table("topics").insert_all(
            {
                "topic": f"m-{n:02d}",
                "model": "m",
                "number": n,
                "label": f"topic {n}",
                "weight": 0.05,
            }
            for n in range(1, TOPICS + 1)
        )


def _fill(
    store: Store, texts: list[str], numbers: range, councils: list[str], chance: random.Random
) -> None:
    codes = [row["code"] for row in store.rows("select code from codes order by code")]
    step = 20_000
    for start in range(numbers.start, numbers.stop, step):
        documents = range(start // PAGES_EACH, min(start + step, numbers.stop) // PAGES_EACH)
        made = [_document(n, councils, chance) for n in documents]
        rows = [page for each in made for page in _pages(each, texts, chance)]
        insert(store, "documents", made)
        insert(store, "files", [_file(each) for each in made])
        insert(store, "captures", [_capture(each) for each in made])
        insert(store, "pages", rows)
        _evidence(store, rows, made, codes, chance)


def _document(n: int, councils: list[str], chance: random.Random) -> Row:
    year = chance.choices(range(2015, 2026), range(1, 12))[0]
    return {
        "document": f"doc-{n:07d}",
        "source": "modgov",
        "council": chance.choice(councils),
        "kind": chance.choices(KINDS, (8, 4, 3, 3, 1, 1))[0],
        "title": f"Report {n} to the committee",
        "url": f"https://example.org/{n}",
        "published_on": f"{year}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
        "sha256": f"{chance.getrandbits(256):064x}",
        "first_seen_at": f"2025-{chance.randrange(1, 13):02d}-01T00:00:00Z",
        "last_seen_at": "2026-01-01T00:00:00Z",
    }


def _file(document: Row) -> Row:
    return {
        "sha256": document["sha256"],
        "document": document["document"],
        "bytes": 100_000,
        "mime": "application/pdf",
        "outcome": "read",
        "pages": PAGES_EACH,
        "chars": 20_000,
        "quality": "good",
    }


def _capture(document: Row) -> Row:
    when = document["first_seen_at"]
    return {"document": document["document"], "sha256": document["sha256"], "fetched_at": when}


def _pages(document: Row, texts: list[str], chance: random.Random) -> Iterator[Row]:
    for number in range(1, PAGES_EACH + 1):
        text = "\n".join(chance.choices(texts, k=PARAGRAPHS))
        yield {
            "page": page_id(document["sha256"], number),
            "sha256": document["sha256"],
            "number": number,
            "text": text,
            "outcome": "text",
            "method": "screen",
            "chars": len(text),
            "quality": chance.choices(("good", "acceptable", "suspect"), (8, 3, 1))[0],
        }


def _evidence(
    store: Store, rows: list[Row], made: list[Row], codes: list[str], chance: random.Random
) -> None:
    owner = {each["sha256"]: each for each in made}
    mentions, passages, topics = [], [], []
    for page in rows:
        if chance.random() >= MENTIONING:
            continue
        first = f"{page['page']}-{0:08x}"
        document = owner[page["sha256"]]
        for n in range(chance.randrange(1, 5)):
            mentions.append(_mention(page, n, first, codes, chance))
        text = page["text"][:800]
        passages.append(
            {
                "passage": first,
                "page": page["page"],
                "document": document["document"],
                "council": document["council"],
                "text": text,
                "start": 0,
                "end": len(text),
                "words": len(text.split()),
                "codes": json.dumps([mentions[-1]["code"]]),
                "stance": "uses",
            }
        )
        for topic in chance.sample(range(1, TOPICS + 1), 2):
            topics.append(
                {
                    "passage": first,
                    "topic": f"m-{topic:02d}",
                    "model": "m",
                    "weight": chance.random(),
                }
            )
    for table, found in (
        ("mentions", mentions),
        ("passages", passages),
        ("passage_topics", topics),
    ):
        insert(store, table, found)


def _mention(page: Row, n: int, passage: str, codes: list[str], chance: random.Random) -> Row:
    start = chance.randrange(len(page["text"]) - 40)
    return {
        "mention": f"{page['page']}-{n:08x}",
        "page": page["page"],
        "sha256": page["sha256"],
        "code": chance.choice(codes),
        "start": start,
        "end": start + 20,
        "quote": page["text"][start : start + 20],
        "before": page["text"][max(start - 60, 0) : start],
        "after": page["text"][start + 20 : start + 80],
        "boxes": "[]",
        "stance": chance.choice(STANCES),
        "counted": int(chance.random() < 0.8),
        "reason": "drawn",
        "passage": passage,
    }


def _vectors(store: Store, fitted: int, pages: int, chance: random.Random) -> None:
    """Give the other pages the vectors of fitted ones."""
    folder = place(store)
    told = json.loads((folder / "current.json").read_text(encoding="utf-8"))
    fit = read_fit(folder / told["fit"])
    known = lsi_files(fit.folder, fit.dimensions)
    names = [row[0] for row in store.db.execute("select page from pages order by rowid")]
    left = np.array([name.encode() for name in names[fitted:pages]], dtype=known["pages"][1])
    path, _ = known["vectors"]
    vectors = np.fromfile(path, np.float32).reshape(-1, fit.dimensions)
    pick = np.random.default_rng(chance.randrange(2**32)).integers(0, len(vectors), len(left))
    for part in np.array_split(pick, max(len(left) // 50_000, 1)):
        with path.open("ab") as stream:
            vectors[part].tofile(stream)
    with known["pages"][0].open("ab") as stream:
        left.tofile(stream)
    with known["marks"][0].open("ab") as stream:
        np.zeros(len(left), known["marks"][1]).tofile(stream)
    told["stems"] = int(told["stems"] * pages / max(told["rows"], 1))
    told["rows"] += len(left)
    (folder / "current.json").write_text(json.dumps(told), encoding="utf-8")
