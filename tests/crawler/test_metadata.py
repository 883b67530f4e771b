"""The CSV of an import: read by column names, refused by line."""

from pathlib import Path

import pytest

from corpus.errors import BadMetadata
from crawler.metadata import About, read_metadata

COUNCILS = {"KEN", "BST"}
HEADER = "file,council,kind,title,published_on,url\n"


@pytest.fixture
def read(tmp_path: Path):
    (tmp_path / "a.pdf").touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.pdf").touch()
    path = tmp_path / "papers.csv"

    def run(content: str | bytes, *roots: Path) -> dict[str, About]:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = read_metadata(path, roots, COUNCILS)
        return {place.name: about for place, about in found.items()}

    return run


def test_a_row_says_what_it_says_and_no_more(read) -> None:
    rows = "a.pdf,KEN,report, A title ,2024-05-01,https://x.example/a\nsub/b.pdf,,,,,\n"
    assert read("\ufeff" + HEADER + rows) == {
        "a.pdf": About("KEN", "report", "A title", "2024-05-01", "https://x.example/a"),
        "b.pdf": About(),
    }


def test_files_are_named_from_the_csv_or_from_an_imported_folder(read, tmp_path: Path) -> None:
    assert read("file\nb.pdf\n") == {}
    assert set(read("file\nb.pdf\n", tmp_path / "sub")) == {"b.pdf"}


def test_columns_may_be_left_out_and_stand_in_any_order(read) -> None:
    assert read("title,file\nT,a.pdf\n") == {"a.pdf": About(title="T")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("file,titel\na.pdf,x\n", r"papers\.csv:1: unknown column `titel`"),
        ("title\nx\n", r"papers\.csv:1: the column `file` is missing"),
        ("", "the column `file` is missing"),
        (HEADER + "a.pdf,XXX,,,,\n", r"papers\.csv:2: no council has the code `XXX`"),
        (HEADER + "\na.pdf,,letter,,,\n", r"papers\.csv:3: `letter` is not a kind"),
        (HEADER + "a.pdf,,,,1 May 2024,\n", r"papers\.csv:2: `1 May 2024` is not a date"),
        (HEADER + "a.pdf,,,,,,,\n", r"papers\.csv:2: more cells than columns"),
        (HEADER + ",KEN,,,,\n", r"papers\.csv:2: .*no `file`"),
        (b"file\ncaf\xe9.pdf\n", "not a CSV file in UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(read, content: str | bytes, message: str) -> None:
    with pytest.raises(BadMetadata, match=message):
        read(content)


def test_a_csv_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadMetadata, match="cannot be read"):
        read_metadata(tmp_path / "nowhere.csv", [], COUNCILS)


def test_the_metadata_of_the_real_papers_are_read(testdata: Path, packaged_study) -> None:
    folder = testdata / "corpus"
    found = read_metadata(folder / "metadata.csv", [folder], packaged_study.councils)
    assert len(found) > 200
    assert {about.council for about in found.values()} >= {"KEN", "BST"}
