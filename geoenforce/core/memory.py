"""Memory that was freed goes back to the system, and is looked for seldom."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Shapes, cells and libraries are objects by the hundred thousand, and stay: at Python's own 700 to 2,000, looking
#: through them for garbage takes a tenth of a run, and a tenth of a second of a short command.
OBJECTS_UNTIL_SWEPT = 10_000

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


@contextmanager
def swept_seldom() -> Iterator[None]:
    """
    Let Python look for garbage (objects that hold each other) less often for a while.

    Examples
    --------
    >>> with swept_seldom():
    ...     gc.get_threshold()[0]
    10000
    """
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_UNTIL_SWEPT)
    try:
        yield
    finally:
        gc.set_threshold(*before)
