"""KML from phones: ``gx:Track`` and ``gx:MultiTrack``, with or without times, and points with a ``TimeStamp``."""

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from geoenforce.core.errors import FormatError
from geoenforce.core.sentences import say
from geoenforce.core.terms import Action
from geoenforce.inputs.markup import Visitor
from geoenforce.inputs.raw_fixes import RawFixes
from geoenforce.inputs.reading import Problem

_SHAPES = {"Point": "points", "LineString": "drawn lines", "Polygon": "polygons"}

_STAMP, _PLACE = ("TimeStamp", "when"), ("Point", "coordinates")  # of a mark on the map


def read_kml_tracks(path: Path, file: str) -> RawFixes:
    """
    Read the tracks of a KML, or its points if at least one of them says when it was.

    Parameters
    ----------
    path
        Where the file is.
    file
        How it is called in messages.

    Returns
    -------
    fixes
        One row per ``gx:coord``, numbered from 1; ``segment`` counts the ``gx:Track`` of the file. Without tracks, one
        row per ``Point``; those without a time have none.

    Raises
    ------
    FormatError
        If it is no KML, or holds no track; the message says what it holds instead.

    Notes
    -----
    Source: KML 2.2 with Google's extensions: the n-th ``when`` belongs to the n-th ``gx:coord``. Where their
    numbers differ nobody can tell which is missing, so such a track is read without its times. Points beside a track
    are marks on the map, and counted only.
    """
    tracks = _Tracks()
    fault = tracks.walk(path.read_bytes(), file)
    if tracks.root != "kml":
        said = f"its first element is <{tracks.root}>" if tracks.root else (fault or "it is empty")
        message = f"{file} is no KML: {said}. Export the track again as KML or GPX."
        raise FormatError(message)
    is_track = bool(tracks.places)
    if not is_track and not any(tracks.stamps):
        raise FormatError(_no_track(file, tracks, fault))
    problems = tracks.problems()
    frame = tracks.frame() if is_track else _frame(tracks.points[: len(tracks.stamps)], tracks.stamps)
    if fault:
        said_of_it = say("broken_file", count=len(frame), fault=fault)
        problems.append(Problem("broken_file", said_of_it, Action.REPAIRED))
    return RawFixes(file, frame, is_recording=is_track, problems=tuple(problems))


class _Tracks(Visitor):
    """Gathers the times and places of each track."""

    def __init__(self) -> None:
        super().__init__()
        self.root = ""
        self.places: list[str] = []
        self.times: list[str | None] = []
        self.segment: list[int] = []
        self.points: list[str] = []
        self.stamps: list[str | None] = []  # when each of these was
        self.count: Counter[str] = Counter()
        self._within: list[str] = []
        self._stamp: str | None = None
        self._whens: list[str] = []
        self._coords: list[str] = []
        self._is_in_track = False
        self._unpaired: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - the parser's signature
        name = name.rpartition(":")[2]
        self.root = self.root or name.lower()
        self.count[name] += 1
        if name == "Placemark":
            self._stamp = None  # that of a folder is none of its places'
        elif name == "Track":
            self._is_in_track = True
        elif (self._is_in_track and name in ("when", "coord")) or (self._parent(), name) in (_STAMP, _PLACE):
            self.listen()
        self._within.append(name)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self._within.pop()
        if name == "Track":
            self.finish_track()
            self._is_in_track = False
        elif self._is_in_track and name == "when":
            self._whens.append(self.heard())
        elif self._is_in_track and name == "coord":
            self._coords.append(self.heard())
        else:
            self._end_of_mark(name)

    def _parent(self) -> str:
        return self._within[-1] if self._within else ""

    def _end_of_mark(self, name: str) -> None:
        """Note the point and the time of a placemark, whichever stands first."""
        if (self._parent(), name) == _STAMP:
            self._stamp = self.heard()
        elif (self._parent(), name) == _PLACE:
            self.points.append(self.heard())
        elif name == "Placemark":
            self.stamps += [self._stamp] * (len(self.points) - len(self.stamps))

    def finish_track(self) -> None:
        """Put the times beside the places."""
        number = self.count["Track"]
        is_paired = len(self._whens) == len(self._coords)
        if self._whens and not is_paired:
            self._unpaired.append(number)
        self.places += self._coords
        self.times += self._whens if is_paired else [None] * len(self._coords)
        self.segment += [number] * len(self._coords)
        self._whens, self._coords = [], []

    def problems(self) -> list[Problem]:
        """Say which tracks were read without their times, and what stands beside them."""
        unpaired = [Problem("unpaired_times", say("unpaired_track", number=number)) for number in self._unpaired]
        if not self.places or not self.points:
            return unpaired
        return [*unpaired, Problem("not_a_track", say("points_beside_track", count=len(self.points)))]

    def frame(self) -> pd.DataFrame:
        """Make the table of the tracks' points."""
        return _frame(self.places, self.times).assign(segment=np.array(self.segment, dtype="int64"))


def _frame(places: list[str], times: list[str | None]) -> pd.DataFrame:
    """Put places and times side by side; what is no number is missing."""
    index = pd.RangeIndex(1, len(places) + 1, name="row")
    parts = pd.Series(places, index=index, dtype="str").str.replace(",", " ").str.split(expand=True, n=2)
    parts = parts.reindex(columns=[0, 1])
    return pd.DataFrame(
        {
            "longitude": pd.to_numeric(parts[0], errors="coerce").astype("float64"),
            "latitude": pd.to_numeric(parts[1], errors="coerce").astype("float64"),
            "recorded_at": pd.Series([time or None for time in times], index=index, dtype="str"),
        }
    )


def _no_track(file: str, tracks: _Tracks, fault: str | None) -> str:
    others = [f"{tracks.count[name]} {word}" for name, word in _SHAPES.items() if tracks.count[name]]
    holds = f"it holds {' and '.join(others)}, which say nothing of when somebody was there" if others else ""
    empty = "its tracks are empty" if tracks.count["Track"] else "there is no <gx:Track> in it"
    reason = "; ".join(text for text in (holds or empty, f"it breaks off in {fault}" if fault else "") if text)
    return f"{file} has no track: {reason}. Export the recorded track as GPX, or as KML with gx:Track."
