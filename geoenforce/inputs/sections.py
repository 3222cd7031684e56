"""The sections of ``geoenforce.toml``, each with its keys and their defaults."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from geoenforce.core.terms import Ridge, Status


class Section(BaseModel):
    """What all sections have in common: an unknown key is refused, and nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _without_escapes(path: Path) -> Path:
    r"""Refuse a path in which a backslash was read as the sign of a tab or line break: "D:\temp" in double quotes."""
    if not str(path).isprintable():
        message = "in double quotes, a backslash and a letter are one sign; write the path with / or in single quotes"
        raise ValueError(message)
    return path


#: The path of a file to read.
FilePath = Annotated[Path, AfterValidator(_without_escapes)]


class Source(Section):
    """One file to read, and what its reader must be told."""

    path: FilePath
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


class Project(Section):
    """What the project is called and where its results go."""

    name: str
    county_code: Annotated[str, Field(pattern=r"^\d{4}(\d{2})?$|^\d{2}$")]
    output: Path = Path("out")
    crs: str | None = None
    language: Literal["zh", "en"] = "zh"
    as_of: date | None = None
    pieces: bool = True
    with_personal_data: bool = False


class Grading(Section):
    """How cases are graded."""

    regulation: str = "jieyang-2009"
    near_threshold: Annotated[float, Field(ge=0, lt=1)] = 0.01
    boundary_sigma_m: Annotated[float, Field(ge=0)] = 0.5
    ridge: Ridge = Ridge.GROSS
    before_first_layer: Literal["error", "earliest"] = "error"


#: The files that an evidence sheet can be; txt is the list of boundary points alone (界址点).
EvidenceFormat = Literal["html", "docx", "pdf", "xlsx", "txt"]


class Evidence(Section):
    """Whose evidence sheets a run writes, and where the images of cases are."""

    cases: Literal["none", "serious", "all"] = "none"  # serious: and those above
    formats: tuple[EvidenceFormat, ...] = ("html", "docx", "pdf")
    chips: Path | None = None  # a folder with CASE_before.png and CASE_after.png


class TrackSource(Section):
    """Patrol logs: a file, a folder, a pattern such as ``tracks/*.gpx``, or a zipped delivery."""

    path: FilePath
    datum: Literal["WGS84", "CGCS2000", "GCJ-02"] = "WGS84"
    crs: str | None = None  # of tables in metres; without it, positions are degrees
    time_zone: str = "Asia/Shanghai"
    patrol_unit: str | None = None
    device_id: str | None = None
    columns: dict[str, str] = {}
    sight_m: Annotated[float, Field(gt=0)] | None = None  # where this source's patrols see farther or less far


class LedgerSource(Section):
    """The patrol ledger."""

    path: FilePath
    datum: Literal["WGS84", "CGCS2000", "GCJ-02"] = "CGCS2000"  # of the places it notes; GCJ-02 if off a phone's map
    patrol_unit: str | None = None
    columns: dict[str, str] = {}


class Patrols(Section):
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


class RegisterSource(Section):
    """A register kept by hand: case events, measures, declarations, departments, areas taken, deductions."""

    path: FilePath
    columns: dict[str, str] = {}


class NewConstructionSource(Source):
    """New construction land; the day stands in the file, or here for all of it."""

    taken_on: date | None = None


class Accountability(Section):
    """Which regulations findings and duties rest on, and how their open points are read."""

    regulations: tuple[str, ...] = ("jieyang-2009",)
    in_force_from: dict[str, date] = {}  # regulation id → day, for one whose text has none
    serious_includes_especially_serious: bool = True
    case_attribution: Literal["largest", "every"] = "largest"


#: A period is written out, or named as seen from the day of the run (patrols: the last day judged).
_PERIOD = r"^(month|quarter|year|\d{4}(-(0[1-9]|1[0-2])|Q[1-4])?)$"


class Reports(Section):
    """Which reports a run writes, over which periods, and on whose paper."""

    formats: tuple[Literal["html", "docx", "xlsx", "pdf"], ...] = ("html", "docx", "xlsx", "pdf")
    accountability: Annotated[str, Field(pattern=_PERIOD)] = "year"
    patrols: Annotated[str, Field(pattern=_PERIOD)] = "month"
    issued_by: str = ""  # for the letterhead; empty: nobody is named
    template: Path | None = None  # a bureau's own Word file; default: ours
    letters: Path | None = None  # folder of a bureau's own letters: notice.docx, discipline.docx, talk.docx


def _without_password(url: str) -> str:
    """Refuse a URL with a password: the configuration is copied, mailed and kept in version control."""
    user, at, _ = url.partition("://")[2].rpartition("@")
    if not url.startswith("gpkg:") and ((at and ":" in user) or "password=" in url.lower()):
        message = (
            "holds a password, which does not belong into this file. Take it out, and give it in the environment "
            "variable GEOENFORCE_STORE_PASSWORD, or in the file ~/.pgpass"
        )
        raise ValueError(message)
    return url


class StoreSection(Section):
    """Where the store is; by default a GeoPackage beside the folder of results."""

    url: Annotated[str, AfterValidator(_without_password)] | None = None
