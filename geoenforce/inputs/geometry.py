"""Which shapes can be used: each faulty one is repaired where its area is kept, or left out with its reason."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from geoenforce.core.errors import FormatError
from geoenforce.core.sentences import Sentence, say, word
from geoenforce.core.shares import are_valid
from geoenforce.core.space import Floats, flat, is_plane, polygons_to_plane
from geoenforce.core.terms import Action
from geoenforce.inputs.crs import misplaced
from geoenforce.inputs.reading import Delivery, Geometries, Problem

#: A repair may change the area by this much, whichever is more: square metres, or a share of it.
KEPT_WITHIN_M2, KEPT_WITHIN_SHARE = 0.01, 1e-6

#: A shape smaller than this has no area worth the name: half of what the survey rounds to.
SMALLEST_M2 = 0.005

_ROUGHLY_M2_PER_SQUARE_DEGREE = 1.24e10
_POLYGON, _MULTI_POLYGON, _COLLECTION = 3, 6, 7


@dataclass(frozen=True)
class Shapes:
    """The shapes of a layer after the check: None where the row is left out."""

    geometry: Geometries
    problems: tuple[Problem, ...]


def refuse_other_kinds(delivery: Delivery) -> None:
    """
    Refuse a layer of points or lines, which holds no polygon at all.

    Raises
    ------
    FormatError
        With what was found.
    """
    present = delivery.geometry[~shapely.is_missing(delivery.geometry)]
    kinds = Counter(shape.geom_type for shape in present[~np.isin(shapely.get_type_id(present), (3, 6, 7))])
    if len(present) and sum(kinds.values()) == len(present):
        found = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        message = f"{delivery.where} has no polygons, and polygons are needed; it has {found}."
        raise FormatError(message)


def check_shapes(delivery: Delivery, crs: pyproj.CRS, shift: Mapping[str, float] | None = None) -> Shapes:
    """
    Keep the shapes that are polygons with an area, and repair those that can be.

    Parameters
    ----------
    delivery
        The layer; rows that have a rejecting problem already are left as they are.
    crs
        Its coordinate system.
    shift
        The parameters from an old datum; areas are measured in the equal-area plane.

    Returns
    -------
    shapes
        In the layer's own system, without Z and M, with the problems found here.

    Notes
    -----
    An invalid polygon is repaired by the structure method (`shapely.make_valid`) only if its area
    stays what the ring says, within 0.01 m² or 1e-6 of it. The two lobes of a bow-tie count against
    each other in the ring, so a bow-tie is left out: nobody can know what was meant.
    """
    geometry, rows = delivery.geometry.copy(), delivery.frame.index
    problems = _dimensions(geometry)
    geometry = flat(geometry)
    known = {problem.row for problem in delivery.problems if problem.action is Action.REJECTED}
    lost = rows.isin(list(known))

    def leave_out(faulty: Any, code: str, *said: Sentence) -> None:
        """Take the faulty shapes out of the layer; what is said is one sentence for all, or one for each of them."""
        of_each = said if len(said) == faulty.sum() else said * int(faulty.sum())
        for row, one in zip(rows[faulty], of_each, strict=True):
            problems.append(Problem(code, one, Action.REJECTED, int(row)))
        geometry[faulty] = None

    leave_out(shapely.is_missing(geometry) & ~lost, "null_geometry", say("null_geometry"))
    leave_out(shapely.is_empty(geometry), "empty_geometry", say("empty_geometry"))
    geometry = _unpacked(geometry)
    other = ~np.isin(shapely.get_type_id(geometry), (_POLYGON, _MULTI_POLYGON)) & ~shapely.is_missing(geometry)
    leave_out(other, "not_a_polygon", *(say("not_a_polygon", kind=shape.geom_type) for shape in geometry[other]))
    valid = are_valid(geometry)  # which no shape is that has a coordinate that is no number
    leave_out(_not_finite(geometry, ~valid), "not_finite", say("not_finite"))
    leave_out(misplaced(geometry, crs), "outside_crs", say("outside_crs"))
    invalid = ~valid & ~shapely.is_missing(geometry)
    mended = mend(geometry[invalid], crs, shift)
    verdicts = _verdicts(geometry[invalid], rows[invalid], mended)
    geometry[invalid] = mended.kept()
    small = _smallest(geometry, crs, shift)
    leave_out(small, "zero_area", say("zero_area", least=SMALLEST_M2))
    return Shapes(geometry, (*problems, *verdicts))


def _dimensions(geometry: Geometries) -> list[Problem]:
    problems = []
    for axis, flag in (("z", shapely.has_z), ("m", shapely.has_m)):
        count = int(flag(geometry).sum())
        if count:
            said = say("dropped_dimension", axis=axis.upper(), count="{count}")
            problems.append(Problem(f"{axis}_dropped", said, count=count))
    return problems


def _unpacked(geometry: Geometries) -> Geometries:
    """Make a MultiPolygon of each collection that holds polygons and nothing else."""
    collections = np.flatnonzero(shapely.get_type_id(geometry) == _COLLECTION)
    unpacked = geometry.copy()
    for position in collections:
        parts = shapely.get_parts(shapely.get_parts(geometry[position]))
        if len(parts) and (shapely.get_type_id(parts) == _POLYGON).all():
            unpacked[position] = shapely.MultiPolygon(list(parts))
    return unpacked


def _not_finite(geometry: Geometries, asked: Any) -> Any:
    """Mark the shapes, of those that are asked about, that have a coordinate that is no finite number."""
    coordinates, owner = shapely.get_coordinates(geometry[asked], return_index=True)
    bad = np.zeros(len(geometry), dtype=bool)
    bad[np.flatnonzero(asked)[owner[~np.isfinite(coordinates).all(axis=1)]]] = True
    return bad


@dataclass(frozen=True)
class Mended:
    """Invalid polygons after the repair, with what it did to their areas (m², in the plane)."""

    geometry: Geometries
    before: Floats
    after: Floats

    @property
    def is_kept(self) -> Any:
        """Say for which the area stayed what the rings say."""
        within = np.maximum(KEPT_WITHIN_M2, KEPT_WITHIN_SHARE * self.before)
        return (np.abs(self.after - self.before) <= within) & (self.after > 0) & shapely.is_valid(self.geometry)

    def kept(self) -> Geometries:
        """Return the repaired polygons, None where the area changed."""
        shapes = self.geometry.copy()
        shapes[~self.is_kept] = None
        return shapes


def mend(geometry: Geometries, crs: pyproj.CRS, shift: Mapping[str, float] | None = None) -> Mended:
    """
    Repair invalid polygons by the structure method, and measure what it does to their areas.

    Examples
    --------
    >>> bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    >>> from geoenforce.core.space import PLANE
    >>> mended = mend(np.array([bow_tie]), PLANE)
    >>> mended.before.tolist(), mended.after.tolist(), mended.is_kept.tolist()
    ([0.0], [50.0], [False])
    """
    valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return Mended(valid, _areas_of_rings(geometry, crs, shift), _areas(valid, crs, shift))


def _areas_of_rings(geometry: Geometries, crs: pyproj.CRS, shift: Mapping[str, float] | None) -> Floats:
    """
    Measure invalid polygons as their rings say, outer ones less inner ones; the lobes of a bow-tie cancel.

    The rings go to the plane one by one, as lines: whole, GEOS would mend them before it divides their edges.
    """
    parts, owner = shapely.get_parts(geometry, return_index=True)
    total = np.zeros(len(geometry))
    outer = shapely.get_exterior_ring(parts)
    np.add.at(total, owner, _areas_in_ring(outer, crs, shift))
    inner = [shapely.get_rings(part)[1:] for part in parts]
    owners = np.repeat(owner, [len(rings) for rings in inner])
    if len(owners):
        np.subtract.at(total, owners, _areas_in_ring(np.concatenate(inner), crs, shift))
    return np.abs(total)


def _areas_in_ring(rings: Geometries, crs: pyproj.CRS, shift: Mapping[str, float] | None) -> Floats:
    flat = rings if is_plane(crs) else polygons_to_plane(rings, crs, shift)
    return np.asarray(shapely.area(shapely.polygons(flat)), dtype=float)


def _areas(geometry: Geometries, crs: pyproj.CRS, shift: Mapping[str, float] | None) -> Floats:
    flat = geometry if is_plane(crs) else polygons_to_plane(geometry, crs, shift)
    return np.asarray(shapely.area(flat), dtype=float)


def _verdicts(invalid: Geometries, rows: "pd.Index[int]", mended: Mended) -> list[Problem]:
    problems = []
    for row, reason, kept, old, new in zip(
        rows, shapely.is_valid_reason(invalid), mended.is_kept, mended.before, mended.after, strict=True
    ):
        areas = {"where": _where(reason), "old": f"{old:.2f}"}
        if kept:
            said, action = say("invalid_geometry_repaired", **areas), Action.REPAIRED
        else:
            said, action = say("invalid_geometry_rejected", **areas, new=f"{new:.2f}"), Action.REJECTED
        problems.append(Problem("invalid_geometry", said, action, int(row)))
    return problems


def _where(reason: str) -> Sentence:
    """Say what GEOS says of an invalid polygon: ``Self-intersection[116.4 23.5]``."""
    what, _, place = reason.partition("[")
    return say("invalid_at", reason=word(what), place=place.rstrip("]")) if place else word(what)


def _smallest(geometry: Geometries, crs: pyproj.CRS, shift: Mapping[str, float] | None) -> Any:
    """Mark shapes without an area; only those that look small are measured."""
    scale = _ROUGHLY_M2_PER_SQUARE_DEGREE if crs.is_geographic else 1.0
    rough = shapely.area(geometry) * scale
    small = rough < 100 * SMALLEST_M2
    small[small] = _areas(geometry[small], crs, shift) < SMALLEST_M2
    return small & ~shapely.is_missing(geometry)
