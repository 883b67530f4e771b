"""The fictional county of seven councils, built from `banks/county.yaml`: the same each time."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

from demo.notices import NOTICES_HOST, build_releases
from demo.shapes import (
    DemoCommittee,
    DemoCouncil,
    DemoDocument,
    DemoItem,
    DemoMeeting,
    Setting,
    World,
)
from demo.text import Writer, load, long_date, subjects

# Papers come out five clear working days before the meeting, as the law asks of English councils.
_NOTICE_DAYS = 8
_PLAIN_ITEMS = (
    ("Apologies for absence", "To receive apologies for absence."),
    (
        "Declarations of interest",
        "Members are reminded to declare any interest in the items below.",
    ),
)


@cache
def build_world() -> World:
    """The county, deterministic: the same councils, meetings, papers and notices each time."""
    plans = load("county")["councils"]
    councils = tuple(_CouncilBuilder(plan).build() for plan in plans)
    return World(councils, build_releases(), NOTICES_HOST)


def build_council(plan: dict[str, Any]) -> DemoCouncil:
    """A council from its plan, written as those of `banks/county.yaml` are."""
    return _CouncilBuilder(plan).build()


class _CouncilBuilder:
    """Turns one council's plan into meetings and documents, numbering as it goes."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.places = tuple(plan["places"])
        self.committees = {
            key: DemoCommittee(number, title, bool(past))
            for key, (number, title, *past) in plan["committees"].items()
        }
        # Real numbers have gaps: other committees' meetings and attachments lie between.
        self.meeting_numbers = count(plan["first_meeting"], 17)
        self.attachments = count(plan["first_attachment"], 3)
        self.item_numbers = count(plan["first_attachment"] // 2, 2)
        self.last_minutes: dict[int, DemoDocument] = {}

    def build(self) -> DemoCouncil:
        """The council with all its meetings."""
        meetings = tuple(self._meeting(row) for row in self.plan["meetings"])
        keys = ("code", "name", "official_name", "type", "gss_code", "region", "host", "links")
        return DemoCouncil(
            **{key: self.plan[key] for key in keys},
            platform=self.plan.get("platform", "modgov"),
            entry=self.plan.get("entry", ""),
            service=self.plan.get("service", True),
            ignores_dates=self.plan.get("ignores_dates", False),
            closed_attachment=self._closed(meetings),
            places=self.places,
            committees=tuple(self.committees.values()),
            meetings=meetings,
        )

    def _closed(self, meetings: tuple[DemoMeeting, ...]) -> int | None:
        day = self.plan.get("robots")
        found = [meeting for meeting in meetings if meeting.held_on == day]
        return found[0].documents[-1].attachment if found else None

    def _meeting(self, row: dict[str, Any]) -> DemoMeeting:
        number, committee = next(self.meeting_numbers), self.committees[row["of"]]
        if row.get("cancelled"):
            return DemoMeeting(number, committee, row["held"], cancelled=True)
        previous = self.last_minutes.get(committee.number)
        reports = tuple(self._reports(row))
        items = tuple(self._items(row, reports, previous))
        minutes = self._minutes(row, reports)
        failing = row["held"] == self.plan.get("failing")
        extras = self._extras(number, row, items, minutes) if row.get("pack") else {}
        return DemoMeeting(number, committee, row["held"], False, failing, items, extras)

    def _setting(self, row: dict[str, Any]) -> Setting:
        committee = self.committees[row["of"]].title
        code, name = self.plan["code"], self.plan["official_name"]
        return Setting(code, name, committee, row["held"], self.places)

    def _reports(self, row: dict[str, Any]) -> Iterator[DemoDocument]:
        for paper in row["papers"]:
            yield self._report(row, paper)
        if "exempt" in row:
            yield self._report(row, row["exempt"], restricted=True)

    def _report(self, row: dict[str, Any], paper: str, restricted: bool = False) -> DemoDocument:
        name, _, form = paper.partition("@")
        subject, _, stage = name.partition(".")
        attachment = next(self.attachments)
        seed = f"{self.plan['code']}-s{attachment}"
        title = self._title(seed, subject, stage, row["held"])
        return DemoDocument(
            attachment=attachment,
            title=f"Exempt Appendix {title}" if restricted else title,
            kind="appendix" if restricted else "report",
            form=form or "pdf",
            published=row["held"] - timedelta(days=_NOTICE_DAYS),
            seed=seed,
            setting=self._setting(row),
            subject=subject,
            stage=stage,
            restricted=restricted,
        )

    def _title(self, seed: str, subject: str, stage: str, on: date) -> str:
        writer = Writer(f"{seed}-title", {}, self.places, on)
        return writer.fill(subjects()[subject]["stages"][stage]["title"])

    def _minutes(self, row: dict[str, Any], reports: tuple[DemoDocument, ...]) -> DemoDocument:
        attachment = next(self.attachments)
        public = tuple(report for report in reports if not report.restricted)
        document = DemoDocument(
            attachment=attachment,
            title=f"Minutes of {self.committees[row['of']].title} {long_date(row['held'])}",
            kind="minutes",
            form="pdf",
            published=row["held"] + timedelta(days=20),
            seed=f"{self.plan['code']}-s{attachment}",
            setting=self._setting(row),
            parts=public,
        )
        self.last_minutes[self.committees[row["of"]].number] = document
        return document

    def _items(
        self,
        row: dict[str, Any],
        reports: tuple[DemoDocument, ...],
        previous: DemoDocument | None,
    ) -> Iterator[DemoItem]:
        position = count(1)
        for title, text in _PLAIN_ITEMS:
            yield DemoItem(next(self.item_numbers), next(position), title, text)
        if previous is not None:
            text = f"To approve the minutes of the meeting held on {_held(previous)}."
            kept = (previous,)
            yield DemoItem(next(self.item_numbers), next(position), "Minutes", text, kept)
        for report in reports:
            yield self._report_item(next(position), row["held"], report)

    def _report_item(self, position: int, on: date, report: DemoDocument) -> DemoItem:
        subject = subjects()[report.subject]
        writer = Writer(f"{report.seed}-minutes", {}, self.places, on)
        return DemoItem(
            number=next(self.item_numbers),
            position=position,
            title=report.title,
            text=f"The report of the {subject['role']} is attached.",
            documents=(report,),
            minutes="" if report.restricted else " ".join(writer.draw(subject["minutes"], 1, 3)),
            restricted=report.restricted,
        )

    def _extras(
        self, number: int, row: dict[str, Any], items: tuple[DemoItem, ...], minutes: DemoDocument
    ) -> dict[int, DemoDocument]:
        reports = tuple(one for one in minutes.parts if one.form in {"pdf", "columns"})
        agenda = self._meeting_paper(number, row, "agenda", "Agenda frontsheet", items_of(items))
        title = "Public reports pack"
        pack = self._meeting_paper(number, row, "pack", title, (agenda, *reports))
        return {0: agenda, 1: minutes, 10: pack}

    def _meeting_paper(
        self,
        number: int,
        row: dict[str, Any],
        kind: str,
        title: str,
        parts: tuple[DemoDocument, ...],
    ) -> DemoDocument:
        on: date = row["held"]
        return DemoDocument(
            attachment=number,
            title=f"{title} {on:%d %b %Y}",
            kind=kind,
            form="pdf",
            published=on - timedelta(days=_NOTICE_DAYS),
            seed=f"{self.plan['code']}-g{number}-{kind}",
            setting=self._setting(row),
            parts=parts,
        )


def items_of(items: tuple[DemoItem, ...]) -> tuple[DemoDocument, ...]:
    """The documents that an agenda lists, in order."""
    return tuple(document for item in items for document in item.documents)


def _held(document: DemoDocument) -> str:
    return long_date(document.setting.held_on)
