"""Boundary points as a 界址点 TXT, the form that filing systems take (报批坐标)."""

import re
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geoenforce.core.measures import area_m2
from geoenforce.core.zones import Zone
from geoenforce.outputs.evidence.boundary import boundary_points
from geoenforce.outputs.files import make_room

_DECIMALS = 4  # a tenth of a millimetre: rounding must not move an area across a limit


def write_boundary_txt(shapes: gpd.GeoSeries, zone: Zone, path: str | Path, *, made_by: str, made_on: date) -> None:
    r"""
    Write polygons as a 界址点 TXT in GBK.

    Parameters
    ----------
    shapes
        Polygons as delivered, by ``violation_id``; each becomes one parcel (地块).
    zone
        The zone of the coordinates; eastings carry its number.
    path
        The file.
    made_by, made_on
        What its head says of its origin.

    Raises
    ------
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    X is north and Y is east; areas are ellipsoidal, in hectares; the first point of a ring is repeated at its end.
    Signs that GBK lacks become ``?``. Source: the format of the ministry's filing system.

    Examples
    --------
    >>> import tempfile, shapely
    >>> ring = [(39500000, 2600000), (39500100, 2600000), (39500100, 2600050)]
    >>> shapes = gpd.GeoSeries([shapely.Polygon(ring)], index=["A1"], crs=4527).to_crs(4490)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_boundary_txt(shapes, Zone(39), Path(folder) / "a.txt", made_by="示范县", made_on=date(2026, 6, 30))
    ...     print(*(Path(folder) / "a.txt").read_text(encoding="gbk").splitlines()[-5:], sep="\n")
    4,0.2500,A1,A1,面,,,,@
    J1,1,2600000.0000,39500000.0000
    J2,1,2600000.0000,39500100.0000
    J3,1,2600050.0000,39500100.0000
    J1,1,2600000.0000,39500000.0000
    """
    hectares = area_m2(shapes) / 10_000
    lines = [*_head(zone, made_by, made_on), "[地块坐标]"]
    for violation_id, points in boundary_points(shapes, zone).groupby("violation_id", sort=False):
        count, name = len(points) + points["ring"].nunique(), _field(str(violation_id))
        lines.append(f"{count},{hectares[violation_id]:.4f},{name},{name},面,,,,@")
        for _, ring in points.groupby("ring", sort=False):
            lines += [_point(row) for row in pd.concat([ring, ring.iloc[:1]]).to_dict("records")]
    make_room(path).write_bytes("\r\n".join([*lines, ""]).encode("gbk", errors="replace"))


def _head(zone: Zone, made_by: str, made_on: date) -> list[str]:
    return [
        "[属性描述]",
        "格式版本号=",
        f"数据产生单位={_field(made_by)}",
        f"数据产生日期={made_on.isoformat()}",
        "坐标系=2000国家大地坐标系",
        f"几度分带={zone.width_degrees}",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={zone.number}",
        f"精度={10**-_DECIMALS:.{_DECIMALS}f}",
        "转换参数=,,,,,,",
    ]


def _field(text: str) -> str:
    """Keep signs that mean something in this format out of a text."""
    return re.sub(r"[\s,，@=＝\[\]]+", "_", text).strip("_") or "_"


def _point(row: dict[str, float]) -> str:
    north, east = (f"{row[name]:.{_DECIMALS}f}" for name in ("x_north_m", "y_east_m"))
    return f"J{row['point']},{row['ring']},{north},{east}"
