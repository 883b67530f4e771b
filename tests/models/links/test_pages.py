"""The pages of systems, their data and the network, the review page, and the commands, on lives."""

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx
import pytest
from click.testing import CliRunner

from corpus.network import graphml, network
from corpus.settings import Settings
from corpus.store import reading, writing
from models.links.decisions import load_decisions
from models.links.steps import STEPS
from publish.site import site
from publish.systems import STEPS as TOLD
from publish.systems import months
from tests.publish.site_corpus import EVIL, Site
from workbench.links_site import links_site
from workbench.main import main
from workbench.notebook import open_corpus


@pytest.fixture(scope="module")
def served(reviewed: Path) -> Iterator[Site]:
    with site(reviewed / "corpus.db") as datasette:
        asked = Site(datasette)
        yield asked
        asked.close()


def test_the_list_says_who_uses_what_since_when_and_in_what_it_was_seen(served: Site) -> None:
    page = served.get("/systems")
    assert page.status_code == 200
    for words in ("LanternView", "Ashcombe", "Halcyon Insight Limited", "Stopped or cancelled"):
        assert words in page.text
    assert "ceilings, not payments" in page.text
    assert "of 11 councils with documents" in page.text
    assert "Proposed, not reviewed" not in page.text, "everything was decided"


def test_the_list_is_narrowed_and_a_forerunner_is_found_under_both_names(served: Site) -> None:
    page = served.get("/systems?council=GRS&product=p_lanternview").text
    assert "/system/grs-p_lanternview" in page
    assert "/system/nwm-p_lanternview" in page
    assert "/system/ash-p_lanternview" not in page
    assert "/system/ash-p_lanternview" in served.get("/systems?status=stopped").text


def test_a_system_is_a_timeline_with_gaps_proof_and_reasons(served: Site) -> None:
    page = served.get("/system/ash-p_lanternview").text
    order = ["Business case", "Tender", "Award", "Data protection impact assessment", "Decision"]
    places = [page.index(f"</span> {step}") for step in order]
    assert places == sorted(places)
    assert "without a document" in page
    assert "the ask, not the answer" in page
    assert "GBP 412,000" in page
    assert "accepted by anna" in page
    assert "Last evidence" in page
    assert "proposed, not reviewed" not in page


def test_a_merged_councils_page_leads_on(served: Site) -> None:
    page = served.get("/system/grs-p_lanternview").text
    assert 'href="/system/nwm-p_lanternview"' in page
    heir = served.get("/system/nwm-p_lanternview").text
    assert "Gorsley" in heir
    assert "GRS, NWM" in heir


def test_an_unknown_system_is_not_found(served: Site) -> None:
    assert served.get("/system/nope").status_code == 404
    assert served.get("/system/%3Cscript%3E").status_code == 404


def test_the_data_has_its_coverage_beside_it(served: Site) -> None:
    rows = list(csv.DictReader(io.StringIO(served.get("/systems.csv").text)))
    assert len(rows) == 32
    told = served.get("/systems.json").json()
    assert len(told["systems"]) == 32
    assert {row["council"] for row in told["coverage"]} >= {"ASH", "NWM", "GRS"}
    coverage = list(csv.DictReader(io.StringIO(served.get("/systems/coverage.csv").text)))
    assert {"months_searched", "months_not_searched", "systems"} <= set(coverage[0])


def test_the_network_is_read_by_networkx_and_holds_every_council(
    served: Site, reviewed: Path
) -> None:
    graph = networkx.parse_graphml(served.get("/systems.graphml").text)
    kinds = [data["kind"] for _, data in graph.nodes(data=True)]
    assert kinds.count("council") == 11
    edge = graph.edges["council:ASH", "product:p_lanternview"]
    assert (edge["status"], edge["ceiling"], edge["reviewed"]) == ("stopped", 412_000.0, 1)
    firm = graph.nodes["supplier:gb-coh-09990001"]
    assert firm["kind"] == "supplier", "a renamed firm is one node"
    with reading(reviewed / "corpus.db") as store:
        assert graphml(store.db.conn) == graphml(store.db.conn), "the same bytes each time"


def test_unreviewed_systems_are_shown_apart_and_left_out_of_the_data(built: Path) -> None:
    with site(built / "corpus.db") as datasette:
        asked = Site(datasette)
        page, data = asked.get("/systems").text, asked.get("/systems.csv").text
        one, every = (
            asked.get("/system/ash-p_kestrelscore").text,
            asked.get("/systems.csv?proposed=1"),
        )
        asked.close()
    assert "No link was accepted yet" in page
    assert "Proposed, not reviewed" in page
    assert data.strip() == ""
    assert len(every.text.splitlines()) > 32
    assert "Nobody has reviewed this yet" in one
    with reading(built / "corpus.db") as store:
        assert all("relation" not in d for _, _, d in network(store.db.conn).edges(data=True))


def test_hostile_names_are_shown_and_never_run(reviewed_copy: Path) -> None:
    with writing(reviewed_copy / "corpus.db", "test", settings=Settings()) as store:
        nasty = f"{EVIL}\x00\x0b"
        store.db.execute("update systems set name = ?, suppliers = ?", (nasty, json.dumps([nasty])))
        store.db.execute("update documents set title = ?", (nasty,))
        store.db.execute("update system_steps set reason = ?, kind = ?", (nasty, EVIL))
        store.db.execute("update entity_names set how = ?", (nasty,))
        store.db.conn.commit()
        networkx.parse_graphml(graphml(store.db.conn).decode())
    with site(reviewed_copy / "corpus.db") as datasette:
        asked = Site(datasette)
        for address in ("/systems", "/system/ash-p_lanternview"):
            page = asked.get(address)
            assert page.status_code == 200
            assert "<script>alert(1)" not in page.text
            assert "49" not in page.text.partition("{{ 7*7 }}")[0][-20:]
        asked.close()


@pytest.mark.parametrize(
    ("days", "words"),
    [(3, "less than a month"), (548, "1 year and 6 months"), (740, "2 years"), (31, "1 month")],
)
def test_a_gap_is_told_in_years_and_months(days: int, words: str) -> None:
    assert months(days) == words


def test_every_kind_of_step_is_told_in_words() -> None:
    assert set(TOLD) == set(STEPS)


class Review:
    """The review page, asked in the process."""

    def __init__(self, folder: Path, datasette: Any) -> None:
        self.folder, self.client, self.loop = folder, datasette.client, asyncio.new_event_loop()

    def get(self) -> str:
        return str(self.loop.run_until_complete(self.client.get("/review")).text)

    def post(self, headers: dict[str, str] | None = None, **form: str) -> Any:
        return self.loop.run_until_complete(
            self.client.post("/review", data=form, headers=headers or {})
        )

    def field(self, name: str) -> str:
        return self.get().partition(f'name="{name}" value="')[2].partition('"')[0]


@pytest.fixture
def review(copied: Path) -> Iterator[Review]:
    with (
        links_site(copied / "study", "anna", "") as extend,
        site(copied / "corpus.db") as datasette,
    ):
        extend(datasette)
        page = Review(copied, datasette)
        yield page
        page.loop.close()


def test_links_are_reviewed_one_by_one_in_the_browser(review: Review) -> None:
    assert "Do these belong together?" in review.get()
    first = review.field("link")
    told = review.post(
        link=first, said="refuse", why="A leisure centre.", word=review.field("word")
    )
    assert told.status_code == 303
    (decision,) = load_decisions(review.folder / "study")
    assert (decision.decision, decision.by, decision.why) == (
        "refused",
        "anna",
        "A leisure centre.",
    )
    second = review.field("link")
    assert second != first, "what was decided is not asked again"
    review.post(link=second, said="skip", word=review.field("word"))
    assert review.field("link") not in (first, second)
    assert len(load_decisions(review.folder / "study")) == 1


def test_no_other_site_and_no_other_form_may_decide(review: Review) -> None:
    link, word = review.field("link"), review.field("word")
    elsewhere = {"origin": "http://evil.example"}
    assert review.post(elsewhere, link=link, said="accept", word=word).status_code == 403
    assert review.post(link=link, said="accept", word="guessed").status_code == 403
    assert review.post(link=link, said="accept").status_code == 403
    review.post(link="link-nope", said="accept", word=word)
    assert load_decisions(review.folder / "study") == []


def corpus(folder: Path, *given: str, answers: str = "") -> Any:
    command = ["--corpus", str(folder / "corpus.db"), "--study", str(folder / "study"), *given]
    return CliRunner().invoke(main, command, input=answers)


def test_the_commands_from_proposal_to_timeline(copied: Path) -> None:
    asked = ("links", "list", "--of", "p_lanternview", "--limit", "3", "--json")
    told = json.loads(corpus(copied, *asked).output)
    assert [row["decision"] for row in told] == ["proposed"] * 3
    shown = corpus(copied, "links", "list", "--of", told[0]["link"]).output
    assert told[0]["first"] in shown
    link = told[0]["link"]
    assert corpus(copied, "links", "decide", link, "--accept", "--by", "anna").exit_code == 0
    said = corpus(copied, "links", "review", "--by", "ben", answers="s\nr\nq\n")
    assert "1 decided" in said.output
    done = json.loads(corpus(copied, "links", "propose", "--json").output)
    assert (done["accepted"], done["refused"]) == (1, 1)
    assert done["systems"] >= 1, "and one more where a council took over"
    assert "bias" in corpus(copied, "links", "propose", "--weights").output


def test_what_cannot_be_decided_is_said(copied: Path) -> None:
    for given, told in (
        (("link-nope", "--accept"), "There is no link"),
        (("nope", "p_lanternview", "--accept"), "no document, supplier or product"),
        (("p_tidemark", "p_lanternview", "--accept"), "must be a document"),
        (("link-nope",), "Say one of"),
    ):
        done = corpus(copied, "links", "decide", *given, "--by", "anna")
        assert done.exit_code in (1, 2)
        assert told in done.output


def test_names_are_listed_judged_and_parted(copied: Path) -> None:
    rows = json.loads(corpus(copied, "entities", "list", "--json").output)
    assert {"p_lanternview", "gb-coh-09990001"} <= {row["entity"] for row in rows}
    assert "Brightwater" in corpus(copied, "entities", "show", "gb-coh-09990001").output
    pairs = json.loads(corpus(copied, "entities", "alike", "--json").output)
    assert all(pair["score"] >= 0.9 for pair in pairs)
    both = ("gb-coh-09990003", "gb-coh-09990004")
    asked = ("--by", "anna", "--why", "One house.")
    assert corpus(copied, "entities", "same", *both, *asked).exit_code == 0
    assert corpus(copied, "entities", "apart", *both, *asked).exit_code == 0
    assert corpus(copied, "entities", "same", both[0], both[0], *asked).exit_code == 2
    gone = corpus(copied, "entities", "same", "nope", both[0], *asked)
    assert "is no supplier or product here" in gone.output
    text = (copied / "study" / "entities.yaml").read_text("utf-8")
    assert text.count("One house.") == 2


def test_everything_is_exported_with_the_coverage(reviewed: Path, tmp_path: Path) -> None:
    done = corpus(reviewed, "links", "export", str(tmp_path / "out"), "--json")
    counts = json.loads(done.output)
    assert counts["systems"] == 32
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"network.graphml"} | {f"{name}.csv" for name in counts}
    with (tmp_path / "out" / "systems.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 32


def test_notebooks_get_frames_with_their_scope(reviewed: Path) -> None:
    opened = open_corpus(reviewed / "corpus.db")
    systems = opened.systems()
    assert len(systems) == 32
    assert systems.attrs["scope"]["councils_with_documents"] == 11
    links = opened.links("accepted")
    assert set(links["decision"]) == {"accepted"}
    assert links["reasons"].str.len().min() > 0
    assert "Brightwater Analytics Ltd" in set(opened.entities()["name"])
