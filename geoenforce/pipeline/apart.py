"""Find out once whether the polygons of a snapshot share ground, so that no overlay has to look again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from geoenforce.core.flat import FlatPolygons, Floats, Integers, flat_polygons, tree_of
from geoenforce.core.flat_selection import followed, selected
from geoenforce.core.shares import Span, in_shares
from geoenforce.store.apart_mark import mark_apart
from geoenforce.store.flat_reading import read_flat
from geoenforce.store.snapshot_reading import opened
from geoenforce.store.spatial_sort import boxes_of
from geoenforce.violations.kernel.overlaps import are_surely_apart
from geoenforce.violations.kernel.search import search

_GROUPS_AT_ONCE = 16  # of some four thousand rows
_MOST_VERTICES = 20_000_000  # held for later rows, which takes some 500 MB


def mark_if_apart(path: Path, progress: Callable[[str, int], None] = lambda _step, _rows: None) -> bool:
    """
    Look through a snapshot, and mark it if it is certain that no two of its polygons share ground.

    Parameters
    ----------
    path
        A snapshot that nobody reads yet and whose hash nobody has noted: the mark changes the file.
    progress
        Told of the step "overlaps", and how many rows were looked at since it was last told.

    Returns
    -------
    is_apart
        False where some share ground, and also where that would take too much memory to find out: then each overlay
        looks for itself.

    Raises
    ------
    StoreError
        If it is no snapshot.

    Examples
    --------
    >>> mark_if_apart(Path("work/cultivated_always_0f3a….parquet"))  # doctest: +SKIP
    True
    """
    is_apart = _is_apart(path, progress)
    if is_apart:
        mark_apart(path)
    return is_apart


def _is_apart(path: Path, progress: Callable[[str, int], None]) -> bool:
    """
    Go through the file once, and hold each polygon until the last one was there whose box meets its own.

    Rows lie along a curve that fills the plane, so that what is held is mostly the border of what was seen.
    """
    boxes, starts, all_parcels = _boxes(path)
    every = flat_polygons([])._replace(box=boxes, tree_box=tree_of(boxes))
    held, until = flat_polygons([]), np.empty(0, dtype=np.int64)
    for first in range(0, len(starts) - 1, _GROUPS_AT_ONCE):
        end = min(first + _GROUPS_AT_ONCE, len(starts) - 1)
        part, _ = read_flat(path, groups=range(first, end), all_parcels=all_parcels)
        layer = followed(held, part)
        if not are_surely_apart(layer, len(held.box)):
            return False
        until = np.concatenate([until, _last_met(part.box, every)])
        still = np.flatnonzero(until >= starts[end])
        held, until = selected(layer, still), until[still]
        if len(held.xy) > _MOST_VERTICES:
            return False
        progress("overlaps", int(starts[end] - starts[first]))
    return True


def _boxes(path: Path) -> tuple[Floats, Integers, bool]:
    """Return the boxes of a snapshot's rows, where each group of rows begins, and whether it has land codes."""
    with opened(path) as file:
        metadata, names = file.metadata, file.schema_arrow.names
        sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        starts = np.cumsum([0, *sizes])
        boxes = np.empty((starts[-1], 4))
        for group, first in enumerate(starts[:-1]):
            boxes[first : starts[group + 1]] = boxes_of(file.read_row_group(group, ["bbox"]))
    return boxes, starts, "land_code" in names


def _last_met(boxes: Floats, every: FlatPolygons) -> Integers:
    """Return the last row whose box shares ground with each box; -1 where there is none."""

    def work(span: Span) -> Integers:
        start, near = search(boxes, every, span)
        last = np.maximum.reduceat(np.append(near, -1), start[:-1]) if len(start) > 1 else near
        return np.where(np.diff(start) > 0, last, -1)

    return np.concatenate(in_shares(work, len(boxes)))
