"""One coder's way through a sample: what is coded, what comes next, and the file it goes to.

Only this coder's own file is read: nobody sees what another has said.
"""

from pathlib import Path

from coding.codings import Coding, Vocabulary
from coding.codings_file import Read, read_codings, write_codings
from coding.sheets import Answers, Item, answers_of, codings, read_items
from corpus.errors import CorpusError
from corpus.ids import fold
from corpus.store import now

Key = tuple[str, ...]


class Session:
    """The items of a sample and one coder's answers; every answer is on disk before the next."""

    def __init__(self, study: Path, vocabulary: Vocabulary, sample: str, coder: str) -> None:
        self.sample, self.coder, self._vocabulary = sample, coder, vocabulary
        self.items = _items(study / "samples", sample, coder)
        self.path = study / "codings" / f"{sample}-{coder}.csv"
        self._codings = self._held()

    def _held(self) -> list[Coding]:
        held = Read()
        if self.path.exists():
            read_codings(self.path, self._vocabulary, held)
        if held.problems:
            raise CorpusError(f"{held.problems[0]}. Mend it first: this file is to be added to.")
        return list(held.codings.values())

    def of(self, number: int) -> list[Coding]:
        """Return what was said of an item (counted from 1)."""
        key = _key(self.items[number - 1])
        return [coding for coding in self._codings if self._is_own(coding) and _key(coding) == key]

    def _is_own(self, coding: Coding) -> bool:
        return coding.coder == self.coder and coding.sample == self.items[0].sample

    def answers(self, number: int) -> Answers:
        """Return the answers given to an item."""
        return answers_of(self.of(number))

    def save(self, number: int, answers: Answers) -> None:
        """Write the answers to an item in place of earlier ones; raises `BadRow`."""
        item, at = self.items[number - 1], now()
        version = self._vocabulary.codebook
        new = codings(item, answers, coder=self.coder, at=at, codebook=version)
        for coding in new:
            self._vocabulary.check(coding)
        old = {coding.id for coding in self.of(number)}
        self._write([coding for coding in self._codings if coding.id not in old] + new)

    def undo(self) -> int | None:
        """Take back the answers given last; return the item's number, or None."""
        done = self._by_key()
        for coding in reversed(self._codings):
            number = done.get(_key(coding)) if self._is_own(coding) else None
            if number:
                gone = {each.id for each in self.of(number)}
                self._write([each for each in self._codings if each.id not in gone])
                return number
        return None

    def _write(self, codings: list[Coding]) -> None:
        write_codings(self.path, codings)
        self._codings = codings

    def _by_key(self) -> dict[Key, int]:
        return {_key(item): number for number, item in enumerate(self.items, 1)}

    def done(self) -> set[int]:
        """Return the numbers of the items that are coded."""
        numbers = self._by_key()
        found = (numbers.get(_key(each)) for each in self._codings if self._is_own(each))
        return {number for number in found if number}

    def next(self, after: int = 0) -> int | None:
        """Return the first item after this one that is not coded, else the first of all."""
        done = self.done()
        left = [number for number in range(1, len(self.items) + 1) if number not in done]
        return next((number for number in left if number > after), left[0] if left else None)


def _key(words: Item | Coding) -> Key:
    return (words.page, fold(words.prefix), fold(words.quote), fold(words.suffix))


def _items(folder: Path, sample: str, coder: str) -> list[Item]:
    """Return the items a coder was given; raises `CorpusError` saying which samples there are."""
    named = (folder / f"{sample}-{coder}.csv", folder / f"{sample}.csv")
    path = next((path for path in named if path.is_file()), None)
    if path is None:
        held = sorted(path.stem for path in folder.glob("*.json"))
        raise CorpusError(
            f"There is no sheet {named[0].name} or {named[1].name} in {folder} (samples: "
            f"{', '.join(held) or 'none'}). `corpus code sample` draws one."
        )
    items, found = read_items(path)
    if found.problems:
        raise CorpusError(str(found.problems[0]))
    if not items:
        raise CorpusError(f"{path} holds no items.")
    return items
