"""Divide work on many things among threads; what works in them must let the others run, as GEOS and numba do."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from itertools import chain, pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

Thing = TypeVar("Thing")
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
    threads = threads or processors()
    if threads == 1 or count < _ALONE:
        return [work((0, count))]
    size, more = divmod(count, threads * _SHARES)
    ends = [share * size + min(share, more) for share in range(threads * _SHARES + 1)]
    return for_each(work, list(pairwise(ends)), threads)


def for_each(work: Callable[[Thing], Result], things: Sequence[Thing], threads: int) -> list[Result]:
    """
    Do the work for each of some things, several at once.

    The caller works too, so that work within work never waits for a free thread, and none is waited for to start.

    Parameters
    ----------
    work
        What to do with one thing. Where it fails, no further thing is begun.
    things
        What to do it with, begun in this order.
    threads
        How many work at once, with the caller.

    Returns
    -------
    results
        What comes of each, in order.

    Examples
    --------
    >>> for_each(abs, [-1, 2, -3], threads=2)
    [1, 2, 3]
    """
    left = deque(enumerate(things))
    results: dict[int, Result] = {}

    def take() -> None:
        while True:
            try:
                place, thing = left.popleft()
            except IndexError:  # another thread took the last one
                return
            try:
                results[place] = work(thing)
            except BaseException:
                left.clear()
                raise

    helpers = [_helpers().submit(take) for _ in range(min(threads, len(things)) - 1)]
    try:
        take()
    finally:
        begun = [helper for helper in helpers if not helper.cancel()]
        wait(begun)
    for helper in begun:
        helper.result()
    return [results[place] for place in range(len(things))]


def are_valid(shapes: Any) -> npt.NDArray[np.bool_]:
    """
    Say which of many shapes are valid; None is not.

    Examples
    --------
    >>> are_valid(np.array([shapely.box(0, 0, 1, 1), shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), None])).tolist()
    [True, False, False]
    """
    return np.concatenate(in_shares(lambda span: shapely.is_valid(shapes[slice(*span)]), len(shapes)))


def unions(groups: Sequence[Any]) -> list[Any]:
    """
    Unite the shapes of each of many groups.

    Examples
    --------
    >>> [shape.area for shape in unions([[shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 1)], []])]
    [2.0, 0.0]
    """

    def unite(span: Span) -> list[Any]:
        return [shapely.union_all(shapes) for shapes in groups[slice(*span)]]

    return list(chain.from_iterable(in_shares(unite, len(groups))))


def processors() -> int:
    """
    Return how many processors this process may use now.

    Examples
    --------
    >>> processors() >= 1
    True
    """
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@cache
def _helpers() -> ThreadPoolExecutor:
    """Return threads that are kept for the next work: starting them takes longer than most work of a moment."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="geoenforce")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helpers.cache_clear)  # a child has none of its parent's threads
