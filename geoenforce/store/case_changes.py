"""Why a case has another grade than in an earlier run: its patches, the layers under them, or how it is graded."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy.engine import Connection

from geoenforce.core.space import polygons_to_plane
from geoenforce.core.tables import APPROVALS, VIOLATIONS
from geoenforce.store.deliveries import LAND_KINDS
from geoenforce.store.snapshots import read_snapshot, snapshots
from geoenforce.store.tables import load

Record = dict[str, Any]

#: Options that may give a case another grade.
_GRADING = ("grading.regulation", "grading.ridge", "grading.before_first_layer")
_NOT_COMPARED = ("source_file", "row", "geometry", "party")
_LAYERS = (*LAND_KINDS, "approvals")


class CaseChanges:
    """
    The reasons for the changes of cases between two runs.

    Parameters
    ----------
    connection
        A connection that may read.
    folder
        Where the snapshots lie.
    runs
        The earlier and the later run.
    changes
        What changed between them: ``inputs``, ``options``, ``regulations``, ``versions``.
    """

    def __init__(self, connection: Connection, folder: Path, runs: tuple[int, int], changes: Record) -> None:
        """Take note of what is compared."""
        self._connection, self._folder, self._runs, self._changes = connection, folder, runs, changes

    def explained(self, cases: Iterable[Record]) -> Iterator[Record]:
        """
        Add to each changed case what it changed for.

        Examples
        --------
        >>> list(CaseChanges(connection, folder, (7, 9), changes).explained([case]))  # doctest: +SKIP
        """
        for case in cases:
            reasons = [
                *self._patches(case["case_id"]),
                *self._layers(case["case_id"]),
                *self._options(),
                *self._regulations(),
            ]
            yield {**case, "because": reasons or list(self._software())}

    @cached_property
    def _violations(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        before, after = (load(self._connection, VIOLATIONS, as_of=run) for run in self._runs)
        return before, after

    def _patches(self, case: str) -> Iterator[Record]:
        """Name the patches of a case that came, went or changed, and in what."""
        before, after = (one[one["case_id"] == case] for one in self._violations)
        everywhere = self._violations
        for patch in sorted({*before.index, *after.index}):
            old, new = (one.loc[patch] if patch in one.index else None for one in everywhere)
            if old is None or new is None:
                there: Any = new if old is None else old
                how = "new" if old is None else "gone"
                yield {"what": "patch", "name": there["source_file"], "detail": f"{patch}: {how}"}
                continue
            changed = [name for name in after.columns if name in old and _differ(old, new, name)]
            if not shapely.equals_exact(old.geometry, new.geometry, normalize=True):
                changed.append("geometry")
            if changed:
                yield {"what": "patch", "name": new["source_file"], "detail": f"{patch}: {', '.join(changed)}"}

    def _layers(self, case: str) -> Iterator[Record]:
        """Name the layers that are another one where the case lies."""
        shapes = np.concatenate([one.geometry[one["case_id"] == case].to_numpy() for one in self._violations])
        if not len(shapes):
            return
        for one in self._changes["inputs"]:
            if one["kind"] in _LAYERS and self._is_other_there(one["kind"], one["source"], shapes):
                how = {"new": "new", "gone": "gone"}.get(one["change"], f"another {' and '.join(one['because'])}")
                yield {"what": "layer", "name": one["source"], "detail": f"{one['kind']}: {how}"}

    def _is_other_there(self, kind: str, source: str, shapes: Any) -> bool:
        if kind == "approvals":
            return self._approvals(source, self._runs[0], shapes) != self._approvals(source, self._runs[1], shapes)
        return self._land(kind, source, self._runs[0], shapes) != self._land(kind, source, self._runs[1], shapes)

    def _approvals(self, source: str, run: int, shapes: Any) -> set[Any]:
        found = load(self._connection, APPROVALS, as_of=run, source=source)
        return _rows(found[shapely.intersects(found.geometry.to_numpy()[:, None], shapes[None, :]).any(axis=1)])

    def _land(self, kind: str, source: str, run: int, shapes: Any) -> set[Any]:
        """Return the land around a case in a run, with the day from which its layer is in force."""
        listed = snapshots(self._connection, kind, as_of=run)
        found: set[Any] = set()
        for _, one in listed[listed["source"] == source].iterrows():
            boxes = shapely.bounds(polygons_to_plane(shapes, 4490))
            found |= _rows(read_snapshot(self._folder / str(one["path"]), boxes=boxes))
        return found

    def _options(self) -> Iterator[Record]:
        for one in self._changes["options"]:
            if one["name"] in _GRADING:
                yield {"what": "option", "name": one["name"], "detail": f"{one['before']} → {one['after']}"}

    def _regulations(self) -> Iterator[Record]:
        for one in self._changes["regulations"]:
            if one["before"] and one["after"]:
                yield {"what": "regulation", "name": one["name"], "detail": "its text is another"}

    def _software(self) -> Iterator[Record]:
        for one in self._changes["versions"]:
            yield {"what": "version", "name": one["name"], "detail": f"{one['before']} → {one['after']}"}


def _differ(old: "pd.Series[Any]", new: "pd.Series[Any]", name: str) -> bool:
    if name in _NOT_COMPARED:
        return False
    missing = pd.isna(old[name]), pd.isna(new[name])
    return bool(missing[0] != missing[1] or (not all(missing) and old[name] != new[name]))


def _rows(layer: gpd.GeoDataFrame) -> set[Any]:
    """Return what a layer's rows say, wherever they stand in their file."""
    told = pd.DataFrame(layer).drop(columns=[name for name in _NOT_COMPARED if name in layer])
    shapes = shapely.to_wkb(shapely.normalize(layer.geometry.to_numpy()))
    return {(tuple(map(str, row)), shape) for row, shape in zip(told.to_numpy(), shapes, strict=True)}
