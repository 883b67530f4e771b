"""A week in an hour: what the corpus says at its end is what the world says happened."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Make
from tests.soak.reader import Reader
from tests.soak.week import MENTION, ORDINARY, Nights


def changes(told: Any) -> tuple[int, int, int]:
    (looked,) = told["alerts"]
    return looked["new"], looked["changed"], looked["gone"]


def kept(told: Any) -> int:
    return sum(one["kept"] for one in told["crawled"])


@pytest.mark.soak
def test_a_week_of_updates(tmp_path: Path, make: Make) -> None:
    nights = Nights(tmp_path / "week", make)
    told = nights.update(0)
    assert kept(told) == 5 and changes(told) == (0, 0, 0), "what is there first is no news"
    assert told["alerts"][0]["items"] == 5
    with Reader(nights.path):
        told = the_week(nights)
    nights.site.close()
    at_the_end(nights, told)


def the_week(nights: Nights) -> Any:
    """What the world does day by day, and what each night says of it; returns the last answer."""
    world = nights.world
    world.publish("AAA", 3, MENTION.format(3))
    world.publish("AAA", 4, ORDINARY.format(4))
    told = nights.update(1)
    assert kept(told) == 2 and changes(told) == (1, 0, 0)
    (news,) = told["alerts"][0]["changes"]
    assert news["document"] == "aaa-modgov-s3"

    world.publish("BBB", 11, "The council no longer trusts predictive analytics, version two.")
    told = nights.update(2)
    assert kept(told) == 1 and changes(told) == (0, 1, 0)
    assert "the paper was replaced" in told["alerts"][0]["changes"][0]["why"]

    world.broken = {"CCC"}
    told = nights.update(3, code=4)
    assert kept(told) == 0 and changes(told) == (0, 0, 0)
    assert any("ccc.test" in one["subject"] for one in told["failures"]), "the fault is named"
    assert any(one["council"] == "CCC" and one["kind"] == "wrong" for one in told["complaints"])

    world.broken = set()  # on night 4 the machine is off
    del world.papers["BBB"][12]
    told = nights.update(5)
    assert list(told["due"]) == ["modgov"] and changes(told) == (0, 0, 0)
    assert not any(one["council"] == "CCC" for one in told["complaints"]), "C is well again"

    world.put("AAA", 5, b"%PDF-1.7 broken" * 20)
    told = nights.update(6, code=4)
    assert kept(told) == 1
    assert [one["error"] for one in told["failures"] if one["stage"] == "screen"] == ["Broken"]

    world.publish("AAA", 6, MENTION.format(6))
    told = nights.update(7, code=3)
    assert changes(told) == (1, 0, 1), "the third night on which B's paper is missed"
    gone = [one for one in told["alerts"][0]["changes"] if one["kind"] == "gone"]
    assert gone[0]["document"] == "bbb-modgov-s12" and "gone from its site" in gone[0]["why"]
    failing = [one for one in told["checks"] if one["state"] == "failing"]
    assert [one["monitor"] for one in failing] == ["modgov/AAA/max_documents"]

    world.closed = {"CCC"}
    told = nights.update(8, code=3)
    assert any(one["kind"] == "refused" and one["council"] == "CCC" for one in told["complaints"])
    return told


def at_the_end(nights: Nights, told: Any) -> None:
    """Corpus, ledger, alerts and monitors are those of the world."""
    connection = sqlite3.connect(nights.path)

    def rows(sql: str) -> list[Any]:
        return connection.execute(sql).fetchall()

    world = nights.world
    served = {digest for versions in world.served.values() for digest in versions}
    assert {sha for (sha,) in rows("select sha256 from files")} == served
    assert len(rows("select * from documents")) == 9 and len(rows("select * from captures")) == 10
    assert sorted(rows("select document, kind from changes")) == [
        ("bbb-modgov-s11", "replaced"),
        ("bbb-modgov-s12", "gone"),
    ]
    month = f"{nights.begins:%Y-%m}"
    states = dict(rows(f"select council, state from coverage where month = '{month}'"))
    assert states == {"AAA": "searched", "BBB": "searched", "CCC": "robots-refused"}
    assert rows("select kind, count(*) from alert_changes group by 1 order by 1") == [
        ("changed", 1),
        ("gone", 1),
        ("new", 2),
    ]
    assert rows("select monitor from monitors where state = 'failing'") == [
        ("modgov/AAA/max_documents",)
    ]
    assert rows("select exit_code from updates") == [(c,) for c in (0, 0, 0, 4, 0, 4, 3, 3)]
    assert rows("select distinct outcome, attempts from updates") == [("finished", 1)]
    connection.close()
    before = nights.run(8, "doctor", "--digest")
    assert nights.run(8, "doctor") == {"problems": [], "mended": []}
    again = nights.run(8, "update", "--jobs", "1", codes=(3,))
    assert again["due"] == {} and nights.run(8, "doctor", "--digest") == before
    assert json.dumps(told["checks"]).count("failing") == 1
