"""What an e-mail carries: the papers attached to it, which are documents of their own.

Pictures shown within the text (signatures, logos) are part of the message, and so is a message
inside it, which is read with it.
"""

import io
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

import olefile

from corpus import formats
from corpus.formats import Format

MOST_ATTACHED = 500
"""Attachments taken of one message; a hostile one has millions."""
_STREAM = "__substg1.0_"
_CONTENT, _LONG_NAME, _SHORT_NAME, _SHOWN_WITHIN = "37010102", "3707", "3704", "3712"
"""Properties of an attachment. Source: [MS-OXPROPS], [MS-OXMSG] §2.2.2."""

Enclosed = tuple[str, bytes]


def enclosed(content: bytes, kind: Format) -> Iterator[Enclosed]:
    """Yield name and content of each file attached to an EML or MSG message, names told apart.

    Raises whatever a damaged message makes the libraries trip over.
    """
    found = _outlook(content) if kind is formats.MSG else _internet(content)
    taken: set[str] = set()
    for number, (name, attached) in enumerate(islice(found, MOST_ATTACHED), 1):
        plain = PurePosixPath(name.replace("\\", "/")).name or f"attachment {number}"
        told = f"{number} {plain}" if plain in taken else plain
        taken.add(told)
        yield told, attached


def _internet(content: bytes) -> Iterator[Enclosed]:
    message = BytesParser(policy=policy.default).parsebytes(content)
    for part in _outermost(message):
        shown_within = part.get_content_maintype() == "image" and part["Content-ID"]
        if part.get_content_disposition() == "attachment" and not shown_within:
            attached = part.get_payload(decode=True)
            if isinstance(attached, bytes) and attached:
                yield part.get_filename() or "", attached


def _outermost(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield a message's parts, but nothing of the messages inside it."""
    if not message.is_multipart():
        yield message
        return
    for part in message.iter_parts():
        if isinstance(part, EmailMessage) and part.get_content_type() != "message/rfc822":
            yield from _outermost(part)


def _outlook(content: bytes) -> Iterator[Enclosed]:
    with olefile.OleFileIO(io.BytesIO(content)) as stored:
        for storage, *deeper in sorted(stored.listdir(streams=False, storages=True)):
            if deeper or not storage.lower().startswith("__attach_version1.0_"):
                continue
            attached = _property(stored, storage, _CONTENT)
            within = _said(stored, storage, _SHOWN_WITHIN)
            if attached and not within:
                name = _said(stored, storage, _LONG_NAME) or _said(stored, storage, _SHORT_NAME)
                yield name, attached


def _said(stored: Any, storage: str, tag: str) -> str:
    wide = _property(stored, storage, f"{tag}001F").decode("utf-16-le", "replace")
    return (wide or _property(stored, storage, f"{tag}001E").decode("cp1252", "replace")).strip(
        "\0"
    )


def _property(stored: Any, storage: str, tag: str) -> bytes:
    stream = [storage, _STREAM + tag]
    if not stored.exists(stream):
        return b""
    with stored.openstream(stream) as opened:
        return bytes(opened.read())
