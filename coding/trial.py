"""A codebook tried on texts: its own examples, and any passages."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coding.mentions import Finder, Mention
from coding.stance import Stance, main_stance
from corpus.codebook import Code, Codebook
from corpus.errors import BadStudy
from corpus.language.lexicon import EVIDENCE, Lexicon


@dataclass(frozen=True)
class Why:
    """One mention of a passage: the words, what they are taken for, and the reason."""

    quote: str
    code: str
    counted: bool
    reason: str
    stance: str
    cue: str
    section: str


@dataclass(frozen=True)
class Answer:
    """What the codebook says of a passage.

    `counted`: a technique, supplier or product in it counts; without one there is no stance.
    `boilerplate`: what is named in it is named in a contents page, a list or a standard box.
    """

    id: str
    counted: bool
    stance: str | None
    codes: list[str]
    boilerplate: bool
    why: list[Why]

    def row(self) -> dict[str, Any]:
        """Return the answer as a JSON object."""
        return asdict(self)


def answer(finder: Finder, name: str, text: str) -> Answer:
    """Apply a codebook to one text."""
    mentions = finder.find(text)
    evidence = [mention for mention in mentions if mention.counted and mention.evidence]
    told = main_stance(Stance(mention.stance, mention.cue) for mention in evidence)
    return Answer(
        id=name,
        counted=bool(evidence),
        stance=told if evidence else None,
        codes=sorted({mention.code for mention in mentions if mention.counted}),
        boilerplate=not evidence and any(mention.boilerplate for mention in mentions),
        why=[_why(mention) for mention in mentions],
    )


def _why(mention: Mention) -> Why:
    return Why(
        mention.quote,
        mention.code,
        mention.counted,
        mention.reason,
        mention.stance,
        mention.cue,
        mention.section,
    )


@dataclass(frozen=True)
class Failure:
    """An example of the codebook that does not come out as it says."""

    code: str
    text: str
    problem: str


def failures(codebook: Codebook) -> list[Failure]:
    """Run the examples of a codebook and return those that fail.

    A reject of a use, benefit or concern is read after a sentence that names a technique: without
    one beside it, it could not fail.
    """
    finder = Finder(Lexicon(codebook))
    beside = _technique(codebook, finder)
    found = [failure for code in codebook.codes for failure in _failures_of(finder, code, beside)]
    for text, stance in codebook.stance.examples:
        told = [mention.stance for mention in finder.find(text) if mention.evidence]
        if set(told) != {stance}:
            shown = ", ".join(told) or "no technique or product"
            found.append(Failure("stance", text, f"should be {stance}, and is {shown}"))
    return found


def _failures_of(finder: Finder, code: Code, beside: str) -> list[Failure]:
    prefix = "" if code.group in EVIDENCE else beside
    missed = [text for text in code.matches if not _counts(finder, text, code.code)]
    wrong = [text for text in code.rejects if _counts(finder, prefix + text, code.code)]
    return [Failure(code.code, text, "should count, and does not") for text in missed] + [
        Failure(code.code, text, "should not count, and does") for text in wrong
    ]


def _counts(finder: Finder, text: str, code: str) -> bool:
    return any(mention.counted and mention.code == code for mention in finder.find(text))


def _technique(codebook: Codebook, finder: Finder) -> str:
    """Return the shortest example that names one technique and nothing else."""
    texts = (text for code in codebook.codes if code.group == "technique" for text in code.matches)
    plain = (text for text in texts if len({m.code for m in finder.find(text)}) == 1)
    shortest = min(plain, key=len, default="")
    return shortest.rstrip(".") + ". " if shortest else ""


def texts_of(lines: list[str], source: str) -> list[tuple[str, str]]:
    """Return the (id, text) of JSON lines; raises `BadStudy` naming file and line."""
    found: list[tuple[str, str]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadStudy(Path(source), number, f"is no JSON ({error})") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
            raise BadStudy(Path(source), number, "must be an object with `id` and `text`")
        found.append((str(row["id"]), row["text"]))
    return found
