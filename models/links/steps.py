"""A step in the life of a system: what kind of document it is, and what that document can show.

An agenda is the ask, not the answer; an award is a purchase, not a use. So a step is typed by the
document that proves it, and its status is told with how it is known.
"""

import re
from collections.abc import Mapping

STAGES = {
    "planning": "pipeline",
    "planningUpdate": "pipeline",
    "tender": "tender",
    "tenderUpdate": "tender",
    "tenderAmendment": "tender",
    "award": "award",
    "awardUpdate": "award",
    "contract": "contract",
    "contractUpdate": "contract",
    "contractAmendment": "contract",
    "implementation": "contract",
    "implementationUpdate": "contract",
    "tenderCancellation": "cancellation",
    "awardCancellation": "cancellation",
    "contractTermination": "termination",
}
"""Kinds of step by the tags of OCDS 1.1 releases."""
TITLES = {
    "dpia": r"\b(data protection|privacy) impact assess|\bdpia\b",
    "equality": r"\bequalit(y|ies) (impact|analys|assess)",
    "business-case": r"\bbusiness case\b",
    "audit": r"\baudit\b",
    "scrutiny": r"\bscrutiny\b|\btask and finish\b|\bselect committee\b|\boverview\b",
}
"""Kinds of step by words of a title, the first that fits."""
KINDS = {"atrs": "record", "foi": "answer", "pack": "agenda", "other": "paper"}
STEPS = (
    *("pipeline", "tender", "award", "contract", "cancellation", "termination", "business-case"),
    *("agenda", "report", "decision", "minutes", "dpia", "equality", "scrutiny", "audit"),
    *("record", "answer", "appendix", "paper"),
)
"""All kinds of step; of the tags of one notice, the later here tells more."""
STATUSES = {
    "pipeline": "planned",
    "tender": "tendered",
    "award": "bought",
    "contract": "bought",
    "cancellation": "cancelled",
    "termination": "stopped",
}
"""What a notice says of the status."""
BY_STANCE = {"stopped": "stopped", "uses": "in use", "plans": "planned", "not-used": "not in use"}
"""Statuses by stance, the first wins where two are as common."""
GAP_DAYS = 548
"""Eighteen months without a document are drawn as a gap."""
_TITLES = {kind: re.compile(words, re.I) for kind, words in TITLES.items()}


def kind_of(kind: str, stage: str, *titles: str) -> str:
    """Return the kind of step that a document is, by its kind, a notice's tags, and its titles.

    `titles` are of the document and of the paper in it, where it is a pack, the nearest first.
    """
    if kind == "notice":
        tags = re.split(r"[,;\s]+", stage)
        told = [STAGES[tag] for tag in tags if tag in STAGES]
        return max(told, key=STEPS.index) if told else "tender"
    if kind in ("atrs", "foi", "decision", "minutes"):
        return KINDS.get(kind, kind)
    for title in titles:
        for found, words in _TITLES.items():
            if words.search(title):
                return found
    return KINDS.get(kind, kind)


def status_of(
    step: str, stances: Mapping[str, int], coded: tuple[str, str] | None = None
) -> tuple[str | None, str | None]:
    """Return the status that a step proves, and how that is known.

    `coded` is the stance that a person gave and who; it comes before a notice's stage, and that
    before the wording around the mentions.
    """
    if coded and coded[0] in BY_STANCE:
        return BY_STANCE[coded[0]], f"coded by {coded[1]}"
    if step in STATUSES:
        return STATUSES[step], "notice"
    told = {stance: stances.get(stance, 0) for stance in BY_STANCE}
    most = max(told, key=lambda stance: told[stance])
    return (BY_STANCE[most], "wording") if told[most] else (None, None)
