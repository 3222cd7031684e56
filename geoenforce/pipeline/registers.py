"""Read what accountability rests on: the regulations that apply, and the registers and layers handed in for them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import CASE_EVENTS, DECLARATIONS, DEPARTMENTS, MEASURES
from geoenforce.core.calendar import Overrides
from geoenforce.core.tables import Table, empty
from geoenforce.inputs.area_registers import read_cultivated_taken, read_deductions
from geoenforce.inputs.config import Config
from geoenforce.inputs.declarations import read_declarations
from geoenforce.inputs.departments import read_departments
from geoenforce.inputs.events import read_events
from geoenforce.inputs.measures import read_measures
from geoenforce.inputs.new_construction import read_new_construction
from geoenforce.inputs.reading import Reading
from geoenforce.inputs.register_forms import words_of
from geoenforce.inputs.register_tables import RegisterReading
from geoenforce.pipeline.patrol_reading import read_working_days
from geoenforce.rules.regulation import Regulation, load_regulation

#: Section of the configuration → the table that it fills, where rules can do without it.
_MAY_BE_EMPTY: dict[str, Table] = {
    "events": CASE_EVENTS, "measures": MEASURES, "declarations": DECLARATIONS, "departments": DEPARTMENTS,
}  # fmt: skip


@dataclass(frozen=True)
class Registers:
    """What was read for accountability: the regulations, one reading per register, and new construction land."""

    regulations: tuple[Regulation, ...]
    readings: dict[str, RegisterReading]  # by section of the configuration
    new_construction: tuple[Reading, ...] = ()
    working_days: Overrides | None = field(default=None, repr=False)

    def table(self, section: str) -> pd.DataFrame:
        """Return a register's table; without rows where the configuration names no such register."""
        if section in self.readings:
            return self.readings[section].table
        nothing: pd.DataFrame = empty(_MAY_BE_EMPTY[section])
        return nothing

    def optional(self, section: str) -> pd.DataFrame | None:
        """Return a register's table; None where the configuration names no such register."""
        return self.readings[section].table if section in self.readings else None

    @property
    def issues(self) -> list[pd.DataFrame]:
        """Return the issues of all readings."""
        of_registers = [reading.issues for reading in self.readings.values()]
        return of_registers + [reading.issues for reading in self.new_construction]


def read_registers(config: Config, announce: Callable[[str], None]) -> Registers:
    """
    Read the regulations, registers and layers that the configuration names for accountability.

    Raises
    ------
    GeoenforceError
        If one of them cannot be used.

    Examples
    --------
    >>> read_registers(load_config(Path("demo")), print).table("measures")  # doctest: +SKIP
    """
    regulations = applied_regulations(config)
    readings: dict[str, RegisterReading] = {}
    layers: list[Reading] = []
    for section, path, reader in register_readers(config, regulations):
        announce(path.name)
        if section == "new_construction":
            layers.append(reader())
        else:
            readings[section] = reader()
    days = read_working_days(config.patrols) if config.patrols.working_days else None
    return Registers(regulations, readings, tuple(layers), days)


def applied_regulations(config: Config) -> tuple[Regulation, ...]:
    """
    Load the regulations that findings rest on, with the days of force that the configuration gives.

    Examples
    --------
    >>> applied_regulations(load_config(Path("demo")))[0].id  # doctest: +SKIP
    'jieyang-2009'
    """
    options = config.accountability
    loaded = [load_regulation(name) for name in options.regulations]
    days = options.in_force_from
    return tuple(replace(one, in_force_from=days[one.id]) if one.id in days else one for one in loaded)


def register_readers(config: Config, regulations: tuple[Regulation, ...]) -> list[tuple[str, Path, Callable[[], Any]]]:
    """
    List every register and layer for accountability with the call that reads it.

    Parameters
    ----------
    config
        A configuration.
    regulations
        The regulations applied: registers may use the words that they declare.

    Returns
    -------
    readers
        Section of the configuration, file and call.

    Examples
    --------
    >>> register_readers(load_config(Path("demo")), ())[0][2]().counts  # doctest: +SKIP
    """
    words = {kind: words_of(regulations, kind) for kind in ("event", "measure", "declared", "actor")}
    with_words: dict[str, tuple[Callable[..., Any], str]] = {
        "events": (read_events, "event"),
        "measures": (read_measures, "measure"),
        "declarations": (read_declarations, "declared"),
        "departments": (read_departments, "actor"),
    }
    calls: list[tuple[str, Path, Callable[[], Any]]] = []
    for section, (reader, kind) in with_words.items():
        source = getattr(config, section)
        if source is not None:
            calls.append(
                (section, source.path, partial(reader, source.path, columns=source.columns, names=words[kind]))
            )
    plain: dict[str, Callable[..., Any]] = {"cultivated_taken": read_cultivated_taken, "deductions": read_deductions}
    for section, reader in plain.items():
        source = getattr(config, section)
        if source is not None:
            calls.append((section, source.path, partial(reader, source.path, columns=source.columns)))
    for layer in config.new_construction:
        call = partial(read_new_construction, layer.path, layer.taken_on, **layer.options())
        calls.append(("new_construction", layer.path, call))
    return calls
