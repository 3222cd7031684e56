"""The whole way, from files to graded cases, on one page; the only module that knows the order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.errors import TableError, some
from geoenforce.core.results import Results
from geoenforce.core.space import PLANE
from geoenforce.core.tables import CASES, check, issues_table
from geoenforce.core.terms import Ridge
from geoenforce.inputs.config import Config, Source, load_config, place_in
from geoenforce.inputs.layers import (
    read_approvals,
    read_basic_farmland,
    read_parcels,
    read_townships,
    read_violations,
)
from geoenforce.inputs.reading import Reading
from geoenforce.outputs.run_files import sha256, write_together, writers
from geoenforce.rules.regulation import Regulation, load_regulation
from geoenforce.violations.case_issues import case_issues, force_issues
from geoenforce.violations.cases import ground_of_cases, group_cases
from geoenforce.violations.overlay import cut_by_land_class
from geoenforce.violations.parties import party_totals
from geoenforce.violations.pieces import areas_without_ridges, ground_without_ridges, pieces_by_parcel
from geoenforce.violations.severity import compare

Announce = Callable[[str], None]


def _quietly(step: str) -> None:
    """Announce nothing."""


_KINDS = ("townships", "basic_farmland", "cultivated", "approvals", "violations")
_CONTEXT_M = 600  # basic farmland this near a violation is drawn on the map


@dataclass(frozen=True)
class Inputs:
    """Everything a run reads, each with its issues and counts."""

    townships: Reading
    basic_farmland: tuple[Reading, ...]
    cultivated: tuple[Reading, ...]
    approvals: tuple[Reading, ...]
    violations: tuple[Reading, ...]

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Return all of them, in the order of the configuration."""
        return (self.townships, *self.basic_farmland, *self.cultivated, *self.approvals, *self.violations)


@dataclass(frozen=True)
class Run:
    """A finished run: what was found, and the files it is written in."""

    results: Results
    files: dict[str, Path]


def run(config: str | Path | Config, announce: Announce = _quietly) -> Run:
    """
    Go the whole way: read the inputs, overlay, group and grade, and write every output.

    Parameters
    ----------
    config
        A ``geoenforce.toml``, the folder that holds it, or a configuration already loaded.
    announce
        Called with a word for each step as it begins; for progress bars.

    Returns
    -------
    run
        The results, and the paths of the files written.

    Raises
    ------
    GeoenforceError
        If the configuration, an input or a regulation cannot be used; nothing is written then.

    Examples
    --------
    >>> import tempfile
    >>> from geoenforce.demo import write_county
    >>> with tempfile.TemporaryDirectory() as folder:  # doctest: +SKIP
    ...     run(write_county(Path(folder))).results.cases["severity"].value_counts()
    """
    if not isinstance(config, Config):
        config = load_config(Path(config))
    inputs = read_inputs(config, announce)
    results = assess(inputs, config, announce)
    project = config.project
    files = writers(
        results,
        lang=project.language,
        color_by=config.map.color_by,
        with_personal_data=project.with_personal_data,
    )
    written = write_together(files, config.project.output, manifest(inputs, config), announce)
    return Run(results, written)


def steps(config: Config) -> int:
    """
    Count how often a run will announce something.

    Examples
    --------
    >>> from geoenforce.inputs.config import LandSource, ParcelSource, Project, ViolationSource
    >>> path = Path("a.gpkg")
    >>> steps(Config(project=Project(name="x", county_code="445299"), townships=Source(path=path),
    ...              basic_farmland=[LandSource(path=path)], cultivated=[ParcelSource(path=path)],
    ...              violations=[ViolationSource(path=path)]))
    17
    """
    return len(_kinds(config)) + (13 if config.project.pieces else 11)


def read_inputs(config: Config, announce: Announce = _quietly) -> Inputs:
    """
    Read every source that the configuration names; nothing is written.

    Examples
    --------
    >>> read_inputs(load_config(Path("geoenforce.toml")))  # doctest: +SKIP
    """
    read: dict[str, list[Reading]] = {kind: [] for kind in _KINDS}
    for kind, (source, reader) in zip(_kinds(config), readers(config), strict=True):
        announce(source.path.name)
        read[kind].append(reader())
    lists = {kind: tuple(readings) for kind, readings in read.items() if kind != "townships"}
    return Inputs(townships=read["townships"][0], **lists)


def readers(config: Config) -> list[tuple[Source, Callable[[], Reading]]]:
    """
    List every source of a configuration with the call that reads it, in the configuration's order.

    Examples
    --------
    >>> readers(load_config(Path("geoenforce.toml")))[0][1]()  # doctest: +SKIP
    """
    calls: list[tuple[Source, Callable[[], Reading]]] = []

    def add(reader: Callable[..., Reading], source: Source, *extra: Any, **more: Any) -> None:
        calls.append((source, lambda: reader(source.path, *extra, **more, **source.options())))

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


def assess(inputs: Inputs, config: Config, announce: Announce = _quietly) -> Results:
    """
    Overlay, group and grade what was read; no file is touched.

    Examples
    --------
    >>> config = load_config(Path("geoenforce.toml"))  # doctest: +SKIP
    >>> assess(read_inputs(config), config).cases  # doctest: +SKIP
    """
    regulation = load_regulation(config.grading.regulation)
    townships = inputs.townships.table
    violations = together(inputs.violations, unique=True)
    basic_farmland, cultivated = together(inputs.basic_farmland), together(inputs.cultivated)
    approvals = together(inputs.approvals) if inputs.approvals else None

    announce("overlay")
    cut = cut_by_land_class(
        violations, basic_farmland, cultivated, approvals, before_first_layer=config.grading.before_first_layer
    )
    areas, pieces = cut.areas, None
    if config.project.pieces or config.grading.ridge is Ridge.NET:
        announce("pieces")
        pieces = pieces_by_parcel(cut.regions, cultivated, townships)
    announce("cases")
    ground = ground_of_cases(violations, cut.regions, townships)
    issues = case_issues(violations, ground)
    if config.grading.ridge is Ridge.NET and pieces is not None:
        areas, ground = areas_without_ridges(areas, pieces), ground_without_ridges(ground, cultivated)
    cases = _cases(violations, ground, townships, regulation, config)
    return Results(
        title=config.project.name,
        townships=townships,
        violations=violations,
        original=pd.concat([reading.original for reading in inputs.violations]),
        areas=areas,
        cases=cases,
        comparisons=compare(cases, regulation),
        parties=party_totals(violations, ground, regulation),
        pieces=pieces if config.project.pieces else None,
        basic_farmland=_near(basic_farmland, violations),
        issues=_issues(config, inputs, cut.issues, issues, force_issues(cases, regulation)),
        rejects=_rejects(config, inputs),
        crs=config.project.crs or inputs.townships.output_crs,
        regulation_title=regulation.title,
        regulation_number=regulation.number,
        as_of=config.project.as_of or datetime.now(ZoneInfo("Asia/Shanghai")).date(),
    )


def _kinds(config: Config) -> list[str]:
    """Return the kind of each source, in the configuration's order."""
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


def manifest(inputs: Inputs, config: Config) -> dict[str, Any]:
    """
    Note what a run was made from: files with hashes and counts, the regulation, the options.

    Examples
    --------
    >>> config = load_config(Path("geoenforce.toml"))  # doctest: +SKIP
    >>> manifest(read_inputs(config), config)["regulations"]  # doctest: +SKIP
    """
    sources = [source for source, _ in readers(config)]
    regulation = load_regulation(config.grading.regulation)
    return {
        "project": config.project.name,
        "inputs": [
            {
                "path": place_in(config, source.path),
                "layer": source.layer,
                "sha256": sha256(source.path),
                **vars(reading.counts),
            }
            for source, reading in zip(sources, inputs.readings, strict=True)
        ],
        "regulations": [
            {"id": regulation.id, "number": regulation.number, "last_checked_on": str(regulation.last_checked_on)}
        ],
        "options": config.grading.model_dump(mode="json"),
    }


def _cases(
    violations: gpd.GeoDataFrame,
    ground: gpd.GeoDataFrame,
    townships: gpd.GeoDataFrame,
    regulation: Regulation,
    config: Config,
) -> pd.DataFrame:
    near_threshold = Decimal(str(config.grading.near_threshold))
    cases = group_cases(
        violations, ground, regulation, near_threshold=near_threshold, boundary_sigma_m=config.grading.boundary_sigma_m
    )
    names = townships["township_name"].reindex(cases["township_code"]).to_numpy()
    cases = cases.assign(township_name=pd.array(names, dtype="str"))
    check(cases, CASES)
    return cases


def _near(layer: gpd.GeoDataFrame, violations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    boxes = shapely.bounds(violations.geometry.to_numpy()) + np.array(
        [-_CONTEXT_M, -_CONTEXT_M, _CONTEXT_M, _CONTEXT_M]
    )
    _, hit = shapely.STRtree(layer.geometry.to_numpy()).query(shapely.box(*boxes.T))
    return layer.iloc[np.unique(hit)]


def _issues(config: Config, inputs: Inputs, *more: pd.DataFrame) -> pd.DataFrame:
    tables = [_placed(config, reading.issues) for reading in inputs.readings] + list(more)
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else issues_table()


def _rejects(config: Config, inputs: Inputs) -> gpd.GeoDataFrame:
    filled = [_placed(config, reading.rejects) for reading in inputs.readings if len(reading.rejects)]
    return pd.concat(filled, ignore_index=True) if filled else inputs.townships.rejects


def _placed(config: Config, table: Any) -> Any:
    """Name files as the configuration does: results must not depend on where the project lies."""
    return table.assign(file=[place_in(config, Path(file)) for file in table["file"]]) if len(table) else table
