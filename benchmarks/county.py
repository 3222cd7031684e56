"""
The county benchmark: ``python -m benchmarks.county [--write]``.

First geoenforce and geopandas answer the same question on the same layers, in turn, each time in a fresh process;
their answers are compared before any time is believed. Then ``geoenforce run`` goes the whole way.
"""

import argparse
import json
import os
import pickle
import platform
import statistics
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyproj
import shapely

from benchmarks.engines import ENGINES, Layers
from benchmarks.generator import Size, write_county
from geoenforce import read_basic_farmland, read_parcels, read_violations

HERE = Path(__file__).parent
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_PACKAGES = ("geoenforce", "geopandas", "shapely", "pyproj", "pyogrio", "pandas", "numpy")


def main(arguments: list[str] | None = None) -> None:
    """Make the county, measure, print the table, and write it into README.md if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.county", description=__doc__)
    parser.add_argument("--parcels", type=int, default=200_000, help="size of the county (default: 200000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each program runs (default: 5)")
    parser.add_argument("--data", type=Path, default=HERE / "data", help="where the county goes")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--note", default="", help="a sentence on the state of the machine, for the table")
    options = parser.parse_args(arguments)

    size = Size(options.parcels)
    folder = options.data / str(size.parcels)
    began = time.perf_counter()
    config = write_county(size, folder)
    _say(f"county in {folder}: {time.perf_counter() - began:.1f} s")
    layers = plane_layers(folder)
    engines = measure_engines(layers, folder, options.rounds)
    whole = _in_a_fresh_process("run", str(config), target=folder / "run.json")
    text = report(layers, engines, whole, options.note)
    _say(text)
    if options.write:
        write_into_readme(text)


def plane_layers(folder: Path) -> Path:
    """Read the layers with geoenforce's readers and keep them, in the plane, for the processes that measure."""
    path, stamp = folder / "layers.pickle", folder / "made.json"
    if not path.exists() or path.stat().st_mtime < stamp.stat().st_mtime:
        layers = Layers(
            violations=read_violations(folder / "violations.gpkg").table,
            basic_farmland=read_basic_farmland(folder / "basic_farmland.parquet").table,
            parcels=read_parcels(folder / "parcels.parquet").table,
        )
        path.write_bytes(pickle.dumps(layers))
    return path


def measure_engines(layers: Path, folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Run the engines in turn, hold their answers against each other, and return the median of each figure."""
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in ENGINES}
    answers: dict[str, pd.DataFrame] = {}
    for number in range(rounds):
        for position, name in enumerate(ENGINES):
            result = folder / f"areas_{position}.pickle"
            one = _in_a_fresh_process("engine", name, str(layers), str(result), target=folder / "engine.json")
            taken[name].append(one)
            answers[name] = pd.read_pickle(result)
            _say(f"round {number + 1}, {name}: {one['wall_s']:.2f} s")
        refuse_disagreement(answers, pickle.loads(layers.read_bytes()).violations.area)
    return {name: {key: statistics.median(one[key] for one in all_) for key in all_[0]} for name, all_ in taken.items()}


def refuse_disagreement(answers: dict[str, pd.DataFrame], whole_m2: "pd.Series[float]") -> None:
    """Stop where a violation's areas differ by more than 0.01 m² and a ten-millionth of it."""
    (name, first), *others = answers.items()
    for other, areas in others:
        apart = (areas.reindex(first.index) - first).abs().max(axis=1)
        wrong = ~(apart <= 0.01 + 1e-7 * whole_m2)
        if wrong.any():
            message = f"{name} and {other} differ in {int(wrong.sum())} violations, by up to {apart.max():.4f} m²."
            raise SystemExit(message)


def report(layers: Path, engines: dict[str, dict[str, float]], whole: dict[str, Any], note: str) -> str:
    """Write the tables of a measurement as Markdown."""
    loaded: Layers = pickle.loads(layers.read_bytes())
    ours = engines["geoenforce"]
    lines = [
        f"Measured on {date.today().isoformat()}: {_machine()}. {note}".rstrip(" .") + ".",  # noqa: DTZ011 - the reader's day
        f"Versions: {_versions()}.",
        "",
        f"County: {_described(loaded)}.",
        "",
        "### Area of each violation by land class, layers already read",
        "",
        "| program | wall s | CPU s | peak MB | geoenforce is |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, one in engines.items():
        ratio = "" if name == "geoenforce" else f"{one['wall_s'] / ours['wall_s']:.1f} × as fast"
        lines.append(f"| {name} | {one['wall_s']:.2f} | {one['cpu_s']:.2f} | {one['peak_mb']:.0f} | {ratio} |")
    lines += [
        "",
        f"Of the memory, {ours['loaded_mb']:.0f} MB are Python, the libraries and loading the layers.",
        "",
        "### `geoenforce run`, from files to files",
        "",
        "| step | s |",
        "|---|---:|",
        *(f"| {step} | {seconds:.1f} |" for step, seconds in whole["steps"].items() if seconds >= 0.05),
        f"| **everything** | **{whole['wall_s']:.1f}** |",
        "",
        f"CPU {whole['cpu_s']:.1f} s, peak memory {whole['peak_mb']:.0f} MB; {whole['cases']:,} cases, "
        f"{whole['pieces']:,} pieces, map.html {whole['files_mb']['map.html']:.1f} MB, "
        f"results.gpkg {whole['files_mb']['results.gpkg']:.1f} MB. Steps under 0.05 s are left out.",
    ]
    return "\n".join(lines)


def write_into_readme(text: str, path: Path = HERE / "README.md") -> None:
    """Put a report between the marks of README.md."""
    before, _, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    path.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8")


def _in_a_fresh_process(*arguments: str, target: Path) -> Any:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.measure", *arguments, str(target)]
    subprocess.run(command, check=True, cwd=HERE.parent)
    return json.loads(target.read_text(encoding="utf-8"))


def _described(layers: Layers) -> str:
    vertices = shapely.get_num_coordinates(layers.parcels.geometry.to_numpy())
    return (
        f"{len(layers.parcels):,} parcels with {vertices.sum() / 1e6:.1f} M vertices (the largest "
        f"{vertices.max():,}), {len(layers.basic_farmland):,} polygons of basic farmland, "
        f"{len(layers.violations):,} violations"
    )


def _machine() -> str:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores, {memory_gb:.0f} GB of memory"


def _versions() -> str:
    packages = [f"{name} {version(name)}" for name in _PACKAGES]
    return ", ".join(
        [f"Python {platform.python_version()}", *packages, f"GEOS {shapely.geos_version_string}",
         f"PROJ {pyproj.proj_version_str}"]
    )  # fmt: skip


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
