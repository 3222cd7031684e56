"""However many fixes are worked on at once, in whatever order and type they come: the trips are the same, bit by bit."""

import time

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.core.fix_tables import joined_fixes
from geoenforce.patrols import logs, threads, trips
from geoenforce.patrols.logs import blocks_of
from geoenforce.patrols.sources import source_of
from geoenforce.patrols.trips import split_trips
from tests.patrols.builders import EAST, NORTH, together, townships, walk

PLACES = townships((116.3, 23.4, EAST + 0.004, 23.6), (EAST + 0.004, 23.4, 116.45, 23.6))


@st.composite
def outings(draw):
    """A log of one device on one day, with what goes wrong with logs: pauses, spikes, rounding, coarse clocks."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    start = draw(st.sampled_from(["2026-03-31 23:40", "2026-03-31 09:00", "2026-04-01 00:10", "2026-04-30 23:50"]))
    count = draw(st.integers(1, 60))
    log = walk(
        start,
        rng.choice([0.0, 5.0, 80.0], count),
        every_s=draw(st.sampled_from([6.0, 7.3, 60.0])),
        at=(EAST + draw(st.integers(0, 3)) * 0.002, NORTH),
        azimuth=draw(st.sampled_from([0.0, 77.0])),
        device=draw(st.sampled_from(["XJ-1", "XJ-2", "XJ-10", None])),
        unit=draw(st.sampled_from(["一队", "二队", None])),
        file=draw(st.sampled_from(["a.gpx", "b.gpx", None])),
    )
    late = rng.random(count + 1).cumsum() // draw(st.sampled_from([9.0, 1e9])) * 1300
    log["recorded_at"] += pd.to_timedelta(late, unit="s").as_unit("ms")
    wild = rng.random(count + 1) < 0.05
    log.loc[wild, "latitude"] += 0.1
    log["flag"] = np.where(rng.random(count + 1) < 0.03, "backward_time", None)
    return log


@st.composite
def fleets(draw):
    """Several logs, some of them handed in again under other names, one below the other or mixed."""
    own = draw(st.lists(outings(), min_size=1, max_size=5))
    copies = [
        draw(st.sampled_from(own)).assign(device_id=draw(st.sampled_from(["XJ-3", "XJ-2"])), source_file="c.gpx")
        for _ in range(draw(st.integers(0, 3)))
    ]
    fleet = together(*own, *copies)
    fleet["row"] = np.arange(1, len(fleet) + 1)
    seed = draw(st.one_of(st.none(), st.integers(0, 99)))
    return fleet if seed is None else fleet.sample(frac=1.0, random_state=seed, ignore_index=True)


def split(fixes, at_once, places=PLACES):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trips, "FIXES_AT_ONCE", at_once)
        return split_trips(fixes, places)


def assert_same(one, other):
    lines = one.trips.geometry.to_numpy(), other.trips.geometry.to_numpy()
    assert shapely.equals_identical(*lines).all()
    for left, right in ((one.trips, other.trips), (one.parts, other.parts), (one.issues, other.issues)):
        left, right = (pd.DataFrame(table).drop(columns="geometry", errors="ignore") for table in (left, right))
        pd.testing.assert_frame_equal(left, right, check_exact=True)
    for name in ("flag", "trip_id"):
        pd.testing.assert_series_equal(one.fixes[name].astype("str"), other.fixes[name].astype("str"))


@given(fleets(), st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_owner_by_owner_gives_what_all_at_once_gives(fleet, at_once):
    assert_same(split(fleet, at_once), split(fleet, 10**9))


@given(fleets(), st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_changes_no_trip(fleet, seed):
    mixed = fleet.sample(frac=1.0, random_state=seed)
    one, other = split(fleet, 20), split(mixed.reset_index(drop=True), 20)
    unnamed = one.trips.reset_index(drop=True), other.trips.reset_index(drop=True)

    pd.testing.assert_frame_equal(*(pd.DataFrame(table).drop(columns="geometry") for table in unnamed))


@given(fleets())
@settings(max_examples=10, deadline=None)
def test_texts_as_categories_change_nothing(fleet):
    texts = ["patrol_unit", "device_id", "source_file", "flag"]
    half = len(fleet) // 2
    joined = joined_fixes([fleet.iloc[:half].astype(dict.fromkeys(texts, "category")), fleet.iloc[half:]])

    assert all(isinstance(joined[name].dtype, pd.CategoricalDtype) for name in texts)
    assert_same(split(fleet, 10**9), split(joined, 10**9))


def test_each_part_of_a_team_is_in_a_block_of_its_own_and_its_copy_is_recognised():
    """The copy is found though its original was sorted in another block."""
    own = walk("2026-04-08 08:40", [10.0] * 200)
    fixes = together(own, own.assign(device_id="XJ-02", source_file="b.gpx"))
    found = split(fixes, 100)

    assert len(blocks_of(source_of(fixes), 1200.0, 100)) == 2
    assert found.trips["device_id"].to_list() == ["XJ-01"]
    assert found.fixes["flag"].value_counts().to_dict() == {"repeated_outing": 201}


def test_a_trip_over_the_end_of_a_month_is_one_trip():
    found = split(walk("2026-03-31 23:50", [10.0] * 200), 50)

    assert found.trips["length_m"].round(3).to_list() == [2000.0]
    assert str(found.trips["on"].iloc[0].date()) == "2026-03-31"


def test_adding_a_log_elsewhere_changes_no_line():
    own = walk("2026-04-08 08:40", np.tile([10.0, 30.0], 50), azimuth=50.0)
    far = walk("2026-04-08 08:40", [10.0] * 300, at=(110.0, 40.0), device="XJ-02", file="b.gpx")
    alone, both = split(own, 10**9), split(together(own, far), 10**9)

    assert alone.trips.geometry.iloc[0].equals_exact(both.trips.geometry.iloc[0], 0.0)


def test_numbers_too_large_for_one_key_are_sorted_all_the_same(monkeypatch):
    early, late = walk("2026-04-08 08:40", [10.0] * 50), walk("2026-04-09 08:40", [10.0] * 50, device="XJ-02")
    mixed = together(early, late).sample(frac=1.0, random_state=3, ignore_index=True)
    expected = split(mixed, 10**9)
    monkeypatch.setattr(logs, "_SORTING_BITS", 8)

    assert_same(split(mixed, 10**9), expected)


@given(fleets())
@settings(max_examples=10, deadline=None)
def test_one_thread_gives_what_two_give(fleet):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "THREADS", 1)
        alone = split(fleet, 20)
        patch.setattr(threads, "THREADS", 2)
        assert_same(split(fleet, 20), alone)


def test_results_come_in_the_order_of_the_items_and_few_wait_for_their_turn(monkeypatch):
    monkeypatch.setattr(threads, "THREADS", 2)
    begun = []

    def work(item):
        begun.append(item)
        time.sleep(0.02 if item == 0 else 0.0)
        return -item

    results = threads.in_order(work, iter(range(20)))

    assert next(results) == 0
    assert max(begun) < 6  # four at most wait, and two are under way
    assert list(results) == [-item for item in range(1, 20)]


def test_an_error_in_one_block_is_raised(monkeypatch):
    monkeypatch.setattr(threads, "THREADS", 2)

    with pytest.raises(ZeroDivisionError, match="by zero"):
        list(threads.in_order(lambda item: 1 // item, [2, 1, 0, 3]))
