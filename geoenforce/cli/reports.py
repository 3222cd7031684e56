"""Commands about what is filed: reports, and drafts of letters."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from geoenforce.cli.options import ConfigArgument, ConfigOption, Lang, OnOption, RunOption
from geoenforce.cli.show import say, tell_drawn

_Period = Annotated[str | None, typer.Option(help="Such as 2026-03, 2026Q1 or 2026; default: that of [reports].")]


class Format(StrEnum):
    """What a report is written as."""

    HTML = "html"
    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"


class Audience(StrEnum):
    """Whom a report is for; a supervisor also sees doubts about tracks."""

    LEADER = "leader"
    SUPERVISOR = "supervisor"


class Letter(StrEnum):
    """Which letter."""

    NOTICE = "notice"
    DISCIPLINE = "discipline"
    TALK = "talk"


def register(app: typer.Typer) -> None:
    """
    Add the commands of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command(epilog="Example: geoenforce report demo --accountability --period 2026-03 -o march")(report)
    app.command(epilog="Example: geoenforce letter notice JZD003 --config demo -o notice.docx")(letter)


def report(  # noqa: PLR0913 - each is an option of the command line
    config: ConfigArgument = Path(),
    *,
    patrols: Annotated[bool, typer.Option("--patrols", help="The report of patrols only.")] = False,
    accountability: Annotated[
        bool, typer.Option("--accountability", help="The report of accountability only.")
    ] = False,
    period: _Period = None,
    lang: Annotated[Lang | None, typer.Option(help="Language; default: the project's.")] = None,
    audience: Annotated[Audience | None, typer.Option(help="Whom it is for; default: that of [map].")] = None,
    formats: Annotated[
        list[Format] | None, typer.Option("--format", help="May be given several times; default: those of [reports].")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write into.")] = Path(),
    run: RunOption = None,
    on: OnOption = None,
    check_template: Annotated[Path | None, typer.Option(help="Say what is wrong with a Word template instead.")] = None,
    save_template: Annotated[
        Path | None, typer.Option(help="Write our Word template instead, for your own to begin with.")
    ] = None,
) -> None:
    """Write the reports of any run again, from the store, over any month, quarter or year."""
    if check_template is not None:
        _tell_problems(check_template)
        return
    if save_template is not None:
        from geoenforce.outputs.documents.template import default_template

        _save(default_template(), save_template)
        return
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.again import reports_again, stored_run

    loaded = load_config(config)
    asked = {"accountability": accountability, "patrols": patrols}
    kinds = [kind for kind, is_asked in asked.items() if is_asked] or list(asked)
    chosen: dict[str, Any] = {"lang": lang, "audience": audience, **dict.fromkeys(kinds, period)}
    paper = _paper(loaded, {**chosen, "formats": formats and tuple(formats)})
    written = reports_again(loaded, stored_run(loaded, run, on and on.date()), output, paper, kinds)
    tell_drawn(written.files.values(), is_on_record=written.is_on_record)
    if not any((period, lang, audience)):  # else they are others, and nothing has changed
        say(f"run {written.run}: {len(written.same)} of {len(written.files)} files are byte for byte those of then")


def _paper(config: Any, chosen: dict[str, Any]) -> Any:
    """Take what the project says of reports, and what was typed in its place."""
    from dataclasses import replace

    from geoenforce.outputs.report_files import FORMATS
    from geoenforce.pipeline.whole import paper_of

    paper = replace(paper_of(config), **{name: value for name, value in chosen.items() if value is not None})
    return paper if paper.formats else replace(paper, formats=FORMATS)


def _tell_problems(template: Path) -> None:
    from geoenforce.outputs.documents.template import check_template

    problems = check_template(template)
    say("\n".join(problems) if problems else f"{template}: can be used.")
    if problems:
        raise typer.Exit(1)


def _save(content: bytes, path: Path) -> None:
    from geoenforce.outputs.files import refuse_to_replace, write_whole

    def write(unfinished: Path) -> None:
        unfinished.write_bytes(content)
        refuse_to_replace(path, unfinished)

    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, write)
    say(f"→ {path}")


def letter(  # noqa: PLR0913 - each is an option of the command line
    kind: Annotated[Letter, typer.Argument(help="Which letter.")],
    what: Annotated[
        str | None, typer.Argument(help="A case; for a talk a unit or department, for a proposal either.")
    ] = None,
    *,
    config: ConfigOption = Path(),
    to: Annotated[str | None, typer.Option(help="Department a notice goes to; default: the case's township.")] = None,
    year: Annotated[
        int | None, typer.Option(help="Year of a unit's findings; default: the latest that has any.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file; default: KIND_WHAT.docx; none that was changed is replaced."),
    ] = None,
    run: RunOption = None,
    on: OnOption = None,
    with_personal_data: Annotated[bool, typer.Option("--with-personal-data", help="Name the party.")] = False,
    save_template: Annotated[
        Path | None, typer.Option(help="Write our Word template of this letter instead, for your own to begin with.")
    ] = None,
) -> None:
    """Draft a letter in Chinese, as Word: facts filled in, every decision left blank for a person."""
    if save_template is not None:
        from geoenforce.outputs.letters.kinds import LetterKind
        from geoenforce.outputs.letters.templates import letter_template

        _save(letter_template(LetterKind.of(kind.value)), save_template)
        return
    if what is None:
        raise typer.BadParameter("name the case, unit or department it is about", param_hint="WHAT")  # noqa: EM101
    from geoenforce.inputs.config import load_config
    from geoenforce.outputs.evidence_names import evidence_name
    from geoenforce.outputs.letters.contexts import Asked
    from geoenforce.outputs.letters.kinds import LetterKind
    from geoenforce.pipeline.again import letter_again, stored_run

    loaded = load_config(config)
    personal = with_personal_data or loaded.project.with_personal_data
    asked = Asked(LetterKind.of(kind.value), what, to, year, personal)
    name = "_".join([kind.value, evidence_name(what), *([evidence_name(to)] if to else [])])
    path = output or Path(f"{name}.docx")
    if path.suffix.lower() != ".docx":
        raise typer.BadParameter(f"'{path}' must end in .docx: a letter is a Word file", param_hint="--output")  # noqa: EM102
    drawn = letter_again(loaded, stored_run(loaded, run, on and on.date()), asked, path)
    tell_drawn(drawn.files.values(), is_on_record=drawn.is_on_record)
