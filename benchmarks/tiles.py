"""A layer set side by side as often as asked for, in one GeoParquet file: how a county becomes a province."""

import io
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

_ROWS = 65_536  # of a row group


def write_tiles(layer: gpd.GeoDataFrame, tiles: int, path: Path, bounds: Any, ids: Collection[str]) -> None:
    """Write the layer so often, four in a row and as far apart as `bounds` is wide; `ids` get the tile's number."""
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    writer: Any = None
    for number in range(tiles):
        shift = np.array([number % 4 * width, number // 4 * height])
        moved = layer.set_geometry(shapely.transform(layer.geometry.to_numpy(), lambda xy, by=shift: xy + by))
        moved = moved.set_crs(layer.crs)
        for name in ids:
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
