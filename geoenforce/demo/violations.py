"""Carry out the plans: violations and approvals with their coordinates."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely

from geoenforce.core.space import longlat_transform, mu_to_m2
from geoenforce.demo.fields import Floats
from geoenforce.demo.ground import COUNTY_CODE, CRS
from geoenforce.demo.land import Approval
from geoenforce.demo.lattice import DECIMALS
from geoenforce.demo.plans import Plan, all_plans
from geoenforce.demo.sites import Sites, Wish

#: Where files hold longitude and latitude, this is how many decimals of a degree; 1e-9° is 0.1 mm.
DEGREE_DECIMALS = 9
LONGLAT = "EPSG:4490"


@dataclass(frozen=True)
class Violation:
    """One patch as it is delivered; `geometry` has the file's own coordinates, in `crs`."""

    violation_id: str
    case_id: str
    plan: Plan
    geometry: shapely.Polygon
    crs: str = CRS

    @property
    def found_on(self) -> date:
        """Return the day the violation was found."""
        assert self.plan.found_on is not None  # all_plans() fills it in
        return self.plan.found_on


def plant(sites: Sites) -> list[Violation]:
    """
    Find a site for every plan, and add the approvals to the land.

    Parameters
    ----------
    sites
        The search; the approvals of its `land` are extended.
    """
    found: dict[int, list[Violation]] = {}
    plans = all_plans()
    # Scarce places first, then large patches; the numbers follow the order of the plans all the same.
    for number in sorted(range(len(plans)), key=lambda number: _room_needed(plans[number])):
        plan = plans[number]
        polygons = _polygons(sites, plan)
        sites.land.approvals.extend(_approvals(plan, polygons[0], number + 1))
        if plan.trick in ("shares ground", "two cases"):
            polygons = [yard_part(polygons[0], *share) for share in plan.shares]
        found[number] = [_violation(plan, polygon, number + 1, order) for order, polygon in enumerate(polygons)]
    sites.land.approvals.sort(key=lambda approval: approval.approval_id)
    return [violation for number in sorted(found) for violation in found[number]]


def yard_part(yard: shapely.Polygon, start: float, end: float, margin_m: float = 0.0) -> shapely.Polygon:
    """
    Cut a stretch out of a four-cornered yard, along its first side.

    Parameters
    ----------
    yard
        Four corners, counter-clockwise.
    start, end
        From where to where, as shares of the side's length; below 0 and above 1 lie outside.
    margin_m
        How far the stretch reaches beyond the yard on both sides.

    Examples
    --------
    >>> yard = shapely.Polygon([(10, 5), (0, 5), (0, 0), (10, 0)])
    >>> yard_part(yard, 0.0, 0.5).bounds
    (5.0, 0.0, 10.0, 5.0)
    """
    first, second, third, fourth = shapely.get_coordinates(yard)[:4]
    up = (first - fourth) / np.hypot(*(first - fourth))

    def along(share: float, *, is_upper: bool) -> Floats:
        a, b = (first, second) if is_upper else (fourth, third)
        return np.asarray(a + share * (b - a) + (margin_m if is_upper else -margin_m) * up)

    corners = [
        along(start, is_upper=True),
        along(end, is_upper=True),
        along(end, is_upper=False),
        along(start, is_upper=False),
    ]
    return shapely.Polygon(np.round(corners, DECIMALS))


def _room_needed(plan: Plan) -> tuple[int, float]:
    """Order plans: the one place that is mapped twice first, then other scarce places, then large patches."""
    scarcity = {"doubled": 0, "removed": 1, "added": 1, "border": 2}
    return min(scarcity.get(patch.pool, 3) for patch in plan.patches), -max(patch.area_mu for patch in plan.patches)


def _polygons(sites: Sites, plan: Plan) -> list[shapely.Polygon]:
    assert plan.found_on is not None  # all_plans() fills it in
    polygons: list[shapely.Polygon] = []
    for patch in plan.patches:
        near = shapely.get_coordinates(polygons[0].centroid)[0] if polygons else None
        wish = Wish(
            pool=patch.pool,
            land_class=patch.land_class,
            target_m2=mu_to_m2(patch.area_mu),
            on=plan.found_on,
            form=patch.form,
            purity=patch.purity,
            is_mixed=patch.is_mixed,
            is_exact=plan.is_exact,
            near=None if near is None else (float(near[0]), float(near[1])),
        )
        polygons.append(sites.place(wish))
    return polygons


def _violation(plan: Plan, polygon: shapely.Polygon, number: int, order: int) -> Violation:
    assert plan.found_on is not None  # all_plans() fills it in
    names = {
        "satellite": f"{COUNTY_CODE}SJBG26{number:04d}",
        "corners": f"JZD{number:03d}",
        "patrol": f"XC{plan.found_on:%Y%m%d}{number:05d}",
        "imagery": f"YG26{number:04d}",
    }
    count = len(plan.shares) if plan.trick in ("shares ground", "two cases") else len(plan.patches)
    violation_id = names[plan.delivery] + (f"_{order + 1}" if count > 1 else "")
    has_own_case = plan.delivery in ("satellite", "corners", "imagery") and (count == 1 or plan.trick == "two cases")
    case_id = violation_id if has_own_case else f"{COUNTY_CODE}-{plan.found_on.year}-{number:03d}"
    if plan.delivery == "imagery":
        return Violation(violation_id, case_id, plan, _to_degrees(polygon), LONGLAT)
    return Violation(violation_id, case_id, plan, polygon)


def _to_degrees(polygon: shapely.Polygon) -> shapely.Polygon:
    longitude, latitude = longlat_transform(CRS)(*shapely.get_coordinates(polygon).T)
    return shapely.Polygon(np.round(np.column_stack([longitude, latitude]), DEGREE_DECIMALS))


def _approvals(plan: Plan, yard: shapely.Polygon, number: int) -> list[Approval]:
    """Make the approvals that a plan asks for; an approval is a little wider than the yard it covers."""
    assert plan.found_on is not None  # all_plans() fills it in
    found, year = plan.found_on, timedelta(days=365)
    if plan.trick in ("", "shares ground", "two cases"):
        return []
    approved_on, expires_on = {
        "approved afterwards": (found + timedelta(days=40), None),
        "expired": (found - 2 * year, found - timedelta(days=1)),
        "last day": (found - year, found),
        "same day": (found, None),
    }.get(plan.trick, (found - year, None))
    return [
        Approval(
            approval_id=f"示府地批{approved_on.year}-{number:03d}" + (f"-{order}" if len(plan.shares) > 1 else ""),
            project=f"示例项目{number:03d}",
            approved_on=approved_on,
            geometry=yard_part(yard, start, end, margin_m=6.0),
            expires_on=expires_on,
        )
        for order, (start, end) in enumerate(plan.shares or ((-0.1, 1.1),), start=1)
    ]
