"""GCJ-02 against published pairs, and the way back."""

import csv
from pathlib import Path

import numpy as np
import pyproj
import pytest

from geoenforce.core.gcj02 import gcj02_to_wgs84, wgs84_to_gcj02

PAIRS = Path(__file__).parents[2].parent / "shared/data/datum/pairs.csv"
GEOD = pyproj.Geod(ellps="WGS84")


def test_published_pairs_are_met():
    if not PAIRS.exists():
        pytest.skip(f"{PAIRS} is not here")
    convert = {("WGS84", "GCJ02"): (wgs84_to_gcj02, 0.01), ("GCJ02", "WGS84"): (gcj02_to_wgs84, 0.5)}
    with PAIRS.open(encoding="utf-8") as file:
        pairs = [row for row in csv.DictReader(file) if (row["from"], row["to"]) in convert]
    exact = [row for row in pairs if "not exact" not in row["tolerance"]]

    assert len(exact) >= 6
    for row in exact:
        function, metres = convert[row["from"], row["to"]]
        found = function(float(row["in_lon"]), float(row["in_lat"]))
        assert GEOD.inv(*found, float(row["out_lon"]), float(row["out_lat"]))[2] < metres


def test_the_way_back_is_better_than_half_a_metre_everywhere_in_china():
    longitude, latitude = np.meshgrid(np.arange(73.0, 137.5, 0.37), np.arange(3.0, 54.0, 0.41))

    back = gcj02_to_wgs84(*wgs84_to_gcj02(longitude, latitude))

    _, _, off = GEOD.inv(longitude.ravel(), latitude.ravel(), back[0].ravel(), back[1].ravel())
    assert off.max() < 0.001


@pytest.mark.parametrize(("longitude", "latitude"), [(5.0, 52.0), (139.7, 35.7), (100.0, -5.0), (-74.0, 40.7)])
def test_nothing_moves_outside_china(longitude, latitude):
    assert wgs84_to_gcj02(longitude, latitude) == (longitude, latitude)
    assert gcj02_to_wgs84(longitude, latitude) == (longitude, latitude)


@pytest.mark.parametrize(("place", "metres"), [((116.37, 23.55), 548), ((118.8, 32.06), 541), ((104.07, 30.66), 360)])
def test_the_offset_is_some_hundred_metres(place, metres):
    shifted = wgs84_to_gcj02(*place)

    assert GEOD.inv(*place, *shifted)[2] == pytest.approx(metres, abs=12)


def test_arrays_keep_their_shape():
    longitude, latitude = wgs84_to_gcj02(np.full((2, 3), 116.0), np.full((2, 3), 23.0))

    assert longitude.shape == latitude.shape == (2, 3)
