"""Serve the site on the loopback address until told to stop."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import uvicorn

from corpus.errors import CorpusError
from publish.site import site
from publish.warm import keep_warm

HOST = "127.0.0.1"
GRACE_SECONDS = 3
"""What requests under way are given when the site is stopped."""
ANSWER_SECONDS = 120
"""What the first answer is given: it counts a large corpus once."""


class PortTaken(CorpusError):
    """Another program listens on the port."""

    permanent = False


class _Server(uvicorn.Server):
    """A server that tells when it really answers."""

    def __init__(self, config: uvicorn.Config, answers: Callable[[], None], address: str) -> None:
        super().__init__(config)
        self._answers, self._address = answers, address
        self._asking: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then ask the site for its style sheet and tell that it answered."""
        await super().startup(sockets)
        self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS) as client:
            (await client.get(f"{self._address}/assets/site.css")).raise_for_status()
        self._answers()


def serve(
    path: Path,
    port: int,
    *,
    ready: Callable[[str], None],
    extend: Callable[[Any], None] | None = None,
    hosts: Sequence[str] = (),
) -> None:
    """Serve a corpus until interrupted; `ready` is told the address once it answers.

    `extend` is given the site before it starts, to add pages to it; `hosts` are further names at
    which a published corpus answers. Raises `PortTaken`,
    `MissingPath` or `ForeignDatabase`.
    """
    with site(path, hosts=hosts) as datasette, _bound(port) as bound:
        if extend:
            extend(datasette)
        address = f"http://{HOST}:{bound.getsockname()[1]}"
        _run(datasette, bound, address, lambda: ready(address))


def _bound(port: int) -> socket.socket:
    """Take the port, or say who to blame."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if hasattr(socket, "SO_REUSEPORT"):  # on Windows the option would let two servers share a port
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Else each answer waits forty milliseconds for the reader to confirm its headers; asyncio sees
    # to that only where it opens the socket itself.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        bound.bind((HOST, port))
        bound.listen()
    except OSError as error:
        bound.close()
        raise PortTaken(_refusal(port, error)) from error
    return bound


def _refusal(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program, perhaps by a site that is still running. "
            f"Stop that, or name another port: `corpus serve --port {port + 1}`."
        )
    return f"Port {port} cannot be used ({error.strerror}). Name another with --port."


def _run(datasette: Any, bound: socket.socket, address: str, answers: Callable[[], None]) -> None:
    """Run the server; an interrupt or a termination ends it in good order."""
    config = uvicorn.Config(
        datasette.app(),
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        asyncio.run(_start(datasette, _Server(config, answers, address), bound))
    except KeyboardInterrupt:  # uvicorn has shut down by now and passes the signal on
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


async def _start(datasette: Any, server: uvicorn.Server, bound: socket.socket) -> None:
    await datasette.invoke_startup()
    warming = asyncio.create_task(keep_warm(datasette))
    try:
        await server.serve(sockets=[bound])
    finally:
        warming.cancel()


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Treat a termination like an interrupt, so that workers and database are closed."""
    raise KeyboardInterrupt
