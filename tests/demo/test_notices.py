import base64
from collections import Counter

import pytest

from demo.notices import build_releases, search

BASE = "http://notices.county.test:1/Published/Notices/OCDS/Search"


def test_releases_are_whole() -> None:
    releases = build_releases()
    assert len({release["id"] for release in releases}) == len(releases) >= 50
    assert set(Counter(release["tag"][0] for release in releases)) == {
        "planning",
        "tender",
        "award",
    }
    for release in releases:
        assert release["parties"][0]["contactPoint"]["email"]
        assert release["buyer"]["name"] == release["parties"][0]["name"]
        assert release["tender"]["classification"]["scheme"] == "CPV"
        if release["tag"] == ["award"]:
            assert release["awards"][0]["suppliers"] and release["awards"][0]["value"]["amount"]


def test_stages_of_one_procurement_share_an_ocid() -> None:
    stages: dict[str, list[str]] = {}
    for release in build_releases():
        stages.setdefault(release["ocid"], []).extend(release["tag"])
    assert ["award", "tender", "planning"] in stages.values()


def test_the_cursor_reaches_every_release_once() -> None:
    releases, query, seen = build_releases(), {"limit": "7"}, []
    while True:
        package = search(releases, query, BASE)
        seen += [release["id"] for release in package["releases"]]
        if "links" not in package:
            break
        cursor = package["links"]["next"].rpartition("cursor=")[2]
        assert b"nextCursor=" in base64.urlsafe_b64decode(cursor)
        query = {"limit": "7", "cursor": cursor}
    assert seen == [release["id"] for release in releases]


@pytest.mark.parametrize("stage", ["planning", "tender", "award"])
def test_stages_filter(stage: str) -> None:
    package = search(build_releases(), {"stages": stage}, BASE)
    assert {release["tag"][0] for release in package["releases"]} == {stage}


def test_published_limits() -> None:
    query = {"publishedFrom": "2024-01-01T00:00:00Z", "publishedTo": "2024-12-31T23:59:59+00:00"}
    package = search(build_releases(), query, BASE)
    assert package["releases"]
    assert all(release["date"].startswith("2024-") for release in package["releases"])


def test_no_more_than_a_hundred_a_page() -> None:
    many = build_releases() * 3
    assert len(search(many, {"limit": "5000"}, BASE)["releases"]) == 100
