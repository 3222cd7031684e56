"""
The overlay benchmark: geoenforce beside geopandas, DuckDB, SedonaDB and PostGIS, on one question and one set of files.

    python -m benchmarks.overlay --sizes county --rounds 5          # measures what is missing, in turn
    python -m benchmarks.overlay --sizes growth --rounds 3
    python -m benchmarks.overlay --write                            # puts the tables into README.md

Each run is a process of its own, imports not counted; reading is. Answers are compared before any time counts. What
was measured is kept in benchmarks/data/overlay.json, one entry per size, program and round: a stopped benchmark goes on
where it was. DuckDB and SedonaDB may live in an environment of their own (--peers-python).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from benchmarks import postgis_server
from benchmarks.overlay_data import LAYERS, SIZES, layers_of
from benchmarks.overlay_prepared import prepare
from benchmarks.overlay_report import write_into_readme
from benchmarks.peers import ENGINES, OURS

HERE = Path(__file__).parent
_IN_PEERS = ("DuckDB spatial", "SedonaDB")
_POSTGIS = ("PostGIS", "PostGIS + ST_Subdivide(256)")
#: Of the growth curve: the sizes, and who is in it.
_GROWTH, _GROWING = (*SIZES,), (OURS, "geoenforce, prepared layers", "SedonaDB")
Record = dict[str, Any]


class Kept:
    """What was measured so far, in a file that is written after each run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.all: Record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def of(self, size: str) -> Record:
        return self.all.setdefault(size, {"runs": {}, "skipped": {}})

    def save(self) -> None:
        self.path.write_text(json.dumps(self.all, indent=1, ensure_ascii=False), encoding="utf-8")


def measure(size: str, engines: list[str], options: argparse.Namespace, kept: Kept) -> None:
    """Run what a size still lacks, the programs in turn."""
    folder = layers_of(size, options.data)
    about = kept.of(size)
    about["layers"] = {name: pq.read_metadata(folder / f"{name}.parquet").num_rows for name in LAYERS}
    about["mb"] = sum((folder / f"{name}.parquet").stat().st_size for name in LAYERS) / 1e6
    about.setdefault("prepared", {}).update(prepare(folder, about.get("prepared", {})))
    if OURS in engines:
        about["resident"] = _stays(folder)
    with _database(size, engines, options, about) as url:
        for number in range(options.rounds):
            for engine in engines:
                taken = about["runs"].setdefault(engine, [])
                if len(taken) > number or engine in about["skipped"]:
                    continue
                one = _run(engine, folder, options, url)
                if isinstance(one, str):
                    about["skipped"][engine] = one
                    print(f"{size}, {engine}: skipped, {one}", flush=True)
                    continue
                if engine != OURS:
                    about.setdefault("apart_m2", {})[engine] = _apart(folder, engine)
                taken.append(one)
                print(f"{size}, round {number + 1}, {engine}: {one['wall_s']:.2f} s", flush=True)
                kept.save()
    kept.save()


def _run(engine: str, folder: Path, options: argparse.Namespace, url: str) -> Record | str:
    """Run one program in a process of its own; return what it took, or why it cannot run."""
    python = options.peers_python if engine in _IN_PEERS else sys.executable
    command = [str(python), "-W", "ignore", "-m", "benchmarks.peers", engine, str(folder), str(_answer(folder, engine))]
    environment = os.environ | {"PYTHONPATH": str(HERE.parent), "BENCHMARK_POSTGIS": url}
    if engine not in _POSTGIS:
        _into_memory(folder)
    began = time.perf_counter()
    done = subprocess.run(command, cwd=HERE.parent, env=environment, capture_output=True, text=True, check=False)
    process_s = time.perf_counter() - began
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1]
        if "ModuleNotFoundError" in last or "KeyError: 'BENCHMARK_POSTGIS'" in last or (not url and engine in _POSTGIS):
            return last
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1]) | {"process_s": process_s}


def _into_memory(folder: Path) -> None:
    """Read all files once: what others read meanwhile, or a system that reclaims memory, may have put them out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass


def _stays(folder: Path) -> Record:
    """Measure a process that stays, over the prepared layers."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.overlay_resident", str(folder)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _answer(folder: Path, engine: str) -> Path:
    return folder / f"answer_{list(ENGINES).index(engine)}.parquet"


def _apart(folder: Path, engine: str) -> float:
    """Return how far an answer is from ours, in m² at most; stop where they do not agree."""
    ours, other = (pd.read_parquet(_answer(folder, name)) for name in (OURS, engine))
    ours, other = ours.align(other, fill_value=0.0)  # a sliver that only one of them has is an area of nothing
    apart = (other - ours).abs().max(axis=1)
    wrong = ~(apart <= 0.01 + 1e-7 * ours["area_m2"])
    if wrong.any():
        message = f"{OURS} and {engine} differ in {int(wrong.sum())} areas, by up to {apart.max():.4f} m²."
        raise SystemExit(message)
    return float(apart.max())


@contextmanager
def _database(size: str, engines: list[str], options: argparse.Namespace, about: Record) -> Iterator[str]:
    """Have a PostGIS with the layers, if one is asked for."""
    why = postgis_server.why_not()
    wanted = [name for name in engines if name in _POSTGIS]
    lacking = [name for name in wanted if len(about["runs"].get(name, [])) < options.rounds]
    if why or not lacking:
        about["skipped"] |= dict.fromkeys(wanted, why) if why else {}
        yield ""
        return
    with postgis_server.server(options.data / f"postgis-{size}") as url:
        loaded = options.data / f"postgis-{size}" / "loaded.json"
        if not loaded.exists():
            seconds = postgis_server.load(url, options.data / f"overlay-{size}")
            loaded.write_text(json.dumps({"seconds": seconds}), encoding="utf-8")
        about["postgis"] = json.loads(loaded.read_text(encoding="utf-8")) | {"version": postgis_server.version(url)}
        yield url


def machine() -> Record:
    """Describe this machine and the programs on it."""
    from importlib.metadata import version

    import shapely

    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    names = ("geoenforce", "numba", "geopandas", "shapely", "numpy", "pandas", "pyarrow")
    return {
        "on": date.today().isoformat(),  # noqa: DTZ011 - the reader's day
        "machine": f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores, {memory_gb:.0f} GB of memory",
        "versions": f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in names)
        + f", GEOS {shapely.geos_version_string}",
    }


def main(arguments: list[str] | None = None) -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="*", default=[], choices=[*SIZES, "growth"], help="what to measure")
    parser.add_argument("--engines", nargs="*", choices=[*ENGINES], help="only these programs")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--peers-python", type=Path, default=Path(sys.executable), help="Python with duckdb 1.5.5, "
                        "duckdb-extension-spatial, sedonadb and geoarrow-pyarrow")  # fmt: skip
    parser.add_argument("--forget", action="store_true", help="measure the named sizes and programs again")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    options = parser.parse_args(arguments)
    options.data = options.data.resolve()
    options.data.mkdir(parents=True, exist_ok=True)
    kept = Kept(options.data / "overlay.json")
    began = time.perf_counter()
    for size in dict.fromkeys(one for name in options.sizes for one in (_GROWTH if name == "growth" else (name,))):
        engines = options.engines or [*(ENGINES if size in options.sizes else _GROWING)]
        if options.forget:
            about = kept.of(size)
            for engine in engines:
                about["runs"].pop(engine, None)
                about["skipped"].pop(engine, None)
        measure(size, engines, options, kept)
        kept.all["about"] = machine()
        kept.save()
    print(f"{time.perf_counter() - began:.0f} s")
    if options.write:
        write_into_readme(kept.all, HERE / "README.md")


if __name__ == "__main__":
    main()
