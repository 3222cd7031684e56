"""Silence is no answer: what could not be examined is told."""

from geoenforce.accountability.facts import gather
from geoenforce.accountability.unexamined import not_examined, unplaced_cases
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make
from tests.accountability.situations import COUNTY, ONE, OTHER

JIEYANG = load_regulation("jieyang-2009")
GRAVE = [make.declaration("D1", ONE, "grave_effect")]


def issues(**tables):
    return not_examined(gather(make.sources(**tables), JIEYANG, as_of=make.AS_OF), JIEYANG)


def test_a_recorded_grave_effect_without_a_ratio_is_told():
    table = issues(declarations=GRAVE)

    assert table[["feature", "problem", "action"]].to_numpy().tolist() == [[ONE, "circumstance_not_examined", "noted"]]
    assert "D1" in table["detail"].iloc[0]
    assert "no record of new construction" in table["detail"].iloc[0]


def test_with_a_ratio_it_was_examined():
    low = make.occupation([{"office": ONE, "illegal_mu": 1, "taken_mu": 100}])

    assert issues(declarations=GRAVE, occupation=low).empty


def test_illegal_ground_without_a_ratio_is_told_once_for_each_unit():
    table = issues(occupation=make.occupation([{"office": ONE, "illegal_mu": 5}]))

    assert table[["feature", "problem"]].to_numpy().tolist() == [
        [COUNTY, "ratio_not_computable"], [ONE, "ratio_not_computable"]
    ]  # fmt: skip


def test_a_table_smaller_than_the_illegal_area_is_told():
    below = make.occupation(
        [{"office": ONE, "illegal_mu": 5}], cultivated_taken=[{"office": ONE, "year": 2026, "cultivated_mu": 4.0}]
    )

    details = issues(occupation=below).set_index("feature")["detail"]

    assert details[ONE].endswith("the table of cultivated land taken has less than was taken unlawfully.")
    assert OTHER not in details


def test_a_serious_case_in_no_township_is_told():
    nowhere = {**make.case("A"), "township_code": None, "township_shares": None}
    sources = make.sources(cases=[nowhere, make.case("B"), {**make.case("C", "ordinary"), "township_shares": None}])

    assert unplaced_cases(sources, JIEYANG, as_of=make.AS_OF)["feature"].to_list() == ["A"]
