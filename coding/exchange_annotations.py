"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/): codings any annotation tool reads.

Each annotation quotes its words (TextQuoteSelector) and gives their place in the page's text
(TextPositionSelector: code points from 0, the end exclusive).
"""

import json
from itertools import groupby
from typing import Any

from coding.anchors import around
from coding.exchange import Project, Source, guid
from corpus.store import Row

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def annotations(project: Project) -> str:
    """Return the codings as one JSON-LD collection."""
    items = [
        _annotation(source, list(rows), project.coders)
        for source in project.sources
        for _, rows in groupby(source.codings, key=_same_words)
    ]
    collection = {
        "@context": CONTEXT,
        "id": f"urn:uuid:{guid('collection', project.title)}",
        "type": "AnnotationCollection",
        "label": project.title,
        "total": len(items),
        "first": {
            "id": f"urn:uuid:{guid('annotations', project.title)}",
            "type": "AnnotationPage",
            "startIndex": 0,
            "items": items,
        },
    }
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def _same_words(row: Row) -> tuple[int, int, str, int]:
    return (row["start"], row["end"], row["coder"], row["adjudicated"])


def _annotation(source: Source, rows: list[Row], coders: dict[str, str]) -> dict[str, Any]:
    row = rows[0]
    start, end = row["start"], row["end"]
    prefix, suffix = around(source.text, start, end)
    quote = {"type": "TextQuoteSelector", "exact": source.text[start:end]}
    place = {"type": "TextPositionSelector", "start": start, "end": end}
    named = {"name": coders[row["coder"]]} if coders.get(row["coder"]) else {}
    return {
        "id": f"urn:uuid:{guid('annotation', source.page, *map(str, _same_words(row)))}",
        "type": "Annotation",
        "motivation": "moderating" if row["adjudicated"] else "classifying",
        "creator": {
            "id": f"urn:uuid:{guid('coder', row['coder'])}",
            "type": "Person",
            "nickname": row["coder"],
            **named,
        },
        "created": max(each["coded_at"] for each in rows),
        "body": [body for each in rows for body in _bodies(each)],
        "target": {
            "source": source_of(source),
            "selector": [quote | {"prefix": prefix, "suffix": suffix}, place],
        },
    }


def _bodies(row: Row) -> list[dict[str, Any]]:
    """Return one judgement as a tag, and its note as a comment."""
    tag = {"type": "TextualBody", "purpose": "tagging", "value": f"{row['code']}: {row['value']}"}
    note = {"type": "TextualBody", "purpose": "commenting", "value": row["note"]}
    return [tag, note] if row["note"] else [tag]


def source_of(source: Source) -> str:
    """Return the page's address, or its hash where it has none on the web."""
    if source.url.startswith(("http://", "https://")):
        return f"{source.url.partition('#')[0]}#page={source.number}"
    return f"urn:sha-256:{source.sha256}#page={source.number}"
