"""What is done to the values of a published row: screening, shortening, moving of offsets. Pure.

A `Screener` is made for one publication. It knows what people decided, which names of machines and
folders must not get out, and, for each file, the words that were taken out of its pages: where a
title or a quotation repeats them, they are taken out there, too.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from corpus.ids import HASH_LENGTH
from publish.public.cuts import Cut, Cutting, gaps
from publish.public.findings import LABELS, Finding
from publish.public.people import forms
from publish.public.personal_numbers import numbers
from publish.public.policy import EXTRACTS, FULL, NONE
from publish.public.privacy import WHOLE, item_of, redacted, screen
from publish.wording import web_link

GAP = "\n[…]\n"
"""Stands in extracts where text was left out."""
LONGEST_EXCERPT = 400
"""Characters of a quotation or recommendation from a source published in extracts."""
WITHHELD = "[withheld]"
LONGEST_WORD = 80
"""Characters by which words around a mention are made whole."""
SHORTEST_REPEATED = 5
"""Characters of what is looked for elsewhere in its file."""
MOST_REMEMBERED = 200_000

Row = dict[str, Any]


@dataclass(frozen=True)
class Withheld:
    """One thing left out: where, what and why; `words` never leave the machine."""

    item: str
    subject: str
    place: str
    kind: str
    how: str
    reason: str
    words: str


@dataclass
class Screener:
    """Screens the values of one publication and keeps what was withheld."""

    decided: dict[str, str]
    private: tuple[str, ...] = ()
    withheld: list[Withheld] = field(default_factory=list)
    _repeated: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _clean: set[str] = field(default_factory=set)

    def words(self, text: str | None, subject: str, place: str, of_file: str = "") -> str | None:
        """Return a text of a row without personal data; a JSON list is screened text by text."""
        if not text or (text in self._clean and of_file not in self._repeated):
            return text
        if text.startswith("[") and (listed := _listed(text)) is not None:
            told = [self.words(one, subject, place, of_file) for one in listed]
            return json.dumps(told, ensure_ascii=False)
        found = self._found(text, subject, place)
        if not found and len(self._clean) < MOST_REMEMBERED:
            self._clean.add(text)
        kept = self._noted(found)
        cuts = [*_cuts(text, kept), *self._repetitions(text, of_file)]
        return Cutting(text, cuts).text if cuts else text

    def page(
        self, page: str, text: str, kept: Iterable[tuple[int, int]], extent: str, *, down: bool
    ) -> tuple[Cutting, str]:
        """Return a page's text as it is published, and how much of it that is.

        `kept` are the stretches that extracts consist of; `down` says that it was taken down.
        """
        place = "pages.text"
        if down:
            told = Withheld("", page, place, "takedown", "request", "taken down on request", "")
            self.withheld.append(told)
            return Cutting(text, [Cut(0, len(text), _mark("takedown"))]), "withheld"
        gone = _left_out(text, kept, extent)
        pairs = self._found(text, page, place) if _told(extent, gone, text) != NONE else []
        found = self._noted([pair for pair in pairs if not _within(pair[0], gone)])
        self._remember(page, text, found)
        if whole := [one for one in found if one.kind in WHOLE]:
            return Cutting(text, [Cut(0, len(text), _mark(whole[0].kind))]), "withheld"
        again = self._repetitions(text, page[:HASH_LENGTH])
        return Cutting(text, [*again, *_cuts(text, found), *gone]), _told(extent, gone, text)

    def _found(self, text: str, subject: str, place: str) -> list[tuple[Finding, Withheld]]:
        """Return what a text may not say, with what a person decided on it."""
        pairs = []
        for one in [*screen(text), *self._local(text)]:
            item = item_of(f"{place}:{subject}", text, one)
            decision = self.decided.get(item)
            how = {"publish": "published", "withhold": "person"}.get(
                decision or "", "rule" if one.sure else "undecided"
            )
            words = text[one.start : one.end]
            pairs.append((one, Withheld(item, subject, place, one.kind, how, one.reason, words)))
        return pairs

    def _noted(self, pairs: Iterable[tuple[Finding, Withheld]]) -> list[Finding]:
        """Note what is withheld and return it; what a person lets through is left out."""
        kept = [pair for pair in pairs if pair[1].how != "published"]
        self.withheld += [told for _, told in kept]
        return [replace(one, sure=True) if told.how == "person" else one for one, told in kept]

    def _remember(self, page: str, text: str, found: Iterable[Finding]) -> None:
        """Remember the words taken out of a page, for the rest of it and of its file."""
        for one in found:
            if one.kind in WHOLE:
                continue
            for words in forms(text[one.start : one.end], one.kind):
                if len(words) >= SHORTEST_REPEATED:
                    self._repeated[page[:HASH_LENGTH]][words] = _mark(one.kind)

    def _local(self, text: str) -> list[Finding]:
        why = "a name of the machine it was made on"
        return [
            Finding(match.start(), match.end(), "local-path", why)
            for private in self.private
            if private in text
            for match in re.finditer(re.escape(private) + r"[^\s<>\"']{0,400}", text)
        ]

    def _repetitions(self, text: str, of_file: str) -> list[Cut]:
        return [
            Cut(match.start(), match.end(), mark)
            for words, mark in self._repeated.get(of_file, {}).items()
            for match in re.finditer(rf"\b{re.escape(words)}\b", text)
        ]

    def summary(self) -> list[Row]:
        """Return what was withheld, without the words: the rows of the table `withheld`."""
        counted = Counter((w.subject, w.place, w.kind, w.how, w.reason) for w in self.withheld)
        names = ("subject", "place", "kind", "how", "reason")
        return [
            dict(zip(names, key, strict=True)) | {"times": n} for key, n in sorted(counted.items())
        ]


def _cuts(text: str, found: Sequence[Finding]) -> list[Cut]:
    """Return cuts, the unsure ones painted last: they are the widest."""
    ordered = sorted(redacted(text, found), key=lambda one: not one.sure)
    return [Cut(one.start, one.end, _mark(one.kind)) for one in ordered]


def _within(one: Finding, gone: Iterable[Cut]) -> bool:
    """Whether a finding lies in what is left out anyway."""
    return any(cut.start <= one.start and one.end <= cut.end for cut in gone)


def _mark(kind: str) -> str:
    return f"[{LABELS[kind]}]"


def _left_out(text: str, kept: Iterable[tuple[int, int]], extent: str) -> list[Cut]:
    """Return what a source's licence leaves out of a page."""
    if extent == FULL:
        return []
    return gaps(len(text), kept if extent == EXTRACTS else (), GAP)


def _told(extent: str, left_out: Sequence[Cut], text: str) -> str:
    """Return what is published of a page, in the words of `page_extents`."""
    if extent == FULL:
        return FULL
    nothing = extent == NONE or any(c.end - c.start == len(text) for c in left_out)
    return NONE if nothing else EXTRACTS


def evidence(row: Row, text: str, cutting: Cutting) -> Row:
    """Return a mention's words and place as published; 0 to 0 where they were taken out."""
    start, end = row["start"], row["end"]
    if start is None or end is None or cutting.touching(start, end):
        nothing = {"start": 0, "end": 0, "before": "", "after": "", "boxes": None}
        return nothing | {"quote": WITHHELD}
    placed = cutting.place(start, end)
    first, last = around_mention(row, text)
    before, after = cutting.part(first, start), cutting.part(end, last)
    told = {
        "before": _bare(before).removeprefix(GAP),
        "after": _bare(after).removesuffix(GAP),
    }
    return told | {
        "start": placed[0],
        "end": placed[1],
        "quote": row["quote"],
        "boxes": row["boxes"],
    }


def around_mention(row: Row, text: str) -> tuple[int, int]:
    """Return a mention's stretch of the text with the words around it, to whole words.

    Half an e-mail address looks like another one: of an officer's, only its end tells whose it is.
    """
    start = max(row["start"] - len(row["before"] or ""), 0)
    end = min(row["end"] + len(row["after"] or ""), len(text))
    return _to_space(text, start, -1), _to_space(text, end, 1)


def _to_space(text: str, at: int, step: int) -> int:
    """Return the nearest end of a word on one side, if it is not far."""
    for there in range(at, at + step * LONGEST_WORD, step):
        if not 0 < there < len(text) or text[there - (step < 0)].isspace():
            return min(max(there, 0), len(text))
    return at


def _bare(text: str) -> str:
    """Return a part of a screened text without what, cut out of it, looks personal by its form."""
    found = [one for one in numbers(text) if one.sure and one.kind in ALWAYS]
    return Cutting(text, _cuts(text, found)).text if found else text


def passage(row: Row, cutting: Cutting) -> Row:
    """Return a passage's words and place as published."""
    if row["start"] is None or row["end"] is None:
        return {"start": 0, "end": 0, "text": WITHHELD}
    start, end = cutting.place(row["start"], row["end"])
    return {"start": start, "end": end, "text": _bare(cutting.part(row["start"], row["end"]))}


def address(value: str | None) -> str | None:
    """Return a web address without what logs in; anything else is empty."""
    link = web_link(value)
    if link is None:
        return None
    return re.sub(r"(?<=//)[^/?#@]*@", "", link, count=1)


def excerpt(text: str | None, extent: str) -> str | None:
    """Return a quotation: whole from a source published in full, else shortened."""
    if not text or extent == FULL or len(text) <= LONGEST_EXCERPT:
        return None if extent == NONE else text
    return text[:LONGEST_EXCERPT].rpartition(" ")[0] + " […]"


def _listed(text: str) -> list[Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, list) and all(isinstance(x, str) for x in found) else None


def has_secret(text: str) -> bool:
    """Whether a text still holds what is told by form alone: what a publication must never do."""
    return any(one.sure and one.kind in ALWAYS for one in numbers(text))


ALWAYS = ("email", "ni-number", "card-number", "local-path")
"""Kinds that no other word on the page makes right: none of them may be left anywhere."""
