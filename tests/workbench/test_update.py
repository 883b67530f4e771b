"""`corpus update` against a real site: due, crawled, built, checked, told; and run again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

import workbench.main
from corpus.events import as_json
from corpus.store import writing
from corpus.study import load_study
from tests.conftest import ROOT, Make
from tests.corpus.test_store import another_writer
from tests.crawler.conftest import Reply, Site, environment, modgov_answer, rows, write_study
from workbench.checks import run_hook
from workbench.main import main
from workbench.run_update import Wishes, unfinished, what_is_due

HOOK = """
import json, pathlib, sys
told = json.load(sys.stdin)
path = pathlib.Path(sys.argv[1])
path.write_text(path.read_text() + "x" if path.exists() else "")
path.with_suffix(".json").write_text(json.dumps([sys.argv[2:], told]))
"""


class Night:
    """A corpus that is updated, its study, and the site that it crawls."""

    def __init__(self, folder: Path, make: Make) -> None:
        self.folder, self.path = folder, folder / "corpus.db"
        self.paper = make.pdf("The council uses predictive analytics here.")
        self.down = self.slow = False
        self.site = Site(self.answer)
        base = f"http://ken.test:{self.site.port}"
        self.study = write_study(folder / "study", {"KEN": ("modgov", base)}, ["ken.test"])
        (folder / "hook.py").write_text(HOOK)
        hook = [sys.executable, str(folder / "hook.py"), str(folder / "told"), "{n} of them"]
        self.choose(on_alert=hook)

    def choose(self, **told: Any) -> None:
        (self.study / "study.yaml").write_text(yaml.safe_dump(told))

    def answer(self, host: str, target: str) -> Reply | None:
        if self.down:
            return Reply(b"", 500)
        if self.slow and target.endswith(".pdf"):
            time.sleep(5)
        if target == "/documents/s5/Paper.pdf":
            return Reply(self.paper, headers={"Content-Type": "application/pdf"})
        return modgov_answer(
            target, (5, f"http://ken.test:{self.site.port}/documents/s5/Paper.pdf")
        )

    def asserting(self, **limits: float) -> None:
        path = self.study / "sources" / "modgov.yaml"
        told = yaml.safe_load(path.read_text())
        told["assertions"] |= limits
        path.write_text(yaml.safe_dump(told))

    def command(self, *arguments: str) -> list[str]:
        given = ["--corpus", str(self.path), "--study", str(self.study)]
        return [sys.executable, "-m", "workbench.main", *given, *arguments]

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            env=environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, exit_code: int = 0) -> Result:
        """Run a command that does not crawl, in this process."""
        result = CliRunner().invoke(main, self.command()[3:] + list(arguments))
        assert result.exit_code == exit_code, (result.output, result.exception)
        return result


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, make: Make) -> Iterator[tuple[Night, Any]]:
    """A first update, by a command of its own, with its events as JSON, and what it said."""
    night = Night(tmp_path_factory.mktemp("night"), make)
    process = night.start("--log-format", "json", "update", "--json", "--jobs", "1")
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    yield night, (json.loads(out), [json.loads(line) for line in err.splitlines()])
    night.site.close()


def test_a_first_update_crawls_builds_and_checks(first: tuple[Night, Any]) -> None:
    night, (told, _) = first
    assert list(told["due"]) == ["modgov"] and told["exit_code"] == 0
    assert told["crawled"][0]["kept"] == 1
    assert told["built"]["found"]["counted"] == 1
    assert {row["state"] for row in told["checks"]} == {"holds"}
    assert rows(night.path, "select outcome, exit_code, attempts from updates") == [
        ("finished", 0, 1)
    ]


def test_every_event_is_one_line_of_json(first: tuple[Night, Any]) -> None:
    _, (told, events) = first
    names = [one["event"] for one in events]
    for name in ("update.began", "crawl.began", "crawl.ended", "build.found", "update.ended"):
        assert names.count(name) == 1, names
    assert all(one["at"].endswith("Z") for one in events)
    (ended,) = [one for one in events if one["event"] == "crawl.ended"]
    assert ended["kept"] == 1 and ended["source"] == "modgov"
    assert told["update"] == 1


def test_a_second_update_asks_nobody_and_finds_nothing(first: tuple[Night, Any]) -> None:
    night, _ = first
    asked = len(night.site.asked)
    told = json.loads(night.run("update", "--json").stdout)
    assert told["due"] == {} and told["crawled"] == []
    assert told["built"]["extracted"]["screened"] == told["built"]["found"]["files"] == 0
    assert len(night.site.asked) == asked
    assert "no source was due" in night.run("update").stdout


def test_a_dry_run_says_what_is_due_and_does_nothing(first: tuple[Night, Any]) -> None:
    night, _ = first
    before = night.path.read_bytes()
    told = json.loads(night.run("update", "--dry-run", "--json").stdout)
    assert [(one["source"], one["due"]) for one in told["sources"]] == [("modgov", False)]
    told = json.loads(night.run("update", "--dry-run", "--now", "--json").stdout)
    assert told["sources"][0]["due"] and told["sources"][0]["requests_at_least"] > 0
    assert night.path.read_bytes() == before
    path = str(night.folder / "none.db")
    given = ["--corpus", path, "--study", str(night.study), "update", "--dry-run"]
    other = CliRunner().invoke(main, given)
    assert "never crawled" in other.stdout and not (night.folder / "none.db").exists()


def test_a_second_run_says_who_holds_it_and_ends_well(first: tuple[Night, Any]) -> None:
    night, _ = first
    with another_writer(night.path) as holder:
        result = night.run("update")
        told = json.loads(night.run("update", "--json").stdout)
    assert f"`corpus build` (process {holder.pid}" in result.stdout
    assert result.stdout.startswith("Nothing done: ") and "is being written" in told["held"]
    assert rows(night.path, "select count(*) from updates where outcome != 'finished'") == [(0,)]


def test_a_failing_check_is_3_a_row_a_feed_and_a_command(
    first: tuple[Night, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    night, _ = first
    night.asserting(max_documents=0)
    try:
        result = night.run("check", exit_code=3)
        assert "modgov/KEN/max_documents" in result.stdout and "1 of 2 checks fail" in result.stdout
        told = json.loads(night.run("check", "--json", exit_code=3).stdout)
        assert [one["state"] for one in told] == ["failing", "holds"]
        told = json.loads(night.run("update", "--publish", "--json", exit_code=3).stdout)
        assert told["failing"] == 1 and told["published"].startswith("Not published")
        arguments, heard = json.loads((night.folder / "told.json").read_text())
        assert arguments == ["1 of them"], "an argument is one argument, without a shell"
        assert heard["failing"][0]["monitor"] == "modgov/KEN/max_documents"
        feed = (night.folder / "corpus-feeds" / "checks.xml").read_text()
        assert "modgov/KEN/max_documents fails" in feed
        (before,) = rows(night.path, "select since from monitors where state = 'failing'")
        night.run("update", exit_code=3)
        assert (night.folder / "told").read_text() == "", "told once, not every night"
        assert rows(night.path, "select since from monitors where state = 'failing'") == [before]
    finally:
        night.asserting(max_documents=1000)
    night.run("update")
    assert "fails" not in (night.folder / "corpus-feeds" / "checks.xml").read_text()
    assert rows(night.path, "select count(*) from monitors where state = 'failing'") == [(0,)]


@pytest.mark.parametrize(
    ("hook", "told"),
    [
        (["/nowhere/at/all"], "could not be started"),
        ([sys.executable, "-c", "import sys; sys.exit('no mail today')"], "no mail today"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "stopped after 0.3 seconds"),
    ],
)
def test_a_command_that_fails_is_said_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, hook: list[str], told: str
) -> None:
    monkeypatch.setattr("workbench.checks.ALERT_SECONDS", 0.3 if "sleep" in hook[-1] else 30)
    assert told in run_hook(hook, {"failing": []})


def test_publishing_goes_through_the_command_of_that_name(
    first: tuple[Night, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    night, _ = first
    places = workbench.main.Commands.places
    monkeypatch.setitem(places, "publish", "workbench.look:status")
    told = json.loads(night.run("update", "--publish", "--json").stdout)
    assert told["published"] == "Published.", "and what it said did not mix with the JSON"
    monkeypatch.setitem(places, "publish", "workbench.look:search")
    told = json.loads(night.run("update", "--publish", "--json", exit_code=1).stdout)
    assert "Not published: Missing argument" in told["published"]


def test_what_was_updated_is_published(first: tuple[Night, Any], tmp_path: Path) -> None:
    """By the real command: a file of its own, complete, read by the site's search, no original."""
    night, _ = first
    told = json.loads(night.run("--log-format", "json", "update", "--publish", "--json").stdout)
    assert (told["published"], told["exit_code"]) == ("Published.", 0)
    assert as_json(), "publishing leaves the log as it was"
    public = night.folder / "public.db"
    assert [row[0] for row in rows(public, "select document from documents")] == ["ken-modgov-s5"]
    (found,) = json.loads(
        CliRunner().invoke(main, ["--corpus", str(public), "search", "analytics", "--json"]).stdout
    )
    assert found["document"] == "ken-modgov-s5"
    before = public.read_bytes()
    (night.study / "takedowns.csv").write_text("item,action,reason,asked_on\nnonsense\n")
    told = json.loads(night.run("update", "--publish", "--json", exit_code=1).stdout)
    (night.study / "takedowns.csv").unlink()
    assert told["published"].startswith("Not published:") and "takedowns.csv" in told["published"]
    assert public.read_bytes() == before, "what was published stays"


def test_a_source_that_the_study_does_not_have_is_refused(first: tuple[Night, Any]) -> None:
    night, _ = first
    assert "no source `nobody`" in night.run("update", "nobody", exit_code=1).stderr


def test_an_error_is_an_event_too(first: tuple[Night, Any]) -> None:
    night, _ = first
    result = CliRunner().invoke(main, ["--log-format", "json", "--corpus", "/nowhere.db", "status"])
    told = json.loads(result.stderr)
    assert result.exit_code == 1 and told["event"] == "error" and "/nowhere.db" in told["told"]
    night.run("status")  # the next command writes for people again


def test_an_update_that_was_cut_short_goes_on(tmp_path: Path, make: Make) -> None:
    night = Night(tmp_path, make)
    night.slow = True
    process = night.start("update", "--jobs", "1")
    deadline = time.monotonic() + 100
    while not any("GetMeeting?" in target for _, target, _ in night.site.asked):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    night.slow = False
    with writing(night.path, "test") as store:
        begun = unfinished(store)
        assert begun and begun["outcome"] == "running"
        assert list(what_is_due(store, load_study(night.study), Wishes())) == ["modgov"]
    process = night.start("update", "--json", "--jobs", "1")
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    told = json.loads(out)
    assert told["update"] == 1 and told["attempts"] == 2
    committees = [t for t in night.site.targets("ken.test") if "GetCommittees" in t]
    assert len(committees) == 1, "what it was answered is not asked for again"
    assert rows(night.path, "select outcome, attempts from updates") == [("finished", 2)]
    night.site.close()


def test_an_update_of_yesterday_does_not_go_on(tmp_path: Path) -> None:
    with writing(tmp_path / "corpus.db", "test") as store:
        for at in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"):
            row = {"started_at": at, "outcome": "running", "sources": "{}", "attempts": 1}
            store.db.table("updates").insert(row)
            assert unfinished(store) is None


def test_a_corpus_of_before_can_still_be_asked(tmp_path: Path) -> None:
    with writing(tmp_path / "corpus.db", "test") as store:
        store.db.execute("drop table updates")
        assert unfinished(store) is None


def test_what_is_full_or_read_only_is_said_in_a_sentence() -> None:
    from corpus.errors import explained

    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    told = explained(error, Path("c.db"))
    assert told.startswith("c.db: no space is left") and "run the command again." in told
    told = explained(OSError(28, "No space left on device", "/srv/files/ab"), Path("c.db"))
    assert told.startswith("/srv/files/ab: no space is left")
    told = explained(sqlite3.DatabaseError("malformed"), Path("c.db"))
    assert told == "c.db: malformed. `corpus doctor` says what is damaged."
