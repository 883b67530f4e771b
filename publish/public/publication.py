"""A publication from beginning to end: built aside, checked, put in place, and what was withheld.

`publish` is what `corpus publish` does; a release may call it, or `build` alone.
"""

import csv
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.cells import defused
from corpus.errors import CorpusError
from corpus.later_migrations import migrations
from corpus.published import is_published
from corpus.store import Store
from corpus.study import Study
from publish.public.build import Published, build
from publish.public.placing import aside, put_in_place
from publish.public.takedowns import takedowns
from publish.public.treatments import Withheld
from publish.public.verify import verify

COLUMNS = ("item", "decision", "how", "kind", "reason", "subject", "place", "words")
"""Of the list for a person; `item` and `decision` go into the study's privacy.csv."""


@dataclass
class Publication:
    """What a run did, or would do."""

    target: Path
    dry_run: bool
    told: Published
    problems: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    """Items of takedowns.csv that the corpus does not hold."""
    to_forget: list[str] = field(default_factory=list)
    """Documents that takedowns.csv wants erased, and that are still there."""
    listing: Path | None = None

    def kinds(self) -> dict[str, int]:
        """Return how often each kind was withheld, the commonest first."""
        counted = Counter(one.kind for one in self.told.withheld)
        return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))

    def undecided(self) -> int:
        """Return how many findings a person is to decide."""
        return sum(one.how == "undecided" for one in self.told.withheld)

    def sources_by_extent(self) -> dict[str, list[str]]:
        """Return the sources by how much of their text is published."""
        found: dict[str, list[str]] = {}
        for source, extent in sorted(self.told.sources.items()):
            found.setdefault(extent, []).append(source)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return it as `corpus publish --json` prints it: no withheld word is in it."""
        return {
            "target": str(self.target),
            "dry_run": self.dry_run,
            "published": not (self.dry_run or self.problems),
            "bytes": self.told.bytes,
            "tables": self.told.tables,
            "pages": self.told.pages,
            "sources": self.told.sources,
            "coders": self.told.coders,
            "withheld": self.kinds(),
            "undecided": self.undecided(),
            "withheld_list": str(self.listing) if self.listing else None,
            "taken_down": {
                "documents": sorted(self.told.hidden.documents),
                "pages": sorted(self.told.hidden.pages),
                "unknown": self.gone,
                "to_forget": self.to_forget,
            },
            "problems": self.problems,
        }


def publish(
    store: Store,
    study: Study,
    target: Path,
    *,
    listing: Path | None = None,
    dry_run: bool = False,
) -> Publication:
    """Make a published corpus and put it in place, unless a check finds something wrong.

    A dry run makes and checks it just so, and keeps nothing but the list of what is withheld.
    Raises `CorpusError` where the target is the corpus itself or cannot be written.
    """
    _check_corpus(store)
    _check_target(store, target)
    with aside(target) as part:
        told = build(store, study, part)
        problems = verify(part, store, told)
        done = Publication(target, dry_run, told, problems, list(told.hidden.unknown))
        done.to_forget = _to_forget(store, study)
        if not problems and not dry_run:
            put_in_place(part, target)
    if not problems:
        done.listing = listing or target.with_name(f"{target.stem}-withheld.csv")
        write_list(done.listing, told.withheld)  # also an empty one: nothing of before may stay
    return done


def _check_corpus(store: Store) -> None:
    if is_published(store.db.conn):
        raise CorpusError(f"{store.path} is published already. Name the corpus it was made of.")
    if migrations.pending(store.db):
        raise CorpusError(
            f"{store.path} was last written by an earlier version. `corpus build` brings it up to "
            "date; then publish it."
        )


def _check_target(store: Store, target: Path) -> None:
    if target.exists() and target.samefile(store.path):
        raise CorpusError(f"{target} is the corpus itself. Name another file with --output.")
    if not target.parent.is_dir():
        raise CorpusError(f"The folder {target.parent} does not exist. Make it first.")
    if target.is_dir():
        raise CorpusError(f"{target} is a folder. Name a file in it with --output.")


def _to_forget(store: Store, study: Study) -> list[str]:
    """Return the documents that are to be erased and are not."""
    held = {row["document"] for row in store.rows("select document from documents")}
    wanted = {one.item for one in takedowns(study.folder) if one.action == "forget"}
    return sorted(wanted & held)


def write_list(path: Path, withheld: list[Withheld]) -> None:
    """Write what was withheld, with its words, for its owner's eyes alone; what is open first."""
    part = path.with_name(f".{path.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        once = {one.item or one.subject: one for one in withheld}.values()
        for one in sorted(once, key=lambda w: w.how != "undecided"):
            cells = ("", one.how, one.kind, one.reason, one.subject, one.place, one.words)
            writer.writerow([defused(cell) for cell in (one.item, *cells)])
    part.replace(path)
