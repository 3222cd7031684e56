"""Sheets can be read on paper: their columns fit on a page's width, and no text is cut."""

import openpyxl
import pytest

from geoenforce.core.tables import Kind
from geoenforce.outputs.accountability_sheets import write_accountability_xlsx
from geoenforce.outputs.sheet_widths import fitted, lines_of_rows


def test_a_sheet_that_fits_keeps_its_widths():
    widths = fitted(["案件编号", "面积（亩）"], [["445299-2025-005"], [12.5]], [Kind.TEXT, Kind.AMOUNT])

    assert widths.are_wrapped == [False, False]
    assert widths.letters == [15 * 1.1 + 3, 12 + 3]


def test_the_column_gives_way_where_the_fewest_cells_need_a_further_line():
    often, seldom = ["汉" * 20] * 10, ["汉" * 2] * 9 + ["汉" * 20]
    widths = fitted(["甲"] * 8, [often] * 6 + [seldom] * 2, [Kind.TEXT] * 8)  # each 43 letters wide: 344 in all

    assert sum(widths.letters) <= 290
    assert widths.are_wrapped == [False] * 6 + [True] * 2
    assert widths.letters[:6] == [42] * 6  # 40 for the text, and 2 beside it


def test_a_row_is_as_high_as_its_longest_cell_needs():
    widths = fitted(["甲"], [["汉" * 10, "汉" * 46, None]], [Kind.TEXT])  # 48 letters at most, 46 of them for the text

    assert widths.are_wrapped == [True]
    assert lines_of_rows([["汉" * 10, "汉" * 46, None]], widths) == {2: 3}  # 92 letters: two lines, if they were full


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_duties_print_across_one_page_with_their_heading_and_nothing_cut(answered, tmp_path, lang):
    write_accountability_xlsx(answered, tmp_path / "a.xlsx", lang=lang)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["履职时限" if lang == "zh" else "Duties"]
    columns = {}
    for one in sheet.column_dimensions.values():
        columns |= dict.fromkeys(range(one.min, one.max + 1), one.width)

    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage  # and one page wide, which need not be said
    assert sheet.print_title_rows == "$1:$1"
    assert sum(columns.values()) <= 290 + len(columns)  # what Excel adds beside each
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            size = sum(2 if ord(letter) > 0x2E7F else 1.1 for letter in str(cell.value or ""))
            if isinstance(cell.value, str) and size > columns[cell.column]:
                assert cell.alignment.wrap_text
                assert sheet.row_dimensions[cell.row].height >= 32
