"""
Working days after the State Council's calendar, make-up days (调休) included.

The holidays of a year are published late in the year before. Years that are not published yet are
taken as Monday to Friday without the holidays that the law fixes by date, and `unpublished` names
them so that callers can say so aloud; a user who has the notice gives its days as `overrides`.
"""

from bisect import bisect_right
from calendar import isleap
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

import chinese_calendar
from chinese_calendar import constants

from geoenforce.core.errors import InputError

#: What is a working day (True) or none (False) against the published calendar; a user's own knowledge.
Overrides = Mapping[date, bool]

#: Holidays of the same days each year, published or not (《全国年节及纪念日放假办法》第二条), by month and day.
FIXED_HOLIDAYS: Mapping[tuple[int, int], str] = MappingProxyType(
    {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", **dict.fromkeys([(10, 1), (10, 2), (10, 3)], "国庆节")}
)

#: How callers name what stands in for a calendar that is not published.
STAND_IN = "Monday to Friday, without 1 January, 1 and 2 May and 1 to 3 October,"

_NO_OVERRIDES: Overrides = MappingProxyType({})
_SATURDAY = 5
_DAYS_OFF_OF_A_NOTICE = 10  # Mondays to Fridays: every notice of the State Council has more
_NO_DAYS: frozenset[date] = frozenset()


def is_working_day(on: date, overrides: Overrides | None = None) -> bool:
    """
    Say whether a day is a working day.

    Parameters
    ----------
    on
        A date in Asia/Shanghai.
    overrides
        Days that differ from the published calendar, or complete it.

    Returns
    -------
    is_working_day
        For a year without a published calendar: whether it is a Monday to Friday and none of `FIXED_HOLIDAYS`.

    Raises
    ------
    InputError
        If `on` is a moment (datetime, Timestamp) and not a date: its day depends on the zone.

    Notes
    -----
    Source: the State Council's yearly notices on holidays, as the package chinesecalendar holds them.

    Examples
    --------
    A make-up Saturday, a holiday on a Friday, and a day that a typhoon took:

    >>> is_working_day(date(2026, 5, 9)), is_working_day(date(2026, 5, 1))
    (True, False)
    >>> is_working_day(date(2026, 5, 11), {date(2026, 5, 11): False})
    False
    """
    _refuse_moment(on)
    overrides = _NO_OVERRIDES if overrides is None else overrides
    if on in overrides:
        return overrides[on]
    return on in _working_days_of_year(on.year)


def working_days(first: date, last: date, overrides: Overrides | None = None) -> list[date]:
    """
    List the working days from one day to another, both included.

    Parameters
    ----------
    first, last
        Dates in Asia/Shanghai; a `last` before `first` gives an empty list.
    overrides
        As in `is_working_day`.

    Examples
    --------
    Labour Day 2026; Saturday 9 May is worked in its stead:

    >>> [day.day for day in working_days(date(2026, 4, 30), date(2026, 5, 10))]
    [30, 6, 7, 8, 9]
    """
    count = (last - first).days + 1
    days = (first + timedelta(days=number) for number in range(count))
    return [day for day in days if is_working_day(day, overrides)]


def due_date(
    on: date, *, working_days: int | None = None, days: int | None = None, overrides: Overrides | None = None
) -> date:
    """
    Find the last day of a period that began on a day.

    Parameters
    ----------
    on
        Day of the event, in Asia/Shanghai: day 0, whether or not it is a working day.
    working_days
        Length in working days (个工作日); the last of them is the last day. 0 is the day of the event.
    days
        Length in calendar days (日); a last day that is no working day moves to the next one.
    overrides
        As in `is_working_day`.

    Returns
    -------
    last_day
        The duty can be done until its end. Years without a published calendar count as in `is_working_day`
        (see `unpublished`; `geoenforce.core.deadlines.due_details` names them).

    Raises
    ------
    InputError
        If not exactly one length is given, it is no whole number from 0, or the period ends after the year 9999.

    Notes
    -----
    Source: 《民法典》第二百零一条 (the first day does not count), 第二百零三条 (a last day that is a holiday moves to
    the day after the holidays); the State Council's yearly notices.

    Examples
    --------
    From Friday 13 February 2026: the Saturday is worked in stead of Spring Festival, which lasts until the 23rd.

    >>> due_date(date(2026, 2, 13), working_days=2)
    datetime.date(2026, 2, 24)
    >>> due_date(date(2026, 2, 13), days=3)
    datetime.date(2026, 2, 24)
    """
    _refuse_moment(on)
    length = _length(working_days, days)
    try:
        if working_days is None:
            return _next_working_day(on + timedelta(days=length), overrides)
        return _working_day_after(on, length, overrides)
    except OverflowError:
        message = f"A period of {length} days from {on} ends after the year 9999; give a shorter one."
        raise InputError(message) from None


def published_years() -> range:
    """
    Return the years whose calendar is known.

    Examples
    --------
    >>> 2026 in published_years(), 2003 in published_years()
    (True, False)
    """
    first, last = _known_span()
    return range(first, last + 1)


def unpublished(first: date, last: date, overrides: Overrides | None = None) -> list[int]:
    """
    List the years between two days whose calendar is not known and not given by the user.

    Callers must tell the user about these: the answers for them are a guess (`STAND_IN`).

    Parameters
    ----------
    first, last
        Dates in Asia/Shanghai, both included.
    overrides
        As in `is_working_day`. A year is given once ten of its Mondays to Fridays are off, as in every notice.

    Examples
    --------
    >>> unpublished(date(2026, 12, 30), date(2098, 1, 2))[-1]
    2098
    >>> unpublished(date(2026, 1, 1), date(2026, 12, 31))
    []
    """
    off = Counter(
        day.year for day, is_worked in (overrides or {}).items() if not is_worked and day.weekday() < _SATURDAY
    )
    known = published_years()
    years = range(first.year, last.year + 1)
    return [year for year in years if year not in known and off[year] < _DAYS_OFF_OF_A_NOTICE]


def read_overrides(text: str) -> dict[date, bool]:
    r"""
    Read a user's list of days: CSV with the columns ``date`` (ISO) and ``is_working_day`` (1 or 0).

    Parameters
    ----------
    text
        The file's content; lines that begin with ``#`` are left out.

    Raises
    ------
    InputError
        If a line is not a date and 1 or 0, with the number of the line.

    Examples
    --------
    >>> read_overrides("date,is_working_day\n2027-02-08,0")
    {datetime.date(2027, 2, 8): False}
    """
    found: dict[date, bool] = {}
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        cells = [cell.strip() for cell in line.split(",")]
        if not line.strip() or line.startswith("#") or (number == 1 and cells[0] == "date"):
            continue
        try:
            found[date.fromisoformat(cells[0])] = {"1": True, "0": False}[cells[1]]
        except (ValueError, KeyError, IndexError):
            message = (
                f"Line {number} of the working-day list is {line!r}; expected a date and 1 (working day) or 0 (none), "
                "as in 2027-02-08,0."
            )
            raise InputError(message) from None
    return found


@lru_cache(maxsize=64)
def _working_days_of_year(year: int) -> frozenset[date]:
    start = date(year, 1, 1)
    days = [start + timedelta(days=number) for number in range(366 if isleap(year) else 365)]
    is_known = year in published_years()
    return frozenset(day for day in days if (chinese_calendar.is_workday(day) if is_known else _is_likely_worked(day)))


def _is_likely_worked(on: date) -> bool:
    return on.weekday() < _SATURDAY and (on.month, on.day) not in FIXED_HOLIDAYS


def _refuse_moment(on: date) -> None:
    # A datetime is a date to Python, yet it equals none: every day would be found to be no working day.
    if not isinstance(on, date) or isinstance(on, datetime):
        message = f"The working calendar needs a date, but got {on!r}; take its day in Asia/Shanghai first: .date()."
        raise InputError(message)


def _length(working_days: int | None, days: int | None) -> int:
    given = [length for length in (working_days, days) if length is not None]
    if len(given) != 1:
        message = (
            f"A period needs either working_days (个工作日) or days (日), but has working_days={working_days!r} and "
            f"days={days!r}; give exactly one."
        )
        raise InputError(message)
    if isinstance(given[0], bool) or not isinstance(given[0], int) or given[0] < 0:
        message = f"The length of a period must be a whole number from 0, but is {given[0]!r}."
        raise InputError(message)
    return given[0]


def _next_working_day(on: date, overrides: Overrides | None) -> date:
    while not is_working_day(on, overrides):
        on += timedelta(days=1)
    return on


def _working_day_after(on: date, count: int, overrides: Overrides | None) -> date:
    """Count by whole years, so that long periods take no longer than short ones."""
    if count == 0:
        return on
    _ = on + timedelta(days=count)  # overflows at once where no calendar can reach
    for year in range(on.year, date.max.year + 1):
        days = _sorted_working_days(year, *_given(year, overrides))
        passed = bisect_right(days, on)  # 0 in all years but the first
        if count <= len(days) - passed:
            return days[passed + count - 1]
        count -= len(days) - passed
    raise OverflowError


def _given(year: int, overrides: Overrides | None) -> tuple[frozenset[date], frozenset[date]]:
    if not overrides:
        return _NO_DAYS, _NO_DAYS
    own = [day for day in overrides if day.year == year]
    return frozenset(day for day in own if overrides[day]), frozenset(day for day in own if not overrides[day])


@lru_cache(maxsize=64)
def _sorted_working_days(year: int, worked: frozenset[date], not_worked: frozenset[date]) -> list[date]:
    return sorted((_working_days_of_year(year) | worked) - not_worked)


@lru_cache(maxsize=1)
def _known_span() -> tuple[int, int]:
    known = [*constants.holidays, *constants.workdays]
    return min(known).year, max(known).year
