"""Coverage county by county is that of all counties at once, and so is the day each patch was last seen."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import shapely

from geoenforce.scale import coverage
from geoenforce.scale.coverage import Sight, seen


@pytest.fixture(scope="module")
def sight(demo_run):
    """The demo's trips over the farmland near violations, its townships in two counties, a patch in neither."""
    results = demo_run.results
    townships = results.townships.copy()
    townships.loc[townships.index[:4], "county_code"] = "445298"
    patches = results.basic_farmland.reset_index(drop=True)
    far = patches.geometry.iloc[:1].translate(1e6).rename(len(patches))
    patches = pd.concat([patches.iloc[:1].set_geometry(far.to_numpy()), patches], ignore_index=True)
    periods = [(date(2026, 5, 1), date(2026, 6, 30))]
    return Sight(results.patrols.trips, {"basic_farmland": patches}, patches, townships, periods, periods[0][1], 200.0)


def test_two_counties_are_what_they_are_together(sight):
    whole, apart = coverage._see(sight), seen(sight)

    pd.testing.assert_frame_equal(apart.coverage, whole.coverage, rtol=1e-12)
    pd.testing.assert_frame_equal(
        apart.patches.drop(columns="geometry"), whole.patches.drop(columns="geometry"), check_exact=True
    )
    assert shapely.equals_identical(apart.patches.geometry.to_numpy(), whole.patches.geometry.to_numpy()).all()
    assert pd.isna(apart.patches["township_code"].iloc[0])


def test_trips_too_far_to_see_anything_change_no_bit(sight):
    elsewhere = sight.trips.iloc[:1].set_geometry(sight.trips.geometry.iloc[:1].translate(5.0))
    more = replace(sight, trips=pd.concat([elsewhere.set_axis(["elsewhere"]).rename_axis("trip_id"), sight.trips]))

    pd.testing.assert_frame_equal(seen(more).coverage, seen(sight).coverage, check_exact=True)
