"""How much cultivated land was taken unlawfully, and by all new construction: per unit and year, no ground twice."""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd

from geoenforce.accountability.units import Hierarchy
from geoenforce.core.shares import unions
from geoenforce.core.space import m2_to_mu
from geoenforce.core.terms import LandClass, Status
from geoenforce.rules.limits import rounded_mu

#: The columns of the table that `occupied` makes.
OCCUPATION_COLUMNS = ["office", "year", "illegal_mu", "taken_mu", "illegal_after_mu", "taken_after_mu", "detail"]

_CULTIVATED = [LandClass.BASIC_FARMLAND.value, LandClass.OTHER_CULTIVATED.value]
_TABLE_ROUNDING_MU = Decimal("0.005")  # tables have two decimals: so little below what was measured contradicts nothing
_PLACE = ["township_code", "year"]
_TYPES = {"office": "str", "year": "int64", "detail": "str"} | dict.fromkeys(OCCUPATION_COLUMNS[2:6], "float64")


@dataclass(frozen=True)
class Ground:
    """
    The ground that the ratio is measured on, in the plane, cut by land class and by township.

    Each layer has ``land_class``, ``township_code`` and ``geometry``; the two of violations have ``found_on``, new
    construction has ``taken_on``. `violations` is what `confirmed_ground` makes of the cases' ground, approved ground
    set apart; `violations_whole` is the same with approvals ignored. `new_construction` is cut with approvals
    ignored too; without such a layer it is None.
    """

    violations: gpd.GeoDataFrame
    violations_whole: gpd.GeoDataFrame
    new_construction: gpd.GeoDataFrame | None = None


def confirmed_ground(regions: gpd.GeoDataFrame, violations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Keep the ground of confirmed violations, with the day each was found and its case.

    Parameters
    ----------
    regions
        Ground with ``violation_id``, such as `ground_of_cases` returns.
    violations
        Table VIOLATIONS.

    Examples
    --------
    >>> violations = pd.DataFrame({"case_id": "A", "found_on": pd.to_datetime(["2026-03-02"] * 2),
    ...     "status": ["confirmed", "suspected"]}, index=pd.Index(["A1", "A2"], name="violation_id"))
    >>> confirmed_ground(pd.DataFrame({"violation_id": ["A1", "A2"]}), violations)["case_id"].to_list()
    ['A']
    """
    confirmed = violations[violations["status"] == Status.CONFIRMED.value]
    ground = regions[regions["violation_id"].isin(confirmed.index)].reset_index(drop=True)
    of_patch = confirmed.reindex(ground["violation_id"])
    return ground.assign(case_id=of_patch["case_id"].to_numpy(), found_on=of_patch["found_on"].to_numpy())


def occupied(
    ground: Ground,
    hierarchy: Hierarchy,
    *,
    as_of: date,
    cultivated_taken: pd.DataFrame | None = None,
    deductions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Measure cultivated land taken unlawfully and in all, per unit and year, before and after deductions.

    Parameters
    ----------
    ground
        The violations and new construction; years are those of ``found_on`` and ``taken_on``.
    hierarchy
        The units of the project.
    as_of
        The day asked for: what was found, taken or granted later does not count.
    cultivated_taken
        Table CULTIVATED_TAKEN. A unit's own row goes before the measured area; a unit whose townships all have rows
        takes their sum.
    deductions
        Table DEDUCTIONS. One counts for its unit and those above it, never below zero.

    Returns
    -------
    occupation
        One row per unit and year, ordered: ``office``, ``year``, ``illegal_mu`` (cultivated land inside confirmed
        violations, approved ground left out), ``taken_mu`` (cultivated land inside new construction and violations
        together, approved ground included; missing: not known), the same two ``…_after_mu`` deductions, and ``detail``,
        a JSON object: ``denominator_from`` (``geometry``, ``table`` or ``table_of_townships``), ``table_mu``,
        ``not_computable`` and ``not_computable_after`` (why there is no ratio: ``no_record``, ``nothing_taken``,
        ``table_repeats``, ``table_below_illegal``, ``deducted_below_illegal``), ``deductions``, ``case_ids``. Areas
        are in mu, rounded half-up to 4 decimals.

    Notes
    -----
    Source: 揭府〔2009〕56号 第三十一条第（一）项; 江苏省通知（十一）; 监发〔2009〕5号 (一年度 is the calendar year).

    The layer of new construction is a record of a year for a county if it has a row there in that year; a wider unit
    needs the record of each of its counties.

    Examples
    --------
    A violation of 30 mu beside lawful construction of 70 mu, all on cultivated land:

    >>> import shapely
    >>> from geoenforce.core.space import PLANE
    >>> def strip(from_mu, to_mu, **columns):
    ...     box = shapely.box(from_mu * 20, 0, to_mu * 20, 100 / 3)  # 20 m × 100/3 m are 1 mu
    ...     columns = {"land_class": "other_cultivated", "township_code": "445299101", **columns}
    ...     return gpd.GeoDataFrame({name: [value] for name, value in columns.items()}, geometry=[box], crs=PLANE)
    >>> day = pd.Timestamp("2026-03-02")
    >>> violation = strip(0, 30, case_id="A", found_on=day)
    >>> ground = Ground(violation, violation, strip(20, 100, taken_on=day))
    >>> units = Hierarchy(pd.DataFrame({"office": ["445299101"]}), {"445299101": ("445299101", "445299")})
    >>> occupied(ground, units, as_of=date(2026, 6, 30))[["year", "illegal_mu", "taken_mu"]].to_numpy().tolist()
    [[2026.0, 30.0, 100.0]]
    """
    measured = _measure(ground, hierarchy, as_of)
    table = _by_unit(cultivated_taken, as_of)
    granted = _granted(deductions, hierarchy, as_of)
    years = sorted({year for _, year in (*measured, *table)})
    rows = []
    for office in hierarchy.units["office"]:
        townships = hierarchy.townships_of(office)
        for year in years:
            parts = [measured.get((township, year), _Measured()) for township in townships]
            areas = _areas((office, year), townships, parts, table)
            rows.append((office, year, *_figures(areas, granted.get((office, year), []))))
    return pd.DataFrame(rows, columns=OCCUPATION_COLUMNS).astype(_TYPES)


class _Measured(NamedTuple):
    """One township and year, by geometry."""

    illegal_mu: float = 0.0
    taken_mu: float = 0.0
    is_recorded: bool = False  # whether new construction of the year is on record in its county
    case_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Areas:
    """One unit and year; `taken` is missing where there is no ratio, and `why_not` says why."""

    illegal: Decimal
    taken: Decimal | None
    detail: dict[str, Any]
    why_not: str | None = None

    def checked(self, if_below: str) -> "_Areas":
        """Withdraw a lower part that is smaller than the unlawful part of it, and note one of 0."""
        if self.taken is None:
            return self
        if self.taken + _TABLE_ROUNDING_MU < self.illegal:
            return replace(self, taken=None, why_not=if_below)
        return replace(self, why_not="nothing_taken") if self.taken == 0 else self

    def less(self, illegal: Decimal, taken: Decimal) -> "_Areas":
        """Take deductions off, never below zero."""
        rest = None if self.taken is None else max(self.taken - taken, Decimal(0))
        less = replace(self, illegal=max(self.illegal - illegal, Decimal(0)), taken=rest)
        return less.checked("deducted_below_illegal")


def _measure(ground: Ground, hierarchy: Hierarchy, as_of: date) -> dict[tuple[str, int], _Measured]:
    """Measure every township and year in which there is something, or new construction on record in its county."""
    illegal = _dated(ground.violations, "found_on", as_of)
    layers = [_dated(ground.violations_whole, "found_on", as_of)]
    counties = {township: chain[1] for township, chain in hierarchy.chains.items()}
    recorded: set[tuple[str, int]] = set()
    if ground.new_construction is not None:
        layers.append(_dated(ground.new_construction, "taken_on", as_of))
        recorded = {(counties[code], year) for code, year in _places(layers[-1]) if code in counties}
    illegal_mu, whole = _united_mu(illegal), pd.concat(layers)
    # Where nothing is on record there is no ratio: the whole, half of all measuring, is not asked for.
    taken_mu = _united_mu(whole) if recorded else dict.fromkeys(_places(_cultivated(whole)), 0.0)
    cases = _cultivated(illegal).groupby(_PLACE)["case_id"].agg(lambda ids: tuple(sorted(set(ids)))).to_dict()
    places = {(code, year) for code, county in counties.items() for of, year in recorded if of == county}
    measured = {}
    for place in places | set(taken_mu) | set(illegal_mu):
        if place[0] in counties:
            unlawful = illegal_mu.get(place, 0.0)
            whole = max(taken_mu.get(place, 0.0), unlawful)  # it is part of the whole; noise must not say otherwise
            is_recorded = (counties[place[0]], place[1]) in recorded
            measured[place] = _Measured(unlawful, whole, is_recorded, cases.get(place, ()))
    return measured


def _dated(layer: gpd.GeoDataFrame, day: str, as_of: date) -> gpd.GeoDataFrame:
    known = layer[(layer[day] <= pd.Timestamp(as_of)) & layer["township_code"].notna()]
    return known.assign(year=known[day].dt.year.astype("int64"))


def _places(layer: gpd.GeoDataFrame) -> set[tuple[str, int]]:
    return set(zip(layer["township_code"], layer["year"], strict=True))


def _cultivated(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer[layer["land_class"].isin(_CULTIVATED)]


def _united_mu(layer: gpd.GeoDataFrame) -> dict[tuple[str, int], float]:
    """Unite the cultivated ground of each township and year, and measure it in mu."""
    by_place = {place: rows.to_numpy() for place, rows in _cultivated(layer).groupby(_PLACE)["geometry"]}
    united = unions(list(by_place.values()))
    return {place: float(m2_to_mu(shape.area)) for place, shape in zip(by_place, united, strict=True)}


def _areas(
    of: tuple[str, int],
    townships: list[str],
    parts: list[_Measured],
    table: dict[tuple[str, int], list[Decimal]],
) -> _Areas:
    """Add up a unit's disjoint townships, and choose its lower part: its own row, its townships' rows, or geometry."""
    illegal = rounded_mu(sum(part.illegal_mu for part in parts))
    case_ids = sorted({case for part in parts for case in part.case_ids})
    detail: dict[str, Any] = {"denominator_from": None, "table_mu": None, "case_ids": case_ids}
    year = of[1]
    if of in table or all((township, year) in table for township in townships):
        rows = [table[of]] if of in table else [table[township, year] for township in townships]
        detail["denominator_from"] = "table" if of in table else "table_of_townships"
        if any(len(set(values)) > 1 for values in rows):
            return _Areas(illegal, None, detail, "table_repeats")
        taken = sum((values[0] for values in rows), Decimal(0))
        return _Areas(illegal, taken, {**detail, "table_mu": float(taken)}).checked("table_below_illegal")
    if not all(part.is_recorded for part in parts):
        return _Areas(illegal, None, detail, "no_record")
    detail["denominator_from"] = "geometry"
    return _Areas(illegal, rounded_mu(sum(part.taken_mu for part in parts)), detail).checked("")


def _figures(areas: _Areas, off: list[dict[Any, Any]]) -> tuple[float, float, float, float, str]:
    """Return both areas before and after deductions, and how they came about."""
    after = areas.less(_total(off, "illegal_mu"), _total(off, "taken_mu"))
    detail = areas.detail | {
        "not_computable": areas.why_not,
        "not_computable_after": after.why_not,
        "deductions": [{name: one[name] for name in ("deduction_id", "illegal_mu", "taken_mu")} for one in off],
    }
    figures = [areas.illegal, areas.taken, after.illegal, after.taken]
    illegal, taken, illegal_after, taken_after = (float("nan") if one is None else float(one) for one in figures)
    return illegal, taken, illegal_after, taken_after, json.dumps(detail, ensure_ascii=False)


def _total(rows: list[dict[Any, Any]], name: str) -> Decimal:
    return sum((rounded_mu(row[name]) for row in rows), Decimal(0))


def _by_unit(table: pd.DataFrame | None, as_of: date) -> dict[tuple[str, int], list[Decimal]]:
    by_unit: dict[tuple[str, int], list[Decimal]] = {}
    for row in [] if table is None else table.to_dict("records"):
        if row["year"] <= as_of.year:
            by_unit.setdefault((row["office"], int(row["year"])), []).append(rounded_mu(row["cultivated_mu"]))
    return by_unit


def _granted(
    deductions: pd.DataFrame | None, hierarchy: Hierarchy, as_of: date
) -> dict[tuple[str, int], list[dict[Any, Any]]]:
    """List, for each unit and year, the deductions granted to it and to units below it."""
    granted: dict[tuple[str, int], list[dict[Any, Any]]] = {}
    if deductions is not None:
        known = deductions[deductions["on"] <= pd.Timestamp(as_of)].sort_index()
        for one in known.reset_index().to_dict("records"):
            for office in hierarchy.above(one["office"]):
                granted.setdefault((office, one["year"]), []).append(one)
    return granted
