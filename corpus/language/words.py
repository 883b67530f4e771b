"""Text as words with exact offsets: what every matcher of the project works on.

Extracted text is torn by line ends, soft hyphens, ligatures and curly quotes. Nothing here changes
the text; it is cut into atoms whose folded forms are compared, so that an offset found is an offset
in the page as it is kept.
"""

import re
import unicodedata
from functools import cached_property

JOINERS = "\u00ad\u200b\u2060\ufffe\x02"
"""Soft hyphen, zero-width characters, and the marks PDFium leaves for a hyphen at a line's end."""
_ATOM = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_BREAK = re.compile(
    rf"[-‐‑{JOINERS}](?<=[^\W_].)(?:(?<=[{JOINERS}])[{JOINERS}]*\s*|[ \t]*[\r\n]\s*)(?=[^\W_])"
)
_IN_GAP = re.compile(rf"[\s\-‐‑–—/{JOINERS}]+")


def _folded(atoms: list[str], *, cased: bool) -> list[str]:
    """Return atoms without ligatures, curly quotes and possessive endings.

    One string for all of them: a page has hundreds of atoms, and this is the inner loop of
    screening.
    """
    joined = " ".join(atoms) + " "
    if not joined.isascii():
        normal = joined.replace("’", "'").replace("ʼ", "'")
        if not normal.isascii():  # else it is normal already
            normal = unicodedata.normalize("NFKC", normal)
        if normal.count(" ") == joined.count(" "):  # a rare letter folds to several words
            joined = normal
    if "'" in joined:
        joined = joined.replace("'s ", " ").replace("'S ", " ")
    return (joined if cased else joined.lower()).split(" ")[: len(atoms)]


def squeeze(gap: str) -> str:
    """Return what stands between two words, without white space, hyphens and slashes."""
    return _IN_GAP.sub("", gap)


class Words:
    """The atoms of a text: `words[i]` is folded, `spans[i]` its place in the text.

    Spans and cased words are made only where a match is near: most pages never need them.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._atoms = _ATOM.findall(text)
        self.words = _folded(self._atoms, cased=False)

    def __len__(self) -> int:
        return len(self._atoms)

    @cached_property
    def cased(self) -> list[str]:
        """The folded words in their own case."""
        return _folded(self._atoms, cased=True)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """The first character of each atom and the one after its last."""
        return [match.span() for match in _ATOM.finditer(self.text)]

    @cached_property
    def torn(self) -> frozenset[int]:
        """Atoms that may go on as the next one: a hyphen at a line's end stands between them.

        "predic-tive" broken so is one word; "data-matching" broken so is two: both are tried.
        """
        found, index, at = set(), -1, 0
        for match in _BREAK.finditer(self.text):
            index += len(_ATOM.findall(self.text, at, match.start()))
            at = match.start()
            found.add(index)
        return frozenset(found)

    def gap(self, index: int) -> str:
        """Return what matters of the text between atom `index` and the next one."""
        return squeeze(self.text[self.spans[index][1] : self.spans[index + 1][0]])

    def at(self, offset: int) -> int:
        """Return the index of the first atom that ends after `offset`."""
        low, high = 0, len(self.spans)
        while low < high:
            middle = (low + high) // 2
            if self.spans[middle][1] <= offset:
                low = middle + 1
            else:
                high = middle
        return low


def forms(word: str) -> frozenset[str]:
    """Return a word's regular forms: plural and singular, British and American spelling."""
    spelled = {word}
    for british, american in (
        ("isation", "ization"),
        ("ise", "ize"),
        ("ising", "izing"),
        ("ised", "ized"),
        ("lling", "ling"),
        ("lled", "led"),
        ("programme", "program"),
        ("programmes", "programs"),
    ):
        for old, new in ((british, american), (american, british)):
            if word.endswith(old) and (len(word) > len(old) + 2 or "program" in old):
                spelled.add(word[: -len(old)] + new)
    return frozenset(form for each in spelled for form in _numbers(each))


def _numbers(word: str) -> set[str]:
    """Return the singular and plural of a noun, as far as they are regular."""
    if len(word) < 3 or word.isdigit():
        return {word}
    found = {word}
    if word.endswith("y") and word[-2] not in "aeiou":
        found.add(word[:-1] + "ies")
    elif word.endswith(("s", "x", "z", "ch", "sh")):
        found.add(word + "es")
    else:
        found.add(word + "s")
    if word.endswith("ies") and len(word) > 4:
        found.add(word[:-3] + "y")
    elif word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")) and len(word) > 3:
        found.add(word[:-1])
    return found
