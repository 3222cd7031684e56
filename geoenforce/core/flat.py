"""
Polygons as flat arrays in the equal-area plane: what compiled loops read, and what a file can hold as it is.

The arrays may be in memory or mapped from a file; only what is touched is then read.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.core.errors import TableError, some
from geoenforce.core.flat_loops import chunk_boxes, copy_rings, count_chunks, count_rings, describe_rings, group_boxes
from geoenforce.core.shares import Span, for_each, in_shares
from geoenforce.core.slabs import Slabs

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Edges of a ring that share a box: a river of ten thousand vertices costs what its nearby edges cost.
CHUNK = 32
#: Polygons that share a box, and boxes that share a box, up to the one that holds all.
FANOUT = 16

_ISO_POLYGONS = "polygons or multipolygons without Z and M, in little-endian ISO WKB"


class FlatPolygons(NamedTuple):
    """
    Polygons and multipolygons, each a run of rings, each a run of vertices.

    All boxes are west, south, east, north. `sign` is +1 for a ring whose ground lies to the left of its edges, else -1.
    """

    xy: Floats  # (vertices, 2); a ring ends where it began
    ring: Integers  # the first vertex of each ring, and the end of the last
    sign: Floats  # of each ring
    polygon: Integers  # the first ring of each polygon, and the end of the last
    box: Floats  # of each polygon; without ground: nowhere
    chunk: Integers  # the first chunk of each ring, and the end of the last
    chunk_box: Floats  # of every CHUNK edges of a ring
    land_code: Integers  # of each polygon, as `core.land_codes.packed` makes it; 0 where there is none
    counts: npt.NDArray[np.bool_]  # of each polygon, whether it is the kind of land that is looked for
    tree_box: Floats  # of every FANOUT polygons, then of every FANOUT of these boxes, and so on up to a single one


class Rings(NamedTuple):
    """Rings as they come, before anything is known of them; the arrays are as those of `FlatPolygons`."""

    xy: Floats
    ring: Integers
    is_hole: npt.NDArray[np.bool_]
    polygon: Integers


def flat_polygons(geometry: Any, threads: int | None = 1) -> FlatPolygons:
    """
    Make flat arrays of valid polygons in the equal-area plane.

    Parameters
    ----------
    geometry
        An array of polygons and multipolygons; empty ones and None have no ground.
    threads
        How many to use; None: one for each processor.

    Raises
    ------
    TableError
        If something else is among them.

    Examples
    --------
    >>> flat = flat_polygons([shapely.box(0, 0, 2, 1), shapely.box(5, 5, 6, 6)])
    >>> flat.box.tolist(), len(flat.xy), flat.sign.tolist()
    ([[0.0, 0.0, 2.0, 1.0], [5.0, 5.0, 6.0, 6.0]], 10, [1.0, 1.0])
    """
    return indexed(rings_of(geometry), threads)


def rings_of(geometry: Any) -> Rings:
    """
    Take the rings out of polygons and multipolygons; empty ones and None have none.

    Raises
    ------
    TableError
        If something else is among them.

    Examples
    --------
    >>> rings_of([shapely.box(0, 0, 2, 1), None, shapely.box(5, 5, 6, 6)]).polygon.tolist()
    [0, 1, 1, 2]
    """
    shapes = np.asarray(geometry, dtype=object)
    return _rings_of_plain(shapes) or _rings_of_any(shapes)


def _rings_of_plain(shapes: Any) -> Rings | None:
    """Take the only ring of each polygon, in a sixth of the time that it takes by WKB; None where there are others."""
    vertices = shapely.get_num_coordinates(shapes)
    is_plain = (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON) & (
        shapely.get_num_interior_rings(shapes) == 0
    )
    if not (is_plain | shapely.is_missing(shapes)).all():
        return None
    has_ring = vertices > 0
    ring = starts(vertices[has_ring])
    return Rings(shapely.get_coordinates(shapes), ring, np.zeros(len(ring) - 1, dtype=np.bool_), starts(has_ring))


def _rings_of_any(shapes: Any) -> Rings:
    bodies = shapely.to_wkb(shapes, output_dimension=2, byte_order=1, flavor="iso")
    sizes = np.fromiter((len(body or b"") for body in bodies), dtype=np.int64, count=len(bodies))
    data = np.frombuffer(b"".join(body or b"" for body in bodies), dtype=np.uint8)
    return rings_of_wkb(data, np.concatenate([[0], np.cumsum(sizes)]), np.arange(len(shapes)))


def rings_of_wkb(data: npt.NDArray[np.uint8], start: Any, rows: Any, slabs: Slabs | None = None) -> Rings:
    """
    Take the rings out of shapes in WKB, without a geometry object for any of them.

    Parameters
    ----------
    data
        The bytes of all shapes, one after another.
    start
        Where each begins, and where the last one ends; an empty one has no bytes.
    rows
        Which of them to take, in this order.
    slabs
        Where the coordinates go; by default into an array of their own.

    Raises
    ------
    TableError
        If one is no polygon or multipolygon.

    Examples
    --------
    >>> body = shapely.box(0, 0, 2, 1).wkb
    >>> rings_of_wkb(np.frombuffer(body, dtype=np.uint8), [0, len(body)], [0]).ring.tolist()
    [0, 5]
    """
    data, start, rows = _read_only(data), np.asarray(start, dtype=np.int64), np.asarray(rows, dtype=np.int64)
    rings, vertices = count_rings(data, start, rows)
    if (rings < 0).any():
        message = f"The shapes at {some(rows[rings < 0].tolist())} are not {_ISO_POLYGONS}."
        raise TableError(message)
    polygon, vertex = starts(rings), starts(vertices)
    xy = np.empty((vertex[-1], 2)) if slabs is None else slabs.take(int(vertex[-1]))
    ring, is_hole = np.zeros(polygon[-1] + 1, dtype=np.int64), np.zeros(polygon[-1], dtype=np.bool_)
    copy_rings(data, start[rows], (polygon, vertex), (ring, is_hole, xy.reshape(-1).view(np.uint8)))
    return Rings(xy, ring, is_hole, polygon)


def joined(parts: list[Rings], threads: int = 1) -> Rings:
    """
    Put rings behind one another; the list is emptied on the way, so that memory holds nearly all of them only once.

    Examples
    --------
    >>> square = Rings(shapely.get_coordinates(shapely.box(0, 0, 1, 1)), np.array([0, 5]), np.array([False]),
    ...                np.array([0, 1]))
    >>> joined([square, square]).ring.tolist()
    [0, 5, 10]
    """
    nothing = np.zeros(1, dtype=np.int64)
    vertices, rings = starts([len(one.xy) for one in parts]), starts([len(one.is_hole) for one in parts])
    ring = np.concatenate([nothing, *(one.ring[1:] + first for one, first in zip(parts, vertices, strict=False))])
    polygon = np.concatenate([nothing, *(one.polygon[1:] + first for one, first in zip(parts, rings, strict=False))])
    is_hole = np.concatenate([np.empty(0, dtype=np.bool_), *(one.is_hole for one in parts)])
    coordinates: list[Floats | None] = [one.xy for one in parts]
    parts.clear()
    xy = np.empty((vertices[-1], 2))

    def move(part: int) -> None:
        xy[vertices[part] : vertices[part + 1]] = coordinates[part]
        coordinates[part] = None

    for_each(move, range(len(coordinates)), threads)
    return Rings(xy, ring, is_hole, polygon)


def indexed(rings: Rings, threads: int | None = 1) -> FlatPolygons:
    """
    Add to rings what makes them quick to search: signs, boxes of chunks and polygons, and the tree over these.

    Several threads may work on it; None: one for each processor.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])  # clockwise
    >>> indexed(Rings(square, np.array([0, 5]), np.array([False]), np.array([0, 1]))).sign.tolist()
    [-1.0]
    """
    xy, ring, is_hole, polygon = rings
    chunk = starts(count_chunks(ring, CHUNK))
    sign, box, chunk_box = np.empty(len(is_hole)), np.empty((len(polygon) - 1, 4)), np.empty((chunk[-1], 4))

    def describe(span: Span) -> None:
        few = polygon[span[0] : span[1] + 1]
        describe_rings(xy, ring, is_hole, few, (sign, box[slice(*span)]))
        ends = slice(few[0], few[-1] + 1)
        chunk_boxes(xy, ring[ends], chunk[ends], CHUNK, chunk_box)

    in_shares(describe, len(box), threads)
    return FlatPolygons(
        xy, ring, sign, polygon, box, chunk, chunk_box, np.zeros(len(box), dtype=np.int64),
        np.ones(len(box), dtype=np.bool_), tree_of(box),
    )  # fmt: skip


def tree_of(box: Floats) -> Floats:
    """
    Return the boxes around every few boxes, around every few of those, and so on; the last one holds all.

    Examples
    --------
    >>> tree_of(np.array([[0.0, 0.0, 1.0, 1.0], [5.0, 0.0, 6.0, 1.0]])).tolist()
    [[0.0, 0.0, 6.0, 1.0]]
    """
    levels = [group_boxes(box, FANOUT)]
    while len(levels[-1]) > 1:
        levels.append(group_boxes(levels[-1], FANOUT))
    return np.concatenate(levels)


def part_of(flat: FlatPolygons, span: tuple[int, int]) -> FlatPolygons:
    """
    Return the polygons from a first one up to, without it, a last.

    Examples
    --------
    >>> part_of(flat_polygons([shapely.box(0, 0, 2, 1), shapely.box(5, 5, 6, 6)]), (1, 2)).xy[0].tolist()
    [6.0, 5.0]
    """
    rings = slice(flat.polygon[span[0]], flat.polygon[span[1]])
    ends = slice(rings.start, rings.stop + 1)
    ring, chunk, box = flat.ring[ends], flat.chunk[ends], flat.box[slice(*span)]
    polygon = flat.polygon[span[0] : span[1] + 1] - rings.start
    return FlatPolygons(
        flat.xy[ring[0] : ring[-1]], ring - ring[0], flat.sign[rings], polygon, box,
        chunk - chunk[0], flat.chunk_box[chunk[0] : chunk[-1]],
        flat.land_code[slice(*span)], flat.counts[slice(*span)], tree_of(box),
    )  # fmt: skip


def shapes_of(flat: FlatPolygons, polygons: Any) -> npt.NDArray[np.object_]:
    """
    Make geometries again of some polygons.

    Examples
    --------
    >>> ring = shapely.box(0, 0, 9, 9) - shapely.box(2, 2, 4, 4)
    >>> [again] = shapes_of(flat_polygons([ring]), [0])
    >>> again.equals(ring)
    True
    """
    shapes = [_shape(flat, int(polygon)) for polygon in polygons]
    return np.array([*shapes, None], dtype=object)[:-1]


def _shape(flat: FlatPolygons, polygon: int) -> Any:
    parts: list[list[Any]] = []
    for ring in range(flat.polygon[polygon], flat.polygon[polygon + 1]):
        line = shapely.linearrings(flat.xy[flat.ring[ring] : flat.ring[ring + 1]])
        if shapely.is_ccw(line) == (flat.sign[ring] > 0):  # its ground is inside
            parts.append([line])
        else:
            parts[-1].append(line)
    whole = [shapely.Polygon(outer, inner) for outer, *inner in parts]
    return whole[0] if len(whole) == 1 else shapely.MultiPolygon(whole)


def starts(counts: Any) -> Integers:
    """
    Return where runs of so many things begin, one behind another, and where the last one ends.

    Examples
    --------
    >>> starts([2, 3]).tolist()
    [0, 2, 5]
    """
    begin = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=begin[1:])
    return begin


def _read_only(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a view that cannot be written: what comes from Arrow is so, and one kind of array is compiled for."""
    view = data.view()
    view.flags.writeable = False
    return view
