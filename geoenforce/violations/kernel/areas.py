"""Measure patches over flat layers of basic farmland and cultivated land, in threads."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geoenforce.core.flat import FlatPolygons, Floats, Integers, flat_polygons, shapes_of
from geoenforce.core.shares import Span, in_shares
from geoenforce.violations.kernel.edges import measure
from geoenforce.violations.kernel.overlaps import Geometries, cut_apart, overlapping_near
from geoenforce.violations.kernel.search import search


class Layer(NamedTuple):
    """
    Polygons to lay patches over, and whether it is known that no two of them share ground.

    Where some overlap, those that count keep the ground; among equals, the earlier one by its box.
    """

    flat: FlatPolygons
    is_apart: bool
    shapes: Geometries | None = None  # the same, where they are at hand


class Shares(NamedTuple):
    """What patches share with basic farmland and, parcel by parcel, with the other layer, in m²."""

    basic_m2: Floats  # of each patch
    start: Integers  # where each patch's parcels begin in the following, and where the last one's end
    parcel: Integers  # which of the layer
    outside_m2: Floats  # its share outside of basic farmland
    within_m2: Floats  # and within; empty where nobody asked
    unsettled: npt.NDArray[np.bool_]  # patches near polygons that could not be cut apart: areas must not be used

    @property
    def patch(self) -> Integers:
        """Return to which patch each parcel is near."""
        return np.repeat(np.arange(len(self.basic_m2)), np.diff(self.start))

    def classes_m2(self) -> Floats:
        """Return each patch's m² of basic farmland, and of parcels outside of it."""
        return np.column_stack([self.basic_m2, np.bincount(self.patch, self.outside_m2, len(self.basic_m2))])


class _Near(NamedTuple):
    """What may touch each of some patches, and where that is in the layer as it came."""

    flat: FlatPolygons
    start: Integers
    near: Integers
    source: Integers


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
        As `areas_over`.

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
    layers = Layer(basic_farmland, is_apart=True), Layer(cultivated, is_apart=True)
    return areas_over(patches, *layers, threads=threads).classes_m2()


def areas_over(
    patches: FlatPolygons,
    basic_farmland: Layer,
    parcels: Layer,
    *,
    of_all: bool = False,
    threads: int | None = None,
) -> Shares:
    """
    Measure what patches share with two layers, whose polygons may overlap: where they do, they are cut first.

    What is cut, and so the result, depends for each patch on nothing but the polygons near it.

    Parameters
    ----------
    patches
        Valid polygons in the equal-area plane.
    basic_farmland, parcels
        The layers.
    of_all
        Measure over all parcels, not only those that count, and also what each has within basic farmland.
    threads
        How many to use, by default one for each processor. The results do not depend on it, to the last bit; nor on
        the order of the patches, on what other patches there are, or on the order of the layers.

    Examples
    --------
    >>> import shapely
    >>> from geoenforce.core.flat import flat_polygons
    >>> twice = np.array([shapely.box(0, 0, 10, 50), shapely.box(0, 0, 10, 50)])
    >>> layer, patches = Layer(flat_polygons(twice), is_apart=False), flat_polygons([shapely.box(0, 0, 40, 50)])
    >>> areas_over(patches, layer, layer).classes_m2().tolist()
    [[500.0, 0.0]]
    """

    def work(span: Span) -> Shares:
        boxes = patches.box[span[0] : span[1]]
        basic, of_basic = _apart(boxes, basic_farmland)
        others, of_parcels = _apart(boxes, parcels, of_all=of_all)
        near = (basic.start, basic.near), (others.start, others.near)
        outside_m2 = np.zeros(len(others.near))
        basic_m2, within_m2 = np.zeros(len(boxes)), np.zeros(len(outside_m2) * of_all)
        measure(patches, basic.flat, others.flat, near, span, (basic_m2, outside_m2, within_m2))
        return Shares(basic_m2, others.start, others.source, outside_m2, within_m2, of_basic | of_parcels)

    return _together(in_shares(work, len(patches.box), threads))


def _together(parts: list[Shares]) -> Shares:
    """Put the shares of consecutive patches behind one another."""
    if len(parts) == 1:
        return parts[0]
    ends = np.cumsum([0, *(part.start[-1] for part in parts)])
    starts = [part.start[:-1] + first for part, first in zip(parts, ends, strict=False)]
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Shares._fields}
    return Shares(**joined | {"start": np.concatenate([*starts, ends[-1:]])})


def _apart(boxes: Floats, layer: Layer, *, of_all: bool = False) -> tuple[_Near, npt.NDArray[np.bool_]]:
    """Find what is near each box, with overlaps cut, and for which boxes that did not do."""
    start, places = search(boxes, layer.flat, (0, len(boxes)))
    counts = layer.flat.counts[places]
    if not (of_all or counts.all()):
        start, places = np.concatenate([[0], np.cumsum(counts)])[start], places[counts]
    near, unsettled = _Near(layer.flat, start, places, places), np.zeros(len(boxes), dtype=bool)
    if layer.is_apart:
        return near, unsettled
    pairs = overlapping_near(boxes, layer.flat, start, places)
    if not len(pairs):
        return near, unsettled
    # each box gets copies of its own: what is cut for one is not for another
    shapes = shapes_of(layer.flat, places) if layer.shapes is None else layer.shapes[places]
    cut = flat_polygons(cut_apart(shapes, pairs))._replace(counts=layer.flat.counts[places])
    near = _Near(cut, start, np.arange(len(places)), places)
    left = overlapping_near(boxes, *near[:3])[:, 0]
    unsettled[np.searchsorted(start, left, side="right") - 1] = True
    return near, unsettled
