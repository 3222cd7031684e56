"""Coverage: merged ground and effort, against areas worked out by hand and against vector buffers."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.core.errors import ConfigError, TableError
from geoenforce.core.patrol_tables import COVERAGE
from geoenforce.core.space import PLANE
from geoenforce.core.tables import check
from geoenforce.patrols.coverage import coverage
from tests.patrols.builders import townships, trips_along

# The central meridian of zone 39: there the grid of EPSG:4548 is true to scale to a millimetre per kilometre.
GRID = "EPSG:4548"
E0, N0 = 500_000.0, 2_600_000.0
APRIL = [(date(2026, 4, 1), date(2026, 4, 30))]


def boxes(*places, crs=GRID, **columns):
    """Rectangles in metres from E0, N0."""
    shapes = [shapely.box(E0 + west, N0 + south, E0 + east, N0 + north) for west, south, east, north in places]
    return gpd.GeoDataFrame(columns, geometry=shapely.segmentize(np.array(shapes), 60), crs=GRID).to_crs(crs)


def county(*places, crs=GRID):
    codes = [f"44520210{number}" for number in range(1, len(places) + 1)]
    frame = boxes(*places, crs=crs, township_name=["某镇"] * len(places), county_code=["445202"] * len(places))
    return frame.set_index(pd.Index(codes, name="township_code"))


def line(*points):
    return shapely.LineString([(E0 + east, N0 + north) for east, north in points])


FIELD = (-1000, -1000, 1000, 1000)


def seen(lines, fields=(FIELD,), places=((-3000, -3000, 3000, 3000),), periods=APRIL, on="2026-04-01", **options):
    trips = trips_along(*lines, on=on, crs=GRID)
    return coverage(trips, {"basic_farmland": boxes(*fields)}, county(*places), periods, **options)


def test_a_straight_way_sees_a_band_with_round_ends():
    """1 km with 200 m on either side and two half discs: 400 000 + π × 40 000 = 525 664 m²."""
    row = seen([line((-500, 0), (500, 0))]).iloc[0]

    assert row["ground_m2"] == pytest.approx(4_000_000, rel=1e-3)
    assert row["seen_m2"] == pytest.approx(525_664, rel=2e-3)
    assert row["seen_share"] == pytest.approx(0.131416, rel=3e-3)


@pytest.mark.parametrize("bearing", [0, 17, 45, 90, 133])
def test_the_bearing_changes_nothing(bearing):
    angle = np.radians(bearing)
    way = line((-500 * np.sin(angle), -500 * np.cos(angle)), (500 * np.sin(angle), 500 * np.cos(angle)))

    assert seen([way])["seen_m2"].iloc[0] == pytest.approx(525_664, rel=2e-3)


def test_standing_still_sees_a_disc():
    assert seen([line((0, 0), (0, 0))])["seen_m2"].iloc[0] == pytest.approx(np.pi * 40_000, rel=5e-3)


def test_the_same_way_three_times_sees_no_more_ground_but_takes_three_times_the_effort():
    once, thrice = seen([line((-500, 0), (500, 0))]).iloc[0], seen([line((-500, 0), (500, 0))] * 3).iloc[0]

    assert thrice["seen_m2"] == pytest.approx(once["seen_m2"])
    assert thrice["effort_m2"] == pytest.approx(3 * once["seen_m2"])


def test_there_and_back_in_one_trip_is_one_trips_effort():
    row = seen([line((-500, 0), (500, 0), (-500, 0))]).iloc[0]

    assert row["effort_m2"] == pytest.approx(row["seen_m2"])


def test_farmland_mapped_twice_counts_once():
    once, twice = seen([line((-500, 0), (500, 0))]), seen([line((-500, 0), (500, 0))], fields=(FIELD, FIELD))

    pd.testing.assert_frame_equal(once, twice)


def test_a_hole_in_the_farmland_is_not_farmland():
    """A pond of 200 m by 200 m in the middle of the band."""
    pond = shapely.box(E0 - 100, N0 - 100, E0 + 100, N0 + 100)
    field = gpd.GeoDataFrame(geometry=[boxes(FIELD).geometry.iloc[0].difference(pond)], crs=GRID)
    found = coverage(
        trips_along(line((-500, 0), (500, 0)), crs=GRID),
        {"cultivated": field},
        county((-3000, -3000, 3000, 3000)),
        APRIL,
    )

    assert found["seen_m2"].iloc[0] == pytest.approx(525_664 - 40_000, rel=3e-3)
    assert found["land"].to_list() == ["cultivated"]


def test_a_border_divides_what_is_seen_and_sight_reaches_over_it():
    """The way runs 50 m west of the border: 150 m of the sight lie in the next township."""
    found = seen([line((-50, -900), (-50, 900))], places=((-3000, -3000, 0, 3000), (0, -3000, 3000, 3000)))

    whole = seen([line((-50, -900), (-50, 900))])["seen_m2"].iloc[0]
    assert found["seen_m2"].sum() == pytest.approx(whole, rel=1e-3)
    assert found["seen_m2"].iloc[1] == pytest.approx(1800 * 150 + 30_700, rel=0.01)  # two segments of a circle


def test_periods_hold_their_first_and_last_day_and_may_overlap():
    lines = [line((-500, north), (500, north)) for north in (-600, 0, 600)]
    days = ["2026-04-01", "2026-04-30", "2026-05-01"]
    periods = [
        *APRIL,
        (date(2026, 5, 1), date(2026, 5, 31)),
        (date(2026, 4, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 1, 2)),
    ]
    found = seen(lines, periods=periods, on=days).sort_values(["period_from", "period_to"])

    assert (found["seen_m2"] / 525_664).round(2).to_list() == [2.0, 3.0, 1.0, 0.0]


def test_sight_may_differ_by_trip():
    ways = [line((-500, -500), (500, -500)), line((-500, 500), (500, 500))]
    found = seen(ways, sight_m=pd.Series({"T1": 200.0, "T2": 100.0}))

    assert found["seen_m2"].iloc[0] == pytest.approx(525_664 + 200_000 + np.pi * 10_000, rel=3e-3)


@pytest.mark.parametrize("crs", [GRID, "EPSG:4527", 4490, PLANE])
def test_degrees_or_metres_are_all_the_same(crs):
    found = coverage(
        trips_along(line((-500, 0), (500, 0)), crs=GRID),
        {"basic_farmland": boxes(FIELD, crs=crs)},
        county((-3000, -3000, 3000, 3000), crs=crs),
        APRIL,
    )

    assert found["seen_m2"].iloc[0] == pytest.approx(525_664, rel=2e-3)


def test_the_share_of_a_township_without_farmland_is_missing():
    found = seen([line((-500, 0), (500, 0))], places=((-3000, -3000, 3000, 3000), (5000, 5000, 6000, 6000)))

    assert found["seen_share"].isna().to_list() == [False, True]
    check(found, COVERAGE)


def test_no_trip_sees_nothing():
    found = coverage(
        trips_along(line((0, 0), (1, 1)), crs=GRID).iloc[:0],
        {"basic_farmland": boxes(FIELD)},
        county((-3000, -3000, 3000, 3000)),
        APRIL,
    )

    assert found[["seen_m2", "effort_m2"]].to_numpy().tolist() == [[0.0, 0.0]]


def test_against_vector_buffers_on_scattered_fields_and_winding_ways():
    """300 fields of 40 to 160 m, five winding trips; the answer of GEOS in the grid, each spot once."""
    rng = np.random.default_rng(3)
    corners, sides = rng.uniform(-2800, 2600, (300, 2)), rng.uniform(40, 160, (300, 2))
    fields = [
        shapely.affinity.rotate(shapely.box(*low, *(low + size)), angle)
        for low, size, angle in zip(corners, sides, rng.uniform(0, 90, 300), strict=True)
    ]
    shapes = shapely.transform(np.array(fields), lambda xy: xy + np.array([E0, N0]))
    ways = [
        line(*np.cumsum(np.vstack([rng.uniform(-1500, 1500, (1, 2)), rng.normal(0, 120, (60, 2))]), axis=0))
        for _ in range(5)
    ]
    layer = gpd.GeoDataFrame(geometry=shapes, crs=GRID)
    found = coverage(
        trips_along(*ways, crs=GRID), {"basic_farmland": layer}, county((-3000, -3000, 3000, 3000)), APRIL
    ).iloc[0]

    ground = shapely.intersection(shapely.union_all(shapes), county((-3000, -3000, 3000, 3000)).geometry.iloc[0])
    discs = shapely.buffer(np.array(ways), 200, quad_segs=32)
    assert found["ground_m2"] == pytest.approx(shapely.area(ground), rel=2e-3)
    assert found["seen_m2"] == pytest.approx(shapely.intersection(shapely.union_all(discs), ground).area, rel=3e-3)
    assert found["effort_m2"] == pytest.approx(shapely.area(shapely.intersection(discs, ground)).sum(), rel=3e-3)


winding = st.lists(st.tuples(st.integers(-1500, 1500), st.integers(-1500, 1500)), min_size=2, max_size=6)


@settings(max_examples=20)
@given(st.lists(winding, min_size=1, max_size=4))
def test_merged_ground_is_never_more_than_the_effort_or_the_land(ways):
    row = seen([line(*way) for way in ways]).iloc[0]

    assert row["seen_m2"] <= row["effort_m2"] * (1 + 1e-9)
    assert row["seen_m2"] <= row["ground_m2"]
    assert row["effort_m2"] <= len(ways) * row["ground_m2"] * (1 + 1e-9)


def test_trips_taken_few_at_a_time_see_what_all_at_once_see(monkeypatch):
    """Twelve trips over three days, four vertices at a time: what bounds the memory changes no result."""
    rng = np.random.default_rng(11)
    ways = [line(*np.cumsum(rng.normal(0, 300, (8, 2)), axis=0)) for _ in range(12)]
    days = [f"2026-04-{day:02d}" for day in rng.integers(1, 4, 12)]
    periods = [*APRIL, (date(2026, 4, 2), date(2026, 4, 2))]
    whole = seen(ways, on=days, periods=periods)
    monkeypatch.setattr("geoenforce.patrols.views._MOST_VERTICES", 4)
    monkeypatch.setattr("geoenforce.patrols.sight._MOST_SPANS", 50)

    pd.testing.assert_frame_equal(seen(ways, on=days, periods=periods), whole, rtol=1e-9)


def test_the_input_is_not_changed():
    trips, fields, places = (
        trips_along(line((-500, 0), (500, 0)), crs=GRID),
        boxes(FIELD),
        county((-3000, -3000, 3000, 3000)),
    )
    before = [table.copy(deep=True) for table in (trips, fields, places)]
    coverage(trips, {"basic_farmland": fields}, places, APRIL)

    for table, earlier in zip((trips, fields, places), before, strict=True):
        pd.testing.assert_frame_equal(table, earlier)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"periods": [(date(2026, 4, 2), date(2026, 4, 1))]}, "from 2026-04-02 to 2026-04-01 ends before it begins"),
        ({"sight_m": 0.0}, "sight of the trips .* is not above zero"),
        ({"sight_m": pd.Series({"T9": 200.0})}, r"sight of the trips \['T1'\] is not above zero"),
    ],
)
def test_periods_and_sights_that_are_none_are_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        seen([line((-500, 0), (500, 0))], **options)


def test_trips_without_lines_are_refused():
    with pytest.raises(TableError, match=r"'trips'.*has no geometry"):
        coverage(
            pd.DataFrame(trips_along(line((0, 0), (1, 1)), crs=GRID)).drop(columns="geometry"),
            {},
            townships((116, 23, 117, 24)),
            APRIL,
        )
