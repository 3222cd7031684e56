"""Note what a run was made from, and name files as its configuration does."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.errors import InputError
from geoenforce.core.tables import issues_table
from geoenforce.inputs.config import Config, place_in
from geoenforce.outputs.run_files import sha256
from geoenforce.pipeline.reading import Inputs, kinds_of, readers
from geoenforce.pipeline.registers import register_readers
from geoenforce.rules.regulation import Regulation, load_regulation


def manifest(inputs: Inputs, config: Config, as_of: date) -> dict[str, Any]:
    """
    Note what a run was made from: files with hashes and counts, the regulation, the options.

    Examples
    --------
    >>> config = load_config(Path("geoenforce.toml"))  # doctest: +SKIP
    >>> manifest(read_inputs(config), config, date(2026, 6, 30))["regulations"]  # doctest: +SKIP
    """
    graded_by = load_regulation(config.grading.regulation)
    applied = {one.id: one for one in (graded_by, *inputs.registers.regulations)}
    project = config.project.model_dump(mode="json", include={"as_of", "pieces", "crs"})
    files = {"excused", "working_days", "elevation"}
    return {
        "project": config.project.name,
        "as_of": as_of.isoformat(),
        "county_code": config.project.county_code,
        "inputs": land_files(config, inputs) + patrol_files(config, inputs) + register_files(config, inputs),
        "regulations": [_regulation_record(config, one) for one in applied.values()],
        "options": config.grading.model_dump(mode="json"),
        "accountability": config.accountability.model_dump(mode="json", exclude={"regulations"}),
        "patrols": config.patrols.model_dump(mode="json", exclude=files),
        "project_options": project,
        "reports": _report_options(config),
        "map": map_files(config),
    }


def _report_options(config: Config) -> dict[str, Any]:
    """Note how reports were written; a bureau's template by its hash, since it changes their bytes."""
    options = config.reports.model_dump(mode="json", exclude={"template", "letters"})
    template = config.reports.template
    if template is None:
        return options
    if not template.is_file():
        message = f"{template}: there is no such file. Name the template under [reports], or leave it out to have ours."
        raise InputError(message)
    return options | {"template": {"path": place_in(config, template), "sha256": sha256(template)}}


def land_files(config: Config, inputs: Inputs) -> list[dict[str, Any]]:
    """
    Note the layers: boundaries, land, approvals, violations, with their hashes and counts.

    Examples
    --------
    >>> land_files(config, read_inputs(config))  # doctest: +SKIP
    """
    sources = [source for source, _ in readers(config)]
    return [
        note_of(config, kind, source.path, source) | {"layer": source.layer, "sha256": sha256(source.path)}
        | vars(reading.counts)
        for kind, source, reading in zip(kinds_of(config), sources, inputs.readings, strict=True)
    ]  # fmt: skip


def patrol_files(config: Config, inputs: Inputs) -> list[dict[str, Any]]:
    """
    Note the files that patrols were judged by; a source of many logs has one hash over all of them.

    Examples
    --------
    >>> patrol_files(config, read_inputs(config))  # doctest: +SKIP
    """
    if inputs.patrols is None:
        return []
    records = []
    for source, reading in zip(config.tracks, inputs.patrols.fixes, strict=True):
        whole = hashlib.sha256("".join(reading.hashes[file] for file in sorted(reading.hashes)).encode())
        counts = {"read": reading.counts.read, "accepted": reading.counts.accepted, "flagged": reading.counts.flagged}
        noted = note_of(config, "tracks", source.path, source)
        records.append(noted | {"files": len(reading.hashes), "sha256": whole.hexdigest(), **counts})
    lists: list[tuple[str, Any]] = [("ledger", config.ledger), ("roads", config.roads)]
    records += [
        note_of(config, kind, source.path, source) | {"sha256": sha256(source.path)}
        for kind, source in lists
        if source is not None
    ]
    paths = {kind: getattr(config.patrols, kind) for kind in ("excused", "working_days", "elevation")}
    return records + [
        note_of(config, kind, path) | {"sha256": sha256(path)} for kind, path in paths.items() if path is not None
    ]


def map_files(config: Config) -> list[dict[str, Any]]:
    """
    Note the files of the map's background; nothing but the map's look rests on them.

    Examples
    --------
    >>> [one["kind"] for one in map_files(load_config(Path("demo")))]  # doctest: +SKIP
    ['lines']
    """
    lists: list[tuple[str, Any]] = [*(("lines", one) for one in config.map.lines)]
    lists += [("tiles", one) for one in config.map.tiles if one.path is not None]
    return [note_of(config, kind, one.path, one) | {"sha256": sha256(one.path)} for kind, one in lists]


def register_files(config: Config, inputs: Inputs) -> list[dict[str, Any]]:
    """
    Note the registers and layers that accountability rests on, with their hashes and counts.

    Examples
    --------
    >>> register_files(config, read_inputs(config))  # doctest: +SKIP
    """
    registers = inputs.registers
    layers = iter(zip(config.new_construction, registers.new_construction, strict=True))
    records = []
    for section, path, _ in register_readers(config, registers.regulations):
        source, reading = (
            next(layers) if section == "new_construction" else (getattr(config, section), registers.readings[section])
        )
        records.append(note_of(config, section, path, source) | {"sha256": sha256(path)} | vars(reading.counts))
    return records


def note_of(config: Config, kind: str, path: Path, source: Any = None) -> dict[str, Any]:
    """
    Note a source: what it is, where, and how it was read.

    Examples
    --------
    >>> note_of(config, "cultivated", source.path, source)["source"]  # doctest: +SKIP
    'parcels/dltb.gdb:DLTB'
    """
    place, layer = place_in(config, path), getattr(source, "layer", None)
    told = {} if source is None else source.model_dump(mode="json", exclude={"path", "layer"}, exclude_defaults=True)
    return {"kind": kind, "path": place, "source": f"{place}:{layer}" if layer else place, "options": told}


def _regulation_record(config: Config, regulation: Regulation) -> dict[str, Any]:
    """Note a regulation; a user's own file is named by its place, so that it can be found again."""
    own = [name for name in (config.grading.regulation, *config.accountability.regulations) if name.endswith(".toml")]
    own_file = next((name for name in own if load_regulation(name).id == regulation.id), None)
    hashes = {"sha256": sha256(Path(own_file))} if own_file else {}
    return {
        "id": regulation.id,
        "number": regulation.number,
        "in_force_from": str(regulation.in_force_from) if regulation.in_force_from else None,
        "last_checked_on": str(regulation.last_checked_on),
        "file": place_in(config, Path(own_file)) if own_file else None,
        **hashes,
    }


def all_issues(config: Config, inputs: Inputs, *more: pd.DataFrame) -> pd.DataFrame:
    """
    Put the issues of reading and of the stages below each other.

    Examples
    --------
    >>> all_issues(config, read_inputs(config))  # doctest: +SKIP
    """
    tables = [_placed(config, table) for table in (*(reading.issues for reading in inputs.readings), *more)]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else issues_table()


def all_rejects(config: Config, inputs: Inputs) -> gpd.GeoDataFrame:
    """
    Put the rejected rows of all files below each other.

    Examples
    --------
    >>> all_rejects(config, read_inputs(config))  # doctest: +SKIP
    """
    readings = (*inputs.readings, *inputs.registers.new_construction)
    filled = [_placed(config, reading.rejects) for reading in readings if len(reading.rejects)]
    return pd.concat(filled, ignore_index=True) if filled else inputs.townships.rejects


def _placed(config: Config, table: Any) -> Any:
    """Name files as the configuration does: results must not depend on where the project lies."""
    places = [file if pd.isna(file) else place_in(config, Path(file)) for file in table["file"]]
    return table.assign(file=pd.array(places, dtype="str"))
