"""A council's own web site: sitemaps, a feed, a listing and a calendar that never ends."""

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import format_datetime
from html import escape

from slugify import slugify

from demo.answer import HTML, NOT_FOUND, RESTRICTED, XML, Answer, Query, rendered
from demo.shapes import DemoCouncil, DemoDocument
from demo.text import long_date

MEETINGS, CALENDAR, FEED = "/democracy/meetings/", "/democracy/calendar/", "/democracy/feed.xml"
_MEDIA = re.compile(r"/media/(?:\d{4}/\d\d/)?(?:get/)?(\d+)(?:/|$)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
ROWS_A_PAGE = 4


class OwnSite:
    """Papers reach the public by four ways: the listing, the calendar, the sitemap, the feed.

    One paper of the listing carries no date, and the calendar's papers have no ending: only
    what they answer tells that they are papers.
    """

    def __init__(self, council: DemoCouncil) -> None:
        self.council = council
        self.documents = {one.attachment: one for one in council.item_documents}
        public = [one for one in council.item_documents if not one.restricted]
        self.listed, self.mapped, self.dated = public[0::3], public[1::3], public[2::3]
        self.fed = public[-3:]
        self.paths = {one.attachment: _under_its_month(one) for one in self.mapped}
        self.paths |= {one.attachment: f"/media/get/{one.attachment}" for one in self.dated}
        self.paths |= {one.attachment: _named(one) for one in self.listed}

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path == "/robots.txt":
            return Answer(200, f"User-agent: *\nSitemap: {base}/sitemap-index.xml\n".encode())
        if match := _MEDIA.match(path):
            return self._document(int(match[1]))
        if path.startswith("/sitemap"):
            return self._sitemap(path, base)
        if path == FEED:
            return Answer(200, self._feed(base), "application/rss+xml")
        body = self._page(path, query)
        return Answer(200, _html(self.council, body), HTML) if body else NOT_FOUND

    def _document(self, number: int) -> Answer:
        document = self.documents.get(number)
        if document is None:
            return NOT_FOUND
        return RESTRICTED if document.restricted else rendered(document)

    def _sitemap(self, path: str, base: str) -> Answer:
        if path == "/sitemap-index.xml":
            names = ("sitemap-papers.xml.gz", "sitemap-pages.xml")
            found = "".join(f"<sitemap><loc>{base}/{name}</loc></sitemap>" for name in names)
            return Answer(200, _xml("sitemapindex", found), XML)
        if path == "/sitemap-papers.xml.gz":
            found = "".join(self._mapped(base))
            return Answer(200, gzip.compress(_xml("urlset", found), mtime=0), "application/gzip")
        pages = ("/", MEETINGS, "/leisure/swimming.html")
        found = "".join(f"<url><loc>{base}{one}</loc></url>" for one in pages)
        return (
            Answer(200, _xml("urlset", found), XML) if path == "/sitemap-pages.xml" else NOT_FOUND
        )

    def _mapped(self, base: str) -> Iterator[str]:
        for one in self.mapped:
            told = f"<lastmod>{one.published.isoformat()}T09:00:00Z</lastmod>"
            yield f"<url><loc>{base}{self.paths[one.attachment]}</loc>{told}</url>"

    def _feed(self, base: str) -> bytes:
        items = "".join(
            f"<item><title>{escape(one.title)}</title><link>{base}{self.paths[one.attachment]}</link>"
            f"<pubDate>{format_datetime(_noon(one.published))}</pubDate></item>"
            for one in self.fed
        )
        head = f"<title>{escape(self.council.official_name)}</title>"
        return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()

    def _page(self, path: str, query: Query) -> str:
        if path == "/":
            return (
                f'<h1>Welcome</h1><a href="{MEETINGS}">Meetings</a><a href="/leisure/">Leisure</a>'
            )
        if path == MEETINGS:
            text = query.get("page", "1")
            return self._listing(int(text) if text.isdigit() else 1)
        if path.startswith(CALENDAR) and (match := _MONTH.search(path)):
            return self._calendar(int(match[1]), int(match[2]))
        return "<h1>Swimming</h1>" if path.startswith("/leisure/") else ""

    def _listing(self, page: int) -> str:
        first = (page - 1) * ROWS_A_PAGE
        shown = self.listed[first : first + ROWS_A_PAGE]
        rows = "".join(self._row(one) for one in shown)
        more = first + ROWS_A_PAGE < len(self.listed)
        link = f'<a href="{MEETINGS}?page={page + 1}">Next</a>' if more else ""
        calendar = f'<a href="{CALENDAR}2023-01">Calendar</a><a href="{CALENDAR}2026-09">Now</a>'
        gone = '<a href="/democracy/meetings/2019-archive">Archive</a>'
        return f"<h1>Agendas, reports and minutes</h1><ul>{rows}</ul>{link}{calendar}{gone}"

    def _row(self, document: DemoDocument) -> str:
        undated = document is self.listed[-2]
        day = "" if undated else f" {long_date(document.published)}"
        path = self.paths[document.attachment]
        return f'<li><a href="{path}">{escape(document.title)} (PDF, 90KB)</a>{day}</li>'

    def _calendar(self, year: int, month: int) -> str:
        """A month of the calendar: it has a month before and a month after, for ever."""
        links = "".join(
            f'<a href="{CALENDAR}{(year * 12 + month - 1 + step) // 12:04d}-'
            f'{(year * 12 + month - 1 + step) % 12 + 1:02d}">{text}</a>'
            for step, text in ((-1, "Before"), (1, "After"))
        )
        rows = "".join(
            f'<tr><td>{one.published:%d/%m/%Y}</td><td><a href="{self.paths[one.attachment]}">'
            f"{escape(one.title)}</a></td></tr>"
            for one in self.dated
            if (one.published.year, one.published.month) == (year, month)
        )
        return f"<h1>Calendar</h1>{links}<table>{rows}</table>"


def _under_its_month(document: DemoDocument) -> str:
    name = f"{document.seed}.{document.extension}"
    return f"/media/{document.published:%Y/%m}/{document.attachment}/{name}"


def _named(document: DemoDocument) -> str:
    return f"/media/{document.attachment}/{slugify(document.title)}.{document.extension}"


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _xml(root: str, inner: str) -> bytes:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{space}">{inner}</{root}>'.encode()
    )


def _html(council: DemoCouncil, body: str) -> bytes:
    name = escape(council.official_name)
    return (
        f"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>{name}</title></head>"
        f"<body>{body}</body></html>\n"
    ).encode()
