"""The benchmark of snapshots measures what it says: a delivery set side by side, and jobs that see all of it."""

import geopandas as gpd
import pytest

from benchmarks import snapshots as benchmark


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    per_tile, benchmark.PER_TILE = benchmark.PER_TILE, 1500
    try:
        path = tmp_path_factory.mktemp("delivery") / "parcels.parquet"
        return path, benchmark.write_delivery(5, path)
    finally:
        benchmark.PER_TILE = per_tile


def test_tiles_stand_side_by_side_and_keep_their_areas(delivery):
    path, rows = delivery

    layer = gpd.read_parquet(path)
    tiles = layer.groupby(layer["TBBH"].str.split("-").str[0])

    assert len(layer) == rows
    assert layer["TBBH"].is_unique
    areas = layer.area.groupby(layer["TBBH"].str.split("-").str[0]).sum()
    assert areas.to_numpy() == pytest.approx([areas.iloc[0]] * 5, rel=1e-9)
    boxes = [tuple(tile.total_bounds) for _, tile in tiles]
    assert len({box[:2] for box in boxes}) == 5
    assert boxes[1][0] == pytest.approx(boxes[0][2], abs=1e-3)


def test_every_job_sees_every_row(delivery, tmp_path):
    path, rows = delivery

    taken = {job: benchmark.measure(job, path, tmp_path) for job in benchmark.JOBS}

    *whole, part = [one["rows"] for one in taken.values()]
    assert whole == [rows] * 7
    assert 0 < part <= rows
    table = benchmark.report("Seven jobs.", taken).splitlines()
    assert table[0] == "Seven jobs."
    assert len(table) == 4 + len(benchmark.JOBS) + 2
    assert [line.split("|")[1].strip() for line in table[7:11]] == [
        "`geoenforce prepare -o ….parquet`: the whole ingest",
        "… of which until its snapshot is written",
        "`geoenforce prepare -o ….prepared`",
        "… of which until its snapshot is written",
    ]
