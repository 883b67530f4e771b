"""Every real file that is no PDF: what becomes of it, by kind."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from corpus import formats
from corpus.errors import ReadingError
from corpus.settings import Settings
from extract.read import READERS, UNREAD, screen

EXPECTED = {
    "binary": {"Unsupported": 5},
    "csv": {"text": 2},
    "doc": {"text": 10},
    "docx": {"text": 69},
    "html": {"text": 14},
    "json": {"Unsupported": 518},
    "odf": {"text": 1},
    "odt": {"text": 15, "Encrypted": 1},
    "rtf": {"text": 4, "blank": 1},
    "text": {"text": 10, "Broken": 18},
}
"""The blank one holds a picture alone; those broken point to files that git-annex keeps elsewhere;
the JSON is taken apart by the import, release by release."""


def outcome(path: Path, kind: formats.Format) -> str:
    try:
        found = screen(path, kind.mime, Settings())
    except ReadingError as error:
        return error.name
    return "text" if any(page.text.strip() for page in found.pages) else "blank"


def test_every_real_file_ends_in_text_or_by_name(testdata: Path, antiword: str) -> None:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted((testdata / "corpus").rglob("*")):
        if path.is_file():
            kind = formats.sniff(path.read_bytes(), path.name)
            if kind is not formats.PDF:
                found[kind.name][outcome(path, kind)] += 1
    print("\n".join(f"{name:8} {dict(outcomes)}" for name, outcomes in sorted(found.items())))
    assert {name: dict(outcomes) for name, outcomes in found.items()} == EXPECTED


def test_every_format_is_read_or_says_why_not() -> None:
    known = {*READERS, *UNREAD, formats.PDF.mime, formats.IMAGE.mime}
    assert known == set(formats.BY_MIME)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("*2nd_Response.docx", "predictive"),
        ("*FAQs_v4.odt", "framework"),
        ("*Fifteenth_Meeting*.doc", "Transparency"),
        ("*testRTFWithCurlyBraces.rtf", "{"),
        ("*gov..html", "Contract summary"),
        ("*CHIDs_100.csv", " | "),
        ("*testFooter.odt", "footer"),
        ("*testWORD_diagramData.docx", "From here"),
    ],
)
def test_a_real_file_says_what_it_says(
    testdata: Path, antiword: str, name: str, words: str
) -> None:
    (path,) = (testdata / "corpus").rglob(name)
    found = screen(path, formats.sniff(path.read_bytes(), path.name).mime, Settings())
    assert words.lower() in "\n".join(page.text for page in found.pages).lower()
    assert [page.number for page in found.pages] == list(range(1, len(found.pages) + 1))
