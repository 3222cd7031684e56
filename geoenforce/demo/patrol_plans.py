"""Which patrols are planted: 30 working days of 2026 with everything that may be wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Literal

from geoenforce.core.calendar import working_days

Deed = Literal["drive", "replay", "generate"]
Format = Literal["gpx", "csv", "nmea", "kml"]
Datum = Literal["WGS84", "GCJ-02"]

FIRST_DAY, LAST_DAY = date(2026, 3, 30), date(2026, 5, 13)
UNITS = ("巡查一队", "巡查二队")
DEVICES = (("XJ-01", "XJ-02"), ("XJ-03", "XJ-04"))
MEMBERS = (("巡查员甲", "巡查员乙"), ("巡查员丙", "巡查员丁"))

#: Days without a valid patrol: a trip of six minutes, an entry with no track, and a make-up Saturday.
TOO_SHORT, ENTRY_ONLY, MAKE_UP_SATURDAY = date(2026, 4, 10), date(2026, 4, 22), date(2026, 5, 9)
MISSED = (TOO_SHORT, ENTRY_ONLY, MAKE_UP_SATURDAY)
EXCUSED = {date(2026, 4, 28): "台风红色预警，停止外业"}
HOLIDAY_DUTY = date(2026, 5, 2)

EARLY, OVER_MIDNIGHT = date(2026, 4, 9), date(2026, 4, 16)
UPLOADED_TWICE, TWO_AT_ONCE = date(2026, 4, 8), date(2026, 4, 14)
REPLAYED_OF, REPLAYED_ON, GENERATED = date(2026, 4, 2), date(2026, 4, 21), date(2026, 5, 7)
SHIFTED_AS_WGS84, SHIFTED_AS_DECLARED = date(2026, 4, 23), date(2026, 4, 15)
AS_NMEA, AS_KML = date(2026, 4, 29), date(2026, 5, 11)
NO_ENTRY = (date(2026, 4, 3), date(2026, 5, 6))
SECOND_ENTRY_ONLY = date(2026, 4, 30)
WRONG_TIME, WRONG_AREA, NOTED_NOTHING = date(2026, 4, 13), date(2026, 4, 20), date(2026, 4, 24)

_BOTH_TEAMS = (
    date(2026, 4, 1),
    NO_ENTRY[0],
    date(2026, 4, 7),
    TWO_AT_ONCE,
    SHIFTED_AS_DECLARED,
    WRONG_AREA,
    SHIFTED_AS_WGS84,
    date(2026, 4, 27),
    NO_ENTRY[1],
    date(2026, 5, 13),
)


@dataclass(frozen=True)
class Outing:
    """One patrol that is to be driven (or faked)."""

    on: date
    unit: int
    device: int
    start: time
    duration_min: int
    deed: Deed = "drive"
    format: Format = "gpx"
    datum: Datum = "WGS84"
    has_entry: bool = True
    device_name: str | None = None

    @property
    def device_id(self) -> str:
        """Return the device's own name, or the one it was logged under."""
        return self.device_name or DEVICES[self.unit][self.device]


def all_outings() -> list[Outing]:
    """
    List the patrols in the order of their days.

    Examples
    --------
    >>> outings = all_outings()
    >>> days = {outing.on for outing in outings if outing.duration_min > 10}
    >>> len(working_days(FIRST_DAY, LAST_DAY)), len(days & set(working_days(FIRST_DAY, LAST_DAY)))
    (30, 26)
    """
    return [*_usual(), *_more()]


def _usual() -> Iterator[Outing]:
    """Let the teams take turns, and on some days both go out; mornings and afternoons alternate."""
    for number, on in enumerate(working_days(FIRST_DAY, LAST_DAY)):
        if on in EXCUSED or on in MISSED:
            continue
        start = time(8, 10 + 6 * (number % 8)) if number % 4 else time(14, 10 + 5 * (number % 7))
        outing = Outing(on, number % 2, number // 2 % 2, start, 65 + 23 * number % 105)
        yield _first(outing)
        if on in _BOTH_TEAMS:
            second = replace(outing, unit=1 - outing.unit, start=time(16, 5 + 3 * (number % 8)), duration_min=75)
            yield _second(second)


def _more() -> Iterator[Outing]:
    yield Outing(TOO_SHORT, 0, 0, time(9, 12), 6)
    yield Outing(HOLIDAY_DUTY, 0, 1, time(10, 5), 70)


def _first(outing: Outing) -> Outing:
    """Give the first outing of a special day what is special about it."""
    special: dict[date, Outing] = {
        EARLY: replace(outing, start=time(7, 30)),
        OVER_MIDNIGHT: replace(outing, start=time(23, 10), duration_min=110),
        REPLAYED_ON: replace(outing, deed="replay"),
        GENERATED: replace(outing, deed="generate", duration_min=75),
        SHIFTED_AS_WGS84: replace(outing, datum="GCJ-02"),
        SHIFTED_AS_DECLARED: replace(outing, datum="GCJ-02", format="csv"),
        AS_NMEA: replace(outing, format="nmea"),
        AS_KML: replace(outing, format="kml"),
        NO_ENTRY[1]: replace(outing, has_entry=False),
        TWO_AT_ONCE: replace(outing, start=time(8, 40), duration_min=90, device_name="XJ-03"),
    }
    return special.get(outing.on, outing)


def _second(outing: Outing) -> Outing:
    if outing.on == TWO_AT_ONCE:
        return replace(outing, start=time(9, 10), device_name="XJ-03")
    return replace(outing, has_entry=False) if outing.on == NO_ENTRY[0] else outing
