"""The attribute tables of the land layers, with the column names of the national standards."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.errors import InputError
from geoenforce.core.space import polygons_to_plane
from geoenforce.demo.fields import Floats
from geoenforce.demo.ground import COUNTY_CODE, COUNTY_NAME, CRS, TOWNSHIP_NAMES, Ground
from geoenforce.demo.landuse import LAND_NAMES

_STATE_LAND = ("1003", "1101", "0701", "0601", "08H2")
_SLOPE_GRADES = np.array([2.0, 6.0, 15.0, 25.0])
_RIDGE_SHARES = {1: 0.0, 2: 0.0621, 3: 0.0954, 4: 0.1283, 5: 0.1507}


def township_table(ground: Ground) -> gpd.GeoDataFrame:
    """
    Make the layer XZQ (行政区): one row per township.

    Parameters
    ----------
    ground
        The made-up ground.
    """
    townships = ground.townships
    table = pd.DataFrame(
        {
            "BSM": [f"{COUNTY_CODE}1000{number:08d}" for number in range(1, len(townships) + 1)],
            "YSDM": "1000600100",
            "XZQDM": townships.index,
            "XZQMC": townships["township_name"].to_numpy(),
            "DCMJ": _area_m2(townships.geometry.to_numpy()).round(2),
            "MSSM": "00",
        }
    )
    return gpd.GeoDataFrame(table, geometry=townships.geometry.to_numpy(), crs=CRS)


def parcel_table(ground: Ground) -> gpd.GeoDataFrame:
    """
    Make the layer DLTB (地类图斑): one row per land parcel, areas on the ellipsoid in m².

    Parameters
    ----------
    ground
        The made-up ground.
    """
    parcels = ground.parcels
    code = parcels["land_code"]
    area = _area_m2(parcels.geometry.to_numpy()).round(2)
    is_cultivated = code.str.startswith("01").to_numpy()
    grade = np.where(is_cultivated, np.searchsorted(_SLOPE_GRADES, parcels["slope_degrees"]) + 1, 0)
    ridge = np.array([_RIDGE_SHARES.get(number, 0.0) for number in grade.tolist()])
    number = parcels.groupby("village_code").cumcount() + 1
    village = _village_names(parcels["township_code"], parcels["village_code"])
    is_state = code.isin(_STATE_LAND).to_numpy()
    ridge_area = np.round(area * ridge, 2)
    table = pd.DataFrame(
        {
            "BSM": [f"{COUNTY_CODE}2100{row:08d}" for row in range(1, len(parcels) + 1)],
            "YSDM": "2001010100",
            "TBYBH": number.map("{:d}".format),
            "TBBH": number.map("{:05d}".format),
            "DLBM": code,
            "DLMC": code.map(LAND_NAMES),
            "QSXZ": np.where(is_state, "20", "30"),
            "QSDWDM": parcels["village_code"] + "0000000",
            "QSDWMC": village,
            "ZLDWDM": parcels["village_code"] + "0000000",
            "ZLDWMC": village,
            "TBMJ": area,
            "KCDLBM": np.where(ridge > 0, "1203", ""),
            "KCXS": ridge,
            "KCMJ": ridge_area,
            "TBDLMJ": np.round(area - ridge_area, 2),
            "GDLX": np.where(grade > 2, "TT", np.where(grade > 1, "PD", "")),
            "GDPDJB": np.where(grade > 0, grade.astype(str), ""),
            "ZZSXDM": np.where(is_cultivated, "LS", ""),
            "ZZSXMC": np.where(is_cultivated, "种植粮食作物", ""),
            "FRDBS": "0",
            "SJNF": np.int32(2024),
            "MSSM": "00",
        }
    )
    return gpd.GeoDataFrame(table, geometry=parcels.geometry.to_numpy(), crs=CRS)


def farmland_table(layer: gpd.GeoDataFrame, year: int) -> gpd.GeoDataFrame:
    """
    Make the layer YJJBNTTB (永久基本农田图斑); what looks like personal data is an obvious dummy.

    Parameters
    ----------
    layer
        One version of `BasicFarmland`.
    year
        The year it stands for.
    """
    area = _area_m2(layer.geometry.to_numpy()).round(2)
    names = dict(zip(_codes(layer), TOWNSHIP_NAMES, strict=True))
    table = pd.DataFrame(
        {
            "BSM": COUNTY_CODE + "2200" + layer["patch_id"],
            "YSDM": "2005010300",
            "XZQDM": layer["township_code"],
            "XZQMC": layer["township_code"].map(names),
            "YJJBNTTBBH": COUNTY_CODE + "YN" + layer["patch_id"],
            "TBBH": layer["patch_id"],
            "DLBM": "0101",
            "DLMC": LAND_NAMES["0101"],
            "QSXZ": "30",
            "YJJBNTTBMJ": area,
            "KCXS": 0.0,
            "YJJBNTMJ": area,
            "GDPDJB": "1",
            "ZRRMC": "虚构农户" + layer["patch_id"],
            "ZRRZJHM": "000000000000000000",
            "LXDH": "00000000000",
            "SJNF": np.int32(year),
            "SFWYYJJBNT": "是",
        }
    )
    return gpd.GeoDataFrame(table, geometry=layer.geometry.to_numpy(), crs=CRS)


def _codes(layer: gpd.GeoDataFrame) -> list[str]:
    found = sorted(layer["township_code"].unique())
    if len(found) != len(TOWNSHIP_NAMES):
        message = (
            f"Only the townships {found} have basic farmland, but all {len(TOWNSHIP_NAMES)} must; choose another seed."
        )
        raise InputError(message)
    return found


def _village_names(township_code: "pd.Series[str]", village_code: "pd.Series[str]") -> "pd.Series[str]":
    names = dict(zip(sorted(township_code.unique()), TOWNSHIP_NAMES, strict=True))
    number = village_code.str[-3:].astype(int) - 200
    return COUNTY_NAME + township_code.map(names) + "第" + number.astype(str) + "村"


def _area_m2(geometry: npt.NDArray[np.object_]) -> Floats:
    return np.asarray(shapely.area(polygons_to_plane(geometry, CRS)))
