"""
Prepare land layers once, so that violations are laid over them in moments, again and again.

Two ways lead to `PreparedLand`, which `areas_by_land_class` takes instead of a table: a *prepared layer*, a folder that
is mapped into memory, so that only the neighbourhood of the violations is read; or, without preparing, that
neighbourhood straight from a GeoParquet snapshot of the store.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Unpack

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq

from geoenforce.core.errors import StoreError, TableError
from geoenforce.core.flat import FlatPolygons, Integers, flat_polygons, part_of, shapes_of
from geoenforce.core.space import to_plane
from geoenforce.inputs.land import read_basic_farmland, read_parcels
from geoenforce.inputs.parts import read_in_parts, tables, together
from geoenforce.inputs.reading import Reading, ReadOptions, refuse_cut_off
from geoenforce.pipeline.apart import mark_if_apart
from geoenforce.store.flat_files import About, open_flat, settle, write_flat
from geoenforce.store.flat_reading import read_flat
from geoenforce.store.snapshot_files import write_snapshot
from geoenforce.store.snapshot_reading import is_snapshot
from geoenforce.violations.kernel.overlaps import cut_apart, overlapping
from geoenforce.violations.prepared import PreparedLand, Version

Kind = Literal["basic_farmland", "cultivated", "parcels"]
#: Told how many rows were done since it was last told, at which step.
Progress = Callable[[str, int], None]

#: The ending of a land snapshot, which is a GeoParquet file.
SNAPSHOT = ".parquet"

_GROUPS_AT_ONCE = 16  # of some four thousand rows
_ROWS_READ = 20_000
_ROWS_AT_ONCE = 50_000
_ROWS_TO_CHANGE = 2_000
_ROUNDS = 3  # of cutting; one is enough but for noise


def _silent(step: str, rows: int) -> None:
    """Tell nobody."""


def prepare_land(
    path: str | Path,
    target: str | Path,
    *,
    kind: Kind,
    effective_from: date | None = None,
    progress: Progress = _silent,
    **options: Unpack[ReadOptions],
) -> Reading:
    """
    Prepare a land layer, whatever its format and however large it is.

    Parameters
    ----------
    path
        The delivery, as for `read_parcels` and `read_basic_farmland`.
    target
        The folder to make, such as ``dltb.prepared``; or a file that ends in ``.parquet``, for a snapshot as the store
        has them, which takes less room, and of which `land_near` reads what is near violations. It is marked if it is
        certain that no two of its polygons share ground.
    kind
        Of cultivated land, parcels whose DLBM says so are kept, or all where there is no DLBM. Of parcels, all are kept
        with their land codes; they also serve as cultivated land.
    effective_from
        The first day the layer is in force; without it, always.
    progress
        Told of the steps.
    options
        As for the readers.

    Returns
    -------
    reading
        What was met on the way: issues, rejected rows, counts; its table is empty.

    Raises
    ------
    GeoenforceError
        If the file cannot be used, or the folder cannot be written.

    Examples
    --------
    >>> prepare_land("DLTB.gdb", "dltb.prepared", kind="cultivated").counts  # doctest: +SKIP
    Counts(read=1964300, accepted=1964211, repaired=80, rejected=9)
    """
    target = Path(target)
    _refuse_delivered(target)
    reader, more = (read_basic_farmland, ()) if kind == "basic_farmland" else (read_parcels, (kind == "cultivated",))
    kept: list[Reading] = []

    def read() -> Iterator[gpd.GeoDataFrame]:
        for table in tables(read_in_parts(reader, path, effective_from, *more, at_once=_ROWS_READ, **options), kept):
            refuse_cut_off(kept[-1], path)
            progress("read", kept[-1].counts.read)
            yield table

    from geoenforce.outputs.run_files import sha256  # brings the maps, which opening a layer does not need

    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".unfinished-", dir=target.parent) as work:
        snapshot = write_snapshot(
            read(), Path(work), kind="cultivated" if kind == "parcels" else kind, effective_from=effective_from,
            source=Path(path).name, source_sha256=sha256(Path(path)),
        )  # fmt: skip
        made = Path(work, snapshot.path)
        if target.suffix == SNAPSHOT:
            _keep_snapshot(made, target, progress)
        else:
            prepare_snapshot(made, target, all_parcels=kind == "parcels", progress=progress)
    return together(kept)


def _refuse_delivered(target: Path) -> None:
    """Refuse to write a snapshot over what may be somebody's only copy."""
    if target.suffix == SNAPSHOT and target.exists() and not is_snapshot(target):
        message = f"{target} is there already, and is no snapshot of geoenforce. Give the snapshot another name."
        raise StoreError(message)


def _keep_snapshot(made: Path, target: Path, progress: Progress) -> None:
    mark_if_apart(made, progress)
    try:
        made.replace(target)
    except OSError as problem:
        message = f"{target}: the snapshot cannot be written: {str(problem).rstrip('.')}."
        raise StoreError(message) from None


def prepare_snapshot(
    path: str | Path, target: str | Path, *, all_parcels: bool = False, progress: Progress = _silent
) -> Path:
    """
    Prepare a land layer that is a GeoParquet snapshot of the store already; one of cultivated land has all parcels.

    Examples
    --------
    >>> prepare_snapshot("store_snapshots/cultivated_always_0f3a….parquet", "dltb.prepared")  # doctest: +SKIP
    """
    path, target = Path(path), Path(target)
    about = read_flat(path, np.empty((0, 4)), all_parcels=all_parcels)[1]
    with TemporaryDirectory(prefix=".unfinished-", dir=target.parent) as work:
        made = write_flat(_of_snapshot(path, progress, all_parcels=all_parcels), Path(work, "0"), about)
        for number in range(1, _ROUNDS + 1):
            pairs = _overlapping(made, progress)
            if not len(pairs) or number == _ROUNDS:
                break
            made = write_flat(_cut(made, pairs), Path(work, str(number)), about)
        return settle(made, target, about._replace(is_apart=not len(pairs)))


def open_prepared(*folders: str | Path, kind: Kind | None = None) -> PreparedLand:
    """
    Open a prepared land layer, or all its versions.

    Parameters
    ----------
    folders
        As `prepare_land` made them.
    kind
        Refuse what is another kind of land; all parcels serve as cultivated land.

    Raises
    ------
    StoreError
        If a folder is no prepared layer.
    TableError
        If versions are of different kinds, or partly without a day.

    Examples
    --------
    >>> cultivated = open_prepared("dltb_2021.prepared", "dltb_2025.prepared")  # doctest: +SKIP
    >>> areas_by_land_class(violations, open_prepared("jbnt.prepared"), cultivated)  # doctest: +SKIP
    """
    opened = {str(folder): open_flat(Path(folder)) for folder in folders}
    _refuse_others({path: about for path, (_, about) in opened.items()}, kind)
    return _together(
        [(about.kind, Version(about.effective_from, flat, about.is_apart)) for flat, about in opened.values()]
    )


def land_near(
    violations: gpd.GeoDataFrame, *snapshots: str | Path, all_parcels: bool = False, kind: Kind | None = None
) -> PreparedLand:
    """
    Read from GeoParquet snapshots of one kind of land, one for each version, what is near violations.

    Only groups of rows that hold something near are read, and their shapes go straight into flat arrays. Of cultivated
    land, `all_parcels` takes all parcels with their codes, for `areas_by_land_code`. Another `kind` is refused.

    Raises
    ------
    StoreError
        If a file is missing, damaged, or no snapshot.
    TableError
        If it is of another kind, or versions do not belong together.

    Examples
    --------
    >>> land_near(violations, "store_snapshots/cultivated_always_0f3a….parquet")  # doctest: +SKIP
    """
    boxes = to_plane(violations).bounds.to_numpy(dtype=float)
    read = {str(snapshot): read_flat(Path(snapshot), boxes, all_parcels=all_parcels) for snapshot in snapshots}
    _refuse_others({path: about for path, (_, about) in read.items()}, kind)
    return _together(
        [(about.kind, Version(about.effective_from, flat, about.is_apart)) for flat, about in read.values()]
    )


def _refuse_others(layers: dict[str, About], kind: Kind | None) -> None:
    fit = {kind, "parcels"} if kind == "cultivated" else {kind}
    others = {path: about.kind for path, about in layers.items() if about.kind not in fit}
    if kind is not None and others:
        message = f"Prepared layers of the kind {kind} are needed, and these are of another: {others}."
        raise TableError(message)


def _together(versions: "list[tuple[str, Version]]") -> PreparedLand:
    kinds = sorted({kind for kind, _ in versions})
    days = [version.effective_from for _, version in versions]
    if len(kinds) != 1 or (None in days and len(days) > 1) or len(set(days)) != len(days):
        named = [f"{kind} from {version.effective_from or 'always'}" for kind, version in versions]
        message = f"These are not the versions of one layer, each with a day of its own: {named}."
        raise TableError(message)
    return PreparedLand(
        tuple(sorted((version for _, version in versions), key=lambda one: one.effective_from or date.min))
    )


def _of_snapshot(path: Path, progress: Progress, *, all_parcels: bool) -> Iterator[FlatPolygons]:
    groups = pq.read_metadata(path).num_row_groups
    for start in range(0, groups, _GROUPS_AT_ONCE):
        flat, _ = read_flat(path, groups=range(start, min(start + _GROUPS_AT_ONCE, groups)), all_parcels=all_parcels)
        progress("flatten", len(flat.box))
        yield flat


def _overlapping(folder: Path, progress: Progress) -> Integers:
    """Find the pairs that share ground; the files are mapped anew for each part, which lets go of the last one."""
    pairs = [np.empty((0, 2), dtype=np.int64)]
    rows = len(open_flat(folder)[0].box)
    for start in range(0, rows, _ROWS_AT_ONCE):
        end = min(start + _ROWS_AT_ONCE, rows)
        pairs.append(overlapping(open_flat(folder)[0], (start, end)))
        progress("overlaps", end - start)
    return np.concatenate(pairs)


def _cut(folder: Path, pairs: Integers) -> Iterator[FlatPolygons]:
    """Take from the later polygon of each pair what the earlier one covers, and leave all others as they are."""
    flat, _ = open_flat(folder)
    rows = len(flat.box)
    both, places = np.unique(pairs, return_inverse=True)
    cut = dict(zip(both.tolist(), cut_apart(shapes_of(flat, both), places.reshape(pairs.shape)), strict=True))
    changed = np.unique(pairs[:, 1])
    for start in range(0, rows, _ROWS_TO_CHANGE):
        flat, _ = open_flat(folder)  # mapped anew, which lets go of what was read
        span = start, min(start + _ROWS_TO_CHANGE, rows)
        few = changed[slice(*np.searchsorted(changed, span))]
        part = part_of(flat, span)
        if len(few):
            shapes = shapes_of(flat, range(*span))
            shapes[few - start] = np.array([cut[one] for one in few.tolist()] + [None], dtype=object)[:-1]
            part = flat_polygons(shapes)._replace(land_code=part.land_code, counts=part.counts)
        yield part
