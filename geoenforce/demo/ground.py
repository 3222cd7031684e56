"""The ground of the demo county: townships, land parcels and roads, all made up."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.demo.fields import Floats, stream, waves
from geoenforce.demo.landuse import Fields, Flags, build_fields, land_codes, nearest_village, slope_degrees, strip_of
from geoenforce.demo.lattice import SIZE_M, Integers, Lattice, Strip, build_lattice
from geoenforce.demo.leaves import NO_STRIP, Leaves, build_leaves, leaf_polygons

CRS = "EPSG:4527"
COUNTY_CODE = "445299"
COUNTY_NAME = "示范县"

#: Made-up names. 塱 is a character of the region that GB 2312 lacks and GBK has.
TOWNSHIP_NAMES = ("金穗街道", "青禾镇", "稻浪镇", "东塱镇", "柳溪湾镇", "竹影镇", "荷塘口镇", "石磨岭镇")

_TOWNS = np.array(
    [(0.50, 0.52), (0.50, 0.83), (0.77, 0.72), (0.83, 0.42), (0.63, 0.20), (0.36, 0.20), (0.17, 0.45), (0.24, 0.73)]
)
_MERGED = ("0301", "0305", "0702", "0701", "0601")


@dataclass(frozen=True)
class Ground:
    """
    The ground, in EPSG:4527.

    `townships` has one row per township (index township_code, column township_name); `parcels` one
    row per land parcel (land_code, township_code, village_code, slope_degrees); `roads` one row per
    stretch between two crossings (start, end, kind) with its centre line.
    """

    townships: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame


def build_ground(seed: int) -> Ground:
    """
    Make the county: about 20 000 parcels that tile it without gap or overlap.

    Parameters
    ----------
    seed
        The same seed gives the same coordinates.
    """
    lattice = build_lattice(seed)
    fields = build_fields(seed, _TOWNS * SIZE_M)
    leaves = build_leaves(stream(seed, "leaves"), lattice, fields.relief)
    # Roads end a little inside, so that they do not stick out of the border.
    inside = _inside(seed, *leaves.centres(lattice), inset_m=np.where(strip_of(lattice, leaves) < NO_STRIP, 70.0, 0.0))
    leaves = leaves.pick(inside)
    polygons = leaf_polygons(lattice, leaves)
    township = _township_numbers(seed, *leaves.centres(lattice))
    borders = _dissolve(polygons, township)
    kept = _in_one_piece(borders, polygons)
    leaves, polygons, township = leaves.pick(kept), polygons[kept], township[kept]
    codes = land_codes(seed, lattice, leaves, fields)
    return Ground(
        _townships(_dissolve(polygons, township)),
        _parcels(lattice, fields, leaves, polygons, township, codes),
        _roads(lattice, leaves, codes),
    )


def _inside(seed: int, u: Floats, v: Floats, inset_m: Floats) -> Flags:
    """Say which leaves lie inside the county: a blob about 12 km across."""
    phases = stream(seed, "outline").uniform(0, 2 * np.pi, 6)
    angle = np.arctan2(v - SIZE_M / 2, u - SIZE_M / 2)
    radius = np.full(len(u), 5800.0)
    for order, phase in enumerate(phases, start=2):
        radius += 520 / order * np.sin(order * angle + phase)
    return np.asarray(np.hypot(u - SIZE_M / 2, v - SIZE_M / 2) < radius - inset_m)


def _township_numbers(seed: int, u: Floats, v: Floats) -> Integers:
    rng = stream(seed, "townships")
    bend = [waves(rng, 8, (900, 3000), 170).at(u, v) for _ in range(2)]
    distance = [np.hypot(u + bend[0] - x, v + bend[1] - y) for x, y in _TOWNS * SIZE_M]
    return np.asarray(np.array(distance).argmin(axis=0))


def _in_one_piece(borders: npt.NDArray[np.object_], polygons: npt.NDArray[np.object_]) -> Flags:
    """Leave out islands of the blob, and of each township, that hang together with nothing."""
    pieces = shapely.get_parts(shapely.union_all(borders))
    county = pieces[shapely.area(pieces).argmax()]
    shapely.prepare(county)
    return np.asarray(shapely.contains(county, shapely.point_on_surface(polygons)))


def _dissolve(polygons: npt.NDArray[np.object_], groups: Integers) -> npt.NDArray[np.object_]:
    """Unite the polygons of each group 0, 1, 2, …; shared borders vanish, all other vertices stay."""
    order = groups.argsort(kind="stable")
    cuts = np.flatnonzero(np.diff(groups[order])) + 1
    return np.array([shapely.coverage_union_all(part) for part in np.split(polygons[order], cuts)], dtype=object)


def _townships(borders: npt.NDArray[np.object_]) -> gpd.GeoDataFrame:
    codes = [f"{COUNTY_CODE}{number + 1 if number == 0 else 100 + number:03d}" for number in range(len(borders))]
    table = pd.DataFrame({"township_name": TOWNSHIP_NAMES}, index=pd.Index(codes, name="township_code"))
    return gpd.GeoDataFrame(table, geometry=shapely.normalize(borders), crs=CRS)


def _parcels(
    lattice: Lattice,
    fields: Fields,
    leaves: Leaves,
    polygons: npt.NDArray[np.object_],
    township: Integers,
    codes: npt.NDArray[np.str_],
) -> gpd.GeoDataFrame:
    u, v = leaves.centres(lattice)
    groups = _groups(lattice, leaves, township, codes)
    merged, parcel_of_part = shapely.get_parts(_dissolve(polygons, groups), return_index=True)
    first = np.unique(groups, return_index=True)[1][parcel_of_part]
    village = nearest_village(fields, u, v)[0]
    table = pd.DataFrame(
        {
            "land_code": codes[first].astype(object),
            "township": township[first],
            "village": village[first],
            "slope_degrees": slope_degrees(fields, u, v)[first].round(2),
        }
    )
    parcels = gpd.GeoDataFrame(table, geometry=shapely.normalize(merged), crs=CRS)
    bounds = parcels.bounds
    parcels = parcels.assign(north=-bounds["maxy"], west=bounds["minx"])
    ordered = parcels.sort_values(["township", "village", "north", "west"], ignore_index=True)
    return _named(ordered.drop(columns=["north", "west"]))


def _named(parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put division codes in place of numbers; villages are numbered within their township."""
    codes = _townships(np.full(len(_TOWNS), None)).index.to_numpy()
    township_code = codes[parcels["township"]]
    number = parcels.groupby("township")["village"].transform(lambda village: village.rank(method="dense"))
    village_code = township_code + (200 + number.astype(int)).astype(str).to_numpy()
    named = parcels.assign(township_code=township_code, village_code=village_code)
    return named[["land_code", "township_code", "village_code", "slope_degrees", "geometry"]]


def _groups(lattice: Lattice, leaves: Leaves, township: Integers, codes: npt.NDArray[np.str_]) -> Integers:
    """Join leaves to parcels: whole roads and rivers, woods and villages within a square; return their numbers."""
    u, v = leaves.centres(lattice)
    square = (u // 800).astype(np.int64) * 100 + (v // 800).astype(np.int64)
    kind = strip_of(lattice, leaves)
    is_strip = np.isin(codes, ["1101", "1003", "1006", "1107"]) & (kind < NO_STRIP)
    by_row = _runs_along_row(lattice, leaves)
    strip = np.where(by_row, leaves.row_strip * 2, leaves.column_strip * 2 + 1)
    keys = np.column_stack(
        [
            np.where(is_strip, 1, np.where(np.isin(codes, _MERGED), 2, 3)),
            np.where(is_strip, strip, np.where(np.isin(codes, _MERGED), square, np.arange(len(leaves)))),
            # Rivers and highways keep one polygon through the county; everything else ends at the township border.
            np.where(is_strip & (kind <= Strip.HIGHWAY), -1, township),
            np.unique(codes, return_inverse=True)[1],
        ]
    )
    return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1])


def _runs_along_row(lattice: Lattice, leaves: Leaves) -> Flags:
    columns = np.array([int(lattice.columns.strips.get(number, NO_STRIP)) for number in leaves.column_strip.tolist()])
    rows = np.array([int(lattice.rows.strips.get(number, NO_STRIP)) for number in leaves.row_strip.tolist()])
    return np.asarray(rows <= columns)


def _roads(lattice: Lattice, leaves: Leaves, codes: npt.NDArray[np.str_]) -> gpd.GeoDataFrame:
    """Return the centre line of every stretch of road between two crossings."""
    rows = []
    is_road = np.isin(codes, ["1003", "1006"])
    for is_column in (True, False):
        lines, crossing = (lattice.columns, lattice.rows) if is_column else (lattice.rows, lattice.columns)
        along, across = (
            (leaves.column_strip, leaves.row_strip) if is_column else (leaves.row_strip, leaves.column_strip)
        )
        starts, ends = (leaves.south, leaves.north) if is_column else (leaves.west, leaves.east)
        centre = {number: lattice.centre_line(number, is_column=is_column) for number in lines.strips}
        for leaf in np.flatnonzero(is_road & (along >= 0) & (across < 0)).tolist():
            strip, first, last = int(along[leaf]), int(starts[leaf]), int(ends[leaf])
            if first - 1 in crossing.strips and last in crossing.strips:
                points = centre[strip]
                inner = points[first : last + 1]
                before, after = (points[first - 1] + points[first]) / 2, (points[last] + points[last + 1]) / 2
                nodes = [(strip, at) if is_column else (at, strip) for at in (first - 1, last)]
                line = shapely.LineString(np.vstack([before, inner, after]))
                rows.append((*(f"{column}-{row}" for column, row in nodes), lines.strips[strip].name.lower(), line))
    table = pd.DataFrame(rows, columns=["start", "end", "kind", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)
