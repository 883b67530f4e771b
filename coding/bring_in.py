"""Codings from elsewhere: checked, and copied into the study."""

from dataclasses import dataclass, field
from pathlib import Path

from coding.codings import BadRow, Vocabulary, coding_of
from coding.codings_file import Read, columns_of, read_codings, write_codings
from coding.exchange import Project, code_tree
from coding.exchange_read import lookup, read_qdpx
from coding.sheets import is_sheet, read_sheet
from corpus.errors import CorpusError
from corpus.store import Store
from corpus.study import Study


@dataclass
class Brought:
    """What was copied into the study's folder, and what could not be taken."""

    files: list[str] = field(default_factory=list)
    new: int = 0
    known: int = 0
    blank: int = 0
    problems: list[str] = field(default_factory=list)


def folder_of(study: Study) -> Path:
    """Return where a study's codings lie; raises `CorpusError` where nobody may write there."""
    packaged = Path(__file__).resolve().parent.parent / "study"
    if study.folder.resolve() == packaged and Path("study").resolve() != packaged:
        raise CorpusError(
            "The packaged study is not yours to write to. Copy it beside your corpus and name the "
            "copy with --study DIR."
        )
    return study.folder / "codings"


def bring_in(
    study: Study, vocabulary: Vocabulary, path: Path, *, coder: str, at: str, brought: Brought
) -> None:
    """Copy a file's good rows into the study; rows it holds already are left as they are."""
    target = folder_of(study) / f"{path.stem}.csv"
    if path.resolve() == target.resolve():
        return
    given = Read()
    if is_sheet(columns_of(path)):
        read_sheet(path, vocabulary, given, coder=coder, at=at)
    else:
        read_codings(path, vocabulary, given)
    add(target, vocabulary, given, brought)


def bring_in_project(
    store: Store, study: Study, vocabulary: Vocabulary, path: Path, brought: Brought
) -> None:
    """Take the codings of a REFI-QDA project into the study; raises `BadExchange`."""
    pages = [row["page"] for row in store.rows("select page from pages order by page")]
    tree = Project("", {}, code_tree(study.codebook, _not_given(vocabulary)))
    known = lookup(tree, dict(vocabulary.coders), pages)
    told = read_qdpx(path, known, store.settings)
    given = Read()
    for where, row in told.rows:
        try:
            coding = coding_of(row if row["document"] else row | {"document": _of(store, row)})
            vocabulary.check(coding)
            given.codings.setdefault(coding.id, coding)
            given.places.setdefault(coding.id, (path, 0))
        except BadRow as error:
            told.problems.append(f"{path}: {where}: {error}")
    add(folder_of(study) / f"{path.stem}.csv", vocabulary, given, brought)
    brought.problems += told.problems


def _not_given(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    return [(code, "no") for code in vocabulary.codes]


def _of(store: Store, row: dict[str, str]) -> str:
    """Return the document that a page is part of."""
    sql = "select document from files join pages using (sha256) where page = ?"
    return str(store.value(sql, (row["page"],)) or "")


def add(target: Path, vocabulary: Vocabulary, given: Read, brought: Brought) -> None:
    """Add codings to a file of the study, which is written only where it gains some."""
    held = Read()
    if target.exists():
        read_codings(target, vocabulary, held)
        if held.problems:
            raise CorpusError(f"{held.problems[0]}. Mend it first: the file is to be added to.")
    new = [coding for name, coding in given.codings.items() if name not in held.codings]
    for name in given.codings.keys() & held.codings.keys():
        if given.codings[name].value != held.codings[name].value:
            path, line = given.places[name]
            told = "says otherwise than {}:{}, which stays".format(*held.places[name])
            brought.problems.append(f"{path}:{line}: {told}")
    if new:
        write_codings(target, [*held.codings.values(), *new])
        brought.files.append(str(target))
    brought.new += len(new)
    brought.known += len(given.codings) - len(new)
    brought.blank += given.blank
    brought.problems += [str(problem) for problem in given.problems]
