"""Tracks that nobody here wrote: devices of many makes, ranger patrols, and the demo county."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from geoenforce.core.errors import FormatError, GeoenforceError
from geoenforce.inputs.excused import read_excused
from geoenforce.inputs.fixes import read_fixes
from geoenforce.inputs.ledger import read_ledger

SHARED = Path(__file__).parents[3] / "shared" / "data"
FILES = sorted(
    path for folder in ("tracks", "vector/gpx", "vector/kml") for path in (SHARED / folder).rglob("*") if path.is_file()
)
GPX = [path for path in FILES if path.suffix == ".gpx"]
PATROLS = SHARED / "tracks" / "patrols"

outside = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")


@outside
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_ends_in_fixes_or_an_error_of_ours(path):
    message, reading = "", None
    try:
        reading = read_fixes(path)
    except GeoenforceError as error:
        message = str(error)

    if reading is not None:
        assert reading.counts.read > 0
        assert reading.counts.read == reading.counts.accepted + reading.counts.flagged
    else:
        assert path.name in message
        assert len(message) > len(path.as_posix()) + 40  # it says what was found and the way out


@outside
@pytest.mark.parametrize("path", GPX, ids=lambda path: path.name)
def test_a_gpx_has_as_many_fixes_and_times_as_its_text(path):
    text = path.read_text(encoding="utf-8-sig")
    points = re.findall(r"<trkpt.*?</trkpt>", text, re.DOTALL)
    if not points:
        with pytest.raises(FormatError, match=r"has no track point: (it holds|its track is empty|there is no <trk>)"):
            read_fixes(path)
        return

    table = read_fixes(path).table

    assert len(table) == len(points)
    assert table["recorded_at"].notna().sum() == sum("<time>" in point for point in points)


@outside
@pytest.mark.parametrize(
    "path", [path for path in GPX if "topografix.com/GPX/1/" in path.read_text("utf-8")], ids=lambda path: path.name
)
def test_positions_and_zoned_times_are_those_that_gdal_reads(path):
    points = pyogrio.read_dataframe(path, layer="track_points", columns=["time"])
    if points.empty:
        with pytest.raises(FormatError, match="has no track point"):
            read_fixes(path)
        return

    table = read_fixes(path).table

    np.testing.assert_allclose(table["longitude"], points.geometry.x, rtol=0, atol=1e-9)
    np.testing.assert_allclose(table["latitude"], points.geometry.y, rtol=0, atol=1e-9)
    if "all_fields" not in path.name and points["time"].notna().any():  # those two hold times without a zone
        theirs = pd.to_datetime(points["time"], utc=True).astype("datetime64[ms, UTC]")
        ours = table["recorded_at"].dt.tz_convert("UTC").astype("datetime64[ms, UTC]")
        usable = ours >= pd.Timestamp("1980", tz="UTC")  # GDAL rounds the fractions of 1901 otherwise
        assert ours[usable].to_list() == theirs[usable].to_list()


@outside
def test_ranger_patrols_are_read_with_a_map_of_columns():
    path = PATROLS / "get-patrol-observations.example-return.parquet"
    columns = {"recorded_at": "fixtime", "device_id": "extra__source", "patrol_unit": "patrol_subject"}
    theirs = gpd.read_parquet(path, columns=["fixtime", "extra__source", "patrol_subject", "geometry"])

    reading = read_fixes(path, columns=columns)

    assert reading.counts.read == len(theirs) == 8621
    np.testing.assert_array_equal(reading.table["longitude"], theirs.geometry.x)
    assert (reading.table["recorded_at"].to_numpy() == theirs["fixtime"].to_numpy()).all()
    assert set(reading.table["patrol_unit"]) == {"eco_1", "eco_2"}
    assert reading.table["device_id"].nunique() == 24
    repeated = theirs.assign(wkb=theirs.geometry.to_wkb()).duplicated(["extra__source", "fixtime", "wkb"]).sum()
    assert (reading.table["flag"] == "duplicate").sum() == reading.counts.flagged == repeated == 347


@outside
def test_times_of_kenya_in_text_keep_their_instant():
    path = PATROLS / "get-patrol-observations.example-return.parquet"
    texts = pd.read_parquet(path, columns=["patrol_start_time"])["patrol_start_time"]
    assert texts.str.endswith("+03:00").all()

    reading = read_fixes(path, columns={"recorded_at": "patrol_start_time", "patrol_unit": "patrol_subject"})

    assert (reading.table["recorded_at"].to_numpy() == pd.to_datetime(texts, utc=True).to_numpy()).all()
    assert "naive_time" not in set(reading.issues["problem"])


@outside
def test_ranger_events_without_a_place_are_kept_and_flagged():
    path = PATROLS / "get-patrol-events.example-return.parquet"

    table = read_fixes(path).table

    assert len(table) == 118
    assert (table["flag"] == "no_position").sum() == gpd.read_parquet(path).geometry.isna().sum() == 13


@outside
def test_patrols_without_positions_say_which_columns_they_have():
    with pytest.raises(GeoenforceError, match=r"get-patrols.*has no column for longitude .* it has \['id', 'priority'"):
        read_fixes(PATROLS / "get-patrols.example-return.parquet")


@outside
def test_a_folder_of_everything_gives_the_readable_files_and_a_word_on_each_other():
    reading = read_fixes(SHARED / "tracks")
    told = reading.issues[reading.issues["problem"].isin(["unreadable_file", "other_files"])]
    words = " ".join([*reading.table["source_file"].unique(), *told["detail"]])

    assert all(path.name in words for path in FILES if "tracks" in path.parts)


class TestDemo:
    def test_every_track_of_the_demo_has_the_fixes_that_were_logged(self, demo_folder):
        truth = pd.read_csv(demo_folder / "truth" / "trips.csv").set_index("file")
        readings = [
            read_fixes(demo_folder / "patrols" / "tracks"),
            read_fixes(demo_folder / "patrols" / "tracks_gcj02", datum="GCJ-02"),
        ]
        table = pd.concat([reading.table for reading in readings])
        table["file"] = [Path(file).relative_to(demo_folder).as_posix() for file in table["source_file"]]
        files = table.groupby("file").agg(
            fixes=("row", "size"),
            unit=("patrol_unit", "unique"),
            device=("device_id", "unique"),
            started_at=("recorded_at", "min"),
            ended_at=("recorded_at", "max"),
        )

        assert sorted(files.index) == sorted(truth.index)
        truth = truth.loc[files.index]
        assert files["fixes"].to_list() == truth["fixes"].to_list()
        for name in ("unit", "device"):
            assert [list(values) for values in files[name]] == [[value] for value in truth[name]]
        for name in ("started_at", "ended_at"):
            assert files[name].to_list() == pd.to_datetime(truth[name]).to_list()
        assert table["flag"].isna().all()

    def test_the_ledger_of_the_demo_has_its_entries_and_no_issue(self, demo_folder):
        truth = pd.read_csv(demo_folder / "truth" / "ledger.csv")

        table, issues = read_ledger(demo_folder / "patrols" / "ledger.xlsx")

        assert issues.empty
        assert table["patrol_unit"].to_list() == truth["unit"].to_list()
        assert table["on"].dt.date.astype(str).to_list() == truth["on"].to_list()
        assert table["started_at"].to_list() == pd.to_datetime(truth["started_at"]).to_list()
        assert (table["violations_noted"] > 0).to_list() == truth["notes_a_violation"].to_list()
        assert table["longitude"].notna().to_list() == truth["notes_a_violation"].to_list()
        assert (table["ended_at"] > table["started_at"]).all()

    def test_the_excused_days_of_the_demo_are_read(self, demo_folder):
        excused = read_excused(demo_folder / "patrols" / "excused.csv")

        assert excused["on"].dt.date.astype(str).to_list() == ["2026-04-28"]
        assert excused["office"].isna().all()
