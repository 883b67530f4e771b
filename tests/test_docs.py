"""The documentation names what there is, and what it shows is true."""

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from corpus.describe import TABLES
from workbench.main import COMMANDS

ROOT = Path(__file__).parent.parent
DOCS = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.md")}
EITHER_LICENCE = {"text-unidecode", "tld"}
"""Packages that may be had under the GPL or under a licence of our choice."""


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_documented(table: str) -> None:
    assert f"## `{table}`" in DOCS["schema.md"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"## corpus {command}\n" in DOCS["cli.md"]


def test_generated_parts_are_true() -> None:
    cog = [sys.executable, "-m", "cogapp", "--check", *sorted(map(str, ROOT.glob("docs/*")))]
    done = subprocess.run(cog, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `make cog`\n{done.stdout}{done.stderr}"


def test_readme_is_short_and_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= 150
    assert "make demo" in readme
    assert "make test" in readme


@pytest.mark.parametrize("path", [ROOT / "README.md", *ROOT.glob("docs/*.md")], ids=str)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_citation_can_be_read() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == metadata.version("council-corpus")


def installed(name: str, seen: set[str]) -> set[str]:
    """Return a package and all it needs, as installed here."""
    key = name.lower().replace("_", "-")
    if key in seen:
        return seen
    try:
        needs = metadata.requires(key) or []
    except metadata.PackageNotFoundError:
        return seen  # for another platform
    seen.add(key)
    for need in map(Requirement, needs):
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            installed(need.name, seen)
    return seen


def test_every_library_goes_with_the_apache_licence() -> None:
    refused = []
    for name in sorted(installed("council-corpus", set()) - EITHER_LICENCE):
        about = metadata.metadata(name)
        words = " ".join(
            [
                about.get("License-Expression") or about.get("License", "")[:200],
                *(c for c in about.get_all("Classifier", []) if c.startswith("License")),
            ]
        )
        if re.search(r"\bA?GPL|GNU (Affero )?General Public", words.replace("LGPL", "")):
            refused.append((name, words))
    assert refused == []


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_nothing_large_is_tracked() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    files = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    assert [path for path in files if path.stat().st_size > 1_000_000] == []
