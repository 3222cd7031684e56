"""The code of a case: a short hash of what a run recorded of it, that stands on paper and is held against the store."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.accountability_tables import DUTIES
from geoenforce.core.errors import InputError
from geoenforce.core.results import Results
from geoenforce.core.tables import AREAS, CASES, COMPARISONS, PIECES, VIOLATIONS, Table
from geoenforce.store.engine import Store
from geoenforce.store.hashes import digest, hashes_of
from geoenforce.store.rows import rows_of
from geoenforce.store.schema import sql_name
from geoenforce.store.tables import read_columns, selected

#: Digits and letters without those that are mistaken for others (Crockford's).
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISTAKEN = str.maketrans("OIL", "011")
_OF_CASE, _OF_RECORD, _GROUP = 4, 16, 4  # signs of 5 bits: they find the case even where its record was altered

#: Of a patch, what it is: not where its row stood, which other rows of the file decide.
_PATCHES = replace(
    VIOLATIONS,
    columns=tuple(column for column in VIOLATIONS.columns if column.name in ("case_id", "found_on", "status")),
)
#: Shapes of pieces are made in the plane, and come back less than a micrometre off.
_PIECES = replace(PIECES, geometry="")
_BY_CASE = (CASES, COMPARISONS, AREAS, DUTIES, _PATCHES)


@dataclass(frozen=True)
class Checked:
    """What the store says of a code."""

    case_id: str | None  # None: no case of this store has this code
    run: int | None  # the newest run that recorded just this; None: none did
    as_of: str | None  # of that run
    last_run: int
    is_current: bool  # whether the last run's record of the case is still the same


def case_code(results: Results, case_id: str) -> str:
    """
    Return the code of a case as a run found it.

    It covers the case, its comparisons, areas, pieces, duties, and its patches with their vertices as delivered; no
    names, for whoever holds a hash could try names on it.

    Parameters
    ----------
    results
        The results of a run, or what was loaded of it from the store.
    case_id
        One of its cases.

    Examples
    --------
    >>> case_code(load_run(store), "445299-2025-015")  # doctest: +SKIP
    '5Q2K-8R1C-0V7M-XH3J-94TD'
    """
    parts = {
        table.name: digest(rows_of(table, frame).hashes(table, len(frame)))
        for table, frame in _frames(results, case_id)
    }
    return _code(case_id, results.as_of.isoformat(), parts)


def check_code(store: Store, code: str) -> Checked:
    """
    Find the case and the run that a code belongs to.

    Parameters
    ----------
    store
        The store.
    code
        As it stands on a sheet; hyphens and small letters do not matter.

    Raises
    ------
    InputError
        If it is no code.
    StoreError
        If the store cannot be read.

    Examples
    --------
    >>> check_code(store, "5Q2K-8R1C-0V7M-XH3J-94TD").run  # doctest: +SKIP
    21
    """
    wanted = _read(code)
    with store.reading() as connection:
        runs = [_Run(connection, *row) for row in connection.execute(_RUNS)]
        cases = [str(row[0]) for row in connection.execute(sa.text("SELECT DISTINCT case_id FROM cases ORDER BY 1"))]
        alike = [case_id for case_id in cases if wanted.startswith(_signs(case_id, _OF_CASE))]
        last = runs[0].number if runs else 0
        for case_id in alike:
            for run in runs:
                if run.code(case_id) == _grouped(wanted):
                    is_current = run is runs[0] or runs[0].code(case_id) == _grouped(wanted)
                    return Checked(case_id, run.number, run.as_of, last, is_current)
    return Checked(alike[0] if alike else None, None, None, last, is_current=False)


_RUNS = sa.text("SELECT run, manifest FROM runs ORDER BY run DESC")


class _Run:
    """One run of the store, of which only single cases are read."""

    def __init__(self, connection: Connection, number: int, manifest: str) -> None:
        about = json.loads(manifest)
        self._connection, self.number, self.as_of = connection, number, str(about["results"]["as_of"])
        self._violations = [one["source"] for one in about["inputs"] if one["kind"] == VIOLATIONS.name]

    def code(self, case_id: str) -> str:
        """Return the code of what the run recorded of a case, from its rows as they stand there now."""
        parts = {}
        for table in _BY_CASE:
            sources = self._violations if table is _PATCHES else [""]
            columns, count = self._columns(table, "case_id", [case_id], sources)
            parts[table.name] = digest(hashes_of(table, columns, count))
            if table is AREAS:
                columns, count = self._columns(_PIECES, "violation_id", columns["violation_id"], [""])
                parts[_PIECES.name] = digest(hashes_of(_PIECES, columns, count))
        return _code(case_id, self.as_of, parts)

    def _columns(
        self, table: Table, by: str, values: Iterable[str], sources: list[str]
    ) -> tuple[Mapping[str, Any], int]:
        stored = VIOLATIONS if table is _PATCHES else PIECES if table is _PIECES else table
        query = sa.text(
            f'SELECT {selected(self._connection, stored)} FROM "{sql_name(stored)}" WHERE "{by}" IN :keys '
            "AND source IN :sources AND since <= :run AND (until IS NULL OR until > :run)"
        ).bindparams(sa.bindparam("keys", expanding=True), sa.bindparam("sources", expanding=True))
        keys = list(values) or [""]  # no row has it; an empty list has no type, which PostgreSQL wants to know
        known = {"keys": keys, "sources": sources, "run": self.number}
        rows = [tuple(row) for row in self._connection.execute(query, known)]
        columns = read_columns(self._connection, stored, rows)
        names = {column.name for column in table} | ({"geometry"} if table.geometry else set())
        return {name: value for name, value in columns.items() if name in names}, len(rows)


def _frames(results: Results, case_id: str) -> Iterator[tuple[Table, pd.DataFrame]]:
    """Give the tables of a case, each with only its rows."""
    areas = results.areas[results.areas["case_id"] == case_id]
    patches = results.violations.loc[results.violations["case_id"] == case_id]
    original = results.original.reindex(patches.index)
    yield CASES, results.cases.loc[[case_id]]
    yield COMPARISONS, results.comparisons[results.comparisons["case_id"] == case_id]
    yield AREAS, areas
    yield _PATCHES, patches.set_geometry(original, crs=original.crs)
    if results.accountability is not None:
        duties = results.accountability.duties
        yield DUTIES, duties[duties["case_id"] == case_id]
    if results.pieces is not None:
        yield _PIECES, pd.DataFrame(results.pieces[results.pieces["violation_id"].isin(areas.index)])


def _code(case_id: str, as_of: str, parts: Mapping[str, str]) -> str:
    """Hash a case's record; a table without rows of it leaves no trace, be it there or not."""
    nothing = digest([])
    told = [f"{name}={parts[name]}" for name in sorted(parts) if parts[name] != nothing]
    record = "\n".join([case_id, as_of, *told])
    return _grouped(_signs(case_id, _OF_CASE) + _signs(record, _OF_RECORD))


def _signs(text: str, count: int) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "big") >> (256 - 5 * count)
    return "".join(_SIGNS[number >> 5 * place & 31] for place in reversed(range(count)))


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))


def _read(code: str) -> str:
    signs = re.sub(r"[\s\-–—]", "", code).upper().translate(_MISTAKEN)
    if len(signs) != _OF_CASE + _OF_RECORD or not set(signs) <= set(_SIGNS):
        example = _grouped(_SIGNS[: _OF_CASE + _OF_RECORD])
        message = f"{code!r} is no code of an evidence sheet: it has 20 digits and letters, such as {example}."
        raise InputError(message)
    return signs
