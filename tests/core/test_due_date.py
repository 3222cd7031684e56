"""The last day of a period, against dates worked out by hand from the State Council's notices."""

import csv
import time
from bisect import bisect_right
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.calendar import due_date, is_working_day
from geoenforce.core.deadlines import DayKind, day_kind, due_details
from geoenforce.core.errors import InputError

FACTS = Path(__file__).parents[3] / "shared" / "data" / "calendar" / "workday_facts.csv"


@pytest.mark.parametrize(
    ("on", "working_days", "due"),
    [
        # 2009: rest 25 to 31 January; Saturday 24 January and Sunday 1 February are worked
        ("2009-01-23", 1, "2009-01-24"), ("2009-01-23", 2, "2009-02-01"), ("2009-01-23", 3, "2009-02-02"),
        # 2023: rest 21 to 27 January; Saturday 28 and Sunday 29 are worked
        ("2023-01-20", 2, "2023-01-29"), ("2023-01-20", 3, "2023-01-30"),
        # 2023: rest 29 September to 6 October; Saturday 7 and Sunday 8 are worked: 7 8 9 10 11 12 13 16 17 18
        ("2023-09-28", 2, "2023-10-08"), ("2023-09-28", 10, "2023-10-18"),
        # 2024: rest 10 to 17 February; Sundays 4 and 18 are worked
        ("2024-02-02", 1, "2024-02-04"), ("2024-02-02", 3, "2024-02-06"), ("2024-02-09", 2, "2024-02-19"),
        # 2024: rest 1 to 7 October; Sunday 29 September and Saturday 12 October are worked
        ("2024-09-27", 2, "2024-09-30"), ("2024-09-27", 3, "2024-10-08"), ("2024-09-30", 10, "2024-10-18"),
        # 2025: rest 28 January to 4 February; Sunday 26 January and Saturday 8 February are worked
        ("2025-01-24", 3, "2025-02-05"), ("2025-01-27", 10, "2025-02-17"),
        # 2025: rest 1 to 8 October; Sunday 28 September and Saturday 11 October are worked
        ("2025-09-26", 1, "2025-09-28"), ("2025-09-30", 3, "2025-10-11"),
        # 2026: rest 15 to 23 February; Saturdays 14 and 28 are worked: 25 26 27 28 2 3 4 5 6 9
        ("2026-02-13", 2, "2026-02-24"), ("2026-02-14", 1, "2026-02-24"), ("2026-02-24", 10, "2026-03-09"),
        # 2026: rest 25 to 27 September and 1 to 7 October; Sunday 20 September and Saturday 10 October are worked
        ("2026-09-18", 1, "2026-09-20"), ("2026-09-24", 1, "2026-09-28"), ("2026-09-30", 3, "2026-10-10"),
    ],
)  # fmt: skip
def test_working_days_pass_over_holidays_and_count_worked_weekends(on, working_days, due):
    assert due_date(date.fromisoformat(on), working_days=working_days) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("on", "working_days", "due"),
    [
        ("2026-06-01", 1, "2026-06-02"),  # a Monday: Tuesday is day 1, not Monday
        ("2026-06-06", 2, "2026-06-09"),  # a Saturday: Monday, Tuesday
        ("2026-06-07", 2, "2026-06-09"),  # a Sunday: the same
        ("2026-05-01", 2, "2026-05-07"),  # a holiday that lasts to the 5th: the 6th, the 7th
        ("2024-12-31", 1, "2025-01-02"),  # 1 January 2025 is a holiday
        ("2025-12-31", 1, "2026-01-04"),  # rest 1 to 3 January 2026; Sunday 4 is worked
        ("2025-12-31", 2, "2026-01-05"),
        ("2026-06-06", 0, "2026-06-06"),  # no day to count: the day itself, worked or not
    ],
)
def test_the_day_of_the_event_is_day_0_whatever_day_it_is(on, working_days, due):
    assert due_date(date.fromisoformat(on), working_days=working_days) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("on", "days", "due"),
    [
        ("2026-06-01", 3, "2026-06-04"),  # a Thursday
        ("2026-06-10", 3, "2026-06-15"),  # Saturday 13 moves to Monday
        ("2026-04-28", 3, "2026-05-06"),  # 1 May moves past the holidays
        ("2026-05-06", 3, "2026-05-09"),  # Saturday 9 May is worked: it stays
        ("2025-09-28", 3, "2025-10-09"),  # 1 October, rest to the 8th
        ("2024-02-07", 3, "2024-02-18"),  # 10 February, rest to the 17th, Sunday 18 is worked
        ("2025-12-30", 30, "2026-01-29"),  # into the next year
        ("2026-01-16", 30, "2026-02-24"),  # Sunday 15 February, rest to the 23rd
        ("2024-02-28", 1, "2024-02-29"),  # a leap year
        ("2026-06-06", 0, "2026-06-08"),  # day 0 is a Saturday
    ],
)
def test_calendar_days_move_to_the_next_working_day(on, days, due):
    assert due_date(date.fromisoformat(on), days=days) == date.fromisoformat(due)


def test_every_day_of_twenty_years_agrees_with_counting_day_by_day_through_the_notices():
    if not FACTS.exists():
        pytest.skip(f"{FACTS} is not here: the facts of the State Council's notices are not part of the repository")
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        named = {date.fromisoformat(row["date"]): row["status"] == "work" for row in csv.DictReader(file)}
    span = [date(2007, 1, 1) + timedelta(days=number) for number in range((date(2026, 12, 31) - date(2007, 1, 1)).days)]
    worked = [day for day in span if named.get(day, day.weekday() < 5)]

    wrong = [
        (day, count)
        for day in span[:-40]
        for count in (1, 3, 10)
        if due_date(day, working_days=count) != worked[bisect_right(worked, day) + count - 1]
    ]

    assert wrong == []


def test_the_users_days_win_in_a_published_year():
    typhoon = {date(2026, 6, 2): False}  # a Tuesday

    assert due_date(date(2026, 6, 1), working_days=1, overrides=typhoon) == date(2026, 6, 3)
    assert due_date(date(2026, 5, 30), days=3, overrides=typhoon) == date(2026, 6, 3)
    assert due_date(date(2026, 6, 5), working_days=1, overrides={date(2026, 6, 7): True}) == date(2026, 6, 7)


def test_a_year_not_published_counts_as_monday_to_friday_less_the_fixed_holidays_and_is_named():
    # 30 December 2097 is a Monday: Tuesday; Wednesday 1 January is a holiday in any year; Thursday, Friday
    details = due_details(date(2097, 12, 30), working_days=3)

    assert details.due == date(2098, 1, 3)
    assert details.unpublished_years == (2097, 2098)
    assert [(day.on, day.kind.value, day.holiday) for day in details.skipped] == [(date(2098, 1, 1), "holiday", "元旦")]


def test_three_days_that_end_on_new_years_day_move_past_it_before_the_notice_is_out():
    # 29 December 2097 is a Sunday: + 3 days is Wednesday 1 January 2098
    assert due_date(date(2097, 12, 29), days=3) == date(2098, 1, 2)


def test_a_year_the_user_gives_is_counted_by_his_days_and_not_named():
    # Wednesday 1 January off, Saturday 4 January worked: Tuesday, Thursday, Friday, Saturday
    given_days = {date(2098, 1, 1): False, date(2098, 1, 4): True}
    for year, monday in ((2097, date(2097, 2, 11)), (2098, date(2098, 2, 10))):  # and two weeks of Spring Festival
        given_days |= {monday + timedelta(days=day): False for day in range(14) if monday.year == year}

    details = due_details(date(2097, 12, 30), working_days=4, overrides=given_days)

    assert details.due == date(2098, 1, 4)
    assert details.unpublished_years == ()
    assert [(day.on, day.kind) for day in details.skipped] == [(date(2098, 1, 1), DayKind.HOLIDAY)]
    assert details.counted[-1].kind is DayKind.GIVEN_WORKING_DAY


def test_calendar_days_rest_on_the_calendar_of_the_last_day_only():
    assert due_details(date(2002, 12, 31), days=800).unpublished_years == ()  # ends in 2005
    assert due_details(date(2002, 12, 31), days=20).unpublished_years == (2003,)
    assert due_details(date(2003, 12, 31), working_days=1).unpublished_years == ()  # 2004 is known
    assert due_details(date(2003, 12, 31), working_days=0).unpublished_years == ()  # nothing was asked of it


def test_each_day_says_why_it_counted_or_did_not():
    details = due_details(date(2026, 9, 18), working_days=5)

    # Sunday 20 worked, 21 to 24 → due Thursday 24; Saturday 19 did not count
    assert details.due == date(2026, 9, 24)
    assert [(day.on.day, day.kind.value) for day in details.counted] == [
        (20, "make_up_day"), (21, "working_day"), (22, "working_day"), (23, "working_day"), (24, "working_day"),
    ]  # fmt: skip
    assert [(day.on.day, day.kind.value, day.holiday) for day in details.skipped] == [(19, "weekend", "")]
    assert details.moved_from is None


def test_calendar_days_tell_where_the_last_day_moved_from():
    details = due_details(date(2026, 4, 28), days=3)

    assert [day.on for day in details.counted] == [date(2026, 4, 29), date(2026, 4, 30), date(2026, 5, 1)]
    assert details.moved_from == date(2026, 5, 1)
    assert [(day.on.day, day.kind.zh, day.holiday) for day in details.skipped] == [
        (day, "节假日", "劳动节") for day in (1, 2, 3, 4, 5)
    ]


def test_a_users_day_that_says_what_the_calendar_says_is_no_day_of_the_users():
    assert day_kind(date(2026, 5, 9), {date(2026, 5, 9): True}).kind is DayKind.MAKE_UP_DAY


def test_long_periods_take_no_time():
    start = time.process_time()  # not the clock's: other programs take their share of that

    assert due_date(date(2026, 1, 1), days=365_000).year == 3025
    assert due_date(date(2026, 1, 1), working_days=50_000).year in range(2219, 2223)  # some 256 a year
    assert time.process_time() - start < 1


@given(st.dates(date(2004, 1, 1), date(2026, 6, 30)), st.integers(1, 60), st.integers(1, 60))
def test_periods_add_up_and_end_on_a_working_day(on, first, second):
    whole = due_date(on, working_days=first + second)

    assert due_date(due_date(on, working_days=first), working_days=second) == whole
    assert is_working_day(whole)
    assert is_working_day(due_date(on, days=first))
    assert due_date(on, days=first) <= due_date(on, days=first + second)


@pytest.mark.parametrize("lengths", [{}, {"working_days": 1, "days": 1}])
def test_exactly_one_length_is_needed(lengths):
    with pytest.raises(InputError, match=r"needs either working_days .* or days .*; give exactly one"):
        due_date(date(2026, 1, 5), **lengths)


@pytest.mark.parametrize("length", [-1, 1.5, True, "2"])
def test_a_length_is_a_whole_number_from_0(length):
    with pytest.raises(InputError, match=rf"must be a whole number from 0, but is {length!r}"):
        due_date(date(2026, 1, 5), working_days=length)


@pytest.mark.parametrize(
    ("on", "length"),
    [
        (date(2026, 1, 5), {"days": 10**12}),
        (date(2026, 1, 5), {"days": 10**7}),
        (date(2026, 1, 5), {"working_days": 10**9}),
        (date(9999, 12, 24), {"working_days": 6}),  # a Friday, with five working days before the end of time
    ],
)
def test_a_period_that_leaves_the_calendar_is_refused(on, length):
    with pytest.raises(InputError, match=rf"days from {on} ends after the year 9999; give a shorter one"):
        due_date(on, **length)


@pytest.mark.parametrize(
    "moment", [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-05", tz="UTC"), pd.NaT, "2026-01-05"]
)
def test_a_moment_is_refused_because_its_day_depends_on_the_zone(moment):
    with pytest.raises(InputError, match=r"needs a date, but got .*take its day in Asia/Shanghai first"):
        due_date(moment, working_days=1)
    with pytest.raises(InputError, match=r"needs a date"):
        is_working_day(moment)
