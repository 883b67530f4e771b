"""Saved searches, authored in `study/alerts.yaml`.

arrears:
  title: Predicting rent arrears
  search: '"rent arrears" OR homelessness'
  codes: [predictive-analytics]
  councils: [KEN]
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.authored import Located, read_yaml
from corpus.retrieval.query import parse
from corpus.study import Study

FILE = "alerts.yaml"
STANCES = ("uses", "plans", "not-used", "stopped", "asks", "general")
LISTS = ("codes", "terms", "councils", "sources", "kinds", "stances")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Saved:
    """A saved search: all that is given must hold; an empty tuple asks for nothing.

    With codes or terms it finds counted mentions, else pages with the words of `search`.
    """

    alert: str
    title: str
    search: str = ""
    codes: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    councils: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()

    @property
    def of_mentions(self) -> bool:
        """Whether it finds mentions, and not pages."""
        return bool(self.codes or self.terms or self.stances)

    @property
    def definition(self) -> str:
        """What it looks for as one text: another definition begins anew."""
        asked = {name: value for name, value in asdict(self).items() if name != "title" and value}
        return json.dumps(asked, ensure_ascii=False, sort_keys=True)


def load_saved(study: Study) -> list[Saved]:
    """Return the study's saved searches, none where it has no such file.

    Raises `BadStudy` naming file and line.
    """
    path = study.folder / FILE
    if not path.is_file() or not _says_anything(path):
        return []
    root = read_yaml(path)
    return [_one(name, root.take(name, Located), study) for name in root]


def _says_anything(path: Path) -> bool:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)


def _one(name: str, item: Located, study: Study) -> Saved:
    item.only("title", "search", *LISTS)
    if not _NAME.fullmatch(name):
        raise item.wrong(f"`{name}` is no name: small letters, digits and single hyphens only")
    known = {
        "codes": {code.code for code in study.codebook.codes},
        "terms": {term.term for code in study.codebook.codes for term in code.terms},
        "councils": set(study.councils),
        "sources": set(study.sources),
        "stances": set(STANCES),
    }
    given = {one: _texts(item, one, known.get(one)) for one in LISTS}
    search = item.take("search", str, "").strip()
    if search and not parse(search).match:
        raise item.wrong(f"`search` has no word to look for: {search}")
    saved = Saved(name, item.take("title", str).strip(), search, **given)
    if not saved.search and not saved.of_mentions:
        raise item.wrong("says neither `search` nor `codes`, `terms` or `stances`")
    return saved


def _texts(item: Located, key: str, known: set[str] | None) -> tuple[str, ...]:
    given = item.take(key, list, [])
    for one in given:
        if not isinstance(one, str):
            raise item.wrong(f"`{key}` must be a list of texts")
        if known is not None and one not in known:
            raise item.wrong(f"`{key}` names `{one}`, which the study does not have")
    return tuple(given)
