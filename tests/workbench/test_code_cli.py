"""`corpus code` as people meet it: from a sample to figures, with messages and exit codes."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Make
from tests.workbench.test_cli import Corpus

HIT = "The council uses predictive analytics against fraud. ACME sold it."
OTHER = "Members will explore a predictive model. It was noted."
CHOICES = {"anna": ("yes", "uses", "fraud"), "ben": ("marginal", "uses", "")}


@pytest.fixture
def corpus(corpus_path: Path, study_folder: Path, folder: Any, make: Make) -> Corpus:
    """A built corpus whose study has three coders."""
    (study_folder / "coders.yaml").write_text("anna: Anna\nben:\ncarl:\n")
    run = Corpus(corpus_path, study_folder)
    papers = folder({"a.pdf": make.pdf(HIT, OTHER), "b.txt": "A committee met and talked of bins."})
    run("import", papers, "--council", "KEN")
    run("build", "--jobs", "1")
    return run


def fill(path: Path, about: str, stance: str, codes: str) -> None:
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    for number, row in enumerate(rows):
        row |= {"about": about, "stance": stance, "codes": codes if number else ""}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


DRAW = ("code", "sample", "--name", "pilot", "--coder", "anna", "--coder", "ben", "--double", "1")


def test_from_a_sample_to_figures_and_out(corpus: Corpus, tmp_path: Path) -> None:
    samples = corpus.study / "samples"
    dry = corpus.answer(*DRAW, "--dry-run")
    assert dry["files"] == [] and not samples.exists()
    drawn = corpus.answer(*DRAW)
    assert drawn["drawn"] == drawn["population"] == drawn["coded_twice"] == 2
    assert corpus.answer(*DRAW) == drawn
    for coder, (about, stance, codes) in CHOICES.items():
        path = samples / f"pilot-{coder}.csv"
        fill(path, about, stance, codes)
        told = corpus.answer("code", "import", path)
        assert told["brought"]["problems"] == []
    other = corpus("code", "sample", "--name", "pilot", "--size", "1", exit_code=1)
    assert "may have been filled in" in other.output
    agreed = corpus.answer("code", "agree", "--sample", "pilot", "--pairs")
    fields = {field["field"]: field for field in agreed["fields"]}
    assert fields["about"]["percent"] == 0.0
    assert fields["stance"]["kappa"]["note"].startswith("all say `uses`")
    assert fields["fraud"]["percent"] == 0.5
    assert "cannot be told" in corpus("code", "agree").output
    settle = tmp_path / "settle.csv"
    listed = corpus.answer("code", "adjudicate", "--to", settle)
    assert len(listed) == 3
    assert (
        "may have been filled in"
        in corpus("code", "adjudicate", "--to", settle, exit_code=2).output
    )
    rows = list(csv.DictReader(settle.open(encoding="utf-8")))
    rows[0] |= {"value": "yes", "coder": "carl", "coded_at": "2026-11-22"}
    with settle.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    taken = corpus.answer("code", "import", settle)
    assert (taken["brought"]["new"], taken["brought"]["blank"]) == (1, 2)
    assert len(corpus.answer("code", "adjudicate")) == 2
    status = corpus.answer("code", "status")
    assert status["coder"] == {"anna": 7, "ben": 6, "carl": 1}
    for name in ("a.qdpx", "a.qdc", "a.json", "a.csv"):
        told = corpus.answer("code", "export", tmp_path / name)
        assert (tmp_path / name).stat().st_size > 200
        assert told["left_out"] == 0
    assert json.loads((tmp_path / "a.json").read_text())["total"] == 5
    shutil.rmtree(corpus.study / "codings")
    back = corpus.answer("code", "import", tmp_path / "a.qdpx")
    assert back["brought"]["new"] == 14 and back["loaded"]["states"] == {"anchored": 14}
    assert (
        "not in the study's codebook: judged" in corpus("code", "import", tmp_path / "a.qdc").output
    )


def test_what_is_wrong_is_named_and_the_build_goes_on(corpus: Corpus) -> None:
    path = corpus.study / "codings" / "a.csv"
    path.parent.mkdir()
    page = "0123456789abcdef-0001"
    rows = [
        "document,page,quote,code,value,coder,coded_at",
        f"d,{page},some words,fraud,yes,anna,2026-01-01",
        f"d,{page},some words,frauds,yes,anna,2026-01-01",
        f"d,{page},some words,fraud,yes,anne,2026-01-01",
    ]
    path.write_text("\n".join(rows))
    told = corpus("build", "--jobs", "1", exit_code=4)
    assert f"{path}:3: the code `frauds` is unknown (did you mean `fraud`?" in told.output
    assert f"{path}:4: the coder `anne` is unknown (did you mean `anna`?" in told.output
    assert "1 lost" in told.output
    again = corpus("code", "import", exit_code=4)
    assert "frauds" in again.output
    status = corpus("code", "status").output
    assert "lost" in status and "some words" in status and "not taken: a.csv:3" in status


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sample", "--of", "pages", "--by", "term"), "a sample of pages has nation, year"),
        (("sample", "--by", "colour"), "--by colour"),
        (("sample", "--double", "0.5"), "needs two coders"),
        (("sample", "--coder", "zoe"), "write `zoe:` in"),
        (("sample", "--name", "../x"), "small letters, digits"),
        (("export", "x.docx"), "Say --to"),
    ],
)
def test_wishes_that_cannot_be_met_are_usage_errors(
    corpus: Corpus, arguments: tuple[str, ...], words: str
) -> None:
    assert words in corpus("code", *arguments, exit_code=2).output


def test_hostile_exchange_is_one_sentence(corpus: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "x.qdpx"
    path.write_bytes(b"not a project")
    told = corpus("code", "import", path, exit_code=1).output
    assert "x.qdpx: is no REFI-QDA project" in told


def test_the_packaged_study_is_not_written_to(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coding.bring_in import folder_of
    from corpus.errors import CorpusError
    from corpus.study import load_study
    from tests.conftest import ROOT

    study = load_study(ROOT / "study")
    assert folder_of(load_study(corpus.study)) == corpus.study / "codings"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CorpusError, match="not yours to write to"):
        folder_of(study)
