"""The only part of this stage that writes: mentions, passages, and the counts of the coverage."""

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from coding.measure import MEASURED, below_floor, measure
from coding.mentions import Finder, Mention
from coding.passages import Passage, passages
from coding.sections import PageSections
from corpus.codebook import Codebook
from corpus.ids import fold, mention_id
from corpus.language.lexicon import Lexicon
from corpus.progress import progress
from corpus.screened import Side, rescreen
from corpus.store import Batch, Row, Store

TO_FIND = """select f.sha256, f.document, d.council from files f
    join screenings s using (sha256) join documents d on d.document = f.document
    where f.found_with is not ?1 and (s.hits != '{}' or s.lexicon != ?1 or f.outcome = 'read')
    order by f.sha256"""
WITHOUT_HIT = """select f.sha256 from files f join screenings s using (sha256)
    where f.found_with is not ?1 and s.hits = '{}' and s.lexicon = ?1
    and f.outcome is not 'read' order by f.sha256"""
COVERED = """with said as materialized (
    select d.source, d.council, substr(coalesce(m.held_on, d.published_on), 1, 7) as month,
        f.outcome, exists (select 1 from mentions n where n.sha256 = d.sha256 and n.counted = 1)
        as mentions
    from documents d join files f using (sha256) left join meetings m using (meeting)),
counted as (
    select source, council, month, sum(outcome in ('read', 'screened')) as read, sum(mentions)
        as mentioning, sum(outcome not in ('read', 'screened')) as unreadable
    from (select * from said where council is not null
        union all select source, '', month, outcome, mentions from said) group by 1, 2, 3)
update coverage set (documents_read, unreadable, documents_mentioning) = (
    select coalesce(max(read), 0), coalesce(max(unreadable), 0), coalesce(max(mentioning), 0)
    from counted c where c.source = coverage.source and c.council = coverage.council
    and c.month = coverage.month)"""
"""A notice's months have no council: there, the documents of all buyers count."""
COUNCILS = """update passages set council =
        (select council from documents d where d.document = passages.document)
    where council is not (select council from documents d where d.document = passages.document)"""
"""A document's council may be learnt after its passages were found."""


LOOKED_THROUGH = "select document from files where found_with is not null"
MENTIONING = """select document from files f
    where exists (select 1 from mentions m where m.sha256 = f.sha256 and m.counted = 1)"""


@dataclass
class FoundCounts:
    """What a run of the stage did."""

    files: int = 0
    mentions: int = 0
    counted: int = 0
    passages: int = 0
    relevant: list[str] = field(default_factory=list)
    """Documents looked through before that mention now: by a changed codebook or better text."""
    no_longer: list[str] = field(default_factory=list)
    """Documents that mentioned before."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Terms that do not count, by people's judgement, and why."""


def find(store: Store, codebook: Codebook, floor: float = 0.0) -> FoundCounts:
    """Find mentions and passages in every file whose text or codebook has changed.

    A term whose precision people's codings put under `floor` is found, and does not count. What
    they say of a term can be told only where it was found: a first run may look twice.
    """
    lexicon, done = Lexicon(codebook), FoundCounts()
    with Side(store) as side:
        rescreen(store, lexicon, side)
    known = {row["document"] for row in store.rows(LOOKED_THROUGH)}
    before = {row["document"] for row in store.rows(MENTIONING)}
    for _ in range(2):
        done.left_out = below_floor(measure(store).terms, floor) if floor else {}
        with store.db.atomic():
            _look_again(store, done.left_out)
        _look_through(store, Finder(lexicon, done.left_out), lexicon.version, done)
    with store.db.atomic():
        store.db.execute(COUNCILS)
        store.db.execute(COVERED)
    mentioning = {row["document"] for row in store.rows(MENTIONING)}
    done.relevant = sorted((mentioning - before) & known)
    done.no_longer = sorted(before - mentioning)
    return done


def _look_through(store: Store, finder: Finder, version: str, done: FoundCounts) -> None:
    """Find what stands in the files that this version of the codebook was not applied to yet."""
    files = store.rows(TO_FIND, (version,))
    clear = store.rows(WITHOUT_HIT, (version,))
    if not files and not clear:
        return
    with progress("finding mentions", len(files)) as advance, Batch(store, advance) as batch:
        for file in files:
            with batch.document():
                _one(store, finder, file, done)
                _found(store, file["sha256"], version)
    with Batch(store) as batch:
        for file in clear:
            with batch.document():
                _forget(store, file["sha256"])
                _found(store, file["sha256"], version)


def _look_again(store: Store, left_out: dict[str, str]) -> None:
    """Have the files looked through again that hold a term whose standing has changed."""
    then = store.rows("select distinct term from mentions where reason like ?", (MEASURED + "%",))
    for term in {row["term"] for row in then} ^ left_out.keys():
        store.db.execute(
            "update files set found_with = null where sha256 in "
            "(select sha256 from mentions where term = ?)",
            (term,),
        )


def _found(store: Store, sha256: str, version: str) -> None:
    store.db.execute("update files set found_with = ? where sha256 = ?", (version, sha256))


def _forget(store: Store, sha256: str) -> None:
    """Remove what was found in a file before."""
    for table in ("passage_topics", "passages"):
        store.db.execute(
            f"delete from {table} where passage in (select passage from mentions "
            "where sha256 = ? and passage is not null)",
            (sha256,),
        )
    store.db.execute("delete from mentions where sha256 = ?", (sha256,))


def _one(store: Store, finder: Finder, file: Row, done: FoundCounts) -> None:
    """Find the mentions and passages of one file."""
    sha256 = file["sha256"]
    _forget(store, sha256)
    done.files += 1
    for page in store.rows(
        'select page, text, words, d."first" from pages left join page_words using (page) '
        "left join page_duplicates d using (page) "
        "where sha256 = ? and outcome = 'text' order by number",
        (sha256,),
    ):
        mentions = finder.find(page["text"])
        if not mentions:
            continue
        if page["first"]:
            mentions = _once(store, finder, mentions, page["first"])
        found = passages(page["text"], mentions)
        headings = finder.headings(page["text"])
        store.db.table("passages").insert_all(
            [_passage_row(page, file, p, headings) for p in found]
        )
        held = {id(m): _id(page, p.mentions[0]) for p in found for m in p.mentions}
        words = json.loads(zlib.decompress(page["words"])) if page["words"] else []
        store.db.table("mentions").insert_all(
            [_mention_row(page, sha256, m, words, held.get(id(m))) for m in mentions]
        )
        done.mentions += len(mentions)
        done.counted += sum(m.counted for m in mentions)
        done.passages += len(found)


def _once(store: Store, finder: Finder, mentions: Sequence[Mention], first: str) -> list[Mention]:
    """Count no mention that the page `first`, which this page repeats, has counted already.

    Words that stand on this page alone, such as those a draft did not have yet, do count.
    """
    text = store.value("select text from pages where page = ?", (first,))
    there = Counter((m.term, fold(m.quote)) for m in finder.find(text or "") if m.counted)
    once = []
    for mention in mentions:
        key = (mention.term, fold(mention.quote))
        if mention.counted and there[key]:
            there[key] -= 1
            mention = replace(mention, counted=False, reason=f"duplicate of {first}")
        once.append(mention)
    return once


def _id(page: Row, mention: Mention) -> str:
    return mention_id(page["page"], mention.term, mention.quote, mention.nth)


def _passage_row(page: Row, file: Row, passage: Passage, headings: PageSections) -> Row:
    text = page["text"][passage.start : passage.end]
    return {
        "passage": _id(page, passage.mentions[0]),
        "page": page["page"],
        "document": file["document"],
        "council": file["council"],
        "text": text,
        "start": passage.start,
        "end": passage.end,
        "words": len(text.split()),
        "codes": json.dumps(passage.codes),
        "stance": passage.stance,
        "heading": " › ".join(headings.path(passage.start)),
    }


def _mention_row(
    page: Row, sha256: str, mention: Mention, words: Iterable[list[float]], passage: str | None
) -> Row:
    boxes = [word[2:] for word in words if word[0] < mention.end and mention.start < word[1]]
    return {
        "mention": _id(page, mention),
        "page": page["page"],
        "sha256": sha256,
        "term": mention.term,
        "code": mention.code,
        "start": mention.start,
        "end": mention.end,
        "quote": mention.quote,
        "before": mention.before,
        "after": mention.after,
        "boxes": json.dumps(boxes),
        "stance": mention.stance,
        "cue": mention.cue,
        "section": mention.section,
        "boilerplate": int(mention.boilerplate),
        "counted": int(mention.counted),
        "reason": mention.reason,
        "passage": passage,
    }
