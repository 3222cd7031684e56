"""A hash of a polygon's shape that is the same wherever its rings begin, however they turn and in whatever order."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.core.compiled import compiled

Hashes = npt.NDArray[np.uint64]

_POLYGON = 3
_ONE, _OTHER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)  # any odd numbers do that have many bits
_MULTIPLY, _AGAIN = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)


def shape_hashes(shapes: Any) -> Hashes:
    """
    Return 128 bits for each valid polygon: the same for the same shape, and for no other in practice.

    Parameters
    ----------
    shapes
        An array of valid polygons and multipolygons without Z and M.

    Returns
    -------
    hashes
        Two columns. They are the same where `shapely.normalize` gives the same bytes: a valid polygon is known by its
        edges, whichever way each is gone, how many there are in each of its rings, and whether it is a multipolygon.

    Notes
    -----
    Points are mixed by the finaliser of SplitMix64 (Steele, Lea and Flood 2014), twice, in two orders of x and y;
    the hashes of the edges are added up, for which their order does not matter.

    Examples
    --------
    >>> square, other = shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 2)
    >>> hashes = shape_hashes(np.array([square, shapely.reverse(square), other]))
    >>> (hashes[0] == hashes[1]).all(), (hashes[0] == hashes[2]).any()
    (np.True_, np.False_)
    """
    kinds = shapely.get_type_id(shapes)
    sums = np.zeros((len(shapes), 2), dtype=np.uint64)
    one_ring = (kinds == _POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)  # most are, and are not taken apart
    _add(shapes[one_ring], np.flatnonzero(one_ring), sums)
    several = np.flatnonzero(~one_ring)
    parts, owner = shapely.get_parts(shapes[several], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    _add(rings, several[owner[part]], sums)
    hashes: Hashes = mixed(sums, kinds.astype(np.uint64))
    return hashes


def _add(rings: Any, owner: Any, sums: Hashes) -> None:
    coordinates = shapely.get_coordinates(rings)
    ends = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))])
    _add_edges(coordinates.view(np.uint64), ends, owner, sums)


@compiled
def _mix(number: Any) -> Any:
    number = (number ^ (number >> _30)) * _MULTIPLY
    number = (number ^ (number >> _27)) * _AGAIN
    return number ^ (number >> _31)


@compiled
def _add_edges(points: Any, ends: Any, owner: Any, sums: Any) -> None:
    """Add the edges of each ring, and how many there are, to the sums of its shape."""
    for ring in range(len(owner)):
        first, last = ends[ring], ends[ring + 1] - 1
        one, other = _mix(np.uint64(last - first) + _ONE), _mix(np.uint64(last - first) + _OTHER)
        before = np.uint64(0), np.uint64(0)
        for at in range(first, last + 1):
            x, y = points[at, 0], points[at, 1]
            here = _mix(x + _mix(y + _ONE)), _mix(y + _mix(x + _OTHER))
            if at > first:
                one += _mix(before[0] + here[0])
                other += _mix(before[1] + here[1])
            before = here
        sums[owner[ring], 0] += one
        sums[owner[ring], 1] += other


@compiled
def mixed(hashes: Any, more: Any) -> Any:
    """
    Mix hashes with something else that makes things different.

    Examples
    --------
    >>> hashes = np.array([[1, 2], [1, 2]], dtype=np.uint64)
    >>> first, second = mixed(hashes, np.array([7, 8], dtype=np.uint64))
    >>> (first == second).any()
    np.False_
    """
    done = np.empty_like(hashes)
    for at in range(len(hashes)):
        done[at, 0] = _mix(hashes[at, 0] + _mix(more[at] + _ONE))
        done[at, 1] = _mix(hashes[at, 1] + _mix(more[at] + _OTHER))
    return done
