"""QGIS and GDAL's checker open what a run leaves: layers are valid, whole, and drawn by their styles."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pyogrio
import pytest
from sqlalchemy.engine import make_url

from geoenforce.core.terms import Severity
from geoenforce.pipeline import run
from geoenforce.store.copying import copy_store
from geoenforce.store.engine import open_store
from geoenforce.store.schema import STORED, sql_name
from tests.store.project import write_project, write_violations

PYTHON = Path("/usr/bin/python3")
LOOK = Path(__file__).with_name("qgis_look.py")
#: GeoPackage 1.4 has others in their place; GDAL 3.6 knows those of 1.3 only.
EARLIER_TRIGGERS = r"^Req 75: rtree_\w+_update[13] trigger missing$"

TABLES = ("cases", "areas", "findings", "revisions", "runs", "personal")


@pytest.fixture(scope="session")
def qgis():
    """A function that has QGIS open layers; skips where there is no QGIS, and fails in CI."""
    has_qgis = PYTHON.exists() and not subprocess.run(
        [PYTHON, "-c", "import qgis.core"], capture_output=True, check=False
    ).returncode  # fmt: skip
    if not has_qgis:
        assert not os.environ.get("CI"), "In CI the layers are opened in QGIS: apt-get install python3-qgis"
        pytest.skip("QGIS: /usr/bin/python3 has no qgis.core")

    def look(provider, uris):
        asked = json.dumps([{"provider": provider, "uri": uri} for uri in uris.values()])
        environment = {
            "QT_QPA_PLATFORM": "offscreen",
            "PATH": "/usr/bin:/bin",
            "HOME": "/nonexistent",
            "LANG": "C.UTF-8",
        }
        done = subprocess.run(
            [PYTHON, LOOK], input=asked, capture_output=True, text=True, env=environment, check=False, timeout=600
        )
        assert done.returncode == 0, done.stderr
        return dict(zip(uris, json.loads(done.stdout.splitlines()[-1]), strict=True))

    return look


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A small project with two runs, between which one patch was corrected and one went."""
    folder = write_project(tmp_path_factory.mktemp("qgis") / "county")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GEOENFORCE_STORE_URL", raising=False)
        run(folder)
        write_violations(folder, mu=(4, 4))
        run(folder)
    return folder


@pytest.fixture(params=["gpkg", "postgis"])
def layers(request, project):
    """The provider of QGIS and the address of each layer and some tables, of the store on either database."""
    names = [sql_name(table) for table in STORED if table.geometry] + list(TABLES)
    path = project / "store.gpkg"
    if request.param == "gpkg":
        return "ogr", {name: f"{path}|layername={name}" for name in names}
    url = request.getfixturevalue("new_database")()
    beside = project / "store_snapshots"
    with open_store(f"gpkg:///{path}") as source, open_store(url, beside) as target:
        copy_store(source, target)
    at = make_url(url)
    server = f"dbname='{at.database}' host={at.host} port={at.port} user='{at.username}' password='{at.password}'"
    geometries = {sql_name(table): " (geometry)" for table in STORED if table.geometry}
    return "postgres", {name: f'{server} key=\'\' table="public"."{name}"{geometries.get(name, "")}' for name in names}


def test_qgis_draws_what_holds_in_the_store_and_not_what_has_ended(qgis, layers):
    found = qgis(*layers)

    assert {name for name, one in found.items() if not one["is_valid"]} == set()
    spatial = {name: one for name, one in found.items() if "drawn" in one}
    assert set(spatial) == {sql_name(table) for table in STORED if table.geometry}
    assert {one["crs"] for one in spatial.values()} == {"EPSG:4490"}
    assert all(one["has_style"] for one in spatial.values())
    counts = {name: (one["features"], one["drawn"]) for name, one in spatial.items() if one["features"]}
    assert counts == {"townships": (2, 2), "violations": (4, 2), "pieces": (4, 2)}  # A before and after, B, C gone
    assert found["violations"]["legend"] == ["疑似", "已核实", "合法", "不予认定"]
    assert found["violations"]["fields"]["found_on"] == "发现日期"
    assert found["cases"]["features"] == 4
    assert found["runs"]["features"] == 2
    assert found["personal"]["features"] > 0


def test_qgis_opens_every_layer_of_results_with_its_style(qgis, demo_run):
    path = demo_run.files["results.gpkg"]
    expected = {
        name: pyogrio.read_info(path, layer=name)["features"] for name, kind in pyogrio.list_layers(path) if kind
    }

    found = qgis("ogr", {name: f"{path}|layername={name}" for name in expected})

    assert len(found) > 7
    assert all(one["is_valid"] and one["has_style"] for one in found.values())
    assert {name: one["features"] for name, one in found.items()} == expected
    assert {name: one["shapes"] for name, one in found.items()} == expected
    assert {name: one["drawn"] for name, one in found.items()} == expected
    assert set(Severity.SERIOUS.name_in("zh").split()) <= set(found["cases"]["legend"])
    assert found["cases"]["fields"]["basic_farmland_mu"] == "基本农田（亩）"


def complaints(path):
    """What GDAL's checker of GeoPackages says against a file, requirement by requirement of the standard."""
    checker = [PYTHON, "-m", "osgeo_utils.samples.validate_gpkg"]
    if (
        not PYTHON.exists()
        or "Usage" not in subprocess.run(checker, capture_output=True, text=True, check=False).stdout
    ):
        assert not os.environ.get("CI"), "In CI GeoPackages are checked by GDAL: apt-get install python3-gdal"
        pytest.skip("GDAL: /usr/bin/python3 has no osgeo_utils.samples.validate_gpkg")
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [*checker, "-k", "-q", path], capture_output=True, text=True, check=False, env=environment, cwd=path.parent
    )
    assert "Traceback" not in done.stderr
    return {line for line in done.stdout.splitlines() if not re.search(EARLIER_TRIGGERS, line)}


def test_the_store_is_a_geopackage_to_the_letter(project):
    assert complaints(project / "store.gpkg") == set()


def test_results_are_a_geopackage_to_the_letter(project):
    assert complaints(project / "out" / "results.gpkg") == set()
    assert complaints(project / "out" / "rejects.gpkg") == set()


def test_gdals_checker_finds_what_is_wrong(project, tmp_path):
    path = shutil.copy(project / "store.gpkg", tmp_path / "broken.gpkg")
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'POINT' WHERE table_name = 'violations'")
    store.close()

    assert any("violations" in complaint for complaint in complaints(path))
