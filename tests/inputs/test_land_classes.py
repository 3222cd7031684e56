"""The table of land classes against the rule that the code follows."""

import csv
from importlib.resources import files

import pandas as pd

from geoenforce.inputs.land_classes import class_of, is_cultivated

ROWS = list(
    csv.DictReader(files("geoenforce.inputs").joinpath("land_classes.csv").read_text(encoding="utf-8").splitlines())
)


def test_the_table_and_the_prefix_agree_on_what_is_cultivated():
    codes = pd.Series([row["code"] for row in ROWS])

    assert is_cultivated(codes).to_list() == [row["is_cultivated"] == "yes" for row in ROWS]


def test_the_cultivated_classes_are_the_three_of_each_survey():
    cultivated = {row["code"]: row["name"] for row in ROWS if row["is_cultivated"] == "yes"}

    assert cultivated == {
        **{"0101": "水田", "0102": "水浇地", "0103": "旱地"},
        **{"011": "水田", "012": "水浇地", "013": "旱地"},
    }


def test_no_code_has_two_names_and_none_ends_with_a_letter():
    codes = [row["code"] for row in ROWS]

    assert len(codes) == len(set(codes))
    assert [class_of(code) for code in codes] == codes


def test_land_that_may_be_made_cultivated_again_is_not_cultivated():
    assert not is_cultivated(pd.Series(["0201K", "0301K", "0403K", "1104K"])).any()
