"""The codebook as authored in `study/codebook.yaml`: codes, their terms, cues of stance."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.authored import Located, read_yaml
from corpus.ids import term_id
from corpus.language.cues import STANCES, StanceCues, load_sections, load_stances, phrases

GROUPS = ("technique", "use", "benefit", "concern", "supplier_product")
CONTEXT_GROUPS = ("use", "benefit", "concern")
CONTEXT_WORDS = 150
"""How near evidence must stand where a codebook does not say: about a paragraph or two."""
PRECISIONS = ("high", "medium", "low", "context")
_KEYS = (
    "version",
    "title",
    "description",
    "context_words",
    "stance",
    "boilerplate",
    "sections",
    "codes",
)
_CODE_KEYS = (
    "code",
    "group",
    "label",
    "precision",
    "unmarked",
    "definition",
    "not_when",
    "terms",
    "matches",
    "rejects",
)


@dataclass(frozen=True)
class Neighbours:
    """Words of which one must (or must not) stand within so many words of a match."""

    words: tuple[str, ...]
    within: int


@dataclass(frozen=True)
class Term:
    """One phrase by which a code is found; `exact`: only in the case in which it is written."""

    term: str
    code: str
    phrase: str
    precision: str
    exact: bool
    near: Neighbours | None
    not_near: Neighbours | None


@dataclass(frozen=True)
class Code:
    """One code: its definition, its terms, and sentences that must and must not match.

    `unmarked` is the stance of its mentions where no cue tells one: what a paper says of a named
    product it mostly says of one in use, while "artificial intelligence" alone is talk.
    """

    code: str
    group: str
    label: str
    definition: str
    not_when: str
    precision: str
    unmarked: str
    terms: tuple[Term, ...]
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


@dataclass(frozen=True)
class Codebook:
    """A whole codebook."""

    version: str
    title: str
    description: str
    context_words: Mapping[str, int]
    """How many words from evidence each context group still counts."""
    stance: StanceCues
    boilerplate: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    codes: tuple[Code, ...]

    def canonical(self) -> str:
        """Return a text that changes when anything that decides a mention changes."""
        deciding = (
            tuple(self.context_words[group] for group in CONTEXT_GROUPS),
            (self.stance.cues, self.stance.ends, self.stance.answers),
            self.boilerplate,
            self.sections,
            tuple((code.code, code.group, code.unmarked, code.terms) for code in self.codes),
        )
        return hashlib.sha256(repr(deciding).encode()).hexdigest()


def load_codebook(path: Path) -> Codebook:
    """Read a codebook; raises `BadStudy` naming file and line."""
    root = read_yaml(path)
    root.only(*_KEYS)
    codes = tuple(_code(item) for item in _mappings(root, "codes"))
    if not codes:
        raise root.wrong("`codes` is empty: a codebook needs at least one code")
    _unique(root, codes)
    return Codebook(
        version=str(root.take("version", (str, int, float))),
        title=root.take("title", str, ""),
        description=root.take("description", str, ""),
        context_words=_context_words(root),
        stance=load_stances(root),
        boilerplate=phrases(root, "boilerplate"),
        sections=load_sections(root),
        codes=codes,
    )


def _context_words(root: Located) -> dict[str, int]:
    """Read one number of words for all context groups, or a mapping with one for each."""
    given = root.take("context_words", (int, Located), CONTEXT_WORDS)
    if isinstance(given, int):
        return dict.fromkeys(CONTEXT_GROUPS, given)
    given.only(*CONTEXT_GROUPS)
    return {group: given.take(group, int, CONTEXT_WORDS) for group in CONTEXT_GROUPS}


def _unique(root: Located, codes: tuple[Code, ...]) -> None:
    """Refuse a code or a term that stands twice."""
    seen: set[str] = set()
    for item, code in zip(root["codes"], codes, strict=True):
        for name in (code.code, *(term.term for term in code.terms)):
            if name in seen:
                raise item.wrong(f"`{name}` stands twice in the codebook")
            seen.add(name)


def _code(item: Located) -> Code:
    item.only(*_CODE_KEYS)
    name, precision = item.take("code", str), item.take("precision", str)
    _one_of(item, "group", GROUPS)
    _one_of(item, "precision", PRECISIONS)
    if item.get("unmarked") is not None:
        _one_of(item, "unmarked", STANCES)
    return Code(
        code=name,
        group=item["group"],
        label=item.take("label", str),
        definition=item.take("definition", str).strip(),
        not_when=item.take("not_when", str, "").strip(),
        precision=precision,
        unmarked=item.take("unmarked", str, "general"),
        terms=tuple(_term(item, name, precision, entry) for entry in item.take("terms", list)),
        matches=phrases(item, "matches"),
        rejects=phrases(item, "rejects"),
    )


def _term(item: Located, code: str, precision: str, entry: Any) -> Term:
    """Return a term, authored as a plain phrase or as a mapping."""
    if isinstance(entry, Located):
        entry.only("phrase", "case", "near", "not_near", "precision")
        place, phrase = entry, str(entry.take("phrase", (str, int)))
        if entry.get("precision") is not None:
            _one_of(entry, "precision", PRECISIONS)
            precision = entry["precision"]
        exact = entry.take("case", str, "any") == "exact"
        near, not_near = _neighbours(entry, "near"), _neighbours(entry, "not_near")
    elif isinstance(entry, str):
        place, phrase, exact, near, not_near = item, entry, False, None, None
    else:
        raise item.wrong(f"the term {entry!r} is neither a phrase nor a mapping with `phrase`")
    if not any(letter.isalnum() for letter in phrase):
        raise place.wrong(f"the phrase {phrase!r} holds no word")
    return Term(term_id(code, phrase), code, phrase, precision, exact, near, not_near)


def _neighbours(entry: Located, key: str) -> Neighbours | None:
    given = entry.take(key, Located, None)
    if given is None:
        return None
    given.only("words", "within")
    words = phrases(given, "words")
    if not words:
        raise given.wrong("`words` is empty")
    within = given.take("within", int)
    if within < 1:
        raise given.wrong(f"`within` is {within}; it must be at least 1 word")
    return Neighbours(words, within)


def _mappings(root: Located, key: str) -> list[Located]:
    given = root.take(key, list)
    for entry in given:
        if not isinstance(entry, Located):
            raise root.wrong(f"`{key}` must hold mappings, not {entry!r}")
    return given  # type: ignore[no-any-return] # each entry was just checked


def _one_of(item: Located, key: str, allowed: tuple[str, ...]) -> None:
    if item.take(key, str) not in allowed:
        raise item.wrong(f"`{key}` is `{item[key]}`; it must be one of {', '.join(allowed)}")
