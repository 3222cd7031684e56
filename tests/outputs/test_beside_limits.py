"""No output shows a ratio or an area on a limit of the law that it does not reach, or does not pass."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.tables import CASES
from geoenforce.core.terms import COUNTED_CLASSES
from geoenforce.outputs.accountability_report.report import accountability_report
from geoenforce.outputs.accountability_rows import indicator_rows
from geoenforce.outputs.accountability_sheets import write_accountability_xlsx
from geoenforce.outputs.accountability_words import Wording, compared
from geoenforce.outputs.documents.html import write_html
from geoenforce.outputs.documents.model import Column, Document, Show, Table, shown
from geoenforce.outputs.documents.periods import Period
from geoenforce.outputs.documents.xlsx import write_xlsx
from geoenforce.outputs.evidence.case import case_of
from geoenforce.outputs.evidence.sheet import Basis, evidence_document
from geoenforce.outputs.letters.contexts import Asked, letter_context
from geoenforce.outputs.letters.kinds import LetterKind
from geoenforce.outputs.letters.write import write_letter
from geoenforce.outputs.maps import write_map
from geoenforce.outputs.one_table import rows_for_people
from geoenforce.outputs.spreadsheet import write_cases_xlsx
from geoenforce.outputs.wording import mu_figure, percent_figure
from geoenforce.rules.regulation import load_regulation, regulation_ids

CASE = "C1"
OPTIONS = {"regulation": "jieyang-2009", "near_threshold": 0.01, "boundary_sigma_m": 0.5, "ridge": "gross"}
JIEYANG = [load_regulation("jieyang-2009")]
#: Just short of each limit of the two texts, on it and just past it.
RATIOS = {
    0.099999: "9.9999", 0.1: "10.00", 0.100001: "10.0001",
    0.149999: "14.9999", 0.15: "15.00", 0.150001: "15.0001", 0.1449: "14.49",
}  # fmt: skip
AREAS = {
    limit + away: f"{limit}.00" if away == 0 else f"{Decimal(limit) + Decimal(str(away))}"
    for limit in (5, 10, 20, 40)
    for away in (-0.0001, 0, 0.0001)
}


@pytest.fixture(scope="module", params=RATIOS, ids=lambda ratio: f"{ratio:.6f}")
def ratio(request, answered):
    """A county with one ratio, and how it must be shown."""
    made = answered.accountability
    facts = made.facts.assign(value=made.facts["value"].mask(made.facts["unit"] == "1", request.param))
    parts = json.dumps({"illegal_mu": request.param * 1000, "taken_mu": 1000.0})
    facts["detail"] = facts["detail"].mask(facts["unit"] == "1", parts)
    rows = made.indicators["indicator"] == "illegal_occupation_ratio"
    indicators = made.indicators.assign(value=made.indicators["value"].mask(rows, request.param))
    results = replace(answered, accountability=replace(made, facts=facts, indicators=indicators))
    return results, f"{RATIOS[request.param]}%"


@pytest.fixture(scope="module", params=AREAS, ids=lambda area: f"{area:.4f}")
def area(request, county):
    """A case with one area in each class, and how it must be shown."""
    columns = [f"{kind}_mu" for kind in COUNTED_CLASSES]
    cases, areas, compared_ = county.cases.copy(), county.areas.copy(), county.comparisons.copy()
    cases.loc[CASE, columns] = request.param
    areas.loc["V1", columns] = request.param
    compared_.loc[compared_["case_id"] == CASE, "area_mu"] = request.param
    compared_["holds"] = compared_["area_mu"] >= compared_["limit_mu"]
    return replace(county, cases=cases, areas=areas, comparisons=compared_), AREAS[request.param]


def displayed(cell):
    """Write a cell of a workbook as Excel does."""
    decimals = len(cell.number_format.rstrip("%").partition(".")[2])
    is_share = cell.number_format.endswith("%")
    number = Decimal(repr(float(cell.value))) * (100 if is_share else 1)
    return f"{number:.{decimals}f}" + ("%" if is_share else "")


def cells(path, sheet, column, where):
    """Return the cells of a column in the rows that have `where` in them."""
    heading, *rows = openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows()
    (place,) = [cell.column - 1 for cell in heading if str(cell.value).replace("\n", "") == column]
    return [row[place] for row in rows if where in [cell.value for cell in row]]


def table(document, sheet):
    (found,) = [block for block in document.blocks if isinstance(block, Table) and block.sheet == sheet]
    return found


def test_the_report_and_its_workbook_show_the_ratio_as_it_is_compared(ratio, tmp_path):
    results, text = ratio
    document = accountability_report(results, Period.parse("2026"))
    write_xlsx(document, tmp_path / "a.xlsx")
    write_html(document, tmp_path / "a.html")

    (row,) = table(document, "违法占用耕地比例").rows
    assert shown(row[4], table(document, "违法占用耕地比例").columns[4].show, "zh") == text
    (cell,) = cells(tmp_path / "a.xlsx", "违法占用耕地比例", "比例", "示范县")
    assert displayed(cell) == text
    assert f"{text}（" in (tmp_path / "a.html").read_text(encoding="utf-8")  # among the figures at the head


def test_workbook_and_terminal_show_the_indicator_as_it_is_compared(ratio, tmp_path):
    results, text = ratio
    write_accountability_xlsx(results, tmp_path / "a.xlsx")

    (cell,) = cells(tmp_path / "a.xlsx", "考核指标", "数值", "违法占用耕地比例")
    assert displayed(cell) == text
    rows = results.accountability.indicators.astype(object).where(results.accountability.indicators.notna(), None)
    assert indicator_rows(rows.to_dict("records")[:1], Wording({}, "zh"))[2][0][4] == text


@pytest.mark.parametrize("limit", [0.1, 0.15])
@pytest.mark.parametrize("operator", ["at_least", "more_than", "less_than"])
@pytest.mark.parametrize("value", RATIOS)
def test_a_comparison_shows_the_same_figure_as_the_table(value, operator, limit):
    said = compared({"value": value, "operator": operator, "limit": limit, "unit": "1"}, "zh")

    assert said.split("%")[0] == RATIOS[value]


def test_every_output_shows_an_area_as_it_is_compared(area, answered, reader, tmp_path):
    results, text = area
    write_cases_xlsx(results, tmp_path / "cases.xlsx")
    write_map(results, tmp_path / "map.html")
    on_map = reader.data_of((tmp_path / "map.html").read_text(encoding="utf-8"))
    sheet = evidence_document(results, case_of(results, CASE), Basis({"inputs": [], "options": OPTIONS}, "9", ""), "zh")
    told = letter_context(
        Asked(LetterKind.NOTICE, CASE), replace(results, accountability=answered.accountability), JIEYANG
    )
    write_letter(LetterKind.NOTICE, told | {"issued_by": "", "source_note": "…"}, tmp_path / "a.docx")
    letter = docx.Document(str(tmp_path / "a.docx")).tables[0]
    header, rows = rows_for_people(results.cases.loc[[CASE]], CASES, "zh")

    for name in ("基本农田（亩）", "基本农田以外的耕地（亩）", "其他土地（亩）"):
        assert [displayed(cell) for cell in cells(tmp_path / "cases.xlsx", "案件", name, CASE)] == [text]
        assert [displayed(cell) for cell in cells(tmp_path / "cases.xlsx", "图斑", name, "V1")] == [text]
        assert rows[0][header.index(name)] == text
    assert reader.cases_of(on_map)[CASE]["mu"][:3] == [text] * 3
    assert reader.patches_of(on_map)["V1"]["mu"][:3] == [text] * 3
    assert [row.cells[1].text for row in letter.rows[1:4]] == [text] * 3
    patches = next(block for block in sheet.blocks if isinstance(block, Table) and "V1" in block.rows[0])
    kinds = [column.show for column in patches.columns]
    assert [shown(value, kind, "zh") for value, kind in zip(patches.rows[0], kinds, strict=True)].count(text) >= 3


def test_the_totals_of_a_township_show_an_area_as_it_is_compared(area, tmp_path):
    results, text = area
    alone = {
        "cases": results.cases.loc[[CASE]],
        "comparisons": results.comparisons[results.comparisons["case_id"] == CASE],
    }
    write_cases_xlsx(replace(results, **alone), tmp_path / "cases.xlsx")

    for name in ("基本农田（亩）", "基本农田以外的耕地（亩）", "其他土地（亩）"):
        for row in ("445299001", "合计"):
            assert [displayed(cell) for cell in cells(tmp_path / "cases.xlsx", "乡镇汇总", name, row)] == [text]


def test_the_sum_below_a_table_shows_an_area_as_it_is_compared(area, tmp_path):
    text, half = area[1], float(area[1]) / 2
    columns = (Column("乡镇"), Column("面积（亩）", Show.MU, is_summed=True))
    areas = Table("面积", "面积", columns, (("东岸镇", half), ("西坡镇", half)), "无")
    write_xlsx(Document("报告", "2026年", "某县", date(2026, 6, 30), "zh", (areas,), ""), tmp_path / "a.xlsx")

    assert [displayed(cell) for cell in cells(tmp_path / "a.xlsx", "面积", "面积（亩）", "合计")] == [text]


@given(ten_thousandths=st.integers(0, 10**9))
def test_an_area_is_never_shown_on_a_whole_mu_that_it_is_not(ten_thousandths):
    exact = Decimal(ten_thousandths) / 10_000
    told = Decimal(mu_figure(float(exact)))

    assert told == exact or told % 1 != 0 or told == 0
    assert abs(told - exact) <= Decimal("0.005")


@given(illegal=st.integers(0, 10**7), taken=st.integers(1, 10**7))
def test_a_ratio_is_never_shown_on_a_whole_per_cent_that_it_is_not(illegal, taken):
    told = Decimal(percent_figure(illegal / taken))

    assert 100 * illegal == taken * told or told % 1 != 0 or told == 0


def test_all_limits_of_the_texts_are_whole_so_that_tables_need_not_know_them():
    for name in regulation_ids():
        regulation = load_regulation(name)
        limits = [limit for grade in regulation.grades for limit in grade.limits.values()]
        for one in (one for rule in regulation.rules for one in rule.any_of):
            conditions = [one.condition, *([one.while_] if one.while_ else [])]
            limits += [condition.limit for condition in conditions if condition.limit]
        assert [limit for limit in limits if limit.value * (100 if limit.unit == "1" else 1) % 1] == [], name


def test_a_limit_of_ones_own_that_is_not_whole_is_kept_apart_in_a_comparison():
    rule = {"operator": "at_least", "limit": 0.125, "unit": "1"}

    assert compared({**rule, "value": 0.124999}, "zh") == "12.4999% < 12.5%"
    assert compared({**rule, "value": 0.125}, "zh") == "12.50% ≥ 12.5%"
