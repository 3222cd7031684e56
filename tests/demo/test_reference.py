"""The committed part of the county under data/."""

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geoenforce.demo.reference import checksums

DATA = Path(__file__).parents[2] / "data"


def test_the_checksums_are_those_of_the_files():
    listed = dict(line.split("  ")[::-1] for line in (DATA / "SHA256SUMS").read_text(encoding="ascii").splitlines())

    assert listed == checksums(DATA)
    assert len(listed) > 10


def test_the_committed_data_are_small():
    assert sum(path.stat().st_size for path in DATA.rglob("*")) < 5_000_000


@pytest.mark.parametrize(
    ("path", "layer", "pick"),
    [
        ("boundaries/townships.shp", None, lambda county: county.ground.townships),
        ("basic_farmland/YJJBNTTB_2021.shp", None, lambda county: county.farmland.of_2021),
        ("basic_farmland/YJJBNTTB_2025.gdb", "YJJBNTTB", lambda county: county.farmland.of_2025),
    ],
)
def test_making_them_again_gives_the_same_geometry(county, path, layer, pick):
    kept = pyogrio.read_dataframe(DATA / path, layer=layer, columns=[])
    polygons = [shapely.normalize(np.array(list(geometry))) for geometry in (kept.geometry, pick(county).geometry)]
    parts = [shapely.get_coordinates(shapely.normalize(shapely.get_parts(each))) for each in polygons]

    # Another processor's sine may differ in its last bit, and a coordinate then round to the neighbour.
    assert np.abs(parts[0] - parts[1]).max() < 2e-4
    assert np.mean(np.abs(parts[0] - parts[1]) > 1e-6) < 1e-4
