"""Files of codings: read row by row, so that a broken row costs itself alone; written whole."""

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from coding.codings import COLUMNS, REQUIRED, BadRow, Coding, Problem, Vocabulary, coding_of
from corpus.cells import defused

MOST_BYTES = 50 * 1024 * 1024
"""Of one file: some 100,000 judgements of whole passages."""
MOST_PROBLEMS = 100
"""Told of one file; after so many the file is not what it says it is."""

Line = tuple[int, dict[str, str]]


@dataclass
class Read:
    """The codings of one or more files, where each stands, and what could not be taken."""

    codings: dict[str, Coding] = field(default_factory=dict)
    places: dict[str, tuple[Path, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blank: int = 0
    """Items of a sheet that nobody has coded yet."""

    def add(self, coding: Coding, path: Path, line: int) -> None:
        """Take a coding, unless it was given before."""
        if coding.id in self.codings:
            first = self.codings[coding.id]
            there = "{}:{}".format(*self.places[coding.id])
            same = "stands twice" if first.value == coding.value else "contradicts another"
            told = f"{coding.coder}'s `{coding.code}` of these words {same}; the first is in"
            self.problems.append(Problem(path, line, f"{told} {there}"))
            return
        self.codings[coding.id] = coding
        self.places[coding.id] = (path, line)


def read_folder(folder: Path, vocabulary: Vocabulary) -> Read:
    """Return the codings of all CSV files in a folder, in the order of their names."""
    found = Read()
    for path in sorted(folder.glob("*.csv")):
        read_codings(path, vocabulary, found)
    return found


def read_codings(path: Path, vocabulary: Vocabulary, found: Read) -> None:
    """Read a file of codings, one judgement a row."""

    def take(line: int, row: dict[str, str]) -> None:
        if row.get("judgements") and not row["value"]:
            found.blank += 1  # a disagreement that nobody has settled yet
            return
        coding = coding_of(row)
        vocabulary.check(coding)
        found.add(coding, path, line)

    read_rows(path, found, take, required=REQUIRED, allowed=(*COLUMNS, "judgements"))


def read_rows(
    path: Path,
    found: Read,
    take: Callable[[int, dict[str, str]], None],
    *,
    required: Iterable[str],
    allowed: Iterable[str] | None = None,
) -> None:
    """Give every good row to `take`; what is wrong with the others becomes a problem."""
    try:
        lines = _lines(path)
        names, delimiter = _header(lines, required, allowed)
    except BadRow as error:
        found.problems.append(Problem(path, None, str(error)))
        return
    told = len(found.problems)
    for line, row in _records(lines, names, delimiter):
        try:
            if isinstance(row, BadRow):
                raise row
            if any(row.values()):
                take(line, row)
        except BadRow as error:
            found.problems.append(Problem(path, line, str(error)))
            if len(found.problems) - told >= MOST_PROBLEMS:
                what = f"more than {MOST_PROBLEMS} rows are wrong; the rest was not read"
                found.problems.append(Problem(path, line, what))
                return


def columns_of(path: Path) -> tuple[str, ...]:
    """Return the names of a CSV file's columns; none where it cannot be read."""
    try:
        return _header(_lines(path), (), None)[0]
    except BadRow:
        return ()


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadRow(f"is larger than {MOST_BYTES // 2**20} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadRow(f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        told = f"is not UTF-8 ({error.reason} at byte {error.start}); save it as “CSV UTF-8”"
        raise BadRow(told) from error
    if "\0" in text:
        raise BadRow("is no text: it holds null bytes")
    return list(io.StringIO(text, newline=""))


def _header(
    lines: list[str], required: Iterable[str], allowed: Iterable[str] | None
) -> tuple[tuple[str, ...], str]:
    """Return the columns and the delimiter: a semicolon where the header has no comma."""
    first = lines[0] if lines else ""
    delimiter = ";" if ";" in first and "," not in first else ","
    names = tuple(name.strip() for name in next(csv.reader([first], delimiter=delimiter), []))
    known = None if allowed is None else set(allowed)
    for name in names:
        if names.count(name) > 1:
            raise BadRow(f"the column `{name[:60]}` stands twice")
        if known is not None and name not in known:
            raise BadRow(f"unknown column `{name[:60]}` (known: {', '.join(sorted(known))})")
    for name in required:
        if name not in names:
            raise BadRow(f"the column `{name}` is missing")
    return names, delimiter


def _records(
    lines: list[str], names: tuple[str, ...], delimiter: str
) -> Iterator[tuple[int, dict[str, str] | BadRow]]:
    """Yield (line, row or what is wrong with it).

    A stray quotation mark makes a reader take the lines after it for one cell: then only the line
    it stands in is given up, and reading goes on with the next.
    """
    at = 1
    while at < len(lines):
        start, wrong = at, ""
        reader = csv.reader(islice(lines, start, None), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if cells and len(cells) != len(names):
                    wrong = f"has {len(cells)} cells, not {len(names)}"
                    break
                yield at + 1, dict(zip(names, cells, strict=True)) if cells else {}
                at = start + reader.line_num
        except csv.Error as error:
            wrong = f"is not CSV ({error})"
        if wrong:
            yield at + 1, BadRow(wrong)
            at += 1


def as_csv(columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as CSV whose cells no spreadsheet runs."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: defused(_one_line_end(cell)) for name, cell in row.items()})
    return out.getvalue()


def _one_line_end(cell: object) -> object:
    """Return a text with line feeds alone: the writer leaves a bare carriage return unquoted."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if isinstance(cell, str) else cell


def write_codings(path: Path, codings: Iterable[Coding]) -> None:
    """Write a file of codings."""
    write_whole(path, as_csv(COLUMNS, [coding.row() for coding in codings]))


def write_whole(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
