"""
The store at size: violations saved, loaded, asked for by a box, and one in a hundred changed.

    python -m benchmarks.store                              # 1 M violations, all four programs
    python -m benchmarks.store --program "store, PostGIS"   # one of them; its result is kept for the table
    python -m benchmarks.store --rows 100000 --write        # puts the table into README.md
    python -m benchmarks.store --postgis URL                # on a server of yours: an empty database, which is filled

Beside the store stand ``GeoDataFrame.to_file`` and ``to_postgis``, which keep neither history nor hashes; they change
a row by writing all of them. Every program runs in a process of its own. Without ``--postgis`` a server is started for
the measurement, with PostgreSQL's own settings (what it commits is on the disk).
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from benchmarks.clock import forget_peak, peak_mb
from geoenforce.core.tables import VIOLATIONS
from geoenforce.store.engine import open_store
from geoenforce.store.revisions import revision
from geoenforce.store.tables import load, save
from geoenforce.store.upgrades import make_ready
from tests.store.server import own_server

HERE = Path(__file__).parent
DATA = HERE / "data"
BOX = (116.50, 23.50, 116.52, 23.52)
STEPS = ("save", "load", "box", "change 1 in 100")
_BEGIN, _END = "<!-- store: begin -->", "<!-- store: end -->"
_CRS = 4490


def violations(count: int, seed: int = 3) -> gpd.GeoDataFrame:
    """Make up violations of twelve vertices all over a degree square, the same every time."""
    rng = np.random.default_rng(seed)
    middle, radius = rng.uniform([116, 23], [117, 24], (count, 2)), rng.uniform(1e-4, 8e-4, count)
    angles = np.linspace(0, 2 * np.pi, 13)[:-1]
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    corners = middle[:, None, :] + radius[:, None, None] * ring * rng.uniform(0.7, 1, (count, 12, 1))
    number = pd.Series(np.arange(count))
    return gpd.GeoDataFrame(
        {
            "case_id": "C" + (number // 2).astype("str"),
            "found_on": (pd.Timestamp("2026-01-01") + pd.to_timedelta(number % 365, unit="D")).astype("datetime64[s]"),
            "status": pd.Series("confirmed", index=number, dtype="str"),
            "lead_source": pd.Series("satellite", index=number, dtype="str"),
            "source_file": pd.Series("violations.gpkg", index=number, dtype="str"),
            "row": number + 1,
        },
        geometry=shapely.polygons(corners),
        crs=_CRS,
    ).set_axis(pd.Index("V" + number.astype("str"), name="violation_id"))


def changed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Change one row in a hundred."""
    status = frame["status"].to_numpy(dtype=object, copy=True)
    status[::100] = "dismissed"
    return frame.assign(status=pd.Series(status, index=frame.index, dtype="str"))


def measure_store(url: str, frame: gpd.GeoDataFrame, clock: Callable[[str], None]) -> dict[str, int]:
    """Save, load, ask and change with the store."""
    with open_store(url) as store:
        make_ready(store)
        clock("")
        with revision(store, "ingest", {}) as made:
            save(made.connection, VIOLATIONS, frame, revision=made.number)
        clock("save")
        with store.reading() as connection:
            loaded = load(connection, VIOLATIONS)
        clock("load")
        with store.reading() as connection:
            found = load(connection, VIOLATIONS, box=BOX)
        clock("box")
        with revision(store, "ingest", {}) as made:
            save(made.connection, VIOLATIONS, changed(frame), revision=made.number)
        clock("change 1 in 100")
        return {"loaded": len(loaded), "found": len(found)}


def measure_file(url: str, frame: gpd.GeoDataFrame, clock: Callable[[str], None]) -> dict[str, int]:
    """Do the same with GeoDataFrame.to_file."""
    path = url.removeprefix("gpkg:///")
    clock("")
    frame.to_file(path, layer="violations", index=True)
    clock("save")
    loaded = gpd.read_file(path, layer="violations")
    clock("load")
    found = gpd.read_file(path, layer="violations", bbox=BOX)
    clock("box")
    changed(frame).to_file(path, layer="violations", index=True)
    clock("change 1 in 100")
    return {"loaded": len(loaded), "found": int(found.intersects(shapely.box(*BOX)).sum())}


def measure_postgis(url: str, frame: gpd.GeoDataFrame, clock: Callable[[str], None]) -> dict[str, int]:
    """Do the same with GeoDataFrame.to_postgis, which makes a spatial index too."""
    engine = sa.create_engine(url)
    where = f"geometry && ST_MakeEnvelope({', '.join(map(str, BOX))}, {_CRS})"
    clock("")
    frame.to_postgis("plain_violations", engine, index=True, if_exists="replace")
    clock("save")
    loaded = gpd.read_postgis("SELECT * FROM plain_violations", engine, geom_col="geometry")
    clock("load")
    found = gpd.read_postgis(f"SELECT * FROM plain_violations WHERE {where}", engine, geom_col="geometry")
    clock("box")
    changed(frame).to_postgis("plain_violations", engine, index=True, if_exists="replace")
    clock("change 1 in 100")
    return {"loaded": len(loaded), "found": int(found.intersects(shapely.box(*BOX)).sum())}


PROGRAMS = {
    "store, GeoPackage": measure_store,
    "GeoDataFrame.to_file": measure_file,
    "store, PostGIS": measure_store,
    "GeoDataFrame.to_postgis": measure_postgis,
}


def measure(program: str, url: str, rows: int) -> dict[str, Any]:
    """Take the time of each step of one program, and the memory it takes beside the table itself."""
    frame = violations(rows)
    forget_peak()
    before_mb, marks = peak_mb(), []
    found = PROGRAMS[program](url, frame, lambda step: marks.append((step, time.perf_counter(), time.process_time())))
    taken = {step: (wall - earlier[1], cpu - earlier[2]) for earlier, (step, wall, cpu) in pairwise(marks)}
    return {"steps": taken, "table_mb": before_mb, "peak_mb": peak_mb(), **found}


def report(found: dict[str, dict[str, Any]], rows: int) -> str:
    """Write the measurement as Markdown."""
    if len({(one["loaded"], one["found"]) for one in found.values()}) != 1:
        message = f"The programs disagree: {found}"
        raise SystemExit(message)
    some = next(iter(found.values()))
    days = " and ".join(sorted({one["on"] for one in found.values()}))
    lines = [
        f"Measured on {days} on {os.cpu_count()} cores, each program by itself. Seconds on the clock, and in brackets "
        "of the program's processor, without the server's.",
        "",
        f"{rows:,} violations; {some['found']:,} touch the box.",
        "",
        f"| | {' | '.join(STEPS)} | saved rows/s | loaded rows/s | changed rows/s | peak MB |",
        f"|---|{'---:|' * (len(STEPS) + 4)}",
    ]
    for program, one in found.items():
        steps = " | ".join(_seconds(*one["steps"][step]) for step in STEPS)
        counts = {"save": rows, "load": rows, "change 1 in 100": -(-rows // 100)}
        rates = " | ".join(f"{count / one['steps'][step][0]:,.0f}" for step, count in counts.items())
        lines.append(f"| {program} | {steps} | {rates} | {one['peak_mb']:.0f} |")
    return "\n".join([*lines, "", f"Of the memory, {some['table_mb']:.0f} MB are Python, the libraries and the table."])


def _seconds(wall: float, cpu: float) -> str:
    return f"{wall:.2f} ({cpu:.2f})" if wall >= 0.1 else f"{wall:.4f} ({cpu:.4f})"


def measured_apart(program: str, rows: int, postgis: str | None) -> dict[str, Any]:
    """Measure one program in a process of its own."""
    with TemporaryDirectory(dir=DATA) as folder, server_for(program, postgis) as server:
        url = server or f"gpkg:///{folder}/store.gpkg"
        command = [sys.executable, "-m", "benchmarks.store", "--rows", str(rows), "--measure", program]
        done = subprocess.run(command, input=url, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1]) | {"on": date.today().isoformat()}  # noqa: DTZ011


def server_for(program: str, postgis: str | None) -> AbstractContextManager[str | None]:
    """Lend the URL of an empty database, where the program needs one."""
    if "postgis" not in program.lower():
        return nullcontext()
    return nullcontext(postgis) if postgis else own_server()


def main() -> None:
    """Measure what was asked for, keep it, and print the table of all that was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--program", choices=PROGRAMS, action="append", help="default: all")
    parser.add_argument("--postgis", help="an empty database")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--measure", metavar="PROGRAM", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(chosen.measure, sys.stdin.read().strip(), chosen.rows)))
        return
    DATA.mkdir(exist_ok=True)
    kept = DATA / f"store-{chosen.rows}.json"
    found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() and chosen.program else {}
    for program in chosen.program or PROGRAMS:
        found[program] = measured_apart(program, chosen.rows, chosen.postgis)
        print(program, found[program], file=sys.stderr)
        kept.write_text(json.dumps(found), encoding="utf-8")
    text = report({program: found[program] for program in PROGRAMS if program in found}, chosen.rows)
    print(text)
    if chosen.write:
        readme = HERE / "README.md"
        before, _, rest = readme.read_text(encoding="utf-8").partition(_BEGIN)
        readme.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
