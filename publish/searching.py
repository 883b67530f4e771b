"""The search page: what was asked, what was found, and the links that change the question."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from corpus.search import Filters, Results
from publish.facets import Facet

PER_PAGE = 20
MOST_PAGES = 50
"""Nobody reads the thousandth hit; the count stays exact, and filters narrow it."""
PATH = "/-/search"


@dataclass(frozen=True)
class Asked:
    """A search as the address names it."""

    query: str
    filters: Filters
    page: int = 1
    by: str | None = None
    """`words` or `meaning`; None leaves the choice to the query."""

    @property
    def offset(self) -> int:
        """The hits before this page."""
        return (self.page - 1) * PER_PAGE

    def link(self, **changes: Any) -> str:
        """Return the address of the same search with something changed; None takes it away."""
        values = {"q": self.query, "by": self.by} | self.filters.given()
        values |= {"p": str(self.page)} | changes
        suffix = values.pop("suffix", "")
        if "p" not in changes or changes["p"] == 1:
            values.pop("p")
        return f"{PATH}{suffix}?{urlencode({k: v for k, v in values.items() if v})}"


@dataclass(frozen=True)
class Answered:
    """Everything the search page shows; `facets` is None where counting them took too long."""

    asked: Asked
    results: Results
    facets: dict[str, tuple[Facet, ...]] | None
    able: bool = False
    """Whether there is an index of meaning."""

    @property
    def bare(self) -> int:
        """How many hits on this page have none of the words."""
        return sum(hit.matched == () for hit in self.results.hits)

    @property
    def last_page(self) -> int:
        """The last page of hits that is shown."""
        return min(-(-self.results.total // PER_PAGE), MOST_PAGES)

    @property
    def shown(self) -> tuple[int, int]:
        """The first and last hit on this page, from 1."""
        return self.asked.offset + 1, self.asked.offset + len(self.results.hits)

    def narrowed(self) -> list[tuple[str, str, str]]:
        """Return the filters set: name, label, and the address without it."""
        return [
            (name, self._label(name, value), self.asked.link(**{name: None}))
            for name, value in self.asked.filters.given().items()
        ]

    def _label(self, name: str, value: str) -> str:
        known = {facet.value: facet.label for facet in (self.facets or {}).get(name, ())}
        return known.get(value, value)


def asked(arguments: Any) -> Asked:
    """Understand the arguments of an address; what makes no sense is left out."""
    given = {name: (arguments.get(name) or "").strip()[:200] for name in Filters().__dict__}
    page = arguments.get("p") or "1"
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    return Asked(
        (arguments.get("q") or "").strip(),
        Filters(**{name: value or None for name, value in given.items()}),
        min(max(number, 1), MOST_PAGES),
        by if (by := arguments.get("by")) in ("words", "meaning") else None,
    )
