"""Command that prepares a land layer: prepare."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from geoenforce.cli.options import DAY, as_options
from geoenforce.cli.show import say


class Kind(StrEnum):
    """The kinds of land that can be prepared."""

    BASIC_FARMLAND = "basic-farmland"
    CULTIVATED = "cultivated"
    PARCELS = "parcels"


_KINDS: dict[Kind, Literal["basic_farmland", "cultivated", "parcels"]] = {
    Kind.BASIC_FARMLAND: "basic_farmland",
    Kind.CULTIVATED: "cultivated",
    Kind.PARCELS: "parcels",
}


def register(app: typer.Typer) -> None:
    """
    Add the command of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command(epilog="Example: geoenforce prepare dltb.gdb --kind cultivated -o dltb.prepared")(prepare)


def prepare(
    layer: Annotated[str, typer.Argument(help="Land polygons; may name a layer: a.gdb|layername=L.")],
    *,
    kind: Annotated[Kind, typer.Option(help="What land it is; parcels: all, with their codes.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="What to make: a folder .prepared, or a snapshot .parquet.")
    ],
    effective_from: Annotated[
        datetime | None, typer.Option(**DAY, help="First day the layer is in force (default: always).")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Coordinate system, if the file names none, e.g. EPSG:4527.")] = None,
    issues: Annotated[Path | None, typer.Option(help="Write what was met in the file here (CSV).")] = None,
) -> None:
    """Prepare a land layer once, so that overlay and screen read only what lies near the polygons in question."""
    from geoenforce.core.tables import ISSUES
    from geoenforce.inputs.reading import ReadOptions
    from geoenforce.inputs.row_counts import rows_of
    from geoenforce.outputs.tables import write_csv
    from geoenforce.pipeline.prepared import SNAPSHOT, prepare_land
    from geoenforce.shortcuts.overlays import counts_text
    from geoenforce.violations.prepared import SUFFIX

    if output.suffix not in (SUFFIX, SNAPSHOT):
        message = (
            f"'{output}' must end in {SUFFIX} (a prepared layer) or {SNAPSHOT} (a snapshot), by which others know it"
        )
        raise typer.BadParameter(message, param_hint="--output")
    path, _, name = layer.partition("|layername=")
    options: ReadOptions = {}
    if name:
        options["layer"] = name
    if crs:
        options["crs"] = crs
    day = None if effective_from is None else effective_from.date()
    with as_options(), _progress(rows_of(Path(path), name or None)) as told:
        reading = prepare_land(path, output, kind=_KINDS[kind], effective_from=day, progress=told, **options)
    if issues is not None:
        write_csv(reading.issues, ISSUES, issues)
    typer.echo(counts_text(layer, reading), err=True)
    for problem, count in reading.issues["problem"].value_counts().items():
        typer.echo(f"  {problem}: {count}", err=True)
    say(f"→ {output}")


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[str, int], None]]:
    """Show on a terminal how many rows each step has done, the first of `total`, and nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, int] = {}

        def told(step: str, rows: int) -> None:
            if step not in tasks:
                if bar.tasks:  # what the step before left out was not wanted
                    bar.update(bar.tasks[-1].id, total=bar.tasks[-1].completed)
                before = bar.tasks[-1].completed if bar.tasks else total  # a step has the rows that the one before kept
                tasks[step] = bar.add_task(step, total=before)
            bar.advance(tasks[step], rows)  # type: ignore[arg-type]

        yield told
