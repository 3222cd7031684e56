"""Dates, ids, numbers and yes/no as people write them."""

from datetime import date, datetime

import pandas as pd
import pytest

from geoenforce.core.errors import TableError
from geoenforce.inputs.columns import find_columns
from geoenforce.inputs.values import as_dates, as_flags, as_numbers, as_text

MARCH_2 = pd.Timestamp("2026-03-02")


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-02",
        "2026-3-2",
        "2026/3/2",
        "2026.3.2",
        "20260302",
        "2026年3月2日",
        "２０２６年３月２日",  # full width, as input methods write it
        "2026年03月02日 10:30",
        " 2026-03-02 23:59:59 ",
        "2026-03-02T23:59:59",
        "20260302235959",
        "2026-03-02T00:30:00+08:00",
        "2026/03/02 00:30:00+08",
        "2026-03-01 16:30:00 Z",  # half past midnight in China
        20260302,
        20260302.0,
        46083,
        date(2026, 3, 2),
        datetime(2026, 3, 2, 23, 59),  # noqa: DTZ001 - a cell of Excel has no zone
        pd.Timestamp("2026-03-01 16:30", tz="UTC"),
    ],
)
def test_a_day_is_read_however_it_is_written(written):
    assert as_dates(pd.Series([written, None], dtype=object), "a", "b").to_list()[0] == MARCH_2


@pytest.mark.parametrize("written", ["2026-13-01", "2026-02-30", "March", "12", "202603", "2026年3月", "0000-00-00"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(TableError, match=r"FXRQ is no date in the rows \[7\]"):
        as_dates(pd.Series([written], index=[7]), "a.shp", "FXRQ")


def test_blanks_are_missing_and_no_error():
    assert as_dates(pd.Series(["", " ", None]), "a", "b").isna().all()
    assert as_text(pd.Series(["", " ", None])).isna().all()
    assert as_numbers(pd.Series(["", " ", None]), "a", "b").isna().all()
    assert not as_flags(pd.Series(["", " ", None]), "a", "b").any()


def test_numbers_of_excel_are_ids_without_a_point():
    assert as_text(pd.Series([12.0, 445299210000000001, "007", 1.5], dtype=object)).to_list() == [
        "12",
        "445299210000000001",
        "007",
        "1.5",
    ]


def test_the_best_of_several_names_is_taken():
    columns = ["TBBH", "JCBH", "发现日期"]

    assert find_columns(columns, "violations", None, "a")["violation_id"] == "JCBH"
    assert find_columns(columns, "violations", {"violation_id": "tbbh"}, "a")["violation_id"] == "TBBH"
