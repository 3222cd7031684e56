"""
Land snapshots at size: millions of parcels through the readers into a sorted snapshot, and back by place.

    python -m benchmarks.snapshots                      # 2 M parcels
    python -m benchmarks.snapshots --tiles 1            # a tenth of them
    python -m benchmarks.snapshots --write              # puts the table into README.md

The layer is the benchmark county (200 000 parcels), set side by side as often as asked for. Each job runs in a
process of its own; time is without imports, memory is the most that the process held, libraries included.
"""

import argparse
import io
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from benchmarks.generator import Size, build_county
from benchmarks.measure import _forget_peak, _peak_mb

HERE = Path(__file__).parent
PER_TILE = 200_000
_BEGIN, _END = "<!-- snapshots: begin -->", "<!-- snapshots: end -->"
_FIVE_KM_M = 5_000.0


def write_delivery(tiles: int, path: Path) -> int:
    """Set the county side by side in one file, as it would be delivered; return how many parcels it has."""
    county = build_county(Size(PER_TILE)).parcels
    width, height = np.subtract(county.total_bounds[2:], county.total_bounds[:2])
    writer: Any = None
    for number in range(tiles):
        shift = np.array([number % 4 * width, number // 4 * height])
        moved = county.set_geometry(shapely.transform(county.geometry.to_numpy(), lambda xy, by=shift: xy + by))
        moved = moved.set_crs(county.crs).assign(TBBH=[f"{number}-{one}" for one in county["TBBH"]])
        table = _as_arrow(moved)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="lz4")
        writer.write_table(table, row_group_size=65_536)
    writer.close()
    return tiles * len(county)


def _as_arrow(layer: gpd.GeoDataFrame) -> pa.Table:
    written = io.BytesIO()
    layer.to_parquet(written, index=False)
    table = pq.read_table(written)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"].pop("bbox")  # it would be that of the first tile
    return table.replace_schema_metadata({"geo": json.dumps(geo)})


def read_plainly(delivery: Path, _: Path) -> dict[str, Any]:
    """Read the delivery into memory with geopandas: what everything else is held against."""
    return {"rows": len(gpd.read_parquet(delivery))}


def read_at_the_door(delivery: Path, _: Path) -> dict[str, Any]:
    """Read the delivery in parts, with all checks, and let each part go."""
    from geoenforce.inputs.parts import read_in_parts, read_parcels

    return {"rows": sum(len(one.table) for one in read_in_parts(read_parcels, delivery, date(2025, 1, 1)))}


def ingest(delivery: Path, folder: Path) -> dict[str, Any]:
    """Go from the delivery to the snapshot."""
    from geoenforce.inputs.parts import read_in_parts, read_parcels, tables, together

    kept: list[Any] = []
    snapshot = _write(tables(read_in_parts(read_parcels, delivery, date(2025, 1, 1)), kept), folder)
    return {"rows": snapshot.rows, "path": snapshot.path, "counts": str(together(kept).counts)}


def sort_again(_: Path, folder: Path) -> dict[str, Any]:
    """Write a snapshot of a snapshot: sorting alone, without the checks of the door."""
    from geoenforce.core.tables import LAND
    from geoenforce.store.snapshots import read_snapshot

    path = _snapshot(folder)
    groups = pq.read_metadata(path).num_row_groups

    def parts() -> Iterator[gpd.GeoDataFrame]:
        with pq.ParquetFile(path) as file:
            empty = read_snapshot(path, boxes=np.empty((0, 4)))
            for start in range(0, groups, 12):
                few = file.read_row_groups(range(start, min(start + 12, groups)), [*LAND.names, "geometry"])
                frame = (
                    few.drop_columns("geometry")
                    .to_pandas(date_as_object=False)
                    .astype(empty.drop(columns="geometry").dtypes.to_dict())
                )
                shapes = shapely.from_wkb(few["geometry"].to_numpy())
                yield gpd.GeoDataFrame(frame, geometry=shapes, crs=empty.crs)

    return {"rows": _write(parts(), folder / "again").rows}


def read_snapshot_whole(_: Path, folder: Path) -> dict[str, Any]:
    """Read all of the snapshot."""
    from geoenforce.store.snapshots import read_snapshot

    return {"rows": len(read_snapshot(_snapshot(folder)))}


def read_a_place(_: Path, folder: Path) -> dict[str, Any]:
    """Read a square of 5 km from the middle."""
    from geoenforce.store.snapshots import read_snapshot

    path = _snapshot(folder)
    west, south, east, north = json.loads(pq.read_metadata(path).metadata[b"geo"])["columns"]["geometry"]["bbox"]
    x, y, half = (west + east) / 2, (south + north) / 2, _FIVE_KM_M / 2
    return {"rows": len(read_snapshot(path, box=(x - half, y - half, x + half, y + half)))}


JOBS = {
    "geopandas.read_parquet of the delivery": read_plainly,
    "`read_in_parts`: the checks at the door": read_at_the_door,
    "`read_in_parts` and `write_snapshot`: the whole ingest": ingest,
    "`write_snapshot` alone, from a snapshot": sort_again,
    "`read_snapshot`, whole": read_snapshot_whole,
    "`read_snapshot`, a square of 5 km": read_a_place,
}


def _write(parts: Iterator[gpd.GeoDataFrame], folder: Path) -> Any:
    from geoenforce.store.snapshots import write_snapshot

    return write_snapshot(
        parts, folder, kind="cultivated", effective_from=date(2025, 1, 1), source="parcels", source_sha256="0" * 64
    )


def _snapshot(folder: Path) -> Path:
    return next(folder.glob("cultivated_*.parquet"))


def measure(job: str, delivery: Path, folder: Path) -> dict[str, Any]:
    """Do one job in this process."""
    import geoenforce.inputs.parts
    import geoenforce.store.snapshots  # noqa: F401  imports are not counted

    _forget_peak()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    done = JOBS[job](delivery, folder)
    taken = {"wall_s": time.perf_counter() - wall_s, "cpu_s": time.process_time() - cpu_s}
    return {**done, **taken, "peak_mb": _peak_mb()}


def report(rows: int, size: str, taken: dict[str, dict[str, Any]]) -> str:
    """Write the table."""
    first = next(iter(taken.values()))
    lines = [
        f"{rows:,} parcels{size}.",
        "",
        "| | rows | wall s | CPU s | CPU, of plain reading | peak MB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for job, one in taken.items():
        lines.append(
            f"| {job} | {one['rows']:,} | {one['wall_s']:.2f} | {one['cpu_s']:.2f} "
            f"| {one['cpu_s'] / first['cpu_s']:.2f} | {one['peak_mb']:,.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=10)
    parser.add_argument("--folder", type=Path, default=HERE / "data" / "snapshots")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--job", choices=[*JOBS])
    arguments = parser.parse_args()
    delivery, folder = arguments.folder / f"parcels_{arguments.tiles}.parquet", arguments.folder / "snapshots"
    if arguments.job:
        print(json.dumps(measure(arguments.job, delivery, folder)))
        return
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if not delivery.exists():
        write_delivery(arguments.tiles, delivery)
    shutil.rmtree(folder, ignore_errors=True)
    taken = {job: _apart(job, arguments.tiles, arguments.folder) for job in JOBS}
    sizes = [path.stat().st_size / 1e6 for path in (delivery, _snapshot(folder))]
    size = f"; the delivery has {sizes[0]:,.0f} MB, the snapshot {sizes[1]:,.0f} MB"
    text = report(pq.read_metadata(delivery).num_rows, size, taken)
    print(text)
    if arguments.write:
        page = HERE / "README.md"
        before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
        page.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


def _apart(job: str, tiles: int, folder: Path) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.snapshots",
        "--job",
        job,
        "--tiles",
        str(tiles),
        "--folder",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
