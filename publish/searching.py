"""The search page: what was asked, what was found, and the links that change the question."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from corpus.retrieval.query import Parsed, parse
from corpus.retrieval.search import Filters
from publish.facets import Facet
from publish.matching import MOST_RANKED, PER_SCREEN, SORTS, Group
from publish.reach import Reach
from publish.wording import choice, number

MOST_SCREENS = 50
"""The counts are of all matches, and filters narrow them; CSV and JSON have every one."""
PATH = "/-/search"
NAMES = tuple(Filters().__dict__)
_OPTION = Markup('<option value="{}"{}>{} ({})</option>')
_SELECTED = Markup(" selected")


@dataclass(frozen=True)
class Asked:
    """A search as the address names it."""

    query: str
    filters: Filters
    page: int = 1
    by: str | None = None
    """`words` or `meaning`; None leaves the choice to the query."""
    sort: str = "rank"

    @property
    def parsed(self) -> Parsed:
        """The query as it is understood."""
        return parse(self.query)

    def values(self) -> dict[str, str]:
        """Return the search as arguments of an address, without the page."""
        sort = self.sort if self.sort != "rank" else None
        values = {"q": self.query, "by": self.by} | self.filters.given() | {"sort": sort}
        return {name: value for name, value in values.items() if value}

    def link(self, **changes: Any) -> str:
        """Return the address of the same search with something changed; None takes it away."""
        values: dict[str, Any] = self.values() | {"p": str(self.page)} | changes
        path = values.pop("path", PATH) + values.pop("suffix", "")
        if "p" not in changes or changes["p"] == 1:
            values.pop("p", None)
        return f"{path}?{urlencode({k: v for k, v in values.items() if v})}"

    def bare(self) -> str:
        """Return the address of the same words without filters."""
        return self.link(**dict.fromkeys(NAMES))


@dataclass(frozen=True)
class Answered:
    """Everything the search page shows."""

    asked: Asked
    by: str
    groups: tuple[Group, ...]
    pages: int
    """Pages found in all."""
    documents: int
    reach: Reach
    facets: dict[str, tuple[Facet, ...]]
    labels: dict[str, str]
    """What the filters that are set are called."""
    hint: str | None = None
    able: bool = False
    """Whether there is an index of meaning."""
    counted: str = "matching"
    """Which pages the filters count: `matching` ones, or `all` where none has all the words, or
    where these are too common to be counted while somebody waits."""

    @property
    def scope(self) -> Any:
        """The denominator."""
        return self.reach.scope

    @property
    def bare(self) -> int:
        """How many hits on this screen have none of the words."""
        return sum(hit.matched == () for group in self.groups for hit in group.hits)

    @property
    def last_page(self) -> int:
        """The last screen that is shown."""
        return min(-(-self.documents // PER_SCREEN), MOST_SCREENS)

    @property
    def shown(self) -> tuple[int, int]:
        """The first and last document on this screen, from 1."""
        before = (self.asked.page - 1) * PER_SCREEN
        return before + 1, before + len(self.groups)

    @property
    def cut(self) -> bool:
        """Whether there is more than the screens show."""
        return self.documents > self.last_page * PER_SCREEN or self.pages > MOST_RANKED

    def options(self, name: str) -> Markup:
        """Return what a filter can be set to: hundreds of councils, drawn at once."""
        chosen = self.asked.filters.given().get(name)
        return Markup("\n").join(
            _OPTION.format(
                facet.value,
                _SELECTED if facet.value == chosen else "",
                choice(facet.label, name),
                number(facet.pages),
            )
            for facet in self.facets.get(name, ())
        )

    def narrowed(self) -> list[tuple[str, str, str]]:
        """Return the filters set: name, label, and the address without it."""
        return [
            (name, self.labels.get(name, value), self.asked.link(**{name: None}))
            for name, value in self.asked.filters.given().items()
        ]


def asked(arguments: Any) -> Asked:
    """Understand the arguments of an address; what makes no sense is left out."""
    given = {name: (arguments.get(name) or "").strip()[:200] for name in NAMES}
    page = arguments.get("p") or "1"
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    return Asked(
        (arguments.get("q") or "").strip(),
        Filters(**{name: value or None for name, value in given.items()}),
        min(max(number, 1), MOST_SCREENS),
        by if (by := arguments.get("by")) in ("words", "meaning") else None,
        sort if (sort := arguments.get("sort")) in SORTS else "rank",
    )
