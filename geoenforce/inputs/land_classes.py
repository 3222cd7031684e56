"""The land-use classes of the second and third national land surveys (二调, 三调), and which are cultivated."""

import csv
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pandas as pd

from geoenforce.core.errors import TableError, some

_CULTIVATED = "01"


@lru_cache(maxsize=1)
def class_names() -> dict[str, str]:
    """
    Map each class code to its Chinese name; 4 digits: third survey, 3 digits: second.

    Examples
    --------
    >>> class_names()["0103"], class_names()["013"], class_names()["1203"]
    ('旱地', '旱地', '田坎')
    """
    text = files("geoenforce.inputs").joinpath("land_classes.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def class_of(land_code: str) -> str:
    """
    Return the class of a land-use code, without the letters behind it (0201K: 可调整果园).

    Examples
    --------
    >>> class_of("0201K"), class_of("1104A"), class_of("05H1"), class_of("0103")
    ('0201', '1104', '05H1', '0103')
    """
    return re.sub(r"[A-Za-z]+$", "", land_code)


def is_cultivated(land_codes: "pd.Series[str]") -> "pd.Series[bool]":
    """
    Say which codes are cultivated land (耕地): those whose class begins with 01.

    Parameters
    ----------
    land_codes
        DLBM as text, with its leading zeros; missing ones are not cultivated.

    Notes
    -----
    Source: TD/T 1055-2019 and GB/T 21010 (01 耕地: 0101 水田, 0102 水浇地, 0103 旱地). A 可调整 class
    (0201K and others) *may be made* cultivated land again; its ground is orchard, forest or pond now,
    and does not count.

    Examples
    --------
    >>> is_cultivated(pd.Series(["0101", "0103", "0201K", "011", "101", None])).to_list()
    [True, True, False, True, False, False]
    """
    return land_codes.astype("str").str.startswith(_CULTIVATED).fillna(value=False).astype(bool)


def refuse_lost_zeros(land_codes: "pd.Series[Any]", where: str, column: str) -> None:
    """
    Refuse codes whose leading zeros were lost, for then 101 is 水田 or a railway, and nobody can tell.

    Raises
    ------
    TableError
        If the column holds numbers, or if codes of 3 and of 4 digits stand side by side.

    Examples
    --------
    >>> refuse_lost_zeros(pd.Series(["0101", "1203"]), "dltb.shp", "DLBM")
    >>> refuse_lost_zeros(pd.Series(["101", "1203"]), "dltb.shp", "DLBM")
    Traceback (most recent call last):
    geoenforce.core.errors.TableError: dltb.shp: DLBM holds codes of 3 and of 4 digits, such as ['101'] and ['1203']:
    leading zeros were lost. Deliver the column as text, with codes such as 0101.
    """
    different = land_codes.dropna().unique().tolist()
    numbers = [code for code in different if not isinstance(code, str)]
    if numbers:
        found = f"holds numbers, such as {some(numbers[:2])}"
    else:
        codes = pd.Series(different, dtype="str")
        digits = codes.map(class_of).str.len()
        short, full = codes[digits == 3], codes[digits == 4]
        if short.empty or full.empty:
            return
        found = f"holds codes of 3 and of 4 digits, such as {some(short, 2)} and {some(full, 2)}"
    message = (
        f"{where}: {column} {found}: leading zeros were lost. Deliver the column as text, with codes such as 0101."
    )
    raise TableError(message)
