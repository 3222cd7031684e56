"""The layers we work with, under the names they are delivered with."""

from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from geoenforce.core.errors import ConfigError, TableError
from geoenforce.core.space import PLANE
from geoenforce.core.tables import APPROVALS, LAND, TOWNSHIPS, VIOLATIONS, check
from geoenforce.inputs.layers import (
    read_approvals,
    read_basic_farmland,
    read_parcels,
    read_townships,
    read_violations,
)
from tests.inputs.builders import BOW_TIE, frame, ring_of, shapefile, square, txt_of_points

TODAY = date(2026, 3, 2)


def _file(folder, shapes=2, **columns):
    shapes = [square(number) for number in range(shapes)] if isinstance(shapes, int) else shapes
    frame(shapes, **columns).to_file(folder / "a.gpkg", engine="pyogrio")
    return folder / "a.gpkg"


# townships


def test_townships_have_their_county(tmp_path):
    reading = read_townships(_file(tmp_path, xzqdm=["445299001", "445299101"], XZQMC=["金穗街道", "青禾镇"]))

    check(reading.table, TOWNSHIPS)
    assert reading.table.crs == PLANE
    assert reading.table["county_code"].to_dict() == {"445299001": "445299", "445299101": "445299"}
    assert reading.output_crs == "EPSG:4527"


def test_a_code_of_12_digits_that_ends_in_zeros_is_a_township_s(tmp_path):
    reading = read_townships(_file(tmp_path, 1, XZQDM="445299001000", XZQMC="金穗街道"))

    assert reading.table.index.to_list() == ["445299001"]


def test_counties_may_stand_for_townships(tmp_path):
    assert read_townships(_file(tmp_path, 1, XZQDM="445281", XZQMC="普宁市")).table["county_code"].to_list() == [
        "445281"
    ]


def test_villages_are_no_townships(tmp_path):
    with pytest.raises(TableError, match=r"XZQDM holds \['445299001201'\] in the rows \[2\].*not that of villages"):
        read_townships(_file(tmp_path, XZQDM=["445299001", "445299001201"], XZQMC=["金穗街道", "东村"]))


def test_a_township_in_two_parts_is_one_township(tmp_path):
    reading = read_townships(
        _file(
            tmp_path,
            [square(0), square(3), square(5)],
            XZQDM=["445299001", "445299002", "445299001"],
            XZQMC=["甲", "乙", "甲"],
        )
    )

    assert reading.table.area.round(1).to_dict() == {"445299001": 20_000.0, "445299002": 10_000.0}
    assert reading.issues["problem"].to_list() == ["township_in_parts"]
    assert reading.counts.accepted == 3


def test_a_code_with_two_names_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"\['445299001'\] stand beside more than one name"):
        read_townships(_file(tmp_path, XZQDM="445299001", XZQMC=["甲", "乙"]))


# land


@pytest.mark.parametrize("names", [("BSM", "DLBM", "DLMC", "KCXS"), ("TBBH", "dlbm", "地类名称", "TKXS")])
def test_dlbm_decides_what_is_cultivated(tmp_path, names):
    codes = ["0101", "0102", "0103", "0201K", "1203", "0103A", None]
    values = dict(zip(names, ([*"1234567"], codes, [None] * 7, [0.1] * 7), strict=True))

    reading = read_parcels(_file(tmp_path, 7, **values), date(2021, 1, 1))

    check(reading.table, LAND)
    assert reading.table["is_cultivated"].to_list() == [True, True, True, False, False, True, False]
    assert reading.table["land_name"].to_list()[:5] == ["水田", "水浇地", "旱地", "果园", "田坎"]
    assert set(reading.table["effective_from"]) == {pd.Timestamp("2021-01-01")}
    assert reading.table["ridge_coefficient"].to_list() == [0.1] * 7
    assert reading.issues["problem"].to_list() == ["land_code_missing"]


def test_codes_of_the_second_survey_have_three_digits(tmp_path):
    reading = read_parcels(_file(tmp_path, 4, DLBM=["011", "012", "013", "101"]))

    assert reading.table["is_cultivated"].to_list() == [True, True, True, False]  # 101 is a railway there


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([101, 1203], r"DLBM holds numbers, such as \[101, 1203\]: leading zeros were lost"),
        (["101", "1203"], r"codes of 3 and of 4 digits, such as \['101'\] and \['1203'\]"),
    ],
)
def test_codes_that_lost_their_zeros_are_refused(tmp_path, codes, words):
    with pytest.raises(TableError, match=words):
        read_parcels(_file(tmp_path, DLBM=codes))


def test_codes_that_excel_made_numbers_are_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["DLBM", "WKT"])
    book.active.append([101, square().wkt])
    book.save(tmp_path / "a.xlsx")

    with pytest.raises(TableError, match="leading zeros were lost"):
        read_parcels(tmp_path / "a.xlsx", crs="EPSG:4527")


def test_an_unknown_class_is_told(tmp_path):
    reading = read_parcels(_file(tmp_path, DLBM=["0101", "9999"]))

    assert reading.issues["problem"].to_list() == ["land_code_unknown"]
    assert "['9999']" in reading.issues["detail"][0]


def test_a_layer_without_dlbm_is_cultivated_only_if_that_is_said(tmp_path):
    path = _file(tmp_path, name="x")

    with pytest.raises(TableError, match=r'no column for land_code .*columns = \{ land_code = "…" \}'):
        read_parcels(path)
    assert read_parcels(path, all_cultivated=True).table["is_cultivated"].all()


def test_coefficients_in_per_cent_are_made_shares(tmp_path):
    reading = read_parcels(_file(tmp_path, 3, DLBM="0101", KCXS=[12.5, 0.125, None]))

    assert reading.table["ridge_coefficient"].to_list()[:2] == [0.125, 0.125]
    assert np.isnan(reading.table["ridge_coefficient"][2])
    assert "1 rows have a KCXS above 1" in reading.issues["detail"][0]


@pytest.mark.parametrize("share", [-0.1, 101.0])
def test_a_coefficient_that_is_no_share_is_refused(tmp_path, share):
    with pytest.raises(TableError, match=r"KCXS is .* in the rows \[2\], but a share from 0 to 1"):
        read_parcels(_file(tmp_path, DLBM="0101", KCXS=[0.1, share]))


def test_personal_columns_of_basic_farmland_are_dropped_and_told(tmp_path):
    people = {"ZRRMC": "某人", "ZRRZJHM": "000", "lxdh": "000", "CFZR": "某人"}

    reading = read_basic_farmland(_file(tmp_path, YJJBNTTBBH=["1", "2"], DLBM="0101", **people))

    check(reading.table, LAND)
    assert reading.issues["problem"].to_list() == ["personal_columns_dropped"]
    assert all(name in reading.issues["detail"][0] for name in people)
    assert not {"ZRRMC", "某人", "000"} & {*reading.table.columns, *reading.table.astype(str).to_numpy().ravel()}


def test_basic_farmland_needs_no_column(tmp_path):
    reading = read_basic_farmland(_file(tmp_path, n=1))

    assert reading.table["parcel_id"].isna().all()
    assert "effective_from" not in reading.table


# approvals


def test_approvals_have_their_days(tmp_path):
    reading = read_approvals(
        _file(
            tmp_path,
            批准文号=["甲〔2025〕1号", None],
            批准日期=["2025年3月1日", "20250302"],
            到期日期=["2027/3/1", None],
        )
    )

    check(reading.table, APPROVALS)
    assert reading.table["approved_on"].dt.date.to_list() == [date(2025, 3, 1), date(2025, 3, 2)]
    assert reading.table["expires_on"].dt.date.to_list()[0] == date(2027, 3, 1)


def test_a_day_for_all_fills_rows_without(tmp_path):
    path = _file(tmp_path, PZRQ=["2025-03-01", None])

    with pytest.raises(TableError, match=r"the rows \[2\] have no PZRQ. Fill it in, or give approved_on"):
        read_approvals(path)
    assert read_approvals(path, date(2024, 1, 1)).table["approved_on"].dt.year.to_list() == [2025, 2024]


# violations


def test_satellite_patches_are_read_by_their_names(tmp_path):
    path = shapefile(
        tmp_path / "卫片.shp",
        frame([square(0), square(1)], JCBH=["A1", "A2"], AJBH=["C1", None], FXRQ="2026-03-02", DSR="某公司"),
    )

    reading = read_violations(path, status="suspected")

    check(reading.table, VIOLATIONS)
    assert reading.table["case_id"].to_dict() == {"A1": "C1", "A2": "A2"}  # without a case, its own
    assert set(reading.table["status"]) == {"suspected"}
    assert set(reading.table["found_on"]) == {pd.Timestamp("2026-03-02")}
    assert reading.table["row"].to_list() == [1, 2]
    assert reading.table["source_file"].to_list() == [path.as_posix()] * 2


@pytest.mark.parametrize("driver", ["OpenFileGDB", "GPKG", "FlatGeobuf"])
def test_days_are_those_in_the_file_though_the_driver_calls_them_utc(tmp_path, driver):
    path = tmp_path / f"a.{ {'OpenFileGDB': 'gdb', 'GPKG': 'gpkg', 'FlatGeobuf': 'fgb'}[driver] }"
    times = [pd.Timestamp("2026-03-02 00:00"), pd.Timestamp("2026-03-02 23:59")]
    frame([square(0), square(1)], violation_id=["A", "B"], found_on=times).to_file(
        path, driver=driver, engine="pyogrio"
    )

    assert set(read_violations(path).table["found_on"]) == {pd.Timestamp("2026-03-02")}


def test_a_day_s_number_of_excel_and_a_date_cell_are_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["图斑编号", "发现日期", "WKT"])
    book.active.append([12.0, date(2026, 3, 2), square(0).wkt])
    book.active.append([13, 46083, square(1).wkt])  # Excel counts from 1899-12-30; its TEXT(46083) is 2026-03-02
    book.save(tmp_path / "a.xlsx")

    reading = read_violations(tmp_path / "a.xlsx", crs="EPSG:4527")

    assert reading.table.index.to_list() == ["12", "13"]
    assert set(reading.table["found_on"]) == {pd.Timestamp("2026-03-02")}
    assert reading.table["row"].to_list() == [2, 3]


def test_any_name_can_be_configured_in_any_case_and_width(tmp_path):
    path = _file(tmp_path, **{"编码（新）": ["A", "B"]})

    reading = read_violations(path, columns={"violation_id": "编码(新)"})

    assert reading.table.index.to_list() == ["A", "B"]


def test_an_empty_name_means_that_a_column_is_not_used(tmp_path):
    path = _file(tmp_path, TBBH=["A", "B"], 状态="被拆分")

    with pytest.raises(TableError, match=r"状态 is unknown in the rows \[1, 2\]: \['被拆分'\]; known are .*疑似"):
        read_violations(path)
    assert set(read_violations(path, columns={"status": ""}).table["status"]) == {"confirmed"}


def test_words_for_status_source_and_yes_are_understood(tmp_path):
    columns = {"状态": ["疑似", "已核实"], "线索来源": ["卫片", "群众来信"], "是否已处理": ["是", None]}

    table = read_violations(_file(tmp_path, TBBH=["A", "B"], **columns)).table

    assert table["status"].to_list() == ["suspected", "confirmed"]
    assert table["lead_source"].to_list() == ["satellite", "群众来信"]
    assert table["is_dealt_with"].to_list() == [True, False]


def test_patches_without_a_day_are_told(tmp_path):
    reading = read_violations(_file(tmp_path, TBBH=["A", "B"], FXRQ=["2026-03-02", None]))

    assert reading.table["found_on"].isna().to_list() == [False, True]
    assert reading.issues["detail"].to_list() == [
        "1 rows have no day of finding; a case's year and dated layers need it."
    ]


def test_a_moment_with_a_zone_is_the_day_in_china(tmp_path):
    frame([square()], violation_id="A", found_on="2026-03-01T23:30:00Z").to_file(
        tmp_path / "a.geojson", engine="pyogrio"
    )

    assert read_violations(tmp_path / "a.geojson").table["found_on"].to_list() == [pd.Timestamp("2026-03-02")]


def test_the_delivered_vertices_are_kept_beside_the_plane(tmp_path):
    """Edges longer than 70 m are divided in the plane, but not in what is shown and handed out."""
    reading = read_violations(_file(tmp_path, 1, TBBH="A"))

    assert reading.original is not None
    assert reading.original.crs.to_epsg() == 4490
    assert reading.original.index.to_list() == ["A"]
    assert shapely.get_num_coordinates(reading.original.to_numpy()).tolist() == [5]
    assert shapely.get_num_coordinates(reading.table.geometry.to_numpy()).tolist() == [9]  # 100 m: two pieces each


def test_a_patch_delivered_twice_counts_once(tmp_path):
    again = shapely.Polygon(list(square().exterior.coords)[2:] + list(square().exterior.coords)[1:3])

    reading = read_violations(
        _file(tmp_path, [square(), square(1), again], TBBH=["A", "B", "A"], DSR=["甲", "乙", "丙"]), TODAY
    )

    assert reading.table.index.to_list() == ["A", "B"]
    assert reading.issues[["row", "feature", "problem", "detail"]].to_dict("records") == [
        {"row": 3, "feature": "A", "problem": "duplicate", "detail": "The row has the same shape and id as row 1."}
    ]


def test_one_id_for_two_patches_is_refused(tmp_path):
    with pytest.raises(
        TableError, match=r"TBBH is not unique, and the shapes differ: A in the rows \[1, 3\]. Give each"
    ):
        read_violations(_file(tmp_path, 3, TBBH=["A", "B", "A"]))


def test_a_rejected_patch_is_named_in_the_issues(tmp_path):
    reading = read_violations(_file(tmp_path, [square(1), BOW_TIE], TBBH=["A", "B"]), TODAY)

    assert reading.issues["feature"].to_list() == ["B"]
    assert reading.rejects["feature"].to_list() == ["B"]


def test_land_without_an_id_is_a_duplicate_only_if_all_columns_agree(tmp_path):
    reading = read_basic_farmland(_file(tmp_path, [square(), square(), square()], DLMC=["水田", "旱地", "水田"]))

    assert reading.table["row"].to_list() == [1, 2]


@pytest.mark.parametrize("reader", [read_townships, read_parcels, read_violations, read_basic_farmland])
def test_a_misspelt_column_of_ours_is_refused(tmp_path, reader):
    with pytest.raises(ConfigError, match=r"columns has \['parcle_id'\], but a file of this kind has"):
        reader(_file(tmp_path, n=1), columns={"parcle_id": "n"})


def test_an_empty_layer_of_approvals_is_an_empty_table(tmp_path):
    frame([], PZRQ=[], PZWH=[]).to_file(tmp_path / "a.gpkg", geometry_type="Polygon", engine="pyogrio")

    reading = read_approvals(tmp_path / "a.gpkg")

    check(reading.table, APPROVALS)
    assert reading.counts.read == 0


def test_boundary_points_are_violations(tmp_path):
    (tmp_path / "a.txt").write_text(txt_of_points([ring_of(square())]), encoding="gbk")

    assert read_violations(tmp_path / "a.txt", date(2026, 3, 2)).table["found_on"].dt.month.to_list() == [3]


# layers that are in the equal-area plane already


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet"])
def test_a_layer_in_the_plane_is_taken_as_it_is(tmp_path, name):
    east, north = 1_270_000.123456789, 2_528_000.7
    shapes = [shapely.box(x, north, x + 900, north + 200.31) for x in (east, east + 2000)]
    layer = frame(shapes, crs=PLANE, TBBH=["a", "b"], FXSJ=["2026-03-01"] * 2)
    path = tmp_path / name
    layer.to_parquet(path) if path.suffix == ".parquet" else layer.to_file(path, engine="pyogrio")

    reading = read_violations(path)

    assert shapely.to_wkb(reading.table.geometry.to_numpy()).tolist() == shapely.to_wkb(layer.geometry).tolist()
    # the store keeps longitude and latitude, from which PROJ's exact way on leads to the same corners
    again = shapely.get_coordinates(reading.original.to_crs(PLANE).to_numpy())
    assert again == pytest.approx(shapely.get_coordinates(layer.geometry.to_numpy()), abs=1e-6)
    assert read_basic_farmland(path).table.geometry.to_wkb().tolist() == layer.geometry.to_wkb().tolist()


def test_basic_farmland_that_is_all_parcels_is_asked_about(tmp_path):
    layer = frame([square(number) for number in range(4)], DLBM=["0101", "0701", "0601", "1006"])
    reading = read_basic_farmland(shapefile(tmp_path / "jbnt.shp", layer))

    noted = reading.issues.set_index("problem").loc["built_up_basic_farmland", "detail"]
    assert noted.startswith("2 polygons of basic farmland have codes of built-up land, such as ['0701', '0601'].")
    parcels = read_parcels(shapefile(tmp_path / "dltb.shp", layer))
    assert "built_up_basic_farmland" not in set(parcels.issues["problem"])


def test_a_shapefile_without_its_dbf_is_told_what_is_missing(tmp_path):
    path = shapefile(tmp_path / "wf.shp", frame([square()], TBBH="A"))
    path.with_suffix(".dbf").unlink()

    for options in ({}, {"columns": {"violation_id": "TBBH"}}):
        with pytest.raises(TableError, match=r"the \.dbf, which is missing \(缺少 \.dbf\): deliver \.shp, \.shx"):
            read_violations(path, **options)


def test_a_township_without_a_name_is_told_by_its_row(tmp_path):
    layer = frame([square(0), square(1)], XZQDM=["445299001", "445299101"], XZQMC=["金穗街道", None])

    with pytest.raises(TableError, match=r"xzq\.shp: the rows \[2\] have no XZQMC\. Fill it in"):
        read_townships(shapefile(tmp_path / "xzq.shp", layer))
