"""
The text of shapefiles: which encoding it is in, decided by its bytes.

Deliveries come in GBK or GB18030 without a .cpg, in UTF-8, in both at once, and with a .cpg that is
wrong. So the file is read as if each byte were one letter, and the bytes are decoded here.
"""

import codecs
import struct
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from geoenforce.core.errors import ConfigError, some
from geoenforce.core.terms import Action
from geoenforce.inputs.reading import Delivery, Problem

#: In this encoding each byte becomes one letter, so nothing is lost before the bytes were looked at.
DECODE_LATER = "ISO-8859-1"

_CHINESE = "gb18030"  # holds all of GBK and GB2312
_LONGEST_LETTER = 4  # bytes of a letter in UTF-8 and GB18030; a full field may end inside of one


def decode_texts(delivery: Delivery, path: Path, encoding: str | None = None) -> Delivery:
    """
    Decode the names and values of the columns of a shapefile that was read byte by byte.

    Parameters
    ----------
    delivery
        As read with `DECODE_LATER`.
    path
        The .shp; a .cpg beside it is asked only where the bytes are neither UTF-8 nor Chinese.
    encoding
        Take this one, whatever the bytes look like.

    Returns
    -------
    delivery
        With proper text, and a problem where the encoding was not clear.

    Raises
    ------
    ConfigError
        If Python knows no such encoding.
    """
    texts = [name for name in delivery.frame if pd.api.types.is_string_dtype(delivery.frame[name])]
    values = {value for name in texts for value in delivery.frame[name].dropna().unique() if not value.isascii()}
    names = [str(name) for name in delivery.frame if not str(name).isascii()]
    if not values and not names:
        return delivery
    encodings = _usable(encoding) if encoding else _encodings([*values, *names], _declared(path))
    decoded = {value: _decode(value, encodings) for value in (*values, *names)}
    frame = delivery.frame.rename(columns=decoded)
    for name in texts:
        codes, different = pd.factorize(delivery.frame[name])
        letters = np.array([*(decoded.get(value, value) for value in different), None], dtype=object)
        frame[decoded.get(name, name)] = pd.array(letters[codes], dtype="str")  # code -1 is the None at the end
    return replace(delivery, frame=frame, problems=(*delivery.problems, *_doubts(encodings, decoded)))


def lost_records(delivery: Delivery, path: Path) -> Delivery:
    """
    Add the records that a shapefile promises and does not hold, because it was cut off in copying.

    GDAL reads such a file without a word, and gives fewer rows.

    Returns
    -------
    delivery
        With an empty row and a problem for each lost record.
    """
    problems = list(delivery.problems)
    if _is_cut_off(path):
        detail = "The .shp is shorter than its header says: it was cut off, and shapes at its end are lost."
        problems.append(Problem("file_cut_off", detail))
    promised, held = _records_of_dbf(path)
    lost = range(held + 1, promised + 1)
    if not lost:
        return replace(delivery, problems=tuple(problems))
    detail = f"The .dbf ends before this record: it promises {promised} records and holds {held}."
    problems += [Problem("unreadable_record", detail, Action.REJECTED, row) for row in lost]
    frame = delivery.frame.reindex(delivery.frame.index.append(pd.Index(lost))).rename_axis("row")
    geometry = np.concatenate([delivery.geometry, np.full(len(lost), None)])
    return replace(delivery, frame=frame, geometry=geometry, problems=tuple(problems))


def decode_bytes(data: bytes) -> str:
    """
    Decode a whole text file: UTF-8 with or without a byte-order mark, UTF-16 with one, else GB18030.

    Raises
    ------
    UnicodeDecodeError
        If the bytes are none of them.

    Examples
    --------
    >>> decode_bytes("水田".encode("gbk")), decode_bytes("水田".encode("utf-8-sig"))
    ('水田', '水田')
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(_CHINESE)


def _usable(encoding: str) -> list[str]:
    try:
        return [codecs.lookup(encoding).name]
    except LookupError:
        message = f'There is no encoding {encoding!r}; usual ones are encoding = "GB18030" and encoding = "UTF-8".'
        raise ConfigError(message) from None


def _encodings(values: Iterable[str], declared: str | None) -> list[str]:
    """Say in which encoding, or failing that in which two, the values are written."""
    raw = [value.encode(DECODE_LATER) for value in values]
    for encoding in ("utf-8", _CHINESE, declared):
        if encoding and all(_fits(value, encoding) for value in raw):
            return [encoding]
    return ["utf-8", _CHINESE]  # several deliveries were put together without a look at their encodings


def _fits(value: bytes, encoding: str) -> bool:
    return _decoded(value, encoding) is not None


def _decoded(value: bytes, encoding: str) -> str | None:
    """Decode a value that may be cut inside of its last letter."""
    for cut in range(_LONGEST_LETTER):
        try:
            return value[: len(value) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _decode(value: str, encodings: list[str]) -> str:
    raw = value.encode(DECODE_LATER)
    for encoding in encodings:
        text = _decoded(raw, encoding)
        if text is not None:
            return text
    return raw.decode(encodings[-1], errors="replace")


def _doubts(encodings: list[str], decoded: dict[str, str]) -> list[Problem]:
    problems = []
    if len(encodings) > 1:
        detail = "Part of the text is in UTF-8 and part in GBK; each value was decoded for itself."
        problems.append(Problem("mixed_encodings", detail))
    lost = [text for text in decoded.values() if "\N{REPLACEMENT CHARACTER}" in text]
    if lost:
        detail = f"The values {some(lost)} hold bytes that are no letters in {encodings[-1]}; set encoding = …."
        problems.append(Problem("undecodable_text", detail))
    return problems


def _declared(path: Path) -> str | None:
    """Read the encoding that the .cpg names, where Python knows it."""
    beside = _beside(path, ".cpg")
    if beside is None:
        return None
    name = beside.read_bytes().decode("ascii", errors="replace").strip()
    name = f"cp{name}" if name.isdigit() else name.replace(" 88591", "-8859-1")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _beside(path: Path, suffix: str) -> Path | None:
    alike = (other for other in path.parent.iterdir() if other.stem == path.stem and other.suffix.lower() == suffix)
    return next(alike, None)


def _is_cut_off(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(28)
    return len(head) == 28 and path.stat().st_size < 2 * struct.unpack(">i", head[24:])[0]


def _records_of_dbf(path: Path) -> tuple[int, int]:
    """Return how many records the head of the .dbf promises, and how many the file has room for."""
    table = _beside(path, ".dbf")
    if table is None or table.stat().st_size < 12:
        return 0, 0
    with table.open("rb") as file:
        promised, head, width = struct.unpack("<xxxxIHH", file.read(12))
    held = max(0, table.stat().st_size - head) // width if width else promised
    return promised, min(held, promised)
