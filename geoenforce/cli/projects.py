"""Commands about projects: demo, init, check, run."""

from pathlib import Path
from typing import Annotated, Any

import typer

from geoenforce.cli.options import ConfigArgument, JsonOption, Lang, LangOption
from geoenforce.cli.show import as_json, as_table, progress, say

#: What a person opens first, where the run wrote it.
_WORTH_OPENING = (
    "map.html", "cases.xlsx", "patrol_report.docx", "accountability_report.docx", "results.gpkg", "issues.csv",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """
    Add the commands of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command(epilog="Example: geoenforce demo demo")(demo)
    app.command(epilog="Example: geoenforce init mycounty")(init)
    app.command(epilog="Example: geoenforce check geoenforce.toml   or   geoenforce check parcels.shp")(check)
    app.command(epilog="Example: geoenforce run geoenforce.toml")(run)


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to write the county.")] = Path("demo"),
    *,
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """Write a made-up county and run everything on it."""
    from geoenforce.demo import write_county

    config = write_county(folder)
    _run(config, {"language": lang.value}, json=json)


def init(folder: Annotated[Path, typer.Argument(help="The new project's folder.")]) -> None:
    """Begin a project: a folder with a commented geoenforce.toml to fill in."""
    from geoenforce.inputs.template import write_template

    say(f"{write_template(folder)}")


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="A project (geoenforce.toml or its folder), or spatial files.")
    ] = None,
    *,
    crs: Annotated[str | None, typer.Option(help="For spatial files that name no coordinate system.")] = None,
    json: JsonOption = False,
) -> None:
    """Read all inputs, report problems, change nothing."""
    from geoenforce.verdicts import check_files

    verdicts = check_files(paths or [Path()], crs)
    if json:
        as_json([verdict.record() for verdict in verdicts])
    else:
        for verdict in verdicts:
            say(verdict.text())
    if any(verdict.error for verdict in verdicts):
        raise typer.Exit(1)


def run(  # noqa: PLR0913 - each is an option of the command line
    config: ConfigArgument = Path(),
    *,
    json: JsonOption = False,
    lang: Annotated[Lang | None, typer.Option(help="Language of files for people; default: the project's.")] = None,
    with_personal_data: Annotated[
        bool, typer.Option("--with-personal-data", help="Name the parties in the files; default: the project's choice.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Work with so many processes on this machine.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Work on the machines of a dask scheduler: tcp://HOST:8786.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Read every file, also land layers that did not change since the last run.")
    ] = False,
) -> None:
    """Go the whole way: from the files to graded cases, tables and a map."""
    if workers is not None and scheduler is not None:
        raise typer.BadParameter("give either --workers or --scheduler", param_hint="workers")  # noqa: EM101
    changes: dict[str, Any] = {"with_personal_data": True} if with_personal_data else {}
    changes |= {} if lang is None else {"language": lang.value}
    _run(config, changes, json=json, scheduler=scheduler, count=workers, anew=anew)


def _run(
    path: Path,
    changes: dict[str, Any],
    *,
    json: bool,
    scheduler: str | None = None,
    count: int | None = None,
    anew: bool = False,
) -> None:
    from geoenforce.inputs.config import load_config
    from geoenforce.outputs.summary import rejected_text, run_summary, summary_rows
    from geoenforce.pipeline import run as run_pipeline
    from geoenforce.pipeline import steps
    from geoenforce.scale.workers import workers

    config = load_config(path)
    config = config.model_copy(update={"project": config.project.model_copy(update=changes)})
    waited_for = scheduler or (f"{count} workers" if count else "")
    with progress(steps(config), waited_for) as announce, workers(scheduler, count, announce.parts) as crew:
        done = run_pipeline(config, announce, crew, anew=anew)
    summary = run_summary(done.results)
    if json:
        as_json({**summary, "files": {name: str(file) for name, file in done.files.items()}})
        return
    title, header, rows = summary_rows(summary, config.project.language)
    as_table(header, rows, title=title)
    rejected = rejected_text(summary, config.project.language)
    if rejected:
        typer.echo(f"! {rejected}", err=True)
    for name in _WORTH_OPENING:
        if name in done.files:
            say(f"→ {done.files[name]}")
