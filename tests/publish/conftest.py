"""The hostile corpus, and a site over it."""

from collections.abc import Iterator

import pytest

from publish.site import site
from tests.publish.publication import Out, publication
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


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Out:
    """A hostile corpus with personal data, and what was published of it."""
    return publication(tmp_path_factory.mktemp("publication"))


@pytest.fixture(scope="session")
def public(out: Out) -> Iterator[Site]:
    """The site over the published corpus."""
    with site(out.public) as datasette:
        asked = Site(datasette)
        yield asked
        asked.close()
