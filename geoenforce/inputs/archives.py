"""Zipped deliveries, with folders inside and names in Chinese."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geoenforce.core.errors import FormatError, some
from geoenforce.inputs.encodings import decode_bytes

#: What may be in an archive, most telling first: a spreadsheet beside a shapefile is a cover letter.
_KINDS = ((".shp", ".gdb", ".gpkg", ".geojson", ".json", ".kml", ".fgb", ".parquet"), (".txt",), (".csv", ".xlsx"))

_CUT_AT = 50  # names listed in a message
_UTF8_NAME = 0x800  # flag of a member whose name is in UTF-8


@contextmanager
def unpacked(path: Path, file: str) -> Iterator[list[Path]]:
    """
    Unpack an archive into a temporary folder and list the spatial files in it.

    Raises
    ------
    FormatError
        If it is no archive, is encrypted, or holds no spatial file.
    """
    with unpacked_folder(path, file) as root:
        found = _spatial_files(root)
        if not found:
            names = sorted(one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file())
            message = f"{file} holds no spatial file; it has {some(names, _CUT_AT)}."
            raise FormatError(message)
        yield found


@contextmanager
def unpacked_folder(path: Path, file: str) -> Iterator[Path]:
    """
    Unpack an archive, whatever is in it, into a temporary folder.

    Raises
    ------
    FormatError
        If it is no archive, or is encrypted.
    """
    with TemporaryDirectory(prefix="geoenforce-") as folder:
        root = Path(folder, "content")
        root.mkdir()
        try:
            _unpack(path, root)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
            message = f"{file} cannot be unpacked: {error}. Pack it again as an ordinary .zip."
            raise FormatError(message) from None
        except RuntimeError:
            message = f"{file} is encrypted. Unpack it with its password and give the file inside."
            raise FormatError(message) from None
        yield root


def _unpack(path: Path, root: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            inside = _name(member)
            if member.is_dir() or not inside.parts or inside.parts[0] == "__MACOSX":
                continue
            target = root / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(member))


def _name(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return the name inside of the folder it is unpacked to; Windows packs Chinese names in GBK."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        name = decode_bytes(name.encode("cp437", errors="replace"))
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return PurePosixPath(*(part.replace(":", "_") for part in parts))


def _spatial_files(root: Path) -> list[Path]:
    for folder in {table.parent for table in root.rglob("*.gdbtable")}:
        if folder.suffix.lower() != ".gdb":  # the tables were packed without their folder
            inner = folder / "content.gdb"
            inner.mkdir()
            for part in [part for part in folder.iterdir() if part != inner]:
                part.rename(inner / part.name)
    everything = sorted(one for one in root.rglob("*") if not _is_in_geodatabase(one, root))
    for kinds in _KINDS:
        found = [one for one in everything if one.suffix.lower() in kinds and (one.is_file() or one.suffix == ".gdb")]
        if found:
            return found
    return []


def _is_in_geodatabase(path: Path, root: Path) -> bool:
    return any(parent.suffix.lower() == ".gdb" for parent in path.relative_to(root).parents)
