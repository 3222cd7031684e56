"""Areas by land code: worked out by hand on rectangles, equal to pieces that GEOS builds, and adding up to the classes."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geoenforce import areas_by_land_class, areas_by_land_code, cut_by_land_class, pieces_by_parcel
from geoenforce.core.flat import flat_polygons
from geoenforce.core.land_codes import packed, unpacked
from geoenforce.core.tables import LAND_CODE_AREAS, check
from geoenforce.core.terms import LandClass
from geoenforce.violations import land_codes
from geoenforce.violations.prepared import PreparedLand, Version
from tests.violations.builders import land, patches
from tests.violations.layers import FAR_OFF, random_patches, random_tiling

CODES = ["0101", "0103", "0301", "1104A", None]


def rows(violations, basic, parcels, approvals=None):
    areas = areas_by_land_code(violations, basic, parcels, approvals)
    check(areas, LAND_CODE_AREAS)
    keys = areas.drop(columns=["violation_id", "area_mu"]).astype({"land_code": object})
    return keys.where(keys.notna(), None).round(6).to_numpy().tolist()


def coded(shapes, rng):
    codes = rng.choice(np.array(CODES, dtype=object), len(shapes)).tolist()
    parcels = land(*shapes, land_code=codes, is_cultivated=[str(code).startswith("01") for code in codes])
    return parcels.astype({"land_code": "str"})


def by_key(areas):
    return areas.fillna({"land_code": ""}).groupby(["violation_id", "land_class", "land_code"])["area_m2"].sum()


def assert_same(areas, others, within_m2):
    areas, others = by_key(areas).align(by_key(others), fill_value=0.0)
    assert np.abs(areas - others).max() < within_m2


def test_each_code_takes_its_ground_of_each_class():
    """A patch of 100 m by 100 m: 20 m approved, then basic farmland up to 50 m; 10 m of the east are in no parcel."""
    parcels = land(
        (0, 0, 40, 100), (40, 0, 70, 100), (70, 0, 90, 100), land_code=["0101", "0301", "0103"],
        is_cultivated=[True, False, True],
    )  # fmt: skip
    approved = land((0, 0, 20, 100), approval_id="某批复", approved_on=pd.Timestamp("2025-01-01"))

    assert rows(patches((0, 0, 100, 100)), land((0, 0, 50, 100)), parcels, approved) == [
        ["approved", "0101", 2000.0],
        ["basic_farmland", "0101", 2000.0],
        ["basic_farmland", "0301", 1000.0],
        ["other_cultivated", "0103", 2000.0],
        ["other", "0301", 2000.0],
        ["other", None, 1000.0],
    ]


def test_basic_farmland_and_approved_ground_outside_of_all_parcels_have_rows_without_a_code():
    parcels = land((20, 0, 30, 100), land_code=["0101"], is_cultivated=[True])
    approved = land((0, 0, 10, 100), approval_id="某批复", approved_on=pd.Timestamp("2025-01-01"))

    assert rows(patches((0, 0, 30, 100)), land((0, 0, 20, 100)), parcels, approved) == [
        ["approved", None, 1000.0],
        ["basic_farmland", None, 1000.0],
        ["other_cultivated", "0101", 1000.0],
    ]


def test_where_parcels_overlap_cultivated_land_keeps_the_ground():
    """The pond comes earlier by its box, and still only gets what the field leaves."""
    parcels = land((0, 0, 60, 100), (50, 0, 100, 100), land_code=["1104", "0101"], is_cultivated=[False, True])

    assert rows(patches((0, 0, 100, 100)), land((900, 0, 901, 1)), parcels) == [
        ["other_cultivated", "0101", 5000.0],
        ["other", "1104", 5000.0],
    ]


def test_parcels_without_codes_are_told_by_class_only():
    assert rows(patches((0, 0, 10, 10)), land((900, 0, 901, 1)), land((0, 0, 5, 10))) == [
        ["other_cultivated", None, 50.0],
        ["other", None, 50.0],
    ]


@given(st.integers(0, 2**31), st.sampled_from([0.0, FAR_OFF]))
def test_areas_are_those_of_the_pieces_that_geos_builds(seed, offset):
    rng = np.random.default_rng(seed)
    found, basic = patches(*random_patches(rng, 5, offset)), land(*random_tiling(rng, offset))
    parcels = coded(random_tiling(rng, offset), rng)

    pieces = pieces_by_parcel(cut_by_land_class(found, basic, parcels).regions, parcels)

    assert_same(areas_by_land_code(found, basic, parcels), pieces, within_m2=2e-3)


@given(st.integers(0, 2**31))
def test_the_codes_of_a_class_add_up_to_it_however_parcels_overlap(seed):
    rng = np.random.default_rng(seed)
    found, basic = patches(*random_patches(rng, 5, 0.0)), land(*random_patches(rng, 3, 0.0))
    parcels = coded(random_patches(rng, 8, 0.0), rng)

    by_code = areas_by_land_code(found, basic, parcels).pivot_table(
        index="violation_id", columns="land_class", values="area_m2", aggfunc="sum", fill_value=0.0
    )

    by_class = areas_by_land_class(found, basic, parcels)
    for land_class in LandClass:
        summed = by_code.get(land_class.value, 0.0 * by_code.iloc[:, 0]).reindex(by_class.index, fill_value=0.0)
        assert np.abs(summed - by_class[f"{land_class}_m2"]).max() < 2e-3 * len(CODES)


def test_where_the_kernels_parts_exceed_a_patch_the_pieces_are_built(monkeypatch):
    rng = np.random.default_rng(4)
    found, basic = patches(*random_patches(rng, 6, 0.0)), land(*random_tiling(rng, 0.0))
    parcels = coded(random_tiling(rng, 0.0), rng)
    expected = areas_by_land_code(found, basic, parcels)
    measured = land_codes.areas_over

    def doubling(*layers, **how):
        shares = measured(*layers, **how)
        return shares._replace(outside_m2=shares.outside_m2 * 2 + 1)

    monkeypatch.setattr(land_codes, "areas_over", doubling)

    assert_same(areas_by_land_code(found, basic, parcels), expected, within_m2=2e-3)


def test_prepared_parcels_give_the_same_to_the_bit_and_serve_for_classes_too():
    rng = np.random.default_rng(2)
    found, basic = patches(*random_patches(rng, 20, 0.0)), land(*random_tiling(rng, 0.0))
    parcels = coded(random_tiling(rng, 0.0), rng)
    flat = flat_polygons(parcels.geometry.to_numpy())._replace(
        land_code=packed(parcels["land_code"]), counts=parcels["is_cultivated"].to_numpy()
    )
    prepared = PreparedLand((Version(None, flat),))

    for measure in (areas_by_land_code, areas_by_land_class):
        pd.testing.assert_frame_equal(measure(found, basic, prepared), measure(found, basic, parcels), rtol=0, atol=0)


def test_each_violation_is_laid_over_the_parcels_of_its_day():
    days = pd.to_datetime(["2021-01-01", "2025-01-01"])
    parcels = land((0, 0, 10, 10), (0, 0, 10, 10), land_code=["0101", "0301"], is_cultivated=[True, False],
                   effective_from=list(days))  # fmt: skip
    found = patches((0, 0, 10, 10), (0, 0, 10, 10), found_on=list(pd.to_datetime(["2024-12-31", "2025-01-01"])))

    areas = areas_by_land_code(found, land((900, 0, 901, 1)), parcels)

    assert areas[["land_class", "land_code"]].to_numpy().tolist() == [["other_cultivated", "0101"], ["other", "0301"]]


def test_codes_are_kept_as_numbers_and_what_does_not_fit_is_marked():
    codes = ["0101", "1104A", None, "011", "不明", "123456789"]

    assert unpacked(packed(codes)) == ["0101", "1104A", None, "011", "?", "?"]


def test_parcels_that_only_approved_ground_touches_are_told():
    approved = land((0, 0, 50, 100), approval_id="某批复", approved_on=pd.Timestamp("2025-01-01"))
    parcels = land((0, 0, 40, 100), (60, 0, 100, 100), land_code=["0101", "0301"], is_cultivated=[True, False])

    assert rows(patches((0, 0, 50, 100), (60, 0, 100, 100)), land((900, 0, 901, 1)), parcels, approved) == [
        ["approved", "0101", 4000.0],
        ["approved", None, 1000.0],
        ["other", "0301", 4000.0],
    ]


def test_where_approved_ground_cannot_be_measured_its_pieces_are_built(monkeypatch):
    """As where overlaps of parcels cannot be cut apart; both parcels lie under it, the field keeps what they share."""
    parcels = land((0, 0, 60, 100), (50, 0, 100, 100), land_code=["1104", "0101"], is_cultivated=[False, True])
    approved = land((0, 0, 100, 100), approval_id="某批复", approved_on=pd.Timestamp("2025-01-01"))
    measured = land_codes.areas_over

    def unsettled(*layers, **how):
        shares = measured(*layers, **how)
        return shares._replace(unsettled=np.ones(len(shares.basic_m2), dtype=bool), outside_m2=shares.outside_m2 * 3)

    monkeypatch.setattr(land_codes, "areas_over", unsettled)

    assert rows(patches((0, 0, 100, 100)), land((900, 0, 901, 1)), parcels, approved) == [
        ["approved", "0101", 5000.0],
        ["approved", "1104", 5000.0],
    ]


def test_without_violations_the_table_has_no_rows():
    parcels = land((0, 0, 60, 100), land_code=["1104"], is_cultivated=[False])

    assert rows(patches((0, 0, 1, 1)).iloc[:0], land((900, 0, 901, 1)), parcels) == []


def test_violations_far_from_all_land_are_other_land():
    parcels = land((900, 0, 901, 1), land_code=["0101"], is_cultivated=[True])

    assert rows(patches((0, 0, 10, 10)), land((900, 0, 901, 1)), parcels) == [["other", None, 100.0]]
