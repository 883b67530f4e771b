"""Writes the links of each council: what is proposed now, and what people decided.

A council whose documents, names, weights and decisions are the same is passed over. Each council
is written whole or not at all, so that a run may be killed and goes on where it was.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from corpus.ids import short_hash
from corpus.progress import progress
from corpus.store import Batch, Row, Store
from corpus.study import Study
from models.links.decisions import Decision, latest, load_decisions
from models.links.entities import Entity
from models.links.features import Evidence, Reason
from models.links.gather import Gatherer, Lineage
from models.links.judged import load_judged
from models.links.papers import Paper
from models.links.propose import Known, Link, evidence, products_of, propose
from models.links.run_entities import read_suppliers, write_entities
from models.links.score import BY_HAND, FEWEST_DECISIONS, Features, Weights, by_hand, learnt

BY_A_PERSON = Reason("person", 1.0, "linked by a person; the software has no sign for it")


@dataclass
class Linked:
    """What a run did: councils compared anew, and the links there are now."""

    suppliers_read: int = 0
    entities: int = 0
    councils: int = 0
    compared: int = 0
    proposed: int = 0
    accepted: int = 0
    refused: int = 0
    waiting: int = 0
    """Decisions on what the corpus does not hold, or not yet."""
    learnt_from: dict[str, int] = field(default_factory=dict)
    """Decisions from which the weights were learnt, by kind; none where they are those by hand."""


def link(store: Store, study: Study) -> Linked:
    """Bring suppliers, products and links up to the corpus and the study; a second run does
    nothing.

    Raises `BadStudy` where a file of the study is malformed.
    """
    codes = [code.code for code in study.codebook.codes]
    judged, decisions = load_judged(study.folder, codes), load_decisions(study.folder)
    done = Linked(read_suppliers(store))
    made, bought = write_entities(store, study, judged)
    lineage = Lineage(study.councils)
    linker = _Linker(store, Gatherer(store, lineage, bought), lineage, made)
    linker.decide(decisions)
    done.entities, done.councils = len(made), len(linker.rows)
    done.compared = linker.write()
    return _counted(store, done, linker)


def _counted(store: Store, done: Linked, linker: "_Linker") -> Linked:
    for row in store.rows("select decision, count(*) as links from links group by 1"):
        setattr(done, row["decision"], row["links"])
    done.waiting = len(linker.decided) - (done.accepted + done.refused)
    done.learnt_from = {k: w.decisions for k, w in linker.known.weights.items() if w.decisions}
    return done


class _Linker:
    """One run over all councils."""

    def __init__(
        self, store: Store, gatherer: Gatherer, lineage: Lineage, made: Sequence[Entity]
    ) -> None:
        self._store, self._gatherer, self._lineage = store, gatherer, lineage
        entities = {entity.entity: entity for entity in made}
        self.known = Known(entities, products_of(made), {k: by_hand(k) for k in BY_HAND})
        self.current = {atom: entity.entity for entity in made for atom in entity.atoms}
        self.rows = gatherer.documents()
        self.decided: dict[str, Decision] = {}
        self._council: dict[str, str] = {}
        self._names = _names_version(made)

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Take what people decided, and learn the weights from it where there is enough."""
        told = latest(decisions, self.current)
        self.decided = {k: d for k, d in told.items() if d.decision != "proposed"}
        documents = {d.first for d in self.decided.values()}
        documents |= {d.second for d in self.decided.values()} - self.known.entities.keys()
        for row in self._store.rows(
            "select document, coalesce(council, '') as council from documents "
            "where document in (select value from json_each(?))",
            (json.dumps(sorted(documents)),),
        ):
            self._council[row["document"]] = self._lineage.root(row["council"])
        if len(self.decided) >= FEWEST_DECISIONS:
            self._learn()

    def _learn(self) -> None:
        """Learn weights from the figures of what was decided."""
        held: dict[str, list[tuple[Features, bool]]] = {kind: [] for kind in BY_HAND}
        for council, decided in self._by_council().items():
            told = self._evidence(council)
            for decision in decided.values():
                found = told(decision.first, decision.second)
                if found:
                    kind = "product" if decision.second in self.known.entities else "documents"
                    held[kind].append((found.features, decision.decision == "accepted"))
        weights = {kind: learnt(kind, told) for kind, told in held.items()}
        self.known = Known(self.known.entities, self.known.products, weights)

    def _evidence(self, council: str) -> Callable[[str, str], Evidence | None]:
        papers = self._gatherer.papers(self.rows.get(council, []))
        return evidence(papers, self.known, self._lineage.words(council))

    def _by_council(self) -> dict[str, dict[str, Decision]]:
        """Return the decisions on what the corpus holds, by council."""
        found: dict[str, dict[str, Decision]] = {}
        for link, decision in self.decided.items():
            both = decision.second in self.known.entities or decision.second in self._council
            if decision.first in self._council and both:
                found.setdefault(self._council[decision.first], {})[link] = decision
        return found

    def write(self) -> int:
        """Write the links of all councils that changed; return how many these were."""
        by_council = self._by_council()
        wanted = {
            council: self._basis(council, by_council.get(council, {}))
            for council in sorted({*self.rows, *by_council})
        }
        sql = "select council, basis from linked_councils"
        held = {row["council"]: row["basis"] for row in self._store.rows(sql)}
        changed = [council for council, basis in wanted.items() if held.get(council) != basis]
        self._drop(held.keys() - wanted.keys())
        label = "proposing links"
        with progress(label, len(changed)) as advance, Batch(self._store, advance) as batch:
            for council in changed:
                rows = self.rows.get(council, [])
                papers = self._gatherer.papers(rows)
                links = self._links(council, papers, by_council.get(council, {}))
                with batch.document():
                    self._keep(council, wanted[council], len(rows), links)
        return len(changed)

    def _basis(self, council: str, decided: Mapping[str, Decision]) -> str:
        told = [json.dumps(asdict(d)) for _, d in sorted(decided.items())]
        versions = [w.version for _, w in sorted(self.known.weights.items())]
        words = self._lineage.words(council)
        return self._gatherer.basis(
            self.rows.get(council, []), self._names, *versions, *told, *words
        )

    def _drop(self, councils: Iterable[str]) -> None:
        for council in sorted(councils):
            with self._store.db.atomic():
                self._store.db.execute("delete from links where council = ?", (council,))
                self._store.db.execute("delete from linked_councils where council = ?", (council,))

    def _links(
        self, council: str, papers: Sequence[Paper], decided: Mapping[str, Decision]
    ) -> list[Row]:
        """Return the rows of a council: proposals, and all that was decided."""
        common = self._lineage.words(council)
        proposals = propose(papers, self.known, council=council, common=common)
        found = {proposal.link: proposal for proposal in proposals}
        told = evidence(papers, self.known, common)
        for name, decision in decided.items():
            if name not in found:
                found[name] = self._by_person(council, decision, told)
        return [_row(found[name], decided.get(name)) for name in sorted(found)]

    def _by_person(
        self, council: str, decision: Decision, told: Callable[[str, str], Evidence | None]
    ) -> Link:
        """Return a link that is not proposed, weighed where that can be done."""
        first, second = decision.first, decision.second
        kind = "product" if second in self.known.entities else "documents"
        found = told(first, second)
        if found is None or not found.reasons:
            return Link(first, second, kind, council, -1.0, (BY_A_PERSON,))
        score = self.known.weights[kind].score(found.features)
        return Link(first, second, kind, council, score, tuple(found.reasons))

    def _keep(self, council: str, basis: str, documents: int, links: Sequence[Row]) -> None:
        self._store.db.execute("delete from links where council = ?", (council,))
        self._store.db.table("links").upsert_all(links, pk="link")
        proposed = sum(1 for row in links if row["decision"] == "proposed")
        self._store.db.table("linked_councils").upsert(
            {"council": council, "basis": basis, "documents": documents, "proposed": proposed},
            pk="council",
        )


def _row(link: Link, decision: Decision | None) -> Row:
    """Return a link as a row of the table."""
    return {
        "link": link.link,
        "first": link.first,
        "second": link.second,
        "kind": link.kind,
        "council": link.council,
        "score": None if link.score < 0 else link.score,
        "reasons": json.dumps([asdict(reason) for reason in link.reasons], ensure_ascii=False),
        "features": json.dumps(dict(sorted(link.features.items()))),
        "decision": decision.decision if decision else "proposed",
        "by": decision.by if decision else None,
        "at": decision.at if decision else None,
        "why": decision.why if decision else None,
    }


def _names_version(made: Iterable[Entity]) -> str:
    """Return what changes when anything known of products does.

    Suppliers that only notices name count where a council's own notices do: in its rows.
    """
    known = [e for e in made if e.code or e.how == "study"]
    told = (repr((e.entity, e.name, e.code, e.supplier, e.how, e.numbers)) for e in known)
    return short_hash(*told, length=16)


def weights_now(store: Store, study: Study) -> Mapping[str, Weights]:
    """Return the weights in force."""
    made, bought = write_entities(store, study, load_judged(study.folder))
    lineage = Lineage(study.councils)
    linker = _Linker(store, Gatherer(store, lineage, bought), lineage, made)
    linker.decide(load_decisions(study.folder))
    return linker.known.weights


def weights_in_words(weights: Mapping[str, Weights]) -> list[str]:
    """Return the weights of both kinds as lines."""
    lines = []
    for kind, held in weights.items():
        how = f"learnt from {held.decisions} decisions" if held.decisions else "set by hand"
        told = ", ".join(f"{name} {weight:+.2f}" for name, weight in held.weights.items())
        lines.append(f"{kind} ({how}): {told}")
    return lines
