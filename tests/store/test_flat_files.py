"""Prepared layers as files: what is mapped is what was written, and what is not whole is refused."""

import json
from datetime import date

import numpy as np
import pytest
import shapely

from geoenforce.core.errors import StoreError
from geoenforce.core.flat import flat_polygons
from geoenforce.store.flat_files import About, open_flat, write_flat

ABOUT = About("cultivated", date(2025, 1, 1), "dltb.gdb", "0" * 64, is_apart=True)
SHAPES = [
    *shapely.buffer(shapely.points(np.random.default_rng(1).uniform(0, 900, (150, 2))), 5, quad_segs=20),
    shapely.Polygon(),
    shapely.box(0, 0, 9, 9) - shapely.box(2, 2, 4, 4),
]


def assert_same(found, expected):
    for name, array in expected._asdict().items():
        assert np.array_equal(getattr(found, name), array), name


@pytest.mark.parametrize("ends", [(152,), (70, 152), (0, 1, 64, 151, 152)])
def test_what_is_written_in_parts_is_mapped_as_the_whole(tmp_path, ends):
    parts = [flat_polygons(SHAPES[start:end]) for start, end in zip((0, *ends), ends, strict=False)]

    flat, about = open_flat(write_flat(parts, tmp_path / "dltb.prepared", ABOUT))

    assert_same(flat, flat_polygons(SHAPES))
    assert about == ABOUT


def test_a_layer_without_polygons_is_mapped_too(tmp_path):
    assert_same(open_flat(write_flat([], tmp_path / "none.prepared", ABOUT))[0], flat_polygons([]))


def test_what_is_written_into_the_arrays_never_reaches_the_file(tmp_path):
    folder = write_flat([flat_polygons(SHAPES)], tmp_path / "dltb.prepared", ABOUT)
    open_flat(folder)[0].xy[:] = 0

    assert_same(open_flat(folder)[0], flat_polygons(SHAPES))


def test_a_folder_that_was_there_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    folder = write_flat([flat_polygons(SHAPES)], tmp_path / "dltb.prepared", ABOUT)
    write_flat([flat_polygons(SHAPES[:3])], folder, ABOUT)

    assert len(open_flat(folder)[0].box) == 3
    assert [one.name for one in tmp_path.iterdir()] == ["dltb.prepared"]


def test_colleagues_may_read_a_prepared_layer_as_any_other_folder(tmp_path):
    folder, beside = write_flat([flat_polygons(SHAPES)], tmp_path / "dltb.prepared", ABOUT), tmp_path / "beside"
    beside.mkdir()

    assert folder.stat().st_mode == beside.stat().st_mode


def test_a_folder_that_is_no_prepared_layer_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"is no prepared layer, or not whole.*geoenforce prepare"):
        open_flat(tmp_path)


def test_a_file_that_was_cut_off_is_refused(tmp_path):
    folder = write_flat([flat_polygons(SHAPES)], tmp_path / "dltb.prepared", ABOUT)
    (folder / "xy.bin").write_bytes((folder / "xy.bin").read_bytes()[:-8])

    with pytest.raises(StoreError, match=r"xy.bin: the prepared layer is damaged.*geoenforce prepare"):
        open_flat(folder)


def test_a_layer_of_another_version_is_refused(tmp_path):
    folder = write_flat([flat_polygons(SHAPES)], tmp_path / "dltb.prepared", ABOUT)
    layout = json.loads((folder / "layout.json").read_text(encoding="utf-8"))
    (folder / "layout.json").write_text(json.dumps(layout | {"format": 0}), encoding="utf-8")

    with pytest.raises(StoreError, match="prepared by another version of geoenforce"):
        open_flat(folder)
