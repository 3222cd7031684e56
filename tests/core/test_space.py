"""Areas against the survey's own formula and against geodesics; coordinate systems that must be refused."""

import itertools
import math

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.errors import CrsError, TableError
from geoenforce.core.measures import area_m2, area_mu, length_m
from geoenforce.core.space import (
    PLANE,
    from_plane,
    longlat_transform,
    m2_to_mu,
    polygons_to_plane,
    to_plane,
)

RING = [(550000, 3500000), (550333, 3500000), (550366.3, 3500299.7), (550066.6, 3500333)]
SHIFT = {"dx": 100.0, "dy": -50.0, "dz": 20.0, "rx": 0.1, "ry": 0.2, "rz": -0.3, "ppm": 1.5}


def trapezoid_area(longlat):
    """The national survey's formula (国土调查办发〔2008〕32号), literally, with CGCS2000 constants."""
    b, e2 = 6356752.31414036, 0.0066943800229
    e4, e6, e8 = e2**2, e2**3, e2**4
    k = (
        1 + 3 / 6 * e2 + 30 / 80 * e4 + 35 / 112 * e6 + 630 / 2304 * e8,
        1 / 6 * e2 + 15 / 80 * e4 + 21 / 112 * e6 + 420 / 2304 * e8,
        3 / 80 * e4 + 7 / 112 * e6 + 180 / 2304 * e8,
        1 / 112 * e6 + 45 / 2304 * e8,
        5 / 2304 * e8,
    )
    rings = [longlat.exterior, *longlat.interiors]
    total = 0.0
    for ring in rings:
        xy = np.radians(np.asarray(ring.coords))
        area = 0.0
        for (l1, b1), (l2, b2) in itertools.pairwise(xy):
            half, middle, strip = (b2 - b1) / 2, (b1 + b2) / 2, (l1 + l2) / 2 - xy[0, 0]
            signs = (1, -1, 1, -1, 1)
            series = sum(
                sign * factor * math.sin((2 * n + 1) * half) * math.cos((2 * n + 1) * middle)
                for n, (sign, factor) in enumerate(zip(signs, k, strict=True))
            )
            area += 2 * b * b * strip * series
        total += abs(area) if ring is rings[0] else -abs(area)
    return total


def in_longlat(polygon, epsg, longest=70.0):
    move = pyproj.Transformer.from_crs(epsg, 4490, always_xy=True)
    dense = shapely.segmentize(polygon, longest)
    return shapely.transform(dense, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))


def test_the_worked_example_of_the_survey_is_met():
    area = area_m2(gpd.GeoSeries([shapely.Polygon(RING)], crs=4548)).iloc[0]

    assert area == pytest.approx(100902.724, abs=0.005)  # published; B and L rounded to 1e-6 arc-seconds there


def test_plane_area_of_the_zone_is_not_what_is_measured():
    polygon = shapely.Polygon(RING)

    assert polygon.area == pytest.approx(100908.990, abs=0.001)
    assert abs(area_m2(gpd.GeoSeries([polygon], crs=4548)).iloc[0] - polygon.area) > 6


@pytest.mark.parametrize("epsg", [4527, 4548, 4498, 4528])
@pytest.mark.parametrize("size_m", [20.0, 400.0, 6000.0])
def test_areas_equal_the_trapezoid_formula_and_geodesics(epsg, size_m):
    move = pyproj.Transformer.from_crs(4490, epsg, always_xy=True)
    east, north = move.transform(116.4, 23.5)
    hole = shapely.Point(east + size_m / 2, north + size_m / 2).buffer(size_m / 5)
    polygon = shapely.box(east, north, east + size_m, north + size_m).difference(hole)

    area = area_m2(gpd.GeoSeries([polygon], crs=epsg)).iloc[0]

    assert area == pytest.approx(trapezoid_area(in_longlat(polygon, epsg)), rel=2e-9)
    geod = pyproj.Geod(a=6378137, rf=298.257222101)
    geodesic = abs(geod.geometry_area_perimeter(shapely.orient_polygons(in_longlat(polygon, epsg, 5.0)))[0])
    assert area == pytest.approx(geodesic, rel=3e-7)


def test_the_same_parcel_has_the_same_area_in_every_system():
    parcel = gpd.GeoSeries([shapely.box(500000, 2600000, 500080, 2600070)], crs=4548)

    areas = [area_m2(parcel.to_crs(crs)).iloc[0] for crs in (4527, 4490, 4326, 32650, 4498)]

    assert areas == pytest.approx([area_m2(parcel).iloc[0]] * 5, rel=1e-6)


@given(st.integers(0, 999), st.integers(0, 999), st.integers(1, 400), st.integers(1, 400), st.floats(0.1, 0.9))
def test_pieces_add_up_to_the_whole(x, y, width, height, share):
    whole = to_plane(
        gpd.GeoDataFrame(
            geometry=[shapely.box(39450000 + x, 2600000 + y, 39450000 + x + width, 2600000 + y + height)], crs=4527
        )
    )
    west, south, east, north = whole.total_bounds
    cut = west + (east - west) * share

    parts = [
        shapely.clip_by_rect(whole.geometry.iloc[0], *box)
        for box in ((west, south, cut, north), (cut, south, east, north))
    ]

    assert sum(part.area for part in parts) == pytest.approx(whole.area.iloc[0], rel=1e-9)


def test_five_mu_are_exactly_reached_by_ten_thousand_thirds_of_a_square_metre():
    assert m2_to_mu(10000 / 3) == 5.0
    assert m2_to_mu(3333.33) < 5.0


def test_area_in_mu_is_area_in_m2_by_two_thousand_thirds():
    layer = gpd.GeoSeries([shapely.Polygon(RING)], crs=4548, index=["A"])

    assert area_mu(layer)["A"] == pytest.approx(100902.7217 * 3 / 2000, abs=1e-6)


def test_a_layer_keeps_its_rows_and_the_callers_table_is_unchanged():
    layer = gpd.GeoDataFrame({"n": [7]}, geometry=[shapely.Polygon(RING)], crs=4548, index=["A"])
    before = layer.copy(deep=True)

    moved = to_plane(layer)

    assert moved.crs == PLANE
    assert moved["n"].to_dict() == {"A": 7}
    assert_geodataframe_equal(layer, before)


def test_going_to_the_plane_and_back_keeps_places_to_a_micrometre():
    layer = gpd.GeoDataFrame(geometry=[shapely.Polygon(RING)], crs=4548)

    back = from_plane(to_plane(layer), 4548)

    corners = shapely.points(RING)
    assert shapely.distance(corners, shapely.multipoints(back.get_coordinates().to_numpy())).max() < 1e-6


@given(longitude=st.floats(73, 135), latitude=st.floats(18, 54))
def test_the_plane_is_left_for_the_place_that_the_closed_formula_takes_to_it(longitude, latitude):
    # Snyder, Map Projections (1987), 10-14, 10-15 and 3-12: x = a λ, y = a q / 2
    a, e = 6378137.0, math.sqrt(0.006694380022900787)
    sine = math.sin(math.radians(latitude))
    q = (1 - e**2) * (sine / (1 - (e * sine) ** 2) - math.log((1 - e * sine) / (1 + e * sine)) / (2 * e))
    x, y = a * math.radians(longitude - 105), a * q / 2

    found = longlat_transform(PLANE)(x, y)

    assert found == pytest.approx((longitude, latitude), abs=1e-11)  # a micrometre; PROJ alone: 1.3e-8


def test_polygons_in_the_plane_stay_bit_for_bit_as_they_are():
    x, y = 1_270_000.123456789, 2_528_000.987654321
    shapes = np.array([shapely.box(x, y, x + 900, y + 10.1), shapely.Point(x, y).buffer(333.3)])

    for crs in (PLANE, pyproj.CRS.from_wkt(PLANE.to_wkt("WKT1_ESRI"))):
        moved = polygons_to_plane(shapes, crs)
        assert shapely.to_wkb(moved).tolist() == shapely.to_wkb(shapes).tolist()  # no long edge was divided, either


def test_z_is_dropped():
    layer = gpd.GeoDataFrame(geometry=[shapely.force_3d(shapely.Polygon(RING), 9.0)], crs=4548)

    assert not to_plane(layer).has_z.any()


def test_length_is_geodesic():
    line = shapely.LineString([(116.0, 23.0), (116.5, 23.4), (117.0, 23.2)])

    measured = length_m(gpd.GeoSeries([line, shapely.box(116, 23, 116.01, 23.01)], crs=4490))

    geod = pyproj.Geod(ellps="GRS80")
    assert measured.iloc[0] == pytest.approx(geod.geometry_length(line), rel=1e-9)
    assert measured.iloc[1] == pytest.approx(
        geod.geometry_length(shapely.box(116, 23, 116.01, 23.01).exterior), rel=1e-9
    )


def test_a_layer_without_a_coordinate_system_is_refused():
    with pytest.raises(CrsError, match=r"has no coordinate system.*set_crs"):
        to_plane(gpd.GeoDataFrame(geometry=[shapely.Polygon(RING)]))


@pytest.mark.parametrize(
    ("epsg", "name"), [(4610, "Xi'an 80"), (2384, "Xi'an 80"), (4214, "Beijing 54"), (2437, "Beijing 54")]
)
def test_old_datums_without_parameters_are_refused(epsg, name):
    layer = gpd.GeoDataFrame(geometry=[shapely.Point(500000, 2600000).buffer(10)], crs=epsg)

    with pytest.raises(CrsError, match=f"{name}.*datum_shift"):
        to_plane(layer)


def test_old_datums_are_moved_by_their_seven_parameters():
    helmert = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=IAU76 +step +proj=helmert "
        "+x=100 +y=-50 +z=20 +rx=0.1 +ry=0.2 +rz=-0.3 +s=1.5 +convention=position_vector +step +inv +proj=cart +ellps=GRS80 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )

    longitude, latitude = longlat_transform(4610, SHIFT)(116.4, 23.5)

    assert (longitude, latitude) == pytest.approx(helmert.transform(116.4, 23.5), abs=1e-9)
    assert abs(longitude - 116.4) > 1e-4


def test_an_unknown_parameter_is_named():
    with pytest.raises(CrsError, match=r"unknown parameters \['scale'\]"):
        longlat_transform(4610, {"dx": 1.0, "scale": 2.0})


def test_other_datums_with_a_known_way_are_accepted():
    point = gpd.GeoDataFrame(geometry=[shapely.Point(155000, 463000)], crs=28992)  # the Dutch origin, Amersfoort

    longlat = from_plane(to_plane(point), 4490).get_coordinates().iloc[0]

    assert longlat.to_list() == pytest.approx([5.38720621, 52.15517440], abs=2e-5)  # its published position in ETRS89


def test_coordinates_outside_of_the_projection_are_refused_with_their_rows():
    swapped = gpd.GeoDataFrame(geometry=[shapely.box(23.0, 116.0, 23.1, 116.1)], crs=4490, index=["P7"])

    with pytest.raises(CrsError, match=r"\['P7'\].*Swapped axes"):
        to_plane(swapped)


def test_a_bow_tie_has_no_area():
    bow_tie = gpd.GeoSeries([shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])], crs=4548, index=["P7"])

    with pytest.raises(TableError, match=r"invalid geometry in \['P7: Self-intersection"):
        area_m2(bow_tie)


def test_results_go_only_to_systems_that_equal_cgcs2000():
    with pytest.raises(CrsError, match=r"only CGCS2000 and WGS 84"):
        from_plane(to_plane(gpd.GeoDataFrame(geometry=[shapely.Polygon(RING)], crs=4548)), 2384)
