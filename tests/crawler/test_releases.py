"""Contracts Finder: windows, cursor, too many requests, Latin-1, contact points.

One spider serves several sources, so every case is a source of its own in one crawl.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.crawler.conftest import Ran, Reply, Site, run_crawl, write_source, write_study

SEARCH = "/Published/Notices/OCDS/Search"
CASES = ("pages", "busy", "wall", "broken", "circle")
OPTIONS = ("--since", "2026-01-01", "--until", "2026-01-31")


def release(number: int) -> dict[str, Any]:
    person = {"name": "Jo Merrivale", "email": "jo@example.org"}
    parties = [{"name": "KEN Borough Council", "roles": ["buyer"], "contactPoint": person}]
    return {
        "ocid": f"ocds-b5fd17-{number}",
        "id": f"r{number}",
        "date": "2026-01-05T10:00:00Z",
        "tag": ["tender"],
        "buyer": {"name": "KEN Borough Council"},
        "parties": parties,
        "tender": {"title": f"Café notice {number}", "description": "predictive analytics"},
    }


def package(*found: dict[str, Any], following: str = "", encoding: str = "utf-8") -> Reply:
    answer: dict[str, Any] = {"version": "1.1", "releases": list(found)}
    if following:
        answer["links"] = {"next": following}
    return Reply(json.dumps(answer, ensure_ascii=False).encode(encoding))


class Service:
    """Answers for every case by its host."""

    def __init__(self) -> None:
        self.refusals = 1

    def __call__(self, host: str, target: str) -> Reply | None:
        if target == "/robots.txt":
            return Reply(b"", 404)
        answer: Reply = getattr(self, host.partition(".")[0])(parse_qs(urlsplit(target).query))
        return answer

    def pages(self, query: dict[str, list[str]]) -> Reply:
        if "cursor" in query:
            return package(release(2), encoding="iso-8859-1")
        if query["publishedFrom"] == ["2026-01-01T00:00:00Z"]:
            return package(release(1), following=f"{SEARCH}?cursor=x")
        return package()

    def busy(self, query: dict[str, list[str]]) -> Reply:
        if self.refusals:
            self.refusals -= 1
            return Reply(b"slow down", 403)
        return package(release(3))

    def wall(self, query: dict[str, list[str]]) -> Reply:
        return Reply(b"slow down", 403)

    def broken(self, query: dict[str, list[str]]) -> Reply:
        if query["publishedFrom"] == ["2026-01-01T00:00:00Z"]:
            return Reply(b"<html>Sorry</html>")
        return package(release(4), {"tag": ["tender"]}, following="http://elsewhere.test/next")

    def circle(self, query: dict[str, list[str]]) -> Reply:
        return package(following=f"{SEARCH}?cursor=x")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Site]:
    folder, site = tmp_path_factory.mktemp("releases"), Site(Service())
    study = write_study(folder / "study", {"KEN": ("cmis", "https://x.example")}, [])
    for case in CASES:
        write_source(
            study,
            f"cf-{case}",
            kind="notices",
            spider="contracts_finder",
            url=f"http://{case}.test:{site.port}/",
            private_hosts=[f"{case}.test"],
            window={"days": 15, "why": "short chains"},
        )
    ran = run_crawl(folder, *OPTIONS)
    site.close()
    return ran, site


def state(ran: Ran, case: str) -> tuple[str, int, str]:
    (found,) = ran.rows(
        "select council, month, state, documents_seen, reason from coverage "
        f"where source = 'cf-{case}'"
    )
    assert found[:2] == ("", "2026-01")
    return found[2:]


def test_pages_are_followed_to_the_end(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert ran.rows(
        "select document, title, council from documents where source = 'cf-pages' order by 1"
    ) == [("cf-pages-r1", "Café notice 1", "KEN"), ("cf-pages-r2", "Café notice 2", "KEN")]
    assert state(ran, "pages") == ("searched", 2, None)
    searches = [target for target in site.targets("pages.test") if target.startswith(SEARCH)]
    assert len(searches) == 4  # three slices of January, one of them of two pages
    assert all("limit=100" in target for target in searches if "cursor" not in target)


def test_contact_points_are_left_out(crawled: tuple[Ran, Site]) -> None:
    ran, _ = crawled
    originals = ran.path.parent / "files"
    kept = "".join(file.read_text() for file in originals.rglob("*.json"))
    assert "predictive" in kept
    assert "Merrivale" not in kept
    assert all(len(answer) == 64 for (answer,) in ran.rows("select answer_sha256 from notices"))


def test_too_many_requests_are_waited_out_once(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "busy")[0] == "searched"
    assert len(site.targets("busy.test")) == 5  # robots.txt, three slices, the first once more


def test_a_service_that_keeps_refusing_is_left_alone(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "wall")[0] == "blocked"
    assert len(site.targets("wall.test")) == 7  # robots.txt, three slices, each once more


def test_answers_that_are_no_packages_fail_the_month(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert ran.code == 4, ran.err
    assert state(ran, "broken")[0] == "failed"
    assert "not a release package" in state(ran, "broken")[2]
    reasons = "".join(str(row) for row in ran.rows("select reason from visits"))
    assert "elsewhere.test" in reasons
    assert "neither ocid nor id" in reasons
    assert not site.targets("elsewhere.test")


def test_a_cursor_in_a_circle_ends(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "circle")[0] == "failed"
    assert len(site.targets("circle.test")) == 5  # robots.txt, three slices, one page more


def test_recorded_answer(tmp_path: Path) -> None:
    import os

    from corpus import ocds
    from crawler.spiders.releases import package_of

    folder = os.environ.get("COUNCIL_CORPUS_TESTDATA")
    if not folder:
        pytest.skip("COUNCIL_CORPUS_TESTDATA is not set: recorded answers are not read")
    name = "samples/procurement/contracts_finder_ocds_search_limit1_2022-10-18.json"
    package = package_of((Path(folder) / name).read_bytes())
    (found,) = ocds.releases(json.dumps(package).encode())
    assert isinstance(found, ocds.Release)
    assert found.source == "contracts-finder"
    assert "cursor=" in package["links"]["next"]
