"""Land layers for the tests of snapshots, in the equal-area plane."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.space import PLANE

#: Where the made-up layers lie, in the plane.
EAST, NORTH = 1_250_000.0, 2_520_000.0


def scattered(count, seed=1, **columns):
    """Squares and triangles of up to 40 m, anywhere within 10 km."""
    rng = np.random.default_rng(seed)
    west, south = rng.uniform([[EAST], [NORTH]], [[EAST + 10_000], [NORTH + 10_000]], (2, count))
    side = rng.uniform(1, 40, count)
    shapes = shapely.box(west, south, west + side, south + side)
    shapes[::3] = [shapely.Polygon(list(shape.exterior.coords)[:3]) for shape in shapes[::3]]
    return layer(shapes, **columns)


def grid(size):
    """Squares of 10 m, row by row from the south-west, numbered from 0."""
    return layer([square(column * 10, row * 10) for row in range(size) for column in range(size)])


def square(east, north, side=10.0):
    """A square, its corner so many metres from the layer's own."""
    return shapely.box(EAST + east, NORTH + north, EAST + east + side, NORTH + north + side)


def layer(shapes, **columns):
    """A table LAND of the shapes; every other parcel has no id."""
    count = len(shapes)
    ids = [f"P{number}" if number % 2 else None for number in range(count)]
    table = {
        "parcel_id": pd.Series(ids, dtype="str"),
        "land_code": pd.Series(["0101", "0301"] * count, dtype="str")[:count],
        "is_cultivated": np.resize([True, False], count),
        "ridge_coefficient": np.resize([0.1, np.nan, 0.123456789012345678], count),
        "effective_from": pd.Series([pd.Timestamp("2025-01-01")] * count, dtype="datetime64[s]"),
        "row": np.arange(count, dtype="int64") + 1,
    }
    return gpd.GeoDataFrame(table | columns, geometry=np.asarray(shapes, dtype=object), crs=PLANE)


def in_parts(whole, cuts):
    """The layer divided at these rows."""
    ends = [0, *sorted(cuts), len(whole)]
    return [whole.iloc[start:end] for start, end in pairwise(ends)]
