"""The command about deadlines: the last day of a period."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoenforce.cli.options import JsonOption, read_day
from geoenforce.cli.show import as_json, say

if TYPE_CHECKING:
    from geoenforce.core.calendar import Overrides
    from geoenforce.core.deadlines import Day


def register(app: typer.Typer) -> None:
    """
    Add the command of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command(epilog="Example: geoenforce due 2026-02-13 --working-days 2")(due)


def due(
    on: Annotated[datetime, typer.Argument(parser=read_day, metavar="ON", help="Day of the event; it is day 0.")],
    *,
    working_days: Annotated[int | None, typer.Option(min=0, help="Length in working days (个工作日).")] = None,
    days: Annotated[int | None, typer.Option(min=0, help="Length in calendar days (日).")] = None,
    calendar: Annotated[Path | None, typer.Option(help="CSV of days the calendar lacks: date,is_working_day.")] = None,
    json: JsonOption = False,
) -> None:
    """Find the last day of a period after the State Council's calendar, make-up days included."""
    from geoenforce.core.calendar import STAND_IN
    from geoenforce.core.deadlines import due_details

    if (working_days is None) == (days is None):
        raise typer.BadParameter("give either --working-days or --days", param_hint="length")  # noqa: EM101
    day = on.date()
    found = due_details(day, working_days=working_days, days=days, overrides=_overrides(calendar))
    for year in found.unpublished_years:
        typer.echo(
            f"The working days of {year} are not published: {STAND_IN} is taken instead, and the answer may be wrong. "
            "Give the State Council's days with --calendar.",
            err=True,
        )
    if not json:
        say(found.due.isoformat())
        return
    length = {"days": days} if working_days is None else {"working_days": working_days}
    moved = {} if found.moved_from is None else {"moved_from": found.moved_from}
    as_json(
        {
            "from": day,
            **length,
            "due": found.due,
            "counted": [_record(one) for one in found.counted],
            "skipped": [_record(one) for one in found.skipped],
            **moved,
            "unpublished_years": found.unpublished_years,
        }
    )


def _overrides(path: Path | None) -> "Overrides | None":
    from geoenforce.core.calendar import read_overrides
    from geoenforce.core.errors import FormatError, InputError

    if path is None:
        return None
    try:
        return read_overrides(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message = f"{path}: there is no such file."
        raise FormatError(message) from None
    except UnicodeDecodeError:
        message = f"{path}: is not text in UTF-8; save it as CSV in UTF-8."
        raise FormatError(message) from None
    except InputError as error:
        message = f"{path}: {error}"
        raise InputError(message) from None


def _record(day: "Day") -> dict[str, Any]:
    name = {"holiday": day.holiday} if day.holiday else {}
    return {"on": day.on, "why": day.kind.value, **name}
