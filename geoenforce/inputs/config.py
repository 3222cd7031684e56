"""Read ``geoenforce.toml``; unknown keys and wrong values are refused, all in one message."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from geoenforce.core.errors import ConfigError
from geoenforce.core.terms import Ridge, Status


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Section):
    """One file to read, and what its reader must be told."""

    path: Path
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    datum_shift: dict[str, float] | None = None
    columns: dict[str, str] = {}

    def options(self) -> dict[str, Any]:
        """
        Return what the readers take as keyword arguments.

        Examples
        --------
        >>> Source(path=Path("a.shp"), crs="EPSG:4527").options()
        {'crs': 'EPSG:4527'}
        """
        named = {name: getattr(self, name) for name in ("layer", "crs", "encoding", "datum_shift", "columns")}
        return {name: value for name, value in named.items() if value}


class LandSource(Source):
    """A land layer, with the day from which it is in force."""

    effective_from: date | None = None


class ParcelSource(LandSource):
    """Land parcels (DLTB), or polygons that are cultivated land throughout."""

    all_cultivated: bool = False


class ApprovalSource(Source):
    """Approved sites; the day stands in the file, or here for all of them."""

    approved_on: date | None = None


class ViolationSource(Source):
    """Violations; day and status stand in the file, or here for all of them."""

    found_on: date | None = None
    status: Status = Status.CONFIRMED


class Project(_Section):
    """What the project is called and where its results go."""

    name: str
    county_code: Annotated[str, Field(pattern=r"^\d{4}(\d{2})?$|^\d{2}$")]
    output: Path = Path("out")
    crs: str | None = None
    language: Literal["zh", "en"] = "zh"
    as_of: date | None = None
    pieces: bool = True
    with_personal_data: bool = False


class Grading(_Section):
    """How cases are graded."""

    regulation: str = "jieyang-2009"
    near_threshold: Annotated[float, Field(ge=0, lt=1)] = 0.01
    boundary_sigma_m: Annotated[float, Field(ge=0)] = 0.5
    ridge: Ridge = Ridge.GROSS
    before_first_layer: Literal["error", "earliest"] = "error"


class Map(_Section):
    """What the map shows first, and for whom: leaders, or supervisors who also see doubts about tracks."""

    audience: Literal["leader", "supervisor"] = "leader"
    color_by: Literal["severity", "basic_farmland_mu", "patrol_status"] = "severity"


class TrackSource(_Section):
    """Patrol logs: a file, a folder, a pattern such as ``tracks/*.gpx``, or a zipped delivery."""

    path: Path
    datum: Literal["WGS84", "CGCS2000", "GCJ-02"] = "WGS84"
    time_zone: str = "Asia/Shanghai"
    patrol_unit: str | None = None
    device_id: str | None = None
    columns: dict[str, str] = {}
    sight_m: Annotated[float, Field(gt=0)] | None = None  # where this source's patrols see farther or less far


class LedgerSource(_Section):
    """The patrol ledger."""

    path: Path
    datum: Literal["WGS84", "CGCS2000", "GCJ-02"] = "CGCS2000"  # of the places it notes; GCJ-02 if off a phone's map
    patrol_unit: str | None = None
    columns: dict[str, str] = {}


class Patrols(_Section):
    """What counts as a patrol, and over which days."""

    first: date | None = None  # default: the day of the first trip
    last: date | None = None  # default: the day of the last trip
    gap_min: Annotated[float, Field(gt=0)] = 20.0
    at_least_min: Annotated[float, Field(ge=0)] = 10.0
    at_least_m: Annotated[float, Field(ge=0)] = 1000.0
    sight_m: Annotated[float, Field(gt=0)] = 200.0
    unseen_days: Annotated[int, Field(ge=0)] = 30
    time_tolerance_min: Annotated[float, Field(ge=0)] = 30.0
    distance_tolerance_m: Annotated[float, Field(ge=0)] = 200.0
    excused: Path | None = None
    working_days: Path | None = None
    elevation: Path | None = None


class Config(_Section):
    """The whole configuration; paths are absolute once it is loaded."""

    project: Project
    townships: Source
    basic_farmland: tuple[LandSource, ...] = Field(min_length=1)
    cultivated: tuple[ParcelSource, ...] = Field(min_length=1)
    approvals: tuple[ApprovalSource, ...] = ()
    violations: tuple[ViolationSource, ...] = Field(min_length=1)
    tracks: tuple[TrackSource, ...] = ()
    ledger: LedgerSource | None = None
    roads: Source | None = None
    grading: Grading = Grading()
    patrols: Patrols = Patrols()
    map: Map = Map()
    _folder: Path = PrivateAttr(default=Path())

    @property
    def folder(self) -> Path:
        """
        Return the folder that paths are seen from.

        Examples
        --------
        >>> load_config(Path("demo")).folder  # doctest: +SKIP
        """
        return self._folder


def load_config(path: Path) -> Config:
    """
    Read a configuration and make its paths absolute, seen from the folder it lies in.

    Parameters
    ----------
    path
        A ``geoenforce.toml``, or the folder that holds one.

    Raises
    ------
    ConfigError
        If the file is missing, is not TOML, has unknown or missing keys or wrong values. The message
        names each of them.

    Examples
    --------
    >>> load_config(Path("no_such_folder"))
    Traceback (most recent call last):
    geoenforce.core.errors.ConfigError: no_such_folder: there is no such file. Make a project with
    'geoenforce init DIR', or name its geoenforce.toml.
    """
    path = path / "geoenforce.toml" if path.is_dir() else path
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        config = Config.model_validate(data)
    except FileNotFoundError:
        message = (
            f"{path}: there is no such file. Make a project with 'geoenforce init DIR', or name its geoenforce.toml."
        )
        raise ConfigError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        message = f"{path}: is not valid TOML in UTF-8: {problem}."
        raise ConfigError(message) from None
    except pydantic.ValidationError as problem:
        raise ConfigError("\n".join(f"{path.name}: {line}" for line in _lines(problem))) from None
    return _absolute(config, path.resolve().parent)


def _absolute(config: Config, folder: Path) -> Config:
    def moved(source: Any) -> Any:
        return source.model_copy(update={"path": folder / source.path})

    lists = ("basic_farmland", "cultivated", "approvals", "violations", "tracks")
    updates: dict[str, Any] = {name: tuple(moved(source) for source in getattr(config, name)) for name in lists}
    for name in ("townships", "ledger", "roads"):
        updates[name] = None if getattr(config, name) is None else moved(getattr(config, name))
    files = {name: getattr(config.patrols, name) for name in ("excused", "working_days", "elevation")}
    found = {name: folder / path for name, path in files.items() if path is not None}
    updates["patrols"] = config.patrols.model_copy(update=found)
    if config.grading.regulation.endswith(".toml"):
        own = str(folder / config.grading.regulation)
        updates["grading"] = config.grading.model_copy(update={"regulation": own})
    updates["project"] = config.project.model_copy(update={"output": folder / config.project.output})
    absolute = config.model_copy(update=updates)
    absolute._folder = folder
    return absolute


def place_in(config: Config, path: Path) -> str:
    """
    Name a file as seen from the project's folder, or in full if it lies elsewhere.

    Examples
    --------
    >>> place_in(load_config(Path("demo")), Path("/data/demo/boundaries/xzq.shp"))  # doctest: +SKIP
    'boundaries/xzq.shp'
    """
    return path.relative_to(config.folder).as_posix() if path.is_relative_to(config.folder) else path.as_posix()


def _lines(problem: pydantic.ValidationError) -> list[str]:
    lines = []
    for error in problem.errors():
        if error["type"] == "too_short" and error["input"]:
            continue  # the list is short only because an entry of it is wrong, which is said by itself
        where = ".".join(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            lines.append(f"{where}: unknown key; allowed here are {_allowed(error['loc'])}.")
        elif error["type"] == "missing":
            lines.append(f"{where}: is missing.")
        else:
            lines.append(f"{where}: {error['msg']}, but is {error['input']!r}.")
    return lines


def _allowed(location: tuple[int | str, ...]) -> list[str]:
    """Name the keys of the section that an unknown key stands in."""
    section: Any = Config
    for part in location[:-1]:
        if isinstance(part, str):
            section = section.model_fields[part].annotation
            section = next((one for one in getattr(section, "__args__", ()) if isinstance(one, type)), section)
    return list(section.model_fields)
