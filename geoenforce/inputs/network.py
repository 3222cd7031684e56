"""Lines and places to compare tracks with: roads, paths, villages."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Unpack

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.core.errors import FormatError
from geoenforce.core.space import CGCS2000, longlat_transform
from geoenforce.inputs.crs import settle_crs
from geoenforce.inputs.deliver import deliver
from geoenforce.inputs.reading import Delivery, ReadOptions, refuse_unknown


def read_network(
    path: str | Path, *, only: Mapping[str, Collection[str]] | None = None, **options: Unpack[ReadOptions]
) -> gpd.GeoDataFrame:
    """
    Read the shapes of a reference network, lines, points or areas; their columns are not needed.

    Parameters
    ----------
    path, options
        As for `geoenforce.read_layer`.
    only
        Of some columns of the file, the values of the rows that are wanted, such as ``{"DLBM": ["1101"]}``.

    Returns
    -------
    network
        Shapes in EPSG:4490, those that are missing or empty left out.

    Raises
    ------
    FormatError
        If the file cannot be read, lacks a column of `only`, or holds no shape that is wanted.
    CrsError
        As for `geoenforce.read_layer`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "roads.gpkg"
    ...     gpd.GeoDataFrame(geometry=[shapely.LineString([(116, 23), (117, 23)])], crs=4490).to_file(path)
    ...     len(read_network(path))
    1
    """
    refuse_unknown(options)
    delivery = deliver(Path(path), options)
    crs, _ = settle_crs(delivery, options.get("crs"), options.get("datum_shift"))
    move = longlat_transform(crs, options.get("datum_shift"))
    wanted = _wanted(delivery, only or {}) & ~shapely.is_missing(delivery.geometry)
    shapes = shapely.force_2d(delivery.geometry[wanted])
    shapes = shapes[~shapely.is_empty(shapes)]
    if not len(shapes):
        which = f" with {dict(only)}" if only else ""
        message = f"{delivery.where} holds no shape{which}; a network of roads, paths or places is expected."
        raise FormatError(message)
    moved = shapely.transform(shapes, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1])))
    return gpd.GeoDataFrame(geometry=moved, crs=CGCS2000)


def _wanted(delivery: Delivery, only: Mapping[str, Collection[str]]) -> npt.NDArray[np.bool_]:
    wanted = np.ones(len(delivery.frame), dtype=bool)
    for column, values in only.items():
        if column not in delivery.frame:
            message = f"{delivery.where} has no column '{column}'; it has {list(delivery.frame.columns)}."
            raise FormatError(message)
        wanted &= delivery.frame[column].astype("str").isin(list(values)).to_numpy(dtype=bool)
    return wanted
