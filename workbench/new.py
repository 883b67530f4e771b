"""`corpus new`: a fresh study to start from, of any subject."""

import shutil
from pathlib import Path

import click

from corpus.command import json_option, say
from corpus.errors import CorpusError

HERE = Path(__file__).with_name("fresh")
EMPTY = {
    "labels.yaml": "# Labels that people gave to topics, by topic id. None yet.\n{}\n",
    "coders.yaml": "# Who codes: a short id and, where it may be published, a name.\n{}\n",
    "claims.yaml": "# What was concluded, and the mentions it rests on (`corpus claims`). None.\n"
    "# - {claim: an-id, sentence: …, supports: [MENTION], contradicts: [], reviewer: anna, "
    "on: 2026-11-22}\nclaims: []\n",
}
COPIED = ("alerts.yaml", "sources")
"""What any study of councils can begin with."""


class NotEmpty(CorpusError):
    """The folder holds something already."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="A new study", show_default=True, help="What it is about.")
@click.option("--no-councils", is_flag=True, help="Begin with an empty register of councils.")
@json_option
def new(folder: Path, title: str, no_councils: bool, as_json: bool) -> None:
    """Write a fresh study to start from: the software serves any subject.

    The folder gets `study/` (a codebook with one example, the register of councils, all sources
    with their manners, empty codings and saved searches), a README and a .gitignore. A folder that
    holds something is refused.

    \b
    Example:
      corpus new parking --title "Parking policy in English councils"
      cd parking && corpus codebook check
    """
    written = write_study(folder, title, councils=not no_councils)
    lines = [f"{len(written)} files written to {folder}."]
    lines.append(f"Next: read {folder / 'README.md'}, then edit {folder / 'study'}.")
    say({"folder": str(folder), "files": written}, as_json=as_json, lines=lines)


def write_study(folder: Path, title: str, *, councils: bool = True) -> list[str]:
    """Write a fresh study; return its files. Raises `NotEmpty`, and changes nothing then."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} is not empty. Name a folder that is not there yet.")
    packaged, study = _packaged(), folder / "study"
    (study / "codings").mkdir(parents=True)
    for name in COPIED:
        if (packaged / name).is_dir():
            shutil.copytree(packaged / name, study / name)
        else:
            shutil.copyfile(packaged / name, study / name)
    register = (packaged / "councils.csv").read_text(encoding="utf-8")
    _write(study / "councils.csv", register if councils else register.splitlines()[0] + "\n")
    for name, text in EMPTY.items():
        _write(study / name, text)
    _write(study / "study.yaml", _template("study.yaml", title))
    _write(study / "codebook.yaml", _template("codebook.yaml", title))
    _write(study / "codings" / ".gitkeep", "")
    _write(folder / "README.md", _template("README.md", title))
    _write(folder / ".gitignore", _template("gitignore", title))
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _packaged() -> Path:
    """Return the study that comes with the software, not one that lies here."""
    return Path(__file__).resolve().parent.parent / "study"


def _template(name: str, title: str) -> str:
    """Return a template with the title in it; in YAML as a quoted text."""
    text = (HERE / name).read_text(encoding="utf-8")
    plain = " ".join(title.split())
    quoted = "'" + plain.replace("'", "''") + "'"
    return text.replace("TITLE", quoted if name.endswith(".yaml") else plain)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
