"""The interface for programs: all of it is told, counted, paged, and refused where it must be."""

from pathlib import Path

import pytest

from corpus.store import writing
from publish.api import ENDPOINTS, MOST, ROOT
from publish.site import site
from tests.publish.site_corpus import EVIL, Made, Site

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
SEARCH = f"{ROOT}/search"


def told(served: Site, address: str, status: int = 200) -> dict:
    answer = served.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: each.name)
def test_every_endpoint_is_described_and_its_example_works(served: Site, endpoint) -> None:
    told(served, f"{endpoint.path}?{endpoint.example}")
    page = served.get("/api").text
    listed = {each["path"]: each for each in told(served, ROOT)["endpoints"]}
    assert f"`{endpoint.path}`" in DOCS.read_text(encoding="utf-8")
    for name in endpoint.arguments:
        assert f"<code>{name}</code>" in page and name in listed[endpoint.path]["arguments"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{SEARCH}?q=x&colour=red", "no argument 'colour'"),
        (f"{ROOT}/topics?model=x", "it knows: none"),
        (f"{ROOT}/mentions?code=a&code=b", "given once"),
        (f"{SEARCH}?q=x&limit=0", f"1 to {MOST}"),
        (f"{SEARCH}?q=x&limit=-5", f"1 to {MOST}"),
        (f"{SEARCH}?q=x&limit=99999999999999999999", f"1 to {MOST}"),
        (f"{SEARCH}?q=x&after=abc", "after is"),
        (f"{SEARCH}?q=x&after=99999999999", "after is"),
        (f"{SEARCH}?q=x&by=magic", "by is"),
        (f"{SEARCH}?q=x&sort=magic", "sort is"),
        (SEARCH, "must be given"),
        (f"{ROOT}/coverage?after=x", "after is"),
        (f"{ROOT}/mentions?counted=2", "counted is"),
    ],
)
def test_what_cannot_be_honoured_is_refused(served: Site, address: str, words: str) -> None:
    assert words in told(served, address, 400)["error"]


def test_unknown_endpoint_names_the_others(served: Site) -> None:
    assert "search, mentions, topics, coverage" in told(served, f"{ROOT}/nothing", 404)["error"]


def _all(served: Site, address: str, name: str) -> list[dict]:
    """Follow `next` to the end."""
    found: list[dict] = []
    while address:
        answer = told(served, address)
        found += answer[name]
        address = (answer["next"] or "").replace("http://localhost", "")
    return found


@pytest.mark.parametrize(
    ("name", "rows"), [("search?q=predictive&by=words", 2), ("mentions?counted=all", 3)]
)
def test_answers_are_paged_without_gap(served: Site, name: str, rows: int) -> None:
    key = "hits" if name.startswith("search") else "mentions"
    whole = _all(served, f"{ROOT}/{name}", key)
    parts = _all(served, f"{ROOT}/{name}&limit=1", key)
    assert parts == whole and len(whole) == rows
    assert len({row["page"] + str(row.get("mention")) for row in whole}) == rows


def test_coverage_is_paged_and_counted(served: Site) -> None:
    whole = _all(served, f"{ROOT}/coverage?limit=2", "coverage")
    assert [row["month"] for row in whole] == [f"2024-0{n}" for n in range(1, 6)]
    answer = told(served, f"{ROOT}/coverage?state=blocked&council=KEN&year=2024")
    assert [row["month"] for row in answer["coverage"]] == ["2024-03"]


def test_denominator_stands_in_every_answer(served: Site, made: Made) -> None:
    answer = told(served, f"{ROOT}/mentions?council=KEN&code=predictive_analytics")
    assert answer["documents"] == {"searched": 2, "unreadable": 1}
    assert {row["mention"] for row in answer["mentions"]} >= {made.mention}
    assert answer["mentions"][0]["reason"].endswith(EVIL)  # as it is: JSON is no HTML
    answer = told(served, f"{SEARCH}?q=predictive&by=words&kind=notice")
    assert (answer["total"], answer["documents"]["searched"]) == (1, 1)


def test_topics_come_with_terms_and_trends(served: Site) -> None:
    answer = told(served, f"{ROOT}/topics")
    assert answer["model"]["k"] == 2 and len(answer["topics"]) == 2
    assert answer["topics"][0]["trends"][0]["searched"] is not None
    assert answer["topics"][0]["terms"][0]["term"] == EVIL


def test_empty_corpus_answers(tmp_path: Path) -> None:
    with writing(tmp_path / "corpus.db", "test"):
        pass
    with site(tmp_path / "corpus.db") as datasette:
        empty = Site(datasette)
        assert told(empty, f"{ROOT}/topics")["model"] is None
        assert told(empty, f"{SEARCH}?q=a")["total"] == 0
        assert told(empty, f"{ROOT}/mentions")["mentions"] == []
        empty.close()
