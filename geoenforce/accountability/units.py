"""The units of government of a project, by their division codes: townships, and what lies above them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.accountability_terms import LEVEL_BY_DIGITS
from geoenforce.core.tables import TOWNSHIPS, check

_PREFECTURE_DIGITS, _PROVINCE_DIGITS = 4, 2


@dataclass(frozen=True)
class Hierarchy:
    """
    The units of a project.

    `units` has one row per unit: ``office`` (division code), ``office_name`` and ``level``, ordered by code.
    `chains` names, for each township, itself and the units above it, lowest first.
    """

    units: pd.DataFrame
    chains: Mapping[str, tuple[str, ...]]

    @cached_property
    def levels(self) -> dict[str, str]:
        """
        Return the level of every unit.

        Examples
        --------
        >>> Hierarchy(pd.DataFrame({"office": ["445299"], "level": ["county"]}), {}).levels
        {'445299': 'county'}
        """
        return dict(zip(self.units["office"], self.units["level"], strict=True))

    def above(self, office: str) -> tuple[str, ...]:
        """
        Return a unit and those above it, lowest first; nothing for a code that is no unit of the project.

        Examples
        --------
        >>> Hierarchy(pd.DataFrame(), {"445299101": ("445299101", "445299", "4452")}).above("445299")
        ('445299', '4452')
        """
        for chain in self.chains.values():
            if office in chain:
                return chain[chain.index(office) :]
        return ()

    def townships_of(self, office: str) -> list[str]:
        """
        List the townships that make up a unit; a township is its own.

        Examples
        --------
        >>> Hierarchy(pd.DataFrame(), {"445299101": ("445299101", "445299")}).townships_of("445299")
        ['445299101']
        """
        return [township for township, chain in self.chains.items() if office in chain]


def hierarchy(townships: gpd.GeoDataFrame, level_root: str, *, names: Mapping[str, str] | None = None) -> Hierarchy:
    """
    List the units of a project: its townships, their counties and, if the project is that wide, what is above.

    Parameters
    ----------
    townships
        Table TOWNSHIPS.
    level_root
        Division code of the project: 6 digits for a county, 4 for a prefecture, 2 for a province. A county project
        has no data for the whole prefecture, so nothing is stated of levels above the project's own.
    names
        Names of the units above the townships, by division code, where they are known.

    Raises
    ------
    TableError
        If the table is not in order.

    Examples
    --------
    >>> from shapely import box
    >>> from geoenforce.core.space import PLANE
    >>> townships = gpd.GeoDataFrame({"township_name": ["城关镇"], "county_code": ["445299"]},
    ...     index=pd.Index(["445299101"], name="township_code"), geometry=[box(0, 0, 1, 1)], crs=PLANE)
    >>> hierarchy(townships, "4452").units["office"].to_list()
    ['4452', '445299', '445299101']
    >>> hierarchy(townships, "445299").units["level"].to_list()
    ['county', 'township']
    """
    check(townships, TOWNSHIPS)
    chains = {}
    for township, county in sorted(townships["county_code"].items()):
        chain = (township, county, county[:_PREFECTURE_DIGITS], county[:_PROVINCE_DIGITS])
        chains[township] = tuple(code for code in chain if len(code) >= len(level_root))
    named = {**(names or {}), **townships["township_name"].to_dict()}
    levels: dict[str, Any] = {}
    for chain in chains.values():
        for code in chain:
            levels[code] = "township" if code == chain[0] else LEVEL_BY_DIGITS[len(code)].value
    units = pd.DataFrame({"office": sorted(levels)}, dtype="str")
    units["office_name"] = units["office"].map(named).astype("str")
    units["level"] = units["office"].map(levels).astype("str")
    return Hierarchy(units, chains)
