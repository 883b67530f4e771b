"""Limits: one place, each with its reason, changed by the environment."""

from dataclasses import fields

import pytest

from corpus.errors import CorpusError
from corpus.settings import Settings


def test_every_limit_says_why() -> None:
    assert all(len(f.metadata["why"]) > 10 for f in fields(Settings))


def test_the_environment_changes_a_limit_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUS_MAX_PAGES", "50")
    monkeypatch.setenv("CORPUS_SECONDS_PER_FILE", "")
    changed = Settings.from_environment()
    assert changed == Settings(max_pages=50)
    assert changed.seconds(100) == 160


def test_a_limit_that_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUS_MAX_PAGES", "50 pages")
    with pytest.raises(CorpusError, match="50 pages"):
        Settings.from_environment()
