"""What may stand in [map]: addresses that a policy can name, and one place for each map of tiles."""

import pytest

from geoenforce.core.errors import ConfigError
from geoenforce.inputs.config import load_config

BEFORE = """
[project]
name = "x"
county_code = "445299"
[townships]
path = "a.shp"
[[basic_farmland]]
path = "b.shp"
[[cultivated]]
path = "c.shp"
[[violations]]
path = "d.shp"
"""


def loaded(folder, text):
    (folder / "geoenforce.toml").write_text(BEFORE + text, encoding="utf-8")
    return load_config(folder)


def test_lines_and_files_of_tiles_are_seen_from_the_folder(tmp_path):
    lines = '[[map.lines]]\npath = "rivers.shp"\nkind = "river"\nonly = { DLBM = ["1101"] }\n'
    tiles = '[[map.tiles]]\nname = "影像"\npath = "a.mbtiles"\n'

    config = loaded(tmp_path, lines + tiles)

    assert config.map.lines[0].path == tmp_path / "rivers.shp"
    assert config.map.lines[0].only == {"DLBM": ("1101",)}
    assert config.map.tiles[0].path == tmp_path / "a.mbtiles"


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3:8080/t/{z}/{x}/{y}.png",
        "https://{s}.example.cn/wmts?l=a&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        "tiles/{z}/{x}/{-y}.jpg",
    ],
)
def test_addresses_that_can_be_named_are_taken(tmp_path, url):
    assert loaded(tmp_path, f'[[map.tiles]]\nname = "a"\nurl = "{url}"\n').map.tiles[0].url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://a.cn/{z}/{x}.png", "names no tile"),
        ("http://a.cn; script-src *;/{z}/{x}/{y}", "no host that can be named"),
        ("javascript:alert(1)//{z}/{x}/{y}", "no host that can be named"),
        ("//a.cn/{z}/{x}/{y}", "no host that can be named"),
        ("file:///c:/tiles/{z}/{x}/{y}.png", "no host that can be named"),
        ("http://a.cn/{z}/{x}/{y} .png", "which no address has"),
    ],
)
def test_addresses_that_could_open_the_page_to_others_are_refused(tmp_path, url, words):
    with pytest.raises(ConfigError, match=rf"map\.tiles\.0\.url: .*{words}"):
        loaded(tmp_path, f'[[map.tiles]]\nname = "a"\nurl = "{url}"\n')


@pytest.mark.parametrize("places", ["", 'path = "a.mbtiles"\ntianditu = "img"\n'])
def test_tiles_have_one_place(tmp_path, places):
    with pytest.raises(ConfigError, match="needs exactly one of url, tianditu and path"):
        loaded(tmp_path, f'[[map.tiles]]\nname = "a"\n{places}')
