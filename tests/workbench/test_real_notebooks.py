"""Every notebook, top to bottom, on real papers: no error, charts, under three minutes.

`COUNCIL_CORPUS_REAL` names a corpus of the whole real set; without it, a sixth of its papers and
every notice are built.
Charts are kept as pictures in the folder that `COUNCIL_CORPUS_CHARTS` names, to be looked at.
"""

import csv
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_SECONDS = 180
EVERY = 6
pytestmark = pytest.mark.timeout(600)


def run(path: Path, *arguments: object) -> None:
    command = [sys.executable, "-m", "workbench.main", "--corpus", str(path), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 4), done.stderr


def sample(corpus: Path, folder: Path) -> Path:
    """Copy one of so many real files into a folder, with what is told of them; return the table."""
    with (corpus / "metadata.csv").open(encoding="utf-8", newline="") as stream:
        table = csv.DictReader(stream)
        told = [row for number, row in enumerate(table) if number % EVERY == 0]
    for row in told:
        place = folder / row["file"]
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(corpus / row["file"], place)
    with (folder / "metadata.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(told[0]))
        writer.writeheader()
        writer.writerows(told)
    return folder / "metadata.csv"


@pytest.fixture(scope="module")
def real(testdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get("COUNCIL_CORPUS_REAL")
    if given:
        return Path(given).resolve()
    folder = tmp_path_factory.mktemp("real")
    metadata = sample(testdata / "corpus", folder / "set")
    notices = testdata / "corpus" / "notices"
    run(folder / "corpus.db", "import", metadata.parent, notices, "--metadata", metadata)
    run(folder / "corpus.db", "build", "--no-ocr")
    return folder / "corpus.db"


@pytest.fixture(scope="module")
def kernel(real: Path) -> Iterator[NotebookClient]:
    """One kernel for all notebooks; its names are forgotten between them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORPUS_DB", str(real))
        patch.setenv("PYTHONPATH", str(ROOT))
        place = {"metadata": {"path": str(ROOT / "notebooks")}}
        client = NotebookClient(nbformat.v4.new_notebook(), timeout=None, resources=place)
        with client.setup_kernel():
            yield client


def charts(cells: list[Any]) -> list[str]:
    """Return the charts of a notebook that was run, as SVG."""
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    return [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]


def keep(name: str, drawn: list[str]) -> None:
    """Write charts as pictures where somebody wants to look at them."""
    import vl_convert

    folder = os.environ.get("COUNCIL_CORPUS_CHARTS")
    for number, svg in enumerate(drawn, 1) if folder else ():
        Path(str(folder)).mkdir(parents=True, exist_ok=True)
        picture = vl_convert.svg_to_png(svg)
        Path(str(folder), f"{name}-{number}.png").write_bytes(picture)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_on_real_papers(path: Path, kernel: NotebookClient) -> None:
    kernel.nb = nbformat.read(path, as_version=4)
    kernel.reset_execution_trackers()
    began = time.monotonic()
    for index, cell in enumerate([nbformat.v4.new_code_cell("%reset -f"), *kernel.nb.cells]):
        kernel.execute_cell(cell, index - 1)
    seconds = time.monotonic() - began
    used = nbformat.v4.new_code_cell("import time; print(time.process_time())")
    kernel.execute_cell(used, 0)
    cpu = float(used["outputs"][0]["text"])
    drawn = charts(kernel.nb.cells)
    keep(path.stem, drawn)
    print(f"{path.stem}: {seconds:.0f} s, {len(drawn)} charts; the kernel's CPU so far {cpu:.0f} s")
    said = str([output for cell in kernel.nb.cells for output in cell.get("outputs", ())])
    assert drawn or "Nothing was coded yet" in said, "a notebook without a chart"
    assert seconds < MOST_SECONDS
