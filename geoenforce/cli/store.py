"""Commands about the store: runs, outputs of a run again, the audit trail, copies."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from geoenforce.cli.options import ConfigArgument, ConfigOption, JsonOption, Lang, OnOption, RunOption
from geoenforce.cli.show import as_json, as_table, progress, say, tell_drawn

if TYPE_CHECKING:
    from geoenforce.inputs.config import Config
    from geoenforce.pipeline.again import Rewritten

_Language = Annotated[Lang | None, typer.Option(help="Language of files for people; default: the project's.")]
_Personal = Annotated[
    bool, typer.Option("--with-personal-data", help="Name the parties in the files; default: the project's choice.")
]

runs = typer.Typer(help="List the runs; show one, or compare two.", invoke_without_command=True)
audit = typer.Typer(help="The audit trail.", no_args_is_help=True)
store = typer.Typer(help="The store itself: what is in it, copies, upgrades.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """
    Add the commands of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command("map", epilog="Example: geoenforce map demo --lang en -o map_en.html")(draw_map)
    app.command(epilog="Example: geoenforce tables demo --run 21 -o march")(tables)
    app.command(epilog="Example: geoenforce dictionary --json")(dictionary)
    app.add_typer(runs, name="runs")
    app.add_typer(audit, name="audit")
    app.add_typer(store, name="store")


def draw_map(
    config: ConfigArgument = Path(),
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = Path("map.html"),
    run: RunOption = None,
    on: OnOption = None,
    lang: _Language = None,
    with_personal_data: _Personal = False,
) -> None:
    """Draw the map of any run again, from the store."""
    if output.suffix.lower() not in (".html", ".htm"):
        raise typer.BadParameter(f"'{output}' must end in .html: the map is a web page", param_hint="--output")  # noqa: EM102
    from geoenforce.pipeline.again import map_again, stored_run

    loaded = _configured(config, lang, with_personal_data=with_personal_data)
    _tell(map_again(loaded, stored_run(loaded, run, _day(on)), output))


def tables(  # noqa: PLR0913 - each is an option of the command line
    config: ConfigArgument = Path(),
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write into.")],
    run: RunOption = None,
    on: OnOption = None,
    lang: _Language = None,
    with_personal_data: _Personal = False,
    json: Annotated[bool, typer.Option("--json", help="Write each CSV table as JSON as well.")] = False,
) -> None:
    """Write the tables of any run again, from the store: CSV, XLSX, GeoPackage, JSON."""
    from geoenforce.outputs.json_tables import write_json_tables
    from geoenforce.pipeline.again import stored_run, tables_again

    loaded = _configured(config, lang, with_personal_data=with_personal_data)
    stored = stored_run(loaded, run, _day(on))
    with progress(len(stored.record["outputs"])) as announce:
        _tell(tables_again(loaded, stored, output, announce))
    for path in write_json_tables(output) if json else ():
        say(f"→ {path}")


def dictionary(*, json: JsonOption = False) -> None:
    """Say what every column of every table means: unit, codes, Chinese and English names."""
    from geoenforce.core.data_dictionary import data_dictionary, dictionary_record

    if json:
        as_json(dictionary_record())
    else:
        say(data_dictionary())


@runs.callback(epilog="Example: geoenforce runs --config demo")
def list_runs(context: typer.Context, *, config: ConfigOption = Path(), json: JsonOption = False) -> None:
    """List the runs of a project; show one, or compare two."""
    if context.invoked_subcommand is not None:
        return
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.storing import reading_store
    from geoenforce.store.runs import runs as list_all

    with reading_store(load_config(config)) as opened:
        found = list_all(opened).reset_index()
    if json:
        as_json(found.to_dict("records"))
        return
    rows = [[one["run"], _local(one["finished_at"]), one["as_of"], one["software"], one["inputs"]] for one in
            found.to_dict("records")]  # fmt: skip
    as_table(["run", "finished", "as of", "geoenforce", "inputs"], rows)


@runs.command("show", epilog="Example: geoenforce runs show 21 --config demo")
def show(
    run: Annotated[int, typer.Argument(help="Number of the run.")],
    *,
    config: ConfigOption = Path(),
    json: JsonOption = False,
) -> None:
    """Show what a run was made from: inputs with hashes, options, regulations, versions."""
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.storing import reading_store
    from geoenforce.store.runs import run_record

    with reading_store(load_config(config)) as opened, opened.reading() as connection:
        record = run_record(connection, run)
    if json:
        as_json(record)
        return
    say(f"run {run}  {record['project']}  {_local(record['started_at'])} → {_local(record['finished_at'])}")
    rows = [[one["kind"], one["source"], one.get("read", ""), one["sha256"][:12]] for one in record["inputs"]]
    as_table(["input", "source", "rows", "sha256"], rows)
    told = [["as of", record["results"]["as_of"]]]
    told += [["regulation", f"{one['id']} {one['number'] or ''}"] for one in record["regulations"]]
    told += [[name, value] for part in ("options", "versions") for name, value in record[part].items()]
    as_table(["", ""], told)


@runs.command("diff", epilog="Example: geoenforce runs diff 21 34 --config demo")
def compare(
    before: Annotated[int, typer.Argument(help="Number of the earlier run.")],
    after: Annotated[int, typer.Argument(help="Number of the later run.")],
    *,
    config: ConfigOption = Path(),
    json: JsonOption = False,
) -> None:
    """Say which cases and findings changed from one run to another, and because of what."""
    from geoenforce.inputs.config import load_config
    from geoenforce.outputs.run_changes import change_lines
    from geoenforce.pipeline.storing import reading_store
    from geoenforce.store.run_changes import diff

    with reading_store(load_config(config)) as opened:
        changes = diff(opened, before, after)
    if json:
        as_json(changes)
    else:
        say("\n".join(change_lines(changes)))


@audit.command("verify", epilog="Example: geoenforce audit verify --config demo")
def verify(
    *,
    config: ConfigOption = Path(),
    code: Annotated[
        str | None, typer.Option(help="Instead: which run and case the code of an evidence sheet belongs to.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check the chain of hashes, every row and every snapshot; exit status 1 if anything was altered."""
    if code is not None:
        from geoenforce.cli.evidence import verify_code

        verify_code(config, code, json=json)
        return
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.storing import noted_hashes, reading_store
    from geoenforce.store.audit import verify as find_problems

    loaded = load_config(config)
    with reading_store(loaded) as opened:
        problems = find_problems(opened, noted_hashes(loaded))
    if json:
        as_json(problems)
    else:
        say("\n".join(problems) if problems else "Nothing was altered, removed or reordered.")
    if problems:
        raise typer.Exit(1)


@store.command("info", epilog="Example: geoenforce store info --config demo")
def info(*, config: ConfigOption = Path(), json: JsonOption = False) -> None:
    """Say where the store is and what is in it."""
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.storing import reading_store
    from geoenforce.store.copying import contents

    with reading_store(load_config(config)) as opened:
        about: dict[str, Any] = {"store": opened.name, "snapshots": str(opened.folder), "rows": contents(opened)}
    if json:
        as_json(about)
        return
    say(f"{about['store']}\nsnapshots: {about['snapshots']}")
    as_table(["table", "rows, with those of the past"], list(about["rows"].items()))


@store.command("copy", epilog="Example: geoenforce store copy store.gpkg postgresql+psycopg://officer@server/farmland")
def copy(
    source: Annotated[str, typer.Argument(help="URL of the store, or the path of a GeoPackage.")],
    target: Annotated[str, typer.Argument(help="URL of an empty one; passwords come from ~/.pgpass.")],
    *,
    source_snapshots: Annotated[Path | None, typer.Option(help="Folder of its snapshots; default: beside it.")] = None,
    target_snapshots: Annotated[Path | None, typer.Option(help="Folder for the snapshots; default: beside it.")] = None,
) -> None:
    """Copy a whole store, its past and personal data included, and hold the copy against it."""
    from geoenforce.store.addresses import complete, refuse_password
    from geoenforce.store.copying import copy_store
    from geoenforce.store.engine import open_store

    urls = [complete(refuse_password(url), Path.cwd()) for url in (source, target)]
    with open_store(urls[0], source_snapshots) as one, open_store(urls[1], target_snapshots) as other:
        copied = copy_store(one, other)
        say(f"{sum(copied.rows.values())} rows and {copied.snapshots} snapshots: {one.name} → {other.name}")
        say(f"last link of the chain: {copied.sha256}")


@store.command("upgrade", epilog="Example: geoenforce store upgrade --config demo")
def upgrade(*, config: ConfigOption = Path()) -> None:
    """Bring the store's tables to the version that this geoenforce works with; make a copy first."""
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.storing import project_store
    from geoenforce.store.upgrades import newest_version
    from geoenforce.store.upgrades import upgrade as bring_up

    with project_store(load_config(config)) as opened:
        bring_up(opened)
        say(f"{opened.name}: tables {newest_version()}")


def _configured(path: Path, lang: Lang | None, *, with_personal_data: bool) -> "Config":
    from geoenforce.inputs.config import load_config

    config = load_config(path)
    changes: dict[str, Any] = {"with_personal_data": True} if with_personal_data else {}
    changes |= {} if lang is None else {"language": lang.value}
    return config.model_copy(update={"project": config.project.model_copy(update=changes)})


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _local(moment: str) -> str:
    """Write a moment as the clock in China shows it."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")


def _tell(written: "Rewritten") -> None:
    tell_drawn(written.files.values(), is_on_record=written.is_on_record)
    say(f"run {written.run}: {len(written.same)} of {len(written.files)} files are byte for byte those of then")
