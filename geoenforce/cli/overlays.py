"""Commands that overlay files without a project: overlay, screen, standby."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from geoenforce.cli.options import DAY, JsonOption, Lang, LangOption, as_options
from geoenforce.cli.show import as_json, as_table, progress, say

ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", help="Name of a column of VIOLATIONS: violation_id=TBBH (repeatable).")
]
CrsOption = Annotated[str | None, typer.Option(help="Coordinate system of files that name none, e.g. EPSG:4527.")]


def register(app: typer.Typer) -> None:
    """
    Add the commands of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    land = "--basic-farmland jbnt.shp --cultivated dltb.gdb"
    app.command(epilog=f"Example: geoenforce overlay wf.shp {land} -o areas.csv")(overlay)
    app.command(epilog=f"Example: geoenforce screen site.txt {land}")(screen)
    app.command(epilog="Example: geoenforce standby")(standby)


def overlay(  # noqa: PLR0913 - each is an option of the command line
    violations: Annotated[str, typer.Argument(help="Violation polygons.")],
    *,
    basic_farmland: Annotated[str, typer.Option(help="Basic farmland; may name a layer: a.gdb|layername=L.")],
    cultivated: Annotated[str, typer.Option(help="Land parcels (DLBM decides), or polygons of cultivated land.")],
    approvals: Annotated[str | None, typer.Option(help="Approved sites, with approved_on.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=".csv, .xlsx, .gpkg or .parquet")] = None,
    pieces: Annotated[
        Path | None, typer.Option(help="Also write the schedule of land classes (地类明细表) here.")
    ] = None,
    by_code: Annotated[
        Path | None, typer.Option(help="Also write each violation's area by land code (地类面积) here.")
    ] = None,
    crs: CrsOption = None,
    column: ColumnOption = None,
    found_on: Annotated[datetime | None, typer.Option(**DAY, help="Day of finding, where the file has none.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Work on the machines of a dask scheduler, over prepared layers that all see.")
    ] = None,
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """Measure each violation's area by land class; no project needed."""
    from geoenforce.core.tables import AREAS
    from geoenforce.outputs.one_table import records, rows_for_people
    from geoenforce.scale.workers import workers
    from geoenforce.shortcuts.overlays import Layers, overlay_files
    from geoenforce.shortcuts.places import refuse_places

    layers = Layers(violations, basic_farmland, cultivated, approvals, crs)
    refuse_places(layers, output, pieces, by_code)
    day = None if found_on is None else found_on.date()
    with as_options(), progress(1, scheduler or "") as announce, workers(scheduler, None, announce.parts) as crew:
        announce("overlay")
        done = overlay_files(
            layers, columns=_pairs(column), found_on=day,
            with_pieces=pieces is not None, with_codes=by_code is not None, crew=crew,
        )  # fmt: skip
    done.write(output, pieces, by_code)
    if json:
        as_json(records(done.areas, AREAS))
    elif output is None:
        as_table(*rows_for_people(done.areas, AREAS, lang.value))
    else:
        say(f"{len(done.areas)} → {output}")
    typer.echo(done.summary(), err=True)


def screen(  # noqa: PLR0913 - each is an option of the command line
    site: Annotated[str, typer.Argument(help="Polygons of the proposed site.")],
    *,
    basic_farmland: Annotated[str, typer.Option(help="Basic farmland polygons.")],
    cultivated: Annotated[str, typer.Option(help="Land parcels (DLBM decides), or polygons of cultivated land.")],
    approvals: Annotated[str | None, typer.Option(help="Approved sites, with approved_on.")] = None,
    crs: CrsOption = None,
    json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """Say how much basic farmland and cultivated land a proposed site would take."""
    from geoenforce.standby import ask, screened

    layers = {
        "patches": site,
        "basic_farmland": basic_farmland,
        "cultivated": cultivated,
        "approvals": approvals,
        "crs": crs,
    }
    with as_options():
        answer = ask({"layers": layers, "json": json, "lang": lang.value})
        if answer is None:
            answer = screened(layers, json=json, lang=lang.value)
    if json:
        as_json(answer["records"])
    else:
        as_table(answer["header"], answer["rows"])
    typer.echo(answer["summary"], err=True)


def standby() -> None:
    """Stand by with everything loaded: while this runs, `screen` is answered at once (Ctrl-C ends it)."""
    from geoenforce.standby import stand_by

    with suppress(KeyboardInterrupt):
        stand_by(say)


def _pairs(columns: list[str] | None) -> dict[str, str]:
    for column in columns or []:
        if "=" not in column:
            message = f"'{column}' must be our_name=THEIR_NAME, such as violation_id=TBBH"
            raise typer.BadParameter(message, param_hint="--column")
    return dict(column.split("=", 1) for column in columns or [])
