"""Line of sight, against GDAL's viewshed, and rays marched in steps of a metre over the formula of the ground."""

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from geoenforce.core.errors import InputError
from geoenforce.patrols.coverage import coverage
from geoenforce.patrols.terrain import Elevation
from tests.patrols.builders import trips_along

GRID = "EPSG:4548"
E0, N0 = 500_000.0, 2_600_000.0
APRIL = [(date(2026, 4, 1), date(2026, 4, 30))]
HALF = 500.0


def raster(ground, cell=10.0, crs=GRID):
    """The formula sampled at the middles of cells, rows from north to south, as rasterio gives them."""
    middles = np.arange(-1000 + cell / 2, 1000, cell)
    east, north = np.meshgrid(middles, -middles)
    return Elevation(ground(east, north).astype("float32"), (cell, 0.0, E0 - 1000, 0.0, -cell, N0 + 1000), crs)


def share_seen(way, elevation, sight_m=200.0):
    field = gpd.GeoDataFrame(geometry=[shapely.box(E0 - HALF, N0 - HALF, E0 + HALF, N0 + HALF)], crs=GRID)
    place = gpd.GeoDataFrame(
        {"township_name": ["某镇"], "county_code": ["445202"]}, geometry=[shapely.box(E0 - 900, N0 - 900, E0 + 900, N0 + 900)], crs=GRID,
        index=pd.Index(["445202101"], name="township_code"),
    )  # fmt: skip
    trips = trips_along(shapely.LineString([(E0 + east, N0 + north) for east, north in way]), crs=GRID)
    return coverage(trips, {"basic_farmland": field}, place, APRIL, sight_m=sight_m, elevation=elevation)[
        "seen_share"
    ].iloc[0]


def marched(way, ground, sight_m=200.0, every_m=10.0):
    """Look from every 10 m of the way at every 10 m of the field, and walk each ray metre by metre."""
    along = shapely.LineString(way)
    eyes = np.array([along.interpolate(at).coords[0] for at in np.arange(0, along.length + 1, every_m)])
    middles = np.arange(-HALF + 5, HALF, every_m)
    east, north = (grid.ravel() for grid in np.meshgrid(middles, middles))
    seen = np.zeros(len(east), bool)
    for x, y in eyes:
        near = np.flatnonzero(~seen & (np.hypot(east - x, north - y) <= sight_m))
        top, target = ground(x, y) + 2.0, ground(east[near], north[near])
        clear = np.ones(len(near), bool)
        length = np.hypot(east[near] - x, north[near] - y)
        for step in range(1, int(sight_m)):
            share = np.minimum(step / np.maximum(length, 1e-9), 1.0)
            height = ground(x + (east[near] - x) * share, y + (north[near] - y) * share)
            clear &= (height <= top + (target - top) * share + 1e-6) | (share >= 1.0)
        seen[near[clear]] = True
    return seen.mean()


def flat(east, north):
    return np.zeros(np.broadcast(east, north).shape) + 12.0


def ridge(east, north):
    """A dike of 8 m, 100 m east of the way, as broad as 30 m."""
    return 8.0 * np.exp(-(((east - 100) / 15) ** 2)) + 0 * north


def hills(east, north):
    return 15.0 * np.sin(east / 90) * np.cos(north / 130) + 0.02 * east


WAY = [(0.0, -300.0), (0.0, 300.0)]
WINDING = [(-300.0, -250.0), (-100.0, 50.0), (60.0, -80.0), (280.0, 260.0)]


#: 600 m with 200 m on either side and two half discs, of a square kilometre.
OPEN_SHARE = (600 * 400 + np.pi * 200**2) / 1_000_000


def test_flat_ground_hides_nothing():
    assert share_seen(WAY, raster(flat)) == pytest.approx(OPEN_SHARE, rel=1e-3)
    assert share_seen(WAY, None) == pytest.approx(OPEN_SHARE, rel=1e-3)


def test_behind_a_dike_nothing_is_seen():
    """The dike's foot is seen, the 80 m behind it are not: at most what lies west of its crest."""
    dike, open_ = share_seen(WAY, raster(ridge)), share_seen(WAY, None)

    assert dike < open_ - 600 * 70 / 1_000_000
    assert dike == pytest.approx(marched(WAY, ridge), abs=0.012)


@pytest.mark.parametrize("way", [WAY, WINDING])
def test_hills_hide_what_an_independent_viewshed_says(way):
    """With cells of 10 m, up to 5 % more than the rays; the difference halves with the cells (docs/how-to/patrols.md)."""
    seen = share_seen(way, raster(hills))

    assert seen == pytest.approx(marched(way, hills), rel=0.05)
    assert seen < 0.9 * share_seen(way, None)


@pytest.mark.parametrize(("ground", "way"), [(hills, WAY), (hills, WINDING), (ridge, WAY), (ridge, WINDING)])
def test_the_visible_share_is_that_of_gdals_viewshed(ground, way):
    """``gdal_viewshed.py`` says how GDAL's figures were made; they are cells of 10 m, as are ours."""
    theirs = json.loads(Path(__file__).with_name("gdal_viewshed.json").read_text(encoding="utf-8"))["share_seen"]
    name = f"{ground.__name__}, {'straight' if way is WAY else 'winding'}"

    assert share_seen(way, raster(ground)) == pytest.approx(theirs[name], rel=0.01)


def test_a_raster_in_degrees_gives_the_same():
    onwards = pyproj.Transformer.from_crs(4490, GRID, always_xy=True)
    west, south = onwards.transform(E0 - 1000, N0 - 1000, direction="INVERSE")
    cell = 1e-4
    longitude, latitude = west + (np.arange(210) + 0.5) * cell, south + (np.arange(190)[::-1] + 0.5) * cell
    east, north = onwards.transform(*np.meshgrid(longitude, latitude))
    degrees = Elevation(hills(east - E0, north - N0), (cell, 0.0, west, 0.0, -cell, south + 190 * cell), 4326)

    assert share_seen(WINDING, degrees) == pytest.approx(share_seen(WINDING, raster(hills)), rel=0.01)


def test_ground_without_heights_hides_nothing():
    unknown = raster(lambda east, north: flat(east, north) * np.nan)

    assert share_seen(WAY, unknown) == pytest.approx(share_seen(WAY, raster(flat)), rel=1e-9)


def test_a_border_hides_nothing():
    """The way runs 100 m west of a township's border: of its 600 m, a band of 100 m and two segments of discs are seen."""
    segments = 200**2 * np.arccos(0.5) - 100 * np.sqrt(200**2 - 100**2)
    field = gpd.GeoDataFrame(geometry=[shapely.box(E0 + 100, N0 - HALF, E0 + HALF, N0 + HALF)], crs=GRID)
    place = gpd.GeoDataFrame(
        {"township_name": ["某镇"], "county_code": ["445202"]}, geometry=field.geometry.to_numpy(), crs=GRID,
        index=pd.Index(["445202101"], name="township_code"),
    )  # fmt: skip
    trips = trips_along(shapely.LineString([(E0 + east, N0 + north) for east, north in WAY]), crs=GRID)
    found = coverage(trips, {"basic_farmland": field}, place, APRIL, elevation=raster(flat))

    assert found["seen_m2"].iloc[0] == pytest.approx(600 * 100 + segments, rel=5e-3)


def test_a_second_trip_along_the_same_way_sees_the_same():
    """What is seen from a cell is worked out once and used for both."""
    field = gpd.GeoDataFrame(geometry=[shapely.box(E0 - HALF, N0 - HALF, E0 + HALF, N0 + HALF)], crs=GRID)
    place = gpd.GeoDataFrame(
        {"township_name": ["某镇"], "county_code": ["445202"]}, geometry=[shapely.box(E0 - 900, N0 - 900, E0 + 900, N0 + 900)], crs=GRID,
        index=pd.Index(["445202101"], name="township_code"),
    )  # fmt: skip
    way = shapely.LineString([(E0 + east, N0 + north) for east, north in WINDING])
    once, twice = (
        coverage(
            trips_along(*[way] * times, crs=GRID), {"basic_farmland": field}, place, APRIL, elevation=raster(hills)
        )
        for times in (1, 2)
    )

    assert twice["seen_m2"].iloc[0] == pytest.approx(once["seen_m2"].iloc[0], rel=1e-9)
    assert twice["effort_m2"].iloc[0] == pytest.approx(2 * once["effort_m2"].iloc[0], rel=1e-9)


def test_heights_lie_at_the_middles_of_cells():
    """Columns of 0 m, 10 m, 20 m: a quarter of a cell east of the first middle are 2.5 m."""
    heights = Elevation(np.array([[0.0, 10.0, 20.0], [0.0, 10.0, 20.0]]), (0.01, 0.0, 116.0, 0.0, -0.01, 23.5), 4490)

    assert heights.at(np.array([116.005, 116.0075, 116.1]), np.array([23.49, 23.49, 23.49]))[:2] == pytest.approx(
        [0.0, 2.5]
    )
    assert np.isnan(heights.at(np.array([116.1]), np.array([23.49]))[0])


def test_a_raster_of_one_row_is_refused():
    with pytest.raises(InputError, match="has 1 rows, 3 columns"):
        Elevation(np.zeros((1, 3)), (1.0, 0, 0, 0, -1.0, 0), 4490).at(np.zeros(1), np.zeros(1))
