"""Shapes as the map's script reads them: short, and exact enough for a screen."""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geoenforce.core.space import CGCS2000

#: About a decimetre on the ground; more digits would only make the file bigger.
_GRID_DEGREES = 1e-6

#: Tracks are drawn to the metre: `map_patrols.js` divides by this.
_STEPS_OF_A_DEGREE = 100_000


def geojson(shapes: gpd.GeoSeries, *, simplified: bool = False) -> list[Any]:
    """
    Write shapes as GeoJSON; simplified ones lose the points that the plane put on straight edges.

    Parameters
    ----------
    shapes
        In degrees.
    simplified
        Whether to leave out points that lie on a straight edge.

    Examples
    --------
    >>> geojson(gpd.GeoSeries(gpd.points_from_xy([116.40000049], [23.5])))
    [{'type': 'Point', 'coordinates': [116.4, 23.5]}]
    """
    exact = shapely.simplify(shapes.to_numpy(), _GRID_DEGREES * 2) if simplified else shapes.to_numpy()
    grid = shapely.set_precision(exact, _GRID_DEGREES, mode="pointwise")
    return [json.loads(text) for text in shapely.to_geojson(grid)]


def short_lines(lines: gpd.GeoSeries) -> list[list[list[int]]]:
    """
    Write each line as numbers from point to point, a third of the size of GeoJSON.

    Parameters
    ----------
    lines
        Lines of one or several parts, in a system that can be tied to CGCS2000.

    Returns
    -------
    lines
        For each line its parts; for each part latitude and longitude of the first point, then the
        steps to each next point, all in hundred-thousandths of a degree.

    Examples
    --------
    >>> short_lines(gpd.GeoSeries([shapely.LineString([(116.4, 23.5), (116.40002, 23.49999)])], crs=4490))
    [[[2350000, 11640000, -1, 2]]]
    """
    parts, owner = shapely.get_parts(lines.to_crs(CGCS2000).to_numpy(), return_index=True)
    written: list[list[list[int]]] = [[] for _ in range(len(lines))]
    for part, line in zip(parts, owner, strict=True):
        steps = np.rint(shapely.get_coordinates(part)[:, ::-1] * _STEPS_OF_A_DEGREE).astype(np.int64)
        written[line].append(np.diff(steps, axis=0, prepend=0).ravel().tolist())
    return written
