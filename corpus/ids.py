"""Ids: made from raw source values and file hashes, so that they survive re-extraction."""

import hashlib
import re
import unicodedata

from slugify import slugify

HASH_LENGTH = 16
"""Hex digits of a file hash that go into an id: 64 bits, no collision before billions of files."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9._]*(?:-[a-z0-9._]+)*")
_SIGNS = re.compile(r"[\W_]+")


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def short_hash(*parts: str, length: int = 8) -> str:
    """Return `length` hex digits of the hash of `parts`, which are kept apart from each other."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:length]


def raw_part(value: str, longest: int = 64) -> str:
    """Return a source's own value as a part of an id: as it is where it is plain, else slug + hash.

    Two different values never give the same part: whatever slugging would lose is kept in the hash.
    """
    if len(value) <= longest and _PLAIN.fullmatch(value):
        return value
    slug = slugify(value, max_length=longest - HASH_LENGTH // 2 - 2)
    return f"{slug}--{short_hash(value)}"  # no plain value holds two hyphens together


def paper_id(council: str, source: str, number: str) -> str:
    """Return the id of a council paper: council, source and the platform's own number."""
    return f"{council.lower()}-{source}-{raw_part(number)}"


def notice_id(source: str, release: str) -> str:
    """Return the id of a procurement notice: the source and the release id (no council)."""
    return f"{source}-{raw_part(release)}"


def import_id(source: str, file_hash: str, again: str = "") -> str:
    """Return the id of an imported document: source and file hash.

    `again` is the URL of a further copy of the same bytes, which is a document of its own.
    """
    plain = f"{source}-{file_hash[:HASH_LENGTH]}"
    return f"{plain}-{short_hash(again)}" if again else plain


def page_id(file_hash: str, number: int) -> str:
    """Return the id of a page: the file's hash and the page's number in the file (from 1)."""
    return f"{file_hash[:HASH_LENGTH]}-{number:04d}"


def fold(words: str) -> str:
    """Return quoted words as they are compared: letters and digits alone, in lower case.

    How a reader parts words at a line's end, or writes a ligature, is no part of an id.
    """
    return _SIGNS.sub("", unicodedata.normalize("NFKC", words).lower())


def mention_id(page: str, term: str, quote: str, nth: int) -> str:
    """Return the id of a mention: its page, and term, words quoted and the n-th such there."""
    return f"{page}-{short_hash(term, fold(quote), str(nth))}"


def term_id(code: str, phrase: str) -> str:
    """Return the id of a term: its code and the slug of its phrase."""
    return f"{code}-{slugify(phrase.replace('*', ' stem'))}"
