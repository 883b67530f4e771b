"""How far a page's text can be trusted: a grade that stands beside every figure made from it."""

import re
from collections import Counter
from collections.abc import Iterable

GRADES = ("good", "acceptable", "suspect", "failed")
_ODD = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]|\(cid:\d+\)")
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöûüŵŷ]", re.IGNORECASE)
LONGEST_WORD = 24
"""Letters; longer ones are mostly words run together."""


def grade(text: str) -> str | None:
    """Return the grade of a text, or None where there is too little to judge.

    Bad glyphs (replacement characters, private use, unmapped `(cid:n)`) and words that no
    language has (no vowel, or longer than any) are counted as a share of the words.
    """
    words = _WORD.findall(text)
    if len(words) < 5:
        return None
    odd = len(_ODD.findall(text))
    strange = sum(
        len(word) > LONGEST_WORD or (len(word) > 5 and not _VOWELS.search(word)) for word in words
    )
    share = (odd + strange) / (len(words) + odd)
    return GRADES[sum(share > limit for limit in (0.02, 0.1, 0.4))]


def worst_shared(grades: Iterable[str | None]) -> str | None:
    """Return the worst grade that a tenth of the graded pages have or are worse than."""
    counted = Counter(grade for grade in grades if grade)
    total, worse = counted.total(), 0
    for name in reversed(GRADES):
        worse += counted[name]
        if worse and worse >= total / 10:
            return name
    return None
