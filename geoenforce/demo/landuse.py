"""What grows, stands or flows on each leaf of the lattice, by relief, moisture and villages."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoenforce.demo.fields import Floats, Waves, stream, waves
from geoenforce.demo.lattice import SIZE_M, Integers, Lattice, Strip
from geoenforce.demo.leaves import Leaves, strip_kind

Flags = npt.NDArray[np.bool_]

#: Land-use codes of the third national land survey (三调 DLBM) with their names (DLMC).
LAND_NAMES = {
    "0101": "水田",
    "0102": "水浇地",
    "0103": "旱地",
    "0201": "果园",
    "0201K": "可调整果园",
    "0202": "茶园",
    "0301": "乔木林地",
    "0305": "灌木林地",
    "0307": "其他林地",
    "0404": "其他草地",
    "0601": "工业用地",
    "0602": "采矿用地",
    "0701": "城镇住宅用地",
    "0702": "农村宅基地",
    "08H2": "科教文卫用地",
    "1003": "公路用地",
    "1006": "农村道路",
    "1101": "河流水面",
    "1104": "坑塘水面",
    "1104A": "养殖坑塘",
    "1107": "沟渠",
    "1202": "设施农用地",
    "1206": "裸土地",
}

STRIP_CODES = {
    Strip.RIVER: "1101",
    Strip.STREAM: "1101",
    Strip.HIGHWAY: "1003",
    Strip.LANE: "1006",
    Strip.DITCH: "1107",
}

#: Above this relief the land is hill: forest, and no lanes or ditches.
HILL = 0.5
_FOOTHILL = 0.2

# Codes and their shares in each zone; the rest of the county looks like a plain of paddies between hills.
_PLAIN = {
    "0101": 66,
    "0102": 5,
    "0103": 12,
    "0201K": 3,
    "0201": 3,
    "1104": 4,
    "1104A": 2,
    "1202": 2,
    "0404": 2,
    "0307": 1,
}
_FOOT = {"0103": 26, "0101": 12, "0201": 20, "0202": 12, "0201K": 4, "0301": 16, "0305": 5, "1104": 2, "0404": 3}
_HILLS = {"0301": 84, "0305": 7, "0307": 4, "0202": 3, "0602": 1, "1206": 1}
_TOWN = {"0701": 62, "0601": 20, "08H2": 8, "1206": 4, "0103": 6}


@dataclass(frozen=True)
class Fields:
    """The made-up nature of the county: relief (about -1.5 to 1.5) and the villages."""

    relief: Waves
    patches: Waves  # makes neighbours alike
    villages: Floats  # u, v, radius in metres; the first rows are the towns


def build_fields(seed: int, towns: Floats) -> Fields:
    """
    Draw the relief and place the villages in the plain.

    Parameters
    ----------
    seed
        Seed of the county.
    towns
        Middle of each township (u, v), in metres; a town is built there.

    Examples
    --------
    >>> build_fields(1, np.array([[6000.0, 6000.0]])).villages.shape[1]
    3
    """
    rng = stream(seed, "nature")
    relief = waves(rng, 9, (2600, 6500), 0.6)
    patches = waves(rng, 12, (350, 900), 1.0)
    tried = rng.uniform(300, SIZE_M - 300, (900, 2))
    tried = tried[relief.at(tried[:, 0], tried[:, 1]) < _FOOTHILL]
    places = list(towns)
    for place in tried:
        if np.hypot(*(np.array(places) - place).T).min() > 780:
            places.append(place)
    radius = np.concatenate([np.full(len(towns), 330.0), rng.uniform(75, 190, len(places) - len(towns))])
    return Fields(relief, patches, np.column_stack([np.array(places), radius]))


def land_codes(seed: int, lattice: Lattice, leaves: Leaves, fields: Fields) -> npt.NDArray[np.str_]:
    """
    Give each leaf its land-use code.

    Examples
    --------
    >>> from geoenforce.demo.lattice import build_lattice
    >>> from geoenforce.demo.leaves import build_leaves
    >>> lattice, fields = build_lattice(1), build_fields(1, np.array([[6000.0, 6000.0]]))
    >>> leaves = build_leaves(np.random.default_rng(1), lattice, fields.relief)
    >>> set(land_codes(1, lattice, leaves, fields).tolist()) <= set(LAND_NAMES)
    True
    """
    rng = stream(seed, "land use")
    u, v = leaves.centres(lattice)
    height = fields.relief.at(u, v)
    # Neighbouring leaves draw nearly the same lot, so that land uses lie in patches and not like salt and pepper.
    lot = _ranks(fields.patches.at(u, v) + rng.normal(0, 0.45, len(leaves)))
    village, distance = nearest_village(fields, u, v)
    radius = fields.villages[village, 2] * rng.uniform(0.75, 1.2, len(leaves))
    is_town = radius > 240
    codes = np.where(
        height > HILL, _draw(_HILLS, lot), np.where(height > _FOOTHILL, _draw(_FOOT, lot), _draw(_PLAIN, lot))
    )
    codes = np.where(distance < radius, np.where(is_town, _draw(_TOWN, rng.random(len(leaves))), "0702"), codes)
    kind = strip_of(lattice, leaves)
    for strip, code in STRIP_CODES.items():
        codes = np.where(kind == strip, code, codes)
    return np.asarray(np.where((kind >= Strip.LANE) & (kind <= Strip.DITCH) & (height > HILL), "0301", codes))


def strip_of(lattice: Lattice, leaves: Leaves) -> Integers:
    """
    Return the strip that a leaf belongs to (where two cross, the stronger), or `NO_STRIP`.

    Examples
    --------
    >>> from geoenforce.demo.lattice import build_lattice
    >>> one = Leaves(*(np.array([value]) for value in (0, 2, 0, 1, -1, -1)))
    >>> strip_of(build_lattice(1), one).tolist()
    [9]
    """
    return np.minimum(
        strip_kind(lattice.columns, leaves.column_strip),
        strip_kind(lattice.rows, leaves.row_strip),
    )


def nearest_village(fields: Fields, u: Floats, v: Floats) -> tuple[Integers, Floats]:
    """
    Return the number of the nearest village of each point, and how far it is in metres.

    Examples
    --------
    >>> fields = build_fields(1, np.array([[6000.0, 6000.0]]))
    >>> [part.tolist() for part in nearest_village(fields, np.array([6010.0]), np.array([6000.0]))]
    [[0], [10.0]]
    """
    distance = np.hypot(u[:, None] - fields.villages[:, 0], v[:, None] - fields.villages[:, 1])
    nearest = distance.argmin(axis=1)
    return nearest, distance[np.arange(len(u)), nearest]


def slope_degrees(fields: Fields, u: Floats, v: Floats) -> Floats:
    """
    Return the slope of the ground; the relief is taken as 160 m high per unit.

    Examples
    --------
    >>> flat = Waves(np.zeros(1), np.zeros(1), np.zeros(1), np.zeros(1))
    >>> slope_degrees(Fields(flat, flat, np.zeros((1, 3))), np.zeros(1), np.zeros(1)).tolist()
    [0.0]
    """
    reach = 40.0
    across = fields.relief.at(u + reach, v) - fields.relief.at(u - reach, v)
    along = fields.relief.at(u, v + reach) - fields.relief.at(u, v - reach)
    return np.degrees(np.arctan(np.hypot(across, along) * 160 / (2 * reach)))


def _ranks(values: Floats) -> Floats:
    """Spread values evenly over 0 to 1, keeping their order."""
    return (values.argsort().argsort() + 0.5) / len(values)


def _draw(shares: dict[str, int], lot: Floats) -> npt.NDArray[np.str_]:
    limits = np.cumsum(list(shares.values())) / sum(shares.values())
    names: npt.NDArray[np.str_] = np.array(list(shares), dtype="U5")
    return np.asarray(names[np.searchsorted(limits, lot).clip(max=len(shares) - 1)])
