"""Zip files (.docx) whose bytes depend on nothing but what is in them."""

import zipfile
from io import BytesIO

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold


def same_bytes(content: bytes) -> bytes:
    """
    Pack a zip file again with its entries sorted after the first, and without the moment of writing.

    Examples
    --------
    >>> file = BytesIO()
    >>> with zipfile.ZipFile(file, "w") as archive:
    ...     archive.writestr("a.txt", "A")
    >>> zipfile.ZipFile(BytesIO(same_bytes(file.getvalue()))).getinfo("a.txt").date_time
    (1980, 1, 1, 0, 0, 0)
    """
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        first, *others = old.namelist()
        for name in (first, *sorted(others)):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return packed.getvalue()
