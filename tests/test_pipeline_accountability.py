"""The demo's run against what was planned for it: findings, duties, warnings and ratios, each worked out elsewhere."""

import csv
import json

import pandas as pd
import pytest

from geoenforce.inputs.config import load_config
from geoenforce.pipeline.reading import read_inputs
from geoenforce.pipeline.whole import assess


@pytest.fixture(scope="module")
def accountable(demo_run):
    return demo_run.results.accountability


@pytest.fixture(scope="module")
def truth(demo_folder):
    def read(name):
        return pd.read_csv(demo_folder / "truth" / f"{name}_truth.csv", dtype=str, keep_default_na=False)

    return read


def listed(text):
    return set(text.split(";")) - {""}


def test_exactly_the_planned_circumstances_are_found(accountable, truth):
    found = {
        (finding_id, reason["circumstance"]): reason
        for finding_id, because in accountable.findings["because"].items()
        for reason in json.loads(because)
    }
    planned = {(row["finding_id"], row["circumstance"]): row for row in truth("findings").to_dict("records")}

    assert set(found) == set(planned)
    for key, row in planned.items():
        assert found[key]["value"] == pytest.approx(float(row["value"]), abs=1e-6), key
        if row["evidence"]:
            assert set(found[key]["evidence"]) == listed(row["evidence"]), key
        if row["left_out"]:
            left_out = {one["case_id"] for one in found[key]["detail"]["stopped_in_time"]}
            assert left_out == listed(row["left_out"]), key


def test_every_computable_rule_is_found_somewhere(accountable):
    rules = {"J27", "J29-5", "J30-1", "J30-2", "J31-1", "J31-2", "J31-2-department", "S10-overdue", "S11-talk"}

    assert rules | {"S11-account"} <= set(accountable.findings["rule"])


def test_the_planned_duties_stand_as_planned(accountable, truth):
    days = {name: accountable.duties[name].dt.strftime("%Y-%m-%d").fillna("") for name in ("from_on", "due_on")}
    texts = {name: accountable.duties[name].fillna("") for name in ("case_id", "office")}
    duties = accountable.duties.assign(**days, **texts)
    planned = truth("duties")

    assert {"met", "met_late", "open", "overdue", "not_applicable"} == set(planned["status"])
    for row in planned.to_dict("records"):
        keys = ["regulation", "duty", "case_id", "office"]
        keys += [] if row["case_id"] else ["from_on" if row["from_on"] else "due_on"]
        (one,) = duties[(duties[keys] == [row[key] for key in keys]).all(axis=1)].to_dict("records")
        assert (one["status"], one["due_on"]) == (row["status"], row["due_on"]), row
        for days in ("days_left", "days_over"):
            assert str(one[days] if pd.notna(one[days]) else "") == row[days], row


def test_the_planned_warnings_are_given(accountable, truth):
    found = accountable.warnings.set_index(["regulation", "rule", "office", "year", "fact"])

    for row in truth("warnings").to_dict("records"):
        one = found.loc[(row["regulation"], row["rule"], row["office"], int(row["year"]), row["fact"])]
        assert one["to_go"] == pytest.approx(float(row["to_go"]), abs=1e-3), row
        assert str(one["is_close"]) == row["is_close"], row


def test_the_warnings_of_close_ones_are_no_others(accountable, truth):
    planned = {(row["rule"], row["office"], row["fact"]) for row in truth("warnings").to_dict("records")
               if row["is_close"] == "True"}  # fmt: skip

    close = accountable.warnings[accountable.warnings["is_close"]]

    assert set(close[["rule", "office", "fact"]].itertuples(index=False, name=None)) == planned


def test_ratios_agree_with_slabs(accountable, truth):
    facts = accountable.facts[accountable.facts["regulation"] == "jieyang-2009"]
    ratios = facts[facts["fact"] == "illegal_occupation_ratio"].set_index(["office", "year"])

    for row in truth("occupation").to_dict("records"):
        detail = json.loads(ratios.loc[(row["office"], int(row["year"])), "detail"])
        assert detail["illegal_mu"] == pytest.approx(float(row["illegal_mu"]), abs=2e-3)
        assert detail["taken_mu"] == pytest.approx(float(row["taken_mu"]), abs=2e-3)


def test_a_dry_run_shows_what_would_follow(accountable):
    assert accountable.would_follow["rule"].to_list() == ["J31-2"]
    assert not set(accountable.would_follow.index) & set(accountable.findings.index)


def test_the_notice_applies_only_where_a_date_is_given(demo_copy):
    config = demo_copy / "geoenforce.toml"
    text = config.read_text(encoding="utf-8")
    dated = 'in_force_from = { "jiangsu-co-responsibility" = 2013-01-01 }'
    assert dated in text
    config.write_text(text.replace(dated, ""), encoding="utf-8")

    results = assess(read_inputs(load_config(config)), load_config(config))

    assert set(results.accountability.findings["regulation"]) == {"jieyang-2009"}
    assert "regulation_without_date" in set(results.issues["problem"])


def test_files_of_accountability_are_written_and_noted(demo_run):
    made = json.loads(demo_run.files["run.json"].read_text(encoding="utf-8"))
    records = json.loads(demo_run.files["findings.json"].read_text(encoding="utf-8"))

    assert {"duties.csv", "findings.csv", "warnings.csv", "indicators.csv", "findings.json"} <= set(made["outputs"])
    assert {one["id"] for one in made["regulations"]} == {"jieyang-2009", "jiangsu-co-responsibility"}
    assert {"office", "level", "year", "regulation", "article", "item", "measure", "roles", "because"} <= set(
        records[0]
    )
    assert len(records) == len(demo_run.results.accountability.findings)


def test_no_file_names_who_recorded_a_fact(demo_folder, demo_run):
    with (demo_folder / "registers" / "认定事实登记.csv").open(encoding="gb18030", newline="") as file:
        recorders = {row["记录人"] for row in csv.DictReader(file)}

    assert recorders
    for name, path in demo_run.files.items():
        if path.suffix in (".csv", ".json", ".html"):
            text = path.read_text(encoding="utf-8-sig")
            assert not [one for one in recorders if one in text], name
