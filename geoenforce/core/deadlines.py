"""A deadline day by day: which days of a period were counted, which were not, and why."""

from dataclasses import dataclass
from datetime import date, timedelta

from chinese_calendar import Holiday, constants

from geoenforce.core.calendar import FIXED_HOLIDAYS, Overrides, due_date, is_working_day, published_years, unpublished
from geoenforce.core.terms import Term


class DayKind(Term):
    """What a day is to the working calendar."""

    WORKING_DAY = "working_day", "工作日", "working day"
    MAKE_UP_DAY = "make_up_day", "调休上班", "make-up day (weekend that is worked)"
    WEEKEND = "weekend", "周末", "weekend"
    HOLIDAY = "holiday", "节假日", "holiday"
    GIVEN_WORKING_DAY = "given_working_day", "用户日历定为工作日", "working day by the user's list"
    GIVEN_REST_DAY = "given_rest_day", "用户日历定为休息日", "no working day by the user's list"

    @property
    def is_worked(self) -> bool:
        """
        Say whether it is a working day.

        Examples
        --------
        >>> DayKind.MAKE_UP_DAY.is_worked, DayKind.HOLIDAY.is_worked
        (True, False)
        """
        return self in (DayKind.WORKING_DAY, DayKind.MAKE_UP_DAY, DayKind.GIVEN_WORKING_DAY)


@dataclass(frozen=True)
class Day:
    """One day of a period; `holiday` names the festival in Chinese, where the day belongs to one."""

    on: date
    kind: DayKind
    holiday: str = ""


@dataclass(frozen=True)
class DueDetails:
    """A period's last day, and how it was counted."""

    due: date
    counted: tuple[Day, ...]  # the days of the period, without day 0
    skipped: tuple[Day, ...]  # days that did not count; of calendar days: those that could not be the last
    moved_from: date | None  # the last calendar day, where it is no working day
    unpublished_years: tuple[int, ...]  # years whose calendar is a guess


def due_details(
    on: date, *, working_days: int | None = None, days: int | None = None, overrides: Overrides | None = None
) -> DueDetails:
    """
    Find the last day of a period as `due_date` does, and say of each day why it was counted or not.

    Parameters
    ----------
    on, working_days, days, overrides
        As in `geoenforce.core.calendar.due_date`.

    Returns
    -------
    details
        The days from the day after the event to the last day. Years without a published calendar are named if
        the answer rests on them.

    Raises
    ------
    InputError
        As `due_date`.

    Notes
    -----
    Source: as `due_date`.

    Examples
    --------
    >>> details = due_details(date(2026, 9, 30), working_days=1)
    >>> details.due, len(details.skipped), details.skipped[0].kind.zh, details.skipped[0].holiday
    (datetime.date(2026, 10, 8), 7, '节假日', '国庆节')
    """
    due = due_date(on, working_days=working_days, days=days, overrides=overrides)
    listed = [day_kind(on + timedelta(days=number), overrides) for number in range(1, (due - on).days + 1)]
    if days is None:
        counted = tuple(day for day in listed if day.kind.is_worked)
        skipped = tuple(day for day in listed if not day.kind.is_worked)
        asked = listed[0].on if listed else None  # without a day to count, no calendar was asked
        last = due
    else:
        asked = last = on + timedelta(days=days)
        counted = tuple(day for day in listed if day.on <= last)
        skipped = tuple(day for day in [day_kind(on, overrides), *listed] if last <= day.on < due)
    years = () if asked is None else tuple(unpublished(asked, due, overrides))
    return DueDetails(due, counted, skipped, None if last == due else last, years)


def day_kind(on: date, overrides: Overrides | None = None) -> Day:
    """
    Say what a day is to the working calendar.

    Parameters
    ----------
    on
        A date in Asia/Shanghai.
    overrides
        As in `is_working_day`; one that says what the calendar says anyway changes nothing.

    Examples
    --------
    >>> [day_kind(date(2026, 5, day)).kind.value for day in (8, 9, 10)], day_kind(date(2026, 5, 1)).holiday
    (['working_day', 'make_up_day', 'weekend'], '劳动节')
    """
    is_worked = is_working_day(on, overrides)
    if is_worked != is_working_day(on):
        return Day(on, DayKind.GIVEN_WORKING_DAY if is_worked else DayKind.GIVEN_REST_DAY)
    is_weekend = on.weekday() > 4
    if is_worked:
        return Day(on, DayKind.MAKE_UP_DAY if is_weekend else DayKind.WORKING_DAY)
    holiday = _holiday(on)
    return Day(on, DayKind.HOLIDAY, holiday) if holiday else Day(on, DayKind.WEEKEND)


def _holiday(on: date) -> str:
    if on.year not in published_years():
        return FIXED_HOLIDAYS.get((on.month, on.day), "")
    holiday = constants.holidays.get(on)
    return Holiday(holiday).chinese if holiday else ""
