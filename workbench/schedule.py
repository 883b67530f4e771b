"""`corpus schedule`: print, install, show or remove a timer that runs `corpus update`."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.command import Command, json_option, pass_command, say
from corpus.errors import CorpusError
from workbench.atom import write_whole
from workbench.timers import (
    EVERY,
    Timer,
    cron_line,
    cron_time,
    plist,
    service,
    shell_command,
    systemd_timer,
    task,
)

if TYPE_CHECKING:
    from crontab import CronTab

WAYS = ("systemd", "cron", "launchd", "windows")
KEPT_OUT = ("CORPUS_DB", "CORPUS_STUDY")
"""Variables that the command line of the timer says already."""
CALL_SECONDS = 30


class NoScheduler(CorpusError):
    """The scheduler of this machine refused, or is not there."""

    permanent = False


@click.command()
@click.option("--with", "way", type=click.Choice(WAYS), help="Scheduler [default: this system's].")
@click.option(
    "--at", type=click.DateTime(["%H:%M"]), default="02:30", show_default=True, help="Local time."
)
@click.option(
    "--every", type=click.Choice(EVERY), default="day", show_default=True, help="How often."
)
@click.option("--publish", is_flag=True, help="Have it publish, too.")
@click.option("--system", is_flag=True, help="systemd: for the whole machine, not for this user.")
@click.option("--install", "what", flag_value="install", help="Install the timer.")
@click.option("--remove", "what", flag_value="remove", help="Remove the timer.")
@click.option("--show", "what", flag_value="show", help="Show the timer that is installed.")
@json_option
@pass_command
def schedule(
    command: Command,
    way: str | None,
    at: datetime,
    every: str,
    publish: bool,
    system: bool,
    what: str | None,
    as_json: bool,
) -> None:
    """Print a timer that runs `corpus update`; install it, show it, remove it.

    A systemd timer, a crontab line, a launchd job or a Windows task. Nothing is changed unless it
    is asked for. How often a source is really crawled is decided by its own cadence. The name of
    the timer hangs on the corpus, so that several corpora can have theirs.

    \b
    Examples:
      corpus schedule
      corpus schedule --with cron --at 03:15 --install
      corpus schedule --show
      corpus schedule --remove
    """
    chosen = way or _default_way()
    timer = _timer(command, at, every, publish)
    told = {"install": _install, "remove": _remove, "show": _show, None: _print}[what](
        chosen, timer, system
    )
    say({"with": chosen, "name": timer.name, "told": told}, as_json=as_json, lines=told)


def _default_way() -> str:
    """Return the scheduler of this system."""
    if sys.platform == "darwin":
        return "launchd"
    if sys.platform == "win32":
        return "windows"
    return "systemd" if Path("/run/systemd/system").is_dir() else "cron"


def _timer(command: Command, at: datetime, every: str, publish: bool) -> Timer:
    corpus = command.path.resolve()
    study = command.study().folder.resolve()
    given = ["--corpus", str(corpus), "--study", str(study), "update"]
    variables = {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith("CORPUS_") and name not in KEPT_OUT
    }
    return Timer(
        name=f"council-corpus-{_name(corpus)}",
        command=(*_program(), *given, *(["--publish"] if publish else [])),
        folder=Path.cwd(),
        corpus=corpus,
        at=at.time(),
        every=every,
        environment=variables,
    )


def _name(corpus: Path) -> str:
    """Return what tells this corpus from another: its name and a hash of where it lies."""
    plain = re.sub(r"[^a-z0-9]+", "-", corpus.stem.lower()).strip("-") or "corpus"
    return f"{plain}-{blake2b(str(corpus).encode(), digest_size=3).hexdigest()}"


def _program() -> list[str]:
    """Return how this very version is called."""
    script = Path(sys.executable).with_name("corpus")
    if script.is_file() and Path(sys.argv[0]).name.startswith("corpus"):
        return [str(script)]
    return [sys.executable, "-m", "workbench.main"]


def _files(way: str, timer: Timer, system: bool) -> dict[Path, bytes]:
    """Return the files that a scheduler wants, by where they lie; cron has none."""
    if way == "systemd":
        config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        folder = Path("/etc/systemd/system") if system else config / "systemd" / "user"
        return {
            folder / f"{timer.name}.service": service(timer).encode(),
            folder / f"{timer.name}.timer": systemd_timer(timer).encode(),
        }
    if way == "launchd":
        return {Path.home() / "Library" / "LaunchAgents" / f"{timer.name}.plist": plist(timer)}
    if way == "windows":
        return {timer.corpus.with_name(f"{timer.name}.task.xml"): task(timer)}
    return {}


def _print(way: str, timer: Timer, system: bool) -> list[str]:
    """Return what would be installed."""
    if way == "cron":
        return ["# A line of your crontab (crontab -e):", cron_line(timer)]
    encoding = "utf-16" if way == "windows" else "utf-8"
    lines = []
    for path, content in _files(way, timer, system).items():
        lines += [f"# {path}", content.decode(encoding).rstrip(), ""]
    return [*lines, "# Nothing was changed; --install does it."]


def _install(way: str, timer: Timer, system: bool) -> list[str]:
    if way == "cron":
        return _cron_install(timer)
    files = _files(way, timer, system)
    for path, content in files.items():
        write_whole(path, content)
    for call in _calls(way, timer, system)["install"]:
        _call(call)
    return [*(f"Written: {path}" for path in files), f"Installed: {timer.name}, {_when(timer)}."]


def _remove(way: str, timer: Timer, system: bool) -> list[str]:
    if way == "cron":
        return _cron_remove(timer)
    files = [path for path in _files(way, timer, system) if path.is_file()]
    if not files:
        return [f"There is no timer {timer.name}."]
    for call in _calls(way, timer, system)["remove"]:
        _call(call, may_fail=True)  # one that was never started must go as well
    for path in files:
        path.unlink()
    if way == "systemd":
        _call(_calls(way, timer, system)["install"][0], may_fail=True)
    return [f"Removed: {path}" for path in files]


def _show(way: str, timer: Timer, system: bool) -> list[str]:
    if way == "cron":
        lines = [str(job) for job in _crontab().find_comment(timer.name)]
        return lines or [f"There is no crontab line {timer.name}."]
    files = [path for path in _files(way, timer, system) if path.is_file()]
    if not files:
        return [f"There is no timer {timer.name}."]
    told = [_call(call, may_fail=True) for call in _calls(way, timer, system)["show"]]
    return [*map(str, files), *told]


def _calls(way: str, timer: Timer, system: bool) -> dict[str, list[list[str]]]:
    """Return what is run to install, remove and show."""
    name = timer.name
    if way == "systemd":
        systemctl = ["systemctl"] if system else ["systemctl", "--user"]
        return {
            "install": [
                [*systemctl, "daemon-reload"],
                [*systemctl, "enable", "--now", f"{name}.timer"],
            ],
            "remove": [[*systemctl, "disable", "--now", f"{name}.timer"]],
            "show": [[*systemctl, "list-timers", "--all", f"{name}.timer"]],
        }
    if way == "launchd":
        domain = f"gui/{getattr(os, 'getuid', int)()}"
        path = str(next(iter(_files(way, timer, system))))
        return {
            "install": [["launchctl", "bootstrap", domain, path]],
            "remove": [["launchctl", "bootout", f"{domain}/{name}"]],
            "show": [["launchctl", "print", f"{domain}/{name}"]],
        }
    path = str(next(iter(_files(way, timer, system))))
    return {
        "install": [["schtasks", "/Create", "/F", "/TN", name, "/XML", path]],
        "remove": [["schtasks", "/Delete", "/F", "/TN", name]],
        "show": [["schtasks", "/Query", "/TN", name, "/V", "/FO", "LIST"]],
    }


def _call(call: Sequence[str], *, may_fail: bool = False) -> str:
    """Run a scheduler's own command; raises `NoScheduler` with what it said."""
    try:
        done = subprocess.run(
            list(call), capture_output=True, text=True, timeout=CALL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        if may_fail:
            return f"`{' '.join(call)}` could not be run."
        raise NoScheduler(
            f"`{call[0]}` could not be run ({error}). Choose another scheduler: `corpus schedule "
            "--with cron`, or run `corpus watch`."
        ) from error
    if done.returncode and not may_fail:
        said = (done.stderr or done.stdout).strip().splitlines()[:1]
        raise NoScheduler(
            f"`{' '.join(call)}` ended with {done.returncode}: {' '.join(said)}. The files are "
            "written; `corpus schedule --remove` takes them away."
        )
    return (done.stdout or done.stderr).strip()


def _crontab() -> "CronTab":
    from crontab import CronTab

    try:
        return CronTab(user=True)
    except (OSError, ImportError) as error:
        raise NoScheduler(
            f"The crontab of this user cannot be read ({error}). Is cron installed?"
        ) from error


def _cron_install(timer: Timer) -> list[str]:
    table = _crontab()
    table.remove_all(comment=timer.name)
    job = table.new(command=shell_command(timer), comment=timer.name)  # it escapes each `%`
    job.setall(cron_time(timer))
    _write(table)
    return [str(job), f"Installed: {timer.name}, {_when(timer)}. It writes {timer.log}."]


def _cron_remove(timer: Timer) -> list[str]:
    table = _crontab()
    count = table.remove_all(comment=timer.name)
    if not count:
        return [f"There is no crontab line {timer.name}."]
    _write(table)
    return [f"Removed: crontab line {timer.name}."]


def _write(table: "CronTab") -> None:
    try:
        table.write()
    except OSError as error:
        raise NoScheduler(f"The crontab could not be written: {error}.") from error


def _when(timer: Timer) -> str:
    clock = f"{timer.at:%H:%M}"
    told = {"hour": f"every hour at :{timer.at:%M}", "week": f"Sundays at {clock}"}
    return told.get(timer.every, f"daily at {clock}")
