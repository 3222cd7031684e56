"""Builders of small patrols: steps along a meridian, whose lengths are known, and townships as rectangles."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

GEOD = pyproj.Geod(ellps="GRS80")
EAST, NORTH = 116.4, 23.5
BEIJING = "Asia/Shanghai"


def moment(text):
    return pd.Timestamp(text, tz=BEIJING)


def walk(start, steps_m, *, every_s=6.0, at=(EAST, NORTH), azimuth=0.0, **columns):
    """Fixes that many metres apart; the first is at a place, the others along an azimuth."""
    along = np.concatenate([[0.0], np.cumsum(steps_m)])
    count = len(along)
    longitude, latitude, _ = GEOD.fwd(np.full(count, at[0]), np.full(count, at[1]), np.full(count, azimuth), along)
    seconds = np.arange(count) * every_s
    return fixes(moment(start) + pd.to_timedelta(seconds, unit="s"), longitude, latitude, **columns)


def fixes(times, longitude, latitude, *, device="XJ-01", unit="一队", file="a.gpx"):
    count = len(times)
    return pd.DataFrame(
        {
            "patrol_unit": unit,
            "device_id": device,
            "recorded_at": pd.DatetimeIndex(times).as_unit("ms"),
            "longitude": np.asarray(longitude, float),
            "latitude": np.asarray(latitude, float),
            "source_file": file,
            "row": np.arange(1, count + 1),
            "flag": pd.Series([None] * count, dtype="str"),
        }
    )


def together(*parts):
    return pd.concat(parts, ignore_index=True)


def townships(*boxes, crs=4490):
    """Rectangles in degrees, numbered from 445202101; all of county 445202."""
    codes = [f"44520210{number}" for number in range(1, len(boxes) + 1)]
    frame = gpd.GeoDataFrame(
        {"township_name": [f"{name}镇" for name in "东西南北中"[: len(boxes)]], "county_code": "445202"},
        geometry=[shapely.box(*box) for box in boxes],
        crs=4490,
        index=pd.Index(codes, name="township_code"),
    )
    return (
        frame
        if crs == 4490
        else frame.set_geometry(shapely.segmentize(frame.geometry.to_numpy(), 0.0005), crs=4490).to_crs(crs)
    )


WIDE = (116.2, 23.3, 116.6, 23.7)


def trips_along(*lines, on="2026-04-01", crs=4490):
    """TRIPS as far as coverage needs them, one per line."""
    days = on if isinstance(on, list) else [on] * len(lines)
    shapes = gpd.GeoSeries(list(lines), crs=crs).to_crs(4490)
    return gpd.GeoDataFrame(
        {"on": pd.to_datetime(days)},
        geometry=shapes.to_numpy(),
        crs=4490,
        index=pd.Index([f"T{number}" for number in range(1, len(lines) + 1)], name="trip_id"),
    )
