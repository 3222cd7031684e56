"""Every share is counted by hand here: two townships of one county, and one of a second county."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from geoenforce.accountability.assessed import Records
from geoenforce.accountability.indicators import indicators
from geoenforce.core.accountability_tables import DUTIES, FINDINGS, INDICATORS, MEASURES
from geoenforce.core.errors import RegulationError
from geoenforce.core.tables import empty
from geoenforce.rules.articles import Indicator
from geoenforce.rules.regulation import load_regulation

GREEN, BAMBOO, OTHER = "445299101", "445299102", "445288101"
AS_OF = date(2026, 6, 30)
UNITS = pd.DataFrame(
    [
        ("4452", "某某市", "prefecture"),
        ("445299", "示范县", "county"),
        ("445288", "邻县", "county"),
        (GREEN, "青禾镇", "township"),
        (BAMBOO, "竹影镇", "township"),
        (OTHER, "邻镇", "township"),
    ],
    columns=["office", "office_name", "level"],
)
BETTER = {
    "illegal_occupation_ratio": "lower",
    "handled_share_by_number": "higher",
    "handled_share_by_area": "higher",
    "measures_imposed_share": "higher",
    "duties_met_share": "higher",
}
LEVELS = ("prefecture", "county", "township")


def regulation(*names, **changes):
    wanted = tuple(Indicator(name, "（十一）", "", "in our words", BETTER[name], LEVELS) for name in names)
    return replace(
        load_regulation("jieyang-2009"), id="notice", number="", title="某通知", indicators=wanted, **changes
    )


def cases(*rows):
    """Each row: id, township, day found, mu of basic farmland; confirmed unless told otherwise."""
    names = ["case_id", "township_code", "found_on", "basic_farmland_mu", "status"]
    frame = pd.DataFrame([(*row, "confirmed")[:5] for row in rows], columns=names).set_index("case_id")
    found = pd.to_datetime(frame["found_on"])
    return frame.assign(found_on=found, year=found.dt.year.astype("Int64"), other_cultivated_mu=0.0, other_mu=0.0)


def events(*rows):
    frame = pd.DataFrame(rows, columns=["case_id", "event", "on"])
    return frame.assign(on=pd.to_datetime(frame["on"]))


def findings(*rows):
    """Each row: rule, office, level, year, article, item, measure, or_measures, ids of evidence."""
    columns = ["rule", "office", "level", "year", "article", "item", "measure", "or_measures", "evidence"]
    frame = pd.DataFrame(rows, columns=columns)
    because = [json.dumps([{"circumstance": "c", "evidence": list(ids)}]) for ids in frame["evidence"]]
    ids = frame["rule"] + "-" + frame["office"] + "-" + frame["year"].astype("str")
    texts = {"regulation": "jieyang-2009", "because": because, "if_grave": None}
    return frame.assign(**texts).set_index(pd.Index(ids, name="finding_id")).astype({"item": "str", "if_grave": "str"})


def register(*rows):
    """Each row: office, measure, day, and what else it names."""
    filled = [{"office": office, "measure": measure, "on": on, **more} for office, measure, on, more in rows]
    frame = pd.DataFrame(filled, columns=["office", "measure", "on", "regulation", "article", "case_ids"])
    index = pd.Index([f"M{number}" for number in range(len(rows))], name="measure_id")
    texts = dict.fromkeys(["regulation", "article", "case_ids"], "str")
    return frame.assign(on=pd.to_datetime(frame["on"])).astype(texts).set_index(index)


def duties(*rows):
    """Each row: case, office, actor, from, due, done, status."""
    frame = pd.DataFrame(rows, columns=["case_id", "office", "actor", "from_on", "due_on", "done_on", "status"])
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("from_on", "due_on", "done_on")}).astype(
        {"case_id": "str", "office": "str"}
    )


def records(**given):
    tables = {
        "units": UNITS,
        "cases": cases(),
        "events": events(),
        "findings": empty(FINDINGS),
        "measures": empty(MEASURES),
        "duties": empty(DUTIES),
        "occupation": pd.DataFrame({"office": [], "year": [], "illegal_mu": [], "taken_mu": []}),
    }
    return Records(**tables | given)


def rows_of(name, given, *, as_of=AS_OF, **changes):
    return indicators(given, regulation(name, **changes), as_of=as_of)


def year_of(table, office, year=2026):
    rows = table[(table["office"] == office) & (table["year"] == year) & table["month"].isna()]
    return rows.iloc[0]


def parts(row):
    return row["numerator"], row["denominator"]


# ---- 查处到位率 -------------------------------------------------------------------------------------------------

SIX = cases(
    ("A", GREEN, "2026-01-20", 6.0),
    ("B", GREEN, "2026-02-10", 2.0),
    ("C", BAMBOO, "2026-03-01", 4.0),
    ("D", BAMBOO, "2026-03-02", 8.0),
    ("E", OTHER, "2026-04-01", 10.0),
    ("S", GREEN, "2026-04-02", 90.0, "suspected"),
)
DONE = events(
    ("A", "closed", "2026-05-10"),
    ("B", "penalised", "2026-03-01"),  # a decision alone is not enough
    ("C", "corrected", "2026-03-05"),  # nor is a correction alone
    ("D", "penalised", "2026-04-01"),
    ("D", "recultivated", "2026-06-20"),
    ("E", "penalised", "2026-04-20"),
    ("E", "demolished", "2026-07-01"),  # after the day asked for
)


def test_a_case_is_dealt_with_once_closed_or_penalised_and_put_right():
    table = rows_of("handled_share_by_number", records(cases=SIX, events=DONE))

    assert parts(year_of(table, GREEN)) == (1, 2)  # A of A, B; S is only suspected
    assert parts(year_of(table, BAMBOO)) == (1, 2)  # D of C, D
    assert parts(year_of(table, "445299")) == (2, 4)
    assert parts(year_of(table, OTHER)) == (0, 1)
    assert parts(year_of(table, "4452")) == (2, 5)
    assert year_of(table, "4452")["value"] == 0.4
    assert year_of(table, "4452")["unit"] == "case"


def test_a_case_that_went_on_after_its_correction_is_not_dealt_with():
    penalised, corrected = ("A", "penalised", "2026-03-01"), ("A", "corrected", "2026-03-05")
    went_on, again = ("A", "continued", "2026-03-20"), ("A", "corrected", "2026-04-02")

    for happened, expected in (([], 1), ([went_on], 0), ([went_on, again], 1)):
        table = rows_of("handled_share_by_number", records(cases=SIX, events=events(penalised, corrected, *happened)))
        assert parts(year_of(table, GREEN)) == (expected, 2)


def test_by_area_the_ground_of_the_cases_counts():
    table = rows_of("handled_share_by_area", records(cases=SIX, events=DONE))

    assert parts(year_of(table, "445299")) == (14, 20)  # 6 + 8 of 6 + 2 + 4 + 8 mu
    assert year_of(table, "445299")["value"] == 0.7
    assert year_of(table, "445299")["unit"] == "mu"


def test_what_was_dealt_with_after_the_year_counts_for_the_year_but_not_for_its_months():
    old = cases(("A", GREEN, "2025-12-30", 6.0))
    done = events(("A", "closed", "2026-02-03"))

    table = rows_of("handled_share_by_number", records(cases=old, events=done))

    assert parts(year_of(table, GREEN, 2025)) == (1, 1)
    december = table[(table["office"] == GREEN) & (table["month"] == 12)].iloc[0]
    assert (december["year"], *parts(december)) == (2025, 0, 1)


def test_months_grow_through_the_year_up_to_the_day_asked_for():
    table = rows_of("handled_share_by_number", records(cases=SIX, events=DONE))

    county = table[(table["office"] == "445299") & table["month"].notna()]
    assert county["month"].to_list() == [1, 2, 3, 4, 5, 6]
    assert county["denominator"].to_list() == [1, 2, 4, 4, 4, 4]
    assert county["numerator"].to_list() == [0, 0, 0, 0, 1, 2]  # A in May, D in June
    assert county["rank"].isna().all()


def test_a_unit_without_cases_has_no_share_and_no_rank():
    table = rows_of("handled_share_by_number", records(cases=SIX[SIX["township_code"] == GREEN], events=DONE))

    nothing = year_of(table, BAMBOO)
    assert parts(nothing) == (0, 0)
    assert (pd.isna(nothing["value"]), pd.isna(nothing["rank"]), nothing["detail"]) == (True, True, "no_cases")
    assert pd.isna(year_of(table, GREEN)["detail"])


# ---- 违法占用耕地比例 -------------------------------------------------------------------------------------------


def occupation(*rows):
    return pd.DataFrame(rows, columns=["office", "year", "illegal_mu", "taken_mu"])


def test_the_lowest_ratio_is_ranked_first_and_equal_ones_share_the_better_rank():
    taken = occupation(("445299", 2026, 15.0, 100.0), ("445288", 2026, 3.0, 20.0), ("445277", 2026, 1.0, 20.0))
    third = pd.concat([UNITS, pd.DataFrame([("445277", "三县", "county")], columns=UNITS.columns)])
    fourth = pd.concat([third, pd.DataFrame([("445266", "四县", "county")], columns=UNITS.columns)], ignore_index=True)

    table = rows_of("illegal_occupation_ratio", records(units=fourth, occupation=taken))

    ranks = {office: year_of(table, office)["rank"] for office in ("445277", "445288", "445299", "445266")}
    assert ranks == {"445277": 1, "445288": 2, "445299": 2, "445266": pd.NA}
    assert year_of(table, "445288")["value"] == 0.15
    assert year_of(table, "445266")["detail"] == "no_new_construction"


def test_no_construction_is_not_a_ratio_of_nought():
    table = rows_of("illegal_occupation_ratio", records(occupation=occupation(("445299", 2026, 0.0, 0.0))))

    assert pd.isna(year_of(table, "445299")["value"])


def test_areas_that_nobody_measured_make_no_ratio():
    table = rows_of("illegal_occupation_ratio", records(cases=SIX, occupation=None))

    county = year_of(table, "445299")
    assert (pd.isna(county["numerator"]), pd.isna(county["value"]), county["detail"]) == (
        True,
        True,
        "no_new_construction",
    )


def test_months_of_the_ratio_are_given_only_where_they_were_measured():
    by_year = occupation(("445299", 2026, 15.0, 100.0))
    by_month = pd.concat([by_year, by_year.assign(month=2, illegal_mu=4.0, taken_mu=20.0)])

    plain = rows_of("illegal_occupation_ratio", records(occupation=by_year))
    monthly = rows_of("illegal_occupation_ratio", records(occupation=by_month))

    assert plain["month"].isna().all()
    february = monthly[(monthly["office"] == "445299") & (monthly["month"] == 2)].iloc[0]
    assert february["value"] == 0.2
    assert year_of(monthly, "445299")["value"] == 0.15


def test_the_highest_share_is_ranked_first_and_townships_within_their_county():
    three = cases(("A", GREEN, "2026-01-20", 6.0), ("C", BAMBOO, "2026-03-01", 4.0), ("E", OTHER, "2026-04-01", 1.0))

    table = rows_of("handled_share_by_number", records(cases=three, events=events(("C", "closed", "2026-04-01"))))

    ranks = [year_of(table, office)["rank"] for office in (BAMBOO, GREEN, OTHER, "445299", "445288", "4452")]
    assert ranks == [1, 2, 1, 1, 2, 1]


# ---- 责任追究落实率 ---------------------------------------------------------------------------------------------

TALK = ("J27", GREEN, "township", 2026, "第二十七条", None, "admonishment_talk", None, ["A"])


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ((GREEN, "admonishment_talk", "2026-05-01", {}), 1),
        ((GREEN, "admonishment_talk", "2025-12-31", {}), 0),  # before the finding's year
        ((GREEN, "admonishment_talk", "2026-07-01", {}), 0),  # after the day asked for
        ((BAMBOO, "admonishment_talk", "2026-05-01", {}), 0),
        ((GREEN, "circulated_criticism", "2026-05-01", {}), 0),
        ((GREEN, "admonishment_talk", "2026-05-01", {"regulation": "jieyang-2009", "article": "第二十七条"}), 1),
        ((GREEN, "admonishment_talk", "2026-05-01", {"regulation": "another"}), 0),
        ((GREEN, "admonishment_talk", "2026-05-01", {"article": "第二十八条"}), 0),
        ((GREEN, "admonishment_talk", "2026-05-01", {"case_ids": "A、B"}), 1),
        ((GREEN, "admonishment_talk", "2026-05-01", {"case_ids": "B"}), 0),
    ],
)
def test_a_measure_is_imposed_if_the_register_holds_it_for_the_finding(entry, expected):
    given = records(cases=SIX, findings=findings(TALK), measures=register(entry))

    table = rows_of("measures_imposed_share", given)

    assert parts(year_of(table, GREEN)) == (expected, 1)
    assert parts(year_of(table, "445299")) == (expected, 1)


def test_what_the_article_allows_instead_will_do():
    demerit = ("J30-1", GREEN, "township", 2026, "第三十条", "（一）", "demerit", "major_demerit", ["A"])

    other_item = register((GREEN, "major_demerit", "2026-05-01", {"article": "第三十条第（三）项"}))
    same_item = register((GREEN, "major_demerit", "2026-05-01", {"article": "第三十条第（一）项"}))

    for measures, expected in ((other_item, 0), (same_item, 1)):
        table = rows_of("measures_imposed_share", records(findings=findings(demerit), measures=measures))
        assert parts(year_of(table, GREEN)) == (expected, 1)


def test_an_entry_serves_the_latest_year_in_which_the_rule_applied():
    earlier = (*TALK[:3], 2025, *TALK[4:8], [])
    entry = register((GREEN, "admonishment_talk", "2026-05-01", {}))

    both = rows_of("measures_imposed_share", records(findings=findings(earlier, TALK), measures=entry))
    alone = rows_of("measures_imposed_share", records(findings=findings(earlier), measures=entry))

    assert parts(year_of(both, GREEN, 2025)) == (0, 1)
    assert parts(year_of(both, GREEN, 2026)) == (1, 1)
    assert parts(year_of(alone, GREEN, 2025)) == (1, 1)


def test_departments_count_in_their_county_and_cases_and_persons_nowhere():
    bureau = ("J29-1", "LAND-1", "department", 2026, "第二十九条", "（一）", "demerit", None, [])
    case = ("S9-supervise", "A", "case", 2026, "（九）", None, "listed_supervision", None, [])
    person = ("J32-1", "P-1", "individual", 2026, "第三十二条", "（一）", "warning", None, [])
    departments = pd.DataFrame({"unit_code": ["445299"]}, index=pd.Index(["LAND-1"], name="office"))

    given = records(findings=findings(bureau, case, person), departments=departments)
    table = rows_of("measures_imposed_share", given)

    assert [parts(year_of(table, office)) for office in ("4452", "445299", GREEN)] == [(0, 1), (0, 1), (0, 0)]
    assert year_of(table, GREEN)["detail"] == "no_findings"


# ---- 共管责任落实率 ---------------------------------------------------------------------------------------------


def test_duties_met_in_time_are_set_against_all_whose_time_is_over():
    owed = duties(
        ("A", GREEN, "township", "2026-01-20", "2026-01-22", "2026-01-21", "met"),
        ("B", GREEN, "township", "2026-02-10", "2026-02-12", "2026-03-02", "met_late"),
        ("C", BAMBOO, "township", "2026-03-02", "2026-03-04", None, "overdue"),
        ("C", BAMBOO, "township", "2026-06-29", "2026-07-01", None, "open"),
        ("C", BAMBOO, "township", "2026-03-02", None, None, "not_applicable"),
        ("C", "P-1", "police", "2026-03-02", "2026-03-16", "2026-03-16", "met"),
        ("C", None, "power", "2026-03-02", "2026-03-04", "2026-03-03", "met"),
        ("C", None, "planning", "2026-03-02", None, "2026-03-03", "met"),  # without a fixed limit
        ("C", "445299", "land", "2026-03-02", "2026-03-16", None, "overdue"),  # in charge, not co-responsible
    )
    departments = pd.DataFrame({"unit_code": ["445299"]}, index=pd.Index(["P-1"], name="office"))

    table = rows_of("duties_met_share", records(cases=SIX, duties=owed, departments=departments))

    assert parts(year_of(table, GREEN)) == (1, 2)
    assert parts(year_of(table, BAMBOO)) == (0, 1)
    assert parts(year_of(table, "445299")) == (3, 5)
    months = table[(table["office"] == "445299") & table["month"].notna()]
    # January: A met. February: B's time is over. March: C overdue from the 5th, power met on the 3rd, police on the 16th.
    assert months[["numerator", "denominator"]].to_numpy().tolist()[:4] == [[1, 1], [1, 2], [3, 5], [3, 5]]


# ---- the table ---------------------------------------------------------------------------------------------------


def test_the_rows_are_in_the_order_of_the_regulation_and_say_where_they_come_from():
    asked = regulation(*BETTER)

    table = indicators(records(cases=SIX, events=DONE), asked, as_of=AS_OF)

    assert list(table["indicator"].unique()) == list(BETTER)
    assert list(table.columns) == INDICATORS.names
    assert set(table["citation"]) == {"某通知 （十一）"}
    assert table["office"].iloc[0] == "4452"


def test_the_order_of_the_rows_handed_in_is_irrelevant():
    asked = regulation(*BETTER)
    given = records(cases=SIX, events=DONE, findings=findings(TALK))
    turned = replace(given, cases=SIX[::-1], events=DONE[::-1], units=UNITS[::-1])

    pd.testing.assert_frame_equal(indicators(given, asked, as_of=AS_OF), indicators(turned, asked, as_of=AS_OF))


def test_levels_that_the_regulation_does_not_name_have_no_rows():
    county = replace(regulation("handled_share_by_number").indicators[0], levels=("county",))
    asked = replace(regulation(), indicators=(county,))

    table = indicators(records(cases=SIX), asked, as_of=AS_OF)

    assert set(table["level"]) == {"county"}


def test_cases_before_the_regulation_came_into_force_are_left_out():
    table = rows_of("handled_share_by_number", records(cases=SIX), in_force_from=date(2026, 3, 2))

    assert parts(year_of(table, "4452")) == (0, 2)  # D and E
    assert len(rows_of("handled_share_by_number", records(cases=SIX), in_force_from=None)) == 0
    assert len(rows_of("handled_share_by_number", records(cases=SIX), in_force_from=date(2027, 1, 1))) == 0


def test_nothing_handed_in_gives_no_rows():
    assert len(rows_of("duties_met_share", records())) == 0
    assert len(indicators(records(cases=SIX), regulation(), as_of=AS_OF)) == 0


def test_an_indicator_that_nobody_knows_is_refused():
    strange = Indicator("happiness", "（十一）", "", "", "higher", LEVELS)

    with pytest.raises(RegulationError, match=r"notice: the indicators \['happiness'\] cannot be computed; known are"):
        indicators(records(), replace(regulation(), indicators=(strange,)), as_of=AS_OF)
