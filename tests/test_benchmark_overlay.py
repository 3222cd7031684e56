"""The overlay benchmark: answers come into one form, what was measured is not measured again, and the table says all of it."""

import argparse
import json

import pandas as pd
import pytest

from benchmarks import overlay
from benchmarks.overlay_report import report
from benchmarks.peers import ENGINES, OURS, in_one_form

LAYERS = {"violations": 2, "basic_farmland": 3, "parcels": 4}
TOOK = {"wall_s": 2.0, "cpu_s": 3.0, "peak_mb": 400.0, "process_s": 5.0}


def test_answers_of_databases_and_ours_come_into_one_form():
    """120 m² in two parcels of the code 0101, of which 50 are basic farmland; 5 m² lie in no parcel."""
    peers = (
        pd.DataFrame({"violation_id": ["A"], "land_code": ["0101"], "m2": [120.0]}),
        pd.DataFrame({"violation_id": ["A", "A"], "land_code": ["0101", "0101"], "m2": [20.0, 30.0]}),
    )
    ours = pd.DataFrame(
        {"violation_id": "A", "land_class": ["basic_farmland", "other_cultivated", "other"],
         "land_code": ["0101", "0101", None], "area_m2": [50.0, 70.0, 5.0], "area_mu": 0.0}
    )  # fmt: skip

    for answer in (peers, ours):
        found = in_one_form(answer)
        assert found.columns.to_list() == ["area_m2", "basic_farmland_m2"]
        assert found.index.to_list() == [("A", "0101")]
        assert found.to_numpy().tolist() == [[120.0, 50.0]]


def test_the_table_has_medians_ratios_and_what_was_skipped():
    runs = {OURS: [TOOK | {"wall_s": wall} for wall in (1.0, 2.0, 9.0)], "SedonaDB": [TOOK | {"wall_s": 8.0}]}
    prepared = dict.fromkeys(("floor", "snapshots", "prepared"), TOOK)
    county = {"layers": LAYERS, "mb": 117.0, "runs": runs, "skipped": {"PostGIS": "no server"}, "prepared": prepared}
    about = {"on": "2026-11-27", "machine": "Linux, 2 cores", "versions": "Python 3.11"}

    lines = report({"about": about, "county": county | {"apart_m2": {"SedonaDB": 3e-8}}}).splitlines()

    assert f"| {OURS} | 3 | 2.00 | 3.00 | 400 | 1.0 | 1.0 | 5.00 |  |" in lines
    assert "| SedonaDB | 1 | 8.00 | 3.00 | 400 | 4.0 | 1.0 | 5.00 | 3e-08 |" in lines
    assert any(line.startswith("| PostGIS | – | skipped: no server") for line in lines)


def test_a_process_that_stays_is_told_beside_the_others():
    runs = {OURS: [TOOK], "geopandas.overlay, twice": [TOOK | {"wall_s": 30.0}]}
    prepared = dict.fromkeys(("floor", "snapshots", "prepared"), TOOK)
    resident = {"all_s": 0.5, "1_ms": 0.66, "100_ms": 2.5, "1000_ms": 11.0}
    size = {"layers": LAYERS, "mb": 1.0, "runs": runs, "skipped": {}, "prepared": prepared, "resident": resident}
    about = {"on": "2026-11-27", "machine": "Linux, 2 cores", "versions": "Python 3.11"}

    lines = report({"about": about, "10k": size, "county": size}).splitlines()

    assert "| 4 | 2 | 0.50 | 60 × |  |  |  | 0.66 | 2.50 | 11.00 |" in lines


def test_a_stopped_benchmark_goes_on_with_what_is_missing(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(overlay, "layers_of", lambda size, root: tmp_path)
    monkeypatch.setattr(overlay, "prepare", lambda folder, known: {})
    monkeypatch.setattr(overlay, "_apart", lambda folder, engine: 0.0)
    monkeypatch.setattr(overlay, "_stays", lambda folder: {})
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
    index = pd.MultiIndex.from_tuples([("A", "0101"), ("A", "0301")], names=["violation_id", "land_code"])
    answer = pd.DataFrame({"area_m2": 100.0, "basic_farmland_m2": 50.0}, index=index)
    answer.to_parquet(overlay._answer(tmp_path, OURS))
    for engine, other in (("SedonaDB", answer + 0.02), ("PostGIS", answer.iloc[:1])):
        other.to_parquet(overlay._answer(tmp_path, engine))

    with pytest.raises(SystemExit, match=r"geoenforce and SedonaDB differ in 2 areas, by up to 0\.0200 m²"):
        overlay._apart(tmp_path, "SedonaDB")
    with pytest.raises(SystemExit, match=r"geoenforce and PostGIS differ in 1 areas, by up to 100\.0000 m²"):
        overlay._apart(tmp_path, "PostGIS")


def test_ours_answers_first_for_all_others_are_held_against_it():
    assert next(iter(ENGINES)) == OURS
