"""
The layers of the overlay benchmark: one set of GeoParquet files for all programs, in the equal-area plane.

In that plane each program's planar area is the ellipsoidal one, so that their answers can be compared. The county is
that of `generator.py`; larger sizes are the county side by side.
"""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from benchmarks.county import plane_layers
from benchmarks.engines import Layers
from benchmarks.generator import Size, write_county

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
_ROWS = 65_536  # of a row group


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
            _write(
                layer.reset_index()[_COLUMNS[name]],
                tiles,
                folder / f"{name}.parquet",
                layers.parcels.total_bounds,
            )
        (folder / "made").touch()
    return folder


def _write(layer: gpd.GeoDataFrame, tiles: int, path: Path, bounds: Any) -> None:
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    writer: Any = None
    for number in range(tiles):
        shift = np.array([number % 4 * width, number // 4 * height])
        moved = layer.set_geometry(shapely.transform(layer.geometry.to_numpy(), lambda xy, by=shift: xy + by))
        moved = moved.set_crs(layer.crs)
        for name in {"violation_id", "case_id"} & set(layer):
            moved[name] = [f"{number}-{one}" for one in layer[name]]
        table = _as_arrow(moved)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="lz4")
        writer.write_table(table, row_group_size=_ROWS)
    writer.close()


def _as_arrow(layer: gpd.GeoDataFrame) -> pa.Table:
    written = io.BytesIO()
    layer.to_parquet(written, index=False)
    table = pq.read_table(written)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"].pop("bbox")  # it would be that of the first tile
    return table.replace_schema_metadata({"geo": json.dumps(geo)})
