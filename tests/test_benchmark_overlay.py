"""The overlay benchmark: sums become classes, what was measured is not measured again, and the table says all of it."""

import argparse
import json

import pandas as pd
import pytest

from benchmarks import overlay
from benchmarks.overlay_report import report
from benchmarks.peers import ENGINES, OURS, answer_of

LAYERS = {"violations": 2, "basic_farmland": 3, "parcels": 4}
TOOK = {"wall_s": 2.0, "cpu_s": 3.0, "peak_mb": 400.0, "process_s": 5.0}


def sums(**m2):
    return {name: pd.DataFrame({"id": [*areas], "m2": [*areas.values()]}) for name, areas in m2.items()}


def test_ground_that_is_basic_and_cultivated_counts_as_basic_farmland_only():
    found = answer_of(sums(whole={"A": 100.0, "B": 50.0}, basic={"A": 60.0}, cultivated={"A": 70.0}, both={"A": 55.0}))

    assert found.loc["A"].to_list() == [60.0, 15.0, 25.0]
    assert found.loc["B"].to_list() == [0.0, 0.0, 50.0]


def test_the_table_has_medians_ratios_and_what_was_skipped():
    runs = {OURS: [TOOK | {"wall_s": wall} for wall in (1.0, 2.0, 9.0)], "SedonaDB": [TOOK | {"wall_s": 8.0}]}
    prepared = dict.fromkeys(("floor", "snapshots", "prepared"), TOOK)
    county = {"layers": LAYERS, "mb": 117.0, "runs": runs, "skipped": {"PostGIS": "no server"}, "prepared": prepared}
    about = {"on": "2026-11-27", "machine": "Linux, 2 cores", "versions": "Python 3.11"}

    lines = report({"about": about, "county": county | {"apart_m2": {"SedonaDB": 3e-8}}}).splitlines()

    assert f"| {OURS} | 3 | 2.00 | 3.00 | 400 | 1.0 | 1.0 | 5.00 |  |" in lines
    assert "| SedonaDB | 1 | 8.00 | 3.00 | 400 | 4.0 | 1.0 | 5.00 | 3e-08 |" in lines
    assert any(line.startswith("| PostGIS | – | skipped: no server") for line in lines)


def test_a_stopped_benchmark_goes_on_with_what_is_missing(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(overlay, "layers_of", lambda size, root: tmp_path)
    monkeypatch.setattr(overlay, "prepare", lambda folder, known: {})
    monkeypatch.setattr(overlay, "_apart", lambda folder, engine: 0.0)
    monkeypatch.setattr(overlay, "_run", lambda engine, *_: asked.append(engine) or TOOK)
    monkeypatch.setattr(overlay.pq, "read_metadata", lambda path: argparse.Namespace(num_rows=1))
    for name in LAYERS:
        (tmp_path / f"{name}.parquet").touch()
    kept = overlay.Kept(tmp_path / "overlay.json")
    kept.of("10k")["runs"] = {OURS: [TOOK, TOOK], "SedonaDB": [TOOK]}

    overlay.measure("10k", [OURS, "SedonaDB"], argparse.Namespace(data=tmp_path, rounds=2), kept)

    assert asked == ["SedonaDB"]
    assert len(json.loads(kept.path.read_text(encoding="utf-8"))["10k"]["runs"]["SedonaDB"]) == 2


def test_answers_that_differ_stop_the_benchmark(tmp_path):
    answer = pd.DataFrame(
        {name: [100.0] for name in ("basic_farmland_m2", "other_cultivated_m2", "other_m2")}, index=["A"]
    )
    answer.to_parquet(overlay._answer(tmp_path, OURS))
    (answer + 0.02).to_parquet(overlay._answer(tmp_path, "SedonaDB"))

    with pytest.raises(SystemExit, match=r"geoenforce and SedonaDB differ in 1 violations, by up to 0\.0200 m²"):
        overlay._apart(tmp_path, "SedonaDB")


def test_ours_answers_first_for_all_others_are_held_against_it():
    assert next(iter(ENGINES)) == OURS
