"""Hold the patrol ledger against the tracks, both ways, and its violations against the violations table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.patrol_tables import LEDGER, RECONCILIATION, TRIPS
from geoenforce.core.patrol_terms import Reconciled
from geoenforce.core.tables import TOWNSHIPS, check
from geoenforce.patrols.noted import noted_violations

_LEAST_SHARE = 0.05  # of a trip; a township that was only touched is not an area patrolled


@dataclass(frozen=True)
class Tolerances:
    """How far ledger and track may differ."""

    time_min: float = 30.0  # between the entered time and the trip's
    distance_m: float = 200.0  # between a noted violation and the patch


def reconcile(
    ledger: pd.DataFrame,
    trips: pd.DataFrame,
    townships: pd.DataFrame,
    violations: gpd.GeoDataFrame | None = None,
    *,
    tolerances: Tolerances | None = None,
) -> pd.DataFrame:
    """
    Compare each ledger entry (台账) with the trips of its day and unit, and each trip with the entries.

    An entry and a trip *match* if their times agree and they name a township in common. One entry may match
    several trips (a pause for lunch), and one trip several entries. What finds no match but a partner that
    differs only in time or only in area is reported as that; the rest stands alone.

    Parameters
    ----------
    ledger
        Table LEDGER. A missing time, or an area that names no township, is not compared.
    trips
        Table TRIPS.
    townships
        Table TOWNSHIPS: the names by which the ledger may call an area.
    violations
        Table VIOLATIONS. Patches found on a patrol (``lead_source``) must be noted on the same day, and noted
        ones must be in the table, both within the distance. Without it neither is asked.
    tolerances
        By default half an hour and 200 m, both included.

    Returns
    -------
    reconciliation
        Table RECONCILIATION, ordered by day. Each entry and each trip appears at least once.

    Raises
    ------
    TableError
        If a table is not in order.

    Notes
    -----
    Source: 揭府〔2009〕56号 第十六条第（一）项 (patrols are entered in a ledger).

    Examples
    --------
    >>> when = pd.Timestamp("2026-04-03 08:00", tz="Asia/Shanghai")
    >>> ledger = pd.DataFrame({"on": [pd.Timestamp("2026-04-03")], "patrol_unit": "一队", "started_at": [when],
    ...     "ended_at": [when + pd.Timedelta(hours=2)], "area": "东村镇", "violations_noted": 0, "row": 1},
    ...     index=pd.Index(["E1"], name="entry_id"))
    >>> townships = pd.DataFrame({"township_name": ["东村镇"], "county_code": ["445202"]},
    ...                          index=pd.Index(["445202101"], name="township_code"))
    >>> trips = pd.DataFrame({"on": [], "patrol_unit": [], "started_at": [], "ended_at": [], "township_shares": []},
    ...     index=pd.Index([], name="trip_id")).astype({"on": "datetime64[s]", "started_at": ledger["started_at"].dtype,
    ...     "ended_at": ledger["started_at"].dtype})
    >>> reconcile(ledger, trips, townships)[["entry_id", "result"]].to_numpy().tolist()
    [['E1', 'entry_without_track']]
    """
    check(ledger, LEDGER)
    check(trips, TRIPS.only("on", "patrol_unit", "started_at", "ended_at", "township_shares"))
    check(townships, TOWNSHIPS.only("township_name", "county_code"))
    tolerances = Tolerances() if tolerances is None else tolerances
    pairs = _pairs(ledger, trips, townships, tolerances)
    rows = [*_matches(pairs), *_partial(pairs), *_alone(ledger, trips, pairs)]
    if violations is not None:
        rows += noted_violations(ledger, violations, tolerances.distance_m)
    found = pd.DataFrame(rows, columns=RECONCILIATION.names)
    found["on"] = pd.to_datetime(found["on"]).astype("datetime64[s]")
    for name in ("patrol_unit", "entry_id", "trip_id", "result", "detail"):
        found[name] = found[name].astype("str")
    return found.sort_values(["on", "entry_id", "trip_id", "result"], ignore_index=True)


def named_townships(area: object, townships: pd.DataFrame) -> frozenset[str]:
    """
    List the townships that a text names, by code or by name.

    Examples
    --------
    >>> townships = pd.DataFrame({"township_name": ["东村镇", "西村镇"]}, index=["445202101", "445202102"])
    >>> sorted(named_townships("东村镇至445202102", townships))
    ['445202101', '445202102']
    """
    if not isinstance(area, str):
        return frozenset()
    names = townships["township_name"].items()
    return frozenset(str(code) for code, name in names if str(code) in area or (name and str(name) in area))


def _pairs(ledger: pd.DataFrame, trips: pd.DataFrame, townships: pd.DataFrame, tolerances: Tolerances) -> pd.DataFrame:
    """Pair entries and trips of one day and unit, and say whether time and area agree."""
    entries = ledger[["on", "patrol_unit", "started_at", "ended_at", "area"]].reset_index()
    entries["on"] = entries["on"].astype("datetime64[s]")
    outings = trips[["on", "patrol_unit", "started_at", "ended_at", "township_shares"]].reset_index()
    outings["on"] = outings["on"].astype("datetime64[s]")
    pairs = entries.merge(outings, on="on", suffixes=("", "_trip"))
    unit, other = pairs["patrol_unit"], pairs["patrol_unit_trip"]
    pairs = pairs[unit.isna() | other.isna() | (unit == other)].reset_index(drop=True)
    tolerance = pd.Timedelta(minutes=tolerances.time_min)
    late = pairs["started_at_trip"] - pairs["ended_at"].fillna(pairs["started_at"])
    early = pairs["started_at"].fillna(pairs["ended_at"]) - pairs["ended_at_trip"]
    pairs["apart"] = pd.concat([late, early], axis=1).max(axis=1)
    pairs["same_time"] = pairs["apart"].isna() | (_beyond(pairs) <= tolerance)
    named = [named_townships(area, townships) for area in pairs["area"]]
    crossed = [_crossed(shares) for shares in pairs["township_shares"]]
    pairs["same_area"] = [not place or not way or bool(place & way) for place, way in zip(named, crossed, strict=True)]
    pairs["crossed"] = ["、".join(sorted(way)) for way in crossed]
    return pairs


def _beyond(pairs: pd.DataFrame) -> "pd.Series[pd.Timedelta]":
    """Measure how much of the shorter lies outside the longer, of entered time and trip, or how far they are apart."""
    before = pairs["started_at"] - pairs["started_at_trip"]
    after = pairs["ended_at_trip"] - pairs["ended_at"]
    trip_outside = pd.concat([before, after], axis=1).max(axis=1)
    entry_outside = pd.concat([-before, -after], axis=1).max(axis=1)
    least = pd.concat([trip_outside, entry_outside], axis=1).min(axis=1)
    return pd.concat([least, pairs["apart"]], axis=1).max(axis=1)


def _crossed(shares: object) -> frozenset[str]:
    if not isinstance(shares, str) or not shares:
        return frozenset()
    parts = (part.rsplit(" ", 1) for part in shares.split("; "))
    return frozenset(code for code, share in parts if float(share) >= _LEAST_SHARE and code != "(outside)")


def _matches(pairs: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for pair in pairs[pairs["same_time"] & pairs["same_area"]].itertuples():
        yield _row(pair, Reconciled.MATCHED, "Entry and track agree in day, time and area.")


def _partial(pairs: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Report what is left over on both sides and differs in one thing only, the nearest in time first."""
    matched = pairs["same_time"] & pairs["same_area"]
    entries, outings = set(pairs.loc[matched, "entry_id"]), set(pairs.loc[matched, "trip_id"])
    near = pairs[~matched & (pairs["same_time"] | pairs["same_area"])]
    near = near.assign(size=_beyond(near).fillna(pd.Timedelta(0))) if len(near) else near.assign(size=0)
    for pair in near.sort_values(["size", "entry_id", "trip_id"]).itertuples():
        if pair.entry_id in entries or pair.trip_id in outings:
            continue
        entries.add(pair.entry_id)
        outings.add(pair.trip_id)
        if pair.same_time:
            detail = f"The ledger says {pair.area}, the track lies in {pair.crossed}."
            yield _row(pair, Reconciled.OTHER_AREA, detail)
        else:
            detail = (
                f"The ledger says {_clock(pair.started_at)} to {_clock(pair.ended_at)}, "
                f"the track {_clock(pair.started_at_trip)} to {_clock(pair.ended_at_trip)}."
            )
            yield _row(pair, Reconciled.OTHER_TIME, detail)


def _alone(ledger: pd.DataFrame, trips: pd.DataFrame, pairs: pd.DataFrame) -> Iterator[dict[str, Any]]:
    rows = [*_matches(pairs), *_partial(pairs)]
    entries, outings = {row["entry_id"] for row in rows}, {row["trip_id"] for row in rows}
    for entry in ledger[~ledger.index.isin(entries)].itertuples():
        detail = "No track of that day and unit agrees with the entry."
        yield _alone_row(entry, Reconciled.ENTRY_WITHOUT_TRACK, detail) | {"entry_id": entry.Index}
    for trip in trips[~trips.index.isin(outings)].itertuples():
        detail = "No entry of that day and unit agrees with the track."
        yield _alone_row(trip, Reconciled.TRACK_WITHOUT_ENTRY, detail) | {"trip_id": trip.Index}


def _row(pair: Any, result: Reconciled, detail: str) -> dict[str, Any]:
    unit = pair.patrol_unit if isinstance(pair.patrol_unit, str) else pair.patrol_unit_trip
    ids = {"entry_id": pair.entry_id, "trip_id": pair.trip_id}
    return {"on": pair.on, "patrol_unit": unit, "result": result.value, "detail": detail} | ids


def _alone_row(row: Any, result: Reconciled, detail: str) -> dict[str, Any]:
    return {"on": row.on, "patrol_unit": row.patrol_unit, "result": result.value, "detail": detail}


def _clock(moment: Any) -> str:
    return "?" if pd.isna(moment) else f"{moment.tz_convert(LOCAL_ZONE):%H:%M}"
