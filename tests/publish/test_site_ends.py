"""A site that ends while a question is being answered."""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path

from publish.database import ask
from publish.site import site
from tests.publish.site_corpus import make


def test_a_site_that_ends_waits_for_the_question_it_is_at(tmp_path: Path) -> None:
    made = make(tmp_path / "corpus.db")
    began, ended = threading.Event(), threading.Event()

    def long(connection: sqlite3.Connection) -> int:
        began.set()
        time.sleep(0.5)
        (count,) = connection.execute("select count(*) from documents").fetchone()
        ended.set()
        return int(count)

    async def leave() -> None:
        asking = asyncio.ensure_future(ask(datasette, long))
        await asyncio.to_thread(began.wait)
        asking.cancel()

    with site(made.path) as datasette:
        asyncio.run(leave())
        assert not ended.is_set()
    assert ended.is_set(), "its connection was closed under it"
