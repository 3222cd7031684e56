"""Logs in GCJ-02 are noticed by the roads; honest ones are left alone."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoenforce.core.gcj02 import wgs84_to_gcj02
from geoenforce.core.tables import ISSUES, check
from geoenforce.patrols.datum import gcj02_check, gcj02_ledger_check
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


# A way due north along 116.4° E from 23.50° N to 23.55° N, 50 fixes of half a minute; there, 0.001° east are 102.14 m.
ALONG = np.linspace(23.5, 23.55, 50)
EAST_100_M = 100 / 102_141


def northward(on="2026-04-23", *, shifted=True, device="A", unit="一队"):
    frame = as_fixes((np.arange(50) * 30, np.zeros((50, 2))), f"{on} 08:00", device=device)
    place = np.full(50, 116.4), ALONG
    frame["longitude"], frame["latitude"] = wgs84_to_gcj02(*place) if shifted else place
    return frame.assign(patrol_unit=unit)


def entries(*places, on="2026-04-23", unit="一队"):
    longitude, latitude = np.array(places, float).reshape(-1, 2).T
    return pd.DataFrame({"on": pd.Timestamp(on), "patrol_unit": unit, "longitude": longitude, "latitude": latitude})


def test_two_places_of_the_day_betray_a_log_with_both_distances():
    """The shift there is about 488 m to the east; the places lie 20 m and 60 m beside the true way: median 40 m."""
    ledger = entries((116.4 + 0.2 * EAST_100_M, 23.51), (116.4 - 0.6 * EAST_100_M, 23.53))
    issues = gcj02_ledger_check(northward(), ledger)

    check(issues, ISSUES)
    assert issues[["file", "feature", "problem", "action"]].to_numpy().tolist() == [
        ["A-202604230800.gpx", "A", "datum_gcj02_suspected", "noted"]
    ]
    assert "passes 2 places" in issues["detail"].iloc[0]
    assert "at 40 m after the inverse GCJ-02 shift" in issues["detail"].iloc[0]


def test_a_place_counts_as_reached_at_a_hundred_metres_and_not_beyond():
    def places(beside_m):
        return entries(*[(116.4 - beside_m / 100 * EAST_100_M, north) for north in (23.51, 23.53)])

    assert len(gcj02_ledger_check(northward(), places(99.9))) == 1
    assert gcj02_ledger_check(northward(), places(100.1)).empty


def test_a_gain_of_less_than_two_hundred_metres_says_nothing():
    """To places between the true way and the shifted one, both 60 m off the true: gains of some 360 m."""
    ledger = entries(*[(116.4 + 0.6 * EAST_100_M, north) for north in (23.51, 23.53)])

    assert len(gcj02_ledger_check(northward(), ledger, least_gain_m=360)) == 1
    assert gcj02_ledger_check(northward(), ledger, least_gain_m=380).empty


def test_one_place_may_be_chance_and_two_days_of_a_device_are_not():
    days = ["2026-04-23", "2026-04-24"]
    logs = pd.concat([northward(on) for on in days], ignore_index=True)
    ledger = pd.concat([entries((116.4, 23.52), on=on) for on in days], ignore_index=True)

    assert gcj02_ledger_check(logs, ledger.iloc[:1]).empty
    issues = gcj02_ledger_check(logs, ledger)
    assert issues["feature"].to_list() == ["A"]
    assert issues["file"].isna().all()


def test_an_honest_log_is_left_alone_wherever_its_places_are():
    shifted_places = [[float(degree) for degree in wgs84_to_gcj02(116.4, north)] for north in (23.51, 23.53)]

    assert gcj02_ledger_check(northward(shifted=False), entries((116.4, 23.51), (116.4, 23.53))).empty
    assert gcj02_ledger_check(northward(shifted=False), entries(*shifted_places)).empty


def test_a_place_that_is_reached_either_way_says_nothing():
    """A log of the true way and, an hour later, of the shifted one: one of the two passes each place in any case."""
    back = northward(shifted=False)
    back["recorded_at"] += pd.Timedelta(hours=1)
    both = pd.concat([northward(), back])
    neutral, telling = (entries((116.4, 23.51), (116.4, 23.53), on=on) for on in ("2026-04-23", "2026-04-24"))

    assert gcj02_ledger_check(both, neutral).empty
    issues = gcj02_ledger_check(pd.concat([both, northward("2026-04-24")]), pd.concat([neutral, telling]))
    assert issues["detail"].str.contains("passes 2 places").to_list() == [True]


def test_a_place_that_was_reached_as_the_log_is_clears_the_device_but_not_each_log():
    honest = northward("2026-04-24", shifted=False)
    logs = pd.concat([northward(), honest], ignore_index=True)
    ledger = pd.concat([entries((116.4, 23.51), (116.4, 23.53)), entries((116.4, 23.52), on="2026-04-24")])

    assert gcj02_ledger_check(logs, ledger)["file"].to_list() == ["A-202604230800.gpx"]
    assert gcj02_ledger_check(logs, ledger.iloc[1:]).empty


def test_places_of_other_days_and_units_say_nothing():
    ledger = entries((116.4, 23.51), (116.4, 23.53))

    assert gcj02_ledger_check(northward(on="2026-04-22"), ledger).empty
    assert gcj02_ledger_check(northward(unit="二队"), ledger).empty
    assert gcj02_ledger_check(northward(), ledger.assign(longitude=np.nan)).empty
    assert gcj02_ledger_check(northward(), ledger.drop(columns=["longitude", "latitude"])).empty


def misplaced(fewest_places):
    """Twenty honest logs on roads 450 m apart, whose ledger notes six places each anywhere: the worst that can happen."""
    rng = np.random.default_rng(3)
    logs, ledger = [], []
    for device in range(20):
        track, on = travel(rng, curved(corners(rng, 25)), CAR, 40), f"2026-04-{device + 1:02d}"
        logs.append(as_fixes(track, f"{on} 08:00", device=f"D{device}", unit="一队"))
        middle = logs[-1][["longitude", "latitude"]].mean().to_numpy()
        ledger.append(entries(*(middle + rng.uniform(-0.02, 0.02, (6, 2))), on=on))
    joined = pd.concat(logs, ignore_index=True), pd.concat(ledger, ignore_index=True)
    return len(gcj02_ledger_check(*joined, fewest_places=fewest_places))


def test_even_where_every_place_is_noted_at_random_two_rarely_agree_by_chance_and_one_often_does():
    assert misplaced(2) <= 1
    assert misplaced(1) >= 3
