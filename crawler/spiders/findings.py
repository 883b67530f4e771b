"""Answers that tell how a site works, and months with what should be known of them."""

from dataclasses import replace

from crawler.items import Answer, MonthLooked, Outcome

NOTHING_TO_ASK = "the study has no term precise enough for a keyword search"
LOOKED = ("searched", "none-published")
"""States of a month that was looked at to its end."""


def as_finding(answer: Answer, reason: str) -> Answer:
    """Return an answer that is no failure but tells how a site works."""
    return replace(answer, outcome=Outcome.LISTED, reason=reason, error="", content=b"")


def with_caveat(looked: MonthLooked, caveat: str) -> MonthLooked:
    """Return a month with something more to know about it, where it was looked at to its end."""
    if not caveat or looked.state not in LOOKED:
        return looked
    return replace(looked, reason="; ".join(filter(None, (looked.reason, caveat))))


def as_term_searched(looked: MonthLooked, asked: list[str], more: str = "") -> MonthLooked:
    """Return a month that only a keyword search has looked at, with what was asked."""
    if looked.state not in LOOKED:
        return looked
    reason = "keyword search: " + "; ".join(asked) + (f"; {more}" if more else "")
    return replace(looked, state="term-searched", reason=reason)
