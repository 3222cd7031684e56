"""The schedule of land classes adds up to the areas, and ridges are deducted as the survey does."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.errors import TableError
from geoenforce.core.tables import AREAS, PIECES, check
from geoenforce.core.terms import LandClass
from geoenforce.rules.regulation import load_regulation
from geoenforce.violations.cases import ground_of_cases, group_cases
from geoenforce.violations.overlay import cut_by_land_class
from geoenforce.violations.pieces import areas_without_ridges, ground_without_ridges, pieces_by_parcel
from tests.violations.builders import THREE_MU, land, patches
from tests.violations.test_cases import FAR, boxes, townships

layers = st.lists(boxes, min_size=1, max_size=5)


def parcels(*boxes, **columns):
    names = [f"P{number}" for number in range(1, len(boxes) + 1)]
    return land(
        *boxes, **{"parcel_id": names, "land_code": "0103", "land_name": "旱地", "ridge_coefficient": 0.1, **columns}
    )


def test_pieces_carry_parcel_code_name_and_township():
    cut = cut_by_land_class(patches(THREE_MU), land((0, 0, 10, 50)), land((0, 0, 30, 50)))

    pieces = pieces_by_parcel(
        cut.regions, parcels((0, 0, 20, 50), (20, 0, 90, 50)), townships((0, 0, 30, 50), (30, 0, 90, 50))
    )

    check(pieces, PIECES)
    columns = ["land_class", "parcel_id", "township_code", "area_m2", "net_area_m2"]
    assert pieces[columns].to_numpy().tolist() == [
        ["basic_farmland", "P1", "445299101", 500.0, 450.0],
        ["other_cultivated", "P1", "445299101", 500.0, 450.0],
        ["other_cultivated", "P2", "445299101", 500.0, 450.0],
        ["other", "P2", "445299102", 500.0, 500.0],
    ]


@given(layers, layers, layers)
def test_pieces_add_up_to_the_areas_even_where_parcels_overlap_or_lack(found, basic, grounds):
    cut = cut_by_land_class(patches(*found), land(*basic), land(*grounds))

    pieces = pieces_by_parcel(cut.regions, parcels(*grounds), townships((0, 0, 50, 200)))

    sums = pieces.pivot_table(
        index="violation_id", columns="land_class", values="area_m2", aggfunc="sum", fill_value=0.0
    )
    for land_class in LandClass:
        if land_class.value in sums:
            assert sums[land_class.value].to_list() == pytest.approx(
                cut.areas[f"{land_class}_m2"].reindex(sums.index).to_list(), abs=1e-5
            )
    assert pieces["area_m2"].sum() == pytest.approx(cut.areas["area_m2"].sum(), abs=1e-4)


def test_where_parcels_overlap_the_earlier_has_the_ground():
    cut = cut_by_land_class(patches(THREE_MU), land(FAR), land(FAR))

    pieces = pieces_by_parcel(cut.regions, parcels((0, 0, 30, 50), (20, 0, 40, 50)))

    assert dict(zip(pieces["parcel_id"], pieces["area_m2"], strict=True)) == {"P1": 1500.0, "P2": 500.0}


def test_parcels_that_know_neither_name_nor_code_are_fine():
    cut = cut_by_land_class(patches(THREE_MU), land(FAR), land(FAR))

    pieces = pieces_by_parcel(cut.regions, land((0, 0, 30, 50)))

    check(pieces, PIECES)
    assert pieces["area_m2"].to_list() == [1500.0, 500.0]


def test_ridges_are_deducted_from_cultivated_land_and_become_other_land():
    """3 mu of cultivated land with a coefficient of 0.1: 2.7 mu net, 0.3 mu of ridges."""
    cut = cut_by_land_class(patches(THREE_MU), land(FAR), land(THREE_MU))
    pieces = pieces_by_parcel(cut.regions, parcels(THREE_MU))

    net = areas_without_ridges(cut.areas, pieces)

    check(net, AREAS)
    assert net[["other_cultivated_mu", "other_mu"]].round(9).to_numpy().tolist() == [[2.7, 0.3]]
    assert cut.areas["other_cultivated_mu"].to_list() == [3.0]  # the gross table is unchanged


def test_parcels_without_a_coefficient_are_deducted_nothing():
    cut = cut_by_land_class(patches(THREE_MU), land(THREE_MU), land(FAR))
    pieces = pieces_by_parcel(cut.regions, parcels(THREE_MU, ridge_coefficient=float("nan")))

    assert areas_without_ridges(cut.areas, pieces)["basic_farmland_mu"].to_list() == [3.0]


def test_ridges_may_take_a_case_below_its_limit():
    """5.25 mu of basic farmland gross is serious; 5 % of ridges leave 4.9875 mu."""
    violations = patches((0, 0, 70, 50))
    cut = cut_by_land_class(violations, land((0, 0, 70, 50)), land(FAR))
    ground = ground_of_cases(violations, cut.regions)
    jieyang = load_regulation("jieyang-2009")

    gross = group_cases(violations, ground, jieyang)
    net = group_cases(
        violations, ground_without_ridges(ground, parcels((0, 0, 70, 50), ridge_coefficient=0.05)), jieyang
    )

    assert gross[["basic_farmland_mu", "severity"]].to_numpy().tolist() == [[5.25, "serious"]]
    assert net[["basic_farmland_mu", "other_mu"]].round(6).to_numpy().tolist() == [[4.9875, 0.2625]]
    assert net["severity"].to_list() == ["ordinary"]
    assert net["area_m2"].round(6).to_list() == [3500.0]


def test_areas_without_their_pieces_are_refused():
    cut = cut_by_land_class(patches(THREE_MU, (100, 0, 140, 50)), land(FAR), land(FAR))
    pieces = pieces_by_parcel(cut.regions, parcels(THREE_MU))

    with pytest.raises(TableError, match=r"lack the violations \['A2'\]"):
        areas_without_ridges(cut.areas, pieces[pieces["violation_id"] == "A1"])


def test_no_ground_has_no_pieces():
    cut = cut_by_land_class(patches(THREE_MU).iloc[:0], land(FAR), land(FAR))

    pieces = pieces_by_parcel(cut.regions, parcels(THREE_MU), townships((0, 0, 50, 200)))

    assert pieces.empty
    assert isinstance(pieces, pd.DataFrame)
