"""GPX 1.0 and 1.1: the points of tracks, with their own words for times; waypoints and routes are no track."""

from pathlib import Path

import numpy as np
import pandas as pd

from geoenforce.core.errors import FormatError
from geoenforce.core.sentences import say
from geoenforce.core.terms import Action
from geoenforce.inputs.markup import Visitor
from geoenforce.inputs.raw_fixes import RawFixes
from geoenforce.inputs.reading import Problem


def read_gpx(path: Path, file: str) -> RawFixes:
    """
    Read the track points of a GPX.

    Parameters
    ----------
    path
        Where the file is.
    file
        How it is called in messages.

    Returns
    -------
    fixes
        One row per ``trkpt``, numbered from 1; ``segment`` counts the ``trkseg`` of the file. Times are
        text, as the file has them: one without a zone is the caller's to settle.

    Raises
    ------
    FormatError
        If it is no GPX, or holds no track point; the message says what it holds instead.

    Notes
    -----
    Source: GPX 1.1 (topografix.com/GPX/1/1): ``time`` should be UTC. Phones write local times too, with
    an offset or without. ``hdop`` is no accuracy in metres and is not read; an ``accuracy`` among the
    extensions of a point is.
    """
    points = _Points()
    fault = points.walk(path.read_bytes(), file)
    if points.root != "gpx":
        said = f"its first element is <{points.root}>" if points.root else (fault or "it is empty")
        message = f"{file} is no GPX: {said}. Export the track again as GPX."
        raise FormatError(message)
    if not points.latitude:
        raise FormatError(_no_track(file, points, fault))
    return RawFixes(file, points.frame(), is_recording=True, names=points.names(), problems=_problems(points, fault))


class _Points(Visitor):
    """Gathers what is wanted of a GPX; lists of text are cheaper than a million small objects."""

    def __init__(self) -> None:
        super().__init__()
        self.root = ""
        self.longitude: list[str | None] = []
        self.latitude: list[str | None] = []
        self.time: list[str | None] = []
        self.segment: list[int] = []
        self.accuracy: dict[int, str] = {}
        self.count = {"trk": 0, "trkseg": 0, "wpt": 0, "rtept": 0}
        self.said: dict[str, str] = {}  # what the file says of itself: the first text of each kind
        self._outside: list[str] = []  # the elements we are in, as long as we are in no point
        self._depth = 0  # inside of a track point; 0 outside

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth:
            self._depth += 1
            if (name == "time" and self._depth == 2) or name.endswith("accuracy"):  # deeper times are of extensions
                self.listen()
            return
        name = name.rpartition(":")[2]
        if name == "trkpt":
            self._depth = 1
            self.longitude.append(attributes.get("lon"))
            self.latitude.append(attributes.get("lat"))
            self.time.append(None)
            self.segment.append(self.count["trkseg"])
            return
        self.root = self.root or name.lower()
        self._outside.append(name)
        if name in self.count:
            self.count[name] += 1
        if name in ("name", "src"):
            self.listen()

    def end(self, name: str) -> None:
        if not self._depth:
            self._end_outside()
            return
        if name == "time" and self._depth == 2:
            self.time[-1] = self.heard() or None
        elif name.endswith("accuracy"):
            self.accuracy[len(self.time) - 1] = self.heard()
        self._depth -= 1

    def _end_outside(self) -> None:
        name = self._outside.pop()
        if name in ("name", "src"):
            text = self.heard()
            parent = self._outside[-1] if self._outside else ""
            if text:
                self.said.setdefault(f"{parent}/{name}", text)

    def names(self) -> tuple[str, ...]:
        """Return the first track's name and source, which stand for unit and device where both are there."""
        names = [self.said.get(f"trk/{kind}", "") for kind in ("name", "src")]
        return tuple(names) if all(names) else ()

    def frame(self) -> pd.DataFrame:
        """Make the table of the points; what is no number is missing."""
        index = pd.RangeIndex(1, len(self.time) + 1, name="row")
        frame = pd.DataFrame(
            {
                "longitude": pd.to_numeric(pd.Series(self.longitude, dtype=object), errors="coerce").to_numpy(),
                "latitude": pd.to_numeric(pd.Series(self.latitude, dtype=object), errors="coerce").to_numpy(),
                "recorded_at": pd.Series(self.time, dtype="str").to_numpy(),
                "segment": np.array(self.segment, dtype="int64"),
            },
            index=index,
        )
        if self.accuracy:
            stated = pd.to_numeric(pd.Series(self.accuracy), errors="coerce")
            frame["accuracy_m"] = stated.reindex(range(len(frame))).to_numpy()
        return frame


def _problems(points: _Points, fault: str | None) -> tuple[Problem, ...]:
    problems = []
    if fault:
        said_of_it = say("broken_gpx", count=len(points.time), fault=fault)
        problems.append(Problem("broken_file", said_of_it, Action.REPAIRED))
    if points.count["wpt"] or points.count["rtept"]:
        beside = say("waypoints", waypoints=points.count["wpt"], route_points=points.count["rtept"])
        problems.append(Problem("not_a_track", beside))
    return tuple(problems)


def _no_track(file: str, points: _Points, fault: str | None) -> str:
    count = points.count
    if fault:
        return f"{file} holds no track point that can be read; {fault}. Export the track again."
    others = " and ".join(
        f"{count[name]} {word}" for name, word in (("wpt", "waypoints"), ("rtept", "route points")) if count[name]
    )
    empty = "its track is empty" if count["trk"] else "there is no <trk> in it"
    reason = f"it holds {others}, which are places and plans and not where somebody was" if others else empty
    return f"{file} has no track point: {reason}. Export the recorded track (trk) as GPX."
