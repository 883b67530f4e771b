"""How far a page's text can be trusted: a grade that stands beside every figure made from it."""

import re
from collections import Counter
from collections.abc import Iterable

GRADES = ("good", "acceptable", "suspect", "failed")
_ODD = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]|\(cid:\d+\)")
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = frozenset("aeiouyàâäéèêëîïôöûüŵŷ")
LONGEST_WORD = 24
"""Letters; longer ones are mostly words run together."""
SAMPLE_WORDS = 200
"""Words judged, spread over the page: every page is graded, and screening is to stay cheap."""


def grade(text: str) -> str | None:
    """Return the grade of a text, or None where there is too little to judge.

    Bad glyphs (replacement characters, private use, unmapped `(cid:n)`) and words that no
    language has (no vowel, or longer than any) are counted as a share of the words.
    """
    words = _WORD.findall(text)
    if len(words) < 5:
        return None
    sample = words[:: max(len(words) // SAMPLE_WORDS, 1)]
    strange = sum(_strange(word) for word in sample) / len(sample)
    odd = 0 if text.isascii() and "(cid:" not in text else len(_ODD.findall(text))
    share = (odd + strange * len(words)) / (len(words) + odd)
    return GRADES[sum(share > limit for limit in (0.02, 0.1, 0.4))]


def _strange(word: str) -> bool:
    return len(word) > 5 and (len(word) > LONGEST_WORD or _VOWELS.isdisjoint(word.lower()))


def worst_shared(grades: Iterable[str | None]) -> str | None:
    """Return the worst grade that a tenth of the graded pages have or are worse than."""
    counted = Counter(grade for grade in grades if grade)
    total, worse = counted.total(), 0
    for name in reversed(GRADES):
        worse += counted[name]
        if worse and worse >= total / 10:
            return name
    return None
