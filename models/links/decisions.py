"""What people decided of links: `study/links.csv`, appended to, one line a decision.

A later line on the same link takes the place of the one before, which stays as the history.
"""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from filelock import FileLock

from corpus.authored import read_csv
from corpus.cells import defused
from corpus.errors import BadStudy
from models.links.propose import link_id

FILE = "links.csv"
DECISIONS = ("accepted", "refused", "proposed")
"""`proposed` takes an earlier decision back."""


@dataclass(frozen=True)
class Decision:
    """What somebody decided of a link, when, and why; `first` and `second` as they were then."""

    first: str
    second: str
    decision: str
    by: str
    at: str
    why: str = ""


COLUMNS = tuple(field.name for field in fields(Decision))


def load_decisions(folder: Path) -> list[Decision]:
    """Return the decisions of a study in the order they were made; none where there is no file.

    Raises `BadStudy` with file and line.
    """
    path = folder / FILE
    if not path.exists():
        return []
    found = []
    for line, row in read_csv(path, COLUMNS):
        decision = Decision(**{name: _plain(cell) for name, cell in row.items()})
        if decision.decision not in DECISIONS:
            told = f"`{decision.decision[:40]}` must be one of {', '.join(DECISIONS)}"
            raise BadStudy(path, line, told)
        for name in ("first", "second", "by"):
            if not getattr(decision, name):
                raise BadStudy(path, line, f"`{name}` is empty")
        found.append(decision)
    return found


def latest(decisions: Iterable[Decision], current: Mapping[str, str]) -> dict[str, Decision]:
    """Return the decision in force for each link, by its id.

    `current` says for names of entities which entity holds them now: merging two moves what was
    decided of either, and taking the merge back gives it back.
    """
    found = {}
    for decision in decisions:
        first, second = (current.get(n, n) for n in (decision.first, decision.second))
        if first in current and second not in current:
            first, second = second, first
        told = asdict(decision) | {"first": first, "second": second}
        found[link_id(first, second)] = Decision(**told)
    return found


def add_decision(folder: Path, decision: Decision) -> None:
    """Append a decision to the study's file, which is made where there is none."""
    path = folder / FILE
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    row = {name: defused(" ".join(cell.split())) for name, cell in asdict(decision).items()}
    with FileLock(folder / f".{FILE}.lock", timeout=10):
        load_decisions(folder)  # nothing is added to a file that cannot be read
        held = path.read_bytes() if path.exists() else b""
        if not held.strip():
            writer.writeheader()
        elif not held.endswith(b"\n"):
            out.write("\n")
        writer.writerow(row)
        with path.open("a", encoding="utf-8", newline="") as stream:
            stream.write(out.getvalue())
            stream.flush()
            os.fsync(stream.fileno())


def _plain(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and defused(cell[1:]) != cell[1:] else cell
