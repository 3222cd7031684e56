"""The part of the demo county that is kept in the repository under ``data/``, and its checksums."""

import hashlib
from pathlib import Path

from geoenforce.demo.farmland import build_farmland
from geoenforce.demo.ground import build_ground
from geoenforce.demo.layer_files import write_reference

CHECKSUMS_FILE = "SHA256SUMS"
_FOLDERS = ("basic_farmland", "boundaries")


def write_reference_data(folder: Path, seed: int) -> Path:
    """
    Write townships and basic farmland, and the list of their SHA-256 checksums.

    Parameters
    ----------
    folder
        Where to; ``data`` in the repository.
    seed
        Seed of the county.

    Returns
    -------
    checksums
        The path of the list.
    """
    ground = build_ground(seed)
    write_reference(folder, ground, build_farmland(seed, ground))
    listed = folder / CHECKSUMS_FILE
    listed.write_text("".join(f"{digest}  {name}\n" for name, digest in checksums(folder).items()), encoding="ascii")
    return listed


def checksums(folder: Path) -> dict[str, str]:
    """
    Compute the SHA-256 of every file in the two folders, by name.

    Parameters
    ----------
    folder
        Where ``boundaries`` and ``basic_farmland`` lie.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "boundaries").mkdir()
    >>> (folder / "boundaries" / "a.prj").write_bytes(b"abc")
    3
    >>> checksums(folder)
    {'boundaries/a.prj': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'}
    """
    files = sorted(path for name in _FOLDERS for path in (folder / name).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
