"""Builders of small files as officers get them; on the central meridian of zone 39, where a plane metre is a metre."""

import sqlite3
import struct
import zipfile
from contextlib import closing

import geopandas as gpd
import shapely

#: A point on the central meridian 117° E, in zone 39 with the zone's number before the easting.
EAST, NORTH = 39_500_000.0, 2_600_000.0

#: Two lobes that meet in the middle; nobody can know what was meant.
BOW_TIE = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])

#: A square of 100 m whose ring has a spike without width: the area is not in doubt.
SPIKED = shapely.Polygon(
    [
        (EAST, NORTH),
        (EAST + 100, NORTH),
        (EAST + 100, NORTH + 50),
        (EAST + 150, NORTH + 50),
        (EAST + 100, NORTH + 50),
        (EAST + 100, NORTH + 100),
        (EAST, NORTH + 100),
    ]
)


def square(number=0, side=100.0, east=EAST, north=NORTH):
    """A square of 1 hectare; the next number stands beside it."""
    west = east + number * side
    return shapely.box(west, north, west + side, north + side)


def frame(shapes, crs="EPSG:4527", **columns):
    """A layer of the shapes; a column is a list, or one value for all."""
    values = {name: value if isinstance(value, list) else [value] * len(shapes) for name, value in columns.items()}
    return gpd.GeoDataFrame(values, geometry=list(shapes), crs=crs)


def shapefile(path, layer, encoding="GBK", cpg=None):
    """Write a shapefile in an encoding, with the .cpg one asks for (None: without any)."""
    layer.to_file(path, encoding=encoding, engine="pyogrio")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


def zipped(target, *members, folder="", encoding=None):
    """Pack files, their names in the given encoding, as Windows does without saying which it is."""
    with zipfile.ZipFile(target, "w") as archive:
        for member in members:
            name = folder + member.name
            if encoding is None:
                archive.write(member, name)
                continue
            info = _AsWindows(name.encode(encoding).decode("cp437"))
            archive.writestr(info, member.read_bytes())
    return target


class _AsWindows(zipfile.ZipInfo):
    def _encodeFilenameFlags(self):  # noqa: N802 - the name that zipfile calls
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def with_blob(path, layer, blob, row=1):
    """Put other bytes in the place of one geometry of a GeoPackage."""
    with closing(sqlite3.connect(path)) as store, store:
        triggers = store.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            store.execute(f'drop trigger "{name}"')
        head = store.execute(f"select geom from {layer} where fid = ?", (row,)).fetchone()[0][:8]
        store.execute(f"update {layer} set geom = ? where fid = ?", (blob(head), row))
    store.close()
    return path


def circle(head):
    """A GeoPackage blob of a circle of 100 m around a point, as a curve polygon of two half arcs."""
    points = [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 200, NORTH), (EAST + 100, NORTH - 100), (EAST, NORTH)]
    ring = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *point) for point in points)
    return b"GP\x00\x01" + head[4:8] + struct.pack("<BII", 1, 10, 1) + ring


def txt_of_points(rings, head=None, name="DK01", count=None):
    """A 界址点 TXT of one parcel; rings of (north, east), the way surveyors write them."""
    head = {"坐标系": "2000国家大地坐标系", "几度分带": "3", "带号": "39", "计量单位": "米"} if head is None else head
    lines = ["[属性描述]", *(f"{key}={value}" for key, value in head.items()), "[地块坐标]"]
    lines.append(f"{sum(map(len, rings)) if count is None else count},1.0,{name},水田一号,面,H50,耕地,,@")
    for number, ring in enumerate(rings, start=1):
        lines += [f"J{point},{number},{north},{east}" for point, (north, east) in enumerate(ring, start=1)]
    return "\n".join(lines) + "\n"


def ring_of(shape):
    """The points of a polygon's outer ring as (north, east), not closed."""
    return [(north, east) for east, north in shape.exterior.coords[:-1]]
