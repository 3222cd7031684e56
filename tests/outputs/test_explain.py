"""Explanations of the little county, from the files that a run writes."""

import re
from dataclasses import replace
from importlib import resources

import pytest

from geoenforce.core.errors import InputError
from geoenforce.outputs.explain import explanation, explanation_text
from geoenforce.outputs.run_files import write_together, writers

MANIFEST = {
    "inputs": [
        {"path": "violations/图斑.shp", "sha256": "0123456789abcdef0123", "read": 6},
        {"path": "violations/卫片.shp", "sha256": "1123456789abcdef0123", "read": 2},
        {"path": "tracks", "sha256": "2123456789abcdef0123", "read": 900, "files": 3},
        {"path": "ledger.xlsx", "sha256": "3123456789abcdef0123"},
    ],
    "regulations": [{"id": "jieyang-2009", "number": "揭府〔2009〕56号", "last_checked_on": "2026-11-22"}],
}
TABLES = (".csv", ".json")


def write(results, folder):
    files = {name: made for name, made in writers(results).items() if name.endswith(TABLES)}
    write_together(files, folder, MANIFEST, lambda name: None)
    return folder


@pytest.fixture(scope="module")
def folder(answered, tmp_path_factory):
    return write(answered, tmp_path_factory.mktemp("out"))


def text(folder, what, lang="zh"):
    return explanation_text(explanation(folder, what), lang)


def test_a_finding_names_the_cases_that_can_still_be_stopped_in_time(folder, answers):
    record = explanation(folder, answers.TALK)
    runs = {"case_id": "C9", "stopped_on": None, "by_event": None, "from_event": "found", "from_on": "2026-06-29",
            "due_on": "2026-07-01"}  # fmt: skip
    ended = {**runs, "case_id": "C8", "stopped_on": "2026-06-30", "by_event": "demolished"}

    zh, en = (explanation_text({**record, "left_out": [ended], "time_runs": [runs]}, lang) for lang in ("zh", "en"))

    assert "未计入（已及时制止）: 1\n  C8：2026-06-30 已拆除，期限 2026-07-01（发现 2026-06-29 起算）\n" in zh
    assert "暂未计入（制止期限未满）: 1\n  C9：尚未制止，期限 2026-07-01（发现 2026-06-29 起算）\n" in zh
    assert "  C9: not stopped yet, limit 2026-07-01 (from 2026-06-29, found)\n" in en


def test_a_finding_goes_from_the_measure_to_the_files(folder, answers):
    assert text(folder, answers.TALK).splitlines() == [
        "J27-445299001-2026  诫勉谈话",
        "对象：第一责任人、直接责任人",
        "445299001 东岸镇 · 乡镇（街道）  2026 年",
        "依据：揭府〔2009〕56号 第二十七条",
        "情形：",
        "  未及时制止的情节特别严重案件 1 宗 ≥ 1 宗：C2",
        "案件: 1",
        "  C2  情节特别严重  基本农田 13.00 亩 ≥ 10 亩",
        "    图斑 V2: 基本农田 12.00 亩; 基本农田以外的耕地 8.00 亩",
        "    图斑 V3: 基本农田 1.00 亩; 其他土地 4.00 亩",
        "未计入（已及时制止）: 1",
        "  C1：2026-03-03 已制止，期限 2026-03-04（书面告知乡镇 2026-03-02 起算）",
        "数据来源:",
        "  图斑.shp  sha256 0123456789abcdef…",
        "  卫片.shp  sha256 1123456789abcdef…",
        "以上为事实和所涉条款，是否追究由有权机关决定。",
    ]


def test_the_same_finding_in_english(folder, answers):
    lines = text(folder, answers.TALK, "en").splitlines()

    assert lines[:4] == [
        "J27-445299001-2026  admonishment talk",
        "for: first responsible person, directly responsible person",
        "445299001 东岸镇 · township  2026",
        "source: 揭府〔2009〕56号 第二十七条",
    ]
    assert "  especially serious cases not stopped in time 1 ≥ 1: C2" in lines
    assert "  C1: stopped 2026-03-03, limit 2026-03-04 (from 2026-03-02, township notified in writing)" in lines


def test_programs_get_the_comparison_the_cases_and_their_patches_and_pieces(folder, answers):
    record = explanation(folder, answers.TALK)

    assert (record["kind"], record["is_dry_run"]) == ("finding", False)
    [case] = record["cases"]
    assert [one["limit_mu"] for one in case["because"]] == [10.0]
    assert [patch["violation_id"] for patch in case["patches"]] == ["V2", "V3"]
    assert [one["case_id"] for one in record["left_out"]] == ["C1"]
    ratio = explanation(folder, answers.RATIO)
    assert [piece["area_mu"] for piece in ratio["cases"][0]["pieces"]] == [6.2, 3.8]
    assert ratio["inputs"] == MANIFEST["inputs"]


def test_a_ratio_shows_both_its_parts_before_and_after_deductions(folder, answers):
    lines = text(folder, answers.RATIO).splitlines()

    assert "  违法占用耕地比例 12.50% > 10%：C1、C2" in lines
    assert "    违法占用耕地 31.00 亩 ÷ 新增建设用地占用耕地 248.00 亩（扣减前 33.00 亩 ÷ 250.00 亩）" in lines
    assert "    图斑 V1: 基本农田 6.20 亩; 基本农田以外的耕地 3.80 亩（地类 2 块）" in lines


def test_a_dry_run_says_that_nothing_of_it_has_happened(folder, answers):
    assert text(folder, answers.CRITICISM).startswith(
        "推演（如全部落实将触及，尚未发生）：\nJ30-1-445299001-2026  记过或记大过，并通报批评"
    )
    assert explanation(folder, answers.CRITICISM)["is_dry_run"]


def test_a_township_shows_findings_warnings_duties_and_cases(folder):
    lines = text(folder, "东岸镇").splitlines()

    assert lines[:4] == [
        "445299001 东岸镇 · 乡镇（街道）",
        "触及条款: 1",
        "  J27-445299001-2026  诫勉谈话 ← 揭府〔2009〕56号 第二十七条",
        "      未及时制止的情节特别严重案件 1 宗 ≥ 1 宗：C2",
    ]
    assert "  还差 1 宗 → 揭府〔2009〕56号 第三十条第（一）项 记过（未及时制止的情节特别严重案件 1 宗 < 2 宗）" in lines
    duties = lines.index("履职时限：已逾期 1、逾期履行 1、已按期履行 1")
    assert lines[duties + 1] == (
        "  已逾期 74 天  C2  东岸镇  应办：拆除  到期 2026-04-17  [揭府〔2009〕56号 第十七条第（一）项]"
    )
    assert lines[duties + 2].startswith("  逾期履行 5 天  C2  东岸镇  应办：制止  到期 2026-03-04  2026-03-09 办理")
    assert "案件: 2" in lines
    assert "  C1  情节严重  基本农田 6.20 亩 ≥ 5 亩" in lines


def test_a_township_is_found_by_its_code_too(folder):
    assert explanation(folder, "445299001") == explanation(folder, "东岸镇")


def test_a_county_shows_its_own_and_what_its_townships_have(folder):
    record = explanation(folder, "445299")
    lines = explanation_text(record, "zh").splitlines()

    assert [one["finding_id"] for one in record["findings"]] == ["S11-talk-445299-2026"]
    assert [one["finding_id"] for one in record["below"]] == ["J27-445299001-2026"]
    assert "  东岸镇  诫勉谈话 ← 揭府〔2009〕56号 第二十七条  J27-445299001-2026" in lines
    assert "  2026 查处到位率（宗数） 66.67%（2 宗 ÷ 3 宗），排名 1" in lines
    assert "案件: 3" in lines
    assert not [line for line in lines if "一般" in line]  # ordinary cases are counted, not listed
    assert explanation(folder, "示范县")["office"] == "445299"


def test_a_department_is_found_by_its_id(folder, answers):
    lines = text(folder, answers.LAND, "en").splitlines()

    assert lines[0] == f"LAND-1 {answers.FORMULA_ATTACK} · department"
    assert "      gave papers or services to a project without lawful land papers (on record: 1): D1" in lines
    assert "cases: 0" in lines


def test_an_indicator_that_cannot_be_computed_says_why(folder, answers):
    assert "  2026 查处到位率（宗数） 无法计算（本年度无案件）" in text(folder, answers.WEST).splitlines()


def test_a_case_shows_its_duties_the_overdue_first_and_what_it_leads_to(folder):
    record = explanation(folder, "V3")
    lines = explanation_text(record, "zh").splitlines()

    assert [duty["status"] for duty in record["duties"]] == ["overdue", "met_late", "open", "met"]
    duties = lines.index("履职时限：已逾期 1、逾期履行 1、履行中 1、已按期履行 1")
    assert lines[duties + 1].startswith("  已逾期 74 天  东岸镇  应办：拆除")
    assert lines[duties + 3].startswith("  履行中，剩 8 天  =cmd")
    assert "触及条款: J27-445299001-2026  东岸镇  诫勉谈话" in lines


def test_names_of_the_recorders_are_nowhere(folder, answers):
    for what in (answers.REBUKE, answers.LAND):
        assert answers.RECORDER not in str(explanation(folder, what))


def test_a_run_without_accountability_explains_townships_and_cases(county, tmp_path):
    folder = write(county, tmp_path / "out")

    assert text(folder, "东岸镇").splitlines()[:2] == ["445299001 东岸镇 · 乡镇（街道）", "案件: 2"]
    assert "duties" not in explanation(folder, "C1")
    with pytest.raises(InputError, match=r"'J27' is no case, patch or township"):
        explanation(folder, "J27")


def test_something_unknown_lists_what_there_is(folder):
    with pytest.raises(InputError, match=r"'nobody' is no case.*Cases are \[.*findings are \['J27-445299001-2026'"):
        explanation(folder, "nobody")


def test_a_name_that_several_townships_have_asks_for_the_code(county, tmp_path):
    folder = write(replace(county, cases=county.cases.assign(township_name="同名镇")), tmp_path / "out")

    with pytest.raises(InputError, match=r"'同名镇' is the name of \['445299001', '445299002'\]; give the code"):
        explanation(folder, "同名镇")


def test_a_regulation_that_was_moved_leaves_its_codes_unnamed(answered, tmp_path, answers):
    folder = write(answered, tmp_path / "out")
    record = explanation(folder, answers.REBUKE) | {"regulations": [{"id": "jieyang-2009", "file": "gone.toml"}]}

    assert "  served_without_papers（已登记 1 条）：D1" in explanation_text(record, "zh").splitlines()


def test_a_regulation_of_ones_own_is_found_above_the_results(answered, tmp_path, answers):
    shipped = (resources.files("geoenforce.rules") / "jieyang_2009.toml").read_text(encoding="utf-8")
    own = re.sub(r"(\[declared\.served_without_papers\]\nzh = ).*", r'\1"自定名称"', shipped)
    (tmp_path / "mine.toml").write_text(own, encoding="utf-8")
    folder = write(answered, tmp_path / "results" / "2026")
    record = explanation(folder, answers.REBUKE) | {"regulations": [{"id": "jieyang-2009", "file": "mine.toml"}]}

    assert "  自定名称（已登记 1 条）：D1" in explanation_text(record, "zh").splitlines()


def test_patches_are_traced_to_the_rows_of_their_files(answered, tmp_path, answers):
    violations = answered.violations.assign(
        source_file=["/home/a/violations/卫片.shp", *["/home/a/violations/图斑.shp"] * 5]
    )
    results = replace(answered, violations=violations)
    folder = write(results, tmp_path / "out")
    writers(results)["results.gpkg"](folder / "results.gpkg")

    record = explanation(folder, answers.TALK)

    assert [(patch["source_file"], patch["row"]) for patch in record["cases"][0]["patches"]] == [
        ("violations/图斑.shp", 2),
        ("violations/图斑.shp", 3),
    ]
    lines = explanation_text(record, "zh").splitlines()
    assert "    图斑 V3: 基本农田 1.00 亩; 其他土地 4.00 亩  ← 图斑.shp 第 3 行" in lines
    files = lines[lines.index("数据来源:") + 1 : -1]
    assert files == ["  图斑.shp  sha256 0123456789abcdef…"]  # no patch of it is in the other file; patrols say nothing
