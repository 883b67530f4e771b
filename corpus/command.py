"""What every command shares: where the corpus and the study are, how answers are printed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from functools import wraps
from pathlib import Path
from typing import Any

import click

from corpus.settings import default_study


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    CHECK_FAILED = 3
    SOME_FAILED = 4


@dataclass
class Command:
    """The global options; opens corpus and study when a command needs them."""

    path: Path
    study_folder: Path | None
    wait: float
    name: str = ""
    files: str | None = None

    def study(self) -> Any:
        """Load the study: `--study`, else the corpus's own, else `study/` here or the packaged one.

        A corpus's own study lies beside it: `county.db` and `county-study/`. The demo makes one.
        """
        from corpus.study import load_study

        own = self.path.with_name(f"{self.path.stem}-study")
        return load_study(self.study_folder or (own if own.is_dir() else default_study()))

    @contextmanager
    def write(self) -> Iterator[Any]:
        """Open the corpus for writing, under the lock."""
        from corpus.store import writing

        with writing(self.path, self.name, wait=self.wait) as store:
            if self.files:
                from corpus.remote_files import keep_address

                store.files = keep_address(store.files.folder, self.files)
            yield store

    @contextmanager
    def read(self) -> Iterator[Any]:
        """Open the corpus read-only."""
        from corpus.store import reading

        with reading(self.path) as store:
            yield store

    @contextmanager
    def read_or_empty(self) -> Iterator[Any]:
        """Open the corpus read-only, or an empty one where there is none yet."""
        from corpus.store import empty, reading

        with reading(self.path) if self.path.is_file() else empty(self.path) as store:
            yield store


pass_command = click.make_pass_decorator(Command)


def say(answer: Any, *, as_json: bool, lines: list[str]) -> None:
    """Print an answer on stdout: as JSON, or as lines for people."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))


def finish(failed: int) -> None:
    """End a command whose documents may have failed: exit code 4 tells a script so."""
    if failed:
        click.get_current_context().exit(Exit.SOME_FAILED)


json_option = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


def ocr_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of OCR to a command, which gets `ocr_pages`: None is the setting."""

    @click.option("--no-ocr", is_flag=True, help="Read no scans; they stay queued.")
    @click.option(
        "--ocr-pages",
        type=click.IntRange(min=0),
        help="Most scanned pages to read, newest papers first [default: CORPUS_OCR_PAGES].",
    )
    @wraps(command)
    def with_budget(*given: Any, no_ocr: bool, ocr_pages: int | None, **more: Any) -> Any:
        return command(*given, ocr_pages=0 if no_ocr else ocr_pages, **more)

    return with_budget
