"""Bring together what the map shows below the townships, from the configuration."""

import os
from dataclasses import replace

from geoenforce.core.errors import ConfigError
from geoenforce.core.results import Results
from geoenforce.core.space import CGCS2000
from geoenforce.inputs.config import Config, place_in
from geoenforce.inputs.map_sections import MapLines, MapTiles
from geoenforce.inputs.network import read_network
from geoenforce.inputs.tiles import read_mbtiles
from geoenforce.outputs.map_background import Background, Lines, Tiles
from geoenforce.outputs.maps import MapOptions

#: Where Tianditu's key stands, if it is not to stand in the configuration.
KEY_VARIABLE = "GEOENFORCE_TIANDITU_KEY"

_TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
_TIANDITU_NAMES = {"vec": "cva", "img": "cia", "ter": "cta"}  # the layer of names that belongs to each
_TIANDITU_SERVERS = "01234567"
_AROUND = 0.02  # degrees beyond the townships, for what one sees at the edge


def map_options(config: Config, results: Results) -> MapOptions:
    """
    Say what a project's map takes besides the results: whom it is for, what lies below, images of cases.

    Examples
    --------
    >>> map_options(load_config(Path("demo")), results)["audience"]  # doctest: +SKIP
    'leader'
    """
    background = background_of(config, results)
    return MapOptions(audience=config.map.audience, background=background, chips=config.evidence.chips)


def background_of(config: Config, results: Results) -> Background:
    """
    Read the lines and tiles that the configuration names; its roads are drawn without being named again.

    A map of an earlier run can be drawn without any input: roads that are gone are left out, as no line was asked for.

    Parameters
    ----------
    config
        The project's configuration.
    results
        Where the county lies: an MBTiles file of the whole province gives its tiles of this county only.

    Raises
    ------
    FormatError
        If a file cannot be read, or tiles are not what a map can carry.
    ConfigError
        If Tianditu is named without a key.

    Examples
    --------
    >>> background_of(load_config(Path("demo")), results).lines[0].kind  # doctest: +SKIP
    'road'
    """
    lines = [_lines(source) for source in config.map.lines]
    is_named = any(source.kind == "road" for source in config.map.lines)
    if config.roads is not None and not is_named and config.roads.path.exists():  # drawn again later, it may be gone
        lines.insert(0, Lines("road", read_network(config.roads.path, **config.roads.options()).geometry))
    return Background(tuple(lines), tuple(_tiles(source, results) for source in config.map.tiles))


def refuse_missing_background(config: Config) -> None:
    """
    Refuse a configuration whose map needs a file that is not there: before a long run, not at its end.

    Raises
    ------
    ConfigError
        With the files.

    Examples
    --------
    >>> refuse_missing_background(load_config(Path("demo")))  # doctest: +SKIP
    """
    paths = [source.path for source in config.map.lines]
    paths += [source.path for source in config.map.tiles if source.path is not None]
    if missing := [place_in(config, path) for path in paths if not path.exists()]:
        message = f"map: there are no such files: {missing}. Paths are seen from the folder of the configuration."
        raise ConfigError(message)


def _lines(source: MapLines) -> Lines:
    network = read_network(source.path, only=source.only, **source.options())
    return Lines(source.kind, network.geometry, source.name)


def _tiles(source: MapTiles, results: Results) -> Tiles:
    plain = Tiles(
        source.name, datum=source.datum, min_zoom=source.min_zoom, max_zoom=source.max_zoom,
        attribution=source.attribution,
    )  # fmt: skip
    if source.path is not None:
        west, south, east, north = results.townships.geometry.to_crs(CGCS2000).total_bounds
        box = (west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND)
        found = read_mbtiles(source.path, box, source.most_mb * 1e6)
        whose = source.attribution or found.attribution
        plain = replace(plain, min_zoom=found.min_zoom, max_zoom=found.max_zoom)
        return replace(plain, pictures=found.tiles, attribution=whose)
    if source.tianditu is not None:
        urls, whose = _tianditu(source.tianditu, source.key), source.attribution or "天地图"
        return replace(plain, urls=urls, subdomains=_TIANDITU_SERVERS, attribution=whose)
    return replace(plain, urls=(str(source.url),), subdomains=source.subdomains)


def _tianditu(layer: str, key: str | None) -> tuple[str, ...]:
    key = key or os.environ.get(KEY_VARIABLE)
    if not key or not key.isalnum():
        message = (
            f'map.tiles: Tianditu needs a key of letters and digits: write key = "…", or set {KEY_VARIABLE}. '
            "Whoever gets the map can read the key in it."
        )
        raise ConfigError(message)
    return tuple(_TIANDITU.format(layer=one, key=key) for one in (layer, _TIANDITU_NAMES[layer]))
