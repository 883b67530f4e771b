"""Citations, read back by readers of their formats."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import formatter as formatters
from citeproc.source.json import CiteProcJSON
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from corpus.citation import FORMS, TYPES, Cited, bibtex, csl, plain, ris, written

PAPER = Cited(
    id="4edafea4da0a9e83-0003",
    thing="page",
    kind="paper",
    title="Risk & reward: 50% of #1 {draft} \\ “é” ~ ^ _x_ $5",
    author="Bournemouth, Christchurch and Poole Council",
    issued="2024-03-05",
    accessed="2025-01-02T03:04:05Z",
    url='https://example.org/a?b={1}&c=%20_#d"e',
    link="https://corpus.example/page/4edafea4da0a9e83-0003",
    genre="Report",
    committee="Cabinet",
    held_on="2024-03-12",
    container="Reports pack",
    item="7",
    page=3,
    pages=9,
    printed="1",
    quote="predictive\nanalytics",
    sha256="f" * 64,
    licence="Open Government Licence v3.0",
)
TEXT = st.text(max_size=60)
STYLE = b"""<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>Short</title><id>short</id><updated>2026-01-01T00:00:00Z</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><layout delimiter=". "><group delimiter=". "><names variable="author"/>
<date variable="issued" form="numeric" date-parts="year"/><text variable="title"/>
<text variable="genre"/><text variable="number"/><text variable="page"/><text variable="URL"/>
</group></layout></bibliography></style>"""


def in_bibtex(cited: Cited) -> Any:
    """The one entry, as pybtex reads it: it stops at what is not in order."""
    (entry,) = parse_string(bibtex(cited), "bibtex").entries.values()
    return entry


def in_ris(cited: Cited) -> dict[str, Any]:
    (record,) = rispy.loads(ris(cited))
    return record


def unescaped(text: str) -> str:
    for sign, written_as in (("{", "brace left"), ("}", "brace right")):
        text = text.replace(rf"\text{written_as.replace(' ', '')}{{}}", sign)
    for sign, name in (("\\", "backslash"), ("~", "asciitilde"), ("^", "asciicircum")):
        text = text.replace(rf"\text{name}{{}}", sign)
    for sign in "&%$#_":
        text = text.replace(f"\\{sign}", sign)
    return text


def test_a_paper_is_a_report_of_an_institution_in_bibtex() -> None:
    entry = in_bibtex(PAPER)
    assert (entry.type, entry.key) == ("techreport", PAPER.id)
    (author,) = entry.persons["author"]
    assert str(author) == "{Bournemouth, Christchurch and Poole Council}"
    assert entry.fields["institution"] == PAPER.author
    assert unescaped(entry.fields["title"]) == f"{{{PAPER.title}}}"
    assert entry.fields["url"] == "https://example.org/a?b=%7B1%7D&c=%20_#d%22e"
    told = (entry.fields[name] for name in ("year", "date", "pages", "urldate", "type"))
    assert list(told) == ["2024", "2024-03-05", "3", "2025-01-02", "Report"]
    for part in (
        *("“predictive analytics”", "Page 3 of 9 (printed 1)", "Item 7 of ‘Reports pack’"),
        *("Cabinet, 12 March 2024", "Fetched 2 January 2025", f"SHA-256 {PAPER.sha256}"),
        *("Council Corpus page 4edafea4da0a9e83-0003", PAPER.link, PAPER.licence),
    ):
        assert part in entry.fields["note"]


def test_csl_json_makes_a_bibliography() -> None:
    item = csl(PAPER)
    assert item["type"] == "report" and item["author"] == [{"literal": PAPER.author}]
    assert item["issued"] == {"date-parts": [[2024, 3, 5]]}
    assert item["accessed"] == {"date-parts": [[2025, 1, 2]]}
    assert (item["event-title"], item["number"], item["page"]) == ("Cabinet", "7", "3")
    style = CitationStylesStyle(io.BytesIO(STYLE), validate=False)
    known = CiteProcJSON([{k: v for k, v in item.items() if k != "event-title"}])  # newer than it
    made = CitationStylesBibliography(style, known, formatters.plain)
    made.register(Citation([CitationItem(PAPER.key.lower())]))
    (line,) = (str(each) for each in made.bibliography())
    assert line.startswith(f"{PAPER.author}. 2024. Risk & reward") and "Report. 7. 3. http" in line


def test_ris_is_read_back() -> None:
    record = in_ris(PAPER)
    assert record["type_of_reference"] == "RPRT"
    assert record["authors"] == ["Bournemouth Christchurch and Poole Council"]
    assert record["publisher"] == PAPER.author and record["title"] == PAPER.title
    assert (record["year"], record["date"], record["access_date"]) == (
        *("2024", "2024/03/05", "2025/01/02"),
    )
    assert record["urls"] == ["https://example.org/a?b=%7B1%7D&c=%20_#d%22e"]
    assert record["secondary_title"] == "Reports pack" and record["start_page"] == "3"
    assert PAPER.sha256 in record["notes"][0]


def test_plain_text_is_one_sentence() -> None:
    assert plain(PAPER) == (
        f"{PAPER.author}, ‘{PAPER.title}’ (item 7) in ‘Reports pack’, Cabinet, 12 March 2024, "
        "5 March 2024, page 3 of 9 (printed 1), “predictive analytics”, "
        "https://example.org/a?b=%7B1%7D&c=%20_#d%22e, fetched 2 January 2025, "
        f"Council Corpus page {PAPER.id}, {PAPER.link}, SHA-256 {PAPER.sha256}."
    )


@pytest.mark.parametrize("kind", TYPES)
@settings(max_examples=40)
@given(title=TEXT, author=TEXT, quote=TEXT, committee=TEXT, item=TEXT, url=TEXT, name=TEXT)
def test_whatever_a_stranger_wrote_stays_one_record(kind: str, name: str, **told: str) -> None:
    cited = Cited(id=name or "x", thing="page", kind=kind, **told)
    entry, record = in_bibtex(cited), in_ris(cited)
    (item,) = json.loads(FORMS["json"].write([cited]))
    assert "url" not in entry.fields and "urls" not in record and "URL" not in item
    assert unescaped(entry.fields.get("title", "{}")) == f"{{{item.get('title', '')}}}"
    assert len(plain(cited).splitlines()) == 1
    assert record["type_of_reference"] == TYPES[kind][2]


@pytest.mark.parametrize("evil", ["x\nTY  - JOUR", "a}\n}\n@book{b, title={c", "ER  - ", "%", "\\"])
def test_a_title_cannot_end_its_record(evil: str) -> None:
    cited = replace(PAPER, title=evil, quote=evil, author=evil, item=evil, printed=evil)
    assert in_bibtex(cited).type == "techreport"
    assert in_ris(cited)["title"] == " ".join(evil.split())
    assert FORMS["txt"].write([cited, cited]).count("\n") == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//example.org", ""])
def test_only_web_addresses_are_cited(url: str) -> None:
    cited = replace(PAPER, url=url)
    assert cited.address == PAPER.link  # the evidence, where the paper has no address
    assert "url" not in in_bibtex(replace(cited, link=url)).fields


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *(("2024-03-05", "5 March 2024"), ("2024-03", "2024-03"), ("2024", "2024")),
        *(("2024-13-45", "2024-13-45"), ("soon", "soon"), ("", ""), ("20240305", "20240305")),
    ],
)
def test_dates_are_written_and_never_invented(value: str, shown: str) -> None:
    assert written(value) == shown
    issued = csl(replace(PAPER, issued=value)).get("issued")
    known = value in ("2024-03-05", "2024-03", "2024")
    assert issued == (
        {"date-parts": [[int(p) for p in value.split("-")]]}
        if known
        else ({"literal": value} if value else None)
    )
    assert ("date" in in_bibtex(replace(PAPER, issued=value)).fields) is known


def test_many_are_one_file() -> None:
    many = [replace(PAPER, id=f"ken-modgov-s{n}") for n in range(5)]
    keys = [each.key for each in many]
    assert list(parse_string(FORMS["bib"].write(many), "bibtex").entries) == keys
    assert [record["id"] for record in rispy.loads(FORMS["ris"].write(many))] == keys
    assert [item["id"] for item in json.loads(FORMS["json"].write(many))] == keys
    assert [form.write([]).strip() for form in FORMS.values()] == ["", "[]", "", ""]


@settings(max_examples=60)
@given(a=TEXT, b=TEXT)
def test_two_ids_never_share_a_key(a: str, b: str) -> None:
    keys = {replace(PAPER, id=name).key for name in (a, b)}
    assert len(keys) == len({a, b})
