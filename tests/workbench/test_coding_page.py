"""The coding page: by keyboard in a real browser, without a script, and shut to everyone else."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from coding.codings import BadRow, Vocabulary
from coding.drawing import Wish, make, write
from coding.session import Session
from corpus.codebook import load_codebook
from corpus.errors import CorpusError
from corpus.settings import Settings
from corpus.store import writing
from corpus.study import keep_study, load_study
from tests.conftest import ROOT, Make

PAGES = [
    "The council uses predictive analytics against fraud.",
    "It will explore a predictive model next year.",
    "Members noted predictive analytics and adjourned.",
    "ACME offered predictive analytics to the board.",
]
EVIL = "<script>alert(1)</script> {{ 7*7 }}"


@pytest.fixture
def drawn(corpus_path: Path, study_folder: Path, tmp_path: Path, make_pdf: Any) -> Path:
    """A corpus, a study with two coders, and a sample of four passages both are to code."""
    from coding.run import find
    from crawler.importer import Request, find_files, import_files
    from extract.run import extract

    (study_folder / "coders.yaml").write_text("anna:\nben:\n")
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.pdf").write_bytes(make_pdf(*PAGES, EVIL))
    study = load_study(study_folder)
    study = replace(study, codebook=load_codebook(study_folder / "codebook.yaml"))
    with writing(corpus_path, "test", settings=Settings()) as store:
        keep_study(store, study)
        request = Request((papers,), "folder-papers")
        import_files(store, study, request, find_files((papers,)), lambda count: None)
        store.db.execute("update documents set title = ?", (EVIL,))
        extract(store, study.codebook, jobs=1)
        find(store, study.codebook)
        wish = Wish("passages", 10, None, (), 1, ("anna", "ben"), 1.0, "pilot")
        write(study_folder / "samples", make(store, study, wish))
    return study_folder


@pytest.fixture
def make_pdf() -> Any:
    return Make().pdf


KNOWN = Vocabulary(frozenset({"predictive", "fraud", "acme", "scoring"}), {"anna": "", "ben": ""})


class Served:
    """`corpus code page`, running as a user runs it."""

    def __init__(self, corpus: Path, study: Path, coder: str = "anna") -> None:
        command = [sys.executable, "-m", "workbench.main", "--corpus", str(corpus)]
        command += ["--study", str(study), "code", "page", "pilot", "--coder", coder]
        self.process = subprocess.Popen(
            [*command, "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    def address(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line + (self.process.stderr.read() if self.process.stderr else "")
        return found.group()

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=30)


@pytest.fixture
def serve(corpus_path: Path, drawn: Path) -> Iterator[Any]:
    running: list[Served] = []

    def start(coder: str = "anna") -> Served:
        running.append(Served(corpus_path, drawn, coder))
        return running[-1]

    yield start
    for each in running:
        if each.process.poll() is None:
            each.stop()


def test_three_passages_by_keyboard_then_stop_and_resume(
    serve: Any, drawn: Path, chromium: str
) -> None:
    api = pytest.importorskip("playwright.sync_api")
    first = serve()
    address = first.address()
    complaints: list[str] = []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        for name in ("console", "pageerror", "dialog"):
            tab.on(name, lambda told: complaints.append(str(told)))
        tab.goto(f"{address}/code")
        tab.wait_for_url("**/code/1")
        assert tab.locator("#words").inner_text()
        assert "definition" not in tab.locator("form").inner_text()
        assert tab.locator("label[title='Finding fraud.']").count() == 1
        tab.keyboard.press("y")
        tab.keyboard.press("u")
        tab.keyboard.press("/")
        tab.keyboard.type("fraud")
        tab.keyboard.press("Enter")
        tab.keyboard.press("Escape")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/code/2")
        tab.keyboard.press("n")
        tab.keyboard.press("b")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/code/3")
        tab.keyboard.press("z")
        tab.wait_for_url("**/code/2")
        assert not tab.locator("input[name=about]:checked").count()
        tab.keyboard.press("m")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/code/3")
        tab.keyboard.press("y")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/code/4")
        assert "3 of 4 coded" in tab.locator(".coding-head").inner_text()
        first.stop()
        tab.goto(f"{serve().address()}/code")
        tab.wait_for_url("**/code/4")
        tab.goto(tab.url.replace("/4", "/1"))
        assert tab.locator("input[name=codes]:checked").get_attribute("value") == "fraud"
        assert tab.locator("input[value=uses]").is_checked()
        browser.close()
    assert complaints == []
    session = Session(drawn, KNOWN, "pilot", "anna")
    assert session.done() == {1, 2, 3}
    assert [session.answers(n).about for n in (1, 2, 3)] == ["yes", "marginal", "yes"]
    assert session.answers(1).codes == ("fraud",)


def word(client: httpx.Client, path: str = "/code/1") -> str:
    found = re.search(r'name="word" value="([^"]+)"', client.get(path).text)
    assert found
    return found.group(1)


def test_plain_forms_do_and_nobody_else_gets_in(serve: Any, drawn: Path) -> None:
    address = serve().address()
    with httpx.Client(base_url=address, trust_env=False) as client:
        own = {"word": word(client), "about": "yes", "codes": ["fraud", "acme"], "note": EVIL}
        for headers, form in (
            ({}, own | {"word": "x"}),
            ({"origin": "http://evil.example"}, own),
            ({"sec-fetch-site": "cross-site"}, own),
            ({}, own | {"note": "x" * 300_000}),
        ):
            assert client.post("/code/1", data=form, headers=headers).status_code == 403
        assert client.get("/code/1", headers={"host": "evil.example"}).status_code == 421
        assert not list((drawn / "codings").glob("*.csv"))
        answer = client.post("/code/1", data=own, headers={"origin": address})
        assert (answer.status_code, answer.headers["location"]) == (303, "/code/2")
        again = client.get("/code/1")
        assert EVIL not in again.text and "&lt;script&gt;alert(1)" in again.text
        assert "script-src 'self'" in again.headers["content-security-policy"]
        assert "unsafe" not in again.headers["content-security-policy"]
        blank = client.post("/code/2", data={"word": own["word"]})
        assert blank.status_code == 422 and "Say first whether" in blank.text
        bad = client.post("/code/2", data=own | {"about": "no"})
        assert bad.status_code == 422 and "nothing that a stance or codes" in bad.text
        assert client.get("/code/99").status_code == 303
        undone = client.post("/code/2", data={"word": own["word"], "undo": "1"})
        assert undone.headers["location"] == "/code/1"
        for number in (1, 2, 3, 4):
            client.post(f"/code/{number}", data=own)
        assert "All 4 items" in client.get("/code").text
    session = Session(drawn, KNOWN, "pilot", "anna")
    assert session.answers(2).codes == ("acme", "fraud")
    assert session.answers(2).note == EVIL


def test_what_one_said_the_other_does_not_see(serve: Any, drawn: Path) -> None:
    with httpx.Client(base_url=serve("anna").address(), trust_env=False) as anna:
        anna.post("/code/1", data={"word": word(anna), "about": "yes", "note": "hidden words"})
        with httpx.Client(base_url=serve("ben").address(), trust_env=False) as ben:
            for number in (1, 2, 3, 4):
                text = ben.get(f"/code/{number}").text
                assert "hidden words" not in text and "0 of 4 coded" in text


def test_two_windows_of_one_coder_and_strangers_are_refused(serve: Any) -> None:
    serve().address()
    for coder, words in (("anna", "in another window"), ("zoe", "is no coder yet: write `zoe:`")):
        second = serve(coder).process
        _, told = second.communicate(timeout=60)
        assert second.returncode == 1
        assert words in told and "Traceback" not in told


def test_a_session_says_what_is_missing_or_wrong(drawn: Path) -> None:
    with pytest.raises(CorpusError, match=r"samples: pilot\). `corpus code sample` draws one"):
        Session(drawn, KNOWN, "other", "anna")
    session = Session(drawn, KNOWN, "pilot", "ben")
    from coding.sheets import Answers

    with pytest.raises(BadRow, match="is unknown"):
        session.save(1, Answers("yes", codes=("nonsense",)))
    session.save(3, Answers("no"))
    assert (session.next(), session.next(3), session.next(4)) == (1, 4, 1)
    session.save(3, Answers("yes", note="changed"))
    assert len(session.path.read_text().splitlines()) == 3
    assert session.undo() == 3 and session.undo() is None
    session.path.write_text("broken\n")
    with pytest.raises(CorpusError, match="Mend it first"):
        Session(drawn, KNOWN, "pilot", "ben")
