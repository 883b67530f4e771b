"""A real cron runs the line that `corpus schedule` installs."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT, missing


@pytest.fixture
def cron() -> Iterator[None]:
    """A cron daemon, and this user's crontab brought back afterwards."""
    if os.getuid() or not shutil.which("cron") or not shutil.which("crontab"):
        missing("a cron that this user may start is not installed: sh tools/system.sh")
    before = subprocess.run(["crontab", "-l"], capture_output=True, text=True)
    daemon = subprocess.Popen(["cron", "-f"], stderr=subprocess.PIPE)
    yield
    daemon.terminate()
    daemon.wait()
    if before.returncode:
        subprocess.run(["crontab", "-r"], check=True)
    else:
        subprocess.run(["crontab", "-"], input=before.stdout, text=True, check=True)


@pytest.mark.soak
def test_cron_runs_an_update(tmp_path: Path, cron: None, study_folder: Path) -> None:
    path = tmp_path / "a % corpus" / "corpus.db"
    path.parent.mkdir()
    for source in (study_folder / "sources").glob("*.yaml"):
        text = source.read_text()
        source.write_text("\n".join(x for x in text.splitlines() if not x.startswith("spider:")))
    given = [sys.executable, "-m", "workbench.main", "--corpus", str(path)]
    given += ["--study", str(study_folder), "schedule", "--with", "cron"]
    at = datetime.now() + timedelta(seconds=65)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CORPUS_LOG_FORMAT": "json"}
    subprocess.run(
        [*given, "--every", "hour", "--at", f"{at:%H:%M}", "--install"],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    log = path.with_name("corpus.db.update.log")
    deadline = time.monotonic() + 240
    while not (log.is_file() and "update.ended" in log.read_text()):
        assert time.monotonic() < deadline, log.read_text() if log.is_file() else "never run"
        time.sleep(1)
    assert '"exit_code": 0' in log.read_text()
    subprocess.run([*given, "--remove"], cwd=ROOT, env=environment, check=True)
    table = subprocess.run(["crontab", "-l"], capture_output=True, text=True).stdout
    assert "council-corpus" not in table
