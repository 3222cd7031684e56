"""The CSV tables of a run as JSON: numbers, flags and lists as such, what is missing as null."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geoenforce.core.accountability_tables import DUTIES, FACTS, FINDINGS, INDICATORS, WARNINGS, WOULD_FOLLOW
from geoenforce.core.patrol_tables import COVERAGE, INTEGRITY, PATROL_DAYS, PATROL_RATES, RECONCILIATION, TRIPS, UNSEEN
from geoenforce.core.tables import AREAS, CASES, COMPARISONS, ISSUES, PARTIES, PIECES, Table
from geoenforce.outputs.run_tables import plain_records, run_table

#: What each CSV file of a run holds, by its name without the suffix.
CSV_TABLES: Mapping[str, Table] = {
    "areas": AREAS, "cases": CASES, "comparisons": COMPARISONS, "parties": PARTIES, "issues": ISSUES, "pieces": PIECES,
    "patrol_days": PATROL_DAYS, "patrol_rates": PATROL_RATES, "trips": TRIPS, "coverage": COVERAGE, "unseen": UNSEEN,
    "ledger_reconciliation": RECONCILIATION, "integrity": INTEGRITY, "duties": DUTIES, "facts": FACTS,
    "findings": FINDINGS, "would_follow": WOULD_FOLLOW, "warnings": WARNINGS, "indicators": INDICATORS,
}  # fmt: skip

#: These columns hold JSON as text.
_NESTED = ("because", "evidence", "detail")


def write_json_tables(folder: Path) -> list[Path]:
    """
    Write each CSV table of a folder as JSON beside it, but for the findings: their JSON is one of the run's own files.

    Returns
    -------
    paths
        The files written: lists with one object per row, keys as in the CSV file's header.

    Raises
    ------
    GeoenforceError
        If a file cannot be read or written.

    Examples
    --------
    >>> write_json_tables(Path("no_such_folder"))
    []
    """
    written = []
    for name, table in CSV_TABLES.items():
        path = folder / f"{name}.json"
        if table is FINDINGS or not (folder / f"{name}.csv").exists():
            continue
        records = [_nested(record) for record in plain_records(run_table(folder, table, name))]
        path.write_text(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        written.append(path)
    return written


def _nested(record: dict[str, Any]) -> dict[str, Any]:
    """Read what is JSON inside a text; a detail that is a plain code stays one."""
    texts = {name: record[name] for name in _NESTED if str(record.get(name)).startswith(("[", "{"))}
    return record | {name: json.loads(text) for name, text in texts.items()}
