"""Systems: what was linked at one council, as a timeline with its gaps.

A system is one product at one council, or a group of documents that people joined and that names
no product. A document that names none joins the systems of those it is linked to, and a notice
brings the other notices of its procurement. What was refused joins by no way round. A council that
took over goes on with the systems of those it took over from; theirs stay under the old name.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.ids import raw_part, short_hash
from corpus.study import is_date

ACCEPTED, PROPOSED, REFUSED = "accepted", "proposed", "refused"
_RANK = {ACCEPTED: 2, PROPOSED: 1}
BY_LINK = "linked to {} ({})"
BY_PROCUREMENT = "a notice of the same procurement as {}"


@dataclass(frozen=True)
class Tie:
    """A link as systems need it; `product` where its second is one."""

    first: str
    second: str
    product: bool
    decision: str
    reason: str


@dataclass(frozen=True)
class Place:
    """Where a document stands: its council, day, title, and procurement."""

    document: str
    council: str
    on: str = ""
    title: str = ""
    procurement: str = ""


@dataclass(frozen=True)
class Member:
    """A document of a system, whether people accepted it, and why it is there."""

    document: str
    council: str
    decision: str
    reason: str


@dataclass(frozen=True)
class System:
    """A system at a council with its documents; `product` is empty where it names none."""

    system: str
    council: str
    product: str
    members: tuple[Member, ...]
    continued_by: str = ""


def systems(
    ties: Iterable[Tie], places: Mapping[str, Place], follows: Callable[[str], str]
) -> list[System]:
    """Return the systems, in the order of their ids.

    `follows` tells which council took over from one, an empty text where none did.
    """
    graph = _Graph(ties, places)
    found: dict[tuple[str, str], dict[str, Member]] = defaultdict(dict)
    for document, product, member in graph.memberships():
        held = found[places[document].council, product]
        before = held.get(document)
        if before is None or _RANK[member.decision] > _RANK[before.decision]:
            held[document] = member
    made = {key: _system(*key, members, places) for key, members in found.items()}
    made = _continued(made, follows)
    return sorted([*made.values(), *graph.unnamed()], key=lambda each: each.system)


def _system(
    council: str, product: str, members: Mapping[str, Member], places: Mapping[str, Place]
) -> System:
    name = f"{council.lower()}-{raw_part(product)}"
    ordered = sorted(members.values(), key=lambda member: _when(places[member.document]))
    return System(name, council, product, tuple(ordered))


def _when(place: Place) -> tuple[bool, str, str]:
    """What is undated comes last."""
    return not is_date(place.on), place.on, place.document


def _continued(
    made: Mapping[tuple[str, str], System], follows: Callable[[str], str]
) -> dict[tuple[str, str], System]:
    """Let a system go on under the next council that has it, with its documents."""
    found = dict(made)
    for (council, product), system in sorted(made.items()):
        following, seen = follows(council), {council}
        while following and following not in seen and (following, product) not in made:
            seen.add(following)
            following = follows(following)
        if following and (following, product) in made and following not in seen:
            heir = found[following, product]
            members = (*system.members, *heir.members)
            found[following, product] = replace(heir, members=members)
            found[council, product] = replace(
                found[council, product], continued_by=made[following, product].system
            )
    return found


class _Graph:
    """Documents with the products they are linked to and the documents beside them."""

    def __init__(self, ties: Iterable[Tie], places: Mapping[str, Place]) -> None:
        self._places = places
        self._products: dict[str, dict[str, Tie]] = defaultdict(dict)
        self._refused: dict[str, set[str]] = defaultdict(set)
        self._beside: dict[str, dict[str, Tie]] = defaultdict(dict)
        self._apart: set[frozenset[str]] = set()
        for tie in ties:
            if tie.decision == REFUSED:
                self._apart.add(frozenset((tie.first, tie.second)))
            if tie.product and tie.first in places:
                if tie.decision == REFUSED:
                    self._refused[tie.first].add(tie.second)
                else:
                    self._products[tie.first][tie.second] = tie
            elif tie.first in places and tie.second in places and tie.decision != REFUSED:
                self._beside[tie.first][tie.second] = tie
                self._beside[tie.second][tie.first] = tie
        self._of: dict[str, list[str]] = defaultdict(list)
        for document, place in places.items():
            if place.procurement:
                self._of[place.procurement].append(document)

    def memberships(self) -> Iterator[tuple[str, str, Member]]:
        """Yield document, product and how it belongs, over every way; the caller takes the best."""
        for document in sorted(self._products):
            for product, tie in sorted(self._products[document].items()):
                member = self._member(document, tie.decision, tie.reason)
                yield document, product, member
                yield from self._reached(document, product, tie.decision)

    def _member(self, document: str, decision: str, reason: str) -> Member:
        return Member(document, self._places[document].council, decision, reason)

    def _reached(
        self, start: str, product: str, decision: str
    ) -> Iterator[tuple[str, str, Member]]:
        """Yield what hangs on a document that has a product and has none of its own."""
        seen, queue = {start}, [(start, decision)]
        while queue:
            document, held = queue.pop(0)
            for other, told, reason in self._next(document):
                if other in seen or not self._is_free(other, product):
                    continue
                seen.add(other)
                weakest = held if told == ACCEPTED else told
                queue.append((other, weakest))
                yield other, product, self._member(other, weakest, reason)

    def _is_free(self, document: str, product: str) -> bool:
        """Whether a document may join a product's system by way of another document."""
        if product in self._refused[document]:
            return False
        return not any(tie.decision == ACCEPTED for tie in self._products[document].values())

    def _next(self, document: str) -> Iterator[tuple[str, str, str]]:
        for other, tie in sorted(self._beside[document].items()):
            yield other, tie.decision, BY_LINK.format(document, tie.reason)
        for other in sorted(self._of.get(self._places[document].procurement, ())):
            if other != document and frozenset((document, other)) not in self._apart:
                yield other, ACCEPTED, BY_PROCUREMENT.format(document)

    def unnamed(self) -> Iterator[System]:
        """Yield the groups of documents that people joined and that have no product."""
        named = {document for document, _, _ in self.memberships()}
        seen: set[str] = set()
        for document in sorted(self._beside):
            if document in named or document in seen:
                continue
            group = self._group(document, named)
            seen |= {member.document for member in group}
            if len(group) > 1:
                yield self._unnamed(group)

    def _group(self, start: str, named: set[str]) -> list[Member]:
        found = {start: self._member(start, ACCEPTED, "linked to others here")}
        queue = [start]
        while queue:
            document = queue.pop(0)
            for other, told, reason in self._next(document):
                if other not in found and other not in named and told == ACCEPTED:
                    found[other] = self._member(other, ACCEPTED, reason)
                    queue.append(other)
        return sorted(found.values(), key=lambda m: _when(self._places[m.document]))

    def _unnamed(self, members: Sequence[Member]) -> System:
        last = [m for m in members if is_date(self._places[m.document].on)] or list(members)
        council = last[-1].council
        name = f"{council.lower()}-{short_hash(members[0].document)}"
        return System(name, council, "", tuple(members))


def gaps(days: Sequence[str], longest: int) -> list[int | None]:
    """Return for each day how many days nothing was found before it, where more than `longest`.

    What is undated has no gap and makes none.
    """
    found: list[int | None] = []
    before: date | None = None
    for day in days:
        now = date.fromisoformat(day) if is_date(day) else None
        apart = (now - before).days if now and before else 0
        found.append(apart if apart > longest else None)
        before = now or before
    return found
