"""Commands about accountability, read from the last run: findings, duties, indicators."""

from pathlib import Path
from typing import Annotated

import typer

from geoenforce.cli.options import ConfigArgument, JsonOption, Lang, LangOption
from geoenforce.cli.show import as_json, as_table, say
from geoenforce.core.accountability_terms import DutyStatus

_Year = Annotated[int | None, typer.Option(help="Only this calendar year.")]
_Office = Annotated[str | None, typer.Option(help="Only this unit or department, by its code, id or name.")]


def register(app: typer.Typer) -> None:
    """
    Add the commands of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command(epilog="Example: geoenforce findings demo --year 2026")(findings)
    app.command(epilog="Example: geoenforce duties demo --status overdue")(duties)
    app.command(epilog="Example: geoenforce indicators demo --year 2026")(indicators)


def findings(  # noqa: PLR0913 - each is an option of the command line
    config: ConfigArgument = Path(),
    *,
    year: _Year = None,
    office: _Office = None,
    dry_run_measures: Annotated[
        bool, typer.Option("--dry-run-measures", help="What would follow besides, if every finding were imposed.")
    ] = False,
    early_warnings: Annotated[
        bool, typer.Option("--early-warnings", help="Only the early warnings, those still far off as well.")
    ] = False,
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """List the articles that apply to units and departments, and below them those that are close."""
    from geoenforce.inputs.config import load_config
    from geoenforce.outputs.accountability_rows import finding_rows, findings_of, warning_lines, warnings_of, wording

    folder = load_config(config).project.output
    _tell_unexamined(folder, year)
    if early_warnings:
        close = warnings_of(folder, year=year, office=office)
        if json:
            as_json(close)
        else:
            say("\n".join(warning_lines(close, wording(folder, lang.value), every=True)))
        return
    found = findings_of(folder, year=year, office=office, dry_run=dry_run_measures)
    if json:
        as_json(found)
        return
    words = wording(folder, lang.value)
    title, header, rows = finding_rows(found, words, dry_run=dry_run_measures)
    as_table(header, rows, title=title)
    if not dry_run_measures:
        say("\n".join(["", *warning_lines(warnings_of(folder, year=year, office=office), words)]))


def duties(
    config: ConfigArgument = Path(),
    *,
    status: Annotated[DutyStatus | None, typer.Option(help="Only duties that stand so.")] = None,
    case: Annotated[str | None, typer.Option(help="Only duties of this case.")] = None,
    office: _Office = None,
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """List duties with their last days, overdue and late ones first."""
    from geoenforce.inputs.config import load_config
    from geoenforce.outputs.accountability_rows import duties_of, duty_rows, wording

    folder = load_config(config).project.output
    owed = duties_of(folder, status=status, case=case, office=office)
    if json:
        as_json(owed)
        return
    title, header, rows = duty_rows(owed, wording(folder, lang.value), every=status is not None)
    as_table(header, rows, title=title)


def indicators(
    config: ConfigArgument = Path(),
    *,
    year: _Year = None,
    office: _Office = None,
    months: Annotated[bool, typer.Option("--months", help="The months as well: the year up to their ends.")] = False,
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """List the indicators of the yearly assessment, with the rank of each unit."""
    from geoenforce.inputs.config import load_config
    from geoenforce.outputs.accountability_rows import indicator_rows, indicators_of, wording

    folder = load_config(config).project.output
    _tell_unexamined(folder, year)
    shares = indicators_of(folder, year=year, office=office)
    if json:
        as_json(shares)
        return
    shown = [one for one in shares if months or one["month"] is None]
    title, header, rows = indicator_rows(shown, wording(folder, lang.value))
    as_table(header, rows, title=title)


def _tell_unexamined(folder: Path, year: int | None) -> None:
    from geoenforce.outputs.accountability_rows import unexamined_year

    told = unexamined_year(folder, year)
    if told:
        typer.echo(told, err=True)
