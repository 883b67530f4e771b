"""Atoms (names, numbers, codes) and which of them are one, each join with its reason."""

from collections import defaultdict
from dataclasses import dataclass, field

from corpus.ids import raw_part
from models.links.judged import Described
from models.links.names import core


@dataclass
class Atom:
    """A name, a number, a code or what a person described."""

    names: dict[str, int] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    code: str = ""
    label: str = ""
    described: Described | None = None
    notices: int = 0


def name_atom(name: str) -> str:
    """Return the id of a name: its words without legal form."""
    return f"name-{raw_part(core(name).replace(' ', '-'))}"


def number_atom(number: str) -> str:
    """Return the id of a register's number."""
    return number.lower()


class Joined:
    """Atoms, and which of them are one."""

    def __init__(self) -> None:
        self.atoms: dict[str, Atom] = {}
        self.why: list[tuple[str, str, str]] = []
        self._parent: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._apart: dict[str, set[str]] = defaultdict(set)

    def atom(self, name: str) -> Atom:
        """Return an atom, made where there is none."""
        if name not in self.atoms:
            self.atoms[name] = Atom()
            self._parent[name], self._members[name] = name, {name}
        return self.atoms[name]

    def hold_apart(self, one: str, other: str) -> None:
        """Never join two atoms, by whatever way."""
        self._apart[one].add(other)
        self._apart[other].add(one)

    def root(self, name: str) -> str:
        """Return the atom that stands for all it is joined with."""
        while self._parent[name] != name:
            self._parent[name] = self._parent[self._parent[name]]
            name = self._parent[name]
        return name

    def members(self, name: str) -> set[str]:
        """Return the atoms that are one with an atom."""
        return self._members[self.root(name)]

    def join(self, one: str, other: str, why: str) -> bool:
        """Join two atoms for a reason; False where somebody holds parts of them apart."""
        first, second = self.root(one), self.root(other)
        if first == second:
            return True
        small, large = sorted((first, second), key=lambda root: (len(self._members[root]), root))
        if any(self._apart[name] & self._members[large] for name in self._members[small]):
            return False
        self._parent[small] = large
        self._members[large] |= self._members.pop(small)
        self.why.append((one, other, why))
        return True
