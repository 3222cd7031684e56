"""Measure patches over flat layers of basic farmland and cultivated land, in threads."""

import numpy as np

from geoenforce.core.flat import FlatPolygons, Floats
from geoenforce.core.shares import Span, in_shares
from geoenforce.violations.kernel.edges import measure
from geoenforce.violations.kernel.search import search


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

    def work(span: Span) -> None:
        few = patches.box[span[0] : span[1]]
        whole = (0, len(few))
        near = (search(few, basic_farmland, whole), search(few, cultivated, whole))
        measure(patches, basic_farmland, cultivated, near, span, shared_m2)

    in_shares(work, count, threads)
    return shared_m2
