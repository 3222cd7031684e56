"""Entries made by command: events, measures and declarations, each its own revision, merged with the registers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.accountability_tables import CASE_EVENTS, DECLARATIONS, MEASURES
from geoenforce.core.errors import StoreError, some
from geoenforce.core.sentences import Sentence, listed, say
from geoenforce.core.tables import Kind, Table, empty, issue, issues_table
from geoenforce.core.terms import Action
from geoenforce.store.engine import Store
from geoenforce.store.revisions import last_revision, revision
from geoenforce.store.tables import load, save

#: Source of the rows that were entered by command; it stands where others name their file.
ENTERED = "entered"

#: Kind of a revision → the register that it adds to.
REGISTER_OF: Mapping[str, Table] = MappingProxyType(
    {"event": CASE_EVENTS, "measure": MEASURES, "declaration": DECLARATIONS}
)

#: What two rows about the same thing agree in; where they differ besides, one of them is wrong.
_SAME_THING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "case_events": ("case_id", "event", "office", "period"),
        "measures": ("office", "measure", "on"),
        "declarations": ("office", "fact", "on", "case_id"),
    }
)
_ORIGIN = ("source_file", "row")


@dataclass(frozen=True)
class Entered:
    """What was entered by command, and the revision up to which that is."""

    tables: dict[str, pd.DataFrame] = field(repr=False)  # by section of the configuration
    as_of: int = 0


@dataclass(frozen=True)
class Merged:
    """A register with what was entered by command, and what contradicts."""

    table: pd.DataFrame
    issues: pd.DataFrame = field(repr=False)


def enter(store: Store, kind: str, rows: Sequence[Mapping[str, Any]], detail: Mapping[str, Any]) -> int:
    """
    Add rows to a register, as one revision.

    Parameters
    ----------
    store
        The store.
    kind
        event, measure or declaration.
    rows
        Columns of the register; what is left out is missing. A row without its id gets one, made from the revision.
    detail
        What the audit trail says; no personal data.

    Returns
    -------
    revision
        Its number.

    Raises
    ------
    StoreError
        If an id is there already, or the store cannot be written.

    Examples
    --------
    >>> enter(store, "event", [{"case_id": "A", "event": "stop_ordered", "on": "2026-03-02"}], {})  # doctest: +SKIP
    9
    """
    table = REGISTER_OF[kind]
    with revision(store, kind, detail) as made:
        before = load(made.connection, table, source=ENTERED, with_personal_data=True)
        added = _frame(table, rows, made.number)
        if table.index is not None:
            _refuse_known_ids(made.connection, table, added)
        whole = pd.concat([before, added], ignore_index=table.index is None) if len(before) else added
        save(made.connection, table, whole, revision=made.number, source=ENTERED)
        made.detail["entries"] = len(rows)
    return made.number


def withdraw(store: Store, entry: int) -> int:
    """
    End the rows that were entered by a revision; that they were there stays on record.

    Raises
    ------
    StoreError
        If nothing that holds was entered by that revision.

    Examples
    --------
    >>> withdraw(store, 9)  # doctest: +SKIP
    10
    """
    with store.reading() as connection:
        found = connection.execute(sa.text("SELECT kind FROM revisions WHERE revision = :entry"), {"entry": entry})
        kind = found.scalar()
    if kind in REGISTER_OF:
        with revision(store, str(kind), {"withdrawn": entry}) as made:
            rows = load(made.connection, REGISTER_OF[str(kind)], source=ENTERED, with_personal_data=True)
            left = rows[rows["row"] != entry]
            if len(left) < len(rows):
                save(made.connection, REGISTER_OF[str(kind)], left, revision=made.number, source=ENTERED)
                return made.number
            message = f"What was entered as {entry} has been withdrawn already."
            raise StoreError(message)
    message = f"Nothing was entered as {entry}. 'geoenforce event list CASE' shows the number of each entry."
    raise StoreError(message)


def entered(store: Store) -> Entered:
    """
    Load what was entered by command.

    Examples
    --------
    >>> entered(store).tables["events"]  # doctest: +SKIP
    """
    sections = {"events": CASE_EVENTS, "measures": MEASURES, "declarations": DECLARATIONS}
    with store.reading() as connection:
        if connection.execute(sa.text("SELECT max(revision) FROM revisions")).scalar() is None:
            return Entered({section: empty(table) for section, table in sections.items()})
        as_of = last_revision(connection)
        tables = {
            section: load(connection, table, source=ENTERED, with_personal_data=True)
            for section, table in sections.items()
        }
    return Entered(tables, as_of)


def merged(table: Table, from_files: pd.DataFrame, by_command: pd.DataFrame) -> Merged:
    """
    Put what was entered by command below what the files say, and report what contradicts.

    Parameters
    ----------
    table
        CASE_EVENTS, MEASURES or DECLARATIONS.
    from_files, by_command
        Both of that table.

    Returns
    -------
    merged
        The register, and ISSUES: ``entered_id_in_file`` (the file's row holds, the entry does not count) and
        ``entered_otherwise`` (a file tells of the same thing with other particulars; both count).

    Examples
    --------
    >>> merged(MEASURES, empty(MEASURES), empty(MEASURES)).issues.empty
    True
    """
    if not len(by_command):
        return Merged(from_files, issues_table())
    known = by_command.index.isin(from_files.index) if table.index is not None else by_command["row"].isna()
    kept = by_command[~known]
    issues = [
        *(_rejected(row, str(key)) for key, row in by_command[known].iterrows()),
        *_otherwise(table, from_files, kept),
    ]
    parts = [one for one in (from_files, kept) if len(one)]
    joined = pd.concat(parts, ignore_index=table.index is None) if parts else from_files
    return Merged(joined, issues_table(issues))


def _frame(table: Table, rows: Sequence[Mapping[str, Any]], number: int) -> pd.DataFrame:
    """Make rows into a table; their place is the revision that brings them."""
    frame: pd.DataFrame = empty(table).reindex(range(len(rows)))
    columns = {column.name: [row.get(column.name) for row in rows] for column in table.columns}
    columns |= {"source_file": [ENTERED] * len(rows), "row": [number] * len(rows)}
    for column in table.columns:
        frame[column.name] = pd.Series(columns[column.name], dtype=object).astype(_DTYPES[column.kind])
    if table.index is not None:
        name, single = table.index.name, len(rows) == 1
        ids = [row.get(name) or (f"E{number}" if single else f"E{number}-{at}") for at, row in enumerate(rows, 1)]
        frame.index = pd.Index(ids, dtype="str", name=name)
    return frame


_DTYPES = {
    Kind.TEXT: "str",
    Kind.DATE: "datetime64[s]",
    Kind.INSTANT: "datetime64[us, Asia/Shanghai]",
    Kind.INTEGER: "int64",
}


def _refuse_known_ids(connection: Connection, table: Table, added: pd.DataFrame) -> None:
    known = load(connection, table).index
    repeated = added.index[added.index.isin(known)]
    if len(repeated):
        message = f"The {table.en} has the number {some(repeated)} already. Give another one, or none."
        raise StoreError(message)


def _otherwise(table: Table, from_files: pd.DataFrame, kept: pd.DataFrame) -> list[dict[str, Any]]:
    """Find entries of which a file tells with other particulars."""
    same = list(_SAME_THING[table.name])
    others = [name for name in table.names if name not in (*same, *_ORIGIN, "note", "recorded_on", "recorded_by")]
    told = {_values(row, same): row for _, row in from_files.iloc[::-1].iterrows()}
    rows = []
    for key, row in kept.iterrows():
        there = told.get(_values(row, same))
        if there is None:
            continue
        differs = [name for name in others if name in there and _value(there[name]) not in (None, _value(row[name]))]
        if differs:
            parts = [
                say("entered_difference", name=one, here=_value(row[one]), there=_value(there[one])) for one in differs
            ]
            place = {"file": there["source_file"], "row": there["row"]}
            feature = str(key) if table.index is not None else _value(row["case_id"])
            said = say("entered_otherwise", **place, differences=listed(parts))
            rows.append(_issue(row, feature, "entered_otherwise", said))
    return rows


def _rejected(row: "pd.Series[Any]", key: str) -> dict[str, Any]:
    return _issue(row, key, "entered_id_in_file", say("entered_id_in_file", number=key), Action.REJECTED)


def _issue(
    row: "pd.Series[Any]", feature: str | None, problem: str, said: Sentence, action: Action = Action.NOTED
) -> dict[str, Any]:
    return issue(problem, said, action, file=row["source_file"], row=row["row"], feature=feature)


def _values(row: "pd.Series[Any]", names: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(_value(row[name]) for name in names)


def _value(value: Any) -> str | None:
    """Write a value as people do: days without the hour."""
    if pd.isna(value):
        return None
    return value.strftime("%Y-%m-%d") if isinstance(value, pd.Timestamp) else str(value)
