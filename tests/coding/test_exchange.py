"""Exchange with other programs: valid, the same every time, back without loss, hostile or not."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from coding.bring_in import Brought, bring_in_project
from coding.codings import Vocabulary
from coding.exchange import Project, code_tree, flat, one_line_ends, project
from coding.exchange_annotations import annotations
from coding.exchange_csv import table
from coding.exchange_qda import CODEBOOK, PROJECT, QDE, qdc, qdpx
from coding.exchange_read import BadExchange, lookup, read_qdc, read_qdpx
from coding.run_codings import load
from corpus.ids import fold
from corpus.settings import Settings
from corpus.store import Store
from corpus.study import Study
from tests.coding import refi_qda

NASTY = 'Ünïcode 𝔘 & <b>"quotes"</b> =1+1'
KEPT = (
    *("document", "page", "start", '"end"', "quote", "code", "value", "coder", "coded_at"),
    *("sample", "note", "adjudicated", "codebook"),
)


@pytest.fixture
def told(
    coded: Store,
    own_study: Study,
    known: Vocabulary,
    row: Callable[..., dict[str, str]],
    write: Callable[..., Path],
) -> Project:
    """Codings by two coders and one who settled, with a note, a no, and characters that bite."""
    page = row()["page"]
    text = "𝔘𝔘 The council uses predictive\r\nanalytics against fraud. \x02 ACME sold it."
    coded.db.execute("update pages set text = ?, chars = ? where page = ?", (text, len(text), page))
    write(
        row(note=NASTY, sample="pilot"),
        row(code="about", value="yes", sample="pilot", codebook="test"),
        row(code="fraud", value="no", coder="ben", coded_at="2026-11-22T10:00:00Z"),
        row(code="stance", value="not-used", coder="ben"),
        row(code="about", value="no", coder="carl", adjudicated="yes"),
        row(code="boilerplate", value="no", quote="ACME sold it", coder="ben"),
        row(code="acme", value="yes", quote="stands nowhere"),
    )
    load(coded, own_study, known)
    return project(coded, own_study.codebook, dict(known.coders))


def qde(content: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(QDE))


def test_a_project_is_as_the_schema_asks(told: Project) -> None:
    root = qde(qdpx(told))
    assert refi_qda.faults(root, refi_qda.PROJECT, PROJECT) == []
    assert told.left_out == 1
    assert len(list(root.iter(f"{{{PROJECT}}}Coding"))) == 6
    assert [user.get("id") for user in root.iter(f"{{{PROJECT}}}User")] == ["anna", "ben", "carl"]


def test_the_check_would_see_a_fault(told: Project) -> None:
    root = qde(qdpx(told))
    users = root[0]
    root.append(users)
    next(root.iter(f"{{{PROJECT}}}CodeRef")).set("targetGUID", "x")
    faults = refi_qda.faults(root, refi_qda.PROJECT, PROJECT)
    assert any("Project holds" in fault for fault in faults)
    assert any("CodeRef has targetGUID=x" in fault for fault in faults)


def test_a_codebook_is_as_the_schema_asks_and_comes_back(told: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.qdc"
    path.write_bytes(qdc(told))
    assert refi_qda.faults(etree.fromstring(qdc(told)), refi_qda.CODEBOOK, CODEBOOK) == []
    codes = {names: description for names, _, description in read_qdc(path)}
    assert "Finding fraud." in codes["use", "fraud"]
    assert len(read_qdc(path)) == len(list(flat(told.codes)))


def test_places_count_characters_of_the_text_in_the_archive(told: Project) -> None:
    content = qdpx(told)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for source in qde(content).iter(f"{{{PROJECT}}}TextSource"):
            name = source.get("plainTextPath", "").replace("internal://", "sources/")
            text = archive.read(name).decode()
            assert "\r" not in text
            words = {
                text[int(s.get("startPosition")) : int(s.get("endPosition"))]
                for s in source.iter(f"{{{PROJECT}}}PlainTextSelection")
            }
            assert words == {"predictive \nanalytics", "ACME sold it"}
    assert len(one_line_ends("a\r\nb\rc")) == len("a\r\nb\rc")


def test_the_same_corpus_gives_the_same_bytes(
    told: Project, coded: Store, own_study: Study, known: Vocabulary
) -> None:
    again = project(coded, own_study.codebook, dict(known.coders))
    assert qdpx(again) == qdpx(told)
    assert annotations(again) == annotations(told)


def kept(store: Store) -> list[list[Any]]:
    """What must not change on the way: quotes are compared as ids compare them."""
    rows = store.rows(f"select {', '.join(KEPT)} from codings where page is not null")
    told = [[fold(v) if k == "quote" else v for k, v in row.items()] for row in rows]
    return sorted(told, key=str)


def test_a_project_comes_back_with_the_same_codes_coders_and_anchors(
    told: Project, coded: Store, own_study: Study, known: Vocabulary, tmp_path: Path
) -> None:
    path = tmp_path / "back.qdpx"
    path.write_bytes(qdpx(told))
    before = kept(coded)
    (own_study.folder / "codings" / "a.csv").unlink()
    brought = Brought()
    bring_in_project(coded, own_study, known, path, brought)
    assert brought.problems == [] and brought.new == 6
    assert load(coded, own_study, known).states == {"anchored": 6}
    assert kept(coded) == before and len(before) == 6
    again = Brought()
    bring_in_project(coded, own_study, known, path, again)
    assert (again.new, again.known) == (0, 6)


def test_other_programs_ids_are_understood_by_name(
    told: Project, coded: Store, own_study: Study, known: Vocabulary, tmp_path: Path
) -> None:
    """Some give every element an id of their own and rename the folder; names are left."""
    content = qdpx(told)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name).decode()
            body = _other_ids(body) if name == QDE else body
            new.writestr(name.replace("sources/", "Sources/"), body)
    path = tmp_path / "other.qdpx"
    path.write_bytes(out.getvalue())
    brought = Brought()
    bring_in_project(coded, own_study, known, path, brought)
    assert brought.problems == []
    assert brought.new == 6


def _other_ids(text: str) -> str:
    """Change every id alike, but not the names of files."""
    swap = str.maketrans("abcdef", "badcfe")
    ids = re.compile(r'(?<=(?:guid|GUID|User)=")[0-9a-f-]{36}')
    return ids.sub(lambda found: "{" + found.group().translate(swap).upper() + "}", text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("<CodeRef", "<NoRef"), "the code `` is none"),
        (('startPosition="', 'startPosition="9'), "does not lie in the text"),
        (("internal://", "absolute:///etc/passwd?"), "it lies outside the project"),
        (("internal://", "internal://../../"), "holds no sources/../../"),
        (("<TextSource", "<PDFSource"), "a PDFSource is not read"),
        (('id="anna"', 'id="zoe" '), None),
    ],
)
def test_what_is_not_understood_is_named_and_the_rest_taken(
    told: Project,
    coded: Store,
    own_study: Study,
    known: Vocabulary,
    tmp_path: Path,
    change: tuple[str, str],
    words: str | None,
) -> None:
    content = qdpx(told)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name).decode()
            if name == QDE:
                body = body.replace(*change)
                body = (
                    body.replace("</TextSource>", f"</{change[1][1:]}>")
                    if "PDF" in change[1]
                    else body
                )
            new.writestr(name, body)
    path = tmp_path / "a.qdpx"
    path.write_bytes(out.getvalue())
    brought = Brought()
    bring_in_project(coded, own_study, known, path, brought)
    if words is None:
        assert brought.problems == []
    else:
        assert any(words in problem for problem in brought.problems), brought.problems
        assert all(str(path) in problem for problem in brought.problems)


def archive_of(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


XML = f'<Project xmlns="{PROJECT}" name="x"/>'.encode()
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><Project name="&c;"/>'
DEEP = b"<Project><CodeBook><Codes>" + b'<Code name="x">' * 60 + b"</Code>" * 60
OUTSIDE = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><Project name="x">&e;</Project>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no archive", "is no REFI-QDA project"),
        (archive_of({"x.txt": b""}), "holds no project.qde"),
        (archive_of({QDE: b"<Project"}), "is not XML"),
        (archive_of({QDE: BOMB}), "declares a document type"),
        (archive_of({QDE: OUTSIDE}), "declares a document type"),
        (archive_of({QDE: DEEP + b"</Codes></CodeBook></Project>"}), "more than 40 deep"),
        (archive_of({QDE: XML, "../evil.txt": b"x"}), "names a place outside itself"),
        (archive_of({QDE: XML, "/evil.txt": b"x"}), "names a place outside itself"),
        (archive_of({QDE: XML, "C:\\evil.txt": b"x"}), "names a place outside itself"),
        (archive_of({QDE: XML, "sources/a.txt": bytes(30_000_000)}), "times its size"),
    ],
)
def test_hostile_archives_are_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.qdpx"
    path.write_bytes(content)
    with pytest.raises(BadExchange, match=f"a.qdpx: .*{words}"):
        read_qdpx(path, lookup(Project("", {}, ()), {}, []), Settings())
    assert [each.name for each in tmp_path.iterdir()] == ["a.qdpx"]


def test_annotations_quote_their_words_and_their_place(told: Project) -> None:
    collection = json.loads(annotations(told))
    assert collection["@context"] == "http://www.w3.org/ns/anno.jsonld"
    items = collection["first"]["items"]
    assert collection["total"] == len(items) == 4
    for item in items:
        quote, place = item["target"]["selector"]
        (source,) = told.sources
        assert source.text[place["start"] : place["end"]] == quote["exact"]
        assert quote["prefix"] or quote["suffix"]
        assert item["target"]["source"].endswith("#page=1")
        assert {body["purpose"] for body in item["body"]} <= {"tagging", "commenting"}
    tags = [body["value"] for item in items for body in item["body"]]
    assert {"predictive: yes", NASTY, "fraud: no"} <= set(tags)


def test_the_table_is_defused_and_has_a_row_for_each_coding(told: Project) -> None:
    lines = table(told).splitlines()
    assert lines[0].startswith("coding,document,page,start,end,quote,code,value,coder")
    assert sum(",pilot," in line for line in lines) == 2


def test_every_code_has_one_place_in_the_tree(own_study: Study) -> None:
    used = [("fraud", "no"), ("gone", "yes"), ("about", "no"), ("gone", "no")]
    nodes = list(flat(code_tree(own_study.codebook, used)))
    assert len({node.guid for node in nodes}) == len(nodes)
    told: dict[Any, Any] = {(node.code, node.value): node.path for node in nodes if node.code}
    assert told["fraud", "yes"] == ("use", "fraud")
    assert told["fraud", "no"] == ("not given", "fraud")
    assert told["gone", "yes"] == ("no longer in the codebook", "gone")
    assert told["about", "marginal"] == ("judged", "about", "marginal")
