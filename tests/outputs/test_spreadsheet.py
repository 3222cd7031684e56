import datetime
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from geoenforce.core.errors import TableError
from geoenforce.outputs import sheets
from geoenforce.outputs.spreadsheet import write_cases_xlsx


@pytest.fixture(scope="module")
def workbook(county, tmp_path_factory):
    path = tmp_path_factory.mktemp("xlsx") / "cases.xlsx"
    write_cases_xlsx(county, path)
    return path


def opened(path, *, values=False):
    return openpyxl.load_workbook(path, data_only=values)


def row_of(sheet, number):
    headings = [cell.value for cell in sheet[1]]
    return dict(zip(headings, [cell.value for cell in sheet[number]], strict=True))


def test_the_sheets_are_those_that_officers_expect(workbook):
    assert opened(workbook).sheetnames == ["案件", "乡镇汇总", "图斑", "认定依据", "数据问题", "说明"]


def test_a_case_reads_in_chinese_with_full_values(workbook):
    case = row_of(opened(workbook)["案件"], 2)

    assert case["案件编号"] == "C1"
    assert case["乡镇代码"] == "445299001"
    assert case["情节"] == "情节严重"
    assert case["认定地类"] == "基本农田"
    assert case["基本农田（亩）"] == 6.2
    assert case["案件面积（㎡）"] == pytest.approx(6666.666666666667, abs=1e-9)
    assert case["发现日期"] == datetime.datetime(2026, 3, 2)  # noqa: DTZ001
    assert case["边界误差可改变认定"] == "否"
    assert case["临界"] is None


def test_a_case_near_a_threshold_says_so(workbook):
    assert row_of(opened(workbook)["案件"], 4)["临界"] == "临界"


def test_words_keep_away_from_the_figures_before_them_and_a_very_wide_sheet_is_for_a3(workbook):
    book = opened(workbook)
    cells = {cell.value: cell for cell in book["认定依据"][2]}

    assert cells["以上（含本数）"].alignment.indent == 1
    assert (book["案件"].page_setup.paperSize, book["乡镇汇总"].page_setup.paperSize) == (8, 9)  # A3, A4


def test_shares_of_townships_have_their_names(workbook):
    assert row_of(opened(workbook)["案件"], 3)["跨乡镇分摊"] == "东岸镇 100.0%"


def test_a_long_sentence_goes_on_in_further_lines_and_its_row_has_room_for_them(county, tmp_path):
    sentence = "The layer has no date, and so every one of its polygons counts from the first day on. " * 2
    issues = county.issues.assign(detail=[sentence] * len(county.issues))

    write_cases_xlsx(replace(county, issues=issues), tmp_path / "cases.xlsx")

    sheet = opened(tmp_path / "cases.xlsx")["数据问题"]
    assert row_of(sheet, 2)["说明"] == sentence
    assert sheet["F2"].alignment.wrap_text
    assert sheet.row_dimensions[2].height >= 4 * 14


def test_areas_show_two_decimals_and_dates_are_dates(workbook):
    sheet = opened(workbook)["案件"]
    formats = {heading.value: cell.number_format for heading, cell in zip(sheet[1], sheet[2], strict=True)}

    assert formats["基本农田（亩）"] == "0.00"
    assert formats["案件面积（㎡）"] == "#,##0.00"
    assert formats["发现日期"] == "yyyy-mm-dd"
    assert opened(workbook)["认定依据"]["D2"].number_format == "0.0000"


def test_every_table_has_a_frozen_header_and_a_filter(workbook):
    book = opened(workbook)

    for name, filtered in (("案件", "R5"), ("乡镇汇总", "N4"), ("图斑", "O7"), ("认定依据", "I25"), ("数据问题", "G2")):
        assert book[name].freeze_panes == "B2"
        assert book[name].auto_filter.ref == f"A1:{filtered}"


def test_the_totals_are_formulas_with_their_values_beside_them(workbook):
    formulas, values = opened(workbook)["乡镇汇总"], opened(workbook, values=True)["乡镇汇总"]

    assert formulas["C2"].value == """=COUNTIFS('案件'!$B$2:$B$5,$A2,'案件'!$E$2:$E$5,"已核实")"""
    assert formulas["H2"].value == """=SUMIFS('案件'!$M$2:$M$5,'案件'!$B$2:$B$5,$A2,'案件'!$E$2:$E$5,"已核实")"""
    assert opened(workbook)["案件"]["M1"].value == values["H1"].value == "基本农田（亩）"
    east = row_of(values, 2)
    assert (east["案件数（宗）"], east["一般"], east["情节严重"], east["情节特别严重"], east["临界"]) == (2, 0, 1, 1, 0)
    assert east["基本农田（亩）"] == pytest.approx(6.2 + 13.0)
    assert east["最重情节"] == "情节特别严重"
    whole = row_of(values, 5)
    assert whole["乡镇代码"] == "合计"
    assert whole["案件数（宗）"] == 3
    assert whole["疑似案件（另计）"] == 1
    assert formulas["C5"].value == "=SUM(C2:C4)"


def test_every_formula_gives_the_value_stored_beside_it(workbook):
    """Calculate the COUNTIFS and SUMIFS anew, by their text."""
    formulas, values = opened(workbook)["乡镇汇总"], opened(workbook, values=True)["乡镇汇总"]
    cases = opened(workbook)["案件"]
    compared = 0
    for row in formulas.iter_rows(min_row=2, max_row=4, min_col=3, max_col=12):
        for cell in row:
            inside = cell.value[cell.value.index("(") + 1 : -1].replace("'案件'!", "").replace("$", "").split(",")
            added = inside.pop(0) if cell.value.startswith("=SUMIFS") else None
            hits = set(range(2, 6))
            for cells, wanted in zip(inside[::2], inside[1::2], strict=True):
                target = formulas[wanted].value if wanted.startswith("A") else wanted.strip('"')
                target = None if target == "=" else target
                hits &= {hit for hit in hits if cases[f"{cells[0]}{hit}"].value == target}
            expected = sum(cases[f"{added[0]}{hit}"].value for hit in hits) if added else len(hits)
            assert values[cell.coordinate].value == pytest.approx(expected)
            compared += 1
    assert compared == 30


def test_a_case_outside_all_townships_has_its_own_row(workbook):
    formulas, values = opened(workbook)["乡镇汇总"], opened(workbook, values=True)["乡镇汇总"]

    assert values["B4"].value == "不在任何乡镇内"
    assert '$B$2:$B$5,"="' in formulas["C4"].value
    assert row_of(values, 4)["疑似案件（另计）"] == 1


def test_no_text_is_a_formula_or_a_link(workbook, attacks):
    book = opened(workbook)

    for name in ("案件", "图斑", "认定依据", "数据问题"):
        assert {cell.data_type for row in book[name].iter_rows() for cell in row} <= {"s", "n", "d"}
        assert not [cell for row in book[name].iter_rows() for cell in row if cell.hyperlink]
    assert book["案件"]["A5"].value == attacks.FORMULA_ATTACK


def test_the_patches_show_their_case_and_its_grade(workbook):
    patch = row_of(opened(workbook)["图斑"], 3)

    assert (patch["图斑编号"], patch["案件编号"], patch["情节"], patch["状态"]) == (
        "V2",
        "C2",
        "情节特别严重",
        "已核实",
    )
    assert row_of(opened(workbook)["图斑"], 7)["情节"] is None  # lawful: in no case


def test_parties_are_left_out_unless_asked_for(county, workbook, tmp_path, attacks):
    write_cases_xlsx(county, tmp_path / "all.xlsx", with_personal_data=True)

    assert "当事人" not in row_of(opened(workbook)["案件"], 2)
    assert row_of(opened(tmp_path / "all.xlsx")["案件"], 2)["当事人"] == attacks.QUOTES


def test_english_headers_and_words(county, tmp_path):
    write_cases_xlsx(county, tmp_path / "cases.xlsx", lang="en")

    book = opened(tmp_path / "cases.xlsx")
    assert book.sheetnames == ["Cases", "Townships", "Patches", "Comparisons", "Data issues", "Notes"]
    case = row_of(book["Cases"], 4)
    assert (case["severity"], case["near threshold"], case["other cultivated land (mu)"]) == (
        "ordinary", "near threshold", 9.996,
    )  # fmt: skip
    assert book["Townships"]["C2"].value == """=COUNTIFS('Cases'!$B$2:$B$5,$A2,'Cases'!$E$2:$E$5,"confirmed")"""


def test_the_same_results_give_the_same_bytes(county, workbook, tmp_path):
    write_cases_xlsx(county, tmp_path / "again.xlsx")

    assert (tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()


def test_a_run_without_cases_still_makes_a_workbook(county, tmp_path):
    nothing = replace(
        county, cases=county.cases.iloc[:0], comparisons=county.comparisons.iloc[:0], issues=county.issues.iloc[:0]
    )

    write_cases_xlsx(nothing, tmp_path / "cases.xlsx")

    assert opened(tmp_path / "cases.xlsx", values=True)["乡镇汇总"]["C4"].value == 0


def test_text_longer_than_a_cell_is_cut_and_not_lost(county, tmp_path):
    write_cases_xlsx(replace(county, issues=county.issues.assign(detail="长" * 40_000)), tmp_path / "cases.xlsx")

    sheet = opened(tmp_path / "cases.xlsx")["数据问题"]
    assert sheet["F2"].value == "长" * 32_767
    assert 408 < sheet.row_dimensions[2].height <= 409  # as high as a row can be


def test_a_table_longer_than_a_sheet_is_refused(county, tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "_ROWS_OF_A_SHEET", 24)

    with pytest.raises(TableError, match="'comparisons' has 24 rows, but a sheet of Excel holds 23"):
        write_cases_xlsx(county, tmp_path / "cases.xlsx")


def test_the_results_are_not_changed(county, tmp_path):
    before = pd.concat([county.cases, county.areas])

    write_cases_xlsx(county, tmp_path / "cases.xlsx")

    assert pd.concat([county.cases, county.areas]).equals(before)
