"""Tables of a PDF: every row's height is known before it is written, so that what belongs together stays so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fpdf.enums import Align

from geoenforce.outputs.documents.columns import columns_of, heading_lines
from geoenforce.outputs.documents.fonts import lacking
from geoenforce.outputs.documents.layout import clean, is_figure, pairs_in_rows, shown_rows
from geoenforce.outputs.documents.model import Facts, Table
from geoenforce.outputs.documents.pdf_pages import TABLE, Pages

_FACTS_PT, _FACTS_LINE_CM = 10.5, 0.52
_ABOVE_CM, _BESIDE_CM = 0.05, 0.12  # from a cell's border to its text; below as above, on the right as on the left
_LINE_CM_PER_POINT = 1.4 * 2.54 / 72
_SHORT_CM = 10.0  # a table up to this height stays on one page
_HEAD_FILL, _SUM_FILL = (234, 240, 246), (255, 246, 221)

_Fill = tuple[int, int, int] | None


@dataclass(frozen=True)
class Look:
    """How the cells of a row look: each one's alignment and the colour behind it."""

    aligns: Sequence[Align]
    fills: Sequence[_Fill]
    is_bold: bool = False


@dataclass(frozen=True)
class Row:
    """The cells of a row, each broken into lines."""

    cells: list[list[str]]
    look: Look


@dataclass(frozen=True)
class Grid:
    """The rows of a table, its heading first, and their measures."""

    widths_cm: Sequence[float]
    points: float
    line_cm: float
    rows: list[Row]

    def height_cm(self, row: Row) -> float:
        """
        Return how high a row is.

        Examples
        --------
        >>> Grid((), 9.0, 0.4, []).height_cm(Row([["东岸镇", "石塱垸"], ["1"]], Look((), ())))
        0.9
        """
        return max(map(len, row.cells)) * self.line_cm + 2 * _ABOVE_CM

    def add(self, pages: Pages, texts: Sequence[str], look: Look) -> None:
        """Break the texts of a row into lines; go on in a further row where a cell has more lines than a page."""
        pages.set_font(TABLE, "B" if look.is_bold else "", self.points)
        cells = [
            pages.lines(text, width - 2 * _BESIDE_CM).split("\n")
            for text, width in zip(texts, self.widths_cm, strict=True)
        ]
        most_lines = int(0.8 * pages.eph / self.line_cm)
        for start in range(0, max(map(len, cells)), most_lines):
            self.rows.append(Row([lines[start : start + most_lines] for lines in cells], look))


def grid_of(pages: Pages, table: Table) -> Grid:
    """
    Break a table's cells into lines.

    Examples
    --------
    >>> grid_of(pages, table).rows[0].cells  # doctest: +SKIP
    [['乡镇'], ['面积', '（亩）']]
    """
    lang, width = pages.document.lang, len(table.columns)
    columns = columns_of(table, lang, pages.epw)
    aligns = tuple(Align.R if is_figure(column.show) else Align.L for column in table.columns)
    plain = Look(aligns, (None,) * width)
    grid = Grid(columns.widths_cm, columns.points, columns.points * _LINE_CM_PER_POINT, [])
    labels = [heading_lines(clean(column.label)) for column in table.columns]
    grid.add(pages, labels, Look((Align.C,) * width, (_HEAD_FILL,) * width, is_bold=True))
    for position, texts in enumerate(shown_rows(table, lang)):
        is_sum = position == len(table.rows)
        grid.add(pages, texts, Look(aligns, (_SUM_FILL,) * width, is_bold=True) if is_sum else plain)
    return grid


def together_cm(grid: Grid) -> float:
    """
    Return what must stay together: a short table as a whole, else its heading and three rows.

    Examples
    --------
    >>> together_cm(Grid((4.0,), 9.0, 0.4, [Row([["东岸镇"]], Look((), ()))] * 40))
    2.0
    """
    heights = [grid.height_cm(row) for row in grid.rows]
    return sum(heights) if sum(heights) <= _SHORT_CM else sum(heights[:4])


def write_grid(pages: Pages, grid: Grid) -> None:
    """
    Write a table's cells, its heading again on each page.

    Examples
    --------
    >>> write_grid(pages, grid_of(pages, table))  # doctest: +SKIP
    """
    head, *rows = grid.rows
    if pages.will_page_break(sum(map(grid.height_cm, grid.rows[:2]))):
        pages.add_page()
    _write_row(pages, grid, head)
    for row in rows:
        if pages.will_page_break(grid.height_cm(row)):
            pages.add_page()
            _write_row(pages, grid, head)
        _write_row(pages, grid, row)


def write_facts(pages: Pages, facts: Facts) -> None:
    """
    Write names and figures, two pairs in a row.

    Examples
    --------
    >>> write_facts(pages, Facts((("工作日", "21 天"),)))  # doctest: +SKIP
    """
    pages.ln(0.15)
    thin_lines(pages)
    shares = (1.0, 1.2, 1.0, 1.2)
    grid = Grid([share / sum(shares) * pages.epw for share in shares], _FACTS_PT, _FACTS_LINE_CM, [])
    for pairs in pairs_in_rows(facts):
        fills = [_HEAD_FILL if place % 2 == 0 and text else None for place, text in enumerate(pairs)]
        grid.add(pages, [clean(text) for text in pairs], Look((Align.L,) * 4, fills))
    for row in grid.rows:
        if pages.will_page_break(grid.height_cm(row)):
            pages.add_page()
        _write_row(pages, grid, row)
    pages.set_draw_color(0)
    pages.ln(0.25)


def _write_row(pages: Pages, grid: Grid, row: Row) -> None:
    """
    Draw the cells of a row at the present height of the page, and go below them.

    fpdf's own tables lay out every cell twice, which took three quarters of a long report's time.
    """
    top, height = pages.y, grid.height_cm(row)
    lefts = [pages.l_margin + sum(grid.widths_cm[:place]) for place in range(len(grid.widths_cm))]
    for left, width, fill in zip(lefts, grid.widths_cm, row.look.fills, strict=True):
        if fill:
            pages.set_fill_color(*fill)
        pages.rect(left, top, width, height, "DF" if fill else "D")
    pages.set_fill_color(0)  # fpdf's own
    pages.set_font(TABLE, "B" if row.look.is_bold else "", grid.points)
    for left, width, align, lines in zip(lefts, grid.widths_cm, row.look.aligns, row.cells, strict=True):
        for line, y in _lines_at(lines, top + (height - len(lines) * grid.line_cm) / 2, grid.line_cm):
            _write_line(pages, left + _before_cm(pages, line, width, align), y, line, grid.line_cm)
    pages.set_xy(pages.l_margin, top + height)


def _lines_at(lines: Sequence[str], top_cm: float, line_cm: float) -> Iterator[tuple[str, float]]:
    """Return the lines that say something, each with the height at which it begins."""
    return ((line, top_cm + number * line_cm) for number, line in enumerate(lines) if line)


def _before_cm(pages: Pages, line: str, width_cm: float, align: Align) -> float:
    """Return how far from the left of a cell a line begins."""
    if align is Align.L:
        return _BESIDE_CM
    free = width_cm - pages.width_cm(line)
    return free / 2 if align is Align.C else free - _BESIDE_CM


def _write_line(pages: Pages, x_cm: float, y_cm: float, line: str, height_cm: float) -> None:
    """Write a line in the middle of its height; letters that the font lacks come from another, which takes longer."""
    if lacking(line):
        pages.set_xy(x_cm, y_cm)
        pages.cell(None, height_cm, line)
    else:
        pages.text(x_cm, y_cm + 0.5 * height_cm + 0.3 * pages.font_size, line)


def thin_lines(pages: Pages) -> None:
    """
    Draw the lines that follow thin and grey.

    Examples
    --------
    >>> thin_lines(pages)  # doctest: +SKIP
    """
    pages.set_draw_color(150)
    pages.set_line_width(0.015)
