"""Only this machine's own names are answered, and those a published site is told it has.

Any web page can let its name resolve to 127.0.0.1 (DNS rebinding): the visitor's browser would then
let it read the corpus as its own. The browser still sends that page's name as the Host.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from publish.hooks import hook

OURS = frozenset({"127.0.0.1", "localhost", "[::1]"})
REFUSED = 421
"""Misdirected Request: sent to a server that does not answer for that name."""
SENTENCE = (
    b"This site answers only at http://127.0.0.1 or http://localhost, with its port, and at names "
    b"given with --public-host.\n"
)

App = Callable[..., Awaitable[None]]


@hook
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Refuse requests that name another host."""
    told = datasette.plugin_config("council-corpus") or {}
    ours = OURS | {str(host).lower() for host in told.get("hosts", ())}

    def wrap(app: App) -> App:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http" and not is_ours(scope["headers"], ours):
                await _refuse(send)
            else:
                await app(scope, receive, send)

        return wrapped

    return wrap


def is_ours(headers: Any, ours: frozenset[str] = OURS) -> bool:
    """Whether a request names one host, and that is this machine; `*` among ours is any."""
    named = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    if len(named) != 1:
        return False
    return "*" in ours or re.sub(r":\d*\Z", "", named[0]).lower() in ours


async def _refuse(send: Any) -> None:
    length = str(len(SENTENCE)).encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": REFUSED, "headers": headers})
    await send({"type": "http.response.body", "body": SENTENCE})
