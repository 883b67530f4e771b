"""Suppliers and products: which names and numbers are one, and the reason for every join.

Names and numbers are atoms; what says that two are the same joins them. A register's number is
relied upon, an equal name only where no second number has it, and a likeness joins nothing: it is
proposed. What a person holds apart stays apart, whatever else speaks for it. Everything is made
anew from the notices and the study, so that taking a judgement away undoes it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.codebook import Code
from models.links.judged import NOTHING, Judged
from models.links.names import core, is_strong, likeness, parts, register
from models.links.registers import Supplier
from models.links.union import Atom, Joined, name_atom, number_atom

ACCOUNT_LIKENESS = 0.85
"""Of two names under one account of a procurement service, which may change hands."""
SURE = ("high", "medium")


@dataclass(frozen=True, order=True)
class Name:
    """A name or number of an entity, and how it is known to be its."""

    name: str
    kind: str
    how: str
    notices: int = 0


@dataclass(frozen=True)
class Entity:
    """A supplier or product with all its names; `atoms` are the ids under which it is known."""

    entity: str
    kind: str
    name: str
    code: str
    supplier: str
    how: str
    atoms: tuple[str, ...]
    names: tuple[Name, ...]
    notices: int

    @property
    def numbers(self) -> tuple[str, ...]:
        """Its numbers in registers."""
        return tuple(name.name for name in self.names if name.kind == "number")


def joined(
    named: Mapping[Supplier, int], codes: Iterable[Code], judged: Judged = NOTHING
) -> Joined:
    """Return what the notices' suppliers (each with its number of notices), the codebook and the
    study say of names.
    """
    found = Joined()
    _from_study(found, judged)
    _from_codebook(found, codes)
    bodies = _from_registers(found, named)
    _judged(found, judged)
    for one, other, why in _same_number(named):
        found.join(one, other, why)
    _by_name(found, named, bodies)
    _by_account(found, named)
    _by_term(found, codes, named)
    return found


def _from_study(found: Joined, judged: Judged) -> None:
    for one in judged.described:
        atom = found.atom(one.entity)
        atom.described, atom.label, atom.code = one, one.name, one.code
        for name in (one.name, *one.names):
            atom.names.setdefault(name, 0)
        atom.numbers |= set(one.numbers)
    for judgement in judged.judgements:
        for name in judgement.entities:
            found.atom(name)
        if not judgement.same:
            found.hold_apart(*judgement.entities)


def _judged(found: Joined, judged: Judged) -> None:
    """Join what people joined; of what one describes, its names and numbers."""
    for judgement in judged.judgements:
        if judgement.same:
            for other in judgement.entities[1:]:
                found.join(judgement.entities[0], other, judgement.told)
    for one in judged.described:
        for number in one.numbers:
            found.atom(number_atom(number)).numbers.add(number)
            found.join(one.entity, number_atom(number), "the study gives it this number")
        for name in one.names if one.kind == "supplier" else ():
            found.atom(name_atom(name)).names.setdefault(name, 0)
            found.join(one.entity, name_atom(name), "the study gives it this name")


def _from_codebook(found: Joined, codes: Iterable[Code]) -> None:
    for code in codes:
        if code.group == "supplier_product":
            atom = found.atom(code.code)
            atom.code, atom.label = code.code, code.label
            atom.names |= {term.phrase: 0 for term in code.terms if "*" not in term.phrase}


def _from_registers(found: Joined, named: Mapping[Supplier, int]) -> dict[str, dict[str, int]]:
    """Make atoms of numbers and names; return the numbers that each name is seen with."""
    bodies: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for supplier, notices in sorted(named.items()):
        strong = [number for number in supplier.numbers if is_strong(number)]
        for number in strong:
            atom = found.atom(number_atom(number))
            atom.numbers.add(number)
            for name in parts(supplier.name)[:1]:
                atom.names[name] = atom.names.get(name, 0) + notices
                bodies[core(name)][number] += notices
            atom.notices += notices
        if not strong:
            for name in parts(supplier.name)[:1]:
                atom = found.atom(name_atom(name))
                atom.names[name] = atom.names.get(name, 0) + notices
                atom.numbers |= set(supplier.numbers)
                atom.notices += notices
    return bodies


def _same_number(named: Mapping[Supplier, int]) -> Iterator[tuple[str, str, str]]:
    """Yield numbers of different registers that one notice gives to one supplier."""
    for supplier in sorted(named):
        strong = [number for number in supplier.numbers if is_strong(number)]
        for first, second in pairwise(strong):
            if register(first) != register(second):
                why = f"a notice gives {supplier.name} both {first} and {second}"
                yield number_atom(first), number_atom(second), why


def _by_name(
    found: Joined, named: Mapping[Supplier, int], bodies: Mapping[str, Mapping[str, int]]
) -> None:
    """Join a name without a number to the one body that has this name with a number."""
    for name in sorted({name for s in named for name in parts(s.name)[:1]}):
        atom = name_atom(name)
        numbers = bodies.get(core(name), {})
        if atom not in found.atoms or not numbers:
            continue
        roots = {found.root(number_atom(number)) for number in numbers}
        if len(roots) == 1:
            number = min(numbers)
            why = f"notices name {number} so, and no other number has this name"
            found.join(atom, number_atom(number), why)


def _by_account(found: Joined, named: Mapping[Supplier, int]) -> None:
    """Join names alike under one account of a procurement service."""
    accounts: dict[str, list[str]] = defaultdict(list)
    for supplier in sorted(named):
        if not any(is_strong(number) for number in supplier.numbers):
            for number in supplier.numbers:
                accounts[number] += parts(supplier.name)[:1]
    for number, names in sorted(accounts.items()):
        for other in names[1:]:
            score = likeness(names[0], other)
            if score >= ACCOUNT_LIKENESS:
                why = f"both are {number}, and the names are {score:.0%} alike"
                found.join(name_atom(names[0]), name_atom(other), why)


def _by_term(found: Joined, codes: Iterable[Code], named: Mapping[Supplier, int]) -> None:
    """Join a supplier to the one code that names it by a term that stands for itself.

    A term that wants neighbours is an ordinary word or a homonym; its equal is proposed instead.
    """
    terms: dict[str, set[str]] = defaultdict(set)
    for code in codes:
        if code.group == "supplier_product":
            for term in code.terms:
                if not term.near and term.precision in SURE and "*" not in term.phrase:
                    terms[core(term.phrase)].add(code.code)
    for name, atom in _atoms_of(found, named):
        matching = terms.get(core(name), set())
        if len(matching) == 1:
            code_name = next(iter(matching))
            found.join(atom, code_name, f"the codebook names it: {name} is a term of {code_name}")


def _atoms_of(found: Joined, named: Mapping[Supplier, int]) -> Iterator[tuple[str, str]]:
    """Yield the names of suppliers with the atoms that bear them."""
    for supplier in sorted(named):
        for name in parts(supplier.name)[:1]:
            strong = [number for number in supplier.numbers if is_strong(number)]
            for atom in [number_atom(number) for number in strong] or [name_atom(name)]:
                yield name, atom


def entities(found: Joined, wanted: Iterable[str]) -> list[Entity]:
    """Return the entities that hold one of the wanted atoms, in the order of their ids."""
    roots = {found.root(name) for name in wanted if name in found.atoms}
    reasons: dict[str, dict[str, str]] = defaultdict(dict)
    for one, other, why in found.why:
        for name in (one, other):
            reasons[found.root(one)].setdefault(name, why)
    return sorted(
        (_entity(found, root, reasons[root]) for root in roots), key=lambda each: each.entity
    )


def _entity(found: Joined, root: str, reasons: Mapping[str, str]) -> Entity:
    members = sorted(found.members(root), key=lambda name: _rank(name, found.atoms[name]))
    atoms = [found.atoms[name] for name in members]
    first, described = atoms[0], next((a.described for a in atoms if a.described), None)
    code = next((atom.code for atom in atoms if atom.code), "")
    names = sorted(
        _names(members, found.atoms, reasons), key=lambda n: (n.kind, -n.notices, n.name)
    )
    spoken = [name.name for name in names if name.kind == "name"]
    how = "study" if described else "codebook" if code else "notices"
    return Entity(
        members[0],
        described.kind if described else "product" if code else "supplier",
        first.label or next(iter(spoken), members[0]),
        code,
        described.supplier if described else "",
        how,
        tuple(members),
        tuple(names),
        sum(atom.notices for atom in atoms),
    )


def _rank(name: str, atom: Atom) -> tuple[int, str]:
    """The id of an entity is its most lasting: described, a code, a number, a name."""
    sort = 0 if atom.described else 1 if atom.code else 3 if name.startswith("name-") else 2
    return sort, name


def _names(
    members: Sequence[str], atoms: Mapping[str, Atom], reasons: Mapping[str, str]
) -> Iterator[Name]:
    """Yield each name and number once, with the first reason for it."""
    told: dict[tuple[str, str], Name] = {}
    for member in members:
        atom = atoms[member]
        where = "the study" if atom.described else "the codebook" if atom.code else "notices"
        why = reasons.get(member, where)
        for name, notices in atom.names.items():
            key = (name, "name")
            before = told.get(key)
            total = notices + (before.notices if before else 0)
            told[key] = Name(name, "name", before.how if before else why, total)
        for number in atom.numbers:
            told.setdefault((number, "number"), Name(number, "number", why, atom.notices))
    yield from told.values()
