"""Transparency records: the list, the numbered fields, the page kept, a site that misbehaves."""

import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import Broken
from corpus.settings import Settings
from corpus.store import writing
from corpus.study import Study, load_study
from crawler import transparency
from crawler.buyers import Buyers
from crawler.transparency import RecordField, fields
from extract.readers.html import read_html
from tests.crawler.conftest import Ran, Reply, Site, run_crawl, write_source, write_study

FOLDER = transparency.FOLDER
OPTIONS = ("--since", "2026-01-01", "--until", "2026-02-28")


def body(**more: Any) -> dict[str, Any]:
    told = {
        "title": "Kent: A tool",
        "description": "Said shortly.",
        "details": {"body": "<p>B</p>"},
    }
    return told | more


def test_fields_are_found_by_their_numbers() -> None:
    found = list(
        fields(
            "<p>Before.</p><h2>Tier 1 Information</h2><h3>Name</h3><p>A tool</p>"
            "<h3>1.4.1 - External supplier</h3><p>A &amp; B</p><ul><li>one</li><li>two</li></ul>"
            "<h3>1.4.2 Companies House Number</h3><p>04546648</p>"
            "<p><strong>2.1 \u2013 Purpose</strong></p><p>1.4 million calls a year</p>"
            "<table><tr><th>Metric</th><td>0.8</td></tr></table><script>1.9 - no</script>"
        )
    )
    assert found == [
        RecordField("", "", "Before."),
        RecordField("", "Tier 1 Information", ""),
        RecordField("", "Name", "A tool"),
        RecordField("1.4.1", "External supplier", "A & B\none\ntwo"),
        RecordField("1.4.2", "Companies House Number", "04546648"),
        RecordField("2.1", "Purpose", "1.4 million calls a year\nMetric\n0.8"),
    ]


@pytest.mark.parametrize("broken", ["", " ", "<", "<h3>", "\x00", "<p>\ud800</p>", "<!--", "<?x?>"])
def test_bodies_that_say_nothing_have_no_field(broken: str) -> None:
    assert all(not field.number for field in fields(broken))


@given(st.text(max_size=200))
def test_any_body_becomes_a_page_or_is_broken(text: str) -> None:
    try:
        found = transparency.record(json.dumps(body(details={"body": text})).encode())
    except Broken:
        return
    page = transparency.page(found)
    assert page.startswith(b"<!doctype html>")
    page.decode()


def test_recorded_excerpts_are_read_by_their_numbers(testdata: Path) -> None:
    lines = (testdata / "samples/pages_excerpts/council_page_excerpts.jsonl").read_text()
    told = [json.loads(line) for line in lines.splitlines()]
    records = [one for one in told if "algorithmic-transparency-records" in one["url"]]
    assert len(records) >= 3
    found = {}
    for one in records:
        html = "".join(f"<p>{line}</p>" for line in one["text"].splitlines())
        found[urlsplit(one["url"]).path] = {field.number: field for field in fields(html)}
    camden = found[f"{FOLDER}camden-council-rentsense"]
    assert camden["1.4"].text == "Yes"
    assert camden["1.4.1"].label == "External supplier"
    assert camden["1.4.2"].text.isdigit()
    assert {"1.4.1", "1.4.2", "1.4.3", "1.4.4"} <= camden.keys()
    (ealing,) = (one for path, one in found.items() if "ealing" in path)
    assert ealing["1.4.4"].text.splitlines()[0] == "Restricted"


@pytest.mark.parametrize("name", ["aaib-reports", "raib-reports"])
def test_recorded_pages_of_the_same_schema_are_read(testdata: Path, name: str) -> None:
    folder = testdata / "samples/recorded/govuk-content"
    content = (folder / f"examples_specialist_document_frontend_{name}.json").read_bytes()
    found = transparency.record(content)
    told = json.loads(content)
    assert found.title == told["title"].strip()
    assert len(found.attachments) == len(told["details"].get("attachments", []))
    page = transparency.page(found).decode()
    assert f"<h1>{found.title}</h1>" in page
    headings = [one["text"].split()[0] for one in told["details"].get("headers", [])]
    assert all(heading in page for heading in headings)


@pytest.mark.parametrize("name", ["tribunals", "ph_grants"])
def test_recorded_search_answers_are_listings(testdata: Path, name: str) -> None:
    content = (testdata / f"samples/govuk/govuk_search_{name}.json").read_bytes()
    found = transparency.listing(content)
    told = json.loads(content)
    assert [one.link for one in found.records] == [one["link"] for one in told["results"]]
    assert found.total == told.get("total", len(told["results"]))
    assert all(len(one.changed_on) in (0, 10) for one in found.records)


def test_organisations_of_the_recorded_schema_are_matched(
    testdata: Path, packaged_study: Study
) -> None:
    path = testdata / "samples/govuk/algorithmic_transparency_records_finder_schema.json"
    facets = json.loads(path.read_text())["facets"]
    (values,) = (f["allowed_values"] for f in facets if f["key"].endswith("_organisation"))
    buyers = Buyers(packaged_study.councils.values())
    found = {}
    for one in values:
        content = {"results": [{"link": "/x", f"{transparency.FORMAT}_organisation": one["value"]}]}
        (listed,) = transparency.listing(json.dumps(content).encode()).records
        match = buyers.match(listed.organisation)
        assert (match and match.council) == (
            (by_label := buyers.match(one["label"])) and by_label.council
        )
        if match:
            found[one["value"]] = match.council
    assert found["bristol-city-council"] == "BST"
    assert found["camden-council"] == "CMD"
    assert found["london-borough-of-barnet"] == "BNE"
    assert "cabinet-office" not in found


def test_the_page_kept_reads_well(tmp_path: Path) -> None:
    found = transparency.record(
        json.dumps(
            body(
                first_published_at="2025-02-03T09:00:00Z",
                details={
                    "body": [
                        {"content_type": "text/govspeak", "content": "## no"},
                        {"content_type": "text/html", "content": "<h3>1.2 - Use</h3><p>a<b>c</p>"},
                    ],
                    "metadata": {f"{transparency.FORMAT}_phase": ["pilot"], "other": "x"},
                    "attachments": [{"title": "<i>", "url": "https://a.example/x.pdf"}, 5],
                },
            )
        ).encode()
    )
    assert (found.organisation, found.published_on) == ("Kent", "2025-02-03")
    path = tmp_path / "kept.html"
    path.write_bytes(transparency.page(found))
    (page,) = read_html(path, Settings())
    for line in ("Kent: A tool", "Said shortly.", "Phase: pilot", "1.2 - Use", "ac", "<i>"):
        assert line in page.text
    assert "## no" not in page.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"title": "A"}',
        b'{"title": "", "details": {}}',
        b"[" * 99_999,
    ],
)
def test_what_is_no_record_is_broken(content: bytes) -> None:
    with pytest.raises(Broken):
        transparency.record(content)


def result(slug: str, changed: str, **more: Any) -> dict[str, Any]:
    told = {"title": slug, "link": FOLDER + slug, "public_timestamp": f"{changed}T10:00:00Z"}
    return told | more


class Govuk:
    """Answers for every case by its host."""

    def __init__(self) -> None:
        self.changed = "2026-01-05"
        self.lost = False
        self.slugs: tuple[str, ...] = ("a", "b")
        self.total = 0

    def __call__(self, host: str, target: str) -> Reply | None:
        query = parse_qs(urlsplit(target).query)
        if target == "/robots.txt":
            return Reply(b"", 404)
        answer: Reply | None = getattr(self, host.partition(".")[0])(urlsplit(target).path, query)
        return answer

    def plain(self, path: str, query: dict[str, list[str]]) -> Reply | None:
        if path == "/api/search.json":
            results = [
                result("a", self.changed),
                result(
                    "old", "2026-02-02", algorithmic_transparency_record_date_published="2023-01-01"
                ),
                result("before", "2023-05-05"),
                {
                    "title": "away",
                    "link": "http://elsewhere.test/b",
                    "public_timestamp": "2026-01-05",
                },
                {"title": "no link"},
            ]
            return Reply(json.dumps({"results": results, "total": 5}).encode())
        if path.endswith("/a") and self.lost:
            return Reply(b"{}", 404)
        told = body(first_published_at="2023-01-01T00:00:00Z") if path.endswith("/old") else body()
        return Reply(json.dumps(told | {"title": path[-3:]}).encode())

    def listed(self, path: str, query: dict[str, list[str]]) -> Reply:
        if path == "/api/search.json":
            results = [result(slug, "2026-01-05") for slug in self.slugs]
            total = self.total or len(results)
            return Reply(json.dumps({"results": results, "total": total}).encode())
        return Reply(json.dumps(body()).encode())

    def refused(self, path: str, query: dict[str, list[str]]) -> Reply:
        return Reply(b'{"error": "Unexpected parameters"}', 422)

    def broken(self, path: str, query: dict[str, list[str]]) -> Reply:
        if path == "/api/search.json":
            return Reply(json.dumps({"results": [result("a", "2026-01-05")], "total": 1}).encode())
        return Reply(b'{"schema_name": "redirect", "redirects": []}')

    def short(self, path: str, query: dict[str, list[str]]) -> Reply:
        if path == "/api/search.json":
            results = [] if query["start"] != ["0"] else [result("a", "2026-01-05")]
            return Reply(json.dumps({"results": results, "total": 9}).encode())
        return Reply(json.dumps(body()).encode())


def start(folder: Path, cases: tuple[str, ...]) -> tuple[Site, Govuk]:
    service = Govuk()
    site = Site(service)
    study = write_study(folder / "study", {"KEN": ("cmis", "https://x.example")}, [])
    for case in cases:
        write_source(
            study,
            f"gov-{case}",
            kind="records",
            spider="govuk_transparency",
            url=f"http://{case}.test:{site.port}/algorithmic-transparency-records",
            private_hosts=[f"{case}.test"],
            window={"days": 3650, "why": "all at once"},
        )
    return site, service


def states(ran: Ran, case: str) -> dict[str, tuple[str, int, str]]:
    rows = ran.rows(
        f"select month, state, documents_seen, reason from coverage where source = 'gov-{case}'"
    )
    return {row[0]: row[1:] for row in rows}


def test_what_goes_wrong_is_told(tmp_path: Path) -> None:
    site, _ = start(tmp_path, ("refused", "broken", "short"))
    ran = run_crawl(tmp_path, *OPTIONS)
    site.close()
    assert ran.code == 4, ran.err
    assert "Traceback" not in ran.err
    refused, broken, short = (states(ran, case) for case in ("refused", "broken", "short"))
    assert {state for state, _, _ in refused.values()} == {"failed"}
    assert all("HTTP 422" in reason for _, _, reason in refused.values())
    assert broken["2026-01"][:2] == ("failed", 1)
    assert "a page of the kind `redirect`" in broken["2026-01"][2]
    assert broken["2026-02"][0] == "none-published"
    assert {state for state, _, _ in short.values()} == {"failed"}
    assert "it lists 1 records of 9 and no more" in short["2026-01"][2]
    assert ran.rows("select document from documents") == [("gov-short-a",)]


def test_only_changed_records_are_asked_for_again(tmp_path: Path) -> None:
    site, service = start(tmp_path, ("plain",))
    first = run_crawl(tmp_path, *OPTIONS)
    assert states(first, "plain")["2026-01"][:2] == ("searched", 1)
    # Published before the window and changed in it: counted in the month of its change.
    assert states(first, "plain")["2026-02"][:2] == ("searched", 1)
    found = first.rows("select document, published_on, council from documents order by 1")
    assert found == [
        ("gov-plain-a", "2026-01-05", None),
        ("gov-plain-old", "2023-01-01", None),
    ]
    assert not site.targets("elsewhere.test")

    run_crawl(tmp_path, *OPTIONS)
    contents = [t for t in site.targets("plain.test") if t.startswith("/api/content")]
    assert len(contents) == 2
    assert len([t for t in site.targets("plain.test") if "search.json" in t]) == 2

    service.changed = "2099-01-05"
    service.lost = True
    third = run_crawl(tmp_path, *OPTIONS)
    site.close()
    assert third.code == 0, third.err
    # What is listed as of a day to come belongs to no month that was looked at.
    assert states(third, "plain")["2026-01"][:2] == ("searched", 0)


def test_a_record_that_is_gone_is_missing_and_no_failure(tmp_path: Path) -> None:
    site, service = start(tmp_path, ("plain",))
    run_crawl(tmp_path, *OPTIONS)
    service.lost = True
    with writing(tmp_path / "corpus.db", "test", settings=Settings()) as store:
        store.db.execute("update documents set last_seen_at = '2026-01-01T00:00:00Z'")
        store.db.conn.commit()
    ran = run_crawl(tmp_path, *OPTIONS)
    site.close()
    assert ran.code == 0, ran.err
    assert ran.rows("select outcome from visits where url like '%/a' and outcome = 'missing'")
    assert states(ran, "plain")["2026-01"][0] == "searched"


class Days:
    """A list that is read once a day; what was noted before becomes a day older."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site, self.service = start(folder, ("listed",))

    def crawl(self, *slugs: str, total: int = 0) -> Ran:
        path = self.folder / "corpus.db"
        if path.exists():
            connection = sqlite3.connect(path)
            connection.execute("update misses set missed_on = date(missed_on, '-1 day')")
            connection.commit()
            connection.close()
        self.service.slugs, self.service.total = slugs, total
        # Only February is looked at: the records are of no month that is.
        return run_crawl(self.folder, "--since", "2026-02-01", "--until", "2026-02-28", "--again")


def gone(ran: Ran) -> list[str]:
    sql = "select document from documents where gone_at is not null order by 1"
    return [document for (document,) in ran.rows(sql)]


def misses(ran: Ran) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in ran.rows("select document, reason from misses")]


def test_a_record_that_drops_off_the_list_is_gone_after_three_days_and_back(tmp_path: Path) -> None:
    days = Days(tmp_path)
    run_crawl(tmp_path, *OPTIONS)
    for _ in range(2):
        ran = days.crawl("a")
    assert (gone(ran), len(misses(ran))) == ([], 2)
    ran = days.crawl("a")
    assert gone(ran) == ["gov-listed-b"]
    ran = days.crawl("a", "b")
    days.site.close()
    assert (gone(ran), misses(ran)) == ([], [])
    assert ran.rows("select document, kind from changes order by change") == [
        ("gov-listed-b", "gone"),
        ("gov-listed-b", "returned"),
    ]


def test_misses_end_when_a_record_is_listed_again(tmp_path: Path) -> None:
    days = Days(tmp_path)
    run_crawl(tmp_path, *OPTIONS)
    for slugs in (("a",), ("a",), ("a", "b"), ("a",)):
        ran = days.crawl(*slugs)
    days.site.close()
    assert (gone(ran), misses(ran)) == ([], [("gov-listed-b", "no longer listed")])


@pytest.mark.parametrize(
    ("slugs", "total"), [(("a",), 2), ((), 0), (("a", "a"), 2), (("a",), 10**6), ((), 2)]
)
def test_a_list_that_was_not_read_whole_says_nothing(
    tmp_path: Path, slugs: tuple[str, ...], total: int
) -> None:
    days = Days(tmp_path)
    run_crawl(tmp_path, *OPTIONS)
    ran = days.crawl(*slugs, total=total)
    days.site.close()
    assert len(ran.rows("select document from documents")) == 2
    assert misses(ran) == []


def test_a_listed_record_that_cannot_be_had_keeps_its_misses(tmp_path: Path) -> None:
    from crawler.presence import Presence

    site, _ = start(tmp_path, ("listed",))
    ran = run_crawl(tmp_path, *OPTIONS)
    site.close()
    source = load_study(tmp_path / "study").sources["gov-listed"]
    with writing(tmp_path / "corpus.db", "test", settings=Settings()) as store:
        presence = Presence(store, 1)
        presence.missed("gov-listed-a", "HTTP 404 Not Found")
        presence.listed(source, {"gov-listed-a"})
        store.db.conn.commit()
    assert sorted(misses(ran)) == [
        ("gov-listed-a", "HTTP 404 Not Found"),
        ("gov-listed-b", "no longer listed"),
    ]
