"""Commands about cases and rules: grade, explain, regulations."""

from pathlib import Path
from typing import Annotated

import typer

from geoenforce.cli.options import ConfigOption, JsonOption, Lang, LangOption
from geoenforce.cli.show import as_json, as_table, say


def register(app: typer.Typer) -> None:
    """
    Add the commands of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command(epilog="Example: geoenforce grade areas.csv --json")(grade)
    app.command(epilog="Example: geoenforce explain 445299-2026-017 --config demo")(explain)
    app.command(epilog="Example: geoenforce regulations jieyang-2009")(regulations)


def grade(
    areas: Annotated[
        Path, typer.Argument(help="CSV or XLSX: case_id, basic_farmland_mu, other_cultivated_mu, other_mu.")
    ],
    *,
    regulation: Annotated[str, typer.Option(help="Id of a regulation, or the path of a .toml file.")] = "jieyang-2009",
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """Grade cases whose areas are already known."""
    from geoenforce.inputs.case_areas import read_case_areas
    from geoenforce.outputs.grades import graded_cases, severity_rows
    from geoenforce.rules.regulation import load_regulation
    from geoenforce.violations import severity

    cases = read_case_areas(areas)
    rules = load_regulation(regulation)
    records = graded_cases(severity.grade(cases, rules), severity.compare(cases, rules))
    if json:
        as_json(records)
    else:
        as_table(*severity_rows(records, lang.value))


def explain(
    what: Annotated[
        str,
        typer.Argument(help="A case_id, violation_id or finding_id, or the code or name of a unit or department."),
    ],
    *,
    config: ConfigOption = Path(),
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """Say why: measure, article, numbers, comparisons, cases, polygons and files behind a unit, finding or case."""
    from geoenforce.inputs.config import load_config
    from geoenforce.outputs.explain import explanation, explanation_text

    found = explanation(load_config(config).project.output, what)
    if json:
        as_json(found)
    else:
        say(explanation_text(found, lang.value))


def regulations(
    name: Annotated[str | None, typer.Argument(help="Id of a regulation; 'validate' to check a file.")] = None,
    file: Annotated[Path | None, typer.Argument(help="With 'validate': the .toml file to check.")] = None,
    *,
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """List the regulations, show one, or validate a file of your own."""
    from geoenforce.outputs.regulation_records import regulation_record
    from geoenforce.outputs.regulations import regulation_contents, regulation_sections
    from geoenforce.rules.regulation import load_regulation, read_regulation, regulation_ids

    if name is None:
        records = [regulation_record(load_regulation(one)) for one in regulation_ids()]
        columns = ("id", "number", "title", "in_force_from", "last_checked_on")
        if json:
            as_json(records)
        else:
            as_table(columns, [[record[column] for column in columns] for record in records])
        return
    if name == "validate" and file is None:
        raise typer.BadParameter("name the .toml file to validate", param_hint="FILE")  # noqa: EM101
    shown = read_regulation(file) if name == "validate" and file is not None else load_regulation(name)
    if json:
        as_json(regulation_record(shown))
        return
    if name == "validate":
        say(f"{file}: {regulation_contents(shown, lang.value)}")
        return
    say(f"{shown.id}  {shown.title}  {shown.number}  ({shown.in_force_from or '—'} → {shown.in_force_to or ''})")
    for section in regulation_sections(shown, lang.value):
        say("")
        as_table(section.header, section.rows, title=section.title)
