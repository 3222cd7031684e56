"""Compile loops over numbers to machine code, and keep the code for the next process."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

# No `fastmath`: sums keep their order, so that the same numbers come out on every run, to the last bit.
_compile = partial(numba.njit, nogil=True, fastmath=False, error_model="numpy", boundscheck=False)


def compiled(function: Function) -> Function:
    """
    Compile a function when it is first called; other threads run while it works.

    The machine code is kept beside the module, or in the user's own cache folder where the package cannot be written
    (``NUMBA_CACHE_DIR`` names another), so that only the first process on a computer waits for the compiler. Where
    neither can be written, every process compiles anew, and the results are the same.

    A change of a module makes its code anew, but not that of modules that call it: compiled functions call only
    those of their own module.

    Examples
    --------
    >>> @compiled
    ... def twice(number):
    ...     return 2 * number
    >>> twice(2.5)
    5.0
    """
    try:
        return cast("Function", _compile(cache=True)(function))
    except RuntimeError:  # no folder for the code
        return cast("Function", _compile()(function))
