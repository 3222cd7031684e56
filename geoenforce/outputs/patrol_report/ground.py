"""Parts of the report about basic farmland: how much was seen, and what nobody has seen for long."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.patrol_terms import SeenLand
from geoenforce.core.space import m2_to_mu, mu_to_m2
from geoenforce.outputs.documents.model import (
    Block,
    Column,
    Figure,
    Heading,
    Paragraph,
    Show,
    Table,
    Value,
    day_in_words,
    shown,
)
from geoenforce.outputs.documents.small_maps import Layer, draw_map
from geoenforce.outputs.palette import AREA_TINTS, BORDER, MISSING_TINT, TRACK, UNSEEN_EDGE, UNSEEN_FILL
from geoenforce.outputs.patrol_report.view import View
from geoenforce.outputs.wording import mu_figure, rounded

#: Shares seen from which a tint on begins; less seen is darker.
_LIMITS = (0.95, 0.8, 0.6, 0.4, 0.0)
_LARGEST = 30
#: Finer than a dot of the printed map, in degrees.
_FINE_DEGREES = 0.0001


def ground_part(view: View) -> list[Block]:
    """
    Say how much basic farmland came within sight, by township and on a map.

    Examples
    --------
    >>> ground_part(view)[0].text  # doctest: +SKIP
    '永久基本农田巡查覆盖'
    """
    words, seen = view.words, coverage_of(view)
    head = Heading(words["ground"])
    if seen.empty:
        return [head, Paragraph(words["no_ground"])]
    first, last = seen["period_from"].iloc[0].date(), seen["period_to"].iloc[0].date()
    sentence = _sentence(view, seen, first, last)
    note = words["ground_note"].format(sight=rounded(view.patrols.sight_m, 0))
    return [head, Paragraph(sentence), _table(view, seen), Paragraph(note, "note"), _map(view, seen)]


def coverage_of(view: View) -> pd.DataFrame:
    """
    Return COVERAGE of basic farmland in just the period, as far as the run knows it; empty if it was not measured.

    What was seen in two months is not the sum of the months, for each spot counts once: so nothing is added up here.

    Examples
    --------
    >>> coverage_of(view)["seen_share"].max() <= 1  # doctest: +SKIP
    True
    """
    seen, part = view.patrols.coverage, view.part_known(view.period)
    if part is None:
        return seen.iloc[:0]
    first, last = (pd.Timestamp(day) for day in part)
    is_it = (seen["period_from"] == first) & (seen["period_to"] == last)
    return seen[is_it & (seen["land"] == SeenLand.BASIC_FARMLAND.value)]


def _sentence(view: View, seen: pd.DataFrame, first: date, last: date) -> str:
    ground, covered = float(seen["ground_m2"].sum()), float(seen["seen_m2"].sum())
    share = shown(covered / ground, Show.SHARE, view.lang) if ground else "—"
    return view.words["ground_sentence"].format(
        first=day_in_words(first, view.lang), last=day_in_words(last, view.lang), share=share,
        ground=mu_figure(m2_to_mu(ground)), ground_m2=rounded(ground),
        seen=mu_figure(m2_to_mu(covered)), seen_m2=rounded(covered),
    )  # fmt: skip


def _table(view: View, seen: pd.DataFrame) -> Table:
    words = view.words
    columns = (
        Column(words["township"], weight=1.3),
        *(Column(words[key], Show.MU if key.endswith("mu") else Show.M2, 1.4, is_summed=True)
          for key in ("ground_mu", "ground_m2", "seen_mu", "seen_m2")),
        Column(words["share"], Show.SHARE),
        Column(words["effort_mu"], Show.MU, 1.4, is_summed=True),
    )  # fmt: skip
    rows = tuple(
        (view.name(one.township_code), m2_to_mu(one.ground_m2), one.ground_m2, m2_to_mu(one.seen_m2), one.seen_m2,
         None if pd.isna(one.seen_share) else float(one.seen_share), m2_to_mu(one.effort_m2))
        for one in seen.sort_values("township_code").itertuples()
    )  # fmt: skip
    return Table(words["ground_table"], words["ground_table"], columns, rows, words["no_ground"])


def _map(view: View, seen: pd.DataFrame) -> Figure:
    words, towns = view.words, view.results.townships.sort_index()
    shares = seen.set_index("township_code")["seen_share"].reindex(towns.index)
    routes = gpd.GeoSeries(view.trips.geometry).simplify(_FINE_DEGREES)
    layers = [
        Layer(towns.geometry, [_tint(share) for share in shares], BORDER),
        Layer(view.patrols.unseen.geometry, UNSEEN_FILL, UNSEEN_EDGE, 0.3, words["unseen_patch"]),
        Layer(routes, edge=TRACK, width=0.7, name=words["route"]),
        Layer(towns.geometry, edge=BORDER),
    ]
    points = towns.geometry.representative_point().to_crs(4490)
    names = {view.name(code): point for code, point in points.items()}
    period = view.period.in_words(view.lang)
    png = draw_map(layers, lang=view.lang, names=names, key=_key(view, shares))
    return Figure(png, words["ground_map_alt"], words["ground_map"].format(period=period))


def _tint(share: Any) -> str:
    if pd.isna(share):
        return MISSING_TINT
    return next(tint for limit, tint in zip(_LIMITS, AREA_TINTS, strict=True) if share >= limit)


def _key(view: View, shares: "pd.Series[Any]") -> dict[str, str]:
    used = {_tint(share) for share in shares}
    tops = (None, *_LIMITS[:-1])
    key = {
        f"{view.words['share']} {_range(low, top)}": tint
        for low, top, tint in zip(_LIMITS, tops, AREA_TINTS, strict=True)
        if tint in used
    }
    return key | ({view.words["not_known"]: MISSING_TINT} if shares.isna().any() else {})


def _range(low: float, top: float | None) -> str:
    if top is None:
        return f"≥ {low:.0%}"
    return f"{low:.0%}–{top:.0%}" if low else f"< {top:.0%}"


def unseen_part(view: View) -> list[Block]:
    """
    Say which basic farmland nobody had seen for long, at the end of what the run knows.

    Examples
    --------
    >>> unseen_part(view)[0].text  # doctest: +SKIP
    '超过 30 天未巡的基本农田'
    """
    words, patches, days = view.words, view.patrols.unseen, view.patrols.unseen_days
    head = Heading(words["unseen"].format(days=days))
    if view.patrols.coverage.empty or view.known is None:
        return [head, Paragraph(words["unseen_unknown"])]
    on = day_in_words(view.patrols.coverage["period_to"].max().date(), view.lang)
    if patches.empty:
        return [head, Paragraph(words["no_unseen"].format(on=on, days=days))]
    mu = float(patches["area_mu"].sum())
    sentence = words["unseen_sentence"].format(
        on=on, days=days, count=len(patches), mu=mu_figure(mu), m2=rounded(mu_to_m2(mu)),
        never=int(patches["last_seen_on"].isna().sum()),
    )  # fmt: skip
    return [head, Paragraph(sentence), _by_township(view), _largest(view)]


def _by_township(view: View) -> Table:
    words = view.words
    columns = (
        Column(words["township"], weight=2), Column(words["patches"], Show.COUNT, is_summed=True),
        Column(words["never"], Show.COUNT, 1.2, is_summed=True), Column(words["mu"], Show.MU, 1.5, is_summed=True),
        Column(words["m2"], Show.M2, 1.7, is_summed=True),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = [
        (view.name(code), len(patches), int(patches["last_seen_on"].isna().sum()), float(patches["area_mu"].sum()),
         mu_to_m2(float(patches["area_mu"].sum())))
        for code, patches in view.patrols.unseen.groupby("township_code", sort=True, dropna=False)
    ]  # fmt: skip
    return Table(words["unseen_table"], words["unseen_table"], columns, tuple(rows), "")


def _largest(view: View) -> Table:
    words, patches = view.words, view.patrols.unseen
    columns = (
        Column(words["parcel"], weight=2.2), Column(words["township"], weight=1.3), Column(words["mu"], Show.MU),
        Column(words["m2"], Show.M2, 1.2), Column(words["last_seen"], Show.DAY, 1.5),
        Column(words["days_unseen"], Show.COUNT),
    )  # fmt: skip
    largest = patches.sort_values(["area_mu", "row"], ascending=[False, True]).head(_LARGEST)
    parcels = largest["parcel_id"] if "parcel_id" in largest else pd.Series(None, index=largest.index)
    rows = tuple(
        (str(one.row) if pd.isna(parcel) else str(parcel), view.name(one.township_code), float(one.area_mu),
         mu_to_m2(float(one.area_mu)),
         words["never_seen"] if pd.isna(one.last_seen_on) else one.last_seen_on.date(),
         None if pd.isna(one.days_unseen) else int(one.days_unseen))
        for one, parcel in zip(largest.itertuples(), parcels, strict=True)
    )  # fmt: skip
    note = words["largest_note"].format(shown=len(largest)) if len(patches) > len(largest) else ""
    return Table(words["largest"], words["largest"], columns, rows, "", note)
