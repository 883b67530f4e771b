"""A crawl that is killed goes on where it was: the same tables, and nothing is asked for twice."""

from pathlib import Path

from tests.crawler.kills import check


def test_four_kills_of_one_council(tmp_path: Path) -> None:
    check(tmp_path, 4, 3, "modgov", "--council", "XTH", "--since", "2025-06-01")
