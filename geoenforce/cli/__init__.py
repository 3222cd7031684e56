"""
The command line: parse, call one function, print.

Heavy libraries are imported inside the commands, so that ``geoenforce --help`` answers at once.
"""

import atexit
import errno
import gc
import os
import platform
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from geoenforce.cli import (
    accountability,
    cases,
    deadlines,
    entries,
    evidence,
    overlays,
    patrols,
    prepared,
    projects,
    reports,
    store,
)
from geoenforce.core.errors import GeoenforceError
from geoenforce.core.interrupted import INTERRUPTED, STOPPED
from geoenforce.core.memory import OBJECTS_UNTIL_SWEPT

app = typer.Typer(
    name="geoenforce",
    help="Who took which farmland, how grave it is, and why. 耕地保护执法与巡查分析。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    projects,
    overlays,
    prepared,
    patrols,
    accountability,
    cases,
    deadlines,
    entries,
    reports,
    store,
    evidence,
):
    module.register(app)


def _say_version(*, is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"geoenforce {version('geoenforce')}, Python {platform.python_version()}")
        raise typer.Exit


@app.callback(help=app.info.help)
def _everywhere(
    *,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version (版本), and end.")
    ] = False,
) -> None:
    """Take what goes before a command."""


#: What each command is called in the list of them; its own help says more.
_CHINESE = {
    "demo": "示范县", "init": "新建项目", "check": "检查数据", "run": "全流程运行",
    "overlay": "叠加量算", "screen": "选址查询", "standby": "常驻待命", "prepare": "预备图层",
    "patrols": "巡查分析", "findings": "触及条款", "duties": "履职时限", "indicators": "考核指标",
    "grade": "情节认定", "explain": "说明理由", "regulations": "规定文件", "due": "期限推算",
    "declare": "登记认定事实", "event": "案件进度登记", "measure": "措施登记",
    "report": "报告", "letter": "文书", "map": "地图", "tables": "成果表", "evidence": "案件证据材料",
    "dictionary": "数据字典", "runs": "历次运行", "audit": "审计", "store": "数据库",
}  # fmt: skip
for command in app.registered_commands:
    called = str(command.name or getattr(command.callback, "__name__", ""))
    command.short_help = f"{_CHINESE[called]} · {getattr(command.callback, '__doc__', '')}"
for group in app.registered_groups:
    if group.name is not None and group.typer_instance is not None:
        group.short_help = f"{_CHINESE[group.name]} · {group.typer_instance.info.help}"

#: Set by other GIS programs for their own libraries; with them, ours find the wrong databases and fail.
_FOREIGN_SETTINGS = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")


def main() -> None:
    """
    Run the command line; an error of the input is one message and exit status 1, Ctrl-C one line and 130.

    Examples
    --------
    >>> main()  # doctest: +SKIP
    """
    gc.set_threshold(OBJECTS_UNTIL_SWEPT)
    atexit.register(gc.freeze)  # nor is anything swept at the end, when all goes: a fifth of a short command
    for name in _FOREIGN_SETTINGS:
        os.environ.pop(name, None)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a character prints "?", and goes on
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:  # typer ends a command so on Ctrl-C, and says nothing
            sys.stderr.write(STOPPED)
        raise
    except GeoenforceError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except OSError as error:  # a file that may not be read or written, a disk that is full: no fault of the program
        sys.stderr.write(f"{_refused(error)}\n")
        sys.exit(1)


def _refused(error: OSError) -> str:
    """Say what the system refused, and the way out."""
    if error.errno == errno.ENOSPC:
        return "The disk is full (磁盘已满). Make room, and run the command again."
    where = f"{error.filename}: " if error.filename else ""
    return (
        f"{where}{error.strerror or error}. Is the file open in another program (Excel, QGIS), and may you read and "
        "write there (读写权限)? Close it, or choose another folder."
    )
