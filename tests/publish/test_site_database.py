"""What a site keeps, and that it ends in peace while a question is being answered."""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.store import writing
from publish import database
from publish.database import ask
from publish.site import site
from tests.publish.site_corpus import make


def test_what_is_asked_for_again_outlives_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MOST_KEPT", 2)
    memory = database._Memory()
    for key in ("shelf", "a search"):
        memory.keep(key, database._Kept(key, (), 0.0, 0.0))
    assert memory.known("shelf") and not memory.known("nothing")
    memory.keep("another", database._Kept("another", (), 0.0, 0.0))
    assert list(memory.kept) == ["shelf", "another"]


def test_where_memory_is_short_what_is_large_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MOST_BYTES", 100)
    memory = database._Memory()
    for key, answer in (("figures", "few"), ("old", np.zeros(10)), ("new", np.zeros(10))):
        memory.keep(key, database._Kept(answer, (), 0.0, 0.0))
    assert list(memory.kept) == ["figures", "new"]
    memory.keep("larger than all", database._Kept(np.zeros(100), (), 0.0, 0.0))
    assert list(memory.kept) == ["figures", "larger than all"]


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


@pytest.mark.parametrize(
    ("address", "change", "said"),
    [
        ("/coverage", "update sources set title = 'Renamed since'", "Renamed since"),
        (
            "/kwic.json?q=predictive&sort=date&year=1999",
            "update documents set published_on = '1999-01-01'",
            "1999-01-01",
        ),
        (
            "/-/search?q=predictive&by=words",
            "update documents set published_on = '1999-01-01'",
            '<option value="1999"',
        ),
    ],
)
def test_what_is_made_of_an_old_answer_is_as_old(
    address: str, change: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow answer may be told once more while it is counted anew: not for ever after."""
    monkeypatch.setattr(database, "SLOW_SECONDS", 0)
    monkeypatch.setattr(database, "FRESH_SECONDS", 0)
    made = make(tmp_path / "corpus.db")

    async def asked_often() -> list[bool]:
        told = []
        for _ in range(4):
            answer = await datasette.client.get(address)
            assert answer.status_code == 200
            told.append(said in answer.text)
            while any(not task.done() for task in asked_now(datasette)):
                await asyncio.sleep(0.01)
        return told

    with site(made.path) as datasette:
        assert not any(asyncio.run(asked_often()))
        with writing(made.path, "test") as store, store.db.atomic():
            store.db.execute(change)
        told = asyncio.run(asked_often())
    assert told[-1], told


def asked_now(datasette: Any) -> list["asyncio.Task[Any]"]:
    return list(database._memories[datasette].asked.values())
