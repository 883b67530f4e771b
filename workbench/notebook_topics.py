"""Topics of the chosen model as tables: what speaks for it, its topics, trends and passages."""

from typing import Any

import pandas as pd

from workbench.notebook_base import Base, lists

_CHOSEN = "join topic_models m on m.model = t.model and m.chosen = 1"


class Topics(Base):
    """A topic is a claim: here is what it rests on."""

    def models(self) -> pd.DataFrame:
        """Return every fitted topic model with what speaks for and against it, the chosen first.

        Columns: `model`, `k` (topics), `seed`, `passages`, `npmi` and `c_v` (coherence),
        `diversity`, `stability` (all of the top words; 0 to 1), `verdict`, `chosen`. From
        `topic_models`.
        """
        return self.table(
            "select model, k, seed, passages, npmi, c_v, diversity, stability, verdict, chosen "
            "from topic_models order by chosen desc, model"
        )

    def model(self) -> pd.DataFrame:
        """Return the chosen topic model, as `models` does; no row where none is chosen."""
        found = self.models()
        return found[found["chosen"] == 1].reset_index(drop=True)

    def sweep(self) -> pd.DataFrame:
        """Return the numbers of topics that were tried before one was chosen.

        Columns: `k`, `npmi`, `c_v`, `diversity`, `chosen` (1: this one). From
        `topic_models.options`.
        """
        options = lists(
            self.table("select k, options from topic_models where chosen = 1"), "options"
        )
        tried = [each for row in options["options"] if row for each in row.get("sweep") or []]
        frame = pd.DataFrame(tried, columns=["k", "npmi", "c_v", "diversity"])
        chosen = set(options["k"])
        return frame.assign(chosen=[int(k in chosen) for k in frame["k"]]).sort_values("k")

    def topics(self) -> pd.DataFrame:
        """Return the topics of the chosen model.

        Columns: `topic` (its id), `number` (the same in model, table and picture), `label`,
        `label_by` (`terms`, or who gave it), `terms` (its top words), `passages` (in which it is
        the strongest), `of` (passages in all), `weight` (share of all passages' words, 0 to 1),
        `npmi`, `stability`, `exclusivity` and `verdict` (what speaks for it), `code` (that led
        it), `x` and `y` (its place on a map). From `topics`.
        """
        return self.table(
            "select t.topic, t.number, t.label, t.label_by, t.terms, t.passages, (select count("
            "distinct x.passage) from passage_topics x where x.model = t.model) as of, t.weight, "
            "t.npmi, t.stability, t.exclusivity, t.verdict, t.code, t.x, t.y "
            f"from topics t {_CHOSEN} order by t.number"
        )

    def topic_terms(self, most: int = 10) -> pd.DataFrame:
        """Return the top words of each topic of the chosen model, 30 at most.

        Columns: `number`, `label`, `rank` (from 1), `term`, `weight` (its share of the topic),
        `lift` (how many times larger that is than its share of the corpus). From `topic_terms`.
        """
        return self.table(
            "select t.number, t.label, w.rank, w.term, w.weight, w.lift from topic_terms w "
            f"join topics t on t.topic = w.topic {_CHOSEN} where w.rank <= ? order by 1, 3",
            most,
        )

    def topic_trends(self, number: int | None = None, dimension: str = "year") -> pd.DataFrame:
        """Return the prevalence of topics by `year`, `nation` or `type`, beside what was searched.

        Columns: `number`, `label`, the dimension's, `passages` (in which it is the strongest),
        `weight` (sum of its shares), `documents` (that hold such a passage), `searched` (documents
        of that year, nation or type), `low` and `high` (95 % interval of the documents' share),
        `per_100` (passages to 100 documents searched). From `topic_trends`.
        """
        frame = self.table(
            f'select t.number, t.label, r.value as "{_plain(dimension)}", r.passages, r.weight, '
            "r.documents, r.searched, r.low, r.high from topic_trends r "
            f"join topics t on t.topic = r.topic {_CHOSEN} "
            "where r.dimension = ?1 and (?2 is null or t.number = ?2) order by 1, 3",
            dimension,
            number,
        )
        searched = frame["searched"].where(frame["searched"] > 0)
        return frame.assign(per_100=(100 * frame["passages"] / searched).round(2))

    def closest(self, number: int, most: int = 3) -> pd.DataFrame:
        """Return the passages with the largest share of a topic, with where they stand.

        Columns: `share` (0 to 1), `council`, `published_on`, `title`, `page`, `passage`, `text`.
        From `passage_topics`, `passages`.
        """
        return self.table(
            "select round(s.weight, 3) as share, p.council, d.published_on, d.title, p.page, "
            "p.passage, p.text from passage_topics s join topics t on t.topic = s.topic "
            f"{_CHOSEN} join passages p on p.passage = s.passage join documents d on "
            "d.document = p.document where t.number = ? order by s.weight desc, p.passage limit ?",
            number,
            most,
        )


def _plain(name: str) -> Any:
    """Return a dimension as a column's name."""
    return "".join(c for c in name if c.isalnum() or c == "_")
