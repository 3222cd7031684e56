"""The tables for programs: every column of every CSV file is described, and JSON says the same as CSV."""

import csv
import json
import shutil

import pytest

from geoenforce.core.data_dictionary import EVERY_TABLE, dictionary_record
from geoenforce.core.tables import LAND_CODE_AREAS, PIECES
from geoenforce.outputs.json_tables import CSV_TABLES, write_json_tables


@pytest.fixture(scope="module")
def folder(demo_run, tmp_path_factory):
    """The CSV files of the demo run, with JSON beside them."""
    place = tmp_path_factory.mktemp("json")
    for name, path in demo_run.files.items():
        if name.endswith(".csv"):
            shutil.copy(path, place / name)
    write_json_tables(place)
    return place


def header(path):
    return path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")


def test_every_csv_file_of_a_run_is_a_table_of_the_dictionary(demo_run):
    files = {name.removesuffix(".csv"): path for name, path in demo_run.files.items() if name.endswith(".csv")}
    described = dictionary_record()["tables"]

    assert set(files) == set(CSV_TABLES)
    for name, path in files.items():
        told = described[CSV_TABLES[name].name]
        known = [column["name"] for column in (told["index"], *told["columns"]) if column]
        assert set(header(path)) <= set(known)


def test_names_of_tables_are_used_once():
    names = [table.name for table in EVERY_TABLE]

    assert len(names) == len(set(names))


def test_every_code_that_a_column_may_hold_has_its_names():
    codes = [set(names) for names in dictionary_record()["codes"].values()]

    for table in EVERY_TABLE:
        for column in table:
            assert any(set(column.codes) <= known for known in codes), f"{table.name}.{column.name}"


def test_a_piece_of_a_patch_does_not_bear_the_area_of_the_patch():
    for table in (PIECES, LAND_CODE_AREAS):
        assert [table.column(name).label("zh") for name in ("area_m2", "area_mu")] == ["面积（㎡）", "面积（亩）"]


def test_json_says_what_csv_says(folder):
    rows = list(csv.DictReader((folder / "cases.csv").read_text(encoding="utf-8-sig").splitlines()))
    records = json.loads((folder / "cases.json").read_text(encoding="utf-8"))

    assert [list(record) for record in records] == [header(folder / "cases.csv")] * len(rows)
    for row, record in zip(rows, records, strict=True):
        assert record["case_id"] == row["case_id"]
        assert record["basic_farmland_mu"] == float(row["basic_farmland_mu"])
        assert record["near_threshold"] is (row["near_threshold"] == "true")
        assert record["decided_by"] == (row["decided_by"] or None)


def test_what_is_json_inside_a_cell_is_json_here_too(folder):
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))

    assert all(isinstance(fact["evidence"], list) for fact in facts)
    assert not (folder / "findings.json").exists()  # the run writes its own, with the roles as lists
