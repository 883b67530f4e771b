"""Documents that are replaced, gone and back, over crawls on different days; an outage is none."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from tests.crawler.conftest import Reply, Site, modgov_answer, rows, run_crawl, write_study

OPTIONS = ("--since", "2026-02-01", "--until", "2026-02-28", "--again")
STAYS, LEAVES, UNLISTED = (
    f"/documents/s{number}/{name}.pdf"
    for number, name in ((1, "Stays"), (2, "Leaves"), (3, "Unlisted"))
)


@dataclass
class Council:
    """A council's site whose papers come and go."""

    links: list[tuple[int, str]] = field(default_factory=list)
    files: dict[str, Reply] = field(default_factory=dict)
    down: bool = False

    def __call__(self, host: str, target: str) -> Reply | None:
        if self.down and target != "/robots.txt":
            return Reply(b"down for maintenance", 500)
        return self.files.get(target) or modgov_answer(target, *self.links)


class Days:
    """A corpus that is crawled once a day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.council = Council()
        self.site = Site(self.council)
        self.base = f"http://good.test:{self.site.port}"
        self.council.links = [
            (number, self.base + path) for number, path in enumerate((STAYS, LEAVES, UNLISTED), 1)
        ]
        # Each has an ETag, so that it is asked for again every day.
        self.council.files = {
            path: Reply(b"%PDF-1.4 " + path.encode(), headers={"ETag": '"1"'})
            for path in (STAYS, LEAVES, UNLISTED)
        }
        write_study(folder / "study", {"GOO": ("modgov", self.base)}, ["good.test"])

    def crawl(self) -> None:
        """Crawl today; what was noted before becomes a day older."""
        path = self.folder / "corpus.db"
        if path.exists():
            connection = sqlite3.connect(path)
            connection.execute("update misses set missed_on = date(missed_on, '-1 day')")
            connection.commit()
            connection.close()
        ran = run_crawl(self.folder, *OPTIONS)
        assert ran.code in (0, 4), ran.err

    def gone(self) -> set[str]:
        sql = "select document from documents where gone_at is not null"
        return {row[0] for row in rows(self.folder / "corpus.db", sql)}

    def changes(self) -> list[tuple[str, str]]:
        sql = "select document, kind from changes order by change"
        return [(row[0], row[1]) for row in rows(self.folder / "corpus.db", sql)]


def test_gone_after_three_misses_on_different_days_and_back(tmp_path: Path) -> None:
    days = Days(tmp_path)
    days.crawl()
    left = days.council.files.pop(LEAVES)
    listed = days.council.links.pop()
    for _ in range(2):
        days.crawl()
    assert days.gone() == set()
    days.council.down = True
    for _ in range(2):
        days.crawl()
    assert days.gone() == set(), "an outage says nothing of a paper"
    days.council.down = False
    days.crawl()
    assert days.gone() == {"goo-modgov-s2", "goo-modgov-s3"}
    days.council.files[LEAVES] = left
    days.council.links.append(listed)
    days.crawl()
    days.site.close()
    assert days.gone() == set()
    assert sorted(days.changes()) == [
        ("goo-modgov-s2", "gone"),
        ("goo-modgov-s2", "returned"),
        ("goo-modgov-s3", "gone"),
        ("goo-modgov-s3", "returned"),
    ]
    assert rows(tmp_path / "corpus.db", "select * from misses") == []


def test_misses_of_one_day_are_one(tmp_path: Path) -> None:
    days = Days(tmp_path)
    days.crawl()
    del days.council.files[LEAVES]
    for _ in range(3):
        assert run_crawl(tmp_path, *OPTIONS).code in (0, 4)
    days.site.close()
    assert rows(tmp_path / "corpus.db", "select count(*) from misses") == [(1,)]
    assert days.gone() == set()
    ((state,),) = rows(tmp_path / "corpus.db", "select state from coverage")
    assert state == "searched", "a held paper that is missing is a finding and no failure"


def test_a_replaced_paper_is_a_change_with_both_versions(tmp_path: Path) -> None:
    days = Days(tmp_path)
    days.crawl()
    days.council.files[STAYS] = Reply(b"%PDF-1.4 another", headers={"ETag": '"2"'})
    days.crawl()
    days.crawl()
    days.site.close()
    assert days.changes() == [("goo-modgov-s1", "replaced")]
    versions = "select count(*) from captures where document = 'goo-modgov-s1'"
    assert rows(tmp_path / "corpus.db", versions) == [(2,)]
