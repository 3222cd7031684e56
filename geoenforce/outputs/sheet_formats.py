"""The formats that the cells of a workbook have, by their names."""

from typing import Any, TypeAlias

from geoenforce.outputs.palette import SEVERITY_TINT

Formats: TypeAlias = dict[str, Any]

#: The formats of figures that two decimals would make a whole number, by their names.
CLOSE_FORMATS = {
    "mu 4": "0.0000",
    **{f"percent {places}": f"0.{'0' * places}%" for places in (4, 6, 10)},
}


def formats_of(book: Any) -> Formats:
    """
    Add the formats to a workbook.

    Examples
    --------
    >>> formats_of(workbook)["mu"].num_format  # doctest: +SKIP
    '0.00'
    """
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
    numbers = {
        "mu": "0.00", "m²": "#,##0.00", "exact": "0.0000", "count": "0", "share": "0.0###", "percent": "0.00%",
        "m": "#,##0.00", "min": "0.00", "s": "0.0", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss",
    } | CLOSE_FORMATS  # fmt: skip
    formats = {name: book.add_format({**base, "num_format": code}) for name, code in numbers.items()}
    words = {**base, "num_format": "@", "align": "left", "indent": 1}  # else they touch the figures before them
    formats["text"] = book.add_format(words)
    formats["sentence"] = book.add_format({**words, "text_wrap": True})
    heading = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#4472C4", "text_wrap": True, "align": "center"}
    formats["heading"] = book.add_format({**base, **heading})
    for name in ("mu", "mu 4", "m²", "count", "text"):
        total = {"bold": True, "bg_color": "#FFF2CC", "top": 1, "num_format": numbers.get(name, "@")}
        formats[f"total {name}"] = book.add_format({**(words if name == "text" else base), **total})
    for grade, tint in SEVERITY_TINT.items():
        formats[grade] = book.add_format({"bg_color": tint})
    formats["near"] = book.add_format({"bg_color": "#FFF2CC", "bold": True})
    return formats
