"""Whatever is altered behind the store's back is found, and named."""

import hashlib
import json

import pyogrio
import pytest
import sqlalchemy as sa

from geoenforce.core.errors import StoreError
from geoenforce.core.tables import COMPARISONS, PARTIES, VIOLATIONS
from geoenforce.store.audit import verify
from geoenforce.store.bulk import insert_many
from geoenforce.store.hashes import row_hash
from geoenforce.store.revisions import revision
from geoenforce.store.tables import load, save
from tests.store.frames import made_up, patches


@pytest.fixture
def filled(store):
    """Three revisions: patches, a changed patch, and other tables."""
    frame = patches(4)
    with revision(store, "ingest", {"file": "违法.gpkg"}) as made:
        save(made.connection, VIOLATIONS, frame, revision=made.number)
    frame.loc["V2", "status"] = "dismissed"
    with revision(store, "ingest", {"file": "违法.gpkg"}) as made:
        save(made.connection, VIOLATIONS, frame, revision=made.number)
    with revision(store, "run", {"made": "by hand"}) as made:
        save(made.connection, COMPARISONS, made_up(COMPARISONS, 3), revision=made.number)
        save(made.connection, PARTIES, made_up(PARTIES, 2), revision=made.number)
        insert_many(
            made.connection,
            "runs",
            ("run", "started_at", "finished_at", "manifest", "files"),
            [(made.number, "2026-03-01T00:00:00Z", "2026-03-01T00:01:00Z", "{}", "{}")],
        )
    assert verify(store) == []
    return store


def tamper(store, *statements):
    with store.writing() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


ROWS_OF = r"The rows that revision {} \(.*\) brought or ended are not as it left them."

TAMPERINGS = {
    "a value": (["UPDATE violations SET case_id = 'C9' WHERE row_id = 1"], [r"In violations the rows \['V0'\] were"]),
    "a value taken out": (["UPDATE violations SET found_on = NULL WHERE row_id = 2"], [r"rows \['V1'\] were altered"]),
    "a value put in": (['UPDATE violations SET "row" = 7 WHERE row_id = 2'], [r"rows \['V1'\] were altered"]),
    "an area by the last digit": (
        ["UPDATE comparisons SET area_mu = area_mu + 1e-13 WHERE row_id = 1"],
        ["In comparisons the rows .* were altered"],
    ),
    "a geometry": (
        ["UPDATE violations SET geometry = (SELECT geometry FROM violations WHERE row_id = 1) WHERE row_id = 4"],
        [r"In violations the rows \['V3'\] were altered"],
    ),
    "what the geometry was": (["UPDATE violations SET is_multipart = :true WHERE row_id = 4"], [r"\['V3'\] were"]),
    "a key": (["UPDATE violations SET row_key = 'V9' WHERE row_id = 4"], [r"\['V9'\] were altered", ROWS_OF.format(1)]),
    "a row's hash with it": (
        ["UPDATE violations SET row_sha256 = 'ab' WHERE row_id = 4"],
        [ROWS_OF.format(1), r"In violations the rows \['V3'\] were altered"],
    ),
    "a row removed": (["DELETE FROM comparisons WHERE row_id = 1"], [ROWS_OF.format(3)]),
    "a row that had ended removed": (
        ["DELETE FROM violations WHERE row_id = 3"],
        [ROWS_OF.format(1), ROWS_OF.format(2)],
    ),
    "a row ended": (["UPDATE violations SET until = 3 WHERE row_id = 1"], [ROWS_OF.format(3)]),
    "a row that had ended revived": (["UPDATE violations SET until = NULL WHERE row_id = 3"], [ROWS_OF.format(2)]),
    "rows put in another order": (
        ["UPDATE comparisons SET position = 5 - position"],
        [ROWS_OF.format(3)],
    ),
    "a row given to another delivery": (["UPDATE violations SET source = 'b' WHERE row_id = 1"], [ROWS_OF.format(1)]),
    "a row of later": (
        ["UPDATE comparisons SET since = 4"],
        [r"revisions that are not recorded: \[4\]", ROWS_OF.format(3)],
    ),
    "a name": (["UPDATE personal SET value = '赵六'"], [r"In personal the rows of \['violations//V0/party'"]),
    "a name removed": (["DELETE FROM personal WHERE row_key = 'V0'"], [ROWS_OF.format(1)]),
    "columns": (["UPDATE layouts SET columns = '{}' WHERE table_name = 'violations'"], ["In layouts the rows of"]),
    "the run's entry": (["UPDATE runs SET manifest = '{\"a\": 1}'"], [ROWS_OF.format(3)]),
    "a revision's time": (
        ["UPDATE revisions SET recorded_at = '2020-01-01T00:00:00.000+00:00' WHERE revision = 2"],
        [r"The entry of revision 2 \(ingest, 2020-01-01T00:00:00.000\+00:00\) was altered."],
    ),
    "a revision's reason": (
        ["UPDATE revisions SET detail = '{}' WHERE revision = 3"],
        ["entry of revision 3 .* altered"],
    ),
    "a revision removed": (
        ["DELETE FROM revisions WHERE revision = 2"],
        ["Revision 2 is missing.", "Revision 3 does not follow", r"not recorded: \[2\]"],
    ),
    "the first revisions removed": (["DELETE FROM revisions WHERE revision < 3"], ["Revision 1 to 2 are missing."]),
    "the last revision removed": (["DELETE FROM revisions WHERE revision = 3"], [r"not recorded: \[3\]"]),
    "revisions in another order": (
        [
            "UPDATE revisions SET revision = 9 WHERE revision = 1",
            "UPDATE revisions SET revision = 1 WHERE revision = 2",
            "UPDATE revisions SET revision = 2 WHERE revision = 9",
        ],
        ["Revision 1 does not follow", "Revision 2 does not follow", "The entry of revision 1 .* altered"],
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_was_altered_is_named(filled, what):
    statements, expected = TAMPERINGS[what]
    tamper(filled, *(one.replace(":true", "1" if filled.is_gpkg else "true") for one in statements))

    problems = verify(filled)

    for words in expected:
        assert any(pytest.RaisesExc(Exception, match=words).matches(Exception(found)) for found in problems), problems


def test_a_row_put_in_by_hand_is_found(filled):
    columns = "row_key, position, source, violation_id, case_id, status, geometry, is_multipart, row_sha256, since"
    copied = columns.replace("row_key", "'V9'").replace("violation_id", "'V9'")
    tamper(filled, f"INSERT INTO violations ({columns}) SELECT {copied} FROM violations WHERE row_id = 1")

    problems = verify(filled)

    assert any(problem.startswith("In violations the rows ['V9']") for problem in problems)
    assert any(problem.startswith("The rows that revision 1") for problem in problems)


def test_a_revision_cut_off_with_all_its_rows_shows_only_by_a_hash_noted_elsewhere(filled):
    """What the chain cannot show is said so in the documentation; this is the way out."""
    with filled.reading() as connection:
        noted = dict(map(tuple, connection.execute(sa.text("SELECT revision, sha256 FROM revisions"))))
    tables = ("comparisons", "personal", "layouts")
    tamper(
        filled,
        "DELETE FROM revisions WHERE revision = 3",
        "DELETE FROM runs",
        *(f"DELETE FROM {table} WHERE since = 3" for table in (*tables, "parties")),
    )

    assert verify(filled) == []
    assert verify(filled, {2: noted[2]}) == []
    assert verify(filled, noted) == ["Revision 3 is not the one whose hash was noted: it was removed, or written anew."]


def test_snapshots_are_hashed_again(store):
    store.folder.mkdir()
    file = store.folder / "land.parquet"
    file.write_bytes(b"parcels")
    values = ("cultivated", "2026-01-01", "land.gdb", "aa", file.name, hashlib.sha256(b"parcels").hexdigest(), 1, "[]")
    names = ("kind", "effective_from", "source", "source_sha256", "path", "sha256", "row_count", "bounds")
    with revision(store, "snapshot", {}) as made:
        row = (*values, row_hash([str(value) for value in values]), made.number)
        insert_many(made.connection, "snapshots", (*names, "row_sha256", "since"), [row])
    assert verify(store) == []

    file.write_bytes(b"parcel!")
    assert verify(store) == ["The snapshot land.parquet was altered."]
    file.unlink()
    assert verify(store) == ["The snapshot land.parquet is missing."]
    tamper(store, "UPDATE snapshots SET source = 'other.gdb'")
    assert "In snapshots the rows of ['cultivated'] were altered." in verify(store)


def test_rows_that_hold_twice_stop_a_save(filled):
    tamper(filled, "UPDATE violations SET until = NULL")

    with (
        pytest.raises(StoreError, match="In violations rows hold twice: the store was altered"),
        revision(filled, "ingest", {}) as made,
    ):
        save(made.connection, VIOLATIONS, patches(4), revision=made.number)


@pytest.mark.parametrize("store", ["gpkg"], indirect=False)
def test_an_edit_through_gdal_is_found_and_the_index_stays_true(gpkg_template, tmp_path, store):
    """As an officer would do in QGIS: change a row, add one, and move one."""
    import fiona
    import shapely

    from geoenforce.store.engine import open_store

    path = tmp_path / "edited.gpkg"
    path.write_bytes(gpkg_template.read_bytes())
    store = open_store(f"gpkg:///{path}")
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, patches(4), revision=made.number)
    assert verify(store) == []

    layer = pyogrio.read_dataframe(path, layer="violations", fid_as_index=True)
    row = layer.iloc[[0]].assign(
        row_key="V9", violation_id="V9", geometry=[shapely.MultiPolygon([shapely.box(1, 2, 3, 4)])]
    )
    pyogrio.write_dataframe(row, path, layer="violations", append=True, geometry_type="MultiPolygon")
    problems = verify(store)
    assert "In violations the rows ['V9'] were altered." in problems
    assert len(problems) == 2

    assert fiona.listlayers(path)[:3] == ["townships", "approvals", "violations"]
    with store.reading() as connection:
        assert load(connection, VIOLATIONS, box=(1, 2, 3, 4)).index.tolist() == ["V9"]  # GDAL kept the R-tree


def test_details_are_kept_as_they_were_said(store):
    with revision(store, "event", {"case": "案1"}) as made:
        made.detail["by"] = "office"
    with store.reading() as connection:
        detail = connection.execute(sa.text("SELECT detail FROM revisions")).scalar()
    assert json.loads(detail) == {"case": "案1", "by": "office"}
    assert "案1" in detail
