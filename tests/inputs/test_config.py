"""The configuration: what is wrong in it is named, all at once."""

from datetime import date

import pytest

from geoenforce.core.errors import ConfigError
from geoenforce.core.terms import Status
from geoenforce.inputs.config import load_config, place_in

GOOD = """
[project]
name = "某县"
county_code = "445299"

[townships]
path = "xzq.shp"

[[basic_farmland]]
path = "jbnt.gdb"
layer = "YJJBNTTB"
effective_from = 2021-01-01

[[cultivated]]
path = "dltb.gdb"

[[violations]]
path = "wf.shp"
status = "suspected"
columns = { violation_id = "TBBH" }
"""


def written(tmp_path, text):
    (tmp_path / "geoenforce.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_paths_are_seen_from_the_folder_of_the_configuration(tmp_path):
    config = load_config(written(tmp_path, GOOD))

    assert config.townships.path == tmp_path / "xzq.shp"
    assert config.project.output == tmp_path / "out"
    assert place_in(config, config.violations[0].path) == "wf.shp"
    assert place_in(config, tmp_path.parent / "elsewhere.shp").endswith("/elsewhere.shp")


def test_what_is_left_out_has_its_default(tmp_path):
    config = load_config(written(tmp_path, GOOD))

    assert config.basic_farmland[0].effective_from == date(2021, 1, 1)
    assert config.violations[0].status is Status.SUSPECTED
    assert config.violations[0].options() == {"columns": {"violation_id": "TBBH"}}
    assert (config.grading.regulation, config.grading.near_threshold, config.grading.ridge) == (
        "jieyang-2009",
        0.01,
        "gross",
    )


def test_a_byte_order_mark_of_the_windows_editor_does_no_harm(tmp_path):
    (tmp_path / "geoenforce.toml").write_text(GOOD, encoding="utf-8-sig")

    assert load_config(tmp_path).project.name == "某县"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "某县"', "", "project.name: is missing"),
        ('county_code = "445299"', 'county_code = "4452x"', "project.county_code: .*but is '4452x'"),
        (
            'path = "xzq.shp"',
            'pth = "xzq.shp"',
            r"townships.pth: unknown key; did you mean 'path'\? Allowed here are \['path', 'layer'",
        ),
        ('path = "xzq.shp"', 'path = "xzq.shp"\ncoding = "GBK"', "townships.coding: unknown key"),
        ("effective_from = 2021-01-01", 'effective_from = "soon"', "basic_farmland.0.effective_from: .*but is 'soon'"),
        ('status = "suspected"', 'status = "guilty"', "violations.0.status: .*but is 'guilty'"),
        ("[[cultivated]]", "[[parcels]]", "parcels: unknown key; .*llowed here are"),
        ("[[cultivated]]", "[[parcels]]", "cultivated: is missing"),
        ("[townships]", "[grading]\nridge = 'half'\n[townships]", "grading.ridge: .*but is 'half'"),
        ("[townships]", "[grading]\nnear_threshold = 1\n[townships]", "grading.near_threshold: .*but is 1"),
        ("[townships]", "[project]\n[townships]", "is not valid TOML"),
        ('path = "dltb.gdb"', "", "cultivated.0.path: is missing"),
        (
            "[townships]",
            "[events]\nfile = 'a.xlsx'\n[townships]",
            r"events.file: unknown key; allowed here are \['path', 'columns'\]",
        ),
        ("[townships]", "[measures]\n[townships]", "measures.path: is missing"),
        (
            "[townships]",
            "[[new_construction]]\npath = 'a.shp'\ntaken = 2026-01-01\n[townships]",
            r"new_construction.0.taken: unknown key; .*'taken_on'\]",
        ),
        (
            "[townships]",
            "[[new_construction]]\npath = 'a.shp'\ntaken_on = '2026'\n[townships]",
            "new_construction.0.taken_on: .*but is '2026'",
        ),
        (
            "[townships]",
            "[accountability]\nregulation = 'jieyang-2009'\n[townships]",
            r"accountability.regulation: unknown key; did you mean 'regulations'\? Allowed here are \['regulations', 'in_force_from', 'serious_includes",
        ),
        (
            "[townships]",
            "[accountability]\ncase_attribution = 'all'\n[townships]",
            "accountability.case_attribution: Input should be 'largest' or 'every', but is 'all'",
        ),
        (
            "[townships]",
            "[accountability]\nin_force_from = { x = 'soon' }\n[townships]",
            "accountability.in_force_from.x: .*but is 'soon'",
        ),
    ],
)
def test_each_mistake_is_named(tmp_path, old, new, words):
    assert old in GOOD

    with pytest.raises(ConfigError, match=words):
        load_config(written(tmp_path, GOOD.replace(old, new, 1)))


def test_all_mistakes_are_named_at_once_and_none_twice(tmp_path):
    broken = GOOD.replace('name = "某县"', "").replace("effective_from = 2021-01-01", "effective = 2021-01-01")

    with pytest.raises(ConfigError) as error:
        load_config(written(tmp_path, broken))

    assert len(str(error.value).splitlines()) == 2


def test_a_list_without_entries_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"violations: .*at least 1 item"):
        load_config(written(tmp_path, "violations = []\n" + GOOD[: GOOD.index("[[violations]]")]))


def test_text_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "geoenforce.toml").write_bytes(GOOD.encode("gb18030"))

    with pytest.raises(ConfigError, match="is not valid TOML in UTF-8"):
        load_config(tmp_path)


def test_a_regulation_of_ones_own_is_seen_from_the_folder_too(tmp_path):
    config = load_config(written(tmp_path, GOOD + "[grading]\nregulation = 'rules/city.toml'\n"))

    assert config.grading.regulation == str(tmp_path / "rules" / "city.toml")


ACCOUNTABILITY = """
[events]
path = "accountability/events.xlsx"
columns = { case_id = "案号" }

[departments]
path = "accountability/departments.csv"

[[new_construction]]
path = "jsyd.gpkg"
layer = "2026"
taken_on = 2026-01-01

[accountability]
regulations = ["jieyang-2009", "rules/city.toml"]
in_force_from = { "jiangsu-co-responsibility" = 2013-01-01 }
serious_includes_especially_serious = false
case_attribution = "every"
"""


def test_the_registers_of_accountability_are_seen_from_the_folder_too(tmp_path):
    config = load_config(written(tmp_path, GOOD + ACCOUNTABILITY))

    assert config.events.path == tmp_path / "accountability/events.xlsx"
    assert config.events.columns == {"case_id": "案号"}
    assert config.departments.path == tmp_path / "accountability/departments.csv"
    assert config.new_construction[0].path == tmp_path / "jsyd.gpkg"
    assert config.new_construction[0].options() == {"layer": "2026"}
    assert config.new_construction[0].taken_on == date(2026, 1, 1)
    assert config.measures is None
    assert config.accountability.regulations == ("jieyang-2009", str(tmp_path / "rules" / "city.toml"))
    assert config.accountability.in_force_from == {"jiangsu-co-responsibility": date(2013, 1, 1)}
    assert config.accountability.serious_includes_especially_serious is False
    assert config.accountability.case_attribution == "every"


def test_accountability_rests_on_the_regulation_of_jieyang_unless_said_otherwise(tmp_path):
    options = load_config(written(tmp_path, GOOD)).accountability

    assert (options.regulations, options.in_force_from) == (("jieyang-2009",), {})
    assert (options.serious_includes_especially_serious, options.case_attribution) == (True, "largest")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"xzq.shp"', "“xzq.shp”", r"at line 7, column 8\): path = “xzq\.shp”\nUse the straight signs"),
        ('"xzq.shp"', '"D:\\data\\xzq.shp"', r"Write the path with / or in single quotes"),
        ('"xzq.shp"', "xzq.shp", r"path = xzq\.shp\nText stands in straight quotes \(文字加半角引号\)"),
        ("2021-01-01", "2021/1/1", r"effective_from = 2021/1/1\nA date is written 2026-06-30"),
        (
            "2021-01-01",
            '"2021/1/1"',
            "basic_farmland.0.effective_from: must be a date such as 2026-06-30, without quotes",
        ),
        ("[[violations]]", "[violations]", r"violations: there may be several; write \[\[violations\]\] in double"),
        ("[townships]", "[[townships]]", r"townships: there is only one; write \[townships\] in single brackets"),
        (
            '"xzq.shp"',
            '"D:\\temp/xzq.shp"',
            "townships.path: in double quotes, a backslash and a letter are one sign; write",
        ),
        ('"445299"', "445299", r'county_code: must be text in quotes \(加引号\), such as "445299", but is 445299'),
        ('"445299"', '"445299000000"', r"county_code: must be a division code \(行政区划代码\) of 6, 4 or 2 digits"),
        ("[townships]", "[reports]\npatrols = '2026年'\n[townships]", 'reports.patrols: must be "month", "quarter" or'),
        ("[[cultivated]]", "[[cultivatd]]", r"cultivatd: unknown key; did you mean 'cultivated'\? Allowed here are"),
        ("[townships]", "[townships]\n[townships]", "A section stands once; several of a kind are"),
    ],
)
def test_what_officers_mistype_is_shown_with_what_to_write(tmp_path, old, new, words):
    with pytest.raises(ConfigError, match=words):
        load_config(written(tmp_path, GOOD.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("encoding", "said"), [("gb18030", r"it is in GBK \(ANSI\)"), ("utf-16", r"it is in UTF-16 \(Unicode\)")]
)
def test_a_configuration_in_the_editors_own_encoding_is_told_how_to_save_it(tmp_path, encoding, said):
    (tmp_path / "geoenforce.toml").write_bytes(GOOD.encode(encoding))

    with pytest.raises(ConfigError, match=rf"{said}\. Save it as UTF-8 \(记事本：另存为"):
        load_config(tmp_path)


def test_an_address_that_cannot_be_read_is_not_repeated_for_it_may_hold_a_password(tmp_path):
    with pytest.raises(ConfigError, match="Use the straight signs") as error:
        load_config(written(tmp_path, GOOD + "[store]\nurl = “postgresql://officer:secret@server/farmland”\n"))

    assert "secret" not in str(error.value)
