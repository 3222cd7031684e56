"""The delivered files hold what was made, in the formats officers get."""

import json
import tomllib

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from geoenforce.demo.land import FARMLAND_FROM


def coordinates(geometry):
    return shapely.get_coordinates(shapely.normalize(shapely.get_parts(np.array(list(geometry), dtype=object))))


def delivered(county, delivery):
    return [one for one in county.violations if one.plan.delivery == delivery]


def test_townships_are_gbk_and_nothing_says_so(demo_folder):
    boundaries = demo_folder / "boundaries"
    dbf = (boundaries / "townships.dbf").read_bytes()

    assert {path.suffix for path in boundaries.iterdir()} == {".shp", ".shx", ".dbf", ".prj"}
    assert dbf[29] == 0
    assert "东塱镇".encode("gbk") in dbf


def test_older_farmland_is_gb18030_with_the_language_id_of_chinese_windows(demo_folder):
    dbf = demo_folder / "basic_farmland" / "YJJBNTTB_2021.dbf"

    assert dbf.read_bytes()[29] == 0x57
    assert not dbf.with_suffix(".cpg").exists()
    assert "虚构农户".encode("gb18030") in dbf.read_bytes()


@pytest.mark.parametrize(
    ("path", "layer", "pick", "tolerance"),
    [
        ("boundaries/townships.shp", None, lambda county: county.ground.townships, 0),
        ("basic_farmland/YJJBNTTB_2021.shp", None, lambda county: county.farmland.of_2021, 0),
        # A FileGDB counts tenths of a millimetre from an origin of its own; floating point leaves 2e-7 m.
        ("basic_farmland/YJJBNTTB_2025.gdb", "YJJBNTTB", lambda county: county.farmland.of_2025, 1e-6),
        ("parcels/DLTB.gdb", "DLTB", lambda county: county.ground.parcels, 1e-6),
    ],
)
def test_land_layers_hold_the_coordinates_that_were_made(county, demo_folder, path, layer, pick, tolerance):
    read = pyogrio.read_dataframe(demo_folder / path, layer=layer, columns=[])
    made = pick(county)

    assert read.crs.to_epsg() == 4527
    assert len(read) == len(made)
    assert np.abs(coordinates(read.geometry) - coordinates(made.geometry)).max() <= tolerance


def test_parcels_have_the_columns_and_codes_of_dltb(demo_folder):
    read = pyogrio.read_dataframe(demo_folder / "parcels" / "DLTB.gdb", layer="DLTB", read_geometry=False)

    assert {"BSM", "YSDM", "TBBH", "DLBM", "DLMC", "QSXZ", "ZLDWDM", "TBMJ", "KCXS", "KCMJ", "TBDLMJ"} <= set(read)
    assert read["BSM"].is_unique
    assert set(read["ZLDWDM"].str.len()) == {19}
    assert set(read["BSM"].str.len()) == {18}
    assert (read["TBDLMJ"] + read["KCMJ"] - read["TBMJ"]).abs().max() < 0.006
    assert (read.loc[read["KCXS"] > 0, "DLBM"].str.startswith("01")).all()
    assert (read["KCXS"] > 0).sum() > 500


def test_farmland_has_columns_like_personal_data_with_obvious_dummies(demo_folder):
    path = demo_folder / "basic_farmland" / "YJJBNTTB_2025.gdb"
    read = pyogrio.read_dataframe(path, layer="YJJBNTTB", read_geometry=False)

    assert set(read["ZRRZJHM"]) == {"0" * 18}
    assert set(read["LXDH"]) == {"0" * 11}
    assert read["ZRRMC"].str.startswith("虚构").all()


def test_satellite_patches_have_the_day_as_text_and_the_made_coordinates(county, demo_folder):
    path = demo_folder / "violations" / "卫片图斑.shp"
    read = pyogrio.read_dataframe(path, encoding="GBK").set_index("JCBH")

    for one in delivered(county, "satellite"):
        row = read.loc[one.violation_id]
        assert row["HSX"] == one.found_on.strftime("%Y%m%d")
        assert row["XMC"] == "示范县"
        assert shapely.equals(row.geometry, one.geometry)
    assert len(read) == len(delivered(county, "satellite"))


def test_boundary_points_are_north_then_east_with_the_zone_and_rings_are_numbered(county, demo_folder):
    text = (demo_folder / "violations" / "界址点_20260312.txt").read_text(encoding="gbk")
    header, body = text.split("[地块坐标]")
    made = {one.violation_id: one for one in delivered(county, "corners")}
    points = {}
    for line in body.split():
        cells = line.split(",")
        if cells[-1] == "@":
            current = points.setdefault(cells[2], [])
        else:
            current.append((int(cells[1]), float(cells[3]), float(cells[2])))

    assert "带号=39" in header
    assert set(points) == set(made)
    for violation_id, listed in points.items():
        expected = shapely.get_coordinates(made[violation_id].geometry)
        assert np.array_equal([(east, north) for _, east, north in listed], expected)
        assert all(39_400_000 < east < 39_500_000 and 2_500_000 < north < 2_700_000 for _, east, north in listed)
    assert {ring for listed in points.values() for ring, _, _ in listed} == {1, 2}


def test_the_patrol_sheet_has_corners_as_wkt_and_words_in_chinese(county, demo_folder):
    book = openpyxl.load_workbook(demo_folder / "violations" / "巡查发现.xlsx")
    header, *lines = book.active.iter_rows(values_only=True)
    rows = {line[0]: dict(zip(header, line, strict=True)) for line in lines}

    for one in delivered(county, "patrol"):
        row = rows[one.violation_id]
        assert np.array_equal(shapely.get_coordinates(shapely.from_wkt(row["WKT"])), coordinates_as_made(one))
        assert row["发现日期"].date() == one.found_on
    assert {row["状态"] for row in rows.values()} == {"已核实", "合法", "不予认定"}
    assert sum(row["是否已处理"] == "是" for row in rows.values()) == 1


def coordinates_as_made(violation):
    return shapely.get_coordinates(violation.geometry)


def test_imagery_patches_are_in_degrees_of_nine_decimals(county, demo_folder):
    collection = json.loads((demo_folder / "violations" / "疑似图斑.geojson").read_text(encoding="utf-8"))
    made = {one.violation_id: one for one in delivered(county, "imagery")}

    assert len(collection["features"]) == 5
    for feature in collection["features"]:
        geometry = shapely.geometry.shape(feature["geometry"])
        assert shapely.equals_exact(geometry, made[feature["properties"]["violation_id"]].geometry)
        assert geometry.bounds[0] == pytest.approx(116.4, abs=0.1)


def test_approvals_carry_their_days(county, demo_folder):
    read = pyogrio.read_dataframe(demo_folder / "approvals" / "批准用地.gpkg").set_index("PZWH")

    assert len(read) == len(county.land.approvals)
    for approval in county.land.approvals:
        row = read.loc[approval.approval_id]
        assert row["PZRQ"].date() == approval.approved_on
        assert (
            None if row["DQRQ"] is None or row["DQRQ"] != row["DQRQ"] else row["DQRQ"].date()
        ) == approval.expires_on


def test_the_configuration_names_only_files_that_exist(demo_folder):
    config = tomllib.loads((demo_folder / "geoenforce.toml").read_text(encoding="utf-8"))
    lists = ("basic_farmland", "cultivated", "approvals", "violations")
    sources = [config["townships"], *(source for name in lists for source in config[name])]

    assert all((demo_folder / source["path"]).exists() for source in sources)
    assert tuple(source["effective_from"] for source in config["basic_farmland"]) == FARMLAND_FROM
