"""
Cut polygons against polygons so that every spot of ground counts exactly once.

Everything here works in the equal-area plane, on tables or arrays of polygons, and builds real pieces.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.core.errors import GeoenforceError, some
from geoenforce.core.shares import in_shares

Geometries = npt.NDArray[np.object_]
Integers = npt.NDArray[np.intp]

EMPTY = shapely.Polygon()
#: Parts must add up to the whole this well: far below what decides (0.07 m²), far above floating-point noise.
CLOSURE_M2 = 1e-3
_MANY_CORNERS = 500  # of a patch
_SAME_M2 = 1e-6  # differences of area below this are floating-point noise of the overlay


def pairs(patches: Geometries, polygons: Geometries) -> tuple[Integers, Integers]:
    """
    Find which patches and polygons touch.

    Each polygon is prepared once and asked about the patches in its box, so that a river through the whole county
    costs little for the patches that it only surrounds. A patch of many corners is itself prepared and asked: it would
    be gone through whole for each of the thousands of parcels in its box.

    Returns
    -------
    patch, polygon
        Positions of each pair, ordered by patch, then polygon.

    Examples
    --------
    >>> patch, polygon = pairs(np.array([shapely.box(0, 0, 2, 2)]), np.array([shapely.box(9, 9, 10, 10),
    ...                                                                     shapely.box(1, 1, 3, 3)]))
    >>> patch.tolist(), polygon.tolist()
    ([0], [1])
    """
    is_large = shapely.get_num_coordinates(patches) > _MANY_CORNERS
    few, many = np.flatnonzero(~is_large), np.flatnonzero(is_large)
    polygon, patch = shapely.STRtree(patches[few]).query(polygons, predicate="intersects")
    patch = few[patch]
    if len(many):
        asked, touched = shapely.STRtree(polygons).query(patches[many], predicate="intersects")
        patch, polygon = np.concatenate([patch, many[asked]]), np.concatenate([polygon, touched])
    order = np.lexsort((polygon, patch))
    return patch[order], polygon[order]


def intersections(patches: Geometries, polygons: Geometries, grid_m: float | None = None) -> Geometries:
    """
    Intersect pair by pair and keep the polygonal part of each result, with its corners on a grid if one is given.

    Examples
    --------
    >>> result = intersections(np.array([shapely.box(0, 0, 2, 2)]), np.array([shapely.box(2, 0, 3, 2)]))
    >>> bool(shapely.is_empty(result[0]))  # they share an edge, and no ground
    True
    """
    return _polygonal(_by_pair(shapely.intersection, patches, polygons, grid_m))


def differences(patches: Geometries, taken: Geometries, grid_m: float | None = None) -> Geometries:
    """
    Take ground away pair by pair; where nothing is taken, the patch comes back as it is.

    Corners of what is left lie on a grid if one is given.

    Examples
    --------
    >>> left = differences(np.array([shapely.box(0, 0, 2, 2)]), np.array([shapely.box(1, 0, 3, 2)]))
    >>> shapely.area(left).tolist()
    [2.0]
    """
    left = patches.copy()
    touched = ~shapely.is_empty(taken)
    if not touched.any():  # as mostly; each step over nothing would take its time, too
        return left
    left[touched] = _polygonal(_by_pair(shapely.difference, patches[touched], taken[touched], grid_m))
    return left


def _by_pair(overlay: Any, patches: Geometries, others: Geometries, grid_m: float | None) -> Geometries:
    """Overlay pair by pair, several at once."""

    def work(span: tuple[int, int]) -> Geometries:
        one = slice(*span)
        result: Geometries = overlay(patches[one], others[one], grid_size=grid_m)
        return result

    return np.concatenate(in_shares(work, len(patches)))


def union_within(
    patches: Geometries, polygons: Geometries, applies: Any = None, *, grid_m: float | None = None
) -> Geometries:
    """
    Return, for each patch, the ground of it that lies in any of the polygons.

    Parameters
    ----------
    patches
        Polygons; the result has one entry for each.
    polygons
        Polygons that may overlap each other; ground covered twice counts once.
    applies
        Which pairs count: a function of (patch positions, polygon positions) that returns booleans.
    grid_m
        Put the corners of the ground on a grid.

    Examples
    --------
    >>> farmland = np.array([shapely.box(0, 0, 1, 2), shapely.box(0, 0, 1, 2), shapely.box(5, 5, 6, 6)])
    >>> shapely.area(union_within(np.array([shapely.box(0, 0, 2, 2)]), farmland)).tolist()
    [2.0]
    """
    patch, polygon = pairs(patches, polygons)
    if applies is not None:
        keep = applies(patch, polygon)
        patch, polygon = patch[keep], polygon[keep]
    shared = intersections(patches[patch], polygons[polygon], grid_m)
    has_ground = ~shapely.is_empty(shared)
    return union_by(patch[has_ground], shared[has_ground], len(patches), grid_m)


def union_by(owner: Integers, geometry: Geometries, count: int, grid_m: float | None = None) -> Geometries:
    """
    Unite the geometries of each owner; owners without any get an empty polygon.

    Parameters
    ----------
    owner
        Position of the owner of each geometry, in ascending order.
    geometry
        Polygons.
    count
        Number of owners.
    grid_m
        Put the corners of united ground on a grid.

    Examples
    --------
    >>> squares = np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 1)])
    >>> shapely.area(union_by(np.array([1, 1]), squares, 3)).tolist()
    [0.0, 2.0, 0.0]
    """
    united = np.full(count, EMPTY, dtype=object)
    owners, first, size = np.unique(owner, return_index=True, return_counts=True)
    united[owners] = geometry[first]
    several = np.flatnonzero(size > 1)

    def unite(span: tuple[int, int]) -> None:
        for one in several[slice(*span)]:
            parts = geometry[first[one] : first[one] + size[one]]
            united[owners[one]] = shapely.union_all(parts, grid_size=grid_m)

    in_shares(unite, len(several))
    return _polygonal(united)


def split(ground: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    """
    Split each row of ground by the zones it lies in, without losing or doubling a spot.

    Parameters
    ----------
    ground
        Polygons in the plane, any columns.
    zones
        Polygons in the plane. Where zones overlap, the earlier row has the ground.
    columns
        The columns of `zones` that each piece takes over.

    Returns
    -------
    pieces
        One row per ground row × zone, and one with missing values for ground in no zone; the rows'
        columns are kept. Pieces of a row add up to the row.

    Examples
    --------
    >>> ground = gpd.GeoDataFrame({"id": ["A"]}, geometry=[shapely.box(0, 0, 4, 1)])
    >>> boxes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 1)]
    >>> zones = gpd.GeoDataFrame({"zone": ["west", "east"]}, geometry=boxes)
    >>> pieces = split(ground, zones, ["zone"])
    >>> [(row.id, row.zone if row.zone == row.zone else None, row.geometry.area) for row in pieces.itertuples()]
    [('A', 'west', 1.0), ('A', 'east', 2.0), ('A', None, 1.0)]
    """
    patches, polygons = ground.geometry.to_numpy(), zones.geometry.to_numpy()
    patch, zone = pairs(patches, polygons)
    part = _parts(patches, polygons, patch, zone)
    has_ground = shapely.area(part) > _SAME_M2  # less is where a border meets itself
    patch, zone, part = patch[has_ground], zone[has_ground], part[has_ground]
    covered = union_by(patch, part, len(patches))
    part = _without_overlaps(patch, part, shapely.area(covered))
    outside = _outside(patches, covered)
    left = np.flatnonzero(shapely.area(outside) > _SAME_M2)

    owner = np.concatenate([patch, left])
    pieces = ground.iloc[owner].reset_index(drop=True)
    pieces = pieces.set_geometry(np.concatenate([part, outside[left]]), crs=ground.crs)
    positions = np.concatenate([zone, np.full(len(left), -1)])
    taken = zones[columns].reset_index(drop=True).reindex(positions).set_axis(pieces.index)
    pieces = pieces.assign(**{column: taken[column] for column in columns})
    pieces = pieces[~pieces.geometry.is_empty]
    owner = owner[pieces.index]
    found_m2 = np.bincount(owner, weights=pieces.geometry.area, minlength=len(patches)).astype(np.float64)
    _refuse_loss(patches, found_m2)
    return pieces.iloc[np.argsort(owner, kind="stable")].reset_index(drop=True)


def _outside(patches: Geometries, covered: Geometries) -> Geometries:
    """Return what of each patch its parts leave over; where their areas agree that is nothing, and needs no overlay."""
    outside = np.full(len(patches), EMPTY, dtype=object)
    is_open = np.flatnonzero(shapely.area(patches) - shapely.area(covered) > _SAME_M2)
    outside[is_open] = differences(patches[is_open], covered[is_open])
    return outside


def _refuse_loss(patches: Geometries, found_m2: npt.NDArray[np.float64]) -> None:
    """Stop rather than go on with pieces that lost or gained ground: overlay engines have such faults."""
    whole_m2 = shapely.area(patches)
    astray = np.flatnonzero(np.abs(whole_m2 - found_m2) > CLOSURE_M2 + 1e-9 * whole_m2)
    if len(astray):
        message = f"The pieces of the polygons at {some(astray.tolist())} do not add up. This is a fault of geoenforce."
        raise GeoenforceError(message)


def _parts(patches: Geometries, polygons: Geometries, patch: Integers, polygon: Integers) -> Geometries:
    """Intersect pair by pair; a patch that lies inside of its polygon is its own part, and needs no overlay."""
    within = np.column_stack(shapely.STRtree(patches).query(polygons, predicate="covers"))
    is_within = np.isin(patch * len(polygons) + polygon, within[:, 1] * len(polygons) + within[:, 0])
    part = patches[patch]
    part[~is_within] = intersections(part[~is_within], polygons[polygon[~is_within]])
    return part


def _without_overlaps(owner: Integers, part: Geometries, covered_m2: npt.NDArray[np.float64]) -> Geometries:
    """Give ground that two parts of one owner share to the earlier part; most owners share none."""
    total = np.bincount(owner, weights=shapely.area(part), minlength=len(covered_m2))
    doubled = np.flatnonzero(total > covered_m2 + _SAME_M2 + 1e-9 * covered_m2)
    if not len(doubled):
        return part
    part = part.copy()
    for one in doubled:
        taken = EMPTY
        for position in np.flatnonzero(owner == one):
            whole = part[position]
            part[position] = differences(np.array([whole]), np.array([taken]))[0]
            taken = shapely.union(taken, whole)
    return part


def _polygonal(geometry: Geometries) -> Geometries:
    """
    Keep the polygons that have ground: where polygons touch, points, lines and slivers without width remain.

    Slivers go here and not later, because GEOS (3.14) may take one for the whole geometry in the next overlay: it
    then returns ground that is not there, or takes nothing away.
    """
    geometry = np.where(shapely.area(geometry) > _SAME_M2, geometry, EMPTY)
    several = np.flatnonzero(shapely.get_type_id(geometry) != shapely.GeometryType.POLYGON)
    parts, owner = shapely.get_parts(geometry[several], return_index=True)
    has_ground = shapely.area(parts) > _SAME_M2
    for one in np.unique(owner[~has_ground]):
        left = parts[(owner == one) & has_ground]
        geometry[several[one]] = left[0] if len(left) == 1 else shapely.multipolygons(left)
    return geometry
