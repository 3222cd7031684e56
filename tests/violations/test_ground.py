"""What overlays leave over must not spoil the next overlay."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from geoenforce.core.errors import GeoenforceError
from geoenforce.violations import ground
from geoenforce.violations.ground import differences, intersections, pairs
from geoenforce.violations.overlay import areas_by_land_class
from tests.violations.builders import land, patches

# Two fields whose border ends on the edge of the patch: a sliver of 6e-12 m² stays between them, and GEOS 3.14
# then finds the whole parcel in the patch, which it hardly touches.
PATCH = [
    (1255104.0827427574, 2524337.034624025), (1255112.8330202026, 2524342.68831038),
    (1255107.0439692582, 2524343.778525895), (1255070.2176015878, 2524336.8292400516),
    (1255112.8402600768, 2524335.905432577),
]  # fmt: skip
FIELDS = [
    [(1255065.685066348, 2524335.00816939), (1255108.557428267, 2524337.8364616176), (1255106.8743974338, 2524348.6117776106)],
    [(1255108.557428267, 2524337.8364616176), (1255155.842379001, 2524379.9343968667), (1255106.8743974338, 2524348.6117776106)],
]  # fmt: skip
PARCEL = [
    (1255116.64871639, 2524350.949204187),
    (1255111.9122280062, 2524344.081492379),
    (1255113.1168654617, 2524339.5144669637),
]


def test_a_sliver_between_two_fields_does_not_change_what_is_cultivated():
    patch, parcel, fields = Polygon(PATCH), Polygon(PARCEL), [Polygon(field) for field in FIELDS]

    areas = areas_by_land_class(patches(patch), land(*fields), land(parcel)).iloc[0]

    on_fields = sum(patch.intersection(field).area for field in fields)
    beside_fields = clipped_m2(patch, parcel) - sum(clipped_m2(patch, parcel, field) for field in fields)
    assert areas["basic_farmland_m2"] == pytest.approx(on_fields, abs=1e-6)
    assert areas["other_cultivated_m2"] == pytest.approx(beside_fields, abs=1e-6)
    assert areas["other_m2"] == pytest.approx(patch.area - on_fields - beside_fields, abs=1e-6)


def test_slivers_points_and_lines_are_no_ground():
    corner_and_edge = MultiPolygon([box(0, 0, 10, 10), box(20, 0, 20 + 1e-8, 10)])

    [cut] = intersections(np.array([corner_and_edge]), np.array([box(-5, -5, 50, 50)]))
    [nothing] = differences(np.array([box(0, 0, 10, 10)]), np.array([box(0, 0, 10 - 1e-8, 10)]))

    assert cut.equals(box(0, 0, 10, 10))
    assert cut.geom_type == "Polygon"
    assert nothing.is_empty


def clipped_m2(patch, *triangles):
    """Area of the patch inside of triangles, cut along their edges one by one: no overlay is needed."""
    rings = [
        list(part.exterior.coords)[:-1] for part in shapely.get_parts(shapely.constrained_delaunay_triangles(patch))
    ]
    for triangle in triangles:
        corners = list(shapely.orient_polygons(triangle).exterior.coords)
        for start, end in pairwise(corners):
            rings = [left_of(ring, start, end) for ring in rings]
    return sum(Polygon(ring).area for ring in rings if len(ring) > 2)


def left_of(ring, start, end):
    """Cut a convex ring along a line and keep what lies to its left (Sutherland and Hodgman)."""
    side = [(end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0]) for x, y in ring]
    kept = []
    for (x, y), here, (to_x, to_y), there in zip(ring, side, ring[1:] + ring[:1], side[1:] + side[:1], strict=True):
        if here >= 0:
            kept.append((x, y))
        if (here >= 0) != (there >= 0):
            share = here / (here - there)
            kept.append((x + share * (to_x - x), y + share * (to_y - y)))
    return kept


def test_pieces_that_do_not_add_up_stop_the_run(monkeypatch):
    """The engine is made to lose ground, as GEOS was seen to do."""
    monkeypatch.setattr(ground, "differences", lambda patches, _: np.full(len(patches), Polygon(), dtype=object))
    zones = land((0, 0, 10, 10), zone="west")

    with pytest.raises(GeoenforceError, match=r"pieces of the polygons at \[0\] do not add up"):
        ground.split(land((0, 0, 20, 10)), zones, ["zone"])


def test_a_patch_of_many_corners_is_paired_as_others_are():
    many, few = (shapely.Point(0, 0).buffer(50, quad_segs=corners) for corners in (400, 4))
    polygons = np.array([shapely.box(x, 0, x + 10, 10) for x in range(-80, 80, 10)])

    patch, polygon = pairs(np.array([few, many, shapely.box(75, 5, 76, 6)]), polygons)

    assert patch.tolist() == [0] * 12 + [1] * 12 + [2]  # those that begin at -60 m, which touch in a point, to 50 m
    assert polygon.tolist() == [*range(2, 14), *range(2, 14), 15]
