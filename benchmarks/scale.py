"""
Workers: ``python -m benchmarks.scale`` measures the violations of the benchmark county here and on 1 and 2 workers.

Overlay, pieces and ground of cases; layers are read before, workers started before. The tables are compared to the bit.
"""

import argparse
import pickle
import time
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.county import plane_layers
from benchmarks.engines import Layers
from benchmarks.generator import Size, write_county
from geoenforce import read_townships
from geoenforce.scale.ground import Stretch, measured
from geoenforce.scale.workers import workers

HERE = Path(__file__).parent


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parcels", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folder = HERE / "data" / str(options.parcels)
    write_county(Size(options.parcels), folder)
    layers: Layers = pickle.loads(plane_layers(folder).read_bytes())
    townships = read_townships(folder / "townships.gpkg").table
    stretch = Stretch(layers.violations, layers.basic_farmland, layers.parcels, None, townships)
    measured(stretch, _quietly)  # loads what is loaded at first use
    alone: Any = None
    print("| workers | rounds, s |")
    print("|---|---|")
    for count in (None, 1, 2):
        with workers(None, count) as crew:
            taken = []
            for _ in range(options.rounds + (count is not None)):
                began = time.perf_counter()
                found = measured(stretch, _quietly, crew)
                taken.append(time.perf_counter() - began)
            alone = found if alone is None else alone
            pd.testing.assert_frame_equal(alone.areas, found.areas, check_exact=True)
            pd.testing.assert_frame_equal(alone.pieces, found.pieces, check_exact=True)
            shown = ", ".join(f"{one:.2f}" for one in taken)
            print(f"| {'this process' if count is None else count} | {shown} |", flush=True)


def _quietly(_: str) -> None:
    """Announce nothing."""


if __name__ == "__main__":
    main()
