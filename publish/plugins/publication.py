"""Tells the templates whether a published corpus is shown: they then say what is not here."""

from typing import Any
from weakref import WeakKeyDictionary

from corpus.published import is_published
from publish.database import ask
from publish.hooks import hook

_known: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


@hook
def extra_template_vars(datasette: Any) -> Any:
    """Give the templates `published`."""

    async def told() -> dict[str, bool]:
        if datasette not in _known:
            _known[datasette] = await ask(datasette, is_published)
        return {"published": _known[datasette]}

    return told
