"""Put the demo county together."""

from dataclasses import dataclass

from geoenforce.demo.construction import Project, build_construction
from geoenforce.demo.farmland import BasicFarmland, build_farmland
from geoenforce.demo.ground import Ground, build_ground
from geoenforce.demo.land import Land, build_land
from geoenforce.demo.patrols import Patrols, build_patrols
from geoenforce.demo.sites import build_sites
from geoenforce.demo.violations import Violation, plant


@dataclass(frozen=True)
class County:
    """The whole county in memory: the layers in EPSG:4527, the same in the plane, and everything that lies on them."""

    ground: Ground
    farmland: BasicFarmland
    land: Land
    violations: list[Violation]
    patrols: Patrols
    construction: list[Project]


def build_county(seed: int) -> County:
    """
    Make the county without writing a file.

    Parameters
    ----------
    seed
        The same seed gives the same county.
    """
    ground = build_ground(seed)
    farmland = build_farmland(seed, ground)
    land = build_land(ground, farmland)
    violations = plant(build_sites(seed, ground, farmland, land))
    patrols = build_patrols(seed, ground, violations)
    return County(ground, farmland, land, violations, patrols, build_construction(seed, ground, land, violations))
