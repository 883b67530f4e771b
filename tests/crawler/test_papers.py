"""Papers that go wrong, change or lie elsewhere, from a small Modern.Gov of the test's own."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.crawler.conftest import Ran, Reply, Site, modgov_answer, run_crawl, write_study

OPTIONS = ("--since", "2026-02-01", "--until", "2026-02-28", "--again")
LIMIT = {"CORPUS_MAX_FILE_BYTES": "20000"}


@dataclass
class Council:
    """A council's site: what it links and what these links answer; both change between crawls."""

    links: list[tuple[int, str]]
    files: dict[str, Reply] = field(default_factory=dict)

    def __call__(self, host: str, target: str) -> Reply | None:
        return self.files.get(target) or modgov_answer(target, *self.links)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Site, Ran, int]:
    """Two crawls of the site, between which one paper is replaced and one forgotten."""
    council = Council([])
    site = Site(council)
    base = f"http://good.test:{site.port}"
    council.links = [
        (1, f"{base}/documents/s1/Same.pdf"),
        (2, f"{base}/documents/s2/Replaced.pdf"),
        (3, f"{base}/documents/s3/Gone.pdf"),
        (4, f"{base}/documents/s4/Huge.pdf"),
        (5, f"{base}/documents/s5/Empty.pdf"),
        (6, "https://www.elsewhere.example/report.pdf"),
        (7, "http://127.0.0.1:22/"),
        (8, f"{base}/documents/s8/Forgotten.pdf"),
        (9, f"http://[broken:{site.port}/"),
    ]
    council.files = {
        "/documents/s1/Same.pdf": Reply(b"%PDF-1.4 same"),
        "/documents/s2/Replaced.pdf": Reply(b"%PDF-1.4 old", headers={"ETag": '"1"'}),
        "/documents/s4/Huge.pdf": Reply(b"%PDF-1.4 " + b"x" * 30_000),
        "/documents/s5/Empty.pdf": Reply(b""),
        "/documents/s8/Forgotten.pdf": Reply(b"%PDF-1.4 personal"),
    }
    folder = tmp_path_factory.mktemp("papers")
    write_study(folder / "study", {"GOO": ("modgov", base)}, ["good.test"])
    first = run_crawl(folder, *OPTIONS, **LIMIT)
    asked = len(site.asked)
    council.files["/documents/s2/Replaced.pdf"] = Reply(b"%PDF-1.4 new", headers={"ETag": '"2"'})
    forget(folder / "corpus.db", "goo-modgov-s8")
    second = run_crawl(folder, *OPTIONS, **LIMIT)
    site.close()
    return first, site, second, asked


def forget(path: Path, document: str) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("delete from captures where document = ?", (document,))
    connection.execute("delete from documents where document = ?", (document,))
    connection.execute("insert into tombstones (document, reason) values (?, 'asked')", (document,))
    connection.execute("update documents set last_seen_at = '2026-02-10T00:00:00Z'")
    connection.commit()
    connection.close()


def test_what_could_be_had_is_kept(crawled: tuple[Ran, Site, Ran, int]) -> None:
    first = crawled[0]
    assert first.code == 4, first.err
    assert "Traceback" not in first.err
    assert first.told["sources"][0]["kept"] == 3


def test_failures_are_named(crawled: tuple[Ran, Site, Ran, int]) -> None:
    found = dict(crawled[2].rows("select subject, error from failures where stage = 'crawl'"))
    named = {subject.rpartition("/")[2]: error for subject, error in found.items()}
    assert named == {"Gone.pdf": "Http404", "Huge.pdf": "TooLarge", "Empty.pdf": "Broken"}


def test_a_month_with_failures_is_not_searched(crawled: tuple[Ran, Site, Ran, int]) -> None:
    ((state, seen, reason),) = crawled[0].rows("select state, documents_seen, reason from coverage")
    assert (state, seen) == ("failed", 6)
    assert "404" in reason


def test_links_elsewhere_are_recorded_and_not_followed(
    crawled: tuple[Ran, Site, Ran, int],
) -> None:
    found = crawled[0].rows("select count(distinct visit) from visits where outcome = 'elsewhere'")
    assert found == [(6,)]  # three in each of the two crawls


def test_a_replaced_paper_is_a_new_version(crawled: tuple[Ran, Site, Ran, int]) -> None:
    _, site, second, asked = crawled
    versions = second.rows("select etag from captures where document = 'goo-modgov-s2' order by 1")
    assert versions == [('"1"',), ('"2"',)]
    ((etag,),) = second.rows(
        "select c.etag from documents d join captures c on c.sha256 = d.sha256 "
        "and c.document = d.document where d.document = 'goo-modgov-s2'"
    )
    assert etag == '"2"'
    sent = [headers for _, target, headers in site.asked[asked:] if "Replaced" in target]
    assert [headers.get("If-None-Match") for headers in sent] == ['"1"']


def test_a_paper_without_validators_listed_as_before_is_not_asked_again(
    crawled: tuple[Ran, Site, Ran, int],
) -> None:
    _, site, second, asked = crawled
    assert not [target for _, target, _ in site.asked[asked:] if "Same" in target]
    assert second.rows("select count(*) from visits where outcome = 'unchanged'") == [(1,)]


def test_a_forgotten_paper_is_never_asked_for(crawled: tuple[Ran, Site, Ran, int]) -> None:
    _, site, second, asked = crawled
    assert not [target for _, target, _ in site.asked[asked:] if "Forgotten" in target]
    assert second.rows("select * from visits where url like '%Forgotten%' and crawl = 2") == []


def test_one_connection_at_a_time_and_no_cookies(crawled: tuple[Ran, Site, Ran, int]) -> None:
    for _, _, headers in crawled[1].asked:
        assert "Cookie" not in headers
        assert "Referer" not in headers


def test_a_disk_that_refuses_stops_the_crawl_and_records_no_month(tmp_path: Path) -> None:
    council = Council([])
    site = Site(council)
    base = f"http://good.test:{site.port}"
    council.links = [(1, f"{base}/documents/s1/A.pdf"), (2, f"{base}/documents/s2/B.pdf")]
    council.files = {"/documents/s1/A.pdf": Reply(b"%PDF-1.4 a")}
    write_study(tmp_path / "study", {"GOO": ("modgov", base)}, ["good.test"])
    (tmp_path / "files").write_text("in the way")
    ran = run_crawl(tmp_path, *OPTIONS)
    site.close()
    assert ran.code == 1
    assert "cannot be written" in ran.err
    assert "Traceback" not in ran.err
    assert ran.rows("select * from coverage") == []
    assert ran.rows("select outcome from crawls") == [("interrupted",)]
    # The next paper may have been asked for by then; what follows it is not.
    assert not [one for one in site.targets("good.test") if "ieListDocuments" in one]
