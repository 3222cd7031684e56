"""Make room for a file to be written, and say why it cannot be."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geoenforce.core.errors import GeoenforceError, InputError

#: Before the name of a file that is being written, until it is whole.
UNFINISHED = ".partial-"


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
        cannot be created, or written into.

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
        place.touch()  # some writers tell only in their own words that they may not
        place.unlink()
    except OSError as error:
        raise unwritable(place, error) from error
    return place


def unwritable(place: Path, problem: OSError) -> InputError:
    """
    Say why a file cannot be written, and the way out.

    Examples
    --------
    >>> print(unwritable(Path("areas.xlsx"), OSError(errno.ENOSPC, "No space left on device")))
    areas.xlsx cannot be written: the disk is full (磁盘已满). Make room, or choose a place on another disk.
    """
    if problem.errno == errno.ENOSPC:
        way_out = "the disk is full (磁盘已满). Make room, or choose a place on another disk."
        return InputError(f"{place} cannot be written: {way_out}")
    of = "" if problem.filename is None or UNFINISHED in str(problem.filename) else f": {problem.filename}"
    return InputError(
        f"{place} cannot be written ({problem.strerror}{of}). Close it where it is open (Excel, QGIS, a browser), "
        "or choose another output folder."
    )


@contextmanager
def writing(place: Path, unfinished: Path) -> Iterator[None]:
    """
    While a file is written beside its place, tell of whatever prevents it by the name that the user knows.

    Examples
    --------
    >>> with writing(Path("a.csv"), Path(".partial-a.csv")):
    ...     raise OSError(errno.EACCES, "Permission denied")
    Traceback (most recent call last):
    geoenforce.core.errors.InputError: a.csv cannot be written (Permission denied). Close it where it is open (Excel,
    QGIS, a browser), or choose another output folder.
    """
    from pyogrio.errors import DataLayerError, DataSourceError  # which those who only read results need not load

    try:
        yield
    except OSError as problem:
        raise unwritable(place, problem) from problem
    except (DataSourceError, DataLayerError) as problem:  # GDAL's, which name no reason of the system
        message = f"{place} cannot be written ({str(problem)[:200]}). Is there room on the disk (磁盘空间)?"
        raise InputError(message) from problem
    except GeoenforceError as problem:
        raise type(problem)(str(problem).replace(str(unfinished), str(place))) from problem


def write_whole(place: Path, write: Callable[[Path], object]) -> None:
    """
    Write a file beside its place, and put it there once it is whole; until then, what stood there stays.

    Raises
    ------
    GeoenforceError
        If the file cannot be written, or the old one cannot be replaced.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_whole(Path(folder, "a.txt"), lambda path: path.write_text("A"))
    ...     [file.name for file in Path(folder).iterdir()]
    ['a.txt']
    """
    unfinished = place.with_name(f"{UNFINISHED}{place.name}")
    try:
        with writing(place, unfinished):
            write(unfinished)
            unfinished.replace(place)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def refuse_to_replace(place: Path, made: Path) -> None:
    """
    Refuse to put what was made in the place of another file: somebody may have worked on it.

    Raises
    ------
    InputError
        If there is a file that differs.

    Examples
    --------
    >>> refuse_to_replace(Path("no_such.docx"), Path("made.docx"))
    """
    if place.is_file() and place.read_bytes() != made.read_bytes():
        message = (
            f"{place} is there already, and differs: somebody may have worked on it (可能已填写). Move it away, or "
            "name another file with -o."
        )
        raise InputError(message)
