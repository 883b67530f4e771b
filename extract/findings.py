"""What comparing texts found, for people: passages that papers of two councils share."""

from corpus.store import Row, Store

QUOTE_CHARS = 200
REUSE = """select s."first", s."second", s.score, s.words, s.first_council, s.second_council,
    substr(s.quote, 1, :chars) as quote,
    a.document as first_document, a.title as first_title, a.published_on as first_published_on,
    b.document as second_document, b.title as second_title, b.published_on as second_published_on
    from similarities s join pages p on p.page = s."first" join files f on f.sha256 = p.sha256
    join documents a on a.document = f.document
    join pages q on q.page = s."second" join files g on g.sha256 = q.sha256
    join documents b on b.document = g.document
    where s.kind = 'text-reuse' and s.words >= :words
    and (:council is null or ' ' || s.first_council || ' ' || s.second_council || ' ' like
        '% ' || :council || ' %')
    order by s.words * s.score desc, s."first", s."second" limit :limit"""


def shared_passages(
    store: Store, *, council: str | None = None, words: int = 0, limit: int = -1
) -> list[Row]:
    """Return shared passages, the longest and rarest first; `limit` -1 gives all."""
    given = {"chars": QUOTE_CHARS, "words": words, "council": council, "limit": limit}
    return store.rows(REUSE, given)


def line(row: Row) -> str:
    """Return a shared passage as people read it."""
    quote = " ".join((row["quote"] or "").split())
    places = (
        f"  {row[f'{side}_council']}, {row[f'{side}_published_on'] or 'no date'}: "
        f"{row[f'{side}_title'] or row[f'{side}_document']}, page {row[side]}"
        for side in ("first", "second")
    )
    return "\n".join([f"{row['words']:,} words, rarity {row['score']:.2f}: “{quote}…”", *places])
