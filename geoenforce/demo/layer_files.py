"""Write the land layers in the formats in which officers get them."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geoenforce.demo.attributes import farmland_table, parcel_table, township_table
from geoenforce.demo.farmland import BasicFarmland
from geoenforce.demo.ground import CRS, Ground
from geoenforce.demo.land import Approval

TOWNSHIPS_FILE = Path("boundaries/townships.shp")
FARMLAND_2021_FILE = Path("basic_farmland/YJJBNTTB_2021.shp")
FARMLAND_2025_FILE = Path("basic_farmland/YJJBNTTB_2025.gdb")
PARCELS_FILE = Path("parcels/DLTB.gdb")
APPROVALS_FILE = Path("approvals/批准用地.gpkg")
ROADS_FILE = Path("roads/roads.gpkg")

_LANGUAGE_ID_BYTE = 29  # of a .dbf header
_CHINA_ANSI, _NOT_SAID = 0x57, 0x00


def write_land(folder: Path, ground: Ground, farmland: BasicFarmland) -> None:
    """
    Write townships, basic farmland, parcels and roads into a project folder.

    Parameters
    ----------
    folder
        The project folder.
    ground, farmland
        The made-up county.
    """
    write_reference(folder, ground, farmland)
    _write_gdb(parcel_table(ground), folder / PARCELS_FILE, "DLTB")
    roads = folder / ROADS_FILE
    roads.parent.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(ground.roads, roads, layer="roads")


def write_reference(folder: Path, ground: Ground, farmland: BasicFarmland) -> None:
    """
    Write the layers that are also kept in the repository: townships and basic farmland.

    Parameters
    ----------
    folder
        Where the folders ``boundaries`` and ``basic_farmland`` go.
    ground, farmland
        The made-up county.
    """
    write_old_shapefile(township_table(ground), folder / TOWNSHIPS_FILE, "GBK", _NOT_SAID)
    write_old_shapefile(farmland_table(farmland.of_2021, 2021), folder / FARMLAND_2021_FILE, "GB18030", _CHINA_ANSI)
    _write_gdb(farmland_table(farmland.of_2025, 2025), folder / FARMLAND_2025_FILE, "YJJBNTTB")


def write_old_shapefile(layer: gpd.GeoDataFrame, path: Path, encoding: str, language_id: int = _CHINA_ANSI) -> None:
    """
    Write a shapefile as older programs do: Chinese bytes, and no .cpg that says so.

    Parameters
    ----------
    layer
        What to write; column names of at most 10 bytes.
    path
        The .shp.
    encoding
        Of the .dbf.
    language_id
        The code in its header: 0x57 (Chinese ANSI) or 0x00 (not said).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(layer, path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[_LANGUAGE_ID_BYTE] = language_id
    content[1:4] = bytes((126, 1, 1))  # the day of writing, 2026-01-01, so that the same input gives the same bytes
    dbf.write_bytes(content)


def write_approvals(folder: Path, approvals: list[Approval]) -> None:
    """
    Write the approved sites as a GeoPackage with the names of the approval system.

    Parameters
    ----------
    folder
        The project folder.
    approvals
        The sites.
    """
    table = pd.DataFrame(
        {
            "PZWH": [approval.approval_id for approval in approvals],
            "XMMC": [approval.project for approval in approvals],
            "PZRQ": pd.to_datetime([approval.approved_on for approval in approvals]),
            "DQRQ": pd.to_datetime([approval.expires_on for approval in approvals]),
        }
    )
    layer = gpd.GeoDataFrame(table, geometry=[approval.geometry for approval in approvals], crs=CRS)
    path = folder / APPROVALS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(layer, path, layer="批准用地")


def _write_gdb(layer: gpd.GeoDataFrame, path: Path, name: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(layer, path, layer=name, driver="OpenFileGDB")
