"""Measure patches over flat layers of basic farmland and cultivated land, in threads."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geoenforce.core.flat import FlatPolygons, Floats, Integers, flat_polygons, shapes_of
from geoenforce.core.shares import Span, in_shares
from geoenforce.violations.kernel.edges import measure
from geoenforce.violations.kernel.overlaps import Geometries, cut_apart, overlapping_near
from geoenforce.violations.kernel.search import search


class Layer(NamedTuple):
    """Polygons to lay patches over, and whether it is known that no two of them share ground."""

    flat: FlatPolygons
    is_apart: bool
    shapes: Geometries | None = None  # the same, where they are at hand


class _Near(NamedTuple):
    """What may touch each of some patches."""

    flat: FlatPolygons
    start: Integers
    near: Integers


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
    return areas_over(patches, Layer(basic_farmland, is_apart=True), Layer(cultivated, is_apart=True), threads=threads)[
        0
    ]


def areas_over(
    patches: FlatPolygons, basic_farmland: Layer, cultivated: Layer, *, threads: int | None = None
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """
    Measure as `shared_areas`, over layers whose polygons may overlap: where they do, they are cut first.

    What is cut, and so the result, depends for each patch on nothing but the polygons near it.

    Returns
    -------
    shared_m2, unsettled
        The areas, and for which patches polygons could not be cut apart, so that the areas must not be used.

    Examples
    --------
    >>> import shapely
    >>> from geoenforce.core.flat import flat_polygons
    >>> twice = np.array([shapely.box(0, 0, 10, 50), shapely.box(0, 0, 10, 50)])
    >>> layer, patches = Layer(flat_polygons(twice), is_apart=False), flat_polygons([shapely.box(0, 0, 40, 50)])
    >>> [areas.tolist() for areas in areas_over(patches, layer, layer)]
    [[[500.0, 0.0]], [False]]
    """
    shared_m2, unsettled = np.zeros((len(patches.box), 2)), np.zeros(len(patches.box), dtype=bool)

    def work(span: Span) -> None:
        boxes = patches.box[span[0] : span[1]]
        found = [_apart(boxes, layer) for layer in (basic_farmland, cultivated)]
        (basic, of_basic), (others, of_cultivated) = found
        near = ((basic.start, basic.near), (others.start, others.near))
        measure(patches, basic.flat, others.flat, near, span, shared_m2)
        unsettled[span[0] : span[1]] = of_basic | of_cultivated

    in_shares(work, len(patches.box), threads)
    return shared_m2, unsettled


def _apart(boxes: Floats, layer: Layer) -> tuple[_Near, Any]:
    """Find what is near each box, with overlaps cut, and for which boxes that did not do."""
    near = _Near(layer.flat, *search(boxes, layer.flat, (0, len(boxes))))
    if layer.is_apart:
        return near, np.False_
    pairs = overlapping_near(boxes, *near)
    if not len(pairs):
        return near, np.False_
    # each box gets copies of its own: what is cut for one is not for another
    shapes = shapes_of(layer.flat, near.near) if layer.shapes is None else layer.shapes[near.near]
    cut = flat_polygons(cut_apart(shapes, pairs))
    near = _Near(cut, near.start, np.arange(len(near.near)))
    left = overlapping_near(boxes, *near)[:, 0]
    unsettled = np.zeros(len(boxes), dtype=bool)
    unsettled[np.searchsorted(near.start, left, side="right") - 1] = True
    return near, unsettled
