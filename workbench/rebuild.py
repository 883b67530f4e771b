"""`corpus rebuild`: from a release and the originals, the same corpus again, or why not."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.command import Command, Exit, json_option, pass_command, say
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.store import Store
    from corpus.study import Study
    from publish.public.compare import Compared
    from workbench.run_rebuild import Brought

MARK = "rebuilt-from.txt"
"""In the rebuilt study: the hash of the manifest of the release it is of."""
STUDY = (
    *("codebook.yaml", "councils.csv", "study.yaml", "sources/*.yaml", "entities.yaml"),
    *("labels.yaml", "coders.yaml", "links.csv", "claims.yaml", "codings/release.csv"),
)
"""What of a release's study is taken over."""
MISSING_SHOWN = 10


class NotRebuilt(CorpusError):
    """The release is not whole, or there is no place for what would be rebuilt from it."""


@dataclass(frozen=True)
class Rebuilt:
    """What came out: originals, how each table agrees, and what could not be made again."""

    brought: "Brought"
    tables: "list[Compared]"
    notes: list[str]
    codings: dict[str, int]

    @property
    def differs(self) -> int:
        """Rows that differ for no known reason."""
        return sum(table.differs for table in self.tables)

    @property
    def partial(self) -> bool:
        """Whether something could not be made again for want of an original, time or memory."""
        from workbench.run_rebuild import WHOLE

        late = any(WHOLE in table.excused for table in self.tables)
        return bool(self.brought.missing) or late

    def told(self) -> dict[str, Any]:
        """Return it as an answer for `--json`."""
        brought = self.brought
        return {
            "same": not self.differs,
            "whole": not brought.missing,
            "files": brought.files,
            "originals": brought.found,
            "missing": brought.missing,
            "notes": self.notes,
            "codings": self.codings,
            "tables": {
                table.table: {name: value for name, value in vars(table).items() if name != "table"}
                for table in self.tables
            },
        }

    @property
    def lines(self) -> list[str]:
        """What came out, for people."""
        brought, shown = self.brought, list(self.brought.missing.items())[:MISSING_SHOWN]
        rows = sum(table.released for table in self.tables)
        same = sum(table.same for table in self.tables)
        lines = [f"{brought.found:,} of {brought.files:,} originals are here."]
        lines += [f"no original: {digest} ({document})" for digest, document in shown]
        more = len(brought.missing) - len(shown)
        lines += [f"and {more:,} more; --json has them all"] if more > 0 else []
        lines += [f"not rebuilt: {note}" for note in self.notes]
        for table in self.tables:
            lines += [f"{table.table}: {n:,} rows: {why}" for why, n in table.excused.items()]
            if table.differs:
                what = f"{table.changed:,} changed, {table.lost:,} lost, {table.added:,} added"
                lines.append(f"{table.table}: {table.differs:,} rows differ: {what}")
                lines += [f"  {example}" for example in table.examples]
        verdict = f"{self.differs:,} rows differ." if self.differs else "No row differs otherwise."
        return [*lines, f"{same:,} of {rows:,} rows of derived tables are the same. {verdict}"]


@click.command()
@click.option(
    "--from",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The release.",
)
@click.option(
    "--files",
    "folders",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    help="A folder with originals, under whatever names; give it for each.",
)
@click.option(
    "--jobs", type=click.IntRange(min=0), default=0, help="Worker processes [default: one a core]."
)
@json_option
@pass_command
def rebuild(
    command: Command, folder: Path, folders: tuple[Path, ...], jobs: int, as_json: bool
) -> None:
    """Make a corpus again from a release and the originals, and compare the two.

    The release is verified; what was collected and what people decided is taken from it; all that
    is derived (pages, mentions, passages, topics, links) is made anew from the originals, which are
    told by their SHA-256, and compared row by row with what was released. The new corpus is the one
    that --corpus names; its study, without names of persons, lies beside it. Run it again with more
    --files where some were missing. Ends with 0 where everything is the same, with 4 where the rest
    is the same and originals are missing or were not read in time, with 3 where a row differs for
    no known reason.

    \b
    Examples:
      corpus rebuild --from release-2026-11 --files papers/
      corpus --corpus again.db rebuild --from release-2026-11
    """
    mark = _verified(folder)
    place = _place(command, mark)
    study = _study(folder, place, mark)
    with _released(folder) as released, command.write() as store:
        done = rebuild_all(store, released, study, (folder, *folders), jobs=jobs)
    say(done.told(), as_json=as_json, lines=done.lines)
    if done.differs:
        click.get_current_context().exit(Exit.CHECK_FAILED)
    if done.partial:
        click.get_current_context().exit(Exit.SOME_FAILED)


def _verified(folder: Path) -> str:
    """Return the hash of a release's manifest; raises `NotRebuilt` where the release is not whole.

    Files that are no part of it do no harm: originals may lie there.
    """
    from publish.public import manifest

    broken = [flaw for flaw in manifest.flaws(folder) if flaw.what != "not-listed"]
    if broken:
        told = "; ".join(flaw.line for flaw in broken[:5])
        raise NotRebuilt(f"{folder} is not as it was released: {told}. Get it again.")
    return manifest.hashed(folder / manifest.NAME)


def _place(command: Command, mark: str) -> Path:
    """Return the folder for the study; raises `NotRebuilt` where something else lies there."""
    place = command.study_folder or command.path.with_name(f"{command.path.stem}-study")
    held = place / MARK
    ours = held.is_file() and held.read_text(encoding="utf-8").strip() == mark
    if not ours and (command.path.exists() or (place.is_dir() and any(place.iterdir()))):
        taken = command.path if command.path.exists() else place
        raise NotRebuilt(
            f"{taken} is there already, and not from this release. Name a new file with --corpus."
        )
    return place


def _study(folder: Path, place: Path, mark: str) -> "Study":
    """Write the release's study beside the corpus and load it; nothing in it is run."""
    from corpus.study import load_study
    from publish.public import manifest

    place.mkdir(parents=True, exist_ok=True)
    (place / MARK).write_text(f"{mark}\n", encoding="utf-8")
    for name in manifest.read(folder):
        inside = name.removeprefix("study/")
        if inside != name and any(fnmatch(inside, pattern) for pattern in STUDY):
            (place / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, place / inside)
    study = load_study(place)
    if study.on_alert:
        raise NotRebuilt(f"{folder}/study/study.yaml names a program: no release does. Remove it.")
    return replace(study, on_alert=())


@contextmanager
def _released(folder: Path) -> "Iterator[Store]":
    """Open a release's database; raises `NotRebuilt` where it is none."""
    from corpus.published import is_published
    from corpus.store import reading
    from publish.public.allowlist import allowed

    with reading(folder / "public.db") as store:
        names = "select name from main.sqlite_master where type = 'table'"
        held = {row["name"] for row in store.rows(names)}
        lacking = sorted({*allowed().tables, *allowed().added} - held)
        if not is_published(store.db.conn) or lacking:
            why = f"it has no table {lacking[0]}" if lacking else "it is no published corpus"
            raise NotRebuilt(
                f"{folder}/public.db was made by another version of Council Corpus: {why}. "
                "Rebuild with the version that README.md there names."
            )
        yield store


def rebuild_all(
    store: "Store", released: "Store", study: "Study", folders: tuple[Path, ...], *, jobs: int = 0
) -> Rebuilt:
    """Bring in what was collected, build the rest, and compare it with the release."""
    from corpus.study import keep_study
    from workbench import run_rebuild as run
    from workbench.build import build_all, load_authored
    from workbench.originals import originals

    authored, notes = load_authored(study), list[str]()
    keep_study(store, study)
    run.carry(store, released)
    asked = run.wanted(store, released)
    most = store.settings.max_file_bytes
    found = originals(asked, folders, most_bytes=most)
    brought = run.keep_originals(store, released, found, list(asked))
    brought.notices = run.read_notices(store, released, study)
    built = build_all(
        store,
        study,
        authored,
        jobs=jobs,
        model=lambda own: run.refit(own, released, notes),
        **run.reading_options(released),
    )
    tables = _compared(store, released.path, study, brought)
    return Rebuilt(brought, tables, notes, built.coded.states)


def _compared(
    store: "Store", released: Path, study: "Study", brought: "Brought"
) -> "list[Compared]":
    """Publish the rebuilt corpus for a moment, and compare it with what was released."""
    from publish.public.build import build
    from publish.public.compare import compare
    from publish.public.placing import aside
    from workbench.run_rebuild import excuses

    with aside(store.path.with_name(f"{store.path.name}.public")) as part:
        build(store, study, part)
        return list(compare(released, part, excuses(released, part, brought.missing)))
