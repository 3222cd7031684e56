"""New construction land: polygons, and when each was taken."""

from datetime import date

import pytest

from geoenforce.core.accountability_tables import NEW_CONSTRUCTION
from geoenforce.core.errors import TableError
from geoenforce.core.space import PLANE
from geoenforce.core.tables import check
from geoenforce.inputs.new_construction import read_new_construction
from tests.inputs.builders import BOW_TIE, frame, square


def _file(folder, shapes=2, **columns):
    shapes = [square(number) for number in range(shapes)] if isinstance(shapes, int) else shapes
    frame(shapes, **columns).to_file(folder / "a.gpkg", engine="pyogrio")
    return folder / "a.gpkg"


def taken(reading):
    return [str(day) for day in reading.table["taken_on"].dt.date]


def test_each_polygon_has_its_project_and_its_day_in_the_plane(tmp_path):
    reading = read_new_construction(_file(tmp_path, XMBH=["X1", "X2"], 占用日期=["2026-03-02", "2026年4月1日"]))

    check(reading.table, NEW_CONSTRUCTION)
    assert reading.table.crs == PLANE
    assert reading.table["project_id"].to_list() == ["X1", "X2"]
    assert taken(reading) == ["2026-03-02", "2026-04-01"]
    assert reading.table.area.to_list() == pytest.approx([10_000, 10_000], rel=1e-3)
    assert reading.table["row"].to_list() == [1, 2]


def test_a_year_stands_for_its_first_day_and_a_day_goes_before_it(tmp_path):
    path = _file(tmp_path, 3, 年度=["2026", "2025年", None], 占用日期=["2026-03-02", None, None])

    assert taken(read_new_construction(path, date(2024, 1, 1))) == ["2026-03-02", "2025-01-01", "2024-01-01"]


def test_a_number_may_be_the_year(tmp_path):
    assert taken(read_new_construction(_file(tmp_path, 1, ND=[2026]))) == ["2026-01-01"]


def test_one_day_may_be_given_for_the_whole_file(tmp_path):
    reading = read_new_construction(_file(tmp_path, TBBH="A"), date(2026, 5, 6))

    assert taken(reading) == ["2026-05-06", "2026-05-06"]


def test_a_column_of_ones_own_is_named(tmp_path):
    assert taken(read_new_construction(_file(tmp_path, 1, 何时="2026-03-02"), columns={"taken_on": "何时"})) == [
        "2026-03-02"
    ]


def test_what_cannot_be_used_is_rejected_and_what_is_twice_is_kept_once(tmp_path):
    path = _file(tmp_path, [square(0), square(0), BOW_TIE], XMBH=["X1", "X1", "X2"], 年度="2026")

    reading = read_new_construction(path)

    assert reading.table["project_id"].to_list() == ["X1"]
    assert sorted(zip(reading.issues["row"], reading.issues["feature"], reading.issues["action"], strict=True)) == [
        (2, "X1", "rejected"),
        (3, "X2", "rejected"),
    ]
    assert (reading.counts.read, reading.counts.accepted, reading.counts.rejected) == (3, 1, 2)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"占用日期": ["2026-03-02", None]}, r"the rows \[2\] do not say when the land was taken \(\['占用日期'\] is empty\). Fill it in, or give taken_on = … for the whole file"),
        ({"TBBH": "A"}, r"the rows \[1, 2\] do not say when .*\(the file has \['TBBH'\]\).*columns = \{ taken_on = \"…\" \} or columns = \{ year = \"…\" \}"),
        ({"占用日期": "去年"}, r"占用日期 is no date in the rows \[1, 2\], but \['去年'\]"),
        ({"年度": ["2026", "去年"]}, r"年度 is no year in the rows \[2\], but \['去年'\]. A year is written 2026."),
    ],
)  # fmt: skip
def test_land_of_no_day_is_refused(tmp_path, columns, words):
    with pytest.raises(TableError, match=words):
        read_new_construction(_file(tmp_path, **columns))
