"""What stands behind a finding, a unit or a case in the files of a run: reasons, cases, duties, warnings."""

from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import DUTIES, FACTS, FINDINGS, INDICATORS, WARNINGS, WOULD_FOLLOW
from geoenforce.core.accountability_terms import LEVEL_BY_DIGITS, Level
from geoenforce.core.errors import InputError, some
from geoenforce.core.tables import CASES
from geoenforce.outputs.accountability_files import finding_records
from geoenforce.outputs.duty_words import urgent_first
from geoenforce.outputs.explain_cases import case_records, patch_sources
from geoenforce.outputs.run_tables import plain_records, run_table

Record = dict[str, Any]

_NAMED = ["office", "office_name", "level"]


def has_accountability(folder: Path) -> bool:
    """
    Say whether a run had anything to say about accountability.

    Examples
    --------
    >>> has_accountability(Path("no_such_folder"))
    False
    """
    return (folder / "findings.csv").exists()


def offices(folder: Path) -> pd.DataFrame:
    """
    List the units, departments and persons that a run knows: office, its name and its level.

    Examples
    --------
    >>> offices(Path("demo/out"))  # doctest: +SKIP
    """
    cases = run_table(folder, CASES)
    towns = pd.DataFrame({"office": cases["township_code"], "office_name": cases["township_name"], "level": "township"})
    known = [towns.dropna(subset=["office"])]
    if has_accountability(folder):
        known = [run_table(folder, table)[_NAMED] for table in (FACTS, FINDINGS, WARNINGS, INDICATORS)] + known
        owed = run_table(folder, DUTIES)[["office", "office_name"]].dropna(subset=["office"])
        known.append(owed.assign(level=[_level(office) for office in owed["office"]]))
    together = pd.concat([one for one in known if len(one)] or [towns], ignore_index=True)
    together = together[together["level"] != Level.CASE.value]
    by_name = together.sort_values("office_name", na_position="last", kind="stable")
    return by_name.drop_duplicates("office").sort_values("office", ignore_index=True)


def find_office(folder: Path, what: str) -> Record | None:
    """
    Look up a unit or department by its code, id or name; nothing if the run knows none.

    Raises
    ------
    InputError
        If several have the name.

    Examples
    --------
    >>> find_office(Path("demo/out"), "青禾镇")  # doctest: +SKIP
    """
    known = offices(folder)
    found = known[known["office"] == what]
    if found.empty:
        found = known[known["office_name"] == what]
    if len(found) > 1:
        message = f"'{what}' is the name of {some(found['office'])}; give the code instead."
        raise InputError(message)
    return plain_records(found)[0] if len(found) else None


def finding_record(folder: Path, what: str) -> Record | None:
    """
    Look up a finding, or one of the dry run, with the cases, patches and pieces it rests on.

    Returns
    -------
    record
        ``kind`` is ``"finding"``; the finding as in ``findings.json``; ``cases`` with what decided each of them, its
        patches and pieces; ``left_out``: the cases stopped in time, ``time_runs``: those that still can be. Nothing if
        there is no such finding.

    Examples
    --------
    >>> finding_record(Path("demo/out"), "J27-445299101-2026")  # doctest: +SKIP
    """
    for table in (FINDINGS, WOULD_FOLLOW):
        found = run_table(folder, table)
        found = found[found["finding_id"] == what]
        if len(found):
            record = finding_records(found)[0]
            return {
                "kind": "finding",
                "is_dry_run": table is WOULD_FOLLOW,
                **record,
                "cases": case_records(folder, evidence_of(record), with_ground=True),
                "violation_files": sorted(patch_sources(folder)["source_file"].dropna().unique()),
                "left_out": left_out(record),
                "time_runs": left_out(record, "time_runs"),
            }
    return None


def unit_record(folder: Path, office: Record) -> Record:
    """
    Gather what a run says of one unit or department: findings, warnings, duties, indicators, cases.

    Returns
    -------
    record
        ``kind`` is the level. ``below``: findings of the units inside it. ``duties``: those it owes itself, late and
        overdue ones first. ``cases``: those of its whole area, with what decided each.

    Examples
    --------
    >>> unit_record(Path("demo/out"), find_office(Path("demo/out"), "445299"))  # doctest: +SKIP
    """
    code, record = office["office"], {"kind": office["level"], **office}
    if office["level"] == Level.TOWNSHIP.value:
        record |= {"township_code": code, "township_name": office["office_name"]}
    if has_accountability(folder):
        found = run_table(folder, FINDINGS).sort_values("year", ascending=False, kind="stable")
        inside = found["office"].str.startswith(code) & (found["office"] != code) & _is_division(found["level"])
        indicators = of_office(run_table(folder, INDICATORS), code)
        record |= {
            "findings": finding_records(found[found["office"] == code]),
            "below": finding_records(found[inside & _has_units(office)]),
            "warnings": plain_records(
                of_office(run_table(folder, WARNINGS), code).sort_values(
                    ["is_close", "rule"], ascending=[False, True], kind="stable"
                )
            ),
            "duties": sorted_duties(of_office(owed_duties(folder), code)),
            "indicators": plain_records(indicators[indicators["month"].isna()]),
        }
    cases = run_table(folder, CASES)
    inside = cases["township_code"].str.startswith(code).fillna(value=False).astype(bool) & _has_units(office)
    return {**record, "cases": case_records(folder, list(cases["case_id"][inside]))}


def owed_duties(folder: Path) -> pd.DataFrame:
    """
    Read the duties of a run, with the names of offices that other tables know.

    Examples
    --------
    >>> owed_duties(Path("demo/out"))  # doctest: +SKIP
    """
    owed = run_table(folder, DUTIES)
    known = offices(folder).set_index("office")["office_name"]
    return owed.assign(office_name=owed["office_name"].fillna(owed["office"].map(known)))


def duties_of_case(folder: Path, case_id: str) -> list[Record]:
    """
    List the duties of a case, overdue and late ones first.

    Examples
    --------
    >>> duties_of_case(Path("demo/out"), "445299-2025-015")  # doctest: +SKIP
    """
    owed = owed_duties(folder)
    return sorted_duties(owed[owed["case_id"] == case_id])


def findings_on_case(folder: Path, case_id: str) -> list[Record]:
    """
    List the findings that rest on a case.

    Examples
    --------
    >>> findings_on_case(Path("demo/out"), "445299-2025-015")  # doctest: +SKIP
    """
    found = finding_records(run_table(folder, FINDINGS))
    return [one for one in found if case_id in (one["office"], *evidence_of(one))]


def evidence_of(finding: Record) -> list[str]:
    """
    List the ids that a finding rests on, each once.

    Examples
    --------
    >>> evidence_of({"because": [{"evidence": ["A", "B"]}, {"evidence": ["B"]}]})
    ['A', 'B']
    """
    return list(dict.fromkeys(str(one) for reason in finding["because"] for one in reason["evidence"]))


def left_out(finding: Record, which: str = "stopped_in_time") -> list[Record]:
    """
    List the cases that were not counted: those stopped in time, or (``time_runs``) those that can still be.

    Examples
    --------
    >>> left_out({"because": [{"detail": {"stopped_in_time": [{"case_id": "A"}]}}, {"detail": {}}]})
    [{'case_id': 'A'}]
    """
    told = [one for reason in finding["because"] for one in reason.get("detail", {}).get(which, [])]
    return list({one["case_id"]: one for one in told}.values())


def sorted_duties(duties: pd.DataFrame) -> list[Record]:
    """
    Return duties as records, overdue and late ones first, then by their last day.

    Examples
    --------
    >>> duties = pd.DataFrame({"status": ["met", "overdue"], "due_on": ["2026-03-04", "2026-04-01"]})
    >>> [duty["status"] for duty in sorted_duties(duties)]
    ['overdue', 'met']
    """
    return plain_records(urgent_first(duties))


def of_office(table: pd.DataFrame, office: str) -> pd.DataFrame:
    """
    Keep the rows of one office.

    Examples
    --------
    >>> len(of_office(pd.DataFrame({"office": ["445299", "445299101"]}), "445299"))
    1
    """
    return table[table["office"] == office]


def _level(office: str) -> str:
    digits = len(office) if office.isdigit() else 0
    return (LEVEL_BY_DIGITS.get(digits) or Level.DEPARTMENT).value


def _is_division(levels: "pd.Series[str]") -> "pd.Series[bool]":
    return levels.isin([level.value for level in LEVEL_BY_DIGITS.values()])


def _has_units(office: Record) -> bool:
    return office["level"] in {level.value for level in LEVEL_BY_DIGITS.values()}
