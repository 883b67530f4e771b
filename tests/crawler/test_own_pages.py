"""What councils' own pages say: sitemaps, feeds and listings, and days wherever they stand."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import BadStudy, Broken
from corpus.study import load_study
from crawler import own_pages
from crawler.dates import date_in, date_in_path, dates_in
from crawler.own_pages import Lead
from tests.crawler.conftest import write_source, write_study

HERE = "https://www.x.test/meetings/"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def only(content: str) -> Lead:
    (lead,) = own_pages.listing(content.encode(), HERE).leads
    return lead


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Monday, 1st June, 2026 10.30 am", date(2026, 6, 1)),
        ("03/02/2025 at 6pm", date(2025, 2, 3)),
        ("01/Sep/2026", date(2026, 9, 1)),
        ("2024-02-29T10:00:00Z", date(2024, 2, 29)),
        ("9 Sept 2021", date(2021, 9, 9)),
        ("31/02/2025", None),
        ("12 13 2025", None),
        ("Budget 2025/26", None),
        ("ref 1234/05/2025", None),
    ],
)
def test_days_as_british_pages_write_them(text: str, day: date | None) -> None:
    assert date_in(text) == day


def test_days_come_in_the_order_of_the_text() -> None:
    assert dates_in("from 3 May 2024 to 01/06/2024") == [date(2024, 5, 3), date(2024, 6, 1)]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/2025/03/12/report.pdf", (date(2025, 3, 12), True)),
        ("/uploads/2025/03/report.pdf", (date(2025, 3, 1), False)),
        ("/minutes-2025-03-12.pdf", (date(2025, 3, 12), True)),
        ("/2025/13/report.pdf", None),
        ("/documents/12025/03/x.pdf", None),
    ],
)
def test_days_in_addresses(path: str, found: tuple[date, bool] | None) -> None:
    assert date_in_path(path) == found


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reading_of_days(text: str) -> None:
    assert all(1900 <= day.year < 2100 for day in dates_in(text))


def test_a_sitemap_gives_the_last_change_and_an_index_further_ones() -> None:
    inner = "<url><loc>https://www.x.test/a.pdf</loc><lastmod>2025-03-04T09:00:00Z</lastmod></url>"
    lead = only(f'<?xml version="1.0"?><urlset xmlns="{SITEMAP}">{inner}</urlset>')
    assert (lead.day, lead.basis) == (date(2025, 3, 4), "sitemap")
    further = "<sitemap><loc>/b.xml.gz</loc></sitemap>"
    index = f'<sitemapindex xmlns="{SITEMAP}">{further}</sitemapindex>'
    assert own_pages.listing(index.encode(), HERE).maps == ["https://www.x.test/b.xml.gz"]
    packed = gzip.compress(index.encode())
    assert own_pages.listing(packed, HERE).maps == ["https://www.x.test/b.xml.gz"]


def test_feeds_of_both_kinds() -> None:
    item = (
        "<item><title>Minutes</title><link>/a</link><enclosure url='/a.pdf'/>"
        "<pubDate>Tue, 04 Mar 2025 09:00:00 GMT</pubDate></item>"
    )
    rss = own_pages.listing(f"<rss><channel>{item}</channel></rss>".encode(), HERE).leads
    assert [(one.url[-6:], one.day) for one in rss] == [
        ("test/a", date(2025, 3, 4)),
        ("/a.pdf", date(2025, 3, 4)),
    ]
    told = "<updated>2025-03-05T01:00:00Z</updated>"
    entry = f"<entry><title>M</title><link href='b.pdf'/>{told}</entry>"
    lead = only(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>")
    assert (lead.url, lead.day, lead.basis) == (f"{HERE}b.pdf", date(2025, 3, 5), "feed")


@pytest.mark.parametrize(
    ("page", "day", "basis", "title"),
    [
        (
            "<li><a href='a.pdf'>Minutes (PDF, 90KB)</a> 4 March 2025</li>",
            date(2025, 3, 4),
            "text",
            "Minutes",
        ),
        (
            "<h3>Cabinet, 5 March 2025</h3><p><a href='a.pdf'>Agenda</a></p>",
            date(2025, 3, 5),
            "text",
            "Cabinet, 5 March 2025 Agenda",
        ),
        (
            "<p><a href='/2025/03/06/a.pdf'>The agenda</a></p>",
            date(2025, 3, 6),
            "address",
            "The agenda",
        ),
        ("<p><a href='/2025/03/a.pdf'>The agenda</a></p>", date(2025, 3, 1), "month", "The agenda"),
        ("<p><a href='a.pdf'>The constitution</a></p>", None, "", "The constitution"),
    ],
)
def test_the_day_beside_above_or_in_the_address(
    page: str, day: date | None, basis: str, title: str
) -> None:
    lead = only(f"<html><body>{page}</body></html>")
    assert (lead.day, lead.basis, lead.title) == (day, basis, title)


def test_of_two_links_to_one_paper_the_better_day_counts() -> None:
    mapped = Lead(f"{HERE}a.pdf", "", date(2026, 1, 1), "sitemap")
    listed = Lead(f"{HERE}a.pdf", "Minutes", date(2025, 3, 4), "text")
    for found in (own_pages.better(mapped, listed), own_pages.better(listed, mapped)):
        assert (found.day, found.title) == (date(2025, 3, 4), "Minutes")


def test_a_paper_that_nothing_names_is_called_by_its_file() -> None:
    assert own_pages.title_of(Lead(f"{HERE}Full_Council-minutes.pdf")) == "Full Council minutes"


def test_numbers_are_of_the_address_alone() -> None:
    number = own_pages.number_of("https://x.test/a?b=1&a=2")
    assert number == own_pages.number_of("http://x.test/a?a=2&b=1#page=3")
    assert number != own_pages.number_of("https://x.test/a?a=2")
    assert len(number) == 17


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        (f"{HERE}2025-03", False),
        (f"{HERE}?month=2025-05", True),
        (f"{HERE}2024/12/", True),
        (f"{HERE}archive/2019", False),
    ],
)
def test_a_calendar_page_of_another_month_is_outside(url: str, outside: bool) -> None:
    assert own_pages.names_month_outside(url, "2025-01", "2025-04") is outside


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4 a paper",
        b"<?xml version='1.0'?><urlset><url>",
        b"<?xml version='1.0'?><!DOCTYPE u [<!ENTITY a 'b'>]><urlset>&a;</urlset>",
        b"<?xml version='1.0'?><soap/>",
        b"\x1f\x8b\x08 not packed at all",
        gzip.compress(b" " * (own_pages.MOST_UNPACKED_BYTES + 1)),
    ],
)
def test_what_is_no_list_is_broken(content: bytes) -> None:
    with pytest.raises(Broken):
        own_pages.listing(content, HERE)


@pytest.mark.parametrize(
    ("sites", "said"),
    [
        ({"ken": {"start": [HERE]}}, "not a council code"),
        ({"KEN": {"start": []}}, "list of http"),
        ({"KEN": {"start": ["ftp://x.test"]}}, "list of http"),
        ({"KEN": {"start": [HERE], "follow": ["meetings"]}}, "beginning of a path"),
        ({"KEN": {"start": [HERE], "folow": ["/meetings"]}}, "unknown key `folow`"),
        ({"KEN": {"start": [HERE], "most_pages": 0}}, "one or more"),
        ({"KEN": {"start": [HERE], "documents": [3]}}, "list of texts"),
        ({"ZZZ": {"start": [HERE]}}, "no council of the study"),
    ],
)
def test_a_spoilt_entry_is_named_with_its_place(tmp_path: Path, sites: object, said: str) -> None:
    folder = write_study(tmp_path, {"KEN": ("pages", HERE)}, [])
    write_source(folder, "pages", sites=sites)
    with pytest.raises(BadStudy, match=said) as raised:
        load_study(folder)
    assert "pages.yaml" in str(raised.value)


def test_an_entry_is_loaded_with_its_defaults(tmp_path: Path) -> None:
    folder = write_study(tmp_path, {"KEN": ("pages", HERE)}, [])
    write_source(folder, "pages", sites={"KEN": {"start": [HERE]}})
    site = load_study(folder).sources["pages"].sites["KEN"]
    assert (site.start, site.follow, site.documents) == ((HERE,), (), ())
    assert site.sitemap and site.most_pages == 400


@pytest.mark.parametrize("declared", ["c SYSTEM '{}'", "c [<!ENTITY x SYSTEM '{}'>]"])
def test_a_file_that_a_document_type_names_is_not_even_opened(
    tmp_path: Path, declared: str
) -> None:
    named = tmp_path / "named"
    named.write_text("<!ELEMENT <<< &")
    answer = (
        f"<?xml version='1.0'?><!DOCTYPE {declared.format(named.as_uri())}><urlset>&x;</urlset>"
    )
    with pytest.raises(Broken, match="document type"):
        own_pages.listing(answer.encode(), "https://x.example/sitemap.xml")


def test_a_list_nested_too_deeply_is_broken() -> None:
    with pytest.raises(Broken, match="depth"):
        own_pages.listing(b"<urlset>" * 300 + b"</urlset>" * 300, "https://x.example/sitemap.xml")
