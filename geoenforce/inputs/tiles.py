"""Read the tiles of an MBTiles file: what a map can carry inside."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from math import asinh, floor, pi, radians, tan
from pathlib import Path

from geoenforce.core.errors import FormatError

#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_MERCATOR_ENDS = 85.05112878


@dataclass(frozen=True)
class TileSet:
    """Pictures of a part of the world, and how far they go down."""

    tiles: dict[tuple[int, int, int], tuple[str, bytes]]  # (zoom, column, row from the north) → kind, picture
    min_zoom: int
    max_zoom: int
    attribution: str


def read_mbtiles(path: Path, box: Box, most_bytes: float) -> TileSet:
    """
    Read the tiles that show a part of the world: the coarse ones first, then each finer level that fits as a whole.

    Parameters
    ----------
    path
        An MBTiles file of pictures (PNG, JPEG, WebP).
    box
        The part of the world.
    most_bytes
        How much all pictures may take together.

    Raises
    ------
    FormatError
        If this is no MBTiles file, holds vector tiles, or shows nothing of the part within the size.

    Examples
    --------
    >>> read_mbtiles(Path("no_such.mbtiles"), (116, 23, 117, 24), 1e6)
    Traceback (most recent call last):
    geoenforce.core.errors.FormatError: no_such.mbtiles: there is no such file.
    """
    with _opened(path) as connection:
        about = dict(connection.execute("SELECT name, value FROM metadata"))
        if about.get("format") == "pbf":
            message = f"{path}: holds vector tiles; the map needs pictures. Export raster MBTiles, such as from QGIS."
            raise FormatError(message)
        levels = [zoom for (zoom,) in connection.execute("SELECT DISTINCT zoom_level FROM tiles ORDER BY zoom_level")]
        tiles: dict[tuple[int, int, int], tuple[str, bytes]] = {}
        left = most_bytes
        for zoom in levels:
            found = dict(_level(connection, zoom, box, path))
            left -= sum(len(picture) for _, picture in found.values())
            if left < 0:
                break
            tiles |= found
    if not tiles:
        message = (
            f"{path}: has no tile of this county that fits into {most_bytes / 1e6:g} MB. "
            "Raise most_mb, or make the file from the county's own area."
        )
        raise FormatError(message)
    zooms = [zoom for zoom, _, _ in tiles]
    return TileSet(tiles, min(zooms), max(zooms), str(about.get("attribution", "")))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        message = f"{path}: there is no such file."
        raise FormatError(message)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield connection
    except sqlite3.DatabaseError:
        way_out = " Turn it into MBTiles with 'pmtiles convert'." if path.suffix.lower() == ".pmtiles" else ""
        message = f"{path}: is no MBTiles file (an SQLite database with the tables metadata and tiles).{way_out}"
        raise FormatError(message) from None


def _level(
    connection: sqlite3.Connection, zoom: int, box: Box, path: Path
) -> Iterator[tuple[tuple[int, int, int], tuple[str, bytes]]]:
    """Yield the tiles of one level; the file counts its rows from the south."""
    west, south, east, north = box
    (left, top), (right, bottom) = tile_at(west, north, zoom), tile_at(east, south, zoom)
    last = 2**zoom - 1
    rows = connection.execute(
        "SELECT tile_column, tile_row, tile_data FROM tiles WHERE zoom_level = ? AND tile_column BETWEEN ? AND ? "
        "AND tile_row BETWEEN ? AND ? ORDER BY tile_column, tile_row",
        (zoom, left, right, last - bottom, last - top),
    )
    for column, row, picture in rows:
        kind = next((kind for start, kind in _KINDS.items() if picture.startswith(start)), None)
        if kind is None:
            message = f"{path}: tile {zoom}/{column}/{row} is neither PNG, JPEG nor WebP."
            raise FormatError(message)
        yield (zoom, column, last - row), (kind, picture)


def tile_at(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """
    Return the column and row (from the north) of the tile that shows a place.

    Examples
    --------
    >>> tile_at(116.4, 23.5, 10)
    (843, 443)
    """
    number = 2**zoom
    across = (longitude + 180) / 360
    bounded = max(-_MERCATOR_ENDS, min(_MERCATOR_ENDS, latitude))
    down = (1 - asinh(tan(radians(bounded))) / pi) / 2
    return min(max(floor(across * number), 0), number - 1), min(max(floor(down * number), 0), number - 1)
