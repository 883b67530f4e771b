"""A mention as evidence: its words on their page, what they count as, and why."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from corpus.citation import Cited
from corpus.citing import cited
from corpus.ids import HASH_LENGTH, fold, mention_id
from publish.database import Row, first, rows, rows_if_here
from publish.pages import Page, boxes, one_page

MOST_NTH = 12
"""Occurrences of the same words on a page that an old id is tried with."""


@dataclass(frozen=True)
class Judgement:
    """What people said of one field or code, by value: who said it, and when it was last said."""

    label: str
    values: dict[str, list[str]]
    settled: str
    last: str


@dataclass(frozen=True)
class Evidence:
    """A mention with its page; `judgements` is None where the copy has no table of them."""

    mention: Row
    page: Page
    judgements: list[Judgement] | None
    topics: list[Row]
    alike: list[Row]
    cited: Cited
    asked: str

    @property
    def boxed(self) -> bool:
        """Whether the reader told where on the picture the words stand."""
        return bool(boxes(self.mention["boxes"]))

    @property
    def moved(self) -> bool:
        """Whether it was asked for by an id from an earlier reading."""
        return bool(self.asked != self.mention["mention"])


def one_mention(connection: sqlite3.Connection, name: str, site: str = "") -> Evidence | None:
    """Return a mention, also by an id from an earlier reading of its file; or None."""
    asked, name = name, present_id(connection, name) or name
    mention = first(connection, "mention", mention=name)
    page = one_page(connection, mention["page"], site) if mention else None
    known = cited(connection, "mention", name, site=site)
    if not mention or not page or not known:
        return None
    codings = rows_if_here(connection, "mention_codings", page=mention["page"])
    return Evidence(
        mention,
        page,
        None if codings is None else _judgements(row for row in codings if _judges(row, mention)),
        rows(connection, "mention_topics", passage=mention["passage"]),
        [row for row in page.alike if _shared(connection, row, mention)],
        known,
        asked,
    )


def present_id(connection: sqlite3.Connection, name: str) -> str | None:
    """Return the id under which the words of a mention stand now, or None where they do not.

    An id hangs on page, term, words and how many such stand before them. Another reading may leave
    a running line out or part pages otherwise, and so change the number or the page: then the
    mention of the same file whose term and words give the old id is the one that was meant.
    """
    if first(connection, "mention", mention=name):
        return name
    page, _, _ = name.rpartition("-")
    found = rows(connection, "file_quotes", prefix=page[:HASH_LENGTH]) if "-" in page else []
    found.sort(key=lambda row: row["page"] != page)  # first those on the page itself
    return next((row["mention"] for row in found if name in _ids(page, row)), None)


def _ids(page: str, row: Row) -> Iterator[str]:
    for nth in range(1, MOST_NTH + 1):
        yield mention_id(page, row["term"] or "", row["quote"] or "", nth)


def _judges(coding: Row, mention: Row) -> bool:
    """Whether a coding is of the passage around the mention; of its words where it has none."""
    judged, around = fold(coding["quote"] or ""), fold(mention["passage_text"] or "")
    words = around or fold(mention["quote"] or "")
    return bool(judged and words) and (judged in words or words in judged)


def _judgements(codings: Iterable[Row]) -> list[Judgement]:
    """Group judgements by what was judged; one that settles it stands apart."""
    found: dict[str, Judgement] = {}
    for row in codings:
        known = found.setdefault(row["label"], Judgement(row["label"], {}, "", ""))
        if row["adjudicated"]:
            known = replace(known, settled=row["value"] or "")
        else:
            coders = known.values.setdefault(row["value"] or "", [])
            coders += [row["coder"]] if row["coder"] not in coders else []
        found[row["label"]] = replace(known, last=max(known.last, row["coded_at"] or ""))
    return [found[label] for label in sorted(found)]


def _shared(connection: sqlite3.Connection, alike: Row, mention: Row) -> bool:
    """Whether what another page has in common with this one holds the mention.

    Where a published copy does not tell, it is taken to.
    """
    if alike["kind"] != "text-reuse":
        return True
    pair = (alike["there"], alike["here"]) if alike["swapped"] else (alike["here"], alike["there"])
    found = rows_if_here(connection, "shared_spans", first=pair[0], second=pair[1])
    begin = 2 if alike["swapped"] else 0
    try:
        told = json.loads(found[0]["spans"] or "[]") if found else None
        spans = [(span[begin], span[begin + 1]) for span in told or ()]
        return told is None or any(a < mention["end"] and b > mention["start"] for a, b in spans)
    except (ValueError, TypeError, IndexError, KeyError):
        return False
