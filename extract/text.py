"""Text as it was meant: what formats, programs and encodings did to its letters is undone.

For formats whose words have no places on the page: lengths change. PDF text goes through
`extract.page.clean`, letter by letter.
"""

import re
import unicodedata

from ftfy import TextFixerConfig, fix_encoding

from extract.page import clean

_SURE = TextFixerConfig(replace_lossy_sequences=False)
"""Only what decodes again without loss is taken for mojibake."""
_NAMED = {
    **{ord(sign): "" for sign in "\xad\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"},
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], ""),
    **dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys([0x85, 0x2028, 0x2029], "\n"),
    **dict.fromkeys([0x2010, 0x2011], "-"),
    **dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"), 0xFB00)),
    **dict.fromkeys([0xF0A7, 0xF0A8, 0xF0B7, 0xF06C, 0xF06E, 0xF076, 0xF0D8, 0xF09F], "•"),
    **{0xF0FC: "✓", 0xF0FB: "✗", 0xF0FE: "☑", 0xF0E0: "→", 0xF020: " ", 0xF02D: "–"},
}
"""Signs nobody sees, odd spaces and line ends, ligatures, and Word's bullets and ticks, which are
private to its Symbol and Wingdings fonts; `extract.quality` counts other private signs."""
_JOINER = re.compile(r"(?<![^\x00-\u024f])[\u200c\u200d]")
"""Joiners mean something in Arabic, Indian scripts and emoji; after a Latin letter, nothing."""


def mended(text: str) -> str:
    """Return a text with its letters as they were meant, composed (NFC), and `clean`.

    Mojibake ("Â£5", "familyâ€™s") is mended line by line, only where no other reading is likely.
    """
    if text.isascii():
        return clean(text)
    lines = (line if line.isascii() else _unmixed(line) for line in text.split("\n"))
    text = _JOINER.sub("", "\n".join(lines)).translate(_NAMED)
    return clean(unicodedata.normalize("NFC", text))


def _unmixed(line: str) -> str:
    """Mend a line that was decoded with the wrong encoding."""
    return fix_encoding(line, _SURE)
