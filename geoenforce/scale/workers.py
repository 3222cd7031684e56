"""Processes that work on parts: those of this machine, or those of a dask scheduler."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, TypeVar

from geoenforce.core.errors import ConfigError, GeoenforceError
from geoenforce.scale.packing import Packed, packed, unpacked

Part = TypeVar("Part")
Result = TypeVar("Result")
PartsDone = Callable[[int, int], None]  # how many of how many

_WITHIN_S = 30  # a scheduler that does not answer for so long is none; so is one without workers
_AHEAD = 2  # parts per worker that wait beside the one worked on
#: What may change the last digit of a result; workers must have what this process has.
_DECIDING = ("geoenforce", "numpy", "pandas", "shapely", "geopandas", "pyproj", "numba")


def _nothing(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Workers:
    """A client of dask.distributed, and who wants to know how many parts are done."""

    client: Any
    on_part: PartsDone = field(default=_nothing)

    @property
    def count(self) -> int:
        """Return how many threads there are to work on parts; at least one."""
        threads: dict[str, int] = self.client.nthreads()
        return max(1, sum(threads.values()))

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
            What the work raises; or if a worker has other versions of the software, or part after part is lost.
        """
        from concurrent.futures import CancelledError

        from distributed import KilledWorker, as_completed

        number_of: dict[Any, int] = {}
        found: dict[int, Result] = {}
        waiting = enumerate(parts)
        done = as_completed(loop=self.client.loop)

        def submit() -> None:
            for number, part in waiting:
                future = self.client.submit(_do, work, packed(part), software(), pure=False)
                number_of[future] = number
                done.add(future)
                return

        for _ in range(self.count * (1 + _AHEAD)):
            submit()
        for future in done:
            try:
                found[number_of.pop(future)] = unpacked(future.result())
            except KilledWorker as error:
                message = (
                    f"Every worker that had this part of the work was lost ({error}). They may lack memory: give each "
                    "more, or start fewer of them."
                )
                raise GeoenforceError(message) from None
            except CancelledError:
                message = "The dask scheduler was lost. Nothing was written: start it and its workers, and run again."
                raise GeoenforceError(message) from None
            self.on_part(len(found), of)
            submit()
        return [found[number] for number in range(len(found))]


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
        If dask.distributed is not installed, or the scheduler does not answer or has no workers.

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

    # Parts travel inside of their tasks, so that the scheduler can give them to another worker when one is lost.
    quiet = {"distributed.admin.large-graph-warning-threshold": "1 TiB"}
    with dask.config.set(quiet), _address(scheduler, count) as address:
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
            yield Workers(client, on_part)


def software() -> dict[str, str]:
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
        n_workers=count, threads_per_worker=1, memory_limit=0, dashboard_address="127.0.0.1:0", silence_logs=40
    ) as cluster:
        yield cluster


def _need_distributed() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError:
        message = "Work on several processes needs dask.distributed: python -m pip install 'geoenforce[scale]'."
        raise ConfigError(message) from None


def _do(work: Callable[[Any], Any], part: Packed, wanted: dict[str, str]) -> Any:
    """Work on one part, in a worker."""
    here = software()
    if here != wanted:
        apart = "; ".join(f"{name} {here[name]}, not {wanted[name]}" for name in wanted if here[name] != wanted[name])
        message = (
            f"A worker has other software than the run: {apart}. Results could differ in their last digits: install "
            "the same versions on every machine (constraints.txt)."
        )
        raise GeoenforceError(message)
    return packed(work(unpacked(part)))
