"""Lines and columns that fit what stands in them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.outputs.documents.columns import columns_of, letters
from geoenforce.outputs.documents.model import Column, Show, Table
from geoenforce.outputs.documents.wrapping import wrapped

WORDS = st.text(st.sampled_from("巡查达标率，。（）《》、12.5% ab"), max_size=60)


def by_letter(text):
    """A Chinese character is 2 wide, any other 1."""
    return sum(2 if ord(letter) > 255 else 1 for letter in text)


@given(WORDS, st.integers(8, 40))
def test_breaking_lines_loses_nothing_but_spaces(text, width):
    assert "".join(wrapped(text, width, by_letter).split()) == "".join(text.split())


@given(WORDS, st.integers(8, 40))
def test_no_line_is_wider_than_it_may_be(text, width):
    assert all(by_letter(line) <= width for line in wrapped(text, width, by_letter).split("\n"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("应巡二十天，达标十八天。", ["应巡二十", "天，达标", "十八天。"]),  # 天， stays together
        ("面积（一二三）", ["面积（一", "二三）"]),
        ("达标率为90.00%。", ["达标率为", "90.00%。"]),
        ("甲\n乙", ["甲", "乙"]),
        ("a1b2c3d4e5f6", ["a1b2c3d4", "e5f6"]),  # a hash longer than a line
    ],
)
def test_lines_break_as_chinese_does(text, lines):
    assert wrapped(text, 8, by_letter).split("\n") == lines


def test_numbers_and_days_get_what_they_need_and_texts_share_the_rest_by_weight():
    columns = (Column("日期", Show.DAY), Column("面积", Show.MU), Column("说明", weight=1), Column("处理", weight=3))
    row = (date(2026, 12, 28), 123456.78, "文" * 200, "字" * 200)

    widths = columns_of(Table("", "", columns, (row,), ""), "zh", 15.6).widths_cm

    assert sum(widths) == pytest.approx(15.6)
    assert widths[0] > letters("2026年12月28日") * 9 / 72 * 2.54 / 2
    assert widths[1] > letters("123456.78") * 9 / 72 * 2.54 / 2
    assert widths[3] > 1.8 * widths[2]


def test_letters_shrink_where_numbers_would_not_fit_else():
    columns = tuple(Column(f"{number}月", Show.M2) for number in range(12))
    found = columns_of(Table("", "", columns, ((12345678.25,) * 12,), ""), "zh", 15.6)

    assert 6 <= found.points < 9
    assert sum(found.widths_cm) == pytest.approx(15.6)


def test_a_table_without_rows_has_columns_too():
    assert len(columns_of(Table("", "", (Column("甲"), Column("乙")), (), ""), "zh", 10.0).widths_cm) == 2
