"""Mails of both kinds: heads, text, what is attached and what is inside them."""

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import Broken, TooLarge, Unsupported
from corpus.settings import Settings
from extract.readers.mail import read_eml, read_msg
from tests.conftest import Make


def read(tmp_path: Path, reader: Any, content: bytes, **limits: int) -> list[str]:
    path = tmp_path / "file"
    path.write_bytes(content)
    return [page.text for page in reader(path, Settings(**limits))]


def mail(text: str = "We use predictive analytics.", subject: str = "FOI 5") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = "Máire <foi@orbury.test>"
    message["To"] = "asker@example.org"
    message["Date"] = "Wed, 01 May 2024 09:30:00 +0100"
    message.set_content(text)
    return message


def test_a_mail_is_its_head_its_text_and_the_names_of_what_is_attached(tmp_path: Path) -> None:
    message = mail()
    message.add_alternative("<p>As <b>HTML</b></p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Réponse.pdf")
    message.add_attachment(b"x", maintype="image", subtype="png")
    (text,) = read(tmp_path, read_eml, message.as_bytes())
    assert text.splitlines() == [
        "Subject: FOI 5",
        "From: Máire <foi@orbury.test>",
        "To: asker@example.org",
        "Date: Wed, 01 May 2024 09:30:00 +0100",
        "",
        "We use predictive analytics.",
        "",
        "Attached: Réponse.pdf; a file without a name (image/png)",
    ]


def test_a_mail_of_html_alone_is_read(tmp_path: Path) -> None:
    message = mail()
    message.clear_content()
    message.set_content(
        "<style>p {}</style><p>A score</p><table><tr><td>a</td><td>b</td></tr></table>",
        subtype="html",
        charset="iso-8859-1",
    )
    (text,) = read(tmp_path, read_eml, message.as_bytes())
    assert "A score" in text and "a | b" in text and "{}" not in text


def test_a_mail_inside_a_mail_is_read_after_it(tmp_path: Path) -> None:
    outer = mail("See below.", "Outer")
    outer.add_attachment(mail("The first answer.", "Inner"))
    first, second = read(tmp_path, read_eml, outer.as_bytes())
    assert "See below." in first and "Attached: a message" in first
    assert "The first answer." not in first
    assert second.startswith("Subject: Inner") and second.endswith("The first answer.")


@pytest.mark.parametrize(
    "content",
    [
        b"From: a\nContent-Type: text/plain; charset=no-such\n\ncaf\xe9",
        b"From: a\nContent-Type: text/plain; charset=utf-8\n\ncaf\xe9",
        b"From: a\nContent-Type: text/plain\nContent-Transfer-Encoding: 8bit\n\ncaf\xe9",
    ],
)
def test_a_wrong_encoding_is_seen_through(tmp_path: Path, content: bytes) -> None:
    (text,) = read(tmp_path, read_eml, content)
    assert text.endswith("café")


@pytest.mark.parametrize("head", [b"From: <\n", b"Date: 99\nTo: ;;,,<@\n", b"Subject: =?x?Q?=\n"])
def test_a_malformed_head_costs_no_text(tmp_path: Path, head: bytes) -> None:
    (text,) = read(tmp_path, read_eml, head + b"MIME-Version: 1.0\n\nThe answer.")
    assert text.endswith("The answer.")


def test_mails_nested_without_end_have_an_end(tmp_path: Path) -> None:
    content = b"Content-Type: message/rfc822\n\n" * 3000 + b"x"
    try:
        texts = read(tmp_path, read_eml, content)
    except Broken:
        return
    assert len(texts) < 20


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def msg(place: str = "") -> dict[str, bytes]:
    """The streams of an Outlook message in a storage."""
    tag = "__substg1.0_"
    sent = bytes(24 if place else 32) + (0x00390040).to_bytes(4, "little") + bytes(4)
    sent += (133_590_258_000_000_000).to_bytes(8, "little")
    streams = {
        "__properties_version1.0": sent,
        f"{tag}0037001F": wide("FOI 5"),
        f"{tag}0C1A001E": b"M\xe1ire",
    }
    return {f"{place}{name}": content for name, content in streams.items()}


def test_an_outlook_message_is_read_like_any_mail(make: Make, tmp_path: Path) -> None:
    storage = "__attach_version1.0_#00000000/"
    content = make.compound(
        msg()
        | {"__substg1.0_1000001F": wide("We use risk scores.")}
        | {f"{storage}__substg1.0_3707001F": wide("Answer.pdf")}
    )
    (text,) = read(tmp_path, read_msg, content)
    assert text.splitlines() == [
        "Subject: FOI 5",
        "From: Máire",
        "Date: 2024-05-01 08:30+00:00",
        "",
        "We use risk scores.",
        "",
        "Attached: Answer.pdf",
    ]


def test_a_message_inside_an_outlook_message_is_read_after_it(make: Make, tmp_path: Path) -> None:
    inner = "__attach_version1.0_#00000000/__substg1.0_3701000D/"
    html = b"<html><body><p>Inside, for \xa35</p></body></html>"
    streams = msg() | {"__substg1.0_1000001F": wide("Outside")}
    content = make.compound(streams | msg(inner) | {f"{inner}__substg1.0_10130102": html})
    first, second = read(tmp_path, read_msg, content)
    assert "Outside" in first and "Attached: a message or file without a name" in first
    assert second.endswith("Inside, for £5") and "2024-05-01" in second


def test_a_message_of_rich_text_alone_is_unsupported(make: Make, tmp_path: Path) -> None:
    content = make.compound(msg() | {"__substg1.0_10090102": b"LZFu"})
    with pytest.raises(Unsupported, match="compressed RTF"):
        read(tmp_path, read_msg, content)


def test_broken_and_long_messages_are_refused(make: Make, tmp_path: Path) -> None:
    content = make.compound(msg() | {"__substg1.0_1000001F": wide("x" * 5000)})
    with pytest.raises(TooLarge, match="CORPUS_MAX_TEXT_CHARS"):
        read(tmp_path, read_msg, content, max_text_chars=1000)
    with pytest.raises(Broken, match="damaged MSG"):
        read(tmp_path, read_msg, content[:600])
    with pytest.raises(TooLarge, match="CORPUS_MAX_TEXT_CHARS"):
        read(tmp_path, read_eml, mail("word " * 500).as_bytes(), max_text_chars=1000)
