"""What changed from one run to another, and because of what: a file, an entry, an option, a regulation, a version."""

import json
from collections.abc import Iterator

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.accountability_tables import FINDINGS
from geoenforce.core.tables import CASES
from geoenforce.store.case_changes import CaseChanges
from geoenforce.store.deliveries import TABLE_OF
from geoenforce.store.engine import Store
from geoenforce.store.entries import REGISTER_OF
from geoenforce.store.runs import Record, run_record
from geoenforce.store.schema import sql_name
from geoenforce.store.tables import load

#: Sections of a run's record with options, and the word that stands before their names.
_OPTIONS = {
    "options": "grading",
    "accountability": "accountability",
    "patrols": "patrols",
    "project_options": "project",
}

_FINDING = ("office", "office_name", "year", "regulation", "citation", "measure")


def diff(store: Store, before: int, after: int) -> Record:
    """
    Compare two runs.

    Parameters
    ----------
    store
        The store.
    before, after
        Numbers of runs.

    Returns
    -------
    changes
        ``inputs`` (new, gone or changed; rows added and ended), ``entries`` (by command), ``options``,
        ``regulations``, ``versions``; ``cases`` (new, gone, or of another grade, each with ``because``), and
        ``findings`` (new, gone). Lists are empty where nothing changed.

    Raises
    ------
    StoreError
        If there is no such run.

    Examples
    --------
    >>> diff(store, 7, 9)["cases"][0]["because"]  # doctest: +SKIP
    [{'what': 'patch', 'name': 'tb.gpkg', 'detail': 'A1: geometry'}]
    """
    with store.reading() as connection:
        old, new = run_record(connection, before), run_record(connection, after)
        changes: Record = {
            "before": before,
            "after": after,
            "inputs": list(_inputs(connection, old, new)),
            "entries": _entries(connection, old, new),
            "options": list(_options(old, new)),
            "regulations": list(_regulations(old, new)),
            "versions": list(_named(old["versions"], new["versions"])),
        }
        cases = _cases(connection, before), _cases(connection, after)
        reasons = CaseChanges(connection, store.folder, (before, after), changes)
        changes["cases"] = list(reasons.explained(_other_grades(*cases)))
        changes["findings"] = list(_findings(connection, before, after))
    return changes


def _inputs(connection: Connection, old: Record, new: Record) -> Iterator[Record]:
    """Compare the files of two runs."""
    was, now = ({(one["kind"], one["source"]): one for one in record["inputs"]} for record in (old, new))
    for kind, source in [*was, *(place for place in now if place not in was)]:
        one, other = was.get((kind, source)), now.get((kind, source))
        if one is None or other is None:
            what, because = ("new", ["file"]) if one is None else ("gone", ["file"])
        else:
            what = "changed"
            because = [word for word, name in (("file", "sha256"), ("options", "options")) if one[name] != other[name]]
        if because:
            rows = _rows_changed(connection, kind, source, (old["run"], new["run"]))
            yield {"kind": kind, "source": source, "change": what, "because": because, "rows": rows}


def _rows_changed(connection: Connection, kind: str, source: str, runs: tuple[int, int]) -> dict[str, int] | None:
    """Count the rows that a source has got and lost; None for what the store does not keep row by row."""
    if kind not in TABLE_OF:
        return None
    ours = f'FROM "{sql_name(TABLE_OF[kind])}" WHERE source = :source'
    held = {when: f"since <= :{when} AND (until IS NULL OR until > :{when})" for when in ("a", "b")}
    values = {"source": source, "a": runs[0], "b": runs[1]}
    added = connection.execute(sa.text(f"SELECT count(*) {ours} AND {held['b']} AND NOT ({held['a']})"), values)
    ended = connection.execute(sa.text(f"SELECT count(*) {ours} AND {held['a']} AND NOT ({held['b']})"), values)
    return {"added": int(added.scalar() or 0), "ended": int(ended.scalar() or 0)}


def _entries(connection: Connection, old: Record, new: Record) -> list[Record]:
    """List what was entered by command between what the runs saw."""
    query = sa.text("SELECT revision, recorded_at, kind, detail FROM revisions WHERE revision > :a AND revision <= :b "
                    "ORDER BY revision")  # fmt: skip
    found = connection.execute(query, {"a": old["entered_as_of"], "b": new["entered_as_of"]})
    return [
        {"entry": row[0], "recorded_at": row[1], "kind": row[2], **json.loads(row[3])}
        for row in found
        if row[2] in REGISTER_OF
    ]


def _options(old: Record, new: Record) -> Iterator[Record]:
    if old["results"]["as_of"] != new["results"]["as_of"]:
        yield {"name": "as_of", "before": old["results"]["as_of"], "after": new["results"]["as_of"]}
    for section, word in _OPTIONS.items():
        for one in _named(old.get(section, {}), new.get(section, {})):
            if one["name"] != "as_of":
                yield {**one, "name": f"{word}.{one['name']}"}


def _regulations(old: Record, new: Record) -> Iterator[Record]:
    was, now = ({one["id"]: one for one in record["regulations"]} for record in (old, new))
    for name in sorted({*was, *now}):
        if was.get(name) != now.get(name):
            yield {"name": name, "before": was.get(name), "after": now.get(name)}


def _named(old: Record, new: Record) -> Iterator[Record]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield {"name": name, "before": old.get(name), "after": new.get(name)}


def _cases(connection: Connection, run: int) -> pd.DataFrame:
    frame: pd.DataFrame = load(connection, CASES, as_of=run, source="")
    return frame


def _other_grades(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Record]:
    """List the cases that are new, gone, or of another grade, in order of their ids."""
    for case in sorted({*old.index, *new.index}):
        was = str(old.loc[case, "severity"]) if case in old.index else None
        now = str(new.loc[case, "severity"]) if case in new.index else None
        if was != now:
            change = "new" if was is None else "gone" if now is None else "grade"
            yield {"case_id": case, "change": change, "before": was, "after": now}


def _findings(connection: Connection, before: int, after: int) -> Iterator[Record]:
    old, new = (load(connection, FINDINGS, as_of=run, source="") for run in (before, after))
    for frame, other, change in ((new, old, "new"), (old, new, "gone")):
        for name, row in frame[~frame.index.isin(other.index)].iterrows():
            told = {column: None if pd.isna(row[column]) else row[column] for column in _FINDING}
            yield {"finding_id": name, "change": change, **told, "year": int(row["year"])}
