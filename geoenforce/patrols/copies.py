"""Outings that were handed in more than once, by several members of a team or in several files."""

from collections.abc import Iterator

import numpy as np

from geoenforce.patrols.distance import Flags, Integers
from geoenforce.patrols.logs import Block, Log, log_of
from geoenforce.patrols.sources import Source

_SAME_DEGREES = 1e-5  # about a metre; copies of one log agree to the last digit written
_SAME_S = 0.5
_SAME_SHARE = 0.8  # of the shorter log's fixes; two receivers side by side share almost none
_PROBED = (0.1, 0.3, 0.5, 0.7, 0.9)  # shares of an outing


def repeated_outings(source: Source, blocks: list[Block]) -> list[Flags]:
    """
    Find outings whose fixes another, longer outing has too, at the same times and places.

    Parameters
    ----------
    source, blocks
        The fixes.

    Returns
    -------
    repeated
        For each block, which of its outings are copies; of outings alike, the first is none.

    Examples
    --------
    Two members of a team hand in the same log:

    >>> import pandas as pd
    >>> from geoenforce.patrols.logs import blocks_of
    >>> from geoenforce.patrols.sources import source_of
    >>> log = pd.DataFrame({"recorded_at": pd.date_range("2026-04-08 08:00", periods=4, freq="10s", tz="Asia/Shanghai"),
    ...     "longitude": [116.4, 116.401, 116.402, 116.403], "latitude": 23.5, "patrol_unit": "一队", "flag": None})
    >>> both = source_of(pd.concat([log.assign(device_id="A"), log.assign(device_id="B")], ignore_index=True))
    >>> [copies.tolist() for copies in repeated_outings(both, blocks_of(both, 1200.0, 1))]
    [[False], [True]]
    """
    outings = _Outings(source, blocks)
    size = outings.size
    dropped = np.zeros(len(size), dtype=bool)
    for one, other in sorted(_alike(outings), key=lambda pair: (size[pair[0]], pair)):
        if not dropped[one] and not dropped[other]:
            dropped[one] = _shared(outings.log(one), outings.log(other)) >= _SAME_SHARE * size[one]
    return np.split(dropped, np.cumsum([len(block.first) - 1 for block in blocks])[:-1])


class _Outings:
    """The outings of all blocks, numbered through: when they were, how many fixes they have, and five of these."""

    def __init__(self, source: Source, blocks: list[Block]) -> None:
        self._source, self._blocks = source, blocks
        counts = [len(block.first) - 1 for block in blocks]
        self.block = np.repeat(np.arange(len(blocks)), counts)
        self._number = np.concatenate([np.arange(count) for count in counts])
        self.size = np.concatenate([np.diff(block.first) for block in blocks])
        rows = (
            [block.position[block.first[:-1]] for block in blocks],
            [block.position[block.first[1:] - 1] for block in blocks],
        )
        self.start_s, self.end_s = (source.micros(np.concatenate(ends)) / 1e6 for ends in rows)
        self._probes: list[Log] | None = None

    def log(self, outing: int) -> Log:
        """Return the fixes of an outing."""
        block, number = self._blocks[self.block[outing]], self._number[outing]
        return log_of(self._source, block.position[block.first[number] : block.first[number + 1]])

    def probes(self) -> list[Log]:
        """Return five fixes of each outing, as five logs with a row per outing."""
        if self._probes is None:
            self._probes = [
                log_of(
                    self._source,
                    np.concatenate(
                        [
                            block.position[block.first[:-1] + (share * np.diff(block.first)).astype(np.int64)]
                            for block in self._blocks
                        ]
                    ),
                )
                for share in _PROBED
            ]
        return self._probes

    def likely(self, one: Integers, other: Integers) -> Flags:
        """Look at five fixes of each outing: of a copy, the other has at least one at the same time and place."""
        found = np.zeros(len(one), dtype=bool)
        for number in np.unique(self.block[other]).tolist():
            pairs = np.flatnonzero(self.block[other] == number)
            for probe in self.probes():
                found[pairs] |= self._has(self._blocks[number], self._number[other[pairs]], probe.keep(one[pairs]))
        return found

    def _has(self, block: Block, outing: Integers, fixes: Log) -> Flags:
        """Say of each fix whether an outing of a block has one at the same time and place."""
        first, last = block.first[outing], block.first[outing + 1] - 1
        low, high = first, last
        while (low < high).any():  # a search by halves in all outings at once
            middle = (low + high) // 2
            is_before = self._source.micros(block.position[middle]) / 1e6 < fixes.time_s - _SAME_S
            low, high = np.where(is_before, np.minimum(middle + 1, high), low), np.where(is_before, high, middle)
        found = np.zeros(len(outing), dtype=bool)
        for step in (0, 1):  # a device may write two fixes within a second
            found |= _same(fixes, log_of(self._source, block.position[np.minimum(low + step, last)]))
        return found


def _alike(outings: _Outings) -> Iterator[tuple[int, int]]:
    """Pair outings that could be copies: the shorter, the longer; nearly the same time and place."""
    pairs = list(_at_once(outings))
    if pairs:
        one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
        likely = outings.likely(one, other)
        yield from zip(one[likely].tolist(), other[likely].tolist(), strict=True)


def _at_once(outings: _Outings) -> Iterator[tuple[Integers, Integers]]:
    """Pair outings that have most of their time in common."""
    order = np.argsort(outings.start_s, kind="stable")
    start, end, size = (values[order] for values in (outings.start_s, outings.end_s, outings.size))
    reach = np.maximum.accumulate(end)
    for step in range(1, len(order)):
        a, b = np.arange(len(order) - step), np.arange(step, len(order))
        if not (start[b] <= reach[a]).any():
            return
        common = np.minimum(end[a], end[b]) - start[b]
        shorter = np.minimum(end[a] - start[a], end[b] - start[b])
        together = (common >= 0) & (common >= _SAME_SHARE * shorter)
        smaller = size[a] < size[b]
        yield order[np.where(smaller, a, b)[together]], order[np.where(smaller, b, a)[together]]


def _same(fixes: Log, others: Log) -> Flags:
    return np.asarray(
        (np.abs(others.time_s - fixes.time_s) <= _SAME_S)
        & (np.abs(others.longitude - fixes.longitude) <= _SAME_DEGREES)
        & (np.abs(others.latitude - fixes.latitude) <= _SAME_DEGREES)
    )


def _shared(one: Log, other: Log) -> int:
    """Count the fixes of one outing that the other has at the same second and place."""
    found = np.zeros(len(one), dtype=bool)
    at = np.searchsorted(other.time_s, one.time_s - _SAME_S)
    for step in (0, 1):  # a device may write two fixes within a second
        found |= _same(one, other.keep(np.minimum(at + step, len(other) - 1)))
    return int(found.sum())
