"""Text cut into sentences; rows of tables, items of lists and headings stand alone."""

import re

LONGEST_SENTENCE_WORDS = 80
"""Tables and lists have no full stops: a longer "sentence" is taken line by line."""
_END = re.compile(
    r"[.!?][\"'”’)\]]*\s+(?=[A-Z“\"'‘(\[•\d])|\n\s*\n\s*|\n\s*(?=[•▪●◦\uf0b7]\s)"
    r"|(?<= \| )[^\n|]*\n|\n(?=[^\n|]* \| )"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|No|Nos|Mr|Mrs|Ms|Dr|Prof|Cllr|Cllrs|Rev|St|Ltd|vs|cf|para|paras|pp?|"
    r"approx|ref|fig|vol|sec|art)|\b[A-Z]|\s\d{1,2})\.$"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a text as (start, end), without the white space between them."""
    cuts = [0]
    for match in _END.finditer(text):
        head = text[max(cuts[-1], match.start() - 12) : match.start() + 1]
        if not _ABBREVIATION.search(head):
            cuts.append(match.end())
    spans = zip(cuts, [*cuts[1:], len(text)], strict=True)
    trimmed = (_trim(text, start, end) for start, end in spans)
    return [part for start, end in trimmed if end > start for part in _lines(text, start, end)]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a sentence, or its lines where it is too long to be one."""
    if len(text[start:end].split()) <= LONGEST_SENTENCE_WORDS:
        return [(start, end)]
    found, at = [], start
    for line in text[start:end].splitlines(keepends=True):
        first, last = _trim(text, at, at + len(line))
        if last > first:
            found.append((first, last))
        at += len(line)
    return found
