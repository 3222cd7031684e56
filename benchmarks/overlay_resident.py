"""
What a process answers that stays, with the prepared layers mapped: all violations, and a few scattered ones.

    python -m benchmarks.overlay_resident FOLDER        # prints medians, as JSON
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: How many violations are asked about at once, and how often.
FEW = {1: 200, 100: 20, 1_000: 5}
_ROUNDS = 3


def main() -> None:
    """Measure and print."""
    import geopandas as gpd
    import numpy as np

    from geoenforce import areas_by_land_class, areas_by_land_code
    from geoenforce.pipeline.prepared import open_prepared

    folder = Path(sys.argv[1])
    violations = gpd.read_parquet(folder / "violations.parquet").set_index("violation_id")
    layers = [open_prepared(folder / f"{name}.prepared") for name in ("basic_farmland", "parcels")]
    areas_by_land_code(violations, *layers)  # reads what is near from the disk
    found = {"all_s": _median_s(lambda: areas_by_land_code(violations, *layers), _ROUNDS)}
    rng = np.random.default_rng(1)
    for count, times in FEW.items():
        few = [violations.iloc[rng.integers(0, len(violations), count)] for _ in range(times)]
        few = [one.set_axis(np.arange(len(one)).astype(str)).rename_axis("violation_id") for one in few]
        found[f"{count}_ms"] = 1000 * _median_s(lambda few=few: areas_by_land_class(few.pop(), *layers), times)
    print(json.dumps(found))


def _median_s(work: Callable[[], Any], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
