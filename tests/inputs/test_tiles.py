"""Tiles out of an MBTiles file: those of the county, from the north, as many whole levels as fit."""

import sqlite3

import pytest

from geoenforce.core.errors import FormatError
from geoenforce.inputs.tiles import read_mbtiles, tile_at

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 92  # 100 bytes; nobody looks behind the signature
HERE = (116.40, 23.50, 116.41, 23.51)


@pytest.fixture
def mbtiles(tmp_path):
    def write(tiles, name="a.mbtiles", **about):
        connection = sqlite3.connect(tmp_path / name)
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", about.items())
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", tiles)
        connection.commit()
        connection.close()
        return tmp_path / name

    return write


def test_rows_are_counted_from_the_north_and_only_the_county_is_read(mbtiles):
    # at zoom 10 the county lies in column 843, row 443 from the north: 1023 - 443 = 580 from the south
    path = mbtiles([(10, 843, 580, PNG), (10, 843, 581, PNG), (10, 1, 1, PNG)], attribution="某测绘院")

    found = read_mbtiles(path, HERE, 1e6)

    assert found.tiles == {(10, 843, 443): ("image/png", PNG)}
    assert (found.min_zoom, found.max_zoom, found.attribution) == (10, 10, "某测绘院")


def test_a_level_that_does_not_fit_as_a_whole_is_left_out(mbtiles):
    column, row = tile_at(116.405, 23.505, 11)
    path = mbtiles([(10, 843, 580, PNG), (11, column, 2047 - row, PNG)])

    assert read_mbtiles(path, HERE, 199).max_zoom == 10
    assert read_mbtiles(path, HERE, 200).max_zoom == 11


@pytest.mark.parametrize(
    ("longitude", "latitude", "tile"), [(-180, 85.06, (0, 0)), (180, -90, (3, 3)), (0.1, -0.1, (2, 2))]
)
def test_the_corners_of_the_world_are_tiles_too(longitude, latitude, tile):
    assert tile_at(longitude, latitude, 2) == tile


def test_vector_tiles_are_refused(mbtiles):
    with pytest.raises(FormatError, match=r"holds vector tiles; the map needs pictures\. Export raster MBTiles"):
        read_mbtiles(mbtiles([], format="pbf"), HERE, 1e6)


def test_a_county_that_the_file_does_not_show_is_an_error(mbtiles):
    with pytest.raises(FormatError, match=r"no tile of this county that fits into 1 MB\. Raise most_mb"):
        read_mbtiles(mbtiles([(10, 1, 1, PNG)]), HERE, 1e6)


def test_what_is_no_picture_is_refused(mbtiles):
    with pytest.raises(FormatError, match=r"tile 10/843/580 is neither PNG, JPEG nor WebP"):
        read_mbtiles(mbtiles([(10, 843, 580, b"<svg onload=alert(1)>")]), HERE, 1e6)


@pytest.mark.parametrize(("name", "way_out"), [("a.pmtiles", "pmtiles convert"), ("a.mbtiles", "is no MBTiles file")])
def test_other_files_are_refused(tmp_path, name, way_out):
    (tmp_path / name).write_bytes(b"PMTiles\x03 and more, but no database")

    with pytest.raises(FormatError, match=way_out):
        read_mbtiles(tmp_path / name, HERE, 1e6)
