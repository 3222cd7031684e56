"""The EPSG arithmetic of the zones, against the registry itself."""

import pyproj
import pytest

from geoenforce.core.errors import CrsError
from geoenforce.core.zones import gauss_kruger, zone_at, zone_prefix


@pytest.mark.parametrize("zone", range(25, 46))
def test_three_degree_zones_have_their_meridian_and_false_easting(zone):
    for prefixed, easting in ((True, zone * 1_000_000 + 500_000), (False, 500_000)):
        crs = gauss_kruger(zone, prefixed=prefixed)
        parameters = {one.name: one.value for one in crs.coordinate_operation.params}
        assert crs.geodetic_crs == pyproj.CRS(4490)
        assert parameters["Longitude of natural origin"] == 3 * zone
        assert parameters["False easting"] == easting


@pytest.mark.parametrize("zone", range(13, 24))
def test_six_degree_zones_have_their_meridian_and_false_easting(zone):
    for prefixed, easting in ((True, zone * 1_000_000 + 500_000), (False, 500_000)):
        crs = gauss_kruger(zone, width_degrees=6, prefixed=prefixed)
        parameters = {one.name: one.value for one in crs.coordinate_operation.params}
        assert parameters["Longitude of natural origin"] == 6 * zone - 3
        assert parameters["False easting"] == easting


@pytest.mark.parametrize(("zone", "width"), [(24, 3), (46, 3), (12, 6), (24, 6), (39, 4)])
def test_zones_outside_of_china_are_refused(zone, width):
    with pytest.raises(CrsError, match="3-degree zones are 25 to 45"):
        gauss_kruger(zone, width_degrees=width)


@pytest.mark.parametrize(("longitude", "zone"), [(115.49, 38), (115.51, 39), (117.0, 39), (118.49, 39), (118.51, 40)])
def test_a_longitude_lies_in_the_zone_whose_meridian_is_nearest(longitude, zone):
    assert zone_at(longitude) == zone


@pytest.mark.parametrize(
    ("easting", "zone"),
    [
        (39_500_000, 39),
        (25_400_000, 25),
        (45_600_000, 45),
        (20_500_000, 20),
        (24_500_000, None),
        (46_500_000, None),
        (500_000, None),
    ],
)
def test_an_easting_tells_its_zone_only_if_it_has_a_prefix(easting, zone):
    assert zone_prefix(easting) == zone
