"""How right the codebook is, measured from people's codings: precision, recall, stance.

A judged stretch of text is compared with the counted mentions in it. `about` says whether it is
evidence at all (`marginal` counts for neither side); a code given to it says that it expresses that
code. Of several coders the adjudicated judgement holds, else the majority; a tie is left out and
counted. Intervals are Wilson's (1927); that of recall is the beta-binomial with half priors, which
Webber (2013, ACM Transactions on Information Systems 31:1) found the soundest for elusion samples.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coding.stance import Stance, main_stance
from corpus.language.lexicon import EVIDENCE
from corpus.store import Row, Store

CONFIDENCE = 0.95
DRAWS, SEED = 100_000, 1
"""Of the two shares that recall is made from: enough for three digits, the same each time."""
STRETCH_CHARS = 1200
"""The unit of an elusion sample, as drawn by `corpus code sample --of pages`."""
LEAST_CHARS = 40
MEASURED = "measured:"
"""Begins the reason of a mention that the floor alone keeps from counting."""
LEAST_JUDGED = 10
"""Fewer judgements of a term say nothing that could take it out of the counts."""


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, with the bounds of its interval; None where nothing was judged."""

    part: int
    whole: int
    low: float | None
    high: float | None

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.part / self.whole if self.whole else None

    def as_row(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {
            "right": self.part,
            "judged": self.whole,
            "value": None if self.value is None else round(self.value, 4),
            "low": None if self.low is None else round(self.low, 4),
            "high": None if self.high is None else round(self.high, 4),
        }


@dataclass(frozen=True)
class Recall:
    """Recall of the codebook as estimated from found and not found text, and what it rests on."""

    value: float
    low: float
    high: float
    found: int
    not_found: int
    precision: Share
    elusion: Share


@dataclass(frozen=True)
class Judged:
    """A stretch of a page as people judged it: settled values of fields, codes given to it."""

    page: str
    start: int
    end: int
    values: Mapping[str, str]

    @property
    def about(self) -> bool | None:
        """Whether it is evidence; None where it is marginal, not judged or not settled."""
        return {"yes": True, "no": False}.get(self.values.get("about", ""))


@dataclass(frozen=True)
class Measured:
    """The measures of a codebook; `terms` and `codes` by their ids."""

    judged: int
    unsettled: int
    precision: Share
    recall: Recall | None
    stance: Share
    terms: dict[str, Share]
    codes: dict[str, Share]


def wilson(part: int, whole: int) -> Share:
    """Return a share with Wilson's score interval (1927)."""
    if not whole:
        return Share(0, 0, None, None)
    from scipy import stats  # two seconds that a build without codings has no use for

    bounds = stats.binomtest(part, whole).proportion_ci(CONFIDENCE, method="wilson")
    return Share(part, whole, float(bounds.low), float(bounds.high))


def recall(precision: Share, elusion: Share, found: int, not_found: int) -> Recall | None:
    """Estimate recall from the precision of what was found and the elusion of what was not.

    `found` and `not_found` are the sizes of both populations, in stretches of about one length.
    """
    if not precision.whole or not elusion.whole or not found:
        return None
    rng = np.random.default_rng(SEED)
    right, missed = (
        size * rng.beta(share.part + 0.5, share.whole - share.part + 0.5, DRAWS)
        for share, size in ((precision, found), (elusion, not_found))
    )
    low, high = np.quantile(right / (right + missed), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    kept, lost = found * (precision.value or 0), not_found * (elusion.value or 0)
    value = kept / (kept + lost) if kept + lost else 0.0
    return Recall(value, float(low), float(high), found, not_found, precision, elusion)


def settled(rows: Iterable[Row]) -> tuple[list[Judged], int]:
    """Return what people judged, one entry a stretch, and how many judgements are not settled.

    A row has `page`, `start`, `end`, `code`, `value`, `coder` and `adjudicated`.
    """
    said: dict[tuple[str, int, int], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        said[row["page"], row["start"], row["end"]][row["code"]].append(row)
    found, unsettled = [], 0
    for (page, start, end), by_code in sorted(said.items()):
        values = {}
        for code, judgements in by_code.items():
            value = _settle(judgements)
            unsettled += value is None
            if value is not None:
                values[code] = value
        found.append(Judged(page, start, end, values))
    return found, unsettled


def _settle(judgements: Sequence[Row]) -> str | None:
    """Return the adjudicated value, else the majority's; None where there is none."""
    final = [row for row in judgements if row.get("adjudicated")] or judgements
    ranked = Counter(str(row["value"]) for row in final).most_common(2)
    tie = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    return None if tie else ranked[0][0]


def codings(store: Store) -> list[Row]:
    """Return the codings that stand on a page, with the place of their words."""
    rows = store.rows("select c.*, p.text from codings c join pages p on p.page = c.page")
    found = []
    for row in rows:
        text = row.pop("text") or ""
        if row.get("start") is None:
            at = text.find(row["quote"])
            row |= {"start": at, "end": at + len(row["quote"])}
        if row["start"] >= 0:
            found.append(row)
    return found


def measure(store: Store) -> Measured:
    """Measure the codebook of a corpus by its codings."""
    judged, unsettled = settled(codings(store))
    mentions = _mentions(store, judged)
    groups = dict(store.db.execute('select code, "group" from codes').fetchall())
    evidence = {code for code, group in groups.items() if group in EVIDENCE}
    passages = [(item, inside) for item, inside in zip(judged, mentions, strict=True) if inside]
    empty = [
        item
        for item, inside in zip(judged, mentions, strict=True)
        if not any(mention["code"] in evidence for mention in inside)
    ]
    precision = _share(
        item.about
        for item, inside in passages
        if any(mention["code"] in evidence for mention in inside)
    )
    return Measured(
        judged=len(judged),
        unsettled=unsettled,
        precision=precision,
        recall=recall(precision, _share(item.about for item in empty), *_sizes(store)),
        stance=_share(_stance_right(item, inside) for item, inside in passages),
        terms=_by(passages, "term", evidence),
        codes=_by(passages, "code", frozenset()),
    )


def _share(verdicts: Iterable[bool | None]) -> Share:
    """Return how many of the verdicts given are right."""
    told = [verdict for verdict in verdicts if verdict is not None]
    return wilson(sum(told), len(told))


def _mentions(store: Store, judged: Sequence[Judged]) -> list[list[Row]]:
    """Return the mentions inside each judged stretch that count, or would but for the floor."""
    sql = (
        'select term, code, stance, cue, start, "end" from mentions where page = ? '
        f"and (counted = 1 or reason like '{MEASURED}%') order by start"
    )
    found: dict[str, list[Row]] = {}
    for page in {item.page for item in judged}:
        found[page] = store.rows(sql, (page,))
    return [
        [m for m in found[item.page] if item.start < m["end"] and m["start"] < item.end]
        for item in judged
    ]


def _stance_right(item: Judged, inside: Sequence[Row]) -> bool | None:
    """Whether the stance its mentions speak for is the one people read, where it is evidence."""
    told = item.values.get("stance")
    if not told or not item.about:
        return None
    return main_stance(Stance(m["stance"], m["cue"] or "") for m in inside) == told


def _by(
    passages: Sequence[tuple[Judged, list[Row]]], column: str, evidence: Iterable[str]
) -> dict[str, Share]:
    """Return the precision of every term or code found in what was judged.

    A term of `evidence` is right where the text is evidence; else where its code was given. Text
    that is no evidence expresses no code.
    """
    by_about = frozenset(evidence)
    verdicts: dict[str, list[bool | None]] = defaultdict(list)
    for item, inside in passages:
        for mention in {m[column]: m for m in inside}.values():
            code = mention["code"]
            given = {"yes": True, "no": False}.get(item.values.get(code, ""))
            if code in by_about:
                given = item.about
            elif given is None and item.about is not None:
                given = False  # whoever judged the text did not give it this code
            verdicts[mention[column]].append(given)
    return {name: _share(told) for name, told in sorted(verdicts.items())}


def _sizes(store: Store) -> tuple[int, int]:
    """Return the number of passages, and of stretches of pages without counted evidence."""
    groups = ", ".join(f"'{group}'" for group in sorted(EVIDENCE))
    stretches = store.value(
        f"select sum(max(1, (p.chars + {STRETCH_CHARS - 1}) / {STRETCH_CHARS})) from pages p "
        f"where p.outcome = 'text' and p.chars >= {LEAST_CHARS} "
        "and p.page not in (select page from page_duplicates) and not exists (select 1 from "
        "mentions n join codes o on o.code = n.code where n.page = p.page and n.counted = 1 "
        f'and o."group" in ({groups}))'
    )
    return int(store.value("select count(*) from passages")), int(stretches or 0)


def below_floor(terms: Mapping[str, Share], floor: float) -> dict[str, str]:
    """Return the terms that leave the headline counts, each with the reason.

    A term goes where even the upper bound of its precision is under the study's floor: it stays
    found and shown, and fewer than `LEAST_JUDGED` judgements never take one out.
    """
    return {
        term: f"{MEASURED} {share.part} of {share.whole} right, at most {share.high:.2f} with 95 % "
        f"confidence, under the study's floor of {floor:.2f}"
        for term, share in terms.items()
        if share.whole >= LEAST_JUDGED and share.high is not None and share.high < floor
    }
