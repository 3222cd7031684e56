from dataclasses import replace

import openpyxl
import pytest

from geoenforce.core.errors import InputError, TableError
from geoenforce.outputs import sheets
from geoenforce.outputs.accountability_sheets import write_accountability_xlsx
from tests.outputs.workbooks import row_of


@pytest.fixture(scope="module")
def book(answered, tmp_path_factory):
    path = tmp_path_factory.mktemp("xlsx") / "accountability.xlsx"
    write_accountability_xlsx(answered, path)
    return openpyxl.load_workbook(path)


def test_the_sheets_are_those_of_a_responsibility_report(book):
    assert book.sheetnames == ["触及条款", "预警", "履职时限", "考核指标", "说明"]


def test_a_finding_reads_from_the_measure_down_to_the_cases(book):
    finding = row_of(book["触及条款"], 2)

    assert (finding["责任单位"], finding["责任单位名称"], finding["层级"]) == ("445299001", "东岸镇", "乡镇（街道）")
    assert finding["依据"] == "揭府〔2009〕56号 第二十七条"
    assert finding["情形"] == "未及时制止的情节特别严重案件 1 宗 ≥ 1 宗"
    assert (finding["措施"], finding["责任人"]) == ("诫勉谈话", "第一责任人、直接责任人")
    assert finding["依据编号"] == "C2"


def test_a_recorded_fact_has_the_name_that_its_regulation_gives_it(book):
    assert row_of(book["触及条款"], 3)["情形"] == "违规办理手续（已登记 1 条）"
    assert row_of(book["触及条款"], 4)["情形"] == "违法占用耕地比例 12.50% > 10%"


def test_a_warning_says_what_is_left(book):
    assert row_of(book["预警"], 2)["距触发"] == "还差 1 宗"
    assert row_of(book["预警"], 2)["临近"] == "是"
    assert row_of(book["预警"], 2)["现值与标准"] == "1 宗 < 2 宗"
    assert row_of(book["预警"], 3)["距触发"] == "再占耕地 7.30 亩"


def test_duties_have_their_days_and_their_state_in_words(book):
    overdue, late = row_of(book["履职时限"], 2), row_of(book["履职时限"], 3)

    assert (late["状态"], late["逾期天数（天）"], late["应办事项"]) == ("逾期履行", 5, "制止")
    assert (overdue["状态"], overdue["办理日期"], overdue["责任主体"]) == ("已逾期", None, "乡镇人民政府（街道办事处）")
    assert book["履职时限"]["G3"].number_format == "yyyy-mm-dd"
    marks = [rule.formula for area in book["履职时限"].conditional_formatting for rule in area.rules]
    assert marks == [['"已逾期"'], ['"逾期履行"']]


def test_indicators_are_shares_in_per_cent_or_say_why_not(book):
    sheet = book["考核指标"]

    assert (row_of(sheet, 3)["指标"], row_of(sheet, 3)["排名"]) == ("查处到位率（宗数）", 1)
    assert sheet["G3"].number_format == "0.00%"
    assert (row_of(sheet, 6)["数值"], row_of(sheet, 6)["说明"]) == (None, "本年度无案件")


def test_every_table_has_a_frozen_header_and_a_filter(book):
    for name, filtered in {"触及条款": "J4", "预警": "J3", "履职时限": "P7", "考核指标": "L6"}.items():
        assert book[name].freeze_panes == "B2"
        assert book[name].auto_filter.ref == f"A1:{filtered}"


def test_no_text_is_a_formula_or_a_link_and_no_recorder_is_named(book, answers):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert row_of(book["触及条款"], 3)["责任单位名称"] == answers.FORMULA_ATTACK
    assert not [cell for cell in cells if answers.RECORDER in str(cell.value)]


def test_english_headers_and_words(answered, tmp_path):
    write_accountability_xlsx(answered, tmp_path / "a.xlsx", lang="en")

    english = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert english.sheetnames == ["Findings", "Early warnings", "Duties", "Indicators", "Notes"]
    assert row_of(english["Findings"], 3)["circumstances"] == "served a project without papers (on record: 1)"
    assert row_of(english["Duties"], 2)["status"] == "overdue"
    assert row_of(english["Early warnings"], 2)["to go"] == "1 case to go"


def test_the_same_results_give_the_same_bytes(answered, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_accountability_xlsx(answered, tmp_path / name)

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_nothing_found_still_makes_a_workbook(answered, tmp_path):
    names = ("findings", "warnings", "duties", "indicators")
    nothing = replace(answered.accountability, **{name: getattr(answered.accountability, name)[:0] for name in names})

    write_accountability_xlsx(replace(answered, accountability=nothing), tmp_path / "a.xlsx")

    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["触及条款"].max_row == 1


def test_a_run_without_accountability_is_refused(county, tmp_path):
    with pytest.raises(InputError, match=r"a\.xlsx: the run says nothing of accountability"):
        write_accountability_xlsx(county, tmp_path / "a.xlsx")


def test_a_table_longer_than_a_sheet_is_refused(answered, tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "_ROWS_OF_A_SHEET", 4)

    with pytest.raises(TableError, match=r"The table 'duties' has 6 rows, but a sheet of Excel holds 3"):
        write_accountability_xlsx(answered, tmp_path / "a.xlsx")
