"""A polygon is known by its shape, however it is written down."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.inputs.shape_hashes import shape_hashes

SQUARE = shapely.box(0, 0, 4, 4)
HOLED = shapely.Polygon(SQUARE.exterior, [shapely.box(1, 1, 2, 2).exterior, shapely.box(3, 3, 3.5, 3.5).exterior])
DIFFERENT = (
    SQUARE,
    HOLED,
    shapely.Polygon(SQUARE.exterior, HOLED.interiors[:1]),
    shapely.MultiPolygon([SQUARE]),
    shapely.MultiPolygon([SQUARE, shapely.box(6, 0, 7, 1)]),
    shapely.segmentize(SQUARE, 3),  # the same ground with more corners
    shapely.Polygon([(0, 0), (4, 0), (0, 4)]),
    shapely.Polygon([(0, 0), (4, 0), (4, 4)]),  # the mirror image in the same box
    shapely.box(0, 0, 4, np.nextafter(4, 5)),
    shapely.Polygon([(0, 0), (0, 0), (4, 0), (4, 4), (0, 4)]),  # a corner twice
)


def same(one, other):
    first, second = shape_hashes(np.array([one, other]))
    return (first == second).tolist()


@given(start=st.integers(0, 3), reverse=st.booleans(), holes_first=st.booleans())
def test_where_rings_begin_and_how_they_turn_makes_no_difference(start, reverse, holes_first):
    corners = shapely.get_coordinates(SQUARE)[:-1]
    ring = np.roll(corners, start, axis=0)[:: -1 if reverse else 1]
    holes = list(HOLED.interiors)[:: -1 if holes_first else 1]
    written = shapely.Polygon(ring, [hole.coords[::-1] if reverse else hole for hole in holes])

    assert written.normalize().wkb == HOLED.normalize().wkb
    assert same(written, HOLED) == [True, True]


def test_the_order_of_parts_makes_no_difference():
    parts = [SQUARE, shapely.box(6, 0, 7, 1)]

    assert same(shapely.MultiPolygon(parts), shapely.MultiPolygon(parts[::-1])) == [True, True]


@pytest.mark.parametrize("at", range(len(DIFFERENT)))
def test_shapes_that_normalise_differently_have_different_hashes(at):
    for other in DIFFERENT[at + 1 :]:
        assert DIFFERENT[at].normalize().wkb != other.normalize().wkb
        assert same(DIFFERENT[at], other) == [False, False]


def test_a_hundred_thousand_squares_side_by_side_have_a_hundred_thousand_hashes():
    x, y = np.divmod(np.arange(100_000), 300)
    hashes = shape_hashes(shapely.box(x, y, x + 1, y + 1))

    assert [len(np.unique(half)) for half in hashes.T] == [100_000, 100_000]
