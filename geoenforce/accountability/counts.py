"""Count the serious cases of each unit and year; those stopped in time, or that still can be, do not count."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from geoenforce.accountability.recorded import Found, Key
from geoenforce.accountability.sources import Reading, Sources, known_of
from geoenforce.accountability.stops import Stop, in_time, relevant, still_runs, stops
from geoenforce.core.terms import Severity, Status
from geoenforce.rules.regulation import Regulation

#: The facts that count cases: grade counted, and whether those stopped in time are left out.
CASE_COUNTS = {
    "serious_cases": (Severity.SERIOUS, True),
    "especially_serious_cases": (Severity.ESPECIALLY_SERIOUS, True),
    "all_serious_cases": (Severity.SERIOUS, False),
    "all_especially_serious_cases": (Severity.ESPECIALLY_SERIOUS, False),
}


class _Placed(NamedTuple):
    """A case that counts for a unit."""

    case_id: str
    office: str
    level: str
    year: int
    severity: Severity


def case_counts(sources: Sources, regulation: Regulation, *, as_of: date, reading: Reading) -> dict[Key, Found]:
    """
    Count confirmed cases of the regulation's time by unit, year and grade.

    Returns
    -------
    found
        For each unit and year with a graded case, the four counts with the ids of the cases; ``stopped_in_time`` and
        ``time_runs`` in the detail list the cases left out (those that were stopped in time, and those that still can
        be), ``stopped_late`` those that count although they were stopped.

    Notes
    -----
    Source: 揭府〔2009〕56号 第二十七条, 第三十条第（一）项.

    Examples
    --------
    >>> from geoenforce.accountability.units import Hierarchy
    >>> from geoenforce.rules.regulation import load_regulation
    >>> units = pd.DataFrame({"office": ["445299101"], "level": ["township"]})
    >>> cases = pd.DataFrame({"status": "confirmed", "severity": "serious", "township_code": "445299101", "year": 2026,
    ...     "township_shares": None, "found_on": pd.to_datetime(["2026-03-02"])}, index=pd.Index(["A"], name="case_id"))
    >>> no = pd.DataFrame()
    >>> events = pd.DataFrame({"case_id": [], "event": [], "on": pd.to_datetime([])})
    >>> sources = Sources(Hierarchy(units, {"445299101": ("445299101",)}), cases, events, no, no, no)
    >>> counts = case_counts(sources, load_regulation("jieyang-2009"), as_of=date(2026, 6, 30), reading=Reading())
    >>> counts["township", "445299101", 2026, "serious_cases"].evidence
    ['A']
    """
    graded = graded_cases(sources.cases, regulation, as_of)
    stopped = stops(graded, sources.events, regulation, as_of=as_of, overrides=sources.overrides)
    found: dict[Key, Found] = {}
    for case in _placed(graded, sources, reading):
        of_case = stopped.get(case.case_id, [])
        stop = in_time(of_case, case.level) or still_runs(of_case, case.level, as_of)
        for fact, (severity, leaves_out) in CASE_COUNTS.items():
            if not _has_grade(case.severity, severity, reading):
                continue
            entry = found.setdefault((case.level, case.office, case.year, fact), Found(0, [], default_detail(reading)))
            if leaves_out and stop is not None:
                entry.detail["stopped_in_time" if stop.is_in_time else "time_runs"].append(_told(case.case_id, stop))
                continue
            late = [one for one in relevant(of_case, case.level) if one.stopped_on] if leaves_out else []
            entry.detail["stopped_late"].extend(_told(case.case_id, one) for one in late)
            found[case.level, case.office, case.year, fact] = entry.with_one(case.case_id)
    return found


def default_detail(reading: Reading) -> dict[str, Any]:
    """
    Return the detail of a count without cases: the readings used, and empty lists.

    Examples
    --------
    >>> default_detail(Reading())["case_attribution"]
    'largest'
    """
    return {
        "serious_includes_especially_serious": reading.serious_includes_especially_serious,
        "case_attribution": reading.case_attribution,
        "stopped_in_time": [],
        "time_runs": [],
        "stopped_late": [],
    }


def offices_of(shares: Mapping[str, int], chains: Mapping[str, tuple[str, ...]], attribution: str) -> list[str]:
    """
    Name the units a case counts for, at each level.

    Parameters
    ----------
    shares
        Its shares by township, largest first, in ten-thousandths.
    chains
        The units of the project.
    attribution
        ``largest``: at each level the unit with the largest share, of equal ones that of the township listed first;
        ``every``: every unit with a share.

    Examples
    --------
    In one township more than in any other, but most of it in the other county:

    >>> chains = {"441101": ("441101", "44", "4"), "442101": ("442101", "42", "4"), "442102": ("442102", "42", "4")}
    >>> offices_of({"441101": 4000, "442101": 3500, "442102": 2500}, chains, "largest")
    ['441101', '42', '4']
    """
    by_level: dict[int, dict[str, int]] = {}
    for township, share in shares.items():
        for level, office in enumerate(chains.get(township, ())):
            at_level = by_level.setdefault(level, {})
            at_level[office] = at_level.get(office, 0) + share
    if attribution == "every":
        return [office for at_level in by_level.values() for office, share in at_level.items() if share > 0]
    return [max(at_level, key=lambda office: at_level[office]) for at_level in by_level.values()]


def shares_of(case: Mapping[Any, Any]) -> dict[str, int]:
    """
    Read a case's shares by township, in ten-thousandths; without any, its township has it all.

    Examples
    --------
    >>> shares_of({"township_shares": "445299101 0.6250; 445299102 0.3750", "township_code": "445299101"})
    {'445299101': 6250, '445299102': 3750}
    """
    if pd.isna(case["township_shares"]):
        return {} if pd.isna(case["township_code"]) else {case["township_code"]: 10_000}
    pairs = (pair.split() for pair in case["township_shares"].split(";"))
    return {township: round(float(share) * 10_000) for township, share in pairs}


def confirmed_cases(cases: pd.DataFrame, regulation: Regulation, as_of: date) -> pd.DataFrame:
    """
    Keep the confirmed cases that were found while the regulation was in force, and not after the stated date.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> cases = pd.DataFrame({"status": ["confirmed", "suspected"], "found_on": pd.to_datetime(["2026-03-02"] * 2)})
    >>> len(confirmed_cases(cases, load_regulation("jieyang-2009"), date(2026, 6, 30)))
    1
    """
    return cases[(cases["status"] == Status.CONFIRMED.value) & known_of(cases["found_on"], regulation, as_of)]


def graded_cases(cases: pd.DataFrame, regulation: Regulation, as_of: date) -> pd.DataFrame:
    """
    Keep the confirmed cases above ordinary, ordered by their ids.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> cases = pd.DataFrame({"status": "confirmed", "severity": ["serious", "ordinary"],
    ...                       "found_on": pd.to_datetime(["2026-03-02"] * 2)}, index=["A", "B"])
    >>> list(graded_cases(cases, load_regulation("jieyang-2009"), date(2026, 6, 30)).index)
    ['A']
    """
    known = confirmed_cases(cases, regulation, as_of)
    return known[known["severity"] != Severity.ORDINARY.value].sort_index()


def _placed(graded: pd.DataFrame, sources: Sources, reading: Reading) -> Iterator[_Placed]:
    levels = sources.hierarchy.levels
    for case_id, case in graded.to_dict("index").items():
        offices = offices_of(shares_of(case), sources.hierarchy.chains, reading.case_attribution)
        for office in (one for one in offices if one in levels):  # a rule may be for a part of the project
            severity = Severity.of(case["severity"])
            yield _Placed(str(case_id), office, levels[office], int(case["year"]), severity)


def _has_grade(of_case: Severity, wanted: Severity, reading: Reading) -> bool:
    if reading.serious_includes_especially_serious:
        return of_case.rank >= wanted.rank
    return of_case is wanted


def _told(case_id: str, stop: Stop) -> dict[str, str | None]:
    return {
        "case_id": case_id,
        "stopped_on": stop.stopped_on.isoformat() if stop.stopped_on else None,
        "by_event": stop.by_event or None,
        "from_event": stop.from_event,
        "from_on": stop.from_on.isoformat(),
        "due_on": stop.due_on.isoformat(),
    }
