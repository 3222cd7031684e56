"""A snapshot is marked as apart only where no two of its polygons share ground, and then nothing comes out otherwise."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from geoenforce import areas_by_land_class, read_parcels
from geoenforce.core.errors import StoreError
from geoenforce.core.space import PLANE
from geoenforce.pipeline import apart
from geoenforce.pipeline.apart import mark_if_apart
from geoenforce.pipeline.prepared import land_near, prepare_land
from geoenforce.store import snapshot_files
from geoenforce.store.flat_reading import read_flat
from geoenforce.store.snapshot_reading import read_snapshot
from geoenforce.violations.kernel.overlaps import overlapping, overlapping_near
from geoenforce.violations.kernel.search import search
from geoenforce.violations.land_codes import areas_by_land_code
from tests.violations.layers import FAR_OFF, random_patches, random_tiling, river


@pytest.fixture
def small(monkeypatch):
    """Let a few rows be a group, and a group be a portion."""
    monkeypatch.setattr(snapshot_files, "ROWS_PER_GROUP", 3)
    monkeypatch.setattr(apart, "_GROUPS_AT_ONCE", 1)


def written(shapes, folder, kind="cultivated", **columns):
    land = gpd.GeoDataFrame(columns, geometry=np.array(shapes, dtype=object), crs=PLANE)
    about = {"kind": kind, "effective_from": None, "source": "dltb", "source_sha256": "0" * 64}
    return folder / snapshot_files.write_snapshot([land], folder, **about).path


def is_apart(path):
    return read_flat(path)[1].is_apart


def squares(count=20, side=10.0):
    """Lay squares side by side in rows, each with a border in common with its neighbours."""
    return [
        shapely.box(FAR_OFF + side * i, FAR_OFF + side * j, FAR_OFF + side * (i + 1), FAR_OFF + side * (j + 1))
        for i in range(count)
        for j in range(count)
    ]


def test_neighbours_are_apart_and_the_mark_is_all_that_changes(tmp_path, small):
    path, told = written(squares(), tmp_path), []
    before, groups = read_snapshot(path), pq.read_metadata(path).num_row_groups
    assert not is_apart(path)  # nobody has looked

    assert mark_if_apart(path, lambda step, rows: told.append((step, rows)))

    assert is_apart(path)
    assert read_snapshot(path).equals(before)
    assert pq.read_metadata(path).num_row_groups == groups == 134
    assert gpd.read_parquet(path).crs == PLANE
    assert sum(rows for _, rows in told) == 400
    assert {step for step, _ in told} == {"overlaps"}


@pytest.mark.parametrize(
    "more",
    [
        shapely.box(FAR_OFF + 30, FAR_OFF + 30, FAR_OFF + 40, FAR_OFF + 40),  # the same square once more
        shapely.box(FAR_OFF - 5, FAR_OFF + 1, FAR_OFF + 1e-6, FAR_OFF + 9),  # 8e-6 m² of its neighbour
        shapely.box(FAR_OFF - 9, FAR_OFF - 9, FAR_OFF + 300, FAR_OFF + 300),  # all, and in a group far from most
        river(np.random.default_rng(1), 2000),  # through some of them
        shapely.Polygon(  # a strip that goes round, and shares ground with the last square only
            np.array([(-20, -20), (-10, -20), (-10, 210), (199, 210), (199, 199), (201, 199), (201, 220), (-20, 220)])
            + FAR_OFF
        ),
    ],
)
def test_one_pair_that_shares_ground_is_found_wherever_it_is(more, tmp_path, small):
    for place, order in enumerate(([*squares(), more], [more, *squares()])):
        path = written(order, tmp_path / str(place))

        assert not mark_if_apart(path)
        assert not is_apart(path)


def test_it_is_said_whether_all_share_ground_also_those_that_do_not_count(tmp_path, small):
    twice = [*squares(4), squares(4)[5]]
    codes = ["0101"] * 5 + ["0301"] + ["0101"] * 10 + ["0301"]
    path = written(twice, tmp_path, land_code=codes, is_cultivated=[code == "0101" for code in codes])

    assert not mark_if_apart(path)


@given(st.integers(0, 2**31), st.sampled_from([3, 9]))
def test_it_is_apart_where_geos_finds_no_ground_that_two_share(tmp_path_factory, seed, count):
    rng = np.random.default_rng(seed)
    shapes = np.array([*random_patches(rng, count, FAR_OFF, spread=600.0), *random_tiling(rng, FAR_OFF)])
    shapes = rng.permutation(shapes)[: rng.integers(1, len(shapes))]
    one, other = np.triu_indices(len(shapes), 1)
    shared_m2 = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    assume(not ((shared_m2 > 1e-8) & (shared_m2 < 1e-4)).any())  # too near to the limit for GEOS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot_files, "ROWS_PER_GROUP", 2)
        patch.setattr(apart, "_GROUPS_AT_ONCE", 1)
        path = written(shapes, tmp_path_factory.mktemp("apart"))

        assert mark_if_apart(path) == (not (shared_m2 > 1e-6).any())


@pytest.mark.parametrize(("shared_m2", "expected"), [(5e-8, True), (5e-7, False), (2e-6, False)])
def test_it_is_apart_only_well_below_what_counts_as_an_overlap(shared_m2, expected, tmp_path):
    """Near the limit a look within some box might find what a look at the whole does not."""
    flat_strip = [shapely.box(0, 0, 1, 10), shapely.box(1 - shared_m2 / 10, 0, 2, 10)]
    path = written(flat_strip, tmp_path)

    assert mark_if_apart(path) is expected
    flat = read_flat(path)[0]
    boxes = np.array([[0.0, 0.0, 2.0, 10.0], [0.5, 0.0, 1.5, 10.0]])
    overlaps = len(overlapping(flat)) > 0
    assert overlaps is bool(len(overlapping_near(boxes, flat, *search(boxes, flat, (0, 2))))) is (shared_m2 > 1e-6)


def test_areas_are_the_same_to_the_last_bit_whether_one_looks_or_knows(tmp_path, small):
    rng = np.random.default_rng(5)
    parcels = random_tiling(rng, FAR_OFF)
    codes = np.where(np.arange(len(parcels)) % 3, "0101", "0301")
    paths = [
        written(random_tiling(rng, FAR_OFF), tmp_path, kind="basic_farmland"),
        written(parcels, tmp_path, land_code=codes, is_cultivated=codes == "0101"),
    ]
    violations = gpd.GeoDataFrame(
        {"case_id": "C1", "status": "confirmed", "found_on": pd.Timestamp("2026-03-02")},
        geometry=random_patches(rng, 60, FAR_OFF), crs=PLANE, index=pd.Index([f"W{number}" for number in range(60)], name="violation_id"),
    )  # fmt: skip

    def areas():
        land = [land_near(violations, path, all_parcels="cultivated" in path.name) for path in paths]
        by_class = areas_by_land_class(violations, *(land_near(violations, path) for path in paths))
        return [one.versions[0].is_apart for one in land], by_class, areas_by_land_code(violations, *land)

    looked, *expected = areas()
    assert all(mark_if_apart(path) for path in paths)
    known, *found = areas()

    assert (looked, known) == ([False, False], [True, True])
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one, other, atol=0, rtol=0)
    assert (expected[0][["basic_farmland_m2", "other_cultivated_m2", "other_m2"]] > 1).any().all()


def test_it_is_not_known_where_too_much_would_have_to_be_held(tmp_path, small, monkeypatch):
    path = written(random_tiling(np.random.default_rng(2), FAR_OFF), tmp_path)
    assert mark_if_apart(path)

    monkeypatch.setattr(apart, "_MOST_VERTICES", 10)
    assert not mark_if_apart(written(random_tiling(np.random.default_rng(2), FAR_OFF), tmp_path / "again"))


def test_snapshots_put_together_by_another_program_are_not_marked_any_more(tmp_path):
    path = written(squares(), tmp_path)
    assert mark_if_apart(path)
    table = pq.read_table(path)

    for name, other in {"twice": pa.concat_tables([table, table]), "less": table.slice(1)}.items():
        pq.write_table(other, tmp_path / f"{name}.parquet")
        assert not is_apart(tmp_path / f"{name}.parquet")


def test_nothing_is_apart_from_nothing(tmp_path):
    path = written([], tmp_path)

    assert mark_if_apart(path)
    assert is_apart(path)


@pytest.fixture(scope="module")
def parcels(tmp_path_factory):
    """Parcels as they are delivered, in the survey's system."""
    path = tmp_path_factory.mktemp("delivered") / "parcels.gpkg"
    shapes = shapely.transform(np.array(squares(6)), lambda xy: xy - FAR_OFF + [39_500_000.0, 2_600_000.0])
    codes = ["0101", "0301"] * 18
    gpd.GeoDataFrame({"DLBM": codes}, geometry=shapes, crs=4527).to_file(path)
    return path


def test_a_delivery_becomes_a_snapshot_that_is_marked(parcels, tmp_path):
    steps = []
    target = tmp_path / "deep" / "dltb.parquet"

    reading = prepare_land(parcels, target, kind="parcels", progress=lambda step, rows: steps.append((step, rows)))

    assert is_apart(target)
    assert reading.counts.accepted == len(read_snapshot(target)) == 36
    assert read_snapshot(target).geometry.area.sum() == pytest.approx(read_parcels(parcels).table.area.sum())
    assert steps == [("read", 36), ("overlaps", 36)]
    assert [path.name for path in target.parent.iterdir()] == ["dltb.parquet"]


def test_a_snapshot_is_replaced_and_nothing_else(parcels, tmp_path):
    target, folder = tmp_path / "dltb.parquet", tmp_path / "folder.parquet"
    for kind in ("parcels", "cultivated"):
        prepare_land(parcels, target, kind=kind)
    assert len(read_snapshot(target)) == 36

    delivered = read_parcels(parcels).table
    delivered.to_parquet(target)
    folder.mkdir()
    for place in (target, folder):
        with pytest.raises(StoreError, match=rf"{place.name} is there already.*Give the snapshot another name"):
            prepare_land(parcels, place, kind="cultivated")
    assert len(gpd.read_parquet(target)) == len(delivered)


def test_a_snapshot_that_cannot_be_put_in_place_is_told(parcels, tmp_path, monkeypatch):
    def refuse(*_):
        message = "it is in use"
        raise PermissionError(message)

    monkeypatch.setattr("pathlib.Path.replace", refuse)

    with pytest.raises(StoreError, match=r"dltb.parquet: the snapshot cannot be written: it is in use\."):
        prepare_land(parcels, tmp_path / "dltb.parquet", kind="cultivated")
