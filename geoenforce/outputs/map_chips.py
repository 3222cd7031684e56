"""Images of before and after, carried inside the map: as many as a file that must stay light can hold."""

import base64
from pathlib import Path

import pandas as pd

from geoenforce.core.errors import InputError
from geoenforce.core.terms import Severity
from geoenforce.outputs.evidence_names import evidence_name

_MOST_BYTES = 15_000_000
_PNG = b"\x89PNG"
_WHEN = ("before", "after")


def chips_of(cases: pd.DataFrame, folder: Path | None) -> dict[str, dict[str, str]]:
    """
    Return the images of cases, by the case's row as text: ``before`` and ``after`` as data URLs, where there are any.

    Parameters
    ----------
    cases
        CASES; the gravest come first where not all fit.
    folder
        Where ``CASE_before.png`` and ``CASE_after.png`` lie, `geoenforce.outputs.evidence_names.evidence_name` for
        CASE. None: there are no images.

    Raises
    ------
    InputError
        If an image is no PNG.

    Examples
    --------
    >>> chips_of(pd.DataFrame({"severity": ["serious"]}, index=["C1"]), None)
    {}
    """
    if folder is None or not folder.is_dir():
        return {}
    grades = [grade.value for grade in reversed(Severity)]
    order = cases["severity"].map(grades.index).argsort(kind="stable")
    found: dict[str, dict[str, str]] = {}
    left = _MOST_BYTES
    for row in order.to_list():
        name = evidence_name(str(cases.index[row]))
        files = {when: folder / f"{name}_{when}.png" for when in _WHEN}
        images = {when: _data_url(file) for when, file in files.items() if file.is_file()}
        left -= sum(map(len, images.values()))
        if left < 0:
            break
        if images:
            found[str(row)] = images
    return found


def _data_url(file: Path) -> str:
    image = file.read_bytes()
    if not image.startswith(_PNG):
        message = f"{file}: is no PNG image. Save it as PNG, or take it out of the folder of images."
        raise InputError(message)
    return f"data:image/png;base64,{base64.b64encode(image).decode()}"
