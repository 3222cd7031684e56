"""Made-up rows for every table of the store, with what is hard to keep."""

from itertools import cycle

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.tables import Kind

HARD_TEXTS = (
    "榕城区某村（一组）",
    'it\'s "quoted"',
    "two\nlines\r\nand\ttabs",
    "back\\slash \\N \\. \\t",
    "",
    "  spaces ",
    "𠮷野 👍",
    "a\x1fb\x01",
    "NULL",
    "-0.0",
    "%s :name ?",
)
_HARD_NUMBERS = (0.1, 1e-300, 1.7976931348623157e308, 5e-324, 1 / 3, 123456789.123456789, 0.0)
_HARD_INTEGERS = (0, -(2**63), 2**63 - 1, 2**53 + 1, 7)
_DAYS = ("2026-03-01", "1970-01-01", "2400-02-29", "1899-12-31")
_MOMENTS = ("2026-03-01T08:00:00.123456+08:00", "2026-02-28T23:59:59+00:00", "1999-12-31T16:00:00.000001+00:00")

HOLE = shapely.Polygon(shapely.box(116, 23, 117, 24).exterior, [shapely.box(116.4, 23.4, 116.6, 23.6).exterior])
_SHAPES = {
    "polygon": (
        shapely.box(116.1, 23.1, 116.2, 23.2),
        HOLE,
        shapely.MultiPolygon([HOLE, shapely.box(118, 23, 119, 24)]),
        shapely.MultiPolygon([shapely.box(116.123456789012345, 23, 116.3, 23.1)]),
    ),
    "line": (
        shapely.LineString([(116, 23), (116.5, 23.5), (117, 23.2)]),
        shapely.MultiLineString([[(116, 23), (117, 24)], [(118, 25), (119, 26)]]),
        shapely.MultiLineString([[(116, 23), (117, 24)]]),
    ),
}


def made_up(table, count=12, *, gaps=True, optional=True):
    """A frame that passes `check`; with `gaps` values are missing wherever they may be."""
    columns = {
        column.name: _series(column, count, gaps=gaps, start=number)
        for number, column in enumerate(table.columns)
        if optional or column.required
    }
    names = [f"{text}{number}" for number, text in zip(range(count), cycle(HARD_TEXTS))]
    index = None if table.index is None else pd.Index(names, dtype="str", name=table.index.name)
    frame = pd.DataFrame(columns)
    frame.index = pd.RangeIndex(count) if index is None else index
    if not table.geometry:
        return frame
    shapes = [shape for shape, _ in zip(cycle(_SHAPES[table.geometry]), range(count))]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4490)


def patches(count, *, seed=0):
    """Violations at random places, in order of their ids."""
    random = np.random.default_rng(seed)
    west, south = random.uniform(116, 117, count), random.uniform(23, 24, count)
    size = random.uniform(1e-4, 1e-2, count)
    return gpd.GeoDataFrame(
        {
            "case_id": pd.Series([f"C{number // 2}" for number in range(count)], dtype="str"),
            "found_on": pd.Series(np.datetime64("2026-01-01", "s") + np.arange(count) * np.timedelta64(86400, "s")),
            "status": pd.Series(["confirmed"] * count, dtype="str"),
            "party": pd.Series([None if number % 3 else f"张{number}" for number in range(count)], dtype="str"),
        },
        geometry=shapely.box(west, south, west + size, south + size),
        crs=4490,
    ).set_axis(pd.Index([f"V{number}" for number in range(count)], dtype="str", name="violation_id"))


def same(one, other, what="frame"):
    """Refuse frames that differ in anything: values, order, types, columns, index, geometry."""
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other), check_column_type=False, obj=what)
    if isinstance(other, gpd.GeoDataFrame):
        assert one.crs == other.crs
        assert shapely.to_wkb(one.geometry.to_numpy()).tolist() == shapely.to_wkb(other.geometry.to_numpy()).tolist()


def _series(column, count, *, gaps, start):
    values = _values(column)
    listed = [values[(number + start) % len(values)] for number in range(count)]
    if gaps and not column.filled:
        listed = [None if (number + start) % 3 == 0 else value for number, value in enumerate(listed)]
    if column.kind is Kind.DATE:
        return pd.Series(np.array(["NaT" if day is None else day for day in listed], dtype="datetime64[s]"))
    if column.kind is Kind.INSTANT:
        moments = pd.Series([pd.NaT if moment is None else pd.Timestamp(moment).tz_convert("UTC") for moment in listed])
        return moments.astype("datetime64[us, UTC]").dt.tz_convert("Asia/Shanghai")
    kinds = {Kind.TEXT: "str", Kind.FLAG: "bool", Kind.INTEGER: "int64" if column.filled else "Int64"}
    return pd.Series(listed, dtype=kinds.get(column.kind, "float64"))


def _values(column):
    if column.codes:
        return column.codes
    return {
        Kind.TEXT: HARD_TEXTS,
        Kind.FLAG: (True, False, True),
        Kind.INTEGER: _HARD_INTEGERS,
        Kind.DATE: _DAYS,
        Kind.INSTANT: _MOMENTS,
        Kind.AMOUNT: _HARD_NUMBERS,
        Kind.NUMBER: (*_HARD_NUMBERS, -2.5),
    }[column.kind]
