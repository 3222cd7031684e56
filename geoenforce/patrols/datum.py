"""Whether a log that claims WGS 84 is really in GCJ-02."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.gcj02 import gcj02_to_wgs84
from geoenforce.core.sentences import say
from geoenforce.core.space import CGCS2000
from geoenforce.core.tables import issue, issues_table
from geoenforce.patrols.distance import Floats, distance_m, local_metres
from geoenforce.patrols.logs import has_place

#: A log fits clearly better if the shift at least halves its distance and gains so many metres.
CLEARLY_BETTER, LEAST_GAIN_M = 0.5, 25.0

#: A place noted in the ledger was reached if a track comes within so many metres; the shift is 360 m at least, so a
#: track that reaches it only after the inverse shift gains so much, and one place alone may be chance.
REACHED_M, LEAST_NOTED_GAIN_M, FEWEST_PLACES = 100.0, 200.0, 2

_LINKED_S = 300.0  # between fixes further apart, nobody knows the way
_SAMPLE = 400  # fixes per log are enough for a median
_FEWEST = 20
_STRETCH_DEGREES = 0.005  # lines are searched in pieces of some 500 m


def gcj02_check(
    fixes: pd.DataFrame,
    reference: gpd.GeoDataFrame,
    *,
    clearly_better: float = CLEARLY_BETTER,
    least_gain_m: float = LEAST_GAIN_M,
) -> pd.DataFrame:
    """
    Compare each log's distance to a reference network before and after the inverse GCJ-02 shift.

    Parameters
    ----------
    fixes
        Table FIXES as if in WGS 84 or CGCS2000. A log is what one file holds of one device; where the table has no
        file, what one device wrote.
    reference
        Roads, paths or places, in any coordinate system tied to CGCS2000; the denser, the weaker the test.
    clearly_better, least_gain_m
        A log is suspected if the median distance after the shift is at most this share of the one
        before, and smaller by at least so many metres.

    Returns
    -------
    issues
        Table ISSUES, a row ``datum_gcj02_suspected`` with both distances for each log suspected. Logs with
        fewer than 20 usable fixes are not judged.

    Notes
    -----
    The datum of a log is declared by its source; this doubts the declaration. In China the shift is 360 m to 550 m.

    Examples
    --------
    A log along a road, written by a phone map:

    >>> from geoenforce.core.gcj02 import wgs84_to_gcj02
    >>> longitude, latitude = wgs84_to_gcj02(116.4, np.linspace(23.5, 23.55, 50))
    >>> fixes = pd.DataFrame({"recorded_at": pd.Timestamp("2026-04-23 08:00", tz="Asia/Shanghai"),
    ...     "longitude": longitude, "latitude": latitude, "device_id": "A", "source_file": "a.csv", "flag": None})
    >>> road = gpd.GeoDataFrame(geometry=[shapely.LineString([(116.4, 23.4), (116.4, 23.6)])], crs=4490)
    >>> gcj02_check(fixes, road)["problem"].to_list()
    ['datum_gcj02_suspected']
    """
    usable = fixes[has_place(fixes) & fixes["flag"].isna()]
    network = _Network(reference)
    rows: list[dict[str, Any]] = []
    keys = [name for name in ("source_file", "device_id") if name in usable]
    for _, log in usable.groupby(keys, dropna=False, sort=True):
        if len(log) < _FEWEST:
            continue
        sample = log.sort_values(["recorded_at", "longitude", "latitude"])
        sample = sample.iloc[np.linspace(0, len(log) - 1, min(len(log), _SAMPLE)).astype(int)]
        longitude, latitude = sample["longitude"].to_numpy(dtype=float), sample["latitude"].to_numpy(dtype=float)
        before = float(np.median(network.distance_m(longitude, latitude)))
        after = float(np.median(network.distance_m(*gcj02_to_wgs84(longitude, latitude))))
        if after <= clearly_better * before and before - after >= least_gain_m:
            rows.append(_issue(log, before, after))
    return issues_table(rows)


def gcj02_ledger_check(
    fixes: pd.DataFrame,
    ledger: pd.DataFrame,
    *,
    reached_m: float = REACHED_M,
    least_gain_m: float = LEAST_NOTED_GAIN_M,
    fewest_places: int = FEWEST_PLACES,
) -> pd.DataFrame:
    """
    Compare where tracks went with the places that the ledger notes for their day and unit, as they are and shifted.

    Parameters
    ----------
    fixes
        Table FIXES as if in WGS 84 or CGCS2000.
    ledger
        Table LEDGER in CGCS2000. Entries without a place say nothing; without any, nothing is suspected.
    reached_m
        A track that comes so near to a place, or nearer, has reached it.
    least_gain_m
        A place speaks for GCJ-02 if the track reaches it only after the inverse shift, and is then at least so
        much nearer.
    fewest_places
        A device is suspected if at least so many places speak for GCJ-02 and none against it, being reached as
        the tracks are and left by the shift. Where that is not so, each of its logs is judged alike.

    Returns
    -------
    issues
        Table ISSUES, a row ``datum_gcj02_suspected`` with both median distances for each device or log suspected.

    Notes
    -----
    An entry whose place is itself in GCJ-02 raises nothing: an honest track moves away from it, not nearer.

    Examples
    --------
    A phone that writes GCJ-02, and two places beside its way:

    >>> from geoenforce.core.gcj02 import wgs84_to_gcj02
    >>> longitude, latitude = wgs84_to_gcj02(116.4, np.linspace(23.5, 23.55, 50))
    >>> times = pd.Timestamp("2026-04-23 08:00", tz="Asia/Shanghai") + pd.to_timedelta(np.arange(50) * 30, unit="s")
    >>> fixes = pd.DataFrame({"recorded_at": times, "longitude": longitude, "latitude": latitude, "device_id": "A",
    ...     "patrol_unit": "一队", "source_file": "a.csv", "flag": None})
    >>> ledger = pd.DataFrame({"on": [pd.Timestamp("2026-04-23")] * 2, "patrol_unit": "一队", "longitude": 116.4,
    ...     "latitude": [23.51, 23.53]})
    >>> gcj02_ledger_check(fixes, ledger)["problem"].to_list()
    ['datum_gcj02_suspected']
    """
    rows: list[dict[str, Any]] = []
    for places in _compared(fixes, ledger):
        gain = places["before"] - places["after"]
        device = places.assign(
            speaks_for=(places["after"] <= reached_m) & (gain >= least_gain_m),
            speaks_against=(places["before"] <= reached_m) & (gain <= -least_gain_m),
        )
        logs = [device] if _is_suspected(device, fewest_places) else [log for _, log in device.groupby("file")]
        suspected = [log for log in logs if _is_suspected(log, fewest_places)]
        rows.extend(_noted_issue(log[log["speaks_for"]]) for log in suspected)
    return issues_table(rows)


def _is_suspected(places: pd.DataFrame, fewest_places: int) -> bool:
    return int(places["speaks_for"].sum()) >= fewest_places and not places["speaks_against"].any()


def _compared(fixes: pd.DataFrame, ledger: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Give for each device how near each of its logs came to each place of the day, before and after the shift."""
    if not {"longitude", "latitude"} <= set(ledger.columns):
        return
    noted = ledger.loc[ledger[["longitude", "latitude"]].notna().all(axis=1)]
    days = fixes["recorded_at"].dt.tz_convert(LOCAL_ZONE).dt.tz_localize(None).dt.normalize()
    usable = has_place(fixes) & fixes["flag"].isna() & days.isin(noted["on"])
    part = fixes[usable].assign(on=days[usable])
    for (unit, device), own in part.groupby(["patrol_unit", "device_id"], sort=True):
        files = own["source_file"].astype("str") if "source_file" in own else pd.Series("", index=own.index)
        found = []
        for (file, on), log in own.groupby([files, "on"], sort=True):
            log = log.sort_values("recorded_at")
            of_the_day = noted[(noted["on"] == on) & (noted["patrol_unit"] == unit)]
            for longitude, latitude in of_the_day[["longitude", "latitude"]].to_numpy(dtype=float):
                before, after = _nearest_m(log, longitude, latitude)
                found.append({"file": file, "device": device, "before": before, "after": after})
        if found:
            yield pd.DataFrame(found)


def _nearest_m(log: pd.DataFrame, longitude: float, latitude: float) -> tuple[float, float]:
    """Measure from a place to the way of a log, as it is and after the inverse shift."""
    x, y = log["longitude"].to_numpy(dtype=float), log["latitude"].to_numpy(dtype=float)
    is_linked = log["recorded_at"].diff().dt.total_seconds().to_numpy()[1:] <= _LINKED_S
    distances = []
    for east, north in ((x, y), gcj02_to_wgs84(x, y)):
        flat = np.column_stack(local_metres(np.append(east, longitude), np.append(north, latitude)))
        way, place = flat[:-1], shapely.Point(flat[-1])
        steps = shapely.linestrings(np.stack([way[:-1], way[1:]], axis=1)[is_linked])
        near = np.concatenate([shapely.distance(steps, place), np.hypot(*(way - flat[-1]).T)])
        distances.append(float(near.min()))
    return distances[0], distances[1]


class _Network:
    """The reference as short pieces in a tree, in degrees squeezed to true proportions."""

    def __init__(self, reference: gpd.GeoDataFrame) -> None:
        shapes = shapely.get_parts(reference.geometry.to_crs(CGCS2000).to_numpy())
        middle = float(np.mean(shapely.total_bounds(shapes)[[1, 3]]))
        self._squeeze = np.array([np.cos(np.radians(middle)), 1.0])
        flat = shapely.transform(shapes, lambda xy: xy * self._squeeze)
        self._pieces = np.concatenate(
            [_pieces(flat[shapely.get_dimensions(flat) > 0]), flat[shapely.get_dimensions(flat) == 0]]
        )
        self._tree = shapely.STRtree(self._pieces)

    def distance_m(self, longitude: Floats, latitude: Floats) -> Floats:
        points = shapely.points(np.column_stack([longitude, latitude]) * self._squeeze)
        nearest = self._tree.nearest(points)
        ends = shapely.get_coordinates(shapely.shortest_line(points, self._pieces[nearest])).reshape(-1, 2, 2)
        ends = ends / self._squeeze
        return distance_m(ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1])


def _pieces(shapes: Any) -> Any:
    """Cut lines and outlines into their edges: long ones make a tree slow."""
    edges = shapely.segmentize(
        np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes), _STRETCH_DEGREES
    )
    xy, owner = shapely.get_coordinates(shapely.get_parts(edges), return_index=True)
    same = np.flatnonzero(np.diff(owner) == 0)
    return shapely.linestrings(np.stack([xy[same], xy[same + 1]], axis=1)) if len(same) else np.zeros(0, dtype=object)


def _issue(log: pd.DataFrame, before: float, after: float) -> dict[str, Any]:
    file = log["source_file"].iloc[0] if "source_file" in log else None
    device = str(log["device_id"].iloc[0])
    said = say("datum_gcj02_suspected", before=f"{before:.0f}", after=f"{after:.0f}")
    return issue("datum_gcj02_suspected", said, file=file if isinstance(file, str) else None, feature=device)


def _noted_issue(log: pd.DataFrame) -> dict[str, Any]:
    files = log["file"].unique()
    before, after = (float(log[name].median()) for name in ("before", "after"))
    said = say("datum_gcj02_by_ledger", count=len(log), before=f"{before:.0f}", after=f"{after:.0f}")
    file = files[0] if len(files) == 1 and files[0] else None
    return issue("datum_gcj02_suspected", said, file=file, feature=str(log["device"].iloc[0]))
