"""What geoenforce makes of the layers before: snapshots of the store, and prepared layers; and the floor of reading."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
#: The kinds of snapshots, and the files they are made of; of each, and the kind of the prepared layer.
_FILES = {"basic_farmland": "basic_farmland", "cultivated": "parcels"}


def prepare(folder: Path, known: dict[str, Any]) -> dict[str, Any]:
    """Make what is not there yet, each in a process of its own; return seconds and memory."""
    made = dict(known)
    for job in JOBS:
        if job not in made:
            command = [sys.executable, "-W", "ignore", "-m", "benchmarks.overlay_prepared", job, str(folder)]
            done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True)
            made[job] = json.loads(done.stdout.splitlines()[-1])
    return made


def floor(folder: Path) -> None:
    """Read what the question needs of the files, group by group, and make nothing of it."""
    import pyarrow.parquet as pq

    for name in ("violations", *_FILES.values()):
        with pq.ParquetFile(folder / f"{name}.parquet", memory_map=True) as file:
            wanted = [column for column in ("land_code", "geometry") if column in file.schema_arrow.names]
            for group in range(file.num_row_groups):
                file.read_row_group(group, wanted)


def snapshots(folder: Path) -> None:
    """
    Sort the files into snapshots of the store, portion by portion, and look whether their polygons are apart.

    Not by way of the readers, whose checks `snapshots.py` measures: they bring what is in the plane already there once
    more, by way of longitude and latitude, which moves it by a millimetre, and answers could not be compared.
    """
    import shutil
    from collections.abc import Iterator

    import geopandas as gpd
    import pyarrow.parquet as pq
    import shapely

    from geoenforce.core.space import PLANE
    from geoenforce.pipeline.apart import mark_if_apart
    from geoenforce.store.snapshot_files import write_snapshot

    def parts(path: Path) -> Iterator[gpd.GeoDataFrame]:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(65_536):
                shapes = shapely.from_wkb(batch["geometry"].to_numpy(zero_copy_only=False))
                frame = batch.drop_columns(["geometry"]).to_pandas()
                yield gpd.GeoDataFrame(frame.filter(["land_code", "is_cultivated"]), geometry=shapes, crs=PLANE)

    place, about = folder / "snapshots", {"effective_from": None, "source_sha256": "0" * 64}
    shutil.rmtree(place, ignore_errors=True)
    for kind, name in _FILES.items():
        rows = parts(folder / f"{name}.parquet")
        mark_if_apart(place / write_snapshot(rows, place, kind=kind, source=name, **about).path)


def prepared(folder: Path) -> None:
    """Prepare the snapshots."""
    import shutil

    from geoenforce.pipeline.prepared import prepare_snapshot

    for kind, name in _FILES.items():
        shutil.rmtree(folder / f"{name}.prepared", ignore_errors=True)
        snapshot = next(folder.glob(f"snapshots/{kind}_*.parquet"))
        prepare_snapshot(snapshot, folder / f"{name}.prepared", all_parcels=name == "parcels")


JOBS = {"floor": floor, "snapshots": snapshots, "prepared": prepared}


def main() -> None:
    """Do one job and print what it took."""
    import geoenforce.pipeline  # noqa: F401 - imports are not counted
    from benchmarks.clock import Clock

    job, folder = sys.argv[1:]
    clock = Clock()
    JOBS[job](Path(folder))
    print(json.dumps(clock.taken()))


if __name__ == "__main__":
    main()
