"""Take a land layer from its snapshot where its delivery is the one that was taken in last."""

import json
from typing import NamedTuple

import geopandas as gpd
import pyarrow.parquet as pq

from geoenforce.core.errors import StoreError
from geoenforce.core.files import sha256_of
from geoenforce.store.beside import Beside, unpacked
from geoenforce.store.deliveries import Place, current
from geoenforce.store.engine import Store
from geoenforce.store.snapshot_reading import OURS, read_snapshot
from geoenforce.store.snapshots import snapshots


class Unchanged(NamedTuple):
    """A layer as its delivery was read before."""

    table: gpd.GeoDataFrame  # LAND, in the order of the delivery
    beside: Beside


def unchanged(store: Store, place: Place, state: tuple[str, str], reader: str) -> Unchanged | None:
    """
    Return a land layer as it was read before; nothing where that may be another one now.

    Parameters
    ----------
    store
        The store.
    place
        Kind and source of the delivery.
    state
        Its hash and options now, as `geoenforce.store.deliveries.Delivery.state`.
    reader
        Stands for the software that would read it now.

    Notes
    -----
    The snapshot's file must have the hash that the store notes, so that what was altered is not believed.

    Examples
    --------
    >>> unchanged(store, ("cultivated", "dltb.gdb"), delivery.state, reader)  # doctest: +SKIP
    """
    with store.reading() as connection:
        if current(connection).get(place) != state:
            return None
        kind, source = place
        listed = snapshots(connection, kind)
    listed = listed[listed["source"] == source]
    if len(listed) != 1 or listed["source_sha256"].iloc[0] != state[0]:
        return None
    path = store.folder / str(listed["path"].iloc[0])
    if not path.is_file() or sha256_of(path) != listed["sha256"].iloc[0]:
        return None
    about = json.loads((pq.read_metadata(path).metadata or {}).get(OURS, b"{}")).get("beside")
    if about is None or about["reader"] != reader:
        return None
    beside = unpacked(about)
    try:
        table = read_snapshot(path)
    except StoreError:
        return None
    return Unchanged(table.sort_values("row", ignore_index=True)[list(beside.columns)], beside)
