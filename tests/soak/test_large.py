"""What takes long: damaged files by the hundred, the whole real set, a million pages."""

import io
import json
import os
import random
import subprocess
import sys
import time
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from corpus import formats
from corpus.errors import ReadingError
from corpus.ids import page_id, sha256
from corpus.retrieval.search import search
from corpus.store import Batch, Store, reading, writing
from demo.papers import render
from demo.world import build_world
from tests.conftest import Make
from tests.extract.test_mail import mail, msg
from tests.extract.test_office import odf, slides
from tests.extract.test_sheets import ROWS, xls, xlsx

VARIANTS = int(os.environ.get("VARIANTS", "2500"))
NAMED = {kind.__name__ for kind in ReadingError.__subclasses__()}
pytestmark = pytest.mark.soak


def corpus(path: Path, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "workbench.main", "--corpus", str(path), *arguments, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 4), done.stderr
    return json.loads(done.stdout)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a file cut short, with bytes overwritten, bits flipped, or a piece of it repeated."""
    whole = chance.random() < 0.7
    torn = bytearray(content if whole else content[: chance.randrange(1, len(content) + 1)])
    for _ in range(chance.randrange(0, 20)):
        torn[chance.randrange(len(torn))] = chance.randrange(256)
    for _ in range(chance.randrange(0, 20)):
        torn[chance.randrange(len(torn))] ^= 1 << chance.randrange(8)
    start = chance.randrange(len(torn))
    return bytes(torn) + bytes(torn[start : start + chance.randrange(2000)])


def spliced(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return the beginning of one file with the end of another."""
    return content[: chance.randrange(len(content))] + other[chance.randrange(len(other)) :]


def damaged_inside(content: bytes, chance: random.Random) -> bytes:
    """Return an archive that is whole, with a member that is damaged: checksums hide nothing."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
            names = sorted(n for n in old.namelist() if n.endswith((".xml", ".rels")))
            chosen = set(chance.choices(names, k=2))
            for name in old.namelist():
                part = old.read(name)
                new.writestr(name, damaged(part, chance) if name in chosen and part else part)
    except (zipfile.BadZipFile, IndexError, NotImplementedError):
        return damaged(content, chance)
    return out.getvalue()


def specimens(testdata: Path) -> dict[str, list[bytes]]:
    """Return small whole files by format: real ones, and made ones where none is real."""
    chance, found = random.Random(7), defaultdict(list)
    papers = [
        d for c in build_world().councils for m in c.meetings for i in m.items for d in i.documents
    ]
    made = [
        *(render(paper)[0] for paper in chance.sample(papers, 20)),
        *(slides(), xlsx(ROWS), xls(ROWS), mail().as_bytes(), Make().compound(msg())),
        odf("presentation", "<office:presentation><draw:page/></office:presentation>"),
        odf("spreadsheet", "<office:spreadsheet><table:table/></office:spreadsheet>"),
        b"<?xml version='1.0'?><minutes><item>One</item></minutes>",
    ]
    real = (p.read_bytes() for p in sorted((testdata / "corpus").rglob("*.*")) if p.is_file())
    for content in [*made, *(c for c in real if 0 < len(c) < 100_000)]:
        kind = formats.sniff(content)
        if kind is not formats.JSON and len(found[kind.name]) < 30:
            found[kind.name].append(content)
    return found


def test_damaged_files_are_all_accounted_for(tmp_path: Path, testdata: Path) -> None:
    """Text or a named failure, each within its limit, and the command lives on."""
    folder, chance = tmp_path / "papers", random.Random(7)
    folder.mkdir()
    kinds = specimens(testdata)
    assert len(kinds) > 12
    whole = [content for contents in kinds.values() for content in contents]
    ways = (
        damaged,
        damaged_inside,
        lambda content, chance: spliced(content, chance.choice(whole), chance),
    )
    for number in range(VARIANTS):
        kind = sorted(kinds)[number % len(kinds)]
        content = chance.choice(ways)(chance.choice(kinds[kind]), chance)
        (folder / f"{number:05}-{kind}").write_bytes(content or b"x")
    path = tmp_path / "corpus.db"
    imported = corpus(path, "import", str(folder))
    assert imported["files"] == VARIANTS
    corpus(path, "extract")
    status = corpus(path, "status")
    assert sum(status["files_by_outcome"].values()) == status["files"]
    assert "not-extracted" not in status["files_by_outcome"]
    assert corpus(path, "doctor") == {"problems": [], "mended": []}
    with reading(path) as store:
        failed = store.rows("select stage, error, count(*) n from failures group by 1, 2")
        ended = store.rows(
            "select mime, outcome, count(*) n from files group by 1, 2 order by 1, 2"
        )
    for row in [*ended, *failed]:
        print(*row.values())
    assert {row["error"] for row in failed} <= NAMED


def test_the_whole_real_set_is_accounted_for(tmp_path: Path, testdata: Path) -> None:
    folder, path = testdata / "corpus", tmp_path / "corpus.db"
    given = ["import", str(folder), "--metadata", str(folder / "metadata.csv")]
    first = corpus(path, *given)
    corpus(path, "build")
    before = corpus(path, "doctor", "--digest")
    again = corpus(path, *given)
    assert again["kept"] == 0
    assert again["skipped"] + again["failed"] == again["files"] == first["files"]
    built = corpus(path, "build")
    assert built["extracted"] == {"rescreened": 0, "screened": 0, "read": 0, "failed": 0}
    assert corpus(path, "doctor", "--digest") == before
    with reading(path) as store:
        check_every_file(store, folder)
    print(corpus(path, "status"))


def check_every_file(store: Store, folder: Path) -> None:
    """Each file on the disk is a document with an outcome, metadata, or a named failure."""
    for file in folder.rglob("*"):
        if not file.is_file() or file.name.startswith("."):
            continue
        url = file.resolve().as_uri()
        outcomes = store.rows(
            "select f.outcome from documents d join captures c using (document) join files f on "
            "f.sha256 = c.sha256 where d.url = ?",
            (url,),
        )
        known = store.value(
            "select 1 from failures where stage = 'import' and subject = ? union all select 1 "
            "from visits where url = ?",
            (url, url),
        )
        assert known, f"{file} was not looked at"
        assert all(row["outcome"] for row in outcomes), f"{file} has no outcome"


PAGES = 1_000_000
WORDS = [
    "committee",
    "report",
    "budget",
    "highway",
    "library",
    "tenant",
    "school",
    "parking",
    "planning",
    "waste",
    "review",
    "risk",
    "score",
    "data",
    "matching",
    "service",
    "officer",
]


def test_a_million_pages_are_searched(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    needles = fill(path)
    with reading(path) as store:
        start = time.perf_counter()
        found = search(store.db.conn, "quincunx", limit=len(needles) + 1)
        print(f"{time.perf_counter() - start:.3f} s for {found.total} pages of {PAGES:,}")
        assert {hit.page for hit in found.hits} == needles
        common = search(store.db.conn, "tenant school", limit=5)
        assert common.total > PAGES / 10
        assert len(common.hits) == 5


def fill(path: Path) -> set[str]:
    """Write a million short pages of a thousand files; return the pages with the rare word."""
    chance, needles = random.Random(3), set()
    with writing(path, "test") as store, Batch(store) as batch:
        for number in range(PAGES // 1000):
            digest = sha256(str(number).encode())
            texts = [" ".join(chance.choices(WORDS, k=40)) for _ in range(1000)]
            if number % 100 == 0:
                texts[7] += " quincunx"
                needles.add(page_id(digest, 8))
            with batch.document():
                write_file(store, digest, texts)
    return needles


def write_file(store: Store, digest: str, texts: list[str]) -> None:
    name = f"test-{digest[:16]}"
    store.db.table("files").insert(
        {"sha256": digest, "document": name, "outcome": "screened", "chars": 1}
    )
    store.db.table("documents").insert(
        {
            "document": name,
            "title": name,
            "sha256": digest,
            "published_on": "2026-01-01",
            "kind": "report",
        }
    )
    store.db.table("pages").insert_all(
        {
            "page": page_id(digest, n),
            "sha256": digest,
            "number": n,
            "text": text,
            "outcome": "text",
            "method": "screen",
            "chars": len(text),
        }
        for n, text in enumerate(texts, 1)
    )
