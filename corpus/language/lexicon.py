"""The codebook compiled: finds its terms in a text, whole words only, with exact offsets.

Between the words of a phrase any white space, line break, hyphen or slash may stand; punctuation
only where the phrase has it. Words match in any case and regular form unless a term asks for its
exact case.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from corpus.codebook import Codebook, Neighbours
from corpus.language.words import Words, forms

EVIDENCE = frozenset({"technique", "supplier_product"})
"""Groups that are evidence on their own: a match of one of their terms is a hit."""
MATCHER = "2"
"""Raised when the same codebook finds other words: everything is then found again."""

Key = TypeVar("Key")


@dataclass(frozen=True)
class Match(Generic[Key]):
    """One phrase in a text: characters `start` to `end`, atoms `first` to `last` (exclusive)."""

    key: Key
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class _Phrase(Generic[Key]):
    """A compiled phrase: for each word its forms (or the beginning it must have), and its gaps."""

    key: Key
    words: tuple[frozenset[str], ...]
    stems: tuple[str, ...]
    gaps: tuple[str, ...]
    exact: bool
    second: frozenset[str]
    """The second word's forms in lower case; empty where there is none or it is a stem."""


class _Bucket(Generic[Key]):
    """The phrases that begin with one word, by their second: what a text costs must not grow with
    the number of terms, and a codebook has hundreds that begin with "data".
    """

    def __init__(self) -> None:
        self.all: list[_Phrase[Key]] = []
        self._alone: list[_Phrase[Key]] = []
        self._by_second: dict[str, list[_Phrase[Key]]] = {}

    def add(self, phrase: _Phrase[Key]) -> None:
        """Take in a phrase."""
        self.all.append(phrase)
        if not phrase.second:
            self._alone.append(phrase)
        for form in phrase.second:
            self._by_second.setdefault(form, []).append(phrase)

    def before(self, following: str) -> list[_Phrase[Key]]:
        """Return the phrases that may stand where another word, or none, is the next one."""
        found = self._by_second.get(following)
        return [*self._alone, *found] if found else self._alone


class Phrases(Generic[Key]):
    """Many phrases, found together in one pass over a text."""

    def __init__(self, phrases: Iterable[tuple[Key, str, bool]]) -> None:
        """Compile (key, phrase, exact case) triples."""
        self._by_word: dict[str, _Bucket[Key]] = defaultdict(_Bucket)
        self._by_stem: dict[str, list[_Phrase[Key]]] = defaultdict(list)
        for key, text, exact in phrases:
            phrase = _compile(key, text, exact)
            if phrase.stems[0]:
                self._by_stem[phrase.stems[0].lower()].append(phrase)
            for form in phrase.words[0]:
                self._by_word[form.lower()].add(phrase)
        self._stems = tuple(self._by_stem)

    def find(self, words: Words, first: int = 0, last: int | None = None) -> Iterator[Match[Key]]:
        """Yield the matches among atoms `first` to `last`."""
        end = len(words) if last is None else min(last, len(words))
        begin, by_word, stems = max(first, 0), self._by_word, self._stems
        shown, torn = words.words, words.torn
        for index, word in enumerate(shown[begin:end], begin):
            if word in by_word:
                bucket = by_word[word]
                if torn and (index in torn or index + 1 in torn):
                    candidates = bucket.all
                else:
                    candidates = bucket.before(shown[index + 1] if index + 1 < end else "")
                if candidates:
                    yield from self._match(words, index, end, candidates)
            if stems and word.startswith(stems):
                for stem in stems:
                    if word.startswith(stem):
                        yield from self._match(words, index, end, self._by_stem[stem])
        for index in sorted(torn):
            if begin <= index < end - 1:
                joined = words.words[index] + words.words[index + 1]
                if joined in by_word:
                    yield from self._match(words, index, end, by_word[joined].all)
                for stem in stems:
                    if joined.startswith(stem) and not words.words[index].startswith(stem):
                        yield from self._match(words, index, end, self._by_stem[stem])

    def _match(
        self, words: Words, index: int, end: int, candidates: Iterable[_Phrase[Key]]
    ) -> Iterator[Match[Key]]:
        """Yield those of `candidates` that stand at atom `index`."""
        for phrase in candidates:
            last = _walk(words, index, end, phrase, 0)
            if last is not None:
                start, stop = words.spans[index][0], words.spans[last - 1][1]
                yield Match(phrase.key, start, stop, index, last)


def _compile(key: Key, text: str, exact: bool) -> _Phrase[Key]:
    """Compile one phrase; its last word may end in `*`."""
    words = Words(text.replace("*", "")) if exact else Words(text.replace("*", "").lower())
    if not len(words):
        raise ValueError(f"the phrase {text!r} holds no word")
    stemmed = _stemmed(text, words)
    found = tuple(
        frozenset() if stem else forms(word)
        for word, stem in zip(words.cased, stemmed, strict=True)
    )
    return _Phrase(
        key,
        found,
        tuple(word if stem else "" for word, stem in zip(words.cased, stemmed, strict=True)),
        tuple(words.gap(index) for index in range(len(words) - 1)),
        exact,
        frozenset(form.lower() for form in found[1]) if len(found) > 1 else frozenset(),
    )


def _stemmed(text: str, words: Words) -> list[bool]:
    """Say which words of a phrase are followed by `*`."""
    parts = text.split("*")
    ends = set()
    length = 0
    for part in parts[:-1]:
        length += len(part)
        ends.add(length)
    return [end in ends for _, end in words.spans]


def _walk(words: Words, index: int, end: int, phrase: _Phrase[Key], depth: int) -> int | None:
    """Return the atom after the phrase's last word if its words from `depth` stand at `index`."""
    if index >= end:
        return None
    shown = words.cased if phrase.exact else words.words
    last = None
    if _fits(shown[index], phrase, depth):
        last = _go_on(words, index, end, phrase, depth)
    if last is None and index in words.torn and index + 1 < end:
        joined = shown[index] + shown[index + 1]
        if _fits(joined, phrase, depth):
            last = _go_on(words, index + 1, end, phrase, depth)
    return last


def _fits(word: str, phrase: _Phrase[Key], depth: int) -> bool:
    """Whether a word is the phrase's word number `depth`."""
    stem = phrase.stems[depth]
    return word.startswith(stem) if stem else word in phrase.words[depth]


def _go_on(words: Words, index: int, end: int, phrase: _Phrase[Key], depth: int) -> int | None:
    """Having matched word `depth` at atom `index`, match the rest.

    The words are compared before what stands between them: that needs offsets.
    """
    if depth + 1 == len(phrase.words):
        return index + 1
    last = _walk(words, index + 1, end, phrase, depth + 1)
    return last if last is None or words.gap(index) == phrase.gaps[depth] else None


class Lexicon:
    """A codebook ready to be looked for."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.terms = {term.term: term for code in codebook.codes for term in code.terms}
        self._groups = {code.code: code.group for code in codebook.codes}
        self._evidence = self._phrases(evidence=True)

    @cached_property
    def _context(self) -> Phrases[str]:
        """What workers never look for: compiled when it is needed."""
        return self._phrases(evidence=False)

    @cached_property
    def _neighbours(self) -> dict[Neighbours, Phrases[None]]:
        return {
            neighbours: Phrases((None, phrase, False) for phrase in neighbours.words)
            for term in self.terms.values()
            for neighbours in (term.near, term.not_near)
            if neighbours
        }

    @cached_property
    def version(self) -> str:
        """Fingerprint of the codebook and of the way it is matched."""
        return hashlib.sha256((MATCHER + self.codebook.canonical()).encode()).hexdigest()[:12]

    def is_evidence(self, term: str) -> bool:
        """Whether a term names a technique, supplier or product."""
        return self._groups[self.terms[term].code] in EVIDENCE

    def context_words(self, term: str) -> int:
        """How many words from evidence a use, benefit or concern still counts."""
        return self.codebook.context_words[self._groups[self.terms[term].code]]

    def hits(self, text: str) -> Counter[str]:
        """Count the raw matches of technique and supplier/product terms in a text."""
        return Counter(match.key for match in self._evidence.find(Words(text)))

    def evidence(self, words: Words) -> list[Match[str]]:
        """Return the matches of technique and supplier/product terms."""
        return self._longest(self._evidence.find(words))

    def context(self, words: Words) -> list[Match[str]]:
        """Return the matches of use, benefit and concern terms."""
        return self._longest(self._context.find(words))

    def stands_near(self, match: Match[str], neighbours: Neighbours, words: Words) -> bool:
        """Whether one of the neighbours stands within so many words of a match, outside it."""
        phrases = self._neighbours[neighbours]
        before = phrases.find(words, match.first - neighbours.within, match.first)
        after = phrases.find(words, match.last, match.last + neighbours.within)
        return any(True for found in (before, after) for _ in found)

    def _phrases(self, *, evidence: bool) -> Phrases[str]:
        """Compile the terms of the evidence groups, or of the others."""
        return Phrases(
            (term.term, term.phrase, term.exact)
            for term in self.terms.values()
            if self.is_evidence(term.term) == evidence
        )

    def _longest(self, matches: Iterable[Match[str]]) -> list[Match[str]]:
        """Keep of each code the longest of overlapping matches."""
        kept: dict[str, list[Match[str]]] = defaultdict(list)
        for match in sorted(matches, key=lambda m: (m.start, -m.end, m.key)):
            same = kept[self.terms[match.key].code]
            if not same or match.start >= same[-1].end:
                same.append(match)
        found = [match for same in kept.values() for match in same]
        return sorted(found, key=lambda m: (m.start, m.end, m.key))
