"""Some of a layer's polygons, and one layer behind another, are what making them of the shapes gives."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.flat import flat_polygons
from geoenforce.core.flat_selection import followed, selected
from tests.violations.layers import FAR_OFF, random_patches, random_tiling, river


def test_nothing_can_be_selected_and_followed():
    layer, nothing = flat_polygons(random_patches(np.random.default_rng(1), 3, 0.0)), flat_polygons([])

    assert_same(selected(layer, np.empty(0, dtype=np.int64)), nothing)
    assert_same(followed(nothing, layer), layer)
    assert_same(followed(layer, nothing), layer)


@given(st.integers(0, 2**31))
def test_what_is_selected_and_followed_is_as_if_made_of_the_shapes(seed):
    rng = np.random.default_rng(seed)
    ones = np.array([*random_patches(rng, 4, FAR_OFF), None, *random_tiling(rng, FAR_OFF), river(rng, 200)])
    others = np.array(random_patches(rng, 3, FAR_OFF))
    places = rng.permutation(len(ones))[: rng.integers(0, len(ones))]

    assert_same(selected(flat_polygons(ones), places), flat_polygons(ones[places]))
    assert_same(followed(flat_polygons(ones), flat_polygons(others)), flat_polygons([*ones, *others]))


def test_codes_and_what_counts_come_along():
    layer = flat_polygons(random_patches(np.random.default_rng(1), 3, 0.0))
    layer = layer._replace(land_code=np.array([7, 8, 9]), counts=np.array([True, False, True]))

    both = followed(selected(layer, np.array([1, 2])), layer)

    assert both.land_code.tolist() == [8, 9, 7, 8, 9]
    assert both.counts.tolist() == [False, True, True, False, True]


def assert_same(one, other):
    for name, array in one._asdict().items():
        expected = getattr(other, name)
        assert array.dtype == expected.dtype, name
        assert np.array_equal(array, expected), name
