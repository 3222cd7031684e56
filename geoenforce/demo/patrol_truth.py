"""Write what is true of the patrols, and everything that is planted in them."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from geoenforce.core.calendar import working_days
from geoenforce.demo import patrol_plans as planned
from geoenforce.demo.patrol_plans import UNITS, Outing
from geoenforce.demo.patrols import CHINA, Entry, Patrols
from geoenforce.demo.track_files import SECOND_UPLOADER, TrackFile, track_files
from geoenforce.demo.truth import write_rows
from geoenforce.demo.violations import Violation

_LEDGER_HEADERS = ("on", "unit", "started_at", "violation_id", "notes_a_violation")
_FACT_HEADERS = ("fact", "on", "unit", "device", "file", "detail")

_SPECIAL_DAYS: dict[date, tuple[str, str]] = {
    planned.TOO_SHORT: ("missed_too_short", "a trip of six minutes only"),
    planned.EARLY: ("early", "07:30 in China is 23:30 UTC of the day before"),
    planned.OVER_MIDNIGHT: ("over_midnight", "one trip, belongs to the day it started"),
    planned.UPLOADED_TWICE: ("uploaded_twice", f"the same outing, also under {SECOND_UPLOADER}"),
    planned.TWO_AT_ONCE: ("device_on_two_patrols", "XJ-03 logs for both teams at the same time"),
    planned.REPLAYED_ON: ("replayed", f"the track of {planned.REPLAYED_OF}, each fix moved by 0.4 m"),
    planned.GENERATED: ("generated", "straight between parcel corners at 2.4 m/s, noise without memory"),
    planned.HOLIDAY_DUTY: ("on_holiday", "a patrol on a day off"),
    planned.AS_NMEA: ("format", "NMEA 0183"),
    planned.AS_KML: ("format", "KML gx:Track"),
    planned.WRONG_TIME: ("ledger_other_time", "the entry says four hours later"),
}


def write_patrol_truth(folder: Path, patrols: Patrols, violations: Sequence[Violation]) -> None:
    """
    Write ``trips.csv``, ``patrol_days.csv``, ``ledger.csv`` and ``patrols.csv`` (everything planted).

    Parameters
    ----------
    folder
        Where the files go.
    patrols
        The patrols.
    violations
        The patches; those that patrols found in these days are in the ledger, but for a few.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = track_files(patrols)
    headers = ("file", "unit", "device", "on", "started_at", "ended_at", "fixes", "length_m", "townships", "has_entry")
    write_rows(folder / "trips.csv", headers, [_trip(file) for file in files])
    write_rows(folder / "patrol_days.csv", ("on", "tracks", "is_compliant", "reason"), list(_days(patrols)))
    write_rows(folder / "ledger.csv", _LEDGER_HEADERS, [_entry_truth(entry) for entry in patrols.ledger])
    write_rows(folder / "patrols.csv", _FACT_HEADERS, [*_facts(files, patrols), *_not_noted(patrols, violations)])


def _trip(file: TrackFile) -> tuple[object, ...]:
    patrol, track = file.patrol, file.patrol.track
    return (
        file.path.as_posix(), track.unit, file.device, patrol.outing.on, track.start_at.isoformat(),
        track.end_at.isoformat(), len(track.points), round(track.length_m, 1), " ".join(patrol.township_codes),
        patrol.outing.has_entry,
    )  # fmt: skip


def _days(patrols: Patrols) -> Iterator[tuple[object, ...]]:
    for on in working_days(planned.FIRST_DAY, planned.LAST_DAY):
        tracks = sum(patrol.outing.on == on for patrol in patrols.patrols)
        if on in planned.EXCUSED:
            yield on, tracks, "", "excused"
        elif on in planned.MISSED:
            yield on, tracks, False, "too_short" if tracks else "no_track"
        else:
            yield on, tracks, True, "patrolled"


def _entry_truth(entry: Entry) -> tuple[object, ...]:
    on = entry.start_at.astimezone(CHINA).date()
    return on, UNITS[entry.unit], entry.start_at.isoformat(), entry.violation_id or "", entry.spot is not None


def _facts(files: list[TrackFile], patrols: Patrols) -> Iterator[tuple[object, ...]]:
    """List everything planted; a fact about the whole day has no file."""
    for file in files:
        outing = file.patrol.outing
        place = (outing.on, file.patrol.track.unit, file.device, file.path.as_posix())
        for fact, detail in _facts_of_outing(outing):
            yield fact, *place, detail
    yield "missed", planned.ENTRY_ONLY, "", "", "", "no track"
    yield "missed", planned.MAKE_UP_SATURDAY, "", "", "", "a Saturday worked in place of a holiday; no track"
    for on, reason in planned.EXCUSED.items():
        yield "excused", on, "", "", "", reason
    for on, unit in ((planned.ENTRY_ONLY, 0), (planned.SECOND_ENTRY_ONLY, 1)):
        yield "entry_without_track", on, UNITS[unit], "", "", ""
    for entry in patrols.ledger:
        if entry.spot is not None:
            fact = "noted_violation" if entry.violation_id else "noted_without_violation"
            yield fact, entry.start_at.date(), UNITS[entry.unit], "", "", entry.violation_id or ""


def _not_noted(patrols: Patrols, violations: Sequence[Violation]) -> Iterator[tuple[object, ...]]:
    noted = {entry.violation_id for entry in patrols.ledger}
    for one in violations:
        in_these_days = planned.FIRST_DAY <= one.found_on <= planned.LAST_DAY
        if one.plan.delivery == "patrol" and in_these_days and one.violation_id not in noted:
            yield "violation_without_note", one.found_on, "", "", "", one.violation_id


def _facts_of_outing(outing: Outing) -> Iterator[tuple[str, str]]:
    if outing.on in _SPECIAL_DAYS:
        yield _SPECIAL_DAYS[outing.on]
    if outing.datum == "GCJ-02":
        is_declared = outing.format == "csv"
        yield "gcj02_declared" if is_declared else "gcj02_as_wgs84", "coordinates are in GCJ-02"
    if not outing.has_entry:
        yield "track_without_entry", ""
    if outing.on == planned.WRONG_AREA and outing.unit == 0:
        yield "ledger_other_area", "the entry names a township that was not crossed"
