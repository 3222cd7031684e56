"""The kernel's areas agree with GEOS, which builds the ground they measure, and do not depend on how they are computed."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.flat import flat_polygons
from geoenforce.core.space import PLANE
from geoenforce.violations.kernel.areas import shared_areas
from geoenforce.violations.kernel.search import search
from geoenforce.violations.layers import TableGround
from tests.violations.layers import FAR_OFF, random_patches, random_tiling, river

whole = shapely.box


def by_kernel(patches, basic, cultivated, **how):
    return shared_areas(flat_polygons(patches), flat_polygons(basic), flat_polygons(cultivated), **how)


def by_geos(patches, basic, cultivated):
    """Each with each, which GEOS gets right; what it makes of unions and differences of the results, not always."""
    patches, basic, cultivated = (np.array(layer, dtype=object) for layer in (patches, basic, cultivated))
    in_basic = shapely.intersection(patches[:, None], basic)
    in_cultivated = shapely.intersection(patches[:, None], cultivated)
    in_both = shapely.intersection(in_cultivated[:, :, None], basic)
    outside = shapely.area(in_cultivated).sum(axis=1) - shapely.area(in_both).sum(axis=(1, 2))
    return np.column_stack([shapely.area(in_basic).sum(axis=1), outside])


def assert_agree(patches, basic, cultivated):
    """Within a thousand-millionth of each patch; or a square millimetre, where GEOS' own corners are rounded."""
    apart = np.abs(by_kernel(patches, basic, cultivated) - by_geos(patches, basic, cultivated))
    assert (apart <= np.maximum(1e-9 * shapely.area(patches), 1e-6)[:, None]).all(), apart.max()


@pytest.mark.parametrize(
    ("basic", "cultivated", "expected"),
    [
        ([whole(40, 0, 80, 50)], [], (0, 0)),  # an edge in common
        ([whole(40, 10, 80, 20)], [], (0, 0)),  # a part of an edge in common
        ([whole(40, 50, 80, 90)], [], (0, 0)),  # a corner in common
        ([whole(0, 0, 40, 50)], [whole(0, 0, 40, 50)], (2000, 0)),  # the same polygon three times
        ([whole(0, 0, 40, 25)], [whole(0, 25, 40, 50)], (1000, 1000)),
        ([whole(10, 10, 20, 20)], [whole(0, 0, 40, 50)], (100, 1900)),  # farmland within a parcel
        ([whole(0, 0, 40, 50) - whole(10, 10, 30, 40)], [whole(15, 15, 25, 35)], (1400, 200)),  # a hole
        ([shapely.MultiPolygon([whole(0, 0, 5, 50), whole(35, 0, 99, 50)])], [], (500, 0)),
        ([shapely.Polygon([(0, 0), (40, 0), (0, 50)])], [whole(0, 0, 40, 50)], (1000, 1000)),  # its diagonal
        ([whole(0, 0, 20, 50).reverse()], [whole(20, 0, 40, 50).reverse()], (1000, 1000)),  # either orientation
        ([shapely.Polygon([(0, 0), (0, 0), (20, 0), (20, 50), (20, 50), (0, 50)])], [], (1000, 0)),  # vertices twice
        ([shapely.Polygon([(-50, 40), (30, -40), (-50, -40)])], [], (0, 0)),  # passes by the corner of its box
        ([shapely.Polygon([(-50, 40), (50, -20), (-50, -20)])], [], (250 / 3, 0)),  # 50/3 across, 10 high
        ([whole(-500, -500, 500, 500) - whole(-400, -400, 400, 400)], [], (0, 0)),  # all around, and not here
    ],
)
def test_areas_are_those_worked_out_by_hand(basic, cultivated, expected):
    [found] = by_kernel([whole(0, 0, 40, 50)], basic, cultivated)

    assert found.tolist() == pytest.approx(expected, abs=1e-9)


def test_a_patch_with_a_hole_and_parts_takes_only_its_own_ground():
    patch = shapely.MultiPolygon([whole(0, 0, 30, 30) - whole(10, 10, 20, 20), whole(12, 12, 18, 18)])

    assert by_kernel([patch], [whole(0, 0, 15, 30)], [whole(0, 0, 99, 99)])[0].tolist() == pytest.approx([418, 418])


def test_nothing_is_shared_with_what_has_no_ground():
    patches = [shapely.Polygon(), whole(0, 0, 1, 1), None]

    assert by_kernel(patches, [shapely.Polygon(), None], []).tolist() == [[0, 0], [0, 0], [0, 0]]


@given(st.integers(0, 2**31), st.sampled_from([0.0, 1.0, FAR_OFF]))
def test_areas_agree_with_geos_on_tilings_with_shared_and_collinear_edges(seed, offset):
    """Corners are whole metres, so that edges of the layers often coincide, touch, and lie in one line."""
    rng = np.random.default_rng(seed)
    assert_agree(
        random_patches(rng, 8, offset), random_tiling(rng, offset, digits=0), random_tiling(rng, offset, digits=0)
    )


@given(st.integers(0, 2**31))
def test_areas_agree_with_geos_on_tilings_that_cross_anywhere(seed):
    rng = np.random.default_rng(seed)
    assert_agree(random_patches(rng, 8, FAR_OFF), random_tiling(rng, FAR_OFF), random_tiling(rng, FAR_OFF))


@given(st.integers(0, 2**31), st.floats(1e-4, 1.0))
def test_areas_of_slivers_agree_with_geos(seed, width):
    rng = np.random.default_rng(seed)
    slivers = [
        shapely.affinity.rotate(whole(x, y, x + 90, y + width), angle, origin=(x, y))
        for x, y, angle in zip(*rng.uniform(0, 60, (2, 6)), rng.uniform(0, 360, 6), strict=True)
    ]
    assert_agree(slivers, random_tiling(rng, 0.0), random_tiling(rng, 0.0))


@given(st.integers(0, 2**31), st.floats(3, 5))
def test_edges_that_run_hundreds_of_kilometres_past_a_patch_agree_with_geos(seed, digits):
    rng = np.random.default_rng(seed)
    centre, turned = rng.uniform(-50, 50, 2), rng.uniform(0, 2 * np.pi, (2, 1)) + rng.uniform(-1, 1, (2, 3))
    angle = turned + np.array([0, 2, 4])
    wide = [centre + 10**digits * np.column_stack([np.cos(one), np.sin(one)]) for one in angle]
    steep = [shapely.Polygon(corners * [1e-3, 1]) for corners in wide]

    assert_agree(random_patches(rng, 8, -50.0), steep[:1], [shapely.Polygon(wide[1])])
    assert_agree(random_patches(rng, 8, -50.0), [shapely.Polygon(wide[0])], steep[1:])


def test_a_river_of_thirty_thousand_vertices_agrees_with_geos():
    rng = np.random.default_rng(7)
    water = river(rng, 30_000)
    patches = random_patches(rng, 40, water.bounds[0], spread=water.bounds[2] - water.bounds[0])
    patches = [shapely.affinity.translate(patch, 0, water.centroid.y - patch.centroid.y) for patch in patches]

    assert_agree(patches, [water], [water.envelope - water])
    assert_agree([water], random_tiling(rng, water.bounds[0], spread=1500), patches[:1])


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_results_are_the_same_to_the_bit_for_any_threads_partition_and_order(threads):
    rng = np.random.default_rng(11)
    patches, basic, cultivated = (
        random_patches(rng, 300, FAR_OFF),
        random_tiling(rng, FAR_OFF),
        random_tiling(rng, FAR_OFF),
    )
    once = by_kernel(patches, basic, cultivated, threads=1)

    order = rng.permutation(len(patches))
    again = np.empty_like(once)
    for few in np.array_split(order, 3):
        again[few] = by_kernel(
            np.array(patches)[few],
            rng.permutation(np.array(basic)),
            rng.permutation(np.array(cultivated)),
            threads=threads,
        )

    assert (again == once).all()
    assert (once > 0).any(axis=0).all()


@pytest.mark.parametrize("count", [3, 40, 5_000])
def test_the_polygons_near_a_box_are_found_and_come_in_the_order_of_their_boxes(count):
    rng = np.random.default_rng(3)
    west_south = rng.integers(0, 60, (count, 2)).astype(float)  # many begin at the same place
    sides = np.column_stack([west_south, west_south + rng.integers(1, 9, (count, 2))])
    boxes = np.array([[0.0, 0.0, 70.0, 70.0], [10.0, 10.0, 20.0, 30.0], [80.0, 0.0, 90.0, 9.0], [5.0, 5.0, 6.0, 6.0]])

    start, near = search(boxes, flat_polygons(whole(*sides.T)), (0, len(boxes)))

    for one, (west, south, east, north) in enumerate(boxes):
        found = near[start[one] : start[one + 1]]
        meets = (sides[:, 0] < east) & (sides[:, 2] > west) & (sides[:, 1] < north) & (sides[:, 3] > south)
        assert sorted(found) == np.flatnonzero(meets).tolist()
        assert sides[found].tolist() == sorted(sides[meets].tolist())


def test_layers_of_a_table_are_arrays_of_one_type_whether_or_not_it_says_what_is_cultivated():
    """One that may not be written to would be another, for which all loops are compiled once more: seven seconds."""
    plain = gpd.GeoDataFrame(geometry=[whole(0, 0, 1, 1), whole(1, 0, 2, 1)], crs=PLANE)

    for land in (plain, plain.assign(is_cultivated=[True, False], land_code=["0101", "0301"])):
        flat = TableGround(land).layer.flat
        assert all(array.flags.writeable and array.flags.c_contiguous for array in flat)
