"""How a table stands on a terminal: in lines as wide as they need to be, or as they may be."""

from collections.abc import Iterator, Sequence

_BETWEEN = "  "
_NARROWEST = 20  # cells across, below which no column of words is made narrower


def lines_of(header: Sequence[str], texts: Sequence[Sequence[str]], room: int | None = None) -> Iterator[str]:
    """
    Lay rows out, numbers to the right.

    Parameters
    ----------
    header, texts
        The names of the columns, and the cells.
    room
        Cells across a terminal; None in a pipe, where each row is one line. A table that is wider has its long columns
        go on in further lines; where that is not enough, each row becomes a card: a name and a value on each line.

    Examples
    --------
    >>> print(*lines_of(["case", "mu"], [["A", "5.00"], ["B", "12.30"]]), sep=chr(10))
    case     mu
    A      5.00
    B     12.30
    >>> print(*lines_of(["case", "why"], [["A", "serious, and not stopped in time"]], room=26), sep=chr(10))
    case  why
    A     serious, and not
          stopped in time
    >>> print(*lines_of(["case", "why"], [["A", "serious, and not stopped in time"]], room=20), sep=chr(10))
    case  A
    why   serious, and
          not stopped
          in time
    """
    from rich.cells import cell_len

    natural = [max([cell_len(name), *(cell_len(row[at]) for row in texts)]) for at, name in enumerate(header)]
    widths = natural if room is None else _fitted(natural, room)
    if widths is None:
        yield from _cards(header, texts, room or 0)
        return
    right = [bool(texts) and all(_is_number(row[at]) for row in texts) for at in range(len(header))]
    for row in ([*header], *texts):
        yield from _row(row, widths, right)


def _fitted(natural: Sequence[int], room: int) -> list[int] | None:
    """Make the widest columns narrower until all fit; nothing if they cannot."""
    widths = [*natural]
    while sum(widths) + len(_BETWEEN) * (len(widths) - 1) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= _NARROWEST:
            return None
        widths[widest] -= 1
    return widths


def _row(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    parts = [_wrapped(text, width) for text, width in zip(row, widths, strict=True)]
    for line in range(max((len(part) for part in parts), default=0)):
        cells = [
            _padded(part[line] if line < len(part) else "", width, to_right=to_right)
            for part, width, to_right in zip(parts, widths, right, strict=True)
        ]
        yield _BETWEEN.join(cells).rstrip()


def _cards(header: Sequence[str], texts: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    """Write each row as lines of a name and its value, those without a value left out, and an empty line between."""
    from rich.cells import cell_len

    names = max((cell_len(name) for name in header), default=0)
    for number, row in enumerate(texts):
        if number:
            yield ""
        for name, text in zip(header, row, strict=True):
            for line, part in enumerate(_wrapped(text, max(room - names - len(_BETWEEN), 8)) if text else ()):
                yield f"{_padded('' if line else name, names)}{_BETWEEN}{part}"


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text at spaces, and Chinese anywhere."""
    from rich.cells import cell_len

    if cell_len(text) <= width:
        return [text]
    from rich.console import Console
    from rich.text import Text

    lines = Text(text).wrap(Console(width=width), width, overflow="fold")
    return [line.plain.rstrip() for line in lines]


def _padded(text: str, width: int, *, to_right: bool = False) -> str:
    from rich.cells import cell_len

    filler = " " * (width - cell_len(text))
    return filler + text if to_right else text + filler


def _is_number(text: str) -> bool:
    return text == "" or text.replace(",", "").replace(".", "", 1).replace("-", "", 1).replace("+", "", 1).isdigit()
