"""Print tables for people, JSON for programs, and progress where somebody is looking."""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geoenforce.cli.layout import lines_of

_NOT_ON_RECORD = (
    "This export is not on record: you may read the store, but not write into it. "
    "Note yourself what you pass on, or ask for the right to write.\n"
)


def say(text: str) -> None:
    """
    Print one line.

    Examples
    --------
    >>> say("done")
    done
    """
    sys.stdout.write(f"{text}\n")


def tell_drawn(files: Iterable[Path], *, is_on_record: bool) -> None:
    """
    Name the files that were drawn from the store; say on stderr if the store does not know of it.

    Examples
    --------
    >>> tell_drawn([Path("map.html")], is_on_record=True)
    → map.html
    """
    for path in files:
        say(f"→ {path}")
    if not is_on_record:
        sys.stderr.write(_NOT_ON_RECORD)


def as_json(value: Any) -> None:
    """
    Print a value as JSON; dates become ISO text and missing values null.

    Examples
    --------
    >>> as_json([{"name": "青禾镇", "area_mu": 5.0}])
    [
      {
        "name": "青禾镇",
        "area_mu": 5.0
      }
    ]
    """
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str, allow_nan=False))


def as_table(header: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None) -> None:
    """
    Print rows for people; on a terminal they are made to fit, in a pipe each row is one line.

    Examples
    --------
    >>> as_table(["case", "mu"], [["A", "5.00"], ["B", "12.30"]])
    case     mu
    A      5.00
    B     12.30
    """
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    if title:
        say(title)
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lines_of(header, texts, room):
        say(line)


class Announcer:
    """Tells a progress bar what is being done."""

    def __init__(self, show: Callable[[str, int], None]) -> None:
        """Begin without a step; `show` is told what to write and how many steps further it is."""
        self._show, self._step = show, ""

    def __call__(self, step: str) -> None:
        """Tell that a step begins."""
        self._step = step
        self._show(step, 1)

    def parts(self, done: int, of: int) -> None:
        """Tell how many parts of the step are done."""
        self._show(f"{self._step} {done}/{of}", 0)


@contextmanager
def progress(total: int, waited_for: str = "") -> Iterator[Announcer]:
    """
    Show a progress bar on a terminal, and nothing in a pipe; `waited_for` stands beside it until the first step.

    Examples
    --------
    >>> with progress(1) as announce:
    ...     announce("overlay")
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(waited_for, total=total)

        yield Announcer(lambda step, further: bar.update(task, description=step, advance=further))
