"""Accountability: what is planted is in the files, fits together, and the truth is not the program's own."""

import csv
import tomllib
from collections import Counter
from datetime import date, timedelta

import chinese_calendar
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from geoenforce.core.space import polygons_to_plane
from geoenforce.demo import DEFAULT_SEED, case_courses
from geoenforce.demo.accountability_plans import OVERLAPPED
from geoenforce.demo.case_courses import AS_OF, all_steps
from geoenforce.demo.construction import build_construction

COUNTY = "445299"
MU_M2 = 2000 / 3


def truth(folder, name):
    with (folder / "truth" / f"{name}_truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found(folder, rule, office, year):
    rows = [row for row in truth(folder, "findings") if row["finding_id"] == f"{rule}-{office}-{year}"]
    return {row["circumstance"]: row for row in rows}


def ratio(folder, office, year):
    [row] = [row for row in truth(folder, "occupation") if (row["office"], row["year"]) == (office, str(year))]
    return float(row["ratio"])


def steps_of(county, case_id):
    return {step.event: step.on for step in all_steps(county.violations) if step.case_id == case_id}


def last_day(on, working_days):
    """Count with the published calendar itself."""
    while working_days:
        on += timedelta(days=1)
        working_days -= chinese_calendar.is_workday(on)
    return on


# ---- what happened --------------------------------------------------------------------------------------------------


def test_every_confirmed_case_has_a_course_and_nothing_is_later_than_the_stated_date(county):
    steps = all_steps(county.violations)
    confirmed = {one.case_id for one in county.violations if one.plan.status == "confirmed"}

    assert {step.case_id for step in steps} - {""} == confirmed
    assert set(case_courses.COURSES) <= confirmed
    assert max(step.on for step in steps) <= AS_OF == date(2026, 6, 30)


def test_nothing_happens_before_a_case_is_found_or_on_a_day_off(county):
    found_on = {one.case_id: one.found_on for one in county.violations}

    for step in all_steps(county.violations):
        assert step.case_id == "" or found_on[step.case_id] <= step.on, step
        assert chinese_calendar.is_workday(step.on), step


def test_the_cases_that_count_are_those_that_were_stopped_too_late(county, demo_folder):
    """Two working days after the finding or the notice; for the county, three after the township's report, too."""
    cases = pd.read_csv(demo_folder / "truth" / "cases.csv")
    graded = cases[(cases["status"] == "confirmed") & (cases["severity"] != "ordinary")]
    by_township, by_county = set(), set()
    for case_id in graded["case_id"]:
        days = steps_of(county, case_id)
        stopped = days.get("stopped", date.max)
        if stopped > max(last_day(days["found"], 2), last_day(days["notified"], 2)):
            by_township.add(case_id)
            if "reported_unstoppable" not in days or stopped > last_day(days["reported_unstoppable"], 3):
                by_county.add(case_id)

    assert by_county == case_courses.COUNTED
    assert by_township - by_county == case_courses.COUNTED_FOR_TOWNSHIP_ONLY


def test_the_monthly_reports_lack_one_month_and_one_is_late(county):
    reports = {step.period: step.on for step in all_steps(county.violations) if step.event == "monthly_report"}

    assert len(reports) == 16
    assert "2026-04" not in reports
    assert [month for month, on in reports.items() if f"{on:%Y-%m}" != month] == ["2026-02"]


# ---- files ----------------------------------------------------------------------------------------------------------


def test_the_sheet_of_cases_has_a_line_for_each_case_and_a_column_for_each_event(county, demo_folder):
    book = openpyxl.load_workbook(demo_folder / "registers" / "案件办理进度.xlsx")
    header, *lines = book["案件"].iter_rows(values_only=True)
    rows = {line[0]: dict(zip(header, line, strict=True)) for line in lines}

    assert header[:4] == ("案件编号", "发现日期", "责令停止日期", "书面告知乡镇日期")
    assert len(rows) == len(lines) == len({one.case_id for one in county.violations if one.plan.status == "confirmed"})
    assert rows["JZD012"]["已制止日期"].date() == date(2026, 3, 19)
    assert rows["445299SJBG260029"]["已制止日期"] is None
    assert rows["445299-2026-028"]["限期改正到期日"].date() == date(2026, 5, 15)


def test_the_second_sheet_has_a_line_for_each_thing_a_department_did(demo_folder):
    book = openpyxl.load_workbook(demo_folder / "registers" / "案件办理进度.xlsx")
    header, *lines = book["部门和月报"].iter_rows(values_only=True)

    assert header == ("案件编号", "事项", "日期", "单位编号", "所属月份")
    assert ("445299-2025-005", "规划情况已核实", "445299-planning") in {(line[0], line[1], line[3]) for line in lines}
    assert {line[4] for line in lines if line[0] is None} >= {"2025-01", "2026-05"}


def test_no_step_is_lost_between_the_two_sheets(county, demo_folder):
    book = openpyxl.load_workbook(demo_folder / "registers" / "案件办理进度.xlsx")
    cells = [cell for line in book["案件"].iter_rows(min_row=2, min_col=2, values_only=True) for cell in line if cell]

    assert len(cells) + book["部门和月报"].max_row - 1 == len(all_steps(county.violations))


def test_the_registers_name_nobody_real(demo_folder):
    text = (demo_folder / "registers" / "认定事实登记.csv").read_text(encoding="gb18030")
    rows = list(csv.DictReader(text.splitlines()))

    assert {row["记录人"] for row in rows} == {"记录员甲", "记录员乙", "记录员丙"}
    assert {row["责任单位代码"] for row in rows if row["层级"] == "个人"} == {"村干部01"}


def test_ids_of_the_registers_are_those_that_the_truth_rests_on(demo_folder):
    book = openpyxl.load_workbook(demo_folder / "registers" / "已采取措施登记.xlsx")
    header, *lines = book.active.iter_rows(values_only=True)
    measures = {line[0]: dict(zip(header, line, strict=True)) for line in lines}
    text = (demo_folder / "registers" / "认定事实登记.csv").read_text(encoding="gb18030")
    declared = {row["编号"]: row for row in csv.DictReader(text.splitlines())}

    for row in truth(demo_folder, "findings"):
        for one in row["evidence"].split(";"):
            if row["unit"] == "measure":
                assert measures[one]["责任单位代码"] == row["office"]
            elif row["unit"] == "record":
                assert (declared[one]["责任单位代码"], declared[one]["事实代码"]) == (row["office"], row["fact"])
                assert declared[one]["日期"][:4] == row["year"]


def test_the_configuration_names_the_registers_and_they_exist(demo_folder):
    config = tomllib.loads((demo_folder / "geoenforce.toml").read_text(encoding="utf-8"))
    names = ("events", "measures", "declarations", "departments", "deductions")
    sources = [*(config[name] for name in names), *config["new_construction"]]

    assert all((demo_folder / source["path"]).is_file() for source in sources)
    assert config["project"]["as_of"] == AS_OF
    assert config["accountability"]["regulations"] == ["jieyang-2009", "jiangsu-co-responsibility"]


def test_the_layer_of_new_construction_holds_the_coordinates_that_were_made(county, demo_folder):
    path = demo_folder / "construction" / "新增建设用地.gpkg"
    read = pyogrio.read_dataframe(path, layer="新增建设用地").set_index("XMBH")

    assert len(read) == len(county.construction)
    for project in county.construction:
        assert read.loc[project.project_id, "占用日期"].date() == project.taken_on
        assert shapely.equals(read.loc[project.project_id, "geometry"], project.geometry)


# ---- new construction -----------------------------------------------------------------------------------------------


def test_projects_lie_in_the_county_and_their_days_in_two_years(county):
    border = shapely.union_all(county.ground.townships.geometry.to_numpy()).buffer(0.001)

    assert all(shapely.contains(border, project.geometry) for project in county.construction)
    assert {project.taken_on.year for project in county.construction} == {2025, 2026}
    assert all(date(2025, 7, 1) <= project.taken_on <= AS_OF for project in county.construction)


def test_some_projects_overlap_violations_in_part(county):
    sites = np.array([project.geometry for project in county.construction], dtype=object)
    of_case = {one.case_id: one.geometry for one in county.violations if one.case_id in OVERLAPPED}

    assert set(of_case) == set(OVERLAPPED)
    for case_id, polygon in of_case.items():
        shared = shapely.area(shapely.intersection(sites, polygon)).max() / polygon.area
        assert 0.3 < shared < 0.95, case_id


def test_the_same_seed_gives_the_same_projects(county):
    again = build_construction(DEFAULT_SEED, county.ground, county.land, county.violations)

    assert [project.project_id for project in again] == [project.project_id for project in county.construction]
    made = [project.geometry for project in county.construction]
    assert shapely.equals_exact([project.geometry for project in again], made, tolerance=0).all()


# ---- truth ----------------------------------------------------------------------------------------------------------


def test_each_rule_that_can_be_computed_is_found_at_least_once(demo_folder):
    """Also some of those that only a person can establish."""
    circumstances = {row["circumstance"] for row in truth(demo_folder, "findings")}

    assert circumstances >= {
        "J27-count-serious", "J27-count-especially-serious", "J29-5", "J30-1-serious", "J30-1-especially-serious",
        "J30-2", "J31-1a", "J31-1b", "J31-2", "J31-2-department", "S10-overdue", "S11-talk", "S11-account",
    }  # fmt: skip
    assert circumstances >= {
        "J27-conduct", "J28-2", "J28-3", "J29-2", "J30-3", "J31-1c", "J31-1d-area", "J32-2", "S9-supervise", "S10-key",
        "S11-effect",
    }  # fmt: skip


def test_the_county_has_exactly_three_serious_cases_in_2025_and_those_stopped_in_time_are_listed(demo_folder):
    [row] = [row for row in found(demo_folder, "J27", COUNTY, 2025).values() if row["fact"].endswith("_cases")]

    assert row["value"] == "3"
    assert row["evidence"] == "445299-2025-005;445299-2025-008;445299SJBG260001"
    assert row["left_out"].split(";") == [
        "445299-2025-011", "445299-2025-015", "445299-2025-021", "445299-2025-024", "445299SJBG260004",
        "445299SJBG260007",
    ]  # fmt: skip
    assert not found(demo_folder, "J30-1", COUNTY, 2025)


def test_a_case_that_the_county_stopped_counts_for_its_township_only(demo_folder):
    township = found(demo_folder, "J27", "445299102", 2025)["J27-count-especially-serious"]

    assert (township["value"], township["evidence"]) == ("1", "445299-2025-011")


def test_the_county_is_exactly_on_both_limits_of_article_30_in_2026(demo_folder):
    rows = found(demo_folder, "J30-1", COUNTY, 2026)

    assert {name: row["value"] for name, row in rows.items()} == {
        "J30-1-serious": "5",
        "J30-1-especially-serious": "2",
    }


def test_ratios_lie_where_they_were_planned(demo_folder):
    assert 0.15 < ratio(demo_folder, COUNTY, 2025) < 0.17
    assert 0.10 < ratio(demo_folder, COUNTY, 2026) < 0.15
    assert 0.1475 < ratio(demo_folder, "445299103", 2026) < 0.15
    over = {(row["office"], row["year"]) for row in truth(demo_folder, "occupation") if float(row["ratio"]) >= 0.15}
    assert over == {(COUNTY, "2025"), ("445299102", "2025"), ("445299103", "2025"), ("445299101", "2026")}


@pytest.mark.parametrize("year", [2025, 2026])
def test_occupied_land_agrees_with_polygon_unions(county, demo_folder, year):
    """GEOS unites and intersects what the truth counts in slabs."""
    land = county.land
    projects = [(one.plane, one.taken_on) for one in county.construction if one.taken_on.year == year]
    patches = [
        (polygons_to_plane(one.geometry, one.crs), one.found_on)
        for one in county.violations
        if one.plan.status == "confirmed" and one.found_on.year == year
    ]
    rows = {row["office"]: row for row in truth(demo_folder, "occupation") if row["year"] == str(year)}

    def cultivated(plane, on):
        near = np.concatenate([land.farmland_on(on).near([plane]), land.cultivated.near([plane])])
        return shapely.union_all(shapely.intersection(plane, near))

    def approved(on):
        return shapely.union_all([site.plane for site in land.approvals if site.is_in_force(on)])

    unlawful = shapely.union_all([shapely.difference(cultivated(plane, on), approved(on)) for plane, on in patches])
    everything = shapely.union_all([cultivated(plane, on) for plane, on in [*projects, *patches]])
    for code, border in [*land.townships.items(), (COUNTY, shapely.union_all(list(land.townships.values())))]:
        expected = [shapely.intersection(ground, border).area / MU_M2 for ground in (unlawful, everything)]
        assert [float(rows[code]["illegal_mu"]), float(rows[code]["taken_mu"])] == pytest.approx(expected, rel=1e-7)


def test_deductions_count_for_the_township_and_its_county(demo_folder):
    rows = {row["office"]: row for row in truth(demo_folder, "occupation") if row["year"] == "2025"}

    for office in ("445299103", COUNTY):
        for name in ("illegal", "taken"):
            off = float(rows[office][f"{name}_mu"]) - float(rows[office][f"{name}_after_mu"])
            assert off == pytest.approx(4.0)
    assert rows["445299001"]["ratio"] == rows["445299001"]["ratio_after"]


def test_deadlines_worked_out_by_hand_fit_together(demo_folder):
    rows = truth(demo_folder, "duties")

    assert Counter(row["status"] for row in rows).keys() == {"met", "met_late", "open", "overdue", "not_applicable"}
    for row in rows:
        due, done = (date.fromisoformat(row[name]) if row[name] else None for name in ("due_on", "done_on"))
        if row["status"] == "met":
            assert row["waited"] or done <= due
        elif row["status"] == "met_late":
            assert (done - due).days == int(row["days_over"]) > 0
        elif row["status"] == "overdue":
            assert (AS_OF - due).days == int(row["days_over"]) > 0
        elif row["status"] == "open":
            assert (due - AS_OF).days == int(row["days_left"]) >= 0
        assert due is None or chinese_calendar.is_workday(due)


def test_what_was_done_in_time_or_late_stands_in_the_sheets(county, demo_folder):
    days = {(step.case_id, step.on.isoformat()) for step in all_steps(county.violations)}

    for row in truth(demo_folder, "duties"):
        assert not row["done_on"] or row["duty"] == "J16-patrol" or (row["case_id"], row["done_on"]) in days


def test_warnings_are_given_for_rules_that_do_not_apply_yet(demo_folder):
    rows = truth(demo_folder, "warnings")
    close = {(row["rule"], row["office"], row["fact"]) for row in rows if row["is_close"] == "True"}

    assert ("J27", "445299001", "serious_cases") in close
    assert ("J31-1", "445299103", "illegal_occupation_ratio") in close
    assert not {(row["rule"], row["office"]) for row in rows} & {
        (row["rule"], row["office"]) for row in truth(demo_folder, "findings") if row["year"] == "2026"
    }


def test_mu_to_go_bring_the_ratio_to_its_limit(demo_folder):
    [row] = [one for one in truth(demo_folder, "warnings") if (one["rule"], one["office"]) == ("J31-1", "445299103")]
    [now] = [one for one in truth(demo_folder, "occupation") if (one["office"], one["year"]) == ("445299103", "2026")]

    more = float(row["to_go"])
    assert (float(now["illegal_mu"]) + more) / (float(now["taken_mu"]) + more) == pytest.approx(0.15, abs=1e-6)
