"""Divide work on many things among threads; what works in them must let the others run, as GEOS and numba do."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

Result = TypeVar("Result")
Span = tuple[int, int]

_ALONE = 64  # things that are not worth a second thread
_SHARES = 8  # for each thread, so that none waits long for the others


def in_shares(work: Callable[[Span], Result], count: int, threads: int | None = None) -> list[Result]:
    """
    Do the work for some consecutive things at once, each thread with a share of them.

    Parameters
    ----------
    work
        What to do with the things from a first one up to, without it, a last.
    count
        How many things there are.
    threads
        By default one for each processor that this process may use.

    Returns
    -------
    results
        What comes of each share, in order.

    Examples
    --------
    >>> in_shares(lambda span: span[1] - span[0], 5)
    [5]
    """
    threads = threads or _processors()
    if threads == 1 or count < _ALONE:
        return [work((0, count))]
    size, more = divmod(count, threads * _SHARES)
    ends = [share * size + min(share, more) for share in range(threads * _SHARES + 1)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, pairwise(ends)))


def are_valid(shapes: Any) -> npt.NDArray[np.bool_]:
    """
    Say which of many shapes are valid; None is not.

    Examples
    --------
    >>> are_valid(np.array([shapely.box(0, 0, 1, 1), shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), None])).tolist()
    [True, False, False]
    """
    return np.concatenate(in_shares(lambda span: shapely.is_valid(shapes[slice(*span)]), len(shapes)))


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1
