"""Figures with their denominators: rates, comparisons, trends, topics, agreement."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from corpus.errors import CorpusError
from corpus.language.selection import Selection
from corpus.store import reading
from workbench.notebook_base import SEARCHED, Base

BY = {
    "year": "coalesce(substr(d.published_on, 1, 4), 'undated')",
    "type": "coalesce(c.type, 'no council')",
    "nation": "coalesce(c.nation, 'no council')",
    "council": "coalesce(c.name, 'no council')",
    "kind": "d.kind",
    "source": "d.source",
}
_MENTIONED = {
    "code": "m.code = :code_wanted",
    "term": "m.term = :term_wanted",
    "stance": "m.stance = :stance_wanted",
    "group": 'm.code in (select code from codes where "group" = :group_wanted)',
}
_EXTRACTED = "from documents d join files f using (sha256) left join councils c using (council)"
NOT_READABLE_STATES = ("blocked", "robots-refused", "unsupported", "url-unknown", "failed")


class Figures(Base):
    """What is counted, each time beside what was searched."""

    def rates(self, by: str, **wanted: Any) -> pd.DataFrame:
        """Return how many of the documents searched mention something, by `by`.

        `by` is `year`, `type`, `nation`, `council`, `kind` or `source`. Narrow what counts as
        mentioning by `code`, `term`, `group` or `stance`; narrow the documents by the filters.
        Columns: `by`'s, `searched`, `mentioning` (documents), `unreadable`, `rate` (mentioning of
        searched), `low` and `high` (Wilson's 95 % interval: the chance that lies in which papers
        there are, not what coverage lacks). A row missing was not looked at; it is no zero.
        """
        _known(by)
        conditions, values = _mentioned(wanted)
        selection = Selection(**wanted)
        frame = self.table(
            f"""select {BY[by]} as "{by}", coalesce(sum({SEARCHED}), 0) as searched,
            coalesce(sum({SEARCHED} and exists (select 1 from mentions m
                where m.sha256 = d.sha256 and m.counted = 1{conditions})), 0) as mentioning,
            coalesce(sum(not {SEARCHED}), 0) as unreadable {_EXTRACTED}
            where f.outcome is not null{selection.conditions(pages=False)} group by 1 order by 1""",
            **(selection.given | values),
        )
        return with_rates(frame)

    def bounds(self, by: str, **wanted: Any) -> pd.DataFrame:
        """Return between which rates the truth lies, whatever the unreadable papers say.

        Columns as in `rates`, and `least` (none of the unreadable mentions it) and `most` (all do).
        No assumption is made (Manski 1990, American Economic Review 80:319); papers never collected
        are beyond even these bounds: see `councils()` and `coverage()`.
        """
        frame = self.rates(by, **wanted)
        held = (frame["searched"] + frame["unreadable"]).where(lambda n: n > 0)
        return frame.assign(
            least=(frame["mentioning"] / held).round(4),
            most=((frame["mentioning"] + frame["unreadable"]) / held).round(4),
        )

    def compare(self, by: str, *, least: int = 1, **filters: Any) -> pd.DataFrame:
        """Return every code in every group side by side.

        `by` as in `rates`; codes in fewer than `least` documents are left out. Columns: `by`'s,
        `code`, `label`, `group` (of the codebook), `mentioning` (documents with a counted mention),
        `searched`, `rate`, `low`, `high` as in `rates`. A zero is a true one: the group was
        searched and the code not found.
        """
        _known(by)
        selection = Selection(**filters)
        found = self.table(
            f"""select {BY[by]} as "{by}", m.code, count(distinct d.document) as mentioning
            {_EXTRACTED} join mentions m on m.sha256 = d.sha256 and m.counted = 1
            where {SEARCHED}{selection.conditions(pages=False)} group by 1, 2""",
            **selection.given,
        )
        groups = self.rates(by, **filters)[[by, "searched"]]
        sums = found.groupby("code")["mentioning"].sum()
        codes = self.table('select code, label, "group" from codes order by code')
        codes = codes[codes["code"].map(sums).fillna(0) >= least]
        every = codes.merge(groups, how="cross").merge(found, on=[by, "code"], how="left")
        every["mentioning"] = every["mentioning"].fillna(0).astype(int)
        order = [by, "code", "label", "group", "mentioning", "searched"]
        return with_rates(every[order].sort_values([by, "code"], ignore_index=True))

    def trends(self, of: str, *names: str, **filters: Any) -> pd.DataFrame:
        """Return rates by year for each of several codes, terms, groups or stances.

        `of` is `code`, `term`, `group` or `stance`; `names` which of them. Columns: `of`'s, and
        those of `rates("year")`; undated documents are left out. For topics see `topic_trends`.
        """
        if of not in _MENTIONED:
            raise CorpusError(f"`{of}` has no trend; there are {', '.join(_MENTIONED)}.")
        asked: list[dict[str, Any]] = [{of: name} for name in names]
        parts = [self.rates("year", **filters, **one).assign(**one) for one in asked]
        if not parts:
            raise CorpusError(f"Name what to follow: trends({of!r}, …).")
        frame = pd.concat(parts, ignore_index=True)
        dated = frame[frame["year"] != "undated"]
        return dated[[of, *(c for c in dated if c != of)]].reset_index(drop=True)

    def coverage_states(self) -> pd.DataFrame:
        """Return how many months of how many councils are in which state of the ledger.

        Columns: `source`, `state`, `months`, `councils`, `of` (months of the source in all). Only
        `searched` and `none-published` say something about what stands in papers.
        """
        frame = self.table(
            "select source, state, count(*) as months, count(distinct council) as councils "
            "from coverage group by 1, 2 order by 1, 2"
        )
        return frame.assign(of=frame.groupby("source")["months"].transform("sum"))

    def missingness(self, by: str) -> pd.DataFrame:
        """Return how many current councils were reached, by `type`, `nation`, `platform`, `region`.

        Columns: `by`'s, `councils`, `reached` (some text of theirs was searched), `share`,
        `searched`, `mentioning` (documents), `rate`. Where share and rate go together, what is
        missing is related to the answer, and the rate of all cannot be read off those reached.
        """
        frame = self.table(
            f"""select coalesce(c."{by}", 'not known') as "{by}",
            count(distinct c.council) as councils,
            count(distinct iif({SEARCHED}, c.council, null)) as reached,
            coalesce(sum({SEARCHED}), 0) as searched, coalesce(sum({SEARCHED} and exists (
                select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1)), 0)
            as mentioning from councils c left join documents d on d.council = c.council
            left join files f on f.sha256 = d.sha256 where c.end_on is null group by 1 order by 1"""
            if by in ("type", "nation", "platform", "region")
            else _unknown(by)
        )
        share = (frame["reached"] / frame["councils"]).round(4)
        rate = (frame["mentioning"] / frame["searched"].where(frame["searched"] > 0)).round(4)
        return frame.assign(share=share, rate=rate)

    def agreement(self, *only: str, sample: str = "") -> pd.DataFrame:
        """Return how far coders agree, by field and code, over what two or more judged.

        `only` these fields and codes (none: all; each takes a bootstrap of 2,000 resamples).

        Columns: `field`, `units`, `percent` (share of pairs that agree), `alpha` (Krippendorff's)
        and `kappa` (Cohen's, of two coders) each with `_low` and `_high` (95 %, bootstrap),
        `coders` (list), `note`. From `codings`, adjudicated ones left out.
        """
        from coding.agreement import agreement
        from coding.reading import judgements

        with reading(self.path) as store:
            rows = store.rows(
                "select * from codings where adjudicated = 0 and state != 'forgotten' "
                "and (? = '' or sample = ?) order by coding",
                (sample, sample),
            )
        told = [
            agreement(field, units)
            for field, units in judgements(rows).items()
            if not only or field in only
        ]
        columns = ["field", "units", "percent", "alpha", "alpha_low", "alpha_high"]
        columns += ["kappa", "kappa_low", "kappa_high", "coders", "note"]
        found = [_agreed(asdict(one)) for one in told if one.units]
        return pd.DataFrame(found, columns=columns)

    def measured(self) -> pd.DataFrame:
        """Return how right the codebook is by people's codings, with Wilson's 95 % intervals.

        Columns: `of` (`all`, `code`, `term` or `stance`), `name`, `right`, `judged`, `value`
        (precision; of `stance`, accuracy), `low`, `high`. From `codings` and `mentions`; recall,
        which needs a sample of pages without mentions, is told by `corpus code measure`.
        """
        from coding.measure import measure

        with reading(self.path) as store:
            told = measure(store)
        parts = [("all", "", told.precision), ("stance", "", told.stance)]
        parts += [("code", name, share) for name, share in told.codes.items()]
        parts += [("term", name, share) for name, share in told.terms.items()]
        columns = ["of", "name", "right", "judged", "value", "low", "high"]
        rows = [{"of": of, "name": name} | share.as_row() for of, name, share in parts]
        return pd.DataFrame(rows, columns=columns)


def with_rates(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `rate`, `low` and `high` to a table of `mentioning` and `searched`."""
    from coding.measure import wilson

    pairs = zip(frame["mentioning"], frame["searched"], strict=True)
    shares = [wilson(int(part), int(whole)) for part, whole in pairs]
    columns = {
        "rate": [share.value for share in shares],
        "low": [share.low for share in shares],
        "high": [share.high for share in shares],
    }
    return (
        frame.assign(**columns)
        .round(dict.fromkeys(columns, 4))
        .astype(dict.fromkeys(columns, float))
    )


def _known(by: str) -> None:
    if by not in BY:
        raise CorpusError(f"`{by}` is no grouping; there are {', '.join(BY)}.")


def _unknown(by: str) -> str:
    raise CorpusError(f"`{by}` is no grouping; there are type, nation, platform, region.")


def _mentioned(wanted: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Take what counts as mentioning out of the options; return SQL and its values."""
    given = {name: wanted.pop(name) for name in _MENTIONED if name in wanted}
    sql = "".join(f" and {_MENTIONED[name]}" for name in given)
    return sql, {f"{name}_wanted": value for name, value in given.items()}


def _agreed(told: dict[str, Any]) -> dict[str, Any]:
    """Flatten one field's agreement."""
    row = {name: told[name] for name in ("field", "units", "percent")}
    for name in ("alpha", "kappa"):
        figure = told[name] or {"value": None, "low": None, "high": None}
        row |= {name: figure["value"], f"{name}_low": figure["low"], f"{name}_high": figure["high"]}
    return row | {"coders": list(told["coders"]), "note": told["alpha"]["note"]}
