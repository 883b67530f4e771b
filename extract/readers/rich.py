"""RTF, by striprtf; what that leaves out (headers, footnotes, text boxes) is read after it."""

import re
from collections.abc import Iterator
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded, check_chars, in_parts, paged
from extract.readers.package import damaged

_HEADER = re.compile(r"\{\\header[lrf]?(?![a-z])")
_FOOTER = re.compile(r"\{\\footer[lrf]?(?![a-z])")
_ASIDE = re.compile(r"\{\\(?:footnote|shptxt|\*\\shptxt)(?![a-z])")
_BRACE = re.compile(r"\\.|[{}]", re.S)
_PAGE = re.compile(r"\\page(?![a-z]) ?")
_PREAMBLE = r"{\rtf1"


def read_rtf(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the pages of an RTF file where its author ended them; else parts of two pages.

    Raises `Broken` or `TooLarge`.
    """
    content = path.read_bytes()
    try:
        source = content.decode("utf-8")
    except UnicodeDecodeError:
        source = content.decode("cp1252", "replace")
    with damaged("RTF"):
        text = _read(source)
    check_chars(len(text), settings)
    yield from bounded(in_parts(text), settings)


def _read(source: str) -> str:
    """Return headers, text, notes and boxes, footers."""
    source, headers = _taken_out(source, _HEADER)
    source, footers = _taken_out(source, _FOOTER)
    source, asides = _taken_out(source, _ASIDE)
    whole = _plain(_PAGE.sub(r"\\'0c", source)).replace("|\n", "\n").replace("|", " | ")
    before, after = (
        [_plain(_alone(source, group)).strip() for group in groups]
        for groups in (headers, [*asides, *footers])
    )
    return paged(
        whole,
        "".join(f"{text}\n\n" for text in dict.fromkeys(before) if text),
        "".join(f"\n\n{text}" for text in dict.fromkeys(after) if text),
    )


def _taken_out(source: str, opening: re.Pattern[str]) -> tuple[str, list[str]]:
    """Return a source without the groups that begin so, and what those hold."""
    kept, groups, at = [], [], 0
    while match := opening.search(source, at):
        kept.append(source[at : match.start()])
        at = _end(source, match.end())
        groups.append(source[match.end() : at - 1])
    return "".join([*kept, source[at:]]), groups


def _end(source: str, at: int) -> int:
    """Return where a group that is open at a place is closed: after its brace."""
    depth = 1
    for brace in _BRACE.finditer(source, at):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth:
            return brace.end()
    return len(source)


def _alone(source: str, group: str) -> str:
    """Return a group as a source of its own, with the encoding that its file declares."""
    page = re.search(r"\\ansicpg\d+", source[:2000])
    return f"{_PREAMBLE}{page[0] if page else ''} {group}}}"


def _plain(source: str) -> str:
    text: str = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call] # untyped
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
