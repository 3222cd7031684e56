"""Whether a log that claims WGS 84 is really in GCJ-02."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.gcj02 import gcj02_to_wgs84
from geoenforce.core.space import CGCS2000
from geoenforce.core.tables import issues_table
from geoenforce.core.terms import Action
from geoenforce.patrols.distance import Floats, distance_m
from geoenforce.patrols.logs import has_place

#: A log fits clearly better if the shift at least halves its distance and gains so many metres.
CLEARLY_BETTER, LEAST_GAIN_M = 0.5, 25.0

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
    Source: `DESIGN.md` decision 9. In China the shift is 360 m to 550 m.

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
    return {
        "file": file if isinstance(file, str) else None,
        "feature": str(log["device_id"].iloc[0]),
        "problem": "datum_gcj02_suspected",
        "detail": f"Half of its fixes lie within {before:.0f} m of the reference network as they are, and within "
        f'{after:.0f} m after the inverse GCJ-02 shift. If the log is in GCJ-02, declare datum = "GCJ-02" for it.',
        "action": Action.NOTED.value,
    }
