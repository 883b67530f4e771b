"""A small, hostile corpus and a site over it."""

import asyncio
import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.ids import mention_id, page_id
from corpus.store import Store, writing

EVIL = """<script>alert(1)</script>"'&amp; {{ 7*7 }}"""
"""A title, a name, a word of any hostile paper."""
EVIL_TEXT = f"The council uses predictive analytics. {EVIL} <img src=x onerror=alert(2)> Ends."
QUOTE = "predictive analytics"
MODEL = "lda-2-1-0badcafe"


def pdf(*lines: str) -> bytes:
    """A PDF with a page for each line, 100 points from the top."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True)
    for line in lines:
        canvas.drawString(72, A4[1] - 100, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


class Made:
    """The ids of what was put into the corpus."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pdf_hash = self.page = self.second_page = self.mention = self.topic = ""
        self.document, self.twin, self.notice = "ken-modgov-s1", "ken-modgov-s2", "cf-1"
        self.scan, self.text_page = "ken-modgov-s3", ""
        self.system = "ken-p_lantern"


def _file(store: Store, content: bytes, document: str, mime: str, suffix: str, **more: Any) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    path = store.files.put(content, sha256, suffix)
    store.db.table("files").insert(
        {
            "sha256": sha256,
            "bytes": len(content),
            "mime": mime,
            "path": path,
            "document": document,
            "text_source": "text",
            "quality": "good",
        }
        | more
    )
    return sha256


def _document(store: Store, document: str, sha256: str | None, **more: Any) -> None:
    store.db.table("documents").insert(
        {
            "document": document,
            "source": "modgov",
            "council": "KEN",
            "kind": "report",
            "title": EVIL,
            "url": "https://example.org/paper?a=1&b=<2>",
            "published_on": "2024-03-05",
            "sha256": sha256,
            "first_seen_at": "2025-01-02T03:04:05Z",
            "last_seen_at": "2025-02-02T03:04:05Z",
        }
        | more,
        alter=True,
    )
    store.db.table("captures").insert(
        {"document": document, "sha256": sha256, "fetched_at": "2025-01-02T03:04:05Z"}
    )


def _page(store: Store, sha256: str, number: int, text: str, **more: Any) -> str:
    page = page_id(sha256, number)
    store.db.table("pages").insert(
        {
            "page": page,
            "sha256": sha256,
            "number": number,
            "label": EVIL if number == 2 else None,
            "text": text,
            "outcome": "text",
            "method": "read",
            "chars": len(text),
            "quality": "good",
            "width_pt": 595.3,
            "height_pt": 841.9,
        }
        | more
    )
    return page


def _mention(store: Store, page: str, sha256: str, text: str, nth: int, **more: Any) -> str:
    quote = str(more.pop("quote", QUOTE))
    start = text.index(quote)
    mention = mention_id(page, "predictive_analytics-x", quote, nth)
    store.db.table("mentions").insert(
        {
            "mention": mention,
            "page": page,
            "sha256": sha256,
            "term": "predictive_analytics-x",
            "code": "predictive_analytics",
            "start": start,
            "end": start + len(quote),
            "quote": quote,
            "before": f"uses {EVIL}",
            "after": f"{EVIL} after",
            "boxes": json.dumps([[72, 92, 160, 104], [0, 1], "x"]),
            "stance": "uses",
            "boilerplate": 0,
            "counted": 1,
            "reason": f"high precision {EVIL}",
        }
        | more
    )
    return mention


def _authored(store: Store) -> None:
    store.db.table("councils").insert_all(
        [
            {"council": "KEN", "name": f"Kent {EVIL}", "nation": "England", "type": "County"},
            {"council": "ABC", "name": "Armagh", "nation": "Northern Ireland", "type": "District"},
        ]
    )
    store.db.table("sources").insert(
        {
            "source": "modgov",
            "title": f"Papers {EVIL}",
            "kind": "papers",
            "publisher": EVIL,
            "url": "javascript:alert(3)",
            "licence": f"OGL {EVIL}",
            "licence_url": "javascript:alert(4)",
            "caveats": json.dumps([EVIL]),
        }
    )
    store.db.table("codes").insert(
        {
            "code": "predictive_analytics",
            "group": "technique",
            "label": f"Predictive {EVIL}",
            "definition": EVIL,
        }
    )
    store.db.table("terms").insert(
        {"term": "predictive_analytics-x", "code": "predictive_analytics", "phrase": EVIL}
    )


def _collected(store: Store) -> None:
    store.db.table("crawls").insert({"crawl": 1, "finished_at": "2025-02-03T00:00:00Z"})
    states = ("searched", "none-published", "blocked", "not-looked", EVIL)
    store.db.table("coverage").insert_all(
        [
            {
                "source": "modgov",
                "council": "KEN",
                "month": f"2024-{month:02d}",
                "state": state,
                "documents_seen": month,
                "documents_read": month,
                "documents_mentioning": 1,
                "unreadable": 0,
                "reason": EVIL,
            }
            for month, state in enumerate(states, 1)
        ]
    )


def _evidence(store: Store, made: Made) -> None:
    made.mention = _mention(store, made.page, made.pdf_hash, EVIL_TEXT, 1)
    _mention(store, made.page, made.pdf_hash, EVIL_TEXT, 2, counted=0, quote="uses predictive")
    _mention(store, made.page, made.pdf_hash, EVIL_TEXT, 3, start=5, end=999_999, boxes="nonsense")
    store.db.table("passages").insert(
        {
            "passage": made.mention,
            "page": made.page,
            "document": made.document,
            "council": "KEN",
            "text": EVIL_TEXT,
            "start": 0,
            "end": len(EVIL_TEXT),
            "words": 12,
            "codes": json.dumps(["predictive_analytics", EVIL]),
            "stance": "uses",
        }
    )
    store.db.execute("update mentions set passage = ?1 where mention = ?1", (made.mention,))
    store.db.table("failures").insert(
        {"stage": "read", "subject": made.pdf_hash, "error": "OutOfTime", "message": EVIL}
    )


def _topics(store: Store, made: Made) -> None:
    store.db.table("topic_models").insert(
        {
            "model": MODEL,
            "algorithm": "lda",
            "k": 2,
            "seed": 1,
            "passages": 1,
            "npmi": 0.1,
            "c_v": 0.5,
            "diversity": 0.8,
            "stability": None,
            "verdict": f"Weak {EVIL}",
            "chosen": 1,
            "fitted_at": "2025-03-01T00:00:00Z",
        }
    )
    made.topic = f"{MODEL}-01"
    for number in (1, 2):
        topic = f"{MODEL}-{number:02d}"
        store.db.table("topics").insert(
            {
                "topic": topic,
                "model": MODEL,
                "number": number,
                "label": f"{EVIL} {number}",
                "label_by": "terms",
                "passages": 1,
                "weight": 0.5,
                "npmi": 0.2 - 0.1 * number,
                "stability": 0.9 / number,
                "verdict": ("use", "with care")[number - 1],
                "code": "predictive-analytics",
                "x": float(number),
                "y": 0.5,
            }
        )
        store.db.table("topic_terms").insert_all(
            [
                {"topic": topic, "rank": 1, "term": EVIL, "weight": 0.2, "lift": 4.0},
                {"topic": topic, "rank": 2, "term": "special", "weight": 0.02, "lift": 90.0},
                {"topic": topic, "rank": 3, "term": "frequent", "weight": 0.3, "lift": 1.1},
            ]
        )
    store.db.table("passage_topics").insert(
        {"passage": made.mention, "topic": made.topic, "model": MODEL, "weight": 0.9}
    )
    store.db.table("topic_trends").insert_all(
        [
            {"topic": made.topic, "dimension": d, "value": v, "passages": 1, "weight": 0.9} | s
            for d, v, s in (
                ("year", "2024", {"documents": 1, "searched": 3, "low": 0.06, "high": 0.79}),
                ("nation", EVIL, {"searched": 0}),
                ("type", EVIL, {"documents": 4, "searched": 9, "low": 0.19, "high": 0.73}),
                ("type", "County", {"documents": 1, "searched": 3, "low": 0.06, "high": 0.79}),
            )
        ]
    )


def _claims(store: Store, made: Made) -> None:
    """A claim for which a mention stands, and against which one stood."""
    claim = {"claim": "evil", "sentence": EVIL, "reviewer": EVIL, "reviewed_on": "2025-01-01"}
    counts = {"supports": 1, "contradicts": 1, "papers": 2, "changed": 1}
    store.db.table("claims").insert(claim | counts)
    place = {"document": made.document, "page": made.page, "quote": EVIL}
    lost = "0123456789abcdef-0001-01234567"
    store.db.table("claim_mentions").insert_all(
        [
            {"claim": "evil", "side": "supports", "mention": made.mention, "state": "stands"}
            | {"present": made.mention, **place},
            {"claim": "evil", "side": "contradicts", "mention": lost, "state": "lost", "why": EVIL}
            | dict.fromkeys(("present", *place)),
        ]
    )


def _papers(store: Store, made: Made) -> None:
    content = pdf("The council uses predictive analytics.", "Nothing more")
    more = {"outcome": "read", "pages": 2, "chars": len(EVIL_TEXT) + 12}
    made.pdf_hash = _file(store, content, made.document, "application/pdf", ".pdf", **more)
    made.page = _page(store, made.pdf_hash, 1, EVIL_TEXT)
    made.second_page = _page(store, made.pdf_hash, 2, "Nothing more")
    _document(store, made.document, made.pdf_hash)
    _document(store, made.twin, made.pdf_hash, url="javascript:alert(5)", council=None)
    scan = _file(
        store, b"%PDF-broken", made.scan, "application/pdf", ".pdf", outcome="ocr-queued", pages=1
    )
    _page(store, scan, 1, "", outcome="ocr-queued", width_pt=None, height_pt=None)
    _document(store, made.scan, scan, published_on=None, title=None)
    plain = _file(
        store, b"{}", made.notice, "application/json", ".json", outcome="screened", pages=1, chars=9
    )
    made.text_page = _page(store, plain, 1, "A notice of predictive tools", method="screen")
    _document(store, made.notice, plain, kind="notice", url="file:///tmp/x.json")
    store.db.table("notices").insert(
        {
            "document": made.notice,
            "ocid": EVIL,
            "buyer_name": EVIL,
            "suppliers": json.dumps([EVIL]),
            "value": 1234.5,
            "currency": EVIL,
            "cpv": "not json",
        }
    )


def _systems(store: Store, made: Made) -> None:
    """A product that two documents speak of, one of them accepted, under two names."""
    product = {"entity": "p_lantern", "kind": "product", "name": f"Lantern {EVIL}"}
    product |= {"code": "predictive_analytics", "supplier": "firm", "how": "study"}
    firm = {"entity": "firm", "kind": "supplier", "name": f"Firm {EVIL}", "notices": 1}
    for row in (product, firm):
        store.db.table("entities").insert(row)
    store.db.table("entity_names").insert_all(
        {"entity": entity, "name": name, "kind": "name", "how": f"{EVIL} (olga, 2026-01-02)"}
        for entity, name in (("p_lantern", f"Lantern {EVIL}"), ("firm", EVIL))
    )
    for name, steps in ((made.system, 1), ("abc-p_lantern", 0)):
        row = {"system": name, "council": name[:3].upper(), "product": "p_lantern", "steps": steps}
        row |= {"name": f"Lantern {EVIL}", "suppliers": json.dumps([EVIL]), "status": "stopped"}
        row |= {"first_on": "2024-03-05", "stopped_on": "2024-03-05", "currency": EVIL}
        row |= {"status_how": "coded by olga.bramhall", "councils": '["KEN"]', "proposed": 1}
        row |= {"stopped_why": json.dumps([EVIL]), "ceiling": 5000.5, "status_on": "2024-03-05"}
        store.db.table("systems").insert(row)
    for system, document, decision, page in (
        (made.system, made.document, "accepted", made.page),
        (made.system, made.notice, "proposed", made.text_page),
        ("abc-p_lantern", made.notice, "proposed", made.text_page),
    ):
        row = {"step": f"{system}--{document}", "system": system, "document": document}
        row |= {"council": "KEN", "on": "2024-03-05", "kind": "report", "status": "stopped"}
        row |= {"status_how": "wording", "suppliers": json.dumps([EVIL]), "page": page}
        row |= {"decision": decision, "reason": f"{EVIL}, accepted by olga.bramhall: {EVIL}"}
        store.db.table("system_steps").insert(row)
    store.db.table("system_wordings").insert(
        {"first": made.document, "second": made.notice, "first_system": made.system}
        | {"second_system": "abc-p_lantern", "score": 0.5, "words": 9, "quote": EVIL}
    )
    store.db.table("links").insert(
        {"link": "l1", "first": made.document, "second": "p_lantern", "kind": "product"}
        | {"reasons": json.dumps([{"feature": EVIL, "value": 1.0, "words": EVIL}]), "score": 0.5}
        | {"decision": "proposed", "council": "KEN"}
    )
    store.db.table("suggestions").insert(
        {"phrase": EVIL, "score": 1.0, "count": 3, "nearest": EVIL}
    )


def make(path: Path) -> Made:
    """Write the corpus."""
    made = Made(path)
    with writing(path, "test") as store, store.db.atomic():
        _authored(store)
        _collected(store)
        _papers(store, made)
        _evidence(store, made)
        _topics(store, made)
        _claims(store, made)
        _systems(store, made)
        store.db.table("tombstones").insert({"document": "ken-modgov-gone", "reason": EVIL})
    return made


class Site:
    """A site that is asked in the process, without a port."""

    def __init__(self, datasette: Any) -> None:
        self.datasette = datasette
        self._loop = asyncio.new_event_loop()

    def get(self, path: str) -> Any:
        """Return the answer at a path."""
        return self._loop.run_until_complete(self.datasette.client.get(path))

    def close(self) -> None:
        """End the event loop."""
        self._loop.close()
