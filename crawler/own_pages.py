"""What a council's own web pages say: sitemaps, feeds, listings, and the papers they link.

Nothing is known of these sites beforehand. A link is a paper by its ending or by a path the study
names; its day is the feed's, the one written beside the link, the one in the address, or last the
day on which the sitemap says the file was changed.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit

from lxml import etree
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import sitemap_urls_from_robots
from w3lib.url import canonicalize_url

from corpus.errors import Broken
from corpus.formats import GZIP, HTML, TEXT, XML, Format, sniff
from corpus.ids import short_hash
from crawler.dates import date_in, date_in_path
from crawler.markup import Element, page, text_of
from crawler.modgov import clean, join

PAPER_ENDINGS = (".pdf", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".ppt", ".pptx")
OTHER_ENDINGS = (
    *(".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".css", ".js", ".ico", ".ics", ".zip"),
    *(".mp3", ".mp4", ".csv", ".json", ".vcf", ".eps", ".woff", ".woff2"),
)
"""Endings of links that lead neither to a page nor to a paper."""
MOST_UNPACKED_BYTES = 50 * 1024 * 1024
"""A sitemap's limit by its own protocol."""
LISTINGS = (HTML, XML, TEXT, GZIP)
_ROWS = ("li", "tr", "p", "dd", "article")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "dt", "caption")
_SIZE = re.compile(r"\s*[\[(][^\])]*\b(pdf|docx?|kb|mb|opens in)\b[^\])]*[\])]\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Lead:
    """A link: what it is called, its day and where that comes from, `feed`, `text`, `address`,
    `month` (the address names a month alone) or `sitemap`; empty where there is none.
    """

    url: str
    title: str = ""
    day: date | None = None
    basis: str = ""

    @property
    def rank(self) -> int:
        """How far the day is to be trusted: the lower the better."""
        return _BASES.index(self.basis)


_BASES = ("feed", "text", "address", "month", "sitemap", "")


@dataclass
class Listing:
    """What one answer lists: links of all sorts, and further sitemaps."""

    leads: list[Lead] = field(default_factory=list)
    maps: list[str] = field(default_factory=list)


def listing(content: bytes, url: str) -> Listing:
    """Return what a sitemap, a feed or a page lists; raises `Broken` for anything else."""
    kind = sniff(content)
    if kind is GZIP:
        content = _unpacked(content)
        kind = sniff(content)
    if kind is XML or _root_tag(content) in ("urlset", "sitemapindex", "rss", "feed"):
        return _of_xml(content, url)
    if kind not in (HTML, TEXT):
        raise Broken(f"a list was expected, this is {kind.mime}")
    return Listing(list(_of_page(content, url)))


def maps_of_robots(content: bytes, url: str) -> list[str]:
    """Return the sitemaps that a robots.txt names."""
    return [join(url, one) for one in sitemap_urls_from_robots(content, url)]


def is_paper(kind: Format) -> bool:
    """Whether a file of this kind is a paper and no page or list."""
    return kind not in LISTINGS


def _unpacked(content: bytes) -> bytes:
    try:
        return gunzip(content, max_size=MOST_UNPACKED_BYTES)
    except (OSError, EOFError, ValueError, struct.error, zlib.error) as error:
        raise Broken(f"a compressed list that cannot be unpacked ({error})") from error


def _root_tag(content: bytes) -> str:
    match = re.match(rb"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*)*<([\w:]+)", content[:4096], re.DOTALL)
    return match[1].decode().rpartition(":")[2].lower() if match else ""


def _of_xml(content: bytes, url: str) -> Listing:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content.lstrip(b"\xef\xbb\xbf \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Broken(f"a list in XML that cannot be read ({str(error)[:120]})") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Broken("XML with a document type, which lists have none of")
    name = _name(root)
    if name == "sitemapindex":
        return Listing(maps=[join(url, _child(one, "loc")) for one in root if _child(one, "loc")])
    if name == "urlset":
        return Listing([_mapped(one, url) for one in root if _child(one, "loc")])
    if name in ("rss", "RDF", "feed"):
        return Listing(list(_fed(root, url)))
    raise Broken(f"<{name[:40]}> is neither a sitemap nor a feed")


def _mapped(node: etree._Element, url: str) -> Lead:
    address = join(url, _child(node, "loc"))
    changed = date_in(_child(node, "lastmod")[:10])
    return _dated(Lead(address), changed, "sitemap")


def _fed(root: etree._Element, url: str) -> Iterator[Lead]:
    """Yield the entries of a feed: the page of each, and the file that is enclosed with it."""
    for node in root.iter("{*}item", "{*}entry"):
        title = clean(_child(node, "title"))
        told = _child(node, "pubDate") or _child(node, "published") or _child(node, "updated")
        day = _moment(told or _child(node, "date"))
        for child in node.iterchildren("{*}link", "{*}enclosure"):
            href = child.get("href") or child.get("url") or (child.text or "").strip()
            if href:
                yield _dated(Lead(join(url, href), title), day, "feed")


def _moment(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError):
        return date_in(text[:10])


def _of_page(content: bytes, url: str) -> Iterator[Lead]:
    """Yield the links of a page, each with the day written beside it or above it."""
    heading = ""
    for node in page(content, "a page").iter():
        if node.tag in _HEADINGS:
            heading = text_of(node)
        href = node.get("href") if node.tag == "a" else None
        if href and not href.lower().startswith(("mailto:", "tel:", "javascript:", "#")):
            yield _linked(node, join(url, href), heading)


def _linked(link: Element, url: str, heading: str) -> Lead:
    text = _SIZE.sub("", clean(text_of(link)))
    row = next((one for one in link.iterancestors() if one.tag in _ROWS), None)
    beside = clean(text_of(row)) if row is not None else ""
    day = date_in(text) or date_in(beside) or date_in(heading)
    title = text if len(text.split()) > 1 else " ".join(filter(None, (clean(heading), text)))
    return _dated(Lead(url, title), day, "text")


def _dated(lead: Lead, day: date | None, basis: str) -> Lead:
    """Return a lead with the best day there is for it."""
    in_path = date_in_path(unquote(urlsplit(lead.url).path))
    if in_path and (day is None or basis == "sitemap"):
        return Lead(lead.url, lead.title, in_path[0], "address" if in_path[1] else "month")
    return Lead(lead.url, lead.title, day, basis if day else "")


def better(one: Lead, other: Lead) -> Lead:
    """Return one lead from two of the same address: the better day, the longer title."""
    best = min(one, other, key=lambda lead: lead.rank)
    return Lead(best.url, max(one.title, other.title, key=len), best.day, best.basis)


def title_of(lead: Lead) -> str:
    """Return a lead's title, that of its file where nothing names it."""
    name = unquote(urlsplit(lead.url).path).rpartition("/")[2]
    return lead.title or clean(re.sub(r"[_+-]+", " ", name.rpartition(".")[0] or name)) or lead.url


def is_named_paper(url: str) -> bool:
    """Whether an address ends as papers do."""
    return _ending(url) in PAPER_ENDINGS


def is_page(url: str) -> bool:
    """Whether an address may be that of a page."""
    return _ending(url) not in (*PAPER_ENDINGS, *OTHER_ENDINGS)


def below(url: str, prefixes: Iterable[str]) -> bool:
    """Whether an address lies below one of the paths."""
    path = unquote(urlsplit(url).path) or "/"
    return any(path.startswith(prefix) for prefix in prefixes)


def names_month_outside(url: str, since: str, until: str) -> bool:
    """Whether an address names a month that is not looked at: calendars go on for ever."""
    parts = urlsplit(url)
    found = date_in_path(unquote(f"{parts.path}?{parts.query}"))
    return bool(found) and not since <= f"{found[0]:%Y-%m}" <= until if found else False


def key_of(url: str) -> str:
    """Return what tells two addresses apart: neither scheme nor order of parameters."""
    return canonicalize_url(url).partition("://")[2]


def number_of(url: str) -> str:
    """Return a paper's number, for want of one of the site's: a hash of its address."""
    return f"u{short_hash(key_of(url), length=16)}"


def _ending(url: str) -> str:
    name = unquote(urlsplit(url).path).rpartition("/")[2].casefold()
    return f".{name.rpartition('.')[2]}" if "." in name else ""


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _child(node: etree._Element, name: str) -> str:
    for child in node.iterchildren(f"{{*}}{name}"):
        return (child.text or "").strip()
    return ""
