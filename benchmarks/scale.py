"""
Workers: ``python -m benchmarks.scale [--write]`` measures the same work here and on processes of this machine.

*Areas*: the violations of the benchmark prefecture over prepared layers, which each worker maps itself; only violations
travel. *Ground*: overlay, pieces and ground of cases of the benchmark county, whose land is sent to the workers. Layers
are read before, workers started before, what is compiled is compiled. They take turns; tables are compared to the bit.
"""

import argparse
import os
import pickle
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from benchmarks.county import plane_layers
from benchmarks.engines import Layers
from benchmarks.generator import Size, write_county
from benchmarks.overlay_data import layers_of
from benchmarks.overlay_prepared import prepare
from geoenforce import read_townships
from geoenforce.pipeline.areas_in_parts import PreparedPlaces, areas_in_parts
from geoenforce.pipeline.prepared import open_prepared
from geoenforce.scale.ground import Stretch, measured
from geoenforce.scale.workers import Workers, workers
from geoenforce.violations.overlay import areas_by_land_class

HERE = Path(__file__).parent
_BEGIN, _END = "<!-- scale: begin -->", "<!-- scale: end -->"

#: Some work, to be done by workers, or here where there are none; tables by name.
Job = Callable[[Workers | None], dict[str, pd.DataFrame]]


def areas(data: Path, size: str) -> tuple[str, Job]:
    """Return what is measured of prepared layers."""
    folder = layers_of(size, data)
    if not (folder / "parcels.prepared").exists():
        prepare(folder, {"floor": None})
    violations = gpd.read_parquet(folder / "violations.parquet").set_index("violation_id")
    places = PreparedPlaces(folder / "basic_farmland.prepared", folder / "parcels.prepared")

    def job(crew: Workers | None) -> dict[str, pd.DataFrame]:
        if crew is not None:
            return {"areas": areas_in_parts(violations, places, None, crew)}
        land = open_prepared(places.basic_farmland), open_prepared(places.cultivated)
        return {"areas": areas_by_land_class(violations, *land)}

    return f"areas of {len(violations):,} violations over prepared layers", job


def ground(data: Path, parcels: int) -> tuple[str, Job]:
    """Return what is measured of layers that are sent."""
    folder = data / str(parcels)
    write_county(Size(parcels), folder)
    layers: Layers = pickle.loads(plane_layers(folder).read_bytes())
    townships = read_townships(folder / "townships.gpkg").table
    stretch = Stretch(layers.violations, layers.basic_farmland, layers.parcels, None, townships)

    def job(crew: Workers | None) -> dict[str, pd.DataFrame]:
        found = measured(stretch, lambda _: None, crew)
        return {"areas": found.areas, "pieces": found.pieces, "cases": found.cases}

    what = (
        f"overlay, pieces and ground of cases of {len(layers.violations):,} violations, {len(layers.parcels):,} parcels"
    )
    return what, job


def measure(job: Job, crews: dict[str, Workers | None], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Let all take turns; return seconds on the clock and of processors for each, without the first round."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in crews}
    alone: Any = None
    for _ in range(1 + rounds):
        for name, crew in crews.items():
            began, cpu_s = time.perf_counter(), _cpu_s(crew)
            found = job(crew)
            wall_s = time.perf_counter() - began
            taken[name].append((wall_s, _cpu_s(crew) - cpu_s))
            alone = found if alone is None else alone
            for table, expected in alone.items():
                pd.testing.assert_frame_equal(found[table], expected, check_exact=True)
    return {name: rows[1:] for name, rows in taken.items()}


def _cpu_s(crew: Workers | None) -> float:
    there = {} if crew is None else crew.client.run(time.process_time)
    return time.process_time() + sum(there.values())


def table(what: str, taken: dict[str, list[tuple[float, float]]], parts: dict[str, int]) -> list[str]:
    """Write the medians as Markdown, each beside that of this process; what is not sent has no parts."""
    lines = [f"{what[0].upper()}{what[1:]}:", "", "| | parts | s | CPU s | of this process | least, most s |"]
    lines.append("|---|---:|---:|---:|---:|---:|")
    here = statistics.median(wall_s for wall_s, _ in taken["this process"])
    for name, rows in taken.items():
        walls, cpus = zip(*rows, strict=True)
        middle = statistics.median(walls)
        figures = (
            f"{middle:.2f} | {statistics.median(cpus):.2f} | {middle / here:.2f} | {min(walls):.2f}, {max(walls):.2f}"
        )
        lines.append(f"| {name} | {parts.get(name, '')} | {figures} |")
    return [*lines, ""]


def main() -> None:
    """Measure, print tables, and write them into README.md if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parcels", type=int, default=200_000, help="of the county")
    parser.add_argument("--size", default="prefecture", help="of the prepared layers, as benchmarks.overlay names them")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    options = parser.parse_args()
    load, lines = os.getloadavg()[0], []
    with ExitStack() as stack:
        crews: dict[str, Workers | None] = {"this process": None}
        parts: dict[str, int] = {}
        for count in (1, 2):
            name = f"{count} worker{'s' * (count > 1)}"
            note = partial(_note, parts, name)
            crews[name] = stack.enter_context(workers(None, count, note))
        for what, job in (areas(options.data, options.size), ground(options.data, options.parcels)):
            parts.clear()
            lines += table(what, measure(job, crews, options.rounds), parts)
    about = f"Measured on {date.today().isoformat()} on {os.cpu_count()} cores, medians of {options.rounds}; "  # noqa: DTZ011
    text = "\n".join([f"{about}the load was {load:.1f} before.", "", *lines])
    print(text)
    if options.write:
        path = HERE / "README.md"
        before, rest = path.read_text(encoding="utf-8").split(_BEGIN)
        path.write_text(f"{before}{_BEGIN}\n{text}{_END}{rest.split(_END)[1]}", encoding="utf-8")


def _note(parts: dict[str, int], name: str, _: int, of: int) -> None:
    parts[name] = of


if __name__ == "__main__":
    main()
