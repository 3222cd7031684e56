"""Where one trip ends and the next begins; trips as lines."""

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoenforce.patrols.distance import Flags, Floats, Integers
from geoenforce.patrols.logs import Log
from geoenforce.patrols.stays import still_steps

_DAY_S, _OFFSET_S = 86400, 8 * 3600  # Asia/Shanghai has kept one offset since 1991
_NIGHT_GAP_S = 1200.0  # over midnight no longer pause is bridged, whatever gap is set: it would join two days
_SIMPLIFIED_M = 10.0


def number_trips(log: Log, gap_s: float) -> Integers:
    """
    Tell which trip each fix belongs to, by ascending numbers.

    A pause longer than the gap ends a trip; over midnight, 20 minutes are enough. A trip that runs over
    midnight goes on, and belongs to the day it started; but standing still over midnight for longer than
    the gap ends it as a pause would, and the second midnight always does, so that a receiver that is never
    switched off gives no endless trip.

    Parameters
    ----------
    log
        Sorted fixes that are used.
    gap_s
        The pause.

    Examples
    --------
    Twenty minutes are no pause, a second more is:

    >>> def log(*time_s):
    ...     zeros = np.zeros(len(time_s))
    ...     return Log(np.arange(len(time_s)), zeros.astype(int), np.array(time_s, float), zeros, zeros)
    >>> number_trips(log(0, 1200, 2401), 1200.0).tolist()
    [0, 0, 1]
    """
    if not len(log):
        return np.zeros(0, dtype=np.int64)
    gaps = np.diff(log.time_s)
    pauses = (np.diff(log.stream) != 0) | (gaps > gap_s)
    midnight = _midnights(log, pauses)
    pauses[midnight] |= gaps[midnight] > _NIGHT_GAP_S
    midnight = midnight[~pauses[midnight]]
    outing = np.concatenate([[0], np.cumsum(pauses)])
    if not len(midnight):
        return outing
    ends = _nights(log, outing, midnight, gap_s)
    return np.asarray(outing + np.concatenate([[0], np.cumsum(ends)]))


def day_of(time_s: Floats) -> Integers:
    """
    Return the day in Asia/Shanghai as days since 1970.

    Examples
    --------
    One second before and at midnight:

    >>> day_of(np.array([16 * 3600 - 1.0, 16 * 3600.0])).tolist()
    [0, 1]
    """
    return np.floor((time_s + _OFFSET_S) / _DAY_S).astype(np.int64)


def _midnights(log: Log, pauses: Flags) -> Integers:
    """Return the steps from one day to a later one; only where an outing ends on another day are there any."""
    first = np.concatenate([[0], np.flatnonzero(pauses) + 1])
    last = np.append(first[1:], len(log)) - 1
    found = [np.zeros(0, dtype=np.int64)]
    for number in np.flatnonzero(day_of(log.time_s[first]) < day_of(log.time_s[last])).tolist():
        days = day_of(log.time_s[first[number] : last[number] + 1])
        found.append(np.flatnonzero(np.diff(days) > 0) + first[number])
    return np.concatenate(found)


def _nights(log: Log, outing: Integers, midnight: Integers, gap_s: float) -> Flags:
    """Say at which of the steps over midnight a trip ends."""
    first_of = np.flatnonzero(np.diff(outing, prepend=-1))
    begins = dict(zip(outing[first_of].tolist(), day_of(log.time_s[first_of]).tolist(), strict=True))
    days = day_of(log.time_s[midnight]), day_of(log.time_s[midnight + 1])
    is_still = still_steps(log, outing)
    ends = np.zeros(len(log) - 1, dtype=bool)
    for step, day, next_day in zip(midnight.tolist(), *(day.tolist() for day in days), strict=True):
        trip = int(outing[step])
        first, last = step, step + 1
        while first > 0 and is_still[first - 1]:
            first -= 1
        while last < len(is_still) and is_still[last]:
            last += 1
        stood_s = log.time_s[last] - log.time_s[first] if is_still[step] else 0.0
        if stood_s > gap_s or day > begins[trip]:
            ends[step] = True
            begins[trip] = next_day
    return ends


def trip_ids(trips: pd.DataFrame) -> list[str]:
    """
    Name trips after their start and device, as in ``20260402-081502-XJ-01``.

    Examples
    --------
    >>> start = pd.to_datetime(["2026-04-02 08:15:02+08:00"] * 2)
    >>> trip_ids(pd.DataFrame({"started_at": start, "device_id": "XJ-01", "patrol_unit": "一队"}))
    ['20260402-081502-XJ-01', '20260402-081502-XJ-01-2']
    """
    names = trips["device_id"].fillna(trips["patrol_unit"]).fillna("unknown")
    base = trips["started_at"].dt.strftime("%Y%m%d-%H%M%S-") + names
    number = base.groupby(base).cumcount()
    return [name if again == 0 else f"{name}-{again + 1}" for name, again in zip(base, number, strict=True)]


def lines(log: Log, trip: Integers, linked: Flags) -> Any:
    """
    Draw each trip as a line in EPSG:4490, simplified by 10 m; it is interrupted where no step is linked.

    A part with one fix becomes a line of no length.

    Examples
    --------
    >>> log = Log(np.arange(3), np.zeros(3, int), np.arange(3.0), np.array([116.4, 116.5, 116.6]), np.full(3, 23.5))
    >>> [str(line) for line in lines(log, np.array([0, 0, 1]), np.array([True, False]))]
    ['LINESTRING (116.4 23.5, 116.5 23.5)', 'LINESTRING (116.6 23.5, 116.6 23.5)']
    """
    from geoenforce.patrols.loops import kept_vertices

    if not len(log):
        return np.zeros(0, dtype=object)
    first = np.concatenate([[0], np.flatnonzero(~linked) + 1])
    # Each part in its own proportions, so that no trip depends on what else there is in the log.
    squeeze = np.cos(np.radians(log.latitude[first]))
    kept = kept_vertices(log.longitude, log.latitude, np.append(first, len(log)), squeeze, _SIMPLIFIED_M / 111_320.0)
    size = np.add.reduceat(kept, first, dtype=np.int64)
    vertex = np.flatnonzero(kept)
    if (size == 1).any():  # a fix that stands alone
        vertex = np.repeat(vertex, np.repeat(np.where(size == 1, 2, 1), size))
        size = np.maximum(size, 2)
    xy = np.column_stack([log.longitude[vertex], log.latitude[vertex]])
    drawn = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (np.append(0, np.cumsum(size)),))
    of_trip = trip[first]
    parts = np.bincount(of_trip)
    return np.where(parts == 1, drawn[np.searchsorted(of_trip, np.arange(len(parts)))], _multi(drawn, of_trip, parts))


def _multi(drawn: Any, of_trip: Integers, parts: Integers) -> Any:
    many = parts[of_trip] > 1
    result = np.full(len(parts), None, dtype=object)
    if many.any():
        shapely.multilinestrings(drawn[many], indices=of_trip[many], out=result)
    return result
