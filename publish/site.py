"""The site: Datasette with the project's metadata, templates and plugins over one corpus."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from corpus.errors import CorpusError
from corpus.published import is_published
from corpus.settings import Settings
from corpus.store import reading
from publish.database import DATABASE, TIME_LIMIT_MS, ReadOnly, complete
from publish.exports import defuse_exports
from publish.images import Renderer, set_renderer
from publish.metadata import metadata, published_at

HERE = Path(__file__).parent
SETTINGS = {
    "sql_time_limit_ms": TIME_LIMIT_MS,
    "facet_time_limit_ms": 300,  # a table page computes several facets, one after the other
    "default_facet_size": 12,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "allow_download": False,  # a database that is being written must not be copied bare
    "suggest_facets": False,  # scans every column of every table shown
    "num_sql_threads": 4,
    "truncate_cells_html": 300,
    "default_cache_ttl": 0,  # figures change while a build runs
}


@contextmanager
def site(
    path: Path, settings: Settings | None = None, *, hosts: Sequence[str] = ()
) -> Iterator[Any]:
    """Yield a Datasette that serves a corpus read-only, also while a build is writing to it.

    `hosts` are names, besides this machine's own, at which a published corpus answers. Raises
    `MissingPath`, `ForeignDatabase`, or `CorpusError` where another corpus is given such names.
    The worker that draws pages ends with it.
    """
    with reading(path, settings) as store:
        about, files, limits = metadata(store.db.conn), store.files, store.settings
        if hosts and not is_published(store.db.conn):
            raise CorpusError(
                f"{path} is not published: it holds what must not be shown to others. "
                "`corpus publish` makes public.db, which may answer at --public-host."
            )
    about |= published_at(hosts) | {"plugins": {"council-corpus": {"hosts": list(hosts)}}}
    prepare()
    datasette = Datasette(
        [],
        metadata=about,
        template_dir=str(HERE / "templates"),
        plugins_dir=str(HERE / "plugins"),
        static_mounts=[("assets", str(HERE / "static"))],
        settings=SETTINGS | {"force_https_urls": bool(hosts)},
    )
    datasette.remove_database("_memory")
    datasette.add_database(ReadOnly(datasette, path=str(path), is_mutable=True), name=DATABASE)
    renderer = Renderer(files, limits)
    set_renderer(datasette, renderer)
    try:
        yield datasette
    finally:
        renderer.close()
        # A figure that is counted behind a reader's back may be at work on a connection still:
        # SQLite crashes the process where it is closed meanwhile.
        datasette.executor.shutdown(wait=True, cancel_futures=True)
        datasette.get_database(DATABASE).close()
        complete(datasette).close()


def prepare() -> None:
    """Change what Datasette has no option or hook for; twice is once."""
    _one_error_handler()
    defuse_exports()


def _one_error_handler() -> None:
    """Take out Datasette's own error page, which prints every unknown address as a traceback.

    All implementations of that hook run, not only the first; `plugins/errors.py` replaces it.
    """
    if pm.has_plugin("datasette.handle_exception"):
        pm.unregister(name="datasette.handle_exception")
