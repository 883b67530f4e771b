"""Archives and packages taken apart: each member or why not."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import formats, ocds
from corpus.errors import Broken, ReadingError, TooLarge
from corpus.settings import Settings
from crawler.unpack import Member, unpack
from tests.conftest import Make
from tests.extract.test_mail import mail, msg

MAKE = Make()
DOCX = MAKE.docx("Minutes")


@pytest.fixture
def opened(tmp_path: Path):
    def run(content: bytes, name: str = "a.zip", **limits: int):
        path = tmp_path / name
        path.write_bytes(content)
        return unpack(path, Settings(**limits))

    return run


def test_members_come_out_sorted_folders_left_out(opened) -> None:
    content = MAKE.zip({"b/": b"", "b/z.txt": b"Z", "a.txt": b"A"})
    assert opened(content) == [Member("a.txt", b"A"), Member("b/z.txt", b"Z")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_office_files_in_an_archive_come_out_whole(opened, method: int) -> None:
    content = MAKE.zip({"a.docx": DOCX, "b.docx": DOCX}, method=method)
    assert formats.sniff(content, "x.zip") is formats.ZIP
    assert opened(content) == [Member("a.docx", DOCX), Member("b.docx", DOCX)]


def test_packages_in_an_archive_are_split_too(opened) -> None:
    content = MAKE.zip({"n.json": MAKE.package(MAKE.release("a"), MAKE.release("b"))})
    assert [part.release for part in opened(content) if isinstance(part, ocds.Release)] == [
        "a",
        "b",
    ]


def test_a_compressed_package_is_split(opened) -> None:
    (part,) = opened(MAKE.gzip(MAKE.package(MAKE.release("a"))), "n.json.gz")
    assert isinstance(part, ocds.Release) and part.release == "a"


def test_an_archive_inside_an_archive_stays_closed(opened) -> None:
    inner = MAKE.zip({"a.txt": b"A"})
    assert opened(MAKE.zip({"inner.zip": inner})) == [Member("inner.zip", inner)]


def test_json_that_is_not_ocds_is_one_file(opened) -> None:
    for content in (b'{"a": 1}', b"{broken"):
        assert opened(content, "a.json") == [Member("", content)]


def test_a_damaged_member_is_named_and_the_others_come_out(opened) -> None:
    content = bytearray(MAKE.zip({"a.txt": b"A" * 50, "b.txt": b"B"}, method=0))
    content[content.index(b"AAAA")] ^= 0xFF
    first, second = opened(bytes(content))
    assert isinstance(first, Member) and first.content == b""
    assert "is damaged" in first.reason
    assert second == Member("b.txt", b"B")


def test_a_member_that_begins_before_its_archive_is_damaged(opened) -> None:
    content = bytearray(MAKE.zip({"a.txt": b"A"}))
    content[content.index(b"PK\x05\x06") + 16] += 10  # where the list of names begins
    (member,) = opened(bytes(content))
    assert isinstance(member, Member) and member.reason.startswith("is damaged: ")


def test_a_member_with_a_password_is_named(opened) -> None:
    content = bytearray(MAKE.zip({"a.txt": b"A", "b.txt": b"B"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    first, second = opened(bytes(content))
    assert isinstance(first, Member) and first.reason == "needs a password"
    assert second == Member("b.txt", b"B")


def test_names_that_climb_out_of_a_folder_are_only_names(opened, tmp_path: Path) -> None:
    (part,) = opened(MAKE.zip({"../../evil.txt": b"A"}))
    assert isinstance(part, Member) and part.content == b"A"
    assert not list(tmp_path.parent.glob("evil.txt"))


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (MAKE.zip({"a": b"0" * 500_000}), {}),
        (MAKE.zip({"a": b"abc" * 50}), {"max_unpacked_bytes": 100}),
        (MAKE.gzip(b"0" * 500_000), {}),
        (MAKE.gzip(b"abc" * 50), {"max_unpacked_bytes": 100}),
    ],
)
def test_bombs_are_refused(opened, content: bytes, limits: dict[str, int]) -> None:
    with pytest.raises(TooLarge):
        opened(content, "a.bin", **limits)


@given(junk=st.binary(min_size=1, max_size=40), at=st.integers(0, 400), cut=st.integers(0, 400))
def test_any_damage_is_a_named_error_or_named_members(
    tmp_path_factory, junk: bytes, at: int, cut: int
) -> None:
    whole = MAKE.zip({"a.txt": b"A" * 90, "n.json": json.dumps(MAKE.release()).encode()})
    spoilt = whole[:at] + junk + whole[at + len(junk) : max(cut, 8)]
    path = tmp_path_factory.getbasetemp() / "spoilt.zip"
    path.write_bytes(spoilt)
    try:
        parts = unpack(path, Settings())
    except ReadingError as error:
        assert str(error)
        return
    assert parts and all(isinstance(part, (Member, ocds.Release)) for part in parts)


def test_an_empty_archive_is_broken(opened) -> None:
    with pytest.raises(Broken, match="holds no file"):
        opened(MAKE.zip({}) + b"")


def letter(**attached: bytes) -> bytes:
    """An e-mail with files attached, and a logo shown within its text."""
    message = mail()
    message.add_related(b"logo", maintype="image", subtype="png", cid="<logo>", filename="l.png")
    for name, content in attached.items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


def test_what_is_attached_to_a_mail_comes_out_beside_it(opened) -> None:
    content = letter(**{"../Answer.pdf": b"%PDF-1", "C:\\Annex.pdf": b"%PDF-2"})
    assert opened(content, "a.eml") == [
        Member("", content),
        Member("Answer.pdf", b"%PDF-1"),
        Member("Annex.pdf", b"%PDF-2"),
    ]


def test_attachments_of_one_name_or_none_are_told_apart(opened) -> None:
    message = mail()
    for name in ("a.pdf", "a.pdf", None):
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename=name)
    _, *attached = opened(message.as_bytes(), "a.eml")
    assert [part.name for part in attached] == ["a.pdf", "2 a.pdf", "attachment 3"]


def test_a_message_inside_a_message_is_read_with_it(opened) -> None:
    outer = mail()
    outer.add_attachment(mail("inner"))
    content = outer.as_bytes()
    assert opened(content, "a.eml") == [Member("", content)]


def test_mails_in_an_archive_are_taken_apart_too(opened) -> None:
    content = letter(**{"a.pdf": b"%PDF"})
    assert opened(MAKE.zip({"one.eml": content})) == [
        Member("one.eml", content),
        Member("one.eml/a.pdf", b"%PDF"),
    ]


def test_an_outlook_message_gives_what_is_attached_and_not_its_logos(opened) -> None:
    streams = msg() | {"__substg1.0_1000001F": "See attached.".encode("utf-16-le")}
    for number, (name, shown) in enumerate([("Answer.pdf", b""), ("logo.png", b"l\0o\0")]):
        place = f"__attach_version1.0_#{number:08}/__substg1.0_"
        streams |= {
            f"{place}3707001F": name.encode("utf-16-le"),
            f"{place}37010102": b"%PDF",
            **({f"{place}3712001F": shown} if shown else {}),
        }
    content = MAKE.compound(streams)
    message, attached = opened(content, "a.msg")
    assert message == Member("", content)
    assert attached.name == "Answer.pdf" and attached.content.startswith(b"%PDF")


def test_too_large_an_attachment_is_named_and_the_message_kept(opened) -> None:
    content = letter(**{"a.pdf": b"%PDF" * 9})
    message, attached = opened(content, "a.eml", max_file_bytes=30)
    assert message == Member("", content)
    assert attached.content == b"" and "36 bytes" in attached.reason


@given(junk=st.binary(min_size=1, max_size=40), at=st.integers(0, 2000))
def test_a_damaged_message_is_kept_whatever_becomes_of_its_attachments(
    tmp_path_factory, junk: bytes, at: int
) -> None:
    whole = MAKE.compound(msg() | {"__attach_version1.0_#00000000/__substg1.0_37010102": b"%PDF"})
    spoilt = whole[:at] + junk + whole[at + len(junk) :]
    path = tmp_path_factory.getbasetemp() / "spoilt.msg"
    path.write_bytes(spoilt)
    first, *others = unpack(path, Settings())
    assert first == Member("", spoilt)
    assert all((isinstance(part, Member) and part.content) or part.reason for part in others)
