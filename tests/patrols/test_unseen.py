"""When basic farmland was last seen."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoenforce.core.errors import TableError
from geoenforce.core.patrol_tables import UNSEEN
from geoenforce.core.tables import check
from geoenforce.patrols.unseen import last_seen, unseen
from tests.patrols.builders import trips_along
from tests.patrols.test_coverage import GRID, boxes, county, line

LANE = line((0, -900), (0, 900))
AS_OF = date(2026, 4, 30)
PLACES = ((-3000, -3000, 0, 3000), (0, -3000, 3000, 3000))


def found(fields, lines=(LANE,), on="2026-04-01", **options):
    layer = boxes(
        *fields, parcel_id=[str(number) for number in range(1, len(fields) + 1)], row=range(1, len(fields) + 1)
    )
    return last_seen(trips_along(*lines, on=on, crs=GRID), layer, county(*PLACES), as_of=AS_OF, **options)


def test_a_patch_is_seen_when_half_of_it_is_within_sight():
    """The sight ends 200 m east of the lane: 50 of 100 m, then 49, and one far away."""
    patches = found([(150, 0, 250, 100), (151.5, 0, 251.5, 100), (1000, 0, 1100, 100)])

    assert patches["days_unseen"].to_list() == [29, pd.NA, pd.NA]
    assert patches["last_seen_on"].iloc[0] == pd.Timestamp("2026-04-01")


def test_parts_seen_on_two_days_count_from_the_day_that_makes_them_half():
    """The western part was seen on the 10th, the eastern on the 20th: where that is half of it, it was seen then."""
    both = found(
        [(-90, 0, 110, 100)],
        lines=[line((-200, -900), (-200, 900)), line((200, -900), (200, 900))],
        on=["2026-04-10", "2026-04-20"],
    )
    quarters = found(
        [(-400, 0, 400, 100)],
        lines=[line((-350, -900), (-350, 900)), line((350, -900), (350, 900))],
        on=["2026-04-10", "2026-04-20"],
    )

    assert both["last_seen_on"].to_list() == [pd.Timestamp("2026-04-20")]
    assert quarters["last_seen_on"].to_list() == [pd.Timestamp("2026-04-10")]


def test_the_latest_day_counts_and_days_after_the_report_do_not():
    patches = found([(0, 0, 100, 100)], lines=[LANE] * 3, on=["2026-03-01", "2026-04-25", "2026-05-02"])

    assert patches["days_unseen"].to_list() == [5]


def test_a_patch_smaller_than_a_row_is_not_lost():
    patches = found([(50, 0.1, 52, 2.1)])

    assert patches["days_unseen"].to_list() == [29]


def test_patches_have_their_township_area_and_row():
    patches = found([(-200, 0, -100, 100), (100, 0, 200, 100), (9000, 0, 9100, 100)])

    check(patches, UNSEEN)
    assert patches["township_code"].to_list()[:2] == ["445202101", "445202102"]
    assert pd.isna(patches["township_code"].iloc[2])
    assert patches["area_mu"].round(2).to_list() == [15.0, 15.0, 15.0]
    assert patches["row"].to_list() == [1, 2, 3]


def test_exactly_thirty_days_are_not_more_than_thirty_and_never_comes_first():
    patches = found([(0, 0, 100, 100), (0, 300, 100, 400), (0, 600, 100, 700), (2000, 0, 2100, 100)], lines=[
        line((50, 0), (50, 100)), line((50, 330), (50, 370)), line((50, 630), (50, 670))], on=["2026-03-31", "2026-03-30", "2026-01-01"], sight_m=80.0)  # fmt: skip

    assert patches["days_unseen"].to_list() == [30, 31, 119, pd.NA]
    assert unseen(patches)["row"].to_list() == [4, 3, 2]
    assert unseen(patches, days=31)["row"].to_list() == [4, 3]


def test_no_trip_leaves_everything_unseen():
    patches = last_seen(trips_along(LANE, crs=GRID).iloc[:0], boxes((0, 0, 100, 100)), county(*PLACES), as_of=AS_OF)

    assert patches["days_unseen"].isna().all()


def test_against_points_and_distances():
    """A hundred patches, three days: the share of 400 points per patch within 200 m of the lines of each day."""
    rng = np.random.default_rng(5)
    corners = rng.uniform(-1500, 1500, (100, 2)).round(1)
    fields = [
        (x, y, x + width, y + height)
        for (x, y), width, height in zip(corners, *rng.uniform(30, 300, (2, 100)), strict=True)
    ]
    days = ["2026-04-02", "2026-04-12", "2026-04-22"]
    ways = [
        line(*np.cumsum(np.vstack([rng.uniform(-1000, 1000, (1, 2)), rng.normal(0, 150, (12, 2))]), axis=0))
        for _ in days
    ]
    patches = found(fields, lines=ways, on=days)

    steps = (np.arange(20) + 0.5) / 20
    for (west, south, east, north), last in zip(fields, patches["last_seen_on"], strict=True):
        x, y = np.meshgrid(500_000 + west + steps * (east - west), 2_600_000 + south + steps * (north - south))
        points = shapely.points(x.ravel(), y.ravel())
        share, expected, margin = np.zeros(400, bool), pd.NaT, 1.0
        for day, way in list(zip(days, ways, strict=True))[::-1]:
            share |= shapely.distance(points, way) <= 200
            margin = min(margin, abs(share.mean() - 0.5))
            if share.mean() >= 0.5:
                expected = pd.Timestamp(day)
                break
        if margin > 0.03:
            assert last == expected or (pd.isna(last) and pd.isna(expected))


def test_the_input_is_not_changed():
    trips, fields = trips_along(LANE, crs=GRID), boxes((0, 0, 100, 100))
    before = trips.copy(deep=True), fields.copy(deep=True)
    last_seen(trips, fields, county(*PLACES), as_of=AS_OF)

    pd.testing.assert_frame_equal(trips, before[0])
    pd.testing.assert_frame_equal(fields, before[1])


def test_a_table_that_is_no_list_of_patches_is_refused():
    with pytest.raises(TableError, match=r"'unseen'.*lacks the columns"):
        unseen(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4490))
