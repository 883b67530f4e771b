"""People's codings as authored: `study/codings/*.csv`, one judgement a row, anchored by its words.

What is wrong with a row is told with file and line; the rows around it are kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path

from corpus.authored import read_yaml
from corpus.cells import FORMULA_STARTS
from corpus.ids import fold, short_hash
from corpus.language.cues import STANCES

COLUMNS = (
    *("document", "page", "prefix", "quote", "suffix", "code", "value", "coder", "coded_at"),
    *("codebook", "sample", "adjudicated", "note"),
)
"""Columns of a file of codings, in the order in which they are written."""
REQUIRED = ("page", "quote", "code", "value", "coder", "coded_at")
YES_NO = ("yes", "no")
FIELDS: dict[str, tuple[str, ...]] = {
    "about": ("yes", "marginal", "no"),
    "stance": ("uses", "plans", "not-used", "stopped", "asks", "general"),
    "boilerplate": YES_NO,
}
"""What is judged besides the codes, and the values it may have."""
_CODER = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_PAGE = re.compile(r"[0-9a-f]{16}-\d{4,}")
ID_LENGTH = 20

if {*STANCES} != {*FIELDS["stance"]}:  # one vocabulary for all that has a stance
    raise AssertionError("the stances of codings are not those of the codebook")


@dataclass(frozen=True, order=True)
class Coding:
    """One judgement: these words, by this coder, under this code or field.

    `coded_at` is an instant, UTC; a judgement dated by day only is taken as of its midnight.
    """

    document: str
    page: str
    prefix: str
    quote: str
    suffix: str
    code: str
    value: str
    coder: str
    coded_at: str
    codebook: str = ""
    sample: str = ""
    adjudicated: bool = False
    note: str = ""

    @property
    def id(self) -> str:
        """What makes a second such row a duplicate: words, place, code, coder and sample."""
        words = (fold(self.prefix), fold(self.quote), fold(self.suffix))
        settled = "adjudicated" if self.adjudicated else ""
        parts = (self.page, *words, self.code, self.coder, self.sample, settled)
        return short_hash(*parts, length=ID_LENGTH)

    def row(self) -> dict[str, str]:
        """Return the coding as a row of a file."""
        told = {name: getattr(self, name) for name in COLUMNS}
        return told | {"adjudicated": "yes" if self.adjudicated else ""}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row or a file, and where."""

    path: Path
    line: int | None
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}" if self.line else f"{self.path}: {self.what}"


class BadRow(ValueError):
    """A row cannot be taken; the message says why."""


@dataclass(frozen=True)
class Vocabulary:
    """What a coding may say: the codes of the codebook and the study's coders."""

    codes: frozenset[str]
    coders: Mapping[str, str]
    codebook: str = ""

    def check(self, coding: Coding) -> None:
        """Raise `BadRow` where a coding says something unknown."""
        _known("coder", coding.coder, self.coders, "add who codes to coders.yaml")
        if coding.code not in FIELDS:
            _known("code", coding.code, self.codes, "or one of " + ", ".join(FIELDS))
        allowed = FIELDS.get(coding.code, YES_NO)
        if coding.value not in allowed:
            raise BadRow(
                f"the value `{coding.value}` of `{coding.code}` is none of {', '.join(allowed)}"
            )


def _known(what: str, given: str, known: Iterable[str], help_: str) -> None:
    names = sorted(known)
    if given not in names:
        near = get_close_matches(given, names, 1)
        hint = f"did you mean `{near[0]}`? " if near else ""
        raise BadRow(f"the {what} `{given[:60]}` is unknown ({hint}{help_})")


def load_coders(folder: Path) -> dict[str, str]:
    """Return the study's coders, id to name; none where `coders.yaml` is missing.

    Raises `BadStudy` naming file and line.
    """
    path = folder / "coders.yaml"
    if not path.exists():
        return {}
    root = read_yaml(path)
    for coder in root:
        if not _CODER.fullmatch(coder):
            raise root.wrong(f"`{coder}` is no id of a coder (small letters, digits, . _ -)")
    return {coder: root.take(coder, str, "") for coder in root}


def coding_of(row: Mapping[str, str]) -> Coding:
    """Return the coding of a row with any of `COLUMNS`; raises `BadRow`."""
    told = {name: _plain(row.get(name) or "") for name in COLUMNS}
    for name in REQUIRED:
        if not told[name]:
            raise BadRow(f"`{name}` is empty")
    if not _PAGE.fullmatch(told["page"]):
        raise BadRow(f"`page` is `{told['page'][:60]}`; a page's id is 16 hex digits and a number")
    if not fold(told["quote"]):
        raise BadRow("`quote` holds no word")
    if told["adjudicated"] not in ("", *YES_NO):
        raise BadRow(f"`adjudicated` is `{told['adjudicated'][:60]}`, neither yes nor no")
    settled = told.pop("adjudicated") == "yes"
    told["coded_at"] = instant(told["coded_at"])
    return Coding(**told, adjudicated=settled)


def _plain(cell: str) -> str:
    """Undo what spreadsheets need: the sign that keeps a cell from running, their line ends."""
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell


def instant(given: str) -> str:
    """Return a date or time as an instant, UTC; raises `BadRow`."""
    try:
        if len(given) == len("2026-01-31"):
            return f"{date.fromisoformat(given).isoformat()}T00:00:00Z"
        told = datetime.fromisoformat(given)
    except ValueError as error:
        raise BadRow(f"`coded_at` is `{given[:60]}`; dates are written YYYY-MM-DD") from error
    told = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    return told.strftime("%Y-%m-%dT%H:%M:%SZ")
