"""Small maps as PNG: areas, lines and names, with a scale and the north."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, floor, log10, radians
from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib.patches import Patch

from geoenforce.outputs.documents.charts import new_figure, to_png
from geoenforce.outputs.palette import BORDER, INK

_LONGITUDE_LATITUDE = 4490
_METRES_PER_DEGREE = 111_320.0  # of longitude on the equator; a scale bar needs no more
_NORTH = {"zh": "北", "en": "N"}


@dataclass(frozen=True)
class Layer:
    """Shapes drawn alike; those of a later layer lie above. Without a name it is not in the legend."""

    shapes: "gpd.GeoSeries"
    fill: str | Sequence[str] = "none"
    edge: str = BORDER
    width: float = 0.6
    name: str = ""
    hatch: str = ""


def draw_map(
    layers: Sequence[Layer],
    *,
    lang: str,
    names: Mapping[str, Any] | None = None,
    key: Mapping[str, str] | None = None,
    width_cm: float = 15.6,
    height_cm: float = 11.0,
) -> bytes:
    """
    Draw layers one above the other.

    Parameters
    ----------
    layers
        The lowest first; in any CRS.
    lang
        ``"zh"`` or ``"en"``.
    names
        Names with the shapely points where they stand, in longitude and latitude.
    key
        Further entries of the legend: what → colour.
    width_cm, height_cm
        Size on paper.

    Examples
    --------
    >>> import shapely
    >>> square = gpd.GeoSeries([shapely.box(116.3, 23.5, 116.4, 23.6)], crs=4490)
    >>> draw_map([Layer(square)], lang="zh", names={"东岸镇": square.iloc[0].centroid})[1:4]
    b'PNG'
    """
    figure = new_figure(width_cm, height_cm)
    axes = figure.subplots()
    axes.set_axis_off()
    drawn = [(layer, layer.shapes.to_crs(_LONGITUDE_LATITUDE)) for layer in layers if len(layer.shapes)]
    for position, (layer, shapes) in enumerate(drawn):
        _draw(axes, layer, shapes, position)
    for name, point in (names or {}).items():
        axes.annotate(name, (point.x, point.y), ha="center", va="center", fontsize=8, color=INK, zorder=100,
                      bbox={"boxstyle": "round,pad=0.15", "fc": "#ffffffb0", "ec": "none"})  # fmt: skip
    if drawn:
        bounds = np.array([shapes.total_bounds for _, shapes in drawn])
        extent = (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))
        _frame(axes, extent, lang)
    _legend(figure, [layer for layer, _ in drawn], key or {})
    return to_png(figure)


def _draw(axes: Any, layer: Layer, shapes: "gpd.GeoSeries", position: int) -> None:
    is_line = shapes.geom_type.str.contains("Line").all()
    if is_line:
        shapes.plot(ax=axes, color=layer.edge, linewidth=layer.width, zorder=position, aspect=None)
        return
    fill = layer.fill if isinstance(layer.fill, str) else list(layer.fill)
    options = {"hatch": layer.hatch} if layer.hatch else {}
    shapes.plot(
        ax=axes, color=fill, edgecolor=layer.edge, linewidth=layer.width, zorder=position, aspect=None, **options
    )


def _frame(axes: Any, extent: Sequence[float], lang: str) -> None:
    """Show the whole extent without distortion, with a bar of a round length and the north."""
    west, south, east, north = extent
    shrink = cos(radians((south + north) / 2))
    pad = max((east - west) * 0.03, (north - south) * 0.03, 1e-5)
    axes.set(xlim=(west - pad, east + pad), ylim=(south - 3 * pad, north + pad), aspect=1 / shrink)
    width_m = (east - west) * _METRES_PER_DEGREE * shrink
    length_m = _round_below(max(width_m / 4, 1.0))
    length = length_m / _METRES_PER_DEGREE / shrink
    start, level = west, south - 1.6 * pad
    axes.plot([start, start + length], [level, level], color=INK, linewidth=2.5, solid_capstyle="butt", zorder=99)
    text = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    axes.text(start + length / 2, level - 0.25 * pad, text, ha="center", va="top", fontsize=8, color=INK, zorder=99)
    top = north - pad
    axes.annotate("", (east, top + 1.5 * pad), (east, top), arrowprops={"arrowstyle": "-|>", "color": INK}, zorder=99)
    axes.text(east, top, _NORTH[lang], ha="center", va="top", fontsize=8, color=INK, zorder=99)


def _round_below(value: float) -> float:
    """Return the largest of 1, 2, 5 × a power of ten that is not above a value."""
    power = 10.0 ** floor(log10(value))
    return max(step * power for step in (1, 2, 5) if step * power <= value)


def _legend(figure: Any, layers: Sequence[Layer], key: Mapping[str, str]) -> None:
    patches = [
        Patch(facecolor=layer.fill if isinstance(layer.fill, str) and layer.fill != "none" else layer.edge,
              edgecolor=layer.edge, label=layer.name, hatch=layer.hatch or None)
        for layer in layers
        if layer.name
    ]  # fmt: skip
    patches = [Patch(facecolor=color, edgecolor=BORDER, label=name) for name, color in key.items()] + patches
    if patches:
        figure.legend(
            handles=patches, loc="outside lower center", ncols=min(len(patches), 4), frameon=False, fontsize=8
        )
