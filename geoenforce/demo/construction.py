"""New construction land of the demo county, as much of it as brings the ratios of illegal occupation where planned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import shapely

from geoenforce.core.calendar import is_working_day
from geoenforce.core.errors import InputError
from geoenforce.core.space import m2_to_mu, mu_to_m2, polygons_to_plane
from geoenforce.demo.accountability_plans import OVERLAPPED, RATIOS
from geoenforce.demo.fields import Floats, stream
from geoenforce.demo.ground import CRS, Ground
from geoenforce.demo.land import Land
from geoenforce.demo.lattice import DECIMALS
from geoenforce.demo.occupation import Taken, occupied, taken_by_violations
from geoenforce.demo.sites import polygon_at
from geoenforce.demo.violations import Violation

_LARGEST_MU = 60.0
_APART_M = 40.0
_MOST_BASIC, _LEAST_CULTIVATED = 0.02, 0.6
_USUALLY_CULTIVATED = 0.85
_FROM_BASIC_M = 60.0
_SHIFT_M = (18.0, 12.0)
_SCALED_ENOUGH = 1e-3
_FIRST_DAYS = {2025: date(2025, 7, 7), 2026: date(2026, 1, 7)}


@dataclass(frozen=True)
class Project:
    """One stretch of new construction land; `geometry` is in EPSG:4527, `plane` the same in the equal-area plane."""

    project_id: str
    taken_on: date
    geometry: shapely.Polygon

    @cached_property
    def plane(self) -> shapely.Geometry:
        """Return the ground in the equal-area plane."""
        return polygons_to_plane(self.geometry, CRS)

    @property
    def taken(self) -> Taken:
        """Return the ground and the day, as the truth measures it."""
        return Taken(self.plane, self.taken_on, is_violation=False)


@dataclass
class _Room:
    """Where projects may still go: cultivated land away from violations, approvals and other projects."""

    land: Land
    middles: dict[str, Floats]  # of the cultivated parcels, by township: x, y in EPSG:4527, then in the plane
    turn: Floats  # takes a step in EPSG:4527 to the plane; the same all over the county, but for millimetres
    rng: np.random.Generator
    taken: list[shapely.Geometry] = field(default_factory=list)  # in EPSG:4527

    def place(self, code: str, target_mu: float, on: date) -> shapely.Polygon:
        """Find a four-cornered site in a township with so much cultivated land, hardly any of it basic farmland."""
        points = self.middles[code]
        for point in points[self.rng.permutation(len(points))]:
            outline = self._outline()
            first = polygon_at(outline * _side_m(target_mu), point[:2])
            if shapely.dwithin(self.taken, first, _APART_M).any():
                continue
            side_m = self._side_m(point[2:], outline, target_mu, on)
            if side_m is None:
                continue
            site = polygon_at(outline * side_m, point[:2])
            is_free = not shapely.dwithin(self.taken, site, _APART_M / 2).any()
            if is_free and shapely.contains_properly(self.land.townships[code], polygons_to_plane(site, CRS)):
                self.taken.append(site)
                return site
        message = f"Township {code} has no room left for {target_mu:.1f} mu of new construction; choose another seed."
        raise InputError(message)

    def _outline(self) -> Floats:
        aspect, turn = self.rng.uniform(1.0, 1.8), self.rng.uniform(0, np.pi)
        corners = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) / 2 * [np.sqrt(aspect), 1 / np.sqrt(aspect)]
        return np.asarray(corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]))

    def _side_m(self, centre: Floats, outline: Floats, target_mu: float, on: date) -> float | None:
        """Find the size at which the site has its cultivated land; None if there is too little, or basic farmland."""
        side_m = _side_m(target_mu)
        for _ in range(12):
            areas = self.land.estimate(shapely.Polygon(outline * side_m @ self.turn + centre), on)
            total, cultivated = sum(areas.values()), areas["basic_farmland"] + areas["other_cultivated"]
            if cultivated < _LEAST_CULTIVATED * total or areas["basic_farmland"] > _MOST_BASIC * total:
                return None
            ratio = mu_to_m2(target_mu) / cultivated
            if abs(ratio - 1) < _SCALED_ENOUGH:
                return side_m
            side_m *= float(np.sqrt(ratio))
        return None


def _side_m(target_mu: float) -> float:
    return float(np.sqrt(mu_to_m2(target_mu) / _USUALLY_CULTIVATED))


def build_construction(seed: int, ground: Ground, land: Land, violations: Sequence[Violation]) -> list[Project]:
    """
    Make the new construction land of two years: approved sites, changes over violations, and lawful projects.

    Parameters
    ----------
    seed
        Seed of the county.
    ground, land
        The county, and the same in the plane with its approvals.
    violations
        What is planted already; nothing of it is changed.
    """
    known = [*_approved_sites(land, violations), *_changes(violations)]
    by_violations = taken_by_violations(violations)
    lawful = (Taken(polygons_to_plane(site, CRS), on, is_violation=False) for on, site in known)
    so_far = occupied(land, [*by_violations, *lawful])
    room = _room(seed, ground, land, violations)
    for year, first in _FIRST_DAYS.items():
        days = _days(first)
        for code, ratios in RATIOS.items():
            illegal_m2, taken_m2 = so_far.get((code, year), (0.0, 0.0))
            missing_mu = m2_to_mu(illegal_m2 / ratios[year] - taken_m2)
            count = max(int(np.ceil(missing_mu / _LARGEST_MU)), 0)
            for _ in range(count):
                on = next(days)
                known.append((on, room.place(code, missing_mu / count, on)))
    return _numbered(known)


def _approved_sites(land: Land, violations: Sequence[Violation]) -> Iterator[tuple[date, shapely.Polygon]]:
    """Give the approvals under which confirmed violations lie; what was approved there is new construction too."""
    for one in violations:
        if one.plan.status == "confirmed":
            for site in land.approvals:
                if site.is_in_force(one.found_on) and shapely.intersects(site.geometry, one.geometry):
                    yield one.found_on, site.geometry


def _changes(violations: Sequence[Violation]) -> Iterator[tuple[date, shapely.Polygon]]:
    """Give patches of a change survey that lie over part of a violation: that ground must count once."""
    for one in violations:
        if one.case_id in OVERLAPPED:
            moved = shapely.get_coordinates(one.geometry) + _SHIFT_M
            yield one.found_on, shapely.Polygon(np.round(moved, DECIMALS))


def _room(seed: int, ground: Ground, land: Land, violations: Sequence[Violation]) -> _Room:
    fields = ground.parcels[ground.parcels["land_code"].str.startswith("01")]
    points = shapely.point_on_surface(fields.geometry.to_numpy())
    planes = polygons_to_plane(points, CRS)
    near = land.farmland_on(max(_FIRST_DAYS.values())).tree.query(planes, predicate="dwithin", distance=_FROM_BASIC_M)
    is_far = ~np.isin(np.arange(len(points)), near[0])
    places = np.hstack([shapely.get_coordinates(points), shapely.get_coordinates(planes)])[is_far]
    codes = fields["township_code"].to_numpy()[is_far]
    middles = {code: places[codes == code] for code in RATIOS}
    taken = [one.geometry for one in violations if one.crs == CRS] + [site.geometry for site in land.approvals]
    return _Room(land, middles, _turn(places[0, :2]), stream(seed, "construction"), taken)


def _turn(at: Floats) -> Floats:
    """Return what takes a step of a metre east, and one north, from EPSG:4527 to the plane."""
    step = 100.0
    corner, east, north = shapely.get_coordinates(
        polygons_to_plane(shapely.points(at + np.array([(0.0, 0.0), (step, 0.0), (0.0, step)])), CRS)
    )
    return np.array([east - corner, north - corner]) / step


def _days(first: date) -> Iterator[date]:
    """Go on from a day in steps of about a week, and from its month's beginning again after half a year."""
    on = first
    while True:
        if is_working_day(on):
            yield on
        on += timedelta(days=6)
        if on >= first + timedelta(days=170):
            on = first + timedelta(days=1)


def _numbered(known: Sequence[tuple[date, shapely.Polygon]]) -> list[Project]:
    order = sorted(range(len(known)), key=lambda number: (known[number][0], number))
    return [Project(f"示新建{known[at][0].year}-{number:03d}", *known[at]) for number, at in enumerate(order, start=1)]
