"""Scans: what OCR reads, where its words stand, and what a page it cannot read ends as."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import Broken, Crashed, OutOfTime, TooLarge
from corpus.settings import Settings
from extract.page import Page, Recognised
from extract.readers import ocr, tesseract
from extract.readers.ocr import Picture, judged, recognise
from extract.readers.tesseract import Seen

LINES = (
    "The council uses predictive analytics to find",
    "households that may fall behind with the rent.",
    "Every risk score is given to a household in need.",
)
WORDS = " ".join(LINES).split()
DPI = 150
SIZE = (1240, 1754)
pytestmark = pytest.mark.usefixtures("tesseract")


def sheet(*lines: str, turn: int = 0, number: str = "", mode: str = "L") -> Image.Image:
    """A sheet of A4 at 150 dpi with lines of print, and a page number at its foot."""
    page = Image.new(mode, SIZE, "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(32)
    for row, line in enumerate(lines):
        draw.text((150, 200 + row * 60), line, "black", font=font)
    draw.text((600, 1650), number, "black", font=font)
    return page.rotate(turn, expand=True)


def as_file(path: Path, *pictures: Image.Image, **options: object) -> Path:
    pictures[0].save(path, save_all=len(pictures) > 1, append_images=pictures[1:], **options)
    return path


def as_pdf(path: Path, *pictures: Image.Image, crop: bool = False) -> Path:
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for picture in pictures:
        if crop:
            canvas.setCropBox((20, 30, A4[0] - 20, A4[1] - 50))
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return path


def read(path: Path, number: int = 1, **limits: int) -> Recognised:
    settings = Settings(**{"ocr_seconds": 120} | limits)
    return recognise(path, path.suffix != ".pdf", number, "tesseract", "eng", settings)


def words_of(page: Page) -> list[str]:
    return [page.text[start:end] for start, end, *_ in page.words]


def test_a_scanned_page_is_read_with_the_place_of_every_word(tmp_path: Path) -> None:
    found = read(as_pdf(tmp_path / "a.pdf", sheet(*LINES, number="Page 7 of 9")))
    assert found.page.text.split() == WORDS
    assert found.page.outcome == "text" and found.page.label == "7"
    assert found.confidence is not None and found.confidence > 85
    assert words_of(found.page) == WORDS
    *_, x0, top, x1, bottom = found.page.words[0]
    points = 72 / DPI
    assert (x0, top) == pytest.approx((150 * points, 206 * points), abs=5)
    assert 10 < x1 - x0 < 40 and 5 < bottom - top < 20


def test_boxes_are_measured_from_the_media_box_as_those_of_a_reading_are(tmp_path: Path) -> None:
    whole = read(as_pdf(tmp_path / "a.pdf", sheet(*LINES))).page.words
    cut = read(as_pdf(tmp_path / "b.pdf", sheet(*LINES), crop=True)).page.words
    assert [w[2:] for w in cut] == [pytest.approx(w[2:], abs=1.5) for w in whole]


@pytest.mark.parametrize(("suffix", "mode"), [(".png", "RGB"), (".jpg", "L"), (".gif", "L")])
def test_an_image_is_a_page(tmp_path: Path, suffix: str, mode: str) -> None:
    path = as_file(tmp_path / f"a{suffix}", sheet(*LINES, mode=mode))
    (page,) = ocr.image_pages(path, Settings())
    assert (page.outcome, page.width_pt) == ("ocr-queued", pytest.approx(595, abs=1))
    assert read(path).page.text.split() == WORDS


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    clear = sheet(*LINES, mode="RGBA")
    ink = ImageOps.invert(clear.convert("L"))
    clear.paste("black", (0, 0, *SIZE))
    clear.putalpha(ink)
    assert read(as_file(tmp_path / "a.png", clear)).page.text.split() == WORDS


def test_each_picture_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = as_file(tmp_path / "a.tiff", sheet(LINES[0]), sheet(LINES[2]), dpi=(DPI, DPI))
    pages = list(ocr.image_pages(path, Settings()))
    assert [(page.number, page.outcome) for page in pages] == [(1, "ocr-queued"), (2, "ocr-queued")]
    assert [read(path, number).page.text for number in (1, 2)] == [LINES[0], LINES[2]]


@pytest.mark.parametrize("turn", [90, 180])
def test_a_sheet_that_lies_on_its_side_or_head_is_read(tmp_path: Path, turn: int) -> None:
    found = read(as_pdf(tmp_path / "a.pdf", sheet(*LINES * 6, turn=turn).resize(SIZE)))
    assert found.page.outcome == "text"
    assert "predictive analytics" in found.page.text


@pytest.mark.parametrize(
    ("picture", "outcome", "reason"),
    [
        (Image.new("L", SIZE, 255), "blank", "nothing is drawn"),
        (Image.effect_noise(SIZE, 8).point(lambda p: p + 60), "blank", "nothing is drawn"),
        (Image.linear_gradient("L").resize(SIZE), "unreadable", "no word"),
        (Image.new("L", (1, 1), 0), "blank", "nothing is drawn"),
    ],
)
def test_a_page_without_words_says_why(
    tmp_path: Path, picture: Image.Image, outcome: str, reason: str
) -> None:
    found = read(as_file(tmp_path / "a.png", picture))
    assert (found.page.outcome, found.page.text, found.page.words) == (outcome, "", [])
    assert reason in (found.reason or "")


def seen(text: str, line: int, sure: float) -> list[Seen]:
    return [
        Seen((1, 1), line, word, 10 + n * 50, line * 20, 50 + n * 50, line * 20 + 15, sure)
        for n, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("rows", "text", "label"),
    [
        ([("A first line of print", 95), ("and a second", 90)], True, None),
        ([("12", 95), ("and one line", 90), ("and a second", 90)], True, "12"),
        ([("and one line", 90), ("and a second", 90), ("Page 3 of 40", 80)], True, "3"),
        ([("and one line", 90), ("12", 90), ("and a second", 90)], True, None),
        ([("COUNCIL BULLETIN 74", 90), ("and one line", 90), ("and more", 90)], True, "74"),
        ([("JANUARY 1920 75", 90), ("and one line", 90), ("and more", 90)], True, "75"),
        ([("AGENDA ITEM 12", 90), ("and one line", 90), ("and more", 90)], True, None),
        ([("BUDGET REPORT 2024", 90), ("and one line", 90), ("and more", 90)], True, None),
        ([("and one line", 90), ("COUNCIL BULLETIN 74", 90), ("and more", 90)], True, None),
        ([("xlqv zzt qqr wvbn ttg", 33), ("vvx qrst plk", 20)], False, None),
        ([("the deer sit whom for it", 30), ("or in of house", 25)], False, None),
    ],
)
def test_page_numbers_become_labels_and_handwriting_no_text(
    rows: list[tuple[str, float]], text: bool, label: str | None
) -> None:
    words = [word for n, (told, sure) in enumerate(rows) for word in seen(told, n, sure)]
    found = judged(1, words, Picture(None, 0.24))
    assert (found.page.outcome == "text", found.page.label) == (text, label)
    assert (found.reason is None) == text
    if label:
        assert label not in found.page.text


def test_a_stain_between_lines_is_left_out() -> None:
    words = [*seen("A line of sound print", 0, 95), *seen("~~ |]", 1, 12), *seen("and more", 2, 95)]
    assert judged(1, words, Picture(None, 0.24)).page.text == "A line of sound print\nand more"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\x89PNG\r\n\x1a\n", Broken),
        (b"\xff\xd8\xff\xe0 no JPEG at all", Broken),
        (b"II*\x00\xff\xff\xff\x7f", Broken),
        (b"GIF89a\xff\xff\xff\xff", Broken),
    ],
)
def test_a_damaged_image_is_broken_by_name(tmp_path: Path, content: bytes, error: type) -> None:
    path = tmp_path / "a.img"
    path.write_bytes(content)
    with pytest.raises(error):
        list(ocr.image_pages(path, Settings()))


def test_half_an_image_is_broken_when_it_is_drawn(tmp_path: Path) -> None:
    path = as_file(tmp_path / "a.png", sheet(*LINES))
    path.write_bytes(path.read_bytes()[:600])
    assert len(list(ocr.image_pages(path, Settings()))) == 1
    with pytest.raises(Broken, match="damaged"):
        read(path)


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that unpacks to side × side pixels."""
    import struct
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        told = kind + content
        return struct.pack(">I", len(content)) + told + struct.pack(">I", zlib.crc32(told))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(1 + side // 8) * 64, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_bomb_is_too_large_before_a_pixel_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(bomb(200_000))
    for use in (lambda: list(ocr.image_pages(path, Settings())), lambda: read(path)):
        with pytest.raises(TooLarge, match="CORPUS_MAX_IMAGE_PIXELS"):
            use()


def test_an_image_of_too_many_pictures_is_too_large(tmp_path: Path) -> None:
    path = as_file(tmp_path / "a.tiff", *[Image.new("L", (40, 40), n) for n in range(4)])
    with pytest.raises(TooLarge, match="CORPUS_MAX_PAGES"):
        list(ocr.image_pages(path, Settings(max_pages=3)))


def test_a_very_long_strip_ends_with_a_name(tmp_path: Path) -> None:
    picture = Image.new("L", (60_000, 2), 255)
    picture.paste(0, (0, 0, 30_000, 2))
    with pytest.raises(Crashed, match="tesseract ended with 1"):
        read(as_file(tmp_path / "a.png", picture))


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a shell script named tesseract before the real one."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def write(script: str) -> None:
        path = folder / "tesseract"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return write


def test_a_page_that_hangs_ends_at_its_limit_with_all_it_started(
    tmp_path: Path, stub: Callable[[str], None]
) -> None:
    path, told = as_file(tmp_path / "a.png", sheet(*LINES)), tmp_path / "child"
    stub(f"sleep 120 & echo $! > {told}; wait")
    began = time.monotonic()
    with pytest.raises(OutOfTime, match="CORPUS_OCR_SECONDS"):
        read(path, ocr_seconds=2)
    assert time.monotonic() - began < 20
    assert gone(int(told.read_text()))


def gone(process: int) -> bool:
    """Whether a process has ended; one that nobody has taken note of yet has."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


def test_a_program_that_fails_is_named_with_what_it_said(
    tmp_path: Path, stub: Callable[[str], None]
) -> None:
    stub("cat > /dev/null; echo 'read_params_file: no' >&2; exit 3")
    with pytest.raises(Crashed, match="ended with 3: read_params_file: no"):
        read(as_file(tmp_path / "a.png", sheet(*LINES)))


@pytest.mark.parametrize("script", ["exit 1", "echo tesseract 5", "kill -9 $$", "echo; echo"])
def test_a_program_that_cannot_read_english_is_none(
    stub: Callable[[str], None], script: str
) -> None:
    assert tesseract.installed() is not None
    stub(script)
    assert tesseract.installed() is None


def test_no_tesseract_on_the_path_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert tesseract.installed() is None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own watch is Linux's")
def test_tesseract_dies_with_the_worker_that_started_it(
    tmp_path: Path, stub: Callable[[str], None]
) -> None:
    told = tmp_path / "child"
    stub(f"echo $$ > {told}; exec sleep 120")
    path = as_file(tmp_path / "a.png", sheet(*LINES))
    code = (
        "import sys, pathlib; from corpus.settings import Settings; "
        "from extract.readers.ocr import recognise; "
        "recognise(pathlib.Path(sys.argv[1]), True, 1, 'tesseract', 'eng', Settings())"
    )
    worker = subprocess.Popen([sys.executable, "-c", code, str(path)])
    until = time.monotonic() + 30
    while not (told.exists() and told.read_text().strip()) and time.monotonic() < until:
        time.sleep(0.05)
    worker.kill()
    worker.wait()
    assert gone(int(told.read_text()))


def test_real_scans_are_read(testdata: Path) -> None:
    folder = testdata / "bench" / "pdf" / "olmocr-longtext"
    page = read(next(folder.glob("*12_pg199*.pdf")))
    assert page.page.outcome == "text" and (page.confidence or 0) > 85
    assert len(page.page.text) > 8000


def test_letters_written_by_hand_are_no_text(testdata: Path) -> None:
    folder = testdata / "bench" / "pdf" / "olmocr-oldscan"
    found = read(next(folder.glob("*_37_pg1.pdf")))
    assert found.page.outcome == "unreadable"
    assert "not sure" in (found.reason or "")


def test_words_keep_their_lines_and_paragraphs() -> None:
    told = "level\tpage\n" + "\n".join(
        [
            "5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t96.5\tOne",
            "4\t1\t1\t1\t1\t0\t10\t20\t30\t40\t-1\t",
            "5\t1\t1\t1\t1\t2\t50\t20\t30\t40\t-1\ttwo",
            "5\t1\t1\t2\t1\t1\t10\t80\t30\t40\t90\tthree",
            "5\t1\tnonsense",
            "5\t1\t1\t2\t1\t2\t10\t80\t30\t40\t95\t ",
        ]
    )
    words = list(tesseract._words(told))
    assert [(word.text, word.confidence) for word in words] == [
        ("One", 96.5),
        ("two", 0.0),
        ("three", 90.0),
    ]
    assert [len(line) for line in tesseract.lines(words)] == [2, 1]
    assert judged(1, words, Picture(None, 1)).page.text == "One two\n\nthree"
