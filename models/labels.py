"""Labels that people gave to topics, authored in `study/labels.yaml`.

nmf-12-1-19d26729-t03:
  label: Algorithmic decisions and the law
  by: A. Reader
  on: 2026-11-22
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.authored import Located, read_yaml


@dataclass(frozen=True)
class Label:
    """A person's label for a topic: who gave it, and when."""

    label: str
    by: str
    on: str


def load_labels(folder: Path) -> dict[str, Label]:
    """Return the study's labels by topic id; none where the file is missing.

    Raises `BadStudy` naming file and line.
    """
    path = folder / "labels.yaml"
    if not path.exists() or not _says_anything(path):
        return {}
    found = {}
    root = read_yaml(path)
    for topic in root:
        entry = root.take(topic, Located)
        entry.only("label", "by", "on")
        found[topic] = Label(
            entry.take("label", str), entry.take("by", str), str(entry.take("on", (str, date)))
        )
    return found


def _says_anything(path: Path) -> bool:
    """Whether a file holds more than blank lines and comments."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)
