"""What a site can do to a crawler, each in a test of its own, over real HTTP by the command."""

from pathlib import Path

import pytest

from demo.server import CountyServer
from demo.spoils import CHALLENGES, HUGE_BYTES, REDIRECTS
from demo.trouble import SECRET_HOSTS
from tests.crawler.conftest import run_crawl
from tests.crawler.troubled import CONTACT, MOST_BYTES, Trials, council, prepare

STATES = {
    "robots-all": ("robots-refused", "robots.txt"),
    "robots-us": ("robots-refused", "robots.txt"),
    "forbidden": ("blocked", "403"),
    "dead": ("failed", "nowhere.test"),
    "refused": ("failed", "refused"),
    "unknown": ("url-unknown", "not known"),
    "page": ("failed unsupported", ""),
    "switched-off": ("failed unsupported", "404"),
    "busy-long": ("blocked", "429"),
    "busy-always": ("blocked", "429"),
    "private": ("blocked", "not a public address"),
    "cut-xml": ("failed", "GetMeeting"),
    "cut-document": ("failed", "/documents/"),
    "cut-chunks": ("failed", "/documents/"),
    "huge": ("failed", "/documents/"),
    "huge-chunks": ("failed", "/documents/"),
    "bomb-document": ("failed", "/documents/"),
    "bomb-xml": ("failed", "GetMeeting"),
    "xml-half": ("failed", "not the XML of a <meeting>"),
    "xml-entities": ("failed", "entity"),
    "xml-dtd": ("failed", "document type"),
    "xml-deep": ("failed", "depth"),
    "latin": ("failed", "encoding"),
    "authenticate": ("blocked", "401"),
    "credentials": ("failed blocked", ""),
    "redirects": ("failed blocked", ""),
    **{
        f"{name}-{part}": ("blocked", "login" if name == "login" else name)
        for name in CHALLENGES
        for part in ("xml", "html", "document")
    },
}
"""State of the months of a troubled council's meetings, and a word of the reason."""


@pytest.mark.parametrize("trouble", STATES)
def test_no_trouble_reads_as_searched(trials: Trials, trouble: str) -> None:
    states, word = STATES[trouble]
    found = trials.states(trouble)
    assert len(found) == len({m.held_on.month for m in council(trouble).council.meetings})
    for state, reason in found.values():
        assert state in states.split(), reason
        assert word.casefold() in reason.casefold()


def test_the_crawl_itself_comes_to_its_end(trials: Trials) -> None:
    assert trials.ran.code == 4, trials.ran.err
    assert "Traceback" not in trials.ran.err
    assert trials.ran.rows("select outcome from crawls") == [("finished-with-errors",)]
    assert not trials.ran.told["interrupted"]


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_is_never_kept_as_a_paper(trials: Trials, name: str) -> None:
    assert trials.papers(f"{name}-document")
    files = trials.ran.path.parent / "files"
    kept = [path.read_bytes() for path in files.rglob("*") if path.is_file()]
    assert CHALLENGES[name].encode() not in kept
    code = council(f"{name}-document").council.code
    pages = trials.ran.rows(
        f"select mime from files f join documents d on d.document = f.document "
        f"where d.council = '{code}'"
    )
    assert {mime for (mime,) in pages} <= {"application/pdf"}


@pytest.mark.parametrize(
    "name",
    (
        *("loopback", "short", "ten", "metadata", "six", "mapped", "decimal", "hexadecimal"),
        *("localhost", "name"),
    ),
)
def test_redirects_to_private_addresses_are_not_followed(trials: Trials, name: str) -> None:
    outcome, reason = redirected(trials, name)
    assert outcome == "blocked"
    assert "not a public address" in reason
    asked = {request.host for request in trials.requests}
    assert not asked & set(SECRET_HOSTS)


@pytest.mark.parametrize("name", ["file", "ftp", "data"])
def test_redirects_leave_the_web_for_nothing(trials: Trials, name: str) -> None:
    outcome, reason = redirected(trials, name)
    assert outcome in {"failed", "blocked"}
    assert reason


@pytest.mark.parametrize("name", ["itself", "circle"])
def test_redirects_in_a_circle_end(trials: Trials, name: str) -> None:
    outcome, reason = redirected(trials, name)
    assert (outcome, "redirect" in reason) == ("failed", True)
    paths = {"itself": paper("itself"), "circle": "/circle/"}
    assert 2 <= sum(paths[name] in request.target for request in trials.of("redirects")) <= 6


def test_a_redirect_to_the_login_is_a_refusal(trials: Trials) -> None:
    outcome, reason = redirected(trials, "login")
    assert (outcome, "login" in reason) == ("blocked", True)


def test_what_is_not_redirected_is_kept(trials: Trials) -> None:
    assert trials.kept("redirects") == len(REDIRECTS)


def redirected(trials: Trials, name: str) -> tuple[str, str]:
    """What came of the paper that leads there."""
    part = paper(name)
    ((_, outcome, reason),) = [row for row in trials.visits("redirects") if part in row[0]]
    return outcome, reason or ""


def paper(name: str) -> str:
    number = council("redirects").council.item_documents[2 * list(REDIRECTS).index(name)].attachment
    return f"/documents/s{number}/"


@pytest.mark.parametrize("trouble", ["huge", "huge-chunks"])
def test_two_gigabytes_are_not_taken(trials: Trials, trouble: str) -> None:
    assert trials.papers(trouble)
    assert trials.failures(trouble) == {"TooLarge"}
    assert trials.kept(trouble) == 0


def test_little_of_what_is_poured_is_taken(trials: Trials) -> None:
    asked = len(trials.papers("huge")) + len(trials.papers("huge-chunks"))
    # What lies in the buffers of both ends of a connection was poured and not taken.
    assert trials.server.poured < asked * (MOST_BYTES + 8_000_000) < HUGE_BYTES / 4


@pytest.mark.parametrize("trouble", ["bomb-document", "bomb-xml"])
def test_bombs_are_not_unpacked(trials: Trials, trouble: str) -> None:
    assert all(trials.failures(trouble)) and trials.failures(trouble)
    ((largest,),) = trials.ran.rows("select max(bytes) from files")
    assert largest < MOST_BYTES


@pytest.mark.parametrize("trouble", ["cut-document", "cut-chunks"])
def test_half_a_paper_is_not_a_paper(trials: Trials, trouble: str) -> None:
    assert trials.papers(trouble)
    assert trials.failures(trouble) == {"ResponseDataLossError"}
    assert trials.kept(trouble) == 0


def test_no_document_type_is_fetched(trials: Trials) -> None:
    assert not [request for request in trials.requests if "secret" in request.target]
    assert trials.failures("xml-dtd") == {"Broken"}


def test_entities_are_not_unfolded(trials: Trials) -> None:
    assert trials.failures("xml-entities") == {"Broken"}
    assert trials.ran.rows("select count(*) from meetings where committee like '%haha%'") == [(0,)]


def test_a_page_of_rubbish_stops_nobody(trials: Trials) -> None:
    assert trials.kept("html-soup") == len(council("html-soup").council.item_documents)


def test_only_asked_meetings_are_opened(trials: Trials) -> None:
    opened = [r.target for r in trials.of("endless") if "lMeetingId" in r.target]
    numbers = {str(meeting.number) for meeting in council("endless").council.meetings}
    assert {target.rpartition("=")[2] for target in opened} == numbers
    assert {state for state, _ in trials.states("endless").values()} == {"searched"}
    assert trials.kept("endless") == len(council("endless").council.item_documents)


def test_a_password_in_a_link_is_used_by_nobody(trials: Trials) -> None:
    assert not [r for r in trials.of("credentials") if "authorization" in r.headers]
    assert trials.papers("credentials") == []


def test_slow_answers_are_waited_for(trials: Trials) -> None:
    assert trials.kept("slow") == len(council("slow").council.item_documents)


@pytest.mark.parametrize(
    ("trouble", "least"), [("busy-seconds", 1.0), ("busy-date", 0.9), ("busy-silent", 0.1)]
)
def test_too_many_requests_are_waited_out_once(trials: Trials, trouble: str, least: float) -> None:
    first, second = [r for r in trials.of(trouble) if "GetCommittees" in r.target]
    assert (first.status, second.status) == (429, 200)
    assert second.began - first.began >= least
    assert {state for state, _ in trials.states(trouble).values()} == {"searched"}


def test_a_site_that_asks_for_a_year_is_left_alone(trials: Trials) -> None:
    assert [r.target for r in trials.of("busy-long")][1:] == ["/mgWebService.asmx/GetCommittees"]
    ((_, reason), *_) = trials.states("busy-long").values()
    assert "34,560,000" in reason


def test_a_site_that_is_always_busy_is_asked_twice(trials: Trials) -> None:
    assert len([r for r in trials.of("busy-always") if r.status == 429]) == 2


def test_a_base_that_is_a_plain_page_is_asked_for_little(trials: Trials) -> None:
    assert len(trials.of("page")) <= 4
    assert trials.kept("page") == 0


def test_a_name_that_leads_to_a_private_address_is_not_asked(trials: Trials) -> None:
    assert not [r for r in trials.requests if r.host == council("private").council.host]


def test_a_paper_that_changes_is_kept_in_both_versions(tmp_path: Path) -> None:
    options = ("modgov", "--council", council("changing").council.code)
    with CountyServer() as server:
        prepare(tmp_path, server)
        first = run_crawl(tmp_path, *options, CORPUS_CONTACT=CONTACT)
        server.clock.day = 2
        second = run_crawl(tmp_path, *options, "--again", CORPUS_CONTACT=CONTACT)
    assert first.code == 0, first.err
    captures = second.rows("select document, count(*) from captures group by 1 order by 1")
    assert [count for _, count in captures] == [2, 1, 1, 1], second.err
