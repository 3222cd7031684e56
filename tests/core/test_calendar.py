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


def test_a_year_not_yet_published_is_monday_to_friday_and_named():
    year = published_years()[-1] + 1
    days = working_days(date(year, 1, 1), date(year, 12, 31))

    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert len(days) in (260, 261, 262)
    assert unpublished(date(year - 1, 12, 1), date(year, 1, 31)) == [year]


def test_a_year_the_user_has_given_is_not_named():
    year = published_years()[-1] + 1

    assert unpublished(date(year, 1, 1), date(year + 1, 1, 1), {date(year, 2, 8): False}) == [year + 1]


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
