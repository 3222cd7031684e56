"""The accountability report of the demo county as it was written: Word, workbook, PDF and page against the CSV files."""

import csv
import json
import re
from collections import Counter
from datetime import date, datetime
from io import BytesIO
from itertools import takewhile
from unittest.mock import Mock

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from geoenforce.core.errors import InputError
from geoenforce.outputs.report_files import Paper, period_named, report_writers

NAME = "accountability_report"
YEAR = "2026"


@pytest.fixture(scope="module")
def listed(demo_run):
    def read(name):
        text = demo_run.files[name].read_text(encoding="utf-8-sig")
        return list(csv.DictReader(text.splitlines()))

    return read


@pytest.fixture(scope="module")
def word(demo_run):
    return docx.Document(str(demo_run.files[f"{NAME}.docx"]))


@pytest.fixture(scope="module")
def book(demo_run):
    return openpyxl.load_workbook(demo_run.files[f"{NAME}.xlsx"])


@pytest.fixture(scope="module")
def pdf(demo_run):
    reader = PdfReader(BytesIO(demo_run.files[f"{NAME}.pdf"].read_bytes()))
    return [page.extract_text() for page in reader.pages]


def rows_of(sheet):
    """Return the rows of a table, without its header, its sums and the notes below."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    return list(takewhile(lambda row: row[0] not in (None, "合计"), rows))


def confirmed(listed):
    return [case for case in listed("cases.csv") if case["status"] == "confirmed" and case["year"] == YEAR]


def test_the_workbook_has_the_cases_of_each_township_as_the_csv_has_them(book, listed):
    counted = Counter(case["township_name"] for case in confirmed(listed))

    sheet = book["乡镇案件数"]
    towns = {row[0]: row[1] for row in rows_of(sheet)}

    assert [cell.value.replace("\n", "") for cell in sheet[1]][:2] == ["乡镇（街道）", "案件数（宗）"]
    assert towns == {**dict.fromkeys(towns, 0), **counted}
    assert sheet["B10"].value == "=SUBTOTAL(109,B2:B9)"


def test_the_workbook_has_the_areas_by_class_as_the_csv_has_them(book, listed):
    names = ("basic_farmland_mu", "other_cultivated_mu", "other_mu", "approved_mu", "area_m2")
    sums = {name: sum(float(case[name]) for case in confirmed(listed)) for name in names}

    rows = rows_of(book["情节地类面积"])

    for column, name in enumerate(names, start=1):
        assert sum(row[column] for row in rows) == pytest.approx(sums[name], abs=1e-3)


def test_the_appendix_has_every_case_with_real_numbers_and_days(book, listed):
    rows = {row[0]: row for row in rows_of(book["案件明细"])}
    found = {case["case_id"]: case for case in confirmed(listed)}

    assert set(found) <= set(rows)
    for case_id, case in found.items():
        assert rows[case_id][2] == datetime.fromisoformat(case["found_on"])
        assert rows[case_id][4] == pytest.approx(float(case["basic_farmland_mu"]), abs=1e-6)
        assert rows[case_id][8] == pytest.approx(float(case["area_m2"]), abs=1e-3)
    assert rows["JZD003"][3] == "情节特别严重（临界）"


def test_findings_and_warnings_are_those_of_the_csv(word, book, listed):
    found = [one for one in listed("findings.csv") if one["year"] == YEAR]
    close = [one for one in listed("warnings.csv") if one["year"] == YEAR and one["is_close"] == "true"]

    assert Counter(row[2] for row in rows_of(book["触及条款"])) == Counter(one["citation"] for one in found)
    assert len(rows_of(book["预警"])) == len(close)
    in_word = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert {one["citation"] for one in found} <= in_word


def test_duties_are_those_of_the_csv(book, listed):
    due = [one for one in listed("duties.csv") if one["due_on"][:4] == YEAR and one["status"] != "not_applicable"]

    rows = rows_of(book["职责按单位"])
    late = rows_of(book["逾期事项"])

    counts = Counter(one["status"] for one in due)
    assert sum(row[1] for row in rows) == len(due)
    for column, status in enumerate(("met", "met_late", "overdue", "open"), start=2):
        assert sum(row[column] for row in rows) == counts[status]
    before = [one for one in listed("duties.csv") if one["status"] == "overdue" and one["due_on"] < YEAR]
    assert len(late) == counts["met_late"] + counts["overdue"] + len(before)


def test_the_ratio_is_that_of_the_indicators(book, listed):
    (county,) = [
        one for one in listed("indicators.csv")
        if (one["indicator"], one["year"], one["month"]) == ("illegal_occupation_ratio", YEAR, "")
    ]  # fmt: skip

    row = rows_of(book["违法占用耕地比例"])[0]

    assert row[:2] == ["示范县", YEAR]
    assert row[2:5] == pytest.approx([float(county[name]) for name in ("numerator", "denominator", "value")], abs=1e-9)


def test_the_pdf_and_the_page_say_what_the_word_file_says(word, pdf, demo_run):
    page = demo_run.files[f"{NAME}.html"].read_text(encoding="utf-8")
    printed = "".join("".join(pdf).split())
    headings = [one.text for one in word.paragraphs if one.style.name.startswith("Heading")]

    assert headings[0] == "一、案件情况"
    assert len(headings) == 10
    for heading in headings:
        assert heading in page
        assert heading.replace(" ", "") in printed
    assert 10 < len(pdf) < 30
    assert "2026年度（截至2026年6月30日）" in printed


def test_no_party_and_nobody_who_recorded_a_fact_is_named(demo_folder, demo_run, word, pdf):
    text = "".join(pdf) + "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    text += demo_run.files[f"{NAME}.html"].read_text(encoding="utf-8")
    rows = list(csv.DictReader((demo_folder / "registers" / "认定事实登记.csv").read_text("gb18030").splitlines()))

    recorders = {row["记录人"] for row in rows}
    assert recorders
    assert not [name for name in recorders if name in text]
    assert not re.findall(r"当事人\d", text)  # what the parties of the demo county are called


def test_run_json_has_the_reports_with_their_hashes_and_how_they_were_written(demo_run):
    record = json.loads(demo_run.files["run.json"].read_text(encoding="utf-8"))

    assert {f"{NAME}.{kind}" for kind in ("docx", "html", "pdf", "xlsx")} <= set(record["outputs"])
    assert record["reports"]["accountability"] == "year"


@pytest.mark.parametrize(
    ("text", "first"),
    [("month", (2026, 5, 1)), ("quarter", (2026, 4, 1)), ("year", (2026, 1, 1)), ("2025Q4", (2025, 10, 1))],
)
def test_a_period_is_named_as_seen_from_a_day(text, first):
    assert period_named(text, date(2026, 5, 13)).first == date(*first)


def test_a_period_that_is_none_is_refused():
    with pytest.raises(InputError, match="The period 'May' is no month, quarter or year"):
        period_named("May", date(2026, 5, 13))


def test_a_run_that_says_nothing_of_accountability_has_no_report_of_it():
    assert report_writers(Mock(patrols=None, accountability=None), Paper()) == {}
