"""What each host of the county answers to a path and a query, before any HTTP."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from demo.modgov import committees_xml, meeting_xml, meetings_xml
from demo.notices import Release, search
from demo.pages import committee_page, committees_page, meeting_page, meetings_page
from demo.papers import render
from demo.shapes import DemoCommittee, DemoCouncil, DemoDocument, DemoMeeting, World

HTML, XML, TEXT = "text/html; charset=utf-8", "text/xml; charset=utf-8", "text/plain; charset=utf-8"
_ITEM_DOCUMENT = re.compile(r"/documents/s(\d+)/.")
_MEETING_DOCUMENT = re.compile(r"/documents/g(\d+)/.")
_SERVICE = "/mgwebservice.asmx/"
Query = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, body, media type and further headers.

    It comes after `wait_seconds`. One that has `promised` more bytes than its body breaks off after
    the body, or `pours` out as many bytes as it has promised; `chunked` it does not say how many.
    """

    status: int
    body: bytes = b""
    mime: str = TEXT
    headers: dict[str, str] = field(default_factory=dict)
    wait_seconds: float = 0.0
    promised: int = 0
    pours: bool = False
    chunked: bool = False


NOT_FOUND = Answer(404, b"Not found\n")
# GetMeeting of one meeting fails for good, as real servers do: a crawl has an honest failure.
SERVER_ERROR = Answer(500, b"Server was unable to process request.\n")
RESTRICTED = Answer(401, b"This document is restricted.\n")


class Site(Protocol):
    """One host."""

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""


# All of a county's papers together weigh some 3 MB; packs and papers are drawn only when asked for.
@lru_cache(maxsize=512)
def _rendered(document: DemoDocument) -> Answer:
    body, mime = render(document)
    return Answer(200, body, mime, {"ETag": f'"{hashlib.sha256(body).hexdigest()[:24]}"'})


class CouncilSite:
    """A council's ModernGov site: XML service, pages, documents, robots.txt."""

    def __init__(self, council: DemoCouncil) -> None:
        self.council = council
        self.documents = {one.attachment: one for one in council.item_documents}
        self.pages: dict[str, Callable[[Query], Answer]] = {
            "/": lambda query: self._html(committees_page(council)),
            "/mglistcommittees.aspx": lambda query: self._html(committees_page(council)),
            "/mgcommitteedetails.aspx": self._committee,
            "/ielistmeetings.aspx": self._meetings,
            "/ielistdocuments.aspx": self._meeting,
            "/mgconvert2pdf.aspx": lambda query: self._document(_number(query, "id")),
            "/robots.txt": lambda query: Answer(200, self.robots().encode()),
        }

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path.lower().startswith(_SERVICE):
            return self._service(path.lower().removeprefix(_SERVICE), query, base)
        if path.startswith("/documents/"):
            return self._file(path, query)
        page = self.pages.get(path.lower())
        return page(query) if page else NOT_FOUND

    def robots(self) -> str:
        """The site's robots.txt; one council closes a page and the folder of one paper."""
        closed = self.council.closed_attachment
        if closed is None:
            return "User-agent: *\nDisallow:\n"
        rules = ("/ieDecisionDetails.aspx", f"/documents/s{closed}/")
        return "User-agent: *\n" + "".join(f"Disallow: {rule}\n" for rule in rules)

    def _service(self, operation: str, query: Query, base: str) -> Answer:
        if operation == "getcommittees":
            return Answer(200, committees_xml(self.council), XML)
        if operation == "getmeetings":
            dates = query.get("sfromdate", ""), query.get("stodate", "")
            number = _number(query, "lcommitteeid")
            return Answer(200, meetings_xml(self.council, number, *dates), XML)
        meeting = self.council.meeting(_number(query, "lmeetingid"))
        if operation != "getmeeting" or meeting is None:
            return NOT_FOUND
        if meeting.failing:
            return SERVER_ERROR
        return Answer(200, meeting_xml(self.council, meeting, base), XML)

    def _file(self, path: str, query: Query) -> Answer:
        if found := _ITEM_DOCUMENT.match(path):
            return self._document(int(found[1]))
        if found := _MEETING_DOCUMENT.match(path):
            # The T value is required: without it the real site answers with an error.
            meeting = self.council.meeting(int(found[1]))
            extra = meeting.extras.get(_number(query, "t", -1)) if meeting else None
            return _rendered(extra) if extra else NOT_FOUND
        return NOT_FOUND

    def _document(self, number: int) -> Answer:
        document = self.documents.get(number)
        if document is None:
            return NOT_FOUND
        return RESTRICTED if document.restricted else _rendered(document)

    def _committee(self, query: Query) -> Answer:
        committee = self._find(_number(query, "id"))
        return self._html(committee_page(self.council, committee)) if committee else NOT_FOUND

    def _meetings(self, query: Query) -> Answer:
        committee = self._find(_number(query, "cid") or _number(query, "committeeid"))
        if committee is None:
            return NOT_FOUND
        return self._html(meetings_page(self.council, committee, _number(query, "year")))

    def _meeting(self, query: Query) -> Answer:
        meeting: DemoMeeting | None = self.council.meeting(_number(query, "mid"))
        if meeting is None:
            return NOT_FOUND
        return SERVER_ERROR if meeting.failing else self._html(meeting_page(self.council, meeting))

    def _find(self, number: int) -> DemoCommittee | None:
        return next((one for one in self.council.committees if one.number == number), None)

    @staticmethod
    def _html(body: bytes) -> Answer:
        return Answer(200, body, HTML)


class NoticesSite:
    """The procurement service: OCDS search with cursor paging, single releases, robots.txt."""

    SEARCH = "/Published/Notices/OCDS/Search"
    RELEASE = "/Published/OCDS/Release/"

    def __init__(self, releases: tuple[Release, ...]) -> None:
        self.releases = releases

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nDisallow:\n")
        if path == self.SEARCH:
            return self._search(query, base)
        found = [one for one in self.releases if path == f"{self.RELEASE}{one['id']}"]
        return _json({"version": "1.1", "releases": found}) if found else NOT_FOUND

    def _search(self, query: Query, base: str) -> Answer:
        try:
            return _json(search(self.releases, _spelled(query), f"{base}{self.SEARCH}"))
        except ValueError:
            return Answer(400, b"Bad request\n")


_SPELLINGS = {"publishedfrom": "publishedFrom", "publishedto": "publishedTo"}


def _spelled(query: Query) -> dict[str, str]:
    return {_SPELLINGS.get(key, key): value for key, value in query.items()}


def _json(package: Release) -> Answer:
    """A package as JSON: in Latin-1, and saying so, where it holds the housing company's notices.

    Readers of the real service have had to transcode its answers from iso-8859-1.
    """
    buyers = {release["buyer"]["name"] for release in package["releases"]}
    charset = "iso-8859-1" if "Sallowfield Homes Limited" in buyers else "utf-8"
    body = json.dumps(package, ensure_ascii=False).encode(charset)
    return Answer(200, body, f"application/json; charset={charset}")


def _number(query: Query, key: str, default: int = 0) -> int:
    text = query.get(key, "")
    return int(text) if text.isascii() and text.isdigit() else default


def sites(world: World) -> dict[str, Site]:
    """Every host of the county with its site."""
    found: dict[str, Site] = {council.host: CouncilSite(council) for council in world.councils}
    found[world.notices_host] = NoticesSite(world.notices)
    return found
