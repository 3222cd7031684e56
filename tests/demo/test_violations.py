"""What is planted: measured here with GEOS, which the truth does not use."""

import csv
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest
import shapely

from geoenforce.core.space import polygons_to_plane
from geoenforce.demo.plans import CORNERS_FOUND_ON, all_plans
from geoenforce.demo.slabs import shoelace
from geoenforce.demo.violations import yard_part

# 揭府〔2009〕56号 第三十六条, in mu: serious and especially serious, 以上.
ARTICLE_36 = {"basic_farmland": (5, 10), "other_cultivated": (10, 20), "other": (20, 40)}


def rows(folder, name):
    with (folder / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def geos_areas(county, violations, on):
    """Areas in m² of the union of violations, cut with GEOS in the order of precedence."""
    land = county.land
    left = shapely.union_all([polygons_to_plane(one.geometry, one.crs) for one in violations])
    areas = {}
    layers = {
        "approved": [approval.plane for approval in land.approvals if approval.is_in_force(on)],
        "basic_farmland": land.farmland_on(on).near([left]),
        "other_cultivated": land.cultivated.near([left]),
    }
    for name, polygons in layers.items():
        ground = shapely.union_all(polygons)
        areas[name] = shapely.intersection(left, ground).area
        left = shapely.difference(left, ground)
    return {**areas, "other": left.area}


def by_case(county):
    cases = {}
    for violation in county.violations:
        cases.setdefault(violation.case_id, []).append(violation)
    return cases


def mu(area_m2):
    """Decision 2: mu, rounded half-up to 4 decimals; 1 mu is 2000/3 m²."""
    return (Decimal(area_m2) * 3 / 2000).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def test_there_are_60_violations_with_ids_of_their_own(county):
    assert len(county.violations) == 60
    assert len({violation.violation_id for violation in county.violations}) == 60


def test_the_truth_agrees_with_geos(county, demo_folder):
    truth = {row["violation_id"]: row for row in rows(demo_folder, "areas.csv")}

    for violation in county.violations:
        row = truth[violation.violation_id]
        for name, area in geos_areas(county, [violation], violation.found_on).items():
            assert float(row[f"{name}_m2"]) == pytest.approx(area, abs=1e-4), violation.violation_id


def test_the_classes_of_each_violation_add_up_to_its_shoelace_area(county, demo_folder):
    truth = {row["violation_id"]: row for row in rows(demo_folder, "areas.csv")}
    names = ("approved_m2", "basic_farmland_m2", "other_cultivated_m2", "other_m2")

    for violation in county.violations:
        row = truth[violation.violation_id]
        whole = shoelace(polygons_to_plane(violation.geometry, violation.crs))
        assert sum(float(row[name]) for name in names) == pytest.approx(whole, abs=1e-5)
        assert float(row["area_m2"]) == pytest.approx(whole, abs=1e-5)


@pytest.mark.parametrize("land_class", ARTICLE_36)
@pytest.mark.parametrize("place", [0, 1])
def test_each_limit_has_a_case_exactly_on_it_and_one_just_short_of_it(county, land_class, place):
    limit = ARTICLE_36[land_class][place]
    wanted = {f"{land_class} exactly {limit} mu": 0.0, f"{land_class} just short of {limit} mu": 0.001}
    found = {one.plan.shows: one for one in county.violations if one.plan.shows in wanted}

    assert set(found) == set(wanted)
    for shows, short in wanted.items():
        area_m2 = geos_areas(county, [found[shows]], found[shows].found_on)[land_class]
        assert 0.0001 < area_m2 - (limit - short) * 2000 / 3 < 0.003
        assert mu(area_m2) == Decimal(str(limit - short)).quantize(Decimal("0.0001"))


def test_9_996_mu_print_as_10_00(county):
    (nearly,) = [one for one in county.violations if one.plan.shows.startswith("9.996")]
    area_m2 = geos_areas(county, [nearly], nearly.found_on)["other_cultivated"]

    assert mu(area_m2) == Decimal("9.9960")
    assert f"{area_m2 * 3 / 2000:.2f}" == "10.00"


def test_planted_grades_are_those_of_article_36(county):
    order = ("ordinary", "serious", "especially_serious")
    for case_id, violations in by_case(county).items():
        plan = violations[0].plan
        if plan.severity is None:
            continue
        areas = geos_areas(county, violations, violations[0].found_on)
        reached = {name: sum(mu(areas[name]) >= limit for limit in limits) for name, limits in ARTICLE_36.items()}
        gravest = max(reached.values())
        assert plan.severity == order[gravest], case_id
        deciding = next((name for name, grade in reached.items() if grade == gravest > 0), None)
        assert plan.decided_by == deciding, case_id


def test_every_grade_is_decided_by_every_class(demo_folder):
    decided = {(row["severity"], row["decided_by"]) for row in rows(demo_folder, "cases.csv")}

    assert decided >= {(grade, name) for grade in ("serious", "especially_serious") for name in ARTICLE_36}
    assert ("ordinary", "") in decided


def test_lawful_and_dismissed_violations_make_no_case(county, demo_folder):
    cases = {row["case_id"] for row in rows(demo_folder, "cases.csv")}
    none = {one.case_id for one in county.violations if one.plan.status in ("lawful", "dismissed")}

    assert len(none) == 6
    assert not cases & none


def planted(county, beginning):
    return [one for one in county.violations if one.plan.shows.startswith(beginning)]


def test_patches_that_overlap_count_once_and_would_be_serious_twice(county):
    patches = planted(county, "patches of 3 mu that overlap")
    each = [geos_areas(county, [one], one.found_on)["basic_farmland"] * 3 / 2000 for one in patches]

    assert sum(each) >= 5
    assert geos_areas(county, patches, patches[0].found_on)["basic_farmland"] * 3 / 2000 == pytest.approx(4.5, abs=0.01)


def test_ground_mapped_twice_would_be_serious_if_it_counted_twice(county):
    (patch,) = planted(county, "basic farmland mapped twice")
    plane = polygons_to_plane(patch.geometry, patch.crs)
    twice = shapely.area(shapely.intersection(plane, county.land.farmland_on(patch.found_on).polygons)).sum()

    assert twice * 3 / 2000 == pytest.approx(9, abs=0.01)


def test_approvals_that_overlap_would_change_the_grade_if_they_counted_twice(county):
    (patch,) = planted(county, "two approvals that overlap")
    areas = geos_areas(county, [patch], patch.found_on)
    plane = polygons_to_plane(patch.geometry, patch.crs)
    in_force = [approval.plane for approval in county.land.approvals if approval.is_in_force(patch.found_on)]
    twice = shapely.area(shapely.intersection(plane, in_force)).sum()

    assert areas["other_cultivated"] * 3 / 2000 >= 10 > (plane.area - twice) * 3 / 2000


@pytest.mark.parametrize(
    ("beginning", "approved_mu"),
    [
        ("all approved", 8),
        ("on the last day", 7),
        ("approved on the day", 25),
        ("approved afterwards", 0),
        ("a temporary", 0),
    ],
)
def test_approvals_count_on_their_first_and_last_day_and_never_outside(county, beginning, approved_mu):
    (patch,) = planted(county, beginning)

    approved = geos_areas(county, [patch], patch.found_on)["approved"] * 3 / 2000

    assert approved == pytest.approx(approved_mu, rel=0.05)


def test_violations_across_a_border_lie_in_two_townships(county):
    for patch in planted(county, "across"):
        shares = county.land.measure_by_township([polygons_to_plane(patch.geometry, patch.crs)], patch.found_on)
        whole = sum(shares.values())

        assert sorted(share / whole > 0.15 for share in shares.values())[-2:] == [True, True]


def test_only_the_two_cases_that_must_share_ground_with_another_case(county):
    planes = [polygons_to_plane(one.geometry, one.crs) for one in county.violations]
    one, other = shapely.STRtree(planes).query(planes, predicate="overlaps")
    pairs = {
        frozenset((county.violations[i].case_id, county.violations[j].case_id))
        for i, j in zip(one.tolist(), other.tolist(), strict=True)
    }

    between = {pair for pair in pairs if len(pair) == 2}
    assert len(between) == 1
    assert all(case.startswith("445299SJBG") for case in next(iter(between)))


def test_two_parties_have_several_cases_and_all_others_one():
    cases = Counter(plan.party for plan in all_plans() if plan.party)

    assert cases.pop("当事人甲") == 3
    assert cases.pop("当事人乙") == 2
    assert set(cases.values()) == {1}


def test_days_of_discovery_spread_over_a_year():
    days = sorted(plan.found_on for plan in all_plans())

    assert (days[-1] - days[0]).days > 365
    assert len({(day.year, day.month) for day in days}) >= 10
    assert {plan.found_on for plan in all_plans() if plan.delivery == "corners"} == {CORNERS_FOUND_ON}


def test_a_part_of_a_yard_with_a_margin_reaches_beyond_its_sides():
    yard = shapely.Polygon([(10, 5), (0, 5), (0, 0), (10, 0)])

    assert yard_part(yard, 0.2, 0.7, margin_m=1.0).bounds == (3.0, -1.0, 8.0, 6.0)
