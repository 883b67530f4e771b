"""Worker processes that may be killed: hostile files are opened here and nowhere else.

pebble kills the process of a task that runs out of time (concurrent.futures cannot); a limit on
the address space turns a memory bomb into `OutOfMemory`.
"""

import multiprocessing
import os
import select
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as PoolTimeout
from contextlib import contextmanager, suppress
from pkgutil import resolve_name
from queue import Queue
from typing import Any, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from corpus.errors import Broken, CorpusError, Crashed, OutOfMemory, OutOfTime, ReadingError

Task = TypeVar("Task")
Result = TypeVar("Result")

WATCH_SECONDS = 1.0
"""How often a worker looks whether its command still lives."""
AHEAD = 4
"""Tasks handed out per worker before their answers are taken: keeps memory flat."""
TASKS_PER_WORKER = 200
"""A worker is replaced after so many tasks, so that leaks in native readers stay small."""


def cores() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def limit_memory(limit_bytes: int) -> None:
    """Limit this process's address space, where the system can (Linux)."""
    try:
        import resource
    except ImportError:  # Windows has time limits only; docs/operating.md says so
        return
    if hasattr(resource, "RLIMIT_AS") and os.uname().sysname == "Linux":
        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


Start = tuple[str, Any]
"""What a fresh worker calls (`module:function`), and with what: the data that all of its tasks
share. By name, for the command itself may do without that module."""


def die_with(command: int) -> None:
    """End this process soon after the process `command` has died.

    A killed command cannot tell its workers, which would go on with their files for minutes; nor
    does their parent die, which is the fork server.
    """

    def watch() -> None:
        with suppress(ProcessLookupError):
            _wait_for_end(command)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _wait_for_end(process: int) -> None:
    """Return, or raise `ProcessLookupError`, once a process that is not ours to wait for ended.

    Linux tells at once, even of one that nobody has waited for yet: whoever reads a killed
    command's output to its end waits for the workers, which hold the other end of it.
    """
    if sys.platform == "linux":
        ended = select.poll()
        ended.register(os.pidfd_open(process), select.POLLIN)
        ended.poll()
        return
    while True:
        time.sleep(WATCH_SECONDS)
        os.kill(process, 0)


def _begin(command: int, limit_bytes: int, start: Start | None) -> None:
    """Prepare a worker process."""
    if os.name != "nt":  # there, signal 0 would end the command
        die_with(command)
    limit_memory(limit_bytes)
    if start:
        resolve_name(start[0])(start[1])


def open_pool(
    jobs: int, memory_bytes: int, preload: tuple[str, ...], start: Start | None
) -> ProcessPool:
    """Return a pool of `jobs` processes; the caller is to stop it."""
    context = multiprocessing.get_context("spawn" if os.name == "nt" else "forkserver")
    if hasattr(context, "set_forkserver_preload"):
        context.set_forkserver_preload(list(preload))
    return ProcessPool(
        max_workers=jobs,
        max_tasks=TASKS_PER_WORKER,
        context=context,
        initializer=_begin,
        initargs=(os.getpid(), memory_bytes, start),
    )


@contextmanager
def workers(
    jobs: int, memory_bytes: int, *preload: str, start: Start | None = None
) -> Iterator[ProcessPool]:
    """Yield a pool of `jobs` processes, each limited to `memory_bytes`.

    `preload` names the modules they need: imported once, in the process they are forked from.
    """
    pool = open_pool(jobs, memory_bytes, preload, start)
    try:
        yield pool
        pool.close()  # type: ignore[no-untyped-call] # pebble leaves it untyped
        pool.join()
    except BaseException:
        pool.stop()  # type: ignore[no-untyped-call] # likewise
        pool.join()
        raise


class Future(Protocol):
    """What stands for an answer that is still to come."""

    def add_done_callback(self, function: Callable[[Any], Any], /) -> None:
        """Have a function called with this future once there is an answer."""

    def result(self) -> Any:
        """Return the answer, or raise what stands in its place."""


class Workers(Protocol):
    """Processes that may be killed, here or on other machines."""

    def schedule(
        self, function: Callable[..., Any], args: tuple[Any, ...], *, timeout: float
    ) -> Future:
        """Hand out a task, to be stopped after so many seconds."""


def each(
    workers: Workers,
    jobs: int,
    function: Callable[..., Result],
    tasks: Iterable[tuple[Task, tuple[Any, ...], float]],
) -> Iterator[tuple[Task, Result | ReadingError]]:
    """Run `function(*arguments)` for each (task, arguments, seconds); yield answers as they come.

    An answer is the function's result, or the named error that stands for it. No more tasks are
    handed out than `AHEAD` a worker beyond the answers taken: a slow writer holds up the workers,
    not the memory. No worker waits for another's large file.
    """
    answered: Queue[tuple[Task, Future]] = Queue()
    out = 0
    for task, arguments, seconds in tasks:
        future = workers.schedule(function, arguments, timeout=seconds)
        future.add_done_callback(_teller(answered, task))
        out += 1
        while out >= jobs * AHEAD or (out and not answered.empty()):
            yield _answer(*answered.get())
            out -= 1
    for _ in range(out):
        yield _answer(*answered.get())


def _teller(answered: Queue[tuple[Task, Future]], task: Task) -> Callable[[Future], None]:
    """Return what puts a task's future among the answered ones."""
    return lambda future: answered.put((task, future))


def _answer(task: Task, future: Future) -> tuple[Task, Any]:
    """Return a task with its result, or with its failure as a named error."""
    return task, answer_of(future)


def answer_of(future: Future) -> Any:
    """Return a future's result, or its failure as a named error."""
    try:
        return future.result()
    except ReadingError as error:
        return error
    except CorpusError:  # not this file's fault: the run cannot go on
        raise
    except PoolTimeout:
        return OutOfTime("reading took longer than its time limit")
    except MemoryError:
        return OutOfMemory("reading took more memory than its limit")
    except ProcessExpired as error:
        return Crashed(f"the reading process died (exit code {error.exitcode})")
    except Exception as error:  # whatever a reader trips over, the run goes on
        return Broken(f"{type(error).__name__}: {error}")
