"""Townships of positions: the raster gives what exact tests give."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoenforce.patrols.distance import distance_m
from geoenforce.patrols.places import places_of
from tests.patrols.builders import GEOD


def jagged(crs=4490):
    """Seven townships with borders of many corners."""
    rng = np.random.default_rng(2)
    seeds = shapely.MultiPoint(rng.uniform([116.2, 23.3], [116.6, 23.7], (7, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(116.2, 23.3, 116.6, 23.7)))
    cells = shapely.segmentize(shapely.intersection(cells, shapely.box(116.2, 23.3, 116.6, 23.7)), 0.0005)
    codes = pd.Index([f"44520210{number}" for number in range(1, 8)], name="township_code")
    return gpd.GeoDataFrame(
        {"township_name": "镇", "county_code": "445202"}, geometry=cells, crs=4490, index=codes
    ).to_crs(crs)


@pytest.mark.parametrize("positions", [10, 40_000, 5_000_000])
@pytest.mark.parametrize("crs", [4490, "EPSG:4527"])
def test_the_raster_gives_what_exact_tests_give_at_any_fineness(positions, crs):
    places = jagged()
    points = np.random.default_rng(4).uniform([116.15, 23.25], [116.65, 23.75], (4000, 2))
    found = places_of(jagged(crs), positions).numbers(points[:, 0], points[:, 1])

    expected = np.full(len(points), -1)
    for number, shape in enumerate(places.geometry):
        expected[shapely.contains_xy(shape, points[:, 0], points[:, 1])] = number
    near = (
        shapely.distance(shapely.union_all(shapely.boundary(places.geometry.to_numpy())), shapely.points(points)) < 1e-7
    )
    assert (found == expected)[~near].all()


def test_lengths_agree_with_geodesics_from_metres_to_continents():
    rng = np.random.default_rng(1)
    count = 2000
    start = rng.uniform([75, 5], [134, 53], (count, 2))
    length = 10 ** rng.uniform(-1, 6.2, count)
    east, north, _ = GEOD.fwd(start[:, 0], start[:, 1], rng.uniform(0, 360, count), length)

    found = distance_m(start[:, 0], start[:, 1], east, north)
    assert np.abs(found / length - 1).max() < 2e-7
