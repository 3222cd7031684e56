"""Calendars and grids of coloured fields, as PNG."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matplotlib.patches import Patch, Rectangle

from geoenforce.outputs.documents.charts import new_figure, to_png
from geoenforce.outputs.documents.fonts import readable
from geoenforce.outputs.palette import BORDER, INK

_WEEKDAYS = {"zh": "一二三四五六日", "en": "MTWTFSS"}
_MONTH = {"zh": "{0.year}年{0.month}月", "en": "{0:%Y-%m}"}
_PALE, _PALE_INK = "#f4f5f6", "#9aa3ac"


@dataclass(frozen=True)
class Look:
    """How a kind of day is drawn: its name in the legend, the fill and the ink on it."""

    name: str
    fill: str
    ink: str = INK


@dataclass(frozen=True)
class Cell:
    """A field of a grid: what is written in it, its fill and the ink on it."""

    text: str
    fill: str
    ink: str = INK


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
    >>> calendar_map({date(2026, 3, 2): "kept"}, {"kept": Look("已巡查", "#0b7a75", "white")}, ["2026-03"], "zh")[1:4]
    b'PNG'
    """
    across = min(len(months), 3)
    down = -(-len(months) // across)
    size = width_cm / max(across, 2)
    figure = new_figure(width_cm, down * size * 0.86 + 0.9)
    panels = figure.subplots(down, across, squeeze=False).ravel()
    for panel, month in zip(panels, months, strict=False):
        _month(panel, date.fromisoformat(f"{month}-01"), days, looks, lang)
    for panel in panels[len(months) :]:
        panel.set_axis_off()
    patches = [Patch(facecolor=look.fill, edgecolor=BORDER, label=look.name) for look in looks.values()]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False, fontsize=9)
    return to_png(figure)


def grid_chart(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Cell | None]],
    *,
    legend: Mapping[str, str],
    width_cm: float = 15.6,
) -> bytes:
    """
    Draw a field for each row and column, such as townships and days; None leaves it pale.

    Parameters
    ----------
    rows, columns
        Their names.
    cells
        The fields, row by row.
    legend
        What the colours mean.
    width_cm
        Width on paper.

    Examples
    --------
    >>> grid_chart(["东岸镇"], ["1", "2"], [[Cell("", "#0b7a75"), None]], legend={"已巡查": "#0b7a75"})[1:4]
    b'PNG'
    """
    figure = new_figure(width_cm, 1.6 + 0.62 * len(rows))
    axes = figure.subplots()
    for down, row in enumerate(cells):
        for across, cell in enumerate(row):
            fill = cell.fill if cell else _PALE
            axes.add_patch(Rectangle((across + 0.04, down + 0.06), 0.92, 0.88, facecolor=fill, edgecolor="none"))
            if cell and cell.text:
                axes.text(across + 0.5, down + 0.53, cell.text, ha="center", va="center", fontsize=7, color=cell.ink)
    axes.set(xlim=(0, max(len(columns), 1)), ylim=(len(rows), 0))
    axes.set_yticks([place + 0.5 for place in range(len(rows))], [readable(name) for name in rows])
    axes.set_xticks([place + 0.5 for place in range(len(columns))], [readable(name) for name in columns])
    axes.tick_params(length=0, labelsize=8, labelbottom=False, labeltop=True)
    axes.spines[:].set_visible(False)
    patches = [Patch(facecolor=fill, edgecolor=BORDER, label=name) for name, fill in legend.items()]
    if patches:
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
                look = looks.get(days.get(day, ""), Look("", _PALE, _PALE_INK))
                panel.add_patch(
                    Rectangle((column + 0.04, row + 0.04), 0.92, 0.92, facecolor=look.fill, edgecolor="none")
                )
                panel.text(column + 0.5, row + 0.52, str(day.day), ha="center", va="center", fontsize=8, color=look.ink)
