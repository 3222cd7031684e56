"""Every format officers get, there and back, with Chinese in a column and in its name."""

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from geoenforce.core.errors import FormatError
from geoenforce.core.measures import area_m2
from geoenforce.inputs.read import read_layer
from tests.inputs.builders import circle, frame, ring_of, shapefile, square, txt_of_points, with_blob, zipped

LAYER = frame([square(0), square(1)], 地类=["水田", "旱地"], n=[7, None])


def _geodatabase(folder):
    path = folder / "县.gdb"
    LAYER.to_file(path, driver="OpenFileGDB", layer="地类图斑", engine="pyogrio")
    return path


def _zipped_geodatabase(folder):
    path = _geodatabase(folder)
    return zipped(folder / "县.gdb.zip", *sorted(path.iterdir()), folder="交付/县.gdb/")


def _geodatabase_without_its_folder(folder):
    return zipped(folder / "loose.zip", *sorted(_geodatabase(folder).iterdir()))


def _zipped_shapefile(folder):
    inner = folder / "inner"
    inner.mkdir()
    shapefile(inner / "图斑.shp", LAYER)
    return zipped(folder / "交付.zip", *sorted(inner.iterdir()), folder="2026年/图斑/", encoding="gbk")


def _kmz(folder):
    path = folder / "doc.kml"
    LAYER.to_crs(4326).to_file(path, driver="KML", engine="pyogrio")
    return zipped(folder / "图斑.kmz", path)


def _written(name, **options):
    def write(folder):
        LAYER.to_file(folder / name, engine="pyogrio", **options)
        return folder / name

    write.__name__ = name
    return write


def _kml(folder):
    LAYER.to_crs(4326).to_file(folder / "a.kml", driver="KML", engine="pyogrio")
    return folder / "a.kml"


def _parquet(folder):
    LAYER.to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


def _geojson_in_gbk(folder):
    path = folder / "gbk.geojson"
    LAYER.to_file(path, engine="pyogrio")
    path.write_text(path.read_text(encoding="utf-8"), encoding="gbk")
    return path


def _kml_in_gbk(folder):
    text = _kml(folder).read_text(encoding="utf-8").replace('encoding="utf-8"', 'encoding="GBK"')
    (folder / "gbk.kml").write_text(text, encoding="gbk")
    return folder / "gbk.kml"


def _csv_with_wkt(folder, encoding="utf-8-sig"):
    path = folder / f"wkt_{encoding}.csv"
    rows = "".join(
        f'{kind},"SRID=4527;{shape.wkt}"\n' for kind, shape in zip(LAYER["地类"], LAYER.geometry, strict=True)
    )
    path.write_text("地类,WKT\n" + rows, encoding=encoding)
    return path


def _csv_in_gbk(folder):
    return _csv_with_wkt(folder, "gbk")


def _workbook(folder):
    book = openpyxl.Workbook()
    book.active.append(["2026年违法图斑台账"])  # a title above the header is usual
    book.active.append(["地类", "几何"])
    for kind, shape in zip(LAYER["地类"], LAYER.geometry, strict=True):
        book.active.append([kind, f"SRID=4527;{shape.wkt}"])
    book.create_sheet("说明").append(["备注"])
    book.save(folder / "台账.xlsx")
    return folder / "台账.xlsx"


FILES = [
    lambda folder: shapefile(folder / "图斑.shp", LAYER),
    _zipped_shapefile,
    _geodatabase,
    _zipped_geodatabase,
    _geodatabase_without_its_folder,
    _written("a.gpkg"),
    _written("a.geojson"),
    _written("a.fgb"),
    _kml,
    _kmz,
    _parquet,
    _geojson_in_gbk,
    _kml_in_gbk,
    _csv_with_wkt,
    _csv_in_gbk,
    _workbook,
]


@pytest.mark.parametrize("write", FILES, ids=lambda write: write.__name__.strip("_<>"))
def test_every_format_gives_back_its_shapes_and_its_chinese(write, tmp_path):
    reading = read_layer(write(tmp_path))

    assert sorted(reading.table["地类"]) == ["旱地", "水田"]  # FlatGeobuf sorts rows by place
    assert area_m2(reading.table).to_list() == pytest.approx([10_000, 10_000], abs=0.01)  # 1 ha on the meridian
    assert reading.counts.accepted == reading.counts.read == 2
    assert (reading.issues["action"] == "noted").all()


def test_rows_are_numbered_as_in_the_file(tmp_path):
    assert read_layer(FILES[0](tmp_path)).table.index.to_list() == [1, 2]
    assert read_layer(_csv_with_wkt(tmp_path)).table.index.to_list() == [2, 3]  # below the header
    assert read_layer(_workbook(tmp_path)).table.index.to_list() == [3, 4]  # below title and header


def test_a_point_list_in_a_cell_is_a_shape(tmp_path):
    points = "; ".join(f"{x},{y}" for x, y in square().exterior.coords)
    (tmp_path / "a.csv").write_text(f'图斑编号\t坐标串\nW1\t"{points}"\n', encoding="utf-8")

    reading = read_layer(tmp_path / "a.csv", crs="EPSG:4527")

    assert reading.table.geometry.iloc[0].equals(square())


@pytest.mark.parametrize("order", [("X坐标", "Y坐标"), ("X", "Y")])
def test_one_row_per_point_makes_one_shape_per_parcel(tmp_path, order):
    book = openpyxl.Workbook()
    book.active.append(["地块编号", "圈号", "点号", *order])
    for parcel, number in (("甲", 0), ("乙", 1)):
        for point, (east, north) in enumerate(square(number).exterior.coords[:-1]):
            east_north = (east, north) if order[0] == "X坐标" else (north, east)
            # a merged cell has its value in the first row only
            book.active.append([parcel if point == 0 else None, 1 if point == 0 else None, f"J{point}", *east_north])
    book.save(tmp_path / "points.xlsx")

    reading = read_layer(tmp_path / "points.xlsx", crs="EPSG:4527")

    assert [one.equals(square(number)) for number, one in enumerate(reading.table.geometry)] == [True, True]
    assert reading.table["地块编号"].to_list() == ["甲", "乙"]
    assert reading.table.index.to_list() == [2, 6]
    assert reading.issues["problem"].to_list() == ([] if order[0] == "X坐标" else ["north_first"])


def test_columns_of_longitude_and_latitude_are_found_by_name(tmp_path):
    rows = "".join(f"W1,{lon},{lat}\n" for lon, lat in [(116.0, 23.0), (116.001, 23.0), (116.001, 23.001)])
    (tmp_path / "a.csv").write_text("图斑编号,经度,纬度\n" + rows, encoding="utf-8")

    reading = read_layer(tmp_path / "a.csv", crs="EPSG:4490")

    assert shapely.get_coordinates(reading.table.geometry.iloc[0])[0].tolist() == [116.0, 23.0]


def test_a_name_in_the_configuration_says_where_the_shapes_are(tmp_path):
    (tmp_path / "a.csv").write_text(f'id,where\nW1,"{square().wkt}"\n', encoding="utf-8")

    with pytest.raises(FormatError, match=r"columns = \{ wkt = "):
        read_layer(tmp_path / "a.csv", crs="EPSG:4527")
    assert len(read_layer(tmp_path / "a.csv", crs="EPSG:4527", columns={"wkt": "where"}).table) == 1


def test_curves_are_drawn_as_straight_edges_and_keep_their_area(tmp_path):
    frame([square(), square(1)], 名称="圆").to_file(tmp_path / "curve.gpkg", layer="curve")
    with_blob(tmp_path / "curve.gpkg", "curve", circle)

    reading = read_layer(tmp_path / "curve.gpkg")

    assert reading.table.area[1] == pytest.approx(3.141592653589793 * 100**2, rel=1e-6)  # a circle of 100 m
    assert reading.issues["problem"].to_list() == ["curves_linearised"]
    assert "1 shapes have curved edges" in reading.issues["detail"][0]


def test_the_only_layer_with_polygons_is_taken(tmp_path):
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=4527).to_file(path, layer="points")
    LAYER.to_file(path, layer="parcels")
    pyogrio.write_dataframe(LAYER.drop(columns="geometry"), path, layer="notes")

    assert len(read_layer(path).table) == 2


def test_boundary_points_round_trip(tmp_path):
    (tmp_path / "a.txt").write_text(txt_of_points([ring_of(square())]), encoding="gbk")

    reading = read_layer(tmp_path / "a.txt")

    assert reading.table["地块名称"].to_list() == ["水田一号"]
    assert reading.table.geometry[1].equals(square())
    assert reading.table.crs.to_epsg() == 4527


def test_an_empty_layer_is_no_error(tmp_path):
    LAYER.iloc[:0].to_file(tmp_path / "a.gpkg")

    reading = read_layer(tmp_path / "a.gpkg")

    assert (len(reading.table), reading.counts.read) == (0, 0)
    assert reading.issues["problem"].to_list() == ["empty_layer"]


def test_whole_numbers_of_18_digits_keep_their_last_digit(tmp_path):
    long = 445299210000000001  # float64 would make it …000
    frame([square(0), square(1)]).assign(BSM=pd.array([long, None], dtype="Int64")).to_file(tmp_path / "a.gpkg")

    assert read_layer(tmp_path / "a.gpkg").table["BSM"].to_list()[0] == long
