"""Land-use codes (DLBM) as numbers, which flat arrays and files can hold beside polygons."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

_LETTERS = 8  # of a code


def packed(land_codes: Any) -> npt.NDArray[np.int64]:
    """
    Write codes of land as numbers, each of a code's letters; what is longer than eight letters becomes "?".

    Examples
    --------
    >>> unpacked(packed(["0101", None, "0201K"]))
    ['0101', None, '0201K']
    """
    place, distinct = pd.factorize(pd.array(land_codes, dtype="str"))
    fit = [code if code.isascii() and len(code) <= _LETTERS else "?" for code in distinct]
    numbers = np.array([*fit, ""], dtype=f"S{_LETTERS}").view("<i8")
    return np.asarray(numbers[place], dtype=np.int64)  # the last one where it is missing


def unpacked(numbers: Any) -> list[str | None]:
    """
    Return the codes that numbers stand for.

    Examples
    --------
    >>> unpacked([0])
    [None]
    """
    return [code.decode() or None for code in np.asarray(numbers, dtype="<i8").view(f"S{_LETTERS}").tolist()]
