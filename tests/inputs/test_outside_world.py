"""Files that nobody here wrote."""

from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from geoenforce.core.errors import FormatError, GeoenforceError
from geoenforce.core.measures import area_m2
from geoenforce.inputs.layers import read_parcels, read_townships
from geoenforce.inputs.read import read_layer

SHARED = Path(__file__).parents[3] / "shared" / "data"
AUSTRIA = SHARED / "parcels" / "at" / "inspire_schlaege_2025-1_polygon.gpkg.zip"
NETHERLANDS = SHARED / "parcels" / "nl" / "brpgewaspercelen_definitief_2023.gpkg"
FILES = sorted(path for path in SHARED.glob("[bvp]*/**/*") if path.is_file())

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SHARED).as_posix())
def test_every_file_ends_in_a_reading_or_an_error_of_ours(path):
    message, reading = "", None
    try:
        reading = read_layer(path)
    except GeoenforceError as error:
        message = str(error)

    if reading is not None:
        assert reading.counts.read > 0
    else:
        assert path.name in message
        assert len(message) > len(path.as_posix()) + 40  # it says what was found and the way out


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".gpx"], ids=lambda path: path.name)
def test_tracks_are_no_polygons(path):
    with pytest.raises(FormatError, match=r"polygons are needed; it has .*tracks \(MultiLineString\)"):
        read_layer(path)


def test_layers_to_choose_from_are_listed():
    with pytest.raises(FormatError, match=r'polygon25D \(MultiPolygon\).*layer = "polygon"'):
        read_layer(SHARED / "vector/filegdb/testopenfilegdb.gdb.zip")


@pytest.mark.parametrize(
    "layer", ["polygon", "multipolygon", "polygon25D", "polygonm", "polygonzm", "several_polygons"]
)
def test_a_chosen_layer_of_a_geodatabase_is_read(layer):
    reading = read_layer(SHARED / "vector/filegdb/testopenfilegdb.gdb.zip", layer=layer, crs="EPSG:4326")

    assert reading.counts.accepted + reading.counts.repaired > 0


def test_jieyang_s_counties_stand_for_townships():
    table = read_townships(SHARED / "boundaries/jieyang_445200.geojson").table

    assert table["township_name"].to_dict()["445281"] == "普宁市"
    # the statistical yearbook has 5 265 km² for the prefecture; the outline here is generalised
    assert table.area.sum() / 1e6 == pytest.approx(5_265, rel=0.02)


def test_areas_published_in_austria_are_reproduced():
    """
    Austria publishes hectares, with 8 decimals, in the plane of its Lambert system (EPSG:31287).

    So the planar area must agree to the last decimal (1e-8 ha = 1e-4 m², here half of it twice). Our area is
    that of the ground: the published one divided by the areal scale of the projection at the parcel, which
    PROJ gives. What is left is the change from Bessel's ellipsoid to that of CGCS2000: positions shift along
    with a height of some 45 m between the two, which is 2 × 45 / 6 378 000 = 1.4e-5 of the area, and the
    scale of the datum shift, 2 × 2.4e-6.
    """
    layer = read_layer(AUSTRIA).table
    published_m2 = layer["SL_FLAECHE_BRUTTO_HA"].to_numpy() * 10_000
    ours = read_parcels(AUSTRIA, all_cultivated=True).table.area.to_numpy()

    assert len(ours) == 100
    assert layer.area.to_numpy() == pytest.approx(published_m2, abs=1e-4)
    assert ours * _areal_scale(layer) == pytest.approx(published_m2, rel=3e-5)


@pytest.mark.parametrize("path", [AUSTRIA, NETHERLANDS], ids=["at", "nl"])
def test_areas_agree_with_geodesics(path):
    """
    pyproj.Geod measures along geodesics, on vertices in WGS 84: another way to the same ground.

    Its series is good to 0.1 m² for a polygon, whatever its size; 0.02 m² was the worst of these 200.
    """
    layer = read_layer(path).table
    longlat = layer.to_crs(4326).geometry
    geod = pyproj.Geod(ellps="GRS80")

    along_geodesics = [abs(geod.geometry_area_perimeter(shape)[0]) for shape in shapely.force_2d(longlat.to_numpy())]

    assert area_m2(layer).to_list() == pytest.approx(along_geodesics, rel=0, abs=0.05)


def _areal_scale(layer):
    """The areal scale of a layer's projection at the middle of each polygon, from PROJ."""
    middle = layer.geometry.centroid
    projection = pyproj.Proj(layer.crs)
    longitude, latitude = projection(middle.x.to_numpy(), middle.y.to_numpy(), inverse=True)
    return np.asarray(projection.get_factors(longitude, latitude).areal_scale)
