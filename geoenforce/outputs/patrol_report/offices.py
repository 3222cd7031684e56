"""Parts of the report about townships and patrol units."""

from typing import Any

import pandas as pd

from geoenforce.core.patrol_terms import OfficeLevel
from geoenforce.outputs.documents.calendars import Cell, Look, grid_chart
from geoenforce.outputs.documents.charts import Series, bar_chart
from geoenforce.outputs.documents.model import Block, Column, Figure, Heading, Paragraph, Show, Table, Value
from geoenforce.outputs.patrol_report.general import looks
from geoenforce.outputs.patrol_report.view import Count, View, counts_of, missed_days, per_cent
from geoenforce.outputs.patrol_report.words import dates_in_words, month_name
from geoenforce.outputs.wording import percent_figure

_BEFORE = "#a9c9c7"
#: Rates from a share on, in per cent: the lower, the darker.
_RATES = ((100.0, "#8fc7c3", "#12302e"), (90.0, "#cfe6e4", "#12302e"), (75.0, "#fbe3b0", "#3d2404"),
          (50.0, "#f0a35e", "#3d2404"), (0.0, "#9c1137", "#ffffff"))  # fmt: skip


def townships_part(view: View) -> list[Block]:
    """
    Say how each township did.

    Examples
    --------
    >>> townships_part(view)[0].text  # doctest: +SKIP
    '各乡镇（街道）情况'
    """
    days = view.days[view.days["level"] == OfficeLevel.TOWNSHIP.value]
    if days.empty:
        return []
    words, counts, before = view.words, counts_of(days), counts_of(view.days_before)
    return [
        Heading(words["towns"]),
        _table(view, counts, before),
        Paragraph(words["towns_note"], "note"),
        _bars(view, counts, before),
        _grid(view, days),
        _dates(view, days),
    ]


def _table(view: View, counts: dict[str, Count], before: dict[str, Count]) -> Table:
    words = view.words
    parts = view.patrols.trip_parts
    parts = parts[parts["trip_id"].isin(view.trips.index)].groupby("township_code")
    trips, metres, minutes = parts["trip_id"].nunique(), parts["length_m"].sum(), parts["duration_min"].sum()
    columns = (
        Column(words["township"], weight=1.5), Column(words["owed"], Show.COUNT), Column(words["kept"], Show.COUNT),
        Column(words["missed"], Show.COUNT), Column(words["rate"], Show.SHARE, 1.2),
        Column(words["rate_before"], Show.SHARE, 1.2), Column(words["longest"], Show.COUNT),
        Column(words["trip_count"], Show.COUNT), Column(words["km"], Show.KM, 1.2, is_summed=True),
        Column(words["hours"], Show.HOURS, 1.2, is_summed=True),
    )  # fmt: skip
    rows = tuple(
        (view.name(code), count.owed, count.kept, count.missed, count.rate,
         before[code].rate if code in before else None, count.longest_missed, int(trips.get(code, 0)),
         float(metres.get(code, 0.0)) / 1000, float(minutes.get(code, 0.0)) / 60)
        for code, count in counts.items()
    )  # fmt: skip
    return Table(words["towns_table"], words["towns_table"], columns, rows, words["no_days"])


def _bars(view: View, counts: dict[str, Count], before: dict[str, Count]) -> Figure:
    words, lang = view.words, view.lang
    now = [per_cent(count) for count in counts.values()]
    series = [Series(view.period.in_words(lang), now)]
    if any(code in before for code in counts):
        then = [per_cent(before.get(code)) for code in counts]
        series.append(Series(view.period.before().in_words(lang), then, _BEFORE))
    png = bar_chart([view.name(code) for code in counts], series, value_label=words["rate_axis"], most=100)
    known = [count.rate for count in counts.values() if count.rate is not None]
    most, least = (f"{percent_figure(pick(known))}%" if known else "—" for pick in (max, min))
    return Figure(png, words["towns_chart_alt"].format(most=most, least=least), words["towns_chart"])


def _grid(view: View, days: pd.DataFrame) -> Figure:
    """Draw a cell for each township and day of a month, or month of a longer period."""
    words = view.words
    by_month = len(view.period.months) > 1
    keys = days["on"].dt.strftime("%Y-%m" if by_month else "%d").str.lstrip("0")
    across = sorted(keys.unique(), key=lambda key: (len(key), key))
    names = looks(view.lang)
    cells: dict[tuple[str, str], Cell | None] = {}
    for (office, key), rows in days.groupby([days["office"], keys]):
        look = names[str(rows["reason"].iloc[0])]
        cells[str(office), str(key)] = _rate_cell(counts_of(rows)[str(office)]) if by_month else Cell("", look.fill)
    down = sorted(days["office"].unique())
    legend = {} if by_month else {look.name: look.fill for look in names.values()}
    rows = [[cells.get((code, key)) for key in across] for code in down]
    heads = [month_name(key, view.lang) for key in across] if by_month else across
    png = grid_chart([view.name(code) for code in down], heads, rows, legend=legend)
    return Figure(png, words["grid_alt"], words["towns_months" if by_month else "towns_grid"])


def _rate_cell(count: Count) -> Cell | None:
    if count.rate is None:
        return None
    look = next(Look("", fill, ink) for limit, fill, ink in _RATES if count.rate * 100 >= limit)
    return Cell(percent_figure(count.rate).removesuffix(".00"), look.fill, look.ink)


def _dates(view: View, days: pd.DataFrame) -> Table:
    words = view.words
    columns = (
        Column(words["township"], weight=1.2), Column(words["missed"], Show.COUNT, 0.8),
        Column(words["dates"], weight=6),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = [
        (view.name(code), len(rows), dates_in_words([on.date() for on in rows["on"]], view.lang))
        for code, rows in missed_days(days).groupby("office", sort=True)
    ]
    return Table(words["towns_missed"], words["towns_missed"], columns, tuple(rows), words["all_kept"])


def units_part(view: View) -> list[Block]:
    """
    Say who went out how far and how long.

    Examples
    --------
    >>> units_part(view)[0].text  # doctest: +SKIP
    '巡查单位的里程和时长'
    """
    words = view.words
    columns = (
        Column(words["unit"], weight=2), Column(words["trip_count"], Show.COUNT, is_summed=True),
        Column(words["days_out"], Show.COUNT), Column(words["km"], Show.KM, is_summed=True),
        Column(words["hours"], Show.HOURS, is_summed=True),
    )  # fmt: skip
    units = view.trips.groupby(unit_names(view.trips["patrol_unit"], view), sort=True)
    rows: list[tuple[Value, ...]] = [
        (str(unit), len(trips), int(trips["on"].nunique()), float(trips["inside_m"].sum()) / 1000,
         float(trips["inside_min"].sum()) / 60)
        for unit, trips in units
    ]  # fmt: skip
    return [
        Heading(words["units"]),
        Table(words["units_table"], words["units_table"], columns, tuple(rows), words["no_trips"]),
    ]


def unit_names(units: "pd.Series[Any]", view: View) -> "pd.Series[Any]":
    """
    Name patrol units; those that no file names are called so.

    Examples
    --------
    >>> unit_names(pd.Series(["一队", None]), view).to_list()  # doctest: +SKIP
    ['一队', '未注明单位']
    """
    return units.astype("object").where(units.notna(), view.words["no_unit"])
