"""The tables of the overlay benchmark, as Markdown."""

import statistics
from pathlib import Path
from typing import Any

from benchmarks.overlay_resident import FEW
from benchmarks.peers import ENGINES, OURS

_BEGIN, _END = "<!-- overlay: begin -->", "<!-- overlay: end -->"
_FULL = ("county", "prefecture")
Record = dict[str, Any]


def write_into_readme(kept: Record, path: Path) -> None:
    """Put the tables between the marks of README.md."""
    before, _, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    path.write_text(f"{before}{_BEGIN}\n{report(kept)}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


def report(kept: Record) -> str:
    """Write all tables for which something was measured."""
    about = kept["about"]
    lines = [f"Measured on {about['on']}: {about['machine']}. {about['versions']}.", ""]
    for size in _FULL:
        if kept.get(size, {}).get("runs", {}).get(OURS):
            lines += _full(size, kept[size])
    growing = [size for size in kept if size != "about" and kept[size].get("runs", {}).get(OURS)]
    if len(growing) > 1:
        lines += _resident(kept, sorted(growing, key=lambda size: kept[size]["layers"]["parcels"]))
        lines += _growth(kept, sorted(growing, key=lambda size: kept[size]["layers"]["parcels"]))
    return "\n".join(lines).rstrip()


def _full(size: str, about: Record) -> list[str]:
    layers, runs = about["layers"], about["runs"]
    ours = {name: _median(runs[OURS], name) for name in ("wall_s", "cpu_s")}
    lines = [
        f"### {size.capitalize()}: {layers['parcels']:,} parcels, {layers['basic_farmland']:,} polygons of basic "
        f"farmland, {layers['violations']:,} violations",
        "",
        "| program | rounds | wall s | CPU s | peak MB | wall, of ours | CPU, of ours | whole process s "
        "| answers apart by, m² |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for engine in ENGINES:
        if engine in about["skipped"]:
            lines.append(f"| {engine} | – | skipped: {about['skipped'][engine]} | | | | | | |")
        elif runs.get(engine):
            wall, cpu, peak, process = (
                _median(runs[engine], name) for name in ("wall_s", "cpu_s", "peak_mb", "process_s")
            )
            apart = about.get("apart_m2", {}).get(engine)
            lines.append(
                f"| {engine} | {len(runs[engine])} | {wall:.2f} | {cpu:.2f} | {peak:,.0f} "
                f"| {wall / ours['wall_s']:.1f} | {cpu / ours['cpu_s']:.1f} | {process:.2f} "
                f"| {'' if apart is None else f'{apart:.0e}'} |"
            )
    return [*lines, "", *_before(about), ""]


def _before(about: Record) -> list[str]:
    """Say what the programs had done before, and what the floor is."""
    made = about["prepared"]
    floor, snapshots, prepared = (made[name] for name in ("floor", "snapshots", "prepared"))
    text = (
        f"The floor: reading the {about['mb']:,.0f} MB of the files and making nothing of them takes "
        f"{floor['wall_s']:.2f} s (CPU {floor['cpu_s']:.2f} s). Made once before: the snapshots that geoenforce reads "
        f"{snapshots['wall_s']:.1f} s ({snapshots['peak_mb']:,.0f} MB), the prepared layers "
        f"{prepared['wall_s']:.1f} s more ({prepared['peak_mb']:,.0f} MB)"
    )
    if "postgis" in about:
        text += (
            f"; loading, indexing and subdividing in {about['postgis']['version']} {about['postgis']['seconds']:.0f} s"
        )
    return [f"{text}."]


def _resident(kept: Record, sizes: list[str]) -> list[str]:
    """Tell what a process answers that stays."""
    lines = [
        "### A process that stays, prepared layers mapped",
        "",
        "All violations by land code, and a few scattered ones by land class (`areas_by_land_class`), medians.",
        "",
        "| parcels | violations | all, s | geopandas.overlay takes | SedonaDB takes | PostGIS takes | subdivided takes "
        "| " + " | ".join(f"{count:,}, ms" for count in FEW) + " |",
        "|---:|---:|" + "---:|" * (5 + len(FEW)),
    ]
    for about in (kept[size] for size in sizes if "resident" in kept[size]):
        all_s = about["resident"]["all_s"]
        beside = [
            f"{_median(about['runs'][name], 'wall_s') / all_s:.0f} ×" if about["runs"].get(name) else ""
            for name in ("geopandas.overlay, twice", "SedonaDB", "PostGIS", "PostGIS + ST_Subdivide(256)")
        ]
        few = [f"{about['resident'][f'{count}_ms']:.2f}" for count in FEW]
        cells = [f"{about['layers']['parcels']:,}", f"{about['layers']['violations']:,}", f"{all_s:.2f}", *beside, *few]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _growth(kept: Record, sizes: list[str]) -> list[str]:
    engines = [one for one in ENGINES if sum(bool(kept[size]["runs"].get(one)) for size in sizes) > 2]
    if not engines:
        return []
    lines = [
        "### Growth, violations in proportion (one to 40 parcels)",
        "",
        "| parcels | " + " | ".join(f"{engine}, wall s" for engine in engines) + " |",
        "|---:|" + "---:|" * len(engines),
    ]
    for size in sizes:
        runs = kept[size]["runs"]
        cells = [f"{_median(runs[one], 'wall_s'):.2f}" if runs.get(one) else "" for one in engines]
        lines.append(f"| {kept[size]['layers']['parcels']:,} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _median(runs: list[Record], name: str) -> float:
    return statistics.median(one[name] for one in runs)
