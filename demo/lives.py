"""A small world that knows its own truth: which documents belong to which system, and its fate.

It lies apart from the county: generated papers and OCDS notices of invented councils, imported by
the tests and the benchmark of links alone. The plan is `banks/lives.yaml`.
"""

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from demo.lives_study import codebook, described, entity_of, firm_name
from demo.study import COUNCIL_COLUMNS
from demo.text import load

OCID_PREFIX = "ocds-x0life"
"""No registered publisher's."""
UNNAMED = "-"
NAMED_NUMBER = 0.8
"""Of awards that give the supplier's number, not its name alone."""
MONTH_DAYS = 30.44
Json = dict[str, Any]


@dataclass(frozen=True)
class LifeDocument:
    """A document of the world; `system` and `status` are empty where it belongs to none."""

    name: str
    kind: str
    council: str
    title: str
    on: date
    text: str
    system: str = ""
    status: str = ""
    release: Json | None = None


@dataclass(frozen=True)
class Life:
    """One system at one council: its product (empty where it has none) and what became of it."""

    system: str
    council: str
    product: str
    documents: tuple[LifeDocument, ...]


@dataclass(frozen=True)
class Lives:
    """The whole world: its systems, and the documents that belong to none."""

    systems: tuple[Life, ...]
    noise: tuple[LifeDocument, ...]

    @property
    def documents(self) -> tuple[LifeDocument, ...]:
        """Every document."""
        return (*(d for life in self.systems for d in life.documents), *self.noise)


@cache
def build_lives() -> Lives:
    """Return the world, the same each time."""
    plan = load("lives")
    lives = tuple(_Writer(plan, *row).life() for row in plan["systems"])
    return Lives(lives, tuple(_noise(plan)))


class _Writer:
    """Writes the documents of one system."""

    def __init__(
        self,
        plan: Json,
        council: str,
        product: str,
        service: str,
        technique: str,
        firm: str,
        year: int,
        life: str,
        value: int,
    ) -> None:
        self.plan, self.council, self.product = plan, council, "" if product == UNNAMED else product
        self.firm, self.begins, self.life_name, self.value = firm, date(year, 1, 15), life, value
        self.service, *self.words = plan["services"][service]
        self.technique = plan["techniques"][technique]
        self.system = f"{council.lower()}-{entity_of(product, firm) if self.product else service}"
        self.random = Random(self.system)
        self.number = f"{council}{self.random.randrange(10_000, 99_999)}"

    def life(self) -> Life:
        """Return the system with its documents."""
        documents = tuple(self._document(*step) for step in self.plan["lives"][self.life_name])
        product = entity_of(self.product, self.firm) if self.product else ""
        return Life(self.system, self.council, product, documents)

    def _document(self, months: int, what: str, marks: str, status: str) -> LifeDocument:
        told = self.plan["documents"][what]
        on = self.begins + timedelta(days=round(months * MONTH_DAYS) + self.random.randrange(20))
        fields = self._fields(on, marks)
        title = _fill(told["title"], fields)
        text = _fill(self.random.choice(self.plan["texts"][what]), fields)
        name = f"{self.system}-{what}"
        if told["kind"] != "notice":
            name, release = f"{name}.txt", None
        else:
            release = self._release(name, told["stage"], title, text, on, marks)
        return LifeDocument(
            name, told["kind"], self.council, title, on, text, self.system, status, release
        )

    def _fields(self, on: date, marks: str) -> dict[str, str]:
        phrase = self.plan["products"][self.product]["phrase"] if self.product else ""
        what = {"predictive analytics": "a predictive system", "risk score": "a scoring system"}
        generic = what.get(self.technique, "a matching system")
        shown = phrase if phrase and "+" in marks else ""
        firm = firm_name(self.plan, self.firm, on)
        words = self.random.sample(self.words, 4)
        fields = {f"w{n}": word for n, word in enumerate(words, 1)}
        return fields | {
            "council": self.plan["councils"][self.council][1],
            "service": self.service,
            "technique": self.technique,
            "what": generic,
            "name": shown or generic,
            "named": f" with {shown}" if shown else "",
            "sold": f", supplied by {firm}," if "@" in marks else "",
            "numbered": f" The contract is {self.number}." if "#" in marks else "",
            "ref": self.number,
            "value": f"{self.value:,}",
            "n": str(self.random.randrange(1000, 9999)),
        }

    def _release(self, name: str, stage: str, title: str, text: str, on: date, marks: str) -> Json:
        buyer = self.plan["councils"][self.council][1]
        ocid = f"{OCID_PREFIX}-{uuid5(NAMESPACE_URL, self.system).hex[:12]}"
        release = _release(name, ocid, stage, title, text, on, buyer)
        if stage in ("tender", "award"):
            release["tender"]["value"] = {"amount": self.value, "currency": "GBP"}
        if stage == "award":
            numbered = self.random.random() < NAMED_NUMBER
            release |= _award(self.plan, self.firm, on, self.value, ocid, numbered)
        return release


def _fill(text: str, fields: dict[str, str]) -> str:
    """Fill a text; a field written with a capital begins with one."""
    capital = {key.capitalize(): value[:1].upper() + value[1:] for key, value in fields.items()}
    return text.format(**(fields | capital))


def _release(name: str, ocid: str, stage: str, title: str, text: str, on: date, buyer: str) -> Json:
    return {
        "ocid": ocid,
        "id": name,
        "date": f"{on}T10:00:00Z",
        "tag": [stage],
        "language": "en",
        "buyer": {"name": buyer},
        "tender": {"id": name, "title": title, "description": text},
    }


def _award(plan: Json, firm: str, on: date, value: int, ocid: str, numbered: bool) -> Json:
    number, name = plan["firms"][firm]["number"], firm_name(plan, firm, on)
    party: Json = {"id": f"GB-COH-{number}" if numbered else "org-1", "name": name}
    told = {"scheme": "GB-COH", "id": number} if numbered else {"legalName": name}
    award = {
        "id": f"{ocid}-1",
        "suppliers": [dict(party)],
        "value": {"amount": value, "currency": "GBP"},
        "contractPeriod": {
            "startDate": f"{on + timedelta(days=30)}T00:00:00Z",
            "endDate": f"{on + timedelta(days=1125)}T00:00:00Z",
        },
    }
    return {"awards": [award], "parties": [party | {"identifier": told, "roles": ["supplier"]}]}


def _noise(plan: Json) -> Iterator[LifeDocument]:
    """Yield the documents that belong to no system, of every council that still is."""
    councils = [code for code, row in plan["councils"].items() if not row[3]]
    for at, council in enumerate(councils):
        random = Random(f"noise {council}")
        for sort, templates in plan["noise"].items():
            for number, (kind, title, text) in enumerate(templates):
                on = date(2016, 3, 1) + timedelta(days=random.randrange(3300))
                other = councils[(at + 1 + number) % len(councils)]
                fields = _noise_fields(plan, random, council, other, on)
                name = f"{council.lower()}-noise-{sort}-{number}"
                shown, told = _fill(title, fields), _fill(text, fields)
                yield _unlinked(plan, name, kind, council, shown, told, on, random)


def _noise_fields(plan: Json, random: Random, council: str, other: str, on: date) -> dict[str, str]:
    own = [row[1] for row in plan["systems"] if row[0] == council]
    products = sorted(name for name in plan["products"] if name not in own)
    service, *words = plan["services"][random.choice(sorted(plan["services"]))]
    firm = random.choice(sorted(plan["firms"]))
    fields = {f"w{n}": word for n, word in enumerate(random.sample(words, 4), 1)}
    return fields | {
        "service": service,
        "other": plan["councils"][other][1],
        "product": plan["products"][random.choice(products)]["phrase"],
        "firm": firm_name(plan, firm, on),
        "year": str(on.year),
        "_firm": firm,
    }


def _unlinked(
    plan: Json,
    name: str,
    kind: str,
    council: str,
    title: str,
    text: str,
    on: date,
    random: Random,
) -> LifeDocument:
    if kind != "notice":
        return LifeDocument(f"{name}.txt", kind, council, title, on, text)
    buyer = plan["councils"][council][1]
    ocid = f"{OCID_PREFIX}-{uuid5(NAMESPACE_URL, name).hex[:12]}"
    value = random.randrange(5_000, 90_000)
    firm = random.choice(sorted(plan["firms"]))
    release = _release(name, ocid, "award", title, text, on, buyer)
    release |= _award(plan, firm, on, value, ocid, True)
    return LifeDocument(name, kind, council, title, on, text, release=release)


def write_lives(folder: Path, sources: Path) -> Lives:
    """Write the world into a folder: `papers/` with its metadata and notices, and `study/`.

    `sources` is the folder of source files that a study needs one of.
    """
    lives, plan = build_lives(), load("lives")
    papers, study = folder / "papers", folder / "study"
    (study / "sources").mkdir(parents=True)
    papers.mkdir()
    names = {code: row[1] for code, row in plan["councils"].items()}
    _write_papers(papers, lives.documents, names)
    shutil.copy(sources / "modgov.yaml", study / "sources")
    _write_councils(study / "councils.csv", plan)
    (study / "codebook.yaml").write_text(_dump(codebook(plan)), encoding="utf-8")
    (study / "entities.yaml").write_text(_dump(described(plan)), encoding="utf-8")
    return lives


def _write_papers(folder: Path, documents: tuple[LifeDocument, ...], names: dict[str, str]) -> None:
    releases = [document.release for document in documents if document.release]
    package = {"version": "1.1", "releases": releases}
    (folder / "notices.json").write_text(json.dumps(package, indent=1), encoding="utf-8")
    with (folder / "metadata.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("file", "council", "kind", "title", "published_on"))
        for document in documents:
            if not document.release:
                page = f"{names[document.council]}\n{document.title}\n\n{document.text}\n"
                (folder / document.name).write_text(page, encoding="utf-8")
                row = (document.name, document.council, document.kind, document.title)
                writer.writerow((*row, document.on.isoformat()))


def _write_councils(path: Path, plan: Json) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COUNCIL_COLUMNS, lineterminator="\n")
        writer.writeheader()
        for code, (name, official, ended, follows) in plan["councils"].items():
            told = {"council": code, "name": name, "official_name": official, "nation": "England"}
            told |= {"region": "Nowhere", "type": "District", "end_on": ended}
            told |= {"replaced_by": follows, "platform": "unknown"}
            writer.writerow(dict.fromkeys(COUNCIL_COLUMNS, "") | told)


def _dump(value: Json) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
