"""Hashes of rows: equal rows have equal hashes, in whichever database they stand."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import shapely

from geoenforce.core.tables import Kind, Table
from geoenforce.store.schema import public_columns

_BETWEEN = "\x1f"
_GEOMETRY = b"\x1fgeometry="


def hashes_of(table: Table, columns: Mapping[str, Sequence[Any]], count: int) -> list[str]:
    """
    Hash rows over every declared column that names no person, and the geometry.

    Missing values leave no trace in a hash: a column that is declared later changes no hash of earlier rows.

    Parameters
    ----------
    table
        The declaration.
    columns
        Values by column, as a database gives them, None where missing; ``geometry`` as shapes.
    count
        Number of rows.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> one = hashes_of(CASE_AREAS, {"case_id": ["A"], "other_mu": [1]}, 1)
    >>> one == hashes_of(CASE_AREAS, {"case_id": ["A"], "other_mu": [1.0], "basic_farmland_mu": [None]}, 1)
    True
    """
    there = sorted((column for column in public_columns(table) if column.name in columns), key=lambda one: one.name)
    texts = [_texts(column.name, columns[column.name], column.kind) for column in there]
    rows = zip(*texts, strict=True) if texts else [()] * count
    joined = [_BETWEEN.join(filter(None, row)).encode() for row in rows]
    if table.geometry:
        bodies = shapely.to_wkb(columns["geometry"], byte_order=1, flavor="iso")
        joined = [text + _GEOMETRY + (body or b"") for text, body in zip(joined, bodies, strict=True)]
    return [hashlib.sha256(text).hexdigest() for text in joined]


def row_hash(texts: Sequence[str]) -> str:
    """
    Hash one row's values as texts.

    Examples
    --------
    >>> row_hash(["A", "5.0"]) == row_hash(["A5.0", ""])
    False
    """
    return hashlib.sha256(_BETWEEN.join(map(_escaped, texts)).encode()).hexdigest()


def digest(hashes: Iterable[str]) -> str:
    """
    Hash hashes, in an order of their own.

    Examples
    --------
    >>> digest(["b", "a"]) == digest(["a", "b"])
    True
    """
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def _texts(name: str, values: Sequence[Any], kind: Kind) -> list[str]:
    """Write values with their column's name; a float's shortest form gives the same float back."""
    write = _WRITE[kind]
    if kind is Kind.TEXT and _is_plain("".join(filter(None, values))):
        return ["" if value is None else f"{name}={value}" for value in values]
    return ["" if value is None else f"{name}={write(value)}" for value in values]


def _is_plain(text: str) -> bool:
    return "\\" not in text and _BETWEEN not in text


def _escaped(text: str) -> str:
    """Keep the sign that stands between values out of them."""
    return text.replace("\\", "\\\\").replace(_BETWEEN, "\\u")


_WRITE: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _escaped,
    Kind.NUMBER: lambda value: repr(float(value)),
    Kind.AMOUNT: lambda value: repr(float(value)),
    Kind.INTEGER: lambda value: str(int(value)),
    Kind.FLAG: lambda value: str(bool(value)),
    Kind.DATE: str,
    Kind.INSTANT: str,
}
