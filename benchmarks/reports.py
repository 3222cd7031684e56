"""
The reports of a county's year: ``python -m benchmarks.reports``.

The demo county's results are repeated until they are those of a large county and a whole year: 12 townships, 500 cases,
250 working days. Every report is written as every kind of file, one after the other in one process; printed are the
seconds of each and the most memory that the process ever had.
"""

import argparse
import resource
import tempfile
import time
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.calendar import working_days
from geoenforce.core.results import Results
from geoenforce.demo import write_county
from geoenforce.inputs.config import load_config
from geoenforce.outputs.report_files import Paper, report_writers
from geoenforce.pipeline import assess, read_inputs

_TOWNSHIPS, _CASES, _DAYS = 12, 500, 250
_YEAR = 2025


def main(arguments: list[str] | None = None) -> None:
    """Make the county's year, write its reports, say how long that took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--keep", type=Path, help="folder for the reports; default: they are thrown away")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        results = large_year(Path(folder))
        measure(results, options.keep or Path(folder) / "reports")


def large_year(folder: Path) -> Results:
    """Run the demo county and repeat what it found until it is a large county's year."""
    config = load_config(write_county(folder / "demo"))
    results = assess(read_inputs(config), config)
    return _with_days(_with_cases(_with_townships(results)))


def measure(results: Results, folder: Path) -> None:
    """Write every report as every kind of file, and print the seconds of each."""
    folder.mkdir(parents=True, exist_ok=True)
    paper = Paper(accountability=str(_YEAR), patrols=str(_YEAR))
    before, total = _peak_mb(), 0.0
    for name, write in report_writers(results, paper).items():
        began = time.perf_counter()
        write(folder / name)
        total += (taken := time.perf_counter() - began)
        print(f"{name:28} {taken:6.2f} s  {(folder / name).stat().st_size / 1e6:6.2f} MB")
    print(f"{len(results.cases)} cases, {len(results.townships)} townships: {total:.1f} s in all")
    print(f"peak memory {_peak_mb():.0f} MB, {before:.0f} MB of it before the first report")


def _with_townships(results: Results) -> Results:
    """Put copies of the first townships beside the county, each with a code of its own."""
    towns = results.townships
    more = towns.iloc[: _TOWNSHIPS - len(towns)]
    east = towns.total_bounds[2] - towns.total_bounds[0]
    codes = pd.Index([f"{code[:6]}{900 + number}" for number, code in enumerate(more.index)], name=towns.index.name)
    copies = more.set_axis(codes).assign(
        geometry=more.translate(xoff=east).to_numpy(), township_name=[f"新{name}" for name in more["township_name"]]
    )
    return replace(results, townships=pd.concat([towns, copies]))


def _with_cases(results: Results) -> Results:
    """Repeat every case, with its patches, comparisons, events and duties, under ids of its own, all in one year."""
    made = results.accountability
    assert made is not None
    copies = -(-_CASES // len(results.cases))
    tables = {name: getattr(results, name) for name in ("violations", "cases", "comparisons", "areas")}
    repeated = {name: _repeated(table, copies, in_year=_YEAR) for name, table in tables.items()}
    owed = {name: _repeated(getattr(made, name), copies, in_year=_YEAR) for name in ("duties", "events")}
    yearly = {name: getattr(made, name).assign(year=_YEAR) for name in ("findings", "warnings", "indicators", "facts")}
    accountable = replace(made, as_of=date(_YEAR, 12, 31), **owed, **yearly)
    return replace(results, as_of=date(_YEAR, 12, 31), accountability=accountable, **repeated)


def _repeated(table: Any, copies: int, *, in_year: int) -> Any:
    """Repeat rows that belong to cases, each time under other ids; days keep their place in another year."""
    moved = table.copy()
    for column in table.columns:
        if pd.api.types.is_datetime64_any_dtype(table[column]):
            moved[column] = [_in_year(day, in_year) for day in table[column]]
        elif column == "year":
            moved[column] = in_year
    return pd.concat([_renamed(moved, number) for number in range(copies)], ignore_index=table.index.name is None)


def _in_year(day: Any, year: int) -> Any:
    return day if pd.isna(day) else day.replace(year=year, day=min(day.day, 28))


def _renamed(table: Any, number: int) -> Any:
    renamed = table.copy()
    if table.index.name in ("case_id", "violation_id"):
        renamed.index = pd.Index([f"{one}-{number}" for one in table.index], name=table.index.name)
    if "case_id" in table.columns:
        renamed["case_id"] = [one if pd.isna(one) else f"{one}-{number}" for one in table["case_id"]]
    return renamed


def _with_days(results: Results) -> Results:
    """Judge every township and the county on 250 working days, with the verdicts of the demo's days over and over."""
    patrols = results.patrols
    assert patrols is not None
    year = working_days(date(_YEAR, 1, 1), date(_YEAR, 12, 31))
    wanted = [pd.Timestamp(day) for day in islice(year, _DAYS)]
    known = patrols.days.sort_values("on")
    offices = [
        *known["office"].unique(),
        *(code for code in results.townships.index if code not in set(known["office"])),
    ]
    judged = dict(list(known.groupby("office")))
    pattern = judged[known["office"].iloc[0]]
    frames = []
    for office in offices:
        own = judged.get(office, pattern)
        rows = pd.concat([own] * (-(-len(wanted) // len(own)))).iloc[: len(wanted)]
        frames.append(rows.assign(office=office, on=wanted))
    days = pd.concat(frames, ignore_index=True)
    return replace(results, patrols=replace(patrols, days=days))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
