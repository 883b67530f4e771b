"""Many small Modern.Gov sites in one process: what the crawl benchmarks ask.

    python benchmarks/hosts.py PORT_FILE LOG_FILE MEETINGS PAPERS

Answers on 127.0.0.1 whatever the host is called, by asyncio streams' bare protocol, and appends
one line a second to the log: seconds by the monotonic clock, requests so far, papers so far.
Ends when its standard input is closed.
"""

import asyncio
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HELD_ON = "11/{month:02d}/2026"
ROBOTS = b"User-agent: *\nDisallow:\n"
COMMITTEES = (
    b"<committees><committee><committeeid>7</committeeid><committeetitle>Cabinet</committeetitle>"
    b"</committee></committees>"
)
PAGE = b"<html><body><div id='modgov'><p>Agenda</p></div></body></html>"
MONTHS = 10
"""The meetings lie in the first months of 2026."""


class Sites:
    """What every host answers; `papers` of each of its `meetings`."""

    def __init__(self, meetings: int, papers: int) -> None:
        self.meetings, self.papers = meetings, papers
        self.asked = self.served = 0
        self.first = self.last = 0.0
        rows = "".join(
            f"<meeting><meetingid>{n + 1}</meetingid><meetingdate>"
            f"{HELD_ON.format(month=n % MONTHS + 1)}</meetingdate>"
            "<meetingstatus>Confirmed</meetingstatus></meeting>"
            for n in range(meetings)
        )
        self._list = (
            "<getmeetings><committee><committeemeetings>"
            f"{rows}</committeemeetings></committee></getmeetings>"
        ).encode()

    def answer(self, host: str, target: str) -> tuple[bytes, bytes]:
        """Return the media type and the body for the target of a request line."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.asked += 1
        parts = urlsplit(target)
        if parts.path.startswith("/documents/"):
            self.served += 1
            # A paper of its own for each host and number: no two have the same bytes.
            return b"application/pdf", f"%PDF-1.4\n{host}{parts.path}\n%%EOF\n".encode()
        if parts.path == "/robots.txt":
            return b"text/plain", ROBOTS
        if parts.path.endswith("GetCommittees"):
            return b"text/xml", COMMITTEES
        if parts.path.endswith("GetMeetings"):
            return b"text/xml", self._list
        if parts.path.endswith("GetMeeting"):
            return b"text/xml", self._meeting(host, int(parse_qs(parts.query)["lMeetingId"][0]))
        return b"text/html", PAGE

    def _meeting(self, host: str, meeting: int) -> bytes:
        day = HELD_ON.format(month=(meeting - 1) % MONTHS + 1)
        links = "".join(
            f"<linkeddoc><attachmentid>{n}</attachmentid><title>Paper {n}</title><isurl>False"
            f"</isurl><url>http://{host}/documents/s{n}/Paper.pdf</url><isrestricted>False"
            f"</isrestricted><publicationdate>{day}</publicationdate></linkeddoc>"
            for n in range((meeting - 1) * self.papers + 1, meeting * self.papers + 1)
        )
        return (
            f"<meeting><meetingid>{meeting}</meetingid><agendaitems><agendaitem><agendaitemtitle>"
            "Item</agendaitemtitle><fulldisplaynumberformat>4.</fulldisplaynumberformat>"
            f"<isrestricted>False</isrestricted><linkeddocuments>{links}</linkeddocuments>"
            "</agendaitem></agendaitems></meeting>"
        ).encode()


class Connection(asyncio.Protocol):
    """One connection of a client that sends GET requests one after the other."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come in whole."""
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            host = next((li[5:].strip() for li in lines if li.lower().startswith("host:")), "")
            mime, body = self._sites.answer(host, lines[0].split(" ")[1])
            assert self._transport
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
                % (mime, len(body), body)
            )


async def serve(port_file: Path, log: Path, sites: Sites) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(sites), "127.0.0.1", 0)
    port_file.write_text(str(server.sockets[0].getsockname()[1]))
    ended = loop.run_in_executor(None, sys.stdin.read)
    with log.open("w") as stream:
        while not ended.done():
            await asyncio.wait([ended], timeout=0.2)
            print(sites.first, sites.last, sites.asked, sites.served, file=stream, flush=True)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2]), Sites(*map(int, sys.argv[3:5]))))
