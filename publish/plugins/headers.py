"""Security headers: nothing from elsewhere is loaded, and no script in a page runs."""

from collections.abc import Awaitable, Callable
from typing import Any

from publish.assets import caching
from publish.database import DATABASE
from publish.hooks import hook

STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
DATASETTE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""For Datasette's own pages: its tables colour themselves by style attributes; scripts in the page
are refused there, too."""
OTHERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
}

App = Callable[..., Awaitable[None]]


@hook
def asgi_wrapper() -> Callable[[App], App]:
    """Add the headers to every answer."""
    return _wrap


def _wrap(app: App) -> App:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = message | {"headers": _headers(scope, message["headers"])}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def _headers(scope: Any, given: Any) -> list[tuple[bytes, bytes]]:
    path = scope["path"]
    policy = DATASETTE if _is_datasettes(path) else STRICT
    ours = OTHERS | {b"content-security-policy": policy.encode()}
    if kept := caching(path, scope.get("query_string", b"")):
        ours |= {b"cache-control": kept}
    return [(k, v) for k, v in given if k.lower() not in ours] + list(ours.items())


def _is_datasettes(path: str) -> bool:
    """Whether a page is made by Datasette's own templates."""
    return (
        path == f"/{DATABASE}" or path.startswith((f"/{DATABASE}/", f"/{DATABASE}.", "/-/"))
    ) and not path.startswith("/-/search")
