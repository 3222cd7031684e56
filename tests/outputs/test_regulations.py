"""What `geoenforce regulations` shows of a regulation, in words, as tables and as a record."""

import pytest

from geoenforce.outputs.regulation_records import regulation_record
from geoenforce.outputs.regulations import regulation_contents, regulation_sections
from geoenforce.rules.regulation import load_regulation, regulation_ids


def rows(name, lang, title):
    [section] = [one for one in regulation_sections(load_regulation(name), lang) if one.title == title]
    return {row[0]: row[1:] for row in section.rows if row[0]}


def test_rules_stand_in_chinese_with_operator_limit_measure_roles_and_levels():
    rules = rows("jieyang-2009", "zh", "追责情形")

    assert rules["J30-2"] == [
        "第三十条第（二）项",
        "县（市、区）、乡镇（街道）",
        "诫勉谈话后逾期未纠正 ≥ 1 次",
        "记过或记大过并通报批评",
        "第一责任人、直接责任人",
    ]
    assert rules["J32-1"][3] == "警告或记过或记大过；情节严重的：降级或撤职或开除"


def test_the_two_documents_show_their_different_operators():
    jiangsu = rows("jiangsu-co-responsibility", "en", "accountability")
    order = rows("order-15-2008", "en", "accountability")

    assert jiangsu["S11-talk"][2] == "illegal-occupation ratio > 10 %"
    assert jiangsu["S11-account"][2] == "illegal-occupation ratio > 15 %"
    assert order["O3-1"][2] == "illegal-occupation ratio ≥ 15 %"


def test_what_a_rule_says_once_is_shown_once():
    sections = regulation_sections(load_regulation("criminal-2000-14"), "zh")

    assert [section.title for section in sections] == ["追责情形"]  # it has nothing else
    assert sections[0].rows[1] == ["", "", "", "基本农田以外的耕地 ≥ 10 亩，且同等数量的耕地严重毁坏或污染", "", ""]


def test_duties_show_what_limits_them():
    duties = rows("jieyang-2009", "zh", "履职时限")

    assert duties["J17-stop"] == [
        "第十七条第（一）项",
        "乡镇人民政府（街道办事处）",
        "发现",
        "责令停止",
        "2个工作日内",
        "限于：位于乡镇规划区内",
    ]
    assert duties["J17-demolish"][3:] == ["已拆除或已改正或已复耕", "10个工作日内", "免除：已改正"]
    assert duties["J21-review"][4:] == ["3日内", "可以行使，非义务"]
    assert duties["J20-police"][5] == "除外：案情重大、复杂"


@pytest.mark.parametrize("name", regulation_ids())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_code_is_left_in_what_people_read(name, lang):
    for section in regulation_sections(load_regulation(name), lang):
        words = [cell for row in section.rows for cell in row[1:]]  # the first column is the id

        assert [cell for cell in words if "_" in cell] == []


@pytest.mark.parametrize("name", regulation_ids())
def test_the_record_has_every_rule_duty_and_name(name):
    regulation = load_regulation(name)
    record = regulation_record(regulation)

    assert [rule["id"] for rule in record["rules"]] == [rule.id for rule in regulation.rules]
    assert [duty["id"] for duty in record["duties"]] == [duty.id for duty in regulation.duties]
    assert len(record["stopped_in_time"]) == len(regulation.stop_limits)
    assert set(record["names"]["declared"]) == set(regulation.names["declared"])


def test_a_record_holds_numbers_and_not_words():
    rules = {rule["id"]: rule for rule in regulation_record(load_regulation("jieyang-2009"))["rules"]}

    assert rules["J31-1"]["any_of"][2] == {
        "id": "J31-1c",
        "fact": "grave_effect",
        "is": True,
        "while": {"fact": "illegal_occupation_ratio", "operator": "less_than", "limit": 0.15, "unit": "1"},
    }


def test_a_file_in_order_is_told_what_it_contains():
    assert regulation_contents(load_regulation("order-15-2008"), "zh") == (
        "格式正确：order-15-2008，情节等级 0 级，追责规则 1 条（情形 2 种），履职时限 0 项，及时制止标准 0 项，"
        "考核指标 0 项，认定事实 1 项"
    )
