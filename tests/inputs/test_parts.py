"""Parts of a layer, put together, are just what reading it whole gives: rows, issues, rejects and counts."""

import gc
import weakref
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geoenforce import read_basic_farmland, read_parcels, read_violations
from geoenforce.core.errors import ConfigError, CrsError, FormatError, TableError
from geoenforce.core.tables import LAND, check
from geoenforce.inputs import vector
from geoenforce.inputs.parts import deliver_in_parts, read_in_parts, tables, together
from tests.inputs.builders import BOW_TIE, SPIKED, frame, shapefile, square, with_blob, zipped

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
CODES = ["0101", "0103", "0201", "0301"]


def messy(count=23):
    """Parcels with one of everything: repaired, rejected and repeated rows, Z, odd codes, per cent."""
    shapes = [square(number) for number in range(count)]
    shapes[2], shapes[9], shapes[11], shapes[17] = SPIKED, BOW_TIE, None, SPIKED
    shapes[5] = shapely.force_3d(shapes[5], 12.0)
    shapes[20] = shapely.force_3d(shapes[20], 8.0)
    ids = [f"B{number:04d}" for number in range(count)]
    shapes[13], ids[13] = shapely.reverse(shapes[0]), ids[0]  # far apart, and drawn the other way round
    shapes[14], ids[14] = shapes[12], ids[12]
    shapes[22], ids[22] = shapes[3], ids[3]
    codes = [CODES[number % 4] for number in range(count)]
    codes[1], codes[8], codes[19], codes[21] = "9901", None, "9902", "9901"
    ridges = [0.1 if number % 5 else 12.5 for number in range(count)]
    names = ["水田" if number % 2 else "Wald" for number in range(count)]
    return frame(shapes, TBBH=ids, DLBM=codes, DLMC=names, KCXS=ridges)


def geopackage(folder, layer):
    layer.to_file(folder / "a.gpkg", engine="pyogrio")
    return folder / "a.gpkg"


def parquet(folder, layer):
    layer.to_parquet(folder / "a.parquet", write_covering_bbox=True)
    return folder / "a.parquet"


def geodatabase(folder, layer):
    layer.to_file(folder / "a.gdb", driver="OpenFileGDB", engine="pyogrio", geometry_type="MultiPolygon")
    return folder / "a.gdb"


def flat(folder, layer):
    layer = layer[layer.geometry.notna()]  # the format holds neither rows without a shape nor some with Z
    layer = layer.set_geometry(layer.geometry.force_2d())
    layer.to_file(folder / "a.fgb", driver="FlatGeobuf", engine="pyogrio", SPATIAL_INDEX="NO")
    return folder / "a.fgb"


def in_gbk(folder, layer):
    return shapefile(folder / "a.shp", layer)


def packed(folder, layer):
    return zipped(folder / "a.zip", geopackage(folder, layer))


def geojson(folder, layer):
    layer.to_crs(4490).to_file(folder / "a.geojson", engine="pyogrio")
    return folder / "a.geojson"


def equal(parts, whole):
    """Both readings say the same."""
    check(parts.table, LAND)
    assert_frame_equal(
        pd.DataFrame(parts.table).drop(columns="geometry"), pd.DataFrame(whole.table).drop(columns="geometry")
    )
    assert parts.table.crs == whole.table.crs
    assert parts.table.geometry.to_wkb().equals(whole.table.geometry.to_wkb())
    assert parts.counts == whole.counts
    assert parts.output_crs == whole.output_crs
    for one, other in ((parts.issues, whole.issues), (parts.rejects, whole.rejects)):
        assert one.dtypes.equals(other.dtypes)
        assert _lines(one) == _lines(other)
    assert parts.rejects.crs == whole.rejects.crs
    assert {note.text for note in parts.notes} == {note.text for note in whole.notes}


def _lines(table):
    return sorted(map(str, table.astype(str).to_numpy().tolist()))


@pytest.mark.parametrize("write", [geopackage, parquet, geodatabase, flat, in_gbk, packed, geojson])
@pytest.mark.parametrize("at_once", [4, 23])
def test_parts_are_the_whole(tmp_path, write, at_once):
    path = write(tmp_path, messy())

    readings = [*read_in_parts(read_parcels, path, date(2025, 1, 1), at_once=at_once)]

    whole = read_parcels(path, date(2025, 1, 1))
    equal(together(readings), whole)
    assert [reading.counts.read for reading in readings[:-1]] == [at_once] * (len(readings) - 1)
    assert len(readings) == {4: 6, 23: 1}[at_once]
    assert whole.counts.rejected == (4 if write is flat else 5)  # bow-tie, no shape, three that were there before


@settings(max_examples=10)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.integers(1, 6))
def test_repeated_rows_are_left_out_wherever_they_stand(tmp_path_factory, numbers, at_once):
    shapes = [square(number) for number in numbers]
    path = geopackage(tmp_path_factory.mktemp("repeated"), frame(shapes, TBBH=[str(number) for number in numbers]))

    parts = together([*read_in_parts(read_basic_farmland, path, at_once=at_once)])

    equal(parts, read_basic_farmland(path))
    assert sorted(parts.table["parcel_id"]) == sorted(set(map(str, numbers)))


def test_without_an_id_only_rows_that_agree_in_all_columns_are_the_same(tmp_path):
    shapes = [square(0)] * 3 + [square(1)]
    path = geopackage(tmp_path, frame(shapes, note=["a", "b", "a", "a"]))

    parts = together([*read_in_parts(read_basic_farmland, path, at_once=1)])

    equal(parts, read_basic_farmland(path))
    assert parts.table["row"].to_list() == [1, 2, 4]


def test_two_halves_of_a_square_are_two_parcels_though_box_and_area_agree(tmp_path):
    corners = list(square(0).exterior.coords)
    halves = [shapely.Polygon(corners[:3]), shapely.Polygon(corners[2:])]
    path = geopackage(tmp_path, frame(halves, TBBH="1"))

    assert together([*read_in_parts(read_basic_farmland, path, at_once=1)]).counts.accepted == 2


def test_lost_zeros_are_found_though_they_are_parts_apart(tmp_path):
    path = geopackage(tmp_path, frame([square(0), square(1)], DLBM=["101", "1203"]))
    readings = read_in_parts(read_parcels, path, at_once=1)

    assert next(readings).counts.read == 1
    with pytest.raises(TableError, match=r"holds codes of 3 and of 4 digits.*leading zeros were lost"):
        next(readings)


def test_a_shapefile_s_text_is_decoded_as_a_whole(tmp_path):
    """The letter 水 alone is a word in GBK and in UTF-8; the second parcel's name decides."""
    layer = frame([square(0), square(1)], DLBM="0101", DLMC=["水", "水田坑塘"])
    path = shapefile(tmp_path / "a.shp", layer)

    parts = together([*read_in_parts(read_parcels, path, at_once=1)])

    assert parts.table["land_name"].to_list() == ["水", "水田坑塘"]


def test_records_that_a_shapefile_promises_and_does_not_hold_are_counted(tmp_path):
    path = in_gbk(tmp_path, messy().iloc[:8])
    table = tmp_path / "a.dbf"
    width = int.from_bytes(table.read_bytes()[10:12], "little")
    table.write_bytes(table.read_bytes()[: -2 * width - 1])

    for at_once in (3, 6):
        parts = together([*read_in_parts(read_parcels, path, at_once=at_once)])
        equal(parts, read_parcels(path))
        assert parts.counts.read == 8
        assert (parts.issues["problem"] == "unreadable_record").sum() == 2


@pytest.mark.parametrize("write", [geopackage, parquet, geodatabase, in_gbk, packed])
def test_an_empty_layer_is_one_part_without_rows(tmp_path, write):
    path = write(tmp_path, messy().iloc[:0])

    readings = [*read_in_parts(read_parcels, path, crs="EPSG:4527")]

    assert len(readings) == 1
    equal(readings[0], read_parcels(path, crs="EPSG:4527"))
    assert "empty_layer" in readings[0].issues["problem"].to_list()


def test_curves_are_drawn_in_each_part(tmp_path):
    path = geopackage(tmp_path, frame([square(number) for number in range(5)], DLBM="0101"))
    with_blob(path, "a", lambda head: head[:3] + b"\x01" + head[4:8] + circle(*square(3).centroid.coords[0], 25.0), 4)

    parts = together([*read_in_parts(read_parcels, path, at_once=2)])

    equal(parts, read_parcels(path))
    assert "1 shapes have curved edges; they were drawn as short straight ones." in parts.issues["detail"].to_list()
    assert parts.table.area.iloc[3] == pytest.approx(np.pi * 25**2, rel=1e-4)


def circle(east, north, radius):
    """A curve polygon in WKB: one circular string through three points, twice."""
    xy = [(east - radius, north), (east, north + radius), (east + radius, north), (east, north - radius)]
    points = np.array([*xy, xy[0]], dtype="<f8").tobytes()
    head = b"\x01" + (10).to_bytes(4, "little") + (1).to_bytes(4, "little")
    return head + b"\x01" + (8).to_bytes(4, "little") + (5).to_bytes(4, "little") + points


def test_a_file_that_breaks_off_in_the_middle_is_salvaged_from_there(tmp_path, monkeypatch):
    path = geopackage(tmp_path, messy())
    whole = read_parcels(path)
    made_of, calls = vector.made_of, []

    def breaks(*arguments, **options):
        calls.append(1)
        if len(calls) == 3:
            message = "a broken page"
            raise RuntimeError(message)
        return made_of(*arguments, **options)

    monkeypatch.setattr("geoenforce.inputs.parts.made_of", breaks)

    equal(together([*read_in_parts(read_parcels, path, at_once=5)]), whole)


def test_an_unusual_parquet_file_is_read_whole(tmp_path):
    layer = messy()[["TBBH", "DLBM", "geometry"]].set_index("TBBH")
    layer.to_parquet(tmp_path / "a.parquet")

    equal(
        together([*read_in_parts(read_parcels, tmp_path / "a.parquet", at_once=5)]),
        read_parcels(tmp_path / "a.parquet"),
    )


def test_tables_go_on_while_the_rest_is_kept(tmp_path):
    path = geopackage(tmp_path, messy())
    kept = []

    parts = [*tables(read_in_parts(read_parcels, path, at_once=5), kept)]

    whole = read_parcels(path)
    assert sum(map(len, parts)) == len(whole.table)
    assert together(kept).counts == whole.counts
    assert _lines(together(kept).issues) == _lines(whole.issues)
    assert len(together(kept).table) == 0


def test_tables_that_went_on_are_let_go(tmp_path):
    path = geopackage(tmp_path, messy())
    kept, shapes = [], []

    for table in tables(read_in_parts(read_parcels, path, at_once=5), kept):
        shapes.append(weakref.ref(table.geometry.iloc[0]))
    del table
    gc.collect()

    assert [shape() for shape in shapes] == [None] * 5


def test_what_the_reader_refuses_is_refused_at_the_first_part(tmp_path):
    path = in_gbk(tmp_path, frame([square(0)], DLBM="0101"))
    path.with_suffix(".prj").unlink()
    (tmp_path / "b.gpkg").write_bytes(b"nothing")

    with pytest.raises(CrsError, match="names no coordinate system"):
        next(read_in_parts(read_parcels, path))
    with pytest.raises(FormatError, match="cannot be opened"):
        next(read_in_parts(read_parcels, tmp_path / "b.gpkg"))
    with pytest.raises(FormatError, match="there is no such file"):
        next(read_in_parts(read_parcels, tmp_path / "c.gpkg"))
    with pytest.raises(ConfigError, match=r"\['srs'\] are no options"):
        next(read_in_parts(read_parcels, path, srs="EPSG:4490"))
    with pytest.raises(TableError, match="DLBM"):
        next(read_in_parts(read_parcels, geopackage(tmp_path, frame([square(0)]))))


def test_only_land_layers_are_read_in_parts(tmp_path):
    with pytest.raises(ConfigError, match="Only land layers are read in parts"):
        next(read_in_parts(read_violations, tmp_path / "a.gpkg"))


@pytest.mark.parametrize("file", ["YJJBNTTB_2021.shp", "YJJBNTTB_2025.gdb"])
def test_the_demo_county_s_layers_are_the_same_in_parts(file):
    path = ROOT / "data" / "basic_farmland" / file

    equal(together([*read_in_parts(read_basic_farmland, path, at_once=37)]), read_basic_farmland(path))


@pytest.mark.skipif(not SHARED.exists(), reason=f"{SHARED} is not here")
@pytest.mark.parametrize(
    "file",
    [
        "parcels/nl/brpgewaspercelen_definitief_2023.gpkg",
        "parcels/at/inspire_schlaege_2025-1_polygon.gpkg.zip",
        "vector/shp/testpoly.shp",
        "vector/shp/slightly_overlapping_polygons.shp",
        "vector/shp/bigoffset.shp",
        "boundaries",
    ],
)
def test_real_files_are_the_same_in_parts(file):
    path = SHARED / file
    paths = sorted(path.glob("*.*json")) if path.is_dir() else [path]
    assert paths

    at_once = 3 if path.suffix == ".shp" else 40
    for one in paths:
        whole, said = _read(read_basic_farmland, one)
        parts, again = _read(lambda path: together([*read_in_parts(read_basic_farmland, path, at_once=at_once)]), one)
        assert said == again
        if whole is not None:
            equal(parts, whole)


def _read(reader, path):
    try:
        return reader(path), ""
    except (CrsError, FormatError) as problem:
        return None, type(problem).__name__


def test_it_reads_a_layer_of_geopandas_too(tmp_path):
    gpd.GeoDataFrame(messy().drop(columns="DLMC")).to_parquet(tmp_path / "a.geoparquet", geometry_encoding="geoarrow")

    equal(
        together([*read_in_parts(read_parcels, tmp_path / "a.geoparquet", at_once=5)]),
        read_parcels(tmp_path / "a.geoparquet"),
    )


def test_what_was_handed_over_is_not_kept_in_memory(tmp_path):
    """Twenty groups of rows of 1 MB each; with read-ahead, Arrow would keep them all until the file is closed."""
    rng = np.random.default_rng(1)
    texts = rng.integers(97, 123, (2000, 10_000), dtype=np.uint8).tobytes().decode()
    layer = frame([square(number) for number in range(2000)], DLBM="0101")
    layer = layer.assign(note=[texts[start : start + 10_000] for start in range(0, len(texts), 10_000)])
    layer.to_parquet(tmp_path / "a.parquet", row_group_size=100)
    before = pa.total_allocated_bytes()

    held = [pa.total_allocated_bytes() - before for _ in deliver_in_parts(tmp_path / "a.parquet", {}, at_once=100)]

    assert len(held) == 20
    assert max(held) < 8_000_000


def test_of_each_part_nothing_is_kept_of_its_texts(tmp_path):
    kept = []
    path = parquet(tmp_path, messy())
    whole = sum(len(table) for table in tables(read_in_parts(read_parcels, path, at_once=7), kept))

    assert whole > 0
    assert len(kept) > 2
    texts = [one.table[name] for one in kept for name in ("parcel_id", "land_code", "source_file")]
    assert {text.dtype for text in texts} == {pd.StringDtype(na_value=np.nan)}
    assert sum(pa.chunked_array(pa.array(text)).get_total_buffer_size() for text in texts) < 100
