"""The compiled loops against GEOS, and against what they say in a line of plain Python."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.patrols.loops import added_up, kept_vertices, rows_by_list
from geoenforce.patrols.motion_loops import paced, still_marks
from geoenforce.patrols.pair_loops import sharing

SEEDS = st.integers(0, 2**32 - 1)


def _walks(seed):
    """A few lines one behind the other: straight stretches, halts, a way back to the start, single vertices."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 60, 4)
    steps = rng.normal(0, 1e-4, (sizes.sum(), 2)) * rng.choice([0.0, 1.0, 5.0], (sizes.sum(), 1))
    xy = np.cumsum(steps, axis=0) + np.array([116.4, 23.5])
    first = np.append(0, np.cumsum(sizes))
    for start, end in pairwise(first):
        if rng.random() < 0.3:
            xy[end - 1] = xy[start]
    return xy, first


@given(SEEDS, st.sampled_from([0.0, 1e-5, 9e-5, 1e-3]))
@settings(max_examples=60, deadline=None)
def test_lines_are_simplified_as_geos_does(seed, tolerance):
    xy, first = _walks(seed)
    squeeze = np.cos(np.radians(xy[first[:-1], 1]))
    kept = kept_vertices(xy[:, 0], xy[:, 1], first, squeeze, tolerance)

    for start, end, factor in zip(first[:-1], first[1:], squeeze, strict=True):
        if end - start == 1:
            assert kept[start]
            continue
        line = shapely.linestrings(xy[start:end] * (factor, 1.0))
        theirs = shapely.simplify(line, tolerance, preserve_topology=False)
        ours = xy[start:end][kept[start:end]] * (factor, 1.0)
        np.testing.assert_array_equal(ours, shapely.get_coordinates(theirs))


def _stands(time_s, place, first):
    """Ask of every fix that opens half a minute whether those one, two and three minutes later are within 30 m."""
    is_still = np.zeros(len(time_s) - 1, dtype=bool)
    for start, end in pairwise(first):
        own = time_s[start:end] - time_s[start]
        opens = [at for at in range(len(own)) if at == 0 or own[at] // 30 > own[at - 1] // 30]
        for at in opens:
            later = [next((to for to in opens if own[to] >= own[at] + wait), None) for wait in (60, 120, 180)]
            if all(to is not None and abs(place[start + to] - place[start + at]) <= 30 for to in later):
                is_still[start + at : start + later[-1]] = True
    return is_still


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_stay_is_three_minutes_within_thirty_metres(seed):
    rng = np.random.default_rng(seed)
    first = np.append(0, np.cumsum(rng.integers(1, 40, 3)))
    time_s = np.cumsum(rng.choice([1.0, 15.0, 30.0, 70.0], first[-1])) + 1.7e9
    north_m = np.cumsum(rng.choice([0.0, 0.0, 4.0, 29.0, -29.0], first[-1]))
    latitude = north_m / 110_000.0  # at the equator a degree of the meridian has 110 574 m: 29 m stay below 30

    found = still_marks(time_s, np.full(first[-1], 116.4), latitude, first, (180.0, 30.0, 30.0))

    assert found.tolist() == _stands(time_s, north_m * (110_574.3 / 110_000.0), first).tolist()


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_every_row_is_in_the_list_of_its_block_in_ascending_order(seed):
    rng = np.random.default_rng(seed)
    owner = rng.integers(-1, 5, 40).astype(np.int32)
    is_flagged, block = rng.random(40) < 0.3, np.array([0, 0, 1, 1, 2])

    rows, ends = rows_by_list(owner, is_flagged, block)

    lists = [rows[start:end].tolist() for start, end in pairwise(ends)]
    for number, found in enumerate(lists):
        wanted = [row for row in range(40) if owner[row] >= 0 and 2 * block[owner[row]] + is_flagged[row] == number]
        assert found == wanted


def test_no_owner_has_no_list():
    rows, ends = rows_by_list(np.full(3, -1, np.int32), np.zeros(3, bool), np.zeros(0, np.int64))

    assert (rows.tolist(), ends.tolist()) == ([], [0])


def test_steps_are_added_up_as_pandas_does():
    rng = np.random.default_rng(1)
    trip, place = np.sort(rng.integers(0, 4, 60)), rng.integers(0, 2, 60)
    trip = np.unique(trip, return_inverse=True)[1]
    length, time = rng.random(59) * 400, rng.random(59)
    same = trip[:-1] == trip[1:]
    length, time = length * same, time * same  # what is not linked has neither
    slot = trip * 2 + place
    is_cut = same & ((place[:-1] != place[1:]) | (length > 300))
    table = pd.DataFrame({"slot": slot[:-1], "length": length, "time": time})[~is_cut].groupby("slot").sum()

    fixes, length_m, time_s, cut = added_up((trip, place, 2), length, time, 300.0)

    assert cut.tolist() == is_cut.tolist()
    assert fixes.tolist() == np.bincount(slot, minlength=len(fixes)).tolist()
    every = range(len(fixes))
    assert length_m == pytest.approx(table["length"].reindex(every, fill_value=0.0).to_numpy())
    assert time_s == pytest.approx(table["time"].reindex(every, fill_value=0.0).to_numpy())


def test_steps_are_measured_as_geodesics_and_the_pause_and_the_speed_are_told():
    """Along the meridian at the equator 0.001 degrees are 110.574 m, and at 60 degrees north 111.412 m."""
    place = np.zeros(4), np.array([0.0, 0.001, 60.0, 60.001])
    hops, apart, fast = paced(place, np.zeros(4, int), (np.array([0.0, 2.0, 2000.0, 2004.0]), np.ones(4)), 40.0, 1200.0)

    assert hops[[0, 2]] == pytest.approx([110.574, 111.412], abs=1e-3)
    assert apart.tolist() == [False, True, False]
    assert fast.tolist() == [True, False, False]


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_trips_share_what_counting_their_common_tokens_says(seed):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"trip": rng.integers(0, 6, 40), "token": rng.integers(0, 9, 40)})
    table = table.sort_values(["token", "trip"], ignore_index=True)
    trip, token = table["trip"].to_numpy(), table["token"].to_numpy()
    of_trip = np.argsort(trip, kind="stable")
    first = np.searchsorted(trip[of_trip], np.arange(7))

    found = sharing(trip, np.searchsorted(token, token, side="right"), of_trip, first, (3.0, 0.5))

    both = table.merge(table, on="token").query("trip_x < trip_y").groupby(["trip_x", "trip_y"]).size()
    held = np.diff(first)
    wanted = [[x, y] for (x, y), count in both.items() if count >= max(3.0, 0.5 * min(held[x], held[y]))]
    assert found.tolist() == wanted
