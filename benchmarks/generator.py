"""
Make the benchmark county: everything is made up, and the same numbers give the same county.

Parcels tile the county; roads and rivers among them have thousands of vertices. Basic farmland lies on a lattice
of its own, so that its borders follow no parcel, and no two of its polygons overlap.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.lattice import Bends, Floats, Geometries, Lattice, build_lattice, random_bends

CRS = "EPSG:4527"
_ORIGIN_M = np.array([39_420_000.0, 2_590_000.0])
_PARCEL_M = 58.0  # across, on average
_BLOCK = 45  # lines between two roads
_LAND = {"0101": "水田", "0103": "旱地", "0201": "果园", "0301": "乔木林地", "0702": "农村宅基地", "1104": "坑塘水面"}
_ROAD = ("1003", "公路用地")
_RIVER = ("1101", "河流水面")
_MU_M2 = 2000 / 3


@dataclass(frozen=True)
class Size:
    """How large the county is; the defaults of the other layers go by the parcels."""

    parcels: int
    seed: int = 20260101

    @property
    def basic_farmland(self) -> int:
        """Return about how many polygons of basic farmland there are."""
        return self.parcels * 3 // 10

    @property
    def violations(self) -> int:
        """Return how many violations there are."""
        return self.parcels // 40


@dataclass(frozen=True)
class County:
    """The layers, in `CRS`, with the columns that deliveries have."""

    townships: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    basic_farmland: gpd.GeoDataFrame
    violations: gpd.GeoDataFrame
    approvals: gpd.GeoDataFrame


def build_county(size: Size) -> County:
    """Make all layers."""
    rng = np.random.default_rng([size.seed, size.parcels])
    lines = round(np.sqrt(1.05 * size.parcels))  # some cells become roads
    east, roads_east = _lines(rng, lines)
    north, roads_north = _lines(rng, lines)
    extent = np.array([east[-1], north[-1]])
    fertility = random_bends(rng, [2300, 4100, 900, 640, 7700], 1.0)  # a field of numbers here, no displacement
    lattice = build_lattice(rng, east, north, _bends(rng), segments=9)

    farmland = _basic_farmland(rng, size, extent, fertility)
    violations = _violations(rng, size, extent)
    return County(
        townships=_townships(lattice, lines),
        parcels=_parcels(rng, lattice, fertility, roads_east, roads_north),
        basic_farmland=farmland,
        violations=violations,
        approvals=_approvals(rng, violations),
    )


def write_county(size: Size, folder: Path) -> Path:
    """Write the county's files and its ``geoenforce.toml``; files made by the same generator are kept."""
    config, stamp = folder / "geoenforce.toml", folder / "made.json"
    made = json.dumps({**asdict(size), "generator": _fingerprint()})
    if config.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == made:
        return config
    folder.mkdir(parents=True, exist_ok=True)
    county = build_county(size)
    county.parcels.to_parquet(folder / "parcels.parquet")
    county.basic_farmland.to_parquet(folder / "basic_farmland.parquet")
    for name in ("townships", "violations", "approvals"):
        getattr(county, name).to_file(folder / f"{name}.gpkg", layer=name)
    config.write_text(_CONFIG, encoding="utf-8")
    stamp.write_text(made, encoding="utf-8")
    return config


_CONFIG = f"""\
[project]
name = "基准县"
county_code = "445298"
crs = "{CRS}"
as_of = 2026-06-30

[townships]
path = "townships.gpkg"

[[basic_farmland]]
path = "basic_farmland.parquet"

[[cultivated]]
path = "parcels.parquet"

[[approvals]]
path = "approvals.gpkg"

[[violations]]
path = "violations.gpkg"

[grading]
regulation = "jieyang-2009"
"""


def _fingerprint() -> str:
    sources = [Path(__file__), Path(__file__).with_name("lattice.py")]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _bends(rng: np.random.Generator) -> Bends:
    return random_bends(rng, [9000, 5200, 2600, 1100, 430], 0.45)


def _lines(rng: np.random.Generator, count: int) -> tuple[Floats, list[int]]:
    """Return the places of the lines in one direction, and which gaps between them are roads or rivers."""
    gaps = _PARCEL_M * rng.lognormal(-0.045, 0.3, count).clip(0.45, 2.2)
    roads = list(range(_BLOCK // 2, count, _BLOCK))
    gaps[roads] = rng.choice([6.0, 9.0, 14.0, 38.0], len(roads))
    return np.concatenate([[0.0], np.cumsum(gaps)]), roads


def _parcels(
    rng: np.random.Generator, lattice: Lattice, fertility: Bends, roads_east: list[int], roads_north: list[int]
) -> gpd.GeoDataFrame:
    cells = lattice.cells()
    is_road = np.zeros(cells.shape, dtype=bool)
    is_road[:, roads_east] = is_road[roads_north, :] = True
    fields = cells[~is_road]
    codes = _land_codes(rng, _fertility(fertility, lattice.nodes[:-1, :-1][~is_road]))
    networks, network_codes = _roads(lattice, roads_east, roads_north)

    geometry = _placed(np.concatenate([networks, fields]))
    codes = np.concatenate([network_codes, codes])
    names = pd.Series(codes).map(_LAND | dict([_ROAD, _RIVER]))
    is_cultivated = np.char.startswith(codes.astype(str), "01")
    table = {
        "TBBH": [f"{number:07d}" for number in range(1, len(codes) + 1)],
        "DLBM": codes,
        "DLMC": names.to_numpy(),
        "KCXS": np.where(is_cultivated, np.round(rng.uniform(0, 0.15, len(codes)), 4), 0.0),
    }
    return gpd.GeoDataFrame(table, geometry=geometry, crs=CRS)


def _roads(lattice: Lattice, east: list[int], north: list[int]) -> tuple[Geometries, Geometries]:
    """
    Put the narrow cells together: a ladder of roads, a river, a ladder, …, and lanes between them.

    A ladder is two roads through the whole county with all lanes between them: one polygon, with holes.
    """
    height, width = lattice.along.shape[0], lattice.across.shape[1]
    trunks = [lattice.block((0, height), (column, column + 1)) for column in east]
    polygons, codes = [], []
    used = set()
    for first in range(0, len(east) - 1, 3):
        left, right = east[first], east[first + 1]
        rungs = [lattice.block((row, row + 1), (left + 1, right)) for row in north]
        polygons.append(shapely.coverage_union_all([trunks[first], trunks[first + 1], *rungs]))
        codes.append(_ROAD[0])
        used.add((left + 1, right))
    for position, trunk in enumerate(trunks):
        if position % 3 == 2 or (position == len(east) - 1 and position % 3 == 0):
            polygons.append(trunk)
            codes.append(_RIVER[0])
    stretches = zip([0, *(column + 1 for column in east)], [*east, width], strict=True)
    for left, right in stretches:
        if (left, right) not in used and left < right:
            lanes = [lattice.block((row, row + 1), (left, right)) for row in north]
            polygons.extend(lanes)
            codes.extend([_ROAD[0]] * len(lanes))
    return np.array(polygons, dtype=object), np.array(codes, dtype=object)


def _land_codes(rng: np.random.Generator, fertility: Floats) -> Geometries:
    """Give the most fertile ground to paddy, the least to forest, with villages and ponds among them."""
    order = fertility + rng.normal(0, 0.18, len(fertility))
    edges = np.quantile(order, [0.16, 0.30, 0.55])
    codes = np.array(["0301", "0201", "0103", "0101"], dtype=object)[np.searchsorted(edges, order)]
    codes[rng.random(len(codes)) < 0.05] = "0702"
    codes[rng.random(len(codes)) < 0.03] = "1104"
    return codes


def _fertility(field: Bends, points: Floats) -> Floats:
    waves = field.waves
    angles = points[..., 0, None] * waves[:, 0] + points[..., 1, None] * waves[:, 1] + waves[:, 2]
    return np.asarray(np.sin(angles).sum(axis=-1))


def _basic_farmland(rng: np.random.Generator, size: Size, extent: Floats, fertility: Bends) -> gpd.GeoDataFrame:
    cells = size.basic_farmland / 0.6
    east, north = (
        np.concatenate([[0.0], np.cumsum(rng.lognormal(0, 0.25, max(round(np.sqrt(cells)), 4)).clip(0.5, 1.8))])
        for _ in range(2)
    )
    lattice = build_lattice(rng, east / east[-1] * extent[0], north / north[-1] * extent[1], _bends(rng), segments=7)
    value = _fertility(fertility, lattice.nodes[:-1, :-1]) + rng.normal(0, 0.12, lattice.nodes[:-1, :-1].shape[:2])
    chosen = value > np.quantile(value, 0.4)
    geometry = _placed(lattice.cells()[chosen])
    ids = [f"JBNT{number:07d}" for number in range(1, len(geometry) + 1)]
    return gpd.GeoDataFrame({"JBNTTBBH": ids}, geometry=geometry, crs=CRS)


def _violations(rng: np.random.Generator, size: Size, extent: Floats) -> gpd.GeoDataFrame:
    """Scatter patches, each at a place of its own, from some tenths of a mu to dozens."""
    count = size.violations
    places = int(np.ceil(np.sqrt(count * 3)))
    place = np.sort(rng.choice(places**2, count, replace=False))
    inner = extent - 1600  # the county's outline bends by some hundred metres
    middle = 800 + (np.column_stack([place % places, place // places]) + rng.uniform(0.25, 0.75, (count, 2))) * (
        inner / places
    )
    geometry = _placed(shapely.polygons(_stars(rng, middle)))
    same_case = np.concatenate([[False], (np.diff(place) == 1) & (rng.random(count - 1) < 0.6)])
    case = np.cumsum(~same_case)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 730, count), unit="D")
    table = {
        "violation_id": [f"V{number:06d}" for number in range(1, count + 1)],
        "case_id": [f"445298-{number:05d}" for number in case],
        "found_on": days.strftime("%Y-%m-%d"),
        "party": [f"当事人{number:04d}" for number in rng.integers(1, count, count)],
        "status": np.where(rng.random(count) < 0.04, "suspected", "confirmed"),
    }
    return gpd.GeoDataFrame(table, geometry=geometry, crs=CRS)


def _stars(rng: np.random.Generator, middle: Floats) -> Floats:
    """Draw closed, star-shaped outlines of 24 vertices around each middle, some of them long and narrow."""
    count, vertices = len(middle), 24
    area_m2 = rng.lognormal(np.log(3), 1.0, count).clip(0.3, 60) * _MU_M2
    angle = (np.arange(vertices) + rng.uniform(-0.35, 0.35, (count, vertices))) * 2 * np.pi / vertices
    radius = np.sqrt(area_m2 / np.pi)[:, None] * rng.uniform(0.75, 1.25, (count, vertices))
    stretch = np.sqrt(rng.choice([1.0, 1.5, 2.5, 5.0], count))[:, None]
    east, north = radius * np.cos(angle) * stretch, radius * np.sin(angle) / stretch
    turn = rng.uniform(0, np.pi, count)[:, None]
    ring = np.stack([east * np.cos(turn) - north * np.sin(turn), east * np.sin(turn) + north * np.cos(turn)], axis=-1)
    ring = np.round(ring + middle[:, None], 4)
    return np.concatenate([ring, ring[:, :1]], axis=1)


def _approvals(rng: np.random.Generator, violations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Approve a part of one violation in ten: less than was built (批少用多)."""
    some = violations[rng.random(len(violations)) < 0.1]
    low, high = some.bounds[["minx", "miny"]].to_numpy(), some.bounds[["maxx", "maxy"]].to_numpy()
    share = rng.uniform(0.2, 0.8, len(some))
    boxes = shapely.box(low[:, 0] - 5, low[:, 1] - 5, low[:, 0] + share * (high - low)[:, 0], high[:, 1] + 5)
    ids = [f"批准{number:04d}号" for number in range(1, len(some) + 1)]
    table = {"approval_id": ids, "approved_on": "2023-06-30"}
    return gpd.GeoDataFrame(table, geometry=boxes, crs=CRS)


def _townships(lattice: Lattice, lines: int) -> gpd.GeoDataFrame:
    rows, columns = np.linspace(0, lines, 4).astype(int), np.linspace(0, lines, 5).astype(int)
    blocks = [
        lattice.block((bottom, top), (left, right))
        for bottom, top in pairwise(rows)
        for left, right in pairwise(columns)
    ]
    table = {
        "XZQDM": [f"4452981{number:02d}" for number in range(1, len(blocks) + 1)],
        "XZQMC": [f"第{number}镇" for number in range(1, len(blocks) + 1)],
    }
    return gpd.GeoDataFrame(table, geometry=_placed(np.array(blocks, dtype=object)), crs=CRS)


def _placed(geometry: Geometries) -> Geometries:
    """Move from the county's own corner to its place in `CRS`."""
    return np.asarray(shapely.transform(geometry, lambda points: np.round(points + _ORIGIN_M, 4)))
