import pytest

from geoenforce.outputs.accountability_words import Wording, compared, reason_in_words, to_go_in_words
from geoenforce.outputs.duty_words import duty_line, remark

RATIO = {"fact": "illegal_occupation_ratio", "operator": "at_least", "limit": 0.15, "unit": "1"}
ZH, EN = Wording({}, "zh"), Wording({}, "en")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.15, "15.00% ≥ 15%"),
        (0.1499, "14.99% < 15%"),
        (0.149996, "14.9996% < 15%"),
        (0.14999999, "14.999999% < 15%"),
        (0.14999999999999, "14.999999999999% < 15%"),
        (0.2, "20.00% ≥ 15%"),
    ],
)
def test_a_ratio_never_reads_as_the_opposite_of_what_is_true(value, said):
    assert compared({**RATIO, "value": value}, "zh") == said


def test_areas_are_compared_in_mu():
    area = {"value": 9.996, "operator": "at_least", "limit": 10, "unit": "mu"}

    assert compared(area, "zh") == "9.9960 亩 < 10 亩"
    assert compared({**area, "value": 10.0}, "en") == "10.00 mu ≥ 10 mu"


def test_a_second_condition_is_said_with_the_first():
    recorded = {"fact": "grave_effect", "value": 1, "operator": None, "limit": None, "unit": "record"}
    both = {**recorded, "while": {**RATIO, "operator": "less_than", "value": 0.12}}
    names = {"mine": {"declared": {"grave_effect": ("造成恶劣影响", "grave effect")}}}

    assert reason_in_words(both, Wording(names, "zh"), "mine") == (
        "造成恶劣影响（已登记 1 条），且违法占用耕地比例 12.00% < 15%"
    )
    assert reason_in_words(both, Wording(names, "en"), "mine") == (
        "grave effect (on record: 1), while illegal-occupation ratio 12.00% < 15%"
    )


def test_a_count_of_records_with_a_limit_is_a_comparison():
    twice = {"fact": "served", "value": 2, "operator": "at_least", "limit": 2, "unit": "record"}

    assert reason_in_words(twice, ZH) == "served 2 条 ≥ 2 条"


@pytest.mark.parametrize(
    ("to_go", "unit", "operator", "zh", "en"),
    [
        (1.0, "case", "at_least", "还差 1 宗", "1 case to go"),
        (1.0, "measure", "at_least", "还差 1 次", "1 measure to go"),
        # rounded up: 5.88 mu would not be enough
        (5.8824, "mu", "at_least", "再占耕地 5.89 亩", "5.89 mu more of cultivated land"),
        (0.0001, "mu", "at_least", "再占耕地 0.01 亩", "0.01 mu more of cultivated land"),
        (0.0, "mu", "more_than", "再占耕地超过 0.00 亩", "more than 0.00 mu more of cultivated land"),
    ],
)
def test_what_is_left_would_bring_the_article(to_go, unit, operator, zh, en):
    warning = {"to_go": to_go, "to_go_unit": unit, "operator": operator}

    assert (to_go_in_words(warning, "zh"), to_go_in_words(warning, "en")) == (zh, en)


def test_what_is_left_stands_beside_the_cases_that_can_still_be_stopped():
    warning = {"to_go": 1.0, "to_go_unit": "case", "operator": "at_least", "time_runs": 2}

    assert to_go_in_words(warning, "zh") == "还差 1 宗（另有 2 宗尚可及时制止）"
    assert to_go_in_words(warning, "en") == "1 case to go (2 more can still be stopped in time)"
    for nothing in (0, None, float("nan")):
        assert "(" not in to_go_in_words({**warning, "time_runs": nothing}, "en")


DUTY = {
    "regulation": "", "status": "met", "days_over": None, "days_left": None, "due_on": None, "done_on": "2026-03-05",
    "do_event": "stop_ordered;notified", "office_name": None, "office": "gas", "actor": "gas", "case_id": "C2",
    "citation": "第十六条", "waited": "3 d", "reason": "went_on",
}  # fmt: skip


def test_a_duty_without_a_limit_says_how_long_it_took():
    assert duty_line(DUTY, ZH, with_case=True) == (
        "已按期履行  C2  供气部门  应办：责令停止、书面告知乡镇  2026-03-05 办理  用时 3 天  制止后又继续违法  [第十六条]"
    )
    assert (
        "gas supplier  to do: stop order issued, township notified in writing  done 2026-03-05  took 3 d"
        in duty_line(DUTY, EN)
    )


def test_a_remark_that_is_no_code_is_shown_as_it_is():
    assert remark({**DUTY, "reason": "see the file"}, ZH) == "see the file"
    assert remark({**DUTY, "reason": "excused:暴雨"}, EN) == "excused: 暴雨"
