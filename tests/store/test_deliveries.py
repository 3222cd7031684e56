"""The same file again changes nothing, a corrected one replaces its rows, and what was there can be read again."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import geopandas as gpd
import pytest
import shapely

from geoenforce.core.accountability_tables import CASE_EVENTS
from geoenforce.core.errors import StoreError
from geoenforce.core.space import to_plane
from geoenforce.core.tables import VIOLATIONS
from geoenforce.store.audit import verify
from geoenforce.store.deliveries import Delivery, begin_snapshots, current, ingest, refuse_others
from geoenforce.store.snapshots import read_snapshot, snapshots
from geoenforce.store.tables import load
from tests.store.frames import made_up, patches, same


def delivery(frame, source="tb.shp", sha256="a1", kind="violations", **more):
    return Delivery(kind, source, sha256, more.pop("options", {}), {"read": len(frame)}, frame, **more)


def land(*codes):
    squares = [shapely.box(116 + number / 100, 23, 116.001 + number / 100, 23.001) for number, _ in enumerate(codes)]
    return to_plane(gpd.GeoDataFrame({"land_code": list(codes)}, geometry=squares, crs=4490))


def loaded(store, table=VIOLATIONS, **choice):
    with store.reading() as connection:
        return load(connection, table, with_personal_data=True, **choice)


def test_each_file_is_a_revision_of_its_own(store):
    one, other = patches(5), patches(8).iloc[5:]

    made = ingest(store, [delivery(one), delivery(other, "more.shp")])

    assert made == [1, 2]
    same(loaded(store, source="tb.shp"), one)
    same(loaded(store, source="more.shp"), other)


def test_the_same_files_again_make_no_revision(store):
    deliveries = [delivery(patches(5)), delivery(made_up(CASE_EVENTS), "events.csv", kind="events")]
    ingest(store, deliveries)

    assert ingest(store, deliveries) == []


def test_a_corrected_file_replaces_its_rows_and_the_old_ones_can_be_read_as_of_then(store):
    before = patches(6)
    after = before.drop(index="V2").assign(status=["dismissed", *["confirmed"] * 4])
    other = delivery(patches(9).iloc[6:], "other.shp")
    ingest(store, [delivery(before), other])

    made = ingest(store, [delivery(after, sha256="b2"), other])

    assert made == [3]
    same(loaded(store, source="tb.shp"), after)
    same(loaded(store, source="tb.shp", as_of=2), before)
    same(loaded(store, source="other.shp"), other.frame)
    assert verify(store) == []


def test_a_file_read_in_another_way_is_taken_in_again(store):
    first = delivery(patches(3), options={"crs": "EPSG:4490"})
    ingest(store, [first])

    assert ingest(store, [replace(first, options={"crs": "EPSG:4527"})]) == [2]


def test_the_rows_of_a_file_that_is_not_named_any_more_end(store):
    ingest(store, [delivery(patches(3)), delivery(land("0101"), "dltb.gdb", kind="cultivated")])

    made = ingest(store, [])

    assert made == [3]
    assert loaded(store).empty
    assert len(loaded(store, as_of=2)) == 3
    with store.reading() as connection:
        assert current(connection) == {}
        assert snapshots(connection).empty
        assert len(snapshots(connection, as_of=2)) == 1


def test_a_land_layer_is_kept_as_a_snapshot(store):
    ingest(store, [delivery(land("0101", "0301"), "dltb.gdb", kind="cultivated", effective_from=date(2025, 1, 1))])

    with store.reading() as connection:
        listed = snapshots(connection, "cultivated")
    (path,) = listed["path"]
    assert sorted(read_snapshot(store.folder / path)["land_code"]) == ["0101", "0301"]
    assert listed["effective_from"].dt.date.to_list() == [date(2025, 1, 1)]


def test_a_snapshot_begun_before_is_waited_for_and_written_once(store):
    deliveries = [delivery(patches(3)), delivery(land("0101", "0301"), "dltb.gdb", kind="cultivated")]

    with ThreadPoolExecutor(1) as helper:
        begun = begin_snapshots(store, deliveries, helper)
        (path,) = [future.result().path for future in begun.values()]
        before = (store.folder / path).stat().st_mtime_ns
        ingest(store, deliveries, begun)
        again = begin_snapshots(store, deliveries, helper)

    with store.reading() as connection:
        assert snapshots(connection)["path"].to_list() == [path]
    assert (store.folder / path).stat().st_mtime_ns == before
    assert again == {}


def test_a_snapshot_that_failed_while_it_was_begun_stops_the_delivery(store):
    layer = delivery(land("0101"), "dltb.gdb", kind="cultivated")
    failed = Future()
    failed.set_exception(StoreError("The disk is full."))

    with pytest.raises(StoreError, match="disk is full"):
        ingest(store, [layer], {layer.place: failed})

    with store.reading() as connection:
        assert current(connection) == {}


def test_a_layer_in_force_from_another_day_takes_the_place_of_the_one_before(store):
    first = delivery(land("0101"), "dltb.gdb", kind="cultivated", effective_from=date(2025, 1, 1))
    ingest(store, [first])

    ingest(store, [replace(first, effective_from=date(2025, 7, 1), options={"effective_from": "2025-07-01"})])

    with store.reading() as connection:
        assert snapshots(connection)["effective_from"].dt.date.to_list() == [date(2025, 7, 1)]
        assert snapshots(connection, as_of=1)["effective_from"].dt.date.to_list() == [date(2025, 1, 1)]


def test_a_source_named_twice_is_refused(store):
    with pytest.raises(StoreError, match=r"names the sources \[\('violations', 'tb.shp'\)\] more than once"):
        ingest(store, [delivery(patches(2)), delivery(patches(2), sha256="b2")])


def test_a_run_over_other_files_than_the_store_holds_is_refused(store):
    ours = [delivery(patches(2))]
    ingest(store, ours)
    ingest(store, [delivery(patches(3), sha256="b2")])

    with (
        store.reading() as connection,
        pytest.raises(StoreError, match=r"other files meanwhile: \['violations tb.shp'\]"),
    ):
        refuse_others(connection, ours)


def test_a_delivery_that_cannot_be_stored_leaves_nothing(store):
    broken = patches(2)
    broken.loc["V1", "case_id"] = "nul\0"

    with pytest.raises(ValueError, match="cannot be stored"):
        ingest(store, [delivery(broken)])

    with store.reading() as connection:
        assert current(connection) == {}
    assert loaded(store).empty
