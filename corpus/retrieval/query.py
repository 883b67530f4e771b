"""What people type, as FTS5 understands it: no query can break the search.

The words are cut out and each is quoted, so that `title:`, `^` or a lone quotation mark are words
like any other. What is kept of FTS5's own language is what its users know: "phrases", AND, OR, NOT
or a minus, round brackets, `NEAR(a b, 5)` or `a NEAR/5 b`, and `begin*`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_WORDS = 32
"""Words and phrases of a query: far more than people type, far less than FTS5's depth limit."""
MAX_CHARS = 1000
"""Characters of a query."""
MAX_DEPTH = 6
"""Brackets within brackets; deeper ones are passed over."""
NEAR_WORDS, MOST_NEAR = 10, 200
"""Words between the members of a NEAR where none is told, as in FTS5, and at most."""

_TOKEN = re.compile(
    r"(?P<near>(?<![^\s(-])NEAR\s?\()|(?P<infix>(?<!\S)NEAR(?:/\d{1,9})?(?!\S))|(?P<bracket>[()])|"
    r'(?P<minus>(?<![^\s(])-(?=[^\s()])(?!NEAR\s?\())?(?:"(?P<phrase>[^"]*)"(?P<far>\*?)|'
    r'(?P<word>[^\s"()-][^\s"()]*(?:\([^\s"()]*\)[^\s"()]*)*|-))'
)
_OPERATORS = {"AND": (False, False), "OR": (True, False), "NOT": (False, True)}
"""Whether the next word is an alternative, or unwanted."""
_QUOTES = str.maketrans("“”„«»", '"""""')
HALF_QUOTE = "A quotation mark without its partner was left out."
HALF_BRACKET = "A bracket without its partner was left out."
EMPTY_HINT = (
    'Type one or more words. "Quoted words" are found side by side, OR finds either, '
    "-word leaves pages out, predict* finds every ending, NEAR(risk score, 5) finds words close by."
)


@dataclass(frozen=True)
class Parsed:
    """A query as it is understood: every group of `wanted` must occur, nothing of `unwanted`.

    A group is a set of alternatives; its members are FTS5 expressions, quoted and safe.
    """

    wanted: tuple[tuple[str, ...], ...] = ()
    unwanted: tuple[str, ...] = ()
    hint: str | None = None
    repairs: tuple[str, ...] = ()
    """What was mended, in sentences."""

    @property
    def match(self) -> str:
        """The FTS5 expression; empty where there is nothing to look for."""
        wanted = " AND ".join(f"({' OR '.join(group)})" for group in self.wanted)
        if wanted and self.unwanted:
            return f"({wanted}) NOT ({' OR '.join(self.unwanted)})"
        return wanted

    @property
    def simple(self) -> bool:
        """Whether it is words and phrases alone, each of which must occur."""
        single = all(len(group) == 1 and _is_string(group[0]) for group in self.wanted)
        return single and not self.unwanted


@dataclass(frozen=True)
class _Token:
    """A word or phrase, an operator or a bracket."""

    kind: str
    text: str = ""
    minus: bool = False


@dataclass
class _Group:
    """What one pair of brackets holds, as it is put together."""

    wanted: list[list[str]] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    alternative: bool = False
    negative: bool = False

    def operator(self, name: str) -> None:
        self.alternative, self.negative = _OPERATORS[name]

    def add(self, member: str | None, minus: bool = False) -> None:
        """Put a member where the operator before it says; None is nothing to look for."""
        if member and (minus or self.negative):
            self.unwanted.append(member)
        elif member and self.alternative and self.wanted:
            self.wanted[-1].append(member)
        elif member:
            self.wanted.append([member])
        self.alternative = self.negative = False

    def near(self, member: str | None, words: int) -> None:
        """Join a member with the last one, which stands at most so many words away."""
        if member and self.wanted and _is_string(self.wanted[-1][-1]):
            self.wanted[-1][-1] = f"NEAR({self.wanted[-1][-1]} {member}, {words})"
        else:
            self.add(member)

    def parsed(self) -> Parsed:
        return Parsed(tuple(map(tuple, self.wanted)), tuple(self.unwanted))


class _Parser:
    """Reads tokens one by one; counts words, and keeps what had to be mended."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = self.words = 0
        self.repairs: list[str] = []

    def group(self, depth: int = 0) -> _Group:
        """Read up to the closing bracket, or to the end."""
        group = _Group()
        while token := self._next():
            if token.kind == ")":
                if depth:
                    return group
                self.repairs.append(HALF_BRACKET)
            elif token.kind == "(":
                self._bracket(group, token, depth)
            elif token.kind == "near":
                group.add(self._near(), token.minus)
            elif token.kind == "infix":
                self._infix(group, token)
            elif token.kind == "word" and token.text in _OPERATORS:
                group.operator(token.text)
            else:
                group.add(self._string(token), token.minus)
        if depth:
            self.repairs.append(HALF_BRACKET)
        return group

    def _next(self) -> _Token | None:
        if self._at >= len(self._tokens) or self.words >= MAX_WORDS:
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    @property
    def cut(self) -> bool:
        """Whether words were left out."""
        return self._at < len(self._tokens)

    def _bracket(self, group: _Group, token: _Token, depth: int) -> None:
        inner = self.group(depth + 1)
        if depth >= MAX_DEPTH:  # as if the brackets were not there
            group.wanted += inner.wanted
            group.unwanted += inner.unwanted
            return
        match = inner.parsed().match
        group.add(f"({match})" if match else None, token.minus)
        if inner.unwanted and not inner.wanted:
            group.unwanted += inner.unwanted

    def _infix(self, group: _Group, token: _Token) -> None:
        following = self._next()
        if following is None or following.kind not in ("word", "phrase"):
            self._at -= following is not None
            return
        group.near(self._string(following), _distance(token.text.partition("/")[2]))

    def _near(self) -> str | None:
        """Read the members of `NEAR(…)`."""
        members: list[_Token] = []
        while (token := self._next()) and token.kind != ")":
            members += [token] if token.kind in ("word", "phrase") else []
        if token is None:
            self.repairs.append(HALF_BRACKET)
        words = NEAR_WORDS
        if len(members) > 1 and members[-1].text.isdecimal() and _ends_with_comma(members[-2]):
            words = _distance(members.pop().text)
        strings = [string for each in members if (string := self._string(each))]
        if len(strings) < 2:
            return strings[0] if strings else None
        return f"NEAR({' '.join(strings)}, {words})"

    def _string(self, token: _Token) -> str | None:
        self.words += 1
        return _quoted(token.text)


def parse(query: str) -> Parsed:
    """Understand what people type; never raises."""
    tidy, repairs = _tidy(query)
    parser = _Parser(list(_tokens(tidy)))
    found = parser.group().parsed()
    cut = parser.cut or len(query) > MAX_CHARS
    hint = _hint(bool(found.wanted), bool(found.unwanted), cut)
    mended = tuple(dict.fromkeys([*repairs, *parser.repairs]))
    return Parsed(found.wanted, found.unwanted, hint, mended)


def _tidy(query: str) -> tuple[str, list[str]]:
    """Return a query without control characters, lone surrogates and unbalanced quotes."""
    query = query[:MAX_CHARS].translate(_QUOTES).encode("utf-8", "replace").decode("utf-8")
    query = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in query)
    if query.count('"') % 2:
        return " ".join(query.rsplit('"', 1)), [HALF_QUOTE]
    return query, []


def _tokens(query: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(query):
        minus = bool(match["minus"])
        after_minus = re.search(r"(?<![^\s(])-\Z", query[: match.start()]) is not None
        if match["near"]:
            yield _Token("near", minus=after_minus)
        elif match["infix"]:
            yield _Token("infix", match["infix"])
        elif match["bracket"]:
            yield _Token(match["bracket"], minus=after_minus and match["bracket"] == "(")
        elif match["phrase"] is not None:
            yield _Token("phrase", match["phrase"] + match["far"], minus)
        elif match["word"]:
            yield _Token("word", match["word"], minus)


def _quoted(token: str) -> str | None:
    """Return a token as an FTS5 string, or None where it holds no letter or digit."""
    plain = token.strip("*")
    if not any(unicodedata.category(c)[0] in "LN" for c in plain):
        return None
    return f'"{plain}"' + ("*" if token.endswith("*") else "")


def _is_string(member: str) -> bool:
    return member.startswith('"')


def _ends_with_comma(token: _Token) -> bool:
    return token.text.endswith(",")


def _distance(text: str) -> int:
    return min(int(text), MOST_NEAR) if text.isascii() and text.isdecimal() else NEAR_WORDS


def _hint(wanted: bool, unwanted: bool, cut: bool) -> str | None:
    if cut:
        return f"The query is long: only its first {MAX_WORDS} words were used."
    if wanted:
        return None
    return "A minus takes pages away: add a word to look for." if unwanted else EMPTY_HINT
