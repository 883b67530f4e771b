"""The site leads from a mention to the paper inside the pack, and from a repeat to its first."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.ids import page_id, sha256
from corpus.store import writing
from publish.metadata import QUERIES
from publish.site import site
from tests.publish.site_corpus import EVIL, Site
from workbench.main import main

PASSAGE = "The supplier's words that two councils print. " * 8
KEN, SWK = sha256(b"ken"), sha256(b"swk")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("packs") / "corpus.db"
    with writing(place, "test") as store:
        store.db.table("sources").insert({"source": "s", "title": "Papers"})
        for council, key in (("KEN", KEN), ("SWK", SWK)):
            store.db.table("councils").insert({"council": council, "name": council})
            told = {"sha256": key, "document": f"{council}-1", "outcome": "read", "pages": 2}
            store.db.table("files").insert(told | {"mime": "text/plain", "bytes": 1})
            about = {"document": f"{council}-1", "source": "s", "council": council, "sha256": key}
            store.db.table("documents").insert(about | {"title": f"Pack {council}", "kind": "pack"})
            store.db.table("pages").insert_all(
                {"page": page_id(key, n), "sha256": key, "number": n, "outcome": "text"}
                | {"text": PASSAGE}
                for n in (1, 2)
            )
        report = {"report": page_id(KEN, 2), "sha256": KEN, "document": "KEN-1", "kind": "report"}
        told = {"item_number": "7", "title": EVIL, "author_role": EVIL, "recommendation": EVIL}
        store.db.table("reports").insert(report | told | {"first_page": 2, "last_page": 2})
        store.db.table("page_duplicates").insert(
            {"page": page_id(KEN, 2), "first": page_id(KEN, 1), "score": 1.0}
        )
        store.db.table("codes").insert({"code": "c", "label": "A code"})
        store.db.table("mentions").insert(
            {"mention": "m", "page": page_id(KEN, 2), "sha256": KEN, "code": "c", "start": 4}
            | {"end": 12, "quote": "supplier", "counted": 1, "before": "", "after": ""}
        )
        store.db.table("similarities").insert(
            {"first": page_id(KEN, 1), "second": page_id(SWK, 1), "kind": "text-reuse"}
            | {"score": 1.0, "words": 56, "first_council": "KEN", "second_council": "SWK"}
            | {"quote": PASSAGE, "spans": "[]"}
        )
    return place


@pytest.fixture(scope="module")
def served(path: Path) -> Iterator[Site]:
    with site(path) as datasette:
        asked = Site(datasette)
        yield asked
        asked.close()


def words(body: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def test_a_document_lists_its_papers_and_puts_mentions_in_them(served: Site) -> None:
    body = served.get("/document/KEN-1").text
    assert "<script>alert" not in body
    assert "Papers in this file" in body
    assert body.count(f'<a href="/page/{page_id(KEN, 2)}">&lt;script&gt;') == 2
    assert "in item 7," in words(body)
    assert "Papers in this file" not in served.get("/document/SWK-1").text


def test_a_page_is_cited_inside_its_paper_and_names_the_page_it_repeats(served: Site) -> None:
    body = served.get(f"/page/{page_id(KEN, 2)}").text
    assert "<script>alert" not in body
    assert "(item 7) in ‘Pack KEN’" in words(body)
    assert f'says what <a href="/page/{page_id(KEN, 1)}">page 1 of Pack KEN</a> says' in body
    first = served.get(f"/page/{page_id(KEN, 1)}").text
    assert "item 7" not in first
    assert "says what" not in first


def test_shared_text_has_an_address(served: Site) -> None:
    answer = served.get("/corpus/text_reuse.json?_shape=array")
    assert [(row["first_council"], row["words"]) for row in answer.json()] == [("KEN", 56)]
    assert len(answer.json()[0]["quote"]) == 200


def test_shared_text_in_the_terminal(path: Path) -> None:
    told = CliRunner().invoke(main, ["--corpus", str(path), "reuse"]).output
    assert told.startswith("56 words, rarity 1.00: “The supplier's words")
    assert "KEN, no date: Pack KEN" in told
    none = CliRunner().invoke(main, ["--corpus", str(path), "reuse", "--council", "ABC"]).output
    assert none == "No passage is shared by papers of two councils.\n"


def test_every_ready_question_is_offered_and_answers(served: Site) -> None:
    body = served.get("/corpus").text
    for name in QUERIES:
        assert f'href="/corpus/{name}"' in body
        assert served.get(f"/corpus/{name}.json").status_code == 200
