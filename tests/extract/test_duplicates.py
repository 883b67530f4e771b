"""The same words twice are counted once; shared passages are found, whichever way files came."""

import random
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from coding.run import find
from corpus.codebook import Codebook
from corpus.doctor import digest
from corpus.forget import forget
from corpus.ids import page_id, sha256
from corpus.store import Store
from extract import run_packs
from extract.duplicates import ALIKE, Duplicate, duplicates, runs, signature
from extract.findings import line, shared_passages
from extract.reuse import LEAST_WORDS, MOST_COUNCILS, Shared, fingerprints, shared

WORDS = [f"word{number}" for number in range(5000)]


def prose(seed: int, count: int = 200) -> list[str]:
    return random.Random(seed).sample(WORDS, count)


def signed(*pages: Sequence[str]) -> np.ndarray[Any, Any]:
    return np.array([signature(page) for page in pages])


def judge(*pages: Sequence[str], owners: Sequence[int] = ()) -> dict[int, int]:
    count = len(pages)
    held = np.array(owners or [0] * count)
    _, found = duplicates(signed(*pages), held, np.arange(count), range(count))
    return {one.page: one.of for one in found}


def test_a_page_with_a_stamp_repeats_the_page_without() -> None:
    assert judge(prose(1), ["pack", "page", "7", *prose(1)], prose(2)) == {1: 0}


def test_pages_of_two_councils_are_no_duplicates() -> None:
    assert judge(prose(1), prose(1), owners=[0, 1]) == {}


def test_a_page_rewritten_by_a_third_is_another_page() -> None:
    assert judge(prose(1), prose(1)[:120] + prose(2, 80)) == {}


def test_too_few_words_say_nothing() -> None:
    assert signature(prose(1, 29)) is None
    assert fingerprints(prose(1, 24)).size == 0


def test_a_duplicate_never_leads_to_another_duplicate() -> None:
    drift = [prose(1)[8 * n :] + prose(9)[: 8 * n] for n in range(12)]
    found = judge(*drift)
    assert found
    assert not set(found.values()) & found.keys()
    for page, first in found.items():
        assert (signed(drift[page]) == signed(drift[first])).mean() >= ALIKE


def test_judging_one_page_gives_what_judging_all_gives() -> None:
    pages = [[*prose(n % 4), f"tail{n}"] for n in range(12)]
    held, ranks = np.zeros(12), np.arange(12)
    everything = duplicates(signed(*pages), held, ranks, range(12))[1]
    parts = [d for n in range(4) for d in duplicates(signed(*pages), held, ranks, [8 + n])[1]]
    assert sorted(parts, key=lambda d: d.page) == everything


def test_pages_in_a_row_are_one_run_over_a_blank_one() -> None:
    found = [Duplicate(page, page - 10, 1.0) for page in (10, 11, 13)]
    numbers = [*range(1, 11), *range(4, 14)]
    (run,) = runs(found, [0] * 10 + [1] * 10, numbers)
    assert (run.first, run.second, run.pages) == ((0, 3), (10, 13), 3)


def test_the_longest_common_passage_is_found_to_the_word() -> None:
    common = prose(3, 60)
    first, second = [*prose(1)[:50], *common, *prose(2)[:20]], [*prose(4)[:30], *common]
    assert shared(first, second) == [Shared(50, 110, 30, 90)]
    assert shared(first, [*prose(4), *common[: LEAST_WORDS - 1]]) == []


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_forty_shared_words_keep_two_runs_in_common(at: int) -> None:
    common = prose(3, LEAST_WORDS)
    one, other = prose(1)[:at] + common + prose(2), prose(5)[: at + 3] + common
    assert len(np.intersect1d(fingerprints(one), fingerprints(other))) >= 2


HIT = "The council uses predictive analytics to find families in need."


def put(
    store: Store,
    name: str,
    council: str | None,
    *pages: Sequence[str],
    kind: str = "report",
    published: str = "2025-01-01",
) -> str:
    """Write a screened file of pages and its document; return its hash."""
    key = sha256(name.encode())
    document = f"d-{name}"
    store.db.table("sources").insert({"source": "s"}, ignore=True)
    if council:
        store.db.table("councils").insert({"council": council}, ignore=True)
    told = {"sha256": key, "document": document, "outcome": "screened", "pages": len(pages)}
    store.db.table("files").insert(told | {"mime": "application/pdf", "path": f"{name}.pdf"})
    about = {"document": document, "source": "s", "council": council, "kind": kind, "title": name}
    store.db.table("documents").insert(about | {"sha256": key, "published_on": published})
    store.db.table("captures").insert({"document": document, "sha256": key})
    store.db.table("screenings").insert({"sha256": key, "hits": '{"x": 1}', "lexicon": "-"})
    store.db.table("pages").insert_all(
        {"page": page_id(key, n), "sha256": key, "number": n, "outcome": "text"}
        | {"text": " ".join(page)}
        for n, page in enumerate(pages, 1)
    )
    return key


def report(seed: int) -> list[str]:
    return [*prose(seed), ".", HIT]


def put_all(store: Store, order: Sequence[int]) -> None:
    files: list[Callable[[], str]] = [
        lambda: put(store, "alone", "KEN", report(1), report(2)),
        lambda: put(
            store,
            "pack",
            "KEN",
            prose(7),
            ["Page", "2", *report(1)],
            report(2),
            prose(8),
            kind="pack",
        ),
        lambda: put(store, "copy", "SWK", [*prose(6)[:40], *prose(1)[:90], *prose(5)[:40]]),
        lambda: put(store, "late", "KEN", report(2), published="2025-09-01"),
    ]
    for at in order:
        files[at]()


def counted(store: Store) -> list[str]:
    rows = store.rows(
        "select d.title, p.number from mentions m join pages p using (page) join documents d "
        "on d.sha256 = m.sha256 where m.counted = 1 and m.quote like 'predictive%' order by 1, 2"
    )
    return [f"{row['title']} {row['number']}" for row in rows]


def test_the_same_report_alone_and_in_a_pack_counts_once(store: Store, codebook: Codebook) -> None:
    put_all(store, range(4))
    run_packs.compare(store)
    find(store, codebook)
    assert counted(store) == ["alone 1", "alone 2"]
    reasons = store.rows("select distinct reason from mentions where reason like 'duplicate%'")
    first = sha256(b"alone")
    assert {row["reason"] for row in reasons} == {
        f"duplicate of {page_id(first, 1)}",
        f"duplicate of {page_id(first, 2)}",
    }
    assert store.value("select count(distinct passage) from passages") == 2
    kinds = store.rows("select kind, pages, score from similarities where kind != 'text-reuse'")
    assert sorted((row["kind"], row["pages"]) for row in kinds) == [
        ("near-duplicate", 1),
        ("report-in-pack", 2),
    ]


def test_what_a_draft_did_not_say_counts_in_the_final_paper(
    store: Store, codebook: Codebook
) -> None:
    put(store, "draft", "KEN", prose(1))
    put(store, "final", "KEN", report(1), published="2025-02-01")
    run_packs.compare(store)
    assert store.value("select count(*) from page_duplicates") == 1
    find(store, codebook)
    assert counted(store) == ["final 1"]


def test_text_shared_by_two_councils_is_found_with_its_place(store: Store) -> None:
    put_all(store, range(4))
    run_packs.compare(store)
    (row,) = shared_passages(store)
    assert (row["words"], row["score"]) == (90, 1.0)
    assert {row["first_council"], row["second_council"]} == {"KEN", "SWK"}
    assert row["quote"] == " ".join(prose(1)[:90])[:200]
    assert "90 words" in line(row)
    assert shared_passages(store, council="SWK") == [row]
    assert shared_passages(store, council="SW") == shared_passages(store, words=91) == []


def test_what_very_many_councils_share_is_law(store: Store) -> None:
    for number in range(MOST_COUNCILS + 1):
        put(store, f"f{number}", f"C{number}", [*prose(50 + number), *prose(1)[:100]])
    run_packs.compare(store)
    assert shared_passages(store) == []


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_the_tables_are_the_same_whichever_way_files_came(
    order: Sequence[int], tmp_path: Any, codebook: Codebook
) -> None:
    from corpus.store import writing

    tables = ("similarities", "page_duplicates", "signatures", "mentions", "passages")
    found = []
    for name, steps in (("once", [order]), ("steps", [[at] for at in order])):
        with writing(tmp_path / f"{name}.db", "test") as store:
            for step in steps:
                put_all(store, step)
                run_packs.compare(store)
                find(store, codebook)
            found.append({table: digest(store)[table] for table in tables})
    with writing(tmp_path / "plain.db", "test") as store:
        put_all(store, range(4))
        run_packs.compare(store)
        find(store, codebook)
        assert [{table: digest(store)[table] for table in tables}] * 2 == found


def test_a_second_run_does_nothing(store: Store) -> None:
    put_all(store, range(4))
    assert run_packs.compare(store).compared == 4
    changes = store.db.conn.total_changes
    assert run_packs.compare(store).compared == 0
    assert store.db.conn.total_changes == changes


def test_a_run_cut_short_after_signing_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(store, range(4))
    with monkeypatch.context() as cut:
        cut.setattr(run_packs, "_judge", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_packs.compare(store)
    assert store.value("select count(*) from signatures") == 4
    assert run_packs.compare(store).compared == 4
    assert store.value("select count(*) from page_duplicates") == 3


def test_a_changed_text_is_compared_again(store: Store, codebook: Codebook) -> None:
    put_all(store, range(4))
    run_packs.compare(store)
    find(store, codebook)
    key = sha256(b"alone")
    store.db.execute(
        "update pages set text = ? where page = ?", (" ".join(prose(30)), page_id(key, 1))
    )
    run_packs.compare(store)
    find(store, codebook)
    assert "pack 2" in counted(store)


def test_what_repeated_a_forgotten_paper_counts_after_it(store: Store, codebook: Codebook) -> None:
    put_all(store, range(4))
    run_packs.compare(store)
    find(store, codebook)
    forget(store, ["d-alone"], "asked for")
    run_packs.compare(store)
    find(store, codebook)
    assert counted(store) == ["pack 2", "pack 3"]
    assert store.value("select count(*) from signatures") == 3


def test_an_older_version_never_takes_the_count_of_the_present_one(
    store: Store, codebook: Codebook
) -> None:
    old = put(store, "old", "KEN", report(1), published="2024-01-01")
    new = put(store, "new", "KEN", ["2", *report(1)])
    store.db.execute("update documents set sha256 = ? where document = 'd-old'", (new,))
    run_packs.compare(store)
    assert store.value('select "first" from page_duplicates') == page_id(new, 1)
    assert store.value("select page from page_duplicates") == page_id(old, 1)


def test_notices_are_not_compared(store: Store) -> None:
    for name in ("a", "b"):
        put(store, name, None, report(1))
    store.db.execute("update files set mime = 'application/json; profile=ocds-release'")
    assert run_packs.compare(store).compared == 0
