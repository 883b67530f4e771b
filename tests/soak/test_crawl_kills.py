"""Thirty kills at random moments of a crawl of the whole county."""

import os
from pathlib import Path

import pytest

from tests.crawler.kills import check


@pytest.mark.soak
def test_thirty_kills_of_the_whole_county(tmp_path: Path) -> None:
    check(tmp_path, 30, int(os.environ.get("SEED", "5")), "--since", "2024-01-01")
