"""
Write the pages of docs/ that are made from the code: ``python docs/build.py``.

A test fails while a page says something else than the code.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

from typer import Context, Typer
from typer.models import ArgumentInfo

from geoenforce.cli import app
from geoenforce.core.data_dictionary import data_dictionary

FOLDER = Path(__file__).parent

_HEAD = """\
# Commands · 命令

Made from the command line's own help by `python docs/build.py`; do not edit it here. `geoenforce COMMAND --help` says
the same.

Exit status: 0 done; 1 an error of the input, told in one message; 2 the command was used wrongly; 130 stopped by
Ctrl-C. Data and tables go to stdout, messages to stderr, a progress bar only to a terminal.
"""


def command_reference() -> str:
    """Describe every command in Markdown."""
    return "\n".join([_HEAD, *(part for command in commands(app) for part in _command(command))])


@dataclass(frozen=True)
class Command:
    """One command, by the words it is called with."""

    name: str
    function: Callable[..., Any]
    epilog: str


def commands(group: Typer, name: str = "") -> Iterator[Command]:
    """Go through the commands of a group: those that do something, and those of the groups within."""
    if name and group.registered_callback is not None and group.info.invoke_without_command:
        callback = group.registered_callback
        assert callback.callback is not None
        yield Command(name, callback.callback, str(callback.epilog))
    for command in group.registered_commands:
        assert command.callback is not None
        yield Command(
            f"{name} {command.name or command.callback.__name__}".strip(), command.callback, str(command.epilog)
        )
    for within in group.registered_groups:
        assert within.typer_instance is not None
        yield from commands(within.typer_instance, f"{name} {within.name}".strip())


PAGES: dict[str, Callable[[], str]] = {"cli.md": command_reference, "data-dictionary.md": data_dictionary}


def _command(command: Command) -> Iterator[str]:
    parameters = list(_parameters(command.function))
    yield f"## {command.name}\n\n{inspect.getdoc(command.function)}\n"
    yield f"```sh\n{' '.join(['geoenforce', command.name, *_usage(parameters)])}\n```\n"
    yield "| | meaning | default |\n|---|---|---|"
    for one in parameters:
        yield f"| `{', '.join(one.names)}` | {one.meaning} | {one.default or 'required'} |".replace(
            "a.gdb|", r"a.gdb\|"
        )
    yield ""
    yield f"{command.epilog.replace('Example: ', 'Example: `').replace('   or   ', '` or `')}`\n"


@dataclass(frozen=True)
class _Parameter:
    names: list[str]
    meaning: str
    default: str  # empty where it must be given
    is_argument: bool


def _usage(parameters: list[_Parameter]) -> Iterator[str]:
    for one in parameters:
        if one.is_argument:
            yield f"[{one.names[0]}]" if one.default else one.names[0]
        elif not one.default:
            yield f"{one.names[0]} …"
    if not all(one.is_argument for one in parameters):
        yield "[OPTIONS]"


def _parameters(function: Callable[..., Any]) -> Iterator[_Parameter]:
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        if hints[name] is Context:
            continue
        (info,) = hints[name].__metadata__
        is_argument = isinstance(info, ArgumentInfo)
        # Inside Annotated, typer keeps the first spelling of an option where the default would be.
        spellings = [info.default] if isinstance(info.default, str) else []
        options = [*spellings, *(info.param_decls or [])] or [f"--{name.replace('_', '-')}"]
        names = [name.upper()] if is_argument else options
        yield _Parameter(names, info.help or "", _default(parameter.default), is_argument)


def _default(value: Any) -> str:
    if value is inspect.Parameter.empty:
        return ""
    if value is None or value is False:
        return "—"
    return f"`{value.value if isinstance(value, Enum) else value}`"


if __name__ == "__main__":
    for name, build in PAGES.items():
        (FOLDER / name).write_text(build(), encoding="utf-8")
