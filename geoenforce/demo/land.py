"""The land layers of the demo county in the equal-area plane, ready to be measured by the slab method."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.core.space import polygons_to_plane
from geoenforce.demo.farmland import BasicFarmland
from geoenforce.demo.ground import CRS, Ground
from geoenforce.demo.slabs import Shapes, areas_by_precedence

#: First day of each version of the basic farmland, and of the land parcels.
FARMLAND_FROM = (date(2021, 1, 1), date(2025, 7, 1))
PARCELS_FROM = date(2021, 1, 1)


@dataclass(frozen=True)
class Layer:
    """Polygons in the plane, with an index by place."""

    polygons: npt.NDArray[np.object_]
    tree: shapely.STRtree

    def near(self, shapes: Shapes) -> npt.NDArray[np.object_]:
        """
        Return the polygons whose boxes meet those of the shapes.

        Examples
        --------
        >>> boxes = np.array([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)])
        >>> len(Layer(boxes, shapely.STRtree(boxes)).near([shapely.box(0, 0, 2, 2)]))
        1
        """
        hits = self.tree.query(np.array(list(shapes), dtype=object))[1]
        return np.asarray(self.polygons[np.unique(hits)])


@dataclass(frozen=True)
class Approval:
    """One approved site; `geometry` is in EPSG:4527, `plane` the same in the equal-area plane."""

    approval_id: str
    project: str
    approved_on: date
    geometry: shapely.Polygon
    expires_on: date | None = None

    @cached_property
    def plane(self) -> shapely.Geometry:
        """Return the site in the equal-area plane."""
        return polygons_to_plane(self.geometry, CRS)

    def is_in_force(self, on: date) -> bool:
        """
        Say whether the approval holds on a day; its first and last day count.

        Examples
        --------
        >>> Approval("1", "", date(2026, 1, 5), shapely.Polygon()).is_in_force(date(2026, 1, 5))
        True
        """
        return self.approved_on <= on and (self.expires_on is None or on <= self.expires_on)


@dataclass(frozen=True)
class Land:
    """Everything a violation is measured against; all geometry in the plane but that of the approvals."""

    cultivated: Layer
    farmland: tuple[Layer, Layer]
    townships: dict[str, shapely.Geometry]
    approvals: list[Approval] = field(default_factory=list)

    def measure(self, shapes: Shapes, on: date) -> dict[str, float]:
        """Measure the union of plane polygons by the slab method: m² by land class, on a day."""
        approved, basic, cultivated, other = areas_by_precedence(shapes, self._classes(shapes, on))
        return {"approved": approved, "basic_farmland": basic, "other_cultivated": cultivated, "other": other}

    def measure_by_township(self, shapes: Shapes, on: date) -> dict[str, float]:
        """Measure the ground that is not approved by township, or all of it where everything is approved."""
        approved = self._approved(on)
        box = shapely.box(*shapely.total_bounds(np.array(list(shapes), dtype=object)))
        near = {code: border for code, border in self.townships.items() if shapely.intersects(border, box)}
        if sum(self.measure(shapes, on).values()) - self.measure(shapes, on)["approved"] < 1.0:
            approved = []
        areas = areas_by_precedence(shapes, [approved, *([border] for border in near.values())])
        return dict(zip(near, areas[1:-1], strict=True))

    def estimate(self, shape: shapely.Geometry, on: date) -> dict[str, float]:
        """Measure roughly and fast, with GEOS and without approvals; good enough to look for a site."""
        basic = shapely.union_all(shapely.intersection(shape, self.farmland_on(on).near([shape])))
        left = shapely.difference(shape, basic)
        cultivated = float(shapely.area(shapely.intersection(left, self.cultivated.near([shape]))).sum())
        return {
            "basic_farmland": float(shapely.area(basic)),
            "other_cultivated": cultivated,
            "other": float(shapely.area(left)) - cultivated,
        }

    def farmland_on(self, on: date) -> Layer:
        """Return the version of the basic farmland in force on a day."""
        return self.farmland[1 if on >= FARMLAND_FROM[1] else 0]

    def _classes(self, shapes: Shapes, on: date) -> Sequence[Shapes]:
        return [self._approved(on), self.farmland_on(on).near(shapes), self.cultivated.near(shapes)]

    def _approved(self, on: date) -> list[shapely.Geometry]:
        return [one.plane for one in self.approvals if one.is_in_force(on)]


def build_land(ground: Ground, farmland: BasicFarmland) -> Land:
    """
    Bring the layers to the plane.

    Parameters
    ----------
    ground, farmland
        The made-up county in EPSG:4527.
    """
    is_cultivated = ground.parcels["land_code"].str.startswith("01").to_numpy()
    borders = polygons_to_plane(ground.townships.geometry.to_numpy(), CRS)
    return Land(
        cultivated=_layer(ground.parcels.geometry.to_numpy()[is_cultivated]),
        farmland=(_layer(farmland.of_2021.geometry.to_numpy()), _layer(farmland.of_2025.geometry.to_numpy())),
        townships=dict(zip(ground.townships.index, borders, strict=True)),
    )


def _layer(geometry: Any) -> Layer:
    polygons = polygons_to_plane(geometry, CRS)
    return Layer(polygons, shapely.STRtree(polygons))
