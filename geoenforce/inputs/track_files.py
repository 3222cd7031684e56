"""Find the track files that are meant: by name, by pattern, in folders and in zipped deliveries."""

import glob
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from geoenforce.core.errors import FormatError, some
from geoenforce.inputs.archives import unpacked_folder

#: What a file of positions may be called; .txt and .log are looked into.
SUFFIXES = (
    ".gpx", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".nmea", ".nma", ".log",
    ".kml", ".geojson", ".json", ".parquet", ".geoparquet",
)  # fmt: skip
_ARCHIVES = (".zip", ".kmz")


@dataclass(frozen=True)
class TrackFile:
    """One file to be read."""

    path: Path
    name: str  # for messages: the path as given, with the way inside an archive behind it
    is_named: bool  # given by itself, and not found in a folder or archive
    folder: str = ""  # the folder, or archive, that it was found in


@dataclass
class Found:
    """The files to be read, and those beside them that are nothing of the kind."""

    files: list[TrackFile] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # archives inside that cannot be opened, and why


@contextmanager
def track_files(paths: str | Path | Sequence[str | Path]) -> Iterator[Found]:
    """
    List the track files behind paths; what archives hold is there until the block ends.

    Parameters
    ----------
    paths
        A file, a folder (with all below it), a pattern such as ``tracks/**/*.gpx``, an archive; or
        several of them.

    Raises
    ------
    FormatError
        If there is no such file, or nothing in it that could be a track.

    Examples
    --------
    >>> with track_files("no/such/*.gpx") as found: ...
    Traceback (most recent call last):
    geoenforce.core.errors.FormatError: no/such/*.gpx: no file has such a name. Patterns are seen from the current
    folder.
    """
    found = Found()
    with ExitStack() as archives:
        for given in [paths] if isinstance(paths, str | Path) else paths:
            before = len(found.files)
            is_named = Path(given).is_file()
            for path in _matches(str(given)):
                _gather(path, path.as_posix(), found, archives, is_named=is_named)
            if len(found.files) == before:
                message = (
                    f"{given} holds no track; it has {some(found.others, 20)}. Tracks are GPX, CSV, XLSX, NMEA, KML, "
                    "GeoJSON or GeoParquet, also zipped."
                )
                raise FormatError(message)
        yield _each_once(found)


def _matches(given: str) -> list[Path]:
    if Path(given).exists():
        return [Path(given)]
    if not glob.has_magic(given):
        message = f"{given}: there is no such file or folder. Relative paths are seen from the current folder."
        raise FormatError(message)
    matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    if not matches:
        message = f"{given}: no file has such a name. Patterns are seen from the current folder."
        raise FormatError(message)
    return [Path(match) for match in matches]


def _gather(path: Path, name: str, found: Found, archives: ExitStack, *, is_named: bool) -> None:
    suffix = path.suffix.lower()
    if path.is_dir():
        for inside in sorted(path.iterdir()):
            _gather(inside, f"{name}/{inside.name}", found, archives, is_named=False)
    elif suffix in _ARCHIVES:
        try:
            root = archives.enter_context(unpacked_folder(path, name))
        except FormatError as error:
            if is_named:
                raise
            found.refused[name] = str(error)
            return
        for inside in sorted(one for one in root.rglob("*") if one.is_file()):
            inner = inside.relative_to(root).as_posix()
            _gather(inside, f"{name}/{inner}", found, archives, is_named=False)
    elif suffix in SUFFIXES or is_named:
        found.files.append(TrackFile(path, name, is_named, Path(name).parent.name))
    else:
        found.others.append(name)


def _each_once(found: Found) -> Found:
    """Leave out files that were reached in two ways, such as by a folder and by a pattern."""
    files = {one.path.resolve(): one for one in reversed(found.files)}
    return Found(list(reversed(files.values())), found.others, found.refused)
