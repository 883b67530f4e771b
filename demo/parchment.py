"""A Parchment site: each month of its calendar is one answer in JSON, papers have numbers."""

import json
import re
from typing import Any

from demo.answer import NOT_FOUND, RESTRICTED, Answer, Query, rendered
from demo.shapes import DemoCouncil, DemoMeeting

CALENDAR = "/api/calendar"
_PAPER = re.compile(r"/papers/(\d+)\.pdf")


class ParchmentSite:
    """A council's Parchment: the calendar lists restricted papers too, and marks them."""

    def __init__(self, council: DemoCouncil) -> None:
        self.council = council
        self.documents = {one.attachment: one for one in council.item_documents}

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nDisallow:\n")
        if path == CALENDAR:
            return self._month(query.get("month", ""))
        found = _PAPER.fullmatch(path)
        document = self.documents.get(int(found[1])) if found else None
        if document is None:
            return NOT_FOUND
        return RESTRICTED if document.restricted else rendered(document)

    def _month(self, month: str) -> Answer:
        held = [one for one in self.council.meetings if f"{one.held_on:%Y-%m}" == month]
        told = {"month": month, "meetings": [_meeting(one) for one in held]}
        return Answer(200, json.dumps(told).encode(), "application/json")


def _meeting(meeting: DemoMeeting) -> dict[str, Any]:
    papers = [
        {
            "id": one.attachment,
            "title": one.title,
            "url": f"/papers/{one.attachment}.pdf",
            "restricted": one.restricted,
        }
        for one in meeting.documents
    ]
    committee, day = meeting.committee.title, meeting.held_on.isoformat()
    return {"id": meeting.number, "date": day, "committee": committee, "papers": papers}
