"""
Working days after the State Council's calendar, make-up days (调休) included.

The holidays of a year are published late in the year before. Years that are not published yet are
taken as Monday to Friday, and `unpublished` names them so that callers can say so aloud; a user who
has the notice gives its days as `overrides`.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import chinese_calendar
from chinese_calendar import constants

from geoenforce.core.errors import InputError

#: What is a working day (True) or none (False) against the published calendar; a user's own knowledge.
Overrides = Mapping[date, bool]

_NO_OVERRIDES: Overrides = MappingProxyType({})
_SATURDAY = 5


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
        For a year without a published calendar: whether it is a Monday to Friday (see `unpublished`).

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


def published_years() -> range:
    """
    Return the years whose calendar is known.

    Examples
    --------
    >>> 2026 in published_years(), 2003 in published_years()
    (True, False)
    """
    return range(min(_known_days()).year, max(_known_days()).year + 1)


def unpublished(first: date, last: date, overrides: Overrides | None = None) -> list[int]:
    """
    List the years between two days whose calendar is not known and not given by the user.

    Callers must tell the user about these: the answers for them are a guess, Monday to Friday.

    Parameters
    ----------
    first, last
        Dates in Asia/Shanghai, both included.
    overrides
        As in `is_working_day`; a year with at least one entry counts as given.

    Examples
    --------
    >>> unpublished(date(2026, 12, 30), date(2098, 1, 2))[-1]
    2098
    >>> unpublished(date(2026, 1, 1), date(2026, 12, 31))
    []
    """
    given = {day.year for day in overrides or ()}
    known = published_years()
    return [year for year in range(first.year, last.year + 1) if year not in known and year not in given]


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
    days = [start + timedelta(days=number) for number in range((date(year + 1, 1, 1) - start).days)]
    is_known = year in published_years()
    return frozenset(
        day for day in days if (chinese_calendar.is_workday(day) if is_known else day.weekday() < _SATURDAY)
    )


def _known_days() -> list[date]:
    return [*constants.holidays, *constants.workdays]
