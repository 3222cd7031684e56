import csv
import json
from dataclasses import replace

import pytest

from geoenforce.core.errors import TableError
from geoenforce.outputs.accountability_files import accountability_writers
from geoenforce.outputs.run_files import write_together, writers

FILES = {
    "duties.csv",
    "facts.csv",
    "findings.csv",
    "findings.json",
    "would_follow.csv",
    "warnings.csv",
    "indicators.csv",
}


@pytest.fixture(scope="module")
def folder(answered, tmp_path_factory):
    place = tmp_path_factory.mktemp("out")
    for name, write in accountability_writers(answered.accountability).items():
        write(place / name)
    return place


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_writes_them_only_where_there_is_accountability(county, answered):
    assert set(writers(answered)) - set(writers(county)) == FILES | {"accountability.xlsx"}


def test_programs_read_findings_with_every_circumstance(folder):
    found = json.loads((folder / "findings.json").read_text(encoding="utf-8"))

    assert [one["finding_id"] for one in found] == [row["finding_id"] for row in rows(folder / "findings.csv")]
    assert list(found[0]) == [
        "finding_id", "office", "office_name", "level", "year", "regulation", "article", "item", "citation", "measure",
        "or_measures", "and_measures", "if_grave", "roles", "because",
    ]  # fmt: skip
    talk, ratio = found[0], found[2]
    assert (talk["office"], talk["level"], talk["year"], talk["measure"]) == (
        "445299001",
        "township",
        2026,
        "admonishment_talk",
    )
    assert (talk["item"], talk["or_measures"]) == (None, [])
    assert talk["roles"] == ["first_responsible", "directly_responsible"]
    [reason] = talk["because"]
    assert {"fact": "especially_serious_cases", "value": 1, "operator": "at_least", "limit": 1, "unit": "case",
            "evidence": ["C2"]}.items() <= reason.items()  # fmt: skip
    assert (ratio["office_name"], ratio["because"][0]["value"]) == (None, 0.125)


def test_a_dry_run_says_so_in_every_row(folder):
    [row] = rows(folder / "would_follow.csv")

    assert (row["finding_id"], row["is_dry_run"]) == ("J30-1-445299001-2026", "true")
    assert "is_dry_run" not in rows(folder / "findings.csv")[0]


def test_a_ratio_just_short_of_its_limit_is_not_rounded_to_it(folder):
    assert rows(folder / "facts.csv")[2]["value"] == "0.1499999999"


def test_who_recorded_a_fact_is_in_no_file(folder, answers):
    for name in FILES:
        text = (folder / name).read_text(encoding="utf-8-sig")
        assert answers.RECORDER not in text
        assert "recorded_by" not in text
    assert json.loads(rows(folder / "facts.csv")[3]["detail"]) == {
        "records": [{"declaration_id": "D1", "on": "2026-04-01"}]
    }


def test_hostile_names_are_no_formulas(folder, answers):
    assert rows(folder / "findings.csv")[1]["office_name"] == f"'{answers.FORMULA_ATTACK}"


def test_missing_days_and_numbers_are_empty(folder):
    overdue = rows(folder / "duties.csv")[2]

    assert (overdue["due_on"], overdue["done_on"], overdue["days_left"], overdue["days_over"]) == (
        "2026-04-17", "", "", "74",
    )  # fmt: skip
    assert [row["month"] for row in rows(folder / "indicators.csv")] == ["", "", "5", "6", ""]


def test_a_file_that_cannot_be_written_leaves_none(answered, tmp_path):
    broken = replace(answered.accountability, warnings=answered.accountability.warnings.drop(columns="to_go"))

    with pytest.raises(TableError, match=r"The table 'warnings' .* lacks the columns \['to_go'\]"):
        write_together(accountability_writers(broken), tmp_path / "out", {}, lambda name: None)

    assert list((tmp_path / "out").iterdir()) == []


def test_the_files_are_the_same_each_time(answered, folder, tmp_path):
    for name, write in accountability_writers(answered.accountability).items():
        write(tmp_path / name)
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
