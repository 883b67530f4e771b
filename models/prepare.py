"""Passages made ready for topics: streamed, without names and procedure, near-duplicates once.

Tokenised once into a temporary file, from which every later pass reads: what is held in memory
grows with the vocabulary, and by a few numbers for each passage.
"""

import calendar
import re
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import NoTopics
from corpus.store import Store
from models.guided import guide_words
from models.keep import mark
from models.tokens import join_phrases, learn_phrases, tokens
from models.topics import Vocabulary
from models.units import FEWEST_PASSAGES, count_units, too_few, units

MONTHS = {*calendar.month_name, *calendar.day_name} - {""}
PROCEDURE = {
    *("agenda", "appendix", "appendices", "apologies", "chair", "chairman", "chairperson", "cllr"),
    *("clerk", "committee", "councillor", "councillors", "item", "minute", "minutes", "paragraph"),
    *("quorum", "resolved", "seconded"),
}
"""What every paper says about itself, whatever it is about."""
CAPITAL = 0.9
FEWEST_TIMES = 3
ONE_COUNCIL = 0.8
FEWEST_COUNCILS = 3
"""A word nearly always written with a capital, mostly by one of several councils, is a name."""
_WORD = re.compile(r"[^\W\d_]{3,}")
PERMUTATIONS, BAND = 32, 8
"""Four bands of eight: of texts that share nine tenths of their shingles nine in ten are met, of
texts that share half of them one in sixty."""
SHINGLE = 4


class Texts:
    """Tokenised texts in a file, one a line: may be gone through again and again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the tokens of one text after the other."""
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                yield line.split()

    def write(self, texts: Iterable[list[str]]) -> "Texts":
        """Keep texts, in their order."""
        with self._path.open("w", encoding="utf-8") as file:
            file.writelines(" ".join(text) + "\n" for text in texts)
        return self


@dataclass(frozen=True)
class Prepared:
    """What models are fitted on: so many `units` were read, the `vocabulary` counts each text once.

    `read` holds the fingerprint of each passage, sorted.
    """

    texts: Texts
    vocabulary: Vocabulary
    phrases: dict[str, float]
    stop: frozenset[str]
    unit: str
    units: int
    fingerprint: str
    read: NDArray[np.uint64]


@contextmanager
def prepared(
    store: Store, guides: Sequence[str] = (), unit: str = "passages"
) -> Iterator[Prepared]:
    """Yield passages, or their pages or documents, made ready.

    What they are kept in is removed afterwards. `guides`: codes, or groups of them, that may lead
    topics; without them every code may. Raises `NoTopics` where there are too few, or too few that
    differ.
    """
    read = count_units(store, unit)
    with tempfile.TemporaryDirectory(prefix="topics-") as folder:
        stop = learn_stop(store, unit)
        told, years = sha256(), list[str]()
        distinct = _distinct(_tokenised(store, unit, stop, told), years)
        plain = Texts(Path(folder) / "plain").write(distinct)
        phrases = learn_phrases(plain)
        texts = Texts(Path(folder) / "joined").write(join_phrases(plain, phrases))
        different = sum(1 for _ in texts)
        if different < FEWEST_PASSAGES:
            alike = f"{read} {unit} differ too little: {different} distinct ones"
            raise NoTopics(too_few(alike))
        counted = Vocabulary.build(texts, fewest_texts(different), no_above=0.5)
        words = guide_words(_phrases(store, guides), phrases, stop, counted.words)
        vocabulary = replace(counted, years=tuple(years), guides=words)
        fingerprint = told.hexdigest()[:8]
        yield Prepared(texts, vocabulary, phrases, stop, unit, read, fingerprint, marks(store))


def fewest_texts(number: int) -> int:
    """Return in how many of `number` texts a word must stand to be counted."""
    return 2 if number < 1_000 else max(5, number // 20_000)


def marks(store: Store) -> NDArray[np.uint64]:
    """Return the short fingerprints of all passages, sorted."""
    found = array("Q")
    for (passage,) in store.db.execute("select passage from passages"):
        found.append(mark(passage))
    return np.unique(np.array(found, dtype=np.uint64))


def _tokenised(
    store: Store, unit: str, stop: frozenset[str], told: Any
) -> Iterator[tuple[str, list[str]]]:
    """Yield the year and the tokens of one text after the other; `told` hashes them all."""
    for name, _, text, year in units(store, unit):
        told.update(f"{name}\0{text}\0".encode())
        yield year, tokens(text, stop)


def _distinct(texts: Iterable[tuple[str, list[str]]], years: list[str]) -> Iterator[list[str]]:
    """Yield texts that are not nearly the same as one before, and note their years."""
    met: set[bytes] = set()
    for year, text in texts:
        bands = _bands(text)
        if met.isdisjoint(bands):
            years.append(year)
            yield text
        met.update(bands)


def _phrases(store: Store, guides: Sequence[str]) -> list[tuple[str, str]]:
    """Return (code, phrase) of the codebook, or of the codes and groups named.

    Raises `NoTopics` where a name is neither.
    """
    query = (
        'select t.code, t.phrase, c."group" from terms t join codes c using (code) order by 1, 2'
    )
    found: list[tuple[str, str, str]] = list(store.db.execute(query))
    known = {name for code, _, group in found for name in (code, group)}
    if unknown := sorted(set(guides) - known):
        raise NoTopics(
            f"The codebook has no code or group `{unknown[0]}`: it has {', '.join(sorted(known))}."
        )
    return [
        (code, phrase)
        for code, phrase, group in found
        if not guides or code in guides or group in guides
    ]


def _bands(text: list[str]) -> list[bytes]:
    """Return what nearly the same texts have in common (Broder 1997), numbered by place."""
    shingles = {" ".join(text[at : at + SHINGLE]) for at in range(max(len(text) - SHINGLE + 1, 1))}
    from datasketch import MinHash

    signature = MinHash(num_perm=PERMUTATIONS, seed=1)
    signature.update_batch(shingle.encode() for shingle in sorted(shingles))
    values = signature.hashvalues
    return [
        bytes([at]) + sha256(values[at : at + BAND].tobytes()).digest()[:8]
        for at in range(0, PERMUTATIONS, BAND)
    ]


def learn_stop(store: Store, unit: str = "passages") -> frozenset[str]:
    """Return names of councils and places, months and words of procedure, in lower case.

    A name is written with a capital nine times in ten: `Reading` is one, `reading` is none. The
    codebook's own words, such as a product's name, always stay.
    """
    times: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    by_council: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _, council, text, _ in units(store, unit):
        for word in _WORD.findall(text):
            low = word.lower()
            times[low] += 1
            capital[low] += word[0].isupper()
            by_council[low][council] += 1
    councils = {word for (name,) in _names(store) for word in _words(name)}
    several = store.value("select count(distinct council) from passages") >= FEWEST_COUNCILS
    found = {
        word
        for word, number in times.items()
        if capital[word] >= CAPITAL * number
        and (word in councils or (several and _of_one(by_council[word], number)))
    }
    named = store.db.execute("select phrase from terms")
    own = {word for (phrase,) in named for word in _words(phrase)}
    dates = {name.lower() for name in MONTHS}
    return frozenset((found - own) | dates | PROCEDURE)


def _of_one(councils: Counter[str], number: int) -> bool:
    """Whether a word is mostly one council's."""
    return number >= FEWEST_TIMES and max(councils.values()) >= ONE_COUNCIL * number


def _names(store: Store) -> Iterable[tuple[str]]:
    found: Iterable[tuple[str]] = store.db.execute("select name from councils order by council")
    return found


def _words(text: str | None) -> list[str]:
    return [word.lower() for word in _WORD.findall(text or "")]
