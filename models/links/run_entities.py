"""Writes the suppliers of notices, and suppliers and products with their names and reasons."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict

from corpus.progress import progress
from corpus.store import Batch, Row, Store
from corpus.study import Study
from models.links.entities import Entity, Name, entities, joined
from models.links.gather import EVIDENT_NOTICES, Bought
from models.links.judged import Judged
from models.links.names import core, is_strong, parts
from models.links.registers import Supplier, suppliers
from models.links.union import Joined, name_atom, number_atom

_UNREAD = """
    select n.document, d.sha256, f.path from notices n join documents d using (document)
    join files f on f.sha256 = d.sha256
    where n.suppliers not in ('[]', '') and n.suppliers_read is not d.sha256 order by n.document"""
_RELEVANT = f"""
    select s.document, s.name, s.numbers from notice_suppliers s
    where s.document in ({EVIDENT_NOTICES})"""


def read_suppliers(store: Store) -> int:
    """Read the suppliers of the notices that are new or changed; return how many notices."""
    with store.db.atomic():
        store.db.execute(
            "delete from notice_suppliers where document not in (select document from notices)"
        )
    unread = store.rows(_UNREAD)
    with progress("reading suppliers", len(unread)) as advance, Batch(store, advance) as batch:
        for row in unread:
            path = store.files.path(row["path"])
            found = suppliers(path.read_bytes()) if path.is_file() else ()
            with batch.document():
                _keep(store, row, found)
    return len(unread)


def _keep(store: Store, row: Row, found: Iterable[Supplier]) -> None:
    document = row["document"]
    store.db.execute("delete from notice_suppliers where document = ?", (document,))
    store.db.table("notice_suppliers").insert_all(
        [
            {
                "document": document,
                "ordinal": ordinal,
                "name": supplier.name,
                "numbers": json.dumps(supplier.numbers),
            }
            for ordinal, supplier in enumerate(found, 1)
        ]
    )
    store.db.execute(
        "update notices set suppliers_read = ? where document = ?", (row["sha256"], document)
    )


def write_entities(store: Store, study: Study, judged: Judged) -> tuple[list[Entity], Bought]:
    """Write which names are one; return the entities, and who supplies which notice."""
    rows = store.rows("select document, name, numbers from notice_suppliers order by 1, ordinal")
    named = Counter(_supplier(row) for row in rows)
    found = joined(named, study.codebook.codes, judged)
    wanted = _wanted(found, judged, study, (_supplier(row) for row in store.rows(_RELEVANT)))
    made = entities(found, wanted)
    _write(store, made)
    evident = frozenset(row["document"] for row in store.rows(EVIDENT_NOTICES))
    return made, _bought(rows, evident, made)


def held_entities(store: Store) -> list[Entity]:
    """Return the entities as they were written."""
    names: dict[str, list[Name]] = defaultdict(list)
    for row in store.rows("select * from entity_names order by entity, kind, name"):
        names[row.pop("entity")].append(Name(**row))
    return [
        Entity(
            **{name: row[name] or "" for name in ("entity", "kind", "name", "how")},
            code=row["code"] or "",
            supplier=row["supplier"] or "",
            atoms=tuple(json.loads(row["atoms"])),
            names=tuple(names[row["entity"]]),
            notices=row["notices"],
        )
        for row in store.rows("select * from entities order by entity")
    ]


def _supplier(row: Row) -> Supplier:
    return Supplier(row["name"], tuple(json.loads(row["numbers"])))


def _wanted(found: Joined, judged: Judged, study: Study, relevant: Iterable[Supplier]) -> set[str]:
    """Return the atoms that are kept: of codebook, study, and notices of the subject.

    The suppliers of school meals are nobody's business here; many of them are persons.
    """
    wanted = {c.code for c in study.codebook.codes if c.group == "supplier_product"}
    wanted |= {one.entity for one in judged.described}
    wanted |= {name for judgement in judged.judgements for name in judgement.entities}
    for supplier in relevant:
        wanted |= set(atoms_of(supplier))
    return wanted & found.atoms.keys()


def atoms_of(supplier: Supplier) -> list[str]:
    """Return the ids by which a supplier of a notice is known: its numbers, else its name."""
    strong = [number_atom(number) for number in supplier.numbers if is_strong(number)]
    return strong or [name_atom(name) for name in parts(supplier.name)[:1]]


def _write(store: Store, made: Iterable[Entity]) -> None:
    """Make both tables hold exactly these entities; what is the same is not touched."""
    rows = {entity.entity: _row(entity) for entity in made}
    names = {
        (entity.entity, name.name): {"entity": entity.entity} | asdict(name)
        for entity in made
        for name in entity.names
    }
    held = {row["entity"]: row for row in store.rows("select * from entities")}
    held_names = {(r["entity"], r["name"]): r for r in store.rows("select * from entity_names")}
    if rows == held and names == held_names:
        return
    with store.db.atomic():
        store.db.execute("delete from entity_names")
        store.db.execute("delete from entities")
        store.db.table("entities").insert_all([rows[key] for key in sorted(rows)])
        store.db.table("entity_names").insert_all([names[key] for key in sorted(names)])


def _row(entity: Entity) -> Row:
    told = {name: getattr(entity, name) or None for name in ("code", "supplier")}
    told |= {name: getattr(entity, name) for name in ("entity", "kind", "name", "how", "notices")}
    return told | {"atoms": json.dumps(entity.atoms)}


def _bought(rows: Iterable[Row], evident: frozenset[str], made: Iterable[Entity]) -> Bought:
    """Return which notices award to which entities, and how the names stand in texts."""
    by_atom = {atom: entity for entity in made for atom in entity.atoms}
    known = {entity.entity for entity in made if entity.code or entity.how == "study"}
    known |= {entity.supplier for entity in made if entity.supplier}
    suppliers_of: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        for atom in atoms_of(_supplier(row)):
            if atom in by_atom:
                how = "name" if atom.startswith("name-") else "number"
                suppliers_of[row["document"]].setdefault(by_atom[atom].entity, how)
    bought = {
        document: dict(sorted(held.items()))
        for document, held in sorted(suppliers_of.items())
        if document in evident or held.keys() & known
    }
    return Bought(bought, evident | bought.keys(), _spoken(made), frozenset(known))


def _spoken(made: Iterable[Entity]) -> dict[str, tuple[str, ...]]:
    """Return the names that suppliers have in texts; a product's terms are the codebook's work."""
    found = {}
    for entity in made:
        terms = entity.how == "codebook" or (entity.how == "study" and entity.kind == "product")
        names = [n.name for n in entity.names if n.kind == "name" and (n.notices or not terms)]
        found[entity.entity] = tuple(name for name in names if len(core(name).split()) < 8)
    return found
