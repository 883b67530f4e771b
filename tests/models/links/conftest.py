"""The world of lives, imported, read and linked once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.settings import Settings
from corpus.store import reading, writing
from corpus.study import load_study
from demo.lives import Lives, build_lives
from demo.lives_truth import DOCUMENTS, Truth
from tests.conftest import ROOT
from tests.models.links.world import build, decide_all


@pytest.fixture(scope="session")
def world() -> Lives:
    return build_lives()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the world: `corpus.db` with links, `study/`, `papers/`. Never written to."""
    folder = tmp_path_factory.mktemp("lives")
    build(folder, ROOT / "study" / "sources")
    return folder


@pytest.fixture(scope="session")
def truth(built: Path, world: Lives) -> Truth:
    with reading(built / "corpus.db") as store:
        return Truth.of(world, store.rows(DOCUMENTS))


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the world that a test may write to."""
    folder = tmp_path / "lives"
    shutil.copytree(built, folder)
    return folder


@pytest.fixture(scope="session")
def reviewed(built: Path, truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world after somebody who knows the truth decided every proposal. Never written to."""
    folder = tmp_path_factory.mktemp("reviewed") / "lives"
    shutil.copytree(built, folder)
    decide_all(folder, truth)
    _link(folder)
    return folder


@pytest.fixture
def reviewed_copy(reviewed: Path, tmp_path: Path) -> Path:
    """A copy of the reviewed world that a test may write to."""
    folder = tmp_path / "reviewed"
    shutil.copytree(reviewed, folder)
    return folder


@pytest.fixture
def relink(copied: Path) -> Callable[[], object]:
    """Link a copy of the world anew, as `corpus build` does."""
    return lambda: _link(copied)


def _link(folder: Path) -> object:
    from models.links.run_links import link
    from models.links.run_systems import draw

    study = load_study(folder / "study")
    with writing(folder / "corpus.db", "test", settings=Settings()) as store:
        done = link(store, study)
        draw(store, study)
        return done
