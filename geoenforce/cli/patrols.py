"""The command about patrols: trips, compliance, coverage and doubts from tracks alone."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from geoenforce.cli.options import DAY, JsonOption, Lang, LangOption
from geoenforce.cli.show import as_json, as_table, say

_Day = Annotated[datetime | None, typer.Option(**DAY, help="Default: the day of the first or last trip.")]


class Datum(StrEnum):
    """What positions of logs are in."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ-02"


def register(app: typer.Typer) -> None:
    """
    Add the command of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command(epilog="Example: geoenforce patrols tracks --townships xzq.shp --ledger ledger.xlsx -o out")(patrols)


def patrols(  # noqa: PLR0913 - each is an option of the command line
    tracks: Annotated[list[Path], typer.Argument(help="Logs: files, folders, patterns or zipped deliveries.")],
    *,
    townships: Annotated[Path | None, typer.Option(help="Townships; without them no working day is judged.")] = None,
    basic_farmland: Annotated[Path | None, typer.Option(help="Basic farmland, for the coverage.")] = None,
    ledger: Annotated[Path | None, typer.Option(help="The patrol ledger, XLSX or CSV.")] = None,
    excused: Annotated[Path | None, typer.Option(help="Days without duty to patrol, CSV or XLSX.")] = None,
    roads: Annotated[Path | None, typer.Option(help="Roads or paths: they show logs in GCJ-02.")] = None,
    datum: Annotated[Datum, typer.Option(help="What the positions are in.")] = Datum.WGS84,
    crs: Annotated[str | None, typer.Option(help="Of CSV and XLSX tracks in metres, such as EPSG:4527.")] = None,
    ledger_datum: Annotated[Datum, typer.Option(help="What the ledger's places are in.")] = Datum.CGCS2000,
    time_zone: Annotated[str, typer.Option(help="Zone of times that name none.")] = "Asia/Shanghai",
    first: _Day = None,
    last: _Day = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder for the tables.")] = None,
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """Judge patrols by their tracks: trips, working days, coverage, ledger, doubts."""
    from geoenforce.outputs.patrol_summary import (
        files_without_fixes,
        lines_of_files_without_fixes,
        patrol_summary,
        patrol_summary_rows,
    )
    from geoenforce.shortcuts.patrols import PatrolFiles, patrol_files

    files = PatrolFiles(tuple(tracks), townships, basic_farmland, ledger, excused, roads)
    days = (None if first is None else first.date(), None if last is None else last.date())
    done = patrol_files(
        files, datum=datum.value, time_zone=time_zone, days=days, crs=crs, ledger_datum=ledger_datum.value
    )
    written = done.write(output)
    summary = patrol_summary(done.results)
    if json:
        found = {"issues": len(done.issues), "files_without_fixes": files_without_fixes(done.issues)}
        as_json({**summary, **found, "files": {name: str(path) for name, path in written.items()}})
        return
    title, header, rows = patrol_summary_rows(summary, lang.value)
    as_table(header, rows, title=title)
    for line in lines_of_files_without_fixes(done.issues, lang.value):
        say(line)
    for path in written.values():
        say(f"→ {path}")
