"""Long fits that are killed midway go on where they were, and end with the same bytes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import NMF

from corpus.doctor import digest
from corpus.errors import NoTopics
from corpus.store import writing
from models.checkpoint import checkpoints, once
from models.run import fit_model, unfinished
from models.run_compare import compare
from tests.conftest import ROOT
from tests.models.test_topics import fill, planted

KILLED = """
import os, signal, sys
from pathlib import Path
from sklearn.decomposition import NMF
from corpus.store import writing
from models.run_compare import compare
real, calls = NMF.fit_transform, []
def counted(self, *given, **options):
    calls.append(self.n_components)
    if len(calls) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *given, **options)
NMF.fit_transform = counted
with writing(Path(sys.argv[1]), "topics") as store:
    compare(store, [2], algorithm="consensus")
"""


class Fits(list[int]):
    """The numbers of topics of all factorisations made, and at which one to stop."""

    stop = 0


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> Fits:
    made = Fits()
    real = NMF.fit_transform

    def counted(self: NMF, *given: object, **options: object) -> object:
        made.append(self.n_components)
        if len(made) == made.stop:
            raise KeyboardInterrupt
        return real(self, *given, **options)

    monkeypatch.setattr(NMF, "fit_transform", counted)
    return made


def filled(folder: Path) -> Path:
    folder.mkdir()
    with writing(folder / "corpus.db", "test") as store:
        fill(store, planted(40))
    return folder / "corpus.db"


def test_a_killed_comparison_goes_on_where_it_was(tmp_path: Path, fits: Fits) -> None:
    with writing(filled(tmp_path / "whole"), "test") as store:
        compare(store, [2], algorithm="consensus")
        whole, all_fits = digest(store), len(fits)
        assert not unfinished(store).exists()
    path, killed_at = filled(tmp_path / "killed"), 10
    process = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(killed_at)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    assert process.returncode == -signal.SIGKILL
    fits.clear()
    with writing(path, "test") as store:
        compare(store, [2], algorithm="consensus")
        assert len(fits) == all_fits - killed_at + 1
        assert digest(store) == whole
        assert not unfinished(store).exists()


def test_an_interrupted_fit_keeps_the_numbers_of_topics_it_has_tried(
    tmp_path: Path, fits: Fits
) -> None:
    with writing(filled(tmp_path / "whole"), "test") as store:
        fit_model(store, algorithm="lda")
        whole, all_fits = digest(store), len(fits)
    fits.clear()
    with writing(filled(tmp_path / "killed"), "test") as store:
        fits.stop = all_fits - 1
        with pytest.raises(KeyboardInterrupt):
            fit_model(store, algorithm="lda")
        assert store.rows("select * from topic_models") == []
        fits.clear()
        fits.stop = 0
        fit_model(store, algorithm="lda")
        assert len(fits) == 2
        assert digest(store) == whole and not unfinished(store).exists()


def test_a_step_is_known_by_all_that_goes_into_it(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> dict[str, np.ndarray]:
        made.append(1)
        return {"found": np.arange(3)}

    given = np.arange(4.0)
    with pytest.raises(KeyboardInterrupt), checkpoints(tmp_path / "kept"):
        for _ in range(2):
            assert once("step", (given, 2), make)["found"].tolist() == [0, 1, 2]
        assert len(made) == 1
        once("step", (given, 3), make)
        once("step", (given.astype(np.float32), 2), make)
        once("other", (given, 2), make)
        assert len(made) == 4
        raise KeyboardInterrupt
    assert len(list((tmp_path / "kept").iterdir())) == 4


def test_a_torn_file_is_made_anew_and_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoTopics), checkpoints(tmp_path / "kept"):
        once("step", (1,), lambda: {"found": np.ones(2)})
        (torn,) = (tmp_path / "kept").iterdir()
        torn.write_bytes(torn.read_bytes()[:40])
        assert once("step", (1,), lambda: {"found": np.zeros(2)})["found"].tolist() == [0, 0]
        raise NoTopics("too few")
    assert not (tmp_path / "kept").exists()


def test_without_a_long_fit_nothing_is_kept(tmp_path: Path) -> None:
    assert once("step", (1,), lambda: {"found": np.ones(1)})["found"].tolist() == [1]
    assert list(tmp_path.iterdir()) == []
