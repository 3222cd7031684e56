"""
Charts as PNG: bars, lines, calendars; the same data give the same bytes, and Chinese is read on any machine.

Drawn with matplotlib's Agg canvas and no global state, so charts can be drawn in any thread.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text

from geoenforce.outputs.documents.fonts import font_for
from geoenforce.outputs.palette import BORDER, INK, TRACK
from geoenforce.outputs.wording import rounded

#: Dots per inch: sharp on paper, small in a file.
DPI = 160
_CM_PER_INCH = 2.54
_WEEKDAYS = {"zh": "一二三四五六日", "en": "MTWTFSS"}
_MONTH = {"zh": "{0.year}年{0.month}月", "en": "{0:%Y-%m}"}


@dataclass(frozen=True)
class Series:
    """Values drawn in one colour, one per label; None leaves a gap."""

    name: str
    values: Sequence[float | None]
    color: str = TRACK


@dataclass(frozen=True)
class Look:
    """How a kind of day is drawn: its name in the legend, the fill and the ink on it."""

    name: str
    fill: str
    ink: str = INK


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
        text.set_parse_math(False)
        text.set_fontproperties(FontProperties(fname=font, size=text.get_fontsize()))
    file = BytesIO()
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
            axes.bar_label(drawn, ["" if value is None else _short(value) for value in one.values], padding=3, size=8)
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.set_xlim(0, most or None)
    if most is None and not any(value for one in series for value in one.values):
        axes.set_xlim(0, 1)
    axes.margins(x=0.12)
    axes.set_xlabel(value_label)
    _tidy(axes, "x")
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
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylim(0, most and most * 1.04)
    axes.set_ylabel(value_label)
    _tidy(axes, "y")
    _legend(figure, series)
    return to_png(figure)


def calendar_map(
    days: Mapping[date, str], looks: Mapping[str, Look], months: Sequence[str], lang: str, *, width_cm: float = 15.6
) -> bytes:
    """
    Draw a calendar of months, each day in the colour of its kind; days of no kind stay pale.

    Parameters
    ----------
    days
        The kind of each day.
    looks
        How each kind is drawn, in the order of the legend.
    months
        ``2026-03`` …
    lang
        ``"zh"`` or ``"en"``.
    width_cm
        Width on paper.

    Examples
    --------
    >>> calendar_map({date(2026, 3, 2): "kept"}, {"kept": Look("已巡查", TRACK, "white")}, ["2026-03"], "zh")[1:4]
    b'PNG'
    """
    across = min(len(months), 3)
    down = -(-len(months) // across)
    size = width_cm / 3
    figure = new_figure(max(across * size, 9.0), down * size * 0.86 + 0.9)
    panels = figure.subplots(down, across, squeeze=False).ravel()
    for panel, month in zip(panels, months, strict=False):
        _month(panel, date.fromisoformat(f"{month}-01"), days, looks, lang)
    for panel in panels[len(months) :]:
        panel.set_axis_off()
    patches = [Patch(facecolor=look.fill, edgecolor=BORDER, label=look.name) for look in looks.values()]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False, fontsize=9)
    return to_png(figure)


def _month(panel: Any, first: date, days: Mapping[date, str], looks: Mapping[str, Look], lang: str) -> None:
    panel.set_axis_off()
    panel.set_title(_MONTH[lang].format(first), fontsize=10)
    panel.set(xlim=(0, 7), ylim=(7, 0), aspect=0.8)
    for column, name in enumerate(_WEEKDAYS[lang]):
        panel.text(column + 0.5, 0.55, name, ha="center", va="center", fontsize=8, color=BORDER)
    for row, week in enumerate(calendar.Calendar().monthdatescalendar(first.year, first.month), start=1):
        for column, day in enumerate(week):
            if day.month == first.month:
                look = looks.get(days.get(day, ""), Look("", "#f4f5f6", "#9aa3ac"))
                panel.add_patch(
                    Rectangle((column + 0.04, row + 0.04), 0.92, 0.92, facecolor=look.fill, edgecolor="none")
                )
                panel.text(column + 0.5, row + 0.52, str(day.day), ha="center", va="center", fontsize=8, color=look.ink)


def _short(value: float) -> str:
    return rounded(value, 0 if float(value).is_integer() else 2)


def _tidy(axes: Any, grid: str) -> None:
    axes.grid(axis=grid, color="#dfe3e7", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=9, color=BORDER)
    axes.xaxis.label.set_size(9)
    axes.yaxis.label.set_size(9)


def _legend(figure: Figure, series: Sequence[Series]) -> None:
    if len(series) > 1:
        figure.legend(loc="outside lower center", ncols=min(len(series), 4), frameon=False, fontsize=9)
