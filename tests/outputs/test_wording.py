import pandas as pd
import pytest

from geoenforce.core.errors import InputError
from geoenforce.outputs.wording import comparison_in_words, deciding_comparisons, in_words, rounded


@pytest.mark.parametrize(("value", "text"), [(1.005, "1.01"), (0.125, "0.13"), (12, "12.00"), (1e-7, "0.00")])
def test_halves_are_rounded_up_as_written(value, text):
    assert rounded(value) == text


def comparison(area, operator="at_least", limit=5.0, *, holds):
    return {
        "land_class": "basic_farmland", "area_mu": area, "operator": operator, "limit_mu": limit, "holds": holds,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (comparison(6.2, holds=True), "基本农田 6.20 亩 ≥ 5 亩"),
        (comparison(5.0, holds=True), "基本农田 5.00 亩 ≥ 5 亩"),
        (comparison(4.99, holds=False), "基本农田 4.99 亩 < 5 亩"),
        (comparison(4.996, holds=False), "基本农田 4.9960 亩 < 5 亩"),
        (comparison(5.004, "more_than", holds=True), "基本农田 5.0040 亩 > 5 亩"),
        (comparison(5.0, "more_than", holds=False), "基本农田 5.00 亩 ≤ 5 亩"),
        (comparison(3.0, "less_than", 2.5, holds=False), "基本农田 3.00 亩 ≥ 2.5 亩"),
    ],
)
def test_what_is_shown_is_true_also_after_rounding(row, text):
    assert comparison_in_words(row) == text


def test_every_case_says_what_decided_or_came_nearest(county, attacks):
    words = deciding_comparisons(county.cases, county.comparisons)

    assert words.to_dict() == {
        "C1": "基本农田 6.20 亩 ≥ 5 亩",
        "C2": "基本农田 13.00 亩 ≥ 10 亩",
        attacks.IMAGE_ATTACK: "各地类均未达到标准；最接近：基本农田以外的耕地 9.9960 亩 < 10 亩",
        attacks.FORMULA_ATTACK: "各地类均未达到标准；最接近：其他土地 7.50 亩 < 20 亩",
    }


def test_a_case_of_approved_ground_only_has_nothing_counted(county):
    none = county.comparisons.assign(area_mu=0.0, holds=False)
    cases = county.cases.assign(severity="ordinary", decided_by=None)

    assert set(deciding_comparisons(cases, none, "en")) == {"No ground is counted"}


def test_no_cases_give_no_words(county):
    assert deciding_comparisons(county.cases.iloc[:0], county.comparisons.iloc[:0]).empty


def test_an_unknown_code_is_refused_and_a_missing_one_is_empty():
    assert in_words("decided_by", pd.NA, "zh") == ""
    with pytest.raises(InputError, match="no Severity 'grave'"):
        in_words("severity", "grave", "zh")
