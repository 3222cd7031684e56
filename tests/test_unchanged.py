"""A land layer that did not change is taken from the store, and nothing is different for it."""

import hashlib
import json
import os

import geopandas as gpd
import geopandas.testing
import numpy as np
import pytest
import shapely

from geoenforce.inputs.config import load_config
from geoenforce.pipeline import reading, run, unchanged, whole
from geoenforce.pipeline.reading import read_inputs
from geoenforce.pipeline.storing import project_store
from tests.store.project import CRS, EAST, NORTH, box, write_farmland

ALL_FILES = whole.files_of
LAND = ("basic_farmland", "cultivated")


@pytest.fixture
def project(small_project):
    """A project whose land layer has a row that is left out, one that is mended, and one that only bears a remark."""
    bow_tie = shapely.Polygon([(EAST + x, NORTH + y) for x, y in ((10, 10), (20, 30), (20, 10), (10, 30))])
    hole = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(0, 0), (0, 5), (5, 0)]])  # it touches the outside
    mended = shapely.transform(hole, lambda xy: np.add(xy, (EAST + 50, NORTH + 600)))
    shapes = [box(0, 0, 1600, 500), bow_tie, mended, box(0, 700, 1600, 300), None]
    codes = ["0101", "0101", "0201", "0301", "0101"]
    (small_project / "dltb.gpkg").unlink()
    gpd.GeoDataFrame({"地类编码": codes, "图斑编号": list("12345")}, geometry=shapes, crs=CRS).to_file(
        small_project / "dltb.gpkg", engine="pyogrio"
    )
    return small_project


@pytest.fixture
def few_files(monkeypatch):
    """Write few files, which is quicker."""
    chosen = ("areas.csv", "issues.csv")
    monkeypatch.setattr(whole, "files_of", lambda *given: {name: ALL_FILES(*given)[name] for name in chosen})


@pytest.fixture
def read(monkeypatch):
    """Return the names of the land files that are read."""
    names = []
    for name in ("read_basic_farmland", "read_parcels"):
        monkeypatch.setattr(reading, name, told(getattr(reading, name), names))
    return names


def told(reader, names):
    def tell(path, *more, **options):
        names.append(path.name)
        return reader(path, *more, **options)

    return tell


def outputs(project):
    """The hash of each file of the results; of the record, all but the run's own number, hash and time."""
    files = {
        path.relative_to(project / "out").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (project / "out").rglob("*")
        if path.is_file() and path.name != "run.json"
    }
    record = json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))
    return files, {key: record[key] for key in ("inputs", "options", "regulations")}


def test_the_second_run_reads_no_land_and_writes_the_same_bytes(project, read):
    run(project)
    first = outputs(project)
    assert sorted(read) == ["dltb.gpkg", "jbnt.gpkg"]
    assert first[1]["inputs"][2]["rejected"] == 2
    assert "rejects.gpkg" in first[0]
    read.clear()

    run(project)

    assert read == []
    assert outputs(project) == first


def test_what_comes_from_the_store_is_what_reading_gives(project):
    run(project)
    config = load_config(project)
    with project_store(config) as store:
        kept = read_inputs(config, before=unchanged.read_before(config, store))
    anew = read_inputs(config)

    for kind in LAND:
        for one, other in zip(getattr(kept, kind), getattr(anew, kind), strict=True):
            for frame, expected in ((one.table, other.table), (one.rejects, other.rejects)):
                geopandas.testing.assert_geodataframe_equal(frame, expected)
                assert frame.geometry.to_wkb().to_list() == expected.geometry.to_wkb().to_list()
            assert one.issues.to_dict("records") == other.issues.to_dict("records")
            assert one.issues.dtypes.equals(other.issues.dtypes)
            assert (one.counts, one.output_crs) == (other.counts, other.output_crs)


def change_file(project, _):
    write_farmland(project, top=150)


def change_option(project, _):
    text = (project / "geoenforce.toml").read_text(encoding="utf-8")
    changed = text.replace('path = "jbnt.gpkg"', 'path = "jbnt.gpkg"\neffective_from = 2020-01-01')
    (project / "geoenforce.toml").write_text(changed, encoding="utf-8")


def change_software(_, monkeypatch):
    monkeypatch.setattr(unchanged, "reader", lambda: "another")


def alter_snapshot(project, _):
    (path,) = (project / "store_snapshots").glob("basic_farmland_*.parquet")
    altered = bytearray(path.read_bytes())
    altered[len(altered) // 2] ^= 1
    path.write_bytes(altered)


def lose_snapshot(project, _):
    (path,) = (project / "store_snapshots").glob("basic_farmland_*.parquet")
    path.unlink()


@pytest.mark.usefixtures("few_files")
@pytest.mark.parametrize("change", [change_file, change_option, change_software, alter_snapshot, lose_snapshot])
def test_what_may_have_changed_is_read_anew(project, read, monkeypatch, change):
    run(project)
    read.clear()
    change(project, monkeypatch)

    run(project)

    assert "jbnt.gpkg" in read


@pytest.mark.usefixtures("few_files")
def test_whoever_wants_it_has_everything_read_anew(project, read):
    run(project)
    read.clear()

    run(project, anew=True)

    assert sorted(read) == ["dltb.gpkg", "jbnt.gpkg"]


@pytest.mark.usefixtures("few_files")
def test_a_touched_file_with_the_same_bytes_is_the_same(project, read):
    run(project)
    read.clear()
    os.utime(project / "dltb.gpkg")

    run(project)

    assert read == []


@pytest.mark.usefixtures("few_files")
def test_a_project_that_was_moved_takes_its_layers_from_its_store_under_their_new_names(project, read):
    run(project)
    first = outputs(project)
    moved = project.rename(project.with_name("elsewhere"))
    read.clear()

    run(moved)

    assert read == []
    assert outputs(moved) == first


@pytest.mark.usefixtures("few_files")
def test_a_layer_with_too_many_remarks_is_read_every_time(project, read, monkeypatch):
    monkeypatch.setattr("geoenforce.store.beside._MOST_ROWS", 1)
    run(project)
    read.clear()

    run(project)

    assert read == ["dltb.gpkg"]
