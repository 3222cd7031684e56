"""Box queries go through the spatial index, and answer what a plain filter would."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.tables import VIOLATIONS
from geoenforce.store.audit import verify
from geoenforce.store.gpkg import blobs, shapes
from geoenforce.store.revisions import revision
from geoenforce.store.rtree import pack
from geoenforce.store.tables import load, save
from tests.store.frames import patches, same


@pytest.mark.parametrize("count", [300, 2600], ids=["row by row", "packed"])
def test_a_box_gives_what_a_plain_filter_gives(store, count):
    before, after = patches(count, seed=1), patches(count, seed=2)
    for frame in (before, pd.concat([before.iloc[:100], after.iloc[100:]])):
        with revision(store, "ingest", {}) as made:
            save(made.connection, VIOLATIONS, frame, revision=made.number)
    boxes = [(116.2, 23.2, 116.4, 23.3), (116, 23, 117, 24), (0, 0, 1, 1), tuple(before.total_bounds)]

    with store.reading() as connection:
        for box in boxes:
            for as_of, all_of_it in ((1, before), (2, frame)):
                found = load(connection, VIOLATIONS, as_of=as_of, box=box, with_personal_data=True)
                same(found, all_of_it[all_of_it.intersects(shapely.box(*box))])
    assert verify(store) == []


def test_a_box_that_only_the_bounds_touch_is_not_touched(store):
    corner = shapely.Polygon([(116, 23), (117, 23), (116, 24)])
    frame = patches(1).set_geometry(gpd.GeoSeries([corner], index=["V0"], crs=4490))
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, frame, revision=made.number)

    with store.reading() as connection:
        assert load(connection, VIOLATIONS, box=(116.8, 23.8, 116.9, 23.9)).empty
        assert len(load(connection, VIOLATIONS, box=(117, 23, 118, 24))) == 1  # a corner touches


def test_the_plan_of_a_box_query_names_the_spatial_index(store):
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, patches(12_000), revision=made.number)
    asked = []
    with store.reading() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        load(connection, VIOLATIONS, box=(116.5, 23.5, 116.51, 23.51))
        query, values = next((query, values) for query, values in asked if "geometry" in query)
        explain = "EXPLAIN QUERY PLAN" if store.is_gpkg else "EXPLAIN"
        plan = str(connection.exec_driver_sql(f"{explain} {query}", values).fetchall())

    if store.is_gpkg:
        assert "rtree_violations_geometry VIRTUAL TABLE INDEX" in plan
        assert "SEARCH violations USING INTEGER PRIMARY KEY (rowid=?)" in plan
    else:
        assert "idx_violations_geometry" in plan
        assert "Seq Scan" not in plan


@given(
    counts=st.lists(st.sampled_from([0, 1, 51, 52, 400, 2700]), min_size=1, max_size=3), seed=st.integers(0, 2**32 - 1)
)
def test_a_packed_tree_is_right_and_goes_on_living(counts, seed):
    """SQLite's own check looks at every node; rows put in and taken out by SQLite later must work."""
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE rtree_t_g USING rtree(id, minx, maxx, miny, maxy)")
    random, boxes = np.random.default_rng(seed), np.empty((0, 4))
    for count in counts:
        corner = random.uniform(-180, 180, (count, 2))
        far = corner + random.exponential(0.1, (count, 2))
        more = np.c_[corner[:, 0], far[:, 0], corner[:, 1], far[:, 1]]
        pack(connection, "t", "g", np.arange(count) + len(boxes), more)
        boxes = np.vstack([boxes, more])
        assert connection.execute("SELECT rtreecheck('rtree_t_g')").fetchone() == ("ok",)
    found = connection.execute("SELECT id FROM rtree_t_g WHERE maxx >= -90 AND minx <= 0 AND maxy >= 0 AND miny <= 90")
    inside = (boxes[:, 1] >= -90) & (boxes[:, 0] <= 0) & (boxes[:, 3] >= 0) & (boxes[:, 2] <= 90)
    assert set(np.flatnonzero(inside)) <= {row[0] for row in found}

    connection.execute("INSERT INTO rtree_t_g VALUES (1000000, 1, 2, 3, 4)")
    connection.execute("DELETE FROM rtree_t_g WHERE id % 3 = 0")
    assert connection.execute("SELECT rtreecheck('rtree_t_g')").fetchone() == ("ok",)
    connection.close()


def test_blobs_hold_every_shape():
    given_shapes = np.array(
        [
            shapely.Point(1, 2),
            shapely.Polygon(),
            None,
            shapely.MultiPolygon([shapely.box(1, 2, 3, 4)]),
            shapely.GeometryCollection(),
            shapely.LineString([(1, 2, 3), (4, 5, 6)]),
        ],
        dtype=object,
    )

    written = blobs(given_shapes, 4490)

    assert written[0][:8] == b"GP\x00\x03" + (4490).to_bytes(4, "little")  # little-endian, with a box
    assert written[1][3] == 0x11  # empty, no box
    assert [None if shape is None else shape.wkb_hex for shape in shapes(written)] == [
        None if shape is None else shape.wkb_hex for shape in given_shapes
    ]
