"""What happens, as it happens: lines for people, or one line of JSON for each event, on stderr.

`corpus --log-format json` (or `CORPUS_LOG_FORMAT=json`) is for whoever collects logs: every event
has `at` (UTC), `event` and its facts; what libraries log, and the error that ends a command, are
events too.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)
_chosen = {"format": TEXT}


def log_as(name: str) -> None:
    """Choose how events are written from now on: `text` or `json`."""
    _chosen["format"] = name
    if name == JSON:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Lines())
        logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def as_json() -> bool:
    """Whether events are written as JSON."""
    return _chosen["format"] == JSON


def event(name: str, told: str = "", /, **facts: Any) -> None:
    """Write an event with its facts; people see `told`, or nothing where that is empty."""
    if as_json():
        print(_line(name, facts | ({"told": told} if told else {})), file=sys.stderr, flush=True)
    elif told:
        print(told, file=sys.stderr, flush=True)


def _line(name: str, facts: dict[str, Any]) -> str:
    told = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "event": name} | facts
    return json.dumps(told, ensure_ascii=False, default=str)


class _Lines(logging.Formatter):
    """A library's message as an event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON; a traceback becomes one fact of it."""
        facts = {"level": record.levelname.lower(), "logger": record.name}
        facts["told"] = record.getMessage()
        if record.exc_info:
            facts["traceback"] = self.formatException(record.exc_info)
        return _line("log", facts)
