"""The review page as a person uses it: served by its command, in a browser, by keyboard alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.links.decisions import load_decisions
from tests.conftest import ROOT
from tests.publish.test_site_accessible import VIEWS, _violations
from tests.publish.test_site_served import ARGUMENTS


@pytest.fixture
def reviewing(copied: Path) -> Iterator[str]:
    """The address at which `corpus links page` answers."""
    given = ["--corpus", str(copied / "corpus.db"), "--study", str(copied / "study")]
    command = [sys.executable, "-m", "workbench.main", *given]
    process = subprocess.Popen(
        [*command, "links", "page", "--by", "anna", "--port", "0"],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout
    line = process.stdout.readline()
    assert "/review" in line, process.communicate(timeout=30)
    yield line.split(" at ")[1].split(" ")[0]
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def tab(chromium: str, reviewing: str) -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(reviewing)
        yield page
        browser.close()


@pytest.mark.timeout(600)
def test_the_review_page_is_for_everybody(tab: Any, copied: Path) -> None:
    assert tab.title().startswith("Review of links")
    for scheme, width in VIEWS:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 900})
        assert _violations(tab) == [], f"{scheme}, {width} px"
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no side scroll"
    first = tab.locator("input[name=link]").get_attribute("value")
    tab.locator("#why").focus()
    tab.keyboard.type("Another thing of the same name.")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "They belong together"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_function(f"document.querySelector('input[name=link]').value !== '{first}'")
    (decision,) = load_decisions(copied / "study")
    assert (decision.decision, decision.by) == ("refused", "anna")
    assert decision.why == "Another thing of the same name."
    assert _violations(tab) == []
