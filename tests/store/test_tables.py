"""What is saved comes back: every table, every value, every revision."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoenforce.core.accountability_tables import DECLARATIONS
from geoenforce.core.errors import StoreError, TableError
from geoenforce.core.patrol_tables import LEDGER, TRIPS
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.space import to_plane
from geoenforce.core.tables import CASES, COMPARISONS, ISSUES, PARTIES, VIOLATIONS, Kind, check, empty
from geoenforce.outputs.tables import write_csv
from geoenforce.store.audit import verify
from geoenforce.store.revisions import last_revision, revision
from geoenforce.store.schema import STORED, sql_name
from geoenforce.store.tables import load, save
from tests.store.frames import HARD_TEXTS, made_up, patches, same


def saved(store, table, frame, source=""):
    with revision(store, "ingest", {}) as made:
        return save(made.connection, table, frame, revision=made.number, source=source)


def loaded(store, table, **choice):
    with store.reading() as connection:
        return load(connection, table, with_personal_data=True, **choice)


FORMS = {
    "with gaps": made_up,
    "without gaps": lambda table: made_up(table, gaps=False),
    "without optional columns": lambda table: made_up(table, optional=False),
    "empty": empty,
}


def test_every_table_comes_back_as_it_was(store):
    for make in FORMS.values():
        with revision(store, "ingest", {}) as made:
            for table in STORED:
                save(made.connection, table, make(table), revision=made.number)

    with store.reading() as connection:
        for number, (form, make) in enumerate(FORMS.items(), start=1):
            for table in STORED:
                back = load(connection, table, as_of=number, with_personal_data=True)

                same(back, make(table), f"{sql_name(table)} {form}")
                check(back, table)
    assert verify(store) == []


def test_a_table_that_was_never_saved_is_empty(store):
    same(loaded(store, CASES), empty(CASES).drop(columns="party"))


def test_what_has_not_changed_is_not_written_again(store):
    frame = made_up(COMPARISONS, 30)

    assert tuple(vars(saved(store, COMPARISONS, frame)).values()) == (30, 0, 0)
    assert tuple(vars(saved(store, COMPARISONS, frame)).values()) == (0, 0, 30)


def test_only_what_changed_is_written(store):
    before = patches(20)
    after = before.copy()
    after.loc["V3", "status"] = "dismissed"
    after.loc[["V5"], "geometry"] = shapely.box(1, 2, 3, 4)
    after = pd.concat([after.iloc[:8], patches(25).iloc[[24]], after.iloc[9:]])

    saved(store, VIOLATIONS, before)
    counts = saved(store, VIOLATIONS, after)

    assert (counts.added, counts.ended, counts.unchanged) == (3, 3, 17)
    same(loaded(store, VIOLATIONS), after)
    same(loaded(store, VIOLATIONS, as_of=1), before)


def test_a_row_that_moves_does_not_move_the_others(store):
    before = patches(20)
    after = before.iloc[[19, *range(19)]]

    saved(store, VIOLATIONS, before)
    counts = saved(store, VIOLATIONS, after)

    assert (counts.added, counts.ended) == (1, 1)
    same(loaded(store, VIOLATIONS), after)


def test_rows_put_again_and_again_at_one_place_keep_their_order(store):
    frame = patches(70)
    order = [0, 1]
    for number in range(2, 70):
        order.insert(1, number)
        if number % 10 == 9 or number > 55:
            saved(store, VIOLATIONS, frame.iloc[order])
    same(loaded(store, VIOLATIONS), frame.iloc[order])
    assert verify(store) == []


def test_equal_rows_are_all_kept(store):
    row = {"file": "a.shp", "problem": "empty_geometry", "detail": "same", "action": "rejected"}
    three = pd.DataFrame([row] * 3).assign(layer=None, feature=None, row=pd.array([1, 1, 1], dtype="Int64"))
    three = three[ISSUES.names].astype({name: "str" for name in ISSUES.names if name != "row"})

    saved(store, ISSUES, three)
    saved(store, ISSUES, three.iloc[:2])

    same(loaded(store, ISSUES), three.iloc[:2])
    same(loaded(store, ISSUES, as_of=1), three)


def test_deliveries_stand_side_by_side_in_the_order_of_their_names(store):
    first, second = patches(4), patches(9).iloc[4:]

    saved(store, VIOLATIONS, second, source="b/乙.gpkg")
    saved(store, VIOLATIONS, first, source="A.gpkg")
    saved(store, VIOLATIONS, second.iloc[:0], source="_.gpkg")
    same(loaded(store, VIOLATIONS), pd.concat([first, second]))
    same(loaded(store, VIOLATIONS, source="A.gpkg"), first)

    saved(store, VIOLATIONS, second.iloc[:0], source="b/乙.gpkg")
    same(loaded(store, VIOLATIONS), first)


def test_names_of_one_delivery_stay_when_another_ends(store):
    """The same id may stand in two deliveries, as when a patch is handed in twice."""
    one = patches(1)
    other = one.assign(party=pd.Series(["李四"], index=one.index, dtype="str"))

    saved(store, VIOLATIONS, one, source="a")
    saved(store, VIOLATIONS, other, source="b")
    saved(store, VIOLATIONS, other.iloc[:0], source="b")

    assert loaded(store, VIOLATIONS)["party"].tolist() == ["张0"]
    assert loaded(store, VIOLATIONS, as_of=2)["party"].tolist() == ["张0", "李四"]


def test_tables_with_other_columns_are_joined_with_gaps(store):
    one = made_up(VIOLATIONS, 2)
    other = made_up(VIOLATIONS, 4, optional=False).iloc[2:]

    saved(store, VIOLATIONS, one, source="a")
    saved(store, VIOLATIONS, other, source="b")

    back = loaded(store, VIOLATIONS)
    assert back["row"].dtype == "Int64"
    assert back["is_dealt_with"].isna().tolist() == [False, False, True, True]
    assert back["source_file"].isna().tolist()[2:] == [True, True]


def test_columns_come_back_in_the_order_they_had(store):
    frame = patches(3)[["geometry", "status", "party", "found_on", "case_id"]]

    saved(store, VIOLATIONS, frame)

    assert list(loaded(store, VIOLATIONS).columns) == list(frame.columns)


def test_types_come_back_as_they_were(store):
    frame = made_up(TRIPS, 4)
    frame["on"] = frame["on"].astype("datetime64[us]")
    frame["started_at"] = frame["started_at"].dt.tz_convert("UTC")
    frame["ended_at"] = pd.Series([pd.Timestamp("2026-03-01T08:00:00.123456789+08:00")] * 4, index=frame.index).astype(
        "datetime64[ns, Asia/Shanghai]"
    )
    frame["stops"] = frame["stops"].astype("Int64")
    frame["length_m"] = np.arange(4, dtype="int32")

    saved(store, TRIPS, frame)

    same(loaded(store, TRIPS), frame)
    assert verify(store) == []


def test_a_day_not_known_and_a_day_known_are_told_apart(store):
    frame = made_up(LEDGER, 3)
    frame["started_at"] = pd.Series([pd.NaT] * 3, index=frame.index, dtype="datetime64[s, Asia/Shanghai]")

    saved(store, LEDGER, frame)

    same(loaded(store, LEDGER), frame)


def test_geometry_of_the_plane_comes_back_as_longitude_and_latitude(store):
    frame = patches(5)

    saved(store, VIOLATIONS, to_plane(frame))

    distance = shapely.hausdorff_distance(loaded(store, VIOLATIONS).geometry, frame.geometry)
    assert distance.max() < 1e-9


def test_heights_are_dropped(store):
    frame = patches(2)
    frame["geometry"] = shapely.force_3d(frame.geometry.to_numpy(), 12.0)

    saved(store, VIOLATIONS, frame)

    assert not shapely.has_z(loaded(store, VIOLATIONS).geometry.to_numpy()).any()
    assert verify(store) == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"area_m2": np.inf}, r"area_m2 is infinite in \['.*'\]"),
        ({"basic_farmland_mu": -np.inf}, "basic_farmland_mu below zero"),
        ({"township_name": "a\0b"}, "township_name holds a NUL or half a character in"),
        ({"township_name": "\udcff"}, "township_name holds a NUL or half a character in"),
        ({"year": np.uint64(2**63)}, "year is beyond 64 bits in"),
        ({"severity": "grave"}, "unknown severity"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(store, spoil, words):
    frame = made_up(CASES, 3)
    for name, value in spoil.items():
        frame[name] = frame[name].astype({np.uint64: "uint64", str: "object"}.get(type(value), frame[name].dtype))
        frame.loc[frame.index[1], name] = value

    with pytest.raises(TableError, match=words):
        saved(store, CASES, frame)

    assert loaded(store, CASES).empty
    with pytest.raises(StoreError, match="Nothing has been recorded in this store yet: run 'geoenforce run'"):
        last_revision_of(store)


def last_revision_of(store, on=None):
    with store.reading() as connection:
        return last_revision(connection, on)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (shapely.Polygon(), "has no geometry in"),
        (None, "has no geometry in"),
        (shapely.LineString([(1, 2), (3, 4)]), r"the geometry is no polygon in \['V1'\]"),
        (shapely.GeometryCollection([shapely.box(1, 2, 3, 4)]), r"the geometry is no polygon in \['V1'\]"),
    ],
)
def test_geometry_that_is_no_polygon_is_refused(store, shape, words):
    frame = patches(3)
    frame.loc[["V1"], "geometry"] = gpd.GeoSeries([shape], index=["V1"], crs=4490)

    with pytest.raises(TableError, match=words):
        saved(store, VIOLATIONS, frame)


EDITS = st.lists(
    st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from(["confirmed", "dismissed"]), st.sampled_from([None, *HARD_TEXTS])),
        unique_by=lambda row: row[0],
        max_size=8,
    ),
    min_size=1,
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(edits=EDITS)
def test_each_revision_shows_what_was_saved_then(store, edits):
    source = f"source {np.random.default_rng().integers(2**62)}"  # examples share one store
    base = patches(8)
    numbers, frames = [], []
    for edit in edits:
        frame = base.iloc[[row for row, _, _ in edit]].copy()
        frame["status"] = pd.Series([status for _, status, _ in edit], index=frame.index, dtype="str")
        frame["party"] = pd.Series([party for _, _, party in edit], index=frame.index, dtype="str")
        parties = frame_of_parties(edit)
        with revision(store, "ingest", {}) as made:
            save(made.connection, VIOLATIONS, frame, revision=made.number, source=source)
            save(made.connection, PARTIES, parties, revision=made.number, source=source)
        numbers.append(made.number)
        frames.append((frame, parties))
    for number, (frame, parties) in zip(numbers, frames, strict=True):
        same(loaded(store, VIOLATIONS, as_of=number, source=source), frame)
        same(loaded(store, PARTIES, as_of=number, source=source), parties)
    same(loaded(store, VIOLATIONS, source=source), frames[-1][0])
    assert verify(store) == []


def frame_of_parties(edit):
    """Rows without an id, some of them alike but for the name."""
    frame = made_up(PARTIES, len(edit))
    frame["party"] = pd.Series([party or "甲" for _, _, party in edit], dtype="str")
    frame["year"] = pd.Series([2025 if status == "confirmed" else 2026 for _, status, _ in edit], dtype="int64")
    for name in ("case_ids", "severity"):
        frame[name] = pd.Series([frame[name].iloc[0]] * len(frame) if len(frame) else [], dtype="str")
    numbers = ["cases", *(name for name in frame if name.endswith("_mu"))]
    return frame.assign(**{name: frame[name].iloc[:1].sum() for name in numbers})


@pytest.mark.parametrize("table", [PARTIES, DECLARATIONS, LEDGER, VIOLATIONS], ids=sql_name)
def test_a_table_without_its_names_is_in_order_and_is_written_as_the_run_writes_it(store, table, tmp_path):
    amounts = {column.name: 1.5 for column in table if column.kind in (Kind.NUMBER, Kind.AMOUNT)}
    frame = made_up(table).assign(**amounts)  # tables for people have no 1.8e308
    saved(store, table, frame)

    with store.reading() as connection:
        nameless = load(connection, table)

    assert not PERSONAL_COLUMNS & set(nameless.columns)
    check(nameless, table)
    write_csv(nameless, table, tmp_path / "nameless.csv")
    write_csv(frame, table, tmp_path / "frame.csv")
    assert (tmp_path / "nameless.csv").read_bytes() == (tmp_path / "frame.csv").read_bytes()


def test_names_of_persons_stand_in_their_own_table_only(store):
    name = "欧阳不存在的人"
    frame = patches(3).assign(party=pd.Series([name] * 3, index=patches(3).index, dtype="str"))
    parties = made_up(PARTIES, 2).assign(party=pd.Series([name] * 2, dtype="str"))
    with revision(store, "ingest", {"file": "a.gpkg"}) as made:
        save(made.connection, VIOLATIONS, frame, revision=made.number)
        save(made.connection, PARTIES, parties, revision=made.number)

    with store.reading() as connection:
        assert "party" not in load(connection, VIOLATIONS)
        assert (load(connection, VIOLATIONS, with_personal_data=True)["party"] == name).all()
        for table in sa.inspect(connection).get_table_names():
            rows = connection.execute(sa.text(f'SELECT * FROM "{table}"')).fetchall()
            assert (name in str(rows)) == (table == "personal"), table
    if store.is_gpkg:
        with store.writing() as connection:
            connection.execute(sa.text("DELETE FROM personal"))
        with store.writing() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("BEGIN")
        assert name.encode() not in store.path.read_bytes()


def test_a_name_that_changes_has_a_history_and_leaves_the_row_alone(store):
    before = patches(3)
    after = before.assign(party=pd.Series(["甲", None, "乙"], index=before.index, dtype="str"))

    saved(store, VIOLATIONS, before)
    counts = saved(store, VIOLATIONS, after)

    assert counts.unchanged == 3
    assert loaded(store, VIOLATIONS, as_of=1)["party"].tolist() == before["party"].tolist()
    same(loaded(store, VIOLATIONS), after)
