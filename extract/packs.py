"""Agenda packs: where one paper ends and the next begins.

A pack's maker may have left bookmarks; else a paper's first page is known by what stands on it
(a title block, a stamp "Agenda item 5", a title that the agenda lists) together with what happens
there (its own page numbers begin again, a blank page lies before it, the running header changes).
One such sign is never enough: a wrong cut tells people that words stand in a paper where they do
not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extract.page import Bookmark
from extract.title_pages import Head, head, lines_of, recommendation

PACKS = frozenset({"pack", "agenda"})
"""Kinds of documents that may hold several papers, however short."""
LONG_PAGES = 10
"""From so many pages on, any other document is looked at too."""
TITLE_FACTS = 3
"""Lines such as "Report to", "Date", "Wards affected" that make a title block."""
FULL_FACTS = 5
"""So many say it twice over: no paper's later page has them."""
WEIGHTS = {
    "bookmark": 1.0,
    "stamp": 0.5,
    "title-block": 0.45,
    "listed": 0.45,
    "form": 0.35,
    "heading": 0.35,
    "restart": 0.3,
    "label": 0.3,
    "blank": 0.25,
    "full-block": 0.2,
    "asks": 0.2,
    "break": 0.2,
    "header": 0.15,
}
"""How much each sign tells; a cut needs one that stands on the page, and `ENOUGH` together."""
ON_THE_PAGE = frozenset({"stamp", "title-block", "listed", "form", "heading"})
ENOUGH = 0.6
_LEFT_BLANK = re.compile(r"page (?:is )?(?:has been )?intentionally (?:left )?blank", re.IGNORECASE)
_NUMBER = re.compile(r"^(?:page\s+|-\s*)?(\d{1,4})(?:\s+(?:of|/)\s+\d{1,4})?(?:\s*-)?$", re.I)
_LISTED = re.compile(r"^(\d{1,3}[a-z]?)[.)]?\s+(\S.{9,})$")
_ITEM = re.compile(r"^(?:(?:agenda )?item\s+)?(\d{1,3}[a-z]?)[.):]?\s+(\S.*)$", re.IGNORECASE)
_ANNEX = re.compile(r"\b(?:appendix|annex|enclosure)\b|\bapp\.? ?\d", re.IGNORECASE)
_FRONT = re.compile(r"^(?:public |supplementary )*(?:agenda|summons)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Leaf:
    """A page as the splitter sees it."""

    number: int
    text: str
    label: str | None = None


@dataclass(frozen=True)
class Report:
    """One paper inside a pack: `kind` is `agenda`, `report`, `appendix` or `minutes`."""

    first: int
    last: int
    kind: str
    item: str | None
    title: str
    author_role: str | None
    recommendation: str | None
    how: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class _Start:
    """A first page: what tells of it, and what is known of the paper."""

    first: int
    how: tuple[str, ...]
    item: str | None = None
    title: str = ""
    kind: str | None = None
    score: float = field(default=1.0)


def split(
    pages: Sequence[Leaf], outline: Sequence[Bookmark] = (), *, kind: str = "other"
) -> list[Report]:
    """Return the papers of a pack in order, or nothing where a document is one paper.

    `pages` are all pages of a file in order; `kind` is the document's.
    """
    if len(pages) < 2 or (kind not in PACKS and len(pages) < LONG_PAGES):
        return []
    heads = {page.number: head(page.text) for page in pages}
    starts = _by_bookmarks(pages, outline, heads) or _by_signs(pages, heads, kind)
    if not starts:
        return []
    first = pages[0].number
    if starts[0].first != first:
        starts = [_Start(first, ("front",)), *starts]
    ends = [after.first - 1 for _, after in pairwise(starts)] + [pages[-1].number]
    texts = {page.number: page.text for page in pages}
    return _items_go_on(
        [_report(s, last, heads, texts) for s, last in zip(starts, ends, strict=True)]
    )


def _report(start: _Start, last: int, heads: dict[int, Head], texts: dict[int, str]) -> Report:
    top = heads[start.first]
    kind = start.kind or (top.kind if start.how != ("front",) else "agenda")
    inside = [texts[number] for number in range(start.first, min(last, start.first + 5) + 1)]
    return Report(
        first=start.first,
        last=last,
        kind=kind,
        item=start.item or (top.item if kind != "agenda" else None),
        title=start.title or top.title,
        author_role=top.author_role if kind in ("report", "appendix") else None,
        recommendation=recommendation(inside) if kind == "report" else None,
        how=start.how,
        score=round(start.score, 2),
    )


def _items_go_on(reports: Sequence[Report]) -> list[Report]:
    """Give an appendix the item of the report that it follows.

    Where items are stamped, a stamp stands on the first paper of its item alone: the others follow.
    """
    stamped = any("stamp" in report.how for report in reports)
    done: list[Report] = []
    item = None
    for report in reports:
        if report.item is None and (report.kind == "appendix" or stamped):
            report = replace(report, item=item)
        item = report.item
        done.append(report)
    return done


def _by_bookmarks(
    pages: Sequence[Leaf], outline: Sequence[Bookmark], heads: dict[int, Head]
) -> list[_Start]:
    """Return the first pages that bookmarks tell, where these are a pack's and no chapters'."""
    told = [mark for mark in outline if mark[0] <= 1 and mark[2] in heads]
    if not _of_a_pack(told, heads):
        return []
    starts: dict[int, _Start] = {}
    item = None
    for level, title, first in told:
        numbered = _ITEM.match(title) if level == 0 else None
        if level == 0:
            item = numbered[1].lower() if numbered else None
        known = starts.get(first)
        if known and level == 0 and known.item != item:
            continue  # two items on one page are the agenda's or a decision's, not two papers
        starts[first] = _Start(
            first, ("bookmark",), item, numbered[2] if numbered else title, _kind(title, level)
        )
    return [starts[first] for first in sorted(starts)]


def _of_a_pack(told: Sequence[Bookmark], heads: dict[int, Head]) -> bool:
    """Whether bookmarks name papers: an agenda among the first, or items that their pages confirm.

    Most bookmarks of council papers are the headings of one report.
    """
    outer = [mark for mark in told if mark[0] == 0]
    if len({first for _, _, first in told}) < 2:
        return False
    if any(_FRONT.match(title) for _, title, _ in outer[:2]) and any(
        _ITEM.match(title) for _, title, _ in outer
    ):
        return True
    sure = [
        first
        for _, title, first in outer
        if heads[first].stamped or len(heads[first].facts) >= TITLE_FACTS
    ]
    return len(set(sure)) >= 2 and len(sure) * 2 >= len(outer)


def _kind(title: str, level: int) -> str | None:
    """Tell what kind of paper a bookmark names, where its title says so."""
    if level == 0 and _FRONT.match(title):
        return "agenda"
    if _ANNEX.search(title):
        return "appendix"
    return "minutes" if re.search(r"\bminutes\b", title, re.IGNORECASE) else "report"


def _by_signs(pages: Sequence[Leaf], heads: dict[int, Head], kind: str) -> list[_Start]:
    """Return the first pages that their own signs tell, the document's first among them."""
    listed = _agenda(pages, heads, kind)
    found: list[_Start] = []
    forms: set[str] = set()
    for index in range(1, len(pages)):
        start = _start(pages, index, heads, listed, forms)
        if start:
            found.append(start)
            forms |= {_folded(line) for line in lines_of(pages[index].text)[:1]}
    reports = [start for start in found if start.kind != "appendix"]
    if len(reports) < (1 if kind in PACKS else 2):
        return []
    opening = heads[pages[0].number]
    if opening.kind != "agenda" and len(opening.facts) >= TITLE_FACTS and kind not in PACKS:
        found.insert(0, _Start(pages[0].number, ("title-block",), opening.item, score=0.5))
    return found


def _start(
    pages: Sequence[Leaf],
    index: int,
    heads: dict[int, Head],
    listed: dict[str, str],
    forms: set[str],
) -> _Start | None:
    """Return the start of a paper on a page, where enough signs agree."""
    page, before = pages[index], pages[index - 1]
    top = heads[page.number]
    lines = lines_of(page.text)
    if not lines or _LEFT_BLANK.search(page.text):
        return None
    entry = _entry(lines, listed)
    signs = {
        "stamp": top.stamped,
        "title-block": len(top.facts) >= TITLE_FACTS,
        "listed": entry is not None,
        "form": _folded(lines[0]) in forms and lines[:1] != lines_of(before.text)[:1],
        "full-block": len(top.facts) >= FULL_FACTS,
        "heading": top.kind in ("appendix", "minutes"),
        "restart": _restarts(lines, lines_of(before.text)),
        "break": _breaks(lines, lines_of(before.text)),
        "label": _first_label(page.label, before.label),
        "blank": not before.text.strip() or bool(_LEFT_BLANK.search(before.text)),
        "asks": recommendation([page.text]) is not None,
        "header": _header_changes(pages, index),
    }
    how = tuple(sign for sign in WEIGHTS if signs.get(sign))
    score = sum(WEIGHTS[sign] for sign in how)
    if len(how) < 2 or ON_THE_PAGE.isdisjoint(how) or score < ENOUGH - 1e-9:
        return None
    item, title = entry or (None, "")
    return _Start(page.number, how, top.item or item, title, top.kind, min(score, 1.0))


def _agenda(pages: Sequence[Leaf], heads: dict[int, Head], kind: str) -> dict[str, str]:
    """Return folded titles and their items as the agenda at the front of a pack lists them."""
    found: dict[str, str] = {}
    for page in pages[: 6 if kind in PACKS else 4]:
        top = heads[page.number]
        if top.kind != "agenda" and not found:
            continue
        if found and len(top.facts) >= TITLE_FACTS and top.kind != "agenda":
            break
        for line in lines_of(page.text):
            entry = _LISTED.match(line)
            if entry:
                found.setdefault(_folded(entry[2]), entry[1].lower())
    return found


def _entry(lines: Sequence[str], listed: dict[str, str]) -> tuple[str, str] | None:
    """Return item and title where one of a page's first lines is a title the agenda lists."""
    for line in lines[:8]:
        bare = re.sub(r"^\d{1,3}[a-z]?[.)]?\s+", "", line)
        for title, item in listed.items():
            if _folded(bare) == title:
                return item, bare
    return None


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def _numbers(lines: Sequence[str]) -> set[int]:
    """Return the numbers that a page may carry as its own: above, or below its text."""
    edge = [*lines[:4], *lines[-3:]]
    return {int(match[1]) for line in edge if (match := _NUMBER.match(line))}


def _restarts(lines: Sequence[str], before: Sequence[str]) -> bool:
    """Whether a page is numbered 1 where the page before it was numbered too."""
    return 1 in _numbers(lines) and bool(_numbers(before)) and 0 not in _numbers(before)


def _breaks(lines: Sequence[str], before: Sequence[str]) -> bool:
    """Whether the page before is numbered and this one is not numbered on from it."""
    last = _numbers(before)
    return bool(last) and not {number + 1 for number in last} & _numbers(lines)


def _first_label(label: str | None, before: str | None) -> bool:
    return label is not None and before is not None and label in ("1", "i") and before != label


def _header_changes(pages: Sequence[Leaf], index: int) -> bool:
    """Whether a page shares no running line with the page before, but one with the page after."""
    here = _edges(pages[index].text)
    if here & _edges(pages[index - 1].text):
        return False
    return index + 1 < len(pages) and bool(here & _edges(pages[index + 1].text))


def _edges(text: str) -> set[str]:
    """Return the first and last two lines without their digits, where they say anything."""
    lines = lines_of(text)
    bare = (re.sub(r"\d+", "#", line.lower()) for line in [*lines[:2], *lines[-2:]])
    return {line for line in bare if len(re.sub(r"[\W_]", "", line)) >= 8}
