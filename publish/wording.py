"""How figures, dates, kinds and outcomes are written on the site."""

from datetime import date

from corpus.addresses import web_link

__all__ = ["web_link"]

KINDS = {
    "agenda": "agenda",
    "pack": "reports pack",
    "report": "report",
    "appendix": "appendix",
    "minutes": "minutes",
    "decision": "decision",
    "notice": "procurement notice",
    "atrs": "algorithmic transparency record",
    "foi": "freedom of information",
    "other": "other document",
}
OUTCOMES = {
    "read": "read closely",
    "screened": "screened: searchable, names no technique or supplier",
    "ocr-queued": "waiting for OCR: pictures of pages without text",
    "unreadable": "unreadable: no text was found, by OCR either",
    "unsupported": "of a kind that is not read yet",
    "failed": "could not be read",
    "not-extracted": "not extracted yet",
}
STATES = {
    "searched": ("S", "searched: everything published was screened"),
    "term-searched": ("T", "searched by term with the site's own search"),
    "none-published": ("0", "nothing was published"),
    "blocked": ("B", "blocked by the site"),
    "robots-refused": ("R", "refused by robots.txt"),
    "unsupported": ("X", "the platform is not supported yet"),
    "url-unknown": ("?", "the site's address is not known"),
    "failed": ("F", "the request failed"),
    "not-looked": ("–", "nobody has looked yet"),
}
"""Every state of the coverage: its sign, so that colour is never the only one, and its meaning."""
GROUPS = {
    "technique": "Techniques",
    "use": "Uses",
    "benefit": "Benefits claimed",
    "concern": "Concerns raised",
    "supplier_product": "Suppliers and products",
}


CONTEXT_CHARS = 130
"""Of the words before and after a mention in a list: the page has the rest."""


def number(value: float | int | None) -> str:
    """Return a figure with separators; what is not known is said to be so."""
    return "not known" if value is None else f"{value:,}"


def plural(count: int | None, one: str, many: str = "") -> str:
    """Return a count and its noun: `1 page`, `2 pages`."""
    return f"{count or 0:,} {one if count == 1 else many or one + 's'}"


def share(part: float | None, whole: float | None) -> str:
    """Return a part of a whole in percent; of nothing, a dash."""
    if not whole:
        return "–"
    percent = 100 * (part or 0) / whole
    return f"{percent:.0f} %" if percent >= 10 or not percent else f"{percent:.1f} %"


def day(value: str | None) -> str:
    """Return an ISO date or instant as people write it; anything else as it is."""
    if not value:
        return "undated"
    try:
        parsed = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{parsed.day} {parsed:%B %Y}"


def instant(value: str | None) -> str:
    """Return an ISO instant with its time, UTC; anything else as it is."""
    if not value:
        return "not recorded"
    time = value[11:16] if value[10:11] == "T" else ""
    return f"{day(value)}, {time} UTC" if time else day(value)


def size(value: int | None) -> str:
    """Return a number of bytes in the unit people use."""
    if value is None:
        return "size not known"
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if value >= factor:
            return f"{value / factor:.1f} {unit}"
    return f"{value} bytes"


def kind(value: str | None) -> str:
    """Return a kind of document in words."""
    return KINDS.get(value or "other", value or "other")


def choice(label: str, name: str) -> str:
    """Return what a filter's value is called where people choose it."""
    return kind(label) if name == "kind" else label.replace("-", " ") if name == "stance" else label


def outcome(value: str | None) -> str:
    """Return what became of a file, in words."""
    return OUTCOMES.get(value or "not-extracted", value or "")


def sentence(words: str) -> str:
    """Return words with a capital at their beginning, the rest as it is."""
    return words[:1].upper() + words[1:]


def tail(words: str | None) -> str:
    """Return the last words before a mention, with the space that parts them from it."""
    kept = " ".join((words or "").split())
    cut = kept[-CONTEXT_CHARS:]
    if len(kept) > len(cut):
        cut = cut.partition(" ")[2] or cut
    return f"…{cut} " if cut else ""


def head(words: str | None) -> str:
    """Return the first words after a mention, with a space before them unless a stop follows."""
    kept = " ".join((words or "").split())
    cut = kept[:CONTEXT_CHARS]
    if len(kept) > len(cut):
        cut = cut.rpartition(" ")[0] or cut
    space = "" if cut[:1] in ".,;:?!)]’”'" else " "
    return f"{space}{cut}…" if cut else ""
