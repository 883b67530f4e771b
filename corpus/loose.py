"""JSON as services send it: in several encodings, and with numbers that JSON does not allow.

Seen at Find a Tender: `1e9999`, which no number of a computer holds, and ` 000,`. Contracts Finder
has answered in Latin-1. A number that cannot be known is read as none at all.
"""

import json
import re
from typing import Any

from corpus.errors import Broken

LONGEST_NUMBER = 300
"""Digits beyond which a number is no amount of money; Python refuses to read 4,300."""
# A string is matched first and kept, so that nothing inside one is taken for a number; one that
# never ends is matched to the end of the text, or every quote in it would be tried in turn.
_STRING_OR_PADDED = re.compile(r'"(?:[^"\\]|\\[\s\S])*+(?:"|\\?\Z)|(?<![\w.+-])-?0\d[\d.eE+-]*')


def decoded(content: bytes) -> str:
    """Return a text: UTF-8, else Windows-1252, else Latin-1, which reads anything."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("iso-8859-1")


def parse(text: str) -> Any:
    """Return the value of a JSON text; raises `Broken`, or `ValueError` where it is no JSON."""
    try:
        try:
            return _loads(text)
        except ValueError:
            mended = _STRING_OR_PADDED.sub(_kept, text)
            if mended == text:
                raise
            return _loads(mended)
    except RecursionError as error:
        raise Broken("JSON nested too deeply") from error


def _loads(text: str) -> Any:
    return json.loads(
        text, parse_float=_finite, parse_int=_whole, parse_constant=lambda constant: None
    )


def _finite(number: str) -> float | None:
    value = float(number)
    return value if abs(value) != float("inf") else None


def _whole(number: str) -> int | None:
    return int(number) if len(number) <= LONGEST_NUMBER else None


def _kept(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else "null"
