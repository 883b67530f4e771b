"""Councils, codes, suppliers, notices, sources, changes, method: figures with what they are of."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pybtex.database import parse_string

from corpus.store import writing
from publish.codes import Searched, one_code, searched
from publish.councils import BEST_FIRST, PER_PAGE, Wanted, best_state, listed_councils
from publish.database import QUERIES, rows, rows_if_here
from publish.navigation import MENU, group_of
from publish.plugins.cells import BY_COLUMN
from publish.site import site
from publish.wording import STATES
from tests.publish.site_corpus import EVIL, Made, Site, make

FIRM = "Ostler & Finch"


def told(served: Site, path: str) -> str:
    """What a page says, without its tags."""
    answer = served.get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Made]]:
    """A corpus with councils in every state, sixty notices, two suppliers and some changes."""
    made = make(tmp_path_factory.mktemp("lists") / "corpus.db")
    with writing(made.path, "test") as store, store.db.atomic():
        db = store.db
        states = dict(zip((f"C{n}" for n in range(len(STATES))), STATES, strict=True))
        db.table("councils").insert_all(
            {"council": code, "name": f"Council {state}", "nation": "Wales", "type": "District"}
            for code, state in states.items()
        )
        db.table("councils").insert({"council": "OLD", "name": "Gone", "end_on": "1998-04-01"})
        db.table("coverage").insert_all(
            {"source": "modgov", "council": code, "month": "2024-01", "state": state}
            for code, state in states.items()
        )
        db.table("documents").insert_all(
            {"document": f"cf-{n}", "source": "modgov", "kind": "notice", "title": f"Notice {n}"}
            | {"published_on": f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}"}
            for n in range(2, 62)
        )
        db.table("notices").insert_all(
            {"document": f"cf-{n}", "ocid": "o", "council": "KEN" if n % 2 else None}
            | {"stage": "award", "suppliers": json.dumps([FIRM] if n < 12 else [])}
            | {"value": 1000.0 * n, "currency": "GBP", "buyer_name": "A buyer"}
            for n in range(2, 62)
        )
        db.table("procurements").insert_all(
            {"document": f"cf-{n}", "procurement": "p", "reason": "same title", "score": 0.9}
            for n in (1, 2)
        )
        proposed = {"first": "cf-1", "decision": "proposed", "score": 0.5}
        db.table("links").insert_all(
            proposed | {"link": other, "second": other} | more
            for other, more in (
                (made.document, {}),
                ("cf-3", {"decision": "refused"}),
                ("acme-tool", {"decision": "accepted"}),
            )
        )
        db.table("entities").insert({"entity": "acme-tool", "name": f"ACME {EVIL}", "code": "acme"})
        db.table("codes").insert({"code": "acme", "group": "supplier_product", "label": "ACME"})
        db.table("changes").insert_all(
            {
                "document": made.document,
                "kind": kind,
                "sha256": made.pdf_hash,
                "at": f"2025-0{n}-01",
            }
            for n, kind in enumerate(["replaced", "gone", "returned", "gone"], 1)
        )
    with site(made.path) as datasette:
        asked = Site(datasette)
        yield asked, made
        asked.close()


def test_councils_have_figures_only_where_somebody_looked(county: tuple[Site, Made]) -> None:
    body = told(county[0], "/councils")
    assert f"Kent {EVIL[:7]}"[:5] in body and "Gone" not in body
    assert "Looked at 4 of 11; of the others nothing can be said" in body
    assert "England County S searched 2 of 5 2 of 3 1 50 %" in body
    assert "Northern Ireland District – nobody has looked yet – – not known –" in body
    assert "Council blocked Wales District B blocked by the site 0 of 1 – not known –" in body
    assert "Council searched Wales District S searched 1 of 1 0 0 –" in body
    only = told(county[0], "/councils?nation=Wales&name=COUNCIL+B")
    assert "1 council" in only and "Council blocked" in only and "Armagh" not in only


@pytest.mark.parametrize("of", ["council/KEN", "code/predictive_analytics"])
def test_a_chart_is_drawn_in_the_page_and_has_its_figures_as_a_file(
    county: tuple[Site, Made], of: str
) -> None:
    page = county[0].get(f"/{of}").text
    assert page.count('<svg class="chart') == 2 and f'href="/picture/{of}.vl.json"' in page
    (names, *figures) = county[0].get(f"/picture/{of}.csv").text.splitlines()
    assert {"year", "mentions", "searched", "mentioning"} <= set(names.split(","))
    assert figures[0].startswith("2024,") or figures[0].endswith("2024")
    assert county[0].get(f"/picture/{of.split('/')[0]}/nope.csv").status_code == 404


def test_a_council_nobody_looked_at_is_no_zero(county: tuple[Site, Made]) -> None:
    body = told(county[0], "/council/ABC")
    assert "Nobody has looked at this council yet." in body
    assert "Mentions counted" not in body and "No month of this council was looked at." in body


def test_a_council_has_its_timeline_grid_mentions_topics_papers_and_notices(
    county: tuple[Site, Made],
) -> None:
    served, made = county
    answer = served.get("/council/KEN").text
    body = told(served, "/council/KEN")
    assert "Mentions counted 2 once per file" in body
    assert "2024 2 1 50 % 2 undated 0 0 – 0" in body  # searched, with a mention, share, mentions
    for state, sign in (("searched", "S"), ("blocked", "B"), ("not-looked", "–")):
        assert re.search(rf'<td class="state {state}" title="[^"]*">{sign} ', answer)
    assert answer.count('class="state empty"') == 7 and "not looked at" in body
    for address in (f"/document/{made.document}", f"/topic/{made.topic}", "/notices?council=KEN"):
        assert f'href="{address}"' in answer
    assert 'href="/code/predictive_analytics?council=KEN"' in answer


@pytest.mark.parametrize(
    ("states", "told_of_it"),
    [
        (None, "not-looked"),
        ("", "not-looked"),
        ("failed,searched", "searched"),
        (EVIL, "not-looked"),
    ],
)
def test_the_best_state_is_told(states: str | None, told_of_it: str) -> None:
    assert best_state(states) == told_of_it
    assert set(BEST_FIRST) == set(STATES)


def test_a_long_list_comes_in_pages() -> None:
    known = [
        {"name": f"Council {n}", "nation": "England", "type": "x", "end_on": None}
        | dict.fromkeys(("documents", "searched", "mentioning", "looked"), 0)
        for n in range(250)
    ]
    pages = [listed_councils(known, Wanted(offset=offset)) for offset in (0, 100, 200, 300)]
    assert [len(page.shown) for page in pages] == [PER_PAGE, PER_PAGE, 50, 0]
    assert pages[0].found == 250


def test_a_code_stands_beside_what_was_searched(county: tuple[Site, Made]) -> None:
    served, made = county
    body = told(served, "/code/predictive_analytics")
    assert "Mentions counted 2 once per file" in body
    assert "Documents 1 of 3 searched (33 %)" in body and "2024 3 1 33 % 2" in body
    assert f'href="/mention/{made.mention}"' in served.get("/code/predictive_analytics").text
    narrowed = told(served, "/code/predictive_analytics?council=ABC&stance=asks")
    assert "None with these filters." in narrowed
    assert "None in the 3 documents searched." in told(served, "/code/acme")


def test_terms_say_what_must_stand_near(made: Made, tmp_path: Path) -> None:
    path = make(tmp_path / "corpus.db").path
    patterns = {
        "a": {"case": "exact", "near": {"words": ["case", EVIL], "within": 5}, "not_near": None},
        "b": {"near": ["nonsense"], "not_near": {"words": "nonsense"}},
    }
    with writing(path, "test") as store, store.db.atomic():
        store.db.table("terms").insert_all(
            {"term": name, "code": "predictive_analytics", "phrase": name, "pattern": pattern}
            for name, pattern in (
                *((name, json.dumps(told)) for name, told in patterns.items()),
                *(("c", "not json"), ("d", "[1]"), ("e", None)),
            )
        )
        found = one_code(store.db.conn, "predictive_analytics", Searched({}, {}))
        everything = searched(store.db.conn)
    assert found and everything.documents == 3 and everything.years == {"2024": 3}
    by_name = {term["term"]: term for term in found.terms}
    assert by_name["a"]["exact"] and by_name["a"]["near"] == {"words": ["case", EVIL], "within": 5}
    assert all(by_name[n]["near"] is by_name[n]["not_near"] is None for n in "bcde")


def test_suppliers_are_those_of_the_codebook_and_of_the_notices(county: tuple[Site, Made]) -> None:
    body = told(county[0], "/suppliers")
    assert "named nowhere in what was searched: ACME ." in body
    assert "Ostler &amp; Finch 10 1 12 December 2024" in body


def test_spellings_of_one_firm_are_one_line_and_lead_to_all_its_notices(tmp_path: Path) -> None:
    made = make(tmp_path / "corpus.db")
    with writing(made.path, "test") as store, store.db.atomic():
        for n, name in enumerate(("ACME Ltd", "Acme Limited"), 2):
            row = {"document": f"cf-{n}", "kind": "notice", "title": f"Notice {n}"}
            store.db.table("documents").insert(row)
            row = {"document": f"cf-{n}", "suppliers": json.dumps([name])}
            store.db.table("notices").insert(row)
            row = {"entity": "acme", "name": name, "kind": "name"}
            store.db.table("entity_names").insert(row)
        store.db.table("entities").insert({"entity": "acme", "kind": "supplier", "name": "ACME"})
    with site(made.path) as datasette:
        asked = Site(datasette)
        body = told(asked, "/suppliers")
        assert "ACME in 2 spellings 2 0" in body
        notices = asked.get("/notices?supplier=acme").text
        assert set(re.findall(r'href="/notice/([^"]+)"', notices)) == {"cf-2", "cf-3"}
        assert "Supplier: <strong>ACME</strong>" in notices
        by_name = asked.get("/notices?supplier=Acme+Limited").text
        assert set(re.findall(r'href="/notice/([^"]+)"', by_name)) == {"cf-3"}
        asked.close()


def test_products_lead_to_their_systems_and_documents_to_theirs(served: Site, made: Made) -> None:
    suppliers = served.get("/suppliers").text
    assert (
        'href="/systems?product=p_lantern"' in suppliers and "Products with a timeline" in suppliers
    )
    document = served.get(f"/document/{made.document}").text
    assert f'href="/system/{made.system}"' in document and "only proposed" not in document
    assert "only proposed" in served.get(f"/document/{made.notice}").text
    steps = served.get("/corpus/system_steps").text
    assert f'<a href="/system/{made.system}">' in steps


def test_notices_are_narrowed_and_come_in_pages(county: tuple[Site, Made]) -> None:
    served, _ = county
    first, second = (served.get(f"/notices{more}").text for more in ("", "?from=50"))
    shown = [set(re.findall(r'href="/notice/([^"]+)"', page)) for page in (first, second)]
    assert (len(shown[0]), len(shown[1])) == (50, 11) and not shown[0] & shown[1]
    of_firm = served.get("/notices?supplier=Ostler+%26+Finch&council=KEN").text
    assert len(re.findall(r'href="/notice/', of_firm)) == 5 and "£11,000" in of_firm
    assert len(re.findall(r'href="/notice/', served.get("/notices?year=1999").text)) == 0
    assert len(re.findall(r'href="/notice/', served.get("/notices?mentioning=1").text)) == 0


def test_a_notice_leads_to_its_procurement_text_and_citation(county: tuple[Site, Made]) -> None:
    served, made = county
    answer = served.get(f"/notice/{made.notice}").text
    for part in (
        'href="/notice/cf-2"',
        f'href="/page/{made.text_page}"',
        f"/cite/notice/{made.notice}",
    ):
        assert part in answer
    assert "a ceiling, not a payment" in answer and "A proposal is no finding" in answer
    assert f'href="/document/{made.document}"' in answer and "cf-3" not in answer
    assert re.search(
        r'<a href="/code/acme">ACME &lt;script[^<]*</a> <span class="tag">accepted', answer
    )
    assert "None is known yet." in served.get("/notice/cf-2").text


def test_sources_tell_what_was_refused_and_when_they_answered(county: tuple[Site, Made]) -> None:
    body = told(county[0], "/sources")
    assert "B 2 blocked by the site of 2 councils" in body
    assert "it was never asked" in body and "R 1 refused by robots.txt" in body
    assert "1 caveat before counting anything from it" in body


def test_changes_are_told_without_a_reason(county: tuple[Site, Made]) -> None:
    served, made = county
    body = told(served, "/changes")
    assert "1 April 2025" in body and "No longer there" in body and "not necessarily" in body
    gone = served.get("/changes?kind=gone").text
    assert gone.count(f'href="/document/{made.document}"') == 2
    assert f'href="/page/{made.page}"' in gone


def test_the_method_is_counted(county: tuple[Site, Made]) -> None:
    body = told(county[0], "/method")
    assert "Mentions found 3" in body and "… counted 2 67 % of those found" in body
    assert "… searched 2 67 % of the files" in body
    assert "Nobody has coded anything yet" in body and "2 topics were fitted on 1 passage" in body


def test_downloads_lead_to_every_table_that_is_here(county: tuple[Site, Made]) -> None:
    served, made = county
    page = served.get("/downloads").text
    for name in ("mentions", "coverage", "document_mentions"):
        assert f'href="/corpus/{name}.csv?_stream=on&amp;_dl=1"' in page
        assert served.get(f"/corpus/{name}.csv?_stream=on&_dl=1").status_code == 200
    assert "page_words" not in page
    known = parse_string(served.get("/cite/documents.bib").text, "bibtex").entries
    assert set(known) == {made.document, made.twin}
    assert served.get("/cite/documents.txt?from=5000").text == ""


def test_the_header_knows_where_one_is(county: tuple[Site, Made]) -> None:
    served, _ = county
    for group in MENU:
        for address, _name in group.links:
            assert group_of(address) is group
            body = served.get(address).text
            assert re.search(rf'href="{re.escape(group.links[0][0])}" aria-current=', body)
    assert group_of("/page/x") is group_of("/mention/x") is None
    assert group_of("/council/KEN") is MENU[1]
    assert set(BY_COLUMN.values()) <= {"page", "document", "topic", "system"}


def test_what_a_published_copy_lacks_is_said_in_words(tmp_path: Path) -> None:
    made = make(tmp_path / "corpus.db")
    lacking = ("codings", "links", "visits", "screenings", "source_checks", "procurements")
    with writing(made.path, "test") as store, store.db.atomic():
        store.db.execute("drop view shared_procurements")
        for table in lacking:
            store.db.execute(f"drop table {table}")
        for table, column in (("files", "read_with"), ("similarities", "spans")):
            store.db.execute(f"alter table {table} drop column {column}")
        assert rows_if_here(store.db.conn, "method_readers") is None
        with pytest.raises(Exception, match="no such column"):
            rows(store.db.conn, "method_readers")
    with site(made.path) as datasette:
        asked = Site(datasette)
        assert "codings are not part of this copy" in told(asked, f"/mention/{made.mention}")
        assert "are not part of this copy" in told(asked, f"/notice/{made.notice}")
        assert "codings are not part of this copy" in told(asked, "/method")
        for path in ("/sources", "/downloads", f"/page/{made.page}"):
            assert asked.get(path).status_code == 200
        asked.close()


def test_every_query_is_asked_by_somebody() -> None:
    package = QUERIES.parent
    code = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    assert [path.stem for path in QUERIES.glob("*.sql") if f'"{path.stem}"' not in code] == []
