"""The whole way over the demo county, against its ground truth; and that nothing is half-written."""

import json
import zipfile
from datetime import date

import numpy as np
import pandas as pd
import pyogrio
import pytest

from geoenforce.core.errors import ConfigError, CrsError, InputError, TableError
from geoenforce.core.terms import Ridge
from geoenforce.inputs.config import load_config
from geoenforce.outputs.run_files import sha256
from geoenforce.pipeline import run, steps
from geoenforce.pipeline.reading import read_inputs
from geoenforce.pipeline.whole import assess


def changed(folder, section, **changes):
    """A project's configuration with other words in one section."""
    config = load_config(folder)
    return config.model_copy(update={section: getattr(config, section).model_copy(update=changes)})


def truth(folder, name, index):
    return pd.read_csv(folder / "truth" / f"{name}.csv", dtype={index: str, "township_code": str}).set_index(index)


def test_every_area_equals_the_ground_truth(demo_folder, demo_run):
    """The truth comes from the slab method of the demo, which shares no code with the overlay."""
    expected = truth(demo_folder, "areas", "violation_id")

    found = demo_run.results.areas.loc[expected.index, expected.columns]

    assert len(expected) == 60
    assert len(demo_run.results.areas) == 60
    allowed = 0.01 + 1e-7 * expected["area_m2"]
    assert ((found - expected).abs().max(axis=1) <= allowed).all()


def test_every_grade_township_and_deciding_class_is_as_planted(demo_folder, demo_run):
    expected = truth(demo_folder, "cases", "case_id")

    found = demo_run.results.cases

    assert sorted(found.index) == sorted(expected.index)
    for column in ("severity", "township_code", "status"):
        assert found[column].reindex(expected.index).to_list() == expected[column].to_list()
    assert (
        found["decided_by"].reindex(expected.index).fillna("").to_list() == expected["decided_by"].fillna("").to_list()
    )


def test_the_demo_shows_every_grade_by_every_class_and_the_boundary(demo_run):
    cases = demo_run.results.cases
    confirmed = cases[cases["status"] == "confirmed"]

    assert set(zip(confirmed["severity"], confirmed["decided_by"].fillna(""), strict=True)) >= {
        (severity, land_class)
        for severity in ("serious", "especially_serious")
        for land_class in ("basic_farmland", "other_cultivated", "other")
    } | {("ordinary", "")}
    assert confirmed["near_threshold"].any()
    assert (cases["status"] == "suspected").any()
    assert (demo_run.results.areas["approved_mu"] > 0).any()
    assert (demo_run.results.areas["approved_afterwards_mu"] > 0).any()


def test_pieces_add_up_to_the_areas(demo_run):
    pieces, areas = demo_run.results.pieces, demo_run.results.areas

    sums = pieces.pivot_table(index="violation_id", columns="land_class", values="area_m2", aggfunc="sum", fill_value=0)

    for land_class in sums:
        assert np.abs(sums[land_class] - areas[f"{land_class}_m2"].reindex(sums.index)).max() < 1e-3
    assert pieces.loc[pieces["land_class"] == "other_cultivated", "land_code"].str.startswith("01").all()


def test_all_files_of_the_contract_are_there(demo_folder, demo_run):
    names = {"areas.csv", "cases.csv", "comparisons.csv", "pieces.csv", "parties.csv", "issues.csv", "cases.xlsx", "results.gpkg",
             "rejects.gpkg", "map.html", "run.json", "patrol_days.csv", "patrol_rates.csv", "trips.csv", "coverage.csv",
             "unseen.csv", "ledger_reconciliation.csv", "integrity.csv", "patrols.xlsx",
             "duties.csv", "facts.csv", "findings.csv", "findings.json", "would_follow.csv", "warnings.csv",
             "indicators.csv", "accountability.xlsx",
             *(f"{report}_report.{kind}" for report in ("accountability", "patrol") for kind in ("docx", "html", "pdf", "xlsx"))}  # fmt: skip

    grave = truth(demo_folder, "cases", "case_id").query("severity != 'ordinary'").index
    names |= {f"evidence/{case_id}.html" for case_id in grave}
    out = demo_folder / "out"

    assert set(demo_run.files) == names
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == names
    header = (demo_folder / "out" / "areas.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert header[:6] == [
        "violation_id",
        "area_m2",
        "approved_mu",
        "basic_farmland_mu",
        "other_cultivated_mu",
        "other_mu",
    ]
    header = (demo_folder / "out" / "cases.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert {"case_id", "township_code", "year", "severity", "decided_by", "near_threshold", "area_m2"} <= set(header)
    assert "party" not in header  # personal data


def party_names(folder):
    names = pd.concat(
        [pyogrio.read_dataframe(folder / "violations" / "卫片图斑.shp", encoding="GB18030")["YDDW"],
         pd.read_excel(folder / "violations" / "巡查发现.xlsx")["当事人"]]
    )  # fmt: skip
    return sorted(set(names.dropna()))


def test_parties_are_named_only_where_it_was_asked_for(demo_folder, demo_run, small_project):
    names = party_names(demo_folder)
    assert names

    for path in demo_run.files.values():
        content = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                content = b"".join(book.read(part) for part in book.namelist())
        assert not any(name.encode() in content for name in names), path.name
    named = run(changed(small_project, "project", with_personal_data=True))
    assert "当事人甲" in named.files["parties.csv"].read_text(encoding="utf-8-sig")


def test_a_party_with_several_ordinary_cases_may_reach_a_grade_together(demo_run):
    parties = demo_run.results.parties

    several = parties[(parties["cases"] > 1) & (parties["severity"] != "ordinary")]
    assert len(several)
    grades = demo_run.results.cases["severity"]
    assert any((grades[ids.split("; ")] == "ordinary").all() for ids in several["case_ids"])


def test_run_json_names_inputs_with_hashes_and_counts_and_outputs_with_hashes(demo_folder, demo_run):
    record = json.loads(demo_run.files["run.json"].read_text(encoding="utf-8"))

    assert len(record["inputs"]) == 20
    for source in record["inputs"]:
        assert len(source["sha256"]) == 64
    for source in record["inputs"][:9]:
        assert source["accepted"] + source["repaired"] + source["rejected"] == source["read"] > 0
        assert len(source["sha256"]) == 64
        assert (demo_folder / source["path"]).exists()
        assert not source["path"].startswith("/")
    for name, digest in record["outputs"].items():
        assert sha256(demo_folder / "out" / name) == digest
    assert record["regulations"][0]["id"] == "jieyang-2009"
    assert record["options"]["ridge"] == "gross"
    assert record["versions"]["geoenforce"]


def test_results_are_in_the_projects_coordinate_system(demo_run):
    layers = dict(pyogrio.list_layers(demo_run.files["results.gpkg"]))

    assert {"townships", "violations", "cases", "pieces"} <= set(layers)
    assert pyogrio.read_info(demo_run.files["results.gpkg"], layer="violations")["crs"] == "EPSG:4527"


def test_each_step_is_announced_as_often_as_promised(demo_folder, demo_announced):
    assert len(demo_announced[1]) == steps(load_config(demo_folder))


def test_field_ridges_are_deducted_where_the_configuration_says_so(demo_folder, demo_run):
    config = changed(demo_folder, "grading", ridge=Ridge.NET).model_copy(update={"tracks": ()})
    net = assess(read_inputs(config), config)

    gross = demo_run.results
    cultivated = ["basic_farmland_mu", "other_cultivated_mu"]
    assert (net.areas[cultivated] <= gross.areas[cultivated] + 1e-9).all(axis=None)
    assert net.areas[cultivated].sum().sum() < gross.areas[cultivated].sum().sum()
    assert net.areas["area_m2"].to_list() == gross.areas["area_m2"].to_list()
    pieces = gross.pieces.assign(ridge=lambda table: table["area_m2"] - table["net_area_m2"])
    deducted = gross.areas[cultivated].sum().sum() - net.areas[cultivated].sum().sum()
    assert deducted == pytest.approx(pieces["ridge"].sum() * 3 / 2000, abs=1e-6)
    assert net.cases["area_m2"].sum() == pytest.approx(gross.cases["area_m2"].sum(), abs=1e-3)


def test_an_error_writes_nothing_and_leaves_the_last_results(small_project):
    run(small_project)
    before = {path.name: path.read_bytes() for path in (small_project / "out").iterdir()}
    (small_project / "dltb.gpkg").unlink()

    with pytest.raises(InputError, match=r"dltb\.gpkg"):
        run(small_project)

    assert "map.html" in before
    assert {path.name: path.read_bytes() for path in (small_project / "out").iterdir()} == before


def test_a_failure_while_writing_leaves_no_partial_files(small_project, monkeypatch):
    def fail(*_, **__):
        message = "the disk is full"
        raise InputError(message)

    monkeypatch.setattr("geoenforce.outputs.run_files.write_map", fail)

    with pytest.raises(InputError, match="disk is full"):
        run(small_project)

    assert list((small_project / "out").iterdir()) == []


def test_the_same_violations_in_two_files_are_refused_with_the_files(small_project):
    config = load_config(small_project)
    twice = config.model_copy(update={"violations": (*config.violations, config.violations[0])})

    with pytest.raises(TableError, match=r"stand in more than one of the files .*tb"):
        run(twice)


def test_a_violation_before_the_first_layer_stops_the_run_with_the_dates(small_project):
    config = load_config(small_project)
    late = tuple(source.model_copy(update={"effective_from": date(2026, 4, 1)}) for source in config.cultivated)

    with pytest.raises(TableError, match=r"No cultivated land layer is in force .*2026-04-01.*before_first_layer"):
        run(config.model_copy(update={"cultivated": late}))


def test_results_in_an_old_datum_are_refused(small_project):
    with pytest.raises(CrsError, match="only CGCS2000 and WGS 84"):
        run(changed(small_project, "project", crs="EPSG:2384"))


def test_a_missing_configuration_is_answered_with_the_way_to_one(tmp_path):
    with pytest.raises(ConfigError, match="geoenforce init DIR"):
        run(tmp_path)
