"""
One measurement, in a process of its own: ``python -m benchmarks.measure engine|run …`` writes what it took as JSON.

Imports and the loading of layers come before the clock starts, for every program alike.
"""

import json
import pickle
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.clock import forget_peak, peak_mb
from benchmarks.engines import ENGINES, Layers


def measure_engine(name: str, layers: Path, result: Path) -> dict[str, Any]:
    """Run one engine over pickled layers, keep its areas, and return seconds and memory."""
    loaded: Layers = pickle.loads(layers.read_bytes())
    forget_peak()
    before_mb = peak_mb()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    areas = ENGINES[name](loaded)
    taken = {"wall_s": time.perf_counter() - wall_s, "cpu_s": time.process_time() - cpu_s}
    areas.to_pickle(result)
    return {**taken, "loaded_mb": before_mb, "peak_mb": peak_mb()}


def measure_run(config: Path) -> dict[str, Any]:
    """Go the whole way of ``geoenforce run`` and return the seconds of each step."""
    from geoenforce import run

    marks: list[tuple[str, float]] = []
    cpu_s = time.process_time()
    marks.append(("configuration", time.perf_counter()))
    done = run(config, lambda step: marks.append((step, time.perf_counter())), anew=True)  # as if for the first time
    marks.append(("", time.perf_counter()))
    steps = {name: later - earlier for (name, earlier), (_, later) in pairwise(marks)}
    return {
        "wall_s": marks[-1][1] - marks[0][1],
        "cpu_s": time.process_time() - cpu_s,
        "peak_mb": peak_mb(),
        "steps": steps,
        "cases": len(done.results.cases),
        "pieces": len(done.results.pieces) if done.results.pieces is not None else 0,
        "files_mb": {name: path.stat().st_size / 1e6 for name, path in done.files.items()},
    }


def main() -> None:
    """Do the measurement that the arguments name and write it where the last one says."""
    kind, *arguments, target = sys.argv[1:]
    jobs: dict[str, Callable[[], dict[str, Any]]] = {
        "engine": lambda: measure_engine(arguments[0], Path(arguments[1]), Path(arguments[2])),
        "run": lambda: measure_run(Path(arguments[0])),
    }
    Path(target).write_text(json.dumps(jobs[kind]()), encoding="utf-8")


if __name__ == "__main__":
    main()
