"""The benchmark measures what it says: a county that tiles, and two programs that must agree."""

import pandas as pd
import pytest
import shapely

from benchmarks import patrols
from benchmarks.county import refuse_disagreement, write_into_readme
from benchmarks.engines import ENGINES, Layers
from benchmarks.generator import Size, build_county, write_county
from geoenforce import read_basic_farmland, read_parcels, read_violations
from geoenforce.inputs.config import load_config


@pytest.fixture(scope="module")
def county():
    return build_county(Size(parcels=3000))


def test_parcels_tile_the_county_though_roads_are_long(county):
    townships, parcels = county.townships.union_all(), county.parcels

    assert parcels.is_valid.all()
    assert parcels.area.sum() == pytest.approx(townships.area, rel=1e-12)
    assert shapely.coverage_is_valid(parcels.geometry.to_numpy())
    assert shapely.get_num_coordinates(parcels.geometry.to_numpy()).max() > 500


def test_basic_farmland_neither_overlaps_itself_nor_follows_the_parcels(county):
    farmland = county.basic_farmland.geometry.to_numpy()
    corners = set(map(tuple, shapely.get_coordinates(county.parcels.geometry.to_numpy())))

    assert shapely.coverage_is_valid(farmland)
    assert not corners & set(map(tuple, shapely.get_coordinates(farmland)))


def test_the_same_seed_makes_the_same_county_and_another_one_another(county):
    again, other = build_county(Size(3000)), build_county(Size(3000, seed=7))

    assert again.parcels.equals(county.parcels)
    assert again.violations.equals(county.violations)
    assert not other.parcels.geometry.iloc[0].equals(county.parcels.geometry.iloc[0])


def test_both_programs_answer_alike_on_the_files(tmp_path):
    folder = write_county(Size(3000), tmp_path).parent
    layers = Layers(
        read_violations(folder / "violations.gpkg").table,
        read_basic_farmland(folder / "basic_farmland.parquet").table,
        read_parcels(folder / "parcels.parquet").table,
    )

    answers = {name: engine(layers) for name, engine in ENGINES.items()}

    refuse_disagreement(answers, layers.violations.area)
    assert (answers["geoenforce"] > 0).any().all()
    assert load_config(folder).project.county_code == "445298"


def test_answers_that_differ_stop_the_benchmark():
    areas = pd.DataFrame({"other_m2": [1000.0, 2000.0]}, index=["A", "B"])

    refuse_disagreement({"one": areas, "other": areas + 0.009}, areas["other_m2"])
    with pytest.raises(SystemExit, match=r"one and other differ in 1 violations, by up to 0\.0200 m²"):
        refuse_disagreement({"one": areas, "other": areas.add([0.0, 0.02], axis=0)}, areas["other_m2"])
    with pytest.raises(SystemExit, match="differ in 1 violations"):
        refuse_disagreement({"one": areas, "other": areas.iloc[:1]}, areas["other_m2"])


def test_a_report_replaces_the_one_before(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n", encoding="utf-8")

    write_into_readme("new", page)

    expected = "before\n<!-- measured: begin -->\nnew\n<!-- measured: end -->\nafter\n"
    assert page.read_text(encoding="utf-8") == expected


def test_the_page_of_patrols_holds_both_programs_and_the_year(monkeypatch):
    monkeypatch.setattr(patrols, "_version", lambda package: "0.1")
    ours = {"fixes": 1000, "trips": 2, "read": 0.5, "coverage": 1.0, "peak_mb": 300.0, "km": 7.0, "cpu_s": 2.0}
    parts = [{**ours, "trips and townships": seconds} for seconds in (9.0, 0.5, 1.5)]
    peer = {**ours, "cleaning and splitting": 90.0, "townships": 9.5, "cpu_s": 100.0}
    year = {**ours, "fixes": 50_000_000, "trips and townships": 30.0, "integrity": 60.0}

    page = patrols.report(patrols.Measured(parts[0], parts, peer, year=year, load=(0.1, 4.0)))

    assert "the load was 0.1 before and 4.0 after" in page
    assert "geoenforce is 50 times as fast as movingpandas with geopandas.sjoin (2.00 s against 100.0 s)" in page
    assert "other work changes less, 50 times: geoenforce uses several processors, movingpandas one." in page
    assert "Length of all trips: 7.000 km here, 7.000 km there." in page
    assert "and its months, and integrity (60 s) | 50,000,000 | 2 | 0.5 | 30.0 | 2.0 | 1.0 | 300 |" in page


def test_a_fleet_patrols_by_day_and_some_of_its_fixes_are_wrong():
    fixes = patrols.make_fixes(5000, (39_430_000.0, 2_600_000.0, 39_440_000.0, 2_610_000.0))
    days = fixes["recorded_at"].dt.date

    assert days.nunique() == patrols.DAYS
    assert fixes.duplicated(["device_id", "recorded_at"]).sum() == len(fixes) - 5000 > 0
    assert isinstance(fixes["device_id"].dtype, pd.CategoricalDtype)
