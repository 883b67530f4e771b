"""`corpus watch`: the schedule in the foreground, for containers."""

import signal
import subprocess
import sys
import threading
from datetime import datetime
from types import FrameType
from typing import Any

import click

from corpus.command import Command, pass_command
from corpus.events import as_json, event
from workbench.timers import EVERY

STOP_SECONDS = 100
"""What an update is given to end when the watch is stopped: containers allow that or less."""


@click.command()
@click.option(
    "--at", type=click.DateTime(["%H:%M"]), default="02:30", show_default=True, help="Local time."
)
@click.option(
    "--every", type=click.Choice(EVERY), default="day", show_default=True, help="How often."
)
@click.option("--now", "at_once", is_flag=True, help="Begin with an update.")
@click.option("--publish", is_flag=True, help="Publish after each update.")
@pass_command
def watch(command: Command, at: datetime, every: str, at_once: bool, publish: bool) -> None:
    """Run `corpus update` on a schedule, in the foreground, until it is stopped.

    For containers and machines without a scheduler. An update that is missed while the machine
    sleeps is run once when it wakes; two never run at once. Ctrl-C or SIGTERM lets the running
    update write down where it is, then ends.

    \b
    Example:
      corpus watch --at 03:15 --now
    """
    Watch(_update(command, publish)).run(trigger(at, every), at_once)


def trigger(at: datetime, every: str) -> Any:
    """Return when to run, as APScheduler writes it."""
    from apscheduler.triggers.cron import CronTrigger

    fields: dict[str, Any] = {"minute": at.minute, "second": 0}
    fields |= {} if every == "hour" else {"hour": at.hour}
    return CronTrigger(**fields | ({"day_of_week": "sun"} if every == "week" else {}))


def _update(command: Command, publish: bool) -> list[str]:
    """Return the command line: each update is a process of its own, and leaves no memory behind."""
    given = [sys.executable, "-m", "workbench.main", "--corpus", str(command.path)]
    given += ["--study", str(command.study_folder)] if command.study_folder else []
    given += ["--log-format", "json"] if as_json() else []
    return [*given, "--wait", str(command.wait), "update", *(["--publish"] if publish else [])]


class Watch:
    """A scheduler that runs one command, and the command while it runs."""

    def __init__(self, update: list[str]) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler

        self._update = update
        self._stopped = threading.Event()
        self._running: subprocess.Popen[bytes] | None = None
        self._scheduler = BackgroundScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def run(self, when: Any, at_once: bool) -> None:
        """Run until a signal comes."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        job = self._scheduler.add_job(self._one, when)
        if at_once:
            job.modify(next_run_time=datetime.now(when.timezone))
        self._scheduler.start()
        event("watch.began", f"Next update: {job.next_run_time:%Y-%m-%d %H:%M %Z}")
        self._stopped.wait()
        self._end()
        self._scheduler.shutdown()
        event("watch.ended", "Stopped.")

    def _one(self) -> None:
        self._running = subprocess.Popen(self._update)
        code = self._running.wait()
        self._running = None
        event("watch.updated", f"The update ended with {code}.", exit_code=code)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped.set()

    def _end(self) -> None:
        """Let a running update end by itself, or end it."""
        running = self._running
        if running is None or running.poll() is not None:
            return
        running.send_signal(signal.SIGINT)
        try:
            running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
