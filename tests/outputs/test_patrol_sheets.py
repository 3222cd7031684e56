import datetime
from dataclasses import replace

import openpyxl
import pytest

from geoenforce.core.errors import InputError, TableError
from geoenforce.outputs import sheets
from geoenforce.outputs.patrol_sheets import write_patrols_xlsx
from tests.outputs.workbooks import row_of


@pytest.fixture(scope="module")
def book(patrolled, tmp_path_factory):
    path = tmp_path_factory.mktemp("xlsx") / "patrols.xlsx"
    write_patrols_xlsx(patrolled, path)
    return openpyxl.load_workbook(path)


def formats_of(sheet, row=2):
    return {heading.value: cell.number_format for heading, cell in zip(sheet[1], sheet[row], strict=True)}


def test_the_sheets_are_those_that_supervisors_expect(book):
    assert book.sheetnames == ["巡查日", "达标率", "巡查轨迹", "覆盖", "未巡基本农田", "台账核对", "真实性疑点", "说明"]


def test_a_patrol_day_reads_in_chinese(book):
    day = row_of(book["巡查日"], 3)

    assert (day["责任单位代码"], day["责任单位"], day["层级"]) == ("445299", "全县（市、区）", "县级")
    assert (day["情况"], day["是否达标"], day["是否免巡"]) == ("巡查时长或里程不足", "否", "否")
    assert row_of(book["巡查日"], 6)["责任单位"] == "东岸镇"
    assert row_of(book["巡查日"], 6)["最早出发"] is None


def test_moments_are_real_times_of_the_clock_in_shanghai(book):
    trip = row_of(book["巡查轨迹"], 2)

    assert trip["开始时间"] == datetime.datetime(2026, 6, 26, 7, 30)  # noqa: DTZ001 - a cell knows no zone
    assert trip["日期"] == datetime.datetime(2026, 6, 26)  # noqa: DTZ001
    assert formats_of(book["巡查轨迹"])["开始时间"] == "yyyy-mm-dd hh:mm:ss"
    assert formats_of(book["巡查轨迹"])["日期"] == "yyyy-mm-dd"
    assert trip["途经乡镇及占比"].startswith("东岸镇 60.0%、西坡镇")


def test_figures_are_whole_and_shown_by_their_unit(book):
    trip, share = row_of(book["巡查轨迹"], 4), row_of(book["覆盖"], 4)

    assert (trip["里程（m）"], trip["时长（min）"]) == (5274.96, 75.0)
    assert formats_of(book["巡查轨迹"], 4)["里程（m）"] == "#,##0.00"
    # 0.9997 shown with no decimals would read as 100 %
    assert share["巡查覆盖率"] == 0.9997
    assert formats_of(book["覆盖"], 4)["巡查覆盖率"] == "0.00%"
    assert row_of(book["达标率"], 2)["巡查达标率"] == pytest.approx(2 / 3, abs=1e-15)


def test_a_patch_never_seen_has_empty_cells(book):
    assert row_of(book["未巡基本农田"], 2)["未巡天数"] == 45
    assert row_of(book["未巡基本农田"], 3)["未巡天数"] is None
    assert row_of(book["未巡基本农田"], 3)["乡镇（街道）"] == "东岸镇"


def test_codes_are_words(book):
    assert row_of(book["台账核对"], 3)["核对结果"] == "有轨迹无台账"
    assert row_of(book["真实性疑点"], 2)["疑点"] == "轨迹疑似重放"
    assert row_of(book["覆盖"], 2)["土地"] == "永久基本农田"


def test_every_table_has_a_frozen_header_and_a_filter(book):
    ends = {"巡查日": "M10", "达标率": "J4", "巡查轨迹": "R4", "覆盖": "I4", "未巡基本农田": "G3"}
    for name, filtered in (ends | {"台账核对": "F3", "真实性疑点": "I2"}).items():
        assert book[name].freeze_panes == "B2"
        assert book[name].auto_filter.ref == f"A1:{filtered}"


def test_missed_days_are_marked(book):
    rules = [rule.formula for area in book["巡查日"].conditional_formatting for rule in area.rules]

    assert rules == [['"未巡查"'], ['"巡查时长或里程不足"']]


def test_no_text_is_a_formula_or_a_link(book, rounds):
    for sheet in book:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert row_of(book["台账核对"], 3)["说明"] == rounds.FORMULA_ATTACK
    assert row_of(book["台账核对"], 3)["巡查单位"] == rounds.HOSTILE_UNIT


def test_english_headers_and_words(patrolled, tmp_path):
    write_patrols_xlsx(patrolled, tmp_path / "patrols.xlsx", lang="en")

    english = openpyxl.load_workbook(tmp_path / "patrols.xlsx")
    assert english.sheetnames[:4] == ["Patrol days", "Rates", "Trips", "Coverage"]
    day = row_of(english["Patrol days"], 3)
    assert (day["office name"], day["reason"], day["length (m)"]) == ("whole county", "too short", 600.0)


def test_the_same_results_give_the_same_bytes(patrolled, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_patrols_xlsx(patrolled, tmp_path / name)

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_run_without_a_single_trip_still_makes_a_workbook(patrolled, tmp_path):
    names = ("trips", "trip_parts", "days", "rates", "coverage", "unseen", "reconciliation", "integrity")
    nothing = replace(patrolled.patrols, **{name: getattr(patrolled.patrols, name).iloc[:0] for name in names})

    write_patrols_xlsx(replace(patrolled, patrols=nothing), tmp_path / "patrols.xlsx")

    assert openpyxl.load_workbook(tmp_path / "patrols.xlsx")["巡查轨迹"]["A1"].value == "巡查编号"


def test_a_run_without_patrols_is_refused(county, tmp_path):
    with pytest.raises(InputError, match=r"patrols\.xlsx: the run has no patrols"):
        write_patrols_xlsx(county, tmp_path / "patrols.xlsx")


def test_a_table_longer_than_a_sheet_is_refused(patrolled, tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "_ROWS_OF_A_SHEET", 9)

    with pytest.raises(TableError, match="'patrol_days' has 9 rows, but a sheet of Excel holds 8"):
        write_patrols_xlsx(patrolled, tmp_path / "patrols.xlsx")
