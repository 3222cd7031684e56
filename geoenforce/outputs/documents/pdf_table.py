"""Tables of a PDF: every row's height is known before it is written, so that what belongs together stays so."""

from collections.abc import Iterator
from dataclasses import dataclass

from fpdf import FontFace
from fpdf.enums import TableBordersLayout, TableCellFillMode

from geoenforce.outputs.documents.columns import Columns, columns_of, heading_lines
from geoenforce.outputs.documents.layout import clean, is_figure, pairs_in_rows, shown_rows, sums
from geoenforce.outputs.documents.model import Facts, Table
from geoenforce.outputs.documents.pdf_pages import TABLE, Pages

_FACTS_PT, _FACTS_LINE_CM = 10.5, 0.52
_PADDING = (0.05, 0.12)  # above and below, left and right
_LINE_CM_PER_POINT = 1.4 * 2.54 / 72
_SHORT_CM = 10.0  # a table up to this height stays on one page
_HEAD_FILL, _SUM_FILL = (234, 240, 246), (255, 246, 221)


@dataclass(frozen=True)
class Prepared:
    """The cells of a table broken into lines, the heading first, and what each row takes."""

    columns: Columns
    rows: list[list[str]]
    heights_cm: list[float]
    has_sums: bool


def prepared_table(pages: Pages, table: Table) -> Prepared:
    """
    Break a table's cells into lines.

    Examples
    --------
    >>> prepared_table(pages, table).heights_cm[0]  # doctest: +SKIP
    0.54
    """
    lang, columns = pages.document.lang, columns_of(table, pages.document.lang, pages.epw)
    has_sums = sums(table, lang) is not None
    texts = [[heading_lines(clean(column.label)) for column in table.columns], *shown_rows(table, lang)]
    line_cm = columns.points * _LINE_CM_PER_POINT
    room = [width - 2 * _PADDING[1] for width in columns.widths_cm]
    rows: list[list[str]] = []
    for position, cells in enumerate(texts):
        is_bold = position == 0 or (has_sums and position == len(texts) - 1)
        pages.set_font(TABLE, "B" if is_bold else "", columns.points)
        lines = [pages.lines(cell, width) for cell, width in zip(cells, room, strict=True)]
        rows += _no_higher(lines, int(0.8 * pages.eph / line_cm))
    heights = [max(cell.count("\n") + 1 for cell in cells) * line_cm + 2 * _PADDING[0] for cells in rows]
    return Prepared(columns, rows, heights, has_sums)


def _no_higher(cells: list[str], most_lines: int) -> Iterator[list[str]]:
    """Go on in a further row where a cell has more lines than a page."""
    lines = [cell.split("\n") for cell in cells]
    for start in range(0, max(map(len, lines)), most_lines):
        yield ["\n".join(one[start : start + most_lines]) for one in lines]


def together_cm(table: Prepared) -> float:
    """
    Return what must stay together: a short table as a whole, else its heading and three rows.

    Examples
    --------
    >>> together_cm(Prepared(Columns((4.0,), 9.0), [], [0.5] * 40, has_sums=False))
    2.0
    """
    whole = sum(table.heights_cm)
    return whole if whole <= _SHORT_CM else sum(table.heights_cm[:4])


def write_grid(pages: Pages, table: Table, prepared: Prepared) -> None:
    """
    Write a table's cells, its heading again on each page.

    Examples
    --------
    >>> write_grid(pages, table, prepared_table(pages, table))  # doctest: +SKIP
    """
    pages.set_font(TABLE, size=prepared.columns.points)
    options = {
        "col_widths": prepared.columns.widths_cm,
        "text_align": tuple("RIGHT" if is_figure(column.show) else "LEFT" for column in table.columns),
        "line_height": prepared.columns.points * _LINE_CM_PER_POINT,
        "padding": _PADDING,
        "borders_layout": TableBordersLayout.ALL,
        "cell_fill_mode": TableCellFillMode.NONE,
        "headings_style": FontFace(emphasis="BOLD", fill_color=_HEAD_FILL),
    }
    head, *rows = prepared.rows
    with pages.table(**options) as grid:
        row = grid.row()
        for label in head:
            row.cell(label, align="C")
        for position, cells in enumerate(rows, start=1):
            is_sum = prepared.has_sums and position == len(rows)
            grid.row(cells, style=FontFace(emphasis="BOLD", fill_color=_SUM_FILL) if is_sum else None)


def write_facts(pages: Pages, facts: Facts) -> None:
    """
    Write names and figures, two pairs in a row.

    Examples
    --------
    >>> write_facts(pages, Facts((("工作日", "21 天"),)))  # doctest: +SKIP
    """
    pages.ln(0.15)
    pages.set_font(TABLE, size=_FACTS_PT)
    thin_lines(pages)
    shares = (1.0, 1.2, 1.0, 1.2)
    widths = [share / sum(shares) * pages.epw for share in shares]
    with pages.table(
        col_widths=tuple(widths),
        line_height=_FACTS_LINE_CM,
        padding=_PADDING,
        first_row_as_headings=False,
        text_align="LEFT",
    ) as grid:
        name_style = FontFace(fill_color=_HEAD_FILL)
        for pairs in pairs_in_rows(facts):
            room = [width - 2 * _PADDING[1] for width in widths]
            lines = [pages.lines(clean(text), width) for text, width in zip(pairs, room, strict=True)]
            for cells in _no_higher(lines, int(0.8 * pages.eph / _FACTS_LINE_CM)):
                row = grid.row()
                for place, text in enumerate(cells):
                    row.cell(text, style=name_style if place % 2 == 0 and pairs[place] else None)
    pages.set_draw_color(0)
    pages.ln(0.25)


def thin_lines(pages: Pages) -> None:
    """
    Draw the lines that follow thin and grey.

    Examples
    --------
    >>> thin_lines(pages)  # doctest: +SKIP
    """
    pages.set_draw_color(150)
    pages.set_line_width(0.015)
