"""Every page answers, says what it must, and lets nothing hostile through."""

import asyncio
import re
import threading
from collections.abc import Callable

import pytest

from corpus.store import writing
from publish.database import (
    FRESH_SECONDS,
    SLOW_SECONDS,
    STALE_SECONDS,
    TookTooLong,
    _memories,
    ask,
    ask_once,
)
from publish.navigation import MENU
from publish.site import site
from publish.views import _drawn
from publish.warm import PAGES, keep_warm
from tests.publish.site_corpus import EVIL, Made, Site, make

HTML = "text/html; charset=utf-8"


def _paths(made: Made) -> dict[str, str]:
    return {
        "front": "/",
        "search": "/-/search?q=predictive",
        "search-evil": "/-/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22&council=%3Cscript%3E",
        "document": f"/document/{made.document}",
        "twin": f"/document/{made.twin}",
        "scan": f"/document/{made.scan}",
        "notice": f"/document/{made.notice}",
        "page": f"/page/{made.page}",
        "second-page": f"/page/{made.second_page}",
        "text-page": f"/page/{made.text_page}",
        "mention": f"/mention/{made.mention}",
        "councils": "/councils?name=%3Cscript%3E&nation=%22%3E",
        "council": "/council/KEN",
        "unseen-council": "/council/ABC",
        "codes": "/codes",
        "code": "/code/predictive_analytics",
        "code-evil": "/code/predictive_analytics?council=%3Cscript%3Ealert(1)&stance=%22",
        "suppliers": "/suppliers",
        "notices": "/notices",
        "notices-evil": "/notices?supplier=%3Cscript%3Ealert(1)&council=%22%3E&year=%27",
        "notice-page": f"/notice/{made.notice}",
        "sources": "/sources",
        "changes": "/changes?kind=%3Cscript%3Ealert(1)",
        "downloads": "/downloads",
        "method": "/method",
        "claims": "/claims",
        "about": "/about",
        "topics": "/topics",
        "topic": f"/topic/{made.topic}",
        "coverage": "/coverage",
        "tables": "/corpus",
        **{
            f"table-{name}": f"/corpus/{name}"
            for name in (
                *("documents", "mentions", "pages", "passages", "topics", "sources", "coverage"),
                *("councils", "failures", "notices", "passage_topics", "document_mentions"),
            )
        },
        "row": f"/corpus/documents/{made.document}",
        "sql": "/corpus?sql=select+title,document,page+from+document_passages",
    }


NAMES = list(_paths(Made(None)))  # type: ignore[arg-type] # names need no corpus
OURS = NAMES[: NAMES.index("tables")]


@pytest.mark.parametrize("name", NAMES)
def test_page_answers_and_escapes(served: Site, made: Made, name: str) -> None:
    answer = served.get(_paths(made)[name])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == HTML
    body = answer.text
    for tag in ("<script>alert", "<img src=x", 'href="javascript:'):
        assert tag not in body
    in_bibtex = body.count("{} 7*7 \\textbraceright")
    assert body.count("7*7") == body.count("{{ 7*7 }}") + in_bibtex
    assert not re.search(r"<[^>]*\son\w+\s*=", body)


@pytest.mark.parametrize("name", OURS)
def test_own_page_needs_no_script_and_nothing_from_elsewhere(
    served: Site, made: Made, name: str
) -> None:
    answer = served.get(_paths(made)[name])
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "img-src 'self'" in policy
    assert "unsafe" not in policy and "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in answer.text and " style=" not in answer.text
    assert not re.search(r'(?:src|<link[^>]*href)="https?:', answer.text)


@pytest.mark.parametrize("name", OURS)
def test_own_page_has_landmarks_headings_and_labels(served: Site, made: Made, name: str) -> None:
    body = served.get(_paths(made)[name]).text
    assert '<html lang="en">' in body
    assert body.count("<h1") == 1 and body.count("<main") == 1
    assert 'href="#main"' in body and "<footer" in body and "<header" in body
    for table in re.findall(r"<table.*?</table>", body, re.DOTALL):
        assert "<caption" in table and 'scope="col"' in table
    fields = re.findall(r'<(?:input|select)[^>]*\bid="([^"]+)"', body)
    assert all(f'for="{field}"' in body for field in fields)
    ids = re.findall(r'\bid="([^"]*)"', body)
    assert len(ids) == len(set(ids))


def test_datasettes_own_pages_refuse_scripts_in_the_page(served: Site) -> None:
    answer = served.get("/corpus/mentions")
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*src=)", answer.text)


def test_front_page_has_figures_with_denominators(served: Site) -> None:
    body = re.sub(r"<[^>]+>|\s+", " ", served.get("/").text)
    body = re.sub(r"\s+", " ", body)
    assert "Documents 4 in 3 files" in body
    assert "Documents searchable 3 of 4; 1 without text yet" in body
    assert "Pages with text 3 of 4; 1 waiting for OCR, 0 blank" in body
    assert "Mentions counted 2 of 3 found" in body
    assert "Councils searched 1 of 2 current councils" in body
    assert "2024 3 3 2 67 % 2" in body and "undated 1 0 0 – 0" in body


def test_search_says_what_was_searched(served: Site) -> None:
    body = " ".join(served.get("/-/search?q=predictive").text.split())
    assert "<mark>predictive</mark>" in body
    assert "Searched: the text of 3 documents of 4." in body
    assert "1 could not be searched: 1 waiting for OCR" in body
    assert "2 pages</strong> match" in body


def test_search_pages_and_filters_are_addresses(served: Site, made: Made) -> None:
    body = served.get("/-/search?q=predictive&kind=notice").text
    assert f"/page/{made.text_page}" in body and f"/page/{made.page}" not in body
    assert 'href="/-/search?q=predictive"' in body
    assert "Remove the filter kind" in body
    nothing = served.get("/-/search?q=zebra").text
    assert "No page matches" in nothing and "/coverage" in nothing
    assert served.get("/-/search?q=predictive&p=99999999999").status_code == 200
    assert served.get("/-/search?q=predictive&p=-1").status_code == 200
    assert "Type one or more words" in served.get("/-/search").text


def test_page_marks_mentions_at_their_offsets(served: Site, made: Made) -> None:
    body = served.get(f"/page/{made.page}").text
    marked = re.findall(r"<mark[^>]*>([^<]*)</mark>", body)
    assert marked == ["uses ", "predictive", " analytics"]
    assert f'id="mention-{made.mention}"' in body
    assert f'src="/page/{made.page}.png"' in body
    assert f'href="/page/{made.second_page}"' in body
    assert made.pdf_hash in body and "page 1 of 2" in body
    assert 'src="/page/' not in served.get(f"/page/{made.text_page}").text


def test_document_shows_its_origin(served: Site, made: Made) -> None:
    body = served.get(f"/document/{made.document}").text
    assert 'href="https://example.org/paper?a=1&amp;b=&lt;2&gt;"' in body
    assert made.pdf_hash in body and f"/document/{made.twin}" in body
    assert "OutOfTime" in body and "Not counted" in body
    assert "javascript:alert(5)" in served.get(f"/document/{made.twin}").text  # as text, no link
    assert "means nothing" in served.get(f"/document/{made.scan}").text
    assert "1,234.5" in served.get(f"/document/{made.notice}").text


def test_picture_is_drawn_in_a_worker_and_kept(served: Site, made: Made) -> None:
    answer = served.get(f"/page/{made.page}.png")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert served.get(f"/page/{made.page}.png").content == answer.content


def test_no_picture_is_said_in_words(served: Site, made: Made) -> None:
    answer = served.get(f"/page/{made.text_page}.png")
    assert answer.status_code == 404 and "application/json" in answer.text
    assert served.get("/page/nothing-0001.png").status_code == 404
    broken = served.get(f"/document/{made.scan}").text
    (page,) = re.findall(r'/page/([0-9a-f]{16}-0001)"', broken)[:1]
    answer = served.get(f"/page/{page}.png")
    assert answer.status_code == 404 and "Broken" in answer.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/document/nope", 404, "No such document"),
        ("/document/ken-modgov-gone", 410, "erased on request"),
        ("/document/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404, "No such document"),
        ("/page/nope", 404, "No such page"),
        ("/topic/nope", 404, "No such topic"),
        ("/council/nope", 404, "No such council"),
        ("/code/%3Cscript%3Ealert(1)", 404, "No such code"),
        ("/notice/nope", 404, "No such notice"),
        ("/nowhere", 404, "Nothing is at this address"),
        ("/corpus/nowhere", 404, "Not found"),
        ("/corpus?sql=delete+from+documents", 400, "SELECT"),
        ("/corpus?sql=select+nonsense", 400, "nonsense"),
    ],
)
def test_errors_are_pages_with_a_next_step(
    served: Site, capfd: pytest.CaptureFixture[str], path: str, status: int, words: str
) -> None:
    answer = served.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert "<script>alert" not in answer.text
    assert 'href="/-/search"' in answer.text
    assert "Traceback" not in "".join(capfd.readouterr())


def test_json_errors_stay_json(served: Site) -> None:
    answer = served.get("/corpus/nowhere.json")
    assert answer.status_code == 404 and answer.json()["ok"] is False


def test_tables_link_to_the_sites_pages(served: Site, made: Made) -> None:
    assert f'href="/document/{made.document}"' in served.get("/corpus/documents").text
    mentions = served.get("/corpus/mentions").text
    assert f'href="/page/{made.page}"' in mentions
    assert f'href="/page/{made.page}#mention-{made.mention}"' in mentions
    assert f'href="/topic/{made.topic}"' in served.get("/corpus/passage_topics").text


def test_question_past_its_limit_is_named(served: Site) -> None:
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select max(x) from n"
    question = ask(served.datasette, lambda connection: connection.execute(endless).fetchone(), 50)
    with pytest.raises(TookTooLong):
        served._loop.run_until_complete(question)


def test_empty_corpus_has_every_page(tmp_path) -> None:
    with writing(tmp_path / "corpus.db", "test"):
        pass
    with site(tmp_path / "corpus.db") as datasette:
        empty = Site(datasette)
        lists = [address for group in MENU for address, _ in group.links]
        for path in ("/", "/-/search?q=a", *lists, "/cite/documents.bib"):
            assert empty.get(path).status_code == 200
        empty.close()


def test_site_reads_while_a_command_writes(tmp_path) -> None:
    made = make(tmp_path / "corpus.db")
    with site(made.path) as datasette:
        asked = Site(datasette)
        assert asked.get("/").status_code == 200
        with writing(made.path, "test") as store:
            store.db.execute("begin immediate")
            store.db.execute("update documents set title = 'Changed'")
            assert EVIL[:8] not in asked.get(f"/document/{made.document}").text  # escaped
            assert "Changed" not in asked.get(f"/document/{made.document}").text
            store.db.conn.commit()
            assert "Changed" in asked.get(f"/document/{made.document}").text
            assert "kept aside" not in asked.get(f"/document/{made.scan}").text
            with store.db.atomic():
                store.db.execute(
                    "update files set outcome = 'screened', kept_in = 'screened.db' "
                    "where outcome = 'ocr-queued'"
                )
            assert "Its text is kept aside" in asked.get(f"/document/{made.scan}").text
        asked.close()


class Clock:
    """A clock that goes only when it is told to: how busy the machine is changes nothing."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("publish.database.monotonic", clock)
    return clock


def test_answers_are_kept_until_the_corpus_changes(tmp_path, clock: Clock) -> None:
    made = make(tmp_path / "corpus.db")
    asked: list[int] = []

    def question(connection) -> int:
        asked.append(threading.get_ident())
        return connection.execute("select count(*) from documents").fetchone()[0]

    with site(made.path) as datasette:
        client = Site(datasette)
        run = client._loop.run_until_complete
        assert run(ask_once(datasette, "n", question)) == 4
        assert run(ask_once(datasette, "n", question)) == 4
        assert len(asked) == 1 and asked[0] != threading.get_ident()
        _take_one_away(made)
        assert run(ask_once(datasette, "n", question)) == 3
        client.close()


def test_claims_say_what_became_of_their_evidence(served: Site, made: Made) -> None:
    page = served.get("/claims").text
    assert "1 of 2 cited papers changed" in page and "no longer found" in page
    assert f'href="/mention/{made.mention}"' in page
    assert "0123456789abcdef-0001-01234567" in page
    assert 'href="/claims"' in served.get("/method").text


def _take_one_away(made: Made) -> None:
    with writing(made.path, "test") as store, store.db.atomic():
        store.db.execute(
            "delete from documents where document = (select max(document) from documents)"
        )


def test_a_slow_answer_may_be_a_little_old_while_the_corpus_changes(tmp_path, clock: Clock) -> None:
    made = make(tmp_path / "corpus.db")

    def slowly(connection) -> int:
        clock.now += 10 * SLOW_SECONDS
        return connection.execute("select count(*) from documents").fetchone()[0]

    with site(made.path) as datasette:
        client = Site(datasette)
        run = client._loop.run_until_complete

        async def twice() -> tuple[int, int]:
            """Ask, give what is counted behind the reader's back time to end, ask again."""
            first = await ask_once(datasette, "n", slowly)
            await asyncio.gather(*_memories[datasette].asked.values())
            return first, await ask_once(datasette, "n", slowly)

        assert run(twice()) == (4, 4)
        _take_one_away(made)
        assert run(twice()) == (4, 4), "it is fresh enough, and nobody counts"
        clock.now += FRESH_SECONDS
        assert run(twice()) == (4, 3), "the reader does not wait; the next one is told"
        _take_one_away(made)
        clock.now += STALE_SECONDS
        assert run(twice()) == (2, 2), "too old to be told"
        client.close()


def test_a_large_page_is_drawn_anew_only_when_what_it_is_made_of_changed(
    tmp_path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(tmp_path / "corpus.db")
    drawn: list[str] = []
    with site(made.path) as datasette:
        client = Site(datasette)
        render = datasette.render_template

        async def counted(template, context, request=None):
            drawn.append(template)
            return await render(template, context, request=request)

        monkeypatch.setattr(datasette, "render_template", counted)
        first = client.get("/coverage").text
        assert client.get("/coverage").text == first and drawn == ["coverage.html"]
        assert client.get("/coverage?year=2024").status_code == 200
        assert len(drawn) == 2, "another address is another page"
        with writing(made.path, "test") as store, store.db.atomic():
            store.db.execute("update coverage set documents_seen = 4711")
        assert "4711" in client.get("/coverage").text and "4711" not in first
        monkeypatch.setattr("publish.views.MOST_KEPT_CHARS", 1)
        client.get("/")
        assert [key[1] for key in _drawn[datasette]] == ["front.html"], "the oldest make room"
        client.close()


def test_slow_pages_are_asked_for_before_a_reader_does_and_when_the_corpus_changes(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(tmp_path / "corpus.db")
    monkeypatch.setattr("publish.warm.PAGES", ("/", "/coverage"))
    asked: list[str] = []

    async def watch(datasette) -> None:
        get = datasette.client.get

        async def noted(path: str):
            asked.append(path)
            return await get(path)

        monkeypatch.setattr(datasette.client, "get", noted)
        warming = asyncio.create_task(keep_warm(datasette, every_seconds=0.01))
        await _until(lambda: len(asked) == 2)
        await asyncio.sleep(0.05)
        assert asked == ["/", "/coverage"], "nothing changed, and nothing is asked again"
        _take_one_away(made)
        await _until(lambda: len(asked) == 4)
        warming.cancel()
        with pytest.raises(asyncio.CancelledError):
            await warming

    with site(made.path) as datasette:
        client = Site(datasette)
        client._loop.run_until_complete(asyncio.wait_for(watch(datasette), 60))
        assert asked == ["/", "/coverage"] * 2
        client.close()


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("path", PAGES)
def test_what_is_kept_warm_is_there(served: Site, path: str) -> None:
    assert served.get(path).status_code == 200


def test_rights_of_tables_are_worked_out_once_and_are_the_same(served: Site) -> None:
    served.get("/corpus")
    rights = served.datasette._table_permission_allows
    assert rights.cache_info().currsize > 10
    assert rights("corpus", "documents") == rights.__wrapped__("corpus", "documents") == []
