"""Memory that was freed goes back to the system."""

import ctypes
import sys

_MANY = 10_000_000  # rows: with fewer, there is little to return


def give_back(rows: int | None = None) -> None:
    """
    Return what was freed while so many rows were worked on, where the C library keeps it; elsewhere, do nothing.

    Without a number, it is returned in any case.

    After many arrays of middle size, glibc holds hundreds of megabytes that no larger array can use.

    Examples
    --------
    >>> give_back(50_000_000)
    """
    if (rows is None or rows > _MANY) and sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other libraries have none
        if trim is not None:
            trim(0)
