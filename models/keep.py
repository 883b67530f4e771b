"""Fitted models as files: `files/models/ID/`, plain JSON and arrays, no pickles."""

import filecmp
import json
import shutil
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import NoTopics
from models.topics import ARRAYS, Fitted

READ = "passages.npy"


@dataclass(frozen=True)
class Kept:
    """A fitted model and what is needed to apply it to new passages."""

    fitted: Fitted
    phrases: dict[str, float]
    options: dict[str, Any]
    stop: frozenset[str] = frozenset()
    read: NDArray[np.uint64] | None = None
    """Short fingerprints of the passages it was fitted on, sorted; models of old have none."""


def mark(passage: str) -> int:
    """Return a passage's short fingerprint: eight bytes tell millions apart."""
    return int.from_bytes(sha256(passage.encode()).digest()[:8], "big")


def topic_id(model: str, number: int) -> str:
    """Return the id of a topic: its model and its number."""
    return f"{model}-t{number:02d}"


def save(folder: Path, kept: Kept) -> None:
    """Write a model; the folder appears when it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".part-") as temporary:
        place = Path(temporary) / "model"
        place.mkdir()
        for name in ARRAYS:
            array = getattr(kept.fitted, name)
            if array is not None:
                np.save(place / f"{name}.npy", array, allow_pickle=False)
        if kept.read is not None:
            np.save(place / READ, kept.read, allow_pickle=False)
        (place / "model.json").write_text(
            json.dumps(
                {
                    "words": kept.fitted.words,
                    "seed": kept.fitted.seed,
                    "algorithm": kept.fitted.algorithm,
                    "phrases": kept.phrases,
                    "stop": sorted(kept.stop),
                    "names": kept.fitted.names,
                    "periods": kept.fitted.periods,
                    "options": kept.options,
                },
                ensure_ascii=False,
                indent=1,
            ),
            encoding="utf-8",
        )
        if _same(place, folder):
            return
        shutil.rmtree(folder, ignore_errors=True)
        place.rename(folder)


def load(folder: Path) -> Kept:
    """Read a model back.

    Raises `NoTopics` where its files are gone.
    """
    if not (folder / "model.json").is_file():
        raise NoTopics(
            f"The files of the topic model {folder.name} are gone from {folder}. Fit one anew "
            "with `corpus topics fit`."
        )
    told = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    arrays = {
        name: np.load(path, allow_pickle=False)
        for name in ARRAYS
        if (path := folder / f"{name}.npy").is_file()
    }
    if "topic_words" not in arrays:  # a model kept before there were algorithms to choose from
        arrays["topic_words"] = np.load(folder / "lambda.npy", allow_pickle=False)
    algorithm = told.get("algorithm", "lda")
    fitted = Fitted(
        tuple(told["words"]),
        seed=told["seed"],
        algorithm=algorithm,
        names=tuple(told.get("names", ())),
        periods=tuple(told.get("periods", ())),
        **arrays,
    )
    read = folder / READ
    known = np.load(read, allow_pickle=False) if read.is_file() else None
    return Kept(fitted, told["phrases"], told["options"], frozenset(told.get("stop", ())), known)


def _same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same model: the same passages give it bit for bit."""
    names = [path.name for path in one.iterdir()]
    return not any(filecmp.cmpfiles(one, other, names, shallow=False)[1:])
