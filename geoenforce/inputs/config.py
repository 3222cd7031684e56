"""Read ``geoenforce.toml``; unknown keys and wrong values are refused, all in one message."""

import tomllib
from pathlib import Path
from typing import Any

import pydantic
from pydantic import Field, PrivateAttr

from geoenforce.core.errors import ConfigError
from geoenforce.inputs.config_problems import not_toml, not_utf8, wrong_values
from geoenforce.inputs.map_sections import Map
from geoenforce.inputs.sections import (
    Accountability,
    ApprovalSource,
    Evidence,
    Grading,
    LandSource,
    LedgerSource,
    NewConstructionSource,
    ParcelSource,
    Patrols,
    Project,
    RegisterSource,
    Reports,
    Section,
    Source,
    StoreSection,
    TrackSource,
    ViolationSource,
)

_LISTS = ("basic_farmland", "cultivated", "approvals", "violations", "new_construction", "tracks")
_REGISTERS = ("events", "measures", "declarations", "departments", "cultivated_taken", "deductions")


class Config(Section):
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
    events: RegisterSource | None = None
    measures: RegisterSource | None = None
    declarations: RegisterSource | None = None
    departments: RegisterSource | None = None
    new_construction: tuple[NewConstructionSource, ...] = ()
    cultivated_taken: RegisterSource | None = None
    deductions: RegisterSource | None = None
    grading: Grading = Grading()
    patrols: Patrols = Patrols()
    accountability: Accountability = Accountability()
    map: Map = Map()
    reports: Reports = Reports()
    evidence: Evidence = Evidence()
    store: StoreSection = StoreSection()
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
        config = Config.model_validate(_read(path))
    except pydantic.ValidationError as problem:
        raise ConfigError("\n".join(f"{path.name}: {line}" for line in wrong_values(problem, _allowed))) from None
    return _absolute(config, path.resolve().parent)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        return tomllib.loads(text)
    except FileNotFoundError:
        message = (
            f"{path}: there is no such file. Make a project with 'geoenforce init DIR', or name its geoenforce.toml."
        )
    except OSError as problem:
        message = f"{path}: cannot be read: {problem.strerror}. May you read it (读取权限)?"
    except UnicodeDecodeError:
        message = f"{path}: {not_utf8(content)}"
    except tomllib.TOMLDecodeError as problem:
        message = f"{path}: {not_toml(text, str(problem))}"
    raise ConfigError(message) from None


def _absolute(config: Config, folder: Path) -> Config:
    def moved(source: Any) -> Any:
        return source.model_copy(update={"path": folder / source.path})

    updates: dict[str, Any] = {name: tuple(moved(source) for source in getattr(config, name)) for name in _LISTS}
    for name in ("townships", "ledger", "roads", *_REGISTERS):
        updates[name] = None if getattr(config, name) is None else moved(getattr(config, name))
    files = {name: getattr(config.patrols, name) for name in ("excused", "working_days", "elevation")}
    found = {name: folder / path for name, path in files.items() if path is not None}
    updates["patrols"] = config.patrols.model_copy(update=found)
    graded_by = _own_file(config.grading.regulation, folder)
    updates["grading"] = config.grading.model_copy(update={"regulation": graded_by})
    regulations = tuple(_own_file(name, folder) for name in config.accountability.regulations)
    updates["accountability"] = config.accountability.model_copy(update={"regulations": regulations})
    papers = {name: getattr(config.reports, name) for name in ("template", "letters")}
    found = {name: folder / path for name, path in papers.items() if path is not None}
    updates["reports"] = config.reports.model_copy(update=found)
    chips = None if config.evidence.chips is None else folder / config.evidence.chips
    updates["evidence"] = config.evidence.model_copy(update={"chips": chips})
    lines = tuple(moved(source) for source in config.map.lines)
    tiles = tuple(moved(source) if source.path else source for source in config.map.tiles)
    updates["map"] = config.map.model_copy(update={"lines": lines, "tiles": tiles})
    updates["project"] = config.project.model_copy(update={"output": folder / config.project.output})
    absolute = config.model_copy(update=updates)
    absolute._folder = folder
    return absolute


def _own_file(regulation: str, folder: Path) -> str:
    """Return the id of a regulation as it is, but the path of a user's own as seen from the folder."""
    return str(folder / regulation) if regulation.endswith(".toml") else regulation


def place_in(config: Config, path: Path) -> str:
    """
    Name a file as seen from the project's folder, or in full if it lies elsewhere.

    Examples
    --------
    >>> place_in(load_config(Path("demo")), Path("/data/demo/boundaries/xzq.shp"))  # doctest: +SKIP
    'boundaries/xzq.shp'
    """
    return path.relative_to(config.folder).as_posix() if path.is_relative_to(config.folder) else path.as_posix()


def _allowed(location: tuple[int | str, ...]) -> list[str]:
    """Name the keys of the section that an unknown key stands in."""
    section: Any = Config
    for part in location[:-1]:
        if isinstance(part, str):
            section = section.model_fields[part].annotation
            section = next((one for one in getattr(section, "__args__", ()) if isinstance(one, type)), section)
    return list(section.model_fields)


__all__ = [
    "Accountability",
    "ApprovalSource",
    "Config",
    "Grading",
    "LandSource",
    "LedgerSource",
    "Map",
    "NewConstructionSource",
    "ParcelSource",
    "Patrols",
    "Project",
    "RegisterSource",
    "Reports",
    "Source",
    "StoreSection",
    "TrackSource",
    "ViolationSource",
    "load_config",
    "place_in",
]
