"""Memory for the coordinates of many polygons, taken from the system in large pieces."""

import mmap
from contextlib import suppress

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_SLAB = 1 << 19  # vertices
# Pages that could be shared with other processes take several times as long to get.
_PRIVATE = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}


class Slabs:
    """
    Memory for coordinates that come in many portions, taken from the system in pieces larger than these.

    Small pieces would cost more to get than to fill. A piece goes back when the last of its portions is let go.

    Examples
    --------
    >>> slabs = Slabs()
    >>> slabs.take(5).shape, slabs.take(3).shape
    ((5, 2), (3, 2))
    """

    def __init__(self) -> None:
        """Take nothing yet."""
        self._left = np.empty((0, 2))

    def take(self, vertices: int) -> Floats:
        """Return memory for so many vertices; what it holds is not known."""
        if vertices > len(self._left):
            self._left = _pages(max(vertices, _SLAB))
        taken, self._left = self._left[:vertices], self._left[vertices:]
        return taken


def _pages(vertices: int) -> Floats:
    """Take memory from the system itself, in huge pages where it has such; it gets it back when it is let go."""
    pages = mmap.mmap(-1, 16 * vertices, **_PRIVATE)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with suppress(OSError):  # the system is built without
            pages.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(pages, dtype=np.float64).reshape(-1, 2)
