"""Sheets: items to be judged, one a row, with empty cells for a person to fill in.

A filled-in sheet becomes codings; the page for coding by keyboard fills the same cells.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from coding.codings import BadRow, Coding, Vocabulary, coding_of
from coding.codings_file import Read, as_csv, read_rows

BETWEEN_CODES = re.compile(r"[;,\s]+")


@dataclass(frozen=True)
class Item:
    """Words to be judged: where they stand, what they were drawn as."""

    sample: str
    item: str
    stratum: str
    document: str
    page: str
    title: str
    council: str
    date: str
    prefix: str
    quote: str
    suffix: str


@dataclass(frozen=True)
class Answers:
    """What a person says of an item; an empty `about` is not judged yet."""

    about: str = ""
    stance: str = ""
    boilerplate: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was judged."""
        return not (self.about or self.stance or self.boilerplate or self.codes)


ITEM_COLUMNS = tuple(f.name for f in fields(Item))
ANSWER_COLUMNS = tuple(f.name for f in fields(Answers))
SHEET_COLUMNS = (*ITEM_COLUMNS, *ANSWER_COLUMNS, "coder", "coded_at")


def is_sheet(columns: tuple[str, ...]) -> bool:
    """Whether a CSV file with these columns is a sheet and no file of codings."""
    return "item" in columns and "codes" in columns


def sheet(items: list[Item], coder: str = "") -> str:
    """Return a sheet with empty answers, as CSV."""
    empty = dict.fromkeys((*ANSWER_COLUMNS, "coded_at"), "") | {"coder": coder}
    return as_csv(SHEET_COLUMNS, [asdict(item) | empty for item in items])


def codings(
    item: Item, answers: Answers, *, coder: str, at: str, codebook: str = ""
) -> list[Coding]:
    """Return what was said of an item as codings; raises `BadRow`.

    Who says what an item is about has read it for codes and boilerplate too: what he did not
    tick is `no`.
    """
    if answers.about == "no" and (answers.stance or answers.codes):
        raise BadRow("`about` is no, so there is nothing that a stance or codes could be of")
    said = {"about": answers.about, "stance": answers.stance}
    said["boilerplate"] = answers.boilerplate or ("no" if answers.about else "")
    said |= dict.fromkeys(sorted(set(answers.codes)), "yes")
    place = {key: value for key, value in asdict(item).items() if key in Coding.__annotations__}
    base = place | {"coder": coder, "coded_at": at, "codebook": codebook}
    found = [base | {"code": code, "value": value} for code, value in said.items() if value]
    if found:
        found[0]["note"] = answers.note
    return [coding_of(row) for row in found]


def answers_of(codings: list[Coding]) -> Answers:
    """Return the answers that one coder's codings of one item say."""
    said = {coding.code: coding.value for coding in codings}
    known = {name: said.pop(name, "") for name in ("about", "stance", "boilerplate")}
    codes = tuple(sorted(code for code, value in said.items() if value == "yes"))
    return Answers(**known, codes=codes, note=" ".join(c.note for c in codings if c.note))


def read_sheet(
    path: Path, vocabulary: Vocabulary, found: Read, *, coder: str = "", at: str
) -> None:
    """Take the filled-in rows of a sheet; `coder` and `at` stand in where a row has none."""

    def take(line: int, row: dict[str, str]) -> None:
        answers = answered(row)
        if answers.blank:
            found.blank += 1
            return
        item = Item(**{name: row.get(name) or "" for name in ITEM_COLUMNS})
        who, when = row.get("coder") or coder, row.get("coded_at") or at
        for coding in codings(item, answers, coder=who, at=when, codebook=vocabulary.codebook):
            vocabulary.check(coding)
            found.add(coding, path, line)

    read_rows(path, found, take, required=("item", "page", "quote", *ANSWER_COLUMNS))


def read_items(path: Path) -> tuple[list[Item], Read]:
    """Return the items of a sheet, and what is wrong with it."""
    items: list[Item] = []
    found = Read()

    def take(line: int, row: dict[str, str]) -> None:
        item = Item(**{name: row.get(name) or "" for name in ITEM_COLUMNS})
        base = {"code": "about", "value": "yes", "coder": "x", "coded_at": "2000-01-01"}
        place = coding_of(asdict(item) | base)
        items.append(Item(**{n: getattr(place, n, getattr(item, n)) for n in ITEM_COLUMNS}))

    read_rows(path, found, take, required=ITEM_COLUMNS)
    return items, found


def answered(row: Mapping[str, str]) -> Answers:
    """Return the answers of a sheet's row, however people spell them."""
    about, stance, boilerplate = (
        "-".join((row.get(name) or "").strip().lower().split())
        for name in ("about", "stance", "boilerplate")
    )
    codes = tuple(filter(None, BETWEEN_CODES.split((row.get("codes") or "").strip().lower())))
    return Answers(about, stance, boilerplate, codes, (row.get("note") or "").strip())
