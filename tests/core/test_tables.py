"""Every door refuses what is not in order, and says all of it at once."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geoenforce.core.errors import TableError
from geoenforce.core.patrol_tables import FIXES
from geoenforce.core.tables import CASE_AREAS, TABLES, VIOLATIONS, check


def case_areas(**columns):
    values = {"basic_farmland_mu": [1.0, 2.0], "other_cultivated_mu": [0.0, 0.0], "other_mu": [0.0, 0.0], **columns}
    return pd.DataFrame(values, index=pd.Index(["A", "B"], name="case_id"))


def violations(**columns):
    values = {"case_id": ["A"], "found_on": pd.to_datetime(["2026-03-02"]), "status": ["confirmed"], **columns}
    return gpd.GeoDataFrame(
        values, index=pd.Index(["A1"], name="violation_id"), geometry=[shapely.box(0, 0, 1, 1)], crs=4527
    )


def test_a_table_in_order_passes():
    check(case_areas(), CASE_AREAS)
    check(violations(), VIOLATIONS)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (case_areas().drop(columns="other_mu"), r"lacks the columns \['other_mu'\]; it has"),
        (case_areas(other_mu=[-0.1, 0.0]), r"has other_mu below zero in \['A'\]"),
        (case_areas(other_mu=[None, 1.0]), r"has no other_mu in \['A'\]"),
        (case_areas(other_mu=["1", "2"]), "has other_mu of type .*, but it must be a number"),
        (case_areas(other_mu=[True, False]), "has other_mu of type bool, but it must be a number"),
        (case_areas().rename(index={"B": "A"}), r"has the case_id \['A'\] more than once"),
        (case_areas().rename_axis("id"), "must be indexed by case_id, not by id"),
        (case_areas().rename(index={"B": None}), "has 1 rows without a case_id"),
    ],
)
def test_each_mistake_is_named_with_its_rows(frame, words):
    with pytest.raises(TableError, match=words):
        check(frame, CASE_AREAS)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (violations(status=["guilty"]), r"unknown status \['guilty'\]; known are \['suspected'"),
        (violations(found_on=["2026-03-02"]), "found_on of type .*, but it must be a date"),
        (violations(found_on=pd.to_datetime(["2026-03-02"]).tz_localize("Asia/Shanghai")), "it must be a date"),
        (violations(case_id=[7]), "case_id of type int64, but it must be text"),
        (violations().set_crs(None, allow_override=True), "has no coordinate system"),
        (violations().set_geometry([None], crs=4527), r"has no geometry in \['A1'\]"),
        (violations().set_geometry([shapely.Polygon()], crs=4527), r"has no geometry in \['A1'\]"),
        (pd.DataFrame(violations()), "a GeoDataFrame is needed"),
    ],
)
def test_mistakes_of_layers_are_named_too(frame, words):
    with pytest.raises(TableError, match=words):
        check(frame, VIOLATIONS)


def test_all_problems_of_a_table_stand_in_one_error():
    frame = case_areas(other_mu=[-1.0, 0.0], basic_farmland_mu=["x", "y"]).drop(columns="other_cultivated_mu")

    with pytest.raises(TableError) as error:
        check(frame, CASE_AREAS)

    for words in ("other_cultivated_mu", "other_mu below zero", "basic_farmland_mu of type"):
        assert words in str(error.value)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_what_it_means_in_three_ways(table):
    for column in table:
        assert column.meaning
        assert column.zh
        assert column.en
        assert column.unit or not column.name.endswith(("_m2", "_mu"))


def test_texts_may_be_categories_but_not_categories_of_numbers():
    flags = pd.Series(["jump", None], dtype="category")
    fixes = pd.DataFrame(
        {
            "patrol_unit": pd.Series(["一队", "一队"], dtype="category"),
            "device_id": pd.Series([None, None], dtype="category"),
            "recorded_at": pd.to_datetime(["2026-04-02 08:00+08:00"] * 2),
            "longitude": 116.4,
            "latitude": 23.5,
            "flag": flags,
        }
    )

    check(fixes, FIXES)
    with pytest.raises(TableError, match="has device_id of type category, but it must be text"):
        check(fixes.assign(device_id=pd.Series([1, 2], dtype="category")), FIXES)
    with pytest.raises(TableError, match=r"has unknown flag \['leap'\]"):
        check(fixes.assign(flag=flags.cat.rename_categories(["leap"])), FIXES)
