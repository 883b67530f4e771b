"""Local files brought in: the same tables as a crawl, without a request."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pebble import ProcessPool
from slugify import slugify

from corpus import formats, ocds, pool
from corpus.errors import Broken, EmptyInput, MissingPath, ReadingError, TooLarge, Unsupported
from corpus.ids import import_id, notice_id, sha256, short_hash
from corpus.store import Batch, Store, is_sqlite
from corpus.study import Study
from crawler.buyers import Buyers
from crawler.journal import home_of
from crawler.keep import Found, Keeper
from crawler.metadata import About
from crawler.procurements import link_procurements
from crawler.runs import Run, close_killed, run
from crawler.unpack import PACKED, Member, Part, unpack


@dataclass
class Imported:
    """What an import did."""

    files: int = 0
    kept: int = 0
    unchanged: int = 0
    forgotten: int = 0
    failed: int = 0
    skipped: int = 0
    """Files imported before, unchanged since."""
    source: str = ""

    def add(self, other: "Imported") -> None:
        """Add what another import of the same command did."""
        for name in ("files", "kept", "unchanged", "forgotten", "failed", "skipped"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.source = ", ".join(filter(None, (self.source, other.source)))


@dataclass(frozen=True)
class Request:
    """What is to be imported."""

    paths: tuple[Path, ...]
    source: str
    council: str | None = None
    about: dict[Path, About] = field(default_factory=dict)
    metadata: Path | None = None


def source_of(paths: tuple[Path, ...]) -> str:
    """Return the source id of an import that names none: `folder-` and the first folder's name."""
    first = paths[0].resolve()
    folder = first if first.is_dir() else first.parent
    return f"folder-{slugify(folder.name) or 'root'}"


def find_files(paths: tuple[Path, ...]) -> list[Path]:
    """Return the files below `paths`, sorted; hidden ones are left out, links to folders too.

    Raises `MissingPath` or `EmptyInput`.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise MissingPath(f"There is no file or folder {path}.")
        files = [path] if path.is_file() else sorted(_walk(path))
        if not files:
            raise EmptyInput(f"The folder {path} holds no file.")
        found.extend(files)
    return list(dict.fromkeys(Path(os.path.realpath(file)) for file in found))


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, onerror=_shut):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place) / name for name in sorted(names) if not name.startswith("."))


def _shut(error: OSError) -> None:
    """Stop at a folder that may not be read: what is in it would be missing in silence."""
    raise MissingPath(f"The folder {error.filename} cannot be read ({error.strerror}).") from error


def import_files(
    store: Store,
    study: Study,
    request: Request,
    files: list[Path],
    advance: Callable[[int], None],
) -> Imported:
    """Import `files` (resolved, sorted); a file that fails is recorded and the run goes on."""
    ours = study.folder.resolve()
    files = [file for file in files if not (_is_ours(store, file) or file.is_relative_to(ours))]
    done = Imported(files=len(files), source=request.source)
    close_killed(store)
    with (
        run(store, request.source, council=request.council) as going,
        pool.workers(1, store.settings.worker_bytes, "crawler.unpack") as processes,
        Batch(store, advance) as batch,
    ):
        importer = _Importer(store, study, request, going, processes, done)
        with batch.document():
            importer.ensure_source(request.source)
        for path in files:
            with batch.document():
                importer.one(path)
        going.seen, going.kept, going.errors = done.files, done.kept, done.failed
    if done.kept or done.unchanged:
        link_procurements(store)
    return done


def _is_ours(store: Store, file: Path) -> bool:
    """Whether a file is of the corpus itself, which may lie in a folder that is imported."""
    here, originals = store.path.resolve(), store.files.folder.resolve()
    if file.is_file() and is_sqlite(file):
        return True
    if file.is_relative_to(home_of(here)):
        return True
    if not file.is_relative_to(originals):
        return file.parent == here.parent and file.name.startswith(here.name)
    first = file.relative_to(originals).parts[0]
    return first == "models" or (len(first) == 2 and file.name.startswith(first))


class _Importer:
    """One import as it goes."""

    def __init__(
        self,
        store: Store,
        study: Study,
        request: Request,
        going: Run,
        processes: ProcessPool,
        done: Imported,
    ) -> None:
        self._store = store
        self._study = study
        self._request = request
        self._keeper = Keeper(store, going.crawl)
        self._going = going
        self._processes = processes
        self._done = done
        self._buyers = Buyers(study.councils.values())

    def ensure_source(self, source: str) -> None:
        """Make sure that a source has its row: an import's own comes from no study file."""
        self._store.db.table("sources").insert(
            {
                "source": source,
                "title": f"Imported: {source}",
                "kind": "folder",
                "caveats": "[]",
            },
            ignore=True,
        )

    def one(self, path: Path) -> None:
        """Import one file of the disk, whatever is inside it."""
        url = path.as_uri()
        try:
            if not path.is_file():
                raise Unsupported("a broken link, or no ordinary file")
            if path.stat().st_size > self._store.settings.max_file_bytes:
                raise TooLarge(
                    f"{path.stat().st_size:,} bytes; the limit is "
                    f"{self._store.settings.max_file_bytes:,} (CORPUS_MAX_FILE_BYTES)"
                )
            content = path.read_bytes()
        except (OSError, ReadingError) as error:
            self._fail(url, error)
            return
        digest = sha256(content)
        self._going.bytes += len(content)
        outcome = "metadata" if path == self._request.metadata else "imported"
        told = self._told(path)
        if self._visited(url, digest, told) and not self._lost(digest):
            self._done.skipped += 1
            return
        if outcome == "imported" and not self._take(path, url, content):
            return
        self._keeper.visit(self._request.source, url, outcome, sha256=digest, etag=told)

    def _lost(self, digest: str) -> bool:
        """Whether a file that came in before has lost its original."""
        path = self._store.value("select path from files where sha256 = ?", (digest,))
        return path is not None and not self._store.files.has(path)

    def _told(self, path: Path) -> str | None:
        """Return a fingerprint of what is said of a file, if anything: it is the import's ETag."""
        about, council = self._request.about.get(path), self._request.council
        return short_hash(repr(about), council or "") if about or council else None

    def _visited(self, url: str, digest: str, told: str | None) -> bool:
        """Whether a file came in before, with nothing new told of it since."""
        return bool(
            self._store.value(
                "select 1 from (select etag from visits where url = ? and sha256 = ? "
                "and source = ? "
                "and outcome in ('imported', 'metadata') order by visit desc limit 1) "
                "where etag is coalesce(?, etag)",
                (url, digest, self._request.source, told),
            )
        )

    def _take(self, path: Path, url: str, content: bytes) -> bool:
        """Keep what a file holds; False where it could not be opened at all."""
        about = self._request.about.get(path, About())
        parts = self._parts(path, content)
        if isinstance(parts, ReadingError):
            self._fail(url, parts)
            return False
        self._store.mend("import", url)
        left_out = [part for part in parts if isinstance(part, Member) and part.reason]
        for part in parts:
            if isinstance(part, ocds.Release):
                self._count(self._keeper.keep(self._notice(part, url, content, about)))
            elif not part.reason:
                name = f"{url}#{part.name}" if part.name else url
                title = about.title or Path(part.name or path.name).stem
                self._count(self._keeper.keep(self._paper(part.content, name, title, about)))
        if left_out:
            first = f"{left_out[0].name} {left_out[0].reason}".strip()
            self._fail(url, Broken(f"{len(left_out)} of {len(parts)} members left out: {first}"))
        return True

    def _parts(self, path: Path, content: bytes) -> list[Part] | ReadingError:
        """Take archives and packages apart in a worker process; others are one part."""
        if formats.sniff(content, path.name) not in PACKED:
            return [Member("", content)]
        settings = self._store.settings
        task = (path, (path, settings), float(settings.seconds_per_file))
        _, parts = next(pool.each(self._processes, 1, unpack, [task]))
        return parts

    def _paper(self, content: bytes, url: str, title: str, about: About) -> Found:
        digest = sha256(content)
        plain = import_id(self._request.source, digest)
        held = self._store.value("select url from documents where document = ?", (plain,))
        again = url if held not in (None, url) else ""
        return Found(
            document=import_id(self._request.source, digest, again),
            source=self._request.source,
            kind=about.kind or "other",
            title=title.encode("utf-8", "replace").decode(),  # file names may be no UTF-8
            url=url,
            content=content,
            name=url,
            council=about.council or self._request.council,
            origin_url=about.url,
            published_on=about.published_on,
        )

    def _notice(self, release: ocds.Release, url: str, content: bytes, about: About) -> Found:
        source = release.source or self._request.source
        self.ensure_source(source)
        given = about.council or self._request.council
        match = self._buyers.match(release.notice["buyer_name"], release.notice["buyer_id"])
        told: dict[str, Any] = match.columns if match and not given else {}
        return Found(
            document=notice_id(source, release.release),
            source=source,
            kind="notice",
            title=release.title,
            url=url,
            content=release.content,
            council=given or (match.council if match else None),
            origin_url=about.url,
            published_on=release.published_on or about.published_on,
            notice=release.notice | told | {"answer_sha256": sha256(content)},
        )

    def _count(self, outcome: str) -> None:
        setattr(self._done, outcome, getattr(self._done, outcome) + 1)

    def _fail(self, subject: str, error: Exception) -> None:
        self._done.failed += 1
        named = error.name if isinstance(error, ReadingError) else type(error).__name__
        message = error.strerror if isinstance(error, OSError) else str(error)
        self._store.fail("import", subject, named, message or named, permanent=True)
