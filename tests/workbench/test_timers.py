"""Timers as their schedulers read them: systemd's own checker, plistlib, an XML parser, cron."""

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from apscheduler.triggers.cron import CronTrigger
from click.testing import CliRunner, Result
from crontab import CronTab
from lxml import etree

from tests.conftest import missing
from workbench.main import main
from workbench.timers import (
    TASK,
    Timer,
    calendar,
    cron_line,
    cron_time,
    plist,
    service,
    shell_command,
    systemd_timer,
    task,
)

ODD = 'a "b" 100% $HOME/c'
"""A folder as people name them, with every sign that a scheduler gives a meaning."""


def timer(every: str = "day", **changes: Any) -> Timer:
    told: dict[str, Any] = {
        "name": "council-corpus-test",
        "command": (sys.executable, "-m", "workbench.main", "--corpus", f"/srv/{ODD}/c.db"),
        "folder": Path("/"),
        "corpus": Path("/srv/c.db"),
        "at": time(3, 15),
        "every": every,
        "environment": {"CORPUS_CONTACT": 'Ada "A" 100% <ada@example.ac.uk>'},
    }
    return Timer(**told | changes)


@pytest.mark.parametrize("every", ["hour", "day", "week"])
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path, every: str) -> None:
    if not shutil.which("systemd-analyze"):
        missing("systemd-analyze is not installed: sh tools/system.sh")
    told = timer(every, folder=tmp_path)
    units = [tmp_path / f"{told.name}.service", tmp_path / f"{told.name}.timer"]
    units[0].write_text(service(told))
    units[1].write_text(systemd_timer(told))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)], capture_output=True, text=True
    )
    ours = [line for line in done.stderr.splitlines() if told.name in line]
    assert ours == [] and done.returncode == 0, done.stderr
    spoken = subprocess.run(
        ["systemd-analyze", "calendar", calendar(told)], capture_output=True, text=True
    )
    assert spoken.returncode == 0 and "Next elapse" in spoken.stdout


def test_a_wrong_unit_would_be_seen(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        missing("systemd-analyze is not installed: sh tools/system.sh")
    unit = tmp_path / "wrong.service"
    unit.write_text(service(timer()).replace("Nice=10", "Nice=many"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True
    )
    assert "nice priority" in done.stderr


def test_systemd_gets_every_sign_of_a_path_as_it_is() -> None:
    (line,) = [one for one in service(timer()).splitlines() if one.startswith("ExecStart=")]
    assert '"/srv/a \\"b\\" 100%% $$HOME/c/c.db"' in line
    assert "SuccessExitStatus=4\n" in service(timer())
    assert "Persistent=true" in systemd_timer(timer())


@pytest.mark.parametrize(
    ("every", "fields", "after"),
    [
        ("hour", "15 * * * *", datetime(2026, 6, 20, 12, 15)),
        ("day", "15 3 * * *", datetime(2026, 6, 21, 3, 15)),
        ("week", "15 3 * * 0", datetime(2026, 6, 21, 3, 15)),  # a Sunday
    ],
)
def test_cron_runs_it_when_it_should(every: str, fields: str, after: datetime) -> None:
    assert cron_time(timer(every)) == fields
    (job,) = CronTab(tab=cron_line(timer(every)) + "\n")
    assert job.is_valid() and job.comment == "council-corpus-test"
    trigger = CronTrigger.from_crontab(fields.replace(" 0", " sun") if every == "week" else fields)
    from_noon = datetime(2026, 6, 20, 12, tzinfo=trigger.timezone)
    found = trigger.get_next_fire_time(None, from_noon)
    assert found.replace(tzinfo=None) == after


def test_the_shell_of_cron_gets_every_sign_as_it_is(tmp_path: Path) -> None:
    show = [sys.executable, "-c", "import os, sys; print(sys.argv[1:], os.environ['CORPUS_X'])"]
    folder = tmp_path / ODD
    folder.mkdir(parents=True)
    told = timer(
        command=(*show, ODD, "it's"),
        folder=folder,
        corpus=folder / "c.db",
        environment={"CORPUS_X": "a b'%"},
    )
    subprocess.run(["/bin/sh", "-c", shell_command(told)], check=True, cwd="/")
    assert told.log.read_text() == f"{[ODD, chr(105) + 't' + chr(39) + 's']} a b'%\n"


@pytest.mark.parametrize(
    ("every", "when"),
    [
        ("hour", {"Minute": 15}),
        ("day", {"Minute": 15, "Hour": 3}),
        ("week", {"Minute": 15, "Hour": 3, "Weekday": 0}),
    ],
)
def test_launchd_reads_its_list(every: str, when: dict[str, int]) -> None:
    told = plistlib.loads(plist(timer(every)))
    assert told["StartCalendarInterval"] == when
    assert told["ProgramArguments"] == list(timer().command)
    assert told["EnvironmentVariables"] == timer().variables


@pytest.mark.parametrize("every", ["hour", "day", "week"])
def test_windows_reads_its_task(every: str) -> None:
    root = etree.fromstring(task(timer(every)))
    names = {etree.QName(one).localname for one in root.iter()}
    find = {"t": TASK}
    assert root.findtext(".//t:Exec/t:Command", namespaces=find) == sys.executable
    arguments = root.findtext(".//t:Exec/t:Arguments", namespaces=find)
    assert arguments.startswith("-m workbench.main --corpus ") and r"\"b\"" in arguments
    wanted = {"hour": "Repetition", "day": "ScheduleByDay", "week": "ScheduleByWeek"}[every]
    assert wanted in names and "StartWhenAvailable" in names
    order = [etree.QName(one).localname for one in root.find("t:Triggers", find)[0]]
    if every == "hour":
        assert order == ["Repetition", "StartBoundary", "ScheduleByDay"], "the schema's order"


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, study_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `corpus schedule` with a home of its own, and stubs for programs this machine lacks."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("CORPUS_CONTACT", "ada@example.ac.uk")

    def schedule(*arguments: str, exit_code: int = 0) -> Result:
        given = ["--corpus", str(tmp_path / "c.db"), "--study", str(study_folder), "schedule"]
        result = CliRunner().invoke(main, [*given, *arguments])
        assert result.exit_code == exit_code, result.output
        return result

    return schedule


def stub(tmp_path: Path, name: str, body: str) -> Path:
    """A program that notes how it was called; `body` is the rest of its shell script."""
    path, log = tmp_path / "bin" / name, tmp_path / f"{name}.log"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(log))}\n{body}\n')
    path.chmod(0o755)
    return log


def test_nothing_is_changed_unless_it_is_asked_for(tmp_path: Path, run: Run) -> None:
    for way, words in {
        "systemd": "OnCalendar=*-*-* 02:30:00",
        "cron": "30 2 * * *",
        "launchd": "StartCalendarInterval",
        "windows": "StartWhenAvailable",
    }.items():
        output = run("--with", way).output
        assert words in output and "update" in output and str(tmp_path / "c.db") in output
    assert not list(tmp_path.rglob("*council-corpus*"))


def test_systemd_is_installed_shown_and_removed(tmp_path: Path, run: Run) -> None:
    log = stub(tmp_path, "systemctl", "echo 'NEXT LEFT'")
    run("--with", "systemd", "--install", "--publish")
    units = sorted((tmp_path / "config" / "systemd" / "user").iterdir())
    assert [unit.suffix for unit in units] == [".service", ".timer"]
    assert "update --publish" in units[0].read_text()
    assert 'Environment="CORPUS_CONTACT' in units[0].read_text() or (
        "Environment=CORPUS_CONTACT=ada@example.ac.uk" in units[0].read_text()
    )
    assert f"enable --now {units[1].name}" in log.read_text()
    assert "NEXT LEFT" in run("--with", "systemd", "--show").output
    run("--with", "systemd", "--remove")
    assert f"disable --now {units[1].name}" in log.read_text()
    assert not any(unit.exists() for unit in units)
    assert "There is no timer" in run("--with", "systemd", "--remove").output
    assert "There is no timer" in run("--with", "systemd", "--show").output


def test_a_scheduler_that_refuses_is_an_error_with_its_words(tmp_path: Path, run: Run) -> None:
    stub(tmp_path, "systemctl", "echo 'Failed to connect to bus' >&2; exit 1")
    result = run("--with", "systemd", "--install", exit_code=1)
    assert "Failed to connect to bus" in result.stderr and "--remove" in result.stderr
    result = run("--with", "windows", "--install", exit_code=1)
    assert "schtasks" in result.stderr and "--with cron" in result.stderr
    run("--with", "systemd", "--remove")


def test_launchd_and_windows_are_called_as_they_want(tmp_path: Path, run: Run) -> None:
    launchctl, schtasks = stub(tmp_path, "launchctl", ""), stub(tmp_path, "schtasks", "")
    run("--with", "launchd", "--install")
    (written,) = (tmp_path / "Library" / "LaunchAgents").iterdir()
    assert f"bootstrap gui/{os.getuid()} {written}" in launchctl.read_text()
    run("--with", "launchd", "--remove")
    assert not written.exists()
    run("--with", "windows", "--install")
    (xml,) = tmp_path.glob("*.task.xml")
    assert f"/XML {xml}" in schtasks.read_text()
    etree.fromstring(xml.read_bytes())
    run("--with", "windows", "--remove")
    assert not xml.exists() and "/Delete /F" in schtasks.read_text()


def test_the_crontab_keeps_every_other_line(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crontab.CRON_COMMAND", str(tmp_path / "bin" / "crontab"))
    table = tmp_path / "table"
    table.write_text("# mine\n0 1 * * * /bin/backup\n")
    place = shlex.quote(str(table))
    stub(tmp_path, "crontab", f'case "$1" in -l) cat {place};; *) cat "$1" > {place};; esac')
    monkeypatch.setenv("CORPUS_CONTACT", "ada@example.ac.uk, 50% off")
    run("--with", "cron", "--install", "--at", "03:15")
    run("--with", "cron", "--install", "--at", "04:45")
    lines = table.read_text().splitlines()
    assert [line for line in lines if "council-corpus-c-" in line and line.startswith("45 4 ")]
    assert len([line for line in lines if "council-corpus-c-" in line]) == 1, "installed once"
    (line,) = [line for line in lines if "council-corpus-c-" in line]
    assert r"50\% off" in line and r"\\%" not in line, "cron undoes one escape, not two"
    assert "45 4" in run("--with", "cron", "--show").output
    run("--with", "cron", "--remove")
    left = [line for line in table.read_text().splitlines() if line]
    assert left == ["# mine", "0 1 * * * /bin/backup"]
    assert "There is no crontab line" in run("--with", "cron", "--remove").output
