"""What lies below the townships: lines that tell where one is, and tiles, where a configuration names some."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import geopandas as gpd
import shapely

from geoenforce.core.space import CGCS2000
from geoenforce.outputs.map_shapes import short_lines

Data: TypeAlias = dict[str, Any]

_LINE_LOOKS = {
    "road": {"color": "#a09587", "weight": 1.8, "opacity": 0.8},
    "river": {"color": "#5b97bf", "weight": 1.8, "opacity": 0.85},
    "other": {"color": "#6d7680", "weight": 1.4, "opacity": 0.85},
}
_AREA_OPACITY = 0.5
_KIND_NAMES = {
    "road": ("道路", "roads"),
    "river": ("水系", "rivers and waters"),
    "other": ("参考线", "reference lines"),
}
#: About a metre, the step in which lines are written.
_SMALLEST_BEND_DEGREES = 1e-5
_SUBDOMAIN = "{s}"


@dataclass(frozen=True)
class Lines:
    """One layer of lines, or of areas such as lakes."""

    kind: Literal["road", "river", "other"]
    shapes: gpd.GeoSeries  # in EPSG:4490
    name: str | None = None


@dataclass(frozen=True)
class Tiles:
    """A map made of pictures: asked for under one or several addresses, one upon the other, or carried along."""

    name: str
    urls: tuple[str, ...] = ()
    subdomains: str = ""
    pictures: Mapping[tuple[int, int, int], tuple[str, bytes]] | None = None  # (zoom, column, row) → kind, picture
    datum: Literal["WGS84", "CGCS2000", "GCJ-02"] = "CGCS2000"
    min_zoom: int = 0
    max_zoom: int = 18
    attribution: str = ""


@dataclass(frozen=True)
class Background:
    """All that lies below the townships."""

    lines: tuple[Lines, ...] = ()
    tiles: tuple[Tiles, ...] = ()


def lines_data(background: Background, lang: str) -> list[Data]:
    """
    Return the lines as the page draws them.

    Examples
    --------
    >>> road = gpd.GeoSeries([shapely.LineString([(116.4, 23.5), (116.5, 23.5)])], crs=4490)
    >>> [one["label"] for one in lines_data(Background((Lines("road", road),)), "zh")]
    ['道路']
    """
    own = 1 if lang == "en" else 0
    return [
        {
            "label": layer.name or _KIND_NAMES[layer.kind][own],
            "look": {**_LINE_LOOKS[layer.kind], "fillOpacity": _AREA_OPACITY},
            "lines": short_lines(_lines_of(layer.shapes)),
            "areas": short_lines(_areas_of(layer.shapes)),
        }
        for layer in background.lines
    ]


def tiles_data(background: Background) -> list[Data]:
    """
    Return the tiles as the page draws them; nothing in them is a word of ours.

    Examples
    --------
    >>> tiles_data(Background(tiles=(Tiles("内网", ("http://10.0.0.1/{z}/{x}/{y}.png",)),)))[0]["urls"]
    ['http://10.0.0.1/{z}/{x}/{y}.png']
    """
    return [
        {
            "name": one.name,
            "urls": list(one.urls),
            "subdomains": one.subdomains,
            "pictures": {f"{z}/{x}/{y}": _data_url(*picture) for (z, x, y), picture in (one.pictures or {}).items()},
            "gcj02": one.datum == "GCJ-02",
            "min_zoom": one.min_zoom,
            "max_zoom": one.max_zoom,
            "attribution": one.attribution,
        }
        for one in background.tiles
    ]


def hosts(background: Background) -> list[str]:
    """
    List what the page may ask for pictures: exactly these hosts, and its own folder if tiles lie there.

    Examples
    --------
    >>> hosts(Background(tiles=(Tiles("a", ("https://t{s}.example.cn:8080/{z}/{x}/{y}",), "01"),)))
    ['https://t0.example.cn:8080', 'https://t1.example.cn:8080']
    >>> hosts(Background(tiles=(Tiles("b", ("tiles/{z}/{x}/{y}.png",)),)))
    ["'self'"]
    """
    found: dict[str, None] = {}
    for one in background.tiles:
        for url in one.urls:
            named = re.match(r"https?://[^/?#]+", url)
            if named is None:
                found["'self'"] = None
                continue
            letters = one.subdomains if _SUBDOMAIN in named[0] else "-"
            found |= dict.fromkeys(named[0].replace(_SUBDOMAIN, letter) for letter in letters)
    return list(found)


def _lines_of(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    parts = _parts(shapes)
    return _simple(parts[shapely.get_dimensions(parts) == 1])


def _areas_of(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    parts = _parts(shapes)
    return _simple(shapely.boundary(parts[shapely.get_dimensions(parts) == 2]))


def _parts(shapes: gpd.GeoSeries) -> Any:
    return shapely.get_parts(shapes.to_crs(CGCS2000).to_numpy())


def _simple(shapes: Any) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.simplify(shapes, _SMALLEST_BEND_DEGREES), crs=CGCS2000)


def _data_url(kind: str, picture: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"
