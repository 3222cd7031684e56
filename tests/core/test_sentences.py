"""Whatever is said of a problem with the data is said in English and in Chinese."""

import ast
import re
import string
from pathlib import Path

import openpyxl
import pytest

import geoenforce
from geoenforce.accountability import unexamined
from geoenforce.core.calendar import STAND_IN
from geoenforce.core.sentences import Sentence, named, naming, say, sentences, word
from geoenforce.core.tables import ISSUES, issue, issues_table
from geoenforce.core.terms import Severity
from geoenforce.inputs import fix_flags, register_tables

_PACKAGE = Path(geoenforce.__file__).parent
_TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(_PACKAGE.rglob("*.py"))}
_ENGLISH = re.compile("[a-z]{3,} [a-z]{2,}")


def calls(name):
    """Every call of a function of `sentences.py`: the constants in its first argument, and its keywords."""
    for file, tree in _TREES.items():
        if "from geoenforce.core.sentences import" not in file.read_text(encoding="utf-8"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                first = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                spread = [one.value for one in node.keywords if one.arg is None]
                yield file, first, {one.arg for one in node.keywords if one.arg}, spread


def values_of(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("key", sentences())
def test_a_sentence_is_chinese_and_has_the_values_of_the_english_one(key):
    english, chinese = sentences()[key]
    plain = re.sub(r"\{\{.*?\}\}|\{.*?\}", "", chinese)

    assert values_of(chinese) == values_of(english)
    assert re.search("[\u4e00-\u9fff]", plain) or plain == "，位于 ()"
    assert not _ENGLISH.search(plain)


def test_every_sentence_is_said_somewhere_and_with_its_values():
    used = set()
    for file, keys, given, spread in calls("say"):
        for key in (one for one in keys if one in sentences()):
            used.add(key)
            missing = values_of(sentences()[key][0]) - given
            assert not missing or spread, f"{file}: say({key!r}) lacks {missing}"
            assert given <= values_of(sentences()[key][0]), f"{file}: {key} does not use {given}"
        assert file.name == "register_tables.py" or any(one in sentences() for one in keys), f"{file}: {keys}"

    assert set(sentences()) - used == {"cell_unreadable", "cell_unknown"}  # said by the one that notes wrong cells


def test_details_are_made_of_sentences_and_of_nothing_else():
    """The type checker asks a Sentence of `issue` and of `Problem`; nobody makes a row of ISSUES without them."""
    makers = [
        file.relative_to(_PACKAGE).as_posix()
        for file, tree in _TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        and {"problem", "detail", "action"} <= {key.value for key in node.keys if isinstance(key, ast.Constant)}
    ]

    assert makers == ["core/tables/issues.py"]


@pytest.mark.parametrize(
    "text",
    [
        STAND_IN,
        *vars(fix_flags)["_WORDS"].values(),
        *vars(register_tables)["_EXPECTED"].values(),
        *vars(unexamined)["_WHY"].values(),
    ],
)
def test_what_stands_inside_of_sentences_has_chinese_words(text):
    assert re.search("[\u4e00-\u9fff]", word(text).zh)
    assert not _ENGLISH.search(word(text).zh)


def test_values_are_said_in_each_language():
    said = say("level_of_office", level="county", office="445299101", actual=named("serious", Severity))
    assert said.en == "The level is 'county', but '445299101' is a serious: it counts for the serious."
    assert said.zh == "填写的层级为“county”，但“445299101”是情节严重，按情节严重计。"

    six = naming("ABCDEF")
    assert (six.en, six.zh) == ("['A', 'B', 'C', 'D', 'E'] and 1 more", "A、B、C、D、E…（共 6 个）")


def test_braces_and_percent_signs_in_a_value_stand_as_they_are():
    said = say("no_wkt", text="{text} %s {0}")

    assert said == Sentence("The cell is no WKT of straight edges: '{text} %s {0}'.", said.zh)
    assert "“{text} %s {0}”" in said.zh


def test_the_table_keeps_its_columns_and_the_chinese_stands_beside_them():
    table = issues_table([issue("zero_area", say("zero_area", least=0.01), file="a.shp", row=3)])

    assert list(table.columns) == [*ISSUES.names, "detail_zh"]
    assert table["detail"].to_list() == ["The area is less than 0.01 m²: a sliver."]
    assert table["detail_zh"].to_list() == ["面积小于 0.01 ㎡，为细碎图形。"]


def test_the_issues_of_a_run_are_chinese_in_the_workbook_and_english_in_the_csv(demo_run):
    book = openpyxl.load_workbook(demo_run.files["cases.xlsx"], read_only=True)
    header, *rows = book["数据问题"].iter_rows(values_only=True)
    told = [row[header.index("说明")] for row in rows]
    csv = demo_run.files["issues.csv"].read_text(encoding="utf-8-sig").splitlines()

    assert len(told) == len(csv) - 1 >= 8
    assert [text for text in told if _ENGLISH.search(text) or not re.search("[\u4e00-\u9fff]", text)] == []
    assert csv[0] == "file,layer,row,feature,problem,detail,action"
    assert any("positions in GCJ-02 were shifted back to WGS-84." in line for line in csv)
