from datetime import date

import pytest

from geoenforce.core.errors import InputError
from geoenforce.outputs.documents.periods import Period


@pytest.mark.parametrize(
    ("text", "first", "last", "months"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 1),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31), 3),
        ("2026-q4", date(2026, 10, 1), date(2026, 12, 31), 3),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), 12),
    ],
)
def test_a_period_is_read_as_people_type_it(text, first, last, months):
    period = Period.parse(text)

    assert (period.first, period.last, len(period.months)) == (first, last, months)


@pytest.mark.parametrize("text", ["", "2026-3", "2026-00", "2026Q5", "March 2026", "2026-03-01", "0000"])
def test_what_is_no_period_is_refused_with_the_way_out(text):
    with pytest.raises(InputError, match="Write 2026-03, 2026Q1 or 2026"):
        Period.parse(text)


@pytest.mark.parametrize(("text", "before"), [("2026-01", "2025-12"), ("2026Q1", "2025Q4"), ("2026", "2025")])
def test_the_period_before_is_as_long(text, before):
    assert Period.parse(text).before().text == before
