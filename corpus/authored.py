"""Files that people author (YAML, CSV), read so that an error names file and line."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from corpus.errors import BadStudy


class Located(dict[str, Any]):
    """A YAML mapping that knows the line it begins on and its file."""

    path: Path
    line: int

    def wrong(self, problem: str) -> BadStudy:
        """Return the error that names this mapping's place."""
        return BadStudy(self.path, self.line, problem)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """Return the value of `key`, which must be of `kind`; no default: it must be there."""
        if key not in self or self[key] is None:
            if default is ...:
                raise self.wrong(f"`{key}` is missing")
            return default
        if not isinstance(self[key], kind):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            wanted = " or ".join("a mapping" if k is Located else k.__name__ for k in kinds)
            raise self.wrong(f"`{key}` must be {wanted}, not {type(self[key]).__name__}")
        return self[key]

    def only(self, *allowed: str) -> None:
        """Refuse keys that mean nothing: a misspelt option must not be lost in silence."""
        unknown = sorted(set(self) - set(allowed))
        if unknown:
            raise self.wrong(f"unknown key `{unknown[0]}` (known: {', '.join(allowed)})")


_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where PyYAML has it: ten times as fast on a large codebook."""


class _Loader(_SafeLoader):  # type: ignore[misc] # a base chosen at run time
    """PyYAML's safe loader, with line numbers, and duplicate keys refused."""

    path: Path


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Located:
    found = Located()
    found.path, found.line = loader.path, node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = str(key_node.value)  # as written: YAML takes a bare `on` for a truth value
        if key in found:
            raise BadStudy(loader.path, key_node.start_mark.line + 1, f"`{key}` stands twice")
        try:
            found[key] = loader.construct_object(value_node, deep=True)
        except ValueError as error:  # such as the date 2026-13-01
            raise BadStudy(
                loader.path, value_node.start_mark.line + 1, f"`{key}`: {error}"
            ) from error
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def own_yaml(path: Path) -> Any:
    """Return what a YAML file that comes with the program holds."""
    return yaml.load(path.read_text(encoding="utf-8"), _SafeLoader)  # noqa: S506 # PyYAML's own


def read_yaml(path: Path) -> Located:
    """Read a YAML file that holds one mapping.

    Raises `BadStudy` with file and line where it is missing, malformed or something else.
    """
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadStudy(path, None, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadStudy(
            path, None, f"is not UTF-8 ({error.reason} at byte {error.start})"
        ) from error
    except yaml.YAMLError as error:
        raise BadStudy(path, None, f"is not YAML: {error}") from error
    loader.path = path
    try:
        found = loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise BadStudy(path, mark.line + 1 if mark else None, f"is not YAML: {problem}") from error
    except RecursionError as error:
        raise BadStudy(path, None, "is nested too deeply") from error
    finally:
        loader.dispose()
    if not isinstance(found, Located):
        raise BadStudy(path, 1, "must hold keys and values")
    return found


def read_csv(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file with exactly these columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            given = tuple(reader.fieldnames or ())
            for name in given:
                if name not in columns:
                    raise BadStudy(
                        path, 1, f"unknown column `{name}` (known: {', '.join(columns)})"
                    )
            missing = [name for name in columns if name not in given]
            if missing:
                raise BadStudy(path, 1, f"the column `{missing[0]}` is missing")
            for row in reader:
                if None in row or None in row.values():
                    raise BadStudy(path, reader.line_num, "has more or fewer cells than columns")
                yield reader.line_num, row
    except OSError as error:
        raise BadStudy(path, None, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadStudy(
            path, None, f"is not UTF-8 ({error.reason} at byte {error.start})"
        ) from error
    except csv.Error as error:
        raise BadStudy(path, None, f"is not CSV ({error})") from error
