"""What real procurement services do that no demo should do at once, one quirk after the other.

One spider serves several sources, so every case is a source of its own in one crawl.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.crawler.conftest import Ran, Reply, Site, run_crawl, write_source, write_study

OPTIONS = ("--since", "2026-01-01", "--until", "2026-01-31")
SEARCH = "/api/1.0/ocdsReleasePackages"
NATIONAL = ("lost", "stuck", "numbers", "edges", "elsewhere", "future", "unknown")
TYPED = ("down", "flaky", "fault", "numbered")
RECORDED = ("fts", "cf", "pcs")
NAMES = {
    "fts": "fts_release_package_trimmed_2026-10-06.json",
    "cf": "contracts_finder_ocds_search_limit1_2022-10-18.json",
    "pcs": "pcs_release_tender_2019.json",
}
Query = dict[str, list[str]]


def release(number: int, on: str = "2026-01-05", **more: Any) -> dict[str, Any]:
    return {
        "ocid": f"ocds-h6vhtk-{number:06x}",
        "id": f"{number:06d}-2026",
        "date": f"{on}T10:00:00Z",
        "tag": ["tender"],
        "buyer": {"name": "KEN Borough Council", "id": "GB-PPON-X"},
        "tender": {"title": f"Notice {number}"},
    } | more


def package(*found: Any, **more: Any) -> Reply:
    return Reply(json.dumps({"version": "1.1", "releases": list(found)} | more).encode())


def day(query: Query, name: str) -> datetime:
    return datetime.fromisoformat(query[name][0].replace("Z", "+00:00"))


class Services:
    """Answers for every case by its host."""

    def __init__(self, testdata: Path) -> None:
        self.folder = testdata / "samples" / "procurement"
        self.flaked = 0

    def __call__(self, host: str, target: str) -> Reply | None:
        parts, case = urlsplit(target), host.partition(".")[0]
        if parts.path == "/robots.txt":
            return Reply(b"", 404)
        answer: Reply = getattr(self, case)(parse_qs(parts.query))
        return answer

    def lost(self, query: Query) -> Reply:
        """150 notices on one afternoon; pages never name the next one."""
        since, until = day(query, "updatedFrom"), day(query, "updatedTo")
        first = datetime.fromisoformat("2026-01-05T12:00:00+00:00")
        times = {n: first + timedelta(seconds=60 * n) for n in range(150)}
        return package(*[release(n) for n, at in times.items() if since <= at <= until][:100])

    def stuck(self, query: Query) -> Reply:
        """More notices in an instant than a page can hold."""
        at = datetime.fromisoformat("2026-01-05T12:00:00+00:00")
        inside = day(query, "updatedFrom") <= at < day(query, "updatedTo")
        return package(*[release(n) for n in range(100 if inside else 0)])

    def numbers(self, query: Query) -> Reply:
        if not query["updatedFrom"][0].startswith("2026-01-01"):
            return package()
        value = {"amount": "BAD", "currency": "GBP"}
        body = package(
            release(1, contracts=[{"value": value}]), release(2, tender={"value": value})
        )
        spoilt = body.body.replace(b'"BAD"', b"1e9999", 1).replace(b'"BAD"', b" 000")
        return Reply(spoilt.replace(b"Notice 1", "Caf\xe9 \x93one\x94".encode("iso-8859-1")))

    def edges(self, query: Query) -> Reply:
        """The same notice in every slice, once with a change."""
        late = query["updatedFrom"][0] > "2026-01-20"
        return package(release(1, tender={"title": "Changed" if late else "As it was"}))

    def elsewhere(self, query: Query) -> Reply:
        return package(release(1), links={"next": "https://evil.test/next"})

    def future(self, query: Query) -> Reply:
        return package()

    def unknown(self, query: Query) -> Reply:
        return Reply(b'{"message": "Unknown parameter limit"}', 400)

    def down(self, query: Query) -> Reply:
        return Reply(b"nvarchar to float", 500)

    def flaky(self, query: Query) -> Reply:
        if query["noticeType"] in (["3"], ["104"]):
            return Reply(b'{"message": "Error converting data type nvarchar to float."}')
        if query["noticeType"] == ["12"]:
            return Reply(b'{"version": "1.1", "uri": "x", "publisher": {"name": "P"}}')
        if query["noticeType"] == ["13"]:
            return Reply(b'{"version": "1.1", "uri": "x", "releases": null}')
        return package(release(int(query["noticeType"][0])))

    def fault(self, query: Query) -> Reply:
        """A package without releases where they must not be missing."""
        return Reply(b'{"version": "1.1", "uri": "x"}')

    def numbered(self, query: Query) -> Reply:
        kind = int(query["noticeType"][0])
        found = release(kind, id=f"rls-{kind}-JAN468109", ocid="ocds-r6ebe6-0000710562")
        return package(found) if kind in (2, 101) else package()

    def fts(self, query: Query) -> Reply:
        return self._recorded("fts", query["updatedFrom"][0])

    def cf(self, query: Query) -> Reply:
        return self._recorded("cf", query["publishedFrom"][0])

    def pcs(self, query: Query) -> Reply:
        found = json.loads((self.folder / NAMES["pcs"]).read_bytes())
        return package(found) if query["noticeType"] == ["2"] else package()

    def _recorded(self, case: str, since: str) -> Reply:
        """The recorded answer, once, and without the link to the rest of the real service."""
        if not since.startswith("2026-01-01T00"):
            return package()
        content = (self.folder / NAMES[case]).read_bytes()
        return Reply(content.replace(b'"links"', b'"recorded"'))


def spiders() -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = dict.fromkeys(NATIONAL, ("find_tender", 8.0))
    found |= dict.fromkeys(TYPED, ("proactis", 31.0))
    found["fault"] = ("find_tender", 31.0)
    return found | {
        "fts": ("find_tender", 31.0),
        "cf": ("contracts_finder", 31.0),
        "pcs": ("proactis", 31.0),
    }


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, testdata: Path) -> tuple[Ran, Site]:
    folder, site = tmp_path_factory.mktemp("quirks"), Site(Services(testdata))
    study = write_study(folder / "study", {"KEN": ("cmis", "https://x.example")}, [])
    for case, (spider, days) in spiders().items():
        write_source(
            study,
            f"x-{case}",
            kind="notices",
            spider=spider,
            url=f"http://{case}.test:{site.port}/",
            private_hosts=[f"{case}.test"],
            window={"days": days, "why": "short"},
        )
    ran = run_crawl(folder, *OPTIONS)
    site.close()
    return ran, site


def state(ran: Ran, case: str) -> tuple[str, int, str]:
    (found,) = ran.rows(
        f"select state, documents_seen, reason from coverage where source = 'x-{case}'"
    )
    return found  # type: ignore[return-value]  # a row is as wide as its query


def test_nothing_is_a_traceback(crawled: tuple[Ran, Site]) -> None:
    assert crawled[0].code == 4
    assert "Traceback" not in crawled[0].err


def test_a_full_page_without_a_next_one_is_asked_for_in_halves(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "lost") == ("searched", 150, None)
    assert ran.rows("select count(*) from documents where source = 'x-lost'") == [(150,)]
    asked = site.targets("lost.test")
    assert len(asked) == len(set(asked))


def test_a_page_that_stays_full_fails_the_month(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "stuck")[:2] == ("failed", 100)
    assert "a full page and names no next one" in state(ran, "stuck")[2]
    assert len(site.targets("stuck.test")) < 60


def test_broken_numbers_and_encodings_lose_no_notice(crawled: tuple[Ran, Site]) -> None:
    ran, _ = crawled
    assert state(ran, "numbers") == ("searched", 2, None)
    rows = ran.rows(
        "select d.title, n.value from notices n join documents d using (document) "
        "where d.source = 'x-numbers' order by d.document"
    )
    assert rows == [("Caf\xe9 \u201cone\u201d", None), ("ocds-h6vhtk-000002", None)]


def test_a_notice_of_two_slices_is_counted_once_and_its_change_kept(
    crawled: tuple[Ran, Site],
) -> None:
    ran, _ = crawled
    assert state(ran, "edges") == ("searched", 1, None)
    assert ran.rows("select title from documents where source = 'x-edges'") == [("Changed",)]
    captures = "select count(*) from captures where document like 'x-edges-%'"
    assert ran.rows(captures) == [(2,)]


def test_another_sites_next_page_is_never_asked_for(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "elsewhere")[0] == "failed"
    assert "https://evil.test/next" in state(ran, "elsewhere")[2]
    assert not site.targets("evil.test")


def test_an_unknown_parameter_fails_the_month(crawled: tuple[Ran, Site]) -> None:
    assert "HTTP 400" in state(crawled[0], "unknown")[2]


def test_a_service_that_is_down_is_left_alone(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "down")[0] == "failed"
    assert "HTTP 500" in state(ran, "down")[2]
    asked = [target for target in site.targets("down.test") if "Notices" in target]
    assert len({parse_qs(urlsplit(target).query)["noticeType"][0] for target in asked}) == 8


def test_types_that_fail_are_named_and_the_others_kept(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    kinds = [parse_qs(urlsplit(t).query)["noticeType"][0] for t in site.targets("flaky.test")[1:]]
    found, seen, reason = state(ran, "flaky")
    assert (found, seen) == ("failed", len(kinds) - 3)  # type 3 fails, 12 and 13 are empty
    assert reason.startswith("notice type 3 failed: ")
    assert "not a release package (it has no list of releases)" in reason
    assert len(kinds) == len(set(kinds)) == 17  # those of one service alone are its own source's


def test_a_package_without_releases_is_a_fault_elsewhere(crawled: tuple[Ran, Site]) -> None:
    assert state(crawled[0], "fault")[0] == "failed"


def test_a_notice_under_two_types_is_one(crawled: tuple[Ran, Site]) -> None:
    ran, _ = crawled
    assert state(ran, "numbered")[:2] == ("searched", 1)
    assert ran.rows("select release from notices where document like 'x-numbered-%'") == [
        ("JAN468109",)
    ]


@pytest.mark.parametrize(("case", "count"), [("fts", 2), ("cf", 1), ("pcs", 1)])
def test_recorded_answers_come_in_whole(
    crawled: tuple[Ran, Site], testdata: Path, case: str, count: int
) -> None:
    ran, _ = crawled
    assert state(ran, case)[:2] == ("searched", count)
    told = json.loads((testdata / "samples" / "procurement" / NAMES[case]).read_bytes())
    expected = sorted(one["ocid"] for one in told.get("releases", [told]))
    found = ran.rows(
        "select n.ocid from notices n join documents d using (document) "
        f"where d.source = 'x-{case}' order by 1"
    )
    assert [ocid for (ocid,) in found] == expected


def test_no_contact_of_the_recorded_answers_is_kept(crawled: tuple[Ran, Site]) -> None:
    kept = [file.read_text() for file in (crawled[0].path.parent / "files").rglob("*.json")]
    assert len(kept) > 150
    assert not [text for text in kept if "contactPoint" in text or "REDACTED" in text]


def test_months_before_the_service_opened_are_not_asked_for(tmp_path: Path, testdata: Path) -> None:
    site = Site(Services(testdata))
    study = write_study(tmp_path / "study", {"KEN": ("cmis", "https://x.example")}, [])
    url, hosts = f"http://future.test:{site.port}/", ["future.test"]
    told = {"kind": "notices", "url": url, "private_hosts": hosts, "spider": "find_tender"}
    write_source(study, "x-future", **told, window={"days": 31, "why": "short"})
    ran = run_crawl(tmp_path, "--since", "2020-11-01", "--until", "2021-02-28")
    site.close()
    assert ran.code == 0, ran.err
    assert len(site.targets("future.test")) == 3  # robots.txt and two months
    months = ran.rows("select month, state from coverage where source = 'x-future' order by 1")
    assert months == [("2021-01", "none-published"), ("2021-02", "none-published")]
