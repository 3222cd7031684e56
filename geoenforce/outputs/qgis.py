"""QGIS styles (QML) for the layers of a GeoPackage, in the colours of the map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    UNCOUNTED,
)

#: What a violation or case is coloured by: the grade of a confirmed one, else its status.
GRADE_OR_STATUS = 'CASE WHEN "status" = \'confirmed\' THEN "severity" ELSE "status" END'

_NO_CASE = {"zh": "无已核实案件", "en": "no confirmed case"}
_FARMLAND = {"zh": "永久基本农田", "en": "basic farmland"}
_HATCH = {Severity.SERIOUS: "b_diagonal", Severity.ESPECIALLY_SERIOUS: "diagonal_x"}


@dataclass(frozen=True)
class Fill:
    """How one kind of polygon is drawn; the hatch tells grades apart without colour."""

    value: str
    label: str
    color: str
    edge: str
    opacity: float = 1.0
    hatch: str = ""
    dashed: bool = False
    edge_mm: float = 0.3


def style_of(layer: str, lang: str, fields: Iterable[Column] = ()) -> str:
    """
    Return the QML of a layer of ``results.gpkg``.

    Parameters
    ----------
    layer
        ``townships``, ``violations``, ``cases``, ``pieces`` or ``basic_farmland_nearby``.
    lang
        Language of the legend and of the fields' names: ``"zh"`` or ``"en"``.
    fields
        The layer's columns, for the names above the attribute table.

    Examples
    --------
    >>> '<category value="serious" label="情节严重"' in style_of("cases", "zh")
    True
    """
    attribute, fills = {
        "townships": ("worst_severity", _townships(lang)),
        "violations": (GRADE_OR_STATUS, _grades(lang)),
        "cases": (GRADE_OR_STATUS, _grades(lang)),
        "pieces": ("land_class", _land_classes(lang)),
        "basic_farmland_nearby": ("", [Fill("", _FARMLAND[lang], FARMLAND, FARMLAND, opacity=0.35)]),
    }[layer]
    label = {"townships": "township_name", "cases": "case_id"}.get(layer, "")
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling|Fields")
    root.set("labelsEnabled", "1" if label else "0")
    root.append(_renderer(attribute, fills))
    if label:
        root.append(_labels(label))
    aliases = ET.SubElement(root, "aliases")
    for column in fields:
        ET.SubElement(aliases, "alias", field=column.name, name=column.label(lang))
    return '<!DOCTYPE qgis PUBLIC "qgis" "SYSTEM">\n' + ET.tostring(root, encoding="unicode")


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


def _land_classes(lang: str) -> list[Fill]:
    return [
        Fill(land_class, land_class.name_in(lang), LAND_CLASS_FILL[land_class], BORDER, edge_mm=0.1)
        for land_class in LandClass
    ]


def _renderer(attribute: str, fills: Sequence[Fill]) -> ET.Element:
    renderer = ET.Element("renderer-v2", type="categorizedSymbol" if attribute else "singleSymbol", symbollevels="0")
    if attribute:
        renderer.set("attr", attribute)
        categories = ET.SubElement(renderer, "categories")
        for number, fill in enumerate(fills):
            named = {"value": fill.value, "label": fill.label, "symbol": str(number)}
            ET.SubElement(categories, "category", {**named, "render": "true", "type": "string"})
    symbols = ET.SubElement(renderer, "symbols")
    for number, fill in enumerate(fills):
        symbols.append(_symbol(str(number), fill))
    return renderer


def _symbol(name: str, fill: Fill) -> ET.Element:
    symbol = ET.Element("symbol", {"name": name, "type": "fill", "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"})
    edge = {
        "outline_color": _rgba(fill.edge),
        "outline_style": "dash" if fill.dashed else "solid",
        "outline_width": f"{fill.edge_mm:g}",
        "outline_width_unit": "MM",
    }
    _layer(symbol, {"color": _rgba(fill.color, fill.opacity), "style": "solid", **edge})
    if fill.hatch:
        _layer(symbol, {"color": _rgba(fill.edge), "style": fill.hatch, "outline_style": "no"})
    return symbol


def _layer(symbol: ET.Element, properties: dict[str, str]) -> None:
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")  # read by QGIS 3.26 and later, prop by those before
    for name, value in properties.items():
        ET.SubElement(options, "Option", name=name, type="QString", value=value)
        ET.SubElement(layer, "prop", k=name, v=value)


def _labels(field: str) -> ET.Element:
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings")
    font = {"fontFamily": "Microsoft YaHei", "fontSize": "9", "fontSizeUnit": "Point", "textColor": _rgba(INK)}
    text = ET.SubElement(settings, "text-style", {"fieldName": field, "isExpression": "0", **font})
    halo = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    ET.SubElement(text, "text-buffer", halo)
    ET.SubElement(settings, "placement", placement="4")  # horizontal, inside the polygon
    return labeling


def _rgba(color: str, opacity: float = 1.0) -> str:
    parts = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return ",".join(str(part) for part in (*parts, round(255 * opacity)))
