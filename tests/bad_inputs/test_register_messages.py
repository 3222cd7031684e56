"""One broken register for each mistake, and the words its message must have: where, what, and the way out."""

import pytest

from geoenforce.core.errors import ConfigError, FormatError, TableError
from geoenforce.inputs.area_registers import read_cultivated_taken, read_deductions
from geoenforce.inputs.declarations import read_declarations
from geoenforce.inputs.departments import read_departments
from geoenforce.inputs.events import read_events
from geoenforce.inputs.measures import read_measures
from tests.inputs.registers import workbook


def _csv(content, name="登记.csv"):
    def write(folder):
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return folder / name

    return write


def _workbook(**sheets):
    return lambda folder: workbook(folder, **sheets)


TAKEN = "行政区划代码,年度,占用耕地面积（亩）\n"

MISTAKES = {
    # files
    "no such file": (lambda f: f / "none.xlsx", read_events, {}, FormatError, "none.xlsx: there is no such file"),
    "old Excel": (_csv(b"\xd0\xcf", "登记.xls"), read_measures, {}, FormatError, "登记.xls: a register is read from CSV or XLSX. Save it as .xlsx"),
    "no workbook": (_csv(b"PK", "登记.xlsx"), read_measures, {}, FormatError, "登记.xlsx cannot be opened as a workbook.*save it as .xlsx again"),
    "no text": (_csv(b"\xff\xff\xff\x00\xff"), read_declarations, {}, FormatError, "登记.csv is not text in UTF-8 or GBK"),
    "empty file": (_csv(b""), read_measures, {}, TableError, "has no column for office"),
    "empty workbook": (_workbook(甲=[], 乙=[]), read_measures, {}, TableError, "has no sheet with the names of columns in its first rows. The first column needed is office"),
    # columns
    "no column of offices": (
        _csv("措施,日期\n警告,2026-03-02\n"), read_measures, {}, TableError,
        r"登记.csv has no column for office \(looked for office, 责任单位代码, .*it has \['措施', '日期'\]. Say which one it is: columns = \{ office = \"…\" \}",
    ),
    "facts without who recorded them": (
        _csv("责任单位代码,事实,日期\n445299,x,2026-03-02\n"), read_declarations, {}, TableError,
        r'no column for recorded_by .*; recorded_on .*columns = \{ recorded_by = "…", recorded_on = "…" \}',
    ),
    "departments without kind": (_csv("单位编号,名称,所属行政区划代码\nL,某局,445299\n"), read_departments, {}, TableError, "has no column for kind"),
    "area without its year": (_csv("行政区划代码,占用耕地面积（亩）\n445299,1\n"), read_cultivated_taken, {}, TableError, "has no column for year"),
    "deductions without a reason": (
        _csv("行政区划代码,年度,扣减违法占用（亩）,扣减占用总量（亩）,日期\n"), read_deductions, {}, TableError, "has no column for reason",
    ),
    "a configured column that is not there": (
        _csv("责任单位代码,措施,日期\n"), read_measures, {"columns": {"measure": "处理"}}, TableError,
        r"columns names \['处理'\], but the file has \['责任单位代码', '措施', '日期'\]",
    ),
    "a configured column that no measure has": (
        _csv("责任单位代码,措施,日期\n"), read_measures, {"columns": {"punishment": "措施"}}, ConfigError,
        r"columns has \['punishment'\], but a file of this kind has \['measure_id', 'office'",
    ),
    "a configured event that there is not": (
        _csv("案件编号,发现日期\n"), read_events, {"columns": {"discovered": "发现日期"}}, ConfigError, r"columns has \['discovered'\], but .*'found'",
    ),
    # events
    "neither events nor cases": (
        _csv("案件编号,当事人\nA1,某某\n"), read_events, {}, TableError,
        r"登记.csv has neither the columns of a list of events \(事项, 日期, 案件编号\) nor those of a list of cases \(案件编号 and days such as "
        r"发现日期, .*it has \['案件编号', '当事人'\].*columns = \{ case_id = \"…\", event = \"…\", on = \"…\" \} or",
    ),
    "events without their days": (_csv("案件编号,事项\nA1,发现\n"), read_events, {}, TableError, "has neither the columns of a list of events"),
    "days without their cases": (_csv("发现日期,制止日期\n2026-03-02,\n"), read_events, {}, TableError, "has neither the columns of a list of events"),
    # areas
    "area without a unit": (
        _csv("行政区划代码,年度,占用耕地面积\n445299,2026,5\n"), read_cultivated_taken, {}, TableError,
        "登记.csv: 占用耕地面积 does not say its unit. Write it behind the name: 占用耕地面积（亩）, 占用耕地面积（公顷） or 占用耕地面积（平方米）",
    ),
    "area in another unit": (
        _csv("行政区划代码,年度,占用耕地面积（英亩制）\n445299,2026,5\n"), read_cultivated_taken, {"columns": {"cultivated_mu": "占用耕地面积（英亩制）"}},
        TableError, "占用耕地面积（英亩制） does not say its unit",
    ),
    "deduction without a unit": (
        _csv("行政区划代码,年度,扣减违法占用（亩）,扣减占用总量,日期,理由\n445299,2026,1,1,2026-03-02,复耕\n"), read_deductions, {}, TableError,
        "扣减占用总量 does not say its unit",
    ),
    # rows that contradict each other
    "two areas of one year": (
        _csv(TAKEN + "445299,2026,5\n445299101,2026,5\n445299000,2026,6\n"), read_cultivated_taken, {}, TableError,
        r"登记.csv: the rows \[2, 4\] have the same office and year \['445299 2026'\], but say different things. Leave the one that is right",
    ),
    "one id for two departments": (
        _csv("单位编号,名称,类别,所属行政区划代码\nL,某局,自然资源,445299\nL,某所,公安,445299\n"), read_departments, {}, TableError,
        r"the rows \[2, 3\] have the same office \['L'\], but say different things",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_has_its_message(tmp_path, mistake):
    write, reader, options, error, words = MISTAKES[mistake]
    path = write(tmp_path)

    with pytest.raises(error, match=words):
        reader(path, **options)
