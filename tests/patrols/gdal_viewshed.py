"""
Make ``gdal_viewshed.json``: what GDAL's viewshed sees of the hills of ``test_terrain.py``.

Nothing of geoenforce takes part. Debian's GDAL has Python of its own:

    apt-get install python3-gdal python3-numpy
    /usr/bin/python3 tests/patrols/gdal_viewshed.py

The ground is sampled at the middles of cells of 10 m. ``ViewshedGenerate`` looks from the middle of each cell that the
way runs through, 2 m above the ground, at the ground (target height 0) within 200 m, without curvature or refraction.
A cell of the square kilometre around the middle counts as seen if any look sees it.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np

CELL, REACH, HALF = 10.0, 1000.0, 500.0
WAYS = {
    "straight": [(0.0, -300.0), (0.0, 300.0)],
    "winding": [(-300.0, -250.0), (-100.0, 50.0), (60.0, -80.0), (280.0, 260.0)],
}
GROUNDS = {
    "hills": lambda east, north: 15.0 * np.sin(east / 90) * np.cos(north / 130) + 0.02 * east,
    "ridge": lambda east, north: 8.0 * np.exp(-(((east - 100) / 15) ** 2)) + 0 * north,
}


def raster_of(ground):
    """Sample a formula at the middles of cells, from north to south."""
    from osgeo import gdal, osr

    middles = np.arange(-REACH + CELL / 2, REACH, CELL)
    east, north = np.meshgrid(middles, -middles)
    raster = gdal.GetDriverByName("MEM").Create("", len(middles), len(middles), 1, gdal.GDT_Float64)
    raster.SetGeoTransform((-REACH, CELL, 0, REACH, 0, -CELL))
    system = osr.SpatialReference()
    system.ImportFromEPSG(4548)
    raster.SetProjection(system.ExportToWkt())
    raster.GetRasterBand(1).WriteArray(ground(east, north))
    return raster, east, north


def looks(way):
    """List the middles of the cells that a way runs through, a point every metre."""
    cells = set()
    for (x1, y1), (x2, y2) in pairwise(way):
        for share in np.linspace(0, 1, int(np.hypot(x2 - x1, y2 - y1)) + 1):
            cells.add((np.floor((x1 + share * (x2 - x1)) / CELL), np.floor((y1 + share * (y2 - y1)) / CELL)))
    return [((column + 0.5) * CELL, (row + 0.5) * CELL) for column, row in sorted(cells)]


def share_seen(ground, way):
    """Return the share of the square kilometre that is seen from somewhere on the way."""
    from osgeo import gdal

    gdal.UseExceptions()
    raster, east, north = raster_of(ground)
    seen = np.zeros(east.shape, dtype=bool)
    for x, y in looks(way):
        view = gdal.ViewshedGenerate(
            raster.GetRasterBand(1), "MEM", "", [], x, y, 2.0, 0.0, 255, 0, 0, 0, 0.0, gdal.GVM_Edge, 200.0
        )
        west, _, _, top, _, _ = view.GetGeoTransform()
        part = view.ReadAsArray() == 255
        column, row = round((west + REACH) / CELL), round((REACH - top) / CELL)
        seen[row : row + part.shape[0], column : column + part.shape[1]] |= part
    field = (np.abs(east) < HALF) & (np.abs(north) < HALF)
    return float(seen[field].mean())


if __name__ == "__main__":
    shares = {
        f"{ground}, {way}": round(share_seen(GROUNDS[ground], WAYS[way]), 5) for ground in GROUNDS for way in WAYS
    }
    from osgeo.gdal import __version__

    told = {"gdal": __version__, "share_seen": shares}
    Path(__file__).with_suffix(".json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
