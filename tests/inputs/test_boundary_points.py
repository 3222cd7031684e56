"""界址点 TXT, with the liberties that people take."""

import pytest
import shapely

from geoenforce.core.errors import CrsError, FormatError
from geoenforce.inputs.layers import read_violations
from geoenforce.inputs.read import read_layer
from tests.inputs.builders import EAST, NORTH, ring_of, square, txt_of_points

HEAD = {"坐标系": "2000国家大地坐标系", "几度分带": "3", "带号": "39", "计量单位": "米"}
OUTER = ring_of(square())
HOLE = ring_of(shapely.box(EAST + 10, NORTH + 10, EAST + 20, NORTH + 20))
BESIDE = ring_of(square(3))


def _read(folder, text, encoding="gbk", **options):
    (folder / "a.txt").write_text(text, encoding=encoding)
    return read_layer(folder / "a.txt", **options)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_any_encoding(tmp_path, encoding):
    assert _read(tmp_path, txt_of_points([OUTER]), encoding).table["地块名称"].to_list() == ["水田一号"]


def test_a_ring_inside_is_a_hole_and_a_ring_beside_is_a_part(tmp_path):
    reading = _read(tmp_path, txt_of_points([OUTER, HOLE, BESIDE]))

    assert reading.table.area[1] == 10_000 - 100 + 10_000
    assert reading.issues["problem"].to_list() == ["several_parts"]
    assert "2 lie beside each other" in reading.issues["detail"][0]


def test_a_closed_ring_and_an_open_one_are_the_same(tmp_path):
    opened = _read(tmp_path, txt_of_points([OUTER])).table.geometry[1]
    closed = _read(tmp_path, txt_of_points([[*OUTER, OUTER[0]]])).table.geometry[1]

    assert opened.equals(closed)


def test_several_parcels_are_several_rows(tmp_path):
    text = txt_of_points([OUTER], name="甲") + txt_of_points([BESIDE], name="乙").split("[地块坐标]\n")[1]

    reading = _read(tmp_path, text)

    assert reading.table["地块编号"].to_list() == ["甲", "乙"]
    assert reading.table.area.to_list() == [10_000, 10_000]


def test_point_numbers_may_repeat_and_blank_lines_do_no_harm(tmp_path):
    text = txt_of_points([OUTER]).replace("J2,", "J1,").replace("\n", "\r\n\r\n")

    assert _read(tmp_path, text).table.area[1] == 10_000


@pytest.mark.parametrize(
    ("head", "easting", "code"),
    [
        (HEAD, 39_500_000, 4527),
        ({**HEAD, "带号": "39"}, 500_000, 4548),  # no number before the easting, but in the head
        ({**HEAD, "几度分带": "6", "带号": "20"}, 20_500_000, 4498),
        ({"坐标系": "CGCS2000"}, 39_500_000, 4527),  # the number before the easting says it all
        ({"坐标系": "CGCS2000", "带号": "39带"}, 39_500_000, 4527),
    ],
)
def test_the_head_says_the_system(tmp_path, head, easting, code):
    ring = [(north, east - EAST + easting) for north, east in OUTER]

    assert _read(tmp_path, txt_of_points([ring], head)).table.crs.to_epsg() == code


def test_degrees_of_latitude_and_longitude_are_read(tmp_path):
    ring = [(23.5, 116.4), (23.5, 116.401), (23.501, 116.401)]

    reading = _read(tmp_path, txt_of_points([ring], {"坐标系": "2000国家大地坐标系", "计量单位": "度"}))

    assert reading.table.crs.to_epsg() == 4490
    assert reading.table.total_bounds.tolist() == [116.4, 23.5, 116.401, 23.501]


def test_east_before_north_is_seen_from_the_numbers_and_told(tmp_path):
    reading = _read(tmp_path, txt_of_points([[point[::-1] for point in OUTER]]))

    assert reading.table.geometry[1].equals(square())
    assert reading.issues["problem"].to_list() == ["east_first"]


@pytest.mark.parametrize(
    ("head", "easting", "words"),
    [
        ({**HEAD, "带号": "38"}, 39_500_000, "the eastings begin with 39, which is another zone"),
        ({**HEAD, "坐标系": "1980西安坐标系"}, 39_500_000, "Xi'an 80"),
        ({**HEAD, "坐标系": "80国家大地坐标系", "带号": "39"}, 500_000, "CM 117E.*Xi'an 80"),
        ({**HEAD, "坐标系": "1954北京坐标系", "几度分带": "6", "带号": "20"}, 20_500_000, "zone 20.*Beijing 54"),
        ({"坐标系": "CGCS2000"}, 500_000, "do not tell the central meridian"),
        ({}, 39_500_000, 'zone number 39. If they are CGCS2000, write crs = "EPSG:4527"'),
        ({**HEAD, "带号": "99"}, 39_500_000, "带号=99, 几度分带=3: There is no 3-degree zone 99"),
    ],
)
def test_a_head_that_leaves_the_system_open_stops_the_run(tmp_path, head, easting, words):
    ring = [(north, east - EAST + easting) for north, east in OUTER]

    with pytest.raises(CrsError, match=words):
        _read(tmp_path, txt_of_points([ring], head))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (txt_of_points([OUTER[:2]]), "A ring of 2 points encloses nothing"),
        (txt_of_points([OUTER]).replace("J3,1,", "J3,1,x"), "Line 10 is no point (name, ring, X, Y): 'J3,1,x"),
        (txt_of_points([OUTER]).replace("J3,1,", "J3,"), "Line 10 is no point"),
    ],
)
def test_a_parcel_that_cannot_be_read_is_left_out_and_the_others_stay(tmp_path, text, words):
    reading = _read(tmp_path, text + txt_of_points([BESIDE]).split("[地块坐标]\n")[1])

    assert reading.table.index.to_list() == [2]
    assert reading.issues["problem"].to_list() == ["unreadable_record"]
    assert words in reading.issues["detail"][0]


def test_missing_points_are_told(tmp_path):
    reading = _read(tmp_path, txt_of_points([OUTER], count=9))

    assert reading.issues["detail"].to_list() == ["The head of the parcel promises 9 points, but there are 4."]


@pytest.mark.parametrize("count", [4, 5])
def test_a_count_with_or_without_the_closing_point_is_right(tmp_path, count):
    assert _read(tmp_path, txt_of_points([OUTER], count=count)).issues.empty


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("见附件。", r"no list of boundary points.*lacks the line \[地块坐标\]"),
        ("[属性描述]\n[地块坐标]\n", "has no parcel: no line after"),
    ],
)
def test_another_text_is_refused(tmp_path, text, words):
    with pytest.raises(FormatError, match=words):
        _read(tmp_path, text)


def test_the_parcel_number_is_the_violation_s_id(tmp_path):
    (tmp_path / "a.txt").write_text(txt_of_points([OUTER]), encoding="gbk")

    assert read_violations(tmp_path / "a.txt").table.index.to_list() == ["DK01"]
