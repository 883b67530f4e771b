"""What a paper says: its title block and its paragraphs, before any layout."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from demo.shapes import DemoDocument
from demo.text import (
    Writer,
    financial_year,
    is_analytics,
    lines,
    load,
    long_date,
    lower_title,
    subjects,
)

Rows = tuple[tuple[str, ...], ...]
# Stages in which a system already runs, so that monitoring figures exist.
_RUNNING = {"operation", "review", "evaluation", "use", "neet", "progress", "update", "nfi", "hub"}
_SERVICES = ("Adult services", "Children", "Highways", "Environment", "Corporate", "Housing")


@dataclass(frozen=True)
class Block:
    """One piece of a paper: `heading`, `para` (numbered), `plain`, `bullet` or `table`."""

    kind: str
    text: str = ""
    number: str = ""
    rows: Rows = ()


@dataclass(frozen=True)
class Paper:
    """A composed paper: the lines of its title block, its title and its blocks."""

    title: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]


def compose(document: DemoDocument) -> Paper:
    """The words of one document; the same document gives the same words."""
    kinds = {"minutes": _minutes_blocks, "agenda": _agenda_blocks}
    blocks = kinds.get(document.kind, _report_blocks)(document)
    return Paper(document.title, tuple(_facts(document)), tuple(blocks))


def _facts(document: DemoDocument) -> Iterator[tuple[str, str]]:
    setting = document.setting
    yield "Meeting", setting.committee
    yield "Date", long_date(setting.held_on)
    if document.subject:
        writer = _writer(document)
        yield "Report of", subjects()[document.subject]["role"]
        yield "Wards affected", writer.random.choice(["All", "All", writer.names["place"]])
        yield "Key decision", writer.random.choice(["Yes", "No", "No"])
        yield "Status", "Not for publication" if document.restricted else "Public"


def _writer(document: DemoDocument) -> Writer:
    setting = document.setting
    subject = subjects().get(document.subject, {})
    names = {
        "role": subject.get("role", "Monitoring Officer"),
        "supplier": subject.get("supplier", "the supplier"),
        "subject": _topic(document),
    }
    return Writer(document.seed, names, setting.places, setting.held_on)


def _topic(document: DemoDocument) -> str:
    """The title as a sentence takes it: without what follows a colon."""
    title = document.title.removeprefix("Exempt Appendix ")
    head, _, tail = title.partition(": ")
    return lower_title(f"{head} for {tail}" if tail[:1].isdigit() else head)


class _Numbered:
    """Gives headings and paragraphs their numbers: 1, 1.1, 1.2, 2, ..."""

    def __init__(self) -> None:
        self.section = 0
        self.paragraph = 0

    def heading(self, text: str) -> Block:
        """The next heading."""
        self.section, self.paragraph = self.section + 1, 0
        return Block("heading", text, f"{self.section}.")

    def para(self, text: str) -> Block:
        """The next numbered paragraph under the last heading."""
        self.paragraph += 1
        return Block("para", text, f"{self.section}.{self.paragraph}")


def _report_blocks(document: DemoDocument) -> Iterator[Block]:
    writer, numbered = _writer(document), _Numbered()
    yield from _opening(writer, numbered)
    subject = subjects()[document.subject]
    for place, key in enumerate(subject["stages"][document.stage]["sections"]):
        section = subject["sections"][key]
        yield numbered.heading(writer.fill(section["heading"]))
        yield from map(numbered.para, writer.paragraphs(section["text"], 5, 8))
        if place == 0:
            yield from _table(document, subject, writer)
    yield from _closing(document, writer, numbered)


def _opening(writer: Writer, numbered: _Numbered) -> Iterator[Block]:
    common = load("common")
    yield numbered.heading("Purpose of the report")
    yield from map(numbered.para, writer.draw(common["purpose"], 1, 1))
    yield numbered.heading("Recommendations")
    yield from map(numbered.para, writer.draw(common["recommend"], 2, 3))


def _closing(document: DemoDocument, writer: Writer, numbered: _Numbered) -> Iterator[Block]:
    common = load("common")
    if is_analytics(document.subject):
        yield numbered.heading("Options considered")
        yield from map(numbered.para, writer.draw(common["options"], 2, 3))
    sections = list(common["sections"].items())
    dropped = writer.random.randrange(2, len(sections) + 1)
    for title, text in sections[:dropped] + sections[dropped + 1 :]:
        yield numbered.heading(title)
        yield from map(numbered.para, writer.paragraphs(text, 2, 4))
    yield numbered.heading("Background papers")
    for line in writer.draw(common["background"], 1, 3):
        yield Block("bullet", line)


def _table(document: DemoDocument, subject: dict[str, Any], writer: Writer) -> Iterator[Block]:
    if "table" in subject:
        plan = subject["table"]
        names = document.setting.places if plan["rows"] == "places" else _SERVICES
        rows = tuple(tuple(_row(name, plan["ranges"], writer)) for name in names)
        yield Block("plain", f"Table 1: {plan['caption']}")
        yield Block("table", rows=(tuple(plan["columns"]), *rows))
    elif is_analytics(document.subject) and document.stage in _RUNNING:
        yield Block("plain", "Table 1: Monitoring figures by quarter")
        yield Block("table", rows=tuple(_quarters(document, writer)))


def _row(name: str, ranges: list[list[int]], writer: Writer) -> Iterator[str]:
    yield name
    for low, high in ranges:
        yield f"{writer.random.randint(low, high):,}"


def _quarters(document: DemoDocument, writer: Writer) -> Iterator[tuple[str, ...]]:
    yield ("Quarter", "Cases flagged", "Looked at by an officer", "Action taken")
    year = financial_year(document.setting.held_on, -1)
    for quarter in range(1, 5):
        flagged = writer.random.randint(140, 420)
        looked_at = flagged - writer.random.randint(5, 90)
        acted = looked_at * writer.random.randint(25, 60) // 100
        yield (f"Q{quarter} {year}", str(flagged), str(looked_at), str(acted))


def _minutes_blocks(document: DemoDocument) -> Iterator[Block]:
    writer, numbered, common = _writer(document), _Numbered(), load("common")
    present = sorted({writer.councillor() for _ in range(9)})
    yield Block("plain", "Present: Councillors " + ", ".join(present) + ".")
    yield from (Block("plain", line) for line in writer.draw(common["attendance"], 1, 2))
    yield numbered.heading("Declarations of interest")
    yield from map(numbered.para, writer.draw(common["declarations"], 1, 1))
    for part in document.parts:
        yield numbered.heading(part.title)
        yield from map(numbered.para, _discussion(part, writer))
        yield Block("bullet", f"RESOLVED: {writer.draw(common['recommend'], 1, 1)[0]}")
    yield Block("plain", writer.draw(common["close"], 1, 1)[0])


def _discussion(part: DemoDocument, writer: Writer) -> Iterator[str]:
    subject = subjects()[part.subject]
    writer.names |= {"role": subject["role"], "subject": _topic(part)}
    topic = _topic(part)
    yield f"The Committee considered a report of the {subject['role']} on {topic}."
    yield " ".join(writer.draw(subject["minutes"], 1, len(lines(subject["minutes"]))))


def _agenda_blocks(document: DemoDocument) -> Iterator[Block]:
    yield Block("plain", "Members of the public are welcome to attend. Agenda")
    titles = ("Apologies for absence", "Declarations of interest")
    listed = [*titles, *(part.title for part in document.parts)]
    for number, title in enumerate(listed, start=1):
        yield Block("heading", title, f"{number}.")
        if number > len(titles):
            part = document.parts[number - len(titles) - 1]
            yield Block("plain", _agenda_line(part))


def _agenda_line(part: DemoDocument) -> str:
    if part.kind == "minutes":
        return f"To approve the minutes of {long_date(part.setting.held_on)}."
    role = subjects()[part.subject]["role"]
    return f"Report of the {role}" + (" (exempt)." if part.restricted else ".")
