"""NMEA 0183: the RMC and GGA sentences of a receiver's log, each held against its checksum."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.errors import FormatError
from geoenforce.inputs.raw_fixes import RawFixes

_SENTENCE = rb"\$[A-Z]{2}(?:RMC|GGA),"
_MOST_FIELDS = 16
_FIELDS = {  # where the parts of a position stand in each sentence
    "RMC": {"clock": 1, "status": 2, "latitude": 3, "south": 4, "longitude": 5, "west": 6, "date": 9},
    "GGA": {"clock": 1, "status": 6, "latitude": 2, "south": 3, "longitude": 4, "west": 5},
}
_HALF_DAY_S = 43_200.0


def is_nmea(data: bytes) -> bool:
    """
    Tell whether the beginning of a file looks like a receiver's log.

    Examples
    --------
    >>> is_nmea(b"$GPRMC,081005,A,2330.0,N,11622.0,E,,,020426,,*00"), is_nmea(b"time,lat,lon")
    (True, False)
    """
    return re.search(_SENTENCE, data[:65_536]) is not None


def read_nmea(path: Path, file: str) -> RawFixes:
    """
    Read the positions of an NMEA 0183 log.

    Parameters
    ----------
    path
        Where the file is.
    file
        How it is called in messages.

    Returns
    -------
    fixes
        One row per RMC, and one per GGA of a second that has no RMC; ``row`` is the line in the file.
        Times are instants: NMEA writes UTC. A GGA has a time of day only, and takes the date of the RMC
        before it, the next day if midnight has passed since; before the first RMC, the date of that.

    Raises
    ------
    FormatError
        If no RMC or GGA sentence is in it.

    Notes
    -----
    Source: NMEA 0183: the checksum is the exclusive or of the bytes between ``$`` and ``*``. A sentence
    without a checksum is taken as it is; one with a wrong checksum or cut off is kept and marked.
    """
    sentences = _sentences(path.read_bytes())
    if not len(sentences):
        message = (
            f"{file} has no position: no line holds a sentence RMC or GGA. Log these two, or export the track as GPX."
        )
        raise FormatError(message)
    parts = [_positions(sentences[sentences["kind"] == kind], kind) for kind in _FIELDS]
    fixes = pd.concat([part for part in parts if len(part)]).sort_index()
    fixes = _dated(fixes)
    sure = (fixes["kind"] == "RMC") & ~fixes["has_bad_checksum"] & fixes["recorded_at"].notna()
    is_said_twice = (fixes["kind"] == "GGA") & fixes["recorded_at"].isin(fixes.loc[sure, "recorded_at"])
    names = ["longitude", "latitude", "recorded_at", "has_bad_checksum", "has_no_fix"]
    return RawFixes(file, fixes.loc[~is_said_twice, names], is_recording=True)


def _sentences(data: bytes) -> pd.DataFrame:
    """List the RMC and GGA sentences, by line, with whether their checksum is wrong."""
    lines = pd.Series(data.decode("latin-1").splitlines(), dtype="str")  # each byte one letter; what counts is ASCII
    lines.index = pd.RangeIndex(1, len(lines) + 1, name="row")
    cut = lines.str.extract(r"(?P<body>[A-Z]{2}(?P<kind>RMC|GGA),[^*$]*)(?:\*(?P<checksum>[0-9A-Fa-f]{2}))?")
    is_wanted = cut["body"].notna() & lines.str.contains("$", regex=False)
    cut = cut[is_wanted]
    stated = cut["checksum"].map(lambda text: int(text, 16), na_action="ignore").astype("float64")
    wrong = stated.notna() & (stated != _checksums(cut["body"]))
    return cut.assign(has_bad_checksum=wrong)


def _checksums(bodies: "pd.Series[str]") -> Any:
    """Return the exclusive or of the bytes of each text."""
    letters = np.array([body.encode("latin-1") for body in bodies], dtype="S")
    if not letters.size or not letters.dtype.itemsize:
        return np.zeros(len(letters))
    table = letters.view("u1").reshape(len(letters), -1)  # filled up with zeros, which change nothing
    return np.bitwise_xor.reduce(table, axis=1).astype("float64")


def _positions(sentences: pd.DataFrame, kind: str) -> pd.DataFrame:
    if not len(sentences):
        return pd.DataFrame()
    is_garbage = sentences["body"].str.count(",") >= _MOST_FIELDS
    text = io.StringIO("\n".join(sentences["body"].mask(is_garbage, f"{kind},")))
    fields = pd.read_csv(text, header=None, names=range(_MOST_FIELDS), dtype="str", quoting=csv.QUOTE_NONE)
    fields.index = sentences.index
    at = _FIELDS[kind]
    status = fields[at["status"]]
    clock = _seconds_of_day(fields[at["clock"]])
    return pd.DataFrame(
        {
            "kind": kind,
            "longitude": _degrees(fields[at["longitude"]], fields[at["west"]] == "W"),
            "latitude": _degrees(fields[at["latitude"]], fields[at["south"]] == "S"),
            "clock": clock,
            "date": _dates(fields[at["date"]]) if "date" in at else pd.NaT,
            "has_bad_checksum": sentences["has_bad_checksum"] | status.isna(),  # cut off before the status
            "has_no_fix": (status == "V") if kind == "RMC" else (status == "0"),
        },
        index=sentences.index,
    ).astype({"date": "datetime64[us]"})


def _degrees(texts: "pd.Series[str]", is_negative: "pd.Series[bool]") -> "pd.Series[float]":
    """Read ddmm.mmmm: degrees and minutes in one number."""
    numbers = pd.to_numeric(texts, errors="coerce").astype("float64")
    degrees = numbers // 100 + numbers % 100 / 60
    return degrees.where(~is_negative, -degrees)


def _seconds_of_day(texts: "pd.Series[str]") -> "pd.Series[float]":
    numbers = pd.to_numeric(texts, errors="coerce").astype("float64")
    seconds = numbers // 10_000 * 3600 + numbers // 100 % 100 * 60 + numbers % 100
    return seconds.where((numbers >= 0) & (seconds < 86_401))  # a leap second is the day's last


def _dates(texts: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    return pd.to_datetime(texts, format="%d%m%y", errors="coerce").astype("datetime64[us]")


def _dated(fixes: pd.DataFrame) -> pd.DataFrame:
    """Give each fix its moment; a time of day without a date takes the last one, or before all dates the first."""
    own = fixes["date"].where(~fixes["has_bad_checksum"])
    known = fixes["clock"].where(own.notna())
    has_passed_midnight = own.isna() & (fixes["clock"] < known.ffill() - _HALF_DAY_S)
    days = own.ffill() + pd.to_timedelta(has_passed_midnight.astype("int64"), unit="D")
    first = own.bfill().where(fixes["clock"] <= known.bfill())
    days = fixes["date"].fillna(days).fillna(first)
    micros = (fixes["clock"] * 1e6).round()
    moments = (days + pd.to_timedelta(micros, unit="us")).dt.tz_localize("UTC")
    return fixes.assign(recorded_at=moments)
