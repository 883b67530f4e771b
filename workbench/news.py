"""What has changed in a saved search between two looks; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace

from corpus.ids import fold
from corpus.store import Row


@dataclass(frozen=True)
class Item:
    """A find: a mention, or a page where words alone are looked for (`term` is empty then)."""

    item: str
    document: str
    page: str
    term: str
    quote: str
    text: str
    stance: str

    @property
    def place(self) -> tuple[str, str, str]:
        """What stays the same when a paper is replaced by another version, or read anew."""
        return self.document, self.term, fold(self.quote)

    @property
    def said(self) -> tuple[str, str]:
        """What makes it another find: what is said, and the stance."""
        return fold(self.text), self.stance


@dataclass(frozen=True)
class Change:
    """One piece of news; `was` is what an item that has changed was before."""

    kind: str
    item: Item
    was: Item | None = None
    why: str = ""


@dataclass
class Looked:
    """What a look at one saved search found."""

    alert: str
    title: str
    items: int = 0
    began: bool = False
    """Whether it was looked at for the first time: all that it holds is no news then."""
    new: int = 0
    changed: int = 0
    gone: int = 0
    changes: list[Row] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The look in one line."""
        if self.began:
            return f"{self.title}: {self.items:,} found; from now on its changes are told."
        told = f"{self.new:,} new, {self.changed:,} changed, {self.gone:,} gone"
        return f"{self.title}: {told}; {self.items:,} found in all."

    def told(self) -> Row:
        """Return it as an answer for `--json`."""
        return asdict(self)


def compare(held: Mapping[str, Item], found: Mapping[str, Item]) -> list[Change]:
    """Return what is new, changed or gone; both are finds by their ids.

    A find that moved (the paper was replaced, or its pages are numbered anew) is no news as long as
    the same is said of it.
    """
    gone = {key: one for key, one in held.items() if key not in found}
    fresh = {key: one for key, one in found.items() if key not in held}
    changes = [
        Change("changed", found[key], held[key], _what(held[key], found[key]))
        for key in held.keys() & found.keys()
        if held[key].said != found[key].said
    ]
    for was, now in _moved(gone.values(), fresh.values()):
        del gone[was.item], fresh[now.item]
        if was.said != now.said:
            changes.append(Change("changed", now, was, _what(was, now)))
    changes += [Change("new", one) for one in fresh.values()]
    changes += [Change("gone", one) for one in gone.values()]
    return sorted(changes, key=lambda one: (one.kind, one.item.document, one.item.item))


def _moved(gone: Iterable[Item], fresh: Iterable[Item]) -> list[tuple[Item, Item]]:
    """Return pairs of the same find at another place: first those of which the same is said."""
    pairs: list[tuple[Item, Item]] = []
    left = list(fresh)
    for exact in (True, False):
        waiting: defaultdict[object, list[Item]] = defaultdict(list)
        for one in sorted(left, key=lambda one: one.item):
            waiting[(one.place, one.said) if exact else one.place].append(one)
        taken = {was.item for was, _ in pairs}
        for was in sorted(gone, key=lambda one: one.item):
            there = waiting[(was.place, was.said) if exact else was.place]
            if was.item not in taken and there:
                pairs.append((was, there.pop(0)))
        used = {now.item for _, now in pairs}
        left = [one for one in left if one.item not in used]
    return pairs


def _what(was: Item, now: Item) -> str:
    """Say what has changed."""
    told = []
    if was.stance != now.stance:
        told.append(f"stance {was.stance or 'none'} → {now.stance or 'none'}")
    if fold(was.text) != fold(now.text):
        told.append("other words around it" if was.page == now.page else "the paper was replaced")
    return ", ".join(told)


def because(change: Change, why: str) -> Change:
    """Return a change with the reason for it."""
    return replace(change, why=", ".join(part for part in (change.why, why) if part))
