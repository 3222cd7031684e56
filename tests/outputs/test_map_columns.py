"""Columns read back are what was written, whatever stands in them."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.outputs.map_columns import choices, hundredths, packed, steps, text_lists, texts
from geoenforce.outputs.wording import rounded

WHOLE = st.integers(min_value=-(2**52), max_value=2**52)


@given(st.lists(WHOLE))
def test_numbers_come_back(reader, numbers):
    assert reader.numbers(packed(numbers)) == numbers


@given(st.lists(st.tuples(WHOLE, WHOLE)))
def test_steps_lead_back_to_the_rows(reader, rows):
    assert reader.running(steps(np.array(rows, dtype=np.int64).reshape(-1, 2)), 2) == [list(row) for row in rows]


@given(st.lists(st.text() | st.from_regex(r"\A[0-9A-Z./-]{0,20}\Z")))
def test_texts_come_back(reader, told):
    assert reader.texts(texts(told)) == told


@pytest.mark.parametrize("told", ["007", "2026-01-02", "9999999999999999999999", "٣", "0", "", "1.50 亩", "</script>0"])
def test_digits_of_all_kinds_come_back(reader, told):
    assert reader.texts(texts([told, "x", told])) == [told, "x", told]


@given(st.lists(st.lists(st.text(max_size=5), max_size=3)))
def test_lists_of_texts_come_back(reader, rows):
    assert reader.text_lists(text_lists(rows)) == rows


def test_choices_come_back(reader):
    assert reader.choices(choices(["b", "", "b", "a"])) == ["b", "", "b", "a"]


def test_small_numbers_take_one_byte_each():
    assert len(base64.b64decode(packed([63, -64, 0]))) == 3
    assert len(base64.b64decode(packed([64]))) == 2


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False) | st.integers(0, 10**9).map(lambda n: n / 1000))
def test_hundredths_have_the_digits_that_people_read(value):
    assert f"{hundredths([value])[0] / 100:.2f}" == rounded(value)
