"""A ledger whose places were read off an internet map."""

import pandas as pd
import pydantic
import pytest

from geoenforce.inputs.config import LedgerSource
from geoenforce.inputs.ledger_source import read_ledger_source


@pytest.fixture
def path(tmp_path):
    """The second entry notes a place in Beijing, 116.3974° E, 39.9093° N, as an internet map shows it."""
    lines = [
        "巡查日期,单位名称,巡查区域,发现情况,经度,纬度",
        "2026-04-01,一队,东村,未发现违法用地,,",
        "2026-04-02,一队,东村,发现疑似违法占地,116.40364,39.91070",
    ]
    file = tmp_path / "台账.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def places(path, **options):
    source = LedgerSource(path=path, columns={"patrol_unit": "单位名称", "finding": "发现情况"}, **options)
    return read_ledger_source(source).table[["longitude", "latitude"]]


def test_places_in_gcj02_are_brought_back(path):
    found = places(path, datum="GCJ-02")

    assert found.iloc[1].to_list() == pytest.approx([116.3974, 39.9093], abs=5e-5)
    assert found.iloc[0].isna().all()


@pytest.mark.parametrize("options", [{}, {"datum": "CGCS2000"}, {"datum": "WGS84"}])
def test_other_places_stay_as_they_are(path, options):
    pd.testing.assert_series_equal(places(path, **options).iloc[1], places(path).iloc[1])
    assert places(path, **options).iloc[1].to_list() == [116.40364, 39.9107]


def test_an_unknown_datum_is_refused(path):
    with pytest.raises(pydantic.ValidationError, match="'WGS84', 'CGCS2000' or 'GCJ-02'"):
        LedgerSource(path=path, datum="BD-09")
