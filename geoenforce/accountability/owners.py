"""Which office owes a duty: the one that an event names, or the one in whose area the case lies."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.accountability_terms import LEVEL_BY_DIGITS, Actor, Level

#: Actors that a case's township tells: digits of the division code of the government, or of that of the department.
PLACED = {
    Actor.TOWNSHIP.value: 9,
    Actor.COUNTY.value: 6,
    Actor.LAND.value: 6,
    Actor.PREFECTURE.value: 4,
    Level.PROVINCE.value: 2,
}
_OWN_WORDS = Actor.codes()


@dataclass(frozen=True)
class Offices:
    """The departments of a project, and what an id or a division code tells of an office."""

    departments: pd.DataFrame  # DEPARTMENTS

    @cached_property
    def _kind_of(self) -> dict[str, str]:
        return dict(zip(self.departments.index, self.departments["kind"], strict=True))

    @cached_property
    def _land_of(self) -> dict[str, str]:
        land = self.departments[self.departments["kind"] == Actor.LAND.value]
        only = land[~land["unit_code"].duplicated(keep=False)]
        return dict(zip(only["unit_code"], only.index, strict=True))

    def kinds(self, office: str) -> frozenset[str]:
        """
        Say as what kind of actor an office can act; nothing if its id does not tell.

        Examples
        --------
        >>> offices = Offices(pd.DataFrame({"kind": ["power"], "unit_code": ["445299"]}, index=["P1"]))
        >>> sorted(offices.kinds("445299")), sorted(offices.kinds("P1")), sorted(offices.kinds("gas"))
        (['county', 'land'], ['power'], ['gas'])
        >>> offices.kinds("P9")
        frozenset()
        """
        if office in self._kind_of:
            return frozenset([self._kind_of[office]])
        if office.isdigit() and len(office) in LEVEL_BY_DIGITS:
            level = LEVEL_BY_DIGITS[len(office)]
            # A government's code often stands for its land department, except at the township, which has none.
            return frozenset([level.value] if level is Level.TOWNSHIP else [level.value, Actor.LAND.value])
        return frozenset([office]) if office in _OWN_WORDS else frozenset()

    def can_be(self, offices: "pd.Series[Any]", actor: str) -> "pd.Series[bool]":
        """
        Say which offices are known to be of a kind of actor.

        Examples
        --------
        >>> offices = Offices(pd.DataFrame({"kind": [], "unit_code": []}))
        >>> offices.can_be(pd.Series(["445299", "445299101", None], dtype="str"), "land").to_list()
        [True, False, False]
        """
        return offices.isin([one for one in offices.dropna().unique() if actor in self.kinds(one)])

    def is_known(self, offices: "pd.Series[Any]") -> "pd.Series[bool]":
        """
        Say of which offices the kind is known.

        Examples
        --------
        >>> offices = Offices(pd.DataFrame({"kind": [], "unit_code": []}))
        >>> offices.is_known(pd.Series(["445299", "供电局", None], dtype="str")).to_list()
        [True, False, False]
        """
        return offices.isin([one for one in offices.dropna().unique() if self.kinds(one)])

    def of_place(self, codes: "pd.Series[Any]", actor: str) -> "pd.Series[Any]":
        """
        Find the office in whose area places lie: government, or its only land department.

        Parameters
        ----------
        codes
            Division codes of the places, of the actor's level or below; some may be missing.
        actor
            The kind of office.

        Returns
        -------
        offices
            Missing where the place is, and for other departments: nobody says which one is meant.

        Examples
        --------
        >>> offices = Offices(pd.DataFrame({"kind": ["land"], "unit_code": ["445299"]}, index=["L1"]))
        >>> codes = pd.Series(["445299101", None], dtype="str")
        >>> offices.of_place(codes, "county").to_list(), offices.of_place(codes, "land").to_list()
        (['445299', nan], ['L1', nan])
        """
        if actor not in PLACED:
            return pd.Series(np.nan, index=codes.index, dtype="str")
        units = {code: code[: PLACED[actor]] for code in codes.dropna().unique()}
        if actor == Actor.LAND.value:
            units = {code: self._land_of.get(unit, unit) for code, unit in units.items()}
        return codes.map(units).astype("str")

    def unit_of(self, office: str) -> str:
        """
        Return the division code of the unit that an office belongs to; a code is its own.

        Examples
        --------
        >>> Offices(pd.DataFrame({"kind": ["land"], "unit_code": ["445299"]}, index=["L1"])).unit_of("L1")
        '445299'
        """
        return str(self.departments["unit_code"].get(office, office))


def addressed(starts: pd.DataFrame, actor: str, offices: Offices, *, is_sole: bool) -> pd.DataFrame:
    """
    Keep the events that start a duty of a kind of actor, and say which office owes it.

    Parameters
    ----------
    starts
        Events from which a duty runs, with ``office`` (who acted or was told) and ``place`` (township of the case).
    actor
        The kind of office that owes the duty.
    offices
        What is known of offices.
    is_sole
        Whether no other kind of department owes anything from this event.

    Returns
    -------
    addressed
        The rows that concern the actor, with ``owner`` (missing: nobody says which) and ``is_named``. Governments
        and land departments are named, or follow from the place. A department is the one that the event names;
        an event that names none is taken for all kinds; one that names another kind, or an office of which the kind
        is not known, is not addressed to this one, unless it is the sole kind that owes anything from it.

    Examples
    --------
    >>> starts = pd.DataFrame({"office": ["power", "gas", None], "place": "445299101"}, dtype="str")
    >>> offices = Offices(pd.DataFrame({"kind": [], "unit_code": []}))
    >>> addressed(starts, "power", offices, is_sole=False)["owner"].to_list()
    ['power', nan]
    """
    is_own = offices.can_be(starts["office"], actor)
    if actor in PLACED:
        owner = offices.of_place(starts["place"], actor)
        return starts.assign(owner=starts["office"].where(is_own, owner), is_named=is_own)
    if is_sole:
        is_named = is_own | (starts["office"].notna() & ~offices.is_known(starts["office"]))
        return starts.assign(owner=starts["office"].where(is_named), is_named=is_named)
    kept = starts[is_own | starts["office"].isna()]
    return kept.assign(owner=kept["office"], is_named=kept["office"].notna())
