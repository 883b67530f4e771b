"""How much of a source's text is published: as its file in the study says, or its licence. Pure."""

import re
from collections.abc import Iterable, Mapping

from corpus.study import REPUBLISHED, Study

FULL, EXTRACTS, NONE = REPUBLISHED
OPEN = re.compile(
    r"(?:open government licence v(?:ersion )?[123](?:\.0)?|ogl[ -]?v?[123](?:\.0)?|"
    r"cc0(?:[ -]1\.0)?|cc[ -]by[ -][34]\.0)",
    re.IGNORECASE,
)
"""Licences, as a source states them and nothing else beside, under which text is published in full.

"Most often the Open Government Licence; not stated everywhere" is none: nobody knows of a paper
whether it is meant. Then passages and the words around mentions are quoted, as research quotes.
"""


def extents(study: Study, sources: Iterable[Mapping[str, str | None]]) -> dict[str, str]:
    """Return `full`, `extracts` or `none` for each source of a corpus; folders give extracts."""
    return {str(row["source"]): _extent(study, row) for row in sources}


def _extent(study: Study, row: Mapping[str, str | None]) -> str:
    source = study.sources.get(str(row["source"]))
    if source and source.republish:
        return source.republish
    licence = (source.licence if source else row["licence"]) or ""
    return FULL if OPEN.fullmatch(licence.strip()) else EXTRACTS
