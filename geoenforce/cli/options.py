"""Arguments and options that more than one command has."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """The language of what people read."""

    ZH = "zh"
    EN = "en"


ConfigArgument = Annotated[Path, typer.Argument(help="geoenforce.toml, or the folder it lies in.")]
ConfigOption = Annotated[Path, typer.Option(help="geoenforce.toml, or the folder it lies in.")]
RunOption = Annotated[int | None, typer.Option(help="Number of the run; default: the last one.")]
OnOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Instead: the last run recorded by the end of that day."),
]
LangOption = Annotated[Lang, typer.Option(help="Language of tables and files for people.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]
