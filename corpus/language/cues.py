"""What the codebook says of stance and of sections: cues with their reach, headings."""

from dataclasses import dataclass

from corpus.authored import Located

STANCES = ("not-used", "stopped", "asks", "plans", "uses", "general")
"""Every stance, in the order in which the cues of one sentence win."""
REACHES = ("forward", "backward", "both", "onward")
"""Whether a cue speaks of what follows it, of what stands before it, of both within its sentence,
or of all that follows until an answer."""
SECTIONS = ("contents", "references", "distribution", "definitions", "implications")
"""Kinds of section of which the codebook names the headings."""


@dataclass(frozen=True)
class Cue:
    """Words that tell a stance, and how far they reach."""

    stance: str
    phrase: str
    reach: str


@dataclass(frozen=True)
class StanceCues:
    """The cues of all stances.

    `ends` are words across which no cue reaches, `answers` those that end an onward reach;
    `examples` are (text, stance) pairs that must come out so.
    """

    cues: tuple[Cue, ...] = ()
    ends: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()


def load_stances(root: Located) -> StanceCues:
    """Read the codebook's `stance`; raises `BadStudy` naming file and line."""
    given = root.take("stance", Located, Located())
    if not given:
        return StanceCues()
    given.only("ends", "answers", "examples", *STANCES)
    cues = [cue for stance in STANCES if stance in given for cue in _cues(given, stance)]
    return StanceCues(
        cues=tuple(cues),
        ends=phrases(given, "ends"),
        answers=phrases(given, "answers"),
        examples=tuple(_example(given, entry) for entry in given.take("examples", list, [])),
    )


def load_sections(root: Located) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read the headings of each kind of section; raises `BadStudy` naming file and line."""
    given = root.take("sections", Located, Located())
    if given:
        given.only(*SECTIONS)
    return tuple((kind, phrases(given, kind)) for kind in SECTIONS if kind in given)


def phrases(item: Located, key: str) -> tuple[str, ...]:
    """Return a list of texts; numbers and dates written without quotes are refused."""
    given = item.take(key, list, [])
    for entry in given:
        if not isinstance(entry, str) or not any(letter.isalnum() for letter in entry):
            raise item.wrong(f"`{key}` must hold words; put {entry!r} in quotes, or take it out")
    return tuple(given)


def _cues(given: Located, stance: str) -> list[Cue]:
    """Return the cues of a stance: by reach, or a plain list that reaches both ways."""
    if isinstance(given[stance], list):
        return [Cue(stance, phrase, "both") for phrase in phrases(given, stance)]
    by_reach = given.take(stance, Located)
    by_reach.only(*REACHES)
    return [
        Cue(stance, phrase, reach)
        for reach in REACHES
        if reach in by_reach
        for phrase in phrases(by_reach, reach)
    ]


def _example(given: Located, entry: object) -> tuple[str, str]:
    if not isinstance(entry, Located):
        raise given.wrong(f"`examples` must hold mappings of `text` and `stance`, not {entry!r}")
    entry.only("text", "stance")
    text, stance = entry.take("text", str), entry.take("stance", str)
    if stance not in STANCES:
        raise entry.wrong(f"`stance` is `{stance}`; it must be one of {', '.join(STANCES)}")
    return text, stance
