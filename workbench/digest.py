"""The digest of what changed in saved searches, as Markdown; every text is hostile here, too."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from corpus.store import Row
from workbench.news import Looked

MOST = 100
"""News of one search in a digest; the feed and the table have the rest."""
LONGEST = 400
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&-])")
_SAFE = "/:?=&%~.,;@+-_#"


def digest(looked: Sequence[Looked]) -> str:
    """Return the digest of one look: a section for each search with news, the others in a line."""
    lines = [f"# What changed, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", ""]
    for one in looked:
        lines += [f"## {plain(one.title)}", "", plain(one.line.removeprefix(f"{one.title}: ")), ""]
        lines += [_line(row) for row in one.changes[:MOST]]
        more = len(one.changes) - MOST
        lines += [f"- and {more:,} more: table `alert_changes`"] if more > 0 else []
        lines += [""] if one.changes else []
    if not looked:
        lines.append("No search is saved: write one into the study's `alerts.yaml`.")
    return "\n".join(lines).rstrip() + "\n"


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _line(row: Row) -> str:
    title = plain(row["title"] or row["document"])
    number = int(str(row["page"]).rpartition("-")[2] or 0)
    where = f"{title}, page {number}"
    link = f"[{where}](<{_url(row['url'])}#page={number}>)" if _url(row["url"]) else where
    told = [f"**{row['kind']}**", plain(row["council"] or "no council"), link]
    told += [row["published_on"][:10]] if row["published_on"] else []
    line = f"- {' · '.join(told)}"
    line += f": “{plain(row['text'][:LONGEST])}”" if row["text"] else ""
    line += f" (was: “{plain(row['was'][:LONGEST])}”)" if row["was"] else ""
    return f"{line}. {plain(row['why'])}" if row["why"] else line


def _url(url: str | None) -> str:
    """Return an address that cannot break out of its link; none of another kind than the web's."""
    if not url or not url.startswith(("http://", "https://")):
        return ""
    return quote(url.partition("#")[0], safe=_SAFE)
