import hashlib
import io
import re
import time

import docx
import pypdfium2
import pypdfium2.raw
import pytest

from demo.compose import compose
from demo.papers import DOCX, PASSWORD, PDF, render
from demo.shapes import DemoDocument, World

Rendered = dict[str, tuple[DemoDocument, bytes]]


def of_form(rendered: Rendered, form: str) -> tuple[DemoDocument, bytes]:
    return next(pair for pair in rendered.values() if pair[0].form == form)


def page_texts(content: bytes, password: str | None = None) -> list[str]:
    pdf = pypdfium2.PdfDocument(content, password=password)
    return [page.get_textpage().get_text_range() for page in pdf]


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def test_the_same_bytes_each_time(rendered: Rendered) -> None:
    """Every form and kind twice; across processes the digest of a sample is compared below."""
    seen = set()
    for paper, content in rendered.values():
        if (paper.kind, paper.form) not in seen:
            seen.add((paper.kind, paper.form))
            time.sleep(0)
            assert render(paper)[0] == content


def test_the_same_bytes_in_another_process(rendered: Rendered) -> None:
    import subprocess
    import sys

    program = (
        "import hashlib\nfrom demo.papers import render\nfrom demo.world import build_world\n"
        "found = {p.form: p for p in build_world().papers()}\n"
        "print(*(hashlib.sha256(render(found[f])[0]).hexdigest() for f in sorted(found)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    last = {paper.form: content for paper, content in rendered.values()}
    # `rendered` keeps the order of the papers, so the last of each form is the same one.
    assert run.stdout.split() == [hashlib.sha256(last[form]).hexdigest() for form in sorted(last)]


def test_plain_papers_hold_their_words(rendered: Rendered) -> None:
    for paper, content in list(rendered.values())[:30]:
        if paper.form == "pdf" and paper.kind == "report":
            text = words(" ".join(page_texts(content)))
            assert words(compose(paper).title) in text
            assert words(compose(paper).blocks[-1].text) in text


def test_papers_have_one_to_six_pages(rendered: Rendered) -> None:
    for paper, content in rendered.values():
        if paper.form in {"pdf", "columns"} and paper.kind != "pack":
            assert 1 <= len(pypdfium2.PdfDocument(content)) <= 6


def test_the_encrypted_paper_refuses_without_its_password(rendered: Rendered) -> None:
    _, content = of_form(rendered, "encrypted")
    with pytest.raises(pypdfium2.PdfiumError, match="password"):
        pypdfium2.PdfDocument(content)
    assert "Risk based verification" in page_texts(content, PASSWORD)[0]


def test_the_broken_paper_does_not_open(rendered: Rendered) -> None:
    _, content = of_form(rendered, "broken")
    assert content.startswith(b"%PDF-")
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(content)


def test_the_scan_is_a_picture_without_text(rendered: Rendered) -> None:
    _, content = of_form(rendered, "scan")
    assert "".join(page_texts(content)).strip() == ""
    kinds = [item.type for item in pypdfium2.PdfDocument(content)[0].get_objects()]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE in kinds


def test_printed_page_labels(rendered: Rendered) -> None:
    _, content = of_form(rendered, "labels")
    pdf = pypdfium2.PdfDocument(content)
    labels = [pdf.get_page_label(number) for number in range(len(pdf))]
    assert labels[:4] == ["i", "ii", "1", "2"]
    assert "Page ii" in page_texts(content)[1] and "Page 1" in page_texts(content)[2]


def test_a_pack_repeats_its_agenda_and_reports_page_by_page(rendered: Rendered) -> None:
    for paper, content in rendered.values():
        if paper.kind != "pack":
            continue
        repeated = [page for part in paper.parts for page in page_texts(render(part)[0])]
        packed = page_texts(content)
        assert len(packed) == len(repeated) >= 5
        for number, (mine, theirs) in enumerate(zip(packed, repeated, strict=True), start=1):
            assert words(mine).replace(f" Pack page {number}", "") == words(theirs)


def test_the_word_file_opens_and_has_a_fixed_time(rendered: Rendered) -> None:
    paper, content = of_form(rendered, "docx")
    assert render(paper)[1] == DOCX
    opened = docx.Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    assert compose(paper).title in text
    assert opened.core_properties.modified.year == 2024


def test_media_types(world: World) -> None:
    assert {paper.form: render(paper)[1] for paper in list(world.papers())[:5]}["pdf"] == PDF


def test_few_papers_are_the_same(rendered: Rendered) -> None:
    """Only the printed minutes repeat the bytes of the minutes under the next agenda."""
    contents = [content for _, content in rendered.values()]
    assert len(set(contents)) == len(contents)
