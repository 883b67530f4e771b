"""An HTTP answer of the county, and what every host of it is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from demo.papers import render
from demo.shapes import DemoDocument

HTML, XML, TEXT = "text/html; charset=utf-8", "text/xml; charset=utf-8", "text/plain; charset=utf-8"
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
def rendered(document: DemoDocument) -> Answer:
    """A document's bytes with a validator, drawn once."""
    body, mime = render(document)
    return Answer(200, body, mime, {"ETag": f'"{hashlib.sha256(body).hexdigest()[:24]}"'})
