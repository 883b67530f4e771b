"""The county, released, and rebuilt from that and the originals: every derived row the same."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]


def run(path: Path, *arguments: object, exit_code: int = 0) -> str:
    command = [sys.executable, "-m", "workbench.main", "--corpus", str(path), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == exit_code, done.stderr + done.stdout
    return done.stdout


def test_the_county_is_rebuilt_from_its_release(tmp_path: Path) -> None:
    path, again = tmp_path / "corpus.db", tmp_path / "again" / "corpus.db"
    again.parent.mkdir()
    run(path, "demo", "--no-serve")
    run(path, "build")  # what the readers said may change what counts
    run(path, "release", tmp_path / "release")
    given = ("rebuild", "--from", tmp_path / "release", "--files", tmp_path / "files", "--json")
    told: Any = json.loads(run(again, *given))
    assert told["same"] and told["whole"] and told["notes"] == []
    tables = told["tables"]
    assert tables["pages"]["same"] == tables["pages"]["released"] > 400
    assert tables["mentions"]["same"] == tables["mentions"]["released"] > 300
    assert tables["topics"]["same"] == tables["topics"]["released"] >= 5
    excused = {name: table["excused"] for name, table in tables.items() if table["excused"]}
    assert set(excused) <= {"failures"}, "collecting is not done again"
    assert json.loads(run(again, "doctor", "--json")) == {"problems": [], "mended": []}
