"""Open what GDAL can read: in bulk, and record by record where bulk reading refuses the file."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import read, read_arrow

from geoenforce.core.errors import FormatError, some
from geoenforce.core.sentences import say, word
from geoenforce.core.terms import Action
from geoenforce.inputs.encodings import DECODE_LATER
from geoenforce.inputs.reading import Delivery, Geometries, Problem
from geoenforce.inputs.shapefile import decode_texts, lost_records

_STEP, _STEP_DEGREES = "OGR_ARC_STEPSIZE", "0.1"  # an arc in such steps keeps its area to 5e-7
_WITHOUT_ZONES = (".gdb", ".gpkg")  # what stands there is the clock on the wall, though GDAL calls it UTC
_ZONE = r"(Z|[+-]00:?00)$"
_POLYGONAL = ("Polygon", "MultiPolygon", "CurvePolygon", "MultiSurface")
_UNDECIDED = ("Unknown", "GeometryCollection")

#: What bulk reading raises at a file that it cannot read.
REFUSALS = (DataSourceError, DataLayerError, ValueError, RuntimeError, pa.ArrowException)


def read_vector(path: Path, file: str, layer: str | None = None, encoding: str | None = None) -> Delivery:
    """
    Read one layer of a file that GDAL knows.

    Parameters
    ----------
    path
        Where the file is.
    file
        How it is called in messages.
    layer
        The layer to take; without it, the only one that can hold polygons.
    encoding
        Of a shapefile's text; without it the bytes decide.

    Returns
    -------
    delivery
        All records, in the order of the file.

    Raises
    ------
    FormatError
        If the file cannot be opened, holds no polygons, or holds several layers with polygons and
        none was named.
    """
    name = choose_layer(path, file, layer)
    is_shapefile = path.suffix.lower() == ".shp"
    try:
        delivery = _in_bulk(path, file, name, text_later=is_shapefile)
    except REFUSALS as refusal:
        delivery = _record_by_record(path, file, name, str(refusal), text_later=is_shapefile)
    if not is_shapefile:
        return delivery
    return lost_records(decode_texts(delivery, path, encoding), path)


def choose_layer(path: Path, file: str, layer: str | None) -> str:
    """
    Return the name of the layer to read.

    Raises
    ------
    FormatError
        If there is no such layer, no layer with polygons, or more than one to choose from.
    """
    kinds = _layers(path, file)
    if layer is not None:
        if layer not in kinds:
            message = f"{file} has no layer {layer!r}; it has {some(kinds, 40)}."
            raise FormatError(message)
        return layer
    if len(kinds) == 1 and next(iter(kinds.values())) is not None:
        return next(iter(kinds))
    possible = [name for name, kind in kinds.items() if _can_hold_polygons(kind)]
    if len(possible) > 1:
        possible = [name for name in possible if kinds[name] not in _UNDECIDED or _has_polygons(path, name)]
    if len(possible) == 1:
        return possible[0]
    listed = ", ".join(f"{name} ({kind or 'no geometry'})" for name, kind in kinds.items())
    if possible:
        message = f'{file} has several layers with polygons: {listed}. Say which one to read: layer = "{possible[0]}".'
    else:
        message = f"{file} has no layer with polygons, and polygons are needed; it has {listed or 'no layer at all'}."
    raise FormatError(message)


def _layers(path: Path, file: str) -> dict[str, str | None]:
    """Map the name of each layer to its kind of geometry, without the marks for Z and M."""
    try:
        with quietly():
            found = pyogrio.list_layers(path)
    except REFUSALS as refusal:
        message = f"{file} cannot be opened: {_first_sentence(refusal)}. {_way_out(path)}"
        raise FormatError(message) from None
    return {str(name): str(kind).split(" ")[0].removesuffix("Z") if kind else None for name, kind in found}


def _can_hold_polygons(kind: str | None) -> bool:
    return kind in _POLYGONAL or kind in _UNDECIDED


def _has_polygons(path: Path, layer: str) -> bool:
    return bool(np.isin(shapely.get_type_id(_linear(path, layer)), (3, 6, 7)).any())


def _in_bulk(path: Path, file: str, layer: str, *, text_later: bool) -> Delivery:
    encoding = DECODE_LATER if text_later else None
    with quietly() as said:
        meta, table = read_arrow(path, layer=layer, encoding=encoding, return_fids=text_later, datetime_as_string=True)
    return made_of(table, meta, path, Delivery(file, layer, pd.DataFrame(), np.empty(0, object), None), said=said)


def made_of(
    table: pa.Table, meta: dict[str, Any], path: Path, empty: Delivery, first: int = 1,
    said: Sequence[warnings.WarningMessage] = (),
) -> Delivery:  # fmt: skip
    """
    Make a delivery of what GDAL gave, of the whole layer or of a part.

    Parameters
    ----------
    table, meta
        The records, and what GDAL said of the layer.
    path
        Where the file is.
    empty
        The delivery without rows.
    first
        The number of the first record.
    said
        What GDAL remarked.

    Raises
    ------
    FormatError
        If the layer has no geometry.
    """
    if meta["geometry_type"] is None:
        message = f"{empty.file} has no geometry, and polygons are needed. {_way_out(path)}"
        raise FormatError(message)
    rows = pd.RangeIndex(first, first + table.num_rows, name="row")
    if meta["fid_column"] in table.column_names:  # a shapefile's numbers count the deleted records, which are left out
        rows = pd.Index(table.column(meta["fid_column"]).to_numpy() + 1, name="row")
    geometry, problems = _shapes(_wkb(table, meta), rows, path, empty.layer, first)
    attributes = table.drop_columns([name for name in table.column_names if name not in set(meta["fields"])])
    frame = attributes.to_pandas(types_mapper=NULLABLE.get).set_axis(rows, axis=0)
    if path.suffix.lower() in _WITHOUT_ZONES:
        times = [name for name, kind in zip(meta["fields"], meta["ogr_types"], strict=True) if kind == "OFTDateTime"]
        frame = frame.assign(**{name: frame[name].str.replace(_ZONE, "", regex=True) for name in times})
    told = [Problem("driver_message", say("driver_message", text=text)) for text in _worth_telling(said)]
    return replace(empty, frame=frame, geometry=geometry, crs=_crs(meta["crs"]), problems=(*problems, *told))


NULLABLE = {  # numbers of 18 digits must not pass through float64
    pa.int16(): pd.Int64Dtype(),
    pa.int32(): pd.Int64Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


def _wkb(table: pa.Table, meta: dict[str, Any]) -> Geometries:
    column = meta["geometry_name"] or "wkb_geometry"
    return table.column(column).to_numpy(zero_copy_only=False) if column in table.column_names else np.empty(0, object)


def _shapes(
    wkb: Geometries, rows: "pd.Index[int]", path: Path, layer: str, first: int
) -> tuple[Geometries, list[Problem]]:
    """Make geometries of the bytes; GDAL draws curves again as short edges, if there are any."""
    problems = []
    try:
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    except NotImplementedError:  # shapely knows no curves
        geometry = _linear(path, layer, first - 1, len(wkb))
        curved = max(1, sum(_is_curve(value) for value in wkb))  # at least one, though hidden in a collection
        problems.append(Problem("curves_linearised", say("curves_linearised", count="{count}"), count=curved))
    broken = shapely.is_missing(geometry) & np.array([value is not None for value in wkb], dtype=bool)
    for position in np.flatnonzero(broken):
        problems.append(Problem("unreadable_record", say("unreadable_geometry"), Action.REJECTED, int(rows[position])))
    return geometry, problems


def _linear(path: Path, layer: str, skip: int = 0, most: int | None = None) -> Geometries:
    """Read the shapes with curves drawn as short edges: GDAL's usual steps of 4° would take 0.08 % off a circle."""
    before = pyogrio.get_gdal_config_option(_STEP)
    pyogrio.set_gdal_config_options({_STEP: _STEP_DEGREES})
    try:
        with quietly():
            wkb = read(path, layer=layer, columns=[], skip_features=skip, max_features=most)[2]
    finally:
        pyogrio.set_gdal_config_options({_STEP: before})
    return np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)


def _is_curve(wkb: bytes | None) -> bool:
    if wkb is None or len(wkb) < 5:
        return False
    code = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big") & 0x0FFFFFFF
    return code % 1000 in (8, 9, 10, 11, 12)  # ISO codes; 1000, 2000, 3000 mark Z and M


def _record_by_record(path: Path, file: str, layer: str, refusal: str, *, text_later: bool) -> Delivery:
    """Save what can be read of a file that bulk reading refuses; each lost record is a problem."""
    import fiona  # a second GDAL, which few files need

    shapes: list[Any] = []
    records: list[dict[str, Any]] = []
    problems = [Problem("bulk_refused", say("bulk_refused", reason=word(_first_sentence(refusal))))]
    try:
        with quietly(), fiona.open(path, layer=layer, encoding=DECODE_LATER if text_later else None) as source:
            crs = _crs(source.crs_wkt or None)
            for number, (record, trouble) in enumerate(_records(source), start=1):
                shape, lost = _shape_of(record)
                shapes.append(shape)
                records.append(dict(record["properties"]) if record is not None else {})
                if trouble or lost:
                    said = say("unreadable_record", reason=word(trouble or lost))
                    problems.append(Problem("unreadable_record", said, Action.REJECTED, number))
    except (fiona.errors.FionaError, OSError, ValueError, RuntimeError):
        message = f"{file} cannot be read: {_first_sentence(refusal)}. {_way_out(path)}"
        raise FormatError(message) from None
    rows = pd.RangeIndex(1, len(records) + 1, name="row")
    geometry = np.array([*shapes, None], dtype=object)[:-1]
    return Delivery(file, layer, pd.DataFrame(records, index=rows), geometry, crs, tuple(problems))


def _records(source: Any) -> Iterator[tuple[Any, str]]:
    """Go through the records; one that fails yields its reason, and the next is tried."""
    import fiona

    remaining = iter(source)
    for _ in range(len(source)):
        try:
            yield next(remaining), ""
        except StopIteration:
            yield None, "the file ends before it"
        except (fiona.errors.FionaError, ValueError, RuntimeError, OSError) as error:
            yield None, _first_sentence(error)


def _shape_of(record: Any) -> tuple[Any, str]:
    if record is None or record["geometry"] is None:
        return None, ""
    try:
        return shapely.geometry.shape(record["geometry"]), ""
    except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
        return None, _first_sentence(error)


def _crs(text: str | None) -> pyproj.CRS | None:
    if not text:
        return None
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        return None


@contextmanager
def quietly() -> Iterator[list[warnings.WarningMessage]]:
    """Collect GDAL's warnings: what they say about the data becomes rows of the issues table."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield said


def _worth_telling(said: Sequence[warnings.WarningMessage]) -> list[str]:
    texts = dict.fromkeys(str(warning.message) for warning in said)
    return [text for text in texts if not text.startswith("Measured (M) geometry")]  # M is counted elsewhere


def _first_sentence(error: object) -> str:
    text = str(error).split("; It might help")[0].split(". Set SHAPE_RESTORE_SHX")[0].split("\n")[0].strip().rstrip(".")
    if "not recognized as being in a supported file format" in text:
        return "it is in no format that is read, whatever its name says"
    return text or type(error).__name__


def _way_out(path: Path) -> str:
    if path.suffix.lower() == ".shp":
        return f"Deliver the whole shapefile: {path.stem}.shp, .shx, .dbf and .prj."
    return "Open it in QGIS or ArcGIS and export it again, for example as GeoPackage."
