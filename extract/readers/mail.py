"""E-mails (EML, MSG): who wrote what to whom and when, and the names of what was attached.

What is attached is named, not read: it is another document, which importing brings in. A message
inside a message is read.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, cast

import olefile

from corpus.errors import Broken, Unsupported
from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded, in_parts
from extract.readers.html import html_text
from extract.readers.package import damaged
from extract.readers.text import decode

_HEADERS = ("Subject", "From", "To", "Cc", "Date")
MOST_NESTED = 10
"""Messages inside messages; a hostile one has thousands."""


def read_eml(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield a message in parts, then those inside it. Raises `Broken` or `TooLarge`."""
    with damaged("e-mail"):
        message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        yield from bounded(_in_turn(_messages(message)), settings)


def _in_turn(texts: Iterator[str]) -> Iterator[Page]:
    """Yield the parts of several texts, numbered through."""
    number = 1
    for text in texts:
        for page in in_parts(text, None, number):
            number += 1
            yield page


def _messages(message: EmailMessage, depth: int = 0) -> Iterator[str]:
    """Yield the text of a message, then of those inside it."""
    parts = list(_parts(message))
    attached = [name for part in parts if (name := _attached(part))]
    heads = [f"{name}: {value}" for name in _HEADERS if (value := _header(message, name))]
    yield _laid_out(heads, _body(parts), attached)
    for part in parts:
        if part.get_content_type() == "message/rfc822" and depth < MOST_NESTED:
            inner = part.get_payload()
            for nested in inner if isinstance(inner, list) else []:
                yield from _messages(cast(EmailMessage, nested), depth + 1)


def _laid_out(heads: list[str], body: str, attached: list[str]) -> str:
    listed = "Attached: " + "; ".join(attached) if attached else ""
    return "\n\n".join(filter(None, ("\n".join(heads), body.strip(), listed)))


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts that hold something, those of inner messages left out."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, EmailMessage):
                yield from _parts(part)
    else:
        yield message


def _header(message: EmailMessage, name: str) -> str:
    """Return a header's text; the standard library trips over some malformed ones."""
    with suppress(ValueError, IndexError, AttributeError, TypeError, KeyError):
        return " ".join(str(message.get(name, "")).split())
    return ""


def _attached(part: EmailMessage) -> str:
    """Return the name of an attachment, or an empty text for a part of the body."""
    name = ""
    with suppress(ValueError, IndexError, AttributeError, TypeError, KeyError):
        name = part.get_filename() or ""
    if part.get_content_type() == "message/rfc822":
        return name or "a message"
    if name or part.get_content_disposition() == "attachment":
        return name or f"a file without a name ({part.get_content_type()})"
    return ""


def _body(parts: list[EmailMessage]) -> str:
    """Return what was written: as plain text, else as HTML."""
    own = [part for part in parts if not _attached(part)]
    plain = "\n\n".join(_text(p) for p in own if p.get_content_type() == "text/plain")
    if plain.strip():
        return plain
    return "\n\n".join(html_text(_text(p)) for p in own if p.get_content_type() == "text/html")


def _text(part: EmailMessage) -> str:
    """Return a part's text, by the encoding it declares where that fits."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    with suppress(LookupError, UnicodeDecodeError):
        return content.decode(part.get_content_charset() or "utf-8")
    return _lenient(content)


_SUBJECT, _FROM, _TO, _CC = "0037", "0C1A", "0E04", "0E03"
_PLAIN, _HTML, _RICH = "1000", "1013", "1009"
_LONG_NAME, _SHORT_NAME, _INNER = "3707", "3704", "__substg1.0_3701000D"
_SENT_TAGS = (0x00390040, 0x0E060040)
"""Numbers of Outlook's properties. Source: [MS-OXPROPS]."""
_STREAM, _ATTACHED = "__substg1.0_", "__attach_version1.0_"


def read_msg(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield an Outlook message in parts, then those inside it. Source: [MS-OXMSG].

    Raises `Broken`, `TooLarge`, or `Unsupported` where the text is compressed RTF alone.
    """
    with damaged("MSG"), olefile.OleFileIO(path) as stored:
        yield from bounded(_in_turn(_outlook(stored, [])), settings)


def _outlook(stored: Any, place: list[str]) -> Iterator[str]:
    """Yield the text of the message in a storage, then of those inside it."""
    named = {"Subject": _SUBJECT, "From": _FROM, "To": _TO, "Cc": _CC}
    heads = [f"{n}: {value}" for n, tag in named.items() if (value := _said(stored, place, tag))]
    sent = _sent(stored, place)
    storages = _attachments(stored, place)
    names = [_said(stored, s, _LONG_NAME) or _said(stored, s, _SHORT_NAME) for s in storages]
    yield _laid_out(
        heads + ([f"Date: {sent}"] if sent else []),
        _written(stored, place),
        [name or "a message or file without a name" for name in names],
    )
    for storage in storages:
        inner = [*storage, _INNER]
        if stored.exists(inner) and len(place) < 2 * MOST_NESTED:
            yield from _outlook(stored, inner)


def _attachments(stored: Any, place: list[str]) -> list[list[str]]:
    """Return the storages of a message's attachments."""
    entries = stored.listdir(streams=False, storages=True)
    return [
        entry
        for entry in entries
        if entry[:-1] == place and entry[-1].lower().startswith(_ATTACHED)
    ]


def _written(stored: Any, place: list[str]) -> str:
    plain = _said(stored, place, _PLAIN)
    if plain.strip():
        return plain
    rich = _property(stored, place, f"{_HTML}0102")
    if rich:
        return html_text(_lenient(rich))
    if _property(stored, place, f"{_RICH}0102"):
        raise Unsupported("an Outlook message whose text is compressed RTF alone")
    return _said(stored, place, _HTML)


def _said(stored: Any, place: list[str], tag: str) -> str:
    """Return a property's text, wide or in an old encoding."""
    wide = _property(stored, place, f"{tag}001F")
    if wide:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    narrow = _property(stored, place, f"{tag}001E")
    return _lenient(narrow).rstrip("\0")


def _lenient(content: bytes) -> str:
    """Return bytes as text; a damaged piece must not cost the rest of the message."""
    with suppress(Broken):
        return decode(content)
    return content.decode("cp1252", "replace")


def _property(stored: Any, place: list[str], tag: str) -> bytes:
    stream = [*place, _STREAM + tag]
    if not stored.exists(stream):
        return b""
    with stored.openstream(stream) as opened:
        return bytes(opened.read())


def _sent(stored: Any, place: list[str]) -> str:
    """Return when a message was sent or came, in UTC; times stand in a table of their own."""
    stream = [*place, "__properties_version1.0"]
    if not stored.exists(stream):
        return ""
    with stored.openstream(stream) as opened:
        table = opened.read()
    for at in range(24 if place else 32, len(table) - 15, 16):
        tag, _, ticks = struct.unpack_from("<IIQ", table, at)
        if tag in _SENT_TAGS:
            with suppress(OverflowError):
                when = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
                return when.isoformat(" ", "minutes")
    return ""
