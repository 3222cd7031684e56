"""Open a file with the reader for its kind; the only module that knows them all."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from geoenforce.core.errors import FormatError, some
from geoenforce.core.sentences import say
from geoenforce.inputs.archives import unpacked
from geoenforce.inputs.boundary_points import looks_like_boundary_points, read_boundary_points
from geoenforce.inputs.encodings import decode_bytes
from geoenforce.inputs.reading import Delivery, Problem, ReadOptions
from geoenforce.inputs.sheets import read_sheet
from geoenforce.inputs.vector import NULLABLE, choose_layer, read_vector

T = TypeVar("T")

#: The remark on a layer without rows.
EMPTY_LAYER = Problem("empty_layer", say("empty_layer"))

_FORMATS = "Shapefile, FileGDB, GeoPackage, GeoJSON, KML, GeoParquet, FlatGeobuf, 界址点 TXT, CSV and XLSX, also zipped"
_SHEETS, _TEXTS = (".csv", ".tsv", ".xlsx", ".xlsm"), (".geojson", ".json", ".kml")
_PARTS_OF_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".idm", ".ind", ".qpj")
_WAYS_OUT = {
    ".xls": "Open it in Excel and save it as .xlsx.",
    ".et": "Open it in WPS and save it as .xlsx.",
    ".rar": "Unpack it and give the file inside.",
    ".7z": "Unpack it and give the file inside.",
    ".dwg": "Export the polygons from CAD as a shapefile.",
    ".dxf": "Export the polygons from CAD as a shapefile.",
    ".mdb": "Export the layer from ArcGIS as FileGDB or shapefile.",
    ".mpk": "Unpack it with ArcGIS and give the geodatabase inside.",
}


def deliver(path: Path, options: ReadOptions) -> Delivery:
    """
    Open a file, whatever its format, and return a layer as the file holds it.

    Raises
    ------
    FormatError
        If there is no such file, or it cannot be read as what it claims to be.
    """
    file = path.as_posix()
    refuse_unusable(path, file)
    if path.suffix.lower() in (".zip", ".kmz"):
        with unpacked(path, file) as members:
            delivery = from_archive(members, file, options, from_file)
    else:
        delivery = from_file(path, file, options)
    return delivery if len(delivery.frame) else replace(delivery, problems=(*delivery.problems, EMPTY_LAYER))


def refuse_unusable(path: Path, file: str) -> None:
    """
    Refuse a path where there is nothing, or a folder that is no geodatabase.

    Raises
    ------
    FormatError
        With what to give instead.
    """
    if not path.exists():
        message = f"{file}: there is no such file. Paths in a configuration are seen from the folder it lies in."
        raise FormatError(message)
    if path.is_dir() and path.suffix.lower() != ".gdb":
        raise FormatError(_a_folder(path, file))


def from_file(path: Path, file: str, options: ReadOptions) -> Delivery:
    """
    Open a file that is no archive.

    Raises
    ------
    FormatError
        If it cannot be read as what it claims to be.
    """
    suffix, layer, encoding = path.suffix.lower(), options.get("layer"), options.get("encoding")
    if suffix in _PARTS_OF_SHAPEFILE:
        raise FormatError(_part_of_shapefile(path, file))
    if suffix in _WAYS_OUT:
        message = f"{file} is in a format that is not read. {_WAYS_OUT[suffix]} These are read: {_FORMATS}."
        raise FormatError(message)
    if suffix == ".txt":
        return read_boundary_points(path, file, encoding)
    if suffix in _SHEETS:
        columns = options.get("columns", {})
        ids = [columns[name] for name in ("violation_id", "parcel_id", "approval_id") if name in columns]
        return read_sheet(path, file, layer, encoding, {"parcel": ids[0], **columns} if ids else columns)
    if suffix in (".parquet", ".geoparquet"):
        return _from_parquet(path, file)
    if suffix in _TEXTS:
        with _in_utf8(path, encoding) as readable:
            return read_vector(readable, file, layer, encoding)
    return read_vector(path, file, layer, encoding)


def _part_of_shapefile(path: Path, file: str) -> str:
    whole = [one for one in path.parent.glob(f"{path.stem}.*") if one.suffix.lower() == ".shp"]
    if whole:
        return f"{file} is one part of a shapefile; give the part with the shapes, {whole[0].name}."
    return (
        f"{file} is one part of a shapefile, and the part with the shapes is missing. "
        f"Deliver them all: {path.stem}.shp, .shx, .dbf and .prj."
    )


def _a_folder(path: Path, file: str) -> str:
    inside = sorted(
        one.name for one in path.iterdir() if one.suffix.lower() in (".gdb", ".gpkg", ".shp", ".txt", ".zip")
    )
    if (path / "a00000001.gdbtable").exists() or (path / "gdb").exists():
        return f"{file} is a geodatabase whose folder lost its ending. Rename it to {path.name}.gdb."
    return f"{file} is a folder. Give one of the files in it: {some(inside, 20)}."


def from_archive(
    members: list[Path], file: str, options: ReadOptions, read: Callable[[Path, str, ReadOptions], T]
) -> T:
    """
    Read the one layer that is meant: by its name, or because there is no other with polygons.

    Raises
    ------
    FormatError
        If it is not clear which is meant, or none can be read.
    """
    members = [one for one in members if one.suffix.lower() != ".txt" or looks_like_boundary_points(one)]
    wanted = options.get("layer")
    by_name = [one for one in members if wanted is not None and one.stem == wanted]
    without_name: ReadOptions = {**options}
    without_name.pop("layer", None)
    if len(by_name) == 1:
        return read(by_name[0], file, without_name)
    if len(members) == 1:
        return read(members[0], file, options)
    fitting, reasons = [], []
    for member in members:
        try:
            choose_layer(member, member.name, wanted) if member.suffix.lower() not in (".txt", *_SHEETS) else None
            fitting.append(member)
        except FormatError as error:
            reasons.append(str(error))
    if len(fitting) == 1:
        return read(fitting[0], file, options)
    names = [one.stem for one in fitting]
    if names:
        message = f'{file} holds several files with polygons: {names}. Say which one to read: layer = "{names[0]}".'
    else:
        message = f"{file} holds no file that can be read: {' '.join(reasons)}"
    raise FormatError(message)


def _from_parquet(path: Path, file: str) -> Delivery:
    try:
        table = gpd.read_parquet(path, to_pandas_kwargs={"types_mapper": NULLABLE.get})
    except (ValueError, KeyError, OSError, pa.ArrowException) as error:
        why = str(error).splitlines()[0].rstrip(".")
        message = f"{file} cannot be read as GeoParquet: {why}. Export it again, for example from QGIS."
        raise FormatError(message) from None
    frame = pd.DataFrame(table.drop(columns=table.geometry.name))
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return Delivery(file, path.stem, frame, np.asarray(table.geometry.to_numpy(), dtype=object), table.crs)


@contextmanager
def _in_utf8(path: Path, encoding: str | None) -> Iterator[Path]:
    """Rewrite a GeoJSON or KML in GBK, which GDAL cannot read, in a temporary folder."""
    data = path.read_bytes()
    declared = re.match(rb'\s*<\?xml[^>]*encoding=["\'](gb\w*)["\']', data[:200], re.IGNORECASE)
    try:
        data.decode("utf-8")
        is_readable = declared is None and encoding is None
    except UnicodeDecodeError:
        is_readable = False
    if is_readable:
        yield path
        return
    try:
        text = data.decode(encoding) if encoding else decode_bytes(data)
    except (UnicodeDecodeError, LookupError):
        yield path  # the reader says what is wrong
        return
    with TemporaryDirectory(prefix="geoenforce-") as folder:
        copy = Path(folder, path.name)
        text = re.sub(r'(<\?xml[^>]*encoding=)["\']\w[\w-]*["\']', r'\1"UTF-8"', text, count=1)
        copy.write_text(text.removeprefix("\ufeff"), encoding="utf-8")
        yield copy
