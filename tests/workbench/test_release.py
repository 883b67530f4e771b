"""A release: the same bytes twice, valid for other readers, each flaw named, nothing private."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.store import reading
from corpus.study import Study
from publish.public import manifest
from publish.public.allowlist import allowed
from publish.public.release import NotReleased
from tests.conftest import ROOT
from tests.publish.publication import SECRETS, Out, publication
from workbench.main import main
from workbench.notebook import open_corpus
from workbench.release import make

SAID = {"title": "The county's papers", "authors": ("A department",), "doi": "10.5281/zenodo.1"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Out:
    return publication(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def study(out: Out, packaged_study: Study) -> Study:
    """The packaged study with this corpus's own decisions about what must not get out."""
    place = out.study.folder
    for name in ("codebook.yaml", "councils.csv"):
        shutil.copy(packaged_study.folder / name, place)
    (place / "study.yaml").write_text("contact: olga@example.org\nprecision_floor: 0.4\n")
    return replace(packaged_study, folder=place)


def released(out: Out, study: Study, folder: Path) -> Path:
    with reading(out.made.path) as store:
        make(store, study, folder, SAID)
    return folder


@pytest.fixture(scope="module")
def whole(out: Out, study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released(out, study, tmp_path_factory.mktemp("out") / "release")


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def verify(folder: Path, exit_code: int = 0) -> Any:
    arguments = ["--corpus", "none.db", "release", str(folder), "--verify", "--json"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == exit_code, done.output
    return json.loads(done.stdout)


def test_two_releases_of_one_corpus_are_the_same_bytes(
    out: Out, study: Study, whole: Path, tmp_path: Path
) -> None:
    again = released(out, study, tmp_path / "again")
    assert manifest.read(again) == manifest.read(whole)
    assert (again / manifest.NAME).read_bytes() == (whole / manifest.NAME).read_bytes()


def test_it_has_what_it_says(whole: Path) -> None:
    names = set(manifest.files(whole))
    tables = {*allowed().tables, *allowed().added}
    assert {f"csv/{name}.csv" for name in tables} | {f"parquet/{n}.parquet" for n in tables} < names
    assert names >= {
        *("public.db", "datapackage.json", "ro-crate-metadata.json", "CITATION.cff"),
        *("datacite.json", "licences.csv", "README.md", "study/codebook.yaml"),
        *("methods/methods.md", "methods/flow.svg", "models/lda-2-1-0badcafe.json"),
    }
    assert not {name for name in names if "privacy" in name or "takedown" in name}
    assert "contact" not in (whole / "study/study.yaml").read_text()


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_what_must_not_get_out_is_in_no_file(whole: Path, name: str) -> None:
    words = SECRETS[name]
    for path in manifest.files(whole):
        assert words.encode() not in (whole / path).read_bytes(), path
    for path in sorted((whole / "parquet").iterdir()):
        told = pq.read_table(path).to_pandas().to_csv()
        assert words not in told, path.name


def test_only_published_columns_are_in_it(whole: Path) -> None:
    absent = allowed().absent()
    for path in sorted((whole / "csv").iterdir()):
        columns = set(pd.read_csv(path, nrows=0).columns)
        assert columns == set(allowed().columns(path.stem))
        assert not {column for table, column in absent if table == path.stem} & columns
        assert set(pq.read_schema(whole / "parquet" / f"{path.stem}.parquet").names) == columns


def test_frictionless_reads_it(whole: Path) -> None:
    from frictionless import validate

    report = validate(str(whole / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])[:5]
    package = json.loads((whole / "datapackage.json").read_text())
    described = [f for r in package["resources"] for f in r["schema"]["fields"]]
    assert all(field["description"] for field in described)
    keyed = {r["name"] for r in package["resources"] if "primaryKey" in r["schema"]}
    assert {"documents", "mentions", "pages"} <= keyed


def test_rocrate_and_cffconvert_read_it(whole: Path) -> None:
    from cffconvert import Citation
    from rocrate.rocrate import ROCrate

    crate = ROCrate(str(whole))
    assert crate.name == SAID["title"] and crate.root_dataset["datePublished"] < "2026-06-01"
    listed = {entity.id for entity in crate.data_entities}
    assert {"public.db", "csv/documents.csv", "datapackage.json"} <= listed
    cited = Citation((whole / "CITATION.cff").read_text())
    cited.validate()
    assert "A department" in cited.as_bibtex() and "10.5281/zenodo.1" in cited.as_bibtex()


def test_other_programs_read_the_bibliography(whole: Path) -> None:
    import rispy
    from pybtex.database import parse_file

    mentions, documents = (
        pd.read_csv(whole / "csv" / f"{name}.csv") for name in ("mentions", "documents")
    )
    counted = mentions[mentions["counted"] == 1]["sha256"]
    wanted = set(documents[documents["sha256"].isin(counted)]["document"])
    csl = json.loads((whole / "bibliography.json").read_text())
    assert {item["archive_location"] for item in csl[1:]} == wanted and wanted
    assert csl[0]["type"] == "dataset"
    entries = parse_file(str(whole / "bibliography.bib"), bib_format="bibtex").entries
    assert set(entries) == {item["id"] for item in csl}
    with (whole / "bibliography.ris").open(encoding="utf-8") as stream:
        assert {record["id"] for record in rispy.load(stream)} == set(entries)


def test_datacite_has_the_mandatory_fields(whole: Path) -> None:
    told = json.loads((whole / "datacite.json").read_text())
    mandatory = ("doi", "creators", "titles", "publisher", "publicationYear", "types")
    assert all(told[name] for name in mandatory)
    assert told["types"]["resourceTypeGeneral"] == "Dataset" and told["rightsList"]


def test_tables_are_the_database(whole: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(whole / "public.db")
    for name in ("documents", "mentions", "coverage", "pages"):
        count = connection.execute(f'select count(*) from "{name}"').fetchone()[0]
        assert pq.read_table(whole / "parquet" / f"{name}.parquet").num_rows == count > 0
        assert len(pd.read_csv(whole / "csv" / f"{name}.csv")) == count
    exact = pq.read_table(whole / "parquet" / "documents.parquet").to_pandas()
    formulas = exact["title"].dropna().str.startswith("=")
    shown = pd.read_csv(whole / "csv" / "documents.csv")["title"].dropna()
    assert formulas.any() and not shown.str.startswith("=").any()


def test_each_document_has_its_licence(whole: Path) -> None:
    rows = pd.read_csv(whole / "licences.csv")
    documents = pd.read_csv(whole / "csv" / "documents.csv")
    assert set(rows["document"]) == set(documents["document"])
    extents = set(" ".join(rows["published"].dropna()).split())
    assert {"extracts", "none"} <= extents <= {"full", "extracts", "none", "withheld"}


def test_a_flipped_byte_is_named(copy: Path) -> None:
    assert verify(copy) == {"whole": True, "flaws": []}
    content = bytearray((copy / "public.db").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "public.db").write_bytes(content)
    assert verify(copy, 3)["flaws"] == [{"file": "public.db", "what": "changed"}]


def test_what_is_missing_added_or_elsewhere_is_named(copy: Path) -> None:
    (copy / "README.md").unlink()
    (copy / "csv" / "more.csv").write_text("a")
    (copy / "CITATION.cff").unlink()
    (copy / "CITATION.cff").symlink_to(ROOT / "CITATION.cff")
    told = {flaw["file"]: flaw["what"] for flaw in verify(copy, 3)["flaws"]}
    assert told == {
        "README.md": "missing",
        "csv/more.csv": "not-listed",
        "CITATION.cff": "changed",
    }


HASH = "0" * 64


@pytest.mark.parametrize(
    "text",
    ["", f"{HASH}  ../x\n", f"{HASH}  /etc/passwd\n", f"{HASH} x\n", f"{HASH}  a\n{HASH}  a\n"],
)
def test_a_malformed_manifest_is_an_error_with_its_line(text: str, tmp_path: Path) -> None:
    (tmp_path / manifest.NAME).write_text(text)
    with pytest.raises(manifest.BadManifest, match=r"manifest-sha256.txt(:\d)?"):
        manifest.flaws(tmp_path)


def test_a_folder_that_is_no_release_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["release", str(tmp_path), "--verify"])
    assert done.exit_code == 1 and "is no release" in done.output


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=200))
def test_no_manifest_breaks_the_check(text: str, tmp_path: Path) -> None:
    (tmp_path / manifest.NAME).write_text(text, encoding="utf-8", errors="replace")
    with suppress(manifest.BadManifest):
        assert manifest.flaws(tmp_path)


def test_a_folder_with_something_in_it_is_left_alone(
    out: Out, study: Study, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(NotReleased, match="is not empty"):
        released(out, study, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_leak_stops_the_release(out: Out, study: Study, tmp_path: Path) -> None:
    from publish.public.release import release

    place = tmp_path / "leaky"
    with reading(out.made.path) as store, pytest.raises(NotReleased, match=r"leak.md: it holds"):
        release(
            store,
            study,
            place,
            software="1",
            extra=lambda connection, about: {"leak.md": SECRETS["email"]},
            said={},
        )
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def rebuilt(whole: Path) -> Iterator[str]:
    """What the script in the cookbook prints in the folder of a release."""
    text = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    told = "{name: figure.to_dict('records') for name, figure in figures.items()}"
    dump = f"\nimport json\nprint('JSON', json.dumps({told}))"
    done = subprocess.run(
        [sys.executable, "-c", script + dump],
        cwd=whole,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    yield done.stdout


def test_the_cookbook_rebuilds_a_figure_of_each_notebook(rebuilt: str, whole: Path) -> None:
    figures = json.loads(rebuilt.partition("JSON ")[2])
    notebooks = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert sorted(figures) == notebooks
    assert all(figures.values())
    corpus = open_corpus(whole / "public.db")
    for name, by in (("1_first_look", "year"), ("4_councils", "type")):
        ours = corpus.rates(by)
        ours = ours[ours["searched"] > 0][[by, "searched", "mentioning"]]
        assert figures[name] == ours.to_dict("records")
    assert len(figures["3_topics"]) == len(corpus.topics())
    states = corpus.coverage_states()[["source", "state", "months"]]
    assert figures["6_coverage"] == states.to_dict("records")
