"""No two polygons that reach the kernel share ground, and together they cover what the layer covered."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.flat import flat_polygons
from geoenforce.violations.kernel.areas import shared_areas
from geoenforce.violations.kernel.overlaps import overlapping, without_overlaps
from tests.violations.layers import FAR_OFF, random_patches, random_tiling


def covered_m2(settled):
    """Measure the settled polygons with the kernel, over a patch that holds them all: twice where they overlap."""
    box = flat_polygons(
        [shapely.box(*settled.flat.box[:, :2].min(axis=0) - 1, *settled.flat.box[:, 2:].max(axis=0) + 1)]
    )
    return shared_areas(box, settled.flat, flat_polygons([]))[0, 0]


@given(st.integers(0, 2**31), st.sampled_from([0.0, FAR_OFF]))
def test_overlapping_polygons_are_cut_and_cover_the_same_ground(seed, offset):
    layer = np.array(random_patches(np.random.default_rng(seed), 9, offset))

    settled = without_overlaps(layer)

    assert covered_m2(settled) == pytest.approx(shapely.area(shapely.union_all(layer)), abs=1e-5)
    assert not len(settled.unsettled)


@given(st.integers(0, 2**31))
def test_neighbours_that_share_borders_do_not_overlap(seed):
    tiling = random_tiling(np.random.default_rng(seed), FAR_OFF)

    assert not len(overlapping(flat_polygons(tiling)))


def test_which_polygon_keeps_the_ground_does_not_depend_on_the_order_of_the_layer():
    layer = np.array(random_patches(np.random.default_rng(3), 7, 0.0))
    order = np.random.default_rng(4).permutation(len(layer))

    once, again = without_overlaps(layer).flat, without_overlaps(layer[order]).flat

    assert (once.box[order] == again.box).all()


def test_a_polygon_given_twice_counts_once_and_one_in_a_thousand_square_metres_is_found():
    twice = np.array([shapely.box(0, 0, 9, 9), shapely.box(0, 0, 9, 9), shapely.box(8.999999, 0, 19, 9)])

    assert overlapping(flat_polygons(twice)).tolist() == [[0, 1], [0, 2], [1, 2]]
    assert covered_m2(without_overlaps(twice)) == pytest.approx(171, abs=1e-9)
