"""The empty registers that a new project begins with."""

import re
from datetime import date, time

import openpyxl
import pytest

from geoenforce.core.accountability_terms import Event
from geoenforce.core.errors import InputError
from geoenforce.inputs.area_registers import read_cultivated_taken, read_deductions
from geoenforce.inputs.config import load_config
from geoenforce.inputs.declarations import read_declarations
from geoenforce.inputs.departments import read_departments
from geoenforce.inputs.events import read_events
from geoenforce.inputs.measures import read_measures
from geoenforce.inputs.register_forms import words_of
from geoenforce.inputs.register_templates import declarable_facts, write_register_templates
from geoenforce.inputs.template import write_template
from geoenforce.rules.regulation import load_regulation

READERS = {
    "events": read_events,
    "measures": read_measures,
    "declarations": read_declarations,
    "departments": read_departments,
    "cultivated_taken": read_cultivated_taken,
    "deductions": read_deductions,
}

DAY = date(2026, 4, 2)


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("accountability")
    write_register_templates(folder)
    return folder


def filled(templates, folder, name, sheet, *rows):
    """Write rows into a template, each a dict by header; every header must be there."""
    book = openpyxl.load_workbook(templates / f"{name}.xlsx")
    headers = [cell.value for cell in book[sheet][1]]
    for row in rows:
        assert set(row) <= set(headers)
        book[sheet].append([row.get(header) for header in headers])
    book.save(folder / f"{name}.xlsx")
    return folder / f"{name}.xlsx"


def choices(path, sheet):
    """The values that each column with a list offers, by its header."""
    book = openpyxl.load_workbook(path)
    offered = {}
    for rule in book[sheet].data_validations.dataValidation:
        (cells,) = rule.sqref.ranges
        column = cells.min_col
        place = re.fullmatch(r"=?说明!\$B\$(\d+):\$B\$(\d+)", rule.formula1)
        cells = book["说明"][f"B{place[1]}:B{place[2]}"]
        offered[book[sheet].cell(1, column).value] = [cell.value for (cell,) in cells]
    return offered


@pytest.mark.parametrize("name", READERS)
def test_an_untouched_template_is_an_empty_table_without_a_word(templates, name):
    table, issues, counts = READERS[name](templates / f"{name}.xlsx")

    assert table.empty
    assert issues.empty
    assert counts.read == 0


def test_a_case_has_a_column_for_every_event_but_the_monthly_report(templates, tmp_path):
    book = openpyxl.load_workbook(templates / "events.xlsx")
    days = [cell.value for cell in book["案件进度"][1]][1:-1]
    path = filled(templates, tmp_path, "events", "案件进度", {"案件编号": "A1", **dict.fromkeys(days, DAY)})

    table, issues, counts = read_events(path)

    assert sorted(table["event"]) == sorted(set(Event) - {"monthly_report"})
    assert set(table["on"].dt.date) == {DAY}
    assert issues.empty
    assert counts.read == 1


def test_other_matters_stand_in_a_list_of_events(templates, tmp_path):
    path = filled(
        templates, tmp_path, "events", "其他事项",
        {"事项": "月度汇总上报", "日期": DAY, "单位代码": "445299", "所属月份": "2026-03"},
        {"案件编号": "A1", "事项": "书面告知部门", "日期": DAY, "时间": time(8, 30), "单位代码": "445299-P", "备注": "公安"},
    )  # fmt: skip

    table, issues, _ = read_events(path)

    assert table["event"].to_list() == ["monthly_report", "department_notified"]
    assert table["office"].to_list() == ["445299", "445299-P"]
    assert str(table["at"].iloc[1]) == "2026-04-02 08:30:00+08:00"
    assert issues.empty


def test_a_measure_is_read_as_it_is_filled_in(templates, tmp_path):
    path = filled(
        templates, tmp_path, "measures", "已采取措施登记",
        {"编号": "M1", "责任单位代码": "445299101", "层级": "乡镇（街道）", "措施": "诫勉谈话", "日期": DAY, "规定": "jieyang-2009",
         "条": "第二十七条", "整改期限": date(2026, 5, 2), "相关案件": "A1、A2"},
        {"责任单位代码": 445299, "措施": "通报批评", "日期": DAY},
    )  # fmt: skip

    table, issues, _ = read_measures(path)

    assert table.index.to_list() == ["M1", "measures-3"]
    assert table["measure"].to_list() == ["admonishment_talk", "circulated_criticism"]
    assert table["level"].fillna("").to_list() == ["township", ""]
    assert table["office"].to_list() == ["445299101", "445299"]
    assert table.loc["M1", "correct_by"].date() == date(2026, 5, 2)
    assert issues.empty


def test_a_declaration_is_read_as_it_is_filled_in(templates, tmp_path):
    path = filled(
        templates, tmp_path, "declarations", "认定事实登记",
        {"责任单位代码": "445299101", "事实": "重大违法行为", "日期": DAY, "记录人": "执法科", "记录日期": DAY, "案件编号": "A1"},
    )  # fmt: skip

    table, issues, _ = read_declarations(path, names=words_of([load_regulation("jieyang-2009")], "declared"))

    assert table[["fact", "case_id"]].to_numpy().tolist() == [["major_violation", "A1"]]
    assert issues.empty


def test_departments_and_areas_are_read_as_they_are_filled_in(templates, tmp_path):
    departments = filled(
        templates, tmp_path, "departments", "部门",
        {"单位编号": "445299-P", "名称": "示范县公安局", "类别": "公安机关", "所属行政区划代码": "445299"},
    )  # fmt: skip
    taken = filled(
        templates,
        tmp_path,
        "cultivated_taken",
        "占用耕地",
        {"责任单位代码": "445299101", "年度": 2026, "占用耕地面积（亩）": 37.5},
    )
    deductions = filled(
        templates, tmp_path, "deductions", "扣减",
        {"责任单位代码": "445299101", "年度": 2026, "扣减违法占用（亩）": 3, "扣减占用总量（亩）": 0, "日期": DAY, "扣减理由": "复耕"},
    )  # fmt: skip

    assert read_departments(departments).table["kind"].to_dict() == {"445299-P": "police"}
    assert read_cultivated_taken(taken).table["cultivated_mu"].to_list() == [37.5]
    assert read_deductions(deductions).table[["illegal_mu", "taken_mu"]].to_numpy().tolist() == [[3.0, 0.0]]


def test_every_choice_of_a_list_is_read(templates, tmp_path):
    lists = {
        ("events", "其他事项"): {"案件编号": "A1", "日期": DAY},
        ("measures", "已采取措施登记"): {"责任单位代码": "445299101", "措施": "警告", "日期": DAY},
        ("declarations", "认定事实登记"): {
            "责任单位代码": "1",
            "事实": "x",
            "日期": DAY,
            "记录人": "甲",
            "记录日期": DAY,
        },
        ("departments", "部门"): {"名称": "某局", "所属行政区划代码": "445299"},
    }
    seen = []
    for (name, sheet), base in lists.items():
        for header, values in choices(templates / f"{name}.xlsx", sheet).items():
            own = [{"单位编号": f"D{n}"} if name == "departments" else {} for n in range(len(values))]
            rows = [{**base, header: value, **extra} for value, extra in zip(values, own, strict=True)]
            reading = READERS[name](filled(templates, tmp_path, name, sheet, *rows))
            assert reading.issues.empty
            assert len(reading.table) == len(values)
            seen.append((name, header, len(values)))

    assert [(name, header) for name, header, _ in seen] == [
        ("events", "事项"), ("measures", "层级"), ("measures", "措施"),
        ("declarations", "层级"), ("declarations", "事实"), ("departments", "类别"),
    ]  # fmt: skip
    assert {header: count for _, header, count in seen}["事项"] == len(Event)


def test_codes_and_days_have_their_format_and_the_header_stays_in_sight(templates):
    sheet = openpyxl.load_workbook(templates / "measures.xlsx")["已采取措施登记"]
    headers = [cell.value for cell in sheet[1]]
    formats = {
        header: sheet.column_dimensions[openpyxl.utils.get_column_letter(number)]._style
        for number, header in enumerate(headers, start=1)
    }
    book = sheet.parent
    shown = {
        header: book._number_formats[style.numFmtId - 164] if style.numFmtId >= 164 else style.numFmtId
        for header, style in formats.items()
    }

    assert (shown["责任单位代码"], shown["日期"]) == (49, "yyyy-mm-dd")  # 49 is text
    assert sheet.freeze_panes == "B2"


def test_the_facts_offered_are_those_of_the_regulations_or_the_ones_given(tmp_path):
    assert {"重大违法行为", "隐瞒案件或压案不查"} <= {zh for zh, _ in declarable_facts().values()}

    write_register_templates(tmp_path, {"own": ("自有事实", "own fact")})

    assert choices(tmp_path / "declarations.xlsx", "认定事实登记")["事实"] == ["自有事实"]


def test_every_column_and_code_is_explained(templates):
    book = openpyxl.load_workbook(templates / "declarations.xlsx")
    rows = [[cell.value or "" for cell in row] for row in book["说明"].iter_rows()]

    assert [row[1] for row in rows[1:10]] == [cell.value for cell in book["认定事实登记"][1]]
    assert all(row[2] and row[3] for row in rows[1:10])
    assert ["major_violation", "重大违法行为", "", "major violation"] in rows


def test_a_register_is_never_written_over(tmp_path):
    (tmp_path / "deductions.xlsx").write_bytes(b"mine")

    with pytest.raises(InputError, match=r"\['deductions.xlsx'\] exist already and are left as they are"):
        write_register_templates(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["deductions.xlsx"]

    with pytest.raises(InputError, match="the template cannot be made there"):
        write_register_templates(tmp_path / "none")


def test_the_project_s_configuration_names_its_templates_and_is_in_order_with_every_line_in_use(tmp_path):
    path = write_template(tmp_path)
    text = path.read_text(encoding="utf-8")
    in_use = re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE)
    path.write_text(in_use, encoding="utf-8")

    config = load_config(tmp_path)

    registers = [getattr(config, name) for name in READERS]
    assert all(register.path.is_file() for register in registers)
    assert config.new_construction[0].taken_on == date(2026, 1, 1)
    assert config.accountability.regulations == ("jieyang-2009",)
    assert config.accountability.in_force_from == {"jiangsu-co-responsibility": date(2013, 1, 1)}
