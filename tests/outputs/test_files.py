"""Files are written whole or not at all, and what prevents it is told by the name that the user knows."""

import errno
import os

import geopandas as gpd
import pandas as pd
import pytest
from pyogrio.errors import DataSourceError
from shapely import box

from geoenforce.core.errors import InputError
from geoenforce.core.tables import CASE_AREAS
from geoenforce.outputs.files import make_room, write_whole
from geoenforce.outputs.one_table import write_table

AREAS = gpd.GeoDataFrame(
    {"basic_farmland_mu": [5.0], "other_cultivated_mu": [0.0], "other_mu": [0.0]},
    index=pd.Index(["A"], name="case_id"), geometry=[box(0, 0, 1, 1)], crs=4490,
)  # fmt: skip


def _full(_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_what_was_there_and_says_so(tmp_path):
    (tmp_path / "areas.csv").write_text("of yesterday")

    with pytest.raises(InputError, match=r"areas\.csv cannot be written: the disk is full \(磁盘已满\)\. Make room"):
        write_whole(tmp_path / "areas.csv", _full)

    assert [path.name for path in tmp_path.iterdir()] == ["areas.csv"]
    assert (tmp_path / "areas.csv").read_text() == "of yesterday"


def test_a_writer_that_stops_halfway_leaves_nothing_behind(tmp_path):
    def halfway(path):
        path.write_text("case_id,basic_far")
        msg = "sqlite3_exec failed: database or disk is full"
        raise DataSourceError(msg)

    with pytest.raises(InputError, match=r"areas\.gpkg cannot be written \(sqlite3_exec.*room on the disk"):
        write_whole(tmp_path / "areas.gpkg", halfway)

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "gpkg", "parquet"])
def test_a_folder_that_is_a_file_is_one_message_in_every_format(tmp_path, suffix):
    (tmp_path / "results").write_text("")

    with pytest.raises(InputError, match=rf"results/areas\.{suffix} cannot be written .*choose another output folder"):
        write_table(AREAS, CASE_AREAS, tmp_path / "results" / f"areas.{suffix}")


def test_a_place_without_the_right_to_write_is_told_before_any_library_tells_it(tmp_path, monkeypatch):
    def refused(path, *_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("pathlib.Path.touch", refused)

    with pytest.raises(InputError, match=r"areas\.xlsx cannot be written \(Permission denied"):
        make_room(tmp_path / "areas.xlsx")
