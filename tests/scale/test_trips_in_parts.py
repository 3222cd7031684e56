"""However fixes are cut into parts: nothing is torn, nothing joined, and the trips are the same bit by bit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.patrols.joining import joined_trips
from geoenforce.patrols.sources import source_of
from geoenforce.patrols.trips import split_trips
from geoenforce.scale import trips
from tests.patrols.builders import EAST, NORTH, together, walk
from tests.patrols.test_blocks import PLACES, assert_same, fleets

FAR = (EAST, NORTH + 0.04)  # 4 km north


def parts(fixes, *, gap_min=20.0, at_least=1, workers=50):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trips, "_AT_LEAST", at_least)
        return trips.parts_of(source_of(fixes), gap_min * 60, workers)


def devices(fixes, found):
    return [sorted(fixes["device_id"].iloc[part].unique()) for part in found]


@given(fleets(), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_trips_of_parts_are_those_of_the_whole_bit_by_bit(fleet, at_least):
    found = parts(fleet, at_least=at_least)

    split = [(part, split_trips(fleet.iloc[part], PLACES)) for part in found]

    assert sorted(np.concatenate(found)) == list(range(len(fleet)))
    assert_same(joined_trips(fleet, split), split_trips(fleet, PLACES))


def test_devices_that_never_met_are_in_different_parts():
    fixes = together(walk("2026-04-08 08:00", [10.0] * 50), walk("2026-04-08 08:00", [10.0] * 50, at=FAR, device="B"))

    assert devices(fixes, parts(fixes)) == [["B"], ["XJ-01"]]


def test_devices_that_met_once_are_in_one_part():
    met = walk("2026-04-09 08:00", [10.0] * 2, device="B")
    fixes = together(
        walk("2026-04-09 08:00", [10.0] * 50), walk("2026-04-08 08:00", [10.0] * 50, at=FAR, device="B"), met
    )

    assert devices(fixes, parts(fixes)) == [["B", "XJ-01"]]


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 0.75, 0.999])
def test_devices_a_metre_apart_have_met_wherever_the_cells_of_the_grid_end(shift):
    """A copy may differ by 1e-5 degrees and half a second, on either side of any line of a grid."""
    place = np.floor(EAST / 0.002) * 0.002 + shift * 0.002, np.floor(NORTH / 0.002) * 0.002 + shift * 0.002
    beside = place[0] - 1e-5, place[1] - 1e-5
    fixes = together(
        walk("2026-04-08 08:00:00.200", [0.0] * 2, at=place),
        walk("2026-04-08 07:59:59.800", [0.0] * 2, at=beside, device="B"),
    )

    assert len(parts(fixes)) == 1


def test_a_month_ends_when_nobody_is_under_way_any_more():
    """The team's last patrol of April ends at 00:40 of 1 May; 40 minutes later another one of May begins."""
    april = together(walk("2026-04-20 08:00:01", [10.0] * 50), walk("2026-04-30 23:30:01", [10.0] * 60, every_s=70.0))
    may = together(walk("2026-05-01 01:20:01", [10.0] * 50), walk("2026-05-20 08:00:01", [10.0] * 50))
    fixes = together(april, may)

    found = parts(fixes, workers=1)

    assert [len(part) for part in found] == [len(april), len(may)]
    assert fixes["recorded_at"].iloc[found[0]].max() > pd.Timestamp("2026-05-01 00:30", tz="Asia/Shanghai")


def test_months_are_not_cut_where_a_device_tells_whole_minutes_in_one_of_them_only():
    """What is too fast depends on how finely a device tells the time; that is asked of its whole log."""
    fixes = together(
        walk("2026-04-20 08:00:00", [10.0] * 50, every_s=60.0), walk("2026-05-20 08:00:00", [10.0] * 50, every_s=7.0)
    )

    assert len(parts(fixes, workers=1)) == 1


def test_what_has_no_time_or_place_is_in_one_part_too():
    fixes = together(walk("2026-04-08 08:00", [10.0] * 50), walk("2026-04-08 08:00", [10.0] * 50, at=FAR, device="B"))
    fixes.loc[[3, 70], "recorded_at"] = pd.NaT

    assert sorted(np.concatenate(parts(fixes))) == list(range(len(fixes)))
