"""The page of a mention: the evidence, its address that lasts, and how it is cited."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rispy
from pybtex.database import parse_string

from coding.run import find
from corpus.codebook import Codebook
from corpus.ids import mention_id
from corpus.published import stand_in
from corpus.store import Store, reading, writing
from extract import read, versions
from extract.page import Reading
from extract.run import extract
from publish.evidence import one_mention, present_id
from publish.site import site
from tests.conftest import Make
from tests.publish.site_corpus import EVIL, QUOTE, Made, Site, make

TERM = "predictive_analytics-x"
HEADED = ["Predictive analytics", "The council uses predictive analytics to find families."]


def words(body: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_a_mention_shows_its_words_their_verdict_and_their_place(served: Site, made: Made) -> None:
    body = served.get(f"/mention/{made.mention}").text
    assert len(re.findall(r'<mark class="this"[^>]*>', body)) == 2  # cut by the one that overlaps
    assert f'src="/page/{made.page}.png?mention={made.mention}"' in body
    for part in (
        *('href="/code/predictive_analytics"', f'href="/document/{made.document}"'),
        *('href="/council/KEN"', 'href="https://example.org/paper?a=1&amp;b=&lt;2&gt;"'),
        *(made.pdf_hash, f'href="/cite/mention/{made.mention}.bib"', f'href="/topic/{made.topic}"'),
    ):
        assert part in body
    told = words(body)
    assert "Counted Yes : high precision" in told and "1 of 2" in told
    assert "2 January 2025, 03:04 UTC" in told and "Nobody has judged it yet." in told


def test_a_picture_can_mark_one_mention(served: Site, made: Made) -> None:
    all_of_them = served.get(f"/page/{made.page}.png").content
    other = served.get(f"/page/{made.page}.png?mention=nothing").content
    assert other.startswith(b"\x89PNG") and other != all_of_them


def test_an_unknown_mention_leads_to_its_page_or_says_what_an_id_is(
    served: Site, made: Made
) -> None:
    lost = served.get(f"/mention/{made.page}-00000000")
    assert lost.status_code == 404
    assert "is not found any more" in lost.text and "Mentions on this page" in lost.text
    for name in ("nope", "a-b", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "-", "%25"):
        answer = served.get(f"/mention/{name}")
        assert answer.status_code == 404 and "No such mention" in answer.text
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("nth", [4, 12])
def test_an_older_number_of_the_same_words_opens_the_same_evidence(
    served: Site, made: Made, nth: int
) -> None:
    name = mention_id(made.page, TERM, QUOTE.upper(), nth)
    answer = served.get(f"/mention/{name}")
    assert answer.status_code == 200
    assert "was read anew since" in answer.text and f"/mention/{made.mention[:20]}" in answer.text
    with reading(made.path) as store:
        assert present_id(store.db.conn, mention_id(made.second_page, TERM, QUOTE, 1))  # moved here
        assert present_id(store.db.conn, mention_id(made.page, TERM, "other words", 1)) is None
        assert present_id(store.db.conn, mention_id(made.page, "other-term", QUOTE, 1)) is None


def read_without_headers(path: Path, *_: Any) -> list[Reading]:
    """A later version of the close reading: running lines are left out, words are parted anew."""
    return [
        Reading(
            1, "The council uses predictive ana-\nlytics to find families.", "good", "", b"", []
        )
    ]


def test_a_link_from_before_another_reading_opens_the_same_evidence(
    *,
    store: Store,
    codebook: Codebook,
    folder: Callable[..., Path],
    bring_in: Callable[..., Any],
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bring_in(folder({"a.pdf": make.pdf(HEADED)}))
    extract(store, codebook, jobs=1)
    find(store, codebook)
    before = [row["mention"] for row in store.rows("select mention from mentions order by start")]
    assert len(before) == 2
    monkeypatch.setattr(versions, "READING", "pdf-read-next")
    monkeypatch.setattr(read, "read", read_without_headers)
    store.db.execute("update page_words set words = null")
    extract(store, codebook, jobs=1)
    find(store, codebook)
    assert store.value("select count(*) from mentions") == 1
    with site(store.path) as datasette:
        asked = Site(datasette)
        answers = [asked.get(f"/mention/{name}") for name in before]
        asked.close()
    assert [answer.status_code for answer in answers] == [200, 200]
    for answer in answers:
        assert re.search(r'<mark class="this"[^>]*>predictive ana-\s+lytics</mark>', answer.text)
    assert ["was read anew" in answer.text for answer in answers] == [False, True]


@pytest.mark.parametrize("thing", ["page", "mention", "document", "notice", "topic"])
def test_everything_with_an_address_is_cited_in_four_formats(
    served: Site, made: Made, thing: str
) -> None:
    name = vars(made)[thing]
    kind = {"notice": "misc", "topic": "misc"}.get(thing, "techreport")
    bib = served.get(f"/cite/{thing}/{name}.bib")
    (entry,) = parse_string(bib.text, "bibtex").entries.values()
    assert (entry.type, entry.key) == (kind, name)
    assert bib.headers["content-disposition"] == f'attachment; filename="{name}.bib"'
    (record,) = rispy.loads(served.get(f"/cite/{thing}/{name}.ris").text)
    (item,) = json.loads(served.get(f"/cite/{thing}/{name}.json").text)
    assert record["id"] == item["id"] == name
    assert name in served.get(f"/cite/{thing}/{name}.txt").text
    assert item["title"] in EVIL or item["title"].startswith("Topic 1")
    page = served.get(f"/{thing}/{name}").text
    assert f"Cite this {thing}" in page and f'href="/cite/{thing}/{name}.ris"' in page
    if thing in ("page", "mention", "document"):
        assert item["author"] == [{"literal": f"Kent {EVIL}"}]
        assert item["URL"].startswith("https://example.org/paper?a=1&b=%3C2%3E")
    assert "file:" not in json.dumps(item)


def test_what_is_not_there_is_not_cited(served: Site) -> None:
    for path in ("/cite/page/nope.bib", "/cite/mention/%0d%0aset-cookie%3A.bib"):
        answer = served.get(path)
        assert answer.status_code == 404 and "set-cookie" not in answer.headers
    assert served.get("/cite/council/KEN.bib").status_code == 404


def test_what_people_say_of_a_mention_stands_beside_it(tmp_path: Path) -> None:
    made = make(tmp_path / "corpus.db")
    said = [("anna", "yes", 0), ("ben", "no", 0), ("cara", "yes", 0), ("anna", "no", 1)]
    with writing(made.path, "test") as store, store.db.atomic():
        store.db.table("codings").insert_all(
            {"coding": f"c{n}", "page": made.page, "quote": f"uses {QUOTE}", "code": "about"}
            | {"value": value, "coder": coder, "coded_at": "2026-01-02", "adjudicated": settled}
            for n, (coder, value, settled) in enumerate(said)
        )
        other = {"coding": "other", "page": made.page, "quote": "another sentence", "code": "x"}
        store.db.table("codings").insert(other | {"value": "yes", "coder": "dan"})
        store.db.table("captures").insert(
            {"document": made.document, "sha256": "0" * 64, "fetched_at": "2024-01-02T03:04:05Z"}
        )
    with site(made.path) as datasette:
        asked = Site(datasette)
        told = words(asked.get(f"/mention/{made.mention}").text)
        asked.close()
    assert "About yes anna, cara ; no ben settled: no 2 January 2026" in told
    assert "another sentence" not in told
    assert "2 January 2024, 03:04 UTC" in told and "this one" in told
    with writing(made.path, "test") as store:
        store.db.execute("drop table codings")
    with reading(made.path) as store:
        stand_in(store.db.conn)
        assert one_mention(store.db.conn, made.mention).judgements is None
