"""Registers of measures, facts, departments and areas, as offices keep them."""

from datetime import date, datetime

import pytest

from geoenforce.core.accountability_tables import CULTIVATED_TAKEN, DECLARATIONS, DEDUCTIONS, DEPARTMENTS, MEASURES
from geoenforce.core.accountability_terms import Actor, Level, Measure
from geoenforce.core.tables import check
from geoenforce.inputs.area_registers import read_cultivated_taken, read_deductions
from geoenforce.inputs.columns import known_names
from geoenforce.inputs.declarations import read_declarations
from geoenforce.inputs.departments import read_departments
from geoenforce.inputs.measures import read_measures
from geoenforce.inputs.register_forms import known_words, words_of
from geoenforce.rules.regulation import load_regulation
from tests.inputs.registers import csv, told, workbook

READERS = {
    "measures": (read_measures, MEASURES),
    "declarations": (read_declarations, DECLARATIONS),
    "departments": (read_departments, DEPARTMENTS),
    "cultivated_taken": (read_cultivated_taken, CULTIVATED_TAKEN),
    "deductions": (read_deductions, DEDUCTIONS),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_measure_has_its_office_its_code_and_its_days(tmp_path, encoding):
    path = csv(
        tmp_path,
        "编号,责任单位代码,层级,措施,日期,规定,条,整改期限,整改完成日期,相关案件,备注",
        "诫2026-1,445299101,乡镇,诫勉谈话,2026年3月2日,jieyang-2009,第二十七条,2026-04-02,2026/3/30,A1、A2,首次",
        "诫2026-2,445299000000,county,demerit,20260305,,,,,,",
        encoding=encoding,
    )

    table, issues, counts = read_measures(path)

    check(table, MEASURES)
    assert table.index.to_list() == ["诫2026-1", "诫2026-2"]
    assert table["office"].to_list() == ["445299101", "445299"]
    assert table["level"].to_list() == ["township", "county"]
    assert table["measure"].to_list() == ["admonishment_talk", "demerit"]
    assert table["on"].dt.date.to_list() == [date(2026, 3, 2), date(2026, 3, 5)]
    first = table.loc["诫2026-1"]
    assert (first["correct_by"].date(), first["corrected_on"].date()) == (date(2026, 4, 2), date(2026, 3, 30))
    assert (first["regulation"], first["article"], first["case_ids"], first["note"]) == (
        "jieyang-2009", "第二十七条", "A1、A2", "首次",
    )  # fmt: skip
    assert table.loc["诫2026-2", ["regulation", "correct_by", "note"]].isna().all()
    assert (table["source_file"].to_list(), table["row"].to_list()) == ([path.as_posix()] * 2, [2, 3])
    assert issues.empty
    assert vars(counts) == {"read": 2, "accepted": 2, "repaired": 0, "rejected": 0}


def test_excel_s_numbers_of_codes_and_days_keep_their_digits(tmp_path):
    path = workbook(
        tmp_path,
        登记=[
            ["措施登记"],
            ["责任单位代码", "措施", "日期", "编号"],
            [445299101.0, "记 过", datetime.fromisoformat("2026-03-02"), 7.0],
            [445299101000, "Demerit", 46083, "8"],
        ],
    )

    table, issues, _ = read_measures(path)

    assert table["office"].to_list() == ["445299101", "445299101"]
    assert table["measure"].to_list() == ["demerit", "demerit"]
    assert table["on"].dt.date.to_list() == [date(2026, 3, 2)] * 2
    assert table.index.to_list() == ["7", "8"]
    assert issues.empty


@pytest.mark.parametrize(
    ("row", "problem", "action", "detail"),
    [
        (",记过,2026-03-02,,", "no_office", "rejected", "The row has no 责任单位代码. Fill it in."),
        ("4.45299E+08,记过,2026-03-02,,", "unreadable_office", "rejected",
         "责任单位代码 is '4.45299E+08': its digits are cut off; make the column text in the spreadsheet and write the code again."),
        ("445299101,,2026-03-02,,", "no_measure", "rejected", "The row has no 措施. Fill it in."),
        ("445299101,记大大过,2026-03-02,,", "unknown_measure", "rejected",
         "措施 is '记大大过', which is not known. Known words like it are ['记大过', "),
        ("445299101,xyz,2026-03-02,,", "unknown_measure", "rejected",
         "措施 is 'xyz', which is not known. Known codes are ['admonishment_talk', 'warning', 'demerit', "),
        ("445299101,记过,,,", "no_date", "rejected", "The row has no 日期. Fill it in."),
        ("445299101,记过,2026-02-30,,", "unreadable_date", "rejected",
         "日期 is '2026-02-30': a day is written 2026-04-02, one in each cell."),
        ("445299101,记过,2026-03-02、2026-03-05,,", "unreadable_date", "rejected",
         "日期 is '2026-03-02、2026-03-05': a day is written 2026-04-02, one in each cell."),
        ("445299101,记过,2026-03-02,年底前,", "unreadable_date", "repaired",
         "整改期限 is '年底前': a day is written 2026-04-02, one in each cell. It was left out."),
        ("445299101,记过,2026-03-02,,村级", "unknown_level", "repaired", "层级 is '村级', which is not known. "),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_told_with_its_number(tmp_path, row, problem, action, detail):
    path = csv(tmp_path, "责任单位代码,措施,日期,整改期限,层级", "445299101,警告,2026-01-02,,", row)

    table, issues, counts = read_measures(path)

    assert told(issues) == [[3, problem, action]]
    assert issues["detail"].iloc[0].startswith(detail)
    assert issues["file"].iloc[0] == path.as_posix()
    assert len(table) == (1 if action == "rejected" else 2)
    assert (counts.read, counts.accepted, getattr(counts, action)) == (2, 1, 1)


def test_rows_numbered_in_advance_are_no_entries(tmp_path):
    path = csv(tmp_path, "序号,责任单位代码,措施,日期", "1,445299101,警告,2026-01-02", "2,,,", "3, ,,")

    _, issues, counts = read_measures(path)

    assert issues.empty
    assert counts.read == 1


def test_a_row_that_stands_twice_is_kept_once(tmp_path):
    row = "445299101,警告,2026-01-02"

    table, issues, counts = read_measures(csv(tmp_path, "责任单位代码,措施,日期", row, row))

    assert table.index.to_list() == ["登记-2"]
    assert told(issues) == [[3, "duplicate", "rejected"]]
    assert issues["detail"].iloc[0] == "The row says the same as row 2, and was left out."
    assert counts.rejected == 1


def test_one_document_may_impose_several_measures(tmp_path):
    path = csv(tmp_path, "编号,责任单位代码,措施,日期", "7,445299101,警告,2026-01-02", "7,445299102,警告,2026-01-02")

    table, issues, counts = read_measures(path)

    assert table.index.to_list() == ["7", "7@登记-3"]
    assert told(issues) == [[3, "repeated_id", "repaired"]]
    assert counts.repaired == 1


def test_a_sheet_for_each_year_is_one_register_and_one_without_the_columns_is_told(tmp_path):
    head = ["责任单位代码", "措施", "日期"]
    path = workbook(
        tmp_path,
        **{
            "2025": [head, ["445299101", "警告", date(2025, 5, 6)]],
            "2026": [head, ["445299101", "警告", date(2026, 5, 6)]],
            "草稿": [["责任单位代码", "日期"], ["445299101", date(2026, 5, 6)]],
            "封面": [["某县自然资源局"]],
            "说明": [head],
        },
    )

    table, issues, counts = read_measures(path)

    assert table.index.to_list() == ["登记(sheet 2025)-2", "登记(sheet 2026)-2"]
    assert issues[["problem", "action"]].to_numpy().tolist() == [["sheet_left_out", "noted"]]
    assert issues["row"].isna().all()
    assert "(sheet 草稿) has no column for measure" in issues["detail"].iloc[0]
    assert counts.read == 2


def test_a_measure_of_a_regulation_of_ones_own_is_known_by_the_names_given(tmp_path):
    path = csv(tmp_path, "责任单位代码,措施,日期", "445299101,谈话提醒,2026-01-02")

    assert read_measures(path, names={"谈话提醒": "reminder"}).table["measure"].to_list() == ["reminder"]


def test_columns_of_ones_own_are_named_in_the_configuration(tmp_path):
    path = csv(tmp_path, "谁,何事,何时", "445299101,警告,2026-01-02")

    table = read_measures(path, columns={"office": "谁", "measure": "何事", "on": "何时"}).table

    assert table["office"].to_list() == ["445299101"]


def test_a_declared_fact_is_read_by_code_or_name_and_another_is_kept_as_written(tmp_path):
    path = csv(
        tmp_path,
        "编号,责任单位代码,事实,日期,记录人,记录日期,案件编号",
        "D1,445299101,重大违法行为,2026-03-02,执法科,2026-03-05,A1",
        "D2,445299101,major_violation,2026-03-02,执法科,2026-03-05,",
        "D3,445299-land,Major Violation,2026-03-02,执法科,2026-03-05,",
        "D4,445299101,拍照不合格,2026-03-02,执法科,2026-03-05,",
        encoding="gbk",
    )
    names = words_of([load_regulation("jieyang-2009")], "declared")

    table, issues, counts = read_declarations(path, names=names)

    check(table, DECLARATIONS)
    assert table["fact"].to_list() == ["major_violation"] * 3 + ["拍照不合格"]
    assert table["office"].to_list() == ["445299101", "445299101", "445299-land", "445299101"]
    assert table["case_id"].fillna("").to_list() == ["A1", "", "", ""]
    assert table.loc["D1", "recorded_on"].date() == date(2026, 3, 5)
    assert issues.empty
    assert counts.accepted == 4


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("445299101,,2026-03-02,执法科,2026-03-05", "no_fact"),
        ("445299101,隐瞒,,执法科,2026-03-05", "no_date"),
        ("445299101,隐瞒,2026-03-02,,2026-03-05", "no_recorded_by"),
        ("445299101,隐瞒,2026-03-02,执法科,", "no_recorded_on"),
        ("445299101,隐瞒,2026-03-02,执法科,当日", "unreadable_date"),
    ],
)
def test_a_fact_without_who_recorded_it_and_when_is_none(tmp_path, row, problem):
    table, issues, _ = read_declarations(csv(tmp_path, "责任单位代码,事实,日期,记录人,记录日期", row))

    assert table.empty
    assert told(issues) == [[2, problem, "rejected"]]


def test_departments_are_read_with_the_kind_in_words(tmp_path):
    path = csv(
        tmp_path,
        "单位编号,名称,类别,所属行政区划代码",
        "445299-L,示范县自然资源局,自然资源,445299",
        "445299-P,示范县公安局,police,445299000000",
        "445299-E,示范县供电局,供电部门,445299",
        "4452-L,某市自然资源局,自然资源（国土资源）部门,445200",
        "445299-T,某镇政府,township,445299101",
        ",某局,其他,445299",
    )

    table, issues, counts = read_departments(path)

    check(table, DEPARTMENTS)
    assert table["kind"].to_dict() == {"445299-L": "land", "445299-P": "police", "445299-E": "power", "4452-L": "land"}
    assert table["unit_code"].to_list() == ["445299", "445299", "445299", "4452"]
    assert told(issues) == [[6, "unknown_kind", "rejected"], [7, "no_office", "rejected"]]
    assert counts.rejected == 2


@pytest.mark.parametrize(
    ("header", "area", "mu"),
    [
        ("占用耕地面积（亩）", "37.5", 37.5),
        ("占用耕地面积(亩)", "1,037.5", 1037.5),
        ("占用耕地面积（公顷）", "2.5", 37.5),
        ("占用耕地面积_ha", "2.5", 37.5),
        ("占用耕地面积（㎡）", "10000", 15),
        ("占用耕地面积（m²）", "10000", 15),
        ("占用耕地面积（平方米）", "10000", 15),
        ("占用耕地面积（平方公里）", "0.01", 15),
        ("新增建设用地占用耕地总面积（万亩）", "0.02", 200),
        ("cultivated_mu", "37.5", 37.5),
        ("占用耕地面积（亩）", "0", 0),
    ],
)
def test_the_unit_of_an_area_stands_in_the_name_of_its_column(tmp_path, header, area, mu):
    path = csv(tmp_path, f'行政区划代码,年度,"{header}"', f'445299101,2026年度,"{area}"')

    table, issues, _ = read_cultivated_taken(path)

    check(table, CULTIVATED_TAKEN)
    assert (table["office"].iloc[0], table["year"].iloc[0]) == ("445299101", 2026)
    assert table["cultivated_mu"].iloc[0] == pytest.approx(mu, rel=1e-12)
    assert issues.empty


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("445299101,2026,12亩", "unreadable_area"),
        ("445299101,2026,-1", "unreadable_area"),
        ("445299101,2026,", "no_cultivated_mu"),
        ("445299101,26,12", "unreadable_year"),
        ("445299101,,12", "no_year"),
    ],
)
def test_an_area_that_cannot_be_read_is_told(tmp_path, row, problem):
    table, issues, _ = read_cultivated_taken(csv(tmp_path, "行政区划代码,年度,占用耕地面积（亩）", row))

    assert table.empty
    assert told(issues) == [[2, problem, "rejected"]]


def test_a_deduction_has_both_areas_its_day_and_its_reason(tmp_path):
    path = csv(
        tmp_path,
        "编号,行政区划代码,年度,扣减违法占用（平方米）,扣减占用总量（亩）,日期,扣减理由,依据文件",
        "K1,445299101,2026,2000,0,2026-05-20,拆除复耕,某自然资函〔2026〕9号",
        "K2,445299101,2026,,1,2026-05-20,拆除复耕,",
        "K3,445299101,2026,1,1,2026-05-20,,",
    )

    table, issues, counts = read_deductions(path)

    check(table, DEDUCTIONS)
    assert table[["illegal_mu", "taken_mu"]].to_numpy().tolist() == [[3.0, 0.0]]
    assert (table.loc["K1", "on"].date(), table.loc["K1", "document"]) == (date(2026, 5, 20), "某自然资函〔2026〕9号")
    assert told(issues) == [[3, "no_illegal_mu", "rejected"], [4, "no_reason", "rejected"]]
    assert vars(counts) == {"read": 3, "accepted": 1, "repaired": 0, "rejected": 2}


@pytest.mark.parametrize("kind", READERS)
def test_the_labels_of_the_table_are_known_names_of_its_columns(kind):
    _, table = READERS[kind]
    names = known_names()[kind]

    for column in table:
        if column.name in ("source_file", "row"):
            continue
        assert names[column.name][0] == column.name
        assert column.zh in names[column.name] or (kind, column.name) == ("departments", "unit_code")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", READERS)
def test_a_register_without_rows_is_an_empty_table(tmp_path, kind, lang):
    reader, declared = READERS[kind]
    header = [column.label(lang) for column in declared if column.name not in ("source_file", "row")]

    table, issues, counts = reader(csv(tmp_path, ",".join(f'"{name}"' for name in header)))

    check(table, declared)
    assert table.empty
    assert issues.empty
    assert counts.read == 0


def test_every_further_word_belongs_to_a_code_there_is_and_to_one_only():
    for kind, terms in (("level", Level), ("measure", Measure), ("actor", Actor)):
        words = known_words()[kind]
        every = [word for others in words.values() for word in others]

        assert set(words) <= {term.value for term in terms}
        assert len(every) == len(set(every))
        assert not set(every) & {word for term in terms for word in (term.value, term.zh, term.en)}
