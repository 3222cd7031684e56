"""Shapes: what is repaired, what is left out, and that both are told."""

import pytest
import shapely

from geoenforce.core.errors import FormatError
from geoenforce.inputs.read import read_layer
from tests.inputs.builders import BOW_TIE, EAST, NORTH, SPIKED, frame, square, with_blob

DONUT_WITH_HOLE_OUTSIDE = shapely.Polygon(square().exterior, [square(5).exterior])
TWICE_THE_SAME_GROUND = shapely.MultiPolygon([square(), square()])


def _read(folder, *shapes, crs="EPSG:4527"):
    frame(shapes, crs, n=1).to_file(folder / "a.gpkg", engine="pyogrio")
    return read_layer(folder / "a.gpkg")


@pytest.mark.parametrize(
    ("shape", "problem", "words"),
    [
        (None, "null_geometry", "The row has no geometry."),
        (shapely.Polygon(), "empty_geometry", "The geometry is empty."),
        (shapely.Point(EAST, NORTH), "not_a_polygon", "a Point, not a polygon"),
        (
            shapely.GeometryCollection([square(), shapely.Point(EAST, NORTH)]),
            "not_a_polygon",
            "a GeometryCollection, not a polygon",
        ),
        (shapely.box(EAST, NORTH, float("inf"), NORTH + 1), "not_finite", "not a finite number"),
        (square(side=0.01), "zero_area", "less than 0.005 m²: a sliver"),
        (square(east=90_000_000), "outside_crs", "outside of what the layer's crs can hold"),
        (BOW_TIE, "invalid_geometry", "Self-intersection at (39500050 2600050)"),
        (BOW_TIE, "invalid_geometry", "would change its area from 0.00 to 5000.00 m²"),
        (DONUT_WITH_HOLE_OUTSIDE, "invalid_geometry", "Hole lies outside shell"),
        (TWICE_THE_SAME_GROUND, "invalid_geometry", "from 20000.00 to 10000.00 m²"),
    ],
)
def test_a_shape_of_no_use_is_left_out_with_its_reason(tmp_path, shape, problem, words):
    reading = _read(tmp_path, square(3), shape, square(4))

    assert reading.table.index.to_list() == [1, 3]
    assert reading.counts.rejected == 1
    assert reading.issues[["row", "problem", "action"]].to_dict("records") == [
        {"row": 2, "problem": problem, "action": "rejected"}
    ]
    assert words in reading.issues["detail"][0]
    assert reading.rejects["row"].to_list() == [2]


def test_rejected_shapes_are_kept_for_a_look_at_them(tmp_path):
    rejects = _read(tmp_path, square(), BOW_TIE).rejects

    assert rejects.crs.to_epsg() == 4490
    west, south, _, _ = rejects.total_bounds
    assert (west, south) == pytest.approx((117.0, 23.5008005), abs=1e-6)  # PROJ: cs2cs EPSG:4527 EPSG:4490


def test_a_spike_without_width_is_mended(tmp_path):
    reading = _read(tmp_path, SPIKED)

    assert reading.table.area[1] == pytest.approx(10_000)  # the square without its spike
    assert reading.table.is_valid.all()
    assert (reading.counts.accepted, reading.counts.repaired) == (0, 1)
    assert reading.issues["action"].to_list() == ["repaired"]
    assert "the repair kept its area of 10000.00 m²" in reading.issues["detail"][0]


@pytest.mark.parametrize(("lobe", "action"), [(0.05, "repaired"), (0.2, "rejected")])
def test_a_repair_may_change_a_hundredth_of_a_square_metre_and_no_more(tmp_path, lobe, action):
    """A small triangle crosses over: it counts against the ring before, for it after, so twice its area changes."""
    east, north = EAST + 100, NORTH + 50
    corners = [(EAST, NORTH), (east, NORTH), (east, north), (east + lobe, north + lobe), (east + lobe, north)]
    crossing = shapely.Polygon([*corners, (east, north + lobe), (east, NORTH + 100), (EAST, NORTH + 100)])
    assert not crossing.is_valid

    reading = _read(tmp_path, square(5), crossing)

    assert reading.issues["action"].to_list() == [action]


def test_heights_and_measures_are_dropped_and_counted(tmp_path):
    reading = _read(tmp_path, shapely.force_3d(square(), 5.0), shapely.force_3d(square(1), 6.0))

    assert not reading.table.has_z.any()
    assert reading.issues[["problem", "detail"]].to_dict("records") == [
        {"problem": "z_dropped", "detail": "2 shapes have Z values; they were dropped."}
    ]
    assert reading.counts.accepted == 2


def test_a_collection_of_polygons_is_a_multipolygon(tmp_path):
    reading = _read(tmp_path, shapely.GeometryCollection([square(0), square(2)]), square(5))

    assert reading.table.geom_type.to_list() == ["MultiPolygon", "Polygon"]
    assert reading.issues.empty


def test_bytes_that_are_no_shape_are_left_out(tmp_path):
    frame([square(0), square(1)]).to_file(tmp_path / "a.gpkg", layer="a")
    with_blob(tmp_path / "a.gpkg", "a", lambda head: b"\0\0\0\0")

    reading = read_layer(tmp_path / "a.gpkg")

    assert reading.counts.rejected == 1
    assert reading.table.index.to_list() == [2]


@pytest.mark.parametrize(
    ("shapes", "found"),
    [
        ([shapely.Point(EAST, NORTH)], "Point"),
        ([shapely.LineString([(EAST, NORTH), (EAST + 1, NORTH)])] * 2, "2 LineString"),
    ],
)
def test_a_layer_without_polygons_is_refused(tmp_path, shapes, found):
    with pytest.raises(FormatError, match=f"polygons are needed; it has .*{found}"):
        _read(tmp_path, *shapes)


def test_small_land_in_degrees_is_not_taken_for_a_sliver(tmp_path):
    """One square metre is 1e-10 square degrees."""
    side = 1 / 111_320
    reading = _read(tmp_path, shapely.box(116, 23, 116 + side, 23 + side), crs=4490)

    assert reading.counts.accepted == 1
