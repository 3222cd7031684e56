"""The configuration of the demo county."""

from pathlib import Path

from geoenforce.demo.accountability_files import (
    CONSTRUCTION_FILE,
    CONSTRUCTION_LAYER,
    DECLARATIONS_FILE,
    DEDUCTIONS_FILE,
    DEPARTMENTS_FILE,
    EVENTS_FILE,
    MEASURES_FILE,
)
from geoenforce.demo.case_courses import AS_OF
from geoenforce.demo.ground import COUNTY_CODE, COUNTY_NAME, CRS
from geoenforce.demo.land import FARMLAND_FROM, PARCELS_FROM
from geoenforce.demo.layer_files import (
    APPROVALS_FILE,
    FARMLAND_2021_FILE,
    FARMLAND_2025_FILE,
    PARCELS_FILE,
    TOWNSHIPS_FILE,
)
from geoenforce.demo.patrol_plans import FIRST_DAY, LAST_DAY
from geoenforce.demo.plans import CORNERS_FOUND_ON
from geoenforce.demo.track_files import SHIFTED_FOLDER
from geoenforce.demo.violation_files import CORNERS_FILE, IMAGERY_FILE, PATROL_FILE, SATELLITE_FILE

_CONFIG = f"""\
# 示范县：全部数据均为虚构。 The demo county: everything is made up.

[project]
name = "{COUNTY_NAME}"
county_code = "{COUNTY_CODE}"
output = "out"
crs = "{CRS}"
language = "zh"
as_of = {AS_OF}

[townships]
path = "{TOWNSHIPS_FILE.as_posix()}"

# Two versions of the basic farmland: a violation is laid over the one in force on its day.
[[basic_farmland]]
path = "{FARMLAND_2021_FILE.as_posix()}"
effective_from = {FARMLAND_FROM[0]}

[[basic_farmland]]
path = "{FARMLAND_2025_FILE.as_posix()}"
layer = "YJJBNTTB"
effective_from = {FARMLAND_FROM[1]}

[[cultivated]]
path = "{PARCELS_FILE.as_posix()}"
layer = "DLTB"
effective_from = {PARCELS_FROM}

[[approvals]]
path = "{APPROVALS_FILE.as_posix()}"
layer = "批准用地"

# The satellite patches call the day of the later image HSX (后时相).
[[violations]]
path = "{SATELLITE_FILE.as_posix()}"
columns = {{ violation_id = "JCBH", found_on = "HSX", party = "YDDW", case_id = "AJBH" }}

# Boundary points name no day.
[[violations]]
path = "{CORNERS_FILE.as_posix()}"
found_on = {CORNERS_FOUND_ON}

# Corners as WKT: a spreadsheet names no coordinate system.
[[violations]]
path = "{PATROL_FILE.as_posix()}"
crs = "{CRS}"

[[violations]]
path = "{IMAGERY_FILE.as_posix()}"
status = "suspected"

# GPX, NMEA and KML; one of them is not in WGS84, and truth/patrols.csv says which.
[[tracks]]
path = "patrols/tracks"

# CSV in GCJ-02, Beijing time without a zone.
[[tracks]]
path = "{SHIFTED_FOLDER.as_posix()}"
datum = "GCJ-02"

[ledger]
path = "patrols/ledger.xlsx"

# Centre lines: they show logs in GCJ-02 that are not declared as such.
[roads]
path = "roads/roads.gpkg"

# What happened in the cases, which measures were imposed, and what a person has established and recorded.
[events]
path = "{EVENTS_FILE.as_posix()}"

[measures]
path = "{MEASURES_FILE.as_posix()}"

[declarations]
path = "{DECLARATIONS_FILE.as_posix()}"

[departments]
path = "{DEPARTMENTS_FILE.as_posix()}"

# The lower part of the ratio of illegal occupation: all new construction of a year, lawful and unlawful.
[[new_construction]]
path = "{CONSTRUCTION_FILE.as_posix()}"
layer = "{CONSTRUCTION_LAYER}"

[deductions]
path = "{DEDUCTIONS_FILE.as_posix()}"

[patrols]
first = {FIRST_DAY}
last = {LAST_DAY}
excused = "patrols/excused.csv"

# truth/ holds what is true of areas, cases, trips, patrol days, duties, ratios and findings.

[grading]
regulation = "jieyang-2009"
near_threshold = 0.01
boundary_sigma_m = 0.5
ridge = "gross"
before_first_layer = "error"

# The notice of Jiangsu carries no date: it applies because a day is given here.
[accountability]
regulations = ["jieyang-2009", "jiangsu-co-responsibility"]
in_force_from = {{ "jiangsu-co-responsibility" = 2013-01-01 }}

# Evidence sheets of the grave cases as web pages, to which the map leads.
[evidence]
cases = "serious"
formats = ["html"]

[map]
color_by = "severity"

# The map shows the roads, and of the parcels the rivers.
[[map.lines]]
path = "{PARCELS_FILE.as_posix()}"
layer = "DLTB"
kind = "river"
only = {{ DLBM = ["1101"] }}
"""


def write_config(folder: Path) -> Path:
    """
    Write ``geoenforce.toml`` and return its path.

    Parameters
    ----------
    folder
        The project folder.
    """
    path = folder / "geoenforce.toml"
    path.write_text(_CONFIG, encoding="utf-8")
    return path
