"""
Which fakes are found, and how many honest patrols are doubted.

    python -m benchmarks.patrol_integrity [PER_KIND]

Prints the two tables of ``docs/how-to/patrols.md``. Patrols are simulated (``tests/patrols/simulated.py``): six routes
that are driven again and again, receivers and paces of nine kinds. Run from the root of the repository.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from geoenforce.patrols.integrity import check_integrity
from geoenforce.patrols.trips import split_trips
from tests.patrols.simulated import CAR, KINDS, as_fixes, honest, receiver, straight

MINUTES = 60


def honest_fleet(per_kind: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """Let every kind of patrol follow the six routes in turn, each on a day of its own."""
    logs, kinds = [], {}
    for number, (kind, device) in enumerate(KINDS.items()):
        for again in range(per_kind):
            name = f"H{number}-{again}"
            start = pd.Timestamp("2026-01-01 08:00") + pd.Timedelta(days=again, minutes=7 * (again % 9))
            track = honest(number * 10_000 + again, device, MINUTES, route=again % 6)
            logs.append(as_fixes(track, start, device=name, decimals=device.decimals))
            kinds[name] = kind
    return pd.concat(logs, ignore_index=True), kinds


def replay_fakes(seed: int) -> Iterator[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    """Make replays of one honest track."""
    rng = np.random.default_rng(seed)
    times, points = honest(500_000 + seed, CAR, MINUTES, route=seed % 6)
    for noise in (0.4, 3, 6, 8, 10, 15):
        yield f"replayed, each fix moved by {noise:g} m", (times, points + rng.normal(0, noise, points.shape))
    wander = receiver(rng, times, replace(CAR, wander_m=6.0))
    yield "replayed, moved by 6 m with memory", (times, points + wander)
    for share in (0.75, 0.5, 0.25):
        keep = slice(0, int(len(times) * share))
        yield f"first {share:.0%} replayed", (times[keep], points[keep])
    for factor in (1.01, 1.03, 1.05, 1.1):
        yield f"replayed, {factor - 1:.0%} slower", (times * factor, points)
    even = np.arange(0, times[-1], 7.0)
    again = np.column_stack([np.interp(even, times, points[:, axis]) for axis in (0, 1)])
    yield "replayed at other intervals", (even, again + rng.normal(0, 0.4, again.shape))
    yield "replayed backwards", (times[-1] - times[::-1], points[::-1])
    for shift in (5, 20, 100):
        yield f"replayed {shift} m further east", (times, points + np.array([shift, 0]))


FAKES = {
    "straight, even, noise 1 m": {},
    "the same, noise 3 m": {"noise": 3.0},
    "the same, no noise": {"noise": 0.0},
    "the same, noise with memory": {"noise": 2.5, "wander_s": 45.0},
    "pace varies by 10 %": {"unsteady": 0.1},
    "pace varies by 30 %": {"unsteady": 0.3},
    "pace varies by 30 %, legs of 1 km": {"unsteady": 0.3, "leg_m": 1000.0},
    "pace varies by 30 %, legs of 1 km, no noise": {"unsteady": 0.3, "leg_m": 1000.0, "noise": 0.0},
    "pace varies by 30 %, no noise": {"unsteady": 0.3, "noise": 0.0},
    "interval 5 s at 8 m/s": {"interval": 5.0, "speed": 8.0},
    "interval 1 s at 2.4 m/s": {"interval": 1.0},
    "interval 30 s": {"interval": 30.0},
}


def main() -> None:
    """Print both tables."""
    per_kind = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    fleet, kinds = honest_fleet(per_kind)
    split = split_trips(fleet)
    doubts = check_integrity(split.trips, split.fixes)
    print(f"honest patrols: {len(split.trips)}; doubted: {doubts['trip_id'].nunique()}")
    print(doubts.assign(kind=doubts["device_id"].map(kinds))[["kind", "flag", "measured"]].to_string())
    found: dict[str, list[bool]] = {}
    for seed in range(per_kind):
        original = as_fixes(honest(500_000 + seed, CAR, MINUTES, route=seed % 6), "2026-01-01 08:00", device="A")
        for name, track in replay_fakes(seed):
            both = pd.concat([original, as_fixes(track, "2026-02-03 09:10", device="B")], ignore_index=True)
            found.setdefault(name, []).append(_caught(both, "replayed_track"))
        for name, options in FAKES.items():
            fake = as_fixes(straight(seed, MINUTES, **options), "2026-02-03 09:10", device="B")
            found.setdefault(name, []).append(_caught(fake, "generated_track"))
    for name, caught in found.items():
        print(f"| {name} | {sum(caught)} of {len(caught)} |")


def _caught(fixes: pd.DataFrame, flag: str) -> bool:
    split = split_trips(fixes)
    return bool((check_integrity(split.trips, split.fixes)["flag"] == flag).any())


if __name__ == "__main__":
    main()
