"""The same three fixes in every format and encoding come out the same."""

import json
import zipfile
from datetime import date, time
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

from geoenforce.core.errors import CrsError, FormatError
from geoenforce.core.gcj02 import wgs84_to_gcj02
from geoenforce.inputs.fixes import read_fixes
from tests.inputs import tracks
from tests.inputs.builders import zipped
from tests.inputs.tracks import PLACES, START, gga, rmc, sentence

INSTANTS = [f"2026-04-02 08:10:{second}+08:00" for second in ("00", "10", "20")]


def written(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def assert_three_fixes(reading, *, tolerance=1e-9):
    table = reading.table
    assert table["recorded_at"].astype(str).to_list() == INSTANTS
    np.testing.assert_allclose(table[["longitude", "latitude"]], PLACES, rtol=0, atol=tolerance)
    assert table["flag"].isna().all()
    assert reading.counts.accepted == reading.counts.read == 3


def _points(**properties):
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": list(place)},
                "properties": {"time": f"{moment:%Y-%m-%dT%H:%M:%SZ}", **properties},
            }
            for place, moment in zip(PLACES, tracks.moments(), strict=True)
        ],
    }


def _line(kind="LineString", **properties):
    times = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in tracks.moments()]
    properties = properties or {"coordTimes": times}
    coordinates = [list(place) for place in PLACES]
    if kind == "MultiLineString":
        coordinates, properties = [coordinates], {"coordTimes": [times]}
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


TEXTS = {
    "gpx11.gpx": tracks.gpx(),
    "gpx10.gpx": tracks.gpx(version="1.0"),
    "prefixed.gpx": tracks.gpx().replace("<trk", "<g:trk").replace("</trk", "</g:trk").replace("xmlns=", "xmlns:g="),
    "gbk.gpx": tracks.gpx(head="<!--巡查轨迹-->").encode("gbk"),
    "declared.gpx": tracks.gpx().replace("1.0\"?>", '1.0" encoding="GB2312"?><!--巡查-->', 1).encode("gbk"),
    "bom.gpx": b"\xef\xbb\xbf" + tracks.gpx().encode(),
    "utf16.gpx": tracks.gpx().encode("utf-16"),
    "offset.gpx": tracks.gpx([f"2026-04-02T08:10:{second}+08:00" for second in ("00", "10", "20")]),
    "fraction.gpx": tracks.gpx([f"2026-04-02T00:10:{second}.000Z" for second in ("00", "10", "20")]),
    "naive.gpx": tracks.gpx([f"2026-04-02T08:10:{second}" for second in ("00", "10", "20")]),
    "extended.gpx": tracks.gpx(between="<extensions><time>1999-01-01T00:00:00Z</time></extensions>"),
    "track.kml": tracks.kml(),
    "when.kml": tracks.kml([f"2026-04-02T08:10:{second}" for second in ("00", "10", "20")]),
    "stamped.kml": tracks.stamped_kml(),
    "stamped behind.kml": tracks.stamped_kml(before=False),
    "utf8.csv": tracks.csv(),
    "gbk.csv": tracks.csv().encode("gbk"),
    "titled.csv": "四月轨迹,,\n" + tracks.csv(),
    "semicolon.csv": tracks.csv().replace(",", ";"),
    "tab.tsv": tracks.csv().replace(",", "\t"),
    "apart.csv": tracks.csv("日期,时间,经度,纬度", ["2026/4/2,8:10:00,116.37,23.55", "2026/4/2,8:10:10,116.3705,23.5502",
                                                 "2026/4/2,8:10:20,116.371,23.5504"]),
    "digits.csv": tracks.csv("date,time,lon,lat", ["20260402,081000,116.37,23.55", "20260402,81010,116.3705,23.5502",
                                                   "20260402,081020,116.371,23.5504"]),
    "seconds.csv": tracks.csv("timestamp,lon,lat", [f"{START.timestamp() + 10 * n:.0f},{x},{y}"
                                                    for n, (x, y) in enumerate(PLACES)]),
    "millis.csv": tracks.csv("timestamp,lon,lat", [f"{(START.timestamp() + 10 * n) * 1000:.0f},{x},{y}"
                                                   for n, (x, y) in enumerate(PLACES)]),
    "chinese.csv": tracks.csv(rows=[f"2026年4月2日上午8时10分{n}0秒,{x},{y}" for n, (x, y) in enumerate(PLACES)]),
    "slashes.csv": tracks.csv(rows=[f"2026/4/2 8:10:{n}0,{x},{y}" for n, (x, y) in enumerate(PLACES)]),
    "blank lines.csv": tracks.csv().replace("\n", "\n\n"),
    "points.geojson": json.dumps(_points()),
    "line.geojson": json.dumps({"type": "FeatureCollection", "features": [_line()]}),
    "multiline.json": json.dumps(_line("MultiLineString")),
    "nested.geojson": json.dumps(_line(coordinateProperties={"times": [INSTANTS[0], INSTANTS[1], INSTANTS[2]]})),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_the_format_gives_the_same_fixes(tmp_path, name):
    assert_three_fixes(read_fixes(written(tmp_path, name, TEXTS[name])))


def test_lines_may_end_in_a_comma_but_not_hold_values_under_no_name(tmp_path):
    rows = [f"2026-04-02 08:10:{number}0,{x},{y}," for number, (x, y) in enumerate(PLACES)]

    assert_three_fixes(read_fixes(written(tmp_path, "a.csv", tracks.csv(rows=rows))))
    with pytest.raises(FormatError, match=r"the lines \[3\] have values under no name in the header"):
        read_fixes(written(tmp_path, "a.csv", tracks.csv(rows=[rows[0], rows[1] + "9", rows[2]])))


@pytest.mark.parametrize("name", ["track.nmea", "track.txt", "track.log"])
def test_nmea_gives_the_same_fixes_whatever_its_ending(tmp_path, name):
    lines = [
        sentence(rmc(f"0010{second}0.00", place=f"{place},E"))
        for second, place in enumerate(
            ("2333.000000,N,11622.20000", "2333.012000,N,11622.23000", "2333.024000,N,11622.26000")
        )
    ]
    assert_three_fixes(read_fixes(written(tmp_path, name, "\r\n".join(lines))), tolerance=1e-8)


def test_a_workbook_with_dates_and_times_as_cells_gives_the_same_fixes(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["巡查轨迹"])
    book.active.append(["日期", "时间", "经度", "纬度"])
    for number, (x, y) in enumerate(PLACES):
        book.active.append([date(2026, 4, 2), time(8, 10, 10 * number), x, y])
    book.create_sheet("说明").append(["无"])
    book.save(tmp_path / "a.xlsx")

    reading = read_fixes(tmp_path / "a.xlsx")

    assert_three_fixes(reading)
    assert reading.table["row"].to_list() == [3, 4, 5]


def test_each_sheet_of_a_workbook_is_a_track_of_its_own(tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx", engine="openpyxl") as book:
        for sheet in ("一队", "二队"):
            frame = pd.DataFrame({"定位时间": ["2026-04-02 08:10"], "经度": [116.37], "纬度": [23.55]})
            frame.to_excel(book, sheet_name=sheet, index=False)

    files = read_fixes(tmp_path / "a.xlsx").table["source_file"].to_list()

    assert files == [f"{tmp_path.as_posix()}/a.xlsx (sheet {sheet})" for sheet in ("一队", "二队")]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4527"])
def test_a_geoparquet_in_any_known_system_gives_the_same_fixes(tmp_path, crs):
    points = gpd.GeoDataFrame(
        {"fixtime": pd.to_datetime(INSTANTS)}, geometry=gpd.points_from_xy(*zip(*PLACES, strict=True)), crs=4490
    )
    points.to_crs(crs).to_parquet(tmp_path / "a.parquet")

    assert_three_fixes(read_fixes(tmp_path / "a.parquet"))


def test_a_point_without_a_shape_is_kept_as_a_fix_without_a_position(tmp_path):
    times = pd.to_datetime(["2026-04-02T00:10:00Z", "2026-04-02T00:10:10Z"])
    shapes = [None, *gpd.points_from_xy([116.37], [23.55])]
    gpd.GeoDataFrame({"time": times}, geometry=shapes, crs=4326).to_parquet(tmp_path / "a.parquet")

    table = read_fixes(tmp_path / "a.parquet").table

    assert table["flag"].astype("str").fillna("").to_list() == ["no_position", ""]


def test_a_map_of_columns_names_what_nobody_could_guess(tmp_path):
    path = written(tmp_path, "a.csv", "a,b,c,d,e\n116.37,23.55,2026-04-02 08:10:00,X9,一队\n")

    columns = {"longitude": "a", "latitude": "b", "recorded_at": "c", "device_id": "d", "patrol_unit": "e"}
    fix = read_fixes(path, columns=columns).table.iloc[0]

    assert (fix["patrol_unit"], fix["device_id"], str(fix["recorded_at"])) == ("一队", "X9", INSTANTS[0])


def test_gcj02_is_shifted_back_to_half_a_metre(tmp_path):
    shifted = np.round(np.column_stack(wgs84_to_gcj02(*np.array(PLACES).T)), 7)
    path = written(tmp_path, "a.gpx", tracks.gpx(places=[tuple(place) for place in shifted.tolist()]))

    assert_three_fixes(read_fixes(path, datum="GCJ-02"), tolerance=5e-7)  # 7 decimals are a centimetre
    assert abs(read_fixes(path).table["longitude"] - np.array(PLACES)[:, 0]).min() > 0.004  # about half a kilometre


def test_a_naive_time_is_read_in_the_declared_zone_and_never_as_utc(tmp_path):
    path = written(tmp_path, "a.gpx", tracks.gpx(["2026-04-09T07:30:00"] * 3))

    in_china, in_utc = read_fixes(path), read_fixes(path, time_zone="UTC")

    assert str(in_china.table["recorded_at"][0]) == "2026-04-09 07:30:00+08:00"
    assert str(in_utc.table["recorded_at"][0]) == "2026-04-09 15:30:00+08:00"
    notes = in_china.issues.set_index("problem")["detail"]
    assert notes["naive_time"] == "3 times say no zone and were read as Asia/Shanghai."


def test_half_past_seven_in_china_is_not_moved_to_the_day_before(tmp_path):
    path = written(tmp_path, "a.gpx", tracks.gpx(["2026-04-08T23:30:00Z"] * 3))

    assert str(read_fixes(path).table["recorded_at"].dt.date[0]) == "2026-04-09"


def test_segments_are_numbered_and_empty_ones_skipped_over(tmp_path):
    text = tracks.gpx().replace("</trkpt><trkpt", "</trkpt></trkseg><trkseg></trkseg><trkseg><trkpt", 1)

    assert read_fixes(written(tmp_path, "a.gpx", text)).table["segment"].to_list() == [1, 3, 3]


def test_a_multitrack_has_a_segment_for_each_track(tmp_path):
    table = read_fixes(written(tmp_path, "a.kml", tracks.kml(kind="gx:MultiTrack"))).table

    assert table["segment"].to_list() == [1, 1, 1, 2, 2, 2]


def test_an_accuracy_among_the_extensions_of_a_point_is_read(tmp_path):
    point = "<trkpt lat='23.55' lon='116.37'><hdop>9</hdop><extensions><o:accuracy xmlns:o='x'>4.5</o:accuracy></extensions></trkpt>"
    text = tracks.gpx().replace("<trkseg>", f"<trkseg>{point}")

    assert read_fixes(written(tmp_path, "a.gpx", text)).table["accuracy_m"].fillna(0).to_list() == [4.5, 0, 0, 0]


def test_waypoints_beside_a_track_are_counted_and_left_out(tmp_path):
    text = tracks.gpx().replace("<trk>", '<wpt lat="1" lon="2"/><rte><rtept lat="1" lon="2"/></rte><trk>')

    issues = read_fixes(written(tmp_path, "a.gpx", text)).issues.set_index("problem")["detail"]

    assert issues["not_a_track"] == "1 waypoints and 1 route points are no track and were not read."


def test_a_gpx_that_breaks_off_gives_what_stands_before(tmp_path):
    reading = read_fixes(written(tmp_path, "a.gpx", tracks.gpx()[:-45]))

    assert reading.counts.read == 3
    broken = reading.issues.set_index("problem").loc["broken_file"]
    assert broken["action"] == "repaired"
    assert "breaks off after 3 points" in broken["detail"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (tracks.kml(["2026-04-02T00:10:00Z"]), "Track 1 has not as many <when> as <gx:coord>"),
        (json.dumps(_line(coordTimes=["2026-04-02T00:10:00Z"])), "Line 1 has not one time per vertex"),
    ],
)
def test_times_that_cannot_be_paired_with_places_are_not_guessed(tmp_path, text, told):
    reading = read_fixes(written(tmp_path, "a.kml" if text.startswith("<") else "a.geojson", text))

    assert reading.table["recorded_at"].isna().all()
    assert reading.issues.set_index("problem")["detail"]["unpaired_times"].startswith(told)


def test_a_track_without_times_is_read_and_all_of_it_flagged(tmp_path):
    for name, text in (("a.gpx", tracks.gpx([None] * 3)), ("b.kml", tracks.kml([]))):
        assert (read_fixes(written(tmp_path, name, text)).table["flag"] == "no_time").all()


def test_of_marks_with_times_those_without_one_are_kept_and_flagged(tmp_path):
    text = tracks.stamped_kml(["2026-04-02T00:10:00Z", None, "2026-04-02T00:10:20Z"])

    table = read_fixes(written(tmp_path, "a.kml", text)).table

    assert table["flag"].astype("str").fillna("").to_list() == ["", "no_time", ""]


def test_marks_beside_a_kml_track_are_counted_and_left_out(tmp_path):
    mark = "<Placemark><TimeStamp><when>2026-04-02</when></TimeStamp><Point><coordinates>1,2</coordinates></Point></Placemark>"
    reading = read_fixes(written(tmp_path, "a.kml", tracks.kml().replace("<Document>", "<Document>" + mark)))

    assert_three_fixes(reading)
    assert reading.issues.set_index("problem")["detail"]["not_a_track"] == "1 points beside the track were not read."


def test_marks_that_break_off_give_what_stands_before(tmp_path):
    reading = read_fixes(written(tmp_path, "a.kml", tracks.stamped_kml()[:-70]))

    assert reading.counts.read == 2
    assert "breaks off after 2 points" in reading.issues.set_index("problem")["detail"]["broken_file"]


class TestMetres:
    """The three fixes as eastings and northings of CGCS2000, 3-degree zone 39, with and without its number."""

    PLACES = gpd.GeoSeries(gpd.points_from_xy(*zip(*PLACES, strict=True)), crs=4490).to_crs("EPSG:4527")

    def rows(self, less=0.0, *, north_first=False):
        places = [(point.x - less, point.y) for point in self.PLACES]
        return [
            f"2026-04-02 08:10:{number}0,{y if north_first else x:.4f},{x if north_first else y:.4f}"
            for number, (x, y) in enumerate(places)
        ]

    @pytest.mark.parametrize(("crs", "less"), [("EPSG:4527", 0.0), ("EPSG:4548", 39e6)])
    @pytest.mark.parametrize("header", ["定位时间,东坐标,北坐标", "time,x,y", "时间,横坐标,纵坐标"])
    def test_a_table_in_a_declared_zone_gives_the_same_fixes(self, tmp_path, crs, less, header):
        path = written(tmp_path, "a.csv", tracks.csv(header, self.rows(less)))

        assert_three_fixes(read_fixes(path, crs=crs), tolerance=1e-9)  # a tenth of a millimetre

    def test_a_workbook_and_a_plain_parquet_do_so_too(self, tmp_path):
        frame = pd.DataFrame(
            {"time": pd.to_datetime(INSTANTS).tz_localize(None), "x": self.PLACES.x, "y": self.PLACES.y}
        )
        frame.to_excel(tmp_path / "a.xlsx", index=False)
        frame.to_parquet(tmp_path / "a.parquet")

        for name in ("a.xlsx", "a.parquet"):
            assert_three_fixes(read_fixes(tmp_path / name, crs="EPSG:4527"), tolerance=1e-8)

    @pytest.mark.parametrize(
        ("crs", "less", "told"),
        [
            (
                None,
                0.0,
                r'a.csv names no coordinate system.*zone number 39. If they are CGCS2000, write crs = "EPSG:4527"',
            ),
            (None, 39e6, r"eastings of 6 digits, which do not tell the central meridian of their zone"),
            ("EPSG:4526", 0.0, r'begin with 39, which is another zone. Write crs = "EPSG:4527"'),
            ("EPSG:4490", 0.0, r"but its coordinates are around .*: metres, not degrees"),
            ("EPSG:2363", 0.0, r"is on the datum Xi'an 80"),
            ("zone 39", 0.0, r"'zone 39' is no coordinate system; write its EPSG code"),
        ],
    )
    def test_metres_without_their_zone_or_in_another_are_refused(self, tmp_path, crs, less, told):
        path = written(tmp_path, "a.csv", tracks.csv("time,x,y", self.rows(less)))

        with pytest.raises(CrsError, match=told):
            read_fixes(path, crs=crs)

    def test_north_before_east_is_refused(self, tmp_path):
        path = written(tmp_path, "a.csv", tracks.csv("time,x,y", self.rows(north_first=True)))

        with pytest.raises(CrsError, match="north stands before east"):
            read_fixes(path, crs="EPSG:4527")

    def test_degrees_in_a_declared_zone_are_refused(self, tmp_path):
        with pytest.raises(CrsError, match="degrees, not metres"):
            read_fixes(written(tmp_path, "a.csv", tracks.csv()), crs="EPSG:4527")

    def test_a_gpx_beside_tables_stays_in_degrees_and_says_so(self, tmp_path):
        written(tmp_path, "a.csv", tracks.csv("time,x,y", self.rows()))
        written(tmp_path, "b.gpx", tracks.gpx())

        reading = read_fixes(tmp_path, crs="EPSG:4527")

        np.testing.assert_allclose(reading.table[["longitude", "latitude"]], [*PLACES, *PLACES], rtol=0, atol=1e-9)
        assert reading.issues.set_index("problem")["file"]["crs_not_used"].endswith("b.gpx")


class TestNmea:
    def read(self, folder, *lines):
        return read_fixes(written(folder, "a.nmea", "\n".join(lines))).table

    def test_rmc_and_gga_of_one_second_are_one_fix(self, tmp_path):
        table = self.read(tmp_path, sentence(gga()), sentence(rmc()), sentence(gga("001001.00")))

        assert table["row"].to_list() == [2, 3]
        assert table["recorded_at"].dt.strftime("%H:%M:%S").to_list() == ["08:10:00", "08:10:01"]

    def test_a_gga_after_midnight_has_the_date_after_the_last_rmc(self, tmp_path):
        table = self.read(tmp_path, sentence(rmc("235959.00")), sentence(gga("000001.00")))

        assert table["recorded_at"].dt.tz_convert("UTC").astype(str).to_list() == [
            "2026-04-02 23:59:59+00:00",
            "2026-04-03 00:00:01+00:00",
        ]

    def test_gga_alone_has_no_date_and_so_no_time(self, tmp_path):
        table = self.read(tmp_path, sentence(gga()))

        assert table["flag"].to_list() == ["no_time"]

    def test_a_wrong_checksum_is_flagged_and_its_gga_taken(self, tmp_path):
        table = self.read(
            tmp_path, sentence(rmc("001000.00")), sentence(rmc("001001.00"), "00"), sentence(gga("001001.00"))
        )

        assert table["flag"].astype("str").fillna("").to_list() == ["", "bad_checksum", ""]

    def test_without_a_checksum_a_sentence_counts(self, tmp_path):
        assert self.read(tmp_path, "$" + rmc())["flag"].isna().all()

    def test_a_receiver_that_says_void_has_no_position(self, tmp_path):
        table = self.read(tmp_path, sentence(rmc(status="V")), sentence(gga("001001.00", quality="0")))

        assert table["flag"].to_list() == ["no_position", "no_position"]

    def test_south_and_west_are_below_zero(self, tmp_path):
        fix = self.read(tmp_path, sentence(rmc(place="2333.00000,S,11622.20000,W"))).iloc[0]

        assert (round(fix["longitude"], 6), round(fix["latitude"], 6)) == (-116.37, -23.55)

    def test_a_stamp_before_the_sentence_and_other_talkers_are_read(self, tmp_path):
        table = self.read(tmp_path, "08:10:00 " + sentence(rmc().replace("GPRMC", "BDRMC")), "$GPGSV,1,1,00*79", "junk")

        assert table["row"].to_list() == [1]

    def test_a_line_of_garbage_with_many_commas_is_kept_and_flagged(self, tmp_path):
        table = self.read(tmp_path, sentence(rmc()), "$GPRMC," + "1," * 40)

        assert table["flag"].astype("str").fillna("").to_list() == ["", "bad_checksum"]

    def test_a_sentence_cut_off_is_kept_and_flagged(self, tmp_path):
        assert self.read(tmp_path, sentence(rmc()), "$GPRMC,0010")["flag"].astype("str").fillna("").to_list() == [
            "",
            "bad_checksum",
        ]


class TestDeliveries:
    def test_the_hash_of_a_log_changes_with_it_also_in_an_archive_or_a_workbook(self, tmp_path):
        def hashes(text):
            track = written(tmp_path, "a.gpx", text)
            with pd.ExcelWriter(tmp_path / "b.xlsx", engine="openpyxl") as book:
                for sheet in ("一队", "二队"):
                    frame = pd.DataFrame(
                        {"时间": ["2026-04-02 08:10"], "经度": [116.37], "纬度": [23.5 + len(text) / 1e6]}
                    )
                    frame.to_excel(book, sheet_name=sheet, index=False)
            zipped(tmp_path / "四月.zip", track)
            return read_fixes(tmp_path).hashes

        before, after = hashes(tracks.gpx()), hashes(tracks.gpx().replace("23.55", "23.551"))

        assert sorted(Path(name).relative_to(tmp_path).as_posix() for name in before) == [
            "a.gpx",
            "b.xlsx",
            "四月.zip/a.gpx",
        ]
        assert all(before[name] != after[name] for name in before)
        assert len(set(after.values())) == 2  # the log in the archive is the one beside it

    def test_a_zip_with_names_in_gbk_keeps_them(self, tmp_path):
        track = written(tmp_path, "20260402_巡查一队_XJ-01.gpx", tracks.gpx())
        delivery = zipped(tmp_path / "四月.zip", track, folder="一队/", encoding="gbk")
        track.unlink()

        table = read_fixes(delivery).table

        assert set(table["source_file"]) == {f"{tmp_path.as_posix()}/四月.zip/一队/20260402_巡查一队_XJ-01.gpx"}
        assert set(table["patrol_unit"]) == {"巡查一队"}
        assert set(table["device_id"]) == {"XJ-01"}

    def test_a_kmz_and_a_zip_in_a_zip_are_opened(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "inner.kmz", "w") as archive:
            archive.writestr("doc.kml", tracks.kml())
        with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
            archive.write(tmp_path / "inner.kmz", "一队.kmz")

        assert_three_fixes(read_fixes(tmp_path / "inner.kmz"))
        assert_three_fixes(read_fixes(tmp_path / "outer.zip"))

    def test_a_folder_is_read_with_all_below_it_in_the_order_of_names(self, tmp_path):
        for name in ("b.gpx", "四月/a.csv"):
            written(tmp_path, name, TEXTS["gpx11.gpx"] if name.endswith("gpx") else TEXTS["utf8.csv"])
        written(tmp_path, "说明.docx", b"")

        reading = read_fixes(tmp_path)

        assert reading.table["source_file"].unique().tolist() == [
            f"{tmp_path.as_posix()}/{name}" for name in ("b.gpx", "四月/a.csv")
        ]
        assert "说明.docx" in reading.issues.set_index("problem")["detail"]["other_files"]

    def test_a_pattern_picks_files_and_a_file_reached_twice_is_read_once(self, tmp_path):
        written(tmp_path, "a/1.gpx", tracks.gpx())
        written(tmp_path, "a/2.csv", tracks.csv())

        assert read_fixes(str(tmp_path / "**/*.gpx")).counts.read == 3
        assert read_fixes([tmp_path / "a", str(tmp_path / "a/*.gpx")]).counts.read == 6

    def test_a_file_of_a_folder_that_cannot_be_read_is_an_issue_and_the_others_are_read(self, tmp_path):
        written(tmp_path, "a.gpx", tracks.gpx())
        written(tmp_path, "b.gpx", '<gpx><wpt lat="1" lon="2"/></gpx>')
        written(tmp_path, "c.zip", b"PK")

        reading = read_fixes(tmp_path)

        assert reading.counts.read == 3
        refused = reading.issues[reading.issues["problem"] == "unreadable_file"]
        assert sorted(file[-5:] for file in refused["file"]) == ["b.gpx", "c.zip"]
        assert (refused["action"] == "rejected").all()
        assert "it holds 1 waypoints" in " ".join(refused["detail"])


class TestWhose:
    def read(self, folder, name="20260402_巡查一队_XJ-01.gpx", text=None, **options):
        fix = read_fixes(written(folder, name, text or tracks.gpx()), **options).table.iloc[0]
        return fix["patrol_unit"], fix["device_id"]

    def test_the_name_of_the_file_tells_unit_and_device(self, tmp_path):
        assert self.read(tmp_path) == ("巡查一队", "XJ-01")

    def test_what_is_declared_wins(self, tmp_path):
        assert self.read(tmp_path, patrol_unit="三队", device_id="D") == ("三队", "D")

    def test_a_column_wins_over_the_name_of_the_file(self, tmp_path):
        text = "巡查单位,设备编号,定位时间,经度,纬度\n二队,X2,2026-04-02 08:10,116.37,23.55\n"
        assert self.read(tmp_path, "20260402_巡查一队_XJ-01.csv", text) == ("二队", "X2")

    def test_a_track_that_names_both_is_asked_before_a_name_of_one_word(self, tmp_path):
        text = tracks.gpx().replace("<trk>", "<trk><name>巡查一队</name><src>XJ-01</src>")
        assert self.read(tmp_path, "轨迹.gpx", text) == ("巡查一队", "XJ-01")

    def test_a_guess_is_said(self, tmp_path):
        issues = read_fixes(written(tmp_path, "一队_X1.gpx", tracks.gpx())).issues.set_index("problem")["detail"]
        assert 'patrol_unit = "一队", device_id = "X1"' in issues["named_by_file"]

    def test_a_file_named_by_its_day_only_is_of_the_folder_it_was_found_in(self, tmp_path):
        written(tmp_path, "巡查三队/20260402.gpx", tracks.gpx())
        fix = read_fixes(tmp_path).table.iloc[0]
        assert (fix["patrol_unit"], fix["device_id"]) == ("巡查三队", "20260402")


def test_names_taken_from_many_files_are_one_issue(tmp_path):
    for day in (1, 2, 3):
        text = f"定位时间,经度,纬度\n2026-04-0{day} 07:30:00,116.37,23.55\n"
        (tmp_path / f"2026040{day}_一队_X1.csv").write_text(text, encoding="utf-8")

    issues = read_fixes(tmp_path).issues

    named = issues[issues["problem"] == "named_by_file"]
    assert len(named) == 1
    assert "So in 3 files, this being the first" in named["detail"].iloc[0]
