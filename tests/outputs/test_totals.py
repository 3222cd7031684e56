from geoenforce.core.tables import check
from geoenforce.outputs.totals import TOWNSHIP_TOTALS, township_totals


def test_each_township_has_its_confirmed_cases_and_their_areas(county):
    totals = township_totals(county.townships, county.cases)

    east = totals.loc["445299001"]
    assert (east["cases"], east["ordinary"], east["serious"], east["especially_serious"]) == (2, 0, 1, 1)
    assert east["basic_farmland_mu"] == 6.2 + 13.0
    assert east["worst_severity"] == "especially_serious"
    west = totals.loc["445299002"]
    assert (west["cases"], west["near_threshold"], west["worst_severity"]) == (1, 1, "ordinary")


def test_a_suspected_case_outside_all_townships_is_kept_and_counted_apart(county):
    totals = township_totals(county.townships, county.cases)

    lost = totals.loc[""]
    assert (lost["cases"], lost["suspected"], lost["other_mu"]) == (0, 1, 0.0)


def test_a_township_without_cases_has_a_row_of_zeros(county):
    totals = township_totals(county.townships, county.cases.iloc[:0])

    assert totals["cases"].to_list() == [0, 0]
    assert totals["worst_severity"].isna().all()


def test_the_totals_are_the_table_that_is_declared(county):
    check(township_totals(county.townships, county.cases), TOWNSHIP_TOTALS)
    check(township_totals(county.townships, county.cases.iloc[:0]), TOWNSHIP_TOTALS)


def test_the_cases_are_not_changed(county):
    before = county.cases.copy()

    township_totals(county.townships, county.cases)

    assert county.cases.equals(before)
