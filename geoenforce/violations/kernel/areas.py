"""Measure patches over flat layers of basic farmland and cultivated land, in threads."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geoenforce.core.flat import FlatPolygons, Floats, Integers, flat_polygons, shapes_of
from geoenforce.core.shares import Span, in_shares
from geoenforce.violations.kernel.dividing import divided, far_reaching
from geoenforce.violations.kernel.edges import measure
from geoenforce.violations.kernel.overlaps import Geometries, around, cut_apart, overlapping_near
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
    parcel: Integers  # which of the layer; only those with a share, those of a divided patch once for each piece
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
    layers, far = (basic_farmland, parcels), far_reaching(patches)
    if not len(far):
        return _shares(patches, np.arange(len(patches.box)), layers, of_all=of_all, threads=threads)
    others = np.setdiff1d(np.arange(len(patches.box)), far)
    pieces, owner = divided(patches, far)
    of_others = _shares(patches, others, layers, of_all=of_all, threads=threads)
    of_pieces = _shares(flat_polygons(pieces), np.arange(len(pieces)), layers, of_all=of_all, threads=threads)
    return _by_patch([of_others, of_pieces], np.concatenate([others, far[owner]]), len(patches.box))


def _shares(
    patches: FlatPolygons, chosen: Integers, layers: tuple[Layer, Layer], *, of_all: bool, threads: int | None
) -> Shares:
    """Measure the chosen patches."""
    looks = not (layers[0].is_apart and layers[1].is_apart)

    def work(span: Span) -> Shares:
        which = chosen[slice(*span)]
        near = _near(patches, which, layers, of_all=of_all)
        shares, overlaps = _measured(patches, which, near, of_all=of_all, looks=looks)
        few = np.flatnonzero(overlaps)
        if len(few):
            _measure_over_cut(shares, few, patches, which[few], layers)
        return _without_nothing(shares)

    return _together(in_shares(work, len(chosen), threads))


def _near(patches: FlatPolygons, which: Integers, layers: tuple[Layer, Layer], *, of_all: bool) -> tuple[_Near, _Near]:
    """Find what may touch some patches; of the second layer all polygons, or those that count."""
    boxes = patches.box[which]
    (basic_start, basic), (start, places) = (search(boxes, layer.flat, (0, len(which))) for layer in layers)
    counts = layers[1].flat.counts[places]
    if not (of_all or counts.all()):
        start, places = np.concatenate([[0], np.cumsum(counts)])[start], places[counts]
    return _Near(layers[0].flat, basic_start, basic, basic), _Near(layers[1].flat, start, places, places)


def _measured(
    patches: FlatPolygons, which: Integers, near: tuple[_Near, _Near], *, of_all: bool, looks: bool = False
) -> tuple[Shares, npt.NDArray[np.bool_]]:
    """Measure some patches; say in which the polygons of a layer share ground, if one looks."""
    basic, parcels = near
    shares = Shares(
        np.zeros(len(which)), parcels.start, parcels.source, np.zeros(len(parcels.near)),
        np.zeros(len(parcels.near) * of_all), np.zeros(len(which), dtype=np.bool_),
    )  # fmt: skip
    overlaps = np.zeros(len(which) * looks, dtype=np.bool_)
    places = (basic.start, basic.near), (parcels.start, parcels.near)
    to = (shares.basic_m2, shares.outside_m2, shares.within_m2, overlaps)
    measure(patches, basic.flat, parcels.flat, places, which, to)
    return shares, overlaps


def _measure_over_cut(
    shares: Shares, few: Integers, patches: FlatPolygons, which: Integers, layers: tuple[Layer, Layer]
) -> None:
    """Measure a few patches again, each over copies of what is near it that share no ground, and put that in place."""
    of_all, boxes = len(shares.within_m2) > 0, patches.box[which]
    near = _near(patches, which, layers, of_all=of_all)
    (basic, of_basic), (parcels, of_parcels) = (_cut(boxes, *one) for one in zip(near, layers, strict=True))
    again, _ = _measured(patches, which, (basic, parcels), of_all=of_all)
    of_few = np.isin(shares.patch, few)
    shares.basic_m2[few], shares.outside_m2[of_few] = again.basic_m2, again.outside_m2
    shares.unsettled[few] = of_basic | of_parcels
    if of_all:
        shares.within_m2[of_few] = again.within_m2


def _cut(boxes: Floats, near: _Near, layer: Layer) -> tuple[_Near, npt.NDArray[np.bool_]]:
    """Cut what overlaps near each box, for it alone; say for which boxes that did not do."""
    unsettled = np.zeros(len(boxes), dtype=bool)
    pairs = np.empty((0, 2), dtype=np.int64) if layer.is_apart else overlapping_near(boxes, *near[:3])
    if not len(pairs):
        return near, unsettled
    distinct, place = np.unique(near.source, return_inverse=True)  # a giant is near many
    shapes = shapes_of(layer.flat, distinct) if layer.shapes is None else layer.shapes[distinct]
    here = around(np.repeat(boxes, np.diff(near.start), axis=0), shapes[place])
    cut = flat_polygons(cut_apart(here, pairs))._replace(counts=layer.flat.counts[near.source])
    near = _Near(cut, near.start, np.arange(len(near.source)), near.source)
    left = overlapping_near(boxes, *near[:3])[:, 0]
    unsettled[np.searchsorted(near.start, left, side="right") - 1] = True
    return near, unsettled


def _without_nothing(shares: Shares) -> Shares:
    """Leave out the parcels that share nothing with the patch they are near: half of them."""
    some = shares.outside_m2 != 0
    if len(shares.within_m2):
        some |= shares.within_m2 != 0
    start = np.concatenate([[0], np.cumsum(some)])[shares.start]
    within_m2 = shares.within_m2[some] if len(shares.within_m2) else shares.within_m2
    return shares._replace(
        start=start, parcel=shares.parcel[some], outside_m2=shares.outside_m2[some], within_m2=within_m2
    )


def _by_patch(parts: list[Shares], owner: Integers, count: int) -> Shares:
    """Give the shares of pieces to the patches that they are of; a parcel may come once for each piece."""
    shares = _together(parts)
    patch = owner[shares.patch]
    order = np.argsort(patch, kind="stable")
    return shares._replace(
        basic_m2=np.bincount(owner, shares.basic_m2, count).astype(np.float64),
        start=np.concatenate([[0], np.cumsum(np.bincount(patch, minlength=count))]),
        parcel=shares.parcel[order],
        outside_m2=shares.outside_m2[order],
        within_m2=shares.within_m2[order] if len(shares.within_m2) else shares.within_m2,
        unsettled=np.bincount(owner, shares.unsettled, count) > 0,
    )


def _together(parts: list[Shares]) -> Shares:
    """Put the shares of consecutive patches behind one another."""
    if len(parts) == 1:
        return parts[0]
    ends = np.cumsum([0, *(part.start[-1] for part in parts)])
    starts = [part.start[:-1] + first for part, first in zip(parts, ends, strict=False)]
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Shares._fields}
    return Shares(**joined | {"start": np.concatenate([*starts, ends[-1:]])})
