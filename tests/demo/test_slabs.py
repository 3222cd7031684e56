"""The slab method against areas worked out by hand."""

import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from geoenforce.demo.slabs import areas_by_precedence, shoelace


def test_a_square_half_in_a_class_is_split_in_two():
    assert areas_by_precedence([box(0, 0, 10, 10)], [[box(5, -5, 20, 20)]]) == pytest.approx([50, 50])


def test_the_first_class_has_the_ground_that_two_classes_claim():
    first, second = [box(0, 0, 6, 10)], [box(4, 0, 10, 10)]

    assert areas_by_precedence([box(0, 0, 10, 10)], [first, second]) == pytest.approx([60, 40, 0])


def test_polygons_of_one_class_that_overlap_count_once():
    overlapping = [box(0, 0, 6, 10), box(4, 0, 8, 10), box(0, 0, 6, 10)]

    assert areas_by_precedence([box(0, 0, 10, 10)], [overlapping]) == pytest.approx([80, 20])


def test_patches_of_the_subject_that_overlap_count_once():
    assert areas_by_precedence([box(0, 0, 6, 2), box(4, 0, 10, 2)], [[box(5, 0, 20, 1)]]) == pytest.approx([5, 15])


def test_slanted_edges_that_cross_are_measured_exactly():
    # The diamond |x| + |y| <= 1 and the square |x|, |y| <= 0.75 share 4 * 0.75^2 = 2.25 less the four
    # corner triangles beyond |x| + |y| = 1, each with legs of 0.5: 2.25 - 4 * 0.125 = 1.75. The diamond has 2.
    diamond = Polygon([(1, 0), (0, 1), (-1, 0), (0, -1)])
    square = box(-0.75, -0.75, 0.75, 0.75)

    assert areas_by_precedence([diamond], [[square]]) == pytest.approx([1.75, 0.25], abs=1e-12)


def test_holes_of_subject_and_class_are_left_out():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    land = box(0, 0, 10, 5).difference(box(0, 0, 2, 2))

    # Lower half of the ring: 50 - 4 (its hole reaches up to y = 5 by 2 x 1 = 2 m2): 50 - 2 - 4 = 44.
    assert areas_by_precedence([ring], [[land]]) == pytest.approx([44, 96 - 44])


def test_parts_of_a_multipolygon_count_each():
    two = MultiPolygon([box(0, 0, 1, 1), box(3, 0, 4, 1)])

    assert areas_by_precedence([two], [[box(0.5, 0, 3.5, 1)]]) == pytest.approx([1, 1])


def test_classes_far_away_and_classes_that_only_touch_have_no_area():
    assert areas_by_precedence([box(0, 0, 1, 1)], [[box(9, 9, 10, 10)], [box(1, 0, 2, 1)], []]) == pytest.approx(
        [0, 0, 0, 1]
    )


def test_a_class_below_and_above_the_subject_is_told_apart():
    lid = Polygon([(-1, -1), (11, -1), (11, 11), (-1, 11)], [[(-0.5, -0.5), (10.5, -0.5), (10.5, 10.5), (-0.5, 10.5)]])

    assert areas_by_precedence([box(0, 0, 10, 10)], [[lid]]) == pytest.approx([0, 100])


def test_neighbours_that_share_an_edge_add_up():
    left, right = Polygon([(0, 0), (5, 0), (6, 10), (0, 10)]), Polygon([(5, 0), (10, 0), (10, 10), (6, 10)])

    assert areas_by_precedence([box(0, 0, 10, 10)], [[left], [right]]) == pytest.approx([55, 45, 0], abs=1e-12)


def test_large_coordinates_lose_no_precision():
    moved = [shapely.affinity.translate(shape, 39_438_700, 2_600_000) for shape in (box(0, 0, 10, 10), box(5, 0, 9, 9))]

    assert areas_by_precedence(moved[:1], [moved[1:]]) == pytest.approx([36, 64], abs=1e-9)


def test_the_shoelace_leaves_holes_out():
    assert shoelace(box(0, 0, 10, 10).difference(box(1, 1, 3, 4))) == pytest.approx(94)
