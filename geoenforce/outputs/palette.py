"""The colours of maps, spreadsheets and QGIS styles: light to dark as grades get graver, so that nobody needs hue."""

from geoenforce.core.terms import LandClass, Severity
from geoenforce.outputs.patrol_status import PatrolStatus

#: Fill of a violation by the grade of its case. The lightness alone tells them apart (colour blindness, grey print).
SEVERITY_FILL = {Severity.ORDINARY: "#f2c14e", Severity.SERIOUS: "#e0661f", Severity.ESPECIALLY_SERIOUS: "#9c1137"}

#: Its outline.
SEVERITY_EDGE = {Severity.ORDINARY: "#8a6508", Severity.SERIOUS: "#7f350a", Severity.ESPECIALLY_SERIOUS: "#4a0619"}

#: Tint of a township by its worst grade, and of a spreadsheet's row.
SEVERITY_TINT = {Severity.ORDINARY: "#fbf1d6", Severity.SERIOUS: "#f8dcc6", Severity.ESPECIALLY_SERIOUS: "#e7c3cb"}

#: A township without a confirmed case.
NO_CASE_TINT = "#f6f7f4"

#: A figure of a township: none, then one class after the other; darker is always worse.
AREA_TINTS = ("#f6f7f4", "#e0e9f4", "#c3d4e9", "#a2bedd", "#7fa3cd")

#: A township of which a figure is not known; dots tell it from the others.
MISSING_TINT = "#ffffff"

#: Neutral parts.
INK, BORDER, FARMLAND, UNCOUNTED = "#24313d", "#7b8794", "#8fb08a", "#8b95a1"

LAND_CLASS_FILL = {
    LandClass.APPROVED: "#b8bec6",
    LandClass.BASIC_FARMLAND: "#3f7d3a",
    LandClass.OTHER_CULTIVATED: "#a9c774",
    LandClass.OTHER: "#d9c9a3",
}

#: Today's status as leaders know it: red, blue, black; dark enough to carry white letters.
STATUS_INK = {
    PatrolStatus.PATROLLING_NOW: "#b8261b",
    PatrolStatus.PATROLLED_TODAY: "#1f5fae",
    PatrolStatus.NOT_PATROLLED_TODAY: "#1d2630",
}

#: A township by its status.
STATUS_TINT = {
    PatrolStatus.PATROLLING_NOW: "#f6d3cf",
    PatrolStatus.PATROLLED_TODAY: "#d3e2f4",
    PatrolStatus.NOT_PATROLLED_TODAY: "#d5d8dc",
}

#: Tracks on the map, and by unit in QGIS; none is the red, blue or black of the status.
TRACK = "#0b7a75"
UNIT_COLORS = (TRACK, "#6a3d9a", "#8c510a", "#c51b7d", "#4d7c0f", "#35618f")

#: Basic farmland that nobody has seen lately.
UNSEEN_FILL, UNSEEN_EDGE = "#b9a3d6", "#5b3a8e"
