"""Damaged files: what can be saved is saved, and each lost record is told."""

import struct

import pyogrio.raw
import pytest

from geoenforce.core.errors import FormatError
from geoenforce.inputs import vector
from geoenforce.inputs.read import read_layer
from tests.inputs.builders import frame, shapefile, square

LAYER = frame([square(number) for number in range(20)], DLMC="水田", n=list(range(20)))


def _cut(path, share):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def test_a_shapefile_whose_shapes_were_cut_off_keeps_the_first(tmp_path):
    path = shapefile(tmp_path / "a.shp", LAYER)
    _cut(path, 0.5)  # 100 bytes of head, 136 for each square: (1410 - 100) / 136 = 9 whole ones

    reading = read_layer(path)

    assert reading.table.index.to_list() == list(range(1, 10))
    assert (reading.counts.read, reading.counts.rejected) == (20, 11)
    assert "shorter than its header says" in reading.issues.set_index("problem").loc["file_cut_off", "detail"]


def test_a_shapefile_whose_table_was_cut_off_does_not_lose_rows_in_silence(tmp_path):
    path = shapefile(tmp_path / "a.shp", LAYER)
    _cut(path.with_suffix(".dbf"), 0.5)

    reading = read_layer(path)

    lost = reading.issues[reading.issues["problem"] == "unreadable_record"]
    assert reading.counts.read == 20
    assert reading.counts.accepted + len(lost) == 20
    assert 0 < len(lost) < 20
    assert lost["row"].to_list() == list(range(reading.counts.accepted + 1, 21))
    assert "it promises 20 records and holds" in lost["detail"].iloc[0]


def test_a_damaged_record_is_left_out_and_the_others_stay(tmp_path):
    path = shapefile(tmp_path / "a.shp", LAYER)
    data = bytearray(path.read_bytes())
    start = 100 + 136 * 5 + 8  # the sixth record, behind its own head
    data[start + 36 : start + 40] = struct.pack("<i", 999_999)  # number of its parts
    path.write_bytes(data)

    reading = read_layer(path)

    assert reading.counts.rejected == 1
    assert reading.issues["row"].to_list() == [6]


def test_a_deleted_record_keeps_the_numbers_of_the_others(tmp_path):
    path = shapefile(tmp_path / "a.shp", LAYER)
    table = path.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    head, width = struct.unpack("<HH", data[8:12])
    data[head + width * 2] = ord("*")  # the third record
    table.write_bytes(data)

    assert read_layer(path).table.index.to_list()[:4] == [1, 2, 4, 5]


def test_a_file_that_bulk_reading_refuses_is_read_record_by_record(tmp_path, monkeypatch):
    def refuses(*_, **__):
        message = "Value out of range"
        raise pyogrio.errors.DataSourceError(message)

    monkeypatch.setattr(vector, "read_arrow", refuses)
    reading = read_layer(shapefile(tmp_path / "a.shp", LAYER))

    assert reading.table["DLMC"].to_list() == ["水田"] * 20
    assert reading.counts.accepted == 20
    assert reading.issues["detail"].to_list() == ["The file was read record by record, because: Value out of range."]


def test_each_record_that_cannot_be_saved_is_told(tmp_path, monkeypatch):
    class Source(list):
        crs_wkt = LAYER.crs.to_wkt()

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def __iter__(self):
            return Records([*super().__iter__()])

    class Records(list):
        def __next__(self):
            record = self.pop(0)
            if isinstance(record, Exception):
                raise record
            return record

        def __iter__(self):
            return self

    def record(shape):
        return {"geometry": shape, "properties": {"DLMC": "水田"}}

    ring = [[(39500000.0, 2600000.0), (39500100.0, 2600000.0), (39500100.0, 2600100.0)]]
    broken = record({"type": "Polygon", "coordinates": [[(0.0, 0.0)]]})
    source = Source([record({"type": "Polygon", "coordinates": ring}), ValueError("year is out of range"), broken])
    monkeypatch.setattr(vector, "read_arrow", lambda *_, **__: (_ for _ in ()).throw(ValueError("no")))
    monkeypatch.setattr("fiona.open", lambda *_, **__: source)
    LAYER.to_file(tmp_path / "a.gpkg", engine="pyogrio")

    reading = read_layer(tmp_path / "a.gpkg")

    assert reading.table["DLMC"].to_list() == ["水田"]
    lost = reading.issues[reading.issues["action"] == "rejected"]
    assert lost["row"].to_list() == [2, 3]
    assert lost["detail"].iloc[0] == "The record cannot be read: year is out of range."


def test_a_file_that_nothing_can_read_is_refused_with_the_reason(tmp_path):
    LAYER.to_file(tmp_path / "a.geojson", engine="pyogrio")
    _cut(tmp_path / "a.geojson", 0.5)

    with pytest.raises(FormatError, match=r"a.geojson cannot be opened: .*Unterminated.*export it again"):
        read_layer(tmp_path / "a.geojson")
