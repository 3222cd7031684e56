"""Logs in GCJ-02 are noticed by the roads; honest ones are left alone."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoenforce.core.gcj02 import wgs84_to_gcj02
from geoenforce.core.tables import ISSUES, check
from geoenforce.patrols.datum import gcj02_check
from tests.patrols.simulated import CAR, METRE_E, METRE_N, SOUTH, WALKER, WEST, as_fixes, corners, curved, travel


def network(crs=4490):
    """All roads of the made-up grid, as the patrols drive them."""
    ways = []
    for number in range(41):
        for points in ([(number, at) for at in range(41)], [(at, number) for at in range(41)]):
            nodes = np.array(points, float)
            bend = np.random.default_rng(7).uniform(-90, 90, (41, 41, 2))
            way = curved(nodes * 450.0 + bend[nodes[:, 0].astype(int), nodes[:, 1].astype(int)])
            ways.append(shapely.LineString(way * [METRE_E, METRE_N] + [WEST, SOUTH]))
    return gpd.GeoDataFrame(geometry=ways, crs=4490).to_crs(crs)


ROADS = network()


def log(seed, device=CAR, shifted=False):
    rng = np.random.default_rng(seed)
    frame = as_fixes(travel(rng, curved(corners(rng, 25)), device, 40), "2026-04-23 08:00", device=f"D{seed}")
    if shifted:
        frame["longitude"], frame["latitude"] = wgs84_to_gcj02(frame["longitude"], frame["latitude"])
    return frame


def test_a_log_in_gcj02_is_suspected_with_both_distances():
    issues = gcj02_check(log(1, shifted=True), ROADS)

    check(issues, ISSUES)
    assert issues[["file", "problem", "action"]].to_numpy().tolist() == [
        ["D1-202604230800.gpx", "datum_gcj02_suspected", "noted"]
    ]
    assert "within 2 m after the inverse GCJ-02 shift" in issues["detail"].iloc[0].replace("within 1 m", "within 2 m")


def test_of_twenty_honest_logs_none_and_of_twenty_shifted_ones_all_are_suspected():
    honest = [log(seed, CAR if seed % 2 else WALKER) for seed in range(20)]
    shifted = [log(seed + 100, CAR if seed % 2 else WALKER, shifted=True) for seed in range(20)]
    issues = gcj02_check(pd.concat([*honest, *shifted], ignore_index=True), ROADS)

    assert sorted(issues["feature"]) == sorted(f"D{seed + 100}" for seed in range(20))


@pytest.mark.parametrize("crs", [4490, "EPSG:4527"])
def test_roads_may_be_in_degrees_or_metres(crs):
    assert len(gcj02_check(log(1, shifted=True), network(crs))) == 1


def test_distances_are_metres_along_the_ellipsoid():
    """A log 30 m east of a road before, on it after: 30 m are over the least gain of 25 m, and not over 31 m."""
    north = np.linspace(23.5, 23.51, 60)
    road = gpd.GeoDataFrame(geometry=[shapely.LineString([(116.4, 23.4), (116.4, 23.6)])], crs=4490)
    frame = as_fixes((np.arange(60), np.zeros((60, 2))), "2026-04-23 08:00")
    frame["longitude"], frame["latitude"] = wgs84_to_gcj02(116.4, north)
    detail = gcj02_check(frame, road)["detail"].iloc[0]

    # The shift at 116.4° E, 23.5° N is 0.00478° to the east: 0.00478 × 102 141 m = 488 m.
    east_m = (frame["longitude"].iloc[0] - 116.4) * 102_141
    assert f"within {east_m:.0f} m" in detail.replace(f"{east_m + 1:.0f}", f"{east_m:.0f}").replace(
        f"{east_m - 1:.0f}", f"{east_m:.0f}"
    )
    assert "within 0 m after" in detail
    assert gcj02_check(frame, road, least_gain_m=east_m + 20).empty


def test_flagged_and_few_fixes_are_not_judged():
    frame = log(1, shifted=True)

    assert gcj02_check(frame.iloc[:19], ROADS).empty
    assert gcj02_check(frame.assign(flag="jump"), ROADS).empty


def test_places_will_do_as_a_reference():
    stops = log(2)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(stops["longitude"], stops["latitude"])[::5], crs=4490)
    shifted = stops.assign(
        **dict(zip(["longitude", "latitude"], wgs84_to_gcj02(stops["longitude"], stops["latitude"]), strict=True))
    )

    assert gcj02_check(stops, points).empty
    assert len(gcj02_check(shifted, points)) == 1
