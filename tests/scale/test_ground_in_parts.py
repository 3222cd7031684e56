"""Stretches of ground: cases stay whole, and each part knows all versions of a layer."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.core.space import PLANE
from geoenforce.scale import ground
from geoenforce.scale.ground import Stretch, blocks_of, measured


class Here:
    """Workers that are this process: cutting and joining without the cost of others."""

    def __init__(self, count):
        self.count = count

    def results(self, work, parts, of):
        found = [work(part) for part in parts]
        assert len(found) == of
        return found


def patches(squares, cases, found_on="2026-03-02"):
    return gpd.GeoDataFrame(
        {"case_id": cases, "found_on": pd.to_datetime(found_on), "status": "confirmed"},
        geometry=[shapely.box(x, y, x + 30, y + 30) for x, y in squares],
        crs=PLANE,
        index=pd.Index([f"V{number:03}" for number in range(len(squares))], name="violation_id"),
    )


def land(boxes, **columns):
    return gpd.GeoDataFrame(columns, geometry=[shapely.box(*box) for box in boxes], crs=PLANE)


def townships():
    return gpd.GeoDataFrame(
        {"township_name": ["西镇", "东镇"], "county_code": "445202"},
        geometry=[shapely.box(-9e3, -9e3, 500, 9e3), shapely.box(500, -9e3, 9e3, 9e3)],
        crs=PLANE,
        index=pd.Index(["445202101", "445202102"], name="township_code"),
    )


def assert_same(one, other):
    for name in ("areas", "regions", "pieces", "cases", "issues"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


places = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 200)), min_size=1, max_size=30)


@given(places, st.data())
@settings(max_examples=15)
def test_parts_give_what_the_whole_gives_bit_by_bit(squares, data):
    cases = data.draw(st.lists(st.sampled_from("ABCDEF"), min_size=len(squares), max_size=len(squares)))
    farmland = land([(x, 0, x + 55, 150) for x in range(0, 1000, 50)])  # neighbours overlap by 5 m
    parcels = land([(x, 0, x + 37, 240) for x in range(0, 1000, 37)], is_cultivated=[True] * 27 + [False])
    stretch = Stretch(patches(squares, cases), farmland, parcels, None, townships())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ground, "_AT_LEAST", 2)
        parts = measured(stretch, lambda _: None, Here(3))

    assert_same(parts, measured(stretch, lambda _: None))


@given(places, st.data(), st.integers(1, 5))
def test_each_violation_is_in_one_part_and_the_patches_of_a_case_are_in_the_same(squares, data, workers):
    cases = data.draw(st.lists(st.sampled_from("ABCDEF"), min_size=len(squares), max_size=len(squares)))
    violations = patches(squares, cases)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ground, "_AT_LEAST", 1)
        blocks = blocks_of(violations, workers)

    assert sorted(np.concatenate(blocks)) == list(range(len(violations)))
    holders = [set(violations["case_id"].iloc[block]) for block in blocks]
    assert sum(map(len, holders)) == len(set().union(*holders))


def test_a_new_version_is_in_force_also_where_nothing_of_it_is_near(monkeypatch):
    """The farmland of 2021 under V001 was given up in 2025; the new version lies elsewhere, in the other part."""
    monkeypatch.setattr(ground, "_AT_LEAST", 1)
    violations = patches([(0, 0), (5000, 0)], ["A", "B"])
    dates = pd.to_datetime([date(2021, 1, 1), date(2025, 1, 1)]).astype("datetime64[s]")
    farmland = land([(4900, -100, 5100, 100), (-100, -100, 100, 100)], effective_from=dates)
    stretch = Stretch(violations, farmland, land([(0, 0, 1, 1)]), None, townships())

    found = measured(stretch, lambda _: None, Here(2)).areas

    assert len(blocks_of(violations, 2)) == 2
    assert found["basic_farmland_m2"].to_list() == [900.0, 0.0]


def test_a_large_county_is_cut_into_few_large_parts():
    violations = patches([(number % 100 * 50, number // 100 * 50) for number in range(5000)], [*map(str, range(5000))])

    assert [len(block) for block in blocks_of(violations, 2)] == [1250] * 4
