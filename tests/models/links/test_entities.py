"""Which names are one: for what reason, and how a person undoes it."""

from pathlib import Path

import pytest

from corpus.codebook import Code, Codebook
from corpus.errors import BadStudy
from models.links.alike import alike
from models.links.entities import Entity, entities, joined
from models.links.judged import NOTHING, Described, Judged, Judgement, add_judgement, load_judged
from models.links.registers import Supplier
from models.links.union import name_atom

NUMBER, OTHER = "GB-COH-09990001", "GB-COH-09990002"
OLD, NEW = Supplier("Halcyon Ltd", (NUMBER,)), Supplier("Brightwater Ltd", (NUMBER,))
BARE = Supplier("Halcyon Limited")


def made(
    *named: Supplier, codes: tuple[Code, ...] = (), judged: Judged = NOTHING
) -> dict[str, Entity]:
    found = joined({supplier: 1 for supplier in named}, codes, judged)
    return {entity.entity: entity for entity in entities(found, found.atoms)}


def names(entity: Entity) -> set[str]:
    return {name.name for name in entity.names}


def test_one_number_is_one_body_under_its_old_and_new_name() -> None:
    found = made(OLD, NEW)
    assert list(found) == ["gb-coh-09990001"]
    assert names(found["gb-coh-09990001"]) == {"Halcyon Ltd", "Brightwater Ltd", NUMBER}


def test_a_name_without_a_number_joins_the_one_body_of_that_name_and_says_why() -> None:
    found = made(OLD, BARE)["gb-coh-09990001"]
    how = {name.name: name.how for name in found.names}
    assert "no other number has this name" in how["Halcyon Limited"]


def test_a_name_that_two_bodies_have_joins_neither() -> None:
    found = made(OLD, Supplier("Halcyon", (OTHER,)), BARE)
    assert sorted(found) == ["gb-coh-09990001", "gb-coh-09990002", name_atom("Halcyon")]


def test_names_alike_are_proposed_and_not_joined() -> None:
    found = list(made(OLD, Supplier("Halcyone Ltd"), Supplier("Halcyonn", (OTHER,))).values())
    pairs = {(pair.first, pair.second) for pair in alike(found, ())}
    assert len(found) == 3
    assert ("gb-coh-09990001", name_atom("Halcyone")) in pairs
    assert ("gb-coh-09990001", "gb-coh-09990002") not in pairs, "two numbers are two bodies"


def test_numbers_of_two_registers_in_one_notice_are_one_body() -> None:
    both = Supplier("Halcyon", (NUMBER, "GB-PPON-PABC-1234"))
    later = Supplier("Halcyon Data", ("GB-PPON-PABC-1234",))
    assert list(made(both, later)) == ["gb-coh-09990001"]


def test_accounts_of_a_service_join_names_alike_only() -> None:
    one, typo = (Supplier(name, ("GB-CFS-1",)) for name in ("Solmek", "Solmekk Ltd"))
    assert len(made(one, typo)) == 1
    assert len(made(one, Supplier("Tarmac", ("GB-CFS-1",)))) == 2


def test_a_code_joins_the_supplier_that_one_of_its_own_terms_names(codebook: Codebook) -> None:
    found = made(Supplier("ACME Limited", (NUMBER,)), codes=codebook.codes)
    assert "gb-coh-09990001" in found["acme"].atoms
    assert any("term of acme" in name.how for name in found["acme"].names)
    apart = Judgement(False, ("acme", "gb-coh-09990001"), "Another firm.", "anna", "2026-11-22")
    undone = made(
        Supplier("ACME Limited", (NUMBER,)), codes=codebook.codes, judged=Judged((), (apart,))
    )
    assert {"acme", "gb-coh-09990001"} <= set(undone), "parted, both are back"


def test_what_people_joined_is_joined_and_what_they_parted_is_not() -> None:
    same = Judgement(
        True, ("gb-coh-09990001", "gb-coh-09990002"), "Took over.", "anna", "2026-01-01"
    )
    apart = Judgement(False, same.entities, "No.", "ben", "2026-01-02")
    two = (OLD, Supplier("Other", (OTHER,)))
    assert list(made(*two, judged=Judged((), (same,)))) == ["gb-coh-09990001"]
    assert len(made(*two, judged=Judged((), (same, apart)))) == 2
    assert len(made(*two)) == 2, "taking the judgement away gives both back"


def test_apart_holds_through_a_third_name() -> None:
    third = Supplier("Third", (NUMBER, "GB-PPON-PABC-1234"))
    fourth = Supplier("Fourth", (OTHER, "GB-PPON-PABC-1234"))
    apart = Judgement(False, ("gb-coh-09990001", "gb-coh-09990002"), "No.", "anna", "2026-01-01")
    found = made(third, fourth, judged=Judged((), (apart,)))
    assert len(found) == 2
    assert not any({"gb-coh-09990001", "gb-coh-09990002"} <= set(e.atoms) for e in found.values())


def test_what_a_person_described_has_its_id_and_kind() -> None:
    one = Described("beacon-marlow", "product", "Beacon", "p_beacon", "gb-coh-09990001")
    found = made(OLD, judged=Judged((one,)))["beacon-marlow"]
    assert (found.kind, found.how, found.supplier) == ("product", "study", "gb-coh-09990001")


def test_the_order_of_notices_changes_nothing() -> None:
    named = (OLD, NEW, BARE, Supplier("Halcyon", (OTHER,)), Supplier("Solmek", ("GB-CFS-1",)))
    assert made(*named) == made(*reversed(named))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


JUDGEMENT = Judgement(
    True, ("gb-coh-09990001", "name-halcyon"), "Its name: “old”", "anna", "2026-11-22"
)


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# A comment that stays.\nentities: []\njudgements:\n",
        "judgements: []\n",
        "entities:\n  - {entity: a, kind: product, name: A}\n",
        "judgements:\n  - {same: [a, b], why: x, by: y, on: 2026-01-01}",
    ],
)
def test_a_judgement_is_appended_and_comments_stay(folder: Path, before: str) -> None:
    (folder / "entities.yaml").write_text(before, encoding="utf-8")
    held = load_judged(folder).judgements
    add_judgement(folder, JUDGEMENT)
    assert load_judged(folder).judgements == (*held, JUDGEMENT)
    if before.startswith("#"):
        assert (folder / "entities.yaml").read_text("utf-8").startswith("# A comment that stays.")


def test_a_file_that_does_not_end_with_judgements_is_left_as_it_is(folder: Path) -> None:
    path = folder / "entities.yaml"
    path.write_text("judgements:\n  - {same: [a, b], why: x, by: y, on: z}\nentities: []\n")
    before = path.read_bytes()
    with pytest.raises(BadStudy, match="put that key last"):
        add_judgement(folder, JUDGEMENT)
    assert path.read_bytes() == before
    assert not list(folder.glob(".entities*part"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("judgements:\n  - {same: [a], why: x, by: y, on: z}", "two or more"),
        ("judgements:\n  - {same: [a, b], apart: [a, b], why: x, by: y}", "either"),
        ("judgements:\n  - {apart: [a, b, c], why: x, by: y}", "must name two"),
        ("judgements:\n  - {same: [a, B C], why: x, by: y}", "is not an id"),
        ("judgements: [1]", "must hold mappings"),
        ("entities:\n  - {entity: a, kind: firm, name: A}", "`kind` is `firm`"),
        ("entities:\n  - {entity: a, kind: product, name: A, numbers: [1234]}", "list of texts"),
        (
            "entities:\n  - {entity: a, kind: product, name: A, numbers: ['1234']}",
            "no register number",
        ),
        (
            "entities:\n  - {entity: a, kind: product, name: A, code: nope}",
            "no code of the codebook",
        ),
        ("entities:\n  - &x {entity: a, kind: product, name: A}\n  - *x", "stands twice"),
        ("other: 1", "unknown key"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(folder: Path, text: str, problem: str) -> None:
    (folder / "entities.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadStudy, match=problem) as told:
        load_judged(folder, ["p_acme"])
    assert "entities.yaml:" in str(told.value)


def test_the_packaged_file_says_nothing_yet(packaged_study: object) -> None:
    folder = packaged_study.folder
    assert load_judged(folder) == Judged()
