"""Carry out the patrols of the demo county: tracks, ledger entries, and what is planted in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from geoenforce.core.errors import InputError
from geoenforce.demo import patrol_plans as planned
from geoenforce.demo.fields import Floats, stream
from geoenforce.demo.ground import CRS, Ground
from geoenforce.demo.motion import Track, drive, generated, replayed
from geoenforce.demo.patrol_plans import UNITS, Outing, all_outings
from geoenforce.demo.routes import Network, Route, joined
from geoenforce.demo.violations import Violation

CHINA = ZoneInfo("Asia/Shanghai")

_HOME = (0, 6)  # the townships in which the two teams are at home
_REACH_M = 4200.0
_AREA_SHARE = 0.1  # a township counts as patrolled where it holds so much of the fixes


@dataclass(frozen=True)
class Patrol:
    """One outing with its track; `township_codes` are those it crossed, most fixes first."""

    outing: Outing
    track: Track
    township_codes: tuple[str, ...]
    found: Violation | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the patrol ledger (台账); `spot` is the place of a suspected violation, in EPSG:4527."""

    unit: int
    start_at: datetime
    end_at: datetime
    township_codes: tuple[str, ...]
    spot: tuple[float, float] | None = None
    violation_id: str | None = None


@dataclass(frozen=True)
class Patrols:
    """All patrols and the ledger, in the order of time."""

    patrols: list[Patrol]
    ledger: list[Entry]


def build_patrols(seed: int, ground: Ground, violations: Sequence[Violation]) -> Patrols:
    """
    Let the two teams patrol for 30 working days.

    Parameters
    ----------
    seed
        Seed of the county.
    ground, violations
        The county; a violation that a patrol found lies beside that day's way.
    """
    network = Network(ground.roads)
    rng = stream(seed, "patrols")
    found = {
        one.found_on: one for one in violations if one.plan.delivery == "patrol" and one.plan.status == "confirmed"
    }
    shapely.prepare(ground.townships.geometry.to_numpy())
    patrols: list[Patrol] = []
    for outing in sorted(all_outings(), key=lambda outing: (outing.on, outing.start)):
        noting = outing.has_entry and outing.deed == "drive" and outing.on not in planned.MISSED
        by = found.pop(outing.on, None) if noting else None
        track = _track(rng, network, ground, outing, patrols, by)
        patrols.append(Patrol(outing, track, _townships(ground, track), by))
    return Patrols(patrols, _ledger(rng, patrols, ground, violations))


def _track(
    rng: np.random.Generator,
    network: Network,
    ground: Ground,
    outing: Outing,
    before: Sequence[Patrol],
    by: Violation | None,
) -> Track:
    start_at = datetime.combine(outing.on, outing.start, CHINA) + timedelta(seconds=int(rng.integers(0, 59)))
    if outing.deed == "replay":
        old = next(patrol.track for patrol in before if patrol.outing.on == planned.REPLAYED_OF)
        return replayed(rng, old, start_at, outing.device_id)
    if outing.deed == "generate":
        seconds, points = generated(rng, _corners(ground, outing), 10, 2.4)
        keep = seconds <= outing.duration_min * 60
        return Track(UNITS[outing.unit], outing.device_id, start_at, seconds[keep], points[keep])
    route = _route(rng, network, ground, outing, by)
    seconds, points = drive(rng, route, int(rng.integers(5, 9)))
    keep = seconds <= outing.duration_min * 60
    return Track(UNITS[outing.unit], outing.device_id, start_at, seconds[keep], points[keep])


def _route(rng: np.random.Generator, network: Network, ground: Ground, outing: Outing, by: Violation | None) -> Route:
    """Go from village to village around the team's home, past the violation, until the time is used up."""
    x, y = _home(ground, outing.unit)
    around = network.within(x, y, _REACH_M)
    place = network.nearest(x, y)
    legs: list[Route] = []
    driven_m = 0.0
    while driven_m < outing.duration_min * 60 * 9.5:  # more than can be driven; the time ends the patrol
        then = around[int(rng.integers(len(around)))]
        if by is not None and not legs:
            middle = by.geometry.centroid
            then = network.nearest(middle.x, middle.y)
        legs.append(network.route(place, then))
        place, driven_m = then, driven_m + float(legs[-1].distance_m[-1])
    return joined(legs)


def _home(ground: Ground, unit: int) -> tuple[float, float]:
    point = ground.townships.geometry.iloc[_HOME[unit]].representative_point()
    return float(point.x), float(point.y)


def _corners(ground: Ground, outing: Outing) -> Floats:
    """List corners of parcels from west to east around the team's home, one per parcel."""
    x, y = _home(ground, outing.unit)
    parcels = ground.parcels.geometry.to_numpy()
    near = parcels[shapely.dwithin(parcels, shapely.Point(x, y), 900.0)]
    corners = np.array([shapely.get_coordinates(parcel)[0] for parcel in near])
    order = np.lexsort((corners[:, 0] * np.where((corners[:, 1] // 150) % 2 > 0, -1, 1), corners[:, 1] // 150))
    return corners[order]


def _townships(ground: Ground, track: Track) -> tuple[str, ...]:
    points = shapely.points(track.points)
    inside = {code: int(shapely.contains(border, points).sum()) for code, border in ground.townships.geometry.items()}
    most = sorted(inside, key=lambda code: -inside[code])
    return tuple(code for code in most if inside[code] >= _AREA_SHARE * len(points))


def _ledger(
    rng: np.random.Generator, patrols: Sequence[Patrol], ground: Ground, violations: Sequence[Violation]
) -> list[Entry]:
    entries = []
    for patrol in patrols:
        outing, track = patrol.outing, patrol.track
        if not outing.has_entry:
            continue
        late = timedelta(hours=4 if outing.on == planned.WRONG_TIME else 0)
        spot = None
        if patrol.found is not None:
            spot = _beside(rng, patrol.found.geometry.centroid)
        elif outing.on == planned.NOTED_NOTHING:
            spot = _far_from_all(track, violations)
        codes = patrol.township_codes
        if outing.on == planned.WRONG_AREA and outing.unit == 0:
            codes = tuple(code for code in ground.townships.index if code not in codes)[-1:]
        start, end = _rounded(track.start_at + late), _rounded(track.end_at + late)
        violation_id = patrol.found.violation_id if patrol.found else None
        entries.append(Entry(outing.unit, start, end, codes, spot, violation_id))
    for on, unit in ((planned.ENTRY_ONLY, 0), (planned.SECOND_ENTRY_ONLY, 1)):
        start = datetime(on.year, on.month, on.day, 15, 0, tzinfo=CHINA)
        entries.append(Entry(unit, start, start + timedelta(minutes=80), (ground.townships.index[_HOME[unit]],)))
    return sorted(entries, key=lambda entry: entry.start_at)


def _beside(rng: np.random.Generator, middle: shapely.Point) -> tuple[float, float]:
    """Note a place within 70 m of the violation, as somebody reads it off a phone."""
    angle, distance = rng.uniform(0, 2 * np.pi), rng.uniform(10, 70)
    east, north = middle.x + distance * np.cos(angle), middle.y + distance * np.sin(angle)
    return round(float(east), 1), round(float(north), 1)


def _far_from_all(track: Track, violations: Sequence[Violation]) -> tuple[float, float]:
    centres = [one.geometry.centroid for one in violations if one.crs == CRS]
    for x, y in track.points[len(track.points) // 2 :]:
        if min(centre.distance(shapely.Point(x, y)) for centre in centres) > 600:
            return round(float(x), 1), round(float(y), 1)
    message = "The track passes violations all along; choose another seed."
    raise InputError(message)


def _rounded(moment: datetime) -> datetime:
    """Write times as people do, to five minutes."""
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
