"""Claims as authored: `study/claims.yaml`, each a sentence with the mentions it rests on.

claims:
  - claim: scores-stopped
    sentence: Two of the councils that bought risk scores for families have stopped using them.
    supports: [4edafea4da0a9e83-0003-1a2b3c4d]
    contradicts: []
    reviewer: anna
    on: 2026-11-22
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.authored import Located, read_yaml

FILE = "claims.yaml"
SIDES = ("supports", "contradicts")
MOST_CLAIMS = 1000
MOST_MENTIONS = 1000
"""Of one claim, and on one side of it."""
LONGEST = 2000
"""Characters of a sentence."""
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_MENTION = re.compile(r"[0-9a-f]{16}-\d{4,}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Claim:
    """A sentence, the mentions that support and contradict it, and who looked at them when."""

    claim: str
    sentence: str
    supports: tuple[str, ...]
    contradicts: tuple[str, ...]
    reviewer: str
    on: str

    @property
    def cited(self) -> list[tuple[str, str]]:
        """Each mention with the side it is on."""
        sides = zip(SIDES, (self.supports, self.contradicts), strict=True)
        return [(side, mention) for side, mentions in sides for mention in mentions]


def load_claims(folder: Path) -> list[Claim]:
    """Return the claims of a study in their order; none where there is no file.

    Raises `BadStudy` with file and line.
    """
    path = folder / FILE
    if not path.exists() or not _says_anything(path):
        return []
    root = read_yaml(path)
    root.only("claims")
    items = root.take("claims", list, [])
    if len(items) > MOST_CLAIMS:
        raise root.wrong(f"`claims` has {len(items):,} claims; {MOST_CLAIMS:,} are the most")
    found: dict[str, Claim] = {}
    for item in items:
        if not isinstance(item, Located):
            raise root.wrong("`claims` must be a list of mappings")
        claim = _claim(item)
        if claim.claim in found:
            raise item.wrong(f"the claim `{claim.claim}` stands twice")
        found[claim.claim] = claim
    return list(found.values())


def _says_anything(path: Path) -> bool:
    """Whether a file holds more than blank lines and comments."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)


def _claim(item: Located) -> Claim:
    item.only("claim", "sentence", *SIDES, "reviewer", "on")
    name, sentence = item.take("claim", str), " ".join(item.take("sentence", str).split())
    if not _ID.fullmatch(name):
        raise item.wrong(f"`{name[:80]}` is not an id (small letters, digits, . _ -)")
    if not sentence or len(sentence) > LONGEST:
        raise item.wrong(f"`sentence` must have from 1 to {LONGEST:,} characters")
    supports, contradicts = (_mentions(item, side) for side in SIDES)
    if not supports and not contradicts:
        raise item.wrong(f"the claim `{name}` cites no mention")
    if twice := sorted({*supports} & {*contradicts}):
        raise item.wrong(f"`{twice[0]}` cannot both support and contradict `{name}`")
    return Claim(name, sentence, supports, contradicts, item.take("reviewer", str), _day(item))


def _mentions(item: Located, side: str) -> tuple[str, ...]:
    given: Sequence[object] = item.take(side, list, [])
    if len(given) > MOST_MENTIONS:
        raise item.wrong(f"`{side}` names {len(given):,} mentions; {MOST_MENTIONS:,} are the most")
    for one in given:
        if not isinstance(one, str) or not _MENTION.fullmatch(one):
            told = f"`{side}`: `{str(one)[:60]}` is no id of a mention"
            raise item.wrong(f"{told}; its page on the site and `mentions` have it")
    return tuple(dict.fromkeys(str(one) for one in given))


def _day(item: Located) -> str:
    """Return the day of the review; a day that is none is told."""
    given = str(item.take("on", (str, date)))
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError as error:
        raise item.wrong(f"`on` is `{given[:40]}`; dates are written YYYY-MM-DD") from error
