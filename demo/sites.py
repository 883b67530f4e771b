"""What each host of the county answers to a path and a query, before any HTTP."""

import json
import re
from collections.abc import Callable

from demo.answer import (
    HTML,
    NOT_FOUND,
    RESTRICTED,
    SERVER_ERROR,
    XML,
    Answer,
    Query,
    Site,
    rendered,
)
from demo.cmis import CmisSite
from demo.modgov import committees_xml, meeting_xml, meetings_xml
from demo.modgov_search import issue_page, results_page
from demo.notices import Release, search
from demo.notices_search import hits
from demo.own_pages import OwnSite
from demo.pages import (
    committee_page,
    committees_page,
    meeting_page,
    meetings_page,
    search_form_page,
)
from demo.parchment import ParchmentSite
from demo.shapes import DemoCommittee, DemoCouncil, DemoMeeting, World

_ITEM_DOCUMENT = re.compile(r"/documents/s(\d+)/.")
_MEETING_DOCUMENT = re.compile(r"/documents/g(\d+)/.")
_SERVICE = "/mgwebservice.asmx/"


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
            "/iedocsearch.aspx": lambda query: self._html(search_form_page(council)),
            "/iesearchresults2.aspx": self._search,
            "/mgissuehistoryhome.aspx": self._issue,
            "/mgconvert2pdf.aspx": lambda query: self._document(_number(query, "id")),
            "/robots.txt": lambda query: Answer(200, self.robots().encode()),
        }

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path.lower().startswith(_SERVICE) and self.council.service:
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
            return rendered(extra) if extra else NOT_FOUND
        return NOT_FOUND

    def _document(self, number: int) -> Answer:
        document = self.documents.get(number)
        if document is None:
            return NOT_FOUND
        return RESTRICTED if document.restricted else rendered(document)

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

    def _search(self, query: Query) -> Answer:
        days = query.get("sd", ""), query.get("ed", "")
        page = _number(query, "pg", 1)
        return self._html(results_page(self.council, query.get("ss", ""), *days, page))

    def _issue(self, query: Query) -> Answer:
        page = issue_page(self.council, _number(query, "iid"))
        return self._html(page) if page else NOT_FOUND

    def _find(self, number: int) -> DemoCommittee | None:
        return next((one for one in self.council.committees if one.number == number), None)

    @staticmethod
    def _html(body: bytes) -> Answer:
        return Answer(200, body, HTML)


class NoticesSite:
    """The procurement service: OCDS search with cursor paging, keyword search, single releases.

    An answer to a keyword search holds no more than `most_hits`, whatever is asked for.
    """

    SEARCH = "/Published/Notices/OCDS/Search"
    KEYWORDS = "/api/rest/2/search_notices/json"
    RELEASE = "/Published/OCDS/Release/"

    def __init__(self, releases: tuple[Release, ...], most_hits: int = 1000) -> None:
        self.releases = releases
        self.most_hits = most_hits

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nDisallow:\n")
        if path == self.SEARCH:
            return self._search(query, base)
        if path == self.KEYWORDS:
            return self._keywords(query.get("json", ""))
        found = [one for one in self.releases if path == f"{self.RELEASE}{one['id']}"]
        return _json({"version": "1.1", "releases": found}) if found else NOT_FOUND

    def _search(self, query: Query, base: str) -> Answer:
        try:
            return _json(search(self.releases, _spelled(query), f"{base}{self.SEARCH}"))
        except ValueError:
            return Answer(400, b"Bad request\n")

    def _keywords(self, asked: str) -> Answer:
        try:
            found = hits(self.releases, json.loads(asked), self.most_hits)
        except (ValueError, KeyError, TypeError):
            return Answer(400, b"Bad request\n")
        return Answer(200, json.dumps(found, ensure_ascii=False).encode(), "application/json")


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
    found: dict[str, Site] = {one.host: CouncilSite(one) for one in world.on("modgov")}
    found |= {one.host: CmisSite(one) for one in world.on("cmis")}
    found |= {one.host: OwnSite(one) for one in world.on("pages")}
    found |= {one.host: ParchmentSite(one) for one in world.on("parchment")}
    found[world.notices_host] = NoticesSite(world.notices)
    return found
