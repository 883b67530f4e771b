"""A sample on disk: a sheet for each coder, and beside them the frame with its denominators."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from coding.codings_file import write_whole
from coding.population import UNITS, items, pages_searched, population
from coding.sample import Drawn, allot, draw
from coding.sheets import Item, sheet
from corpus.errors import CorpusError
from corpus.ids import short_hash
from corpus.language.lexicon import Lexicon
from corpus.store import Store
from corpus.study import Study


@dataclass(frozen=True)
class Wish:
    """What is to be drawn; the same wish of the same corpus gives the same sample."""

    of: str
    size: int
    per_stratum: int | None
    by: tuple[str, ...]
    seed: int
    coders: tuple[str, ...] = ()
    double: float = 0.0
    name: str = ""

    @property
    def sample(self) -> str:
        """The sample's id."""
        told = json.dumps([self.size, self.per_stratum, self.by, self.coders, self.double])
        return self.name or f"{self.of}-{self.seed}-{short_hash(told, length=4)}"


@dataclass
class Sample:
    """A sample: its items, who codes which, and its frame."""

    frame: dict[str, Any]
    items: list[Item] = field(default_factory=list)
    coders: list[tuple[str, ...]] = field(default_factory=list)

    def sheets(self) -> dict[str, list[Item]]:
        """Return the items of each coder, or all under an empty name where nobody is named."""
        names = sorted({coder for coders in self.coders for coder in coders}) or [""]
        return {
            name: [
                item
                for item, coders in zip(self.items, self.coders, strict=True)
                if not name or name in coders
            ]
            for name in names
        }


def make(store: Store, study: Study, wish: Wish) -> Sample:
    """Draw a sample; raises `TooManyStrata`."""
    drawn = draw(
        population(store, wish.of, wish.by),
        size=wish.size,
        per_stratum=wish.per_stratum,
        seed=wish.seed,
    )
    coders = allot(drawn.units, wish.coders, wish.double)
    found = list(items(store, wish.of, drawn.units, wish.sample))
    return Sample(_frame(store, study, wish, drawn, coders), found, coders)


def _frame(
    store: Store, study: Study, wish: Wish, drawn: Drawn, coders: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """Return what an estimate needs: who was drawn from what, and out of how many."""
    each = {name: sum(name in given for given in coders) for name in wish.coders}
    return {
        "sample": wish.sample,
        "of": wish.of,
        "unit": UNITS[wish.of],
        "seed": wish.seed,
        "by": list(wish.by),
        "population": drawn.population,
        "drawn": len(drawn.units),
        "strata": {name: asdict(stratum) for name, stratum in drawn.strata.items()},
        "pages": pages_searched(store),
        "codebook": study.codebook.version,
        "lexicon": Lexicon(study.codebook).version,
        "coders": each,
        "coded_twice": sum(len(given) > 1 for given in coders),
    }


def write(folder: Path, sample: Sample) -> list[Path]:
    """Write the sheets and the frame; a sheet that is there already is never overwritten.

    Raises `CorpusError` where one is and says something else: somebody may have filled it in.
    """
    name = sample.frame["sample"]
    texts = {
        folder / f"{name}-{coder}.csv" if coder else folder / f"{name}.csv": sheet(rows, coder)
        for coder, rows in sample.sheets().items()
    }
    texts[folder / f"{name}.json"] = json.dumps(sample.frame, indent=2, ensure_ascii=False) + "\n"
    for path, text in texts.items():
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise CorpusError(
                f"{path} exists and may have been filled in. Take another --name or --seed."
            )
    for path, text in texts.items():
        write_whole(path, text)
    return list(texts)
