"""The pages for coding, as a plugin of the site: they alone write, and only one coder's file.

Nothing outside this machine may reach them, and no page of another site may post to them: the
site refuses other hosts, and every form carries a word that only its own pages know.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from datasette import Response, hookimpl
from datasette.plugins import pm
from jinja2 import ChoiceLoader, FileSystemLoader

from corpus.codebook import GROUPS, Codebook

HERE = Path(__file__).parent
MOST_BYTES = 200_000
"""Of a form: a note, and a tick for each code."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
KEYS = {
    "about": {"yes": "y", "marginal": "m", "no": "n"},
    "stance": {
        "uses": "u",
        "plans": "p",
        "not-used": "x",
        "stopped": "s",
        "asks": "a",
        "general": "g",
    },
}
STATIC = {"coding.js": "text/javascript", "coding.css": "text/css"}

App = Callable[..., Awaitable[None]]


@contextmanager
def coding_site(session: Any, codebook: Codebook, wrong: type[ValueError]) -> Iterator[Any]:
    """Yield what adds the pages to a site; they are taken out of it at the end."""
    pages = CodingPages(session, codebook, wrong)
    pm.register(pages, name=pages.__name__)
    try:
        yield pages.extend
    finally:
        pm.unregister(pages)


class CodingPages:
    """The pages of one session."""

    __name__ = "corpus-coding-pages"

    def __init__(self, session: Any, codebook: Codebook, wrong: type[ValueError]) -> None:
        self._session, self._wrong = session, wrong
        self._word = secrets.token_urlsafe(24)
        self._groups = [
            (group.replace("_", " or "), [code for code in codebook.codes if code.group == group])
            for group in GROUPS
        ]

    def extend(self, datasette: Any) -> None:
        """Let a site find our templates."""
        ours = FileSystemLoader(HERE / "templates")
        datasette.jinja_env.loader = ChoiceLoader([ours, datasette.jinja_env.loader])

    @hookimpl  # type: ignore[untyped-decorator] # pluggy's marker has no type
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """Answer below `/code`."""
        return [
            (r"^/code/?$", self.start),
            (r"^/code/(?P<number>\d{1,6})$", self.item),
            (r"^/code/(?P<name>coding\.(?:js|css))$", self.static),
        ]

    @hookimpl  # type: ignore[untyped-decorator] # pluggy's marker has no type
    def skip_csrf(self, scope: Any) -> bool | None:
        """Our forms have a guard of their own, that needs no cookie."""
        return True if _is_ours(scope["path"]) else None

    @hookimpl(trylast=True)  # type: ignore[untyped-decorator] # as above
    def asgi_wrapper(self) -> Callable[[App], App]:
        """Let our own script run, and it alone."""
        return _wrap

    async def static(self, request: Any) -> Response:
        """Answer with the script or the sheet."""
        name = request.url_vars["name"]
        return Response((HERE / "static" / name).read_text("utf-8"), content_type=STATIC[name])

    async def start(self, datasette: Any, request: Any) -> Response:
        """Go on where the coder stopped, or say that all is done."""
        number = self._session.next()
        if number:
            return Response.redirect(f"/code/{number}", status=303)
        told = {"session": self._session, "word": self._word}
        body = await datasette.render_template("coded.html", told, request=request)
        return Response.html(body)

    async def item(self, datasette: Any, request: Any) -> Response:
        """Show an item, or take what was said of it."""
        number = int(request.url_vars["number"])
        if not 1 <= number <= len(self._session.items):
            return Response.redirect("/code", status=303)
        if request.method != "POST":
            return await self._show(datasette, request, number)
        form = await form_of(request)
        if form is None or not is_from_us(request, form, self._word):
            return Response.text(
                "This form is not from this page. Go back and reload it.", status=403
            )
        return await self._take(datasette, request, number, form)

    async def _take(
        self, datasette: Any, request: Any, number: int, form: dict[str, list[str]]
    ) -> Response:
        from coding.sheets import answered

        if "undo" in form:
            return Response.redirect(f"/code/{self._session.undo() or number}", status=303)
        said = {name: " ".join(values) for name, values in form.items()}
        answers = answered(said)
        if not answers.about:
            why = "Say first whether it is about the study's subject: yes, marginal or no."
            return await self._show(datasette, request, number, answers, why)
        try:
            self._session.save(number, answers)
        except self._wrong as error:
            return await self._show(datasette, request, number, answers, str(error))
        following = self._session.next(number)
        return Response.redirect(f"/code/{following}" if following else "/code", status=303)

    async def _show(
        self, datasette: Any, request: Any, number: int, answers: Any = None, why: str = ""
    ) -> Response:
        from coding.anchors import Folded, find

        item = self._session.items[number - 1]
        database = datasette.get_database("corpus")
        sql = (
            "select p.text, p.number, f.mime from pages p join files f using (sha256) "
            "where p.page = ?"
        )
        row = (await database.execute(sql, [item.page])).first()
        text = (row["text"] if row else "") or ""
        place = find(Folded(text), item.prefix, item.quote, item.suffix)
        told = context(self._session, number, text, place) | {
            "answers": answers or self._session.answers(number),
            "groups": self._groups,
            "keys": KEYS,
            "why": why,
            "word": self._word,
            "page_number": row["number"] if row else None,
            "picture": bool(row and row["mime"] == "application/pdf"),
        }
        body = await datasette.render_template("code.html", told, request=request)
        return Response.html(body, status=422 if why else 200)


async def form_of(request: Any) -> dict[str, list[str]] | None:
    """Return the fields of a form, or None where it is too large or none."""
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
        return None
    try:
        body = (await request.post_body()).decode("utf-8")
        return parse_qs(body, keep_blank_values=True, max_num_fields=5000)
    except ValueError:
        return None


def is_from_us(request: Any, form: dict[str, list[str]], word: str) -> bool:
    """Whether a form knows our word, and the browser names no other site as its origin."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return hmac.compare_digest(form.get("word", [""])[0], word)


def _is_ours(path: str) -> bool:
    return path == "/code" or path.startswith("/code/")


def _wrap(app: App) -> App:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        async def send_with_policy(message: Any) -> None:
            if message["type"] == "http.response.start":
                named = b"content-security-policy"
                others = [(k, v) for k, v in message["headers"] if k.lower() != named]
                policy = (named, POLICY.encode())
                fresh = (b"cache-control", b"no-store")
                message = message | {"headers": [*others, policy, fresh]}
            await send(message)

        await app(scope, receive, send_with_policy if _is_ours(scope.get("path", "")) else send)

    return wrapped


def context(session: Any, number: int, text: str, place: Any) -> dict[str, Any]:
    """Return what the page of an item shows: its words in the middle of their page."""
    item = session.items[number - 1]
    start, end = (place.start, place.end) if place else (0, 0)
    return {
        "item": item,
        "number": number,
        "total": len(session.items),
        "done": len(session.done()),
        "is_done": number in session.done(),
        "before": text[:start],
        "words": text[start:end] or item.quote,
        "after": text[end:],
        "found": place is not None,
        "coder": session.coder,
        "sample": session.sample,
    }
