"""The yearly assessment: how much was taken unlawfully, dealt with, answered for, and done in time."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd

from geoenforce.accountability.assessed import Records, items_of
from geoenforce.core.accountability_tables import INDICATORS
from geoenforce.core.accountability_terms import Level
from geoenforce.core.errors import RegulationError
from geoenforce.core.tables import check, empty
from geoenforce.rules.articles import Indicator
from geoenforce.rules.regulation import Regulation

#: The indicator that is measured, not counted: the areas come with the records, one row per office and year.
RATIO = "illegal_occupation_ratio"

#: Unit of both parts of each indicator, and why one cannot be computed.
_UNITS = {
    RATIO: "mu",
    "handled_share_by_number": "case",
    "handled_share_by_area": "mu",
    "measures_imposed_share": "measure",
    "duties_met_share": "duty",
}
_NOTHING = {
    RATIO: "no_new_construction",
    "handled_share_by_number": "no_cases",
    "handled_share_by_area": "no_cases",
    "measures_imposed_share": "no_findings",
    "duties_met_share": "no_duties",
}
_LOWER = "lower"
_DECIMALS = 4  # of an amount; numbers of cases are whole anyway


class _Period(NamedTuple):
    year: int
    month: int | None  # None: the whole year
    until: pd.Timestamp


def indicators(records: Records, regulation: Regulation, *, as_of: date) -> pd.DataFrame:
    """
    Compute the indicators of every unit, for each year and, as they grew, for each month.

    Parameters
    ----------
    records
        What the shares are counted from, and the units.
    regulation
        Its ``indicators`` say which, for which levels, and which way is better. Years and cases before it came into
        force are left out; one without a date of force gives no rows.
    as_of
        The day asked for; what happened later is not known yet.

    Returns
    -------
    indicators
        The table INDICATORS, by indicator, level, office and time. A row with a month is the year's figure as it stood
        at the end of that month (or on `as_of`), so the months show how the year went; it has no rank. ``detail`` is
        a code where the share cannot be computed: ``no_new_construction``, ``no_cases``, ``no_findings``,
        ``no_duties``.

    Raises
    ------
    RegulationError
        If the regulation asks for an indicator that nobody knows how to compute.
    TableError
        If a table is not in order.

    Notes
    -----
    Source: 省政府办公厅《关于健全国土资源执法监管共同责任机制的通知》（十一）. The text names the four contents and
    leaves their formulas open; those used here are in `geoenforce.accountability.assessed`. A unit's figures are those
    of its whole area. Offices of one level and year are ranked together, townships within their county; equal shares
    have the same, better rank. The ratio is the raw one, before deductions.

    Examples
    --------
    One of two cases of January was dealt with in March:

    >>> from dataclasses import replace
    >>> from geoenforce.rules.regulation import load_regulation
    >>> nothing = pd.DataFrame({"year": [], "office": [], "level": [], "from_on": pd.to_datetime([]), "because": []})
    >>> cases = pd.DataFrame({"township_code": "445299101", "status": "confirmed", "year": 2026,
    ...     "found_on": pd.to_datetime(["2026-01-20", "2026-01-21"])}, index=pd.Index(["A", "B"], name="case_id"))
    >>> closed = pd.DataFrame({"case_id": ["A"], "event": "closed", "on": pd.to_datetime(["2026-03-01"])})
    >>> units = pd.DataFrame({"office": ["445299"], "office_name": ["示范县"], "level": ["county"]})
    >>> records = Records(units, cases, closed, nothing, nothing, nothing, nothing)
    >>> handled = Indicator("handled_share_by_number", "（十一）", "", "", "higher", ("county",))
    >>> regulation = replace(load_regulation("jieyang-2009"), indicators=(handled,))
    >>> table = indicators(records, regulation, as_of=date(2026, 3, 31))
    >>> table[["month", "numerator", "denominator", "value"]].to_numpy().tolist()
    [[<NA>, 1.0, 2.0, 0.5], [1, 0.0, 2.0, 0.0], [2, 0.0, 2.0, 0.0], [3, 1.0, 2.0, 0.5]]
    """
    _refuse_unknown(regulation)
    periods = list(_periods(records, regulation, as_of))
    if not periods:
        nothing: pd.DataFrame = empty(INDICATORS)
        return nothing
    parts = []
    for indicator in regulation.indicators:
        units = records.units[records.units["level"].isin(indicator.levels)]
        if indicator.id == RATIO:
            rows = _measured(units, records.occupation, periods)
        else:
            rows = _counted(units, items_of(indicator.id, records, regulation, as_of=as_of), periods)
        parts.append(_ranked(_shares(rows, indicator), indicator))
    table = _finished(pd.concat(parts, ignore_index=True), regulation) if parts else empty(INDICATORS)
    check(table, INDICATORS)
    return table


def _refuse_unknown(regulation: Regulation) -> None:
    unknown = [one.id for one in regulation.indicators if one.id not in _UNITS]
    if unknown:
        message = f"{regulation.id}: the indicators {unknown} cannot be computed; known are {sorted(_UNITS)}."
        raise RegulationError(message)


def _periods(records: Records, regulation: Regulation, as_of: date) -> Iterator[_Period]:
    """Go through the years that anything is known of, each with its months."""
    if regulation.in_force_from is None:
        return
    tables = [records.cases["year"], records.findings["year"], records.duties["from_on"].dt.year]
    tables += [] if records.occupation is None else [records.occupation["year"]]
    known = {int(year) for years in tables for year in years.dropna()}
    last = pd.Timestamp(as_of)
    for year in sorted(known & set(range(regulation.in_force_from.year, as_of.year + 1))):
        yield _Period(year, None, last)  # what was done after the year counts for it too
        for month in range(1, 13):
            if pd.Timestamp(year, month, 1) <= last:
                yield _Period(year, month, min(pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(), last))


def _counted(units: pd.DataFrame, items: pd.DataFrame, periods: list[_Period]) -> pd.DataFrame:
    """Count both parts of a share, for every unit and period."""
    parts = []
    for period in periods:
        of_year = items[items["year"] == period.year]
        begun = of_year[of_year["since"] <= period.until]
        done = begun[begun["done"] <= period.until]
        parts.append(
            units.assign(
                year=period.year,
                month=period.month,
                numerator=_sums(units["office"], done),
                denominator=_sums(units["office"], begun),
            )
        )
    return pd.concat(parts, ignore_index=True)


def _sums(offices: "pd.Series[str]", items: pd.DataFrame) -> "pd.Series[float]":
    """Add up, for each office, the amounts in its whole area: division codes begin with those above them."""
    sums = pd.Series(0.0, index=offices.index)
    for digits in offices.str.len().unique():
        inside = items[items["place"].str.len() >= digits]
        by_office = inside.groupby(inside["place"].str[:digits])["amount"].sum()
        here = offices.str.len() == digits
        sums[here] = offices[here].map(by_office).fillna(0.0)
    return sums.round(_DECIMALS)


def _measured(units: pd.DataFrame, occupation: pd.DataFrame | None, periods: list[_Period]) -> pd.DataFrame:
    """Take both parts of the ratio as they were measured; months only where they were measured too."""
    known = pd.DataFrame(columns=["office", "year", "illegal_mu", "taken_mu"]) if occupation is None else occupation
    dated = known if "month" in known else known.assign(month=None)
    keys = pd.DataFrame([period[:2] for period in periods], columns=["year", "month"]).astype("Int64")
    keys = keys[keys["month"].isna() | keys["month"].isin(dated["month"].dropna())]
    measured = dated.rename(columns={"illegal_mu": "numerator", "taken_mu": "denominator"})
    measured = measured[["office", "year", "month", "numerator", "denominator"]].astype(
        {"office": "str", "year": "Int64", "month": "Int64", "numerator": "float64", "denominator": "float64"}
    )
    return units.merge(keys, how="cross").merge(measured, on=["office", "year", "month"], how="left")


def _shares(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    known = rows["denominator"] > 0
    return rows.assign(
        indicator=indicator.id,
        place=indicator.place,
        unit=_UNITS[indicator.id],
        value=(rows["numerator"] / rows["denominator"].where(known)).where(known),
        detail=pd.Series(_NOTHING[indicator.id], index=rows.index).where(~known),
    )


def _ranked(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Rank the years of the offices of one level; townships within their county."""
    township = rows["level"] == Level.TOWNSHIP.value
    among = rows["office"].str[:6].where(township, "")
    yearly = rows["value"].where(rows["month"].isna())
    groups = yearly.groupby([rows["level"], among, rows["year"]])
    return rows.assign(rank=groups.rank(method="min", ascending=indicator.better == _LOWER))


def _finished(rows: pd.DataFrame, regulation: Regulation) -> pd.DataFrame:
    order = {indicator.id: number for number, indicator in enumerate(regulation.indicators)}
    levels = {level.value: number for number, level in enumerate(Level)}
    sorted_rows = rows.assign(
        regulation=regulation.id,
        citation=[regulation.citation(place) for place in rows["place"]],
        by_indicator=rows["indicator"].map(order),
        by_level=rows["level"].map(levels),
    ).sort_values(["by_indicator", "by_level", "office", "year", "month"], na_position="first", kind="stable")
    kinds = {"year": "Int64", "month": "Int64", "rank": "Int64", "detail": "str", "office_name": "str"}
    return sorted_rows[INDICATORS.names].astype(kinds).reset_index(drop=True)
