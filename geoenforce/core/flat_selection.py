"""Flat polygons put together anew: some of a layer, and one layer behind another."""

from typing import Any

import numpy as np

from geoenforce.core.flat import FlatPolygons, Integers, starts, tree_of


def selected(flat: FlatPolygons, places: Integers) -> FlatPolygons:
    """
    Return some of the polygons, in the order of their places.

    Examples
    --------
    >>> import shapely
    >>> from geoenforce.core.flat import flat_polygons
    >>> three = flat_polygons([shapely.box(0, 0, 2, 1), shapely.box(5, 5, 6, 6), shapely.box(8, 8, 9, 9)])
    >>> selected(three, np.array([2, 0])).box.tolist()
    [[8.0, 8.0, 9.0, 9.0], [0.0, 0.0, 2.0, 1.0]]
    """
    rings, polygon = _runs(flat.polygon, places)
    vertices, ring = _runs(flat.ring, rings)
    chunks, chunk = _runs(flat.chunk, rings)
    box = flat.box[places]
    return FlatPolygons(
        flat.xy[vertices], ring, flat.sign[rings], polygon, box, chunk, flat.chunk_box[chunks],
        flat.land_code[places], flat.counts[places], tree_of(box),
    )  # fmt: skip


def followed(ones: FlatPolygons, others: FlatPolygons) -> FlatPolygons:
    """
    Return the polygons of a layer, and behind them those of another.

    Examples
    --------
    >>> import shapely
    >>> from geoenforce.core.flat import flat_polygons
    >>> followed(flat_polygons([shapely.box(0, 0, 2, 1)]), flat_polygons([shapely.box(5, 5, 6, 6)])).ring.tolist()
    [0, 5, 10]
    """
    both = {name: np.concatenate(arrays) for name, *arrays in zip(FlatPolygons._fields, ones, others, strict=True)}
    for name in ("ring", "polygon", "chunk"):
        first, then = getattr(ones, name), getattr(others, name)
        both[name] = np.concatenate([first, then[1:] + first[-1]])
    return FlatPolygons(**both | {"tree_box": tree_of(both["box"])})


def _runs(start: Integers, which: Any) -> tuple[Integers, Integers]:
    """Return the places in some runs, one after another, and where each run begins there, with the end of the last."""
    counts = start[which + 1] - start[which]
    begin = starts(counts)
    return np.repeat(start[which] - begin[:-1], counts) + np.arange(begin[-1]), begin
