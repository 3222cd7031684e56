"""The part of a project in which a regulation is in force: a city's rules say nothing of the other cities."""

from dataclasses import replace
from typing import Any

import pandas as pd

from geoenforce.accountability.sources import Sources
from geoenforce.accountability.units import Hierarchy


def within(sources: Sources, place: str) -> Sources:
    """
    Keep what a regulation of a part of the project can be held against.

    Parameters
    ----------
    sources
        The tables of the whole project.
    place
        Division code of the part.

    Returns
    -------
    sources
        Units and departments inside; cases with a share inside, and those in no township; what the registers say of
        these, and of offices and cases that are not known. The shares of a case in townships outside still decide for
        which unit it counts.

    Examples
    --------
    >>> no, day = pd.DataFrame(), pd.Timestamp("2026-03-02")
    >>> units = pd.DataFrame({"office": ["4401", "4452"], "office_name": "", "level": "prefecture"})
    >>> cases = pd.DataFrame({"township_code": ["440101001", "445299101"], "township_shares": None}, index=["A", "B"])
    >>> events = pd.DataFrame({"case_id": ["A", "B", None], "office": [None, None, "4401"]})
    >>> offices = pd.DataFrame({"office": ["4401", "P-7"]})
    >>> departments = pd.DataFrame({"unit_code": ["440101"]}, index=["power-1"])
    >>> inside = within(Sources(Hierarchy(units, {}), cases, events, offices, offices, departments), "4452")
    >>> inside.hierarchy.levels, list(inside.cases.index), len(inside.events), len(inside.departments)
    ({'4452': 'prefecture'}, ['B'], 1, 0)
    >>> inside.measures["office"].to_list()
    ['P-7']
    """
    units = sources.hierarchy.units
    kept = units[units["office"].str.startswith(place)].reset_index(drop=True)
    departments = sources.departments
    cases = sources.cases
    inside = cases[_has_share(cases, place) | cases["township_code"].isna()]
    outside_cases = cases.index.difference(inside.index)
    elsewhere = _elsewhere(sources, place)
    events = sources.events
    gone = events["case_id"].isin(outside_cases) | (events["case_id"].isna() & events["office"].isin(elsewhere))
    return replace(
        sources,
        hierarchy=Hierarchy(kept, sources.hierarchy.chains),
        cases=inside,
        events=events[~gone],
        measures=sources.measures[~sources.measures["office"].isin(elsewhere)],
        declarations=sources.declarations[~sources.declarations["office"].isin(elsewhere)],
        departments=departments[departments["unit_code"].str.startswith(place)],
    )


def lies_in(codes: "pd.Series[Any]", place: str) -> "pd.Series[bool]":
    """
    Say which division codes lie in a place; all do where no place is given.

    Examples
    --------
    >>> codes = pd.Series(["445299101", "440101001", None], dtype="str")
    >>> lies_in(codes, "4452").to_list(), lies_in(codes, "").to_list()
    ([True, False, False], [True, True, True])
    """
    return codes.str.startswith(place).fillna(value=False).astype(bool) | (place == "")


def _has_share(cases: pd.DataFrame, place: str) -> "pd.Series[bool]":
    """Say which cases have ground in a place, by their township and by their shares ("445299101 0.6; …")."""
    of_shares = cases["township_shares"].astype("str").str.contains(rf"(?:^|;)\s*{place}", regex=True)
    return lies_in(cases["township_code"], place) | of_shares.fillna(value=False).astype(bool)


def _elsewhere(sources: Sources, place: str) -> list[str]:
    """List the offices of the project that lie outside: units, departments and cases."""
    units = sources.hierarchy.units["office"]
    departments = sources.departments["unit_code"]
    outside = departments.index[~lies_in(departments, place).to_numpy()]
    return [*units[~lies_in(units, place)], *outside]
