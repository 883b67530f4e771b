"""Two versions of a codebook compared: what was authored, and what that adds and drops."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from coding.mentions import Finder
from corpus.codebook import Code, Codebook, Term

MOST_EXAMPLES = 3
"""Sentences shown for a code that gains or loses mentions."""


@dataclass(frozen=True)
class Change:
    """One line of a difference: `what` is `added`, `removed` or `changed`."""

    what: str
    code: str
    term: str
    detail: str


def authored(old: Codebook, new: Codebook) -> list[Change]:
    """Return what differs between two codebooks, code by code and term by term."""
    before, after = ({code.code: code for code in book.codes} for book in (old, new))
    found = [
        Change("removed", name, "", before[name].label) for name in before if name not in after
    ]
    found += [Change("added", name, "", after[name].label) for name in after if name not in before]
    for name in before.keys() & after.keys():
        found += _of_code(before[name], after[name])
    for told in ("stance", "boilerplate", "sections", "context_words"):
        if getattr(old, told) != getattr(new, told):
            found.append(Change("changed", "", "", told.replace("_", " ")))
    return sorted(found, key=lambda one: (one.code, one.term, one.what))


def _of_code(old: Code, new: Code) -> list[Change]:
    fields = ("group", "label", "definition", "not_when", "precision", "unmarked")
    told = [name for name in fields if getattr(old, name) != getattr(new, name)]
    found = [Change("changed", new.code, "", ", ".join(told))] if told else []
    before, after = ({term.phrase: term for term in code.terms} for code in (old, new))
    found += [Change("removed", new.code, phrase, "") for phrase in before if phrase not in after]
    found += [Change("added", new.code, phrase, "") for phrase in after if phrase not in before]
    for phrase in before.keys() & after.keys():
        if before[phrase] != after[phrase]:
            found.append(Change("changed", new.code, phrase, _term(before[phrase], after[phrase])))
    return found


def _term(old: Term, new: Term) -> str:
    names = ("precision", "exact", "near", "not_near")
    return ", ".join(name for name in names if getattr(old, name) != getattr(new, name))


@dataclass
class Effect:
    """Counted mentions that a change adds and drops, of one code; documents likewise."""

    code: str
    before: int = 0
    added: int = 0
    dropped: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass
class Effects:
    """What a change does to a corpus.

    `newly` and `no_longer` are documents that begin or cease to mention; `pages` were looked at.
    """

    pages: int = 0
    codes: dict[str, Effect] = field(default_factory=dict)
    newly: set[str] = field(default_factory=set)
    no_longer: set[str] = field(default_factory=set)

    def row(self) -> dict[str, Any]:
        """Return the effects as a JSON object; codes that nothing happens to are left out."""
        return {
            "pages": self.pages,
            "codes": [asdict(one) for one in self.codes.values() if one.added or one.dropped],
            "newly_mentioning": sorted(self.newly),
            "no_longer_mentioning": sorted(self.no_longer),
        }


def effects(old: Finder, new: Finder, pages: Iterable[tuple[str, str]]) -> Effects:
    """Return what a change of codebook does to (document, text) pages.

    Mentions are the same where code, place and quoted words are.
    """
    done = Effects()
    evidence: dict[str, list[bool]] = {}
    for document, text in pages:
        done.pages += 1
        before, after = _counted(old, text), _counted(new, text)
        mentions = evidence.setdefault(document, [False, False])
        mentions[0] |= any(before.values())
        mentions[1] |= any(after.values())
        _tell(done, text, before, after)
    done.newly = {name for name, (was, now) in evidence.items() if now and not was}
    done.no_longer = {name for name, (was, now) in evidence.items() if was and not now}
    return done


def _counted(finder: Finder, text: str) -> dict[tuple[str, int, int], bool]:
    """Return the counted mentions of a page as (code, start, end), and whether evidence."""
    found = (mention for mention in finder.find(text) if mention.counted)
    return {(one.code, one.start, one.end): one.evidence for one in found}


def _tell(
    done: Effects,
    text: str,
    before: dict[tuple[str, int, int], bool],
    after: dict[tuple[str, int, int], bool],
) -> None:
    for code, count in Counter(code for code, _, _ in before).items():
        done.codes.setdefault(code, Effect(code)).before += count
    for key in before.keys() ^ after.keys():
        one = done.codes.setdefault(key[0], Effect(key[0]))
        gained = key in after
        one.added += gained
        one.dropped += not gained
        if len(one.examples) < MOST_EXAMPLES:
            around = text[max(key[1] - 60, 0) : key[2] + 60]
            one.examples.append(f"{'+' if gained else '-'} {' '.join(around.split())}")
