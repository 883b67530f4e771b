"""What people say of names: `study/entities.yaml`, read strictly and appended to, never rewritten.

entities:
  - entity: beacon-caldmore
    kind: product
    name: Beacon
    code: p_beacon
    supplier: gb-coh-09990001
    why: Two firms sell something called Beacon.
judgements:
  - same: [gb-coh-09990002, gb-coh-09990003]
    why: The second took over the first's contracts in 2021.
    by: anna
    on: 2026-11-22
  - apart: [name-compass, p_compass]
    why: A bus firm.
    by: anna
    on: 2026-11-22
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from corpus.authored import Located, read_yaml
from corpus.errors import BadStudy
from models.links.names import whole_identifier

FILE = "entities.yaml"
KINDS = ("supplier", "product")
_EMPTY = re.compile(r"^judgements:[ \t]*(\[\]|\{\}|null|~)[ \t]*$", re.M)
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Described:
    """A supplier or product as a person describes it."""

    entity: str
    kind: str
    name: str
    code: str = ""
    supplier: str = ""
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Judgement:
    """Two or more names that are the same, or two that are not, and why."""

    same: bool
    entities: tuple[str, ...]
    why: str
    by: str
    on: str

    @property
    def told(self) -> str:
        """The reason as it is shown."""
        return f"{self.why} ({self.by}, {self.on})"


@dataclass(frozen=True)
class Judged:
    """All that a study says of names."""

    described: tuple[Described, ...] = ()
    judgements: tuple[Judgement, ...] = field(default=())


NOTHING = Judged()


def load_judged(folder: Path, codes: Sequence[str] | None = None) -> Judged:
    """Read a study's entities; none where the file is missing.

    `codes`, where given, are those an entity may name. Raises `BadStudy` with file and line.
    """
    path = folder / FILE
    if not path.exists() or not _says_anything(path):
        return Judged()
    root = read_yaml(path)
    root.only("entities", "judgements")
    described = tuple(_described(item, codes) for item in _items(root, "entities"))
    seen: set[str] = set()
    for item, one in zip(_items(root, "entities"), described, strict=True):
        if one.entity in seen:
            raise item.wrong(f"`{one.entity}` stands twice")
        seen.add(one.entity)
    return Judged(described, tuple(_judgement(item) for item in _items(root, "judgements")))


def _says_anything(path: Path) -> bool:
    """Whether a file holds more than blank lines and comments; what is no text is read and told."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)


def _items(root: Located, key: str) -> list[Located]:
    given = root.take(key, list, [])
    for item in given:
        if not isinstance(item, Located):
            raise root.wrong(f"`{key}` must hold mappings, not {item!r}")
    return list(given)


def _described(item: Located, codes: Sequence[str] | None) -> Described:
    item.only("entity", "kind", "name", "code", "supplier", "names", "numbers", "why", "by", "on")
    kind, code = item.take("kind", str), item.take("code", str, "")
    if kind not in KINDS:
        raise item.wrong(f"`kind` is `{kind}`; it must be one of {', '.join(KINDS)}")
    if code and codes is not None and code not in codes:
        raise item.wrong(f"`code` names `{code}`, which is no code of the codebook")
    numbers = []
    for given in _texts(item, "numbers"):
        number = whole_identifier(given)
        if not number:
            raise item.wrong(f"`{given}` is no register number such as GB-COH-01234567")
        numbers.append(number)
    told = {name: item.take(name, str, "").strip() for name in ("supplier", "why")}
    return Described(
        _id(item, item.take("entity", str)),
        kind,
        item.take("name", str).strip(),
        code,
        names=_texts(item, "names"),
        numbers=tuple(numbers),
        **told,
    )


def _judgement(item: Located) -> Judgement:
    item.only("same", "apart", "why", "by", "on")
    if ("same" in item) == ("apart" in item):
        raise item.wrong("must have either `same` or `apart`")
    key = "same" if "same" in item else "apart"
    entities = tuple(_id(item, one) for one in _texts(item, key))
    if len(set(entities)) < 2 or (key == "apart" and len(entities) != 2):
        raise item.wrong(f"`{key}` must name two{' or more' * (key == 'same')} different entities")
    on = str(item.take("on", (str, date), ""))
    return Judgement(key == "same", entities, item.take("why", str), item.take("by", str), on)


def _id(item: Located, given: str) -> str:
    if not _ID.fullmatch(given):
        raise item.wrong(f"`{given}` is not an id (small letters, digits, . _ -)")
    return given


def _texts(item: Located, key: str) -> tuple[str, ...]:
    given = item.take(key, list, [])
    if not all(isinstance(one, str) and one.strip() for one in given):
        raise item.wrong(f"`{key}` must be a list of texts")
    return tuple(one.strip() for one in given)


def add_judgement(folder: Path, judgement: Judgement) -> None:
    """Append a judgement to the study's file, whose comments stay as they are.

    Raises `BadStudy` where the file is not one that ends with `judgements:`; then it is unchanged.
    """
    path = folder / FILE
    key = "same" if judgement.same else "apart"
    told: dict[str, Any] = {key: list(judgement.entities), "why": judgement.why}
    told |= {"by": judgement.by, "on": judgement.on}
    block = yaml.safe_dump([told], sort_keys=False, allow_unicode=True, default_flow_style=None)
    with FileLock(folder / f".{FILE}.lock", timeout=10):
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        held = load_judged(folder).judgements
        head = before.rstrip() + "\n" if before.strip() else ""
        if not re.search(r"^judgements:", head, re.M):
            head += "judgements:\n"
        head = re.sub(
            r"^judgements:[ \t]*(\[\]|\{\}|null|~)[ \t]*$", "judgements:", head, flags=re.M
        )
        part = folder / f".{FILE}.part"
        part.write_text(head + "".join(f"  {line}\n" for line in block.splitlines()), "utf-8")
        _replace(part, path, (*held, judgement))


def _replace(part: Path, path: Path, wanted: tuple[Judgement, ...]) -> None:
    """Put the new text in force if it says what it should."""
    checked = part.parent / ".entities-check"
    try:
        checked.mkdir(exist_ok=True)
        (checked / FILE).write_bytes(part.read_bytes())
        if load_judged(checked).judgements != wanted:
            raise BadStudy(path, None, "must end with its `judgements:`; put that key last")
        part.replace(path)
    except BadStudy as error:
        raise BadStudy(path, None, "must end with its `judgements:`; put that key last") from error
    finally:
        part.unlink(missing_ok=True)
        (checked / FILE).unlink(missing_ok=True)
        checked.rmdir()
