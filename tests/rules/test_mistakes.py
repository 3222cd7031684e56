"""One broken file per mistake that rules, duties and the rest can have, with the words that name it."""

import copy
import re
import tomllib
from decimal import Decimal

import pytest

from geoenforce.core.errors import RegulationError
from geoenforce.core.terms import Operator
from geoenforce.rules.articles import Period
from geoenforce.rules.check import problems
from geoenforce.rules.regulation import load_regulation, read_regulation

THIRD_CITY = """
id = "third-city"
title = "某某市土地管理责任办法"
number = "某府〔2024〕1号"
level = "prefecture"
place = "9901"
in_force_from = 2024-03-01
last_checked_on = 2026-06-30

[declared.shielding]
zh = "包庇违法行为"
en = "shielded a violation"

[declared.inside_old_town]
zh = "位于旧城区"
en = "inside the old town"

[measures.letter]
zh = "提醒函"
en = "reminder letter"

[roles.village_head]
zh = "村主任"
en = "village head"

[events.hearing]
zh = "听证"
en = "hearing"

[actors.market_regulator]
zh = "市场监管部门"
en = "market regulator"

[[stopped_in_time]]
level = "township"
from = "found"
within = { days = 5 }

[[rules]]
id = "T7"
article = "第七条"
item = "（二）"
says = "A letter over more than two serious cases."
levels = ["township"]
measure = "letter"
or_measures = ["interview"]
roles = ["village_head"]
any_of = [
    { id = "T7-cases", fact = "all_serious_cases", more_than = 2, unit = "case" },
    { id = "T7-shielding", fact = "shielding", at_least = 2, unit = "record" },
]

[[rules]]
id = "T8"
article = "第八条之一"
says = "An interview over two letters, or shielding while a fifth is taken."
levels = ["county", "township"]
measure = "interview"
roles = ["unit"]
any_of = [
    { id = "T8-letters", fact = "letter_received", at_least = 2, unit = "measure" },
    { id = "T8", fact = "shielding", is = true, while = { fact = "illegal_occupation_ratio", at_least = 0.2, unit = "1" } },
]

[[duties]]
id = "T9"
article = "第九条"
says = "A hearing within three days."
actors = ["market_regulator"]
per = "case"
from = "found"
do = ["hearing"]
within = { days = 3 }
except_if = "inside_old_town"

[[indicators]]
id = "duties_met_share"
article = "第十条"
says = "Duties met in time."
better = "higher"
levels = ["county"]
"""


def written(tmp_path, text):
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_third_city_takes_one_file_and_no_python(tmp_path):
    city = load_regulation(str(written(tmp_path, THIRD_CITY)))

    first, second = city.rules
    assert (first.place, first.measure, first.or_measures, first.roles) == (
        "第七条第（二）项", "letter", ("interview",), ("village_head",),
    )  # fmt: skip
    assert first.any_of[0].condition.limit.operator is Operator.MORE_THAN
    assert second.any_of[0].condition.fact == "letter_received"
    assert second.any_of[1].while_.limit.value == Decimal("0.2")
    assert city.duties[0].within == Period("days", 3)
    assert city.stop_limits[0].within == Period("days", 5)
    assert city.indicators[0].levels == ("county",)
    assert city.grades == ()


def test_codes_have_the_names_of_the_file_then_the_built_in_ones_then_themselves(tmp_path):
    city = read_regulation(written(tmp_path, THIRD_CITY))

    assert city.name_of("measure", "letter", "zh") == "提醒函"
    assert city.name_of("role", "village_head", "en") == "village head"
    assert city.name_of("event", "hearing", "zh") == "听证"
    assert city.name_of("actor", "market_regulator", "en") == "market regulator"
    assert city.name_of("declared", "shielding", "zh") == "包庇违法行为"
    assert city.name_of("measure", "interview", "zh") == "约谈"
    assert city.name_of("level", "county", "en") == "county"
    assert city.name_of("declared", "letter_received", "zh") == "受提醒函"
    assert city.name_of("declared", "illegal_occupation_ratio", "zh") == "违法占用耕地比例"
    assert city.name_of("measure", "unheard_of", "zh") == "unheard_of"


def test_a_changed_file_is_read_anew(tmp_path):
    path = written(tmp_path, THIRD_CITY)
    before = load_regulation(str(path)).rules[0].any_of[0].condition.limit.value
    written(tmp_path, THIRD_CITY.replace("more_than = 2", "more_than = 4"))

    assert (before, load_regulation(str(path)).rules[0].any_of[0].condition.limit.value) == (2, 4)


T7 = r"^city\.toml: rules\[0\] \(T7\)"
T8 = r"^city\.toml: rules\[1\] \(T8\)"
T9 = r"^city\.toml: duties\[0\] \(T9\)"
CASES = 'fact = "all_serious_cases", more_than = 2, unit = "case"'
RATIO = 'fact = "illegal_occupation_ratio", at_least = 0.2, unit = "1"'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        # keys
        ('measure = "letter"', 'mesure = "letter"', T7 + r"\.mesure: unknown key; allowed are \['id', 'article', 'item'"),
        ('measure = "letter"', "", T7 + r": lacks \['measure'\]"),
        ('from = "found"\ndo', "do", T9 + r": lacks \['from'\]"),
        ("is = true, while", "is = true, whiles", T8 + r"\.any_of\[1\] \(T8\)\.whiles: unknown key; allowed are \['id'"),
        ('zh = "听证"', "", r"events\.hearing: lacks \['zh'\]"),
        ('zh = "听证"', 'zh = ""', r"events\.hearing\.zh: must be text, but is ''"),
        ('better = "higher"', 'better = "up"', r"indicators\[0\] .*\.better: there is no way 'up'; known are \['lower'"),
        # comparisons
        (CASES, CASES.replace("more_than", "morethan"), T7 + r"\.any_of\[0\] \(T7-cases\)\.morethan: unknown key; allowed"),
        (CASES, CASES.replace("more_than = 2, ", ""), T7 + r"\.any_of\[0\] \(T7-cases\): a limit needs exactly one of"),
        (CASES, CASES.replace("more_than = 2", "more_than = 2, at_least = 3"), "a limit needs exactly one of 'at_least'"),
        (CASES, CASES.replace('"case"', '"mu"'), r"\(T7-cases\): the limit must be in 'case', but its unit is 'mu'"),
        (RATIO, RATIO.replace('unit = "1"', 'unit = "%"'), r"\.while: the limit must be in '1', but its unit is '%'"),
        (RATIO, RATIO.replace("0.2", "20"), r"\.while: the limit is a share from 0 to 1 \(15 % is 0\.15\), but is 20"),
        (RATIO, RATIO.replace("0.2", "nan"), "the limit must be a number from 0, but is Decimal"),
        (CASES, CASES.replace("2", "2.5"), r"the limit counts whole cases, but is 2\.5"),
        ("at_least = 2, unit = \"measure\"", 'at_least = 2, unit = "case"', "must be in 'measure', but its unit is 'case'"),
        ('at_least = 2, unit = "record"', 'at_least = 2, unit = "case"', "must be in 'record', but its unit is 'case'"),
        (CASES, 'fact = "all_serious_cases", is = true', r"\.is: 'all_serious_cases' is computed and needs a limit in 'case'"),
        ("is = true, while", "is = false, while", r"\.is: can only be true .*, but is False"),
        ("is = true, while", "while", "'shielding' is a declared fact and needs 'is = true', or a limit in 'record'"),
        ('at_least = 2, unit = "record"', 'at_least = 2, unit = "record", is = true', "needs either 'is = true' or a limit"),
        # codes
        ("all_serious_cases", "all_serious_case", r"there is no fact 'all_serious_case'; did you mean 'all_serious_cases'\?"),
        ('fact = "shielding", is', 'fact = "shielded", is', r"no fact 'shielded'; did you mean 'shielding'\? Known are \['shield"),
        ('levels = ["township"]', 'levels = ["village"]', T7 + r"\.levels\[0\]: there is no level 'village'; known are"),
        ('levels = ["township"]', "levels = []", T7 + r"\.levels: must name at least one level"),
        ('levels = ["township"]', 'levels = "township"', T7 + r"\.levels: must name at least one level, .* but is 'township'"),
        ('["county", "township"]', '["county", "county"]', T8 + r"\.levels: has 'county' more than once"),
        ('measure = "letter"', 'measure = "leter"', T7 + r"\.measure: there is no measure 'leter'; did you mean 'letter'"),
        ('or_measures = ["interview"]', 'or_measures = ["view"]', T7 + r"\.or_measures\[0\]: there is no measure 'view'"),
        ('roles = ["unit"]', 'roles = ["mayor"]', T8 + r"\.roles\[0\]: there is no role 'mayor'; known are"),
        ('do = ["hearing"]', 'do = ["heard"]', T9 + r"\.do\[0\]: there is no event 'heard'; did you mean 'hearing'"),
        ('from = "found"\ndo', 'from = "seen"\ndo', T9 + r"\.from: there is no event 'seen'"),
        ('actors = ["market_regulator"]', 'actors = ["market"]', T9 + r"\.actors\[0\]: there is no actor 'market'"),
        ('per = "case"', 'per = "week"', T9 + r"\.per: there is no way to count 'week'; known are \['case', 'working_day'"),
        ('except_if = "inside_old_town"', 'except_if = "old"', T9 + r"\.except_if: there is no declared 'old'"),
        ('level = "township"', 'level = "town"', r"stopped_in_time\[0\]\.level: there is no level 'town'"),
        ('id = "duties_met_share"', 'id = "duties"', r"indicators\[0\] \(duties\)\.id: there is no indicator 'duties'"),
        ('level = "prefecture"', 'level = "city"', r"level: there is no level of a document 'city'; .* Known are \['national'"),
        # declarations
        ('except_if = "inside_old_town"', "", r"declared\.inside_old_town: is used by no rule and no duty of this file"),
        ("[measures.letter]", "[measures.demerit]", r"measures\.demerit: is built in already"),
        ("[declared.shielding]", "[declared.serious_cases]", r"declared\.serious_cases: is built in already"),
        # articles and ids
        ('"第七条"', '"Art. 7"', T7 + r"\.article: must be an article as printed, such as '第三十条'.*, but is 'Art\. 7'"),
        ('"第七条"', '"第7条"', T7 + r"\.article: must be an article as printed"),
        ('"第七条"', '"（七）"', T7 + r"\.article: '（七）' is the form of an item; other articles of this file read 第…条"),
        ('"（二）"', '"二"', T7 + r"\.item: must be an item as printed, such as '（一）', but is '二'"),
        ('"（二）"', '"(二)"', T7 + r"\.item: must be an item as printed"),
        ('id = "T8"\n', 'id = "T7"\n', r"rules\[1\] \(T7\): the id 'T7' is used more than once; first in rules\[0\] \(T7\)"),
        ('id = "T9"\n', 'id = "T7"\n', r"duties\[0\] \(T7\): the id 'T7' is used more than once"),
        ("T8-letters", "T7-cases", r"rules\[1\] \(T8\)\.any_of\[0\] \(T7-cases\): the id 'T7-cases' is used more than once"),
        ("T8-letters", "T8", r"\.any_of\[1\] \(T8\): the id 'T8' is used more than once; first in rules\[1\] \(T8\)\.any_of\[0\]"),
        ("T7-shielding", "T9", r"any_of\[1\] \(T9\): the id 'T9' is used more than once; first in duties\[0\] \(T9\)"),
        ('id = "T8"\n', 'id = "T 8"\n', r"\.id: must be an id without spaces, such as 'J30-1', but is 'T 8'"),
        # periods
        ("{ days = 3 }", "{ weeks = 1 }", T9 + r"\.within: must be a period such as \{ working_days = 2 \}, .* but is"),
        ("{ days = 3 }", "{ days = 0 }", T9 + r"\.within: must be a period"),
        ("{ days = 3 }", "{ days = 3, years = 1 }", T9 + r"\.within: must be a period"),
        ("{ days = 3 }", '"soon"', T9 + r"\.within: must be a period .* or one of \['same_day', .* but is 'soon'"),
        ("{ days = 3 }", '"end_of_month"', T9 + r"\.within: 'end_of_month' is for a duty of each month"),
        ('per = "case"', 'per = "month"', T9 + r"\.within: a duty of each month must be done within 'end_of_month'"),
        ("{ days = 5 }", '"promptly"', r"stopped_in_time\[0\]\.within: needs a number of days"),
        # levels that have no such fact
        ('levels = ["township"]', 'levels = ["case"]', r"'all_serious_cases' is not known of the levels \['case'\]"),
        ("illegal_occupation_ratio", "basic_farmland_mu", r"\.while: 'basic_farmland_mu' is not known of the levels \['county'"),
        # shapes
        ('says = "Duties met in time."', "says = 7", r"indicators\[0\] \(duties_met_share\)\.says: must be text, but is 7"),
        ("in_force_from = 2024-03-01", "in_force_from = 2024-03-01\nin_force_to = 2024-02-28", "2024-02-28 is before in_force"),
        ("[events.hearing]", "[events]\nhearing = 7\n[actors.x]", r"events\.hearing: must be a table of \['zh', 'en'\], but is 7"),
        ('except_if = "inside_old_town"', 'is_option = "yes"', T9 + r"\.is_option: must be true or false, but is 'yes'"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_place(tmp_path, old, new, words):
    assert THIRD_CITY.count(old) >= 1

    with pytest.raises(RegulationError) as error:
        read_regulation(written(tmp_path, THIRD_CITY.replace(old, new, 1)))

    assert re.search(words, str(error.value), re.MULTILINE), str(error.value)


@pytest.mark.parametrize("section", ["rules", "duties", "indicators", "stopped_in_time", "declared", "severity"])
def test_a_section_of_the_wrong_kind_is_named(tmp_path, section):
    minimal = THIRD_CITY.split("[declared.shielding]")[0]

    with pytest.raises(RegulationError, match=rf"{section}: must be .*, but is 7"):
        read_regulation(written(tmp_path, f"{minimal}\n{section} = 7\n"))


def test_a_rule_without_circumstances_is_refused():
    data = tomllib.loads(THIRD_CITY)
    data["rules"][0]["any_of"] = []

    assert "rules[0] (T7).any_of: must hold at least one circumstance." in problems(data)


def test_all_mistakes_of_a_file_are_told_in_one_go(tmp_path):
    broken = THIRD_CITY.replace("all_serious_cases", "cases", 1).replace('roles = ["unit"]', "", 1)
    broken = broken.replace("{ days = 3 }", '"soon"').replace('id = "duties_met_share"', 'id = "T9"')

    with pytest.raises(RegulationError) as error:
        read_regulation(written(tmp_path, broken))

    places = [line.split(": ")[1] for line in str(error.value).splitlines()]
    assert places == [
        "rules[0] (T7).any_of[0] (T7-cases)",
        "rules[1] (T8)",
        "duties[0] (T9).within",
        "indicators[0] (T9).id",
        "indicators[0] (T9)",
    ]


def test_a_folder_is_no_regulation(tmp_path):
    with pytest.raises(RegulationError, match="cannot be read"):
        read_regulation(tmp_path)


JUNK = (7, "junk", [7], {"x": 1})


def spoilt_copies(data):
    """The content with each value, however deep, replaced by each piece of junk."""
    pending = [(data, key) for key in data]
    while pending:
        holder, key = pending.pop()
        good = holder[key]
        for junk in JUNK:
            holder[key] = copy.deepcopy(junk)
            yield data
        holder[key] = good
        if isinstance(good, dict):
            pending += [(good, one) for one in good]
        if isinstance(good, list):
            pending += [(good, one) for one in range(len(good))]


def test_no_value_of_the_wrong_kind_makes_the_check_itself_fail():
    data = tomllib.loads(THIRD_CITY, parse_float=Decimal)

    found = [len(problems(spoilt)) for spoilt in spoilt_copies(data)]

    assert len(found) > 400
    assert sum(count > 0 for count in found) > 0.8 * len(found)  # the rest is other text, and in order
    assert problems(data) == []
