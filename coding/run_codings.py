"""Writes people's codings to the database, each anchored where its words stand now."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache

from coding.anchors import Folded, Found, find, find_altered
from coding.codings import Coding, Problem, Vocabulary, load_coders
from coding.codings_file import read_folder
from corpus.ids import HASH_LENGTH
from corpus.store import Row, Store
from corpus.study import Study

STAGE = "code"
"""Under which the rows that cannot be taken stand in `failures`."""
PAGES_KEPT = 2000


@dataclass
class Loaded:
    """What became of the study's codings."""

    codings: int = 0
    states: dict[str, int] = field(default_factory=dict)
    coders: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def vocabulary(study: Study) -> Vocabulary:
    """Return what a coding of a study may say."""
    codes = frozenset(code.code for code in study.codebook.codes)
    return Vocabulary(codes, load_coders(study.folder), study.codebook.version)


def load(store: Store, study: Study, known: Vocabulary) -> Loaded:
    """Make the table hold the study's codings, anchored anew; a second run changes nothing."""
    read = read_folder(study.folder / "codings", known)
    anchors = Anchors(store)
    wanted = {
        name: anchors.row(name, coding, read.places[name][0].name)
        for name, coding in read.codings.items()
    }
    held = {row["coding"]: row for row in store.rows("select * from codings")}
    with store.db.atomic():
        changed = [row for name, row in wanted.items() if held.get(name) != row]
        store.db.table("codings").upsert_all(changed, pk="coding")
        for name in held.keys() - wanted.keys():
            store.db.execute("delete from codings where coding = ?", (name,))
        _keep_problems(store, read.problems)
    return Loaded(
        len(wanted),
        dict(Counter(row["state"] for row in wanted.values())),
        dict(sorted(Counter(coding.coder for coding in read.codings.values()).items())),
        [str(problem) for problem in read.problems],
    )


def _keep_problems(store: Store, problems: Iterable[Problem]) -> None:
    """Record the rows that cannot be taken, and forget those that were mended."""
    wrong = {f"{p.path.name}:{p.line or 1}": p.what[:500] for p in problems}
    sql = "select subject, message from failures where stage = ?"
    known = {row["subject"]: row["message"] for row in store.rows(sql, (STAGE,))}
    for subject, what in wrong.items():
        if known.get(subject) != what:
            store.fail(STAGE, subject, "BadCoding", what, permanent=True)
    for subject in known.keys() - wrong.keys():
        store.mend(STAGE, subject)


class Anchors:
    """Finds the words of codings on the pages of a corpus."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._page = lru_cache(PAGES_KEPT)(self._folded)

    def row(self, name: str, coding: Coding, file: str) -> Row:
        """Return a coding as a row of the table."""
        told: Row = asdict(coding) | {"coding": name, "file": file}
        told |= {"cited_document": coding.document, "cited_page": coding.page}
        told |= {"document": None, "page": None, "start": None, "end": None, "state": "lost"}
        told["adjudicated"] = int(coding.adjudicated)
        if self._is_forgotten(coding):
            hidden = dict.fromkeys(("quote", "prefix", "suffix", "note"), "")
            return told | hidden | {"state": "forgotten"}
        return told | self._place(coding)

    def _is_forgotten(self, coding: Coding) -> bool:
        first = coding.page[:HASH_LENGTH]
        hashes = (first, f"{first}g")  # g comes after every hex digit
        if self._store.value("select 1 from files where sha256 between ? and ?", hashes):
            return False
        sql = "select 1 from tombstones where document = ? or sha256 between ? and ?"
        return bool(self._store.value(sql, (coding.document, *hashes)))

    def _place(self, coding: Coding) -> Row:
        """Return where the words stand: on their page, elsewhere in the file, in a new version.

        Only where they stand nowhere as they were, is a long quote looked for with words altered.
        """
        for pages in self._candidates(coding):
            whole = ((page, self._whole(page, coding)) for page in pages)
            standing = [(page, found) for page, found in whole if found]
            if standing:
                page, place = max(standing, key=lambda each: each[1].score)
                state = "anchored" if page == coding.page else "moved"
                return self._told(coding, page, place, state)
        for pages in self._candidates(coding):
            for page in pages:
                altered = find_altered(self._page(page), coding.quote)
                if altered:
                    return self._told(coding, page, altered, "altered")
        return {}

    def _whole(self, page: str, coding: Coding) -> Found | None:
        return find(self._page(page), coding.prefix, coding.quote, coding.suffix)

    def _told(self, coding: Coding, page: str, place: Found, state: str) -> Row:
        where = {"page": page, "start": place.start, "end": place.end, "state": state}
        return where | {"document": self._document(coding, page)}

    def _candidates(self, coding: Coding) -> Iterator[list[str]]:
        """Yield pages to look at, the likeliest first: nearest pages before the others."""
        file, number = coding.page[:HASH_LENGTH], int(coding.page[HASH_LENGTH + 1 :])
        near = "and outcome = 'text' order by abs(number - ?), number"
        yield self._pages("page = ?", (coding.page,))
        yield self._pages(
            f"page between ? and ? and page != ? {near}",
            (f"{file}-", f"{file}-~", coding.page, number),
        )
        versions = self._store.rows(
            "select sha256 from captures where document = ? group by 1 order by max(capture) desc",
            (coding.document,),
        )
        for version in versions:
            if not version["sha256"].startswith(file):
                yield self._pages(f"sha256 = ? {near}", (version["sha256"], number))

    def _pages(self, where: str, parameters: tuple[object, ...]) -> list[str]:
        return [
            r["page"] for r in self._store.rows(f"select page from pages where {where}", parameters)
        ]

    def _folded(self, page: str) -> Folded:
        return Folded(self._store.value("select text from pages where page = ?", (page,)) or "")

    def _document(self, coding: Coding, page: str) -> str | None:
        """Return the document cited where the corpus has it, else the one the page was seen as."""
        if self._store.value("select 1 from documents where document = ?", (coding.document,)):
            return coding.document
        sql = "select document from files join pages using (sha256) where page = ?"
        found = self._store.value(sql, (page,))
        return str(found) if found else None
