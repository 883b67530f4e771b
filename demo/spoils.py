"""What a troubled site answers instead of what it should: refusals, challenges, floods."""

import gzip
import io
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from functools import lru_cache, partial
from itertools import islice
from urllib.parse import urlsplit

from demo.answer import HTML, NOT_FOUND, XML, Answer, Query
from demo.shapes import DemoCouncil
from demo.text import load

_BANK = load("trouble")
PLAIN_PAGE: str = _BANK["plain_page"]
CHALLENGES: dict[str, str] = _BANK["challenges"]
"""Pages that sites put, with HTTP 200, in place of what was asked for."""
REDIRECTS: dict[str, str] = _BANK["redirects"]
"""Where every other paper of the redirecting council leads to, in the order of their numbers."""
HUGE_BYTES = 2 * 1024**3
BOMB_BYTES = 160 * 1024**2
"""More than the 100 MB that are taken of one answer, from some 160 KB."""
ENDLESS_MEETINGS = 5_000
LONG_WAIT_SECONDS = 400 * 86_400


@dataclass(frozen=True)
class Asked:
    """A request to a troubled site: `count` tells how often the same was asked, from 1."""

    path: str
    query: Query
    base: str
    count: int
    council: DemoCouncil

    @property
    def part(self) -> str:
        """What is asked for: `robots`, `xml`, `document` or `html`."""
        path = self.path.lower()
        if path == "/robots.txt":
            return "robots"
        if "mgwebservice" in path:
            return "xml"
        return "document" if path.startswith("/documents/") else "html"

    @property
    def operation(self) -> str:
        """The operation of the XML service, in small letters."""
        return self.path.lower().rpartition("/")[2] if self.part == "xml" else ""

    @property
    def number(self) -> int:
        """Which of the council's papers is asked for, from 0; -1 where it is none."""
        numbers = [document.attachment for document in self.council.item_documents]
        found = self.path.partition("/documents/s")[2].partition("/")[0]
        return numbers.index(int(found)) if found.isdigit() and int(found) in numbers else -1


Plain = Callable[[], Answer]
Spoil = Callable[[Asked, Plain], Answer]
"""Answers a request; it may ask for what the site would answer if it had no trouble."""


def _on(part: str, answer: Answer, asked: Asked, plain: Plain) -> Answer:
    """Give one answer to requests for a part, one operation, item papers or everything."""
    paper = "paper" if asked.number >= 0 else ""
    return answer if part in {asked.part, asked.operation, paper, "everything"} else plain()


def _robots(text: str) -> Spoil:
    return partial(_on, "robots", Answer(200, text.encode()))


def _slow(asked: Asked, plain: Plain) -> Answer:
    return replace(plain(), wait_seconds=0.0 if asked.part == "robots" else 0.3)


def _cut(part: str, chunked: bool, asked: Asked, plain: Plain) -> Answer:
    """Break off in the middle of an answer."""
    answer = plain()
    if part not in {asked.part, asked.operation} or answer.status != 200:
        return answer
    half = answer.body[: len(answer.body) // 2]
    return replace(answer, body=half, promised=len(answer.body), chunked=chunked)


def _busy(told: Callable[[], str], times: int, asked: Asked, plain: Plain) -> Answer:
    """Say that there were too many requests, the first few times that something is asked for."""
    if asked.operation != "getcommittees" or asked.count > times:
        return plain()
    return Answer(429, b"Too many requests\n", headers={"Retry-After": told()} if told() else {})


def _redirects(asked: Asked, plain: Plain) -> Answer:
    """Send every other paper elsewhere: refusals alone would end the crawl before the last."""
    parts = urlsplit(asked.base)
    if asked.path.startswith("/circle/"):
        other = 1 - int(asked.path[-1])
        return Answer(302, headers={"Location": f"{asked.base}/circle/{other}"})
    if asked.path == "/account/login":
        return Answer(200, CHALLENGES["login"].encode(), HTML)
    which, stays = divmod(asked.number, 2)
    if stays or not 0 <= which < len(REDIRECTS):
        return plain()
    target = list(REDIRECTS.values())[which].format(port=parts.port, host=parts.hostname)
    return Answer(302, headers={"Location": target or asked.base + asked.path.replace(" ", "%20")})


def _moved(asked: Asked, plain: Plain) -> Answer:
    """Send everything to the council's new host, which has it all."""
    if (urlsplit(asked.base).hostname or "").endswith(".moderngov.test"):
        return plain()
    query = "&".join(f"{name}={value}" for name, value in asked.query.items())
    path = asked.path.replace(" ", "%20") + (f"?{query}" if query else "")
    host, port = moved_host(asked.council.host), urlsplit(asked.base).port
    return Answer(301, headers={"Location": f"http://{host}:{port}{path}"})


def moved_host(host: str) -> str:
    """The new host of a council that has moved."""
    return f"{host.split('.')[1]}.moderngov.test"


def _page(asked: Asked, plain: Plain) -> Answer:
    return NOT_FOUND if asked.part == "robots" else Answer(200, PLAIN_PAGE.encode(), HTML)


def _endless(asked: Asked, plain: Plain) -> Answer:
    """List thousands of meetings nobody asked for, and search results without an end."""
    if asked.path.lower().startswith("/iesearchresults"):
        return Answer(200, _results(int(asked.query.get("pg") or 1)), HTML)
    answer = plain()
    if asked.operation != "getmeetings":
        return answer
    body = answer.body.replace(b"</committeemeetings>", _far_meetings() + b"</committeemeetings>")
    return replace(answer, body=body)


@lru_cache(maxsize=1)
def _far_meetings() -> bytes:
    """Meetings of every year but those that anybody asks for."""
    years = [*range(1900, 2015), *range(2035, 2100)]
    return b"".join(
        b"<meeting><meetingid>%d</meetingid><meetingdate>%02d/%02d/%d</meetingdate>"
        b"<meetingstatus>Confirmed</meetingstatus></meeting>"
        % (900_000 + n, n % 28 + 1, n % 12 + 1, years[n % len(years)])
        for n in range(ENDLESS_MEETINGS)
    )


def _results(page: int) -> bytes:
    """A page of search results that says there is one more."""
    hits = "<hr />".join(
        f"<p>11/02/2026 - Cabinet <a href='ieListDocuments.aspx?CId=1&amp;MID={page * 10 + n}'>"
        f"Result {page * 10 + n}</a></p>"
        for n in range(10)
    )
    pager = f"Result Pages: <a href='ieSearchResults2.aspx?SS=x&amp;PG={page + 1}'>{page + 1}</a>"
    return f"<html><body><div id='modgov'>{hits}<p>{pager}</p></div></body></html>".encode()


def _bomb(part: str, asked: Asked, plain: Plain) -> Answer:
    """Answer with gzip that unpacks to a thousand times its size."""
    if part not in {asked.part, asked.operation}:
        return plain()
    mime = "application/pdf" if part == "document" else XML
    return Answer(200, _zeros(), mime, {"Content-Encoding": "gzip"})


@lru_cache(maxsize=1)
def _zeros() -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        for _ in range(BOMB_BYTES // 2**20):
            stream.write(bytes(2**20))
    return packed.getvalue()


def _entities() -> bytes:
    """A thousand million words out of ten lines."""
    lines = [f"<!ENTITY e{n} '{f'&e{n - 1};' * 10 if n else 'ha'}'>" for n in range(10)]
    title = (
        "<committee><committeeid>1</committeeid><committeetitle>&e9;</committeetitle></committee>"
    )
    return f"<!DOCTYPE committees [{''.join(lines)}]><committees>{title}</committees>".encode()


def _dtd(asked: Asked, plain: Plain) -> Answer:
    """Point to a document type that lies on a private address."""
    answer, port = plain(), urlsplit(asked.base).port
    if asked.operation != "getcommittees":
        return answer
    told = f'<!DOCTYPE committees SYSTEM "http://127.0.0.1:{port}/secret.dtd">'.encode()
    return replace(answer, body=answer.body.replace(b"<committees>", told + b"<committees>", 1))


def _dates(asked: Asked, plain: Plain) -> Answer:
    """Date the meetings of a list 31/02/2026, as ISO does, and not at all."""
    answer = plain()
    if asked.operation != "getmeetings":
        return answer
    parts = answer.body.split(b"<meetingdate>")
    wrong: Iterator[bytes] = iter((b"31/02/2026", b"2026-03-18", b""))
    body = parts[0] + b"".join(
        b"<meetingdate>" + next(wrong, b"32/13/2026") + part[part.index(b"<") :]
        for part in islice(parts, 1, None)
    )
    return replace(answer, body=body)


def _latin(asked: Asked, plain: Plain) -> Answer:
    """Send Latin-1 and call it UTF-8."""
    answer = plain()
    if asked.operation not in {"getcommittees", "getmeeting"}:
        return answer
    return replace(answer, body=answer.body.replace(b"Cabinet", "Café".encode("latin-1")))


def _cookies(asked: Asked, plain: Plain) -> Answer:
    answer = plain()
    kept = "session=from-the-site; Path=/; Max-Age=86400"
    return replace(answer, headers=answer.headers | {"Set-Cookie": kept})


def _credentials(asked: Asked, plain: Plain) -> Answer:
    """Link papers by addresses that hold a name and a password."""
    answer = plain()
    scheme, host = asked.base.split("//")
    named = answer.body.replace(asked.base.encode(), f"{scheme}//clerk:secret@{host}".encode())
    return replace(answer, body=named) if asked.operation == "getmeeting" else answer


BASIC = {"WWW-Authenticate": 'Basic realm="members"'}
SPOILS: Mapping[str, Spoil] = {
    "robots-all": _robots("User-agent: *\nDisallow: /\n"),
    "robots-us": _robots("User-agent: CouncilCorpus\nDisallow: /\n\nUser-agent: *\nDisallow:\n"),
    "delay": _robots("User-agent: *\nCrawl-delay: 0.4\nDisallow:\n"),
    "forbidden": partial(_on, "everything", Answer(403, b"Forbidden\n")),
    "dead": partial(_on, "everything", NOT_FOUND),
    "refused": partial(_on, "everything", NOT_FOUND),
    "unknown": partial(_on, "everything", NOT_FOUND),
    "switched-off": partial(_on, "everything", NOT_FOUND),
    "private": lambda asked, plain: plain(),
    "changing": lambda asked, plain: plain(),
    "moved": _moved,
    "page": _page,
    "slow": _slow,
    "cut-xml": partial(_cut, "getmeeting", False),
    "cut-document": partial(_cut, "document", False),
    "cut-chunks": partial(_cut, "document", True),
    "busy-seconds": partial(_busy, lambda: "1", 1),
    "busy-date": partial(_busy, lambda: formatdate(time.time() + 2, usegmt=True), 1),
    "busy-long": partial(_busy, lambda: str(LONG_WAIT_SECONDS), 9),
    "busy-silent": partial(_busy, lambda: "", 1),
    "busy-always": partial(_busy, lambda: "", 9),
    "redirects": _redirects,
    "endless": _endless,
    "huge": partial(
        _on,
        "document",
        Answer(200, b"%PDF-1.4\n", "application/pdf", promised=HUGE_BYTES, pours=True),
    ),
    "huge-chunks": partial(
        _on,
        "document",
        Answer(
            200, b"%PDF-1.4\n", "application/pdf", promised=HUGE_BYTES, pours=True, chunked=True
        ),
    ),
    "bomb-document": partial(_bomb, "document"),
    "bomb-xml": partial(_bomb, "getmeeting"),
    "xml-half": partial(
        _on, "getmeeting", Answer(200, b"<meeting><meetingid>1</meetingid><agen", XML)
    ),
    "xml-entities": partial(_on, "getcommittees", Answer(200, _entities(), XML)),
    "xml-dtd": _dtd,
    "xml-deep": partial(
        _on, "getmeeting", Answer(200, b"<meeting>" * 50_000 + b"</meeting>" * 50_000, XML)
    ),
    "html-soup": partial(
        _on, "html", Answer(200, b"\x00<a href=\xff><div>" * 20_000 + b"<a href='http://[", HTML)
    ),
    "dates": _dates,
    "latin": _latin,
    "cookies": _cookies,
    "authenticate": partial(_on, "document", Answer(401, b"Members only\n", headers=BASIC)),
    "credentials": _credentials,
    **{
        f"{name}-{part}": partial(_on, told, Answer(200, body.encode(), HTML))
        for name, body in CHALLENGES.items()
        for part, told in (("xml", "xml"), ("html", "html"), ("document", "paper"))
    },
}
"""Every trouble by the name that `banks/trouble.yaml` calls it."""
