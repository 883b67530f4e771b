"""The site as people meet it: served by the command, opened in a browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.publish.site_corpus import Made

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]


def _start(path: Path, *arguments: str, command: str = "serve") -> subprocess.Popen[str]:
    called = [sys.executable, "-m", "workbench.main", "--corpus", str(path), command, *arguments]
    return subprocess.Popen(
        called,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def _address(process: subprocess.Popen[str]) -> str:
    """Wait for the line that tells the address."""
    assert process.stdout
    line = process.stdout.readline()
    assert "http://127.0.0.1:" in line, process.communicate(timeout=30)
    return line.split(" at ")[1].split("/ ")[0]


@pytest.fixture(scope="module")
def address(made: Made) -> Iterator[str]:
    process = _start(made.path, "--port", "0")
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_served_until_told_to_stop(made: Made, number: int) -> None:
    process = _start(made.path, "--port", "0")
    address = _address(process)
    assert b"Council Corpus" in _get(f"{address}/")
    assert _get(f"{address}/page/{made.page}.png").startswith(b"\x89PNG")
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert not err and not out


def test_port_that_is_taken_is_named(made: Made) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = _start(made.path, "--port", str(port))
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port} is taken" in err and "--port" in err


@pytest.mark.parametrize(
    ("content", "words"), [(None, "no corpus at"), (b"hello " * 500, "not an SQLite database")]
)
def test_missing_and_foreign_files_are_named(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "corpus.db"
    if content:
        path.write_bytes(content)
    process = _start(path)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert words in err and "Traceback" not in err
    assert content or not path.exists()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is not installed: CI must open the site in a browser")
        pytest.skip("chromium is not installed")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """A tab that fails the test for whatever a visitor's browser would complain of."""
    page = browser.new_page(viewport={"width": 390, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("requestfailed", lambda request: complaints.extend(_failed(request)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    yield page
    page.close()
    assert not complaints


def _failed(request: Any) -> list[str]:
    """Say what failed; a request that ended because its page was left is no failure."""
    left = request.failure == "net::ERR_ABORTED"
    return [] if left else [f"failed: {request.url} ({request.failure})"]


def _fits(tab: Any) -> bool:
    """Whether the page needs no sideways scrolling."""
    measured = "(e => e.scrollWidth - e.clientWidth)(document.documentElement)"
    return bool(tab.evaluate(measured) <= 0)


def test_from_the_front_page_to_the_evidence(tab: Any, address: str, made: Made) -> None:
    tab.goto(f"{address}/")
    assert _fits(tab)
    tab.fill("#q", '"predictive analytics"')
    tab.press("#q", "Enter")
    tab.wait_for_url("**/-/search?q=*")
    assert tab.locator("ol.results mark").first.inner_text() == "predictive analytics"
    tab.locator("ol.results h3 a").first.click()
    tab.wait_for_url(f"**/page/{made.page}")
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("document.querySelector('.picture img').naturalWidth") > 800
    tab.locator("h1 a").click()
    tab.wait_for_url(f"**/document/{made.document}")
    assert tab.locator(".kwic mark").first.inner_text() == "predictive analytics"


@pytest.mark.parametrize("wide", [390, 1280])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/-/search?q=predictive", "/document/{document}", "/document/{notice}"),
        *("/mention/{mention}", "/councils", "/council/KEN", "/code/predictive_analytics"),
        *("/notices", "/notice/{notice}", "/sources", "/method", "/downloads"),
        *("/page/{page}", "/topics", "/topic/{topic}", "/coverage", "/corpus"),
        *("/kwic?q=predictive&sort=right", "/keyness?by=kind&group=report&unit=pages"),
        *("/corpus/mentions", "/corpus/documents/{document}", "/corpus?sql=select+1"),
    ],
)
def test_page_opens_without_complaint(
    tab: Any, address: str, made: Made, path: str, wide: int
) -> None:
    tab.set_viewport_size({"width": wide, "height": 900})
    answer = tab.goto(address + path.format(**vars(made)))
    tab.wait_for_load_state("networkidle")
    assert answer.status == 200
    assert _fits(tab)


def test_keyboard_reaches_the_content_first(tab: Any, address: str) -> None:
    tab.goto(f"{address}/topics")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/topics#main")


def test_from_a_keyword_to_its_lines_and_the_evidence(tab: Any, address: str, made: Made) -> None:
    tab.goto(f"{address}/keyness")
    tab.select_option("#by-group", "report")
    tab.select_option("#by-unit", "pages")
    tab.click("form.filters button")
    tab.wait_for_url("**/keyness?by=kind&group=report*")
    assert "Words of report" in tab.inner_text("dl.figures")
    tab.goto(f"{address}/kwic")
    tab.select_option("#by-code", "predictive_analytics")
    tab.click("form.search .field button")
    tab.wait_for_url("**/kwic?*code=predictive_analytics*")
    tab.locator("table.concordance mark").first.click()
    tab.wait_for_url(f"**/page/{made.page}#mention-*")
