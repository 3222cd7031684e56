"""How many rows a layer has, before it is read."""

from pathlib import Path

import pyarrow.parquet as pq
from pyogrio import read_info

from geoenforce.core.errors import GeoenforceError
from geoenforce.inputs.parts import PARQUET, STREAMED
from geoenforce.inputs.vector import REFUSALS, choose_layer


def rows_of(path: Path, layer: str | None = None) -> int | None:
    """
    Return how many rows a layer has, where the file says so without being read; for progress bars.

    Examples
    --------
    >>> rows_of(Path("DLTB.gdb"), "DLTB")  # doctest: +SKIP
    1964300
    """
    suffix = path.suffix.lower()
    try:
        if suffix in PARQUET:
            return int(pq.read_metadata(path).num_rows)
        if suffix in STREAMED:
            rows = int(read_info(path, layer=choose_layer(path, path.as_posix(), layer))["features"])
            return rows if rows >= 0 else None
    except (GeoenforceError, OSError, *REFUSALS):
        pass  # whoever reads the file says what is wrong with it
    return None
