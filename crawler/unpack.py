"""Archives, e-mails and OCDS packages taken apart, in a worker process: they are hostile."""

import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from corpus import formats, ocds
from corpus.errors import Broken, ReadingError, TooLarge, Unsupported
from corpus.settings import Settings
from crawler.enclosed import enclosed

MAILS = frozenset({formats.EML, formats.MSG})
PACKED = frozenset({formats.ZIP, formats.GZIP, formats.JSON}) | MAILS
"""Formats that may hold several documents."""


@dataclass(frozen=True)
class Member:
    """A file inside an archive; `name` is its path there, empty for the file itself."""

    name: str
    content: bytes
    reason: str = ""
    """Why it could not be taken out; then `content` is empty."""


Part = Member | ocds.Release


def unpack(path: Path, settings: Settings) -> list[Part]:
    """Return the documents inside a file: members of an archive, releases of a package, an e-mail
    and what is attached to it.

    JSON that is not OCDS, and what is not even JSON, comes back as the file itself: extracting
    says by name why it is not read.
    """
    return _opened(path.read_bytes(), path.name, "", settings)


def _opened(content: bytes, name: str, inside: str, settings: Settings) -> list[Part]:
    kind = formats.sniff(content, name)
    if kind is formats.GZIP and not inside:
        return _opened(_gunzip(content, settings), name.removesuffix(".gz"), "", settings)
    if kind is formats.ZIP and not inside:
        return _zip(content, settings)
    if kind is formats.JSON:
        return _json(content, inside)
    if kind in MAILS:
        return [Member(inside, content), *_attached(content, kind, inside, settings)]
    return [Member(inside, content)]


def _attached(content: bytes, kind: formats.Format, inside: str, settings: Settings) -> list[Part]:
    """Return what is attached to an e-mail; the message itself is kept whatever becomes of that."""
    found: list[Part] = []
    before = f"{inside}/" if inside else ""
    try:
        for name, attached in enclosed(content, kind):
            if len(attached) > settings.max_file_bytes:
                reason = f"has {len(attached):,} bytes (CORPUS_MAX_FILE_BYTES)"
                found.append(Member(before + name, b"", reason))
            else:
                found.append(Member(before + name, attached))
    except Exception as error:  # whatever the libraries trip over in a hostile message
        damage = f"the attachments are damaged: {type(error).__name__}: {error}"
        found.append(Member(inside, b"", damage))
    return found


def _json(content: bytes, inside: str) -> list[Part]:
    try:
        found = list(ocds.releases(content))
    except ReadingError:
        return [Member(inside, content)]
    return [Member(inside, b"", item) if isinstance(item, str) else item for item in found]


def _gunzip(content: bytes, settings: Settings) -> bytes:
    limit = min(settings.max_unpacked_bytes, len(content) * settings.max_unpacked_ratio)
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            unpacked = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Broken(f"damaged gzip: {error}") from error
    if len(unpacked) > limit:
        raise TooLarge(f"unpacks to more than {limit:,} bytes")
    return unpacked


def _zip(content: bytes, settings: Settings) -> list[Part]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Broken(f"damaged ZIP: {error}") from error
    members = sorted((m for m in archive.infolist() if _shown(m)), key=lambda m: m.filename)
    if not members:
        raise Broken("the ZIP holds no file")
    total = sum(member.file_size for member in members)
    if total > min(settings.max_unpacked_bytes, len(content) * settings.max_unpacked_ratio):
        raise TooLarge(f"unpacks to {total:,} bytes")
    return [part for member in members for part in _member(archive, member, settings)]


def _shown(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a file that a person put there: hidden ones and macOS's own are not."""
    parts = member.filename.split("/")
    hidden = any(re.match(r"\.[^.]|__MACOSX$", part) for part in parts)
    return not member.is_dir() and not hidden


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, settings: Settings) -> list[Part]:
    """Return one member; that it is damaged is said of it alone."""
    name = member.filename
    if member.file_size > settings.max_file_bytes:
        return [Member(name, b"", f"has {member.file_size:,} bytes (CORPUS_MAX_FILE_BYTES)")]
    if member.flag_bits & 1:
        return [Member(name, b"", "needs a password")]
    try:
        with archive.open(member) as stream:
            content = stream.read(member.file_size + 1)
        if len(content) > member.file_size:
            return [Member(name, b"", "is larger than the archive says")]
        return _opened(content, name, name, settings)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,  # of a member that begins before its archive
    ) as error:
        return [Member(name, b"", f"is damaged: {error}")]
    except Unsupported as error:
        return [Member(name, b"", str(error))]
