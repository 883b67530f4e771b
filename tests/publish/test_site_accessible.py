"""Every kind of page is held against WCAG 2.2 A and AA by axe-core: light, dark, wide, narrow."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from publish.routes import patterns
from tests.publish.kinds import kind_of, kinds
from tests.publish.site_corpus import Made, Site
from tests.publish.test_site_served import ARGUMENTS, _address, _start

STANDARD = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    "resultTypes": ["violations"],
}
VIEWS = (("light", 1280), ("dark", 390))
UNDERSTOOD = (
    *("^/page/(?P<page>", "^/document/", "^/topic/", "^/-/search", "^/coverage", "^/$", "^/api"),
    *("^/systems$", "^/system/", "^/suppliers", "^/collocates", "^/kwic", "^/keyness"),
    *("^/suggestions", "^/mention/", "^/councils", "^/council/", "^/codes", "^/code/"),
    *("^/notices", "^/notice/", "^/topics", "^/sources", "^/changes", "^/downloads"),
    *("^/method", "^/about"),
    *("tables", "table", "row"),
)
"""Kinds that must be met, lest the search for kinds has gone blind."""


@pytest.fixture(scope="module")
def met(served: Site, made: Made) -> dict[str, str]:
    """An address of each kind; asked for before the browser, whose loop keeps out the site's."""
    return kinds(served, made)


@pytest.fixture(scope="module")
def tab(made: Made, chromium: str, met: dict[str, str]) -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    process = _start(made.path, "--port", "0")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(base_url=_address(process))
        page.set_default_timeout(60_000)
        yield page
        browser.close()
    process.terminate()
    process.communicate(timeout=30)


def _violations(tab: Any) -> list[str]:
    found = Axe().run(tab, options=STANDARD).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]} ({node['failureSummary']})"
        for each in found
        for node in each["nodes"][:3]
    ]


@pytest.mark.timeout(900)
def test_every_kind_of_page_meets_wcag_22_aa(tab: Any, served: Site, met: dict[str, str]) -> None:
    known = [re.compile(pattern) for pattern in patterns(served.datasette)]
    routes = {kind_of(address, known) for address in met.values()}
    assert all(any(route.startswith(each) for route in routes) for each in UNDERSTOOD), routes
    failed: dict[str, list[str]] = {}
    for address in dict.fromkeys(met.values()):
        tab.goto(address)
        for scheme, width in VIEWS:
            tab.emulate_media(color_scheme=scheme)
            tab.set_viewport_size({"width": width, "height": 900})
            if violations := _violations(tab):
                failed[f"{address} ({scheme}, {width} px)"] = violations
    assert not failed, "\n".join(f"{k}\n  " + "\n  ".join(v) for k, v in failed.items())


def test_the_page_for_reviewing_links_meets_it_too_and_shows_text_as_text(
    tab: Any, made: Made
) -> None:
    process = _start(made.path, "page", "--by", "anna", "--port", "0", command="links")
    try:
        tab.goto(f"{_address(process).partition('/review')[0]}/review")
        assert "Do these belong together?" in tab.inner_text("h1")
        assert "<script>alert(1)</script>" in tab.inner_text("main"), "shown, and not run"
        for scheme, width in VIEWS:
            tab.emulate_media(color_scheme=scheme)
            tab.set_viewport_size({"width": width, "height": 900})
            assert not _violations(tab)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_a_fault_would_be_seen(tab: Any) -> None:
    tab.goto("/topics")
    tab.evaluate("document.querySelector('main').append(document.createElement('select'))")
    assert any(each.startswith("select-name") for each in _violations(tab))


def test_kinds_are_told_by_the_routes(served: Site) -> None:
    known = [re.compile(pattern) for pattern in patterns(served.datasette)]
    assert kind_of("/topic/x?a=1", known) == "^/topic/(?P<topic>[^/]+)$"
    assert kind_of("/corpus/documents/x", known) == "row"
