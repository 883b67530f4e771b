"""Ten journeys of a researcher through the site, in a browser, on a corpus of real papers.

    pytest -m soak tests/soak/test_journeys.py

COUNCIL_CORPUS_JOURNEYS names a built corpus, COUNCIL_CORPUS_SCREENSHOTS a folder for pictures.
Without the first, a corpus is built of some real papers and notices; without the second, the
screenshots lie in the test's own folder. They are there to be looked at.
"""

import csv
import io
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner

from tests.publish.test_site_served import ARGUMENTS, _address, _start
from workbench.main import main

QUERY = '"data sharing"'
MOST_TABS = 400
RING = """(e => { const s = getComputedStyle(e);
    return parseFloat(s.outlineWidth) > 0 && s.outlineStyle !== 'none';
})(document.activeElement)"""
"""Whether what has the focus shows it."""
pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]


@pytest.fixture(scope="module")
def real(testdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built corpus of real papers and notices."""
    if given := os.environ.get("COUNCIL_CORPUS_JOURNEYS"):
        return Path(given)
    path = tmp_path_factory.mktemp("journeys") / "corpus.db"
    folder = testdata / "corpus"
    about = folder / "metadata.csv"
    for told in (
        ["import", str(folder), *(("--metadata", str(about)) if about.is_file() else ())],
        ["build", "--ocr-pages", "0"],
    ):
        done = CliRunner().invoke(main, ["--corpus", str(path), *told])
        assert done.exit_code in (0, 4), done.output
    return path


@pytest.fixture(scope="module")
def address(real: Path) -> Iterator[str]:
    process: subprocess.Popen[str] = _start(real, "--port", "0")
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def browser(address: str, chromium: str) -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Any]:
    """A tab that fails the test for a console message or a request that leaves the machine."""
    page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 900})
    page.set_default_timeout(120_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on(
        "request",
        lambda asked: complaints.append(f"left: {asked.url}") if _is_away(asked.url) else None,
    )
    yield page
    page.close()
    assert not complaints


def _is_away(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname != "127.0.0.1"


@pytest.fixture
def shot(tab: Any, tmp_path: Path) -> Callable[[str], None]:
    """Take a screenshot to look at."""
    folder = Path(os.environ.get("COUNCIL_CORPUS_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(name: str) -> None:
        tab.wait_for_load_state("networkidle")
        tab.screenshot(path=folder / f"{name}.png", full_page=True)

    return take


def _fits(tab: Any) -> bool:
    """Whether the page needs no sideways scrolling."""
    measured = "(e => e.scrollWidth - e.clientWidth)(document.documentElement)"
    return bool(tab.evaluate(measured) <= 0)


def _search(tab: Any, query: str = QUERY) -> int:
    """Search from the front page; return the number of pages found."""
    tab.goto("/")
    tab.fill("#q", query)
    tab.press("#q", "Enter")
    tab.wait_for_url("**/-/search?q=*")
    return _found(tab)


def _found(tab: Any) -> int:
    told = tab.locator(".scope strong").first.inner_text()
    return int("".join(filter(str.isdigit, told)))


def test_find(tab: Any, shot: Callable[[str], None]) -> None:
    tab.goto("/")
    assert tab.locator("h1").count() == 1
    shot("1-front")
    assert _search(tab) > 0
    assert "data sharing" in tab.locator("ol.results mark").first.inner_text().lower()
    assert "searched" in tab.inner_text(".scope")
    shot("1-find")


def test_filter(tab: Any, shot: Callable[[str], None]) -> None:
    every = _search(tab)
    year = tab.locator("#by-year option").nth(1)
    chosen = year.get_attribute("value")
    tab.select_option("#by-year", chosen)
    tab.locator("fieldset.narrow button").click()
    tab.wait_for_url(f"**year={chosen}*")
    assert 0 < _found(tab) < every
    shot("2-filter")
    tab.locator(".chips a").first.click()
    tab.wait_for_load_state()
    assert _found(tab) == every


def _to_a_picture(tab: Any) -> None:
    """Open the first hit whose page can be drawn."""
    links = [link.get_attribute("href") for link in tab.locator("ol.results h3 a").all()]
    for link in links:
        tab.goto(link)
        if tab.locator(".picture img").count():
            return
    raise AssertionError("none of the pages found has a picture")


def test_read_a_page(tab: Any, shot: Callable[[str], None]) -> None:
    _search(tab, "risk")
    tab.goto("/-/search?q=%22predictive+analytics%22&by=words")
    _to_a_picture(tab)
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("document.querySelector('.picture img').naturalWidth") > 800
    assert tab.locator("main mark").count() > 0
    shot("3-page")
    tab.locator("h1 a").first.click()
    tab.wait_for_url("**/document/*")
    shot("3-document")


def test_cite(tab: Any, shot: Callable[[str], None]) -> None:
    tab.goto("/-/search?q=%22predictive+analytics%22&by=words")
    tab.locator("ol.results h3 a").first.click()
    tab.wait_for_url("**/page/*")
    links = tab.locator("a[href^='/cite/']")
    forms = {link.get_attribute("href").rsplit(".", 1)[1] for link in links.all()}
    assert forms == {"bib", "json", "ris", "txt"}
    told = tab.request.get(tab.locator("a[href$='.bib']").first.get_attribute("href"))
    assert told.ok and told.text().lstrip().startswith("@")
    shot("4-cite")


def test_compare_two_councils(tab: Any, shot: Callable[[str], None]) -> None:
    tab.goto("/keyness?by=council")
    values = [option.get_attribute("value") for option in tab.locator("#by-group option").all()]
    one, other = [value for value in values if value][:2]
    for council in (one, other):
        assert tab.goto(f"/council/{council}").status == 200
    shot("5-council")
    tab.goto(f"/keyness?by=council&group={one}&against={other}&unit=pages")
    assert tab.locator("main table tbody tr, main .note").count() > 0
    shot("5-compare")


def test_follow_a_topic(tab: Any, shot: Callable[[str], None]) -> None:
    tab.goto("/topics")
    shot("6-topics")
    tab.locator("main a[href^='/topic/']").first.click()
    tab.wait_for_url("**/topic/*")
    shot("6-topic")
    tab.locator("main a[href^='/mention/']").first.click()
    tab.wait_for_url("**/mention/*")
    assert tab.locator("main mark").count() > 0
    shot("6-mention")


def test_download(tab: Any, shot: Callable[[str], None]) -> None:
    found = _search(tab)
    link = tab.locator("section.keep a[href*='.csv']").get_attribute("href")
    told = tab.request.get(link, timeout=120_000).text()
    rows = list(csv.DictReader(io.StringIO(told)))
    assert len(rows) == found
    assert {"page", "url", "documents_searched"} <= set(rows[0])
    tab.goto("/downloads")
    shot("7-downloads")


def test_see_the_coverage(tab: Any, shot: Callable[[str], None]) -> None:
    tab.goto("/coverage")
    assert "not a zero" in tab.inner_text("main")
    shot("8-coverage")
    tab.goto("/councils")
    shot("8-councils")
    tab.goto("/method")
    shot("8-method")


def test_dark(tab: Any, shot: Callable[[str], None]) -> None:
    tab.emulate_media(color_scheme="dark")
    for name, path in (
        ("front", "/"),
        ("search", "/-/search?q=%22data+sharing%22"),
        ("codes", "/codes"),
        ("systems", "/systems"),
    ):
        tab.goto(path)
        shades = tab.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)")
        assert sum(map(int, shades[:3])) < 240, "a dark page"
        shot(f"9-dark-{name}")
    _to_a_picture_of(tab)
    shot("9-dark-page")


def _to_a_picture_of(tab: Any, query: str = "%22predictive+analytics%22") -> None:
    tab.goto(f"/-/search?q={query}&by=words")
    _to_a_picture(tab)


def test_phone(tab: Any, shot: Callable[[str], None]) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    _search(tab)
    assert _fits(tab)
    shot("10-phone-search")
    for name, path in (
        ("front", "/"),
        ("topics", "/topics"),
        ("suppliers", "/suppliers"),
        ("notices", "/notices"),
    ):
        tab.goto(path)
        assert _fits(tab), path
        shot(f"10-phone-{name}")
    _to_a_picture_of(tab)
    assert _fits(tab)
    shot("10-phone-page")


def _tab_to(tab: Any, selector: str) -> None:
    """Press Tab until something has the focus; whatever has it on the way shows it."""
    wanted = tab.locator(selector).first
    for _ in range(MOST_TABS):
        tab.keyboard.press("Tab")
        assert tab.evaluate(RING), tab.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_the_keyboard_alone(tab: Any, shot: Callable[[str], None]) -> None:
    """Find, filter, read, cite and download with Tab, Enter and letters."""
    tab.goto("/")
    _tab_to(tab, "#q")
    tab.keyboard.type('"predictive analytics"')
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/-/search?q=*")
    every = _found(tab)
    _tab_to(tab, "#by-year")
    tab.keyboard.press("ArrowDown")
    _tab_to(tab, "fieldset.narrow button")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**year=*")
    assert 0 < _found(tab) <= every
    _tab_to(tab, "ol.results h3 a")
    shot("11-keyboard")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/page/*")
    _tab_to(tab, "a[href$='.bib']")
    tab.goto("/topics")
    _tab_to(tab, "main a[href^='/topic/']")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/topic/*")
    _tab_to(tab, "main a[href^='/mention/']")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/mention/*")


def test_evidence_is_printed(tab: Any, tmp_path: Path) -> None:
    _to_a_picture_of(tab)
    tab.wait_for_load_state("networkidle")
    folder = Path(os.environ.get("COUNCIL_CORPUS_SCREENSHOTS") or tmp_path)
    printed = folder / "12-print.pdf"
    tab.pdf(path=printed, format="A4", print_background=False)
    with pdfium.PdfDocument(printed) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
        for number, page in enumerate(document, 1):
            page.render(scale=1.2).to_pil().save(folder / f"12-print-{number}.png")
        assert 1 <= len(document) <= 6
    assert "predictive" in text.lower() and "Search all pages" not in text
