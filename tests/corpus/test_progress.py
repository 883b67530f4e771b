"""Progress in a log: what is done, in pages where they are known, and how long the rest takes."""

import io

import pytest
from rich.console import Console

from corpus import progress as module
from corpus.progress import progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still until it is set."""
    times = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: times[0])
    return times


def test_a_log_has_a_line_a_minute_with_the_time_left(clock, capsys) -> None:
    with progress("reading", 100, unit="pages") as advance:
        advance(5)
        assert capsys.readouterr().err == ""
        clock[0] = 60.0
        advance(5)
        advance(1)
    assert capsys.readouterr().err == "reading: 10 of 100 pages, about 9 min left\n"


def test_files_whose_pages_nobody_has_counted_are_told_in_pages_and_bytes(clock, capsys) -> None:
    with progress("screening", 40_000_000, unit="bytes") as advance:
        clock[0] = 7200.0
        advance(10_000_000, 1234)
    told = capsys.readouterr().err
    assert told == "screening: 1,234 pages, 25 % of the bytes, about 6 h left\n"


def test_without_a_total_nobody_can_tell_what_is_left(clock, capsys) -> None:
    with progress("crawling: items recorded", None) as advance:
        clock[0] = 61.0
        advance(1200)
    assert capsys.readouterr().err == "crawling: items recorded: 1,200\n"


def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(
        module, "Console", lambda stderr: Console(file=out, force_terminal=True, width=100)
    )
    with progress("reading", 4, unit="pages") as advance:
        advance(4)
    assert "reading" in out.getvalue() and "4 of 4 pages" in out.getvalue()
