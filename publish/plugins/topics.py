"""Topics, `/topics` and `/topic/ID`: what the passages are about, with the figures' limits."""

from typing import Any

from datasette import Response

from corpus.citation import FORMS
from publish.answering import census_of
from publish.citing import site_address
from publish.database import ask, ask_once
from publish.hooks import Route, hook
from publish.topics import all_topics, one_topic, relevance_of
from publish.views import missing, named, show

TOPIC_MS = 5000
"""Finding every passage in which a topic is the strongest."""


@hook
def register_routes() -> list[Route]:
    """Answer at `/topics` and `/topic/ID`."""
    return [(r"^/topics$", topics_page), (r"^/topic/(?P<topic>[^/]+)$", topic_page)]


async def topics_page(datasette: Any, request: Any) -> Response:
    """Show the chosen model's topics, or how to get some."""
    topics = await ask(datasette, all_topics)
    return await show(datasette, request, "topics.html", {"told": topics})


async def topic_page(datasette: Any, request: Any) -> Response:
    """Show one topic, or say that there is none."""
    name, site = named(request, "topic"), site_address(datasette)
    relevance = relevance_of(request.args.get("relevance") or "")
    topic = await ask_once(
        datasette,
        ("topic", name, relevance),
        lambda connection: one_topic(connection, name, site, relevance),
        TOPIC_MS,
    )
    if topic:
        searched = (await census_of(datasette)).searched
        context = {"told": topic, "searched": searched, "forms": FORMS}
        return await show(datasette, request, "topic.html", context)
    why = f"No topic has the id {name}. A newly fitted model has new topics; the list shows them."
    return await missing(datasette, request, "No such topic", why)
