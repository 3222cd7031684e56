"""Measure patches over flat layers of basic farmland and cultivated land, in threads."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from geoenforce.core.flat import FlatPolygons, Floats
from geoenforce.violations.kernel.edges import measure
from geoenforce.violations.kernel.search import search

_ALONE = 64  # patches that are not worth a second thread
_SHARES = 8  # for each thread, so that none waits long for the others


def shared_areas(
    patches: FlatPolygons, basic_farmland: FlatPolygons, cultivated: FlatPolygons, *, threads: int | None = None
) -> Floats:
    """
    Measure how much of each patch lies in basic farmland, and in cultivated land outside of basic farmland.

    Parameters
    ----------
    patches
        Valid polygons in the equal-area plane.
    basic_farmland, cultivated
        Valid polygons in the plane; no two of one layer share ground (see `without_overlaps`).
    threads
        How many to use, by default one for each processor. The results do not depend on it, to the last bit; nor on
        the order of the patches, on what other patches there are, or on the order of the layers.

    Returns
    -------
    shared_m2
        One row for each patch: m² of basic farmland, m² of cultivated land outside of it.

    Examples
    --------
    >>> from shapely import box
    >>> from geoenforce.core.flat import flat_polygons
    >>> patches, basic, cultivated = ([box(0, 0, 40, 50)], [box(0, 0, 10, 50)], [box(5, 0, 30, 50)])
    >>> shared_areas(flat_polygons(patches), flat_polygons(basic), flat_polygons(cultivated)).tolist()
    [[500.0, 1000.0]]
    """
    count = len(patches.box)
    shared_m2 = np.zeros((count, 2))

    def work(span: tuple[int, int]) -> None:
        few = patches.box[span[0] : span[1]]
        whole = (0, len(few))
        near = (search(few, basic_farmland, whole), search(few, cultivated, whole))
        measure(patches, basic_farmland, cultivated, near, span, shared_m2)

    in_shares(work, count, threads)
    return shared_m2


def in_shares(work: Any, count: int, threads: int | None = None) -> list[Any]:
    """
    Do the work for some consecutive things at once, each thread with a share of them; return what comes of each share.

    Examples
    --------
    >>> in_shares(lambda span: span[1] - span[0], 5)
    [5]
    """
    threads = threads or _processors()
    if threads == 1 or count < _ALONE:
        return [work((0, count))]
    ends = np.linspace(0, count, threads * _SHARES + 1).astype(np.int64).tolist()
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, pairwise(ends)))


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # of this process; not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1
