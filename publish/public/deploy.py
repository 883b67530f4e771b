"""Takes a publication to where people read it: a folder for a server, or `datasette publish`.

The folder holds public.db, a systemd unit, and examples for a reverse proxy. `datasette publish`
gets the site's templates, plugins and assets beside the file; the host installs this software too.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from string import Template
from typing import Any

from corpus.errors import CorpusError
from corpus.store import reading
from publish import metadata as about
from publish.database import DATABASE
from publish.public.placing import aside, put_in_place
from publish.site import SETTINGS

SITE = Path(__file__).parent.parent
TEMPLATES = Path(__file__).parent / "deployment"
FOLDER, HOME = "/srv/council-corpus", "/opt/council-corpus"
"""Where the folder and the software lie on the server, as the examples say."""
PORT = 8001
ANY_HOST = "*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True)
class Provider:
    """A host that `datasette publish` knows: the program it needs, and the plugin, if any."""

    name: str
    program: str
    plugin: str = ""

    @property
    def lacks(self) -> list[str]:
        """What is not there, and how it is got."""
        found = []
        if not shutil.which(self.program):
            found.append(f"the program `{self.program}`, installed and logged in")
        if self.plugin and importlib.util.find_spec(self.plugin.replace("-", "_")) is None:
            found.append(f"`pip install {self.plugin}`")
        return found


PROVIDERS = {
    each.name: each
    for each in (
        Provider("cloudrun", "gcloud"),
        Provider("heroku", "heroku"),
        Provider("fly", "flyctl", "datasette-publish-fly"),
        Provider("vercel", "vercel", "datasette-publish-vercel"),
    )
}


def is_host(name: str) -> bool:
    """Whether a text is the name of a host, such as `corpus.example.org`."""
    return _HOST.fullmatch(name.lower()) is not None


def software() -> str:
    """Return what `pip` is asked for where nothing else is named."""
    return f"council-corpus=={metadata.version('council-corpus')}"


def write_folder(public: Path, folder: Path, *, host: str, install: str) -> list[Path]:
    """Write a folder for a server; return its files. Raises `CorpusError` where it must not be."""
    if folder.exists() and not folder.is_dir():
        raise CorpusError(f"{folder} is a file. Name a folder with --to.")
    if folder.is_dir() and folder.samefile(public.parent):
        raise CorpusError(
            f"{folder} holds the corpus itself, which must not go to a server. Name another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "folder": FOLDER,
        "home": HOME,
        "program": f"{HOME}/bin/corpus",
        "port": str(PORT),
        "host": host or "corpus.example.org",
        "hosts": f" --public-host {host or 'corpus.example.org'}",
        "install": install,
    }
    for template in sorted(TEMPLATES.iterdir()):
        text = Template(template.read_text(encoding="utf-8")).substitute(values)
        (folder / template.name).write_text(text, encoding="utf-8")
    with aside(folder / "public.db") as part:
        shutil.copyfile(public, part)
        put_in_place(part, folder / "public.db")
    return sorted(folder / name for name in ("public.db", *(t.name for t in TEMPLATES.iterdir())))


def stage(public: Path, folder: Path, hosts: Sequence[str]) -> None:
    """Lay out what `datasette publish` is given: the file under the site's name, and the site."""
    shutil.copyfile(public, folder / f"{DATABASE}.db")
    for part in ("templates", "plugins", "static"):
        ignored = shutil.ignore_patterns("__pycache__", "__init__.py")
        shutil.copytree(SITE / part, folder / part, ignore=ignored)
    with reading(public) as store:
        told: dict[str, Any] = about.metadata(store.db.conn)
    told |= about.published_at(hosts) | {"plugins": {"council-corpus": {"hosts": list(hosts)}}}
    (folder / "metadata.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def options(folder: Path) -> list[str]:
    """Return what tells `datasette` where the site's parts lie."""
    return [
        *("--metadata", str(folder / "metadata.json")),
        *("--template-dir", str(folder / "templates")),
        *("--plugins-dir", str(folder / "plugins")),
        *("--static", f"assets:{folder / 'static'}"),
    ]


def settings() -> list[str]:
    """Return the site's settings as options of `datasette serve`."""
    given = SETTINGS | {"force_https_urls": True, "default_cache_ttl": 300}
    return [part for name, value in given.items() for part in ("--setting", name, _plain(value))]


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def command(provider: str, folder: Path, install: str, more: Sequence[str]) -> list[str]:
    """Return the command that deploys a staged folder."""
    return [
        *("datasette", "publish", provider, str(folder / f"{DATABASE}.db")),
        *options(folder),
        *("--install", install),
        *("--extra-options", " ".join(settings())),
        *more,
    ]


def deploy(public: Path, provider: str, *, install: str, more: Sequence[str]) -> None:
    """Stage and run `datasette publish`; raises `CorpusError` saying what is needed."""
    if lacks := PROVIDERS[provider].lacks:
        raise CorpusError(f"Deploying to {provider} needs {' and '.join(lacks)}.")
    with tempfile.TemporaryDirectory(prefix="council-corpus-") as name:
        folder = Path(name)
        stage(public, folder, [ANY_HOST])
        told = command(provider, folder, install, more)
        done = subprocess.run([sys.executable, "-m", *told], check=False, env=dict(os.environ))
    if done.returncode:
        raise CorpusError(
            f"`datasette publish {provider}` ended with exit code {done.returncode}; its words "
            f"stand above. The file {public} is made; run the same command again."
        )
