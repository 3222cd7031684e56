"""The results of a run, out of the store again."""

from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy.engine import Connection

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_tables import (
    CASE_EVENTS,
    DECLARATIONS,
    DUTIES,
    FACTS,
    FINDINGS,
    INDICATORS,
    MEASURES,
    WARNINGS,
)
from geoenforce.core.nearby import near, surroundings
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import (
    COVERAGE,
    INTEGRITY,
    PATROL_DAYS,
    PATROL_RATES,
    RECONCILIATION,
    TRIP_PARTS,
    TRIPS,
    UNSEEN,
)
from geoenforce.core.rejects import REJECTS, as_layer
from geoenforce.core.results import Results
from geoenforce.core.space import PLANE, back_to_plane, polygons_to_plane
from geoenforce.core.tables import (
    AREAS,
    CASES,
    COMPARISONS,
    ISSUES_IN_BOTH_LANGUAGES,
    PARTIES,
    PIECES,
    Table,
    empty,
)
from geoenforce.store.deliveries import TABLE_OF
from geoenforce.store.engine import Store
from geoenforce.store.entries import ENTERED, merged
from geoenforce.store.runs import WOULD_FOLLOW, Record, run_record
from geoenforce.store.snapshots import read_snapshot, snapshots
from geoenforce.store.tables import load


def load_run(store: Store, run: int | None = None, on: date | None = None) -> Results:
    """
    Load what a run found, as it was.

    Parameters
    ----------
    store
        The store.
    run
        Its number; by default the last one.
    on
        Instead: the last one that was recorded by the end of this day.

    Returns
    -------
    results
        With the names of persons; outputs leave them out unless they are asked to name them. Every value is the one
        that was saved; shapes in the plane come from longitude and latitude, and differ by less than a micrometre.

    Raises
    ------
    StoreError
        If there is no such run, or a snapshot that it needs is missing.

    Examples
    --------
    >>> load_run(store, 8).cases["severity"].value_counts()  # doctest: +SKIP
    """
    with store.reading() as connection:
        return _Loading(store, connection, run_record(connection, run, on)).results()


class _Loading:
    """One run that is being loaded."""

    def __init__(self, store: Store, connection: Connection, record: Record) -> None:
        self._store, self._connection, self._record = store, connection, record
        self._about: Record = record["results"]

    def results(self) -> Results:
        about, original = self._about, self._delivered("violations")
        violations = _measured(original)
        accountability, patrols = about["accountability"], about["patrols"]
        return Results(
            title=about["title"],
            townships=_in_plane(self._delivered("townships")),
            violations=violations,
            original=original.geometry,
            areas=self._result(AREAS),
            cases=self._result(CASES),
            comparisons=self._result(COMPARISONS),
            parties=self._result(PARTIES),
            pieces=_in_plane(self._result(PIECES)) if about["has_pieces"] else None,
            basic_farmland=self._land_near(violations),
            issues=self._result(ISSUES_IN_BOTH_LANGUAGES),
            rejects=as_layer(self._result(REJECTS)),
            crs=about["crs"],
            regulation_title=about["regulation_title"],
            regulation_number=about["regulation_number"],
            as_of=date.fromisoformat(about["as_of"]),
            patrols=self._patrols(patrols) if patrols else None,
            accountability=self._accountability(accountability) if accountability else None,
            evidence=frozenset(about.get("evidence", ())),
        )

    def _patrols(self, about: Record) -> PatrolResults:
        return PatrolResults(
            trips=self._result(TRIPS),
            trip_parts=self._result(TRIP_PARTS),
            days=self._result(PATROL_DAYS),
            rates=self._result(PATROL_RATES),
            coverage=self._result(COVERAGE),
            unseen=_in_plane(self._result(UNSEEN)),
            unseen_days=about["unseen_days"],
            reconciliation=self._result(RECONCILIATION),
            integrity=self._result(INTEGRITY),
            status_at=datetime.fromisoformat(about["status_at"]),
            **{name: about[name] for name in ("sight_m", "sight_otherwise_m") if name in about},  # not in early runs
        )

    def _accountability(self, about: Record) -> AccountabilityResults:
        names = {
            regulation: {
                kind: {code: (zh, en) for code, (zh, en) in codes.items()} for kind, codes in kinds.items()
            }
            for regulation, kinds in about["names"].items()
        }  # fmt: skip
        return AccountabilityResults(
            as_of=date.fromisoformat(about["as_of"]),
            duties=self._result(DUTIES),
            facts=self._result(FACTS),
            findings=self._result(FINDINGS),
            would_follow=self._result(FINDINGS, WOULD_FOLLOW),
            warnings=self._result(WARNINGS),
            indicators=self._result(INDICATORS),
            events=self._register("events", CASE_EVENTS),
            measures=self._register("measures", MEASURES),
            declarations=self._register("declarations", DECLARATIONS),
            names=names,
        )

    def _result(self, table: Table, source: str = "") -> Any:
        return self._load(table, source, self._record["run"])

    def _delivered(self, kind: str) -> Any:
        """Put the rows of a kind's deliveries below each other, in the order of the configuration."""
        table = TABLE_OF[kind]
        parts = [self._load(table, source, self._record["run"]) for source in self._sources(kind)]
        if not parts:
            return empty(table)
        joined = pd.concat(parts, ignore_index=table.index is None) if len(parts) > 1 else parts[0]
        if "is_dealt_with" in joined:  # files that lack the column say nothing, which means no
            joined["is_dealt_with"] = joined["is_dealt_with"].eq(other=True)
        return joined

    def _register(self, kind: str, table: Table) -> pd.DataFrame:
        """Return a register with what was entered by command, as the run saw it."""
        entered = self._load(table, ENTERED, self._record["entered_as_of"])
        return merged(table, self._delivered(kind), entered).table

    def _land_near(self, violations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Read what a map shows of the basic farmland; by row, for snapshots are sorted by place."""
        places = surroundings(violations)
        listed = snapshots(self._connection, "basic_farmland", as_of=self._record["run"]).set_index("source")
        parts = [
            read_snapshot(self._store.folder / str(listed.loc[source, "path"]), boxes=places).sort_values("row")
            for source in self._sources("basic_farmland")
        ]
        return near(gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=PLANE), violations)

    def _sources(self, kind: str) -> list[str]:
        return [one["source"] for one in self._record["inputs"] if one["kind"] == kind]

    def _load(self, table: Table, source: str, as_of: int) -> Any:
        return load(self._connection, table, as_of=as_of, source=source, with_personal_data=True)


def _in_plane(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Bring what came from the plane back to it."""
    return layer.set_geometry(back_to_plane(layer.geometry.to_numpy()), crs=PLANE)


def _measured(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Bring what is kept as it was delivered to the plane, as the reader of layers does."""
    return layer.set_geometry(polygons_to_plane(layer.geometry.to_numpy(), layer.crs), crs=PLANE)
