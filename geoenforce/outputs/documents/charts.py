"""
Charts as PNG; the same data give the same bytes, and Chinese is read on any machine.

Drawn with matplotlib's Agg canvas and no global state, so charts can be drawn in any thread.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from geoenforce.outputs.documents.fonts import font_for, readable
from geoenforce.outputs.palette import BORDER, TRACK
from geoenforce.outputs.wording import figure_of

#: Dots per inch: sharp on paper, small in a file.
DPI = 160
_CM_PER_INCH = 2.54


@dataclass(frozen=True)
class Series:
    """Values drawn in one colour, one per label; None leaves a gap."""

    name: str
    values: Sequence[float | None]
    color: str = TRACK


def new_figure(width_cm: float, height_cm: float) -> Figure:
    """
    Begin a picture of a size on paper.

    Examples
    --------
    >>> new_figure(2.54, 5.08).get_size_inches().tolist()
    [1.0, 2.0]
    """
    figure = Figure(figsize=(width_cm / _CM_PER_INCH, height_cm / _CM_PER_INCH), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def to_png(figure: Figure) -> bytes:
    """
    Give every text of a picture a font that has its characters, and write it as PNG.

    Examples
    --------
    >>> to_png(new_figure(2, 2))[1:4]
    b'PNG'
    """
    for axes in figure.axes:
        axes.get_xticklabels(), axes.get_yticklabels()  # they exist only once they were asked for
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    font = font_for("".join(text.get_text() for text in texts)).path
    for text in texts:
        text.set_text(readable(text.get_text()))
        text.set_parse_math(False)
        text.set_fontproperties(FontProperties(fname=font, size=text.get_fontsize()))
    file = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Glyph .* missing from font"
        )  # of garbled names, which an issue tells
        figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()


def bar_chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    value_label: str,
    most: float | None = None,
    is_stacked: bool = False,
    width_cm: float = 15.6,
) -> bytes:
    """
    Draw horizontal bars, the first label at the top, each bar with its value.

    Parameters
    ----------
    labels
        What the bars stand for, such as townships.
    series
        One or more values per label.
    value_label
        What is measured, with its unit.
    most
        End of the axis, such as 100 for per cent.
    is_stacked
        Whether the series follow one another in one bar; else they stand one below the other.
    width_cm
        Width on paper.

    Examples
    --------
    >>> bar_chart(["东岸镇"], [Series("达标率", [95.2])], value_label="达标率（%）", most=100)[1:4]
    b'PNG'
    """
    bars = 1 if is_stacked else len(series)
    figure = new_figure(width_cm, 2.0 + len(labels) * (0.35 + 0.35 * bars))
    axes = figure.subplots()
    height, before = 0.8 / bars, [0.0] * len(labels)
    for number, one in enumerate(series):
        places = [place + (0 if is_stacked else (number + 0.5) * height - 0.4) for place in range(len(labels))]
        values = [value or 0.0 for value in one.values]
        drawn = axes.barh(places, values, height * 0.9, left=before, color=one.color, label=one.name)
        if is_stacked:
            before = [start + value for start, value in zip(before, values, strict=True)]
        else:
            axes.bar_label(drawn, ["" if value is None else _figure(value) for value in one.values], padding=3, size=8)
    axes.set_yticks(range(len(labels)), [readable(label) for label in labels])
    axes.invert_yaxis()
    axes.set_xlim(0, most or None)
    if most is None and not any(value for one in series for value in one.values):
        axes.set_xlim(0, 1)
    axes.margins(x=0.12)
    axes.set_xlabel(value_label)
    _tidy(axes, "x")
    _count_whole(axes.xaxis, series)
    _legend(figure, series)
    return to_png(figure)


def line_chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    value_label: str,
    most: float | None = None,
    width_cm: float = 15.6,
) -> bytes:
    """
    Draw lines over time, with a gap where a value is missing.

    Parameters
    ----------
    labels
        The months or years, in order.
    series
        One line each.
    value_label
        What is measured, with its unit.
    most
        Top of the axis.
    width_cm
        Width on paper.

    Examples
    --------
    >>> line_chart(["1月", "2月"], [Series("全县", [100, None])], value_label="达标率（%）")[1:4]
    b'PNG'
    """
    figure = new_figure(width_cm, 6.5)
    axes = figure.subplots()
    for one, mark in zip(series, "os^Dvp*hX" * (len(series) // 9 + 1), strict=False):
        values = [float("nan") if value is None else value for value in one.values]
        axes.plot(range(len(labels)), values, color=one.color, marker=mark, markersize=4, label=one.name)
    axes.set_xticks(range(len(labels)), [readable(label) for label in labels])
    axes.set_ylim(0, most and most * 1.04)
    axes.set_ylabel(value_label)
    _tidy(axes, "y")
    _count_whole(axes.yaxis, series)
    _legend(figure, series)
    return to_png(figure)


def _figure(value: float) -> str:
    """Write a count, or a figure as in the tables: on its side of a whole number."""
    return str(value) if isinstance(value, int) else figure_of(value)


def _tidy(axes: Any, grid: str) -> None:
    axes.grid(axis=grid, color="#dfe3e7", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=9, color=BORDER)
    axes.xaxis.label.set_size(9)
    axes.yaxis.label.set_size(9)


def _count_whole(axis: Any, series: Sequence[Series]) -> None:
    """Mark whole numbers only where nothing else is shown: there is no half a case."""
    if all(isinstance(value, int) for one in series for value in one.values if value is not None):
        axis.set_major_locator(MaxNLocator(integer=True))


def _legend(figure: Figure, series: Sequence[Series]) -> None:
    if len(series) > 1:
        figure.legend(loc="outside lower center", ncols=min(len(series), 4), frameon=False, fontsize=9)
