"""Processes that work on parts: those of this machine, or those of a dask scheduler."""

import gc
import logging
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import islice
from typing import Any, TypeVar

from geoenforce.core.errors import ConfigError, GeoenforceError
from geoenforce.scale.packing import Packed, packed, unpacked

Part = TypeVar("Part")
Result = TypeVar("Result")
PartsDone = Callable[[int, int], None]  # how many of how many

_WITHIN_S = 30  # a scheduler that does not answer for so long is none; so is one without workers
_LOOK_S = 5.0  # how often it is asked whether workers are left
_AHEAD = 1  # parts per worker that wait beside the one worked on; all of them lie in the scheduler's memory
#: What may change the last digit of a result; workers must have what this process has.
_DECIDING = ("geoenforce", "numpy", "pandas", "shapely", "geopandas", "pyproj", "numba")
_SETTINGS = {
    # Parts travel inside of their tasks, so that the scheduler can give them to another worker when one is lost.
    "distributed.admin.large-graph-warning-threshold": "1 TiB",
    "distributed.worker.profile.enabled": False,
    # Processes that are started here keep some memory for the next part: to give it back and ask again takes time.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 1 << 28,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 1 << 25,
}
_SAME = "Results could differ in their last digits. Install the same versions on every machine (constraints.txt)."


def _nothing(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Workers:
    """A client of dask.distributed, and who wants to know how many parts are done."""

    client: Any
    on_part: PartsDone = field(default=_nothing)

    @property
    def place(self) -> str:
        """Return the scheduler's address."""
        return str(self.client.scheduler.address)

    @property
    def count(self) -> int:
        """Return how many threads there are to work on parts; at least one."""
        with self._told("the work"):
            threads: dict[str, int] = self.client.nthreads()
        return max(1, sum(threads.values()))

    def refuse_others(self) -> None:
        """
        Refuse a scheduler or workers with other software: results could differ, or nothing could be sent to them.

        Raises
        ------
        ConfigError
            If a version differs from that of this process, or geoenforce is missing.
        """
        wanted = software()
        with self._told("the check of versions"):
            there = self.client.get_versions(packages=wanted)
        for place, found in {"the scheduler": there["scheduler"], **there["workers"]}.items():
            apart = _apart({name: found["packages"][name] for name in _DECIDING}, wanted)
            if apart:
                message = f"{self.place}: {place} has other software than this computer: {apart}. {_SAME}"
                raise ConfigError(message)

    def results(self, work: Callable[[Part], Result], parts: Iterable[Part], of: int) -> list[Result]:
        """
        Do the same work with each part, and return what comes of it in the order of the parts.

        Only a few parts are on their way at once. A part whose worker is lost is worked on again by another.

        Parameters
        ----------
        work
            A function of a module; workers import it.
        parts
            The parts.
        of
            How many there are.

        Raises
        ------
        GeoenforceError
            What the work raises; or if a worker has other software, the scheduler or all workers are lost, or one part
            takes worker after worker with it.
        """
        on_way: dict[Any, int] = {}
        found: dict[int, Result] = {}
        waiting = enumerate(parts)

        def send(count: int) -> None:
            for number, part in islice(waiting, count):
                on_way[self.client.submit(_do, work, packed(part), software(), pure=False)] = number

        send(self.count * (1 + _AHEAD))
        while on_way:
            for future in self._finished(on_way):
                number = on_way.pop(future)
                with self._told(f"part {number + 1} of {of}"):
                    found[number] = unpacked(future.result())
                self.on_part(len(found), of)
                send(1)
        return [found[number] for number in range(of)]

    def _finished(self, on_way: Iterable[Any]) -> list[Any]:
        """Wait until work is finished, as long as there are workers."""
        from distributed import wait

        with_none_s = 0.0
        while True:
            with self._told("the work"), suppress(TimeoutError), self.client.as_current():
                return list(wait(list(on_way), timeout=_LOOK_S, return_when="FIRST_COMPLETED").done)
            with self._told("the work"):
                with_none_s = 0.0 if self.client.nthreads() else with_none_s + _LOOK_S
            if with_none_s >= _WITHIN_S:
                message = (
                    f"{self.place}: all workers are gone, and none came back within {_WITHIN_S:g} seconds. Nothing was "
                    f"written: start workers with 'dask worker {self.place}', and run again."
                )
                raise GeoenforceError(message)

    @contextmanager
    def _told(self, part: str) -> Iterator[None]:
        """Say in our words what dask says in its own."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker

        try:
            yield
        except KilledWorker as error:
            tries, last = error.allowed_failures + 1, error.last_worker.address
            message = (
                f"{self.place}: {tries} workers were lost one after the other while they worked on {part}, the last "
                f"one {last}. Nothing was written. They may lack memory: give each more, or start fewer of them."
            )
            raise GeoenforceError(message) from None
        except (CancelledError, OSError) as error:  # never of the work itself: see `_do`
            message = (
                f"{self.place}: the connection to the dask scheduler was lost during {part}. Nothing was written: "
                "start it and its workers again, and run again."
            )
            raise GeoenforceError(message) from error


@contextmanager
def workers(scheduler: str | None, count: int | None, on_part: PartsDone = _nothing) -> Iterator[Workers | None]:
    """
    Connect to a scheduler, or start processes on this machine; they end with the block.

    Parameters
    ----------
    scheduler
        Address of a dask scheduler, such as ``tcp://10.0.0.1:8786``.
    count
        How many processes to start here, where no scheduler is given.
    on_part
        Called with how many parts of how many are done.

    Yields
    ------
    workers
        None where neither is given: everything is then done in this process.

    Raises
    ------
    ConfigError
        If dask.distributed is not installed, or the scheduler does not answer, has no workers or other software.

    Examples
    --------
    >>> with workers(None, None) as crew:
    ...     crew is None
    True
    """
    if scheduler is None and count is None:
        yield None
        return
    _need_distributed()
    import dask
    from distributed import Client

    with dask.config.set(_SETTINGS), _in_our_words(), _address(scheduler, count) as address:
        try:
            client = Client(address, timeout=_WITHIN_S, set_as_default=False)
            client.wait_for_workers(1, timeout=_WITHIN_S)
        except (OSError, ValueError, TimeoutError) as error:
            message = (
                f"{address}: no dask scheduler with workers answers there ({error}). Start one with 'dask scheduler', "
                "and workers on each machine with 'dask worker ADDRESS'."
            )
            raise ConfigError(message) from None
        with client:
            crew = Workers(client, on_part)
            crew.refuse_others()
            yield crew


@cache  # to look it up takes as long as to measure some hundred violations, and each part asks
def software() -> Mapping[str, str]:
    """
    Return the versions of everything that may change the last digit of a result.

    Examples
    --------
    >>> sorted(software())[:2]
    ['GEOS', 'geoenforce']
    """
    import shapely

    return {name: version(name) for name in _DECIDING} | {"GEOS": shapely.geos_version_string}


@contextmanager
def _address(scheduler: str | None, count: int | None) -> Iterator[Any]:
    if scheduler is not None:
        yield scheduler
        return
    from distributed import LocalCluster

    # One thread each: the stages have threads of their own. No limit of memory: a killed worker would only begin anew.
    with LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        memory_limit=0,
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.ERROR,
    ) as cluster:
        yield cluster


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Keep dask from printing pages of its own about what is told in one line."""
    loggers = [logging.getLogger(f"distributed.{name}") for name in ("client", "scheduler", "nanny")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _apart(found: Mapping[str, str | None], wanted: Mapping[str, str]) -> str:
    """Say what is not as wanted."""
    others = {name: one for name, one in found.items() if one != wanted[name]}
    return "; ".join(f"{name} {one or 'is missing'}, not {wanted[name]}" for name, one in others.items())


def _need_distributed() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError:
        message = "Work on several processes needs dask.distributed: python -m pip install 'geoenforce[scale]'."
        raise ConfigError(message) from None


def _do(work: Callable[[Any], Any], part: Packed, wanted: Mapping[str, str]) -> Any:
    """Work on one part, in a worker."""
    here = software()
    if here != wanted:
        message = f"A worker has other software than the run: {_apart(here, wanted)}. {_SAME}"
        raise GeoenforceError(message)
    _settle()
    try:
        return packed(work(unpacked(part)))
    except OSError as error:  # dask's own would look the same where it arrives
        message = f"The worker on {platform.node()} met an error of its system: {error}."
        raise GeoenforceError(message) from error


@cache
def _settle() -> None:
    """
    Let Python's collector of garbage no longer look through what a worker has imported, once.

    The shapes of a part call it again and again, and each time it took as long as half a part's work.
    """
    gc.collect()
    gc.freeze()
