"""Lines and places to compare tracks with: roads, paths, villages."""

from pathlib import Path
from typing import Unpack

import geopandas as gpd
import numpy as np
import shapely

from geoenforce.core.errors import FormatError
from geoenforce.core.space import CGCS2000, longlat_transform
from geoenforce.inputs.crs import settle_crs
from geoenforce.inputs.deliver import deliver
from geoenforce.inputs.reading import ReadOptions, refuse_unknown


def read_network(path: str | Path, **options: Unpack[ReadOptions]) -> gpd.GeoDataFrame:
    """
    Read the shapes of a reference network, lines or points; their columns are not needed.

    Parameters
    ----------
    path, options
        As for `geoenforce.read_layer`.

    Returns
    -------
    network
        Shapes in EPSG:4490, those that are missing or empty left out.

    Raises
    ------
    FormatError
        If the file cannot be read or holds no shape.
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
    shapes = shapely.force_2d(delivery.geometry[~shapely.is_missing(delivery.geometry)])
    shapes = shapes[~shapely.is_empty(shapes)]
    if not len(shapes):
        message = f"{delivery.where} holds no shape; a network of roads, paths or places is expected."
        raise FormatError(message)
    moved = shapely.transform(shapes, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1])))
    return gpd.GeoDataFrame(geometry=moved, crs=CGCS2000)
