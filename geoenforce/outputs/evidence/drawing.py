"""What the maps of an evidence sheet are drawn with: polygons, numbers of points, a scale bar, the north."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.figure import Figure as Sheet
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from geoenforce.outputs.documents.charts import to_png
from geoenforce.outputs.palette import INK

Bounds = tuple[float, float, float, float]

_LEGEND_CM = 0.9
_INCH_CM = 2.54
_SIZES = {"small": 7.0, "normal": 8.0}
#: What stands for the case, in outlines and stars.
RED = "#c01823"
_STAR: dict[str, Any] = {"marker": "*", "markersize": 14, "color": RED, "markeredgecolor": "white", "linestyle": "none"}
_HALO = [patheffects.withStroke(linewidth=2.2, foreground="white")]


@dataclass(frozen=True)
class Canvas:
    """A map that is being drawn, in metres of a zone."""

    sheet: Sheet
    axes: Any
    bounds: Bounds

    def polygons(self, shapes: Any, **style: Any) -> None:
        """Draw polygons in one style; holes stay open."""
        parts = shapely.get_parts(shapely.get_parts(shapes))
        if not len(parts):
            return
        outlines = [
            Outline(shapely.get_coordinates(ring), closed=True)
            for part in shapely.orient_polygons(parts)
            for ring in (part.exterior, *part.interiors)
        ]
        self.axes.add_patch(PathPatch(Outline.make_compound_path(*outlines), **style))

    def text(self, place: Any, text: str, size: str = "small", **style: Any) -> None:
        """Write a text as it is, with a light rim that keeps it apart from the ground."""
        options = {"ha": "center", "va": "center", "color": INK, "path_effects": _HALO, "clip_on": True} | style
        # no formula: a dollar sign in a name would be taken for one
        self.axes.text(*place, text, parse_math=False, fontsize=_SIZES[size], **options)

    def scale_bar(self) -> None:
        """Draw a scale of a round length in the lower left corner."""
        west, south, east, north = self.bounds
        length = round_length_m((east - west) / 4)
        x, y, high = west + (east - west) * 0.03, south + (north - south) * 0.035, (north - south) * 0.012
        for part in range(4):
            fill = INK if part % 2 == 0 else "white"
            box = shapely.box(x + part * length / 4, y, x + (part + 1) * length / 4, y + high)
            self.polygons([box], facecolor=fill, edgecolor=INK, linewidth=0.6, zorder=9)
        shown = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
        self.text((x, y + high * 3), "0", ha="left", zorder=9)
        self.text((x + length, y + high * 3), shown, zorder=9)

    def north_arrow(self, label: str) -> None:
        """Draw an arrow to the north of the grid in the upper right corner."""
        arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.4}
        at = {"xycoords": "axes fraction", "textcoords": "axes fraction"}
        self.axes.annotate("", (0.96, 0.975), (0.96, 0.9), arrowprops=arrow, zorder=9, **at)
        self.text((0.96, 0.885), label, "normal", transform=self.axes.transAxes, zorder=9, va="top")

    def star(self, place: Any) -> None:
        """Mark a place that is too small to be seen."""
        self.axes.plot(*place, **_STAR, zorder=7)

    def legend(self, entries: list[tuple[str, dict[str, Any] | None]]) -> None:
        """Explain the styles below the map; without a style, the star."""
        signs = [
            Line2D([], [], **_STAR) if style is None else PathPatch(Outline([(0, 0), (1, 0), (1, 1)]), **style)
            for _, style in entries
        ]
        self.axes.legend(
            signs, [label for label, _ in entries], loc="upper center", bbox_to_anchor=(0.5, 0.0),
            ncols=min(len(entries), 5), fontsize=_SIZES["normal"], frameon=False, handlelength=1.6, borderpad=0.2,
        )  # fmt: skip

    def png(self) -> bytes:
        """Return the picture; the same map gives the same bytes."""
        return to_png(self.sheet)


def canvas(around: Bounds, *, width_cm: float, height_cm: float) -> Canvas:
    """
    Begin a map that shows at least some bounds, as wide and high as it is given room.

    Parameters
    ----------
    around
        West, south, east and north, in metres.
    width_cm, height_cm
        Of the picture; some of the height goes to the legend.
    """
    sheet = Sheet(figsize=(width_cm / _INCH_CM, height_cm / _INCH_CM))
    legend = _LEGEND_CM / height_cm
    room = (0.005, legend, 0.99, 0.995 - legend)  # of the picture: left, bottom, width, height
    axes = sheet.add_axes(room)
    bounds = widened(around, height_cm * room[3] / (width_cm * room[2]))
    axes.set(xlim=bounds[::2], ylim=bounds[1::2], xticks=[], yticks=[], aspect="equal", facecolor="#fbfbf8")
    return Canvas(sheet, axes, bounds)


def widened(bounds: Bounds, ratio: float) -> Bounds:
    """
    Widen bounds to a ratio of height to width, about their middle.

    Examples
    --------
    >>> widened((0.0, 0.0, 100.0, 100.0), 0.5)
    (-50.0, 0.0, 150.0, 100.0)
    """
    west, south, east, north = bounds
    width = max(east - west, (north - south) / ratio)
    height = width * ratio
    x, y = (west + east) / 2, (south + north) / 2
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def around(bounds: Any, share: float, least_m: float) -> Bounds:
    """
    Leave room around bounds: a share of their size, and at least so much that the whole is `least_m` wide.

    Examples
    --------
    >>> around((0, 0, 100, 50), 0.5, 120.0)
    (-50.0, -50.0, 150.0, 100.0)
    >>> around((0, 0, 10, 10), 0.5, 120.0)
    (-55.0, -55.0, 65.0, 65.0)
    """
    west, south, east, north = (float(bound) for bound in bounds)
    size = max(east - west, north - south)
    room = max(size * share, (least_m - size) / 2)
    return (west - room, south - room, east + room, north + room)


def round_length_m(length_m: float) -> float:
    """
    Return the largest of 1, 2 and 5 times a power of ten that is not longer.

    Examples
    --------
    >>> round_length_m(70), round_length_m(1999), round_length_m(100)
    (50.0, 1000.0, 100.0)
    """
    power = 10.0 ** math.floor(math.log10(length_m))
    return float(np.max([step * power for step in (1, 2, 5) if step * power <= length_m * (1 + 1e-9)]))
