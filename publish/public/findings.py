"""What the privacy screen finds: a stretch of text that may say who a private person is."""

from dataclasses import dataclass

LABELS = {
    "address": "address withheld",
    "bank-account": "account number withheld",
    "birth-date": "date of birth withheld",
    "card-number": "card number withheld",
    "email": "e-mail withheld",
    "list-of-people": "list of people withheld",
    "local-path": "path withheld",
    "name": "name withheld",
    "nhs-number": "NHS number withheld",
    "ni-number": "National Insurance number withheld",
    "phone": "telephone number withheld",
    "signatures": "page of signatures withheld",
    "takedown": "withheld on request",
    "undecided": "withheld until a person has decided",
}
"""Every kind of finding, and what stands in the place of the words."""


@dataclass(frozen=True, order=True)
class Finding:
    """Characters `start` to `end` of a text; `sure` is False where a person should decide."""

    start: int
    end: int
    kind: str
    reason: str
    sure: bool = True
