"""`corpus sources`: lists, cards, checks over real HTTP, and the letter to a site that refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawler.conftest import ROOT, Reply, Site, environment, modgov_answer, rows, write_study

CONTACT = {"CORPUS_CONTACT": "ada@example.org"}


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    corpus = ["--corpus", str(folder / "corpus.db"), "--study", str(folder / "study")]
    done = subprocess.run(
        [sys.executable, "-m", "workbench.main", *corpus, *arguments],
        cwd=ROOT,
        env=environment(**CONTACT),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def answering(host: str, target: str) -> Reply | None:
    if host == "shut.test" and target == "/robots.txt":
        return Reply(b"User-agent: *\nDisallow: /\n")
    if host == "plain.test" and target != "/robots.txt":
        return Reply(b"<html><title>Welcome to our council</title></html>")
    return modgov_answer(target)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site, str]:
    folder, site = tmp_path_factory.mktemp("sources"), Site(answering)
    hosts = ["good.test", "shut.test", "plain.test"]
    councils = {host[:3].upper(): ("modgov", f"http://{host}:{site.port}") for host in hosts}
    write_study(folder / "study", councils, hosts)
    out = run(folder, "sources", "check", "modgov", "--json", code=3)
    site.close()
    return folder, site, out


def test_a_check_says_who_is_recognised(checked: tuple[Path, Site, str]) -> None:
    found = {one["council"]: one for one in json.loads(checked[2])}
    assert {code: one["recognised"] for code, one in found.items()} == {
        "GOO": True,
        "SHU": False,
        "PLA": False,
    }
    assert found["GOO"]["newest"] is None or found["GOO"]["newest"].startswith("20")
    assert found["SHU"]["outcome"] == "robots-refused"
    assert "Modern.Gov" in found["PLA"]["message"]


def test_a_check_is_kept_and_collects_nothing(checked: tuple[Path, Site, str]) -> None:
    path = checked[0] / "corpus.db"
    kept = rows(path, "select council, recognised from source_checks order by council")
    assert kept == [("GOO", 1), ("PLA", 0), ("SHU", 0)]
    for table in ("documents", "visits", "coverage", "crawls"):
        assert rows(path, f"select count(*) from {table}") == [(0,)]
    assert not list((checked[0]).glob("*.crawl"))


def test_a_check_looks_at_the_door_only(checked: tuple[Path, Site, str]) -> None:
    site = checked[1]
    assert len(site.targets("good.test")) <= 4
    assert site.targets("shut.test") == ["/robots.txt"]


def test_the_list_and_the_cards(checked: tuple[Path, Site, str]) -> None:
    listed = run(checked[0], "sources")
    assert "modgov" in listed
    assert "never crawled" in listed
    card = run(checked[0], "sources", "card", "modgov")
    assert "our own server" in card
    assert "has no source `nonsense`" in run(checked[0], "sources", "card", "nonsense", code=1)


def test_a_letter_is_drafted_for_a_refusal_alone(checked: tuple[Path, Site, str]) -> None:
    folder = checked[0]
    assert "No refusal of GOO" in run(folder, "sources", "letter", "GOO", code=1)
    site = Site(answering)
    study = folder / "study"
    councils = {"SHU": ("modgov", f"http://shut.test:{site.port}")}
    write_study(study, councils, ["shut.test"])
    run(folder, "crawl", "--since", "2026-02-01", "--until", "2026-02-28")
    site.close()
    letter = run(folder, "sources", "letter", "SHU")
    assert "your robots.txt does not allow" in letter
    assert "ada@example.org" in letter
    assert f"http://shut.test:{site.port}/" in letter
    assert "refused  modgov SHU" in run(folder, "status")
