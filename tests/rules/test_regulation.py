"""Regulation files as they are read: limits as printed, days of force, and what a broken file is told."""

from datetime import date
from decimal import Decimal

import pytest

from geoenforce.core.errors import RegulationError
from geoenforce.core.terms import LandClass, Operator, Severity
from geoenforce.rules.regulation import load_regulation, read_regulation

GOOD = """
id = "made-up-city"
title = "某市办法"
number = "某府〔2020〕1号"
level = "prefecture"
place = "0000"
in_force_from = 2020-01-01
last_checked_on = 2026-01-01

[severity.serious]
article = "第一条"
says = "Our words."
basic_farmland = { at_least = 5, unit = "mu" }
other_cultivated = { more_than = 10.5, unit = "mu" }
other = { at_least = 20, unit = "mu" }
"""


def written(tmp_path, text):
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_article_36_is_as_printed():
    """揭府〔2009〕56号 第三十六条: 5/10/20 and 10/20/40 mu, 以上 throughout; written down from the text."""
    limits = {
        (grade.severity, land_class): (limit.operator, limit.value, grade.article)
        for grade in load_regulation("jieyang-2009").grades
        for land_class, limit in grade.limits.items()
    }

    at_least = Operator.AT_LEAST
    assert limits == {
        (Severity.SERIOUS, LandClass.BASIC_FARMLAND): (at_least, 5, "第三十六条"),
        (Severity.SERIOUS, LandClass.OTHER_CULTIVATED): (at_least, 10, "第三十六条"),
        (Severity.SERIOUS, LandClass.OTHER): (at_least, 20, "第三十六条"),
        (Severity.ESPECIALLY_SERIOUS, LandClass.BASIC_FARMLAND): (at_least, 10, "第三十六条"),
        (Severity.ESPECIALLY_SERIOUS, LandClass.OTHER_CULTIVATED): (at_least, 20, "第三十六条"),
        (Severity.ESPECIALLY_SERIOUS, LandClass.OTHER): (at_least, 40, "第三十六条"),
    }


def test_a_file_of_the_users_is_read_by_its_path(tmp_path):
    regulation = load_regulation(str(written(tmp_path, GOOD)))

    assert regulation.id == "made-up-city"
    assert regulation.grades[0].limits[LandClass.OTHER_CULTIVATED].value == Decimal("10.5")
    assert regulation.grades[0].limits[LandClass.OTHER_CULTIVATED].operator is Operator.MORE_THAN


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("at_least = 5,", "atleast = 5,", r"severity.serious.basic_farmland: a limit needs exactly one of 'at_least'"),
        ("at_least = 5,", "at_least = 5, more_than = 4,", "a limit needs exactly one"),
        ("at_least = 5,", "", "a limit needs exactly one"),
        ('{ at_least = 5, unit = "mu" }', "5", "must be a limit such as"),
        ("at_least = 5,", "at_least = -5,", "must be a number from 0, but is -5"),
        ("at_least = 5,", 'at_least = "five",', "must be a number from 0, but is 'five'"),
        ("at_least = 5,", "at_least = true,", "must be a number from 0, but is True"),
        ('at_least = 5, unit = "mu"', 'at_least = 5, unit = "ha"', "must be in 'mu', but its unit is 'ha'"),
        ('at_least = 5, unit = "mu"', "at_least = 5", "must be in 'mu', but its unit is None"),
        ("other = {", "others = {", r"severity.serious.others: unknown key; allowed are"),
        ("other = {", "others = {", r"severity.serious: lacks \['other'\]"),
        ("[severity.serious]", "[severity.grave]", r"severity.grave: unknown key; allowed are \['ordinary'"),
        ('article = "第一条"', "", r"lacks \['article'\]"),
        ('id = "made-up-city"', "id = 7", "id: must be text, but is 7"),
        ("in_force_from = 2020-01-01", 'in_force_from = "2020"', "in_force_from: must be a date"),
        ("last_checked_on = 2026-01-01", "", r"the file: lacks \['last_checked_on'\]"),
        ('title = "某市办法"', 'title = "某市办法"\ntitel = "x"', "titel: unknown key; allowed are"),
        ('title = "某市办法"', 'title = "a"\ntitle = "b"', "is not valid TOML"),
    ],
)
def test_each_mistake_is_named(tmp_path, old, new, words):
    assert old in GOOD

    with pytest.raises(RegulationError, match=words):
        read_regulation(written(tmp_path, GOOD.replace(old, new, 1)))


def test_all_mistakes_are_named_at_once(tmp_path):
    broken = GOOD.replace("at_least = 5,", "").replace('id = "made-up-city"', "")

    with pytest.raises(RegulationError) as error:
        read_regulation(written(tmp_path, broken))

    assert len(str(error.value).splitlines()) == 2


def test_an_unknown_regulation_is_answered_with_those_there_are():
    with pytest.raises(RegulationError, match=r"no regulation 'jieyang'; known are \[.*'jieyang-2009'"):
        load_regulation("jieyang")


def test_a_regulation_without_a_date_is_never_in_force(tmp_path):
    regulation = read_regulation(written(tmp_path, GOOD.replace("in_force_from = 2020-01-01\n", "")))

    assert not regulation.is_in_force(date(2026, 1, 1))


def test_a_regulation_ends_with_its_last_day(tmp_path):
    ending = GOOD.replace("in_force_from = 2020-01-01", "in_force_from = 2020-01-01\nin_force_to = 2025-12-31")
    regulation = read_regulation(written(tmp_path, ending))

    assert regulation.is_in_force(date(2025, 12, 31))
    assert not regulation.is_in_force(date(2026, 1, 1))
