"""Weights, reasons and decisions: what speaks for a link, and what people said of it."""

import csv
from pathlib import Path

import pytest

from corpus.errors import BadStudy
from models.links.decisions import COLUMNS, Decision, add_decision, latest, load_decisions
from models.links.entities import Entity
from models.links.features import Around, of_documents, of_product
from models.links.papers import Named, Paper
from models.links.propose import Known, evidence, link_id, products_of, propose
from models.links.score import BY_HAND, FEWEST_DECISIONS, Weights, by_hand, learnt


def entity(name: str, code: str = "", supplier: str = "", how: str = "codebook") -> Entity:
    return Entity(name, "product", name.title(), code, supplier, how, (name,), (), 0)


ACME, BOLT = entity("acme", "p_acme", "firm"), entity("bolt", "p_bolt")
FIRM = Entity("firm", "supplier", "Firm Ltd", "", "", "notices", ("firm",), (), 1)


def known(*products: Entity) -> Known:
    weights = {kind: by_hand(kind) for kind in BY_HAND}
    return Known({e.entity: e for e in (*products, FIRM)}, products_of(products), weights)


def paper(document: str, kind: str = "report", **more: object) -> Paper:
    return Paper(document, kind, "ASH", **more)  # type: ignore[arg-type] # mixed


SPOKEN = {"p_acme": Named(4, {"uses": 4}, beside=True)}
PASSING = {"p_acme": Named(1, {"general": 1}, elsewhere=1)}


ANOTHER = Around(others=1)


def score(one: Paper, around: Around = ANOTHER) -> float:
    told = of_product(one, ACME, {"acme": "Acme", "firm": "Firm Ltd"}, around)
    return by_hand("product").score(told.features)


def test_a_paper_about_a_product_scores_high_and_a_passing_word_low() -> None:
    about, passing = score(paper("a", named=SPOKEN)), score(paper("b", named=PASSING))
    assert about > 0.75
    assert passing < 0.35


def test_an_award_to_the_seller_counts_with_a_number_shared() -> None:
    award = paper("n", "notice", suppliers={"firm": "number"})
    alone = score(award, Around())
    joined = score(award, Around(others=1, number="ash12345", alike=0.4, words=("falls",)))
    assert alone < 0.5 < joined


def test_every_figure_has_its_reason_in_words() -> None:
    told = of_product(paper("a", named=SPOKEN), ACME, {"acme": "Acme"}, Around())
    assert {reason.feature for reason in told.reasons} == set(told.features)
    assert all(reason.words for reason in told.reasons)
    assert set(told.features) <= set(BY_HAND["product"])


def test_another_sellers_name_speaks_against_a_product_of_the_same_name() -> None:
    rival = entity("acme-two", "p_acme", "rival", "study")
    named = paper("a", named=SPOKEN, firms=frozenset({"rival"}))
    told = of_product(named, ACME, {"acme": "Acme"}, Around(rivals=(rival,)))
    assert told.features["other_supplier"] == 1
    silent = of_product(paper("a", named=SPOKEN), ACME, {"acme": "Acme"}, Around(rivals=(rival,)))
    assert "Acme-Two" in next(r.words for r in silent.reasons if r.feature == "ambiguous")


def test_documents_with_a_number_and_a_supplier_of_both() -> None:
    notice = paper("n", "notice", on="2020-03-01", value=48_900.0, suppliers={"firm": "number"})
    notice = Paper(**vars(notice) | {"references": frozenset({"con20210042"})})
    same = paper("p", on="2020-05-01", firms=frozenset({"firm"}), amounts=frozenset({48_900}))
    same = Paper(**vars(same) | {"references": frozenset({"con20210042"})})
    told = of_documents(notice, same, 0.3, ["falls", "sensors"])
    assert {"reference", "supplier", "value", "words", "in_order"} <= set(told.features)
    assert by_hand("documents").score(told.features) > 0.95
    other = paper("q", on="2012-05-01")
    assert by_hand("documents").score(of_documents(notice, other, 0.05, []).features) < 0.1
    common = of_documents(notice, same, 0.3, [], frozenset({"con20210042"}))
    assert "reference" not in common.features


def test_only_two_sorts_are_linked_and_no_pair_that_a_product_joins() -> None:
    words = "sensors lifeline falls telecare hospital"
    notice = paper("n", "notice", words=words, references=frozenset({"ash12345"}))
    report = paper("p", words=words, references=frozenset({"ash12345"}))
    again = paper("q", words=words, references=frozenset({"ash12345"}))
    links = propose([notice, report, again], known(ACME))
    assert {(link.first, link.second) for link in links} == {("n", "p"), ("n", "q")}
    named = [Paper(**vars(each) | {"named": SPOKEN}) for each in (notice, report)]
    assert {link.kind for link in propose(named, known(ACME))} == {"product"}
    assert propose([], known(ACME)) == []


def test_products_that_people_described_stand_for_their_code() -> None:
    one, two = entity("a", "p_acme", how="study"), entity("b", "p_acme", how="study")
    assert products_of([ACME, one, two, BOLT]) == {"p_acme": (one, two), "p_bolt": (BOLT,)}


def test_evidence_is_told_of_any_two_things_of_a_council() -> None:
    told = evidence([paper("p", named=SPOKEN, words="falls")], known(ACME))
    assert told("p", "acme") is not None
    assert told("p", "unknown") is None
    assert told("gone", "acme") is None
    assert evidence([], known(ACME))("p", "acme") is None


def test_weights_are_learnt_once_enough_was_decided() -> None:
    few = [({"named": 1.0}, True), ({"elsewhere": 1.0}, False)]
    assert learnt("product", few) == by_hand("product")
    many = few * FEWEST_DECISIONS
    found = learnt("product", many)
    assert found.decisions == len(many)
    assert found.weights["named"] > 0 > found.weights["elsewhere"]
    assert found == learnt("product", list(reversed(many))), "the order of decisions says nothing"
    assert found.version != by_hand("product").version


def test_all_of_one_mind_teach_nothing() -> None:
    assert learnt("product", [({"named": 1.0}, True)] * 200).decisions == 0


def test_no_score_leaves_its_bounds() -> None:
    extreme = Weights("product", {"bias": 0.0, "named": 1e9})
    assert 0 <= extreme.score({"named": -1e9}) <= extreme.score({"named": 1e9}) <= 1


def test_a_link_is_the_same_in_both_directions() -> None:
    assert link_id("a", "b") == link_id("b", "a") != link_id("a", "c")


SAID = Decision("p", "acme", "accepted", "anna", "2026-11-22T10:00:00Z", "=1+1, said she")


def test_decisions_are_appended_and_the_last_one_counts(tmp_path: Path) -> None:
    add_decision(tmp_path, SAID)
    add_decision(tmp_path, Decision("p", "acme", "refused", "ben", "2026-11-23T10:00:00Z"))
    held = load_decisions(tmp_path)
    assert held[0] == SAID, "what a spreadsheet might run is quoted in the file alone"
    text = (tmp_path / "links.csv").read_text("utf-8")
    assert text.count("\n") == 3
    assert next(csv.reader([text.splitlines()[1]]))[5].startswith("'=")
    assert latest(held, {})[link_id("p", "acme")].decision == "refused"


def test_a_decision_follows_a_merged_entity_and_comes_back_with_it() -> None:
    merged = latest([SAID], {"acme": "bolt", "bolt": "bolt"})
    assert list(merged) == [link_id("p", "bolt")]
    assert list(latest([SAID], {"acme": "acme"})) == [link_id("p", "acme")]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("p,acme,maybe,anna,2026,x", "must be one of"),
        ("p,,accepted,anna,2026,x", "`second` is empty"),
        ("p,acme,accepted,,2026,x", "`by` is empty"),
        ("p,acme,accepted", "more or fewer cells"),
    ],
)
def test_a_broken_line_is_named_and_nothing_is_appended_to_it(
    tmp_path: Path, row: str, problem: str
) -> None:
    (tmp_path / "links.csv").write_text(",".join(COLUMNS) + f"\n{row}\n")
    with pytest.raises(BadStudy, match=f"links.csv:2: .*{problem}"):
        load_decisions(tmp_path)
    with pytest.raises(BadStudy):
        add_decision(tmp_path, SAID)


def test_a_file_without_an_end_of_line_is_not_torn(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(",".join(COLUMNS) + "\np,acme,refused,anna,2026,x")
    add_decision(tmp_path, SAID)
    assert [decision.decision for decision in load_decisions(tmp_path)] == ["refused", "accepted"]
