"""The map's background as a configuration names it: lines and tiles of the demo county."""

import json
from pathlib import Path

import pytest

from geoenforce.core.errors import ConfigError, FormatError
from geoenforce.inputs.config import load_config
from geoenforce.pipeline.background import KEY_VARIABLE, background_of, refuse_missing_background

LAKES = '[[map.lines]]\npath = "parcels/DLTB.gdb"\nlayer = "DLTB"\nname = "湖泊"\n'


def configured(folder, text):
    """Put more into the demo's configuration; its files are not touched."""
    own = folder / "more.toml"
    own.write_text((folder / "geoenforce.toml").read_text(encoding="utf-8") + text, encoding="utf-8")
    return load_config(own)


def test_the_demo_draws_its_roads_and_of_its_parcels_the_rivers(demo_folder, demo_run):
    background = background_of(load_config(demo_folder), demo_run.results)

    assert [(layer.kind, layer.shapes.crs.to_epsg()) for layer in background.lines] == [("road", 4490), ("river", 4490)]
    assert 0 < len(background.lines[1].shapes) < 100  # of 20 000 parcels
    assert background.tiles == ()


@pytest.mark.parametrize(
    ("only", "words"),
    [('{ DLMC2 = ["河流水面"] }', "has no column 'DLMC2'"), ('{ DLBM = ["9999"] }', "holds no shape with")],
)
def test_lines_that_are_not_there_are_an_error(demo_copy, demo_run, only, words):
    with pytest.raises(FormatError, match=words):
        background_of(configured(demo_copy, f"{LAKES}only = {only}\n"), demo_run.results)


def test_a_file_that_is_missing_is_told_before_the_run(demo_copy):
    config = configured(demo_copy, '[[map.tiles]]\nname = "a"\npath = "tiles/a.mbtiles"\n')

    with pytest.raises(ConfigError, match=r"no such files: \['tiles/a.mbtiles'\]"):
        refuse_missing_background(config)


def test_tianditu_takes_its_key_from_the_environment(demo_copy, demo_run, monkeypatch):
    config = configured(demo_copy, '[[map.tiles]]\nname = "天地图影像"\ntianditu = "img"\n')
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(ConfigError, match=f"needs a key .* or set {KEY_VARIABLE}"):
        background_of(config, demo_run.results)

    monkeypatch.setenv(KEY_VARIABLE, "0123abc")

    (tiles,) = background_of(config, demo_run.results).tiles
    assert [url.split("/")[3] for url in tiles.urls] == ["img_w", "cia_w"]
    assert all(url.endswith("&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=0123abc") for url in tiles.urls)


def test_the_demos_map_asks_for_nothing(demo_run):
    page = Path(demo_run.files["map.html"]).read_text(encoding="utf-8")

    assert '"label":"道路"' in page
    assert '"label":"水系"' in page
    assert "img-src data:;" in page


def test_the_run_notes_what_its_map_was_drawn_from(demo_run):
    noted = json.loads(Path(demo_run.files["run.json"]).read_text(encoding="utf-8"))["map"]

    assert [(one["kind"], one["source"], one["options"]["only"]) for one in noted] == [
        ("lines", "parcels/DLTB.gdb:DLTB", {"DLBM": ["1101"]})
    ]
    assert len(noted[0]["sha256"]) == 64
