"""Ready questions: each an SQL file whose comments are its title and description."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "canned"
TITLE = "-- title:"


@cache
def canned() -> dict[str, dict[str, str]]:
    """Return the questions as Datasette's metadata wants them, by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.sql"))}


def _read(path: Path) -> dict[str, str]:
    """Read a file: a title, a description, then SQL that keeps them as its comments."""
    text = path.read_text(encoding="utf-8").strip()
    lines = text.splitlines()
    comments = [line for line in lines if line.startswith("--")]
    told = " ".join(line[2:].strip() for line in comments if not line.startswith(TITLE))
    title = next(line.removeprefix(TITLE).strip() for line in comments if line.startswith(TITLE))
    return {"title": title, "description": told, "sql": text}
