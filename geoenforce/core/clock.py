"""The clock that everybody here lives by: days, and times for people, are those of Asia/Shanghai."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = "Asia/Shanghai"


def today() -> date:
    """
    Return the day it is now; for the edges only, a stage is told its day.

    Examples
    --------
    >>> today() >= date(2026, 1, 1)
    True
    """
    return datetime.now(ZoneInfo(LOCAL_ZONE)).date()
