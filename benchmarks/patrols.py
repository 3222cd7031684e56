"""
Patrols at size: fixes to trips, townships and coverage; movingpandas beside it on a part of them.

    python -m benchmarks.patrols                        # 10 M fixes, 1 M for movingpandas
    python -m benchmarks.patrols --fixes 200000 --beside 20000
    python -m benchmarks.patrols --year                 # 50 M fixes in 50 files as well: a year of a county
    python -m benchmarks.patrols --write                # puts the table into README.md
    python -m benchmarks.patrols --again                # on the files of the last run

Every program runs in a process of its own and reads the same Parquet files. movingpandas is measured where it is
installed (``pip install movingpandas``); the package itself does not need it. So that both meet the same machine,
geoenforce goes before and after it, and the median counts.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.generator import Size, build_county

HERE = Path(__file__).parent
DAYS, WEEKS = 5, 50
PER_TRACK = 5000
INTERVAL_S = 5
FIRST_DAY = pd.Timestamp("2026-04-13 07:30", tz="Asia/Shanghai")
FIRST_WEEK = pd.Timestamp("2026-01-05 07:30", tz="Asia/Shanghai")
_TEXTS = ("patrol_unit", "device_id", "source_file", "flag")
_BEGIN, _END = "<!-- patrols: begin -->", "<!-- patrols: end -->"


def make_fixes(
    count: int, bounds: tuple[float, float, float, float], seed: int = 5, first_day: pd.Timestamp = FIRST_DAY
) -> pd.DataFrame:
    """
    Let a fleet patrol for five days: along streets, with stops, a wandering receiver, spikes and repeated fixes.

    Each track is seven hours of fixes, five seconds apart. One fix in a thousand is a spike, one in 200 is there twice.
    """
    rng = np.random.default_rng(seed)
    tracks = max(count // PER_TRACK, DAYS)
    steps = count // tracks
    west, south, east, north = bounds
    place = rng.uniform([west, south], [east, north], (tracks, 2))
    heading = rng.integers(0, 4, tracks)
    speed, halt, error = np.full(tracks, 8.0), np.zeros(tracks), np.zeros((tracks, 2))
    way = np.array([(1.0, 0.1), (-0.1, 1.0), (-1.0, -0.1), (0.1, -1.0)])
    out = np.empty((steps, tracks, 2))
    for step in range(steps):
        heading = np.where(rng.random(tracks) < 0.09, (heading + rng.choice([1, 3], tracks)) % 4, heading)
        speed = np.clip(speed + rng.normal(0, 0.5, tracks) - 0.05 * (speed - 8), 1, 16)
        halt = np.where(rng.random(tracks) < 0.002, rng.integers(12, 60, tracks), halt - 1)
        place = place + way[heading] * (np.where(halt > 0, 0.0, speed) * INTERVAL_S)[:, None]
        beyond = (place < [west, south]) | (place > [east, north])
        heading = np.where(beyond.any(axis=1), (heading + 2) % 4, heading)
        place = np.clip(place, [west, south], [east, north])
        error = 0.9 * error + rng.normal(0, 1.1, (tracks, 2))
        out[step] = place + error
    xy = out.transpose(1, 0, 2).reshape(-1, 2)
    spikes = rng.random(len(xy)) < 0.001
    xy[spikes] += rng.normal(0, 4000, (int(spikes.sum()), 2))
    return _as_table(xy, tracks, steps, rng, first_day)


def _as_table(
    xy: np.ndarray, tracks: int, steps: int, rng: np.random.Generator, first_day: pd.Timestamp
) -> pd.DataFrame:
    places = gpd.GeoSeries(gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs="EPSG:4527").to_crs(4490)
    devices = tracks // DAYS
    track = np.repeat(np.arange(tracks), steps)
    device = track % devices
    seconds = (track // devices) * 86_400 + np.tile(np.arange(steps) * INTERVAL_S, tracks)
    frame = pd.DataFrame(
        {
            "patrol_unit": pd.Categorical.from_codes(device % 20, [f"unit {number}" for number in range(20)]),
            "device_id": pd.Categorical.from_codes(device, [f"D{number:04d}" for number in range(devices)]),
            "recorded_at": first_day.as_unit("us") + pd.to_timedelta(seconds, unit="s").as_unit("us"),
            "longitude": places.x.round(7).to_numpy(),
            "latitude": places.y.round(7).to_numpy(),
            "row": np.arange(1, len(track) + 1),
        }
    )
    again = frame[rng.random(len(frame)) < 0.005]
    frame = pd.concat([frame, again], ignore_index=True).sample(frac=1.0, random_state=1, ignore_index=True)
    return frame.assign(flag=None, source_file="fleet.parquet").astype(dict.fromkeys(_TEXTS, "category"))


def measure_geoenforce(folder: Path, name: str) -> dict[str, Any]:
    """Go from the file to the coverage table, and note the seconds of each step."""
    from geoenforce.core.space import to_plane
    from geoenforce.patrols.coverage import coverage
    from geoenforce.patrols.trips import split_trips

    townships, farmland = _layers(folder)
    farmland = to_plane(farmland)  # as the readers of layers hand it over
    split_trips(pd.read_parquet(folder / name).iloc[:1000], townships)  # imports and first calls are not counted
    marks, cpu_s = [time.perf_counter()], time.process_time()
    fixes = pd.read_parquet(folder / name)
    marks.append(time.perf_counter())
    split = split_trips(fixes, townships)
    marks.append(time.perf_counter())
    cpu_s = time.process_time() - cpu_s
    days = [(FIRST_DAY.date() + timedelta(days=number),) * 2 for number in range(DAYS)]
    covered = coverage(split.trips, {"basic_farmland": farmland}, townships, days)
    marks.append(time.perf_counter())
    flags = split.fixes["flag"].value_counts().to_dict()
    covered.to_pickle(folder / "coverage.pickle")
    split.trips.to_pickle(folder / "trips.pickle")
    return {
        "read": marks[1] - marks[0],
        "trips and townships": marks[2] - marks[1],
        "coverage": marks[3] - marks[2],
        "fixes": len(fixes),
        "trips": len(split.trips),
        "flags": flags,
        "km": float(split.trips["length_m"].sum() / 1000),
        "cpu_s": cpu_s,
        "peak_mb": _peak_mb(),
    }


def measure_year(folder: Path, name: str) -> dict[str, Any]:
    """Go from a folder of files to the coverage of the year and its months, and note what each step took at most."""
    from geoenforce.core.space import to_plane
    from geoenforce.inputs.fixes import read_fixes
    from geoenforce.patrols.coverage import coverage
    from geoenforce.patrols.integrity import check_integrity
    from geoenforce.patrols.trips import split_trips

    townships, farmland = _layers(folder)
    farmland = to_plane(farmland)
    marks, peaks, cpu_s = [time.perf_counter()], [], time.process_time()

    def done() -> None:
        marks.append(time.perf_counter())
        peaks.append(round(_peak_mb()))

    fixes = read_fixes(folder / name).table
    done()
    split = split_trips(fixes, townships)
    done()
    cpu_s = time.process_time() - cpu_s
    days = split.trips["on"].min().date(), split.trips["on"].max().date()
    months = [(month.start_time.date(), month.end_time.date()) for month in pd.period_range(*days, freq="M")]
    coverage(split.trips, {"basic_farmland": farmland}, townships, [days, *months])
    done()
    check_integrity(split.trips, split.fixes)
    done()
    return {
        "read": marks[1] - marks[0],
        "trips and townships": marks[2] - marks[1],
        "coverage": marks[3] - marks[2],
        "integrity": marks[4] - marks[3],
        "fixes": len(split.fixes),
        "trips": len(split.trips),
        "cpu_s": cpu_s,
        "table_mb": int(split.fixes.memory_usage().sum()) >> 20,
        "peaks_mb": peaks,
        "peak_mb": _peak_mb(),
    }


def measure_movingpandas(folder: Path, name: str) -> dict[str, Any]:
    """Clean and split with movingpandas, and join the positions to the townships with geopandas."""
    import movingpandas as mpd

    townships, _ = _layers(folder)
    began, cpu_s = time.perf_counter(), time.process_time()
    fixes = pd.read_parquet(folder / name)
    frame = fixes.drop_duplicates(["device_id", "recorded_at"]).assign(
        t=fixes["recorded_at"].dt.tz_convert("UTC").dt.tz_localize(None)
    )
    read = time.perf_counter()
    whole = mpd.TrajectoryCollection(frame, "device_id", t="t", x="longitude", y="latitude", crs=4326)
    clean = mpd.OutlierCleaner(whole).clean(v_max=40, units=("m", "s"))
    trips = mpd.ObservationGapSplitter(clean).split(gap=timedelta(minutes=20))
    length = sum(one.get_length() for one in trips)
    split = time.perf_counter()
    points = gpd.GeoDataFrame(
        frame[["row"]], geometry=gpd.points_from_xy(frame["longitude"], frame["latitude"]), crs=4490
    )
    gpd.sjoin(points, townships.to_crs(4490)[["geometry"]], how="left", predicate="within")
    joined = time.perf_counter()
    return {
        "read": read - began,
        "cleaning and splitting": split - read,
        "townships": joined - split,
        "fixes": len(fixes),
        "trips": len(trips.trajectories),
        "km": length / 1000,
        "cpu_s": time.process_time() - cpu_s,
        "peak_mb": _peak_mb(),
    }


def measure_vector(folder: Path, _name: str) -> dict[str, Any]:
    """Answer the coverage with exact buffers: short pieces of the trips, united by day, over the farmland."""
    townships, farmland = _layers(folder)
    trips = pd.read_pickle(folder / "trips.pickle").to_crs("EPSG:4527")
    fields = farmland.to_crs("EPSG:4527").geometry.to_numpy()
    borders = townships.to_crs("EPSG:4527").geometry.sort_index()
    covered = pd.read_pickle(folder / "coverage.pickle").set_index(["township_code", "period_from"])["seen_m2"]
    began = time.perf_counter()
    errors: list[float] = []
    for day, own in trips.groupby("on"):
        seen = shapely.union_all(shapely.buffer(_pieces(own.geometry.to_numpy()), 200.0, quad_segs=16))
        parts = shapely.get_parts(shapely.intersection(seen, _tiles(seen)))
        field, tile = shapely.STRtree(parts).query(fields)
        pieces = shapely.intersection(parts[tile], fields[field])
        piece, home = shapely.STRtree(borders.to_numpy()).query(pieces)[:2]
        sizes = np.bincount(
            home, shapely.area(shapely.intersection(pieces[piece], borders.to_numpy()[home])), len(borders)
        )
        errors.extend(
            (float(covered[code, day]) - size) / size
            for code, size in zip(borders.index, sizes, strict=True)
            if size > 1e5
        )
    taken = time.perf_counter() - began
    return {
        "coverage": taken,
        "median_error": float(np.median(np.abs(errors))),
        "p95_error": float(np.quantile(np.abs(errors), 0.95)),
        "peak_mb": _peak_mb(),
    }


def _pieces(lines: Any) -> Any:
    """Cut lines into pieces of six vertices: buffers of short pieces are quick to make and to unite."""
    xy, owner = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    at = np.flatnonzero(np.diff(owner) == 0)
    edges = np.stack([xy[at], xy[at + 1]], axis=1)
    return shapely.multilinestrings(shapely.linestrings(edges), indices=np.arange(len(edges)) // 5)


def _tiles(shape: Any, side_m: float = 1000.0) -> Any:
    west, south, east, north = shapely.bounds(shape)
    x, y = np.meshgrid(np.arange(west, east, side_m), np.arange(south, north, side_m))
    return shapely.box(x.ravel(), y.ravel(), x.ravel() + side_m, y.ravel() + side_m)


def _layers(folder: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    townships = gpd.read_parquet(folder / "townships.parquet").set_index("township_code")
    return townships, gpd.read_parquet(folder / "farmland.parquet")


def prepare(folder: Path, fixes: int, beside: int, parcels: int) -> tuple[float, float, float, float]:
    """Write the county and both logs, and return where the fleet patrols."""
    folder.mkdir(parents=True, exist_ok=True)
    county = build_county(Size(parcels))
    places = county.townships
    code = next(column for column in places if places[column].astype(str).str.fullmatch(r"\d{9}").all())
    townships = gpd.GeoDataFrame(
        {"township_code": places[code], "township_name": places[code], "county_code": places[code].str[:6]},
        geometry=places.geometry,
    )
    townships.to_parquet(folder / "townships.parquet")
    county.basic_farmland[["geometry"]].to_parquet(folder / "farmland.parquet")
    west, south, east, north = (float(side) for side in townships.total_bounds)
    bounds = west + 1000, south + 1000, east - 1000, north - 1000
    make_fixes(fixes, bounds).to_parquet(folder / "fixes.parquet")
    make_fixes(beside, bounds).to_parquet(folder / "beside.parquet")
    return bounds


def prepare_year(folder: Path, bounds: tuple[float, float, float, float], fixes_a_week: int = 1_000_000) -> None:
    """Write the logs of fifty working weeks, a file each, as a fleet hands them in: without flags."""
    (folder / "year").mkdir(exist_ok=True)
    for week in range(WEEKS):
        log = make_fixes(fixes_a_week, bounds, 100 + week, FIRST_WEEK + timedelta(days=7 * week))
        log = log.drop(columns=["flag", "source_file", "row"]).astype({"patrol_unit": "str", "device_id": "str"})
        log.to_parquet(folder / "year" / f"week_{week:02d}.parquet", index=False)


PROGRAMS = {
    "geoenforce": measure_geoenforce,
    "movingpandas": measure_movingpandas,
    "vector": measure_vector,
    "year": measure_year,
}


def _in_a_fresh_process(program: str, folder: Path, name: str) -> dict[str, Any] | None:
    command = [sys.executable, "-m", "benchmarks.patrols", "--measure", program, name, "--data", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    if done.returncode:
        print(f"{program}: not measured: {done.stderr.strip().splitlines()[-1]}")
        return None
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    print(program, name, found)
    return found


@dataclass(frozen=True)
class Measured:
    """What one run measured; what was not asked for, or could not be measured, is missing."""

    whole: dict[str, Any]
    part: list[dict[str, Any]]  # before and after movingpandas
    peer: dict[str, Any] | None = None
    vector: dict[str, Any] | None = None
    year: dict[str, Any] | None = None
    load: tuple[float, ...] = ()  # processes that wanted a processor, before and after

    @property
    def middle(self) -> dict[str, Any]:
        """Return the median of the measurements of the smaller log."""
        return sorted(self.part, key=lambda one: one["read"] + one["trips and townships"])[len(self.part) // 2]


def report(found: Measured) -> str:
    """Write the measurement as Markdown."""
    part, peer, vector, year = found.middle, found.peer, found.vector, found.year
    lines = [
        f"Measured on {date.today().isoformat()} on {os.cpu_count()} cores; the load was {found.load[0]:.1f} "  # noqa: DTZ011
        f"before and {found.load[-1]:.1f} after; above {os.cpu_count()}, programs wait. Of the smaller log, "
        f"geoenforce's figures are the median of {len(found.part)}, before and after movingpandas.",
        "",
        "| | fixes | trips | read s | trips and townships s | processor s until then | coverage, 5 days s | peak MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| geoenforce | {one['fixes']:,} | {one['trips']:,} | {one['read']:.2f} | {one['trips and townships']:.2f} | "
        f"{one['cpu_s']:.2f} | {one['coverage']:.2f} | {one['peak_mb']:.0f} |"
        for one in (found.whole, part)
    ]
    if year:
        lines.append(
            f"| geoenforce, a year: `read_fixes` of {WEEKS} files, coverage of the year and its months, and "
            f"integrity ({year['integrity']:.0f} s) | "
            f"{year['fixes']:,} | {year['trips']:,} | {year['read']:.1f} | {year['trips and townships']:.1f} | "
            f"{year['cpu_s']:.1f} | {year['coverage']:.1f} | {year['peak_mb']:.0f} |"
        )
    if peer:
        ours = part["read"] + part["trips and townships"]
        theirs = peer["read"] + peer["cleaning and splitting"] + peer["townships"]
        name = f"movingpandas {_version('movingpandas')}, geopandas.sjoin"
        lines += [
            f"| {name} | {peer['fixes']:,} | {peer['trips']:,} | {peer['read']:.2f} | "
            f"{peer['cleaning and splitting']:.1f} + {peer['townships']:.1f} | "
            f"{peer['cpu_s']:.1f} | – | {peer['peak_mb']:.0f} |",
            "",
            f"On the same {part['fixes']:,} fixes, from file to trips, geoenforce is {theirs / ours:.0f} times as fast "
            f"as movingpandas with geopandas.sjoin ({ours:.2f} s against {theirs:.1f} s); in processor time, which "
            f"other work changes less, {peer['cpu_s'] / part['cpu_s']:.0f} times: geoenforce uses several processors, "
            f"movingpandas one. Length of all trips: {part['km']:,.3f} km here, "
            f"{peer['km']:,.3f} km there.",
        ]
    if vector:
        lines += [
            "",
            f"Exact vector buffers take {vector['coverage']:.1f} s for the coverage of the smaller log, "
            f"{vector['coverage'] / part['coverage']:.0f} times as long, without the effort. By township and day, "
            f"geoenforce's share differs from theirs by {vector['median_error']:.2%} in the median and "
            f"{vector['p95_error']:.2%} at the 95th percentile.",
        ]
    return "\n".join(lines)


def _peak_mb() -> float:
    """Return the most memory that this process had (Linux); what its parent had does not count."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _measure_all(folder: Path, *, has_year: bool) -> Measured:
    """Measure each program in a process of its own, one after another."""
    load = os.getloadavg()[0]
    whole = _in_a_fresh_process("geoenforce", folder, "fixes.parquet")
    part = [_in_a_fresh_process("geoenforce", folder, "beside.parquet")]
    peer = _in_a_fresh_process("movingpandas", folder, "beside.parquet")
    part += [_in_a_fresh_process("geoenforce", folder, "beside.parquet") for _ in range(2)]
    vector = _in_a_fresh_process("vector", folder, "beside.parquet")
    year = _in_a_fresh_process("year", folder, "year") if has_year else None
    done = [one for one in part if one is not None]
    if whole is None or not done:
        raise SystemExit(1)
    return Measured(whole, done, peer, vector, year, (load, os.getloadavg()[0]))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fixes", type=int, default=10_000_000)
    parser.add_argument("--beside", type=int, default=1_000_000)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=HERE / "data" / "patrols")
    parser.add_argument("--year", action="store_true", help="measure 50 M fixes, too")
    parser.add_argument("--again", action="store_true", help="measure on the files of the last run")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        program, name = options.measure
        print(json.dumps(PROGRAMS[program](options.data, name)))
        return
    if not options.again:
        bounds = prepare(options.data, options.fixes, options.beside, options.parcels)
        if options.year:
            prepare_year(options.data, bounds)
    text = report(_measure_all(options.data, has_year=options.year))
    print(text)
    if options.write:
        path = HERE / "README.md"
        before, rest = path.read_text(encoding="utf-8").split(_BEGIN)
        path.write_text(before + _BEGIN + "\n" + text + "\n" + _END + rest.split(_END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
