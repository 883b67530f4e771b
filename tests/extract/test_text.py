"""Letters as they were meant: encodings, mojibake, ligatures, signs nobody sees."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import Broken, TooLarge
from corpus.settings import Settings
from extract.readers.html import read_html
from extract.readers.markup import read_xml
from extract.readers.rich import read_rtf
from extract.readers.text import decode, read_text
from extract.text import mended

ENGLISH = "The café’s “pilot” – £5,000 – runs on. " * 3
WELSH = "Mae’r tŷ a’r dŵr yn rhan o’r cynllun. " * 3


@pytest.mark.parametrize(
    ("given_text", "meant"),
    [
        ("plain", "plain"),
        ("Â£5 for the familyâ€™s cafÃ©", "£5 for the family’s café"),
        ("£5 – Â stays", "£5 – Â stays"),
        ("oﬃce ﬁle, ﬂow", "office file, flow"),
        ("pre\xaddic\u200btive\ufeff \u2060models\u200d", "predictive models"),
        ("a\xa0b\u2009c\u202fd", "a b c d"),
        ("data\u2011matching", "data-matching"),
        ("\uf0b7 one\n\uf0a7 two \uf0fc", "• one\n• two ✓"),
        ("cafe\u0301", "café"),
        ("\u0646\u200c\u0646 👨\u200d👩", "\u0646\u200c\u0646 👨\u200d👩"),
        ("\ue123 stays", "\ue123 stays"),
        ("one\u2028two\x85three", "one\ntwo…three"),
    ],
)
def test_letters_are_as_they_were_meant(given_text: str, meant: str) -> None:
    assert mended(given_text) == meant


@given(st.text())
def test_mended_text_is_clean_and_composed(text: str) -> None:
    found = mended(text)
    assert found == unicodedata.normalize("NFC", found)
    assert not set(found) & set("\xad\u200b\ufeff\x00\r\x0c\ufb01")


@pytest.mark.parametrize("text", [ENGLISH, WELSH])
def test_text_that_is_right_stays(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (ENGLISH, ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
        (ENGLISH, ["cp1252", "mac_roman"]),
        ("The fee is £5, not ½ of that", ["cp1252", "cp850", "iso8859-1", "mac_roman"]),
        (WELSH.replace("’", "'"), ["utf-8", "utf-16-le", "iso8859-14"]),
        ("Жители получили ответ на вопросы совета. " * 9, ["utf-8", "cp1251"]),
    ],
)
def test_any_encoding_is_seen_through(text: str, encodings: list[str]) -> None:
    for encoding in encodings:
        if encoding == "mac_roman" and "½" in text:
            continue
        assert decode(text.encode(encoding)) == text, encoding


def test_a_single_wrong_byte_does_not_spoil_the_rest() -> None:
    whole = ENGLISH.encode() + b"\x96 and \xa35"
    assert decode(whole) == ENGLISH + "– and £5"


def test_damaged_bytes_are_marked_and_noise_is_no_text() -> None:
    assert decode(b"The \x81\x8d\x90\x9d\x8f council. " * 9).startswith("The ")
    noise = bytes(range(128, 256)) * 9
    try:
        assert decode(noise)
    except Broken as error:
        assert "no text encoding" in str(error)


@pytest.mark.parametrize(
    "pointer",
    [
        b"../../.git/annex/objects/X7/87/SHA256E-s16384--8b60.doc/SHA256E-s16384--8b60.doc",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    ],
)
def test_what_only_points_to_a_file_is_not_taken_for_it(tmp_path: Path, pointer: bytes) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(pointer)
    with pytest.raises(Broken, match="keeps elsewhere"):
        list(read_text(path, Settings()))


@pytest.mark.parametrize("reader", [read_text, read_html, read_xml, read_rtf])
def test_long_texts_are_refused_and_not_cut_in_silence(tmp_path: Path, reader) -> None:
    path = tmp_path / "file"
    path.write_text("<html>" + "word " * 400 + "</html>")
    with pytest.raises(TooLarge, match="CORPUS_MAX_TEXT_CHARS"):
        list(reader(path, Settings(max_text_chars=1000)))


def html(tmp_path: Path, source: str | bytes) -> str:
    path = tmp_path / "a.html"
    path.write_bytes(source.encode() if isinstance(source, str) else source)
    return "\n".join(page.text for page in read_html(path, Settings()))


def test_the_part_a_page_marks_as_main_is_read_whole(tmp_path: Path) -> None:
    source = (
        "<html><head><title>t</title></head><body><nav>Menu</nav><header>Council</header><main>"
        "<header><h1>Spending</h1></header><nav>Steps</nav><p>Over <b>£500</b><br>a month.</p>"
        "<ul><li>First</li><li>Second</li></ul><table><tr><th>Tool</th><th>Year</th></tr><tr>"
        "<td>ACME</td><td>2024</td></tr></table><!-- no --><form><select><option>x</option>"
        "</select> Kept</form></main><footer>Contact</footer></body></html>"
    )
    assert [line for line in html(tmp_path, source).splitlines() if line] == [
        "Spending",
        "Over £500",
        "a month.",
        "First",
        "Second",
        "Tool | Year",
        "ACME | 2024",
        "Kept",
    ]


def test_a_page_of_tables_alone_is_read(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>Supplier {n}<td>{n}00" for n in range(40))
    text = html(tmp_path, f"<html><body><nav>Menu</nav><table>{rows}</table></body></html>")
    assert "Supplier 39 | 3900" in text and "Supplier 0 | 000" in text and "Menu" not in text


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("iso-8859-1", "cp1252"), ("windows-1251", "cp1251"), ("utf-8", "cp1252"), ("x", "cp1252")],
)
def test_a_page_declares_its_encoding(tmp_path: Path, declared: str, encoding: str) -> None:
    said = "Совет" if encoding == "cp1251" else "It’s £5"
    source = f'<html><meta charset="{declared}"><main><p>{said}</p></main></html>'
    assert html(tmp_path, source.encode(encoding)) == said


def test_xml_of_any_kind_is_its_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(
        '<?xml version="1.0"?><r><i n="1">One <b>bold</b></i>\n <!-- x --><i>Two</i></r>'
    )
    assert [page.text for page in read_xml(path, Settings())] == ["One\nbold\nTwo\n"]


@pytest.mark.parametrize(
    "source",
    [
        "<?xml version='1.0'?><a><b></a>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/x.dtd' [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'>"
        "%p;]><a/>",
        "",
    ],
)
def test_damaged_and_hostile_xml_is_broken(tmp_path: Path, source: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(source)
    with pytest.raises(Broken):
        list(read_xml(path, Settings()))


def rtf(tmp_path: Path, source: str) -> list[list[str]]:
    path = tmp_path / "a.rtf"
    path.write_text(source)
    pages = read_rtf(path, Settings())
    return [[line for line in page.text.splitlines() if line.strip()] for page in pages]


def test_rtf_is_read_with_what_stands_beside_the_text(tmp_path: Path) -> None:
    source = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}}{\header\pard On top\par}"
        r"{\footer Below}\pard Caf\'e9 \u8211? \'a35{\footnote\pard See \{annex\}.} a year\par "
        r"{\shp{\*\shpinst{\shptxt In a box\par}}}a\cell b\cell\row\page Two\pagebb\par}"
    )
    assert rtf(tmp_path, source) == [
        ["On top", "Café – £5 a year", "a | b"],
        ["Two", "See {annex}.", "In a box", "Below"],
    ]


@pytest.mark.parametrize("source", [r"{\rtf1", r"{\rtf1 {\footnote", r"{\rtf1 \u99999999? \'zz}"])
def test_damaged_rtf_ends_in_text_or_by_name(tmp_path: Path, source: str) -> None:
    try:
        assert rtf(tmp_path, source) is not None
    except Broken as error:
        assert "damaged RTF" in str(error)
