"""The two maps of an evidence sheet: where the case lies, and what its ground is."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.nearby import CONTEXT_M
from geoenforce.core.results import Results
from geoenforce.core.space import from_plane
from geoenforce.core.terms import LandClass
from geoenforce.outputs.evidence.boundary import boundary_points
from geoenforce.outputs.evidence.case import Case
from geoenforce.outputs.evidence.drawing import RED, Canvas, around, canvas
from geoenforce.outputs.evidence.words import WORDS
from geoenforce.outputs.palette import BORDER, FARMLAND, INK, LAND_CLASS_FILL

_WIDTH_CM = 16.0
_LEAST_SHARE = 3  # a patch of less than a third of the whole map has one of its own
_LABEL_AWAY, _LETTER, _LINE = 0.016, 0.009, 0.018  # of numbers: from their points, wide, high; shares of the width
_MOST_MARKS = 200  # points; more of them would hide the outline, and only those with a number are marked
_SIMPLER_M = 15.0  # borders of townships on the overview: finer than its picture shows
_OUTLINE = {"facecolor": "none", "edgecolor": RED, "linewidth": 1.8}
_FIELDS = {"facecolor": "#e3efdf", "edgecolor": FARMLAND, "linewidth": 0.5, "hatch": "////"}
_TOWNSHIP = {"facecolor": "#f4f4ef", "edgecolor": BORDER, "linewidth": 0.7}
_OWN = {"facecolor": "#ffe9c9", "edgecolor": BORDER, "linewidth": 0.9}


def overview_png(results: Results, case: Case, lang: str) -> bytes:
    """
    Draw where in the county and in which township a case lies.

    Examples
    --------
    >>> overview_png(results, case_of(results, "445299-2025-015"), "zh")[1:4]  # doctest: +SKIP
    b'PNG'
    """
    words = WORDS[lang]
    towns = from_plane(results.townships, case.zone.crs)
    shapes = shapely.simplify(towns.geometry.to_numpy(), _SIMPLER_M)
    names = towns["township_name"].fillna("").astype(str).to_list()
    place = case.shapes.to_crs(case.zone.crs).to_numpy()
    bounds = shapely.total_bounds(np.concatenate([shapes, place]))
    drawn = canvas(around(bounds, 0.04, 1000.0), width_cm=_WIDTH_CM, height_cm=7.5)
    is_own = (towns.index == case.row["township_code"]).astype(bool)
    drawn.polygons(shapes[~is_own], **_TOWNSHIP)
    drawn.polygons(shapes[is_own], **_OWN)
    at = shapely.get_coordinates(shapely.point_on_surface(shapely.union_all(place)))[0]
    room = np.array([0.0, (drawn.bounds[3] - drawn.bounds[1]) * 0.045])
    for name, spot in zip(names, shapely.get_coordinates(shapely.point_on_surface(shapes)), strict=True):
        beside, above = np.abs(spot - at)
        half = (2 * len(name) + len(case.case_id)) * (drawn.bounds[2] - drawn.bounds[0]) * _LETTER * 0.7
        is_hidden = beside < half and above < 2 * room[1]  # by the star, or by the id above it
        drawn.text(at - room if is_hidden else spot, name, "normal")
    drawn.star(at)
    drawn.text(at + room * 1.1, case.case_id, "normal", zorder=8)
    _furnish(drawn, words)
    drawn.legend([(words["own_township"], _OWN), (words["case_here"], None)])
    return drawn.png()


def detail_png(case: Case, lang: str, only: Any = None) -> bytes:
    """
    Draw the ground of a case: its patches, what was taken of each class, its boundary points, the farmland around it.

    Parameters
    ----------
    case
        The case.
    lang
        ``"zh"`` or ``"en"``.
    only
        Draw so large that this patch fills the map.

    Examples
    --------
    >>> detail_png(case_of(results, "445299-2025-015"), "zh")[1:4]  # doctest: +SKIP
    b'PNG'
    """
    words = WORDS[lang]
    patches = case.shapes.to_crs(case.zone.crs)
    shown = patches.total_bounds if only is None else patches.loc[[only]].total_bounds
    height_cm = 11.5 if only is None else 8.5  # two of the small ones go on a page
    drawn = canvas(around(shown, 0.3, 60.0), width_cm=_WIDTH_CM, height_cm=height_cm)
    legend = _ground(drawn, case, lang)
    drawn.polygons(patches.to_numpy(), **_OUTLINE, zorder=5)
    _points(drawn, boundary_points(case.shapes, case.zone))
    if only is None and len(patches) > 1:
        below = (drawn.bounds[3] - drawn.bounds[1]) * 0.05
        for violation_id, (west, south, east, _) in patches.bounds.iterrows():
            drawn.text(((west + east) / 2, south - below), str(violation_id), "normal", color=RED, zorder=8)
    _furnish(drawn, words)
    drawn.legend([(words["patch"], _OUTLINE), *legend])
    return drawn.png()


def patches_too_small(case: Case) -> list[Any]:
    """
    List the patches that a map of the whole case shows too small to number their points.

    Examples
    --------
    >>> patches_too_small(case_of(results, "445299-2025-015"))  # doctest: +SKIP
    ['XC2025122200015_1', 'XC2025122200015_2']
    """
    if len(case.shapes) == 1:
        return []
    patches = case.shapes.to_crs(case.zone.crs)
    size = patches.bounds.assign(w=lambda one: one["maxx"] - one["minx"], h=lambda one: one["maxy"] - one["miny"])
    west, south, east, north = patches.total_bounds
    whole = max(east - west, north - south)
    return list(patches.index[(size[["w", "h"]].max(axis=1) * _LEAST_SHARE < whole).to_numpy()])


def _ground(drawn: Canvas, case: Case, lang: str) -> list[tuple[str, dict[str, Any] | None]]:
    """Draw the farmland around a case and its pieces; return what the legend says of them."""
    legend: list[tuple[str, dict[str, Any] | None]] = []
    window = shapely.box(*drawn.bounds)
    fields = _in_zone(case.farmland, case)
    near = fields[shapely.intersects(fields, window)]
    if len(near):
        drawn.polygons(near, **_FIELDS)
        legend.append((WORDS[lang]["fields"].format(metres=CONTEXT_M), _FIELDS))
    if case.pieces is None:
        return legend
    shapes = _in_zone(case.pieces, case)
    is_shown = shapely.intersects(shapes, window)
    for land_class in LandClass:
        of_class = shapes[is_shown & (case.pieces["land_class"] == land_class.value).to_numpy()]
        if len(of_class):
            style = {"facecolor": LAND_CLASS_FILL[land_class], "edgecolor": "white", "linewidth": 0.6}
            drawn.polygons(of_class, **style, zorder=3)
            legend.append((land_class.name_in(lang), style))
    return legend


def _in_zone(layer: gpd.GeoDataFrame, case: Case) -> Any:
    return from_plane(layer[[layer.geometry.name]], case.zone.crs).geometry.to_numpy()


def _points(drawn: Canvas, points: pd.DataFrame) -> None:
    """Mark the boundary points, and number those that leave room to read, away from the middle of their rings."""
    at = points[["y_east_m", "x_north_m"]].to_numpy()
    middle = points.groupby(["violation_id", "ring"])[["y_east_m", "x_north_m"]].transform("mean").to_numpy()
    away = at - middle
    wide = drawn.bounds[2] - drawn.bounds[0]
    places = at + away / np.maximum(np.hypot(*away.T), 1e-9)[:, None] * wide * _LABEL_AWAY
    shown = _with_room(places, np.array([len(f"J{number}") for number in points["point"]]) * wide * _LETTER, wide)
    style = {"color": "white", "markeredgecolor": INK, "markeredgewidth": 0.8}
    marked = at if len(at) <= _MOST_MARKS else at[shown]
    drawn.axes.plot(*marked.T, "o", markersize=3, **style, zorder=6)
    for number, place in zip(points["point"].to_numpy()[shown], places[shown], strict=True):
        drawn.text(place, f"J{number}", zorder=8)


def _with_room(places: Any, widths: Any, wide: float) -> list[int]:
    """Choose texts, the first ones first, so that none lies on another."""
    chosen: list[int] = []
    for number, place in enumerate(places):
        east, north = np.abs(places[chosen] - place).T if chosen else np.zeros((2, 0))
        room = (widths[chosen] + widths[number]) / 2 if chosen else east
        if not ((east < room) & (north < wide * _LINE)).any():
            chosen.append(number)
    return chosen


def _furnish(drawn: Canvas, words: dict[str, str]) -> None:
    drawn.scale_bar()
    drawn.north_arrow(words["north"])
