"""Packs, duplicates and text reuse: the part that writes `reports` and `similarities`.

All of it comes from the kept text, so that no file is opened. A change of a page's text undoes the
marks `split_with`, `signed_with` and `compared_with` of its file (a trigger sees to it, whoever
writes): each step does the files without its mark, and a second run does nothing.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import formats
from corpus.language.words import Words
from corpus.progress import progress
from corpus.store import Batch, Row, Store
from extract.duplicates import PERMUTATIONS, Array, duplicates, signature
from extract.kept import Kept, near_rows, reuse_rows
from extract.packs import PACKS, Leaf, Report
from extract.packs import split as split_pages
from extract.reuse import candidates, fingerprints

SPLITTER = "packs-1"
SIGNER = "minhash-1"
COMPARER = "compare-1"
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(PACKS))
OF_A_PACK = f"""exists (select 1 from captures c join documents d using (document)
    where c.sha256 = f.sha256 and d.kind in ({_KINDS}))"""
TO_SPLIT = f"""select * from (
    select f.sha256, f.document, f.pages, f.split_with, {OF_A_PACK} as pack from files f
    where f.mime = '{formats.PDF.mime}' and f.outcome in ('read', 'screened')
    and f.kept_in is null)
    where split_with is not ?1 || iif(pack, ':pack', ':other') order by sha256"""
TO_SIGN = f"""select sha256 from files where outcome in ('read', 'screened') and kept_in is null
    and mime != '{formats.OCDS.mime}' and signed_with is not ? order by sha256"""
"""Notices of one procurement repeat each other, and each stage of it is counted."""
STATES = f"""select f.sha256, f.compared_with, f.pages, {OF_A_PACK} as pack,
    exists (select 1 from documents d where d.document = f.document and d.sha256 = f.sha256)
        as latest,
    (select group_concat(council, ' ') from (select distinct d.council from captures c
        join documents d using (document) where c.sha256 = f.sha256 and d.council is not null
        order by d.council)) as councils,
    (select min(coalesce(m.held_on, d.published_on)) from captures c join documents d
        using (document) left join meetings m using (meeting) where c.sha256 = f.sha256) as dated
    from files f join signatures s using (sha256) where f.signed_with is not null
    order by f.sha256"""
FIND_AGAIN = """update files set found_with = null where sha256 in
    (select g.sha256 from pages g where g.page = ?)"""
"""A page that repeats another one, or does so no more, has its mentions judged anew."""


@dataclass
class Opened:
    """What a run did, in files."""

    packs: int = 0
    reports: int = 0
    compared: int = 0


def split(store: Store) -> Opened:
    """Find the reports in every pack and long PDF whose text, kind or splitter has changed."""
    done = Opened()
    files = store.rows(TO_SPLIT, (SPLITTER,))
    with progress("opening packs", len(files)) as advance, Batch(store, advance) as batch:
        for file in files:
            reports = _split_one(store, file)
            with batch.document():
                _keep_reports(store, file, reports)
            done.packs += bool(reports)
            done.reports += len(reports)
    return done


def _split_one(store: Store, file: Row) -> list[Report]:
    pages = [
        Leaf(page["number"], page["text"] or "", page["label"])
        for page in store.rows(
            "select number, text, label from pages where sha256 = ? order by number",
            (file["sha256"],),
        )
    ]
    outline = store.value("select outline from screenings where sha256 = ?", (file["sha256"],))
    marks = [(level, title, number) for level, title, number in json.loads(outline or "[]")]
    return split_pages(pages, marks, kind="pack" if file["pack"] else "other")


def _keep_reports(store: Store, file: Row, reports: Sequence[Report]) -> None:
    sha256 = file["sha256"]
    store.db.execute("delete from reports where sha256 = ?", (sha256,))
    pages = {
        row["number"]: row["page"]
        for row in store.rows("select number, page from pages where sha256 = ?", (sha256,))
    }
    store.db.table("reports").insert_all(
        [
            {
                "report": pages[report.first],
                "sha256": sha256,
                "document": file["document"],
                "kind": report.kind,
                "item_number": report.item,
                "title": report.title,
                "author_role": report.author_role,
                "recommendation": report.recommendation,
                "first_page": report.first,
                "last_page": report.last,
                "how": json.dumps(report.how),
                "score": report.score,
            }
            for report in reports
        ]
    )
    mark = f"{SPLITTER}:{'pack' if file['pack'] else 'other'}"
    store.db.execute("update files set split_with = ? where sha256 = ?", (mark, sha256))


def compare(store: Store) -> Opened:
    """Find duplicate pages and text reuse wherever a file is new or has changed."""
    _sign_all(store)
    states = store.rows(STATES)
    stale = {row["sha256"] for row in states if row["compared_with"] != _state(row)}
    if not stale:
        return Opened()
    kept = _load(store, states)
    _judge(store, kept, states, stale)
    return Opened(compared=len(stale))


def _state(row: Row) -> str:
    keys = ("councils", "dated", "pages", "latest", "pack")
    return json.dumps([COMPARER, *(row[key] for key in keys)])


def _sign_all(store: Store) -> None:
    """Keep the signatures of every file whose text has changed."""
    files = store.rows(TO_SIGN, (SIGNER,))
    with progress("comparing texts", len(files)) as advance, Batch(store, advance) as batch:
        for file in files:
            row = _signed(store, file["sha256"])
            with batch.document():
                store.db.table("signatures").upsert(row, pk="sha256")
                store.db.execute(
                    "update files set signed_with = ?, compared_with = null where sha256 = ?",
                    (SIGNER, file["sha256"]),
                )


def _signed(store: Store, sha256: str) -> Row:
    numbers, hashes, owners, prints = [], [], [], []
    for page in store.rows(
        "select number, text from pages where sha256 = ? and outcome = 'text' order by number",
        (sha256,),
    ):
        words = Words(page["text"]).words
        minhash = signature(words)
        if minhash is not None:
            numbers.append(page["number"])
            hashes.append(minhash)
            runs = fingerprints(words)
            owners.append(np.full(len(runs), len(numbers) - 1, dtype="<u4"))
            prints.append(runs)
    return {
        "sha256": sha256,
        "pages": len(numbers),
        "minhashes": _packed(np.array(numbers, dtype="<u4"), *hashes),
        "runs": _packed(*owners, *prints),
    }


def _packed(*parts: Array) -> bytes:
    joined = np.concatenate(parts) if parts else np.empty(0)
    return zlib.compress(joined.astype("<u4").tobytes(), 1)


def _unpacked(content: bytes) -> Array:
    return np.frombuffer(zlib.decompress(content), dtype="<u4")


def _load(store: Store, states: Sequence[Row]) -> Kept:
    """Return the signatures of all files, by file and page: some 700 bytes a page."""
    total = sum(row["pages"] for row in store.db.query("select pages from signatures"))
    kept = Kept(states, total)
    places = {row["sha256"]: index for index, row in enumerate(states)}
    held = store.db.execute(
        "select sha256, pages, minhashes, runs from signatures order by sha256"
    )  # in the order of the states; one question a file would take longer than all else here
    for sha256, count, minhashes, prints in held:
        index = places.get(sha256)
        if index is None:
            continue
        flat = _unpacked(minhashes)
        runs = _unpacked(prints).reshape(2, -1)
        kept.add(index, flat[:count], flat[count:].reshape(count, PERMUTATIONS), runs[0], runs[1])
    kept.close()
    return kept


def _judge(store: Store, kept: Kept, states: Sequence[Row], stale: set[str]) -> None:
    """Compare, and write what was found in one transaction with the marks of the files."""
    linked = store.rows("select page, first, score from page_duplicates")
    before = {row["page"]: row["first"] for row in linked}
    fresh = kept.of_files(stale)
    anew = kept.short(stale)
    for page, first in before.items():  # pages that lost their family are judged again
        if page[:16] in anew or first[:16] in anew:
            fresh |= {at for name in (page, first) if (at := kept.at(name)) is not None}
    judged, found = duplicates(kept.signatures, kept.councils, kept.ranks, fresh)
    again = {kept.page(at) for at in judged} | {p for p in before if kept.at(p) is None}
    after = [
        {"page": kept.page(one.page), "first": kept.page(one.of), "score": one.score}
        for one in found
    ]
    links = [row for row in linked if row["page"] not in again] + after
    similar = [*near_rows(kept, links), *_reuse(store, kept, links, anew)]
    with Batch(store) as batch, batch.document():
        _keep_duplicates(store, before, after, again, anew)
        store.db.execute("delete from similarities")
        store.db.table("similarities").insert_all(similar)
        store.db.conn.executemany(
            "update files set compared_with = ? where sha256 = ?",
            [(_state(row), row["sha256"]) for row in states if row["sha256"] in stale],
        )


def _reuse(store: Store, kept: Kept, links: Sequence[Row], anew: frozenset[str]) -> Iterator[Row]:
    """Read the pages that may share a passage, except those whose answer is kept."""
    known = {
        (row["first"], row["second"]): row
        for row in store.rows("select * from similarities where kind = 'text-reuse'")
        if row["first"][:16] not in anew and row["second"][:16] not in anew
    }
    prints, pages = kept.prints(kept.firsts({row["page"] for row in links}))
    return reuse_rows(
        kept,
        candidates(prints, pages, kept.owners, kept.ranks),
        known,
        lambda page: store.value("select text from pages where page = ?", (page,)) or "",
    )


def _keep_duplicates(
    store: Store,
    before: dict[str, str],
    after: Sequence[Row],
    again: set[str],
    anew: frozenset[str],
) -> None:
    """Replace the duplicates of the pages judged again; let their mentions be judged again too."""
    store.db.conn.executemany("delete from page_duplicates where page = ?", [(p,) for p in again])
    store.db.table("page_duplicates").insert_all(after)
    firsts = {row["page"]: row["first"] for row in after}
    changed = {
        page
        for page in again
        if before.get(page) != firsts.get(page) or firsts.get(page, "")[:16] in anew
    }
    store.db.conn.executemany(FIND_AGAIN, [(page,) for page in sorted(changed)])
