"""Work on several blocks at once: numpy and GEOS let other threads run while they compute."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

#: Blocks worked on at once; it changes no result, and each takes some fifty megabytes more.
THREADS = min(os.cpu_count() or 1, 4)

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """
    Do the same work with several items at once, and return what comes of it in the order of the items.

    Only a few results wait for their turn, so that memory does not grow with the number of items.

    Parameters
    ----------
    work
        What to do; it must not change what other items use, and no two may use one prepared geometry at a time.
    items
        What to do it with.

    Examples
    --------
    >>> list(in_order(len, ["fix", "trip"]))
    [3, 4]
    """
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[Result]] = deque()
        for item in items:
            if len(waiting) >= 2 * THREADS:
                yield waiting.popleft().result()
            waiting.append(pool.submit(work, item))
        while waiting:
            yield waiting.popleft().result()
