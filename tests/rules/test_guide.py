"""The page "Add a regulation" shows files and messages: they are what the program reads and says."""

import re
from pathlib import Path

import pytest

from geoenforce.core.errors import RegulationError
from geoenforce.rules.regulation import read_regulation
from geoenforce.rules.vocabulary import KNOWN_INDICATORS, computed_facts

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-regulation.md").read_text(encoding="utf-8")
GRADES, RULES = re.findall(r"^```toml\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)[:2]


def written(tmp_path, text):
    path = tmp_path / "mycity_2024.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_rules_and_duties_shown_are_in_order(tmp_path):
    city = read_regulation(written(tmp_path, f"{GRADES}\n{RULES}"))

    assert [rule.id for rule in city.rules] == ["M7"]
    assert [duty.id for duty in city.duties] == ["M9", "M10"]


def test_the_messages_shown_are_what_the_program_says(tmp_path):
    broken = RULES.replace("more_than = 0.16", "more_than = 16").replace('do = ["stopped"]', 'do = ["stoped"]')
    [shown] = re.findall(r"^```text\n(mycity_2024.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)

    with pytest.raises(RegulationError) as error:
        read_regulation(written(tmp_path, f"{GRADES}\n{broken}"))

    said = str(error.value).splitlines()
    assert len(said) == len(shown.splitlines())
    for line, example in zip(said, shown.splitlines(), strict=True):
        assert line.startswith(example.removesuffix("…"))


def test_every_fact_and_indicator_is_on_the_page():
    measured = {name for name in computed_facts({}) if not name.endswith(("_received", "_correction_overdue"))}

    assert [name for name in (*sorted(measured), *KNOWN_INDICATORS) if f"`{name}`" not in PAGE] == []
