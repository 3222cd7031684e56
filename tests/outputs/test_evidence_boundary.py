"""Boundary points of a case, against the file they came from, against PROJ and geodesics, and there and back."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from geoenforce.core.zones import Zone
from geoenforce.inputs.layers import read_violations
from geoenforce.outputs.evidence.boundary import boundary_points
from geoenforce.outputs.evidence.boundary_txt import write_boundary_txt
from geoenforce.outputs.evidence.case import case_of
from geoenforce.outputs.evidence.ground import point_blocks

EAST, NORTH = 39_440_000, 2_596_000
WHOLE = shapely.box(EAST, NORTH, EAST + 100, NORTH + 60)
HOLED = WHOLE - shapely.box(EAST + 20, NORTH + 20, EAST + 40, NORTH + 40)
BESIDE = shapely.box(EAST + 300, NORTH, EAST + 310, NORTH + 10)


def delivered(**shapes):
    """Patches as they are kept: longitude and latitude."""
    index = pd.Index(list(shapes), name="violation_id", dtype="str")
    return gpd.GeoSeries(list(shapes.values()), index=index, crs=4527).to_crs(4490)


def lines_of(file, parcel):
    """Take the points of a parcel out of a 界址点 TXT by hand: ring, X, Y; without the closing ones."""
    lines = file.read_text(encoding="gbk").splitlines()
    start = next(place for place, line in enumerate(lines) if line.endswith("@") and f",{parcel}," in line)
    points = []
    for line in lines[start + 1 :]:
        if not line.startswith("J"):
            break
        _, ring, north, east = line.split(",")
        if [ring, float(north), float(east)] not in points:
            points.append([ring, float(north), float(east)])
    return points


@pytest.mark.parametrize("case_id", ["JZD003", "JZD053"])
def test_the_points_are_those_of_the_delivered_file(demo_run, demo_folder, case_id):
    by_hand = lines_of(demo_folder / "violations" / "界址点_20260312.txt", case_id)

    _, table = point_blocks(case_of(demo_run.results, case_id), "zh")

    assert len(table.rows) == len(by_hand) >= 4
    for number, (row, (ring, north, east)) in enumerate(zip(table.rows, by_hand, strict=True), start=1):
        assert row[:3] == (case_id, f"J{number}", int(ring))
        assert row[3:5] == (pytest.approx(north, abs=2e-4), pytest.approx(east, abs=2e-4))


def test_sides_are_geodesics_between_the_delivered_points(demo_run, demo_folder):
    by_hand = lines_of(demo_folder / "violations" / "界址点_20260312.txt", "JZD003")
    to_longlat = pyproj.Transformer.from_crs("EPSG:4527", "EPSG:4490")  # in the order of the authority: north first
    latitude, longitude = to_longlat.transform([one[1] for one in by_hand], [one[2] for one in by_hand])
    corners = zip(longitude, latitude, strict=True)
    ring = [*corners, (longitude[0], latitude[0])]
    sides = [pyproj.Geod(ellps="GRS80").line_length(*zip(*side, strict=True)) for side in pairwise(ring)]

    points = boundary_points(case_of(demo_run.results, "JZD003").shapes, Zone(39))

    assert points["side_m"].to_list() == pytest.approx(sides, abs=1e-3)


def test_on_the_ellipsoid_a_side_is_shorter_than_in_the_plane_far_from_the_meridian():
    """440 km of easting lie 60 km from the meridian: there the plane is longer by 60² / (2 · 6371²), 44 mm in a km."""
    points = boundary_points(delivered(A=WHOLE), Zone(39))

    side = points.set_index("point")["side_m"].max()

    assert 100 - side == pytest.approx(100 * 60**2 / (2 * 6371**2), rel=0.02)


def test_points_are_numbered_through_the_case_and_rings_in_each_patch():
    points = boundary_points(delivered(A=HOLED, B=shapely.MultiPolygon([HOLED, BESIDE])), Zone(39))

    assert points["point"].to_list() == list(range(1, 21))
    assert points.groupby(["violation_id", "ring"], sort=False).size().to_dict() == {
        ("A", 1): 4, ("A", 2): 4, ("B", 1): 4, ("B", 2): 4, ("B", 3): 4,
    }  # fmt: skip


def test_no_side_leads_from_one_ring_to_another():
    points = boundary_points(delivered(A=shapely.MultiPolygon([HOLED, BESIDE])), Zone(39))

    by_ring = points.groupby("ring")["side_m"].sum()

    assert by_ring.to_list() == pytest.approx([320, 80, 40], rel=1e-4)


def test_a_project_without_a_zone_of_its_own_gets_the_one_that_the_case_lies_in(demo_run):
    in_degrees = replace(demo_run.results, crs="EPSG:4490")

    assert case_of(in_degrees, "JZD003").zone == case_of(demo_run.results, "JZD003").zone == Zone(39)


@pytest.mark.parametrize("shape", [WHOLE, HOLED, shapely.MultiPolygon([HOLED, BESIDE])], ids=["plain", "hole", "parts"])
@pytest.mark.parametrize("zone", [Zone(39), Zone(20, 6)], ids=["3 degrees", "6 degrees"])
def test_a_written_file_is_read_back_as_the_same_polygon(tmp_path, shape, zone):
    shapes = delivered(A1=shape)
    write_boundary_txt(shapes, zone, tmp_path / "a.txt", made_by="示范县", made_on=date(2026, 6, 30))

    reading = read_violations(tmp_path / "a.txt", columns={"violation_id": "地块编号"}, found_on=date(2026, 3, 12))

    back = reading.original.to_crs(4527).loc["A1"]
    assert reading.output_crs == f"EPSG:{zone.crs.to_epsg()}"
    assert shapely.hausdorff_distance(shapely.normalize(back), shapely.normalize(shape)) < 1e-4
    assert back.symmetric_difference(shape).area < 0.1
    assert set(reading.issues["problem"]) <= {"several_parts"}


def test_a_case_of_several_patches_is_one_file_of_several_parcels(tmp_path):
    write_boundary_txt(
        delivered(A1=HOLED, A2=BESIDE), Zone(39), tmp_path / "a.txt", made_by="x", made_on=date(2026, 1, 1)
    )

    reading = read_violations(tmp_path / "a.txt", columns={"violation_id": "地块编号"}, found_on=date(2026, 3, 12))

    assert reading.original.index.to_list() == ["A1", "A2"]
    areas = [
        float(line.split(",")[1]) for line in (tmp_path / "a.txt").read_text("gbk").splitlines() if line.endswith("@")
    ]
    assert areas == pytest.approx([0.56, 0.01], abs=1e-4)  # hectares: 6000 − 400 m², 100 m²


def test_signs_of_the_format_in_an_id_do_no_harm(tmp_path):
    shapes = delivered(**{"A,1@\nJ9,1,0,0": WHOLE})

    write_boundary_txt(shapes, Zone(39), tmp_path / "a.txt", made_by="[地块坐标]\nx=1", made_on=date(2026, 1, 1))
    reading = read_violations(tmp_path / "a.txt", columns={"violation_id": "地块编号"}, found_on=date(2026, 3, 12))

    assert len(reading.original) == 1
    assert np.isclose(reading.original.to_crs(4527).area.iloc[0], 6000)
