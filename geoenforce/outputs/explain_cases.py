"""The cases behind a finding or unit: their grades, and the patches, pieces and files they were made of."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.tables import AREAS, CASES, COMPARISONS, PIECES
from geoenforce.outputs.grades import decides
from geoenforce.outputs.run_tables import plain_records, run_record, run_table

Record = dict[str, Any]


def case_records(folder: Path, case_ids: Iterable[str], *, with_ground: bool = False) -> list[Record]:
    """
    Describe cases: grade, what decided it and, if asked for, patches and pieces.

    Ids that are no cases (of recorded facts and measures) are passed over.

    Examples
    --------
    >>> case_records(Path("demo/out"), ["445299-2025-015"])  # doctest: +SKIP
    """
    wanted = set(case_ids)
    cases, comparisons = run_table(folder, CASES), run_table(folder, COMPARISONS)
    by_case = {case_id: plain_records(rows) for case_id, rows in comparisons.groupby("case_id")}
    fields = ("case_id", "severity", "status", "found_on", "township_name")
    records: list[Record] = []
    for case in plain_records(cases[cases["case_id"].isin(wanted)]):
        because = [one for one in by_case.get(case["case_id"], []) if decides(one, case)]
        records.append({field: case[field] for field in fields} | {"because": because})
    return _with_ground(folder, records) if with_ground else records


def _with_ground(folder: Path, records: list[Record]) -> list[Record]:
    areas = run_table(folder, AREAS)
    pieces = run_table(folder, PIECES) if (folder / "pieces.csv").exists() else pd.DataFrame({"violation_id": []})
    sources = patch_sources(folder)
    full = []
    for record in records:
        patches = areas[areas["case_id"] == record["case_id"]].join(sources, on="violation_id")
        of_case = pieces[pieces["violation_id"].isin(patches["violation_id"])]
        full.append({**record, "patches": plain_records(patches), "pieces": plain_records(of_case)})
    return full


def patch_sources(folder: Path) -> pd.DataFrame:
    """
    Say which file and row each patch came from, as far as the GeoPackage of the run tells.

    Examples
    --------
    >>> patch_sources(Path("no_such_folder")).columns.to_list()
    ['source_file', 'row']
    """
    file = folder / "results.gpkg"
    if not file.exists():
        return pd.DataFrame({"source_file": [], "row": []}, index=pd.Index([], name="violation_id"), dtype="str")
    columns = ["violation_id", "source_file", "row"]
    import pyogrio  # only a case has polygons to look up

    layer = pyogrio.read_dataframe(file, layer="violations", columns=columns, read_geometry=False)
    known = [one["path"] for one in run_record(folder)["inputs"]]
    names = {source: _as_noted(source, known) for source in layer["source_file"].dropna().unique()}
    return layer.reindex(columns=columns).assign(source_file=layer["source_file"].map(names)).set_index("violation_id")


def _as_noted(source: str, known: list[str]) -> str:
    """Name a file as the run's record does, wherever the project lies."""
    place = Path(source).as_posix()
    return next((path for path in known if place == path or place.endswith(f"/{path}")), Path(source).name)
