"""What the earlier parts of a layer held, so that reading in parts is as strict as reading whole."""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely


class Seen:
    """
    The rows and values met so far; it grows by about 25 bytes for each row.

    A row is known by a hash of 128 bits over its normalised shape and what else makes it the same row.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._key: npt.NDArray[np.uint64] = np.empty(0, dtype=np.uint64)  # the first half of the hash, in order
        self._rest: npt.NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        self._row: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._values: dict[str, dict[Any, None]] = {}

    def earlier(self, shapes: Any, what: pd.DataFrame) -> npt.NDArray[np.int64]:
        """
        Return for each row the number of the same row in an earlier part, 0 where there is none; and keep the others.

        Parameters
        ----------
        shapes
            The shapes of a part, no two of its rows the same.
        what
            Which columns must agree, too; the index holds the rows' numbers, from 1.

        Examples
        --------
        >>> seen, square = Seen(), np.array([shapely.box(0, 0, 1, 1)])
        >>> seen.earlier(square, pd.DataFrame({"id": ["A"]}, index=[1])).tolist()
        [0]
        >>> seen.earlier(shapely.reverse(square), pd.DataFrame({"id": ["A"]}, index=[2])).tolist()
        [1]
        """
        key, rest = _hashes(shapes, what)
        found = np.zeros(len(key), dtype=np.int64)
        if len(self._key):
            place = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
            same = (self._key[place] == key) & (self._rest[place] == rest)
            found[same] = self._row[place[same]]
        self._keep(key[found == 0], rest[found == 0], what.index.to_numpy(dtype=np.int64)[found == 0])
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

    def _keep(self, key: Any, rest: Any, row: Any) -> None:
        key, rest, row = (
            np.concatenate([old, new]) for old, new in ((self._key, key), (self._rest, rest), (self._row, row))
        )
        order = np.argsort(key, kind="stable")
        self._key, self._rest, self._row = key[order], rest[order], row[order]


def _hashes(shapes: Any, what: pd.DataFrame) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    columns = pd.util.hash_pandas_object(what.astype("str"), index=False).to_numpy()
    bodies = shapely.to_wkb(shapely.normalize(shapes))
    digests = b"".join(
        hashlib.blake2b(body, digest_size=16, key=column.tobytes()).digest()
        for body, column in zip(bodies, columns, strict=True)
    )
    halves = np.frombuffer(digests, dtype=np.uint64).reshape(-1, 2)
    return halves[:, 0], halves[:, 1]
