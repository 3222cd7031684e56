"""Cultivated land taken, per unit and year: no ground twice, approved ground on the right side, deductions upwards."""

import json
from datetime import date

import pandas as pd
import pytest

from geoenforce.accountability.ratio import Ground, confirmed_ground, occupied
from tests.accountability import situations as make
from tests.accountability.situations import AS_OF, COUNTY, ONE, OTHER, layer, strip

MARCH = pd.Timestamp("2026-03-02")
NO_GROUND = strip(0, 1, case_id="", found_on=MARCH).iloc[:0]


def violation(from_mu, to_mu, case_id="A", found_on=MARCH, **columns):
    return strip(from_mu, to_mu, case_id=case_id, found_on=found_on, **columns)


def construction(from_mu, to_mu, taken_on=MARCH, **columns):
    return strip(from_mu, to_mu, taken_on=taken_on, **columns)


def figures(table, office=ONE, year=2026):
    row = table[(table["office"] == office) & (table["year"] == year)].iloc[0]
    return row[["illegal_mu", "taken_mu", "illegal_after_mu", "taken_after_mu"]].tolist()


def detail(table, office=ONE, year=2026):
    return json.loads(table[(table["office"] == office) & (table["year"] == year)]["detail"].iloc[0])


def measure(violations, taken=None, *, whole=None, project=COUNTY, **options):
    ground = Ground(violations, violations if whole is None else whole, taken)
    return occupied(ground, make.units(project), as_of=options.pop("as_of", AS_OF), **options)


def test_ground_that_two_cases_claim_counts_once():
    table = measure(layer(violation(0, 10), violation(5, 15, "B")), construction(100, 120))

    assert figures(table)[:2] == [15, 35]
    assert detail(table)["case_ids"] == ["A", "B"]


def test_new_construction_and_violations_overlap_without_counting_ground_twice():
    assert figures(measure(violation(0, 30), layer(construction(20, 60), construction(50, 100))))[:2] == [30, 100]


def test_approved_ground_in_a_violation_is_not_unlawful_but_was_taken():
    cut = layer(violation(0, 6), violation(6, 10, land_class="approved"))

    assert figures(measure(cut, construction(50, 60), whole=violation(0, 10)))[:2] == [6, 20]


def test_only_cultivated_land_counts_and_basic_farmland_is_cultivated():
    violations = layer(violation(0, 4, land_class="basic_farmland"), violation(4, 10, "B", land_class="other"))

    table = measure(violations, construction(20, 30, land_class="other"))

    assert figures(table)[:2] == [4, 4]  # construction of other land is a record of the year, and takes no farmland
    assert detail(table)["case_ids"] == ["A"]


def test_the_year_is_that_of_the_finding_and_of_the_taking():
    december, january = pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-01")
    violations = layer(violation(0, 1, found_on=december), violation(10, 13, "B", found_on=january))
    taken = layer(construction(100, 104, taken_on=december), construction(200, 207, taken_on=january))

    table = measure(violations, taken)

    assert figures(table, year=2025)[:2] == [1, 5]
    assert figures(table, year=2026)[:2] == [3, 10]


def test_what_came_after_the_stated_date_is_not_known():
    violations = layer(violation(0, 1), violation(5, 9, "B", found_on=pd.Timestamp("2026-07-01")))
    taken = layer(construction(20, 29), construction(40, 49, taken_on=pd.Timestamp("2026-07-01")))

    assert figures(measure(violations, taken, as_of=date(2026, 6, 30)))[:2] == [1, 10]


def test_a_county_adds_up_its_townships():
    violations = layer(violation(0, 10), violation(0, 5, "B", township_code=OTHER))
    taken = layer(construction(0, 50), construction(0, 20, township_code=OTHER))

    assert figures(measure(violations, taken), COUNTY)[:2] == [15, 70]


def test_ground_in_no_township_of_the_project_counts_for_none():
    violations = layer(violation(0, 10), violation(20, 30, "B", township_code=None))

    assert figures(measure(violations, construction(0, 50)), COUNTY)[:2] == [10, 50]


def test_a_township_without_new_construction_of_its_own_has_a_record_if_its_county_has():
    violations = layer(violation(0, 2, township_code=OTHER))

    assert figures(measure(violations, construction(0, 50)), OTHER)[:2] == [2, 2]


def test_without_any_record_of_the_year_there_is_no_lower_part():
    for taken in (None, construction(0, 50, taken_on=pd.Timestamp("2025-05-05"))):
        table = measure(violation(0, 2), taken)
        assert pd.isna(figures(table)[1])
        assert detail(table)["not_computable"] == "no_record"


def test_a_prefecture_needs_the_record_of_each_county():
    violations = layer(violation(0, 2), violation(0, 2, "B", township_code="445281101"))

    one = measure(violations, construction(0, 50), project="4452")
    both = measure(
        violations, layer(construction(0, 50), construction(0, 8, township_code="445281101")), project="4452"
    )

    assert pd.isna(figures(one, "4452")[1])
    assert figures(one, COUNTY)[:2] == [2, 50]
    assert figures(both, "4452")[:2] == [4, 58]


def table_of(*rows):
    return make.table(
        [{"office": office, "year": year, "cultivated_mu": float(mu)} for office, year, mu in rows],
        make.CULTIVATED_TAKEN,
    )


def test_a_row_of_the_table_goes_before_the_measured_area():
    table = measure(violation(0, 10), construction(0, 50), cultivated_taken=table_of((ONE, 2026, 80)))

    assert figures(table)[:2] == [10, 80]
    assert (detail(table)["denominator_from"], detail(table)["table_mu"]) == ("table", 80)
    assert figures(table, COUNTY)[:2] == [10, 50]  # not every township has a row: the county is measured


def test_a_county_takes_the_sum_of_its_townships_rows_or_its_own_row():
    townships = [(ONE, 2026, 80), (OTHER, 2026, 20)]

    summed = measure(violation(0, 10), cultivated_taken=table_of(*townships))
    own = measure(violation(0, 10), cultivated_taken=table_of(*townships, (COUNTY, 2026, 105)))

    assert figures(summed, COUNTY)[:2] == [10, 100]
    assert detail(summed, COUNTY)["denominator_from"] == "table_of_townships"
    assert figures(own, COUNTY)[:2] == [10, 105]


@pytest.mark.parametrize(
    ("table_mu", "why_not"),
    [([9.99], "table_below_illegal"), ([9.995], None), ([80, 81], "table_repeats"), ([80, 80], None)],
)
def test_a_table_that_cannot_be_true_gives_no_ratio(table_mu, why_not):
    table = measure(violation(0, 10), cultivated_taken=table_of(*((ONE, 2026, mu) for mu in table_mu)))

    assert detail(table)["not_computable"] == why_not
    assert pd.isna(figures(table)[1]) == (why_not is not None)


def test_a_lower_part_of_zero_is_named():
    table = measure(NO_GROUND, cultivated_taken=table_of((ONE, 2026, 0)))

    assert figures(table)[:2] == [0, 0]
    assert detail(table)["not_computable"] == "nothing_taken"


def deduction(number, office, illegal_mu, taken_mu, on="2026-06-30", year=2026):
    return {
        "deduction_id": number, "office": office, "year": year, "illegal_mu": illegal_mu, "taken_mu": taken_mu,
        "on": pd.Timestamp(on), "reason": "recultivated",
    }  # fmt: skip


def deducted(*rows, as_of=AS_OF, violations=None):
    violations = (
        layer(violation(0, 10), violation(0, 5, "B", township_code=OTHER)) if violations is None else violations
    )
    taken = layer(construction(0, 50), construction(0, 20, township_code=OTHER))
    return measure(violations, taken, deductions=make.table(list(rows), make.DEDUCTIONS), as_of=as_of)


def test_a_townships_deduction_counts_for_it_and_its_county_and_for_no_neighbour():
    table = deducted(deduction("K1", ONE, 4.0, 4.0))

    assert figures(table) == [10, 50, 6, 46]
    assert figures(table, COUNTY) == [15, 70, 11, 66]
    assert figures(table, OTHER) == [5, 20, 5, 20]
    assert detail(table, COUNTY)["deductions"] == [{"deduction_id": "K1", "illegal_mu": 4.0, "taken_mu": 4.0}]


def test_a_countys_deduction_does_not_come_down_to_its_townships():
    table = deducted(deduction("K1", COUNTY, 4.0, 0.0))

    assert figures(table) == [10, 50, 10, 50]
    assert figures(table, COUNTY) == [15, 70, 11, 70]


def test_deductions_never_go_below_zero():
    assert figures(deducted(deduction("K1", ONE, 11.0, 0.0)))[2] == 0


def test_a_deduction_counts_from_its_day_and_in_its_year():
    late, other_year = deduction("K1", ONE, 4.0, 4.0, on="2026-07-01"), deduction("K2", ONE, 4.0, 4.0, year=2025)

    assert figures(deducted(late, as_of=date(2026, 6, 30)))[2:] == [10, 50]
    assert figures(deducted(late, as_of=date(2026, 7, 1)))[2:] == [6, 46]
    assert figures(deducted(other_year))[2:] == [10, 50]


def test_deductions_that_leave_less_than_is_unlawful_give_no_ratio_after_them():
    table = deducted(deduction("K1", ONE, 0.0, 41.0))

    assert figures(table)[:3] == [10, 50, 10]
    assert pd.isna(figures(table)[3])
    assert (detail(table)["not_computable"], detail(table)["not_computable_after"]) == (None, "deducted_below_illegal")


def test_the_order_of_rows_changes_nothing():
    violations = layer(violation(0, 10), violation(5, 15, "B"), violation(0, 5, "C", township_code=OTHER))
    taken = layer(construction(0, 50), construction(40, 70), construction(0, 20, township_code=OTHER))

    pd.testing.assert_frame_equal(measure(violations, taken), measure(violations.iloc[::-1], taken.iloc[::-1]))


def test_only_confirmed_violations_are_ground_of_the_ratio():
    violations = pd.DataFrame(
        {"case_id": ["A", "B"], "found_on": [MARCH, MARCH], "status": ["confirmed", "suspected"]},
        index=pd.Index(["A1", "B1"], name="violation_id"),
    )
    regions = layer(strip(0, 1, violation_id="A1"), strip(5, 6, violation_id="B1"))

    ground = confirmed_ground(regions, violations)

    assert ground[["violation_id", "case_id"]].to_numpy().tolist() == [["A1", "A"]]
    assert ground["found_on"].to_list() == [MARCH]
