"""
Divide patches that reach far, so that each piece is near few polygons.

The kernel holds each edge of land against all edges of the patch, and of the basic farmland in it, that lie above or
below it, however far: over thousands of parcels that grows with the third power of the patch's width.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.core.flat import FlatPolygons, Integers, shapes_of
from geoenforce.violations.ground import intersections

Geometries = npt.NDArray[np.object_]

#: A patch whose box has a side longer than this is divided, until no piece's has. Between 350 m and 1000 m
#: the time over parcels of 70 m differs little; most violations are below, and are measured whole.
LONGEST_SIDE_M = 700.0
_KEPT_WITHIN = 1e-11  # of the patch's area: what may come of its corners on the lines that divide it


def far_reaching(patches: FlatPolygons) -> Integers:
    """
    Find the patches whose boxes are long.

    Examples
    --------
    >>> from geoenforce.core.flat import flat_polygons
    >>> far_reaching(flat_polygons([shapely.box(0, 0, 10, 10), shapely.box(0, 0, 2000, 10)])).tolist()
    [1]
    """
    return np.flatnonzero(_longest(patches.box) > LONGEST_SIDE_M)


def divided(patches: FlatPolygons, few: Integers) -> tuple[Geometries, Integers]:
    """
    Divide some patches into pieces that tile them; how depends on nothing but the patch.

    A patch that GEOS does not divide without loss stays whole: that is slower, and as right.

    Returns
    -------
    pieces, owner
        The pieces of all of them, and which of `few` each belongs to, in ascending order.

    Examples
    --------
    >>> from geoenforce.core.flat import flat_polygons
    >>> pieces, owner = divided(flat_polygons([shapely.box(0, 0, 1200, 10)]), np.array([0]))
    >>> [piece.bounds for piece in pieces], owner.tolist()
    ([(0.0, 0.0, 600.0, 10.0), (600.0, 0.0, 1200.0, 10.0)], [0, 0])
    """
    shapes = shapes_of(patches, few)
    whole_m2 = shapely.area(shapes)
    pieces, owner = _halved(shapes, np.arange(len(few)))
    lost_m2 = np.abs(np.bincount(owner, shapely.area(pieces), len(few)) - whole_m2)
    astray = np.flatnonzero(lost_m2 > _KEPT_WITHIN * whole_m2)
    stay = ~np.isin(owner, astray)
    pieces, owner = np.concatenate([pieces[stay], shapes[astray]]), np.concatenate([owner[stay], astray])
    order = np.argsort(owner, kind="stable")
    return pieces[order], owner[order]


def _halved(shapes: Geometries, owner: Integers) -> tuple[Geometries, Integers]:
    """Cut across the longer side of the box, and each half again, as often as one is too long."""
    done: list[tuple[Geometries, Integers]] = []
    while len(shapes):
        box = shapely.bounds(shapes)
        is_long = _longest(box) > LONGEST_SIDE_M
        done.append((shapes[~is_long], owner[~is_long]))
        shapes, owner, box = shapes[is_long], owner[is_long], box[is_long]
        halves = [intersections(shapes, half) for half in _half_boxes(box)]
        shapes, owner = np.column_stack(halves).ravel(), np.repeat(owner, 2)
        there = ~shapely.is_empty(shapes)
        shapes, owner = shapes[there], owner[there]
    pieces, owners = zip(*done, strict=True)
    return np.concatenate(pieces), np.concatenate(owners)


def _longest(box: Any) -> Any:
    return (box[:, 2:] - box[:, :2]).max(axis=1)


def _half_boxes(box: Any) -> tuple[Geometries, Geometries]:
    west, south, east, north = box.T
    is_wide = east - west >= north - south
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    first = shapely.box(west, south, np.where(is_wide, middle_x, east), np.where(is_wide, north, middle_y))
    second = shapely.box(np.where(is_wide, middle_x, west), np.where(is_wide, south, middle_y), east, north)
    return first, second
