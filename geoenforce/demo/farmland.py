"""
Permanent basic farmland of the demo county, in two versions.

Its patches come from an older survey with a grid of its own, so their borders do not follow the
land parcels. In one place two patches overlap: ground there must count once.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely import affinity

from geoenforce.core.errors import InputError
from geoenforce.demo.fields import Floats, bends, stream, waves
from geoenforce.demo.ground import CRS, Ground
from geoenforce.demo.lattice import DECIMALS

_SPACING_M = 165.0
_POINTS_PER_EDGE = 4
_TURN_DEGREES = 19.0


@dataclass(frozen=True)
class BasicFarmland:
    """
    Two versions of the layer in EPSG:4527, one row per patch (`patch_id`, `township_code`).

    `doubled` is where two patches of both versions overlap.
    """

    of_2021: gpd.GeoDataFrame
    of_2025: gpd.GeoDataFrame
    doubled: shapely.Polygon


def build_farmland(seed: int, ground: Ground) -> BasicFarmland:
    """
    Draw the basic farmland over the paddies, and its adjustment of 2025.

    Parameters
    ----------
    seed
        Seed of the county.
    ground
        The ground it lies on.
    """
    patches = _patches(seed, ground)
    middle = shapely.get_coordinates(shapely.centroid(patches))
    is_farmed = _is_farmed(patches, ground)
    wish = waves(stream(seed, "farmland"), 10, (900, 2600), 1.0).at(middle[:, 0], middle[:, 1])
    change = waves(stream(seed, "adjustment"), 8, (900, 2200), 1.0).at(middle[:, 0], middle[:, 1])
    first = is_farmed & (wish > -0.35)
    second = (first & (change < 1.1)) | (is_farmed & (wish > -0.75) & (change < -0.9))
    both = np.flatnonzero(first & second)
    extra, doubled = _overlapping_pair(patches, both, ground)
    townships = _townships_at(middle, ground)
    return BasicFarmland(_layer(patches, first, extra, townships), _layer(patches, second, extra, townships), doubled)


def _patches(seed: int, ground: Ground) -> npt.NDArray[np.object_]:
    """Lay a turned and bent grid over the county and make polygons of its cells."""
    rng = stream(seed, "old survey")
    west, south, east, north = ground.townships.total_bounds
    count = int(np.hypot(east - west, north - south) / _SPACING_M)
    lines = (np.arange(count * _POINTS_PER_EDGE + 1) / _POINTS_PER_EDGE - count / 2) * _SPACING_M
    shifts = [
        bends(rng, 4, (1500, 4000), 0.3).on_grid(lines, lines)
        + bends(rng, 5, (250, 600), 0.25).on_grid(lines, lines)
        + rng.uniform(-4, 4, (len(lines), len(lines)))
        for _ in range(2)
    ]
    points = np.stack(np.meshgrid(lines, lines), axis=-1) + np.stack(shifts, axis=-1)
    angle = np.radians(_TURN_DEGREES)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = np.round(points @ turn + [(west + east) / 2, (south + north) / 2], DECIMALS)
    return np.array([_cell(points, row, column) for row in range(count) for column in range(count)], dtype=object)


def _cell(points: Floats, row: int, column: int) -> shapely.Polygon:
    size = _POINTS_PER_EDGE
    first_row, first_column = row * size, column * size
    steps = np.arange(size)
    rows = np.concatenate([np.zeros(size, int), steps, np.full(size, size), size - steps])
    columns = np.concatenate([steps, np.full(size, size), size - steps, np.zeros(size, int)])
    return shapely.Polygon(points[first_row + rows, first_column + columns])


def _is_farmed(patches: npt.NDArray[np.object_], ground: Ground) -> npt.NDArray[np.bool_]:
    """Say which patches lie wholly in the county and mostly on cultivated land, judged at nine points."""
    county = shapely.union_all(ground.townships.geometry.to_numpy()).buffer(-60)
    shapely.prepare(county)
    inside = shapely.contains(county, patches)
    middle = shapely.get_coordinates(shapely.centroid(patches))
    around = np.array([(x, y) for x in (-45, 0, 45) for y in (-45, 0, 45)], dtype=float)
    points = shapely.points((middle[:, None, :] + around).reshape(-1, 2))
    is_cultivated = ground.parcels["land_code"].str.startswith("01").to_numpy()
    tree = shapely.STRtree(ground.parcels.geometry.to_numpy()[is_cultivated])
    hit = np.zeros(len(points), dtype=bool)
    hit[tree.query(points, predicate="within")[0]] = True
    return np.asarray(inside & (hit.reshape(-1, len(around)).sum(axis=1) >= 7))


def _overlapping_pair(
    patches: npt.NDArray[np.object_], both: npt.NDArray[np.intp], ground: Ground
) -> tuple[shapely.Polygon, shapely.Polygon]:
    """Return a patch that was mapped twice, shifted by 60 m, and the ground that is therefore doubled."""
    farmland = shapely.union_all(patches[both])
    townships = ground.townships.geometry.to_numpy()
    for number in np.roll(both, len(both) // 2).tolist():
        moved = affinity.translate(patches[number], 60.0, 35.0)
        moved = shapely.Polygon(np.round(shapely.get_coordinates(moved), DECIMALS))
        if shapely.covers(farmland, moved) and shapely.contains(townships, moved.buffer(80)).any():
            return moved, shapely.intersection(moved, patches[number])
    message = "No patch of basic farmland has enough neighbours to be mapped twice; choose another seed."
    raise InputError(message)


def _townships_at(points: Floats, ground: Ground) -> npt.NDArray[np.object_]:
    found = np.full(len(points), "", dtype=object)
    tree = shapely.STRtree(ground.townships.geometry.to_numpy())
    where, township = tree.query(shapely.points(points), predicate="within")
    found[where] = ground.townships.index.to_numpy()[township]
    return found


def _layer(
    patches: npt.NDArray[np.object_],
    chosen: npt.NDArray[np.bool_],
    extra: shapely.Polygon,
    townships: npt.NDArray[np.object_],
) -> gpd.GeoDataFrame:
    codes = townships[chosen]
    geometry = np.append(patches[chosen], extra)
    codes = np.append(codes, codes[shapely.distance(patches[chosen], shapely.centroid(extra)).argmin()])
    numbers = np.append(np.flatnonzero(chosen) + 1, len(patches) + 1)
    table = pd.DataFrame({"patch_id": [f"{number:08d}" for number in numbers], "township_code": codes})
    return gpd.GeoDataFrame(table, geometry=shapely.normalize(geometry), crs=CRS)
