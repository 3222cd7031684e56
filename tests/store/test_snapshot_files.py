"""Snapshots as files: what goes in comes out, the bytes are the same, and nothing half-written is left."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geoenforce import read_basic_farmland
from geoenforce.core.errors import CrsError, StoreError, TableError
from geoenforce.core.space import PLANE
from geoenforce.core.tables import LAND, check
from geoenforce.store import snapshot_files, spatial_sort
from geoenforce.store.snapshots import read_snapshot, write_snapshot
from tests.store.land import EAST, NORTH, grid, in_parts, layer, scattered, square

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture
def small_groups(monkeypatch):
    monkeypatch.setattr(snapshot_files, "ROWS_PER_GROUP", 16)


@pytest.fixture
def small_portions(monkeypatch):
    monkeypatch.setattr(spatial_sort, "PORTION_BYTES", 2000)


def write(frames, folder, kind="cultivated", on=date(2025, 1, 1), source="dltb.gdb"):
    return write_snapshot(
        frames, folder, kind=kind, effective_from=on, source=source, source_sha256=sha256(source.encode()).hexdigest()
    )


def written(frames, folder):
    return folder / write(frames, folder).path


def same(one, other):
    """Both have the same rows, in the order of their row numbers, and the same shapes to the last bit."""
    one, other = (frame.sort_values("row").reset_index(drop=True) for frame in (one, other))
    assert (shapely.to_wkb(one.geometry.to_numpy()) == shapely.to_wkb(other.geometry.to_numpy())).all()
    names = [name for name in LAND.names if name in other]
    assert_frame_equal(pd.DataFrame(one)[names], pd.DataFrame(other)[names])
    assert [name for name in one if name != "geometry"] == names


# what goes in comes out


def test_rows_come_back_as_they_were(tmp_path):
    land = scattered(300)

    back = read_snapshot(written([land], tmp_path))

    check(back, LAND)
    assert back.crs == PLANE
    assert back.index.to_list() == list(range(300))
    same(back, land)


def test_a_layer_without_dates_and_with_empty_columns_comes_back(tmp_path):
    nothing = pd.Series([None] * 5, dtype="str")
    land = layer([square(number * 10, 0) for number in range(5)], land_code=nothing)
    land = land.drop(columns=["effective_from", "is_cultivated"])
    land["effective_from"] = pd.Series([pd.NaT] * 5, dtype="datetime64[s]")

    snapshot = write([land], tmp_path, on=None)

    assert snapshot.path.startswith("cultivated_always_")
    same(read_snapshot(tmp_path / snapshot.path), land)


def test_a_layer_without_rows_is_a_snapshot_too(tmp_path):
    land = layer([]).astype({"land_code": "str"})

    snapshot = write([land], tmp_path)
    back = read_snapshot(tmp_path / snapshot.path, box=(0, 0, 1, 1))

    assert (snapshot.rows, snapshot.bounds, len(back)) == (0, None, 0)
    assert_frame_equal(
        pd.DataFrame(back.drop(columns="geometry")), pd.DataFrame(land[list(back.drop(columns="geometry"))])
    )
    assert len(read_snapshot(tmp_path / snapshot.path)) == 0


def test_columns_that_are_not_declared_stay_outside(tmp_path):
    land = scattered(3, QSDWMC="村", parcel_id=pd.Series(["a", "b", "c"], dtype="str"))

    assert "QSDWMC" not in read_snapshot(written([land], tmp_path))


def test_the_demo_county_s_layers_come_back(tmp_path):
    for file, on in (("YJJBNTTB_2021.shp", date(2021, 1, 1)), ("YJJBNTTB_2025.gdb", date(2025, 1, 1))):
        land = read_basic_farmland(ROOT / "data" / "basic_farmland" / file, on).table

        snapshot = write([land], tmp_path, "basic_farmland", on)

        assert snapshot.rows == len(land) > 100
        assert snapshot.bounds == tuple(land.total_bounds)
        same(read_snapshot(tmp_path / snapshot.path), land)


@pytest.mark.skipif(not SHARED.exists(), reason=f"{SHARED} is not here")
@pytest.mark.parametrize(
    "file", ["parcels/nl/brpgewaspercelen_definitief_2023.gpkg", "parcels/at/inspire_schlaege_2025-1_polygon.gpkg.zip"]
)
def test_real_parcels_come_back(tmp_path, file):
    delivered = gpd.read_file(SHARED / file)
    delivered = delivered[delivered.is_valid].reset_index(drop=True)
    land = layer(delivered.geometry.to_crs(PLANE).force_2d().to_numpy())

    snapshot = write([land], tmp_path)

    assert snapshot.rows == len(delivered) > 50
    same(read_snapshot(tmp_path / snapshot.path), land)


# the file


def test_the_same_rows_make_the_same_file_however_they_come(tmp_path, small_groups, small_portions):
    land = scattered(100)
    expected = write([land], tmp_path / "whole")

    @settings(max_examples=12)
    @given(st.lists(st.integers(0, 100), max_size=6))
    def holds(cuts):
        assert write(iter(in_parts(land, cuts)), tmp_path / "parts") == expected

    holds()
    assert len(list((tmp_path / "parts").glob("*.parquet"))) == 1


def test_a_layer_larger_than_memory_is_sorted_as_one_that_is_not(tmp_path, monkeypatch):
    land = scattered(500)
    at_once = write([land], tmp_path)
    monkeypatch.setattr(spatial_sort, "PORTION_BYTES", 1000)
    monkeypatch.setattr(snapshot_files, "_AT_ONCE", 70)

    assert write([land], tmp_path) == at_once


def test_rows_lie_along_the_hilbert_curve(tmp_path):
    """Drawn by hand on squared paper: columns 0 to 3 from the west, rows 0 to 3 from the south."""
    curve = "00 01 11 10 20 30 31 21 22 32 33 23 13 12 02 03"  # column, row
    mirrored = [place[::-1] for place in curve.split()]

    back = read_snapshot(written([grid(4)], tmp_path))

    places = [f"{(row - 1) % 4}{(row - 1) // 4}" for row in back["row"]]
    steps = np.abs(np.diff([[int(one) for one in place] for place in places], axis=0)).sum(axis=1)
    assert steps.tolist() == [1] * 15
    assert places in (curve.split(), mirrored)


def test_rows_at_one_place_keep_their_order(tmp_path):
    land = layer([square(0, 0), square(500, 500), *[square(100, 100)] * 5])

    back = read_snapshot(written([land], tmp_path))

    assert [row for row in back["row"] if row > 2] == [3, 4, 5, 6, 7]


def test_one_row_alone_can_be_sorted(tmp_path):
    assert len(read_snapshot(written([grid(1)], tmp_path))) == 1


def test_the_file_is_what_other_programs_expect(tmp_path, small_groups):
    land = scattered(100)
    path = written([land], tmp_path)

    metadata = pq.read_metadata(path)
    geo = json.loads(metadata.metadata[b"geo"])
    column = geo["columns"]["geometry"]
    first = metadata.row_group(0)
    chunks = {first.column(number).path_in_schema: first.column(number) for number in range(first.num_columns)}

    assert (geo["version"], geo["primary_column"], column["encoding"]) == ("1.1.0", "geometry", "WKB")
    assert column["geometry_types"] == ["Polygon"]
    assert column["bbox"] == list(land.total_bounds)
    assert column["covering"]["bbox"]["xmax"] == ["bbox", "xmax"]
    assert [metadata.row_group(number).num_rows for number in range(7)] == [16] * 6 + [4]
    assert metadata.num_row_groups == 7
    assert {chunk.compression for chunk in chunks.values()} == {"LZ4"}
    assert chunks["bbox.ymin"].statistics.has_min_max
    assert chunks["geometry"].statistics is None  # the least and the largest shape would only swell the file


def test_geopandas_reads_the_file_and_a_box_of_it_without_us(tmp_path, small_groups):
    land = scattered(200)
    path = written([land], tmp_path)
    box = (EAST, NORTH, EAST + 4000, NORTH + 4000)

    whole, part = gpd.read_parquet(path), gpd.read_parquet(path, bbox=box)

    assert whole.crs == PLANE
    assert len(whole) == 200
    own = land.bounds
    inside = (own["minx"] <= EAST + 4000) & (own["miny"] <= NORTH + 4000)
    assert 10 < inside.sum() < 100
    assert sorted(part["row"]) == land["row"][inside].to_list()


def test_the_name_tells_kind_date_and_hash(tmp_path):
    snapshot = write([scattered(5)], tmp_path)

    assert snapshot.path == f"cultivated_2025-01-01_{snapshot.sha256[:16]}.parquet"
    assert sha256((tmp_path / snapshot.path).read_bytes()).hexdigest() == snapshot.sha256


def test_a_file_that_is_there_is_not_written_again(tmp_path):
    path = written([scattered(5)], tmp_path)
    os.utime(path, (1, 1))
    number = path.stat().st_ino

    assert written([scattered(5)], tmp_path) == path
    assert path.stat().st_ino == number
    assert path.stat().st_mtime > 1  # it is in use again


# places


@given(
    st.lists(
        st.tuples(*[st.integers(-500, 10_500)] * 2, st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=4
    )
)
def test_a_box_gives_what_reading_all_and_looking_gives(tmp_path_factory, places):
    path, whole = _whole(tmp_path_factory)
    boxes = [(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height) for x, y, width, height in places]
    own = whole.bounds.to_numpy()
    touching = np.zeros(len(whole), dtype=bool)
    for west, south, east, north in boxes:
        touching |= (own[:, 0] <= east) & (own[:, 2] >= west) & (own[:, 1] <= north) & (own[:, 3] >= south)

    found = read_snapshot(path, boxes=boxes)
    one = read_snapshot(path, box=boxes[0], boxes=boxes[1:])

    assert_frame_equal(found, whole[touching])
    assert_frame_equal(one, whole[touching])


_MADE = {}


def _whole(tmp_path_factory):
    if not _MADE:
        rows, snapshot_files.ROWS_PER_GROUP = snapshot_files.ROWS_PER_GROUP, 32
        try:
            path = written([scattered(1000)], tmp_path_factory.mktemp("snapshots"))
        finally:
            snapshot_files.ROWS_PER_GROUP = rows
        _MADE["made"] = path, read_snapshot(path)
    return _MADE["made"]


def test_what_only_touches_a_box_is_found(tmp_path):
    path = written([grid(3)], tmp_path)

    found = read_snapshot(path, box=(EAST + 20, NORTH + 20, EAST + 20, NORTH + 20))

    assert sorted(found["row"]) == [5, 6, 8, 9]


def test_no_box_at_all_finds_nothing(tmp_path):
    found = read_snapshot(written([grid(3)], tmp_path), boxes=np.empty((0, 4)))

    check(found, LAND)
    assert len(found) == 0


def test_groups_that_lie_elsewhere_are_not_read(tmp_path, small_groups):
    path = written([grid(16)], tmp_path)
    box = (EAST + 1, NORTH + 1, EAST + 9, NORTH + 9)
    whole = read_snapshot(path)
    _spoil(path, keep=0)

    near = read_snapshot(path, box=box)

    assert near["row"].to_list() == [1]
    assert_frame_equal(near, whole[whole["row"] == 1])
    with pytest.raises(StoreError, match=r"parquet: the snapshot is damaged \(.*Put it back"):
        read_snapshot(path, box=(EAST + 151, NORTH + 151, EAST + 152, NORTH + 152))


def _spoil(path, keep):
    """Put zeros in the place of every group of rows but one."""
    metadata = pq.read_metadata(path)
    body = bytearray(path.read_bytes())
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        chunks = [group.column(position) for position in range(group.num_columns)]
        start = min(chunk.dictionary_page_offset or chunk.data_page_offset for chunk in chunks)
        if number != keep:
            body[start : start + sum(chunk.total_compressed_size for chunk in chunks)] = bytes(
                sum(chunk.total_compressed_size for chunk in chunks)
            )
    path.write_bytes(body)


def test_only_the_columns_asked_for_come(tmp_path):
    path = written([scattered(5)], tmp_path)

    assert list(read_snapshot(path, columns=["row", "land_code"])) == ["land_code", "row", "geometry"]
    assert list(read_snapshot(path, columns=[])) == ["geometry"]
    with pytest.raises(StoreError, match=r"has no columns \['DLBM'\]; it has \['parcel_id', 'land_code'"):
        read_snapshot(path, columns=["DLBM"])


# what cannot be


def test_a_file_that_is_missing_or_no_snapshot_is_refused(tmp_path):
    scattered(2).to_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes(b"no parquet")

    with pytest.raises(StoreError, match=r"a\.parquet is no snapshot of geoenforce\. Read it with read_parcels"):
        read_snapshot(tmp_path / "a.parquet")
    with pytest.raises(StoreError, match=r"b\.parquet: the snapshot is damaged"):
        read_snapshot(tmp_path / "b.parquet")
    with pytest.raises(StoreError, match=r"c\.parquet: the snapshot is missing\. Put it back from the last backup"):
        read_snapshot(tmp_path / "c.parquet")


def test_a_layer_outside_of_the_plane_is_refused(tmp_path):
    with pytest.raises(CrsError, match=r"a part of it is in EPSG:4490.*to_plane"):
        write([scattered(2).to_crs(4490)], tmp_path)


def test_parts_that_differ_are_refused_and_leave_nothing(tmp_path):
    parts = [scattered(5), scattered(5).drop(columns="land_code")]

    with pytest.raises(TableError, match=r"The parts of the layer differ: the first has the columns \['parcel_id'"):
        write(parts, tmp_path)
    with pytest.raises(TableError, match=r"one row per polygon of a land layer.*has no geometry in"):
        write([layer([None])], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_no_parts_at_all_are_refused(tmp_path):
    with pytest.raises(TableError, match="The layer has no parts"):
        write([], tmp_path)


def test_a_kind_that_would_leave_the_folder_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"'\.\./x' is no kind of snapshot: small letters"):
        write([scattered(1)], tmp_path, "../x")


def test_an_error_of_the_reader_passes_and_leaves_nothing(tmp_path):
    def parts():
        yield scattered(5)
        message = "the second part"
        raise TableError(message)

    with pytest.raises(TableError, match="the second part"):
        write(parts(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_second_writer_waits_and_gives_up_clearly(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot_files, "WAIT_S", 0.1)
    other = sqlite3.connect(tmp_path / ".lock", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreError, match="another program is writing there; wait until it has finished"):
            write([scattered(1)], tmp_path)
    finally:
        other.close()
    assert write([scattered(1)], tmp_path).rows == 1


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match=r"file/inner: the snapshot cannot be written: .*as it was before"):
        write([scattered(1)], tmp_path / "file" / "inner")


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.store.land import scattered
from geoenforce.store import snapshot_files, spatial_sort
import pyarrow.parquet as pq, hashlib, resource

folder, land = Path(sys.argv[1]), scattered(400)
snapshot_files.ROWS_PER_GROUP, spatial_sort.PORTION_BYTES = 50, 4000

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def parts():
    yield land.iloc[:200]
    if point == "part":
        die()
    yield land.iloc[200:]

def after(calls, function):
    def counted(*arguments, **options):
        left.append(1)
        return die() if len(left) > calls else function(*arguments, **options)
    left = []
    return counted

for point in ("part", "scatter", "group", "hash", "rename", "full"):
    pid = os.fork()
    if not pid:
        if point == "scatter":
            spatial_sort._by_portion = after(1, spatial_sort._by_portion)
        elif point == "group":
            pq.ParquetWriter.write_table = after(3, pq.ParquetWriter.write_table)
        elif point == "hash":
            hashlib.file_digest = die
        elif point == "rename":
            Path.rename = die
        elif point == "full":
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            snapshot_files.write_snapshot(
                parts(), folder, kind="cultivated", effective_from=None, source="a", source_sha256="b"
            )
        except Exception as problem:
            print(point, type(problem).__name__, problem, flush=True)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    left = sorted(path.name.split("-")[0] for path in folder.iterdir())
    print(point, status, *left, flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed with os.fork and SIGKILL")
def test_a_killed_writer_leaves_only_what_the_next_one_clears_away(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _KILLED, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True
    )

    killed = -signal.SIGKILL
    expected = [f"{point} {killed} .lock .unfinished" for point in ("part", "scatter", "group", "hash", "rename")]
    *lines, full, last = done.stdout.splitlines()
    assert lines == expected
    assert full.startswith(f"full StoreError {tmp_path}: the snapshot cannot be written: ")
    assert "File too large" in full
    assert last == "full 0 .lock"
    assert len(read_snapshot(written([scattered(7)], tmp_path))) == 7
