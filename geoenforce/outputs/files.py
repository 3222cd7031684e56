"""Make room for a file to be written."""

from pathlib import Path

from geoenforce.core.errors import GeoenforceError


def make_room(path: str | Path) -> Path:
    """
    Create the folder of a file and remove what an earlier run left in its place.

    Parameters
    ----------
    path
        The file that is about to be written.

    Raises
    ------
    GeoenforceError
        If the old file cannot be removed (Excel and QGIS lock what they have open), or the folder
        cannot be created.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     make_room(Path(folder) / "out" / "map.html").parent.is_dir()
    True
    """
    place = Path(path)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
    except OSError as error:
        message = (
            f"{place} cannot be written ({error.strerror}). Close it where it is open (Excel, QGIS, a browser), "
            "or choose another output folder."
        )
        raise GeoenforceError(message) from error
    return place
