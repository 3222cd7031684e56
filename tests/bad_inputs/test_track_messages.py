"""One broken track or ledger for each mistake, and the words its message must have."""

import json
import struct
import zipfile
from datetime import date

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from geoenforce.core.errors import ConfigError, FormatError, InputError, TableError
from geoenforce.inputs.excused import read_excused
from geoenforce.inputs.fixes import read_fixes
from geoenforce.inputs.ledger import read_ledger
from geoenforce.inputs.ledger_template import write_ledger_template
from tests.inputs import tracks

BOMB = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
METRES = "定位时间,经度,纬度\n2026-04-02 08:10:00,39435000.5,2605000.5\n"
SWAPPED = "定位时间,经度,纬度\n2026-04-02 08:10:00,23.55,116.37\n"
LEVEL = "定位时间,经度,纬度\n2026-04-02 08:10:00,43.8,87.6\n"  # Ürümqi with its latitude first: no latitude is above 90


def _line(**properties):
    geometry = {"type": "LineString", "coordinates": [[116.37, 23.55], [116.38, 23.55]]}
    return json.dumps({"type": "Feature", "geometry": geometry, "properties": properties})


def _feature(kind, coordinates):
    geometry = {"type": kind, "coordinates": coordinates}
    return json.dumps({"type": "FeatureCollection", "features": [{"geometry": geometry, "properties": {}}]})


TRACKS = {
    "a.gpx": [
        ("", r"a.gpx is no GPX: line 1, column 1: no element found. Export the track again"),
        ("<html><body/></html>", r"a.gpx is no GPX: its first element is <html>"),
        (tracks.gpx(head=BOMB), r"a.gpx has a DOCTYPE, .* can hide entities .* Delete the line"),
        ("<gpx><wpt lat='1' lon='2'/></gpx>", r"no track point: it holds 1 waypoints, which are places .* \(trk\)"),
        ("<gpx><rte><rtept lat='1' lon='2'/></rte></gpx>", r"no track point: it holds 1 route points"),
        ("<gpx><trk><trkseg/></trk></gpx>", r"no track point: its track is empty"),
        ("<gpx/>", r"no track point: there is no <trk> in it"),
        ("<gpx><trk><trkseg><trk", r"no track point that can be read; line 1, column \d+"),
        (tracks.gpx(["tomorrow"] * 3), r"no time can be read; the first are \['tomorrow', 'tomorrow', 'tomorrow'\]"),
        (tracks.gpx(places=[(39435000.5, 2605000.5)] * 3), r"metres and not degrees, but files of this kind hold degrees"),
        (tracks.gpx(places=[(y, x) for x, y in tracks.PLACES]), r"latitude stands before longitude. Swap"),
    ],
    "a.kml": [
        ("<kml/>", r"a.kml has no track: there is no <gx:Track> in it. Export the recorded track as GPX"),
        ("<kml><LineString/><Point/></kml>", r"it holds 1 points and 1 drawn lines, which say nothing of when"),
        (tracks.kml(places=[]), r"has no track: its tracks are empty"),
        ("<gpx/>", r"a.kml is no KML: its first element is <gpx>"),
        ("<kml><Polygon>", r"it holds 1 polygons.*; it breaks off in line 1"),
    ],
    "a.csv": [
        ("", r"a.csv is empty \(文件为空\)"),
        ("时间,东,北\n1,2,3\n", r"no column for longitude \(looked for .*columns = \{ longitude = .*, latitude = "),
        ("经度,纬度\n116,23\n", r"no column for recorded_at \(looked for recorded_at, 定位时间"),
        ("经度,纬度,日期\n116,23,2026-04-02\n", r"no column for recorded_at"),
        ("定位时间,经度,纬度\n2026-04-02 08:10,东经,北纬\n", r"经度 holds no number, but \['东经'\]"),
        (METRES, r'around \(39435000.5, 2605000.5\): eastings begin with the zone number 39.* write crs = "EPSG:4527"'),
        (SWAPPED, r"longitude 23.55, latitude 116.37: latitude stands before longitude"),
        (LEVEL, r"longitude 43.8, latitude 87.6: latitude stands before longitude"),
        (tracks.csv() + "\n2026-04-02 08:11,116,23,1", r"no regular table: the lines \[5\] have values under no name"),
        (tracks.csv(rows=["2026-04-02 08:11,116,23"] * 20 + ["1,2,3,4"]),
         r"no regular table: Expected 3 fields in line 22, saw 4"),
        ("定位时间,经度,纬度\n02/04/2026 08:10,116,23\n", r"no time can be read; the first are \['02/04/2026 08:10'\]"),
        (b"\xff\xff\xff,\x00\xff", r"a.csv is not text in UTF-8 or GBK"),
    ],
    "a.nmea": [
        ("$GPGSV,1,1,00*79\n", r"a.nmea has no position: no line holds a sentence RMC or GGA"),
    ],
    "a.geojson": [
        ("[1", r"a.geojson is no GeoJSON: .*Export the track again"),
        ("[]", r"a.geojson is no GeoJSON of features: its type is None"),
        ('{"type": "FeatureCollection", "features": []}', r"has no track: it holds no shape"),
        (_feature("Polygon", []), r"has no track: it holds \['Polygon'\]"),
        (_line(), r"has lines, but not when they were walked: no property coordTimes"),
        (_feature("Point", [116, 23]), r"no column for recorded_at"),
        (json.dumps({"type": "FeatureCollection", "features": [],
                     "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4527"}}}),
         r"is in urn:ogc:def:crs:EPSG::4527, but tracks are given in degrees"),
    ],
    "a.parquet": [("PAR1", r"a.parquet cannot be read as Parquet: .*Export it again")],
    "a.xlsx": [("PK", r"a.xlsx cannot be opened as a workbook")],
    "a.zip": [("PK", r"a.zip cannot be unpacked")],
    "a.fit": [("x", r"a.fit: tracks of this kind are not read. GPX, CSV, XLSX, NMEA 0183")],
}  # fmt: skip


def _saved(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "words"), [(name, *case) for name, cases in TRACKS.items() for case in cases]
)
def test_a_bad_track_is_refused_with_the_reason_and_the_way_out(tmp_path, name, content, words):
    path = _saved(tmp_path, name, content)

    with pytest.raises(InputError, match=r"(?s)" + words) as caught:
        read_fixes(path)
    assert path.as_posix() in str(caught.value)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"datum": "BD-09"}, ConfigError, r"no datum 'BD-09' of tracks; there are \['WGS84', 'CGCS2000', 'GCJ-02'\]"),
        ({"time_zone": "Beijing"}, ConfigError, r"There is no time zone 'Beijing'"),
        (
            {"columns": {"lon": "经度"}},
            ConfigError,
            r"columns has \['lon'\], but a file of this kind has \['longitude'",
        ),
        ({"columns": {"longitude": "X"}}, TableError, r"columns names \['X'\], but the file has \['定位时间', '经度'"),
    ],
)
def test_what_is_said_of_a_track_must_be_possible(tmp_path, options, error, words):
    with pytest.raises(error, match=words):
        read_fixes(_saved(tmp_path, "a.csv", tracks.csv()), **options)


def test_paths_without_any_track_are_refused(tmp_path):
    _saved(tmp_path, "说明.docx", "")
    for paths, words in (
        (tmp_path / "none.gpx", r"none.gpx: there is no such file or folder"),
        (str(tmp_path / "*.gpx"), r"no file has such a name. Patterns are seen from the current folder"),
        (tmp_path, r"holds no track; it has \['.*说明.docx'\]. Tracks are GPX, CSV"),
    ):
        with pytest.raises(FormatError, match=words):
            read_fixes(paths)


def test_a_folder_of_which_no_file_can_be_read_gives_the_reasons(tmp_path):
    _saved(tmp_path, "a.gpx", "<gpx/>")
    _saved(tmp_path, "b.csv", "a\n1\n")

    with pytest.raises(
        FormatError, match=r"None of the files can be read. .*a.gpx has no track point.* .*b.csv has no col"
    ):
        read_fixes(tmp_path)


def test_an_encrypted_delivery_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.gpx", tracks.gpx())
    data = bytearray((tmp_path / "a.zip").read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of encryption, in both places
        at = data.index(signature) + offset
        data[at : at + 2] = struct.pack("<H", 1)

    with pytest.raises(FormatError, match=r"a.zip is encrypted. Unpack it with its password"):
        read_fixes(_saved(tmp_path, "a.zip", bytes(data)))


def test_a_geoparquet_of_lines_or_without_a_system_is_refused(tmp_path):
    times = pd.to_datetime(["2026-04-02T00:10:00Z"])
    line, point = shapely.LineString([(116, 23), (117, 23)]), shapely.Point(116, 23)
    for shape, crs, words in (
        (line, 4490, "holds other shapes than points"),
        (point, None, "names no coordinate system"),
        (point, 4610, "no public transformation to CGCS2000 is exact enough"),
    ):
        gpd.GeoDataFrame({"time": times}, geometry=[shape], crs=crs).to_parquet(tmp_path / "a.parquet")
        with pytest.raises(FormatError, match=words):
            read_fixes(tmp_path / "a.parquet")


def test_a_workbook_without_positions_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(FormatError, match=r"has no sheet with positions and times. The first row names the columns"):
        read_fixes(tmp_path / "a.xlsx")

    book.active.append(["经度", "纬度"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(TableError, match=r"\(sheet Sheet\) has no column for recorded_at"):
        read_fixes(tmp_path / "a.xlsx")


LEDGERS = [
    ("巡查人员,备注\n甲,无\n", TableError, r"has no column for on \(looked for on, 巡查日期.* columns = \{ on = "),
    (
        "巡查日期,备注\n2026-04-02,无\n",
        TableError,
        r"no column that says who patrolled; it has \['巡查日期', '备注'\]. Say it",
    ),
    ("", TableError, r"has no column for on .*; it has \[\]"),
    (b"\xff\xff\xff\x00\xff", FormatError, r"is not text in UTF-8 or GBK"),
]


@pytest.mark.parametrize(("content", "error", "words"), LEDGERS)
def test_a_bad_ledger_is_refused(tmp_path, content, error, words):
    with pytest.raises(error, match=words):
        read_ledger(_saved(tmp_path, "台账.csv", content))


def test_a_ledger_that_is_not_there_or_of_another_kind_is_refused(tmp_path):
    with pytest.raises(FormatError, match="there is no such file"):
        read_ledger(tmp_path / "台账.xlsx")
    with pytest.raises(FormatError, match=r"a register is read from CSV or XLSX. Save it as .xlsx"):
        read_ledger(_saved(tmp_path, "台账.doc", ""))


def test_a_template_is_never_written_over_a_file(tmp_path):
    write_ledger_template(tmp_path / "台账.xlsx")
    with pytest.raises(InputError, match="exists already and is left as it is"):
        write_ledger_template(tmp_path / "台账.xlsx")
    with pytest.raises(InputError, match="the ledger cannot be made there"):
        write_ledger_template(tmp_path / "none" / "台账.xlsx")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2026-04-28,\n", r"the rows \[2\] have no 原因: an excused day needs its reason"),
        (",台风\n", r"the rows \[2\] have no 日期"),
        ("2026-04-28,台风\nsoon,台风\n", r"日期 is no date in the rows \[3\], but \['soon'\]"),
    ],
)
def test_a_bad_list_of_excused_days_is_refused(tmp_path, rows, words):
    with pytest.raises(TableError, match=words):
        read_excused(_saved(tmp_path, "a.csv", "日期,原因\n" + rows))


def test_an_excuse_that_ends_before_it_begins_or_lasts_for_years_is_refused(tmp_path):
    for last, words in (("2026-04-27", r"\[2\] have a last day before the first"), ("2028-04-28", "more than a year")):
        with pytest.raises(TableError, match=words):
            read_excused(_saved(tmp_path, "a.csv", f"日期,结束日期,原因\n2026-04-28,{last},台风\n"))


def test_an_entry_of_the_future_needs_a_day_to_be_told(tmp_path):
    path = _saved(tmp_path, "台账.csv", "巡查日期,巡查单位\n2026-04-02,一队\n2062-04-02,一队\n")

    issue = read_ledger(path, as_of=date(2026, 4, 30)).issues.iloc[0]

    assert (issue["row"], issue["problem"], issue["action"]) == (3, "future_date", "rejected")
    assert issue["detail"] == "The day 2062-04-02 is after 2026-04-30."
    assert read_ledger(path).issues.empty
