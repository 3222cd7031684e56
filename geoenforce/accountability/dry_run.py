"""What the register of measures would be if every open finding were answered: a dry run, marked as such."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.accountability.assessed import imposed_on
from geoenforce.accountability.sources import Sources
from geoenforce.core.accountability_tables import MEASURES
from geoenforce.core.tables import empty

#: How the entries that a dry run adds begin.
DRY_RUN = "dry-run"
_PLACE = ("source_file", "row")  # what is added stands in no file


def impose(findings: pd.DataFrame, sources: Sources, *, as_of: date) -> pd.DataFrame:
    """
    Return the register of measures as if every open finding had been answered on the stated date.

    Parameters
    ----------
    findings
        Table FINDINGS. One is open if the register has no entry that answers it (see `assessed.items_of`).
    sources
        The register of measures, and the cases.
    as_of
        The day of the entries that are added; entries of a later day are not known yet.

    Returns
    -------
    measures
        The table MEASURES with the register's entries and, for each open finding, one more for the measure that the
        article names first and one for each that it adds. Their numbers begin with ``dry-run``. The columns for the
        place in a file are left out.

    Examples
    --------
    >>> from geoenforce.accountability.units import Hierarchy
    >>> findings = pd.DataFrame({"office": "445299101", "level": "township", "year": 2026, "regulation": "jieyang-2009",
    ...     "rule": "J30-1", "article": "第三十条", "item": "（一）", "measure": "demerit",
    ...     "or_measures": None, "and_measures": "circulated_criticism", "if_grave": None, "because": "[]"},
    ...     index=["J30-1-445299101-2026"])
    >>> no = pd.DataFrame()
    >>> sources = Sources(Hierarchy(no, {}), no, no, empty(MEASURES), no, no)
    >>> impose(findings, sources, as_of=date(2026, 6, 30))[["measure", "article"]].to_numpy().tolist()
    [['demerit', '第三十条第（一）项'], ['circulated_criticism', '第三十条第（一）项']]
    """
    register = sources.measures.drop(columns=["source_file", "row"], errors="ignore")  # new entries stand in no file
    known = register[register["on"] <= pd.Timestamp(as_of)]
    cases = frozenset(sources.cases.index)
    opened = findings[~findings.index.isin(imposed_on(findings, known, cases).index)]
    rows = [row for finding_id, one in opened.to_dict("index").items() for row in _entries(finding_id, one, cases)]
    columns = [name for name in MEASURES.names if name not in _PLACE]
    added = pd.DataFrame(rows, columns=["measure_id", *columns]).set_index("measure_id").assign(on=pd.Timestamp(as_of))
    types = empty(MEASURES).dtypes.to_dict()
    return pd.concat([register[columns], added.astype({name: types[name] for name in columns})])


def _entries(finding_id: Any, finding: dict[Any, Any], cases: frozenset[str]) -> Iterator[dict[str, Any]]:
    added = [] if pd.isna(finding["and_measures"]) else finding["and_measures"].split("; ")
    reasons = json.loads(finding["because"])
    case_ids = sorted({one for reason in reasons for one in reason["evidence"]} & cases)
    place = finding["article"] if pd.isna(finding["item"]) else f"{finding['article']}第{finding['item']}项"
    for measure in (finding["measure"], *added):
        yield {
            "measure_id": f"{DRY_RUN} {finding_id} {measure}",
            "office": finding["office"],
            "level": finding["level"],
            "measure": measure,
            "regulation": finding["regulation"],
            "article": place,
            "case_ids": "、".join(case_ids) or str(finding_id),  # tells apart what two years' findings bring
            "note": str(finding_id),
        }
