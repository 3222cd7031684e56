"""Split fixes into trips: one row per outing, with its length, its time and the townships it crossed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.memory import give_back
from geoenforce.core.patrol_tables import FIXES, TRIP_PARTS, TRIPS
from geoenforce.core.patrol_terms import FixFlag
from geoenforce.core.space import CGCS2000
from geoenforce.core.tables import TOWNSHIPS, check
from geoenforce.patrols.cleaning import cleaned
from geoenforce.patrols.copies import repeated_outings
from geoenforce.patrols.distance import Flags, Floats, Integers, Rows
from geoenforce.patrols.flags import fix_issues, nearest_trips, with_flags
from geoenforce.patrols.logs import Block, Log, SetAside, blocks_of, log_of, without_doubles
from geoenforce.patrols.outings import day_of, lines, number_trips, trip_ids
from geoenforce.patrols.places import OUTSIDE, places_of
from geoenforce.patrols.sources import FLAGS, Source, slices, source_of
from geoenforce.patrols.stays import count_stays, still_steps
from geoenforce.patrols.steps import Borders, Steps, crossings, steps_of, summary
from geoenforce.patrols.threads import in_order

#: Fixes are worked on owner by owner, about so many at once; it changes no result.
FIXES_AT_ONCE = 250_000


@dataclass(frozen=True)
class Trips:
    """What `split_trips` returns."""

    trips: gpd.GeoDataFrame  # TRIPS, in EPSG:4490, ordered by start
    parts: pd.DataFrame  # TRIP_PARTS; empty without townships
    fixes: pd.DataFrame  # FIXES as handed in, with more flags and the column trip_id
    issues: pd.DataFrame  # ISSUES, one row per file and flag


@dataclass(frozen=True)
class _Rules:
    max_speed_m_s: float
    gap_s: float


@dataclass(frozen=True)
class _Found:
    """What was found of one block; trips by their number in it, and what each flag is for."""

    rows: pd.DataFrame
    parts: pd.DataFrame
    aside: list[SetAside]  # in the order of the issues


def split_trips(
    fixes: pd.DataFrame,
    townships: gpd.GeoDataFrame | None = None,
    *,
    gap_min: float = 20.0,
    max_speed_m_s: float = 40.0,
) -> Trips:
    """
    Split fixes into trips (一次巡查): by pause, by day, by device and patrol unit.

    A pause longer than `gap_min` ends a trip. A trip over midnight is one trip and belongs to the day it
    started (days are those of Asia/Shanghai), unless the patrol stood still over midnight for longer than
    a pause; the second midnight ends it in any case. An outing that several members of a team handed in
    is counted once. Fixes that cannot be true are flagged with their reason and left out, not deleted.

    Parameters
    ----------
    fixes
        Table FIXES; positions in degrees on CGCS2000 or WGS 84. Fixes with a flag are not used.
    townships
        Table TOWNSHIPS. Without it, nothing is outside and no trip has a township.
    gap_min
        The longest pause within a trip, in minutes; over midnight never more than 20.
    max_speed_m_s
        What nobody drives, in metres per second.

    Returns
    -------
    trips
        See `Trips`. ``length_m`` runs along geodesics through all fixes used and those outside the
        county; ``inside_m`` and ``inside_min`` count what lies in a township, cut exactly at the border.

    Raises
    ------
    TableError
        If a table is not in order.

    Examples
    --------
    Two kilometres north in 1000 s, a pause of an hour, and one fix more:

    >>> start = pd.Timestamp("2026-03-02 07:30", tz="Asia/Shanghai")
    >>> seconds = [*range(0, 1001, 10), 4600]
    >>> fixes = pd.DataFrame({"patrol_unit": "一队", "device_id": "XJ-01", "longitude": 116.4,
    ...     "recorded_at": [start + pd.Timedelta(seconds=s) for s in seconds],
    ...     "latitude": [23.5 + min(s, 1000) * 1.806e-5 for s in seconds], "row": range(1, 103), "flag": None})
    >>> found = split_trips(fixes).trips
    >>> found[["length_m", "duration_min", "fixes"]].round(1).to_numpy().tolist()
    [[2000.2, 16.7, 101.0], [0.0, 0.0, 1.0]]
    >>> found.index[0], str(found["on"].iloc[0].date())
    ('20260302-073000-XJ-01', '2026-03-02')
    """
    check(fixes, FIXES)
    if townships is not None:
        check(townships, TOWNSHIPS)
    source, rules = source_of(fixes), _Rules(max_speed_m_s, gap_min * 60)
    borders, blocks = _laid_out(source, townships, rules)
    of_fix, found = _numbered(_of_blocks(source, borders, rules, blocks), len(source))
    del blocks  # of a year, 200 MB
    give_back(len(source))
    parts = pd.concat([one.parts for one in found], ignore_index=True)
    rows = pd.concat([one.rows for one in found], ignore_index=True)
    rows = rows.join(summary(parts, has_townships=borders is not None))
    for name in ("patrol_unit", "device_id"):
        rows[name] = fixes[name].iloc[rows["first_fix"]].astype("str").array  # "str" also where nobody has a name
    order = np.lexsort((rows["device_id"].fillna(""), rows["patrol_unit"].fillna(""), rows["started_at"]))
    names = trip_ids(rows.iloc[order])
    place = np.argsort(order)  # of each trip among the ordered
    aside = _by_flag(found)
    return Trips(
        gpd.GeoDataFrame(
            rows.iloc[order].set_index(pd.Index(names, dtype="str", name="trip_id"))[[*TRIPS.names, "geometry"]],
            geometry="geometry",
            crs=CGCS2000,
        ),
        _named(parts if borders else parts.iloc[:0], names, place),
        fixes.assign(flag=with_flags(source, aside), trip_id=_trip_of_fixes(of_fix, names, place)),
        fix_issues(source, fixes.get("row"), aside),
    )


def _laid_out(source: Source, townships: gpd.GeoDataFrame | None, rules: _Rules) -> tuple[Borders | None, list[Block]]:
    """Take the borders to pieces while the fixes are sorted."""
    with ThreadPoolExecutor(1) as aside:
        borders = aside.submit(lambda: None if townships is None else Borders(places_of(townships, len(source))))
        blocks = blocks_of(source, rules.gap_s, FIXES_AT_ONCE)
        return borders.result(), blocks


def _numbered(of_blocks: Iterator[tuple[_Found, Rows, Rows]], count: int) -> tuple[Rows, list[_Found]]:
    """Count the trips of all blocks up; return the number of each fix's trip, -1 for none, and what was found."""
    of_fix = np.full(count, -1, dtype=np.int32)
    found: list[_Found] = []
    trips = 0
    for one, position, trip in of_blocks:
        of_fix[position] = trip + trips
        found.append(replace(one, parts=one.parts.assign(trip_id=one.parts["trip_id"] + trips)))
        trips += len(one.rows)
    return of_fix, found


def _of_blocks(
    source: Source, borders: Borders | None, rules: _Rules, blocks: list[Block]
) -> Iterator[tuple[_Found, Rows, Rows]]:
    """Make the trips of all owners, block by block."""
    copies = repeated_outings(source, blocks)
    yield from in_order(lambda one: _of_block(source, borders, rules, *one), zip(blocks, copies, strict=True))


def _of_block(
    source: Source, borders: Borders | None, rules: _Rules, block: Block, copies: Flags
) -> tuple[_Found, Rows, Rows]:
    """Make the trips of some owners, and say which rows belong to which of them."""
    outing = block.outing
    is_copy = copies[outing]
    kept = ~is_copy if copies.any() else slice(None)
    whole, double = without_doubles(source, log_of(source, block.position[kept]), outing[kept])
    clean = cleaned(whole, rules.max_speed_m_s, rules.gap_s)
    log = clean.log
    trip = number_trips(log, rules.gap_s)
    steps = steps_of(log, trip, clean.hops_m, rules.max_speed_m_s)
    place = np.full(len(log), OUTSIDE) if borders is None else borders.places.numbers(log.longitude, log.latitude)
    parts = crossings(log, trip, steps, borders, place)
    is_outside = (place == OUTSIDE) & (borders is not None)
    untrue = [
        double,
        SetAside(whole.position[clean.jump], FixFlag.JUMP),
        SetAside(whole.position[clean.impossible_speed], FixFlag.IMPOSSIBLE_SPEED),
    ]
    copied = SetAside(block.position[is_copy], FixFlag.REPEATED_OUTING)
    outside = SetAside(log.position[is_outside], FixFlag.OUTSIDE_COUNTY)

    before = block.flagged[source.flag[block.flagged] != FLAGS.index(FixFlag.REPEATED_OUTING.value)]
    flagged = np.concatenate([before, *(one.position for one in untrue)])  # copies belong to no trip
    nearest = nearest_trips(source, log, trip, flagged, rules.gap_s)
    flagged, nearest = flagged[nearest >= 0], nearest[nearest >= 0]

    rows = _measured(log, trip, steps)
    fixes_outside = np.bincount(trip[is_outside], minlength=len(rows))
    rows["fixes"] = np.bincount(trip, minlength=len(rows)) - fixes_outside
    rows["fixes_flagged"] = np.bincount(nearest, minlength=len(rows)) + fixes_outside
    position, trips = np.concatenate([log.position, flagged]), np.concatenate([trip, nearest])
    return _Found(rows, parts, [copied, *untrue, outside]), position, trips.astype(np.int32)


def _by_flag(found: list[_Found]) -> list[SetAside]:
    """Put together what the blocks set aside."""
    every = [
        (sides[0].flag, [one.position for one in sides]) for sides in zip(*(one.aside for one in found), strict=True)
    ]
    joined = [SetAside(np.concatenate(positions), flag) for flag, positions in every]
    return [one for one in joined if len(one.position)]


def _named(parts: pd.DataFrame, names: list[str], place: Integers) -> pd.DataFrame:
    """Give the parts of trips the names of these, and order them by trip."""
    order = np.argsort(place[parts["trip_id"].to_numpy(dtype=np.int64)], kind="stable")
    named = parts[TRIP_PARTS.names].iloc[order].reset_index(drop=True)
    return named.assign(trip_id=pd.array(np.array(names, dtype=object)[place[named["trip_id"]]], dtype="str"))


def _trip_of_fixes(of_fix: Rows, names: list[str], place: Integers) -> pd.Categorical:
    """Say of each fix which trip it belongs to, by name; the numbers are changed in place."""
    for part in slices(len(of_fix)):
        of_fix[part] = np.append(place, -1)[of_fix[part]]
    return pd.Categorical.from_codes(of_fix, pd.Index(names, dtype="str"))


def _measured(log: Log, trip: Integers, steps: Steps) -> pd.DataFrame:
    """Measure each trip; rows by the trip's number."""
    first = np.flatnonzero(np.diff(trip, prepend=-1))
    last = np.append(first[1:], len(trip))[: len(first)] - 1
    is_still = still_steps(log, trip)
    count = len(first)
    started_s, ended_s = log.time_s[first], log.time_s[last]
    moving_s = np.bincount(trip[:-1], np.where(is_still, 0.0, steps.time_s), count).astype(float)
    intervals = np.diff(log.time_s)
    return pd.DataFrame(
        {
            "first_fix": log.position[first],
            "on": pd.to_datetime(day_of(started_s), unit="D").as_unit("s"),
            "started_at": _moments(started_s),
            "ended_at": _moments(ended_s),
            "duration_min": (ended_s - started_s) / 60,
            "moving_min": moving_s / 60,
            "length_m": np.bincount(trip[:-1], steps.length_m, count).astype(float),  # a count, where there is no step
            "stops": count_stays(is_still, trip, count),
            "median_interval_s": [
                float(np.median(intervals[start:end])) if end > start else 0.0
                for start, end in zip(first.tolist(), last.tolist(), strict=True)
            ],
            "geometry": lines(log, trip, steps.linked),
        }
    )


def _moments(time_s: Floats) -> pd.DatetimeIndex:
    micros = np.round(time_s * 1e6).astype("int64").astype("datetime64[us]")
    return pd.DatetimeIndex(micros).tz_localize("UTC").tz_convert(LOCAL_ZONE)
