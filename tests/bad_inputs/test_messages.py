"""One broken file for each mistake, and the words its message must have: where, what, and the way out."""

import zipfile
from datetime import date

import openpyxl
import pyogrio
import pytest
import shapely

from geoenforce.core.errors import ConfigError, CrsError, FormatError, TableError
from geoenforce.inputs.layers import read_approvals, read_parcels, read_townships, read_violations
from geoenforce.inputs.read import read_layer
from tests.inputs.builders import EAST, frame, ring_of, shapefile, square, txt_of_points, zipped

LAYER = frame([square(0), square(1)], TBBH=["A", "B"], DLBM="0101")
DEGREES = shapely.box(116.4, 23.5, 116.401, 23.501)


def _gpkg(folder, layer=LAYER, name="a.gpkg", **options):
    layer.to_file(folder / name, engine="pyogrio", **options)
    return folder / name


def _bytes(folder, name, data):
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode("gbk"))
    return folder / name


def _shapefile_without(folder, *suffixes):
    path = shapefile(folder / "a.shp", LAYER)
    for suffix in suffixes:
        path.with_suffix(suffix).unlink()
    return path


def _workbook(folder, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def _two_layers(folder):
    for layer in ("旧", "新"):
        LAYER.to_file(folder / "a.gpkg", layer=layer, engine="pyogrio")
    return folder / "a.gpkg"


def _table_only(folder):
    pyogrio.write_dataframe(LAYER.drop(columns="geometry"), folder / "a.gpkg", layer="a")
    return folder / "a.gpkg"


def _two_in_a_zip(folder):
    return zipped(folder / "a.zip", _gpkg(folder, name="一.gpkg"), _gpkg(folder, name="二.gpkg"))


def _encrypted(folder):
    data = bytearray(zipped(folder / "a.zip", _gpkg(folder)).read_bytes())
    data[6] |= 1  # the flag of the member, and of its entry in the directory
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    return _bytes(folder, "a.zip", bytes(data))


def _folder(folder):
    _gpkg(folder, name="one.gpkg")
    return folder


def _renamed_geodatabase(folder):
    path = _gpkg(folder, name="a.gdb", driver="OpenFileGDB")
    return path.rename(folder / "地类图斑")


MISTAKES = {
    # files
    "no such file": (lambda _: "no_such.shp", read_layer, {}, FormatError, "no_such.shp: there is no such file"),
    "empty file": (lambda f: _bytes(f, "a.gpkg", b""), read_layer, {}, FormatError, "a.gpkg cannot be opened.*export it again"),
    "no image please": (lambda f: _bytes(f, "a.png", b"\x89PNG"), read_layer, {}, FormatError, "a.png cannot be opened: it is in no format that is read"),
    "old Excel": (lambda f: _bytes(f, "a.xls", b"\xd0\xcf"), read_layer, {}, FormatError, "a format that is not read. Open it in Excel and save it as .xlsx"),
    "rar": (lambda f: _bytes(f, "a.rar", b"Rar!"), read_layer, {}, FormatError, "a.rar is in a format that is not read. Unpack it"),
    "drawing": (lambda f: _bytes(f, "a.dwg", b"AC1027"), read_layer, {}, FormatError, "Export the polygons from CAD as a shapefile"),
    "no archive": (lambda f: _bytes(f, "a.zip", b"PK"), read_layer, {}, FormatError, "a.zip cannot be unpacked.*Pack it again"),
    "encrypted archive": (_encrypted, read_layer, {}, FormatError, "a.zip is encrypted. Unpack it with its password"),
    "archive of other things": (
        lambda f: zipped(f / "a.zip", _bytes(f, "封面.docx", b"x")), read_layer, {}, FormatError, r"holds no spatial file; it has \['封面.docx'\]",
    ),
    "two files in an archive": (
        _two_in_a_zip, read_layer, {}, FormatError, r"several files with polygons: \['一', '二'\]. Say which one to read: layer = \"一\"",
    ),
    "table without its shapes": (
        lambda f: _shapefile_without(f, ".shp", ".shx").with_suffix(".dbf"), read_layer, {}, FormatError,
        r"a.dbf is one part of a shapefile, and the part with the shapes is missing. Deliver them all: a.shp, .shx, .dbf and .prj",
    ),
    "part of a shapefile": (
        lambda f: shapefile(f / "a.shp", LAYER).with_suffix(".dbf"), read_layer, {}, FormatError, "give the part with the shapes, a.shp",
    ),
    "shapefile without .shx": (lambda f: _shapefile_without(f, ".shx"), read_layer, {}, FormatError, "a.shp cannot be opened: .*a.SHX. Deliver the whole shapefile"),
    "a folder": (_folder, read_layer, {}, FormatError, r"is a folder. Give one of the files in it: \['one.gpkg'\]"),
    "geodatabase that lost its ending": (_renamed_geodatabase, read_layer, {}, FormatError, "Rename it to 地类图斑.gdb"),
    "no such layer": (_gpkg, read_layer, {"layer": "DLTB"}, FormatError, r"a.gpkg has no layer 'DLTB'; it has \['a'\]"),
    "several layers": (_two_layers, read_layer, {}, FormatError, r'several layers with polygons: 旧 \(Polygon\), 新 \(Polygon\). .*layer = "旧"'),
    "no geometry": (_table_only, read_layer, {}, FormatError, r"has no layer with polygons, .* it has a \(no geometry\)"),
    "no parquet of ours": (lambda f: _bytes(f, "a.parquet", b"PAR1"), read_layer, {}, FormatError, "a.parquet cannot be read as GeoParquet"),
    "no boundary points": (lambda f: _bytes(f, "a.txt", "说明"), read_layer, {}, FormatError, "no list of boundary points"),
    "sheet of points": (
        lambda f: _workbook(f, [["图斑编号", "经度", "纬度"], ["A", 116.4, 23.5], ["B", 116.5, 23.5]]), read_layer, {}, FormatError,
        "a.xlsx has one point for each 图斑编号, and polygons are needed",
    ),
    "sheet without shapes": (
        lambda f: _workbook(f, [["图斑编号", "面积"], ["A", 5.0]]), read_layer, {}, FormatError,
        r"has no column with shapes.*\['图斑编号', '面积'\].*columns = \{ wkt = ",
    ),
    "two sheets with shapes": (
        lambda f: _workbook(f, [["WKT"], [square().wkt]], [["WKT"], [square().wkt]]), read_layer, {}, FormatError,
        r"several sheets with shapes: \['表1', '表2'\].*layer = \"表1\"",
    ),
    "no such sheet": (lambda f: _workbook(f, [["WKT"]]), read_layer, {"layer": "台账"}, FormatError, r"no sheet '台账'; it has \['表1'\]"),
    "no workbook": (lambda f: _bytes(f, "a.xlsx", b"PK"), read_layer, {}, FormatError, "cannot be opened as a workbook.*save it as .xlsx again"),
    "two systems in one sheet": (
        lambda f: _workbook(f, [["WKT"], [f"SRID=4527;{square().wkt}"], [f"SRID=4490;{DEGREES.wkt}"]]), read_layer, {}, FormatError,
        r"name several coordinate systems, \['4527', '4490'\]",
    ),
    # coordinate systems
    "no .prj": (
        lambda f: _shapefile_without(f, ".prj"), read_layer, {}, CrsError,
        r'a.shp names no coordinate system \(a shapefile\'s is in its .prj\).*crs = "EPSG:4527"',
    ),
    "sheet names no system": (lambda f: _workbook(f, [["WKT"], [DEGREES.wkt]]), read_layer, {}, CrsError, 'crs = "EPSG:4490"'),
    "wrong zone": (
        lambda f: _gpkg(f, frame([square(east=38_500_000.0)])), read_layer, {}, CrsError, 'begin with 38, which is another zone. Write crs = "EPSG:4526"',
    ),
    "degrees in a plane": (lambda f: _gpkg(f, frame([DEGREES])), read_layer, {}, CrsError, 'degrees, not metres.*crs = "EPSG:4490"'),
    "latitude first": (
        lambda f: _gpkg(f, frame([shapely.box(23.5, 116.4, 23.501, 116.401)], 4490)), read_layer, {}, CrsError, "latitude stands before longitude",
    ),
    "old datum": (lambda f: _gpkg(f, frame([square()], 2363)), read_layer, {}, CrsError, "Xi'an 80.*datum_shift = { dx = "),
    "unknown parameter of a shift": (
        lambda f: _gpkg(f, frame([square()], 2363)), read_layer, {"datum_shift": {"mx": 1.0}}, CrsError, r"unknown parameters \['mx'\]",
    ),
    "points of 6 digits without a zone": (
        lambda f: _bytes(f, "a.txt", txt_of_points([[(n, e - EAST + 500_000) for n, e in ring_of(square())]], {"坐标系": "CGCS2000"})),
        read_layer, {}, CrsError, "do not tell the central meridian.*117° E: EPSG:4548",
    ),
    # columns and values
    "no id": (
        lambda f: _gpkg(f, frame([square()], 序号甲="1")), read_violations, {}, TableError,
        r"has no column for violation_id .*it has \['序号甲'\]. Say which one it is: columns = \{ violation_id = \"…\" \}",
    ),
    "two columns missing": (
        lambda f: _gpkg(f, frame([square()], BZ="1")), read_townships, {}, TableError, r'columns = \{ township_code = "…", township_name = "…" \}',
    ),
    "a configured column that is not there": (
        _gpkg, read_violations, {"columns": {"violation_id": "JCBH"}}, TableError, r"columns names \['JCBH'\], but the file has \['TBBH', 'DLBM'\]",
    ),
    "row without an id": (lambda f: _gpkg(f, frame([square(0), square(1)], TBBH=["A", None])), read_violations, {}, TableError, r"the rows \[2\] have no TBBH"),
    "one id for two patches": (
        lambda f: _gpkg(f, frame([square(0), square(1)], TBBH="A")), read_violations, {}, TableError, r"A in the rows \[1, 2\]",
    ),
    "no date": (
        lambda f: _gpkg(f, frame([square()], TBBH="A", FXRQ="去年")), read_violations, {}, TableError, r"FXRQ is no date in the rows \[1\], but \['去年'\].*2026年3月2日",
    ),
    "day that does not exist": (
        lambda f: _gpkg(f, frame([square()], TBBH="A", FXRQ="2026-02-30")), read_violations, {}, TableError, r"no date.*\['2026-02-30'\]",
    ),
    "no day of approval": (_gpkg, read_approvals, {}, TableError, r'no column for approved_on.*columns = \{ approved_on = "…" \}'),
    "unknown status": (
        lambda f: _gpkg(f, frame([square()], TBBH="A", status="maybe")), read_violations, {}, TableError, r"status is unknown in the rows \[1\]: \['maybe'\]",
    ),
    "neither yes nor no": (
        lambda f: _gpkg(f, frame([square()], TBBH="A", 是否已处理="不详")), read_violations, {}, TableError, r"neither yes nor no in the rows \[1\].*Write 是 or 否",
    ),
    "coefficient in words": (
        lambda f: _gpkg(f, frame([square()], DLBM="0101", KCXS="十分之一")), read_parcels, {}, TableError, r"KCXS is no number in the rows \[1\], but \['十分之一'\]",
    ),
    "lost zeros": (lambda f: _gpkg(f, frame([square()], DLBM=[101])), read_parcels, {}, TableError, "leading zeros were lost. Deliver the column as text"),
    # options
    "misspelt option": (_gpkg, read_layer, {"laeyr": "a"}, ConfigError, r"\['laeyr'\] are no options of a file"),
    "no such encoding": (lambda f: shapefile(f / "a.shp", frame([square()], DLMC="水")), read_layer, {"encoding": "中文"}, ConfigError, r"a\.shp: There is no encoding '中文'"),
    "text in another encoding": (
        lambda f: _bytes(f, "a.csv", "图斑编号,WKT\n"), read_layer, {"encoding": "utf-8"}, FormatError, "a.csv is not text in utf-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_has_its_message(tmp_path, mistake):
    write, reader, options, error, words = MISTAKES[mistake]
    path = write(tmp_path)

    with pytest.raises(error, match=words):
        reader(path, **options)


def test_an_archive_cannot_write_outside_of_its_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../evil.gpkg", _gpkg(tmp_path).read_bytes())
        archive.writestr("/etc/evil.txt", "x")
    before = {one.name for one in tmp_path.iterdir()}

    assert len(read_layer(tmp_path / "a.zip").table) == 2
    assert {one.name for one in tmp_path.iterdir()} == before
    assert not (tmp_path.parent / "evil.gpkg").exists()


def test_the_status_given_for_all_must_be_one(tmp_path):
    with pytest.raises(TableError, match=r"status is unknown.*\['perhaps'\]"):
        read_violations(_gpkg(tmp_path), date(2026, 3, 2), "perhaps")
