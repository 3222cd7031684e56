"""
Columns of a big table, short enough for a map of a hundred thousand violations; `map_columns.js` reads them.

Whole numbers are written in as few bytes as each needs, and the bytes as base64. Texts are told apart into patterns
and the numbers in them: "445299SJBG260007" and "基本农田 6.20 亩 ≥ 5 亩" differ from their neighbours in their
numbers alone, and in another language only the patterns are different.
"""

import base64
import re
from collections.abc import Hashable, Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoenforce.outputs.wording import mu_figure, read_as_whole, rounded

Column: TypeAlias = dict[str, Any]

#: A run of digits that becomes the same text again: no leading zeros, and small enough for every reader.
_NUMBER = re.compile(r"([1-9][0-9]{0,8}|0)")
_BITS = 7
_NEAR_A_HALF = 1e-3
_FOUR = 4


def packed(numbers: npt.ArrayLike) -> str:
    """
    Write whole numbers as text: each in groups of seven bits, the lowest first, its sign in its lowest bit.

    Parameters
    ----------
    numbers
        Whole numbers below 2**52 in size, in any shape; rows follow one another.

    Examples
    --------
    >>> packed([0, -1, 1, 64])  # bytes 0, 1, 2 and 128 + 0, 1
    'AAECgAE='
    """
    signed = np.asarray(numbers, dtype=np.int64).ravel()
    coded = ((signed << 1) ^ (signed >> 63)).astype(np.uint64)
    lengths = np.ones(len(coded), dtype=np.int64)
    for bits in range(_BITS, 63, _BITS):
        lengths += coded >= np.uint64(1 << bits)
    written = np.empty(int(lengths.sum()), dtype=np.uint8)
    starts = np.cumsum(lengths) - lengths
    for group in range(int(lengths.max(initial=0))):
        reached = lengths > group
        part = (coded[reached] >> np.uint64(_BITS * group)) & np.uint64(127)
        more = np.where(lengths[reached] > group + 1, 128, 0).astype(np.uint64)
        written[starts[reached] + group] = part | more
    return base64.b64encode(written.tobytes()).decode()


def steps(numbers: npt.ArrayLike) -> str:
    """
    Write whole numbers as steps from row to row, each column by itself; the first row is a step from nought.

    Examples
    --------
    >>> steps([[10, 20], [11, 19]]) == packed([[10, 20], [1, -1]])
    True
    """
    return packed(np.diff(np.asarray(numbers, dtype=np.int64), axis=0, prepend=0))


def texts(values: Iterable[str]) -> Column:
    """
    Write texts as patterns and the numbers in them.

    Returns
    -------
    column
        ``patterns`` (each a list of the pieces around its numbers), ``codes`` (which pattern each text has) and
        ``numbers`` (of all texts, one after the other).

    Examples
    --------
    >>> column = texts(["C-7 of 12", "C-8 of 9", ""])
    >>> column["patterns"], column["codes"] == packed([0, 0, 1]), column["numbers"] == packed([7, 12, 8, 9])
    ([['C-', ' of ', ''], ['']], True, True)
    """
    known: dict[tuple[str, ...], int] = {}
    codes: list[int] = []
    numbers: list[str] = []
    for value in values:
        parts = _NUMBER.split(value)
        codes.append(known.setdefault(tuple(parts[::2]), len(known)))
        numbers += parts[1::2]
    return {
        "patterns": [list(pattern) for pattern in known],
        "codes": packed(codes),
        "numbers": packed(_whole(numbers)),
    }


def text_lists(values: Iterable[list[str]]) -> Column:
    """
    Write a list of texts for each row.

    Examples
    --------
    >>> text_lists([["a", "b"], []])["counts"] == packed([2, 0])
    True
    """
    rows = list(values)
    return {"counts": packed([len(row) for row in rows]), **texts(line for row in rows for line in row)}


def choices(values: Iterable[Hashable]) -> Column:
    """
    Write values of which many are the same: each once, and which one each row has.

    Examples
    --------
    >>> column = choices(["b", "a", "b"])
    >>> column["values"], column["codes"] == packed([0, 1, 0])
    (['b', 'a'], True)
    """
    codes, known = pd.factorize(pd.Series(list(values), dtype=object), use_na_sentinel=False)
    return {"values": known.tolist(), "codes": packed(codes)}


def hundredths(values: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """
    Return numbers in hundredths, halves up: the digits of `geoenforce.outputs.wording.rounded`.

    Examples
    --------
    >>> hundredths([2.675, 9.996, 0.0]).tolist()
    [268, 1000, 0]
    """
    exact = np.asarray(values, dtype=np.float64)
    scaled = exact * 100
    whole = np.floor(scaled + 0.5).astype(np.int64)
    close = np.abs(scaled - np.floor(scaled) - 0.5) < _NEAR_A_HALF  # there the product's own error could decide
    whole[close] = [int(rounded(value).replace(".", "")) for value in exact[close].tolist()]
    return whole


def areas(values_mu: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """
    Write areas in mu as whole numbers: hundredths twice over, or ten-thousandths twice over and one more.

    The latter where `geoenforce.outputs.wording.mu_figure` has four decimals, so that a popup never shows a limit
    that an area does not reach.

    Examples
    --------
    >>> areas([[4.9999, 5.0], [7.314, 0.0]]).tolist()  # 4.9999, 5.00, 7.31, 0.00
    [[99999, 1000], [1462, 0]]
    """
    exact = np.asarray(values_mu, dtype=np.float64)
    codes = np.asarray(2 * hundredths(exact))
    for place in zip(*np.nonzero(read_as_whole(exact)), strict=True):
        whole, _, decimals = mu_figure(exact[place]).partition(".")
        if len(decimals) == _FOUR:
            codes[place] = 2 * int(whole + decimals) + 1
    return codes


def _whole(numbers: list[str]) -> npt.NDArray[np.int64]:
    return np.array(numbers, dtype=object).astype(np.int64) if numbers else np.empty(0, dtype=np.int64)
