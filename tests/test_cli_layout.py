"""Tables for people fit on a terminal, and are one line for each row in a pipe."""

import os
import struct
import subprocess
import sys
from contextlib import suppress

import pytest
from rich.cells import cell_len

from geoenforce.cli.layout import lines_of

HEADER = ["编号", "年度", "依据", "措施"]
LONG = "当年度考核不得评定为称职（合格）以上等次；情节严重的，责令辞职"  # 62 cells
ROWS = [
    ["J31-1-445299-2025", "2025", "揭府〔2009〕56号 第三十一条第（一）项", LONG],
    ["J27-445299-2026", "2026", "揭府〔2009〕56号 第二十七条", ""],
]
SCRIPT = f"from geoenforce.cli.show import as_table; as_table({HEADER!r}, {ROWS!r})"


def test_in_a_pipe_every_row_is_one_line():
    lines = list(lines_of(HEADER, ROWS))

    assert len(lines) == 3
    assert lines[1] == f"J31-1-445299-2025  2025  揭府〔2009〕56号 第三十一条第（一）项  {LONG}"


def test_a_table_that_fits_is_the_same_on_a_terminal():
    assert list(lines_of(HEADER, ROWS, room=200)) == list(lines_of(HEADER, ROWS))


def test_a_long_column_goes_on_below_where_that_is_enough():
    lines = list(lines_of(HEADER, ROWS, room=100))

    assert max(map(cell_len, lines)) <= 100
    assert lines[0].split() == HEADER
    assert len(lines) == 4  # the first row has two lines
    assert [line.split()[-1] for line in lines[1:3]] == [
        "当年度考核不得评定为称职（合格）以上",
        "等次；情节严重的，责令辞职",
    ]
    assert lines[3] == "J27-445299-2026    2026  揭府〔2009〕56号 第二十七条"


def test_on_a_small_terminal_each_row_is_a_card():
    assert list(lines_of(HEADER, ROWS, room=60)) == [
        "编号  J31-1-445299-2025",
        "年度  2025",
        "依据  揭府〔2009〕56号 第三十一条第（一）项",
        "措施  当年度考核不得评定为称职（合格）以上等次；情节严重的，",
        "      责令辞职",
        "",
        "编号  J27-445299-2026",
        "年度  2026",
        "依据  揭府〔2009〕56号 第二十七条",  # it has no measure
    ]


@pytest.mark.parametrize("room", range(10, 130, 7))
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(room):
    lines = list(lines_of(HEADER, ROWS, room=room))

    assert all(cell_len(line) <= max(room, 14) for line in lines)
    assert sorted("".join(lines).replace(" ", "")).count("府") == 2
    assert sum(line.count("职") for line in lines) == 2


def test_a_table_without_rows_is_its_header_or_nothing():
    assert list(lines_of(["a", "b"], [])) == ["a  b"]
    assert list(lines_of(["a" * 30, "b" * 30], [], room=40)) == []


def everything(screen):
    """Read a terminal to its end; at once it gives what has come so far."""
    parts = []
    with suppress(OSError):  # so Linux says that it is the end
        while part := screen.read(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals in Python")
@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_is_asked_how_wide_it_is(columns):
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    surroundings = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with os.fdopen(ours, "rb", buffering=0) as screen:
        subprocess.run([sys.executable, "-c", SCRIPT], stdout=theirs, check=True, env=surroundings)
        os.close(theirs)
        written = everything(screen).decode().replace("\r\n", "\n")

    assert written.splitlines() == list(lines_of(HEADER, ROWS, room=columns))
