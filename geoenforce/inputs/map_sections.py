"""The section ``[map]`` of ``geoenforce.toml``: what the map shows first, and what lies below it."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from geoenforce.inputs.sections import Section, Source

#: A host with its port, and nothing that could end it in the page's policy.
_HOST = re.compile(r"https?://(\{s\}|[A-Za-z0-9.-])+(:\d+)?/")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def _tile_address(url: str) -> str:
    """Refuse an address that names no tile, or whose host the page's policy could not name."""
    if not all(part in url for part in ("{z}", "{x}")) or not ("{y}" in url or "{-y}" in url):
        message = "names no tile: {z}, {x} and {y} (or {-y}, counted from the south) must stand in it"
        raise ValueError(message)
    if _HAS_SCHEME.match(url) and not _HOST.match(url):
        message = "has no host that can be named: http://host:port/… or https://…, or a folder beside the map"
        raise ValueError(message)
    if re.search(r"[\s\"'<>]", url):
        message = "has a space, a quotation mark or an angle bracket in it, which no address has"
        raise ValueError(message)
    return url


class MapLines(Source):
    """Roads, rivers or other lines that tell the reader where he is."""

    name: str | None = None  # default: what its kind is called
    kind: Literal["road", "river", "other"] = "other"
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # the file's column → the values that are drawn


class MapTiles(Section):
    """A map below the townships: an address of tiles, Tianditu, or an MBTiles file."""

    name: str
    url: Annotated[str, AfterValidator(_tile_address)] | None = None
    tianditu: Literal["vec", "img", "ter"] | None = None
    key: str | None = None
    path: Path | None = None
    datum: Literal["WGS84", "CGCS2000", "GCJ-02"] = "CGCS2000"
    subdomains: Annotated[str, Field(pattern=r"^[a-z0-9]+$")] = "abc"
    min_zoom: Annotated[int, Field(ge=0, le=22)] = 0
    max_zoom: Annotated[int, Field(ge=0, le=22)] = 18
    most_mb: Annotated[float, Field(gt=0)] = 30.0  # of an MBTiles file, inside the map
    attribution: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(place is not None for place in (self.url, self.tianditu, self.path)) != 1:
            message = "needs exactly one of url, tianditu and path"
            raise ValueError(message)
        return self


class Map(Section):
    """What the map shows first, for whom (supervisors also see doubts about tracks), and what lies below it."""

    audience: Literal["leader", "supervisor"] = "leader"
    color_by: Literal["severity", "basic_farmland_mu", "patrol_status"] = "severity"
    lines: tuple[MapLines, ...] = ()
    tiles: tuple[MapTiles, ...] = ()
