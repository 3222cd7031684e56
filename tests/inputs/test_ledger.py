"""Ledgers as people keep them."""

from datetime import date, time

import openpyxl
import pytest

from geoenforce.inputs.excused import read_excused
from geoenforce.inputs.ledger import read_ledger
from geoenforce.inputs.ledger_template import write_ledger_template
from geoenforce.inputs.ledger_words import clocks_in, degrees_in, violations_in, when


def ledger(
    folder, *rows, header="巡查日期,开始时间,结束时间,巡查单位,巡查区域及路线", name="台账.csv", encoding="utf-8"
):
    path = folder / name
    path.write_text("\n".join([header, *rows]), encoding=encoding)
    return path


def span(table, at=0):
    return [f"{moment:%m-%d %H:%M}" for moment in table[["started_at", "ended_at"]].iloc[at]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_an_entry_has_its_day_times_unit_and_area(tmp_path, encoding):
    table, issues = read_ledger(ledger(tmp_path, "2026-04-02,8:10,9:40,一队,东村、西村", encoding=encoding))

    entry = table.iloc[0]
    assert table.index.to_list() == ["台账-2"]
    assert (str(entry["on"].date()), entry["patrol_unit"], entry["area"]) == ("2026-04-02", "一队", "东村、西村")
    assert str(entry["started_at"]) == "2026-04-02 08:10:00+08:00"
    assert span(table) == ["04-02 08:10", "04-02 09:40"]
    assert issues.empty


def test_the_municipal_table_is_read_by_its_codes(tmp_path):
    path = ledger(
        tmp_path,
        "XC2026040200001,2026-04-02,一队,东村,甲,是,未批,责令停止",
        "XC2026040300001,2026-04-03,一队,东村,甲,否,,",
        header="XCBH,XCRQ,XCDW,XCQY,XCRY,SFYWF,SPQK,CLYJ",
    )

    table, issues = read_ledger(path)

    assert table.index.to_list() == ["XC2026040200001", "XC2026040300001"]
    assert table["violations_noted"].to_list() == [1, 0]
    assert table["notes"].fillna("").to_list() == ["责令停止", ""]
    assert table["started_at"].isna().all()
    assert "patrollers" not in table
    assert issues.empty


def test_the_official_form_holds_day_and_times_in_one_cell(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["动态巡查信息记录表"])
    book.active.append(["巡查时间", "巡查人员（有执法证需写执法证号）", "巡查区域及路线", "巡查基本情况",
                        "对涉嫌违法行为的初步核查情况（当事人、联系方式、基本情况）", "备注"])  # fmt: skip
    book.active.append(["2026年4月2日8时10分—9时40分", "甲、乙", "东村", "沿路", "未发现违法用地", None])
    book.active.append(["2026年4月3日下午2:10至4:00", "甲", "西村", "沿路", "某户占地建房", "已报告"])
    book.save(tmp_path / "a.xlsx")

    table, issues = read_ledger(tmp_path / "a.xlsx", patrol_unit="一队", with_patrollers=True)

    assert [span(table, at) for at in (0, 1)] == [["04-02 08:10", "04-02 09:40"], ["04-03 14:10", "04-03 16:00"]]
    assert table["violations_noted"].to_list() == [0, 1]
    assert table["patrollers"].to_list() == ["甲、乙", "甲"]
    assert table["row"].to_list() == [3, 4]
    assert set(table["patrol_unit"]) == {"一队"}
    assert issues.empty


def test_cells_of_a_workbook_may_be_dates_and_times(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["巡查日期", "开始时间", "结束时间", "巡查单位"])
    book.active.append([date(2026, 4, 2), time(8, 10), time(9, 40), "一队"])
    book.active.append([46114, 0.5, "13:30", "一队"])  # Excel's numbers of 2 April 2026 and noon
    book.save(tmp_path / "a.xlsx")

    table, issues = read_ledger(tmp_path / "a.xlsx")

    assert [span(table, at) for at in (0, 1)] == [["04-02 08:10", "04-02 09:40"], ["04-02 12:00", "04-02 13:30"]]
    assert issues.empty


def test_a_sheet_for_each_month_is_one_ledger(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["填表说明"])
    for month in ("3月", "4月"):
        sheet = book.create_sheet(month)
        sheet.append(["巡查日期", "巡查单位"])
        sheet.append([date(2026, int(month[0]), 2), "一队"])
    book.save(tmp_path / "台账.xlsx")

    table, _ = read_ledger(tmp_path / "台账.xlsx")

    assert table.index.to_list() == ["台账(sheet 3月)-2", "台账(sheet 4月)-2"]
    assert table["on"].dt.month.to_list() == [3, 4]


def test_a_patrol_over_midnight_ends_on_the_next_day(tmp_path):
    table, issues = read_ledger(ledger(tmp_path, "2026-04-16,23:10,1:00,一队,东村"))

    assert span(table) == ["04-16 23:10", "04-17 01:00"]
    assert issues.empty


def test_exactly_twelve_hours_over_midnight_is_still_a_patrol_and_a_minute_more_is_a_slip(tmp_path):
    table, issues = read_ledger(ledger(tmp_path, "2026-04-16,20:00,8:00,一队,东村", "2026-04-16,20:00,8:01,一队,东村"))

    assert span(table) == ["04-16 20:00", "04-17 08:00"]
    assert table["ended_at"].isna().to_list() == [False, True]
    assert issues[["row", "problem", "action"]].to_numpy().tolist() == [[3, "end_before_start", "repaired"]]


def test_full_moments_in_the_columns_of_times_are_read(tmp_path):
    table, _ = read_ledger(ledger(tmp_path, "2026-04-16,2026-04-16 23:10,2026-04-17 01:00,一队,东村"))

    assert span(table) == ["04-16 23:10", "04-17 01:00"]


@pytest.mark.parametrize(
    ("row", "problem", "action", "detail"),
    [
        (",8:10,9:40,一队,东村", "no_date", "rejected", "The entry has no day."),
        ("四月,8:10,9:40,一队,东村", "no_date", "rejected", "The day is '四月'; it is written 2026-04-02."),
        ("2026-02-30,8:10,9:40,一队,东村", "no_date", "rejected", "The day is '2026-02-30'; it is written 2026-04-02."),
        ("2026-04-02,早上,9:40,一队,东村", "unreadable_time", "repaired",
         "The time '早上' cannot be read, and was left out; times are written 08:10."),
        ("2026-04-02,8:10,25:40,一队,东村", "unreadable_time", "repaired",
         "The time '25:40' cannot be read, and was left out; times are written 08:10."),
        ("2026-04-02,9:40,8:10,一队,东村", "end_before_start", "repaired",
         "The end 2026-04-02 08:10 is before the start 2026-04-02 09:40; it was left out."),
        ("2026-04-02,8:10,9:40,,东村", "no_patrol_unit", "noted", "The entry does not say who patrolled."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_told_with_its_number(tmp_path, row, problem, action, detail):
    table, issues = read_ledger(ledger(tmp_path, "2026-04-01,8:10,9:40,一队,东村", row))

    assert issues[["row", "problem", "action", "detail"]].to_numpy().tolist() == [[3, problem, action, detail]]
    assert len(table) == (1 if action == "rejected" else 2)


def test_a_place_of_a_violation_is_read_in_degrees_or_with_minutes(tmp_path):
    table, issues = read_ledger(
        ledger(
            tmp_path,
            "2026-04-02,一队,116.37,23.55",
            "2026-04-02,一队,116°22′12″,23°33′0″",
            "2026-04-02,一队,村口,23.55",
            "2026-04-02,一队,,",
            header="巡查日期,巡查单位,经度,纬度",
        )
    )

    assert table["longitude"].round(6).fillna(0).to_list() == [116.37, 116.37, 0, 0]
    assert table["violations_noted"].fillna(-1).to_list() == [1, 1, 1, -1]
    assert issues[["row", "problem"]].to_numpy().tolist() == [[4, "no_position"]]


def test_a_place_in_an_entry_that_found_nothing_is_not_that_of_a_violation(tmp_path):
    path = ledger(tmp_path, "2026-04-02,一队,0,116.37,23.55", header="巡查日期,巡查单位,发现违法数,经度,纬度")

    table, issues = read_ledger(path)

    assert table["longitude"].isna().all()
    assert issues["problem"].to_list() == ["position_without_violation"]


def test_an_entry_written_twice_counts_once_and_an_id_given_twice_is_made_unique(tmp_path):
    path = ledger(
        tmp_path,
        "1,2026-04-02,一队,东村",
        "1,2026-04-02,一队,东村",
        "1,2026-04-03,一队,西村",
        header="编号,巡查日期,巡查单位,巡查区域",
    )

    table, issues = read_ledger(path)

    assert table.index.to_list() == ["1", "1@台账-4"]
    assert issues[["row", "problem", "action"]].to_numpy().tolist() == [
        [3, "duplicate", "rejected"],
        [4, "repeated_id", "repaired"],
    ]


def test_two_entries_without_ids_may_say_the_same(tmp_path):
    row = "2026-04-02,8:10,9:40,一队,东村"

    assert len(read_ledger(ledger(tmp_path, row, row)).table) == 2


def test_a_map_of_columns_wins(tmp_path):
    path = ledger(tmp_path, "2026-04-02,2026-04-03,一队", header="巡查日期,实际日期,班组")

    table, _ = read_ledger(path, columns={"on": "实际日期", "patrol_unit": "班组"})

    assert str(table["on"].iloc[0].date()) == "2026-04-03"


def test_the_template_is_read_as_it_is_filled_in(tmp_path):
    path = write_ledger_template(tmp_path / "台账.xlsx")
    assert read_ledger(path).table.empty

    book = openpyxl.load_workbook(path)
    names = [cell.value for cell in book["巡查台账"][1]]
    filled = {"巡查日期": date(2026, 4, 2), "开始时间": time(8, 10), "结束时间": time(9, 40), "巡查单位": "一队",
              "巡查区域及路线": "东村", "发现违法数": 1, "经度": 116.37, "纬度": 23.55, "备注": "已报告"}  # fmt: skip
    book["巡查台账"].append([filled.get(name) for name in names])
    book.save(path)
    table, issues = read_ledger(path)

    assert issues.empty
    assert span(table) == ["04-02 08:10", "04-02 09:40"]
    entry = table.iloc[0]
    assert (entry["area"], entry["violations_noted"], entry["longitude"], entry["notes"]) == (
        "东村",
        1,
        116.37,
        "已报告",
    )


def test_the_words_of_a_ledger():
    assert when("2026/4/2 08:10")[1:] == ("08:10:00", None)
    assert when("20260402")[0] == when("2026年4月2日")[0]
    assert clocks_in("上午9点到11点30分") == ["09:00:00", "11:30:00"]
    assert clocks_in("下午2:10-4:00") == ["14:10:00", "16:00:00"]
    assert [violations_in(word) for word in ("3", 0.0, "无", "未发现", "没有发现", "有，2宗", " ")] == [
        3,
        0,
        0,
        0,
        0,
        1,
        None,
    ]
    assert degrees_in("东经116°22'12\"") == 116.37


class TestExcused:
    def test_days_offices_and_spans(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text(
            "日期,截止日期,乡镇代码,原因\n2026-04-28,,445202001,台风\n2026-05-01,2026-05-03,,值守\n", encoding="gbk"
        )

        excused = read_excused(path)

        assert excused["on"].dt.strftime("%m-%d").to_list() == ["04-28", "05-01", "05-02", "05-03"]
        assert excused["office"].fillna("").to_list() == ["445202001", "", "", ""]
        assert excused["reason"].to_list() == ["台风", "值守", "值守", "值守"]

    def test_a_day_given_twice_counts_once(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text("date,reason\n2026-04-28,台风\n2026-04-28,台风\n", encoding="utf-8")

        assert len(read_excused(path)) == 1
