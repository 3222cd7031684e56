"""Read everything that a configuration names."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.errors import TableError, some
from geoenforce.core.space import PLANE
from geoenforce.inputs.config import Config, Source, place_in
from geoenforce.inputs.layers import (
    read_approvals,
    read_basic_farmland,
    read_parcels,
    read_townships,
    read_violations,
)
from geoenforce.inputs.reading import Reading, refuse_cut_off
from geoenforce.pipeline.patrol_reading import PatrolInputs, read_patrols
from geoenforce.pipeline.refusals import refuse_foreign, refuse_undated
from geoenforce.pipeline.registers import Registers, read_registers

Announce = Callable[[str], None]
#: Gives the reading of a source of some kind as it was before, where it need not be read again.
Before = Callable[[str, Source], Reading | None]

_KINDS = ("townships", "basic_farmland", "cultivated", "approvals", "violations")


def quietly(step: str) -> None:
    """
    Announce nothing.

    Examples
    --------
    >>> quietly("overlay")
    """


@dataclass(frozen=True)
class Inputs:
    """Everything a run reads, each with its issues and counts."""

    townships: Reading
    basic_farmland: tuple[Reading, ...]
    cultivated: tuple[Reading, ...]
    approvals: tuple[Reading, ...]
    violations: tuple[Reading, ...]
    registers: Registers
    patrols: PatrolInputs | None = None

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Return all of them, in the order of the configuration."""
        return (self.townships, *self.basic_farmland, *self.cultivated, *self.approvals, *self.violations)


def never_before(kind: str, source: Source) -> None:
    """
    Have nothing that was read before.

    Examples
    --------
    >>> never_before("cultivated", Source(path=Path("dltb.gdb")))
    """


def read_inputs(config: Config, announce: Announce = quietly, before: Before = never_before) -> Inputs:
    """
    Read every source that the configuration names, but for what was read before; nothing is written.

    Examples
    --------
    >>> read_inputs(load_config(Path("geoenforce.toml")))  # doctest: +SKIP
    """
    read: dict[str, list[Reading]] = {kind: [] for kind in _KINDS}
    for kind, (source, reader) in zip(kinds_of(config), readers(config), strict=True):
        announce(source.path.name)
        read[kind].append(before(kind, source) or reader())
    refuse_foreign(read["townships"][0], config)
    refuse_undated(read["violations"], config)
    lists = {kind: tuple(readings) for kind, readings in read.items() if kind != "townships"}
    patrols, registers = read_patrols(config, announce), read_registers(config, announce)
    return _placed(config, Inputs(townships=read["townships"][0], registers=registers, patrols=patrols, **lists))


def _placed(config: Config, inputs: Inputs) -> Inputs:
    """Name files as the configuration does: what is found and kept must not depend on where the project lies."""

    def place(table: Any) -> Any:
        names = {file: place_in(config, Path(file)) for file in table["source_file"].dropna().unique()}
        return table.assign(source_file=table["source_file"].map(names).astype("str"))

    def placed(*readings: Reading) -> tuple[Reading, ...]:
        return tuple(replace(one, table=place(one.table)) for one in readings)

    registers = inputs.registers
    readings = {section: one._replace(table=place(one.table)) for section, one in registers.readings.items()}
    patrols = inputs.patrols
    if patrols is not None and patrols.ledger is not None:
        patrols = replace(patrols, ledger=patrols.ledger._replace(table=place(patrols.ledger.table)))
    return Inputs(
        townships=placed(inputs.townships)[0],
        basic_farmland=placed(*inputs.basic_farmland),
        cultivated=placed(*inputs.cultivated),
        approvals=placed(*inputs.approvals),
        violations=placed(*inputs.violations),
        registers=replace(registers, readings=readings, new_construction=placed(*registers.new_construction)),
        patrols=patrols,
    )


def readers(config: Config) -> list[tuple[Source, Callable[[], Reading]]]:
    """
    List every source of a configuration with the call that reads it, in the configuration's order.

    Examples
    --------
    >>> readers(load_config(Path("geoenforce.toml")))[0][1]()  # doctest: +SKIP
    """
    calls: list[tuple[Source, Callable[[], Reading]]] = []

    def add(reader: Callable[..., Reading], source: Source, *extra: Any, **more: Any) -> None:
        def read() -> Reading:
            return refuse_cut_off(reader(source.path, *extra, **more, **source.options()), source.path)

        calls.append((source, read))

    add(read_townships, config.townships)
    for land in config.basic_farmland:
        add(read_basic_farmland, land, land.effective_from)
    for parcels in config.cultivated:
        add(read_parcels, parcels, parcels.effective_from, all_cultivated=parcels.all_cultivated)
    for approval in config.approvals:
        add(read_approvals, approval, approval.approved_on)
    for violation in config.violations:
        add(read_violations, violation, violation.found_on, violation.status.value)
    return calls


def kinds_of(config: Config) -> list[str]:
    """
    Return the kind of each source, in the configuration's order.

    Examples
    --------
    >>> kinds_of(load_config(Path("demo")))  # doctest: +SKIP
    """
    return ["townships", *(kind for kind in _KINDS[1:] for _ in getattr(config, kind))]


def together(readings: tuple[Reading, ...], *, unique: bool = False) -> gpd.GeoDataFrame:
    """
    Put the tables of several files below each other.

    Parameters
    ----------
    readings
        Readings of one kind, in the plane.
    unique
        Refuse an id that stands in more than one file, and name the files.

    Raises
    ------
    TableError
        If an id is repeated between files.

    Examples
    --------
    >>> together((read_violations("a.shp"), read_violations("b.xlsx")), unique=True)  # doctest: +SKIP
    """
    tables = [reading.table for reading in readings]
    joined = pd.concat(tables, ignore_index=not unique)
    repeated = joined.index[joined.index.duplicated(keep=False)].unique()
    if unique and len(repeated):
        files = sorted(joined.loc[repeated, "source_file"].unique())
        message = (
            f"The {joined.index.name} {some(repeated)} stand in more than one of the files {files}. "
            "An id must be one patch: remove the older delivery from the configuration, or rename the ids."
        )
        raise TableError(message)
    if "is_dealt_with" in joined:  # files that lack the column say nothing, which means no
        joined["is_dealt_with"] = joined["is_dealt_with"].eq(other=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=PLANE)
