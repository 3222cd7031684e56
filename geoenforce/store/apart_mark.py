"""The mark of a land snapshot of whose polygons it is known that no two share ground."""

import hashlib
import io
import json
import os
from pathlib import Path

import pyarrow.parquet as pq

from geoenforce.store.snapshot_reading import OURS, opened

_KEY = "apart"
_END = 8  # bytes behind the metadata: how long they are, and the format's name


def mark_apart(path: Path) -> None:
    """
    Write into a snapshot that no two of its polygons share ground; its rows stay as they are.

    Only the metadata at the end of the file are written anew, so this is for a file that nobody reads yet.

    Parameters
    ----------
    path
        A snapshot for which that is certain.

    Raises
    ------
    StoreError
        If it is no snapshot.

    Examples
    --------
    >>> mark_apart(Path("work/cultivated_always_0f3a….parquet"))  # doctest: +SKIP
    """
    with opened(path) as file:
        metadata, schema = file.metadata, file.schema_arrow
    said = json.loads(metadata.metadata[OURS]) | {_KEY: _rows_of(metadata)}
    told = schema.metadata | {OURS: json.dumps(said, ensure_ascii=False).encode()}
    anew = io.BytesIO()
    pq.write_metadata(schema.with_metadata(told), anew, metadata_collector=[metadata])
    with path.open("rb+") as whole:
        whole.seek(-_END, os.SEEK_END)
        length = int.from_bytes(whole.read(4), "little")
        whole.seek(-_END - length, os.SEEK_END)
        whole.truncate()
        whole.write(anew.getvalue().removeprefix(b"PAR1"))


def is_marked_apart(metadata: pq.FileMetaData) -> bool:
    """
    Say whether a snapshot is marked, and still has the rows for which it was: programs that put files together keep it.

    Examples
    --------
    >>> is_marked_apart(pq.read_metadata("dltb.parquet"))  # doctest: +SKIP
    True
    """
    mark = json.loads(metadata.metadata[OURS]).get(_KEY)
    return mark is not None and mark == _rows_of(metadata)


def _rows_of(metadata: pq.FileMetaData) -> str:
    """Return what tells the rows of a file from others at a glance: how many each group has, and in how many bytes."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    sizes = [(group.num_rows, group.total_byte_size, _compressed(group)) for group in groups]
    return hashlib.sha256(repr(sizes).encode()).hexdigest()


def _compressed(group: pq.RowGroupMetaData) -> int:
    return sum(group.column(number).total_compressed_size for number in range(group.num_columns))
