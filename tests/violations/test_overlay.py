"""Areas by land class: worked out by hand on rectangles, and properties that must always hold."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.errors import CrsError, TableError
from geoenforce.core.flat import flat_polygons
from geoenforce.core.tables import AREAS, check
from geoenforce.core.terms import LandClass
from geoenforce.violations.kernel import areas as kernel
from geoenforce.violations.kernel.overlaps import overlapping_near
from geoenforce.violations.overlay import areas_by_land_class, cut_by_land_class
from geoenforce.violations.prepared import PreparedLand, Version
from tests.violations.builders import THREE_MU, land, patches
from tests.violations.layers import random_patches, random_tiling

CLASSES = [f"{land_class}_mu" for land_class in LandClass]
FAR = (9000, 9000, 9010, 9010)
boxes = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60), st.integers(1, 60)).map(
    lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
)
layers = st.lists(boxes, min_size=1, max_size=6)


def mu(violations, basic=(FAR,), cultivated=(FAR,), approvals=None, **options):
    basic = basic if isinstance(basic, gpd.GeoDataFrame) else land(*basic)
    cultivated = cultivated if isinstance(cultivated, gpd.GeoDataFrame) else land(*cultivated)
    areas = areas_by_land_class(violations, basic, cultivated, approvals, **options)
    check(areas, AREAS)
    return areas[CLASSES].round(6).to_numpy().tolist()


def approvals(*boxes, on="2025-01-01", **columns):
    return land(*boxes, approval_id="某批复", approved_on=pd.Timestamp(on), **columns)


def test_each_class_takes_what_the_more_protected_ones_left():
    """A patch of 100 m × 100 m; strips of 20 m: approved, basic, cultivated; the rest is other. 20 × 100 m² = 3 mu."""
    found = mu(
        patches((0, 0, 100, 100)),
        basic=[(0, 0, 40, 100)],
        cultivated=[(0, 0, 60, 100)],
        approvals=approvals((0, 0, 20, 100)),
    )

    assert found == [[3.0, 3.0, 3.0, 6.0]]


def test_basic_farmland_outside_of_the_cultivated_layer_is_basic_farmland():
    assert mu(patches(THREE_MU), basic=[THREE_MU]) == [[0.0, 3.0, 0.0, 0.0]]


def test_farmland_mapped_twice_counts_once():
    assert mu(patches(THREE_MU), basic=[THREE_MU, THREE_MU, (0, 0, 20, 50)]) == [[0.0, 3.0, 0.0, 0.0]]


def test_only_cultivated_parcels_count_where_the_layer_tells():
    parcels = land((0, 0, 20, 50), (20, 0, 40, 50), is_cultivated=[True, False])

    assert mu(patches(THREE_MU), cultivated=parcels) == [[0.0, 0.0, 1.5, 1.5]]


def test_a_violation_that_touches_nothing_is_other_land():
    assert mu(patches(THREE_MU)) == [[0.0, 0.0, 0.0, 3.0]]


def test_a_patch_that_only_shares_an_edge_with_farmland_takes_none_of_it():
    assert mu(patches(THREE_MU), basic=[(40, 0, 80, 50)]) == [[0.0, 0.0, 0.0, 3.0]]


def test_a_hole_in_the_patch_is_not_taken():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 80, 80))

    assert mu(patches(ring), basic=[(0, 0, 100, 100)]) == [[0.0, 9.6, 0.0, 0.0]]  # 10000 − 3600 = 6400 m²


@pytest.mark.parametrize(
    ("approved_on", "expected"),
    [("2026-03-01", [[3.0, 0, 0, 0]]), ("2026-03-02", [[3.0, 0, 0, 0]]), ("2026-03-03", [[0, 3.0, 0, 0]])],
)
def test_an_approval_counts_up_to_the_day_of_finding(approved_on, expected):
    assert mu(patches(THREE_MU), basic=[THREE_MU], approvals=approvals(THREE_MU, on=approved_on)) == expected


def test_an_approval_that_came_later_changes_no_class_and_is_shown():
    areas = areas_by_land_class(
        patches(THREE_MU), land(THREE_MU), land(FAR), approvals((0, 0, 20, 50), on="2026-06-01")
    )

    assert areas["approved_afterwards_mu"].to_list() == [1.5]
    assert areas["basic_farmland_mu"].to_list() == [3.0]


@pytest.mark.parametrize(("last_day", "approved_mu"), [("2026-03-01", 0.0), ("2026-03-02", 3.0)])
def test_a_temporary_approval_counts_up_to_its_last_day(last_day, approved_mu):
    temporary = approvals(THREE_MU, expires_on=pd.Timestamp(last_day))

    assert mu(patches(THREE_MU), approvals=temporary)[0][0] == approved_mu


@pytest.mark.parametrize(
    ("found_on", "basic_mu"), [("2021-01-01", 3.0), ("2025-06-30", 3.0), ("2025-07-01", 1.5), ("2026-03-02", 1.5)]
)
def test_the_layer_in_force_on_the_day_of_finding_is_used(found_on, basic_mu):
    dates = pd.to_datetime(["2021-01-01", "2025-07-01"]).to_list()
    dated = land(THREE_MU, (0, 0, 20, 50), effective_from=dates)

    assert mu(patches(THREE_MU, found_on=pd.Timestamp(found_on)), basic=dated)[0][1] == basic_mu


def test_a_violation_older_than_every_layer_is_refused_with_the_dates_at_hand():
    dated = land(THREE_MU, effective_from=pd.Timestamp("2021-01-01"))

    with pytest.raises(TableError, match=r"\['A1'\], found on \['2020-12-31'\].*in force from \['2021-01-01'\]"):
        mu(patches(THREE_MU, found_on=pd.Timestamp("2020-12-31")), basic=dated)


def test_the_earliest_layer_serves_where_the_configuration_allows_it_and_an_issue_says_so():
    dated = land(THREE_MU, effective_from=pd.Timestamp("2021-01-01"))
    old = patches(THREE_MU, found_on=pd.Timestamp("2020-12-31"))

    cut = cut_by_land_class(old, dated, land(FAR), before_first_layer="earliest")

    assert cut.areas["basic_farmland_mu"].to_list() == [3.0]
    assert cut.issues[["feature", "problem"]].to_numpy().tolist() == [["A1", "before_first_layer"]]


def test_layers_partly_without_a_date_are_refused():
    mixed = land(THREE_MU, THREE_MU, effective_from=[pd.Timestamp("2021-01-01"), pd.NaT])

    with pytest.raises(TableError, match=r"partly without effective_from: rows \[1\]"):
        mu(patches(THREE_MU), basic=mixed)


@pytest.mark.parametrize(
    "options",
    [{"basic": land(THREE_MU, effective_from=pd.Timestamp("2021-01-01"))}, {"approvals": approvals(THREE_MU)}],
)
def test_a_violation_without_a_date_is_refused_where_dates_decide(options):
    with pytest.raises(TableError, match=r"\['A1'\] have no found_on, but .*set found_on for the whole file"):
        mu(patches(THREE_MU, found_on=pd.NaT), **options)


def test_a_violation_without_a_date_is_fine_where_no_date_decides():
    assert mu(patches(THREE_MU, found_on=pd.NaT), basic=[THREE_MU]) == [[0.0, 3.0, 0.0, 0.0]]


BOW_TIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


@pytest.mark.parametrize(
    ("arguments", "name"),
    [((patches(BOW_TIE), land(THREE_MU), land(FAR)), "violations"), ((patches(THREE_MU), land(BOW_TIE), land(FAR)), "basic farmland"),
     ((patches(THREE_MU), land(FAR), land(BOW_TIE)), "cultivated land"), ((patches(THREE_MU), land(FAR), land(FAR), approvals(BOW_TIE)), "approvals")],
)  # fmt: skip
def test_a_bow_tie_never_reaches_the_overlay(arguments, name):
    with pytest.raises(TableError, match=rf"The {name} have invalid geometry in .*Self-intersection"):
        areas_by_land_class(*arguments)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_bow_tie_in_another_system_never_reaches_the_overlay(which):
    """Dividing its edges would mend it in silence."""
    tables = [patches(THREE_MU), land(THREE_MU), land(FAR)]
    tables[which] = (
        tables[which]
        .set_geometry([shapely.affinity.translate(BOW_TIE, 500000, 2600000)])
        .set_crs(4548, allow_override=True)
    )

    with pytest.raises(TableError, match=r"invalid geometry in .*Self-intersection"):
        areas_by_land_class(*tables)


def test_a_layer_without_a_coordinate_system_is_refused():
    with pytest.raises(TableError, match=r"'land' .*has no coordinate system"):
        mu(patches(THREE_MU), basic=land(THREE_MU).set_crs(None, allow_override=True))


def test_layers_may_come_in_different_systems():
    square = gpd.GeoDataFrame(
        {"case_id": ["A"], "found_on": [pd.Timestamp("2026-03-02")], "status": ["confirmed"]},
        index=pd.Index(["A1"], name="violation_id"), geometry=[shapely.box(500000, 2600000, 500060, 2600050)], crs=4548,
    )  # fmt: skip

    areas = areas_by_land_class(square, square[["geometry"]].to_crs(4527), square[["geometry"]].to_crs(4490))

    assert areas["basic_farmland_m2"].iloc[0] == pytest.approx(areas["area_m2"].iloc[0], abs=1e-4)


def test_the_old_datum_is_refused_by_the_overlay_too():
    with pytest.raises(CrsError, match="Xi'an 80"):
        mu(patches(THREE_MU), basic=land(THREE_MU).set_crs(2384, allow_override=True))


@given(layers, layers, layers, layers)
def test_each_row_adds_up_and_no_class_is_below_zero(found, basic, cultivated, approved):
    areas = areas_by_land_class(patches(*found), land(*basic), land(*cultivated), approvals(*approved))

    total = areas[CLASSES].sum(axis=1) * 2000 / 3
    assert np.abs(total - areas["area_m2"]).max() < 0.0667  # 1e-4 mu
    assert (areas[CLASSES] >= 0).all(axis=None)


@given(layers, layers, layers)
def test_areas_equal_those_counted_on_a_grid(found, basic, cultivated):
    """Corners are whole metres, so cells of 1 m × 1 m count the ground exactly: an independent method."""

    def cells(rectangles):
        grid = np.zeros((120, 120), dtype=bool)
        for west, south, east, north in rectangles:
            grid[west:east, south:north] = True
        return grid

    areas = areas_by_land_class(patches(*found), land(*basic), land(*cultivated))

    for (west, south, east, north), row in zip(found, areas.itertuples(), strict=True):
        patch = cells([(west, south, east, north)])
        is_basic, is_cultivated = patch & cells(basic), patch & cells(cultivated) & ~cells(basic)
        assert row.basic_farmland_m2 == pytest.approx(is_basic.sum(), abs=1e-6)
        assert row.other_cultivated_m2 == pytest.approx(is_cultivated.sum(), abs=1e-6)
        assert row.other_m2 == pytest.approx((patch & ~is_basic & ~is_cultivated).sum(), abs=1e-6)


@given(layers, layers, layers, st.randoms())
def test_order_of_rows_and_layers_given_twice_change_nothing(found, basic, cultivated, random):
    violations, farmland = patches(*found), land(*basic)
    once = areas_by_land_class(violations, farmland, land(*cultivated))
    seed = random.randint(0, 2**31)

    twice = areas_by_land_class(
        violations.sample(frac=1, random_state=seed),
        pd.concat([farmland, farmland]).sample(frac=1, random_state=seed),
        land(*reversed(cultivated)),
    )

    pd.testing.assert_frame_equal(twice.sort_index(), once.sort_index(), atol=1e-6, rtol=0)


@given(boxes, layers, layers, st.integers(1, 59))
def test_a_violation_cut_in_two_keeps_its_sums(box, basic, cultivated, cut):
    west, south, east, north = box
    middle = min(west + cut, east)
    halves = [half for half in ((west, south, middle, north), (middle, south, east, north)) if half[0] < half[2]]

    whole = areas_by_land_class(patches(box), land(*basic), land(*cultivated))
    parts = areas_by_land_class(patches(*halves), land(*basic), land(*cultivated))

    assert parts[CLASSES].sum().to_list() == pytest.approx(whole[CLASSES].sum().to_list(), abs=1e-9)


@given(layers, layers)
def test_regions_of_a_violation_tile_it(found, basic):
    violations = patches(*found)
    cut = cut_by_land_class(violations, land(*basic), land(FAR))

    for violation_id, regions in cut.regions.groupby("violation_id"):
        united = regions.geometry.union_all()
        assert regions.geometry.area.sum() == pytest.approx(united.area, abs=1e-6)
        assert united.symmetric_difference(violations.geometry[violation_id]).area < 1e-6


def test_the_callers_tables_are_unchanged():
    tables = patches(THREE_MU), land(THREE_MU), land(THREE_MU, is_cultivated=[True]), approvals(THREE_MU)
    before = [table.copy(deep=True) for table in tables]

    areas_by_land_class(*tables)

    for table, kept in zip(tables, before, strict=True):
        assert_geodataframe_equal(table, kept)


def test_no_violation_is_an_empty_table_in_order():
    areas = areas_by_land_class(patches(THREE_MU).iloc[:0], land(THREE_MU), land(FAR))

    check(areas, AREAS)
    assert areas.empty


def test_curved_and_slanted_shapes_agree_with_a_fine_raster():
    circle = shapely.Point(100, 100).buffer(50, quad_segs=64)
    slanted = shapely.Polygon([(0, 0), (200, 40), (180, 130), (20, 90)])

    row = areas_by_land_class(patches(circle), land(slanted), land((0, 0, 90, 300))).iloc[0]

    x, y = np.meshgrid(np.arange(50, 150, 0.1) + 0.05, np.arange(50, 150, 0.1) + 0.05)
    inside, farmland = shapely.contains_xy(circle, x, y), shapely.contains_xy(slanted, x, y)
    assert row["basic_farmland_m2"] == pytest.approx((inside & farmland).sum() * 0.01, rel=2e-3)
    assert row["other_cultivated_m2"] == pytest.approx((inside & ~farmland & (x < 90)).sum() * 0.01, rel=2e-2)


def test_a_version_that_holds_nothing_near_the_patch_is_in_force_all_the_same():
    versions = land(THREE_MU, (9000, 0, 9040, 50), effective_from=list(pd.to_datetime(["2021-01-01", "2025-07-01"])))

    [redrawn] = areas_by_land_class(patches(THREE_MU), versions, land(THREE_MU))["basic_farmland_mu"]
    before = patches(THREE_MU, found_on=pd.Timestamp("2025-06-30"))
    [then] = areas_by_land_class(before, versions, land(THREE_MU))["basic_farmland_mu"]

    assert (then, redrawn) == (pytest.approx(3.0), 0.0)


def test_a_version_in_which_nothing_is_cultivated_any_more_is_in_force_all_the_same():
    dates = list(pd.to_datetime(["2021-01-01", "2025-07-01"]))
    parcels = land(THREE_MU, THREE_MU, effective_from=dates, is_cultivated=[True, False])

    assert mu(patches(THREE_MU), cultivated=parcels) == [[0.0, 0.0, 0.0, 3.0]]
    assert mu(patches(THREE_MU, found_on=pd.Timestamp("2025-06-30")), cultivated=parcels) == [[0.0, 0.0, 3.0, 0.0]]


def test_where_polygons_of_a_layer_share_ground_the_kernel_measures_over_cut_ones(monkeypatch):
    """It says so of a patch that it met such polygons in, and its areas then come from layers without any."""
    reached = []

    def watched(patches, basic, parcels, near, which, to):
        boxes = patches.box[which]
        layers = zip((basic, parcels), near, strict=True)
        measure(patches, basic, parcels, near, which, to)
        reached.append(([len(overlapping_near(boxes, layer, *of)) for layer, of in layers], to[3].tolist()))

    measure = kernel.measure
    monkeypatch.setattr(kernel, "measure", watched)

    found = mu(
        patches((0, 0, 90, 50)),
        basic=[THREE_MU, (20, 0, 60, 50), THREE_MU],
        cultivated=[(0, 0, 70, 50), (65, 0, 80, 50)],
    )

    assert reached == [([3, 1], [True]), ([0, 0], [])]
    assert found == [[0.0, 4.5, 1.5, 0.75]]


@pytest.mark.parametrize("which", ["basic", "cultivated"])
def test_an_overlap_just_inside_of_a_patch_is_met_and_one_outside_changes_nothing(monkeypatch, which):
    met = []
    measure = kernel.measure

    def watched(*arguments):
        measure(*arguments)
        met.extend(arguments[-1][3].tolist())

    monkeypatch.setattr(kernel, "measure", watched)
    for east in (39.9999, 40.0001):  # a strip of 0.1 mm by 50 m within the patch, and the same strip outside of it
        mu(patches(THREE_MU), **{which: [(0, 0, 40.0001, 50), (east, 0, 80, 50)]})

    assert met == [True, False]


def test_where_the_kernels_parts_exceed_the_patch_the_ground_is_built(monkeypatch):
    """As an overlap would do that nobody noticed."""

    def doubling(patches, *layers):
        shares = areas_over(patches, *layers)
        return shares._replace(basic_m2=shares.basic_m2 * 2)

    areas_over = kernel.areas_over
    monkeypatch.setattr(kernel, "areas_over", doubling)

    assert mu(patches(THREE_MU), basic=[THREE_MU]) == [[0.0, 3.0, 0.0, 0.0]]


def test_a_mistake_of_geos_is_found_by_the_kernel_and_mended():
    """GEOS 3.14 loses ground of one in some thousand such patches, see docs/decisions/0019."""
    rng = np.random.default_rng(3776)
    shapes = random_patches(rng, 8, 0.0), random_tiling(rng, 0.0, digits=1), random_tiling(rng, 0.0, digits=1)

    cut = cut_by_land_class(patches(*shapes[0]), land(*shapes[1]), land(*shapes[2]))

    for land_class in ("basic_farmland", "other_cultivated", "other"):
        built = cut.regions[cut.regions["land_class"] == land_class].set_index("violation_id").area
        assert np.abs(built.reindex(cut.areas.index, fill_value=0.0) - cut.areas[f"{land_class}_m2"]).max() < 1e-3


def test_prepared_layers_give_the_same_to_the_bit_as_tables():
    rng = np.random.default_rng(2)
    found = patches(*random_patches(rng, 30, 0.0), found_on=list(pd.to_datetime(["2021-03-01", "2026-03-01"] * 15)))
    old, new, cultivated = (land(*random_tiling(rng, 0.0)) for _ in range(3))
    days = pd.to_datetime(["2021-01-01", "2025-01-01"])
    dated = pd.concat([old.assign(effective_from=days[0]), new.assign(effective_from=days[1])], ignore_index=True)
    flat = [flat_polygons(layer.geometry.to_numpy()) for layer in (old, new, cultivated)]
    prepared = PreparedLand(tuple(Version(day.date(), one) for day, one in zip(days, flat, strict=False)))
    always = PreparedLand((Version(None, flat[2]),))

    by_tables, by_prepared = cut_by_land_class(found, dated, cultivated), cut_by_land_class(found, prepared, always)

    pd.testing.assert_frame_equal(by_prepared.areas, by_tables.areas, rtol=0, atol=0)
    pd.testing.assert_frame_equal(areas_by_land_class(found, prepared, always), by_tables.areas, rtol=0, atol=0)
    assert by_prepared.regions.area.to_list() == pytest.approx(by_tables.regions.area.to_list(), abs=1e-6)
