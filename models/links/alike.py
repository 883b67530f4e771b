"""Names that may be one: pairs to be judged by a person, never joined by themselves."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.links.entities import Entity
from models.links.names import core, is_strong, likeness, register

ALIKE = 0.9
"""From here two names are asked about: a letter in ten."""
BLOCK_LETTERS = 4
"""Names are compared where they begin alike; the other misspellings are not looked for."""
LARGEST_BLOCK = 400


@dataclass(frozen=True)
class Pair:
    """Two entities that may be one, how alike they are, and why."""

    first: str
    second: str
    score: float
    why: str


def alike(entities: Sequence[Entity], apart: Iterable[frozenset[str]]) -> list[Pair]:
    """Return the pairs of entities with names alike that nobody has judged, the likest first.

    Bodies with different numbers of one register are two, however alike their names.
    """
    held = set(apart)
    blocks: dict[str, list[tuple[str, Entity]]] = defaultdict(list)
    for entity in entities:
        for name in {name.name for name in entity.names if name.kind == "name"}:
            blocks[core(name).replace(" ", "")[:BLOCK_LETTERS]].append((name, entity))
    best: dict[tuple[str, str], Pair] = {}
    for block in blocks.values():
        for pair in _block_pairs(block[:LARGEST_BLOCK], held):
            key = (pair.first, pair.second)
            if key not in best or pair.score > best[key].score:
                best[key] = pair
    return sorted(best.values(), key=lambda pair: (-pair.score, pair.first, pair.second))


def _block_pairs(block: Sequence[tuple[str, Entity]], held: set[frozenset[str]]) -> Iterator[Pair]:
    for at, (name, entity) in enumerate(block):
        for other_name, other in block[at + 1 :]:
            if entity.entity == other.entity or _conflict(entity, other):
                continue
            if any(frozenset((a, b)) in held for a in entity.atoms for b in other.atoms):
                continue
            score = likeness(name, other_name)
            if score >= ALIKE:
                first, second = sorted((entity.entity, other.entity))
                yield Pair(first, second, score, f"{name} and {other_name} are {score:.0%} alike")


def _conflict(one: Entity, other: Entity) -> bool:
    """Whether two entities have different numbers of one register."""
    registers = {register(number) for number in one.numbers if is_strong(number)}
    return any(is_strong(n) and register(n) in registers for n in other.numbers)
