"""Cultivated land taken in a year, lawfully and not, measured by the slab method: the truth behind the ratios."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from geoenforce.core.space import polygons_to_plane
from geoenforce.demo.ground import COUNTY_CODE
from geoenforce.demo.land import Land
from geoenforce.demo.slabs import areas_by_precedence
from geoenforce.demo.violations import Violation


@dataclass(frozen=True)
class Taken:
    """A stretch of ground in the plane that was built on, found or taken on a day."""

    plane: shapely.Geometry
    on: date
    is_violation: bool


def occupied(land: Land, taken: Iterable[Taken]) -> dict[tuple[str, int], tuple[float, float]]:
    """
    Measure basic farmland and other cultivated land in violations, and in everything taken, per unit and year.

    Parameters
    ----------
    land
        The layers.
    taken
        Confirmed violations and new construction; what overlaps counts once.

    Returns
    -------
    occupied
        (township or county, year) → m² of cultivated land in violations without what was approved on their day,
        and m² of cultivated land in violations and new construction together.
    """
    found: dict[tuple[str, int], tuple[float, float]] = {}
    for cluster in _clusters(list(taken)):
        near = _townships_near(land, cluster)
        for code in near:
            areas = _measured(land, cluster, [border for other, border in near.items() if other != code])
            for office in (code, COUNTY_CODE):
                before = found.get((office, cluster[0].on.year), (0.0, 0.0))
                found[office, cluster[0].on.year] = (before[0] + areas[0], before[1] + areas[1])
    return found


def taken_by_violations(violations: Iterable[Violation]) -> list[Taken]:
    """Return the ground of the confirmed violations."""
    confirmed = (one for one in violations if one.plan.status == "confirmed")
    return [Taken(polygons_to_plane(one.geometry, one.crs), one.found_on, is_violation=True) for one in confirmed]


def _clusters(taken: Sequence[Taken]) -> list[list[Taken]]:
    """Group what overlaps within a year; groups share no ground, so their areas add up."""
    planes = np.array([one.plane for one in taken], dtype=object)
    one, other = shapely.STRtree(planes).query(planes, predicate="intersects")
    group = np.arange(len(taken))
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        if taken[first].on.year == taken[second].on.year:
            group[group == group[second]] = group[first]
    return [[taken[number] for number in np.flatnonzero(group == name).tolist()] for name in np.unique(group).tolist()]


def _townships_near(land: Land, cluster: Sequence[Taken]) -> dict[str, shapely.Geometry]:
    shapes = [one.plane for one in cluster]
    return {code: border for code, border in land.townships.items() if shapely.intersects(border, shapes).any()}


def _measured(land: Land, cluster: Sequence[Taken], elsewhere: Sequence[shapely.Geometry]) -> tuple[float, float]:
    """Measure cultivated land in the violations of a group, and in the whole group, outside other townships."""
    versions = {id(land.farmland_on(one.on)) for one in cluster}
    assert len(versions) == 1  # what overlaps was taken under one version of the basic farmland
    everything = [one.plane for one in cluster]
    cultivated = [*land.farmland_on(cluster[0].on).near(everything), *land.cultivated.near(everything)]
    violations = [one for one in cluster if one.is_violation]
    illegal = 0.0
    if violations:
        approved = [site.plane for site in land.approvals if site.is_in_force(violations[0].on)]
        illegal = areas_by_precedence([one.plane for one in violations], [approved, elsewhere, cultivated])[2]
    return illegal, areas_by_precedence(everything, [elsewhere, cultivated])[1]
