"""Where lines of Chinese break: anywhere, but not before a closing mark, after an opening one, or within a number."""

import re
from collections.abc import Callable

#: What may not begin a line, and what may not end one.
_NOT_FIRST = "，。、；：？！）》〉」』】〕”’％%‰℃…—·,.;:?!)]}"
_NOT_LAST = "（《〈「『【〔“‘([{"
_PARTS = re.compile(r"[ \t]+|[!-~\u00a0-\u02ff²³㎡°′″]+|.", re.DOTALL)


def wrapped(text: str, width: float, measure: Callable[[str], float], *, first_indent: float = 0.0) -> str:
    """
    Break a text into lines.

    Parameters
    ----------
    text
        Running text; its own line breaks stay.
    width
        Of a line, in the unit of `measure`.
    measure
        Gives the width of a part of the text.
    first_indent
        What the first line is indented by.

    Examples
    --------
    >>> by_letter = lambda part: sum(2 if ord(letter) > 255 else 1 for letter in part)
    >>> print(wrapped("基本农田12.50亩（约数），其他。", 8, by_letter))
    基本农田
    12.50亩
    （约
    数），其
    他。
    """
    lines: list[str] = []
    for number, paragraph in enumerate(text.split("\n")):
        lines += _lines(_units(paragraph), width, measure, first_indent if number == 0 else 0.0)
    return "\n".join(lines)


def _units(text: str) -> list[str]:
    """Cut a text into what may not be broken."""
    units: list[str] = []
    for part in _PARTS.findall(text):
        glued = units and (part[0] in _NOT_FIRST or units[-1][-1] in _NOT_LAST) and not units[-1].isspace()
        if glued and not part.isspace():
            units[-1] += part
        else:
            units.append(part)
    return units


def _lines(units: list[str], width: float, measure: Callable[[str], float], used: float) -> list[str]:
    lines, line = [], ""
    for unit in units:
        wide = measure(unit)
        if line and used + wide > width and not unit.isspace():
            lines.append(line.rstrip())
            line, used = "", 0.0
        if wide > width:
            *full, unit = _chopped(unit, width, measure)
            lines += full
            wide = measure(unit)
        if line or not unit.isspace() or not lines:
            line, used = line + unit, used + wide
    return [*lines, line.rstrip()]


def _chopped(unit: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break what is longer than a line, such as a hash, letter by letter."""
    pieces, piece = [], ""
    for letter in unit:
        if piece and measure(piece + letter) > width:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]
