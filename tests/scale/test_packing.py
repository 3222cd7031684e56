"""What was packed comes out the same to the bit, whatever its shapes are."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.scale.packing import packed, unpacked

SHAPES = [
    "POLYGON ((0 0, 10 0, 10 10, 0 0), (4 1, 5 1, 5 2, 4 1))",
    "POLYGON ((0 0, 10 0, 10 10, 0 0), EMPTY)",
    "POLYGON ((0 0, 1 1, 0 0))",  # three corners
    "POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))",
    "POLYGON EMPTY",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
    "MULTIPOLYGON (EMPTY, ((0 0, 1 0, 1 1, 0 0)))",
    "LINESTRING (0 0, 1 1.5)",
    "LINESTRING EMPTY",
    "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
    "POINT EMPTY",
    "GEOMETRYCOLLECTION (POINT (1 1))",
]

shapes = st.lists(st.sampled_from([*map(shapely.from_wkt, SHAPES), None, shapely.box(0.1, 0.2, 0.3, 0.7)]), max_size=8)


@given(shapes)
def test_any_shapes_come_out_as_they_were(chosen):
    series = gpd.GeoSeries(chosen, crs="EPSG:4490", index=[f"V{number}" for number in range(len(chosen))])

    found = unpacked(packed(series))

    assert found.crs == series.crs
    pd.testing.assert_index_equal(found.index, series.index)
    assert found.to_wkb(include_srid=True).equals(series.to_wkb(include_srid=True))


def test_a_table_comes_out_as_it_was_and_can_be_written_to():
    table = gpd.GeoDataFrame(
        {"case_id": ["A", None], "found_on": pd.to_datetime(["2026-03-02", None]), "m2": [0.1, np.nan]},
        geometry=[shapely.box(0, 0, 1, 1), None],
        crs="EPSG:4490",
    )

    found = unpacked(packed({"table": table}))["table"]

    assert_geodataframe_equal(found, table)
    found.loc[0, "m2"] = 2.0


@pytest.mark.parametrize("kind", ["float64", "int8"])
def test_arrays_arrive_as_compiled_loops_take_them(kind):
    """Read only, or askew in memory, they would be another type, for which all loops are compiled once more."""
    sent = packed([np.ones(3, dtype="int8"), np.ones((5, 2), dtype=kind)])
    askew = [np.frombuffer(b"-" + one.tobytes(), dtype=np.uint8)[1:] for one in sent.arrays]

    for found in unpacked(type(sent)(sent.head, tuple(askew))):
        assert found.flags.aligned
        assert found.flags.writeable
