"""What geoenforce makes of the layers before: snapshots of the store, and prepared layers; and the floor of reading."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
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
    """Read the bytes of the geometries, and make nothing of them."""
    import pyarrow.parquet as pq

    for name in ("violations", *_FILES.values()):
        pq.read_table(folder / f"{name}.parquet", columns=["geometry"])


def snapshots(folder: Path) -> None:
    """Ingest the files into snapshots of the store."""
    import shutil

    from geoenforce.inputs.land import read_basic_farmland, read_parcels
    from geoenforce.inputs.parts import read_in_parts, tables
    from geoenforce.store.snapshot_files import write_snapshot

    shutil.rmtree(folder / "snapshots", ignore_errors=True)
    for kind, name in _FILES.items():
        path = folder / f"{name}.parquet"
        reader, more = (read_parcels, (True,)) if kind == "cultivated" else (read_basic_farmland, ())
        parts = tables(read_in_parts(reader, path, None, *more), [])
        write_snapshot(parts, folder / "snapshots", kind=kind, effective_from=None, source=name, source_sha256="0" * 64)


def prepared(folder: Path) -> None:
    """Prepare the snapshots."""
    import shutil

    from geoenforce.pipeline.prepared import prepare_snapshot

    for kind in _FILES:
        shutil.rmtree(folder / f"{kind}.prepared", ignore_errors=True)
        prepare_snapshot(next(folder.glob(f"snapshots/{kind}_*.parquet")), folder / f"{kind}.prepared")


JOBS = {"floor": floor, "snapshots": snapshots, "prepared": prepared}


def main() -> None:
    """Do one job and print what it took."""
    import geoenforce.pipeline  # noqa: F401 - imports are not counted
    from benchmarks.clock import Clock

    job, folder = sys.argv[1:]
    time.sleep(0)
    clock = Clock()
    JOBS[job](Path(folder))
    print(json.dumps(clock.taken()))


if __name__ == "__main__":
    main()
