"""The county's other services crawled over real HTTP: everything they have, and every habit."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from corpus.settings import Settings
from corpus.store import writing
from crawler.procurements import link_procurements
from demo.server import CountyServer
from demo.service_sites import NationalSite
from demo.services import NATIONAL_HOST, SCOTTISH_HOST, WELSH_HOST, national, typed
from demo.study import write_study
from demo.transparency import RECORDS_HOST, plans
from tests.crawler.conftest import CODEBOOK, Ran, run_crawl

WHOLE = ("--since", "2023-01-01", "--until", "2026-09-30")
SOURCES = ("contracts-finder", "find-tender", "public-contracts-scotland", "sell2wales")


@dataclass
class Crawled:
    """The served county, its study, and the first and second crawl of its services."""

    server: CountyServer
    folder: Path
    first: Ran
    asked: int
    second: Ran


def change(study: Path, name: str, **changes: object) -> None:
    path = study / "sources" / f"{name}.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | changes))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CountyServer, Path]]:
    folder = tmp_path_factory.mktemp("services")
    (folder / "codebook.yaml").write_text(CODEBOOK)
    with CountyServer() as server:
        write_study(folder / "study", server.port, folder / "codebook.yaml")
        yield server, folder


@pytest.fixture(scope="module")
def crawled(served: tuple[CountyServer, Path]) -> Crawled:
    server, folder = served
    first = run_crawl(folder, *SOURCES, "govuk-transparency", *WHOLE)
    asked = len(server.requests)
    second = run_crawl(folder, *SOURCES, "govuk-transparency", *WHOLE)
    with writing(folder / "corpus.db", "test", settings=Settings()) as store:
        link_procurements(store)
    return Crawled(server, folder, first, asked, second)


def documents(ran: Ran, source: str) -> list[str]:
    sql = f"select document from documents where source = '{source}' order by document"
    return [document for (document,) in ran.rows(sql)]


def test_every_notice_of_the_national_service_is_kept(crawled: Crawled) -> None:
    assert crawled.first.code == 4, crawled.first.err
    assert "Traceback" not in crawled.first.err
    expected = sorted(f"find-tender-{release['id']}" for release in national())
    assert documents(crawled.first, "find-tender") == expected
    url = crawled.server.url(NATIONAL_HOST, f"Notice/{national()[0]['id']}")
    assert crawled.first.rows(f"select 1 from documents where url = '{url}'") == [(1,)]


@pytest.mark.parametrize(
    ("source", "host"), [("public-contracts-scotland", SCOTTISH_HOST), ("sell2wales", WELSH_HOST)]
)
def test_every_typed_notice_is_kept_under_its_own_number(
    crawled: Crawled, source: str, host: str
) -> None:
    lost = {"public-contracts-scotland": 1, "sell2wales": 0}[source]
    failing = [one for one in typed(host) if (one.kind, f"{one.on:%m-%Y}") == (2, "05-2023")]
    kept = [one.number.lower() for one in typed(host) if lost == 0 or one not in failing]
    assert len(failing) == lost
    found = crawled.first.rows(
        "select n.release from notices n join documents d using (document) "
        f"where d.source = '{source}'"
    )
    assert sorted(release.lower() for (release,) in found) == sorted(kept)


def test_the_type_that_fails_is_named_and_fails_its_month_only(crawled: Crawled) -> None:
    failed = crawled.first.rows("select source, month, reason from coverage where state = 'failed'")
    assert [row[:2] for row in failed] == [("public-contracts-scotland", "2023-05")]
    assert failed[0][2].startswith("notice type 2 failed: ")
    assert "HTTP 500" in failed[0][2]
    states = dict(
        crawled.first.rows(
            "select month, state from coverage where source = 'public-contracts-scotland'"
        )
    )
    assert states["2023-09"] == "searched"
    assert states["2023-10"] == "none-published"


def test_each_type_of_each_month_is_asked_once(crawled: Crawled) -> None:
    for host, types in ((SCOTTISH_HOST, 21), (WELSH_HOST, 23)):
        asked = [r.target for r in crawled.server.requests[: crawled.asked] if r.host == host]
        december = [target for target in asked if "dateFrom=12-2024" in target]
        assert len(december) == len(set(december)) == types
        assert all("outputType=0" in target for target in december)
        assert all(("locale=2057" in t) == (host == WELSH_HOST) for t in december)


def test_numbers_that_are_none_are_no_value(crawled: Crawled) -> None:
    rows = crawled.first.rows(
        "select d.title, n.value from notices n join documents d using (document) "
        "where d.title in ('Beach wheelchairs', 'Street lighting columns') order by 1, 2"
    )
    assert rows == [
        ("Beach wheelchairs", None),
        ("Street lighting columns", 730000.0),
        ("Street lighting columns", 730000.0),
    ]
    for file in (crawled.folder / "files").rglob("*.json"):
        assert "Infinity" not in file.read_text()


def test_what_the_shapes_say_of_a_notice(crawled: Crawled) -> None:
    (row,) = crawled.first.rows(
        "select n.suppliers, n.value, n.currency, n.cpv, n.buyer_id, n.council, n.stage from "
        "notices n join documents d using (document) where d.source = 'find-tender' "
        "and d.title = 'Forecasting demand for adult social care' and n.stage like 'award%'"
    )
    assert row == (
        '["Harrowgate Care Systems"]',
        412000.0,
        "GBP",
        '["72316000"]',
        "GB-PPON-PXAL-1001-DEMO",
        "XAL",
        "award, contract",
    )
    (welsh,) = crawled.first.rows(
        "select distinct n.buyer_name from notices n join documents d using (document) "
        "where d.source = 'sell2wales' and d.title = 'Harbour dredging'"
    )
    assert welsh == ("Awdurdod Arfordir y Môr Glas",)


def test_no_person_is_kept(crawled: Crawled) -> None:
    kept = "".join(file.read_text() for file in (crawled.folder / "files").rglob("*.json"))
    assert "Aldermere" in kept
    for trace in ("Ellerby", "contactPoint", "01632", "@"):
        assert trace not in kept


def test_a_second_crawl_keeps_nothing_and_asks_little(crawled: Crawled) -> None:
    assert sum(one["kept"] for one in crawled.second.told["sources"]) == 0
    again = crawled.server.requests[crawled.asked :]
    # Scotland's month that failed is asked for once more, and the list of records.
    hosts = {host: sum(r.host == host for r in again) for host in {r.host for r in again}}
    assert hosts.get(NATIONAL_HOST, 0) <= 1
    assert hosts[SCOTTISH_HOST] <= 24
    assert hosts[RECORDS_HOST] <= 3


def test_numbers_of_an_answer_make_no_new_version(crawled: Crawled) -> None:
    ran = run_crawl(crawled.folder, "sell2wales", *WHOLE, "--again")
    assert ran.told["sources"][0]["kept"] == 0
    assert ran.rows("select count(*) from documents where source = 'sell2wales'") == [(4,)]


def test_one_procurement_on_two_services_is_linked(crawled: Crawled) -> None:
    shared = crawled.first.rows(
        "select title, council, notices, sources from shared_procurements order by title"
    )
    assert [row[1:3] for row in shared] == [("XAL", 5), ("XAL", 5), (None, 4), ("XBR", 4)]
    two = {"contracts-finder,find-tender", "find-tender,public-contracts-scotland"}
    assert {",".join(sorted(sources.split(","))) for _, _, _, sources in shared} == two
    reasons = crawled.first.rows(
        "select distinct reason from procurements where reason like 'same buyer%'"
    )
    assert reasons
    assert all(
        "alike" in reason and "days from contracts-finder-" in reason for (reason,) in reasons
    )


def test_buyers_of_a_known_id_are_matched_and_the_others_listed(crawled: Crawled) -> None:
    rows = crawled.first.rows(
        "select distinct council, council_how from notices "
        "where buyer_name = 'Aldermere Commissioning Service'"
    )
    assert rows == [("XAL", "shared id")]
    unmatched = dict(crawled.first.rows("select buyer_name, notices from unmatched_buyers"))
    assert unmatched["Strathvarr Water Trust"] == 5
    assert unmatched["Cymdeithas Tai Cwmderwen"] == 2
    assert "Aldermere County Council" not in unmatched


def test_every_record_is_kept_with_its_council(crawled: Crawled) -> None:
    rows = crawled.first.rows(
        "select document, council, kind, published_on from documents "
        "where source = 'govuk-transparency' order by document"
    )
    councils = {"aldermere-county-council": "XAL", "brindleford-borough-council": "XBR"}
    councils["thornhaven-district-council"] = "XTH"
    expected = [
        (
            f"govuk-transparency-{plan['slug']}",
            councils.get(plan["organisation"]),
            "atrs",
            str(plan["published"]),
        )
        for plan in sorted(plans(), key=lambda plan: str(plan["slug"]))
    ]
    assert rows == expected
    found = dict(
        crawled.first.rows(
            "select month, documents_seen from coverage where source = 'govuk-transparency' "
            "and state = 'searched'"
        )
    )
    assert found == {"2024-02": 1, "2024-11": 1, "2025-05": 1, "2026-01": 1, "2026-06": 1}


def test_a_records_page_reads_well_and_names_its_files(crawled: Crawled) -> None:
    ((path,),) = crawled.first.rows(
        "select f.path from documents d join files f using (sha256) "
        "where d.document like '%rent-arrears-list'"
    )
    kept = (crawled.folder / "files" / path).read_text()
    assert path.endswith(".html")
    assert "<h3>1.4.1 - External supplier</h3><p>Tallowmere Systems</p>" in kept
    assert "Impact assessment (application/pdf): http://assets.county.test/media" in kept
    assert not [r for r in crawled.server.requests if r.host == "assets.county.test"]
    assert crawled.first.rows(
        "select reason from visits where outcome = 'elsewhere' and url like '%impact.pdf'"
    )


def test_six_hours_are_whole_and_longer_slices_are_not(
    served: tuple[CountyServer, Path], tmp_path: Path
) -> None:
    server, folder = served
    server.sites[NATIONAL_HOST] = NationalSite(longest=timedelta(hours=6))
    august = ("find-tender", "--since", "2026-08-01", "--until", "2026-08-31")
    expected = sorted(
        f"find-tender-{one['id']}" for one in national() if one["date"].startswith("2026-08")
    )
    long_slices = documents(run_in(tmp_path / "long", folder / "study", *august), "find-tender")
    change(folder / "study", "find-tender", window={"days": 0.25, "why": "as the real service"})
    whole = run_in(tmp_path / "short", folder / "study", *august)
    change(folder / "study", "find-tender", window={"days": 15, "why": "as before"})
    server.sites[NATIONAL_HOST] = NationalSite()
    assert set(long_slices) < set(expected)
    assert documents(whole, "find-tender") == expected
    searches = [r for r in server.requests if r.host == NATIONAL_HOST and "T06%3A00" in r.target]
    assert len(searches) >= 31


def run_in(place: Path, study: Path, *options: str) -> Ran:
    place.mkdir()
    return run_crawl(place, *options, study=study)


def test_twelve_requests_in_two_minutes_are_waited_out(
    served: tuple[CountyServer, Path], tmp_path: Path
) -> None:
    server, folder = served
    server.sites[NATIONAL_HOST] = NationalSite(most_requests=12, per_seconds=1.5)
    options = ("find-tender", "--since", "2026-01-01", "--until", "2026-06-30")
    place = tmp_path / "hurried"
    place.mkdir()
    ran = run_crawl(place, *options, study=folder / "study", CORPUS_PAUSE_SECONDS="1.6")
    server.sites[NATIONAL_HOST] = NationalSite()
    assert ran.code == 0, ran.err
    expected = [one for one in national() if "2026-01-01" <= one["date"] < "2026-07"]
    assert len(documents(ran, "find-tender")) == len(expected)
    assert any(r.status == 429 for r in server.requests)


def test_one_canonical_file_for_each_release(crawled: Crawled) -> None:
    rows = crawled.first.rows(
        "select f.path, n.release, n.answer_sha256 from notices n "
        "join documents d using (document) join files f using (sha256)"
    )
    assert len({path for path, _, _ in rows}) == len(rows)
    for path, release, answer in rows:
        content = json.loads((crawled.folder / "files" / path).read_text())
        assert content["id"] == release
        assert len(answer) == 64
