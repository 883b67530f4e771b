"""The hostile corpus, and a site over it."""

from collections.abc import Iterator

import pytest

from publish.site import site
from tests.publish.site_corpus import Made, Site, make


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("site") / "corpus.db")


@pytest.fixture(scope="session")
def served(made: Made) -> Iterator[Site]:
    with site(made.path) as datasette:
        asked = Site(datasette)
        yield asked
        asked.close()
