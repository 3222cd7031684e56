"""Trips, part by part: by devices that never met, and by month, where nobody is under way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geoenforce.patrols.joining import joined_trips
from geoenforce.patrols.sources import NOBODY, Source, source_of
from geoenforce.patrols.trips import Trips, split_trips
from geoenforce.scale.workers import Workers

Positions = npt.NDArray[np.intp]

_MINUTE_US = 60_000_000
#: Two devices have met if they were in one cell within one minute. A cell is some two hundred metres wide.
_CELL_DEGREES = 0.002
_GRIDS = 4  # so far apart that whatever is near in three dimensions shares a cell of one of them
_MONTHS_OFFSET_US = 8 * 3600 * 1_000_000  # Asia/Shanghai
_AT_LEAST = 100_000  # fixes in a part: a smaller one costs more to send than to work on


@dataclass(frozen=True)
class _Fixes:
    """One part."""

    fixes: pd.DataFrame
    townships: gpd.GeoDataFrame | None
    gap_min: float


def trips_of(
    fixes: pd.DataFrame, townships: gpd.GeoDataFrame | None, gap_min: float, crew: Workers | None = None
) -> Trips:
    """
    Split fixes into trips: here, or part by part on workers; the result is the same.

    Parameters
    ----------
    fixes, townships, gap_min
        As for `split_trips`.
    crew
        Who works on parts; None: this process does all of it.

    Examples
    --------
    >>> trips_of(fixes, townships, 20.0).trips  # doctest: +SKIP
    """
    if crew is None:
        return split_trips(fixes, townships, gap_min=gap_min)
    parts = parts_of(source_of(fixes), gap_min * 60, crew.count)
    if len(parts) == 1:
        return split_trips(fixes, townships, gap_min=gap_min)
    found = crew.results(_split, (_Fixes(fixes.iloc[part], townships, gap_min) for part in parts), len(parts))
    return joined_trips(fixes, list(zip(parts, found, strict=True)))


def parts_of(source: Source, gap_s: float, workers: int) -> list[Positions]:
    """
    Cut fixes where no trip, pause, copy of an outing or flag concerns two parts.

    Devices of one part may have met those of no other. In time a part ends at the first moment of a month when all
    its devices have paused for longer than a trip's pause; a trip over the end of a month stays whole. Months are
    not cut where a device tells whole minutes in some of them only.

    Parameters
    ----------
    source
        The fixes.
    gap_s
        A pause longer than this ends a trip.
    workers
        How many there are to work on parts.

    Returns
    -------
    parts
        Positions of the fixes of each part, ascending; each is in one of them.

    Examples
    --------
    Two days on either side of a month's end; the patrol of the last evening goes on after midnight:

    >>> when = pd.to_datetime(["2026-04-30 08:00:01+08:00", "2026-04-30 23:55:00+08:00", "2026-05-01 00:05:00+08:00",
    ...                        "2026-05-01 08:00:01+08:00", "2026-05-02 08:00:01+08:00"])
    >>> fixes = pd.DataFrame({"recorded_at": when, "longitude": 116.4, "latitude": 23.5, "flag": None,
    ...                       "patrol_unit": "一队", "device_id": "A"})
    >>> times = source_of(fixes).micros(slice(None))
    >>> _months(times, times // 60_000_000 * 0, 1200.0).tolist()
    [0, 0, 0, 1, 1]
    """
    held = np.flatnonzero(source.owner != NOBODY)
    if len(held) < 2 * _AT_LEAST:
        return [np.arange(len(source))]
    group = _groups(source, held)[source.owner[held]]
    wanted = max(_AT_LEAST, len(held) // (2 * workers))
    chosen: list[Positions] = []
    waiting: list[Positions] = []
    for mine in np.split(held[np.argsort(group, kind="stable")], np.cumsum(np.bincount(group))[:-1]):
        if len(mine):
            waiting.append(np.sort(mine))
        if sum(map(len, waiting)) >= wanted:
            chosen.extend(_by_month(source, np.sort(np.concatenate(waiting)), gap_s, wanted))
            waiting = []
    if waiting:
        chosen.extend(_by_month(source, np.sort(np.concatenate(waiting)), gap_s, wanted))
    nobody = np.flatnonzero(source.owner == NOBODY)  # they are in no trip, wherever they are
    return [np.sort(np.concatenate([chosen[0], nobody])), *chosen[1:]]


def _split(part: _Fixes) -> Trips:
    split = split_trips(part.fixes, part.townships, gap_min=part.gap_min)
    return replace(split, fixes=split.fixes[["flag", "trip_id"]])


def _groups(source: Source, held: Positions) -> Positions:
    """Return the number of each owner's group: those who have met, or met somebody who met them."""
    owner = source.owner[held].astype(np.int64)
    parent = np.arange(int(owner.max()) + 1)

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = int(parent[one])
        return one

    for one, other in _met(source, held, owner):
        parent[max(root(one), root(other))] = min(root(one), root(other))
    return np.unique([root(one) for one in range(len(parent))], return_inverse=True)[1]


def _met(source: Source, held: Positions, owner: Positions) -> Iterator[tuple[int, int]]:
    """Pair owners that were in one cell within one minute, in any of several grids of cells."""
    place = (
        source.micros(held) / _MINUTE_US,
        source.longitude[held] / _CELL_DEGREES,
        source.latitude[held] / _CELL_DEGREES,
    )
    for grid in range(_GRIDS):
        cell = np.zeros(len(held), dtype=np.uint64)
        for value in place:  # cells that share a number by chance only join groups that need not be joined
            whole = np.floor(value + grid / _GRIDS).astype(np.int64).astype(np.uint64)
            cell = (cell ^ whole) * np.uint64(0x9E3779B97F4A7C15)
            cell ^= cell >> np.uint64(29)
        order = np.lexsort((owner, cell))
        cell, who = cell[order], owner[order]
        beside = np.flatnonzero((cell[1:] == cell[:-1]) & (who[1:] != who[:-1]))
        yield from np.unique(np.column_stack([who[beside], who[beside + 1]]), axis=0).tolist()


def _by_month(source: Source, part: Positions, gap_s: float, wanted: int) -> list[Positions]:
    """Cut a part that is larger than need be by month."""
    if len(part) <= wanted:
        return [part]
    month = _months(source.micros(part), source.owner[part], gap_s)
    held = np.bincount(month)
    few = (np.cumsum(held) - held) // wanted  # months that together are large enough
    return [part[few[month] == number] for number in np.unique(few)]


def _months(micros: Positions, owner: Any, gap_s: float) -> Positions:
    """Give fixes the number of their month, which ends at the first pause of all, so that nothing is torn."""
    order = np.argsort(micros, kind="stable")
    times = micros[order]
    month = (times + _MONTHS_OFFSET_US).astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    pause = np.append(np.flatnonzero(np.diff(times) > gap_s * 1e6), len(times) - 1)
    ends = np.flatnonzero(np.diff(month))  # the last fix of each month
    cuts = np.unique(pause[np.searchsorted(pause, ends)])
    number = np.empty(len(times), dtype=np.int64)
    number[order] = np.searchsorted(cuts, np.arange(len(times)))
    return number if _tell_time_alike(micros, owner, number) else np.zeros_like(number)


def _tell_time_alike(micros: Positions, owner: Any, number: Positions) -> bool:
    """Say whether each owner tells whole minutes in all parts or in none; what is too fast depends on that."""
    finer = micros % _MINUTE_US != 0
    shape = int(owner.max()) + 1, int(number.max()) + 1
    held, fine = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    held[owner, number], fine[owner[finer], number[finer]] = True, True
    return bool((fine | ~held)[fine.any(axis=1)].all())
