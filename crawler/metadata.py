"""The CSV that tells an import what its files are: council, kind, title, date, address."""

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import BadMetadata
from corpus.study import is_date

COLUMNS = ("file", "council", "kind", "title", "published_on", "url")
KINDS = (
    "agenda",
    "pack",
    "report",
    "appendix",
    "minutes",
    "decision",
    "notice",
    "atrs",
    "foi",
    "other",
)


@dataclass(frozen=True)
class About:
    """What the CSV says of one file."""

    council: str | None = None
    kind: str | None = None
    title: str | None = None
    published_on: str | None = None
    url: str | None = None


def read_metadata(
    path: Path, roots: Iterable[Path], councils: Collection[str]
) -> dict[Path, About]:
    """Return what a metadata CSV says, by the resolved path of each file that exists.

    A file is named relative to the CSV or to one of the folders imported. Raises `BadMetadata`
    with the line of the first unknown council, kind or malformed date.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            _check_header(path, reader.fieldnames or ())
            rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise BadMetadata(f"{path} cannot be read ({error.strerror}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadMetadata(f"{path} is not a CSV file in UTF-8 ({error}).") from error
    found: dict[Path, About] = {}
    for line, row in rows:
        about = _about(path, line, row, councils)
        for place in (path.parent, *roots):
            if (place / row["file"]).is_file():
                found[(place / row["file"]).resolve()] = about
                break
    return found


def _check_header(path: Path, given: Iterable[str]) -> None:
    """Refuse unknown columns; `file` must be there, the others may."""
    unknown = [name for name in given if name not in COLUMNS]
    if unknown:
        raise BadMetadata(f"{path}:1: unknown column `{unknown[0]}` (known: {', '.join(COLUMNS)}).")
    if "file" not in given:
        raise BadMetadata(f"{path}:1: the column `file` is missing.")


def _about(path: Path, line: int, row: dict[str, str | None], councils: Collection[str]) -> About:
    if None in row or not row.get("file"):
        raise BadMetadata(f"{path}:{line}: more cells than columns, or no `file`.")
    about = About(**{name: (row.get(name) or "").strip() or None for name in COLUMNS[1:]})
    if about.council and about.council not in councils:
        raise BadMetadata(
            f"{path}:{line}: no council has the code `{about.council}`; codes stand "
            "in study/councils.csv."
        )
    if about.kind and about.kind not in KINDS:
        raise BadMetadata(
            f"{path}:{line}: `{about.kind}` is not a kind (known: {', '.join(KINDS)})."
        )
    if about.published_on and not is_date(about.published_on):
        raise BadMetadata(f"{path}:{line}: `{about.published_on}` is not a date YYYY-MM-DD.")
    return about
