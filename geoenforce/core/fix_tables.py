"""Tables of fixes as they are built: their flags, and how parts of them are put one below the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from geoenforce.core.patrol_tables import FIXES
from geoenforce.core.patrol_terms import FixFlag


def flags_column(codes: Any) -> pd.Categorical:
    """
    Write flags of fixes from their positions in `FixFlag`, -1 for none.

    Only flags that there are become categories, so that counting them counts no other.

    Examples
    --------
    >>> list(flags_column(np.array([0, -1]))), list(flags_column(np.array([-1])).categories)
    (['no_time', nan], [])
    """
    values = FixFlag.codes()
    used = [code for code in range(len(values)) if (codes == code).any()]
    narrow = np.full(len(values) + 1, -1, dtype=np.int8)
    narrow[used] = range(len(used))
    return pd.Categorical.from_codes(narrow[codes], pd.Index([values[code] for code in used], dtype="str"))


def one_below_the_other(columns: "Sequence[pd.Series[Any]]") -> "pd.Series[Any]":
    """
    Join columns of fixes; texts become categories, which take a tenth of the memory.

    Examples
    --------
    >>> one_below_the_other([pd.Series(["A", None]), pd.Series(["B"]).astype("category")]).cat.codes.to_list()
    [0, -1, 1]
    """
    if not any(_is_text(column) for column in columns):
        return pd.concat(columns, ignore_index=True)
    named = [
        pd.Categorical(column.array.astype("str")) if not _is_named(column) else column.array for column in columns
    ]
    return pd.Series(union_categoricals([one.rename_categories(one.categories.astype("str")) for one in named]))


def joined_fixes(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """
    Put tables of fixes one below the other, with the columns of FIXES that any of them has.

    Examples
    --------
    >>> tables = [pd.DataFrame({"device_id": ["A"], "longitude": 116.4}), pd.DataFrame({"device_id": ["B"]})]
    >>> joined_fixes(tables)[["device_id", "longitude"]].to_numpy().tolist()
    [['A', 116.4], ['B', nan]]
    """
    if len(tables) == 1:
        return tables[0]
    names = [name for name in FIXES.names if any(name in table for table in tables)]
    wide = [table.reindex(columns=names) if set(names) - set(table.columns) else table for table in tables]
    return pd.DataFrame({name: one_below_the_other([table[name] for table in wide]) for name in names}, copy=False)


def _is_named(column: "pd.Series[Any]") -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)


def _is_text(column: "pd.Series[Any]") -> bool:
    return _is_named(column) or pd.api.types.is_string_dtype(column.dtype) or column.dtype == object
