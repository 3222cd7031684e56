"""Projects that a run refuses, though each of their files can be read; `check` tells the same beforehand."""

import json

import pytest
from shapely import Polygon

from geoenforce.core.errors import ConfigError, FormatError, TableError
from geoenforce.inputs.config import load_config
from geoenforce.pipeline.prepared import prepare_land
from geoenforce.pipeline.reading import read_inputs
from geoenforce.shortcuts.overlays import Layers, overlay_files
from tests.inputs.builders import frame, shapefile, square
from tests.test_cli import invoke

CONFIG = """
[project]
name = "小县"
county_code = "445299"
[townships]
path = "xzq.shp"
[[basic_farmland]]
path = "jbnt.shp"
[[cultivated]]
path = "dltb.shp"
[[violations]]
path = "wf.shp"
"""


@pytest.fixture
def project(tmp_path):
    """A county of one township, three parcels and two patches; it can be run."""
    shapefile(tmp_path / "xzq.shp", frame([square()], XZQDM="445299001", XZQMC="金穗街道"))
    shapefile(tmp_path / "jbnt.shp", frame([square()], DLMC="水田"))
    shapefile(tmp_path / "dltb.shp", frame([square(0), square(1), square(2)], DLBM="0101", DLMC="水田"))
    shapefile(tmp_path / "wf.shp", frame([square(0), square(1)], TBBH=["A", "B"], FXRQ=["2026-03-02", "2026-03-03"]))
    (tmp_path / "geoenforce.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def _refused_by_both(project, error, words):
    """Hold that reading for a run and checking say the same, and check has status 1."""
    with pytest.raises(error, match=words):
        read_inputs(load_config(project))
    done = invoke("check", project, "--json")
    told = [one["error"] for one in json.loads(done.stdout) if one["error"]]
    assert done.exit_code == 1
    assert len(told) == 1
    with pytest.raises(error, match=words):
        raise error(told[0])


def test_the_project_itself_is_in_order(project):
    assert len(read_inputs(load_config(project)).violations[0].table) == 2
    assert invoke("check", project).exit_code == 0


def test_cases_without_a_day_name_the_file_its_rows_and_both_ways_out(project):
    shapefile(project / "wf.shp", frame([square(0), square(1)], TBBH=["A", "B"], FXRQ=["2026-03-02", None]))

    words = r"^wf\.shp: no day of finding \(发现日期\) in the rows \[2\];.*columns = \{ found_on = \"…\" \}, or .*2026-03-02"
    _refused_by_both(project, TableError, words)


def test_a_case_with_a_day_on_one_of_its_patches_is_enough(project):
    layer = frame([square(0), square(1)], TBBH=["A", "B"], AJBH=["X", "X"], FXRQ=["2026-03-02", None])
    shapefile(project / "wf.shp", layer)

    assert invoke("check", project).exit_code == 0


def test_a_division_code_of_another_county_is_told_with_the_line_to_write(project):
    path = project / "geoenforce.toml"
    path.write_text(CONFIG.replace('"445299"', '"000000"'), encoding="utf-8")

    _refused_by_both(project, ConfigError, r'"000000", but the townships of xzq\.shp .*Write county_code = "445299"')


@pytest.mark.parametrize("code", ["44", "4452"])
def test_a_project_of_a_prefecture_or_province_holds_its_counties(project, code):
    path = project / "geoenforce.toml"
    path.write_text(CONFIG.replace('"445299"', f'"{code}"'), encoding="utf-8")

    assert invoke("check", project).exit_code == 0


@pytest.mark.parametrize("suffix", [".shp", ".dbf"])
def test_a_land_layer_that_was_cut_off_in_copying_is_not_measured(project, suffix):
    path = project / f"dltb{suffix}"
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.7)])
    words = rf"dltb\.shp: The {suffix} is shorter than its header says.*Nothing is computed from a part of a file"

    _refused_by_both(project, FormatError, words)
    with pytest.raises(FormatError, match=words):
        overlay_files(Layers(*(str(project / name) for name in ("wf.shp", "jbnt.shp", "dltb.shp"))))
    with pytest.raises(FormatError, match=words):
        prepare_land(project / "dltb.shp", project / "dltb.prepared", kind="cultivated")
    assert not (project / "dltb.prepared").exists()


def test_rows_that_were_rejected_are_told_at_the_end_of_a_run(small_project):
    west, south, east, north = square(9).bounds
    bow_tie = Polygon([(west, south), (east, north), (east, south), (west, north)])
    layer = frame([square(east=39_520_000.0), bow_tie], TBBH=["X", "Y"], FXRQ="2026-03-02")
    shapefile(small_project / "extra.shp", layer)
    config = small_project / "geoenforce.toml"
    more = '\n[[violations]]\npath = "extra.shp"\n'
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")

    done = invoke("run", small_project)

    assert "! 未采用的行：extra.shp 1 行；原因见 issues.csv，图形见 rejects.gpkg" in done.stderr
    assert "不在任何乡镇" in done.stdout
