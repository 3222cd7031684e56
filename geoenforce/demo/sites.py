"""Find places for made-up violations, and shape them until an area is what it must be."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely

from geoenforce.core.errors import InputError
from geoenforce.core.space import polygons_to_plane
from geoenforce.demo.farmland import BasicFarmland
from geoenforce.demo.fields import Floats, stream
from geoenforce.demo.ground import CRS, Ground
from geoenforce.demo.land import Land
from geoenforce.demo.lattice import DECIMALS

Pool = Literal["basic_farmland", "other_cultivated", "other", "removed", "added", "doubled", "border"]
Form = Literal["yard", "outline", "ring"]

#: An area that must lie on a limit lies this much above it: far below the rounding step of 0.07 m².
ON_LIMIT_M2 = 0.0015
_CLOSE_ENOUGH_M2 = 0.0014
_NOTCH_M = 4.0
_SCALED_ENOUGH = 1e-5
_APART_M = 330.0
_MIXED = 0.985
_NEAR_M = 1800.0
_MOST_PER_TOWNSHIP = 9


@dataclass(frozen=True)
class Wish:
    """What a site must be like: `land_class` with `target_m2`, the other classes below their bounds in m²."""

    pool: Pool
    land_class: str
    target_m2: float
    on: date
    form: Form = "outline"
    purity: float = 0.85
    is_mixed: bool = False  # ground of another class must be there too
    is_exact: bool = False
    near: tuple[float, float] | None = None  # another patch of the same case is there


@dataclass
class Sites:
    """The search for sites; every site taken keeps the next ones away."""

    land: Land
    pools: dict[str, Floats]
    rng: np.random.Generator
    taken: list[Floats] = field(default_factory=list)
    per_township: Counter[str] = field(default_factory=Counter)

    def place(self, wish: Wish) -> shapely.Polygon:
        """Find a site and return a polygon on it, in EPSG:4527, that has what is wished for."""
        for centre in self._free(wish):
            shape = self._form(wish)
            if not self._suits(polygon_at(shape, centre), wish):
                continue
            polygon = self._scaled(shape, centre, wish)
            if polygon is None or not self._suits(polygon, wish):
                continue
            tuned = self._tuned(polygon, wish) if wish.is_exact else polygon
            if tuned is not None:
                self.taken.append(centre)
                self.per_township[self._township(centre)] += 1
                return tuned
        message = f"The county has no site left for {wish}; choose another seed."
        raise InputError(message)

    def measure(self, polygon: shapely.Polygon, land_class: str, on: date) -> float:
        """Measure one class of a polygon in EPSG:4527 by the slab method, in m²."""
        return self.land.measure([polygons_to_plane(polygon, CRS)], on)[land_class]

    def _free(self, wish: Wish) -> Iterator[Floats]:
        points = self.pools[wish.pool]
        if wish.near is not None:
            points = points[np.hypot(*(points - wish.near).T) < _NEAR_M]
        for point in points[self.rng.permutation(len(points))]:
            is_far = not self.taken or np.hypot(*(np.array(self.taken) - point).T).min() > _APART_M
            if is_far and self.per_township[self._township(point)] < _MOST_PER_TOWNSHIP:
                yield point

    def _township(self, point: Floats) -> str:
        place = polygons_to_plane(shapely.Point(point), CRS)
        return next((code for code, border in self.land.townships.items() if shapely.intersects(border, place)), "")

    def _form(self, wish: Wish) -> Floats:
        """Draw an outline around (0, 0) that every ray from there leaves once, with the target's area."""
        if wish.form == "yard":
            aspect, turn = self.rng.uniform(1.0, 1.9), self.rng.uniform(0, np.pi)
            corners = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * [np.sqrt(aspect), 1 / np.sqrt(aspect)]
            rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            outline = corners @ rotation
        else:
            count = int(self.rng.integers(9, 15))
            angle = 2 * np.pi * (np.arange(count) + self.rng.uniform(-0.3, 0.3, count)) / count
            outline = np.column_stack([np.cos(angle), np.sin(angle)]) * self.rng.uniform(0.78, 1.22, count)[:, None]
        size = shapely.Polygon(outline).area * (1 - 0.4**2 if wish.form == "ring" else 1)
        return np.asarray(outline * np.sqrt(wish.target_m2 / size))

    def _suits(self, polygon: shapely.Polygon, wish: Wish) -> bool:
        """Say whether the wished class has its share, and no other class comes near a limit of its own."""
        areas = self.land.estimate(polygons_to_plane(polygon, CRS), wish.on)
        bounds = {"basic_farmland": 3000.0, "other_cultivated": 6000.0, "other": 12000.0}
        others = [name for name in bounds if name != wish.land_class]
        share = areas[wish.land_class] / sum(areas.values())
        is_pure = share >= wish.purity and (share < _MIXED or not wish.is_mixed)
        return bool(is_pure) and all(areas[name] < bounds[name] for name in others) and self._is_placed(polygon, wish)

    def _is_placed(self, polygon: shapely.Polygon, wish: Wish) -> bool:
        """Say whether the polygon lies in one township, or in two where it must cross a border."""
        plane = polygons_to_plane(polygon, CRS)
        shares = sorted(shapely.area(shapely.intersection(plane, list(self.land.townships.values()))) / plane.area)
        if wish.pool == "border":
            return bool(0.2 < shares[-2] < 0.4 and shares[-1] + shares[-2] > 0.999)
        return bool(shares[-1] > 0.9999)

    def _scaled(self, outline: Floats, centre: Floats, wish: Wish) -> shapely.Polygon | None:
        """Blow the outline up or down until the class has its target; None where that does not settle."""
        scale = 1.0
        for _ in range(20):
            polygon = polygon_at(outline * scale, centre, wish.form)
            ratio = wish.target_m2 / max(self.measure(polygon, wish.land_class, wish.on), 1.0)
            if abs(ratio - 1) < _SCALED_ENOUGH:
                return polygon
            scale *= np.sqrt(ratio)
        return None

    def _tuned(self, polygon: shapely.Polygon, wish: Wish) -> shapely.Polygon | None:
        """Move one vertex of a small notch until the class's area lies just above the target."""
        goal = wish.target_m2 + ON_LIMIT_M2
        notch = self._notch(polygon, wish)
        if notch is None:
            return None
        depth = 0.0
        for _ in range(12):
            tuned = _with_notch(polygon, *notch, depth)
            missing = goal - self.measure(tuned, wish.land_class, wish.on)
            if abs(missing) < _CLOSE_ENOUGH_M2:
                return tuned
            depth += missing / (_NOTCH_M / 2)
        return None

    def _notch(self, polygon: shapely.Polygon, wish: Wish) -> tuple[int, float] | None:
        """Choose the edge and the place on it where the ground all around is of the wished class."""
        points = shapely.get_coordinates(polygon)
        for edge in np.argsort(-np.hypot(*np.diff(points, axis=0).T)).tolist():
            for share in (0.5, 0.35, 0.65):
                middle = points[edge] + share * (points[edge + 1] - points[edge])
                around = polygons_to_plane(shapely.Point(middle).buffer(_NOTCH_M), CRS)
                areas = self.land.estimate(around, wish.on)
                if areas[wish.land_class] > 0.9999 * sum(areas.values()):
                    return edge, share
        return None


def polygon_at(outline: Floats, centre: Floats, form: Form = "outline") -> shapely.Polygon:
    """
    Put an outline on its place, with coordinates as a file holds them.

    Examples
    --------
    >>> square = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * 10.0
    >>> polygon_at(square, np.array([50.0, 50.0]), "ring").area
    336.0
    """
    shell = np.round(outline + centre, DECIMALS)
    holes = [np.round(outline * 0.4 + centre, DECIMALS)] if form == "ring" else None
    return shapely.Polygon(shell, holes)


def build_sites(seed: int, ground: Ground, farmland: BasicFarmland, land: Land) -> Sites:
    """
    Gather the places where violations of each kind may lie.

    Parameters
    ----------
    seed
        Seed of the county.
    ground, farmland, land
        The county, and the same in the plane.
    """
    old, new = farmland.of_2021, farmland.of_2025
    codes = ground.parcels["land_code"]
    is_cultivated = codes.str.startswith("01")
    is_narrow = codes.isin(["1003", "1006", "1101", "1107"])
    points = {
        "basic_farmland": _scattered(new.geometry[new["patch_id"].isin(old["patch_id"])]),
        "other_cultivated": _middles(ground.parcels.geometry[is_cultivated]),
        "other": _middles(ground.parcels.geometry[~is_cultivated & ~is_narrow]),
        "removed": _middles(old[~old["patch_id"].isin(new["patch_id"])].geometry),
        "added": _middles(new[~new["patch_id"].isin(old["patch_id"])].geometry),
        "doubled": np.tile(_middles([farmland.doubled]), (40, 1)),
        "border": _inner_borders(ground),
    }
    return Sites(land, points, stream(seed, "sites"))


def _inner_borders(ground: Ground) -> Floats:
    """Return points every 20 m on the borders between townships."""
    polygons = ground.townships.geometry.to_numpy()
    tree = shapely.STRtree(polygons)
    one, other = tree.query(polygons, predicate="intersects")
    shared = [shapely.intersection(polygons[i], polygons[j]) for i, j in zip(one, other, strict=True) if i < j]
    lines = shapely.line_merge(shapely.union_all(shared))
    steps = np.arange(10.0, float(shapely.length(lines)), 20.0)
    parts = shapely.get_parts(lines)
    return np.array(
        [
            shapely.get_coordinates(shapely.line_interpolate_point(part, step))[0]
            for part in parts
            if shapely.get_dimensions(part) == 1
            for step in steps[steps < part.length]
        ]
    )


def _middles(polygons: Iterable[shapely.Geometry]) -> Floats:
    points = shapely.point_on_surface(np.array(list(polygons), dtype=object))
    return np.asarray(shapely.get_coordinates(points))


def _scattered(polygons: gpd.GeoSeries) -> Floats:
    """Return the middle of each polygon, and points halfway from there to its vertices."""
    middles = _middles(polygons)
    points, owner = shapely.get_coordinates(polygons.to_numpy(), return_index=True)
    return np.vstack([middles, (middles[owner] + points) / 2])


def _with_notch(polygon: shapely.Polygon, edge: int, share: float, depth: float) -> shapely.Polygon:
    """Insert three points on an edge and push the middle one out by `depth` metres."""
    points = shapely.get_coordinates(polygon)
    start, along = points[edge], points[edge + 1] - points[edge]
    length = float(np.hypot(*along))
    direction = along / length
    outward = np.array([direction[1], -direction[0]])  # shells run counter-clockwise
    half = direction * _NOTCH_M / 2
    middle = start + share * along
    inserted = np.array([middle - half, middle + depth * outward, middle + half])
    return shapely.Polygon(np.round(np.vstack([points[: edge + 1], inserted, points[edge + 1 :]]), DECIMALS))
