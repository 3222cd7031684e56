"""What the reader of one track file hands on: its positions and times as they stand there."""

from dataclasses import dataclass

import pandas as pd

from geoenforce.inputs.reading import Problem


@dataclass(frozen=True)
class RawFixes:
    """
    The fixes of one file, before times, datum and flags are settled.

    `frame` is indexed by ``row``, the number of the row or point in the file from 1. It has
    ``longitude`` and ``latitude`` (degrees, or metres east and north; missing where there are none) and
    ``recorded_at`` (text, digits or datetimes); it may have ``accuracy_m``, ``segment``, ``device_id``,
    ``patrol_unit``, and ``has_bad_checksum`` and ``has_no_fix`` (the receiver itself says that the position is void).
    """

    file: str
    frame: pd.DataFrame
    is_recording: bool  # rows stand in the order of recording; a table may have been sorted in any way
    names: tuple[str, ...] = ()  # unit and device, where the file itself has both
    problems: tuple[Problem, ...] = ()
    is_in_degrees: bool = True  # by its format; a plain table may hold metres of any system
