"""Pictures of pages: drawn in a killable worker, kept in memory up to a limit.

The server never opens a downloaded file itself.
"""

import asyncio
import threading
from collections import OrderedDict
from contextlib import ExitStack
from typing import Any
from weakref import WeakKeyDictionary

from pebble import ProcessPool

from corpus import pool
from corpus.errors import ReadingError
from corpus.files import FileStore
from corpus.settings import Settings
from publish.pages import Drawing
from publish.render import render

SECONDS = 20.0
"""For one page; PDFium draws an ordinary one in a tenth of a second."""
KEPT_BYTES = 48 * 1024 * 1024
"""Pictures kept: some 500 pages of text."""
MOST_WAITING = 12
"""Pictures in the making and waiting; who comes later is told to come back."""


class Busy(Exception):
    """Too many pictures are being drawn."""


class Kept:
    """The pictures asked for last, up to so many bytes."""

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self._most, self._size = most_bytes, 0
        self._pictures: OrderedDict[Drawing, bytes] = OrderedDict()

    def get(self, drawing: Drawing) -> bytes | None:
        """Return a picture that was drawn before."""
        if drawing in self._pictures:
            self._pictures.move_to_end(drawing)
        return self._pictures.get(drawing)

    def put(self, drawing: Drawing, picture: bytes) -> None:
        """Keep a picture; those asked for longest ago make room."""
        self._size += len(picture) - len(self._pictures.pop(drawing, b""))
        self._pictures[drawing] = picture
        while self._size > self._most:
            self._size -= len(self._pictures.popitem(last=False)[1])


class Renderer:
    """Draws pages in one worker process, started when the first picture is asked for."""

    def __init__(self, files: FileStore, settings: Settings) -> None:
        self._files, self._settings = files, settings
        self._kept, self._waiting = Kept(), 0
        self._processes: ProcessPool | None = None
        self._stack = ExitStack()
        self._lock = threading.Lock()

    async def picture(self, drawing: Drawing) -> bytes:
        """Return a page as PNG; raises `Busy`, or the `ReadingError` of a file that breaks."""
        if known := self._kept.get(drawing):
            return known
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            picture = await asyncio.to_thread(self._draw, drawing)
        finally:
            self._waiting -= 1
        self._kept.put(drawing, picture)
        return picture

    def _draw(self, drawing: Drawing) -> bytes:
        path = self._files.path(drawing.path)
        arguments = (path, drawing.number, drawing.counted, drawing.uncounted)
        _, answer = next(pool.each(self._pool(), 1, render, [(drawing, arguments, SECONDS)]))
        if isinstance(answer, ReadingError):
            raise answer
        return answer

    def _pool(self) -> ProcessPool:
        with self._lock:
            if self._processes is None:
                workers = pool.workers(1, self._settings.worker_bytes, "publish.render")
                self._processes = self._stack.enter_context(workers)
            return self._processes

    def close(self) -> None:
        """Stop the worker at once, also in the middle of a page."""
        with self._lock:
            processes, self._processes = self._processes, None
            self._stack.pop_all()
        if processes:
            processes.stop()  # type: ignore[no-untyped-call] # pebble leaves it untyped
            processes.join()


_renderers: WeakKeyDictionary[Any, Renderer] = WeakKeyDictionary()


def set_renderer(datasette: Any, renderer: Renderer) -> None:
    """Give a site the renderer that its plugin uses."""
    _renderers[datasette] = renderer


def renderer_of(datasette: Any) -> Renderer:
    """Return the site's renderer."""
    return _renderers[datasette]
