"""Open a track file with the reader for its kind; the only module that knows them all."""

from collections.abc import Callable, Mapping
from pathlib import Path

from geoenforce.core.errors import FormatError
from geoenforce.inputs.gpx import read_gpx
from geoenforce.inputs.kml_tracks import read_kml_tracks
from geoenforce.inputs.nmea import is_nmea, read_nmea
from geoenforce.inputs.raw_fixes import RawFixes
from geoenforce.inputs.track_features import read_geojson_track, read_parquet_track
from geoenforce.inputs.track_files import TrackFile
from geoenforce.inputs.track_sheets import read_track_csv, read_track_workbook

_PLAIN: dict[str, Callable[[Path, str], RawFixes]] = {
    ".gpx": read_gpx,
    ".kml": read_kml_tracks,
    ".nmea": read_nmea,
    ".nma": read_nmea,
}
_WITH_COLUMNS: dict[str, Callable[[Path, str, Mapping[str, str] | None], RawFixes]] = {
    ".csv": read_track_csv,
    ".tsv": read_track_csv,
    ".txt": read_track_csv,
    ".log": read_track_csv,
    ".geojson": read_geojson_track,
    ".json": read_geojson_track,
    ".parquet": read_parquet_track,
    ".geoparquet": read_parquet_track,
}
_LOOKED_AT = 65_536  # bytes: a log may begin with other sentences


def read_track(file: TrackFile, columns: Mapping[str, str] | None) -> list[RawFixes]:
    """
    Read a file of positions; a workbook may give several, one per sheet.

    Raises
    ------
    FormatError
        If it cannot be read as what it claims to be, or files of its kind are not read.
    TableError
        If a table lacks the columns of position or time.
    """
    suffix = file.path.suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        return read_track_workbook(file.path, file.name, columns)
    if suffix in (".txt", ".log") and is_nmea(_start(file.path)):
        suffix = ".nmea"
    if suffix in _PLAIN:
        return [_PLAIN[suffix](file.path, file.name)]
    if suffix in _WITH_COLUMNS:
        return [_WITH_COLUMNS[suffix](file.path, file.name, columns)]
    message = (
        f"{file.name}: tracks of this kind are not read. GPX, CSV, XLSX, NMEA 0183, KML with gx:Track, GeoJSON and "
        "GeoParquet are, also zipped."
    )
    raise FormatError(message)


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_LOOKED_AT)
