"""Land layers that were prepared once and for all, to be laid under violations again and again."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the compiler takes its time to load
    from geoenforce.core.flat import FlatPolygons

#: The ending of a folder that holds a prepared layer, by which commands know it.
SUFFIX = ".prepared"


class Version(NamedTuple):
    """A land layer as it stood from a day on: valid polygons, of which no two share ground where it is so marked."""

    effective_from: date | None  # None: always; then it is the only version
    polygons: "FlatPolygons"
    is_apart: bool = True


@dataclass(frozen=True)
class PreparedLand:
    """
    All versions of a land layer, the earliest first.

    It may stand wherever violations are laid over a land layer. Of cultivated land it has only what is cultivated.
    """

    versions: tuple[Version, ...]
