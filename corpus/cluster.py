"""Tasks on a Dask cluster (extra `dask`): the same functions, under the same limits.

A Dask worker opens no file itself. It keeps a pool of processes that may be killed, as a command
does on one machine, with the same time and memory limits; what hangs or dies in it is the same
named failure. A Dask worker that is lost takes nothing with it: its tasks are given to another.
The workers see the originals under the same path, and have the same readers: each is asked before
its first task, and a difference stops the run with a sentence.
"""

import asyncio
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from pebble import ProcessPool

from corpus import pool
from corpus.errors import CorpusError, Crashed, ReadingError

CONNECT_SECONDS = 20
"""For a scheduler to answer, and then for its first worker."""
Facts = Callable[[], dict[str, str]]


class ClusterError(CorpusError):
    """The cluster cannot be used, or was lost; what was read is kept."""

    permanent = False


@dataclass(frozen=True)
class Setup:
    """What a Dask worker is told once a run: limits, preparation, and what must be as here."""

    run: str
    memory_bytes: int
    preload: tuple[str, ...]
    start: pool.Start | None
    folder: Path | None
    facts: Facts
    expected: dict[str, str]


class Task:
    """A task on the cluster; its answer is a result or a named error."""

    def __init__(self, future: Any, killed: type[BaseException]) -> None:
        self._future, self._killed = future, killed

    def add_done_callback(self, function: Callable[["Task"], Any], /) -> None:
        """Have a function called with this task once there is an answer."""
        self._future.add_done_callback(lambda _: function(self))

    def result(self) -> Any:
        """Return the task's result, or raise its named error; `ClusterError` is the cluster's."""
        try:
            answer = self._future.result()
        except self._killed as error:
            raise Crashed("several Dask workers died over this file") from error
        except (CancelledError, asyncio.CancelledError) as error:
            raise ClusterError(
                "The Dask scheduler went away. What was read is kept: run the command again."
            ) from error
        except CorpusError:
            raise
        except Exception as error:  # whatever a worker could not unpickle or import
            raise ClusterError(
                f"The Dask cluster cannot run a task ({type(error).__name__}: {error}). Install "
                "the same version of council-corpus on every worker, and run the command again."
            ) from error
        finally:
            self._future.release()
        if isinstance(answer, ReadingError):
            raise answer
        return answer


class Cluster:
    """The workers of a Dask cluster, as `pool.each` uses them."""

    def __init__(self, client: Any, setup: Setup, killed: type[BaseException]) -> None:
        self._client, self._killed = client, killed
        self._setup = client.submit(_same, setup, pure=False)  # sent once; made again if lost

    @property
    def jobs(self) -> int:
        """The number of tasks that it runs at a time."""
        return max(1, int(sum(self._client.nthreads().values())))

    def schedule(
        self, function: Callable[..., Any], args: tuple[Any, ...], *, timeout: float
    ) -> Task:
        """Hand out a task; paths are sent as absolute ones."""
        given = tuple(one.absolute() if isinstance(one, Path) else one for one in args)
        future = self._client.submit(
            run_killable, self._setup, function, given, timeout, pure=False
        )
        return Task(future, self._killed)


@contextmanager
def cluster(
    address: str,
    memory_bytes: int,
    *preload: str,
    folder: Path | None,
    facts: Facts,
    start: pool.Start | None = None,
) -> Iterator[Cluster]:
    """Connect to a Dask scheduler; raises `ClusterError`, which says what to do next.

    `folder`, if any, must be there on every worker, and `facts` must say there what it says here.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise ClusterError(
            'Dask is not installed. Install it with `pip install "council-corpus[dask]"`, here and '
            "on every worker."
        ) from error
    setup = Setup(
        uuid4().hex,
        memory_bytes,
        preload,
        start,
        folder and folder.absolute(),
        facts,
        expected=facts(),
    )
    connect: Any = Client  # untyped
    try:
        client = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {address} ({error}). Start one with `dask scheduler`, "
            "and name the address it prints, such as tcp://192.0.2.7:8786."
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            raise ClusterError(
                f"The Dask scheduler at {address} has no worker. Start some with `dask worker "
                f"{address}`, on machines that see {setup.folder or 'the originals'}."
            ) from error
        yield Cluster(client, setup, KilledWorker)
    finally:
        client.close(timeout=5)


def _same(setup: Setup) -> Setup:
    return setup


_pools: dict[str, ProcessPool] = {}
_lock = threading.Lock()


def run_killable(
    setup: Setup, function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float
) -> Any:
    """Run a task in a process of this Dask worker that may be killed; return its answer.

    An answer is the function's result or a `ReadingError`.
    """
    future = _own_pool(setup).schedule(function, args=arguments, timeout=seconds)
    return pool.answer_of(future)


def _own_pool(setup: Setup) -> ProcessPool:
    """Return this worker's processes for a run; those of a run before are ended."""
    with _lock:
        if setup.run not in _pools:
            _check(setup)
            for old in list(_pools):
                _pools.pop(old).stop()  # type: ignore[no-untyped-call] # Pebble ships no type of it
            from distributed import get_worker

            # Dask starts its workers as daemons, which may have no children of their own; ours
            # end themselves when their worker has died (`pool.die_with`).
            me = multiprocessing.current_process()
            me._config["daemon"] = False  # type: ignore[attr-defined] # Python has no public way
            _pools[setup.run] = pool.open_pool(
                get_worker().state.nthreads, setup.memory_bytes, setup.preload, setup.start
            )
        return _pools[setup.run]


def _check(setup: Setup) -> None:
    """Raise `ClusterError` where this worker would read otherwise than the command's machine."""
    from distributed import get_worker

    here = get_worker().address
    if setup.folder and not setup.folder.is_dir():
        raise ClusterError(
            f"The Dask worker {here} does not see {setup.folder}. Share that folder with it under "
            "the same path, and run the command again."
        )
    for name, value in setup.facts().items():
        if setup.expected.get(name) != value:
            raise ClusterError(
                f"The Dask worker {here} has {name} {value}; here it is "
                f"{setup.expected.get(name)}. Install the same there, and run the command again."
            )
