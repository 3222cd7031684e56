"""Text of shapefiles: the bytes decide, not what stands beside them."""

import pytest

from geoenforce.core.errors import ConfigError
from geoenforce.inputs.read import read_layer
from tests.inputs.builders import frame, shapefile, square

LAYER = frame([square(0), square(1)], 地类=["水田", "旱地"])
BESIDE = [None, "UTF-8", "GBK", "ISO-8859-1", "936", "nonsense"]


@pytest.mark.parametrize("cpg", BESIDE)
@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-8"])
def test_the_bytes_decide_whatever_the_cpg_says(tmp_path, encoding, cpg):
    reading = read_layer(shapefile(tmp_path / "a.shp", LAYER, encoding, cpg))

    assert reading.table["地类"].to_list() == ["水田", "旱地"]
    assert reading.issues.empty


def test_a_letter_that_only_gb18030_has_is_read(tmp_path):
    reading = read_layer(shapefile(tmp_path / "a.shp", frame([square()], XZQMC="㙟𠮷村"), "GB18030"))

    assert reading.table["XZQMC"].to_list() == ["㙟𠮷村"]


def test_two_encodings_in_one_file_are_told_and_both_read(tmp_path):
    path = shapefile(tmp_path / "a.shp", frame([square(0), square(1)], DLMC=["水田", "旱地"]))
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace("旱地".encode("gbk") + b"  ", "旱地".encode()))

    reading = read_layer(path)

    assert reading.table["DLMC"].to_list() == ["水田", "旱地"]
    assert reading.issues["problem"].to_list() == ["mixed_encodings"]


def test_a_value_cut_inside_a_letter_loses_that_letter_only(tmp_path):
    path = shapefile(tmp_path / "a.shp", frame([square()], DLMC="x" * 80))  # the field has room for 80 bytes
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"x" * 80, ("田" * 26).encode() + "田".encode()[:2]))

    assert read_layer(path).table["DLMC"].to_list() == ["田" * 26]


def test_a_name_cut_inside_a_letter_loses_that_letter_only(tmp_path):
    path = shapefile(tmp_path / "a.shp", frame([square()], 地类名="水田"), "UTF-8")  # 9 bytes; 10 have room
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace("地类名".encode() + b"\0", "地类名".encode() + b"\xe7"))

    assert read_layer(path).table["地类名"].to_list() == ["水田"]


@pytest.mark.parametrize("word", ["水", "水田", "联通", "茅"])
def test_a_short_word_in_gbk_is_not_taken_for_utf_8(tmp_path, word):
    assert read_layer(shapefile(tmp_path / "a.shp", frame([square()], DLMC=word))).table["DLMC"].to_list() == [word]


def test_western_text_is_read_as_the_cpg_says(tmp_path):
    reading = read_layer(shapefile(tmp_path / "a.shp", frame([square()], NAME="Fläche é"), "ISO-8859-1", "ISO-8859-1"))

    assert reading.table["NAME"].to_list() == ["Fläche é"]


def test_bytes_in_no_encoding_are_told(tmp_path):
    path = shapefile(tmp_path / "a.shp", frame([square()], NAME="abcdefgh"))
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"abcdefgh", b"ab\xff\xff\xff\xffgh"))

    reading = read_layer(path)

    assert reading.issues["problem"].to_list() == ["mixed_encodings", "undecodable_text"]
    assert "set encoding" in reading.issues["detail"][1]


def test_the_configured_encoding_wins(tmp_path):
    path = shapefile(tmp_path / "a.shp", frame([square()], NAME="Fläche"), "ISO-8859-1")

    assert read_layer(path, encoding="latin-1").table["NAME"].to_list() == ["Fläche"]


def test_an_encoding_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"no encoding 'GBX'.*GB18030"):
        read_layer(shapefile(tmp_path / "a.shp", LAYER), encoding="GBX")
