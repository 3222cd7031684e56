"""Whether each office patrolled on each working day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from geoenforce.core.calendar import STAND_IN, Overrides, unpublished, working_days
from geoenforce.core.errors import ConfigError
from geoenforce.core.patrol_tables import PATROL_DAYS, PATROL_RATES, TRIP_PARTS, TRIPS
from geoenforce.core.patrol_terms import DayReason, OfficeLevel
from geoenforce.core.sentences import say, word
from geoenforce.core.tables import TOWNSHIPS, check, issue, issues_table

# Lengths are compared to the centimetre and times to the tenth of a second: noise of the last digits
# of a float must not decide whether 1 km was reached.
_DECIMALS_OF_A_METRE, _DECIMALS_OF_A_MINUTE = 2, 3


@dataclass(frozen=True)
class PatrolRule:
    """What one trip must reach inside an office's area to count as a patrol (有效巡查); the limits are included."""

    at_least_min: float = 10.0
    at_least_m: float = 1000.0


@dataclass(frozen=True)
class Calendar:
    """The days in question, and what is known about them beside the State Council's calendar."""

    first: date
    last: date
    overrides: Overrides | None = None


@dataclass(frozen=True)
class Compliance:
    """What `patrol_days` returns."""

    days: pd.DataFrame  # PATROL_DAYS, by office and day
    issues: pd.DataFrame  # ISSUES: years whose calendar is not published, counties without any track


def patrol_days(
    trips: pd.DataFrame,
    parts: pd.DataFrame,
    townships: pd.DataFrame,
    calendar: Calendar,
    *,
    rule: PatrolRule | None = None,
    excused: pd.DataFrame | None = None,
) -> Compliance:
    """
    Say for each office and working day whether it was patrolled.

    A day is kept if *one* trip that started on it (in Asia/Shanghai) reaches both limits inside the office's area:
    the county's, or the township's. Trips on other days than working days make no row.

    Parameters
    ----------
    trips, parts
        Tables TRIPS and TRIP_PARTS, from `split_trips`.
    townships
        Table TOWNSHIPS; each is an office, and so is each county they belong to.
    calendar
        First and last day, both included, and working days that the published calendar lacks.
    rule
        What makes a trip a patrol; by default 10 minutes and 1 km.
    excused
        Days on which no patrol is owed: columns ``on`` (date), ``office`` (division code; missing or empty:
        all offices; a county's code covers its townships) and ``reason``.

    Returns
    -------
    compliance
        The table PATROL_DAYS, and an issue for each year whose working days are not published yet
        (they are taken as in `is_working_day`) and for each county that no trip touches.

    Raises
    ------
    TableError
        If a table is not in order.
    ConfigError
        If the last day lies before the first.

    Notes
    -----
    Source: 揭府〔2009〕56号 第十六条第（一）项 (at least one patrol each working day). The limits are not the
    regulation's but practice (有效巡查 of the river-chief and field-chief systems): hence a setting.

    Examples
    --------
    A trip of exactly 1 km and 10 minutes on Thursday; nothing on the make-up Saturday:

    >>> start = pd.Timestamp("2026-05-07 08:00", tz="Asia/Shanghai")
    >>> parts = pd.DataFrame({"trip_id": ["A"], "township_code": ["445202101"], "length_m": [1000.0],
    ...                       "duration_min": [10.0]})
    >>> townships = pd.DataFrame({"township_name": ["某镇"], "county_code": ["445202"]},
    ...                          index=pd.Index(["445202101"], name="township_code"))
    >>> trips = pd.DataFrame({"on": [pd.Timestamp("2026-05-07")], "started_at": [start],
    ...                       "ended_at": [start + pd.Timedelta(minutes=10)]}, index=pd.Index(["A"], name="trip_id"))
    >>> days = patrol_days(trips, parts, townships, Calendar(date(2026, 5, 7), date(2026, 5, 10))).days
    >>> days.loc[days["level"] == "county", ["on", "reason"]].astype(str).to_numpy().tolist()
    [['2026-05-07', 'patrolled'], ['2026-05-08', 'no_trip'], ['2026-05-09', 'no_trip']]
    """
    _check(trips, parts, townships, calendar)
    rule = PatrolRule() if rule is None else rule
    offices = _offices(townships)
    days = working_days(calendar.first, calendar.last, calendar.overrides)
    rows = offices.merge(pd.DataFrame({"on": pd.to_datetime(days).as_unit("s")}), how="cross")
    rows = rows.merge(_by_day(trips, parts, townships, rule), on=["office", "on"], how="left")
    rows["trips"] = rows["trips"].fillna(0).astype("int64")
    for name in ("length_m", "duration_min"):
        rows[name] = rows[name].fillna(0.0).astype(float)
    rows["is_compliant"] = rows["is_compliant"].fillna(value=False).astype(bool)
    rows["excuse"] = _excuses(rows, excused)
    rows["is_excused"] = rows["excuse"].notna()
    reasons = [rows["is_compliant"], rows["is_excused"], rows["trips"] > 0]
    codes = [DayReason.PATROLLED.value, DayReason.EXCUSED.value, DayReason.TOO_SHORT.value]
    rows["reason"] = pd.array(np.select(reasons, codes, DayReason.NO_TRIP.value), dtype="str")
    return Compliance(rows[PATROL_DAYS.names], issues_table([*_calendar_issues(calendar), *_without_tracks(rows)]))


def compliance_rates(days: pd.DataFrame, by: Literal["month", "year"] = "month") -> pd.DataFrame:
    """
    Count kept and missed days by office and month or year.

    Days on which no patrol was owed count on neither side, whether or not somebody patrolled.

    Parameters
    ----------
    days
        Table PATROL_DAYS.
    by
        The period.

    Returns
    -------
    rates
        Table PATROL_RATES. Streaks run over owed days only, and end with the period.

    Raises
    ------
    TableError
        If the table is not in order.

    Examples
    --------
    >>> on = pd.to_datetime(["2026-04-01", "2026-04-02", "2026-04-03"])
    >>> days = pd.DataFrame({"office": "445202", "level": "county", "on": on, "is_compliant": [True, False, False],
    ...     "is_excused": [False, False, True], "trips": 1, "length_m": 0.0, "duration_min": 0.0,
    ...     "reason": ["patrolled", "too_short", "excused"], "first_start_at": on.tz_localize("Asia/Shanghai"),
    ...     "last_end_at": on.tz_localize("Asia/Shanghai")})
    >>> compliance_rates(days)[["period", "working_days", "rate", "longest_missed"]].to_numpy().tolist()
    [['2026-04', 3, 0.5, 1]]
    """
    check(days, PATROL_DAYS)
    form = {"month": "%Y-%m", "year": "%Y"}[by]
    rows = days.assign(period=days["on"].dt.strftime(form)).sort_values(["level", "office", "on"])
    keys = ["office", "level", "period"]
    counts = rows.groupby(keys, sort=False)["is_excused"].agg(working_days="size", excused_days="sum")
    owed = rows[~rows["is_excused"]]
    kept = owed["is_compliant"].groupby([owed[key] for key in keys], sort=False)
    missed = (~owed["is_compliant"]).groupby([owed[key] for key in keys], sort=False)
    due = counts["working_days"] - counts["excused_days"]
    columns = {"compliant_days": kept.sum(), "longest_kept": kept.agg(_longest), "longest_missed": missed.agg(_longest)}
    for name, values in columns.items():
        counts[name] = values.astype(float).reindex(counts.index).fillna(0.0)
    counts["rate"] = counts["compliant_days"] / due.where(due > 0)
    whole = ["working_days", "excused_days", "compliant_days", "longest_kept", "longest_missed"]
    counts[whole] = counts[whole].astype("int64")
    return counts.reset_index()[PATROL_RATES.names]


def _check(trips: pd.DataFrame, parts: pd.DataFrame, townships: pd.DataFrame, calendar: Calendar) -> None:
    # Of the other columns of these tables nothing is used, so plain tables do.
    check(trips, TRIPS.only("on", "started_at", "ended_at"))
    check(parts, TRIP_PARTS)
    check(townships, TOWNSHIPS.only("county_code"))
    if calendar.last < calendar.first:
        message = (
            f"The last day {calendar.last} lies before the first, {calendar.first}; give them the other way round."
        )
        raise ConfigError(message)


def _offices(townships: pd.DataFrame) -> pd.DataFrame:
    counties = sorted(townships["county_code"].unique())
    return pd.DataFrame(
        {
            "office": pd.array([*counties, *sorted(townships.index)], dtype="str"),
            "level": pd.array(
                [OfficeLevel.COUNTY.value] * len(counties) + [OfficeLevel.TOWNSHIP.value] * len(townships), dtype="str"
            ),
        }
    )


def _by_day(trips: pd.DataFrame, parts: pd.DataFrame, townships: pd.DataFrame, rule: PatrolRule) -> pd.DataFrame:
    """Add up what each office saw of each trip, then of each day."""
    inside = parts[parts["township_code"].notna()]
    county = townships["county_code"].reindex(inside["township_code"]).to_numpy()
    both = pd.concat([inside.assign(office=inside["township_code"]), inside.assign(office=county)])
    by_trip = both.groupby(["office", "trip_id"])[["length_m", "duration_min"]].sum().reset_index()
    by_trip["is_compliant"] = (by_trip["length_m"].round(_DECIMALS_OF_A_METRE) >= rule.at_least_m) & (
        by_trip["duration_min"].round(_DECIMALS_OF_A_MINUTE) >= rule.at_least_min
    )
    moments = trips[["on", "started_at", "ended_at"]].assign(on=trips["on"].dt.as_unit("s"))
    by_trip = by_trip.join(moments, on="trip_id")
    return (
        by_trip.groupby(["office", "on"])
        .agg(
            trips=("trip_id", "size"),
            first_start_at=("started_at", "min"),
            last_end_at=("ended_at", "max"),
            length_m=("length_m", "sum"),
            duration_min=("duration_min", "sum"),
            is_compliant=("is_compliant", "any"),
        )
        .reset_index()
        .astype({"office": "str"})
    )


def _excuses(rows: pd.DataFrame, excused: pd.DataFrame | None) -> "pd.Series[str]":
    """Find the reason why nothing was owed; what names the office itself goes before what names all."""
    found = pd.Series(index=rows.index, dtype="str")
    if excused is None or excused.empty:
        return found
    order = excused.assign(office=excused["office"].fillna("").astype("str"))
    for one in order.sort_values("office", key=lambda codes: codes.str.len()).itertuples():
        covered = rows["office"].str.startswith(one.office) & (rows["on"] == pd.Timestamp(one.on))
        found[covered] = one.reason if isinstance(one.reason, str) else ""
    return found


def _longest(flags: "pd.Series[bool]") -> int:
    run = (~flags).cumsum()[flags]
    return int(run.value_counts().max()) if len(run) else 0


def _calendar_issues(calendar: Calendar) -> Iterator[dict[str, Any]]:
    for year in unpublished(calendar.first, calendar.last, calendar.overrides):
        said = say("calendar_not_published", year=year, stand_in=word(STAND_IN))
        yield issue("calendar_not_published", said)


def _without_tracks(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Name counties that no trip touched on any day that was owed: their tracks may be missing from the files."""
    owed = rows[(rows["level"] == OfficeLevel.COUNTY.value) & ~rows["is_excused"]]
    trips = owed.groupby("office")["trips"].sum()
    for office in trips.index[trips == 0]:
        days = owed.loc[owed["office"] == office, "on"]
        span = {"count": len(days), "first": days.min().date(), "last": days.max().date()}
        yield issue("county_without_tracks", say("county_without_tracks", county=office, **span), feature=office)
