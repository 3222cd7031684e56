"""
The map of a province: ``python -m benchmarks.leaders_map [--violations 100000]``.

Writes a map of made-up violations (12 corners each, 8 patches to 6 cases, three events and a duty to each case),
opens it in Chromium, and measures how long writing, opening and redrawing take.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_tables import (
    DECLARATIONS,
    FACTS,
    FINDINGS,
    INDICATORS,
    MEASURES,
    WARNINGS,
)
from geoenforce.core.results import Results
from geoenforce.core.space import PLANE
from geoenforce.core.tables import empty, issues_table
from geoenforce.outputs.maps import write_map
from geoenforce.rules.regulation import load_regulation
from geoenforce.violations.severity import compare

CHROMIUM = os.environ.get("GEOENFORCE_CHROMIUM") or shutil.which("chromium")
_FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run"
_WEST, _SOUTH, _ACROSS = 1_270_000.0, 2_400_000.0, 20_000.0  # metres in the plane; a township is so wide
_SIDE = 12  # townships in a row, and rows
_MU = 2000 / 3
_LIMITS = {"ordinary": 0.7, "serious": 0.9}  # shares of the cases up to each grade
_CLASSES = ("basic_farmland", "other_cultivated", "other")


def main(arguments: list[str] | None = None) -> None:
    """Write the map, open it, and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.leaders_map", description=__doc__)
    parser.add_argument("--violations", type=int, default=100_000, help="how many (default: 100000)")
    parser.add_argument("--keep", type=Path, help="write the map here and keep it")
    options = parser.parse_args(arguments)
    results = province(options.violations)
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "map.html"
        began = time.perf_counter()
        write_map(results, path)
        taken = {"violations": options.violations, "written_s": round(time.perf_counter() - began, 2)}
        taken |= {"file_mb": round(path.stat().st_size / 1e6, 1), **measure_in_chromium(path)}
    print(json.dumps(taken, indent=2))


def measure_in_chromium(path: Path) -> dict[str, Any]:
    """Open a map and zoom through it; seconds until it can be used, milliseconds for each zoom until it is drawn."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS.split())
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        began = time.perf_counter()
        page.goto(path.as_uri())
        page.evaluate(_DRAWN)
        opened = time.perf_counter() - began
        zooms = page.evaluate(_ZOOMS)
        filtered = page.evaluate(_FILTER)
        heap = page.evaluate("Math.round(performance.memory.usedJSHeapSize / 1e6)")
        browser.close()
    return {
        "opened_s": round(opened, 2),
        "zoom_ms": {str(level): round(took) for level, took in zooms},
        "zoom_ms_median": round(statistics.median(took for _, took in zooms)),
        "zoom_ms_longest": round(max(took for _, took in zooms)),
        "filter_ms": round(filtered),
        "heap_mb": heap,
    }


# Two frames: the first draws, the second begins when that is done.
_DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_ZOOMS = """async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const map = map_geoenforce, taken = [];
  for (const place of [[0.5, 0.5], [0.31, 0.72]]) {
    const box = map.getBounds(), [south, west] = [box.getSouth(), box.getWest()], first = map.getZoom();
    const spot = [south + (box.getNorth() - south) * place[0], west + (box.getEast() - west) * place[1]];
    for (let zoom = Math.ceil(first); zoom < 19; zoom += 1) {
      const began = performance.now();
      map.setView(spot, zoom, { animate: false });
      await drawn();
      taken.push([zoom, performance.now() - began]);
    }
    map.setView(box.getCenter(), first, { animate: false });
    await drawn();
  }
  return taken;
}"""
_FILTER = """async () => {
  document.querySelectorAll(".tab")[1].click();
  const grade = document.querySelectorAll(".filters select")[0], began = performance.now();
  grade.value = grade.options[1].value;
  grade.dispatchEvent(new Event("change"));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""


def province(number: int) -> Results:
    """Make up townships in a square, and violations all over them; the same every time."""
    random = np.random.default_rng(20260630)
    townships = _townships()
    cases = _cases(random, number * 6 // 8, townships)
    patches = _patches(random, number, cases)
    areas = _areas(random, patches)
    sums = areas.groupby("case_id")[["area_m2", *(f"{name}_mu" for name in (*_CLASSES, "approved"))]].sum()
    counts = areas.groupby("case_id").size()
    cases = cases.assign(**{name: sums[name].reindex(cases.index) for name in sums}, violations=counts)
    regulation = load_regulation("jieyang-2009")
    return Results(
        title="千镇省", townships=townships, violations=patches, original=patches.geometry.to_crs(4490), areas=areas,
        cases=cases, comparisons=compare(cases, regulation), parties=pd.DataFrame(), pieces=None,
        basic_farmland=gpd.GeoDataFrame({"parcel_id": []}, geometry=[], crs=PLANE), issues=issues_table([]),
        rejects=gpd.GeoDataFrame(geometry=[], crs=4490), crs="EPSG:4490", regulation_title=regulation.title,
        regulation_number=regulation.number, as_of=date(2026, 6, 30), accountability=_accountability(cases),
    )  # fmt: skip


def _townships() -> gpd.GeoDataFrame:
    places = [(column, row) for row in range(_SIDE) for column in range(_SIDE)]
    corners = [(_WEST + column * _ACROSS, _SOUTH + row * _ACROSS) for column, row in places]
    shapes = [shapely.box(west, south, west + _ACROSS, south + _ACROSS) for west, south in corners]
    codes = [f"44{number // 12:04d}{number % 12 + 100}" for number in range(len(places))]
    index = pd.Index(codes, name="township_code")
    names = {
        "township_name": [f"第{number + 1}镇" for number in range(len(places))],
        "county_code": [code[:6] for code in codes],
    }
    return gpd.GeoDataFrame(names, geometry=shapes, crs=PLANE, index=index)


def _cases(random: np.random.Generator, number: int, townships: gpd.GeoDataFrame) -> pd.DataFrame:
    index = pd.Index([f"44ZFAJ26{place:06d}" for place in range(number)], name="case_id")
    town = random.integers(len(townships), size=number)
    share = random.random(number)
    grade = np.select([share < end for end in _LIMITS.values()], list(_LIMITS), "especially_serious")
    return pd.DataFrame(
        {
            "township_code": townships.index.to_numpy()[town],
            "township_name": townships["township_name"].to_numpy()[town],
            "year": 2026,
            "status": "confirmed",
            "severity": grade,
            "decided_by": np.where(grade == "ordinary", None, "basic_farmland"),
            "near_threshold": random.random(number) < 0.05,
            "may_change_grade": random.random(number) < 0.05,
            "boundary_error_mu": random.random(number).round(3),
            "found_on": pd.Timestamp("2025-07-01") + pd.to_timedelta(random.integers(365, size=number), unit="D"),
            "party": None,
            "township_shares": None,
        },
        index=index,
    ).astype({"township_shares": "str", "party": "str", "decided_by": "str"})


def _patches(random: np.random.Generator, number: int, cases: pd.DataFrame) -> gpd.GeoDataFrame:
    case = np.arange(number) % len(cases)
    town = cases["township_code"].to_numpy()[case]
    place = {code: position for position, code in enumerate(_townships().index)}
    column, row = np.divmod([place[code] for code in town], _SIDE)[::-1]
    middles = np.column_stack([_WEST + (column + random.random(number)) * _ACROSS,
                               _SOUTH + (row + random.random(number)) * _ACROSS])  # fmt: skip
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    radii = random.uniform(15, 60, size=(number, 1)) * random.uniform(0.7, 1.3, size=(number, 12))
    corners = middles[:, None, :] + radii[:, :, None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)[None]
    index = pd.Index([f"44WPTB26{position:06d}" for position in range(number)], name="violation_id")
    rows = {
        "case_id": cases.index.to_numpy()[case],
        "found_on": cases["found_on"].to_numpy()[case],
        "status": "confirmed",
        "party": np.array(["某建材有限公司", "第一村村民委员会", "张某", None], dtype=object)[
            random.integers(4, size=number)
        ],
        "source_file": "violations.gpkg",
        "row": np.arange(number) + 1,
    }
    return gpd.GeoDataFrame(rows, geometry=shapely.polygons(corners), crs=PLANE, index=index)


def _areas(random: np.random.Generator, patches: gpd.GeoDataFrame) -> pd.DataFrame:
    whole = shapely.area(patches.geometry.to_numpy())
    parts = random.dirichlet([0.4, 0.4, 0.4, 0.1], size=len(patches)) * whole[:, None]
    columns = {f"{name}_m2": parts[:, place] for place, name in enumerate((*_CLASSES, "approved"))}
    columns |= {name.replace("_m2", "_mu"): values / _MU for name, values in columns.items()}
    areas = pd.DataFrame({"area_m2": whole, **columns, "approved_afterwards_mu": 0.0}, index=patches.index)
    return areas.join(pd.DataFrame(patches)[["case_id", "status", "found_on"]])


def _accountability(cases: pd.DataFrame) -> AccountabilityResults:
    """Give each case three events and a duty that was met late."""
    days = {"found": 0, "stop_order": 1, "filed": 9}
    events = pd.concat(
        pd.DataFrame(
            {"case_id": cases.index, "event": event, "on": cases["found_on"].to_numpy() + pd.Timedelta(days=late)}
        )
        for event, late in days.items()
    )
    duty = {
        "regulation": "jieyang-2009", "citation": "揭府〔2009〕56号 第十七条第（二）项", "actor": "township",
        "office": cases["township_code"], "office_name": cases["township_name"], "case_id": cases.index,
        "do_event": "stopped", "status": "met_late", "days_over": cases["found_on"].dt.day, "days_left": None,
        "due_on": cases["found_on"], "done_on": cases["found_on"] + pd.Timedelta(days=9),
        "waited": None, "reason": None,
    }  # fmt: skip
    return AccountabilityResults(
        as_of=date(2026, 6, 30), duties=pd.DataFrame(duty).reset_index(drop=True), events=events,
        facts=empty(FACTS), findings=empty(FINDINGS), would_follow=empty(FINDINGS), warnings=empty(WARNINGS),
        indicators=empty(INDICATORS), measures=empty(MEASURES), declarations=empty(DECLARATIONS),
    )  # fmt: skip


if __name__ == "__main__":
    main()
