"""The pages say what the program does: they are made from it, or held against it."""

import json
import re
import runpy
import tomllib
from pathlib import Path
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.cli.show import as_table
from geoenforce.core.tables import TABLES
from geoenforce.inputs.config import load_config
from geoenforce.outputs.explain import explanation, explanation_text
from geoenforce.outputs.run_files import writers
from geoenforce.outputs.summary import run_summary, summary_rows
from geoenforce.rules.regulation import read_regulation

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("data/**/*.md")])
BUILD = runpy.run_path(str(DOCS / "build.py"))
MADE = BUILD["PAGES"]
COMMANDS = [command.name for command in BUILD["commands"](app)]


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def help_of(*command):
    done = CliRunner().invoke(app, [*command, "--help"], prog_name="geoenforce")
    assert done.exit_code == 0
    return done.output


def block(name, language, number=0):
    """Return a fenced block of a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", page(name), flags=re.DOTALL | re.MULTILINE)[number]


@pytest.mark.parametrize("name", MADE)
def test_a_page_made_from_the_code_is_current(name):
    assert page(name) == MADE[name](), "run: python docs/build.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_reference_with_the_options_of_its_help(command):
    section = page("cli.md").split(f"\n## {command}\n")[1].split("\n## ")[0]
    listed = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", section.split("|---|---|---|")[1].split("Example:")[0]))

    assert listed == set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_of(*command.split()).split("Example:")[0])) - {
        "--help"
    }


def test_the_reference_has_every_command_that_help_lists():
    listed = re.findall(r"^  (\w+)  ", help_of().split("Commands:")[1], flags=re.MULTILINE)

    assert re.findall(r"^## ([\w ]+)$", page("cli.md"), flags=re.MULTILINE) == COMMANDS
    assert list(dict.fromkeys(command.split()[0] for command in COMMANDS)) == listed


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_ends_with_a_line_to_paste(command):
    last = help_of(*command.split()).rstrip().split("\n\n")[-1]

    assert last.strip().startswith(f"Example: geoenforce {command}")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_and_column_stands_in_the_data_dictionary(table):
    section = page("data-dictionary.md").split(f"\n## {table.name} · ")[1].split("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE) == [column.name for column in table]


def test_decisions_bear_their_number_and_no_two_the_same():
    files = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [int(file.name[:4]) for file in files]

    assert numbers == sorted(set(numbers))
    for number, file in zip(numbers, files, strict=True):
        assert file.read_text(encoding="utf-8").startswith(f"# {number}. ")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path):
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))

    broken = [link for link in links if not link.startswith(("http:", "https:")) and not leads_somewhere(path, link)]

    assert broken == []


def leads_somewhere(path, link):
    file, _, place = link.partition("#")
    target = path.parent / file if file else path
    return target.exists() and (not place or place in headings(target))


def headings(path):
    """Return the names that GitHub gives to the headings of a page."""
    titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [re.split(r"[<>=!~]", one)[0] for one in project["dependencies"]]

    reasons = re.findall(r"^\| ([\w-]+) \| (.+) \|$", page("decisions/0009-dependencies.md"), flags=re.MULTILINE)

    assert [name for name, _ in reasons][1:] == needed


def test_the_least_configuration_of_the_first_project_is_enough(tmp_path):
    file = tmp_path / "geoenforce.toml"
    file.write_text(block("how-to/first-project.md", "toml"), encoding="utf-8")

    assert load_config(file).project.county_code == "445299"


def test_the_first_project_names_every_file_of_a_run():
    text = page("how-to/first-project.md")

    assert [name for name in [*writers(Mock()), "run.json"] if f"`{name}`" not in text] == []


def test_the_regulation_shown_grades_as_it_says(tmp_path):
    rules, areas = tmp_path / "mycity_2024.toml", tmp_path / "areas.csv"
    rules.write_text(block("how-to/add-a-regulation.md", "toml"), encoding="utf-8")
    areas.write_text(block("how-to/add-a-regulation.md", "csv"), encoding="utf-8")

    done = CliRunner().invoke(app, ["grade", str(areas), "--regulation", str(rules), "--json"])

    assert read_regulation(rules).id == "mycity-2024"
    assert [(case["case_id"], case["severity"]) for case in json.loads(done.stdout)] == [
        ("exactly 3", "ordinary"),
        ("above 3", "serious"),
        ("exactly 8", "serious"),
        ("just short of 8", "ordinary"),
    ]


def test_the_explanation_shown_is_what_the_program_says(demo_run):
    [shown] = re.findall(
        r"^```text\n\$ (.*?)^```", page("how-to/why-is-this-case-serious.md"), re.DOTALL | re.MULTILINE
    )
    command, *lines = shown.splitlines()

    said = explanation_text(explanation(demo_run.files["run.json"].parent, command.split()[2]), "en").splitlines()

    assert command == "geoenforce explain 445299SJBG260001 --config demo --lang en"
    assert [line for line in lines if line.strip() != "…" and line not in said] == []


def test_the_finding_shown_is_what_the_program_says(demo_run):
    [shown] = re.findall(r"^```text\n\$ (.*?)^```", page("how-to/accountability.md"), re.DOTALL | re.MULTILINE)
    command, *lines = shown.splitlines()

    said = explanation_text(explanation(demo_run.files["run.json"].parent, command.split()[2]), "en").splitlines()

    assert command == "geoenforce explain J27-445299107-2026 --config demo --lang en"
    assert [line for line in lines if line.strip() != "…" and line not in said] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readmes_show_the_real_output_of_the_demo(readme, demo_folder, demo_run, capsys):
    title, header, rows = summary_rows(run_summary(demo_run.results), "zh")
    as_table(header, rows, title=title)
    lang = "en" if readme == "README.md" else "zh"
    asked = [
        explanation_text(explanation(demo_folder / "out", what), lang) for what in ("445299-2025-015", "445299001")
    ]
    real = {*capsys.readouterr().out.splitlines(), *"\n".join(asked).splitlines()}

    text = (ROOT / readme).read_text(encoding="utf-8")
    shown = "\n".join(re.findall(r"^```text\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)).splitlines()
    claimed = [line for line in shown if line and not line.strip().startswith(("$", "→", "…"))]
    assert len(claimed) > 8
    assert [line for line in claimed if line not in real] == []
