"""Rasters of heights and networks of lines, beside polygons the only spatial files that are read."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geoenforce.core.errors import CrsError, FormatError
from geoenforce.inputs.elevation import read_elevation
from geoenforce.inputs.network import read_network


def write_raster(path, values, crs="EPSG:4527", nodata=None):
    options = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
    }
    place = from_origin(39_500_000, 2_600_000, 30, 30)
    with rasterio.open(path, "w", crs=crs, transform=place, nodata=nodata, **options) as raster:
        raster.write(values, 1)


def test_heights_come_with_their_place_and_gaps_are_nan(tmp_path):
    write_raster(tmp_path / "dem.tif", np.array([[1, 2, -9999], [4, 5, 6]], dtype="int16"), nodata=-9999)

    raster = read_elevation(tmp_path / "dem.tif")

    assert raster.values[0].tolist()[:2] == [1.0, 2.0]
    assert np.isnan(raster.values[0, 2])
    assert raster.transform == (30, 0, 39_500_000, 0, -30, 2_600_000)
    assert "3-degree Gauss-Kruger zone 39" in raster.crs


def test_a_raster_without_a_coordinate_system_is_refused(tmp_path):
    write_raster(tmp_path / "dem.tif", np.zeros((2, 2), dtype="float32"), crs=None)

    with pytest.raises(CrsError, match=r"dem.tif: names no coordinate system"):
        read_elevation(tmp_path / "dem.tif")


def test_what_is_no_raster_is_refused(tmp_path):
    (tmp_path / "dem.tif").write_bytes(b"no raster")

    with pytest.raises(FormatError, match="cannot be read as a raster"):
        read_elevation(tmp_path / "dem.tif")


@pytest.mark.parametrize("shape", [shapely.LineString([(116.4, 23.5), (116.5, 23.5)]), shapely.Point(116.4, 23.5)])
def test_a_network_is_lines_or_places_in_any_system(tmp_path, shape):
    roads = gpd.GeoDataFrame(geometry=[shape], crs=4490).to_crs(4527)
    roads.to_file(tmp_path / "roads.gpkg")

    found = read_network(tmp_path / "roads.gpkg")

    assert found.crs.to_epsg() == 4490
    assert found.geometry.iloc[0].distance(shape) < 1e-8


def test_a_network_without_a_shape_is_refused(tmp_path):
    gpd.GeoDataFrame({"name": []}, geometry=[], crs=4490).to_file(tmp_path / "roads.gpkg")

    with pytest.raises(FormatError, match="holds no shape"):
        read_network(tmp_path / "roads.gpkg")
