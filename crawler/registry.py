"""Which spider serves a source: each module of `crawler.spiders` named like the spider in it."""

import importlib
import pkgutil
from functools import cache

import crawler.spiders
from corpus.study import Source
from crawler.spiders.base import CorpusSpider

OWN_PAGES = "pages"
"""Source under which councils without a known committee system are recorded."""


@cache
def spiders() -> dict[str, type[CorpusSpider]]:
    """Return every spider by its name, as study files write it under `spider`."""
    return {
        module.name: member
        for module in pkgutil.iter_modules(crawler.spiders.__path__)
        for member in vars(importlib.import_module(f"crawler.spiders.{module.name}")).values()
        if isinstance(member, type)
        and issubclass(member, CorpusSpider)
        and getattr(member, "name", None) == module.name
    }


def spider_of(source: Source) -> type[CorpusSpider] | None:
    """Return the spider that serves a source, None where it is not written yet."""
    return spiders().get(source.spider or "")
