"""The last day of the period within which a duty has to be done."""

from calendar import monthrange
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.core.calendar import Overrides, due_date
from geoenforce.core.errors import RegulationError
from geoenforce.rules.articles import Period


def last_day(on: date, period: Period, overrides: Overrides | None = None) -> date | None:
    """
    Find the last day of a period of a regulation.

    Parameters
    ----------
    on
        Day of the event; it is day 0.
    period
        How long, and in what unit.
    overrides
        Working days that the published calendar lacks.

    Returns
    -------
    last_day
        Missing for ``promptly``: the text fixes no limit.

    Raises
    ------
    RegulationError
        If the unit is unknown.

    Notes
    -----
    Source: 《民法典》第二百零一条至第二百零三条. A year ends with the day of the same number (对应日), or the last
    of its month where there is none (29 February); it is full (满一年) once that day is over, working day or not: it is
    a time that passes and no time to act in. A month ends on its last calendar day (月底前), working day or not: only
    日 and 工作日 know of working days.

    Examples
    --------
    >>> last_day(date(2026, 2, 13), Period("working_days", 2))
    datetime.date(2026, 2, 24)
    >>> last_day(date(2024, 2, 29), Period("years", 1)), last_day(date(2026, 2, 13), Period("end_of_month"))
    (datetime.date(2025, 2, 28), datetime.date(2026, 2, 28))
    >>> last_day(date(2026, 2, 13), Period("promptly")) is None
    True
    """
    if period.unit == "working_days":
        return due_date(on, working_days=period.number, overrides=overrides)
    if period.unit == "days":
        return due_date(on, days=period.number, overrides=overrides)
    if period.unit == "years":
        return _same_day(on, period.number)
    if period.unit == "end_of_month":
        return on.replace(day=monthrange(on.year, on.month)[1])
    if period.unit not in ("same_day", "promptly"):
        message = f"There is no period in '{period.unit}'; known are {list(PERIOD_UNITS)}."
        raise RegulationError(message)
    return on if period.unit == "same_day" else None


def last_days(starts: "pd.Series[Any]", period: Period, overrides: Overrides | None = None) -> "pd.Series[Any]":
    """
    Find the last days of many periods; each distinct first day is looked up once.

    Parameters
    ----------
    starts
        Days 0, some may be missing.
    period, overrides
        As in `last_day`.

    Returns
    -------
    last_days
        On the index of `starts`; missing where the first day is, or where no limit is fixed.

    Examples
    --------
    >>> last_days(pd.Series(pd.to_datetime(["2026-05-07", None])), Period("days", 2)).to_list()
    [Timestamp('2026-05-09 00:00:00'), NaT]
    """
    found = {day: last_day(day.date(), period, overrides) for day in starts.dropna().unique()}
    known = {day: pd.Timestamp(last) for day, last in found.items() if last is not None}
    return starts.map(known).astype("datetime64[s]")


def _same_day(on: date, years: int) -> date:
    last_of_month = monthrange(on.year + years, on.month)[1]
    return on.replace(year=on.year + years, day=min(on.day, last_of_month))


#: The units that a period of a regulation may have.
PERIOD_UNITS = ("working_days", "days", "years", "same_day", "end_of_month", "promptly")
