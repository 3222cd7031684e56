"""`geoenforce due` as its users type it."""

import json
import subprocess
import sys
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from geoenforce.cli import app

runner = CliRunner()


def due(*arguments):
    return runner.invoke(app, ["due", *map(str, arguments)], catch_exceptions=False)


def test_due_prints_one_iso_date():
    assert due("2026-02-13", "--working-days", 2).stdout == "2026-02-24\n"
    assert due("2026-04-28", "--days", 3).stdout == "2026-05-06\n"


def test_due_in_json_tells_the_days_that_counted_and_those_that_did_not():
    found = json.loads(due("2026-05-07", "--working-days", 3, "--json").stdout)

    assert found == {
        "from": "2026-05-07",
        "working_days": 3,
        "due": "2026-05-11",
        "counted": [
            {"on": "2026-05-08", "why": "working_day"},
            {"on": "2026-05-09", "why": "make_up_day"},
            {"on": "2026-05-11", "why": "working_day"},
        ],
        "skipped": [{"on": "2026-05-10", "why": "weekend"}],
        "unpublished_years": [],
    }


def test_due_in_json_tells_where_a_last_day_moved_from():
    found = json.loads(due("2026-06-10", "--days", 3, "--json").stdout)

    assert (found["days"], found["moved_from"], found["due"]) == (3, "2026-06-13", "2026-06-15")
    assert found["skipped"] == [{"on": "2026-06-13", "why": "weekend"}, {"on": "2026-06-14", "why": "weekend"}]


def test_a_year_that_is_not_published_is_answered_and_said_aloud():
    done = due("2097-12-30", "--working-days", 3, "--json")

    assert json.loads(done.stdout)["unpublished_years"] == [2097, 2098]
    assert "The working days of 2098 are not published: Monday to Friday, without 1 January," in done.stderr


def test_the_users_calendar_completes_the_published_one(tmp_path):
    own = tmp_path / "days.csv"
    mondays = [date(year, 2, 10) + timedelta(days=year == 2097) for year in (2097, 2098)]  # two weeks off in each year
    spring = [monday + timedelta(days=day) for monday in mondays for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    lines = ["date,is_working_day", "2097-12-31,0", "2098-01-01,0", *(f"{day},0" for day in spring)]
    own.write_text("\n".join(lines), encoding="utf-8-sig")

    done = due("2097-12-30", "--working-days", 1, "--calendar", own)

    assert done.stdout == "2098-01-02\n"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["2026-02-30", "--days", "1"], 2, "'2026-02-30' is no day (日期)"),
        (["2026-02-13"], 2, "give either --working-days or --days"),
        (["2026-02-13", "--days", "1", "--working-days", "1"], 2, "give either --working-days or --days"),
        (["2026-02-13", "--days", "-1"], 2, "Invalid value for '--days'"),
        (["2026-02-13", "--days", "1", "--calendar", "no_such.csv"], 1, "no_such.csv: there is no such file."),
        (["2026-02-13", "--days", "999999999"], 1, "ends after the year 9999"),
    ],
)
def test_what_cannot_be_answered_is_one_message(arguments, status, message):
    command = [sys.executable, "-m", "geoenforce", "due", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    assert done.returncode == status
    assert message in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"2027-02-30,1\n", "days.csv: Line 1 of the working-day list"),
        ("日期\n".encode("gbk"), "is not text in"),
    ],
)
def test_a_calendar_that_cannot_be_used_is_one_message(tmp_path, content, message):
    own = tmp_path / "days.csv"
    own.write_bytes(content)
    command = [sys.executable, "-m", "geoenforce", "due", "2026-02-13", "--days", "1", "--calendar", str(own)]

    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    assert done.returncode == 1
    assert message in done.stderr
