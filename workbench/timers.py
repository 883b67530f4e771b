"""Timers for `corpus update` as systemd, cron, launchd and Windows write them; pure."""

import plistlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from lxml import etree
from lxml.builder import ElementMaker

EVERY = ("hour", "day", "week")
TASK = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_make = ElementMaker(namespace=TASK, nsmap={None: TASK})


@dataclass(frozen=True)
class Timer:
    """What is to be run and when: every hour (at the minute), day or week (on Sunday)."""

    name: str
    command: tuple[str, ...]
    folder: Path
    corpus: Path
    at: time
    every: str = "day"
    environment: Mapping[str, str] | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment that the command needs."""
        return dict(self.environment or {})

    @property
    def log(self) -> Path:
        """Where what it says is kept, by schedulers that keep nothing themselves."""
        return self.corpus.with_name(f"{self.corpus.name}.update.log")


def service(timer: Timer) -> str:
    """Return the systemd service.

    Exit code 4 (some documents failed) is everyday; 3 (a check failed) makes the unit failed, so
    that `systemctl --failed` and `OnFailure=` see it.
    """
    variables = [
        f"Environment={_unit(f'{name}={value}')}" for name, value in timer.variables.items()
    ]
    lines = [
        "[Unit]",
        f"Description=Council Corpus: update of {_percent(str(timer.corpus))}",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"WorkingDirectory={_percent(str(timer.folder))}",
        *variables,
        f"ExecStart={' '.join(_unit(part).replace('$', '$$') for part in timer.command)}",
        "SuccessExitStatus=4",
        "Nice=10",
        "IOSchedulingClass=idle",
        "NoNewPrivileges=yes",
        "# Stopped, it has this long to write down where it was.",
        "TimeoutStopSec=120",
    ]
    return "\n".join(lines) + "\n"


def systemd_timer(timer: Timer) -> str:
    """Return the systemd timer; a run missed while the machine was off is caught up."""
    return "\n".join(
        [
            "[Unit]",
            f"Description=Council Corpus: when {_percent(str(timer.corpus))} is updated",
            "",
            "[Timer]",
            f"OnCalendar={calendar(timer)}",
            "RandomizedDelaySec=10min",
            "Persistent=true",
            f"Unit={timer.name}.service",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
        ]
    )


def calendar(timer: Timer) -> str:
    """Return the time as systemd writes it."""
    clock = f"{timer.at:%H:%M}:00"
    days = {"hour": f"*-*-* *:{timer.at:%M}:00", "week": f"Sun *-*-* {clock}"}
    return days.get(timer.every, f"*-*-* {clock}")


def cron_time(timer: Timer) -> str:
    """Return the five fields of a crontab line."""
    hour = "*" if timer.every == "hour" else str(timer.at.hour)
    return f"{timer.at.minute} {hour} * * {'0' if timer.every == 'week' else '*'}"


def shell_command(timer: Timer) -> str:
    """Return what a shell is to run, its output in the log."""
    variables = [f"{name}={shlex.quote(value)}" for name, value in timer.variables.items()]
    words = [*variables, *(shlex.quote(part) for part in timer.command)]
    told = f"cd {shlex.quote(str(timer.folder))} && {' '.join(words)}"
    return f"{told} >> {shlex.quote(str(timer.log))} 2>&1"


def cron_line(timer: Timer) -> str:
    """Return the whole crontab line; the comment names it for removal.

    In a crontab a `%` begins a new line unless it is escaped.
    """
    command = shell_command(timer).replace("%", r"\%")
    return f"{cron_time(timer)} {command} # {timer.name}"


def plist(timer: Timer) -> bytes:
    """Return the launchd property list; launchd itself catches up after sleep."""
    when: dict[str, int] = {"Minute": timer.at.minute}
    when |= {} if timer.every == "hour" else {"Hour": timer.at.hour}
    when |= {"Weekday": 0} if timer.every == "week" else {}
    return plistlib.dumps(
        {
            "Label": timer.name,
            "ProgramArguments": list(timer.command),
            "WorkingDirectory": str(timer.folder),
            "EnvironmentVariables": timer.variables,
            "StartCalendarInterval": when,
            "StandardOutPath": str(timer.log),
            "StandardErrorPath": str(timer.log),
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": 10,
        }
    )


def task(timer: Timer) -> bytes:
    """Return the Windows task (UTF-16, as `schtasks` wants it).

    A task has no environment of its own: the contact must stand in the study.
    """
    program, *arguments = timer.command
    root = _make.Task(
        _make.RegistrationInfo(_make.Description(f"Council Corpus: update of {timer.corpus}")),
        _make.Triggers(_trigger(timer)),
        _make.Settings(
            _make.MultipleInstancesPolicy("IgnoreNew"),
            _make.DisallowStartIfOnBatteries("false"),
            _make.StartWhenAvailable("true"),
            _make.RunOnlyIfNetworkAvailable("true"),
            _make.ExecutionTimeLimit("P3D"),
            _make.Priority("7"),
        ),
        _make.Actions(
            _make.Exec(
                _make.Command(program),
                _make.Arguments(" ".join(_windows(part) for part in arguments)),
                _make.WorkingDirectory(str(timer.folder)),
            )
        ),
        version="1.3",
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-16", pretty_print=True))


def _trigger(timer: Timer) -> "etree._Element":
    begins = _make.StartBoundary(f"2026-01-04T{timer.at:%H:%M}:00")  # a Sunday
    by_day = _make.ScheduleByDay(_make.DaysInterval("1"))
    if timer.every == "hour":
        return _make.CalendarTrigger(_make.Repetition(_make.Interval("PT1H")), begins, by_day)
    if timer.every == "day":
        return _make.CalendarTrigger(begins, by_day)
    week = _make.ScheduleByWeek(_make.WeeksInterval("1"), _make.DaysOfWeek(_make.Sunday()))
    return _make.CalendarTrigger(begins, week)


def _windows(part: str) -> str:
    """Quote an argument as Windows programs read it."""
    if part and not any(sign in part for sign in ' \t"'):
        return part
    escaped = part.replace('"', r"\"")
    return f'"{escaped}{chr(92) if escaped.endswith(chr(92)) else ""}"'


def _percent(text: str) -> str:
    """Escape systemd's specifiers."""
    return text.replace("%", "%%")


def _unit(text: str) -> str:
    """Quote a word of a systemd unit."""
    escaped = _percent(text).replace("\\", "\\\\").replace('"', '\\"')
    plain = all(sign.isalnum() or sign in "/._-=+@:%" for sign in escaped)
    return escaped if plain else f'"{escaped}"'
