"""
Tables on their way to another process.

Polygons without holes travel as arrays of corners, which takes a quarter of the time of WKB and, on this side, makes no
Python objects: tens of thousands of them would call Python's collector of garbage, which then looks through everything.
All other shapes travel as WKB: not everything that GEOS can hold comes back from arrays.
"""

import io
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from geopandas.array import GeometryArray, from_shapely

_CORNERS = 4  # of a ring, the first one again at its end; a ring of fewer would come back changed
_FLAT = 2  # dimensions

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Packed:
    """Something ready to be sent: what it is made of, and its arrays beside, which nobody needs to copy on the way."""

    head: bytes
    arrays: tuple[Bytes, ...]


def packed(thing: Any) -> Packed:
    """
    Pack anything that can be pickled.

    Examples
    --------
    >>> import geopandas as gpd
    >>> corner = gpd.GeoSeries([shapely.box(0, 0, 2, 1)], crs=4490)
    >>> unpacked(packed(corner)).geom_equals_exact(corner, tolerance=0).all()
    np.True_
    """
    arrays: list[Bytes] = []
    head = io.BytesIO()
    keep = lambda buffer: arrays.append(np.frombuffer(buffer.raw(), dtype=np.uint8))  # noqa: E731
    _Packer(head, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=keep).dump(thing)
    return Packed(head.getvalue(), tuple(arrays))


def unpacked(parcel: Packed) -> Any:
    """
    Unpack what was packed: the same to the bit.

    Examples
    --------
    >>> unpacked(packed({"found": np.array([1.5, 2.5])}))
    {'found': array([1.5, 2.5])}
    """
    # Copies, since what came over the network may be read only or lie askew: compiled loops would be compiled anew.
    return pickle.loads(parcel.head, buffers=[bytearray(one) for one in parcel.arrays])


class _Packer(pickle.Pickler):
    def reducer_override(self, thing: Any) -> Any:
        if not isinstance(thing, GeometryArray):
            return NotImplemented
        shapes = np.asarray(thing)
        corners = shapely.get_num_coordinates(shapes)
        is_plain = (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON) & (corners >= _CORNERS)
        is_plain &= (shapely.get_coordinate_dimension(shapes) == _FLAT) & (shapely.get_num_interior_rings(shapes) == 0)
        if not is_plain.any():
            return NotImplemented
        plain = shapely.get_coordinates(shapes[is_plain]), corners[is_plain]
        return _shapes, (thing.crs, is_plain, shapely.to_wkb(shapes[~is_plain]), *plain)


def _shapes(crs: Any, is_plain: Any, others: Any, xy: Any, corners: Any) -> GeometryArray:
    shapes = np.empty(len(is_plain), dtype=object)
    shapes[~is_plain] = shapely.from_wkb(others)
    rings = np.concatenate([[0], np.cumsum(corners)])
    shapes[is_plain] = shapely.from_ragged_array(shapely.GeometryType.POLYGON, xy, (rings, np.arange(len(rings))))
    return from_shapely(shapes, crs=crs)
