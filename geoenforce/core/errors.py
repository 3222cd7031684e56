"""
The errors of geoenforce, in one tree.

* GeoenforceError
  - InputError            the data handed in cannot be used            (also a ValueError)
    + TableError          a table lacks columns, or has wrong types or repeated ids
    + CrsError            the coordinate system is missing, unclear, or not usable
    + FormatError         a file cannot be read as what it claims to be
    + ConfigError         the configuration is wrong
    + StoreError          the store cannot be opened, read or written
      * ReadOnlyStoreError  whoever runs this may read the store, but not write into it
  - RegulationError       a regulation file is wrong, or none is in force at that place and date

Every message says where, what is wrong, what was expected and the way out, in that order.
"""

from collections.abc import Iterable


class GeoenforceError(Exception):
    """Any error that geoenforce raises on purpose."""


class InputError(GeoenforceError, ValueError):
    """The data handed in cannot be used."""


class TableError(InputError):
    """A table lacks columns, or has wrong types or repeated ids."""


class CrsError(InputError):
    """The coordinate system of a layer is missing, unclear, or not usable."""


class FormatError(InputError):
    """A file cannot be read as what it claims to be."""


class ConfigError(InputError):
    """The configuration is wrong."""


class StoreError(InputError):
    """The store cannot be opened, read or written."""


class ReadOnlyStoreError(StoreError):
    """Whoever runs this may read the store, but not write into it."""


class RegulationError(GeoenforceError):
    """A regulation file is wrong, or none is in force at that place and date."""


def some(values: Iterable[object], most: int = 5) -> str:
    """
    List the first few values and say how many more there are.

    Examples
    --------
    >>> some(["A", "B"])
    "['A', 'B']"
    >>> some(range(7), most=3)
    '[0, 1, 2] and 4 more'
    """
    listed = list(values)
    more = len(listed) - most
    text = "[" + ", ".join(repr(value) for value in listed[:most]) + "]"
    return f"{text} and {more} more" if more > 0 else text
