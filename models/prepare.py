"""Passages made ready for topics: streamed, without names and procedure, near-duplicates once.

Tokenised once into a temporary file, from which every later pass reads: what is held in memory
grows with the vocabulary, and by a few numbers for each passage.
"""

import calendar
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from datasketch import MinHash

from corpus.errors import NoTopics
from corpus.store import Store
from models.tokens import join_phrases, learn_phrases, tokens
from models.topics import Vocabulary

FEWEST_PASSAGES = 30
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
    """What models are fitted on: `passages` were read, the `vocabulary` counts each text once."""

    texts: Texts
    vocabulary: Vocabulary
    phrases: dict[str, float]
    stop: frozenset[str]
    passages: int
    fingerprint: str


@contextmanager
def prepared(store: Store) -> Iterator[Prepared]:
    """Yield the corpus's passages made ready; what they are kept in is removed afterwards.

    Raises `NoTopics` where there are too few passages, or too few that differ.
    """
    passages = store.value("select count(*) from passages")
    if passages < FEWEST_PASSAGES:
        raise NoTopics(_too_few(f"{passages} passages"))
    with tempfile.TemporaryDirectory(prefix="topics-") as folder:
        stop = learn_stop(store)
        identity = sha256()
        plain = Texts(Path(folder) / "plain").write(_distinct(_tokenised(store, stop, identity)))
        phrases = learn_phrases(plain)
        texts = Texts(Path(folder) / "joined").write(join_phrases(plain, phrases))
        number = sum(1 for _ in texts)
        if number < FEWEST_PASSAGES:
            alike = f"{passages} passages differ too little: {number} distinct ones"
            raise NoTopics(_too_few(alike))
        vocabulary = Vocabulary.build(texts, fewest_texts(number), no_above=0.5)
        print_ = identity.hexdigest()[:8]
        yield Prepared(texts, vocabulary, phrases, stop, passages, print_)


def _too_few(found: str) -> str:
    return (
        f"{found} are too few for topics (at least {FEWEST_PASSAGES}). Import or crawl more, then "
        "`corpus build`."
    )


def fewest_texts(number: int) -> int:
    """Return in how many of `number` texts a word must stand to be counted."""
    return 2 if number < 1_000 else max(5, number // 20_000)


def _tokenised(store: Store, stop: frozenset[str], identity: object) -> Iterator[list[str]]:
    for passage, text in store.db.execute("select passage, text from passages order by passage"):
        identity.update(f"{passage}\0{text}\0".encode())  # type: ignore[attr-defined]
        yield tokens(text, stop)


def _distinct(texts: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield texts that are not nearly the same as one before."""
    met: set[bytes] = set()
    for text in texts:
        bands = _bands(text)
        if met.isdisjoint(bands):
            yield text
        met.update(bands)


def _bands(text: list[str]) -> list[bytes]:
    """Return what nearly the same texts have in common (Broder 1997), numbered by place."""
    shingles = {" ".join(text[at : at + SHINGLE]) for at in range(max(len(text) - SHINGLE + 1, 1))}
    signature = MinHash(num_perm=PERMUTATIONS, seed=1)
    signature.update_batch(shingle.encode() for shingle in sorted(shingles))
    values = signature.hashvalues
    return [
        bytes([at]) + sha256(values[at : at + BAND].tobytes()).digest()[:8]
        for at in range(0, PERMUTATIONS, BAND)
    ]


def learn_stop(store: Store) -> frozenset[str]:
    """Return names of councils and places, months and words of procedure, in lower case.

    A name is written with a capital nine times in ten: `Reading` is one, `reading` is none. The
    codebook's own words, such as a product's name, always stay.
    """
    times: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    by_council: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for council, text in store.db.execute("select council, text from passages order by passage"):
        for word in _WORD.findall(text):
            low = word.lower()
            times[low] += 1
            capital[low] += word[0].isupper()
            by_council[low][council or ""] += 1
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
