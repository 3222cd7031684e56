"""Runs over files that nobody made for us; they lie beside the repository and are skipped where they are not."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.pipeline import run
from tests.core.test_space import in_longlat, trapezoid_area

SHARED = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason=f"{SHARED} is not here")

JIEYANG = """
[project]
name = "揭阳市"
county_code = "4452"
as_of = 2026-06-30

[townships]
path = "{boundaries}"
columns = {{ township_code = "district_adcode", township_name = "district_name" }}

[[basic_farmland]]
path = "land.gpkg"
layer = "basic"

[[cultivated]]
path = "land.gpkg"
layer = "cultivated"
all_cultivated = true

[[violations]]
path = "violations.geojson"
"""


def around(longitude, latitude, metres):
    """A square on the 117° meridian's zone, its corner at a place, `metres` wide."""
    corner = gpd.GeoSeries(gpd.points_from_xy([longitude], [latitude]), crs=4490).to_crs(4548).iloc[0]
    return shapely.box(corner.x, corner.y, corner.x + metres, corner.y + metres)


@pytest.fixture
def jieyang(tmp_path):
    """Two places: in Puning (445281) 100 m × 100 m with farmland in its western half; in Huilai (445224) one without."""
    farm, bare = around(116.06, 23.312, 100), around(116.254, 23.038, 60)
    west, south, east, north = farm.bounds
    basic = shapely.box(west, south, west + 50, north)
    cultivated = shapely.box(west, south, east - 20, north)
    for layer, shape in (("basic", basic), ("cultivated", cultivated)):
        pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=[shape], crs=4548), tmp_path / "land.gpkg", layer=layer)
    violations = gpd.GeoDataFrame(
        {"violation_id": ["P1", "H1"], "found_on": ["2026-03-02", "2026-04-01"]}, geometry=[farm, bare], crs=4548
    )
    violations.to_crs(4490).to_file(tmp_path / "violations.geojson", driver="GeoJSON")
    boundaries = (SHARED / "boundaries" / "jieyang_445200.geojson").as_posix()
    (tmp_path / "geoenforce.toml").write_text(JIEYANG.format(boundaries=boundaries), encoding="utf-8")
    return tmp_path, farm, basic, cultivated


def test_a_project_over_the_counties_of_jieyang_grades_cases_in_the_right_county(jieyang):
    folder, farm, basic, cultivated = jieyang

    results = run(folder).results

    assert results.cases["township_name"].to_dict() == {"P1": "普宁市", "H1": "惠来县"}
    row = results.areas.loc["P1"]
    # Independent: the survey's formula, written out in the tests; 0.05 m² for the six decimals of GeoJSON's degrees.
    for shape, area in (
        (farm, row["area_m2"]),
        (basic, row["basic_farmland_m2"]),
        (cultivated.difference(basic), row["other_cultivated_m2"]),
    ):
        assert area == pytest.approx(trapezoid_area(in_longlat(shape, 4548)), abs=0.05)
    assert results.cases["severity"].to_dict() == {"P1": "serious", "H1": "ordinary"}  # 7.5 mu of basic farmland
    assert results.crs == "EPSG:4490"


@pytest.mark.parametrize(
    ("path", "crs"),
    [("nl/brpgewaspercelen_definitief_2023.gpkg", 28992), ("at/inspire_schlaege_2025-1_polygon.gpkg.zip", 31287)],
)
def test_overlay_takes_real_parcels_as_cultivated_land(path, crs, tmp_path):
    parcels = SHARED / "parcels" / path
    shapes = pyogrio.read_dataframe(parcels, columns=[])
    chosen = shapes.geometry[shapes.geometry.is_valid & (shapes.geometry.area > 1000)].iloc[:3]
    whole = gpd.GeoDataFrame({"violation_id": ["V1", "V2", "V3"]}, geometry=chosen.buffer(3).to_numpy(), crs=crs)
    whole.to_file(tmp_path / "violations.gpkg")
    far = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10)], crs=crs)
    far.to_file(tmp_path / "basic.gpkg")
    arguments = [
        "overlay",
        tmp_path / "violations.gpkg",
        "--basic-farmland",
        tmp_path / "basic.gpkg",
        "--cultivated",
        parcels,
    ]

    done = CliRunner().invoke(app, [*map(str, arguments), "--json"], catch_exceptions=False)

    rows = pd.DataFrame(json.loads(done.stdout)).set_index("violation_id")
    inside = whole.geometry.map(lambda patch: shapely.union_all(shapes.geometry.intersection(patch)).area)
    # Planar areas of the national systems differ from the ellipsoid's by their scale, some parts in 10 000.
    assert rows["other_cultivated_m2"].to_list() == pytest.approx(inside.to_list(), rel=1e-3)
    assert rows["area_m2"].to_list() == pytest.approx(whole.area.to_list(), rel=1e-3)
    assert (rows["other_cultivated_m2"] > 0).all()


def files():
    return sorted(path for path in (SHARED / "vector").rglob("*") if path.is_file() and path.name != "LICENSE.TXT")


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_check_ends_with_a_clear_verdict_on_every_file(path):
    done = CliRunner().invoke(app, ["check", str(path)], catch_exceptions=False)

    assert done.exit_code in (0, 1)
    assert done.stdout.startswith("✓ " if done.exit_code == 0 else "✗ ")
