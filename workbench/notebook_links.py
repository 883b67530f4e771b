"""Systems, links, suppliers and products as tables: who uses what since when, and who said so."""

import pandas as pd

from workbench.notebook_base import Base, lists


class Links(Base):
    """What people joined, and what is only proposed."""

    def systems(self, *, proposed: bool = False) -> pd.DataFrame:
        """Return systems: who uses what since when, from whom, and what became of it.

        `proposed`: those too that nobody reviewed (`steps` is 0). `ceiling` is the largest value of
        notices, not a payment. A council without a row is no zero: `.attrs["scope"]` says how many
        councils have documents at all. From `systems`.
        """
        frame = self.table(
            "select s.*, c.name as council_name from systems s left join councils c "
            "using (council) where s.steps > 0 or ? order by s.first_on, s.system",
            proposed,
        )
        columns = ("suppliers", "councils", "stopped_why")
        frame = lists(frame.fillna(dict.fromkeys(columns, "[]")), *columns)
        frame.attrs["scope"] = self._linked()
        return frame

    def links(self, decision: str | None = None) -> pd.DataFrame:
        """Return links with their reasons in words: all, or `accepted`, `refused` or `proposed`.

        A proposal is no finding. `score` is 0 to 1. From `links`.
        """
        frame = self.table(
            'select l.link, l."first", l."second", l.kind, l.council, l.score, l.decision, l."by", '
            "l.why, (select group_concat(json_extract(value, '$.words'), '; ') "
            "from json_each(l.reasons)) as reasons from links l "
            "where ?1 is null or l.decision = ?1 order by l.score desc, l.link",
            decision,
        )
        frame.attrs["scope"] = self._linked()
        return frame

    def entities(self) -> pd.DataFrame:
        """Return every name and register number of suppliers and products, and why it is theirs.

        From `entities` and `entity_names`.
        """
        return self.table(
            "select e.entity, e.kind, e.name as entity_name, e.code, n.name, n.kind as name_kind, "
            "n.how, n.notices from entities e join entity_names n using (entity) "
            "order by e.entity, n.kind, n.name"
        )

    def _linked(self) -> dict[str, int]:
        """Return what links and systems are seen in."""
        found = self.table(
            "select (select count(*) from councils where end_on is null) as councils, "
            "(select count(distinct council) from documents) as councils_with_documents, "
            "(select count(*) from links where decision = 'proposed') as links_not_reviewed"
        )
        return {name: int(value) for name, value in found.iloc[0].items()}
