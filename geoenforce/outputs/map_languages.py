"""Both languages in one file: the map's data in one, and what is different in the other."""

from typing import Any

#: Stands for "nothing differs here".
_SAME = object()


def changes(one: Any, other: Any) -> Any:
    """
    Return what of some data differs from other data of the same build, as short as can be.

    Lists of equal length and dicts with the same keys are gone into; a dict of the parts that differ,
    by place or key, stands for them. Anything else is replaced as a whole.

    Parameters
    ----------
    one
        The data at hand: what JSON can hold, dicts with text keys.
    other
        The data wanted.

    Returns
    -------
    changes
        A list with the one new value, or a dict of changes; None where nothing differs.

    Examples
    --------
    >>> changes({"name": "镇", "facts": [["件", "2"]]}, {"name": "town", "facts": [["cases", "2"]]})
    {'name': ['town'], 'facts': {'0': {'0': ['cases']}}}
    >>> changes([1], [1, 2]), changes("a", "a")
    ([[1, 2]], None)
    """
    found = _differences(one, other)
    return None if found is _SAME else found


def _differences(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(key, one[key], other[key]) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        if one == other:
            return _SAME
        pairs = [(str(place), *pair) for place, pair in enumerate(zip(one, other, strict=True))]
    else:
        return _SAME if one == other else [other]
    found = {key: difference for key, *pair in pairs if (difference := _differences(*pair)) is not _SAME}
    return found or _SAME
