"""
The text of shapefiles: which encoding it is in, decided by its bytes.

Deliveries come in GBK or GB18030 without a .cpg, in UTF-8, in both at once, and with a .cpg that is
wrong. So the file is read as if each byte were one letter, and the bytes are decoded here.
"""

import codecs
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.errors import ConfigError
from geoenforce.core.sentences import say
from geoenforce.core.terms import Action
from geoenforce.inputs.encodings import RawText, decode, likely_encodings, usable_encoding
from geoenforce.inputs.reading import Delivery, Problem

_LONGEST_NAME = 10  # bytes of a column's name


def decode_texts(
    delivery: Delivery, path: Path, encoding: str | None = None, encodings: Sequence[str] = ()
) -> Delivery:
    """
    Decode the names and values of the columns of a shapefile that was read byte by byte.

    Parameters
    ----------
    delivery
        As read with `DECODE_LATER`.
    path
        The .shp; a .cpg beside it is asked only where the bytes leave a doubt.
    encoding
        Take this one, whatever the bytes look like.
    encodings
        Of a part: what was decided for the whole.

    Returns
    -------
    delivery
        With proper text, and a problem where the encoding was not clear.

    Raises
    ------
    ConfigError
        If Python knows no such encoding.
    """
    values = {name: _beyond_ascii(delivery.frame[name]) for name in delivery.frame}
    found = [*_names(delivery.frame), *_values(values, path)]
    if not found:
        return delivery
    encodings = encodings or decide_encodings(found, path, encoding)
    decoded = {text.letters: decode(text, encodings) for text in found}
    frame = delivery.frame.rename(columns=decoded)
    for name in (name for name, beyond in values.items() if beyond):
        codes, different = pd.factorize(delivery.frame[name])
        words = np.array([*(decoded.get(value, value) for value in different), None], dtype=object)
        frame[decoded.get(name, name)] = pd.array(words[codes], dtype="str")  # code -1 is the None at the end
    return replace(delivery, frame=frame, problems=(*delivery.problems, *_doubts(encodings, decoded)))


def texts_of(frame: pd.DataFrame, path: Path) -> list[RawText]:
    """Return the different texts, of names and values, that are not plain ASCII."""
    return [*_names(frame), *_values({name: _beyond_ascii(frame[name]) for name in frame}, path)]


def decide_encodings(texts: Sequence[RawText], path: Path, encoding: str | None) -> list[str]:
    """
    Return the encodings in which the texts of a shapefile are.

    Raises
    ------
    ConfigError
        If Python knows no such encoding.
    """
    try:
        return usable_encoding(encoding) if encoding else likely_encodings(texts, _declared(path))
    except ConfigError as error:
        message = f"{path.as_posix()}: {error}"
        raise ConfigError(message) from None


def _beyond_ascii(column: "pd.Series[Any]") -> list[str]:
    """Return the different values of a column that are not plain ASCII."""
    if not pd.api.types.is_string_dtype(column):
        return []
    return [value for value in column.dropna().unique() if not value.isascii()]


def _names(frame: pd.DataFrame) -> list[RawText]:
    names = [str(name) for name in frame if not str(name).isascii()]
    return [RawText(name, is_full=len(name) >= _LONGEST_NAME) for name in names]


def _values(values: dict[Any, list[str]], path: Path) -> list[RawText]:
    widths = _widths(path)
    if len(widths) != len(values):
        widths = [0] * len(values)
    columns = zip(values.values(), widths, strict=True)
    return [
        *dict.fromkeys(RawText(value, is_full=len(value) == width) for column, width in columns for value in column)
    ]


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
        problems.append(Problem("file_cut_off", say("file_cut_off_shapes")))
    promised, held = _records_of_dbf(path)
    lost = range(held + 1, promised + 1)
    if not lost:
        return replace(delivery, problems=tuple(problems))
    problems.append(Problem("file_cut_off", say("file_cut_off_rows")))
    said = say("record_not_held", promised=promised, held=held)
    problems += [Problem("unreadable_record", said, Action.REJECTED, row) for row in lost]
    frame = delivery.frame.reindex(delivery.frame.index.append(pd.Index(lost))).rename_axis("row")
    geometry = np.concatenate([delivery.geometry, np.full(len(lost), None)])
    return replace(delivery, frame=frame, geometry=geometry, problems=tuple(problems))


def _doubts(encodings: Sequence[str], decoded: dict[str, str]) -> list[Problem]:
    problems = []
    if len(encodings) > 1:
        problems.append(Problem("mixed_encodings", say("mixed_encodings")))
    lost = [text for text in decoded.values() if "\N{REPLACEMENT CHARACTER}" in text]
    if lost:
        said = say("undecodable_text", listed="{listed}", encoding=encodings[-1])
        problems.append(Problem("undecodable_text", said, listed=tuple(lost)))
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


def _widths(path: Path) -> list[int]:
    """Return the width of each field, as the head of the .dbf has it."""
    table = _beside(path, ".dbf")
    if table is None:
        return []
    with table.open("rb") as file:
        head = file.read(1 << 16)
    fields = [head[start : start + 32] for start in range(32, len(head) - 31, 32)]
    end = next((number for number, field in enumerate(fields) if field[0] == 0x0D), len(fields))
    return [field[16] for field in fields[:end]]
