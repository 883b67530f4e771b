"""From queued pages to text: the order, the budget, what is kept, and what stays queued."""

import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from coding.run import find
from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.forget import forget
from corpus.store import Store
from corpus.unread import HELP, INSTALL, waiting
from extract.readers.tesseract import installed
from extract.run import Extracted, extract
from tests.conftest import Make

HIT = "The council uses predictive analytics to find families."
PLAIN = "The committee noted the minutes of the last meeting."
pytestmark = [pytest.mark.usefixtures("tesseract"), pytest.mark.timeout(600)]


def picture(*lines: str) -> Image.Image:
    page = Image.new("L", (1240, 900), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(34)
    for row, line in enumerate(lines):
        draw.text((150, 120 + row * 60), line, 0, font=font)
    return page


def scan(*pages: str | Image.Image) -> bytes:
    """A PDF whose pages are pictures, or where a text is given as it is, print."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(72, 770, page)
        else:
            canvas.drawImage(ImageReader(page), 0, 400, A4[0], A4[0] * 900 / 1240)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def run(store: Store, codebook: Codebook) -> Callable[..., Extracted]:
    store.settings = type(store.settings)(ocr_seconds=120)
    return lambda **options: extract(store, codebook, jobs=1, **options)


def files(store: Store) -> dict[str, tuple[str, str]]:
    rows = store.rows(
        "select d.url, f.outcome, f.text_source from documents d join files f using (sha256)"
    )
    return {Path(row["url"]).name: (row["outcome"], row["text_source"]) for row in rows}


def test_scans_become_text_hits_and_mentions(
    store: Store, codebook: Codebook, folder, bring_in, run
) -> None:
    mixed = scan(PLAIN, picture(HIT))
    bring_in(
        folder(
            {
                "hit.pdf": scan(picture(HIT)),
                "plain.pdf": scan(picture(PLAIN)),
                "mixed.pdf": mixed,
                "hit.png": png(picture(HIT)),
                "grey.pdf": scan(Image.new("L", (60, 60), 128)),
            }
        )
    )
    done = run()
    assert (done.screened, done.ocr, done.read, done.failed) == (5, 5, 1, 0)
    assert files(store) == {
        "hit.pdf": ("read", "ocr"),
        "plain.pdf": ("screened", "ocr"),
        "mixed.pdf": ("read", "mixed"),
        "hit.png": ("read", "ocr"),
        "grey.pdf": ("unreadable", "none"),
    }
    assert find(store, codebook).counted == 3
    for mention in store.rows("select m.*, p.method from mentions m join pages p using (page)"):
        ((x0, top, x1, bottom), *_) = json.loads(mention["boxes"])
        assert mention["quote"] == "predictive analytics" and mention["method"] == "ocr"
        assert 0 < x0 < x1 < 700 and 0 < top < bottom < 842
    read = store.rows("select * from pages where method = 'ocr'")
    assert {page["quality"] for page in read} == {"good"}
    assert all(page["confidence"] > 85 and page["reader"].endswith(" eng ocr-1") for page in read)
    (grey,) = store.rows("select * from pages where outcome = 'unreadable'")
    assert grey["reason"] == "OCR finds no word on it" and grey["quality"] == "failed"
    assert store.value("select count(*) from pages_fts where pages_fts match 'predictive'") == 3
    assert list(problems(store)) == []
    before = digest(store)
    assert run() == Extracted() and digest(store) == before


def test_the_budget_goes_to_the_newest_papers_and_the_rest_stays_queued(
    store: Store, folder, bring_in, run
) -> None:
    papers = {
        "old.pdf": scan(picture(PLAIN)),
        "new.pdf": scan(picture("The report of the year 2025 was noted.")),
        "undated.pdf": scan(picture("Nobody knows when this was written.")),
    }
    bring_in(folder(papers))
    for name, day in (("old", "2019-05-01"), ("new", "2025-05-01")):
        store.db.execute("update documents set published_on = ? where title = ?", (day, name))
    assert run(ocr_pages=0) == Extracted(screened=3)
    assert set(files(store).values()) == {("ocr-queued", "none")}
    order = []
    for _ in papers:
        assert run(ocr_pages=1).ocr == 1
        (read,) = {n for n, told in files(store).items() if told[1] == "ocr"} - set(order)
        order.append(read)
    assert order == ["new.pdf", "old.pdf", "undated.pdf"]
    assert run(ocr_pages=1) == Extracted()


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put a script before Tesseract that says what it says, but reads pages its own way."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def write(script: str) -> Path:
        path = folder / "tesseract"
        path.write_text(
            "#!/bin/sh\ncase $1 in --version) echo tesseract 5.9.9;; "
            f"--list-langs) printf 'List:\\neng\\ncym\\n';; *) {script};; esac\n"
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return folder

    return write


def said(text: str) -> str:
    """Return a script that gives these words whatever it sees."""
    rows = "".join(
        f"5\\t1\\t1\\t1\\t1\\t{n}\\t{n * 60}\\t50\\t50\\t20\\t95\\t{word}\\n"
        for n, word in enumerate(text.split(), 1)
    )
    return f"cat > /dev/null; printf 'level\\n{rows}'"


def test_a_page_that_hangs_is_a_named_failure_and_is_tried_again_only_when_asked(
    store: Store, folder, bring_in, run, stub
) -> None:
    bring_in(folder({"a.pdf": scan(picture(HIT), picture(PLAIN))}))
    store.settings = type(store.settings)(ocr_seconds=1)
    stub("sleep 60")
    assert run().failed == 2
    assert {(f["stage"], f["error"]) for f in store.rows("select * from failures")} == {
        ("ocr", "OutOfTime")
    }
    assert files(store) == {"a.pdf": ("unreadable", "none")}
    assert "OutOfTime" in store.value("select reason from pages")
    assert run() == Extracted()
    store.settings = type(store.settings)(ocr_seconds=60)
    stub(said(HIT))
    assert run(retry=True).ocr == 2
    assert store.rows("select * from failures") == []
    assert files(store) == {"a.pdf": ("read", "ocr")}


def test_pages_of_councils_in_wales_are_read_in_welsh_too(
    store: Store, folder, bring_in, run, stub
) -> None:
    stub(said(HIT))
    welsh = store.value("select council from councils where nation = 'Wales' limit 1")
    bring_in(folder({"a.pdf": scan(picture(HIT))}), council=welsh)
    run()
    assert store.value("select reader from pages") == "tesseract 5.9.9 eng+cym ocr-1"


def test_without_tesseract_pages_stay_queued_and_status_says_what_it_would_gain(
    store: Store, folder, bring_in, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(folder({"a.pdf": scan(picture(HIT), picture(PLAIN)), "b.pdf": scan(picture(PLAIN))}))
    monkeypatch.setenv("PATH", "/nowhere")
    assert run() == Extracted(screened=2)
    told = waiting(store, installed)
    assert (told.pages, told.documents, told.tesseract) == (3, 2, None)
    assert "3 pages of 2 documents" in told.lines[0] and INSTALL in told.lines[1]
    monkeypatch.undo()
    assert "wait for OCR" in waiting(store, installed).lines[0]


def test_the_list_of_what_a_better_copy_would_help_is_ranked(
    store: Store, folder, bring_in, run, make: Make
) -> None:
    papers = folder({"a.pdf": scan(picture(HIT), picture(PLAIN)), "b.txt": PLAIN})
    bring_in(papers, council="KEN")
    other = papers.parent / "other"
    other.mkdir()
    (other / "broken.pdf").write_bytes(b"%PDF-1.4")
    (other / "scan.pdf").write_bytes(make.scan())
    bring_in(other, council="BST")
    run(ocr_pages=0)
    rows = store.rows(HELP)
    assert [(row["council"], row["documents"], row["documents_affected"]) for row in rows] == [
        ("BST", 2, 2),
        ("KEN", 2, 1),
    ]
    assert (rows[1]["pages"], rows[1]["pages_queued"], rows[1]["share"]) == (3, 2, 0.5)
    assert rows[0]["documents_failed"] == 1


def test_a_forgotten_scan_leaves_nothing(store: Store, folder, bring_in, run, stub) -> None:
    stub("exit 9")
    bring_in(folder({"a.pdf": scan(picture(HIT))}))
    assert run().failed == 1
    forget(store, [store.value("select document from documents")], "test of forgetting")
    for table in ("pages", "page_words", "failures", "files"):
        assert store.value(f"select count(*) from {table}") == 0


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_command_killed_during_ocr_leaves_no_process_and_loses_no_page(
    tmp_path: Path, folder, stub
) -> None:
    papers = folder({"a.pdf": scan(picture(HIT)), "b.pdf": scan(picture(PLAIN))})
    place = stub(f"echo $$ >> {tmp_path}/started; exec sleep 100")
    path = tmp_path / "corpus.db"
    corpus(path, "import", papers).communicate()
    process = corpus(path, "extract", "--jobs", "2")
    started = until(lambda: (tmp_path / "started").read_text().split())
    before = set(Path("/tmp").glob("*tess*"))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert until(lambda: all(not alive(int(number)) for number in started))
    assert set(Path("/tmp").glob("*tess*")) <= before
    (place / "tesseract").unlink()
    stub(said(HIT))
    out, err = corpus(path, "extract", "--json").communicate()
    assert json.loads(out)["ocr"] == 2, err
    out, _ = corpus(path, "doctor").communicate()
    assert "All is well." in out


def corpus(path: Path, *arguments: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "workbench.main", "--corpus", path, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen([*map(str, command)], stdout=pipe, stderr=pipe, text=True)


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def until(answer: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := answer():
                return found
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come about in time")
