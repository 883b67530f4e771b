"""What a crawl would do, and every spider that the registry finds."""

import inspect
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.study import load_study
from crawler.budget import Budget
from crawler.buyers import Buyers
from crawler.job import Held, Job
from crawler.journal import Journal, RobotsCache, home_of
from crawler.months import Window
from crawler.plan import NoSuchSource, plan
from crawler.registry import spider_of, spiders
from crawler.settings import NoContact, process_settings, require_contact, user_agent
from crawler.spiders.papers import CouncilSpider
from tests.crawler.conftest import ROOT, write_source, write_study
from workbench.main import main

WINDOW = Window(date(2026, 1, 1), date(2026, 2, 28))


class EmptyMemory:
    def held(self, document: str) -> Held | None:
        return None

    def failed_before(self, url: str) -> bool:
        return False

    def open_months(self, council: str) -> list[str]:
        return ["2026-02"]


def invoke(folder: Path, *options: str) -> Result:
    corpus = ["--corpus", str(folder / "corpus.db"), "--study", str(folder / "study")]
    return CliRunner().invoke(main, [*corpus, "crawl", *options])


@pytest.mark.parametrize("name", sorted(spiders()))
def test_every_spider_starts(name: str, tmp_path: Path) -> None:
    spider_class = spiders()[name]
    source_id = name.replace("_", "-")
    papers = issubclass(spider_class, CouncilSpider)
    platform = source_id if papers else "cmis"
    folder = write_study(tmp_path, {"KEN": (platform, "https://x.example")}, [])
    kind = "papers" if papers else "notices"
    write_source(folder, source_id, url="https://service.example/", kind=kind)
    study = load_study(folder)
    councils = tuple(study.councils.values())
    corpus = tmp_path / "corpus.db"
    job = Job(
        study.sources[source_id],
        councils,
        EmptyMemory(),
        Buyers(councils),
        0,
        Journal.open(corpus, ["test"]),
        RobotsCache(home_of(corpus)),
        Budget(),
    )
    spider = spider_class(job=job)
    assert spider.name == name
    assert len(spider.turns()) == 1
    assert spider_of(study.sources[source_id]) is spider_class


@pytest.mark.parametrize("name", sorted(spiders()))
def test_every_spider_says_what_it_is(name: str) -> None:
    told = inspect.getdoc(spiders()[name]) or ""
    for heading in ("Domain\n", "Access\n", "Dates\n", "Identity\n", "Never asked for\n"):
        assert heading in told


def test_the_study_of_the_repository_is_planned() -> None:
    study = load_study(ROOT / "study")
    planned = plan(study, (), (), WINDOW)
    steps = {step.source.source: step for step in planned.steps}
    services = {"contracts-finder", "find-tender", "public-contracts-scotland", "sell2wales"}
    assert {*services, "cmis", "govuk-transparency", "modgov"} <= steps.keys()
    assert "pages" not in steps  # no council's own pages are authored yet
    assert len(steps["modgov"].councils) > 250
    assert len(steps["cmis"].councils) > 30
    states = {unread.state for unread in planned.unread}
    assert states == {"unsupported", "url-unknown"}
    assert all(unread.council for unread in planned.unread)
    with pytest.raises(NoContact):
        require_contact(planned.urls, planned.private_hosts, "")


def test_abolished_councils_are_not_asked(tmp_path: Path) -> None:
    bases = {"OLD": ("modgov", "https://old.example"), "NEW": ("modgov", "https://new.example")}
    study = load_study(write_study(tmp_path, bases, []))
    study.councils["OLD"] = replace(study.councils["OLD"], end_on="2023-03-31")
    study.councils["NEW"] = replace(study.councils["NEW"], start_on="2023-04-01")
    (step,) = plan(study, (), (), WINDOW).steps
    assert [council.council for council in step.councils] == ["NEW"]


def test_names_the_study_does_not_have(tmp_path: Path) -> None:
    folder = write_study(tmp_path, {"KEN": ("modgov", "https://x.example")}, [])
    write_source(folder, "contracts-finder", kind="notices", url="https://service.example/")
    study = load_study(folder)
    for sources, councils in (("nope",), ()), ((), ("ZZZ",)), (("contracts-finder",), ("KEN",)):
        with pytest.raises(NoSuchSource):
            plan(study, sources, councils, WINDOW)
    only = plan(study, (), ("KEN",), WINDOW)
    assert [step.source.source for step in only.steps] == ["modgov"]


def test_a_dry_run_asks_nothing(tmp_path: Path) -> None:
    write_study(tmp_path / "study", {"KEN": ("modgov", "https://x.invalid")}, [])
    options = ("--dry-run", "--since", "2026-01-01", "--until", "2026-01-31")
    ran = invoke(tmp_path, "--json", *options)
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["sources"][0]["urls"] == ["https://x.invalid"]
    assert told["sources"][0]["requests_at_least"] == 3
    assert (told["since"], told["until"], told["months"]) == ("2026-01-01", "2026-01-31", 1)
    assert not (tmp_path / "corpus.db").exists()


def test_the_settings_keep_their_promises() -> None:
    settings = process_settings({"x.test"}, None, "")
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert not settings.getbool("COOKIES_ENABLED")
    loaded = [
        each for each, place in settings.getwithbase("EXTENSIONS").items() if place is not None
    ]
    assert not [each for each in loaded if "RemoteControl" in str(each) or "Telnet" in str(each)]
    assert not settings.getbool("HTTPPROXY_ENABLED")
    assert settings["TWISTED_DNS_RESOLVER"] == "crawler.netguard.GuardedResolver"
    assert user_agent("ada@example.org").endswith(" (+ada@example.org)")


def test_no_public_site_is_asked_without_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CORPUS_CONTACT", raising=False)
    write_study(tmp_path / "study", {"KEN": ("modgov", "https://democracy.example")}, [])
    ran = invoke(tmp_path)
    assert ran.exit_code == 1
    assert "CORPUS_CONTACT" in ran.output
    assert not (tmp_path / "corpus.db").exists()


def test_a_window_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    write_study(tmp_path / "study", {"KEN": ("modgov", "https://democracy.example")}, [])
    ran = invoke(tmp_path, "--since", "2026-02-01", "--until", "2025-01-01")
    assert ran.exit_code == 2
