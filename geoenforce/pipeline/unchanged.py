"""Land layers whose files did not change since the last run are taken from the store instead of being read again."""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.inputs.config import Config, Source, place_in
from geoenforce.inputs.reading import Counts, Reading
from geoenforce.outputs.run_files import sha256, versions
from geoenforce.pipeline.record import note_of
from geoenforce.store.beside import Beside
from geoenforce.store.deliveries import LAND_KINDS, Delivery
from geoenforce.store.engine import Store
from geoenforce.store.unchanged import unchanged

#: What rows are made by; with any other of these files, a layer is read anew.
_READING = ("core", "inputs")


def read_before(config: Config, store: Store) -> Callable[[str, Source], Reading | None]:
    """
    Return what gives the reading of a source as it was, or nothing where the source must be read.

    Only land layers, which are large, are kept in a way that allows it. File, options and software must be the same as
    when the store took the layer in; then its rows, issues, rejected rows and counts are what reading would give.

    Examples
    --------
    >>> read_before(config, store)("cultivated", config.cultivated[0]).counts  # doctest: +SKIP
    Counts(read=200791, accepted=200791, repaired=0, rejected=0)
    """

    def before(kind: str, source: Source) -> Reading | None:
        if kind not in LAND_KINDS or not source.path.exists():
            return None
        told = note_of(config, kind, source.path, source)
        now = Delivery(kind, told["source"], sha256(source.path), options_of(told), {})
        found = unchanged(store, now.place, now.state, reader())
        if found is None:
            return None
        beside, file = found.beside, source.path.as_posix()
        return Reading(
            found.table,
            _named(beside.issues, file),
            _named(beside.rejects, file),
            Counts(**beside.counts),
            output_crs=beside.output_crs,
        )

    return before


def options_of(told: dict[str, Any]) -> dict[str, Any]:
    """
    Say how a source was read, as the store notes it: with others, its rows may be others.

    Examples
    --------
    >>> sorted(options_of({"options": {"crs": "EPSG:4527"}}))
    ['crs', 'software']
    """
    return {**told["options"], "software": versions()["geoenforce"]}


def beside_of(reading: Reading, config: Config, source: Source) -> Beside | None:
    """
    Return what a snapshot keeps of a reading beside its rows; nothing where it would not be the same another time.

    Examples
    --------
    >>> beside_of(reading, config, config.cultivated[0]).counts  # doctest: +SKIP
    """
    table, place = reading.table, place_in(config, source.path)
    says_where = reading.issues["detail"].str.contains(source.path.as_posix(), regex=False).any()
    if says_where or not table["row"].is_monotonic_increasing or not table["row"].is_unique:
        return None
    return Beside(
        tuple(table.columns),
        vars(reading.counts),
        _named(reading.issues, place),
        _named(reading.rejects, place),
        reading.output_crs,
        reader(),
    )


@lru_cache(maxsize=1)
def reader() -> str:
    """
    Return a hash of the software that reads layers: this package's readers, and the libraries below them.

    Examples
    --------
    >>> len(reader())
    64
    """
    whole = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    package = Path(str(files("geoenforce")))
    for name in sorted(path for folder in _READING for path in (package / folder).iterdir() if path.is_file()):
        whole.update(f"{name.name}\n".encode() + name.read_bytes())
    return whole.hexdigest()


def _named(frame: Any, file: str) -> Any:
    """Name the file that rows came from as it is called here."""
    return frame.assign(file=pd.array([file] * len(frame), dtype=frame["file"].dtype))
