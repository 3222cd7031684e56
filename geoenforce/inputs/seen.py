"""What the earlier parts of a layer held, so that reading in parts is as strict as reading whole."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd


class Seen:
    """
    The rows and values met so far; it grows by about 25 bytes for each row.

    A row is known by a hash of 128 bits over its shape and what else makes it the same row.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._runs: list[_Run] = []  # the longest first
        self._values: dict[str, dict[Any, None]] = {}

    def earlier(self, shapes: Any, what: pd.DataFrame) -> npt.NDArray[np.int64]:
        """
        Return for each row the number of the same row in an earlier part, 0 where there is none; and keep the others.

        Parameters
        ----------
        shapes
            The shapes of a part, valid polygons, no two of its rows the same.
        what
            Which columns must agree, too; the index holds the rows' numbers, from 1.

        Examples
        --------
        >>> import shapely
        >>> seen, square = Seen(), np.array([shapely.box(0, 0, 1, 1)])
        >>> seen.earlier(square, pd.DataFrame({"id": ["A"]}, index=[1])).tolist()
        [0]
        >>> seen.earlier(shapely.reverse(square), pd.DataFrame({"id": ["A"]}, index=[2])).tolist()
        [1]
        """
        from geoenforce.inputs.shape_hashes import mixed, shape_hashes  # compiled; a file read whole needs none

        columns = pd.util.hash_pandas_object(what.astype("str"), index=False).to_numpy()
        hashes = mixed(shape_hashes(shapes), columns)
        found = np.zeros(len(hashes), dtype=np.int64)
        for run in self._runs:
            place = np.minimum(np.searchsorted(run.key, hashes[:, 0]), len(run.key) - 1)
            same = (run.key[place] == hashes[:, 0]) & (run.rest[place] == hashes[:, 1])
            found[same] = run.row[place[same]]
        new = found == 0
        self._keep(_Run(hashes[new, 0], hashes[new, 1], what.index.to_numpy(dtype=np.int64)[new]))
        return found

    def values(self, name: str, values: "pd.Series[Any]") -> "pd.Series[Any]":
        """
        Return the different values of a column, in this part and the earlier ones.

        Examples
        --------
        >>> seen = Seen()
        >>> seen.values("DLBM", pd.Series(["0101", None])).to_list()
        ['0101']
        >>> seen.values("DLBM", pd.Series(["0301", "0101"])).to_list()
        ['0101', '0301']
        """
        known = self._values.setdefault(name, {})
        known.update(dict.fromkeys(values.dropna().unique().tolist()))
        return pd.Series(list(known), dtype=object)

    def _keep(self, run: "_Run") -> None:
        """Add a run, and merge it with those that are no longer: so each row is moved only as often as they double."""
        run = run.in_order()
        while self._runs and len(self._runs[-1].key) <= len(run.key):
            longer = self._runs.pop()
            run = _Run(
                np.concatenate([longer.key, run.key]),
                np.concatenate([longer.rest, run.rest]),
                np.concatenate([longer.row, run.row]),
            ).in_order()
        if len(run.key):
            self._runs.append(run)


class _Run(NamedTuple):
    """Rows in the order of the first half of their hash."""

    key: npt.NDArray[np.uint64]
    rest: npt.NDArray[np.uint64]
    row: npt.NDArray[np.int64]

    def in_order(self) -> "_Run":
        """Sort the rows; those of two runs one after the other are merged."""
        order = np.argsort(self.key, kind="stable")
        return _Run(self.key[order], self.rest[order], self.row[order])
