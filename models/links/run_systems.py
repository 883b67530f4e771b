"""Writes systems, their timelines, and the wording that systems of two councils share."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.ids import HASH_LENGTH
from corpus.store import Row, Store
from corpus.study import Study
from models.links.run_entities import held_entities
from models.links.steps import GAP_DAYS, kind_of, status_of
from models.links.systems import ACCEPTED, PROPOSED, Member, Place, System, Tie, gaps, systems

_TIES = "select first, second, kind, decision, reasons, by, why from links order by link"
_PLACES = """
    select d.document, d.council, coalesce(d.published_on, '') as published_on, d.kind, d.sha256,
           coalesce(d.title, '') as title, n.ocid, n.stage, n.value, n.currency, n.start_on,
           n.end_on, m.committee
    from documents d left join notices n using (document) left join meetings m using (meeting)
    where d.council is not null and (n.document is not null and n.ocid in (
        select ocid from notices where document in (select value from json_each(:linked)))
      or d.document in (select value from json_each(:linked)))"""
_MENTIONS = """
    select m.sha256, m.code, c."group", m.stance, m.page,
           (select r.title from page_reports r where r.page = m.page limit 1) as report
    from mentions m join codes c using (code) where m.counted = 1
      and c."group" in ('technique', 'supplier_product', 'concern')
      and m.sha256 in (select value from json_each(?)) order by m.page, m.start, m.mention"""
_CODED = """
    select document, value, coder from codings where code = 'stance' and document is not null
    order by document, adjudicated, coded_at, coding"""
_SEARCHED = """
    select c.council, c.month from coverage c join sources s using (source)
    where c.state in ('searched', 'term-searched', 'none-published') and c.council != ''
    group by 1, 2"""
_LEDGER = "select distinct council from coverage where council != ''"
_REUSE = """
    select s."first", s."second", s.score, s.words, s.quote, a.document as one, b.document as other
    from similarities s
    join files a on a.sha256 between substr(s."first", 1, :n) and substr(s."first", 1, :n) || 'g'
    join files b on b.sha256 between substr(s."second", 1, :n) and substr(s."second", 1, :n) || 'g'
    where s.kind = 'text-reuse'"""


@dataclass
class Drawn:
    """The systems there are: reviewed at least in part, and only proposed."""

    systems: int = 0
    only_proposed: int = 0


def draw(store: Store, study: Study) -> Drawn:
    """Bring systems and their timelines up to the links; a second run does nothing."""
    drawer = _Drawer(store, study)
    found = systems(drawer.ties, drawer.places, drawer.follows)
    rows, steps = [], []
    for system in found:
        timeline = drawer.timeline(system)
        steps += timeline
        rows.append(drawer.row(system, timeline))
    _write(store, "systems", ("system",), rows)
    _write(store, "system_steps", ("step",), steps)
    _write(
        store,
        "system_wordings",
        ("first", "second", "first_system", "second_system"),
        drawer.wordings(found),
    )
    bare = sum(1 for row in rows if not row["steps"])
    return Drawn(len(rows) - bare, bare)


def _write(store: Store, table: str, key: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Make a table hold exactly these rows; what is the same is not touched."""
    wanted = {tuple(row[name] for name in key): row for row in rows}
    held = {tuple(row[n] for n in key): row for row in store.rows(f"select * from {table}")}
    where = " and ".join(f'"{name}" = ?' for name in key)
    with store.db.atomic():
        for name in sorted(held.keys() - wanted.keys()):
            store.db.execute(f"delete from {table} where {where}", name)
        changed = [wanted[name] for name in sorted(wanted) if held.get(name) != wanted[name]]
        store.db.table(table).upsert_all(changed, pk=key if len(key) > 1 else key[0])


class _Drawer:
    """What timelines are drawn from, read once."""

    def __init__(self, store: Store, study: Study) -> None:
        self._store, self._councils = store, study.councils
        self.ties = [_tie(row) for row in store.rows(_TIES)]
        linked = {tie.first for tie in self.ties} | {t.second for t in self.ties if not t.product}
        self._rows = {
            row["document"]: row
            for row in store.rows(_PLACES, {"linked": json.dumps(sorted(linked))})
        }
        self.places = {name: _place(row) for name, row in self._rows.items()}
        self._entities = {entity.entity: entity for entity in held_entities(store)}
        self._mentions = self._read_mentions()
        self._coded = {row["document"]: (row["value"], row["coder"]) for row in store.rows(_CODED)}
        self._suppliers = self._read_suppliers()
        self._searched: dict[str, list[str]] = defaultdict(list)
        for row in store.rows(_SEARCHED):
            self._searched[row["council"]].append(row["month"])
        self._ledger = {row["council"] for row in store.rows(_LEDGER)}

    def follows(self, council: str) -> str:
        """Return the council that took over from one."""
        held = self._councils.get(council)
        return held.replaced_by if held else ""

    def _read_mentions(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        hashes = sorted({row["sha256"] for row in self._rows.values() if row["sha256"]})
        for row in self._store.rows(_MENTIONS, (json.dumps(hashes),)):
            found[row["sha256"]].append(row)
        return found

    def _read_suppliers(self) -> dict[str, list[str]]:
        """Return the names of each notice's suppliers, as they were then."""
        found: dict[str, list[str]] = defaultdict(list)
        sql = "select * from notice_suppliers where document in (select value from json_each(?))"
        for row in self._store.rows(f"{sql} order by document, ordinal", (self._names(),)):
            found[row["document"]].append(row["name"])
        return found

    def _names(self) -> str:
        return json.dumps(sorted(self._rows))

    def timeline(self, system: System) -> list[Row]:
        """Return the steps of a system in order, with the gaps before them."""
        steps = [self._step(system, member) for member in _in_order(system, self.places)]
        told = [step["on"] or "" for step in steps]
        for at, days in enumerate(gaps(told, GAP_DAYS)):
            steps[at]["gap_days"] = days
            if days:
                before = max(day for day in told[:at] if day)
                months = self._months(steps[at]["council"], before, told[at])
                steps[at]["gap_searched"] = months
        return steps

    def _step(self, system: System, member: Member) -> Row:
        row = self._rows[member.document]
        mentions = self._of(system, row)
        first = mentions[0] if mentions else None
        titles = [first["report"] or ""] if first else []
        titles += [row["title"], row["committee"] or ""]
        kind = kind_of(row["kind"], row["stage"] or "", *titles)
        stances = Counter(mention["stance"] for mention in mentions)
        status, how = status_of(kind, stances, self._coded.get(member.document))
        return {
            "step": f"{system.system}--{member.document}",
            "system": system.system,
            "document": member.document,
            "council": member.council,
            "on": row["published_on"] or None,
            "kind": kind,
            "status": status,
            "status_how": how,
            "suppliers": json.dumps(self._suppliers.get(member.document, []), ensure_ascii=False),
            "currency": row["currency"] if row["value"] is not None else None,
            "starts_on": row["start_on"],
            "ends_on": row["end_on"],
            "page": first["page"] if first else None,
            "decision": member.decision,
            "reason": member.reason,
            "ceiling": row["value"],
            "gap_days": None,
            "gap_searched": None,
        }

    def _of(self, system: System, row: Row) -> list[Row]:
        """Return a document's mentions of a system's product, else of techniques."""
        held = self._mentions.get(row["sha256"], [])
        product = self._entities.get(system.product)
        own = [m for m in held if product and m["code"] == product.code]
        return own or [mention for mention in held if mention["group"] == "technique"]

    def _months(self, council: str, after: str, before: str = "9999") -> int | None:
        """Return the months searched between two days; None where there is no ledger."""
        if council not in self._ledger:
            return None
        return sum(after[:7] < month < before[:7] for month in self._searched[council])

    def row(self, system: System, steps: Sequence[Row]) -> Row:
        """Return a system as a row: from its accepted steps, or from all where none is."""
        accepted = [step for step in steps if step["decision"] == ACCEPTED]
        told = accepted or list(steps)
        dated = [step for step in told if step["on"]]
        status = next((step for step in reversed(dated) if step["status"]), None)
        last = dated[-1]["on"] if dated else None
        priced = max((s for s in told if s["ceiling"]), key=lambda s: s["ceiling"], default=None)
        return {
            "system": system.system,
            "council": system.council,
            "product": system.product or None,
            "name": self._name(system),
            "suppliers": json.dumps(_latest(dated), ensure_ascii=False),
            "first_on": dated[0]["on"] if dated else None,
            "last_on": last,
            "status": status["status"] if status else None,
            "status_on": status["on"] if status else None,
            "status_how": status["status_how"] if status else None,
            "currency": priced["currency"] if priced else None,
            **self._stopped(status, dated),
            "continued_by": system.continued_by or None,
            "councils": json.dumps(sorted({step["council"] for step in steps})),
            "steps": len(accepted),
            "proposed": sum(1 for step in steps if step["decision"] == PROPOSED),
            "searched_since": self._months(system.council, last) if last else None,
            "ceiling": priced["ceiling"] if priced else None,
        }

    def _name(self, system: System) -> str:
        if system.product in self._entities:
            return self._entities[system.product].name
        return self._rows[system.members[0].document]["title"] or system.system

    def _stopped(self, status: Row | None, dated: Sequence[Row]) -> Row:
        """Return when it was stopped and the concerns of the documents that say so."""
        if not status or status["status"] not in ("stopped", "cancelled"):
            return {"stopped_on": None, "stopped_why": None}
        saying = [step for step in dated if step["status"] == status["status"]]
        hashes = [self._rows[step["document"]]["sha256"] for step in saying]
        codes = {
            mention["code"]
            for sha256 in hashes
            for mention in self._mentions.get(sha256, [])
            if mention["group"] == "concern"
        }
        return {"stopped_on": saying[0]["on"], "stopped_why": json.dumps(sorted(codes))}

    def wordings(self, found: Iterable[System]) -> list[Row]:
        """Return the wording that documents of two systems share, the earlier document first."""
        of: dict[str, list[str]] = defaultdict(list)
        for system in found:
            for member in system.members:
                if self._rows[member.document]["council"] == system.council:
                    of[member.document].append(system.system)
        rows: dict[tuple[str, str, str, str], Row] = {}
        for row in self._store.rows(_REUSE, {"n": HASH_LENGTH}):
            if row["one"] in of and row["other"] in of:
                first, second = sorted(
                    (row["one"], row["other"]), key=lambda name: (self.places[name].on, name)
                )
                for one in of[first]:
                    for other in of[second]:
                        key = (first, second, one, other)
                        if one != other and (row["score"] or 0) > rows.get(key, _NONE)["score"]:
                            rows[key] = _wording(key, row)
        return list(rows.values())


_NONE: Row = {"score": -1.0}


def _wording(key: tuple[str, str, str, str], row: Row) -> Row:
    names = ("first", "second", "first_system", "second_system")
    told = {name: row[name] for name in ("score", "words", "quote")}
    return dict(zip(names, key, strict=True)) | told


def _tie(row: Row) -> Tie:
    reasons = json.loads(row["reasons"] or "[]")
    told = "; ".join(reason["words"] for reason in reasons if reason["value"] > 0)
    by = f", {row['decision']} by {row['by']}" if row["by"] else ""
    why = f": {row['why']}" if row["why"] else ""
    reason = f"{told}{by}{why}"
    return Tie(row["first"], row["second"], row["kind"] == "product", row["decision"], reason)


def _place(row: Row) -> Place:
    return Place(
        row["document"], row["council"], row["published_on"], row["title"], row["ocid"] or ""
    )


def _in_order(system: System, places: Mapping[str, Place]) -> list[Member]:
    dated = [member for member in system.members if places[member.document].on]
    undated = [member for member in system.members if not places[member.document].on]
    dated.sort(key=lambda member: (places[member.document].on, member.document))
    return dated + sorted(undated, key=lambda member: member.document)


def _latest(dated: Sequence[Row]) -> list[str]:
    """Return the suppliers of notices, the latest first, each once."""
    names = [name for step in reversed(dated) for name in json.loads(step["suppliers"])]
    return list(dict.fromkeys(names))
