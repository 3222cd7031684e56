"""Write what officers hand in about accountability: events, registers, departments, and new construction land."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio

from geoenforce.core.accountability_terms import Event, Level
from geoenforce.demo.accountability_plans import DECLARED, DEDUCTED, DEPARTMENTS, IMPOSED, Declared, Imposed
from geoenforce.demo.case_courses import Step
from geoenforce.demo.construction import Project
from geoenforce.demo.ground import COUNTY_CODE, CRS

EVENTS_FILE = Path("registers/案件办理进度.xlsx")
MEASURES_FILE = Path("registers/已采取措施登记.xlsx")
DECLARATIONS_FILE = Path("registers/认定事实登记.csv")
DEPARTMENTS_FILE = Path("registers/部门单位.csv")
DEDUCTIONS_FILE = Path("registers/扣减面积.csv")
CONSTRUCTION_FILE = Path("construction/新增建设用地.gpkg")
CONSTRUCTION_LAYER = "新增建设用地"

#: The events of the sheet of cases, in the order of the procedure.
_EVENTS = (
    Event.FOUND, Event.STOP_ORDERED, Event.NOTIFIED, Event.REPORTED_UP, Event.REPORTED_TO_COUNTY,
    Event.REPORTED_UNSTOPPABLE, Event.CONTINUED, Event.LEGAL_WARNING, Event.STOPPED, Event.FILED, Event.PENALISED,
    Event.DISCIPLINE_PROPOSED, Event.PENALTY_FINAL, Event.EXECUTION_APPLIED, Event.CRIME_SUSPECTED, Event.TRANSFERRED,
    Event.NON_FILING_NOTICE, Event.REVIEW_REQUESTED, Event.REVIEW_DECISION_RECEIVED, Event.SUPERVISION_PROPOSED,
    Event.RECTIFY_BY, Event.CORRECTED, Event.DEMOLISHED, Event.RECULTIVATED, Event.CLOSED,
)  # fmt: skip


def write_registers(folder: Path, steps: Sequence[Step]) -> None:
    """
    Write the sheet of events and the registers of measures, recorded facts, departments and deductions.

    Parameters
    ----------
    folder
        The project folder.
    steps
        What happened in the cases.
    """
    (folder / EVENTS_FILE).parent.mkdir(parents=True, exist_ok=True)
    own = [step for step in steps if not step.office]
    others = [step for step in steps if step.office]
    _write_book(folder / EVENTS_FILE, {"案件": _case_rows(own), "部门和月报": _event_rows(others)})
    _write_book(folder / MEASURES_FILE, {"已采取措施": _measure_rows()})
    # As a spreadsheet saves a CSV in Chinese Windows.
    _write_csv(folder / DECLARATIONS_FILE, _declaration_rows(), "gb18030")
    kinds = ((office, name, kind.zh, COUNTY_CODE) for office, name, kind in DEPARTMENTS)
    _write_csv(folder / DEPARTMENTS_FILE, [("单位编号", "名称", "类别", "所属行政区划代码"), *kinds], "utf-8-sig")
    _write_csv(folder / DEDUCTIONS_FILE, _deduction_rows(), "utf-8-sig")


def write_construction(folder: Path, projects: Sequence[Project]) -> None:
    """
    Write the new construction land as a GeoPackage.

    Parameters
    ----------
    folder
        The project folder.
    projects
        The projects.
    """
    table = pd.DataFrame(
        {
            "XMBH": [project.project_id for project in projects],
            "占用日期": pd.to_datetime([project.taken_on for project in projects]),
            "BZ": "示范数据",
        }
    )
    layer = gpd.GeoDataFrame(table, geometry=[project.geometry for project in projects], crs=CRS)
    (folder / CONSTRUCTION_FILE).parent.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(layer, folder / CONSTRUCTION_FILE, layer=CONSTRUCTION_LAYER)


def measure_id(number: int) -> str:
    """
    Return the number of an entry of the register of measures, counted from 0.

    Examples
    --------
    >>> measure_id(0)
    'M01'
    """
    return f"M{number + 1:02d}"


def declaration_id(number: int) -> str:
    """
    Return the number of an entry of the register of recorded facts, counted from 0.

    Examples
    --------
    >>> declaration_id(9)
    'D10'
    """
    return f"D{number + 1:02d}"


def _case_rows(steps: Sequence[Step]) -> list[list[object]]:
    """One line for each case, with a column of days for each kind of event."""
    lines: dict[str, dict[str, date]] = {}
    for step in steps:
        lines.setdefault(step.case_id, {})[step.event] = step.on
    headers = (event.zh if event is Event.RECTIFY_BY else f"{event.zh}日期" for event in _EVENTS)
    rows: list[list[object]] = [["案件编号", *headers]]
    for case_id, days in lines.items():
        rows.append([case_id, *(days.get(event) for event in _EVENTS)])
    return rows


def _event_rows(steps: Sequence[Step]) -> list[list[object]]:
    """One line for each event: what departments were told and did, and the monthly reports."""
    rows: list[list[object]] = [["案件编号", "事项", "日期", "单位编号", "所属月份"]]
    for step in steps:
        rows.append([step.case_id or None, Event.of(step.event).zh, step.on, step.office, step.period or None])
    return rows


def _measure_rows() -> list[list[object]]:
    header: list[object] = [
        "编号", "责任单位代码", "措施", "决定日期", "依据规定", "条款", "整改期限", "整改完成日期", "相关案件", "备注"
    ]  # fmt: skip
    return [header, *(_measure_row(number, one) for number, one in enumerate(IMPOSED))]


def _measure_row(number: int, one: Imposed) -> list[object]:
    cases = "、".join(one.case_ids) or None
    basis = (one.regulation, one.article, one.correct_by, one.corrected_on)
    return [measure_id(number), one.office, one.measure.zh, one.on, *basis, cases, "示范数据"]


def _declaration_rows() -> list[tuple[object, ...]]:
    header = ("编号", "责任单位代码", "层级", "事实代码", "日期", "记录人", "记录日期", "案件编号", "备注")
    return [header, *(_declaration_row(number, one) for number, one in enumerate(DECLARED))]


def _declaration_row(number: int, one: Declared) -> tuple[object, ...]:
    level = Level.of(one.level).zh if one.level else ""
    clerk = f"记录员{'甲乙丙'[number % 3]}"
    recorded_on = one.on + timedelta(days=2)
    return (declaration_id(number), one.office, level, one.fact, one.on, clerk, recorded_on, one.case_id, "示范数据")


def _deduction_rows() -> list[tuple[object, ...]]:
    header = (
        "编号", "责任单位代码", "年度", "扣减违法占用（亩）", "扣减占用总量（亩）", "批准日期", "扣减理由", "依据文件"
    )  # fmt: skip
    rows = (
        (f"K{number:02d}", one.office, one.year, one.illegal_mu, one.taken_mu, one.on, one.reason, one.document)
        for number, one in enumerate(DEDUCTED, start=1)
    )
    return [header, *rows]


def _write_book(path: Path, sheets: Mapping[str, Iterable[Sequence[object]]]) -> None:
    book = openpyxl.Workbook()
    for number, (title, rows) in enumerate(sheets.items()):
        sheet = book.create_sheet(title, number)
        for row in rows:
            sheet.append(list(row))
    book.remove(book.worksheets[-1])  # the one that a new workbook has
    book.save(path)


def _write_csv(path: Path, rows: Iterable[Sequence[object]], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
