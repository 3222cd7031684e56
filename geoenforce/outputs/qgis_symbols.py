"""Symbols, renderers and labels of QGIS styles (QML)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from geoenforce.outputs.palette import INK


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


@dataclass(frozen=True)
class Line:
    """How one kind of line is drawn; the pen's style tells kinds apart without colour."""

    value: str
    label: str
    color: str
    style: str = "solid"
    width_mm: float = 0.5


Look = Fill | Line


def renderer_of(attribute: str, looks: Sequence[Look]) -> ET.Element:
    """
    Return the renderer that draws features by the value of a field or expression; all alike where it is empty.

    Examples
    --------
    >>> renderer_of("", [Line("", "tracks", "#0b7a75")]).find("symbols/symbol").get("type")
    'line'
    """
    renderer = ET.Element("renderer-v2", type="categorizedSymbol" if attribute else "singleSymbol", symbollevels="0")
    if attribute:
        renderer.set("attr", attribute)
        categories = ET.SubElement(renderer, "categories")
        for number, look in enumerate(looks):
            named = {"value": look.value, "label": look.label, "symbol": str(number)}
            ET.SubElement(categories, "category", {**named, "render": "true", "type": "string"})
    symbols = ET.SubElement(renderer, "symbols")
    for number, look in enumerate(looks):
        draw = _line_symbol if isinstance(look, Line) else _fill_symbol
        symbols.append(draw(str(number), look))
    return renderer


def _new_symbol(name: str, kind: str) -> ET.Element:
    return ET.Element("symbol", {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"})


def _fill_symbol(name: str, fill: Any) -> ET.Element:
    symbol = _new_symbol(name, "fill")
    edge = {
        "outline_color": _rgba(fill.edge),
        "outline_style": "dash" if fill.dashed else "solid",
        "outline_width": f"{fill.edge_mm:g}",
        "outline_width_unit": "MM",
    }
    _layer(symbol, "SimpleFill", {"color": _rgba(fill.color, fill.opacity), "style": "solid", **edge})
    if fill.hatch:
        _layer(symbol, "SimpleFill", {"color": _rgba(fill.edge), "style": fill.hatch, "outline_style": "no"})
    return symbol


def _line_symbol(name: str, line: Any) -> ET.Element:
    symbol = _new_symbol(name, "line")
    round_ends = {"capstyle": "round", "joinstyle": "round", "line_width_unit": "MM"}
    pen = {"line_color": _rgba(line.color), "line_style": line.style, "line_width": f"{line.width_mm:g}"}
    _layer(symbol, "SimpleLine", {**pen, **round_ends})
    return symbol


def _layer(symbol: ET.Element, kind: str, properties: dict[str, str]) -> None:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")  # read by QGIS 3.26 and later, prop by those before
    for name, value in properties.items():
        ET.SubElement(options, "Option", name=name, type="QString", value=value)
        ET.SubElement(layer, "prop", k=name, v=value)


def labels_of(text: str) -> ET.Element:
    """
    Return horizontal labels with a white halo, from a field or, where it has quotes, an expression.

    Examples
    --------
    >>> labels_of("case_id").find("settings/text-style").get("isExpression")
    '0'
    """
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings")
    font = {"fontFamily": "Microsoft YaHei", "fontSize": "9", "fontSizeUnit": "Point", "textColor": _rgba(INK)}
    is_expression = "1" if '"' in text else "0"
    style = ET.SubElement(settings, "text-style", {"fieldName": text, "isExpression": is_expression, **font})
    halo = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    ET.SubElement(style, "text-buffer", halo)
    ET.SubElement(settings, "placement", placement="4")  # horizontal, inside the polygon
    return labeling


def day_by_day(field: str) -> ET.Element:
    """
    Return the setting by which the temporal controller of QGIS goes through a layer day by day.

    Examples
    --------
    >>> day_by_day("on").get("startField")
    'on'
    """
    one_day = {"mode": "1", "startField": field, "fixedDuration": "1", "durationUnit": "d", "accumulate": "0"}
    return ET.Element("temporal", {"enabled": "1", **one_day})


def _rgba(color: str, opacity: float = 1.0) -> str:
    parts = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return ",".join(str(part) for part in (*parts, round(255 * opacity)))
