"""The page for reviewing links, as a plugin of the site: it alone writes, and only links.csv.

It is shut to other machines and other sites as the coding pages are, and works without a script.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl
from datasette.plugins import pm
from jinja2 import ChoiceLoader, FileSystemLoader

from corpus.store import now
from workbench.coding_site import form_of, is_from_us

HERE = Path(__file__).parent
AT_ONCE = 300
"""Proposals looked at for the next one: those decided since the last build are passed over."""
SAID = {"accept": "accepted", "refuse": "refused"}
NEXT = """
    select l.*, d.title, d.kind as document_kind, d.published_on, d.council as at,
           coalesce(e.name, s.title) as second_title, s.kind as second_kind,
           s.published_on as second_on, e.kind as entity_kind,
           (select p.text from passages p where p.document = l.first order by p.passage limit 1)
             as passage,
           (select p.text from passages p where p.document = l.second order by p.passage limit 1)
             as second_passage
    from links l join documents d on d.document = l.first
    left join documents s on s.document = l.second left join entities e on e.entity = l.second
    where l.decision = 'proposed' and (:council = '' or l.council = :council)
    order by l.score desc, l.link"""


@contextmanager
def links_site(folder: Path, by: str, council: str) -> Iterator[Any]:
    """Yield what adds the page to a site; it is taken out of it at the end."""
    pages = ReviewPages(folder, by, council)
    pm.register(pages, name=pages.__name__)
    try:
        yield pages.extend
    finally:
        pm.unregister(pages)


class ReviewPages:
    """The page of one reviewer."""

    __name__ = "corpus-review-pages"

    def __init__(self, folder: Path, by: str, council: str) -> None:
        self._folder, self._by, self._council = folder, by, council
        self._word = secrets.token_urlsafe(24)
        self._skipped: list[str] = []

    def extend(self, datasette: Any) -> None:
        """Let a site find our templates."""
        ours = FileSystemLoader(HERE / "templates")
        datasette.jinja_env.loader = ChoiceLoader([ours, datasette.jinja_env.loader])

    @hookimpl  # type: ignore[untyped-decorator] # pluggy's marker has no type
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """Answer at `/review`."""
        return [(r"^/review/?$", self.review)]

    @hookimpl  # type: ignore[untyped-decorator] # pluggy's marker has no type
    def skip_csrf(self, scope: Any) -> bool | None:
        """Our form has a guard of its own, that needs no cookie."""
        return True if scope["path"].rstrip("/") == "/review" else None

    async def review(self, datasette: Any, request: Any) -> Response:
        """Show the strongest proposal that nobody decided, or take what was said of one."""
        if request.method == "POST":
            form = await form_of(request)
            if form is None or not is_from_us(request, form, self._word):
                told = "This form is not from this page. Go back and reload it."
                return Response.text(told, status=403)
            return await self._take(datasette, {key: held[0] for key, held in form.items()})
        return await self._show(datasette, request)

    async def _take(self, datasette: Any, form: dict[str, str]) -> Response:
        from models.links.decisions import Decision, add_decision

        link, said = form.get("link", ""), form.get("said", "")
        row = (
            await datasette.get_database("corpus").execute(
                'select "first", "second" from links where link = ?', [link]
            )
        ).first()
        if row and said in SAID:
            why = form.get("why", "")[:2000]
            told = Decision(row["first"], row["second"], SAID[said], self._by, now(), why)
            add_decision(self._folder, told)
        elif row and said == "skip":
            self._skipped.append(link)
        return Response.redirect("/review", status=303)

    async def _show(self, datasette: Any, request: Any) -> Response:
        from models.links.decisions import load_decisions
        from models.links.propose import link_id

        found = await datasette.get_database("corpus").execute(
            f"{NEXT} limit {AT_ONCE}", {"council": self._council}
        )
        decisions = load_decisions(self._folder)
        done = {link_id(one.first, one.second) for one in decisions}
        left = [dict(row) for row in found.rows if row["link"] not in done]
        fresh = [row for row in left if row["link"] not in self._skipped] or left
        row = fresh[0] if fresh else None
        if row:
            row["reasons"] = json.loads(row["reasons"] or "[]")
        told = {"row": row, "left": len(left), "by": self._by, "word": self._word}
        told |= {"most": AT_ONCE, "done": len(done)}
        body = await datasette.render_template("review.html", told, request=request)
        return Response.html(body, headers={"cache-control": "no-store"})
