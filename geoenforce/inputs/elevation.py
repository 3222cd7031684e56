"""Heights of the ground from a raster file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt
import rasterio
import rasterio.errors

from geoenforce.core.errors import CrsError, FormatError


@dataclass(frozen=True)
class Raster:
    """A raster's values with the way to place them: x = a·column + b·row + c, y = d·column + e·row + f."""

    values: npt.NDArray[Any]  # metres, rows from north to south; NaN where nothing is known
    transform: tuple[float, float, float, float, float, float]
    crs: str


def read_elevation(path: Path) -> Raster:
    """
    Read the first band of a raster file.

    Parameters
    ----------
    path
        GeoTIFF or any other format of GDAL.

    Raises
    ------
    FormatError
        If the file is no raster.
    CrsError
        If it names no coordinate system.

    Examples
    --------
    >>> read_elevation(Path("no_such.tif"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    geoenforce.core.errors.FormatError: no_such.tif: cannot be read as a raster...
    """
    try:
        with rasterio.open(path) as raster:
            if raster.crs is None:
                message = f"{path}: names no coordinate system. Set it in QGIS (Assign Projection) and save it again."
                raise CrsError(message)
            values = raster.read(1, masked=True).astype("float64").filled(float("nan"))
            a, b, c, d, e, f = raster.transform[:6]
            return Raster(values, (a, b, c, d, e, f), raster.crs.to_wkt())
    except rasterio.errors.RasterioIOError as problem:
        message = f"{path}: cannot be read as a raster ({problem}). Give a GeoTIFF of heights in metres."
        raise FormatError(message) from None
