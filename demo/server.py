"""The county on loopback: one threading HTTP server with a virtual host for each site."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from demo.answer import NOT_FOUND, Answer
from demo.service_sites import service_sites
from demo.shapes import World
from demo.sites import sites
from demo.trouble import Clock, troubled_sites
from demo.world import build_world


class Request(NamedTuple):
    """One line of the server's log.

    `began` is when the request had come in, by the monotonic clock, `connection` the client's port,
    and `headers` what was sent, its names in small letters.
    """

    method: str
    host: str
    target: str
    status: int
    user_agent: str
    began: float = 0.0
    connection: int = 0
    headers: Mapping[str, str] = {}


POURED = b"%" * 65_536
"""What an endless answer consists of."""
_CHUNKED = ("Transfer-Encoding", "chunked")


class CountyServer:
    """A context manager that serves the county on 127.0.0.1 while it is open.

    `port` is the port in use, `requests` the log of everything asked so far, `restricted` the
    part of it that asked for a document no crawler may fetch. `clock` tells the day of the site
    that changes, `poured` how many bytes of endless answers were taken.
    """

    def __init__(self, port: int = 0, world: World | None = None) -> None:
        self.world = world or build_world()
        self.clock = Clock()
        self.poured = 0
        self.sites = troubled_sites(self.clock) | sites(self.world) | service_sites()
        self.requests: list[Request] = []
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", port), self)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> CountyServer:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def restricted(self) -> list[Request]:
        """Requests for restricted documents: a well-behaved crawl has none."""
        return [request for request in self.requests if request.status == 401]

    def url(self, host: str, path: str = "") -> str:
        """The address of a path on one of the county's hosts."""
        return f"http://{host}:{self.port}/{path.lstrip('/')}"

    def wait(self) -> None:
        """Block until interrupted."""
        Event().wait()

    def answer(self, host: str, target: str, form: str = "") -> Answer:
        """What a host answers to the target of a request line, and to the form sent with it."""
        name = host.partition(":")[0].lower()
        site = self.sites.get(name)
        if site is None:
            return NOT_FOUND
        parts = urlsplit(target)
        given = [*parse_qsl(parts.query, True), *parse_qsl(form, keep_blank_values=True)]
        query = {key.lower(): value for key, value in given}
        return site.answer(unquote(parts.path), query, f"http://{name}:{self.port}")

    def log(self, request: Request) -> None:
        """Keep one line of the log."""
        with self._lock:
            self.requests.append(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # An idle keep-alive connection must not hold up the end of a test.
    block_on_close = False

    def __init__(self, address: tuple[str, int], county: CountyServer) -> None:
        super().__init__(address, _Handler)
        self.county = county

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless it is that a client has gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "county-demo"
    sys_version = ""
    # Headers and body leave in one packet: without this each answer waits for a delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._send(self._answer(), body=True)

    def do_POST(self) -> None:
        """Answer a form: its fields count like those of a query, JSON as one field `json`."""
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        form = sent.decode("utf-8", "replace")
        if self.headers.get_content_type() == "application/json":
            form = urlencode({"json": form})
        self._send(self._answer(form), body=True)

    def do_HEAD(self) -> None:
        """Answer a HEAD: the same headers without the body."""
        self._send(self._answer(), body=False)

    def _answer(self, form: str = "") -> Answer:
        county, host, began = self.server.county, self.headers.get("Host", ""), time.monotonic()
        answer = county.answer(host, self.path, form)
        etag = answer.headers.get("ETag")
        if etag is not None and etag in self.headers.get("If-None-Match", ""):
            answer = Answer(304, b"", answer.mime, answer.headers)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            self.command,
            host.partition(":")[0].lower(),
            self.path,
            answer.status,
            headers.get("user-agent", ""),
            began,
            self.client_address[1],
            headers,
        )
        county.log(request)
        return answer

    def _send(self, answer: Answer, body: bool) -> None:
        time.sleep(answer.wait_seconds)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Type", answer.mime)
            length = str(answer.promised or len(answer.body))
            self.send_header(*_CHUNKED if answer.chunked else ("Content-Length", length))
        self.end_headers()
        if body:
            self._write(answer.body, answer.chunked)
        if answer.promised:
            self._break_promise(answer)
        elif body and answer.chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _write(self, content: bytes, chunked: bool) -> None:
        size = f"{len(content):x}\r\n".encode()
        self.wfile.write(size + content + b"\r\n" if chunked else content)

    def _break_promise(self, answer: Answer) -> None:
        """Pour out what was promised for as long as it is taken, or break off in the middle."""
        with suppress(OSError):
            for _ in range(0 if not answer.pours else answer.promised // len(POURED)):
                self._write(POURED, answer.chunked)
                self.server.county.poured += len(POURED)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing to stderr: the log is `CountyServer.requests`."""
