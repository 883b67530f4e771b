"""The corpus as tidy tables: one row per thing, every column named and explained.

Where a method takes `filters`, these are `council`, `nation`, `type` (of council), `kind`, `year`
and `source`. Such a table says in `.attrs["scope"]` how many documents were searched to make it:
what is missing from a table was not found there, or was never looked at.
"""

from typing import Any

import pandas as pd

from workbench.notebook_base import DOCUMENTS, PLACE, SEARCHED, Base, lists

PRESENT = """from {table} join pages p on p.page = {alias}.page
    join files f on f.sha256 = p.sha256
    join documents d on d.document = f.document and d.sha256 = f.sha256
    left join councils c on c.council = d.council"""
"""Evidence counts once per file, in the version that its document has now."""


class Tables(Base):
    """Documents, evidence, procurement, codings and the ledger as tables."""

    def documents(self, **filters: Any) -> pd.DataFrame:
        """Return the papers and notices, one row each, with what became of their text.

        Columns: `document`, `source`, `council`, `council_name`, `nation`, `type`, `kind`,
        `title`, `published_on` (date), `year`, `url`, `meeting`, `item_number`, `gone_at`,
        `sha256`, `outcome`, `searched` (1: its text was screened or read), `pages`, `quality`,
        `mentions` (counted ones in its present file), `mentioning` (1: it has any). From
        `documents`, `files`, `councils`, `mentions`.
        """
        sql = f"""select {PLACE}, coalesce(d.origin_url, d.url) as url, d.meeting, d.item_number,
            d.gone_at, d.sha256, f.outcome, coalesce({SEARCHED}, 0) as searched, f.pages, f.quality,
            (select count(*) from mentions m where m.sha256 = d.sha256 and m.counted = 1)
            as mentions {DOCUMENTS} where 1"""
        frame = self.tidy(sql, filters, "d.document")
        return frame.assign(mentioning=(frame["mentions"] > 0).astype(int))

    def mentions(self, *, counted: bool | None = True, **filters: Any) -> pd.DataFrame:
        """Return the mentions, one row each; `counted=None` for all, False for those left out.

        Columns: `mention`, `term`, `code`, `group`, `quote`, `before`, `after`, `stance`, `cue`,
        `section`, `boilerplate`, `counted`, `reason`, `passage`, `page` (id), `number` (of the page
        in its file, from 1), `label` (printed), and `document`, `source`, `council`,
        `council_name`, `nation`, `type`, `kind`, `title`, `published_on`, `year`. From `mentions`;
        once per file, in its document's present version.
        """
        sql = f"""select m.mention, m.term, m.code, k."group", m.quote, m.before, m.after, m.stance,
            m.cue, m.section, m.boilerplate, m.counted, m.reason, m.passage, m.page, p.number,
            p.label, {PLACE}
            {PRESENT.format(table="mentions m left join codes k on k.code = m.code", alias="m")}
            where (:counted is null or m.counted = :counted)"""
        wanted = None if counted is None else int(counted)
        return self.tidy(sql, filters, "m.mention", counted=wanted)

    def passages(self, **filters: Any) -> pd.DataFrame:
        """Return the passages that are read, coded and modelled, one row each.

        Columns: `passage`, `text`, `words` (number), `codes` (list), `stance`, `heading`, `page`,
        `number`, `label`, `topic` (number of its strongest topic in the chosen model; empty without
        one), `share` (of that topic, 0 to 1), and the document's columns as in `mentions`. From
        `passages`, `passage_topics`.
        """
        sql = f"""select s.passage, s.text, s.words, s.codes, s.stance, s.heading, s.page, p.number,
            p.label, b.number as topic, b.weight as share, {PLACE}
            {PRESENT.format(table="passages s", alias="s")}
            left join (select x.passage, t.number, x.weight, row_number() over (
                partition by x.passage order by x.weight desc, t.number) as rank
                from passage_topics x join topics t on t.topic = x.topic
                join topic_models m on m.model = t.model and m.chosen = 1) b
            on b.passage = s.passage and b.rank = 1 where 1"""
        return lists(self.tidy(sql, filters, "s.passage"), "codes")

    def notices(self, **filters: Any) -> pd.DataFrame:
        """Return the procurement notices, one row each; a value is a ceiling, not a payment.

        Columns: `procurement` (notices of one purchase share it), `ocid`, `release`, `stage`,
        `buyer_name`, `council_how` and `council_score` (how the buyer was matched to a council,
        0 to 1), `suppliers` (list), `value`, `currency`, `cpv` (list), `start_on`, `end_on`,
        `mentions` (counted), and the document's columns as in `mentions`. From `notices`,
        `procurements`.
        """
        sql = f"""select coalesce(r.procurement, n.ocid) as procurement, n.ocid, n.release,
            n.stage, n.buyer_name, n.council_how, n.council_score, n.suppliers, n.value, n.currency,
            n.cpv, n.start_on, n.end_on, (select count(*) from mentions m
            where m.sha256 = d.sha256 and m.counted = 1) as mentions, {PLACE}
            {DOCUMENTS} join notices n on n.document = d.document
            left join procurements r on r.document = n.document where 1"""
        return lists(self.tidy(sql, filters, "d.document"), "suppliers", "cpv")

    def meetings(self) -> pd.DataFrame:
        """Return the meetings, one row each, with how many papers of theirs are held.

        Columns: `meeting`, `source`, `council`, `council_name`, `committee`, `held_on`, `url`,
        `status`, `documents`. From `meetings`.
        """
        return self.table(
            """select m.meeting, m.source, m.council, c.name as council_name, m.committee,
            m.held_on, m.url, m.status, (select count(*) from documents d
            where d.meeting = m.meeting) as documents
            from meetings m left join councils c on c.council = m.council order by m.meeting"""
        )

    def councils(self) -> pd.DataFrame:
        """Return every council of the study with what was looked at and found: the sampling frame.

        Columns: `council`, `name`, `nation`, `region`, `type`, `platform`, `current` (1: not
        abolished), `documents`, `searched`, `unreadable`, `mentioning`, `rate` (mentioning of
        searched; empty where nothing was searched), `months` (of the ledger), `months_searched`,
        `reached` (1: some text of it was searched). From `councils`, `documents`, `coverage`.
        """
        frame = self.table(
            f"""select c.council, c.name, c.nation, c.region, c.type, c.platform,
            c.end_on is null as current, coalesce(h.documents, 0) as documents,
            coalesce(h.searched, 0) as searched, coalesce(h.unreadable, 0) as unreadable,
            coalesce(h.mentioning, 0) as mentioning, coalesce(v.months, 0) as months,
            coalesce(v.months_searched, 0) as months_searched from councils c
            left join (select d.council, count(*) as documents, sum({SEARCHED}) as searched,
                sum(not {SEARCHED}) as unreadable, sum({SEARCHED} and exists (select 1 from
                mentions m where m.sha256 = d.sha256 and m.counted = 1)) as mentioning
                from documents d join files f using (sha256) group by 1) h using (council)
            left join (select council, count(*) as months, sum(state in ('searched',
                'term-searched', 'none-published')) as months_searched from coverage group by 1) v
            using (council) order by c.council"""
        )
        reached = frame["searched"] > 0
        rate = (frame["mentioning"] / frame["searched"].where(reached)).round(4)
        return frame.assign(rate=rate, reached=reached.astype(int))

    def sources(self) -> pd.DataFrame:
        """Return the sources that documents came from, with licence and caveats.

        Columns: `source`, `title`, `kind`, `publisher`, `url`, `licence`, `licence_url`, `caveats`
        (list), `documents`, `searched`, `unreadable`, `first_on`, `last_on` (dates published).
        From `sources`, `documents`, `files`.
        """
        return lists(
            self.table(
                f"""select s.source, s.title, s.kind, s.publisher, s.url, s.licence,
                s.licence_url, s.caveats, count(*) as documents,
                coalesce(sum({SEARCHED}), 0) as searched,
                coalesce(sum(not {SEARCHED}), 0) as unreadable, min(d.published_on) as first_on,
                max(d.published_on) as last_on from sources s join documents d using (source)
                left join files f using (sha256) group by s.source order by s.source"""
            ),
            "caveats",
        )

    def coverage(self) -> pd.DataFrame:
        """Return the ledger: one row per source, council and month; a missing row is no zero.

        Columns: `source`, `council`, `council_name`, `nation`, `type`, `month` (YYYY-MM), `state`,
        `documents_seen`, `documents_read`, `documents_mentioning`, `unreadable`, `reason`. From
        `coverage`.
        """
        return self.table(
            """select v.source, v.council, c.name as council_name, c.nation, c.type, v.month,
            v.state, v.documents_seen, v.documents_read, v.documents_mentioning, v.unreadable,
            v.reason from coverage v left join councils c on c.council = v.council
            order by v.source, v.council, v.month"""
        )

    def failures(self) -> pd.DataFrame:
        """Return what could not be done, one row for each thing that failed.

        Columns: `stage`, `subject` (file, page, document or address), `error`, `message`,
        `permanent` (1: trying again is pointless), `attempts`. From `failures`.
        """
        return self.table(
            "select stage, subject, error, message, permanent, attempts from failures "
            "order by stage, subject"
        )

    def codings(self) -> pd.DataFrame:
        """Return people's judgements, one row each.

        Columns: `coding`, `sample`, `coder`, `code` (or the field judged), `value`, `quote`,
        `document`, `page`, `cited_page`, `coded_at`, `codebook`, `adjudicated` (1: it settles a
        disagreement), `state` (whether the words still stand there), `note`. From `codings`.
        """
        return self.table(
            "select coding, sample, coder, code, value, quote, document, page, cited_page, "
            "coded_at, codebook, adjudicated, state, note from codings where state != 'forgotten' "
            "order by coding"
        )

    def codebook(self) -> pd.DataFrame:
        """Return the terms, one row each, with what they found.

        Columns: `term`, `phrase`, `code`, `label`, `group`, `precision` (as authored), `found`,
        `counted` (mentions), `documents` (with a counted one). From `terms`, `codes`, `mentions`.
        """
        return self.table(
            """select t.term, t.phrase, t.code, k.label, k."group", t.precision,
            count(m.mention) as found, coalesce(sum(m.counted), 0) as counted,
            count(distinct iif(m.counted, m.sha256, null)) as documents from terms t
            join codes k using (code) left join mentions m on m.term = t.term
            group by t.term order by t.term"""
        )

    def reuse(self) -> pd.DataFrame:
        """Return words that papers of two councils share, longest first.

        Columns: `first` and `second` (page ranges), `first_council`, `second_council`, `score`
        (how rare it is: 1 where no third council has it), `words` (number shared), `quote`. From
        `similarities`.
        """
        return self.table(
            'select "first", "second", first_council, second_council, score, words, quote '
            "from similarities where kind = 'text-reuse' order by words desc, 1, 2"
        )
