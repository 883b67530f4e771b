"""The county's transparency records, in the shapes of GOV.UK's search and of its Content API."""

import json
from html import escape
from typing import Any

from corpus.authored import own_yaml
from demo.answer import NOT_FOUND, Answer, Query
from demo.text import BANKS

RECORDS_HOST = "records.county.test"
FOLDER = "/algorithmic-transparency-records/"
FORMAT = "algorithmic_transparency_record"
JSON = "application/json; charset=utf-8"
ROBOTS = Answer(200, b"User-agent: *\nDisallow: /*.atom\n")
Plan = dict[str, Any]


def plans() -> list[Plan]:
    """Every record, as its bank has it."""
    found: list[Plan] = own_yaml(BANKS / "transparency.yaml")
    return found


class RecordsSite:
    """GOV.UK: a search that refuses parameters it does not know, and a page for each record."""

    KNOWN = frozenset({"filter_format", "fields", "order", "count", "start", "q"})

    def __init__(self, most_results: int = 3) -> None:
        self.plans = plans()
        self.most_results = most_results

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path == "/robots.txt":
            return ROBOTS
        if path == "/api/search.json":
            return self._search(query)
        slug = path.removeprefix(f"/api/content{FOLDER}")
        found = [plan for plan in self.plans if plan["slug"] == slug]
        return _json(content(found[0])) if found else NOT_FOUND

    def _search(self, query: Query) -> Answer:
        unknown = sorted(set(query) - self.KNOWN)
        if unknown or query.get("filter_format") != FORMAT:
            told = {"error": f"Unexpected parameters: {', '.join(unknown)}"}
            return Answer(422, json.dumps(told).encode(), JSON)
        start, count = int(query.get("start", 0)), int(query.get("count", 10))
        found = sorted(self.plans, key=lambda plan: str(plan["changed"]), reverse=True)
        size = min(count, self.most_results)  # fewer than asked for: a reader must go on
        results = [_result(plan) for plan in found[start : start + size]]
        return _json({"results": results, "total": len(found), "start": start, "aggregates": {}})


def _result(plan: Plan) -> Plan:
    return {
        "title": plan["title"],
        "link": FOLDER + plan["slug"],
        "public_timestamp": f"{plan['changed']}T10:30:00Z",
        f"{FORMAT}_organisation": [plan["organisation"]],
        f"{FORMAT}_date_published": str(plan["published"]),
        "index": "govuk",
        "es_score": None,
        "_id": FOLDER + plan["slug"],
        "document_type": FORMAT,
    }


def content(plan: Plan) -> Plan:
    """A record as the Content API answers it."""
    name, url, mime = plan.get("attachment", ("", "", ""))
    file = {"attachment_type": "file", "title": name, "content_type": mime}
    host = "http://assets.county.test"
    return {
        "base_path": FOLDER + plan["slug"],
        "title": plan["title"],
        "description": plan["description"],
        "document_type": FORMAT,
        "schema_name": "specialist_document",
        "first_published_at": f"{plan['published']}T09:00:00Z",
        "public_updated_at": f"{plan['changed']}T10:30:00Z",
        "details": {
            "body": "".join(_field(*field) for field in plan["fields"]),
            "attachments": [file | {"url": host + url}] if url else [],
            "metadata": {
                f"{FORMAT}_organisation": [plan["organisation"]],
                f"{FORMAT}_phase": plan["phase"],
                f"{FORMAT}_date_published": str(plan["published"]),
            },
        },
    }


def _field(number: str, label: str, text: str) -> str:
    told = f"{number} - {label}" if number else label
    level = 3 if number else 2
    return f'<h{level} id="x">{escape(told)}</h{level}>\n' + (
        f"<p>{escape(text)}</p>\n" if text else ""
    )


def _json(value: Plan) -> Answer:
    return Answer(200, json.dumps(value, ensure_ascii=False).encode(), JSON)
