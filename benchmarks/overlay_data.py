"""
The layers of the overlay benchmark: one set of GeoParquet files for all programs, in the equal-area plane.

In that plane each program's planar area is the ellipsoidal one, so that their answers can be compared. The county is
that of `generator.py`; larger sizes are the county side by side.
"""

import shutil
from pathlib import Path

from benchmarks.county import plane_layers
from benchmarks.engines import Layers
from benchmarks.generator import Size, write_county
from benchmarks.tiles import write_tiles

#: Parcels of the county, and how often it is set side by side.
SIZES = {
    "10k": (10_000, 1), "50k": (50_000, 1), "county": (200_000, 1), "1M": (200_000, 5), "prefecture": (200_000, 10),
}  # fmt: skip
LAYERS = ("violations", "basic_farmland", "parcels")
_COLUMNS = {
    "violations": ["violation_id", "case_id", "found_on", "status", "geometry"],
    "basic_farmland": ["geometry"],
    "parcels": ["land_code", "is_cultivated", "geometry"],
}


def layers_of(size: str, root: Path) -> Path:
    """Return the folder of a size's files; they are made if they are not there."""
    folder = root / f"overlay-{size}"
    if not (folder / "made").exists():
        import pickle

        parcels, tiles = SIZES[size]
        county = root / str(parcels)
        write_county(Size(parcels), county)
        layers: Layers = pickle.loads(plane_layers(county).read_bytes())
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, layer in zip(LAYERS, (layers.violations, layers.basic_farmland, layers.parcels), strict=True):
            shown = layer.reset_index()[_COLUMNS[name]]
            ids = {"violation_id", "case_id"} & set(shown)
            write_tiles(shown, tiles, folder / f"{name}.parquet", layers.parcels.total_bounds, ids)
        (folder / "made").touch()
    return folder
