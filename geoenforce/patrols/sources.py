"""The table of fixes as arrays: what trips are made of, each value where the table holds it already."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoenforce.core.patrol_terms import FixFlag
from geoenforce.patrols.distance import Flags, Floats, Integers

NOBODY = -1  # owner of a fix without a time or a place: it is in no trip

_AT_ONCE = 4_000_000  # rows; what is computed on the way is dropped again
_NO_TIME = np.iinfo(np.int64).min
#: What moments are multiplied and divided by to count microseconds.
MICROS = {"s": (1_000_000, 1), "ms": (1000, 1), "us": (1, 1), "ns": (1, 1000)}

FLAGS = FixFlag.codes()


@dataclass(frozen=True)
class Source:
    """
    The columns of FIXES as arrays, by row.

    Texts are numbers in their ascending order, so that the order of rows decides nothing. Large tables are why
    these arrays are no wider than need be, and why times are views of the table's own.
    """

    owner: "npt.NDArray[np.int32]"  # number of patrol unit and device, or `NOBODY`
    moment: Integers  # since 1970
    unit: str  # that moments count in
    longitude: Floats
    latitude: Floats
    file: "npt.NDArray[Any]"  # number of the name of the file, -1 where it has none
    files: "list[str]"
    flag: "npt.NDArray[np.int8]"  # as delivered: position in `FLAGS`, or -1

    def __len__(self) -> int:
        """Return how many fixes there are."""
        return len(self.owner)

    def micros(self, rows: Any) -> Integers:
        """Return the times of some rows in microseconds since 1970."""
        return as_micros(self.moment[rows], self.unit)

    def usable(self, rows: Any) -> Flags:
        """Say which of some rows can be part of a trip."""
        return np.asarray((self.owner[rows] != NOBODY) & (self.flag[rows] < 0))


def as_micros(moment: Integers, unit: str) -> Integers:
    """
    Count moments in microseconds.

    Examples
    --------
    >>> as_micros(np.array([1500]), "ms").tolist()
    [1500000]
    """
    times, over = MICROS[unit]
    return moment if times == over else np.asarray(moment * times // over)


def source_of(fixes: pd.DataFrame) -> Source:
    """
    Lay out the table of fixes.

    Examples
    --------
    >>> when = pd.to_datetime(["2026-04-08 08:00+08:00", None])
    >>> fixes = pd.DataFrame({"recorded_at": when, "longitude": 116.4, "latitude": 23.5, "flag": [None, "no_time"],
    ...                       "patrol_unit": "一队", "device_id": ["B", "A"]})
    >>> source = source_of(fixes)
    >>> source.owner.tolist(), source.flag.tolist(), source.usable(slice(None)).tolist()
    ([1, -1], [-1, 0], [True, False])
    """
    times = pd.DatetimeIndex(fixes["recorded_at"])
    longitude, latitude = (fixes[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    file, files = numbered(fixes["source_file"]) if "source_file" in fixes else (np.full(len(fixes), -1, np.int8), [])
    owner = _owners(fixes, lambda part: (times.asi8[part] != _NO_TIME) & _placed(longitude[part], latitude[part]))
    return Source(owner, times.asi8, times.unit, longitude, latitude, file, files, _flags(fixes["flag"]))


def numbered(texts: "pd.Series[Any]") -> "tuple[npt.NDArray[Any], list[str]]":
    """
    Give texts their numbers in ascending order; -1 where there is none.

    Examples
    --------
    >>> codes, names = numbered(pd.Series(["b", None, "a", "b"]))
    >>> codes.tolist(), names
    ([1, -1, 0, 1], ['a', 'b'])
    """
    named = texts.array if isinstance(texts.dtype, pd.CategoricalDtype) else pd.Categorical(texts)
    rank = np.argsort(np.argsort(named.categories.to_numpy(dtype=object), kind="stable"), kind="stable")
    codes = named.codes
    if (rank[1:] > rank[:-1]).all():
        return codes, list(named.categories)
    return np.append(rank, -1).astype(codes.dtype)[codes], sorted(named.categories)


def slices(count: int) -> Iterator[slice]:
    """
    Cut many rows into stretches that are worked on one after another.

    Examples
    --------
    >>> list(slices(10))
    [slice(0, 10, None)]
    """
    for first in range(0, count, _AT_ONCE):
        yield slice(first, min(first + _AT_ONCE, count))


def _flags(texts: "pd.Series[Any]") -> "npt.NDArray[np.int8]":
    """Give flags their positions in `FLAGS`; they are rare, and only what there is needs looking up."""
    flag = np.full(len(texts), -1, dtype=np.int8)
    flagged = np.flatnonzero(texts.notna().to_numpy(dtype=bool))
    flag[flagged] = pd.Categorical(texts.iloc[flagged], categories=FLAGS).codes
    return flag


def _placed(longitude: Floats, latitude: Floats) -> Flags:
    return np.asarray(~(np.isnan(longitude) | np.isnan(latitude)))


def _owners(fixes: pd.DataFrame, placed: Any) -> "npt.NDArray[np.int32]":
    """Give numbers to the pairs of unit and device, first by unit; whoever has none comes first."""
    unit, _ = numbered(fixes["patrol_unit"])
    device, devices = numbered(fixes["device_id"])
    parts = list(slices(len(fixes)))

    def pairs(part: slice) -> Integers:
        return np.asarray((unit[part].astype(np.int64) + 1) * (len(devices) + 1) + device[part] + 1)

    owner = np.empty(len(fixes), dtype=np.int32)
    known = np.unique(np.concatenate([pd.unique(pairs(part)) for part in parts] or [np.zeros(0, np.int64)]))
    most = int(known.max(initial=0)) + 1
    number = np.zeros(most if most <= _AT_ONCE else 0, dtype=np.int32)  # of each pair, where there are not too many
    if len(number):
        number[known] = np.arange(len(known))
    for part in parts:
        found = number[pairs(part)] if len(number) else np.searchsorted(known, pairs(part))
        owner[part] = np.where(placed(part), found, NOBODY)
    return owner
