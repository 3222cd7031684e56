"""
Land snapshots at size: millions of parcels through the readers into a sorted snapshot, and back by place.

    python -m benchmarks.snapshots                      # 2 M parcels
    python -m benchmarks.snapshots --tiles 1            # a tenth of them
    python -m benchmarks.snapshots --tiles 50           # 10 M: a province; 30 GB of disk
    python -m benchmarks.snapshots --tiles 50 --write   # and puts all that was measured so far into README.md

The layer is the benchmark county (200 000 parcels), set side by side as often as asked for. Each job runs in a
process of its own; time is without imports, memory is the most that the process held, libraries included. What was
measured last is kept beside the layer, by size; `--only` measures some jobs again.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import shapely

from benchmarks.clock import Clock
from benchmarks.generator import Size, build_county
from benchmarks.tiles import write_tiles

HERE = Path(__file__).parent
PER_TILE = 200_000
_BEGIN, _END = "<!-- snapshots: begin -->", "<!-- snapshots: end -->"
_FIVE_KM_M = 5_000.0
_AT_ONCE = 50_000  # rows of a part


def write_delivery(tiles: int, path: Path) -> int:
    """Set the county side by side in one file, as it would be delivered; return how many parcels it has."""
    county = build_county(Size(PER_TILE)).parcels
    write_tiles(county, tiles, path, county.total_bounds, ["TBBH"])
    return tiles * len(county)


def read_plainly(delivery: Path, _: Path) -> dict[str, Any]:
    """Read the delivery into memory with geopandas: what everything else is held against."""
    return {"rows": len(gpd.read_parquet(delivery))}


def read_plainly_in_parts(delivery: Path, _: Path) -> dict[str, Any]:
    """Read the delivery part by part with pyarrow and shapely, and let each part go."""
    rows = 0
    with pq.ParquetFile(delivery, pre_buffer=False) as source:
        for batch in source.iter_batches(batch_size=_AT_ONCE):
            frame = batch.drop_columns(["geometry"]).to_pandas()
            rows += len(
                gpd.GeoDataFrame(frame, geometry=shapely.from_wkb(batch["geometry"].to_numpy(zero_copy_only=False)))
            )
    return {"rows": rows}


def read_at_the_door(delivery: Path, _: Path) -> dict[str, Any]:
    """Read the delivery in parts, with all checks, and let each part go."""
    from geoenforce.inputs.parts import read_in_parts, read_parcels

    return {"rows": sum(len(one.table) for one in read_in_parts(read_parcels, delivery, date(2025, 1, 1)))}


def ingest(delivery: Path, folder: Path) -> dict[str, Any]:
    """Go from the delivery to a snapshot that says whether its polygons are apart."""
    return _prepare(delivery, folder / "cultivated_2025-01-01.parquet", "overlaps")


def prepare(delivery: Path, folder: Path) -> dict[str, Any]:
    """Go from the delivery to a layer that is mapped into memory."""
    target = folder / "parcels.prepared"
    done = _prepare(delivery, target, "flatten")
    shutil.rmtree(target)
    return done


def _prepare(delivery: Path, target: Path, second: str) -> dict[str, Any]:
    """Do what `geoenforce prepare` does; tell also what it took until its second step."""
    from geoenforce.pipeline.prepared import prepare_land

    clock, until_snapshot = Clock(), {}

    def told(step: str, _: int) -> None:
        if step == second and not until_snapshot:
            until_snapshot.update(clock.taken())

    reading = prepare_land(delivery, target, kind="cultivated", effective_from=date(2025, 1, 1), progress=told)
    return {"rows": reading.counts.read, "first": until_snapshot}


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


PLAIN = "plain reading, part by part"
JOBS = {
    PLAIN: read_plainly_in_parts,
    "geopandas.read_parquet of the delivery": read_plainly,
    "`read_in_parts`: the checks at the door": read_at_the_door,
    "`geoenforce prepare -o ….parquet`: the whole ingest": ingest,
    "`geoenforce prepare -o ….prepared`": prepare,
    "`write_snapshot` alone, from a snapshot": sort_again,
    "`read_snapshot`, whole": read_snapshot_whole,
    "`read_snapshot`, a square of 5 km": read_a_place,
}


#: Jobs that hold a whole layer in memory, or are of no use at the size of a province.
_UP_TO_2_M = (
    "geopandas.read_parquet of the delivery",
    "`write_snapshot` alone, from a snapshot",
    "`read_snapshot`, whole",
)


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
    import geoenforce.pipeline.prepared
    import geoenforce.store.snapshots  # noqa: F401  imports are not counted

    clock = Clock()
    done = JOBS[job](delivery, folder)
    return {**done, **clock.taken()}


def report(about: str, taken: dict[str, dict[str, Any]]) -> str:
    """Write the table of one size."""
    plain = taken[PLAIN]
    lines = [
        about,
        "",
        "| | rows | wall s | CPU s | wall, of plain reading | CPU, of plain reading | peak MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for job, one in taken.items():
        lines.append(_row(job, one, plain))
        if "first" in one:
            lines.append(_row("… of which until its snapshot is written", one | one["first"], plain))
    return "\n".join(lines)


def _row(name: str, one: dict[str, Any], plain: dict[str, Any]) -> str:
    ratios = " | ".join(f"{one[key] / plain[key]:.2f}" for key in ("wall_s", "cpu_s"))
    return f"| {name} | {one['rows']:,} | {one['wall_s']:.2f} | {one['cpu_s']:.2f} | {ratios} | {one['peak_mb']:,.0f} |"


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=10)
    parser.add_argument("--folder", type=Path, default=HERE / "data" / "snapshots")
    parser.add_argument("--only", nargs="+", choices=[*JOBS], help="measure these jobs again, and no others")
    parser.add_argument("--note", default="", help="a sentence on the state of the machine, for the table")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--alone", choices=[*JOBS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    delivery, folder = options.folder / f"parcels_{options.tiles}.parquet", options.folder / f"made_{options.tiles}"
    if options.alone:
        print(json.dumps(measure(options.alone, delivery, folder)))
        return
    kept = options.folder / "measured.json"
    options.folder.mkdir(parents=True, exist_ok=True)
    if not delivery.exists():
        write_delivery(options.tiles, delivery)
    folder.mkdir(exist_ok=True)
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    size = known.setdefault(str(options.tiles), {"taken": {}})
    for job in options.only or [job for job in JOBS if options.tiles <= 10 or job not in _UP_TO_2_M]:
        if JOBS[job] is ingest:
            shutil.rmtree(folder)
            folder.mkdir()
        size["taken"][job] = _apart(job, options)
        print(job, size["taken"][job], flush=True)
    size["about"] = _about(delivery, folder, options.note)
    kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
    tables = [
        report(one["about"], {job: one["taken"][job] for job in JOBS if job in one["taken"]})
        for _, one in sorted(known.items(), key=lambda size: int(size[0]))
    ]
    text = "\n\n".join(tables)
    print(text)
    if options.write:
        page = HERE / "README.md"
        before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
        page.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


def _about(delivery: Path, folder: Path, note: str) -> str:
    written = [f"the delivery has {delivery.stat().st_size / 1e6:,.0f} MB"]
    written += [f"the snapshot {path.stat().st_size / 1e6:,.0f} MB" for path in folder.glob("cultivated_*.parquet")]
    rows = pq.read_metadata(delivery).num_rows
    day = date.today().isoformat()  # noqa: DTZ011 - the reader's day
    return f"{rows:,} parcels; {', '.join(written)}. Measured on {day} on {os.cpu_count()} cores. {note}".rstrip()


def _apart(job: str, options: argparse.Namespace) -> dict[str, Any]:
    where = ["--tiles", str(options.tiles), "--folder", str(options.folder)]
    command = [sys.executable, "-m", "benchmarks.snapshots", "--alone", job, *where]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
