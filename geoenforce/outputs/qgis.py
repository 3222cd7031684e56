"""QGIS styles (QML) for the layers of a GeoPackage, in the colours of the map."""

from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree as ET

from geoenforce.core.tables import Column
from geoenforce.core.terms import LandClass, Severity, Status
from geoenforce.outputs.palette import (
    BORDER,
    FARMLAND,
    INK,
    LAND_CLASS_FILL,
    NO_CASE_TINT,
    SEVERITY_EDGE,
    SEVERITY_FILL,
    SEVERITY_TINT,
    STATUS_INK,
    STATUS_TINT,
    UNCOUNTED,
    UNIT_COLORS,
    UNSEEN_EDGE,
    UNSEEN_FILL,
)
from geoenforce.outputs.patrol_status import PatrolStatus
from geoenforce.outputs.qgis_symbols import Fill, Line, Look, day_by_day, labels_of, renderer_of

#: What a violation or case is coloured by: the grade of a confirmed one, else its status.
GRADE_OR_STATUS = 'CASE WHEN "status" = \'confirmed\' THEN "severity" ELSE "status" END'

#: How long nobody has seen a patch of basic farmland.
DAYS_UNSEEN = (
    "CASE WHEN \"days_unseen\" IS NULL THEN 'never' WHEN \"days_unseen\" >= 90 THEN '90' "
    "WHEN \"days_unseen\" >= 60 THEN '60' ELSE 'less' END"
)

_NO_CASE = {"zh": "无已核实案件", "en": "no confirmed case"}
_FARMLAND = {"zh": "永久基本农田", "en": "basic farmland"}
_NO_UNIT = {"zh": "单位不详", "en": "unknown unit"}
_LABELS = {"townships": "township_name", "cases": "case_id", "patrol_status": "township_name"}
_PENS = ("solid", "dash", "dot", "dash dot")
_UNSEEN_CLASSES = (
    ("never", {"zh": "从未巡查", "en": "never seen"}, 0.45, "diagonal_x"),
    ("90", {"zh": "90天及以上", "en": "90 days or more"}, 0.35, "b_diagonal"),
    ("60", {"zh": "60—89天", "en": "60–89 days"}, 0.25, "horizontal"),
    ("less", {"zh": "不足60天", "en": "less than 60 days"}, 0.15, ""),
)
_STATUS_HATCH = {
    PatrolStatus.PATROLLING_NOW: "b_diagonal",
    PatrolStatus.PATROLLED_TODAY: "",
    PatrolStatus.NOT_PATROLLED_TODAY: "diagonal_x",
}
_HATCH = {Severity.SERIOUS: "b_diagonal", Severity.ESPECIALLY_SERIOUS: "diagonal_x"}


def style_of(layer: str, lang: str, fields: Iterable[Column] = (), units: Sequence[str] = ()) -> str:
    """
    Return the QML of a layer of ``results.gpkg``.

    Parameters
    ----------
    layer
        ``townships``, ``violations``, ``cases``, ``pieces``, ``basic_farmland_nearby``, ``trips``,
        ``unseen_basic_farmland`` or ``patrol_status``.
    lang
        Language of the legend and of the fields' names: ``"zh"`` or ``"en"``.
    fields
        The layer's columns, for the names above the attribute table.
    units
        The patrol units, for the legend of ``trips``.

    Examples
    --------
    >>> '<category value="serious" label="情节严重"' in style_of("cases", "zh")
    True
    """
    attribute, looks = _looks(layer, lang, units)
    label = _status_label(lang) if layer == "patrol_status" else _LABELS.get(layer, "")
    aliases = {column.name: column.label(lang) for column in fields}
    return qml_of(attribute, looks, label=label, aliases=aliases, day="on" if layer == "trips" else "")


def qml_of(
    attribute: str, looks: Sequence[Look], *, label: str = "", aliases: Mapping[str, str] | None = None, day: str = ""
) -> str:
    """
    Put a style together.

    Parameters
    ----------
    attribute, looks
        What features are drawn by, and how, as in `renderer_of`.
    label
        A field or expression whose value is written on each feature.
    aliases
        Names of fields for people.
    day
        The field by which the temporal controller goes through the layer.

    Examples
    --------
    >>> qml_of("", [Line("", "tracks", "#0b7a75")]).startswith('<!DOCTYPE qgis PUBLIC "qgis" "SYSTEM">')
    True
    """
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling|Fields|Temporal")
    root.set("labelsEnabled", "1" if label else "0")
    if day:
        root.append(day_by_day(day))
    root.append(renderer_of(attribute, looks))
    if label:
        root.append(labels_of(label))
    named = ET.SubElement(root, "aliases")
    for field, name in (aliases or {}).items():
        ET.SubElement(named, "alias", field=field, name=name)
    return '<!DOCTYPE qgis PUBLIC "qgis" "SYSTEM">\n' + ET.tostring(root, encoding="unicode")


def _looks(layer: str, lang: str, units: Sequence[str]) -> tuple[str, Sequence[Look]]:
    """Return what a layer is coloured by, and how each value looks."""
    looks: dict[str, tuple[str, Sequence[Look]]] = {
        "townships": ("worst_severity", _townships(lang)),
        "violations": (GRADE_OR_STATUS, _grades(lang)),
        "cases": (GRADE_OR_STATUS, _grades(lang)),
        "pieces": ("land_class", land_class_looks(lang)),
        "basic_farmland_nearby": ("", [Fill("", _FARMLAND[lang], FARMLAND, FARMLAND, opacity=0.35)]),
        "trips": ("patrol_unit", _units(lang, units)),
        "unseen_basic_farmland": (DAYS_UNSEEN, unseen_looks(lang)),
        "patrol_status": ("patrol_status", _statuses(lang)),
    }
    return looks[layer]


def _townships(lang: str) -> list[Fill]:
    tints = [
        Fill(grade, grade.name_in(lang), tint, BORDER, edge_mm=0.5)
        for grade, tint in reversed(list(SEVERITY_TINT.items()))
    ]
    return [*tints, Fill("", _NO_CASE[lang], NO_CASE_TINT, BORDER, edge_mm=0.5)]  # "" stands for all other values


def _grades(lang: str) -> list[Fill]:
    grades = [
        Fill(grade, grade.name_in(lang), SEVERITY_FILL[grade], SEVERITY_EDGE[grade], 0.9, _HATCH.get(grade, ""))
        for grade in reversed(Severity)
    ]
    uncounted = [
        Fill(status, status.name_in(lang), UNCOUNTED, INK, opacity=0.15, dashed=status is Status.SUSPECTED)
        for status in (Status.SUSPECTED, Status.LAWFUL, Status.DISMISSED)
    ]
    return grades + uncounted


def land_class_looks(lang: str) -> list[Fill]:
    """
    Say how pieces of each land class look.

    Examples
    --------
    >>> land_class_looks("en")[0].label
    'approved'
    """
    return [
        Fill(land_class, land_class.name_in(lang), LAND_CLASS_FILL[land_class], BORDER, edge_mm=0.1)
        for land_class in LandClass
    ]


def _units(lang: str, units: Sequence[str]) -> list[Line]:
    """Give each unit a colour and a pen of its own; after twelve they repeat."""
    lines = [
        Line(unit, unit, UNIT_COLORS[number % len(UNIT_COLORS)], _PENS[number % len(_PENS)])
        for number, unit in enumerate(units)
    ]
    return [*lines, Line("", _NO_UNIT[lang], UNCOUNTED)]


def unseen_looks(lang: str) -> list[Fill]:
    """
    Say how patches that nobody has seen look, by `DAYS_UNSEEN`.

    Examples
    --------
    >>> unseen_looks("en")[0].label
    'never seen'
    """
    return [
        Fill(value, label[lang], UNSEEN_FILL, UNSEEN_EDGE, opacity, hatch)
        for value, label, opacity, hatch in _UNSEEN_CLASSES
    ]


def _statuses(lang: str) -> list[Fill]:
    return [
        Fill(status, status.name_in(lang), STATUS_TINT[status], STATUS_INK[status], hatch=_STATUS_HATCH[status])
        for status in PatrolStatus
    ]


def _status_label(lang: str) -> str:
    cases = " ".join(f"WHEN '{status.value}' THEN '{status.name_in(lang)}'" for status in PatrolStatus)
    return f'"township_name" || \'\\n\' || CASE "patrol_status" {cases} END'
