"""The coordinate system at the door: what the numbers say against what the file says."""

import numpy as np
import pyproj
import pytest
import shapely

from geoenforce.core.errors import CrsError
from geoenforce.inputs.crs import by_code
from geoenforce.inputs.layers import read_violations
from geoenforce.inputs.read import read_layer
from tests.inputs.builders import EAST, NORTH, frame, square

AT_JIEYANG = shapely.box(116.4, 23.5, 116.401, 23.501)
WITHOUT_PREFIX = shapely.box(500_000, NORTH, 500_100, NORTH + 100)


def _swapped(shape):
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


def _layer(folder, shape, crs):
    frame([shape], None if crs is None else crs, n=1).to_file(folder / "a.shp", engine="pyogrio")
    return folder / "a.shp"


def _says(folder, shape, crs=None, **options):
    with pytest.raises(CrsError) as error:
        read_layer(_layer(folder, shape, crs), **options)
    return str(error.value)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (square(), 'begin with the zone number 39. If they are CGCS2000, write crs = "EPSG:4527".'),
        (square(east=38_500_000.0), 'crs = "EPSG:4526"'),
        (square(east=20_500_000.0), 'crs = "EPSG:4498"'),  # 6-degree zone 20
        (WITHOUT_PREFIX, "do not tell the central meridian"),
        (WITHOUT_PREFIX, "114° E: EPSG:4547, 117° E: EPSG:4548, 120° E: EPSG:4549"),
        (AT_JIEYANG, 'longitude and latitude in degrees. If they are CGCS2000, write crs = "EPSG:4490"'),
        (_swapped(AT_JIEYANG), "latitude stands before longitude. Swap the two"),
        (_swapped(square()), 'north stands before east. Swap the two, then write crs = "EPSG:4527"'),
        (shapely.box(1, 1, 2, 2), "they fit no system of CGCS2000"),
    ],
)
def test_a_missing_system_is_guessed_from_the_numbers_but_not_assumed(tmp_path, shape, words):
    assert words in _says(tmp_path, shape)


@pytest.mark.parametrize(
    ("shape", "crs", "words"),
    [
        (AT_JIEYANG, 4527, "degrees, not metres: longitude and latitude in degrees"),
        (_swapped(AT_JIEYANG), 4548, "latitude stands before longitude"),
        (
            square(),
            4490,
            'metres, not degrees: eastings begin with the zone number 39. If they are CGCS2000, write crs = "EPSG:4527"',
        ),
        (WITHOUT_PREFIX, 4326, "metres, not degrees: eastings of 6 digits"),
        (square(), 4548, 'the eastings begin with 39, which is another zone. Write crs = "EPSG:4527".'),
        (square(east=38_500_000.0), 4527, 'begin with 38, which is another zone. Write crs = "EPSG:4526".'),
        (WITHOUT_PREFIX, 4527, 'If the central meridian 117° E is right, write crs = "EPSG:4548"'),
        (_swapped(square()), 4527, "north stands before east. Swap the two and deliver the file again."),
        (_swapped(WITHOUT_PREFIX), 4548, "north stands before east"),
        (_swapped(AT_JIEYANG), 4490, "lie outside of China, but inside if swapped: latitude stands before longitude"),
        (shapely.box(7_000_000, NORTH, 7_000_100, NORTH + 100), 4548, "they lie outside of that zone"),
    ],
)
def test_numbers_that_contradict_the_system_stop_the_run(tmp_path, shape, crs, words):
    assert words in _says(tmp_path, shape, crs)


@pytest.mark.parametrize(
    ("code", "name"), [(4610, "Xi'an 80"), (2363, "Xi'an 80"), (4214, "Beijing 54"), (2415, "Beijing 54")]
)
def test_an_old_datum_needs_its_parameters(tmp_path, code, name):
    shape = AT_JIEYANG if code in (4610, 4214) else square()

    message = _says(tmp_path, shape, code)

    assert name in message
    assert "datum_shift = { dx = …" in message


def test_an_old_datum_with_parameters_is_read(tmp_path):
    reading = read_layer(_layer(tmp_path, AT_JIEYANG, 4610), datum_shift={"dx": 0.0, "dy": 0.0, "dz": 0.0})

    assert reading.counts.accepted == 1


def test_a_shift_moves_the_land(tmp_path):
    """On the equator at 90° E the y axis points at the sky and x to the west: dx = -100 is 100 m to the east."""
    frame([shapely.box(89.999, -0.001, 90.001, 0.001)], 4610, violation_id="A").to_file(tmp_path / "a.gpkg")

    def middle(**shift):
        reading = read_violations(tmp_path / "a.gpkg", datum_shift=shift)
        return reading.original.iloc[0].centroid.x

    assert (middle(dx=-100.0) - middle(dx=0.0)) * np.pi / 180 * 6_378_137 == pytest.approx(100, abs=0.01)


def test_the_configuration_wins_over_the_file_and_says_so(tmp_path):
    reading = read_layer(_layer(tmp_path, AT_JIEYANG, 4326), crs="EPSG:4490")

    assert reading.table.crs.to_epsg() == 4490
    assert reading.issues["problem"].to_list() == ["crs_overruled"]
    assert "EPSG:4326 (WGS 84); the configuration says EPSG:4490" in reading.issues["detail"][0]


def test_a_system_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(CrsError, match=r"'EPSG:99999' is no coordinate system; write its EPSG code"):
        read_layer(_layer(tmp_path, square(), 4527), crs="EPSG:99999")


@pytest.mark.parametrize("code", [4490, 4527, 4548, 4498, 4509, 2363, 4326, 3857])
def test_systems_as_arcgis_writes_them_become_those_of_the_registry(code):
    as_arcgis = pyproj.CRS(pyproj.CRS(code).to_wkt("WKT1_ESRI"))

    assert by_code(as_arcgis) == pyproj.CRS(code)


def test_heights_in_the_system_are_left_out():
    assert by_code(pyproj.CRS(4480)).to_epsg() == 4490  # CGCS2000 with ellipsoidal heights


def test_the_zone_s_own_edge_is_no_contradiction(tmp_path):
    """1.5° from the meridian, at 23.5° N, an easting is 153 km off it; a county may lie across the edge."""
    assert read_layer(_layer(tmp_path, square(east=EAST - 200_000), 4527)).counts.accepted == 1


def test_land_outside_of_china_is_no_contradiction(tmp_path):
    assert read_layer(_layer(tmp_path, shapely.box(16, 48, 16.01, 48.01), 4326)).counts.accepted == 1


@pytest.mark.parametrize("code", [4490, 4527, 4548])
def test_axes_are_east_north_whatever_the_registry_says(tmp_path, code):
    """The registry has north first for all three; files have east first."""
    shape = {4490: AT_JIEYANG, 4527: square(), 4548: WITHOUT_PREFIX}[code]
    frame([shape], code, violation_id="A").to_file(tmp_path / "a.gpkg")

    longitude, latitude = read_violations(tmp_path / "a.gpkg").original.iloc[0].centroid.coords[0]

    assert (116 < longitude < 118, 23 < latitude < 24) == (True, True)
