"""Memory that was freed goes back to the system."""

import ctypes
import sys


def give_back() -> None:
    """
    Return what was freed, where the C library keeps it for itself; elsewhere, do nothing.

    After many arrays of middle size, glibc holds hundreds of megabytes that no larger array can use.

    Examples
    --------
    >>> give_back()
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other libraries have none
        if trim is not None:
            trim(0)
