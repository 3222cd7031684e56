"""Cases: each spot once, the right township, the right grade; parties and issues beside them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.space import PLANE
from geoenforce.core.tables import CASES, ISSUES, PARTIES, check
from geoenforce.rules.regulation import load_regulation
from geoenforce.violations.case_issues import case_issues
from geoenforce.violations.cases import ground_of_cases, group_cases
from geoenforce.violations.overlay import cut_by_land_class
from geoenforce.violations.parties import party_totals
from tests.violations.builders import THREE_MU, land, patches

JIEYANG = load_regulation("jieyang-2009")
FAR = (9000, 9000, 9010, 9010)
EVERYWHERE = (-5000, -5000, 5000, 5000)
boxes = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60), st.integers(1, 60)).map(
    lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
)


def townships(*boxes):
    codes = [f"44529910{number}" for number in range(1, len(boxes) + 1)]
    return land(*boxes, township_name="某镇", county_code="445299").set_index(pd.Index(codes, name="township_code"))


def cases_of(violations, basic=(FAR,), places=(EVERYWHERE,), approvals=None, **options):
    regions = cut_by_land_class(violations, land(*basic), land(FAR), approvals).regions
    ground = ground_of_cases(violations, regions, townships(*places))
    return group_cases(violations, ground, JIEYANG, **options), ground


def test_two_patches_of_three_mu_of_basic_farmland_are_one_serious_case():
    cases, _ = cases_of(patches(THREE_MU, (100, 0, 140, 50)), basic=[EVERYWHERE])

    assert cases[["basic_farmland_mu", "severity", "violations"]].to_numpy().tolist() == [[6.0, "serious", 2]]


def test_the_same_two_patches_in_two_cases_are_two_ordinary_ones():
    cases, _ = cases_of(patches(THREE_MU, (100, 0, 140, 50), case_id=["A", "B"]), basic=[EVERYWHERE])

    assert cases["severity"].to_dict() == {"A": "ordinary", "B": "ordinary"}


def test_ground_that_patches_of_a_case_share_counts_once():
    """Twice 3 mu, sharing 1.5 mu: 4.5 mu, and so not serious."""
    cases, _ = cases_of(patches(THREE_MU, (20, 0, 60, 50)), basic=[EVERYWHERE])

    assert cases[["basic_farmland_mu", "severity"]].to_numpy().tolist() == [[4.5, "ordinary"]]
    assert cases["area_m2"].to_list() == [3000.0]


def test_the_patch_found_first_has_the_shared_ground():
    violations = patches(THREE_MU, (20, 0, 60, 50), found_on=pd.to_datetime(["2026-05-01", "2026-03-01"]).to_list())

    _, ground = cases_of(violations)

    assert ground.groupby("violation_id")["area_m2"].sum().to_dict() == {"A1": 1000.0, "A2": 2000.0}


def test_ground_that_was_approved_for_a_time_counts_for_the_patch_found_after_it():
    """The same 3 mu were found while a temporary approval ran, and again after it had run out."""
    days = pd.to_datetime(["2025-06-01", "2026-03-01"]).to_list()
    violations = patches(THREE_MU, THREE_MU, found_on=days)
    for_a_time = land(
        EVERYWHERE,
        approval_id="临时用地",
        approved_on=pd.Timestamp("2025-01-01"),
        expires_on=pd.Timestamp("2025-12-31"),
    )

    cases, ground = cases_of(violations, basic=[EVERYWHERE], approvals=for_a_time)

    assert cases[["approved_mu", "basic_farmland_mu", "area_m2"]].to_numpy().tolist() == [[0.0, 3.0, 2000.0]]
    assert ground["violation_id"].to_list() == ["A2"]


def test_an_approval_after_the_first_patch_does_not_undo_it():
    """The second patch, found after the approval, reaches 1.5 mu further; only these are approved."""
    violations = patches(THREE_MU, (20, 0, 60, 50), found_on=pd.to_datetime(["2025-06-01", "2026-03-01"]).to_list())
    later = land(EVERYWHERE, approval_id="批复", approved_on=pd.Timestamp("2026-01-01"))

    cases, _ = cases_of(violations, basic=[EVERYWHERE], approvals=later)

    assert cases[["approved_mu", "basic_farmland_mu", "area_m2"]].to_numpy().tolist() == [[1.5, 3.0, 3000.0]]


def test_ground_approved_on_both_days_counts_once_as_approved():
    violations = patches(THREE_MU, (20, 0, 60, 50))
    approved = land(EVERYWHERE, approval_id="批复", approved_on=pd.Timestamp("2025-01-01"))

    cases, _ = cases_of(violations, basic=[EVERYWHERE], approvals=approved)

    assert cases[["approved_mu", "basic_farmland_mu", "area_m2"]].to_numpy().tolist() == [[4.5, 0.0, 3000.0]]


def test_ground_shared_by_two_cases_counts_in_both_and_is_reported():
    violations = patches(THREE_MU, (20, 0, 60, 50), case_id=["A", "B"])

    cases, ground = cases_of(violations)

    assert cases["area_m2"].to_dict() == {"A": 2000.0, "B": 2000.0}
    issues = case_issues(violations, ground)
    check(issues, ISSUES)
    assert issues["detail"].to_list() == [
        "The case 'B' shares 1000.00 m² of ground with the case 'A' (patch 'A1'); both count it."
    ]


@given(st.lists(st.tuples(boxes, st.sampled_from("AB")), min_size=1, max_size=7))
def test_the_ground_of_a_case_is_the_union_of_its_patches(drawn):
    """Whole metres: counted on a grid of 1 m cells, an independent method."""
    found = [box for box, _ in drawn]
    violations = patches(*found, case_id=[case for _, case in drawn])

    cases, _ = cases_of(violations, basic=[(0, 0, 30, 200)])

    for case_id, row in cases.iterrows():
        grid = np.zeros((130, 130), dtype=bool)
        for (west, south, east, north), case in drawn:
            grid[west:east, south:north] |= case == case_id
        assert row["area_m2"] == pytest.approx(grid.sum(), abs=1e-6)
        assert row["basic_farmland_mu"] == pytest.approx(grid[:30].sum() * 3 / 2000, abs=1e-9)


def test_a_case_belongs_to_the_township_with_most_of_its_ground_and_lists_the_shares():
    cases, _ = cases_of(patches(THREE_MU), places=[(0, 0, 10, 100), (10, 0, 100, 100)])

    assert cases["township_code"].to_list() == ["445299102"]
    assert cases["township_shares"].to_list() == ["445299102 0.7500; 445299101 0.2500"]


def test_approved_ground_does_not_decide_the_township():
    approved = land((0, 0, 30, 50), approval_id="某批复", approved_on=pd.Timestamp("2025-01-01"))

    cases, _ = cases_of(patches(THREE_MU), places=[(0, 0, 30, 100), (30, 0, 100, 100)], approvals=approved)

    assert cases["township_code"].to_list() == ["445299102"]
    assert cases[["approved_mu", "other_mu"]].to_numpy().tolist() == [[2.25, 0.75]]


def test_a_case_split_by_a_border_keeps_its_whole_area():
    cases, ground = cases_of(patches(THREE_MU), basic=[EVERYWHERE], places=[(0, 0, 13, 100), (13, 0, 100, 100)])

    assert cases["basic_farmland_mu"].to_list() == [3.0]
    assert ground["area_m2"].to_list() == [650.0, 1350.0]


def test_ground_in_no_township_counts_in_the_case_and_is_reported():
    violations = patches(THREE_MU)

    cases, ground = cases_of(violations, places=[(0, 0, 30, 100)])

    assert cases["area_m2"].to_list() == [2000.0]
    assert cases["township_code"].to_list() == ["445299101"]
    assert case_issues(violations, ground)["detail"].to_list() == [
        "500.00 m² of the patch lie in no township; they count in the case, and for no township."
    ]


def test_a_case_with_most_of_its_ground_outside_of_all_townships_is_reported():
    """1 500 of 2 000 m² lie in no township: more than the 500 m² of the only one that has any."""
    violations = patches(THREE_MU)

    _, ground = cases_of(violations, places=[(0, 0, 10, 100)])
    _, half = cases_of(violations, places=[(0, 0, 20, 100)])

    issues = case_issues(violations, ground).set_index("problem")
    assert issues.loc["case_mostly_outside", "feature"] == "A"
    assert issues.loc["case_mostly_outside", "detail"].startswith(
        "75.00 % of the case's counted ground lie in no township"
    )
    assert case_issues(violations, half)["problem"].to_list() == ["outside_townships"]


def test_a_case_outside_of_every_township_has_none():
    cases, _ = cases_of(patches(THREE_MU), places=[(500, 0, 600, 100)])

    assert cases["township_code"].isna().all()


@pytest.mark.parametrize("status", ["lawful", "dismissed"])
def test_lawful_and_dismissed_patches_are_no_case(status):
    cases, _ = cases_of(patches(THREE_MU, (100, 0, 140, 50), status=["confirmed", status], case_id=["A", "B"]))

    assert cases.index.to_list() == ["A"]


def test_suspected_cases_are_graded_and_marked():
    cases, _ = cases_of(patches((0, 0, 100, 50), status="suspected"), basic=[EVERYWHERE])

    assert cases[["status", "severity"]].to_numpy().tolist() == [["suspected", "serious"]]


def test_a_suspected_patch_adds_nothing_to_a_confirmed_case_and_is_reported():
    violations = patches(THREE_MU, (100, 0, 140, 50), status=["confirmed", "suspected"])

    cases, ground = cases_of(violations, basic=[EVERYWHERE])

    assert cases[["status", "basic_farmland_mu"]].to_numpy().tolist() == [["confirmed", 3.0]]
    assert case_issues(violations, ground)["problem"].to_list() == ["suspected_in_confirmed_case"]


def test_the_year_is_that_of_the_first_patch():
    violations = patches(THREE_MU, (100, 0, 140, 50), found_on=pd.to_datetime(["2026-01-01", "2025-12-31"]).to_list())

    cases, _ = cases_of(violations)

    assert cases["year"].to_list() == [2025]


def test_the_boundarys_error_is_perimeter_by_sigma():
    """A square of 100 m on the equator of the plane, where lengths are true: 400 m × 0.5 m = 200 m² = 0.3 mu."""
    cases, _ = cases_of(patches((0, 0, 100, 100)), boundary_sigma_m=0.5)

    assert cases["boundary_error_mu"].iloc[0] == pytest.approx(0.3, rel=1e-3)


def test_a_case_near_its_limit_is_sensitive():
    """4.95 mu of basic farmland: 3300 m² as 66 m × 50 m; 232 m around; ± 116 m² is ± 0.17 mu: it may reach 5."""
    cases, _ = cases_of(patches((0, 0, 66, 50)), basic=[EVERYWHERE])

    assert cases[["severity", "near_threshold", "may_change_grade"]].to_numpy().tolist() == [["ordinary", True, True]]


def test_cases_are_a_table_in_order():
    cases, _ = cases_of(patches(THREE_MU, (100, 0, 140, 50), case_id=["B", "A"], party=["甲", None]))

    check(cases.assign(township_name="某镇"), CASES)
    assert cases.index.to_list() == ["A", "B"]
    assert cases["party"].isna().to_list() == [True, False]


def test_no_violation_makes_no_case():
    cases, ground = cases_of(patches(THREE_MU, status="dismissed"))

    assert cases.empty
    assert ground.empty
    check(cases.assign(township_name=pd.array([], dtype="str")), CASES)


def party_year(violations, basic=(EVERYWHERE,)):
    _, ground = cases_of(violations, basic=basic)
    parties = party_totals(violations, ground, JIEYANG)
    check(parties, PARTIES)
    return parties[["party", "year", "cases", "basic_farmland_mu", "severity"]].to_numpy().tolist()


def test_a_partys_undealt_cases_of_a_year_are_added_up():
    found = pd.to_datetime(["2026-01-01", "2026-12-31", "2025-12-31"]).to_list()
    violations = patches(
        THREE_MU, (100, 0, 140, 50), (200, 0, 240, 50), case_id=["A", "B", "C"], found_on=found, party="甲"
    )

    assert party_year(violations) == [["甲", 2025, 1, 3.0, "ordinary"], ["甲", 2026, 2, 6.0, "serious"]]


def test_a_total_names_its_cases():
    violations = patches(THREE_MU, (100, 0, 140, 50), case_id=["B", "A"], party="甲")
    _, ground = cases_of(violations)

    assert party_totals(violations, ground, JIEYANG)["case_ids"].to_list() == ["A; B"]


def test_what_was_dealt_with_or_is_not_confirmed_is_not_added():
    violations = patches(
        THREE_MU, (100, 0, 140, 50), (200, 0, 240, 50),
        case_id=["A", "B", "C"], party="甲", is_dealt_with=[False, True, False], status=["confirmed", "confirmed", "suspected"],
    )  # fmt: skip

    assert party_year(violations) == [["甲", 2026, 1, 3.0, "ordinary"]]


def test_ground_that_two_cases_of_a_party_share_counts_once_in_its_year():
    """Twice 3 mu, sharing 1.5 mu: each case has 3 mu, the party's year 4.5, and so it is not serious."""
    both = patches(THREE_MU, (20, 0, 60, 50), case_id=["A", "B"], party="甲")
    of_two = patches(THREE_MU, (20, 0, 60, 50), case_id=["A", "B"], party=["甲", "乙"])
    years = patches(
        THREE_MU,
        THREE_MU,
        case_id=["A", "B"],
        party="甲",
        found_on=pd.to_datetime(["2025-12-31", "2026-01-01"]).to_list(),
    )

    assert party_year(both) == [["甲", 2026, 2, 4.5, "ordinary"]]
    assert [row[3] for row in party_year(of_two)] == [3.0, 3.0]
    assert [row[3] for row in party_year(years)] == [3.0, 3.0]


def test_a_party_whose_ground_was_all_approved_has_a_year_without_any():
    violations = patches(THREE_MU, party="甲")
    approved = land(EVERYWHERE, approval_id="批复", approved_on=pd.Timestamp("2025-01-01"))
    _, ground = cases_of(violations, approvals=approved)

    parties = party_totals(violations, ground, JIEYANG)

    assert parties[["party", "other_mu", "severity"]].to_numpy().tolist() == [["甲", 0.0, "ordinary"]]


def test_a_case_that_the_register_knows_to_be_dealt_with_is_not_added():
    violations = patches(THREE_MU, (100, 0, 140, 50), case_id=["A", "B"], party="甲")
    _, ground = cases_of(violations, basic=[EVERYWHERE])

    parties = party_totals(violations, ground, JIEYANG, dealt_with={"B"})

    assert parties[["case_ids", "basic_farmland_mu"]].to_numpy().tolist() == [["A", 3.0]]
    assert party_totals(violations, ground, JIEYANG, dealt_with={"A", "B"}).empty


def test_without_parties_there_is_no_total():
    assert party_year(patches(THREE_MU)) == []
    assert party_year(patches(THREE_MU, party=[None])) == []


def test_places_are_in_the_plane():
    _, ground = cases_of(patches(THREE_MU))

    assert ground.crs == PLANE
