import csv
from pathlib import Path

import pytest
import yaml

from corpus.study import load_study
from demo.study import COUNCIL_COLUMNS, council_codes, write_study
from demo.trouble import troubles


@pytest.fixture
def study(tmp_path: Path) -> Path:
    codebook = tmp_path / "mine.yaml"
    codebook.write_text("codes: []\n", encoding="utf-8")
    write_study(tmp_path / "study", 8123, codebook)
    return tmp_path / "study"


def test_councils(study: Path) -> None:
    with (study / "councils.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COUNCIL_COLUMNS
    assert [row["council"] for row in rows][:7] == ["XAL", "XBR", "XTH", "XMA", "XQU", "XTO", "XPA"]
    quick = [one.council.code for one in troubles() if not one.trial]
    assert [row["council"] for row in rows][7:] == quick
    assert rows[0]["base_url"] == "http://democracy.aldermere.test:8123"
    assert [row["platform"] for row in rows][:7] == [
        *["modgov"] * 4,
        "cmis",
        "unknown",
        "parchment",
    ]
    assert rows[4]["base_url"].endswith("/quennick/Councillors.aspx")


@pytest.mark.parametrize(
    ("name", "kind", "spider", "hosts"),
    [
        ("modgov", "papers", "modgov", 15),
        ("cmis", "papers", "cmis", 1),
        ("pages", "papers", "pages", 1),
        ("parchment", "papers", "parchment", 1),
        ("contracts-finder", "notices", "contracts_finder", 1),
    ],
)
def test_sources(study: Path, name: str, kind: str, spider: str, hosts: int) -> None:
    source = yaml.safe_load((study / "sources" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert (source["kind"], source["spider"]) == (kind, spider)
    assert len(source["private_hosts"]) == hosts
    assert source["throttle"]["seconds"] == 0.02 and source["throttle"]["why"]
    assert 0 < source["assertions"]["min_documents"] < source["assertions"]["max_documents"]


def test_codebook_is_copied_and_labels_are_empty(study: Path) -> None:
    assert (study / "codebook.yaml").read_text(encoding="utf-8") == "codes: []\n"
    assert yaml.safe_load((study / "labels.yaml").read_text(encoding="utf-8")) == {}


def test_writing_twice_gives_the_same_files(study: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in study.rglob("*.*")}
    write_study(study, 8123, tmp_path / "mine.yaml")
    assert {path.name: path.read_bytes() for path in study.rglob("*.*")} == before


def test_trials_are_added_when_asked_for(study: Path, tmp_path: Path) -> None:
    write_study(study, 8123, tmp_path / "mine.yaml", trials=True)
    told = load_study(study_with_codebook(study))
    assert set(told.councils) == council_codes()
    assert told.councils["XPORT"].base_url.endswith(":1")
    assert told.councils["XLOST"].base_url == ""
    assert "inner.private.test" not in told.sources["modgov"].private_hosts


def study_with_codebook(study: Path) -> Path:
    packaged = Path(__file__).parents[2] / "study" / "codebook.yaml"
    (study / "codebook.yaml").write_bytes(packaged.read_bytes())
    return study
