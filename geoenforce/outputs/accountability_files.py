"""The files about accountability: tables for programs, and findings with their reasons as JSON."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_tables import DUTIES, FACTS, FINDINGS, INDICATORS, WARNINGS, WOULD_FOLLOW
from geoenforce.core.persons import without_persons
from geoenforce.core.tables import Table, check
from geoenforce.outputs.accountability_words import codes_in, reasons_of
from geoenforce.outputs.files import make_room
from geoenforce.outputs.run_tables import plain_records
from geoenforce.outputs.tables import write_csv

Record = dict[str, Any]

_LISTS = ("or_measures", "and_measures", "if_grave", "roles")
_SHOWN = (
    "finding_id", "office", "office_name", "level", "year", "regulation", "article", "item", "citation", "measure",
    *_LISTS,
)  # fmt: skip


def accountability_writers(results: AccountabilityResults) -> dict[str, Callable[[Path], None]]:
    """
    Name every table of accountability as a file, with the function that writes it.

    No file holds who recorded a fact.

    Examples
    --------
    >>> from unittest.mock import Mock
    >>> list(accountability_writers(Mock()))[:3]
    ['duties.csv', 'facts.csv', 'findings.csv']
    """
    tables: dict[str, tuple[pd.DataFrame, Table]] = {
        "duties.csv": (results.duties, DUTIES),
        "facts.csv": (results.facts, FACTS),
        "findings.csv": (results.findings, FINDINGS),
        "would_follow.csv": (results.would_follow.assign(is_dry_run=True), WOULD_FOLLOW),
        "warnings.csv": (results.warnings, WARNINGS),
        "indicators.csv": (results.indicators, INDICATORS),
    }
    files: dict[str, Callable[[Path], None]] = {
        name: partial(_write_csv, frame, table) for name, (frame, table) in tables.items()
    }
    files["findings.json"] = partial(write_findings_json, results.findings)
    return files


def write_findings_json(findings: pd.DataFrame, path: str | Path) -> None:
    r"""
    Write findings for programs: a list, each with its roles and every circumstance that held.

    Raises
    ------
    TableError
        If the table is not what it claims to be.
    GeoenforceError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from geoenforce.core.tables import empty
    >>> with TemporaryDirectory() as folder:
    ...     write_findings_json(empty(FINDINGS), Path(folder) / "findings.json")
    ...     (Path(folder) / "findings.json").read_text()
    '[]\n'
    """
    check(findings, FINDINGS)
    records = finding_records(without_persons(findings).reset_index())
    text = json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False)
    make_room(path).write_text(text + "\n", encoding="utf-8")


def finding_records(findings: pd.DataFrame) -> list[Record]:
    """
    Return findings for programs: lists of codes and of circumstances instead of texts.

    Parameters
    ----------
    findings
        FINDINGS, with ``finding_id`` as a column; or what was read back from ``findings.csv``.

    Examples
    --------
    >>> finding = dict.fromkeys(FINDINGS.names) | {"finding_id": "F", "or_measures": "recall;demotion", "because": "[]"}
    >>> finding_records(pd.DataFrame([finding]))[0]["or_measures"]
    ['recall', 'demotion']
    """
    records = []
    for finding in plain_records(findings):
        record = {name: codes_in(finding[name]) if name in _LISTS else finding[name] for name in _SHOWN}
        records.append({**record, "because": reasons_of(finding)})
    return records


def _write_csv(frame: pd.DataFrame, table: Table, path: Path) -> None:
    write_csv(without_persons(frame), table, path)
