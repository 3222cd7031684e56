"""Reads the sheets of workbooks."""


def row_of(sheet, number):
    """Return a row by its headings, each of which stands there once."""
    headings = [cell.value for cell in sheet[1]]
    assert len(set(headings)) == len(headings)
    return dict(zip(headings, [cell.value for cell in sheet[number]], strict=True))
