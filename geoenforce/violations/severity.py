"""Grade how serious each case is, and show every comparison that leads to the grade."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoenforce.core.errors import RegulationError
from geoenforce.core.tables import CASE_AREAS, check
from geoenforce.core.terms import COUNTED_CLASSES, Operator, Severity
from geoenforce.rules.limits import DECIMALS_OF_A_MU, Limit, rounded_mu
from geoenforce.rules.regulation import Regulation

#: An area this close to a limit, as a share of the limit, is called near (临界).
NEAR_THRESHOLD = Decimal("0.01")

_TEN_THOUSANDTHS = 10**DECIMALS_OF_A_MU
_COMPARE: dict[Operator, Callable[..., Any]] = {
    Operator.AT_LEAST: np.greater_equal,
    Operator.MORE_THAN: np.greater,
    Operator.LESS_THAN: np.less,
    Operator.AT_MOST: np.less_equal,
}


def grade(
    cases: pd.DataFrame, regulation: Regulation, *, near_threshold: Decimal | float = NEAR_THRESHOLD
) -> pd.DataFrame:
    """
    Grade each case as ordinary, serious or especially serious.

    A case has a grade if *any one* land class reaches that grade's limit; areas of different classes
    are not added up. Areas are rounded half-up to 4 decimals of a mu before they are compared.

    Parameters
    ----------
    cases
        One row per case (宗), indexed by ``case_id``, with ``basic_farmland_mu``,
        ``other_cultivated_mu`` (cultivated land *outside* basic farmland) and ``other_mu``.
    regulation
        The regulation whose limits apply.
    near_threshold
        An area within this share of a limit, on either side, is near it (临界).

    Returns
    -------
    grades
        On the index of `cases`: ``severity`` (code), ``decided_by`` (the most protected land class that
        reaches the grade; missing where ordinary), ``near_threshold``.

    Raises
    ------
    TableError
        If a column is missing, an area is missing or below zero, or a case is repeated.
    RegulationError
        If the regulation grades nothing, or has no date of force.

    Notes
    -----
    Source: 揭府〔2009〕56号 第三十六条. "5亩以上" includes 5 mu (《民法典》第一千二百五十九条). A case spread over
    several classes without reaching any one limit stays ordinary: the article names each class by itself.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> cases = pd.DataFrame(
    ...     {"basic_farmland_mu": [5.0, 4.99, 0.0], "other_cultivated_mu": [0.0, 9.99, 0.0],
    ...      "other_mu": [0.0, 19.99, 40.0]}, index=pd.Index(["A", "B", "C"], name="case_id"))
    >>> grade(cases, load_regulation("jieyang-2009"))["severity"].to_dict()
    {'A': 'serious', 'B': 'ordinary', 'C': 'especially_serious'}
    """
    check(cases, CASE_AREAS)
    _need_applicable(regulation)
    severity = np.full(len(cases), Severity.ORDINARY.value, dtype=object)
    decided_by = np.full(len(cases), None, dtype=object)
    near = np.zeros(len(cases), dtype=bool)
    margin = Decimal(str(near_threshold))
    areas = {land_class: ten_thousandths(cases[f"{land_class}_mu"]) for land_class in COUNTED_CLASSES}
    for step in regulation.grades:  # mildest first, so that the gravest wins
        for land_class in reversed(COUNTED_CLASSES):  # most protected last, so that it is the one named
            limit = step.limits[land_class]
            holds = _holds(areas[land_class], limit)
            severity[holds] = step.severity.value
            decided_by[holds] = land_class.value
            distance = np.abs(areas[land_class] - float(limit.value * _TEN_THOUSANDTHS))
            near |= distance <= float(limit.value * margin * _TEN_THOUSANDTHS)
    columns = {"severity": severity, "decided_by": pd.array(decided_by, dtype="str"), "near_threshold": near}
    return pd.DataFrame(columns, index=cases.index)


def compare(cases: pd.DataFrame, regulation: Regulation) -> pd.DataFrame:
    """
    List every comparison behind the grades: one row per case × land class × grade.

    Parameters
    ----------
    cases, regulation
        As in `grade`.

    Returns
    -------
    comparisons
        The table COMPARISONS, in the order of the cases, then the classes, then the grades.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> cases = pd.DataFrame({"basic_farmland_mu": [6.2], "other_cultivated_mu": [0.0], "other_mu": [0.0]},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> compare(cases, load_regulation("jieyang-2009"))["margin_mu"].to_list()
    [1.2, -3.8, -10.0, -20.0, -20.0, -40.0]
    """
    check(cases, CASE_AREAS)
    _need_applicable(regulation)
    blocks = []
    for land_class in COUNTED_CLASSES:
        area = ten_thousandths(cases[f"{land_class}_mu"])
        for step in regulation.grades:
            limit = step.limits[land_class]
            columns = {
                "case_id": cases.index.to_numpy(),
                "land_class": land_class.value,
                "severity": step.severity.value,
                "area_mu": area / _TEN_THOUSANDTHS,
                "operator": limit.operator.value,
                "limit_mu": float(limit.value),
                "margin_mu": (area - float(limit.value * _TEN_THOUSANDTHS)) / _TEN_THOUSANDTHS,
                "holds": _holds(area, limit),
                "citation": regulation.citation(step.article),
            }
            blocks.append(pd.DataFrame(columns))
    stacked = pd.concat(blocks, ignore_index=True)
    order = np.argsort(np.tile(np.arange(len(cases)), len(blocks)), kind="stable")
    return stacked.iloc[order].reset_index(drop=True)


def may_change(cases: pd.DataFrame, boundary_error_mu: "pd.Series[float]", regulation: Regulation) -> "pd.Series[bool]":
    """
    Say which cases would get another grade if their boundary were off.

    Parameters
    ----------
    cases, regulation
        As in `grade`.
    boundary_error_mu
        What the survey's error may add to or take from each case: perimeter × sigma, in mu. It is
        applied to every class that the case has ground in.

    Returns
    -------
    may_change_grade
        True where the grade with the error added or taken differs from the grade.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> cases = pd.DataFrame({"basic_farmland_mu": [4.9, 4.9], "other_cultivated_mu": 0.0, "other_mu": 0.0},
    ...                      index=pd.Index(["A", "B"], name="case_id"))
    >>> error = pd.Series([0.2, 0.05], index=cases.index)
    >>> may_change(cases, error, load_regulation("jieyang-2009")).to_list()
    [True, False]
    """
    names = [f"{land_class}_mu" for land_class in COUNTED_CLASSES]
    areas = cases[names]
    error = np.where(areas > 0, boundary_error_mu.to_numpy()[:, None], 0.0)
    now, more, less = (
        grade(changed, regulation)["severity"] for changed in (areas, areas + error, (areas - error).clip(lower=0.0))
    )
    return ((more != now) | (less != now)).rename("may_change_grade")


def ten_thousandths(area_mu: "pd.Series[float]") -> npt.NDArray[np.int64]:
    """
    Round areas half-up to 4 decimals of a mu, as whole ten-thousandths.

    Examples
    --------
    >>> ten_thousandths(pd.Series([4.99995, 4.99994, 10.0])).tolist()
    [50000, 49999, 100000]
    """
    scaled = area_mu.to_numpy(dtype=float) * _TEN_THOUSANDTHS
    rounded = np.floor(scaled + 0.5).astype(np.int64)
    # Within a hair of a half, the product above may be on the wrong side: there the decimal text decides.
    for position in np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < 1e-4):
        rounded[position] = int(rounded_mu(area_mu.iloc[position]) * _TEN_THOUSANDTHS)
    return np.asarray(rounded, dtype=np.int64)


def _need_applicable(regulation: Regulation) -> None:
    if not regulation.grades:
        message = (
            f"{regulation.id}: this regulation grades no cases; choose one with [severity.…], such as 'jieyang-2009'."
        )
        raise RegulationError(message)
    if regulation.in_force_from is None:
        message = (
            f"{regulation.id}: the text of this regulation carries no date, so it can be shown but not applied. "
            "Copy its file, add in_force_from = …, and name the copy in the configuration."
        )
        raise RegulationError(message)


def _holds(area: npt.NDArray[np.int64], limit: Limit) -> npt.NDArray[np.bool_]:
    """Compare whole ten-thousandths with the limit; the operator is the regulation's."""
    bound = float(limit.value * _TEN_THOUSANDTHS)
    return np.asarray(_COMPARE[limit.operator](area, bound), dtype=bool)
