"""Commands that enter what happened: events, measures, declarations."""

import inspect
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoenforce.cli.options import DAY, ConfigOption, JsonOption, read_day
from geoenforce.cli.show import as_json, as_table, say
from geoenforce.core.accountability_terms import Event, Level
from geoenforce.core.clock import today

if TYPE_CHECKING:
    from geoenforce.pipeline.entering import Entry

_Office = Annotated[str, typer.Argument(help="Division code, department or case; with --level, a person's number.")]
_LevelOption = Annotated[Level | None, typer.Option(help="For an office that is in no list.")]
_Note = Annotated[str | None, typer.Option(help="Anything else.")]

#: What people say for an event beside its code: an order is given, not "ordered".
_ALSO = {Event.STOP_ORDERED: "--stop-order"}

event_commands = typer.Typer(help="What happened in cases: enter it, list it, take it back.", no_args_is_help=True)
measure_commands = typer.Typer(help="Measures imposed: enter one.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """
    Add the commands of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.add_typer(event_commands, name="event")
    app.add_typer(measure_commands, name="measure")
    app.command(epilog="Example: geoenforce declare 445299101 obstruction --on 2026-03-02 --by 执法一科 --config demo")(
        declare
    )


def add(  # noqa: PLR0913 - each is an option of the command line
    case: Annotated[str, typer.Argument(help="The case; or the code of a unit, for what happens in units.")],
    *,
    config: ConfigOption = Path(),
    at: Annotated[str | None, typer.Option(help="Time of day in China, such as 14:30, of a single event.")] = None,
    office: Annotated[str | None, typer.Option(help="Who acted or was told, where it matters.")] = None,
    period: Annotated[str | None, typer.Option(help="Month a report is for, such as 2026-03.")] = None,
    note: _Note = None,
    other: Annotated[
        list[str] | None, typer.Option("--other", help="An event that a regulation of yours declares: CODE=2026-03-02.")
    ] = None,
    **days: datetime | None,
) -> None:
    """Enter what happened in a case: one option for each event, with its day."""
    from zoneinfo import ZoneInfo

    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.entering import enter_events, moment

    happened = {name: day.date() for name, day in days.items() if day is not None} | _others(other or [])
    if not happened:
        raise typer.BadParameter("name at least one event, such as --stop-order 2026-03-02", param_hint="event")  # noqa: EM101
    if at is not None and len(happened) > 1:
        raise typer.BadParameter("is of a single event; enter the others by themselves", param_hint="--at")  # noqa: EM101
    known_at = None if at is None else moment(next(iter(happened.values())), at, ZoneInfo("Asia/Shanghai"))
    more = {"at": known_at, "office": office, "period": period, "note": note}
    _tell(enter_events(load_config(config), case, happened, **more))


def _with_events(function: Any) -> Any:
    """Give a command an option for each event, in place of its keyword arguments."""
    signature = inspect.signature(function)
    fixed = [one for one in signature.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    options = []
    for one in Event:
        names = (f"--{one.value.replace('_', '-')}", *([_ALSO[one]] if one in _ALSO else []))
        kind = Annotated[datetime | None, typer.Option(*names, **DAY, help=f"{one.en} {one.zh}")]
        keyword = inspect.Parameter.KEYWORD_ONLY
        options.append(inspect.Parameter(one.value, keyword, default=None, annotation=kind))
    function.__signature__ = signature.replace(parameters=[*fixed, *options])
    function.__annotations__ = {
        **{name: kind for name, kind in function.__annotations__.items() if name != "days"},
        **{one.name: one.annotation for one in options},
    }
    return function


event_commands.command(
    "add", epilog="Example: geoenforce event add 445299-2026-017 --stop-order 2026-03-02 --config demo"
)(_with_events(add))


@event_commands.command("list", epilog="Example: geoenforce event list 445299-2026-017 --config demo")
def list_events(
    case: Annotated[str, typer.Argument(help="The case, or the code of a unit.")],
    *,
    config: ConfigOption = Path(),
    json: JsonOption = False,
) -> None:
    """List the events of a case, from files and by command, in order of their days."""
    from geoenforce.inputs.config import load_config
    from geoenforce.outputs.run_tables import plain_records
    from geoenforce.pipeline.entering import events_of

    columns = ["event", "on", "at", "office", "period", "note", "source_file", "row"]
    events = events_of(load_config(config), case).reindex(columns=columns)
    records = [{**one, "on": one["on"].date().isoformat()} for one in plain_records(events)]
    records = [{**one, "at": None if one["at"] is None else one["at"].isoformat()} for one in records]
    if json:
        as_json(records)
    else:
        as_table(["event", "on", "at", "office", "from", "row"], [_row(one) for one in records])


@event_commands.command("withdraw", epilog="Example: geoenforce event withdraw 21 --config demo")
def withdraw(
    entry: Annotated[int, typer.Argument(help="Number of an entry; of a measure or a declaration as well.")],
    *,
    config: ConfigOption = Path(),
) -> None:
    """Take back an entry made by mistake; that it was there stays on record."""
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.entering import withdraw_entry

    say(f"entry {entry} withdrawn: revision {withdraw_entry(load_config(config), entry)}")


@measure_commands.command(
    "add", epilog="Example: geoenforce measure add 445299101 诫勉谈话 --on 2026-03-02 --config demo"
)
def add_measure(  # noqa: PLR0913 - each is an option of the command line
    office: _Office,
    measure: Annotated[str, typer.Argument(help="Code or name of the measure.")],
    *,
    on: Annotated[datetime, typer.Option(**DAY, help="Day it was imposed.")],
    correct_by: Annotated[datetime | None, typer.Option(**DAY, help="Day by which it had to be put right.")] = None,
    corrected_on: Annotated[datetime | None, typer.Option(**DAY, help="Day it was put right.")] = None,
    regulation: Annotated[str | None, typer.Option(help="Id of the regulation it rests on.")] = None,
    article: Annotated[str | None, typer.Option(help="Article it rests on.")] = None,
    cases: Annotated[str | None, typer.Option(help="Cases it was about, with ; between.")] = None,
    level: _LevelOption = None,
    note: _Note = None,
    config: ConfigOption = Path(),
) -> None:
    """Enter a measure that was imposed."""
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.entering import enter_measure

    more = {
        "correct_by": _day(correct_by),
        "corrected_on": _day(corrected_on),
        "regulation": regulation,
        "article": article,
        "case_ids": cases,
        "level": None if level is None else level.value,
        "note": note,
    }
    _tell(enter_measure(load_config(config), office, measure, on.date(), **more))


def declare(  # noqa: PLR0913 - each is an option of the command line
    office: _Office,
    fact: Annotated[str, typer.Argument(help="Code or name of the fact, as a regulation in use declares it.")],
    *,
    on: Annotated[datetime, typer.Option(**DAY, help="Day from which it holds.")],
    by: Annotated[str, typer.Option(help="Who records it; personal data, kept apart.")],
    recorded_on: Annotated[datetime | None, typer.Option(**DAY, help="Day it was recorded; default: today.")] = None,
    case: Annotated[str | None, typer.Option(help="The case it belongs to.")] = None,
    level: _LevelOption = None,
    note: _Note = None,
    config: ConfigOption = Path(),
) -> None:
    """Enter a fact that a person has established and that cannot be computed."""
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.entering import declare as enter_declaration

    more = {
        "recorded_by": by,
        "recorded_on": _day(recorded_on) or today(),
        "case_id": case,
        "level": None if level is None else level.value,
        "note": note,
    }
    _tell(enter_declaration(load_config(config), office, fact, on.date(), **more))


def _others(given: list[str]) -> dict[str, date]:
    found = {}
    for one in given:
        code, _, text = one.partition("=")
        try:
            found[code] = read_day(text).date()
        except typer.BadParameter:
            message = f"is written CODE=2026-03-02, but is {one!r}"
            raise typer.BadParameter(message, param_hint="--other") from None
    return found


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _row(record: Mapping[str, Any]) -> list[Any]:
    name = Event.of(record["event"]).zh if record["event"] in set(Event) else record["event"]
    at = "" if record["at"] is None else record["at"][11:16]
    return [name, record["on"], at, record["office"], record["source_file"], record["row"]]


def _tell(entry: "Entry") -> None:
    say(f"entered as {entry.number}; the next 'geoenforce run' counts it")
    for contradiction in entry.contradictions:
        typer.echo(contradiction, err=True)
