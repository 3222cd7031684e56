"""Nothing is lost in silence: whatever is in a file, every row of it is accounted for."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.core.tables import ISSUES, check
from geoenforce.inputs.layers import read_parcels, read_violations
from geoenforce.inputs.read import read_layer
from geoenforce.inputs.reading import Counts
from tests.inputs.builders import BOW_TIE, EAST, NORTH, SPIKED, frame, square

SHAPES = {
    "good": square(1),
    "also good": square(2),
    "spiked": SPIKED,
    "bow-tie": BOW_TIE,
    "null": None,
    "empty": shapely.Polygon(),
    "sliver": square(side=0.01),
    "point": shapely.Point(EAST, NORTH),
    "far off": square(east=90_000_000),
    "high": shapely.force_3d(square(4), 1.0),
}
kinds = st.lists(st.sampled_from(sorted(SHAPES)), min_size=1, max_size=8).map(
    lambda drawn: ["good"] * (len(drawn) + 1) + drawn  # most of a layer is where its system says
)


def _accounted_for(reading, rows):
    check(reading.issues, ISSUES)
    counts, issues = reading.counts, reading.issues
    rejected = set(issues.loc[issues["action"] == "rejected", "row"])
    repaired = set(issues.loc[issues["action"] == "repaired", "row"])
    kept = set(reading.table.get("row", reading.table.index))
    assert counts.read == rows
    assert counts.accepted + counts.repaired + counts.rejected == rows
    assert kept | rejected == set(range(1, rows + 1))
    assert not kept & rejected
    assert repaired <= kept
    assert (counts.rejected, counts.repaired) == (len(rejected), len(repaired))
    assert set(reading.rejects["row"]) == rejected


@settings(max_examples=20)  # each writes a file
@given(kinds)
def test_every_row_is_kept_or_rejected_never_both(tmp_path_factory, drawn):
    path = tmp_path_factory.mktemp("counts") / "a.gpkg"
    frame([SHAPES[kind] for kind in drawn], n=1).to_file(path, engine="pyogrio")

    _accounted_for(read_layer(path), len(drawn))


@settings(max_examples=8)
@given(kinds, st.data())
def test_readers_with_ids_account_for_duplicates_too(tmp_path_factory, drawn, data):
    path = tmp_path_factory.mktemp("counts") / "a.gpkg"
    twice = [*drawn, *drawn]  # the second half repeats ids and shapes
    codes = [data.draw(st.sampled_from(["0101", "0301", None])) for _ in drawn]
    ids = [f"A{number}" for number in range(len(drawn))]
    frame([SHAPES[kind] for kind in twice], BSM=ids * 2, TBBH=ids * 2, DLBM=codes * 2).to_file(path, engine="pyogrio")

    for reading in (read_parcels(path), read_violations(path)):
        _accounted_for(reading, len(twice))
        assert set(reading.table["row"]) <= set(range(1, len(drawn) + 1))


def test_reading_changes_no_file(tmp_path):
    path = tmp_path / "a.gpkg"
    frame([SHAPES[kind] for kind in sorted(SHAPES)], TBBH=[*"ABCDEFGHIJ"]).to_file(path, engine="pyogrio")
    before = path.read_bytes()

    read_violations(path)

    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.gpkg"]


def test_the_order_of_the_rows_changes_nothing_but_the_order(tmp_path):
    drawn = [SHAPES[kind] for kind in sorted(SHAPES)]
    layer = frame(drawn, TBBH=[*"ABCDEFGHIJ"])
    layer.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    layer.iloc[::-1].to_file(tmp_path / "b.gpkg", engine="pyogrio")

    one, other = (read_violations(tmp_path / name).table for name in ("a.gpkg", "b.gpkg"))

    assert set(one.index) == set(other.index)
    assert np.array_equal(one.geometry.area, other.geometry.area.reindex(one.index))


def test_counts_that_do_not_add_up_cannot_be_made():
    with pytest.raises(AssertionError, match="do not add up"):
        Counts(3, 1, 0, 1)
