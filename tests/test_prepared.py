"""Prepared layers, and what is read near violations straight from snapshots, give what the tables give."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoenforce import areas_by_land_class, read_basic_farmland, read_parcels, read_violations
from geoenforce.core.errors import StoreError, TableError
from geoenforce.core.land_codes import unpacked
from geoenforce.core.space import PLANE
from geoenforce.pipeline import prepared as preparing
from geoenforce.pipeline.prepared import land_near, open_prepared, prepare_land
from geoenforce.store.flat_reading import read_flat
from geoenforce.store.snapshot_files import write_snapshot
from geoenforce.violations.kernel.overlaps import overlapping
from tests.violations.layers import FAR_OFF, random_patches, random_tiling

ZONE = np.array([39_500_000.0, 0.0])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Violations, basic farmland of which some overlap, and parcels, in the survey's system."""
    folder, rng = tmp_path_factory.mktemp("land"), np.random.default_rng(8)
    shapes = {
        "violations": random_patches(rng, 40, FAR_OFF),
        "farmland": random_patches(rng, 12, FAR_OFF),
        "parcels": random_tiling(rng, FAR_OFF),
    }
    codes = np.where(np.arange(len(shapes["parcels"])) % 4, "0101", "0301")
    columns = {"violations": {"TBBH": np.arange(40).astype(str)}, "farmland": {}, "parcels": {"DLBM": codes}}
    for name, layer in shapes.items():
        moved = shapely.transform(np.array(layer), lambda xy: xy - [FAR_OFF, 0] + ZONE)
        gpd.GeoDataFrame(columns[name], geometry=moved, crs=4527).to_file(folder / f"{name}.gpkg")
    return folder


@pytest.fixture(scope="module")
def expected(files):
    return areas_by_land_class(
        violations_of(files),
        read_basic_farmland(files / "farmland.gpkg").table,
        read_parcels(files / "parcels.gpkg").table,
    )


def violations_of(files):
    return read_violations(files / "violations.gpkg", date(2026, 3, 2), columns={"violation_id": "TBBH"}).table


@pytest.fixture(scope="module")
def prepared(files):
    prepare_land(files / "farmland.gpkg", files / "jbnt.prepared", kind="basic_farmland")
    prepare_land(files / "parcels.gpkg", files / "dltb.prepared", kind="cultivated", effective_from=date(2020, 1, 1))
    return files / "jbnt.prepared", files / "dltb.prepared"


def test_prepared_layers_give_the_areas_that_the_tables_give(files, expected, prepared):
    found = areas_by_land_class(violations_of(files), *(open_prepared(one) for one in prepared))

    pd.testing.assert_frame_equal(found, expected, atol=1e-6, rtol=0)
    assert (expected[["basic_farmland_m2", "other_cultivated_m2", "other_m2"]] > 1).any().all()


def test_no_two_polygons_of_a_prepared_layer_share_ground_and_only_cultivated_parcels_are_kept(files, prepared):
    farmland, parcels = (open_prepared(one).versions[0] for one in prepared)

    assert farmland.is_apart
    assert not len(overlapping(farmland.polygons))
    assert len(overlapping(preparing.flat_polygons(read_basic_farmland(files / "farmland.gpkg").table.geometry)))
    assert len(parcels.polygons.box) == read_parcels(files / "parcels.gpkg").table["is_cultivated"].sum()


def test_preparing_in_small_portions_changes_nothing(files, prepared, tmp_path, monkeypatch):
    for name in ("_GROUPS_AT_ONCE", "_ROWS_AT_ONCE", "_ROWS_TO_CHANGE"):
        monkeypatch.setattr(preparing, name, 1)
    steps = []

    prepare_land(
        files / "farmland.gpkg",
        tmp_path / "again.prepared",
        kind="basic_farmland",
        progress=lambda step, rows: steps.append((step, rows)),
    )

    for one, again in zip(
        open_prepared(prepared[0]).versions[0].polygons,
        open_prepared(tmp_path / "again.prepared").versions[0].polygons,
        strict=True,
    ):
        assert np.array_equal(one, again)
    assert {step for step, _ in steps} == {"read", "flatten", "overlaps"}
    assert sum(rows for step, rows in steps if step == "read") == 12


def test_what_is_near_is_read_straight_from_a_snapshot(files, expected, tmp_path):
    layers = {
        "basic_farmland": read_basic_farmland(files / "farmland.gpkg").table,
        "cultivated": read_parcels(files / "parcels.gpkg").table,
    }
    far = layers["cultivated"].assign(geometry=layers["cultivated"].geometry.translate(90_000))
    layers["cultivated"] = pd.concat([layers["cultivated"], far], ignore_index=True)
    paths = [
        tmp_path
        / write_snapshot([layer], tmp_path, kind=kind, effective_from=None, source=kind, source_sha256="0" * 64).path
        for kind, layer in layers.items()
    ]
    violations = violations_of(files)

    near = [land_near(violations, path) for path in paths]

    pd.testing.assert_frame_equal(areas_by_land_class(violations, *near), expected, atol=0, rtol=0)
    assert len(near[1].versions[0].polygons.box) == layers["cultivated"]["is_cultivated"].sum() // 2


def test_all_parcels_of_a_snapshot_come_with_their_codes(tmp_path, monkeypatch):
    """Groups of rows have dictionaries of their own, and a parcel may be without a code."""
    monkeypatch.setattr("geoenforce.store.snapshot_files.ROWS_PER_GROUP", 3)
    codes = ["0101", None, "0301", "0101", "1104A", "0102", None, "0301"]
    squares = [shapely.box(100 * one, 0, 100 * one + 90, 90) for one in range(len(codes))]
    land = gpd.GeoDataFrame(
        {"land_code": pd.array(codes, dtype="str"), "is_cultivated": [str(code).startswith("01") for code in codes]},
        geometry=squares, crs=PLANE,
    )  # fmt: skip
    snapshot = write_snapshot(
        [land], tmp_path, kind="cultivated", effective_from=None, source="dltb", source_sha256="0" * 64
    )

    flat = read_flat(tmp_path / snapshot.path, all_parcels=True)[0]

    by_west = np.argsort(flat.box[:, 0])
    assert unpacked(flat.land_code[by_west]) == codes
    assert flat.counts[by_west].tolist() == land["is_cultivated"].to_list()


def test_basic_farmland_of_a_snapshot_counts_whatever_is_grown_on_it(tmp_path):
    """As in a table: an orchard on basic farmland is basic farmland."""
    layer = gpd.GeoDataFrame({"is_cultivated": [False]}, geometry=[shapely.box(0, 0, 20, 10)], crs=PLANE)
    made = write_snapshot(
        [layer], tmp_path, kind="basic_farmland", effective_from=None, source="jbnt.gdb", source_sha256="0" * 64
    )

    flat, _ = read_flat(tmp_path / made.path)

    assert flat.box.tolist() == [[0, 0, 20, 10]]
    assert flat.counts.all()


def test_versions_that_do_not_belong_together_are_refused(prepared):
    with pytest.raises(
        TableError, match=r"not the versions of one layer.*basic_farmland from always.*cultivated from 2020"
    ):
        open_prepared(*prepared)


def test_a_file_that_is_no_snapshot_is_refused(files, tmp_path):
    read_parcels(files / "parcels.gpkg").table.to_parquet(tmp_path / "parcels.parquet")

    with pytest.raises(StoreError, match="is no snapshot of geoenforce"):
        land_near(violations_of(files), tmp_path / "parcels.parquet")
