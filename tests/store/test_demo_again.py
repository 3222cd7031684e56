"""Every output of the demo's run comes again out of its store, on either database."""

import shutil

import pandas as pd
import pyogrio
import pytest
import shapely

from geoenforce.inputs.config import load_config
from geoenforce.outputs.report_files import FORMATS, REPORTS, report_names
from geoenforce.pipeline.again import map_again, stored_run, tables_again
from geoenforce.store.copying import copy_store
from geoenforce.store.engine import open_store

#: How far an outline may lie from where it was, in metres: the store keeps longitude and latitude.
A_MICROMETRE = 1e-6


@pytest.fixture(params=["gpkg", "postgis"])
def config(request, demo_run, demo_folder, tmp_path, monkeypatch):
    """The demo's configuration in a folder without any input but what the map shows below, its store on either database."""
    monkeypatch.delenv("GEOENFORCE_STORE_URL", raising=False)
    for name in ("geoenforce.toml", "store.gpkg"):
        shutil.copy(demo_folder / name, tmp_path / name)
    for name in ("store_snapshots", "roads", "parcels"):
        shutil.copytree(demo_folder / name, tmp_path / name)
    if request.param == "postgis":
        url = request.getfixturevalue("new_database")()
        beside = tmp_path / "store_snapshots"
        with open_store(f"gpkg:///{tmp_path / 'store.gpkg'}") as source, open_store(url, beside) as target:
            copy_store(source, target)
        (tmp_path / "store.gpkg").unlink()
        monkeypatch.setenv("GEOENFORCE_STORE_URL", url)
    return load_config(tmp_path)


def test_every_output_of_the_demo_comes_again_byte_for_byte_and_its_layers_to_a_micrometre(config, demo_run, tmp_path):
    stored = stored_run(config)
    tables = tables_again(config, stored, tmp_path / "again")
    drawn = map_again(config, stored, config.project.output / "map.html")  # elsewhere it would lead to no sheets

    assert set(tables.files) - tables.same == {"results.gpkg"}
    sheets = {
        name for name in demo_run.files if name.startswith("evidence/")
    }  # `geoenforce evidence` writes them again
    documents = sheets | set(report_names(REPORTS, FORMATS))  # `geoenforce report` these
    assert set(tables.files) | set(drawn.files) | {"run.json"} == set(demo_run.files) - documents
    refuse_other_layers(demo_run.files["results.gpkg"], tables.files["results.gpkg"])
    assert drawn.same == {"map.html"}
    shutil.rmtree(tmp_path / "roads")
    map_again(config, stored, tmp_path / "again" / "map.html")  # without roads, but it is drawn


def refuse_other_layers(one, other):
    layers = pyogrio.list_layers(one)
    assert pyogrio.list_layers(other).tolist() == layers.tolist()
    assert len(layers) > 8
    for name, kind in layers:
        then, now = (pyogrio.read_dataframe(path, layer=name) for path in (one, other))
        if kind is None:
            pd.testing.assert_frame_equal(then, now, obj=name)
            continue
        pd.testing.assert_frame_equal(then.drop(columns="geometry"), now.drop(columns="geometry"), obj=name)
        assert then.crs == now.crs
        assert then.crs.is_projected  # so that distances are metres
        assert shapely.hausdorff_distance(then.geometry, now.geometry).max() < A_MICROMETRE, name
