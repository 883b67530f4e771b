"""How far a page's text can be trusted: a grade that stands beside every figure made from it."""

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable
from functools import cache

GRADES = ("good", "acceptable", "suspect", "failed")
_SIGN = r"[\ufffd\ue000-\uf8ff]"
_ODD = re.compile(rf"[\x00-\x08\x0e-\x1f]|\(cid:\d+\)|(?<=\S){_SIGN}|{_SIGN}(?=\S)")
"""Signs of a broken font; a replaced or private-use sign that stands alone is a bullet."""
_SOME_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile(r"[A-Za-z]+")
_LATIN = re.compile(r"(?<![^\W\d_])[A-Za-zÀ-ɏ]{3,}(?![^\W\d_])")
_VOWELS = frozenset("aeiouy")
LONGEST_WORD = 24
"""Letters; longer ones are mostly words run together."""
LEAST_WORDS = 5
"""Words below which a page cannot be judged."""
WINDOWS, WINDOW_CHARS = 8, 120
"""Of a long page, so many pieces are judged, of so many characters: every page is graded, and
screening is to stay cheap."""
ORDINARY = 0.2
"""Share of function words from which a text is language, and no dictionary is asked."""
DAMAGE = (0.02, 0.1, 0.4)
"""Share of bad glyphs and impossible words above which a page is worse than each grade."""
UNKNOWN = (0.4, 0.65, 0.85)
"""Share of words that no dictionary knows above which it is worse: names and figures are unknown
too, so that honest tables of them reach a half."""
UNSURE = (85.0, 70.0, 45.0)
"""Confidence of OCR (0 to 100) below which it is worse."""
LANGUAGES = ("en", "cy")
"""What councils write in."""
_ENGLISH = """the of and to in for is be on that are by with as at was or from this not have has
will it an which their been were its our your all any can we he she they his her but if no"""
_WELSH = """yn yr ar am ac gan wedi mae bod fod sydd oedd na ni ei eu hyn neu fel gyda dros wrth er
un hon hwn nid bydd byddai"""
_TRANSLATIONS = """nie się jest że dla od do oraz przez jak și de la în cu pe din este pentru nu
le les des et du en une est pour dans el los las del que con por para una os dos das com não uma
der die und den von zu mit ir yra su kad"""
FUNCTION_WORDS = frozenset([*_ENGLISH.split(), *_WELSH.split(), *_TRANSLATIONS.split()])
"""Of the councils' two languages, and of those that leaflets are translated into most."""


def grade(text: str, confidence: float | None = None) -> str | None:
    """Return the grade of a text, or None where there is too little to judge.

    Three signs are counted, and the worst decides: bad glyphs (replacement characters, private
    use, unmapped `(cid:n)`) and words that no language has (no vowel, or longer than any); words
    that neither an English nor a Welsh dictionary knows; the `confidence` of OCR, where it made
    the text.
    """
    text = _pieces(text)
    words = (_ASCII_WORD if text.isascii() else _WORD).findall(text)
    if len(words) < LEAST_WORDS:
        return None
    small = " ".join(words).lower().split(" ")
    strange = len([word for word in small if len(word) > 5 and _strange(word)])
    odd = len(_ODD.findall(text)) if _SOME_ODD.search(text) or "(cid:" in text else 0
    damage = (odd + strange) / (len(words) + odd)
    worst = _above(damage, DAMAGE)
    if worst < len(DAMAGE) and (confidence is not None or not _ordinary(small)):
        worst = max(worst, _above(1 - _known(words), UNKNOWN))
    if confidence is not None:
        worst = max(worst, sum(confidence < limit for limit in UNSURE))
    return GRADES[worst]


def _pieces(text: str) -> str:
    """Return a short text whole, of a long one pieces from all over it, cut between words."""
    if len(text) <= WINDOWS * WINDOW_CHARS:
        return text
    step = len(text) // WINDOWS
    windows = [text[at * step : at * step + WINDOW_CHARS] for at in range(WINDOWS)]
    return " ".join(w.partition(" ")[2].rpartition(" ")[0] or w for w in windows)


def _above(share: float, limits: Iterable[float]) -> int:
    return sum(share > limit for limit in limits)


def _strange(word: str) -> bool:
    """Whether a word of six small letters and more is none."""
    return len(word) > LONGEST_WORD or (_VOWELS.isdisjoint(word) and word.isascii())


def _ordinary(words: Collection[str]) -> bool:
    """Whether so many, in small letters, are function words that the text must be language."""
    return sum(map(FUNCTION_WORDS.__contains__, words)) >= ORDINARY * len(words)


def _known(sample: Iterable[str]) -> float:
    """Return the share of known words; what is all abbreviations counts as known."""
    share = known_share(sample)
    return 1.0 if share is None else share


def known_share(words: Iterable[str]) -> float | None:
    """Return the share of words that an English or Welsh dictionary knows (0 to 1).

    Judged are words of three Latin letters and more; None where there is none.
    """
    judged = [word for text in words for word in _LATIN.findall(text)]
    unknown = judged
    for language in LANGUAGES:
        if len(unknown) > UNKNOWN[0] * len(judged):  # most pages need no second dictionary
            known = _dictionary(language)
            unknown = [w for w in unknown if w.lower() not in known and w not in known]
    return 1 - len(unknown) / len(judged) if judged else None


@cache
def _dictionary(language: str) -> Container[str]:
    """Return the word forms of a language: a third of a second, and 20 to 50 MB."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    found: Container[str] = DefaultDictionaryFactory().get_dictionary(language)
    return found


def worst_shared(grades: Iterable[str | None]) -> str | None:
    """Return the worst grade that a tenth of the graded pages have or are worse than."""
    counted = Counter(grade for grade in grades if grade)
    total, worse = counted.total(), 0
    for name in reversed(GRADES):
        worse += counted[name]
        if worse and worse >= total / 10:
            return name
    return None
