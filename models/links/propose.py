"""Which links of one council's documents are proposed, each with its score and its reasons."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.ids import short_hash
from models.links.entities import Entity
from models.links.features import Around, Evidence, Reason, of_documents, of_product, sellers
from models.links.papers import Paper
from models.links.score import Weights

LEAST_SCORE = 0.35
"""Of a proposal: below it two in three were wrong in the world of invented lives."""
MOST_SHARING = 8
"""A number or a sum that more documents of a council have is no sign that two belong together."""
SORTS = ("notice", "record", "answer", "paper")


@dataclass(frozen=True)
class Link:
    """Two things that may belong together: a document, and a document or a product."""

    first: str
    second: str
    kind: str
    council: str
    score: float
    reasons: tuple[Reason, ...]

    @property
    def link(self) -> str:
        """Its id: of the two, whatever else is known of them."""
        return link_id(self.first, self.second)

    @property
    def features(self) -> dict[str, float]:
        """The figures of its reasons."""
        return {reason.feature: reason.value for reason in self.reasons}


@dataclass(frozen=True)
class Known:
    """What is known of names: entities by id, and the weights of both kinds of link."""

    entities: Mapping[str, Entity]
    products: Mapping[str, tuple[Entity, ...]]
    weights: Mapping[str, Weights]


def link_id(first: str, second: str) -> str:
    """Return the id of a link, the same for both directions."""
    return f"link-{short_hash(*sorted((first, second)), length=16)}"


def products_of(entities: Iterable[Entity]) -> dict[str, tuple[Entity, ...]]:
    """Return the products by code; those that people described stand for the code itself."""
    found: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        if entity.code:
            found[entity.code].append(entity)
    return {
        code: tuple([e for e in held if e.how == "study"] or held) for code, held in found.items()
    }


def propose(
    papers: Sequence[Paper], known: Known, *, council: str = "", common: Sequence[str] = ()
) -> list[Link]:
    """Return the proposed links of one council's documents, in the order of their ids."""
    council_ = _Council(papers, known, common)
    links = [*council_.products(), *council_.documents()] if papers else []
    kept = [link for link in links if link.score >= LEAST_SCORE]
    return sorted((_at(link, council) for link in kept), key=lambda link: link.link)


def evidence(
    papers: Sequence[Paper], known: Known, common: Sequence[str] = ()
) -> Callable[[str, str], Evidence | None]:
    """Return what tells the evidence for any two things of a council, proposed or not."""
    if not papers:
        return lambda first, second: None
    council = _Council(papers, known, common)

    def told(first: str, second: str) -> Evidence | None:
        paper = council.by_name.get(first)
        if paper and second in known.entities:
            return council.of_product(paper, known.entities[second])
        if paper and second in council.by_name:
            return council.between(paper, council.by_name[second])
        return None

    return told


def _at(link: Link, council: str) -> Link:
    return Link(link.first, link.second, link.kind, council, link.score, link.reasons)


def _link(first: str, second: str, evidence: Evidence, weights: Weights) -> Link:
    score = weights.score(evidence.features)
    return Link(first, second, weights.kind, "", score, tuple(evidence.reasons))


class _Council:
    """The documents of one council, to be compared with each other and with products."""

    def __init__(self, papers: Sequence[Paper], known: Known, common: Sequence[str]) -> None:
        from models.links.words import Likeness  # scikit-learn, for councils that changed alone

        self.by_name = {paper.document: paper for paper in papers}
        self._papers, self._known = papers, known
        self._likeness = Likeness(papers, common)
        self._firms = frozenset(f for p in papers for f in (*p.firms, *p.suppliers))
        self._naming: dict[str, list[Paper]] = defaultdict(list)
        for paper in papers:
            for code in paper.named:
                self._naming[code].append(paper)
        numbers = Counter(number for paper in papers for number in paper.references)
        self._common = frozenset(n for n, held in numbers.items() if held > MOST_SHARING)

    def products(self) -> Iterator[Link]:
        """Yield the links of documents to the products they name or buy."""
        sold: dict[str, list[Entity]] = defaultdict(list)
        for held in self._known.products.values():
            for product in held:
                for seller in sellers(product, self._known.entities):
                    sold[seller].append(product)
        for paper in self._papers:
            named = {
                e.entity: e for code in paper.named for e in self._known.products.get(code, ())
            }
            bought = {e.entity: e for seller in paper.suppliers for e in sold.get(seller, ())}
            for product in {**named, **bought}.values():
                told = self.of_product(paper, product)
                yield _link(paper.document, product.entity, told, self._known.weights["product"])

    def _called(self, code: str) -> tuple[Entity, ...]:
        return self._known.products.get(code, ())

    def of_product(self, paper: Paper, product: Entity) -> Evidence:
        """Return the evidence for a document and a product."""
        sold_by = sellers(product, self._known.entities)
        return of_product(paper, product, sold_by, self._around(paper, product))

    def _around(self, paper: Paper, product: Entity) -> Around:
        """Return what the other documents that name a product say for one."""
        rivals = tuple(e for e in self._called(product.code) if e.entity != product.entity)
        ours = bool(sellers(product, self._known.entities).keys() & self._firms)
        theirs = bool({rival.supplier for rival in rivals} & self._firms)
        here = (ours > theirs) - (theirs > ours)
        others = [p for p in self._naming[product.code] if p.document != paper.document]
        if not others:
            return Around(rivals=rivals, sold_here=here)
        numbers = {n for p in others for n in p.references & paper.references} - self._common
        alike, likest = max(
            (self._likeness.alike(paper.document, other.document), other.document)
            for other in others
        )
        words = tuple(self._likeness.shared(paper.document, likest))
        return Around(len(others), min(numbers, default=""), alike, words, rivals, here)

    def documents(self) -> Iterator[Link]:
        """Yield the links between documents of two sorts that no product of both joins."""
        for first, second in sorted(self._candidates()):
            one, other = self.by_name[first], self.by_name[second]
            if not one.named.keys() & other.named.keys():
                told = self.between(one, other)
                yield _link(first, second, told, self._known.weights["documents"])

    def between(self, one: Paper, other: Paper) -> Evidence:
        """Return the evidence for two documents."""
        alike = self._likeness.alike(one.document, other.document)
        shared = self._likeness.shared(one.document, other.document)
        return of_documents(one, other, alike, shared, self._common)

    def _candidates(self) -> set[tuple[str, str]]:
        """Return the pairs of two sorts that share a number, a sum, a firm or rare words."""
        found: set[tuple[str, str]] = set()
        for group in _sharing(self._papers):
            found |= {_pair(a, b) for a in group for b in group if a.sort != b.sort}
        sorts = {sort: [p for p in self._papers if p.sort == sort] for sort in SORTS}
        for at, sort in enumerate(SORTS):
            for other in SORTS[at + 1 :]:
                near = self._likeness.near(sorts[sort], sorts[other])
                found |= {(a, b) if a < b else (b, a) for a, b in near}
        return found


def _pair(one: Paper, other: Paper) -> tuple[str, str]:
    first, second = sorted((one.document, other.document))
    return first, second


def _sharing(papers: Sequence[Paper]) -> Iterator[list[Paper]]:
    """Yield groups of documents that share a number, a sum or a firm that few have."""
    held: dict[tuple[str, str], list[Paper]] = defaultdict(list)
    for paper in papers:
        signs = {("number", number) for number in paper.references}
        signs |= {("sum", str(amount)) for amount in paper.amounts}
        signs |= {("sum", str(round(paper.value)))} if paper.value else set()
        signs |= {("firm", firm) for firm in paper.firms | paper.suppliers.keys()}
        for sign in signs:
            held[sign].append(paper)
    for (kind, _), group in sorted(held.items()):
        if len(group) > 1 and (kind == "firm" or len(group) <= MOST_SHARING):
            yield group
