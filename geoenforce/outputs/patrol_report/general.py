"""Parts of the report about the counties: working days kept and missed, the calendar, the period before."""

from datetime import date

import pandas as pd

from geoenforce.core.patrol_terms import DayReason
from geoenforce.outputs.documents.calendars import Look, calendar_map
from geoenforce.outputs.documents.charts import Series, line_chart
from geoenforce.outputs.documents.model import (
    Block,
    Column,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Show,
    Table,
    Value,
    day_in_words,
    shown,
)
from geoenforce.outputs.documents.periods import Period
from geoenforce.outputs.patrol_report.view import Count, View, counts_of, missed_days, of_counties, per_cent
from geoenforce.outputs.patrol_report.words import month_name, weekday
from geoenforce.outputs.wording import in_words, rounded

#: How the kinds of day are drawn; the lightness alone tells them apart.
LOOKS = {
    DayReason.PATROLLED: ("#8fc7c3", "#12302e"),
    DayReason.EXCUSED: ("#d5d8dc", "#4b545d"),
    DayReason.TOO_SHORT: ("#d07c22", "#1f1202"),
    DayReason.NO_TRIP: ("#9c1137", "#ffffff"),
}


def general_part(view: View) -> list[Block]:
    """
    Say how the counties did, beside the period before, with a calendar for each.

    Examples
    --------
    >>> general_part(view)[0].text  # doctest: +SKIP
    '总体情况'
    """
    words = view.words
    blocks: list[Block] = [Heading(words["general"])]
    part = view.part_known(view.period)
    if part and part != (view.period.first, view.period.last):
        blocks.append(Paragraph(_span(view, "cut", view.period), "note"))
    counts = counts_of(of_counties(view.days))
    if not counts:
        blocks.append(Paragraph(words["no_days"], "warning"))
    for office, count in counts.items():
        blocks.append(Paragraph(_sentence(view, office, count)))
    blocks += [Paragraph(text) for text in _change(view, counts)]
    blocks.append(Paragraph(_trips_sentence(view)))
    if len(counts) == 1:
        blocks.append(_facts(view, next(iter(counts.values()))))
    blocks.append(_comparison(view))
    blocks += [_calendar(view, office, count) for office, count in counts.items()]
    blocks += _months(view)
    return [*blocks, Paragraph(words["rule"], "note")]


def _span(view: View, key: str, period: Period) -> str:
    first, last = view.part_known(period) or (period.first, period.last)
    days = {"first": day_in_words(first, view.lang), "last": day_in_words(last, view.lang)}
    return view.words[key].format(before=period.in_words(view.lang), **days)


def _sentence(view: View, office: str, count: Count) -> str:
    period = view.period.in_words(view.lang)
    period = period[0].upper() + period[1:]  # it begins the sentence: "First quarter of 2026"
    values = {"period": period, "office": view.name(office), "working": count.working}
    if count.rate is None:
        return view.words["sentence_none"].format(**values)
    rate = shown(count.rate, Show.SHARE, view.lang)
    numbers = {"excused": count.excused, "owed": count.owed, "kept": count.kept, "missed": count.missed}
    return view.words["sentence"].format(**values, **numbers, rate=rate)


def _change(view: View, counts: dict[str, Count]) -> list[str]:
    """Say how each rate moved; the difference is that of the rates as they are shown."""
    before, earlier = view.period.before(), counts_of(of_counties(view.days_before))
    name = before.in_words(view.lang)
    if not any(count.rate is not None for count in earlier.values()):
        return [view.words["no_before"].format(before=name)]
    said = []
    for office, count in counts.items():
        old = earlier[office].rate if office in earlier else None
        if old is None or count.rate is None:
            continue
        was, now = float(rounded(old * 100)), float(rounded(count.rate * 100))
        key = "up" if now > was else "down" if now < was else "level"
        words = {"office": view.name(office), "points": rounded(abs(now - was)), "before": name}
        said.append(
            view.words[key].format(
                old=shown(old, Show.SHARE, view.lang), new=shown(count.rate, Show.SHARE, view.lang), **words
            )
        )
    if view.part_known(before) not in (None, (before.first, before.last)):
        said.append(_span(view, "before_cut", before))
    return said


def _trips_sentence(view: View) -> str:
    if view.trips.empty:
        return view.words["no_trips"]
    km, hours = _km(view.trips), _hours(view.trips)
    return view.words["trips"].format(trips=len(view.trips), km=rounded(km), hours=rounded(hours, 1))


def _km(trips: pd.DataFrame) -> float:
    return float(trips["inside_m"].sum()) / 1000


def _hours(trips: pd.DataFrame) -> float:
    return float(trips["inside_min"].sum()) / 60


def _facts(view: View, count: Count) -> Facts:
    words = view.words
    rows = [(words[key], str(getattr(count, key))) for key in ("working", "excused", "owed", "kept", "missed")]
    rows.append((words["rate"], shown(count.rate, Show.SHARE, view.lang) or "—"))
    rows.append((words["longest"], str(count.longest_missed)))
    rows += [(words["trip_count"], str(len(view.trips))), (words["km"], rounded(_km(view.trips)))]
    return Facts((*rows, (words["hours"], rounded(_hours(view.trips), 1))))


def _comparison(view: View) -> Table:
    words = view.words
    columns = (
        Column(words["period"], weight=2.2), Column(words["office"], weight=1.4), Column(words["owed"], Show.COUNT),
        Column(words["kept"], Show.COUNT), Column(words["missed"], Show.COUNT), Column(words["rate"], Show.SHARE),
        Column(words["trip_count"], Show.COUNT), Column(words["km"], Show.KM), Column(words["hours"], Show.HOURS),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for key, period, days, trips in (
        ("this", view.period, view.days, view.trips),
        ("last", view.period.before(), view.days_before, view.trips_before),
    ):
        name = words[key].format(period=period.in_words(view.lang))
        counts = counts_of(of_counties(days))
        one = len(view.counties) == 1
        for office, count in counts.items():
            moved = (len(trips), _km(trips), _hours(trips)) if one else (None, None, None)
            rows.append((name, view.name(office), count.owed, count.kept, count.missed, count.rate, *moved))
    return Table(words["comparison"], words["comparison"], columns, tuple(rows), words["no_days"])


def looks(lang: str) -> dict[str, Look]:
    """
    Return how each kind of day is drawn, with its name.

    Examples
    --------
    >>> looks("zh")["no_trip"].name
    '未巡查'
    """
    return {reason.value: Look(reason.name_in(lang), *colors) for reason, colors in LOOKS.items()}


def _calendar(view: View, office: str, count: Count) -> Figure:
    days = view.days[view.days["office"] == office]
    kinds = {on.date(): reason for on, reason in zip(days["on"], days["reason"], strict=True)}
    png = calendar_map(kinds, looks(view.lang), view.months, view.lang)
    name = view.name(office)
    alt = view.words["calendar_alt"].format(office=name, kept=count.kept, missed=count.missed, excused=count.excused)
    return Figure(png, alt, view.words["calendar"].format(office=name, period=view.period.in_words(view.lang)))


def _months(view: View) -> list[Block]:
    """Follow the months of a quarter or year."""
    if len(view.period.months) == 1 or view.days.empty:
        return []
    words = view.words
    by_month = {
        month: counts_of(days) for month, days in of_counties(view.days).groupby(view.days["on"].dt.strftime("%Y-%m"))
    }
    columns = (
        Column(words["month"]), Column(words["office"], weight=1.4), Column(words["working"], Show.COUNT),
        Column(words["excused"], Show.COUNT), Column(words["kept"], Show.COUNT), Column(words["missed"], Show.COUNT),
        Column(words["rate"], Show.SHARE),
    )  # fmt: skip
    rows = tuple(
        (month, view.name(office), count.working, count.excused, count.kept, count.missed, count.rate)
        for month, counts in by_month.items()
        for office, count in counts.items()
    )
    table = Table(words["months_table"], words["months_table"], columns, rows, words["no_days"])
    lines = [
        Series(view.name(office), [per_cent(by_month.get(month, {}).get(office)) for month in view.months], color)
        for office, color in zip(view.counties, _COLORS * (len(view.counties) // len(_COLORS) + 1), strict=False)
    ]
    png = line_chart(
        [month_name(month, view.lang) for month in view.months], lines, value_label=words["rate_axis"], most=100
    )
    alt = "；".join(f"{row[0]} {row[1]} {shown(row[6], Show.SHARE, view.lang) or '—'}" for row in rows)
    return [table, Figure(png, alt, words["months_chart"])]


_COLORS = ("#0b7a75", "#6a3d9a", "#8c510a", "#c51b7d", "#4d7c0f", "#35618f")


def missed_part(view: View) -> list[Block]:
    """
    List the days that the counties missed, and those on which nothing was owed.

    Examples
    --------
    >>> len(missed_part(view))  # doctest: +SKIP
    3
    """
    words, days = view.words, of_counties(view.days)
    if days.empty:
        return []
    columns: tuple[Column, ...] = (
        Column(words["office"]), Column(words["day"], Show.DAY, 1.3), Column(words["weekday"], weight=0.7),
        Column(words["what"], weight=2), Column(words["trip_count"], Show.COUNT), Column(words["km"], Show.KM),
        Column(words["hours"], Show.HOURS),
    )  # fmt: skip
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (view.name(one.office), *_day(one.on.date(), view.lang), in_words("reason", one.reason, view.lang),
         one.trips, one.length_m / 1000, one.duration_min / 60)
        for one in missed_days(days).itertuples()
    )  # fmt: skip
    missed = Table(words["missed_table"], words["missed_table"], columns, rows, words["no_missed"])
    excused = days[days["is_excused"]]
    excuses = excused["excuse"] if "excuse" in excused else pd.Series("", index=excused.index)
    rows = tuple(
        (view.name(one.office), *_day(one.on.date(), view.lang), "" if pd.isna(why) else str(why))
        for one, why in zip(excused.itertuples(), excuses, strict=True)
    )
    columns = (*columns[:3], Column(words["why"], weight=5))
    free = Table(words["excused_table"], words["excused_table"], columns, rows, words["no_excused"])
    return [Heading(words["missed_part"]), missed, free]


def _day(on: date, lang: str) -> tuple[date, str]:
    return on, weekday(on, lang)
