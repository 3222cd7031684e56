"""Working days against the State Council's own notices."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from geoenforce.core.calendar import is_working_day, published_years, read_overrides, unpublished, working_days
from geoenforce.core.errors import InputError

FACTS = Path(__file__).parents[3] / "shared" / "data" / "calendar"


def facts(name):
    path = FACTS / name
    if not path.exists():
        pytest.skip(f"{path} is not here: the facts of the State Council's notices are not part of the repository")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_day_named_in_a_notice_agrees():
    listed = facts("workday_facts.csv")
    wrong = [
        row["date"] for row in listed if is_working_day(date.fromisoformat(row["date"])) != (row["status"] == "work")
    ]

    assert len(listed) > 600
    assert wrong == []


def test_every_years_and_months_count_agrees():
    for row in facts("year_summary.csv"):
        year = int(row["year"])
        days = working_days(date(year, 1, 1), date(year, 12, 31))
        assert len(days) == int(row["workdays"])
        for month in range(1, 13):
            assert sum(day.month == month for day in days) == int(row[f"m{month:02d}"])


def test_a_make_up_saturday_is_worked_and_a_holiday_on_a_weekday_is_not():
    assert is_working_day(date(2026, 5, 9))  # 劳动节调休, a Saturday
    assert not is_working_day(date(2026, 5, 9) + timedelta(days=1))
    assert not is_working_day(date(2026, 2, 16))  # 春节, a Monday
    assert is_working_day(date(2026, 2, 14))  # 春节调休, a Saturday


def test_both_ends_belong_to_a_span_and_a_reversed_one_is_empty():
    assert working_days(date(2026, 3, 30), date(2026, 3, 31)) == [date(2026, 3, 30), date(2026, 3, 31)]
    assert working_days(date(2026, 3, 31), date(2026, 3, 30)) == []


def test_overrides_win_over_the_published_calendar():
    typhoon, extra = date(2026, 4, 28), date(2026, 5, 2)
    overrides = {typhoon: False, extra: True}

    assert not is_working_day(typhoon, overrides)
    assert extra in working_days(date(2026, 5, 1), date(2026, 5, 5), overrides)
    assert is_working_day(typhoon)


def test_a_year_not_yet_published_is_monday_to_friday_less_the_fixed_holidays_and_is_named():
    # 2097 begins on a Tuesday: 261 Mondays to Fridays; 1 January (Tue), 1 and 2 May (Wed, Thu), 1 to 3 October
    # (Tue to Thu) are holidays by 《全国年节及纪念日放假办法》第二条, published or not
    days = working_days(date(2097, 1, 1), date(2097, 12, 31))

    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert len(days) == 261 - 6
    assert not {date(2097, 1, 1), date(2097, 5, 1), date(2097, 5, 2), date(2097, 10, 3)} & set(days)
    assert unpublished(date(2096, 12, 1), date(2097, 1, 31)) == [2096, 2097]


def test_a_year_the_user_has_given_is_not_named():
    notice = {date(2097, 2, day): False for day in (11, 12, 13, 14, 15, 18, 19, 20, 21, 22)}  # ten Mondays to Fridays

    assert unpublished(date(2097, 1, 1), date(2098, 1, 1), notice) == [2098]


def test_a_day_that_a_typhoon_took_does_not_make_a_calendar():
    assert unpublished(date(2097, 1, 1), date(2097, 1, 1), {date(2097, 9, 9): False}) == [2097]
    weekends = {date(2097, 2, 2) + timedelta(days=7 * week): False for week in range(20)}  # Saturdays are off anyway
    assert unpublished(date(2097, 1, 1), date(2097, 1, 1), weekends) == [2097]


def test_years_before_the_first_calendar_are_named_too():
    assert unpublished(date(2003, 12, 31), date(2004, 1, 1)) == [2003]


def test_published_years_run_from_2004_to_2026_at_least():
    assert published_years()[0] == 2004
    assert 2026 in published_years()


def test_a_list_of_days_is_read_with_comments_and_byte_order_mark():
    text = "\ufeffdate,is_working_day\n# 2027 年通知\n2027-02-08, 0\n\n2027-02-14,1\n"

    assert read_overrides(text) == {date(2027, 2, 8): False, date(2027, 2, 14): True}


@pytest.mark.parametrize("line", ["2027-02-30,1", "2027-02-08", "2027-02-08,ja"])
def test_a_wrong_line_is_named(line):
    with pytest.raises(InputError, match=rf"Line 2 of the working-day list is '{line}'; expected a date and 1"):
        read_overrides(f"date,is_working_day\n{line}\n")
