"""
Flat polygons as files: one for each array, mapped into memory, so that only what is looked at is read.

A folder holds them, with ``layout.json`` beside, which says what they are and is written last.
"""

import json
import math
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from geoenforce.core.errors import StoreError
from geoenforce.core.flat import CHUNK, FANOUT, FlatPolygons, tree_of

_FORMAT = 3
_LAYOUT = "layout.json"
#: Of each array: the type of its numbers, and how many stand in a row.
_ARRAYS: dict[str, tuple[str, int]] = {
    "xy": ("<f8", 2),
    "ring": ("<i8", 1),
    "sign": ("<f8", 1),
    "polygon": ("<i8", 1),
    "box": ("<f8", 4),
    "chunk": ("<i8", 1),
    "chunk_box": ("<f8", 4),
    "land_code": ("<i8", 1),
    "counts": ("|b1", 1),
    "tree_box": ("<f8", 4),
}
#: Which arrays hold places in another, and in which.
_PLACES = {"ring": "xy", "polygon": "sign", "chunk": "chunk_box"}


class About(NamedTuple):
    """What a prepared layer is, and what it was made of."""

    kind: str
    effective_from: date | None
    source: str
    source_sha256: str
    is_apart: bool = False  # whether it is known that no two polygons share ground


def write_flat(parts: Iterable[FlatPolygons], folder: Path, about: About) -> Path:
    """
    Write flat polygons, part by part: they may be larger than memory.

    Parameters
    ----------
    parts
        The polygons, neighbours together.
    folder
        Appears when it is whole; what it held before is gone then.
    about
        What they are.

    Raises
    ------
    StoreError
        If the folder cannot be written.

    Examples
    --------
    >>> from shapely import box
    >>> from geoenforce.core.flat import flat_polygons
    >>> about = About("cultivated", None, "dltb.gdb", "0" * 64)
    >>> with TemporaryDirectory() as folder:
    ...     path = write_flat([flat_polygons([box(0, 0, 2, 1)])], Path(folder, "dltb.prepared"), about)
    ...     open_flat(path)[0].box.tolist()
    [[0.0, 0.0, 2.0, 1.0]]
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".unfinished-", dir=folder.parent) as work:
            place = Path(work, folder.name)
            place.mkdir()
            rows = _write_arrays(parts, place)
            layout = {"format": _FORMAT, "chunk": CHUNK, "fanout": FANOUT, "rows": rows, **_said(about)}
            _write_layout(place, layout)
            if folder.exists():
                shutil.rmtree(folder)
            place.rename(folder)
    except OSError as problem:
        message = f"{folder}: the prepared layer cannot be written: {str(problem).rstrip('.')}."
        raise StoreError(message) from None
    return folder


def settle(folder: Path, target: Path, about: About) -> Path:
    """
    Say what polygons are, now that it is known, and bring them to their place.

    Parameters
    ----------
    folder
        As `write_flat` made it, on the same disk as the target.
    target
        Where it goes; what is there is replaced.
    about
        What they are.

    Examples
    --------
    >>> settle(Path("work/1"), Path("dltb.prepared"), about._replace(is_apart=True))  # doctest: +SKIP
    """
    layout = json.loads((folder / _LAYOUT).read_text(encoding="utf-8"))
    try:
        _write_layout(folder, layout | _said(about))
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
    except OSError as problem:
        message = f"{target}: the prepared layer cannot be written: {str(problem).rstrip('.')}."
        raise StoreError(message) from None
    return target


def _said(about: About) -> dict[str, Any]:
    return about._asdict() | {"effective_from": about.effective_from and about.effective_from.isoformat()}


def _write_layout(folder: Path, layout: dict[str, Any]) -> None:
    (folder / _LAYOUT).write_text(json.dumps(layout, ensure_ascii=False, indent=1), encoding="utf-8")


def _write_arrays(parts: Iterable[FlatPolygons], place: Path) -> dict[str, int]:
    """Append the arrays of each part; return how many rows each file has."""
    rows = dict.fromkeys(_ARRAYS, 0)
    boxes = [np.empty((0, 4))]
    files = {name: (place / f"{name}.bin").open("wb") for name in _ARRAYS}
    try:
        for name in _PLACES:
            files[name].write(np.zeros(1, dtype="<i8").tobytes())
        for part in parts:
            before = dict(rows)
            for name, array in part._asdict().items():
                if name in _PLACES:
                    array = array[1:] + before[_PLACES[name]]
                elif name == "tree_box":
                    continue
                files[name].write(np.ascontiguousarray(array, dtype=_ARRAYS[name][0]).data)
                rows[name] += len(array)
            boxes.append(part.box)
        tree = tree_of(np.concatenate(boxes))
        files["tree_box"].write(tree.data)
        rows["tree_box"] = len(tree)
    finally:
        for file in files.values():
            file.close()
    return {name: count + (name in _PLACES) for name, count in rows.items()}


def open_flat(folder: Path) -> tuple[FlatPolygons, About]:
    """
    Map a prepared layer into memory; nothing of it is read yet.

    Raises
    ------
    StoreError
        If the folder is missing, not whole, or of another version.

    Examples
    --------
    >>> open_flat(Path("snapshots/cultivated_2025-01-01.prepared"))  # doctest: +SKIP
    """
    try:
        layout = json.loads((folder / _LAYOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        message = f"{folder} is no prepared layer, or not whole. Make it with `geoenforce prepare`."
        raise StoreError(message) from None
    if (layout.get("format"), layout.get("chunk"), layout.get("fanout")) != (_FORMAT, CHUNK, FANOUT):
        message = f"{folder} was prepared by another version of geoenforce. Make it again with `geoenforce prepare`."
        raise StoreError(message)
    arrays = {name: _mapped(folder / f"{name}.bin", layout["rows"][name], *_ARRAYS[name]) for name in _ARRAYS}
    day = layout["effective_from"]
    about = About(**{name: layout[name] for name in About._fields})
    return FlatPolygons(**arrays), about._replace(effective_from=None if day is None else date.fromisoformat(day))


def layout_of(folder: Path) -> bytes | None:
    """
    Return what tells one prepared layer from another; None where none can be seen.

    Examples
    --------
    >>> layout_of(Path("nowhere.prepared")) is None
    True
    """
    try:
        return (folder / _LAYOUT).read_bytes()
    except OSError:
        return None


def _mapped(path: Path, rows: int, kind: str, width: int) -> Any:
    shape = (rows,) if width == 1 else (rows, width)
    size = math.prod(shape) * np.dtype(kind).itemsize
    if not path.exists() or path.stat().st_size != size:
        message = f"{path}: the prepared layer is damaged. Make it again with `geoenforce prepare`."
        raise StoreError(message)
    if not size:
        return np.empty(shape, dtype=kind)  # an empty file cannot be mapped
    # "c" never changes the file; compiled loops take an array that could be written just like one in memory
    return np.asarray(np.memmap(path, dtype=kind, mode="c", shape=shape))
