"""The whole way, from files to graded cases, on one page; the only module that knows the order."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.accountability.assessed import dealt_with
from geoenforce.core.clock import today
from geoenforce.core.memory import swept_seldom
from geoenforce.core.nearby import near
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.results import Results
from geoenforce.core.tables import CASES, check
from geoenforce.core.terms import Ridge
from geoenforce.inputs.config import Config, load_config
from geoenforce.outputs.report_files import Paper
from geoenforce.outputs.run_files import Writer, versions, write_together, writers
from geoenforce.pipeline.accountability import assess_accountability
from geoenforce.pipeline.background import map_options, refuse_missing_background
from geoenforce.pipeline.occupation import Known, Land
from geoenforce.pipeline.patrol_reading import patrol_readers
from geoenforce.pipeline.patrols import Ground, assess_patrols
from geoenforce.pipeline.reading import Announce, Inputs, kinds_of, never_before, quietly, read_inputs, together
from geoenforce.pipeline.record import all_issues, all_rejects, manifest
from geoenforce.pipeline.registers import register_readers
from geoenforce.pipeline.storing import deliveries, keeping, with_entries
from geoenforce.pipeline.unchanged import read_before
from geoenforce.rules.regulation import Regulation, load_regulation
from geoenforce.scale.ground import Stretch, measured
from geoenforce.scale.workers import Workers
from geoenforce.violations.case_issues import case_issues, force_issues, future_issues
from geoenforce.violations.cases import group_cases
from geoenforce.violations.parties import party_totals
from geoenforce.violations.pieces import areas_without_ridges, ground_without_ridges
from geoenforce.violations.severity import compare

_PATROL_STEPS = (
    "trips", "coverage", "compliance",
    "patrol_days.csv", "patrol_rates.csv", "trips.csv", "coverage.csv", "unseen.csv", "ledger_reconciliation.csv",
    "integrity.csv", "patrols.xlsx",
)  # fmt: skip
_ACCOUNTABILITY_STEPS = (
    "occupation", "accountability",
    "duties.csv", "facts.csv", "findings.csv", "would_follow.csv", "warnings.csv", "indicators.csv", "findings.json",
    "accountability.xlsx",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A finished run: what was found, and the files it is written in."""

    results: Results
    files: dict[str, Path]


def run(
    config: str | Path | Config, announce: Announce = quietly, crew: Workers | None = None, *, anew: bool = False
) -> Run:
    """
    Go the whole way: read the inputs, overlay, group and grade, save all of it in the store, and write every output.

    Parameters
    ----------
    config
        A ``geoenforce.toml``, the folder that holds it, or a configuration already loaded.
    announce
        Called with a word for each step as it begins; for progress bars.
    crew
        Who works on parts of the ground (`geoenforce.scale.workers`); the results are the same.
    anew
        Whether to read land layers that did not change since the last run, too; the results are the same.

    Returns
    -------
    run
        The results, and the paths of the files written.

    Raises
    ------
    GeoenforceError
        If the configuration, an input, a regulation or the store cannot be used; no result is written then.

    Examples
    --------
    >>> import tempfile
    >>> from geoenforce.demo import write_county
    >>> with tempfile.TemporaryDirectory() as folder:  # doctest: +SKIP
    ...     run(write_county(Path(folder))).results.cases["severity"].value_counts()
    """
    if not isinstance(config, Config):
        config = load_config(Path(config))
    refuse_missing_background(config)
    with keeping(config) as kept, swept_seldom():
        inputs = read_inputs(config, announce, never_before if anew else read_before(config, kept.store))
        results = assess(with_entries(inputs, kept.entered), config, announce, crew)
        record = manifest(inputs, config, results.as_of)
        results, sheets = _with_sheets(results, record, config)
        keep = kept.keep(results, deliveries(inputs, record, config), announce)
        files = {**files_of(results, config), **sheets}
        written = write_together(files, config.project.output, record, _at_first(sheets, announce), keep)
    return Run(results, written)


def files_of(results: Results, config: Config) -> dict[str, Writer]:
    """
    Name every file of a run, with the function that writes it, as the configuration wants them.

    Examples
    --------
    >>> files_of(results, load_config(Path("demo")))["map.html"](Path("map.html"))  # doctest: +SKIP
    """
    return writers(
        results,
        lang=config.project.language,
        color_by=config.map.color_by,
        with_personal_data=config.project.with_personal_data,
        of_map=partial(map_options, config, results),
        paper=paper_of(config),
    )


def paper_of(config: Config) -> Paper:
    """
    Say how a project's reports are written.

    Examples
    --------
    >>> paper_of(load_config(Path("demo"))).formats  # doctest: +SKIP
    ('html', 'docx', 'xlsx', 'pdf')
    """
    chosen = config.reports.model_dump(exclude={"letters"})
    return Paper(lang=config.project.language, audience=config.map.audience, **chosen)


def _with_sheets(results: Results, record: dict[str, Any], config: Config) -> tuple[Results, dict[str, Writer]]:
    """Name the evidence sheets that the configuration wants, and note them for the map that leads to them."""
    if config.evidence.cases == "none":
        return results, {}
    from geoenforce.pipeline.evidence import cases_with_sheets, evidence_writers

    cases = cases_with_sheets(results, config)
    pages = cases if "html" in config.evidence.formats else []
    sheets = evidence_writers(results, cases, {"versions": versions(), **record}, config)
    return replace(results, evidence=frozenset(pages)), sheets


def _at_first(sheets: dict[str, Writer], announce: Announce) -> Announce:
    """Announce the sheets, of which there may be hundreds, as one step."""
    first = next(iter(sheets), "")

    def tell(name: str) -> None:
        if name not in sheets:
            announce(name)
        elif name == first:
            announce("evidence")

    return tell


def steps(config: Config) -> int:
    """
    Count how often a run will announce something.

    Examples
    --------
    >>> from geoenforce.inputs.config import LandSource, ParcelSource, Project, Source, ViolationSource
    >>> path = Path("a.gpkg")
    >>> steps(Config(project=Project(name="x", county_code="445299"), townships=Source(path=path),
    ...              basic_farmland=[LandSource(path=path)], cultivated=[ParcelSource(path=path)],
    ...              violations=[ViolationSource(path=path)]))
    32
    """
    patrols, reports, sheets = 0, len(config.reports.formats), int(config.evidence.cases != "none")
    if config.tracks:
        patrols = len(patrol_readers(config)) + len(_PATROL_STEPS) + reports
    registers = len(register_readers(config, ())) + len(_ACCOUNTABILITY_STEPS)
    return len(kinds_of(config)) + (14 if config.project.pieces else 12) + registers + patrols + reports + sheets


def assess(inputs: Inputs, config: Config, announce: Announce = quietly, crew: Workers | None = None) -> Results:
    """
    Overlay, group and grade what was read; no file is touched.

    Examples
    --------
    >>> config = load_config(Path("geoenforce.toml"))  # doctest: +SKIP
    >>> assess(read_inputs(config), config).cases  # doctest: +SKIP
    """
    as_of = config.project.as_of or today()  # once: a run may go on over midnight
    regulation = load_regulation(config.grading.regulation)
    townships = inputs.townships.table
    violations = together(inputs.violations, unique=True)
    basic_farmland, cultivated = together(inputs.basic_farmland), together(inputs.cultivated)
    approvals = together(inputs.approvals) if inputs.approvals else None

    with_pieces = config.project.pieces or config.grading.ridge is Ridge.NET
    stretch = Stretch(
        violations, basic_farmland, cultivated, approvals, townships, config.grading.before_first_layer, with_pieces
    )
    found = measured(stretch, announce, crew)
    areas, pieces, ground = found.areas, found.pieces, found.cases
    issues = case_issues(violations, ground)
    if config.grading.ridge is Ridge.NET and pieces is not None:
        areas, ground = areas_without_ridges(areas, pieces), ground_without_ridges(ground, cultivated)
    cases = _cases(violations, ground, townships, regulation, config)
    patrols, patrol_issues = _patrols(inputs, config, as_of, announce, crew)
    known = Known(violations, found.areas, ground, cases, *_patrolled(inputs, patrols))
    land = Land(townships, basic_farmland, cultivated)
    accountable = assess_accountability(inputs.registers, known, land, config, as_of=as_of, announce=announce)
    return Results(
        title=config.project.name,
        townships=townships,
        violations=violations,
        original=pd.concat([reading.original for reading in inputs.violations]),
        areas=areas,
        cases=cases,
        comparisons=compare(cases, regulation),
        parties=party_totals(
            violations, ground, regulation, dealt_with=dealt_with(inputs.registers.table("events"), as_of)
        ),
        pieces=pieces if config.project.pieces else None,
        basic_farmland=near(basic_farmland, violations),
        issues=all_issues(
            config,
            inputs,
            found.issues,
            issues,
            force_issues(cases, regulation),
            future_issues(cases, as_of),
            *patrol_issues,
            *accountable.issues,
        ),
        rejects=all_rejects(config, inputs),
        crs=config.project.crs or inputs.townships.output_crs,
        regulation_title=regulation.title,
        regulation_number=regulation.number,
        as_of=as_of,
        patrols=patrols,
        accountability=accountable.results,
    )


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


def _patrols(
    inputs: Inputs, config: Config, as_of: date, announce: Announce, crew: Workers | None
) -> tuple[PatrolResults | None, list[pd.DataFrame]]:
    """Judge the patrols, if tracks were handed in, over the land layers in force on the last day."""
    if inputs.patrols is None:
        return None, []
    last = config.patrols.last or as_of
    ground = Ground(
        inputs.townships.table,
        _in_force(together(inputs.basic_farmland), last),
        _in_force(together(inputs.cultivated), last),
        together(inputs.violations, unique=True),
    )
    patrolled = assess_patrols(inputs.patrols, ground, config.patrols, announce, crew)
    return patrolled.results, [patrolled.issues]


def _patrolled(inputs: Inputs, patrols: PatrolResults | None) -> tuple[pd.DataFrame | None, frozenset[date] | None]:
    """Return the patrol days and the days with an entry in the ledger, where these were handed in."""
    if inputs.patrols is None or patrols is None:
        return None, None
    ledger = inputs.patrols.ledger
    return patrols.days, None if ledger is None else frozenset(ledger.table["on"].dt.date)


def _in_force(layer: gpd.GeoDataFrame, on: date) -> gpd.GeoDataFrame:
    """Keep the latest version of a dated layer that is in force on a day; cultivated land only."""
    if "is_cultivated" in layer:
        layer = layer[layer["is_cultivated"]]
    if "effective_from" not in layer or layer["effective_from"].isna().any():
        return layer
    day, dates = pd.Timestamp(on), layer["effective_from"]
    version = dates[dates <= day].max() if (dates <= day).any() else dates.min()
    return layer[dates == version]
