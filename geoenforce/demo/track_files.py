"""Write tracks as devices and phone programs deliver them: GPX, CSV in GCJ-02, NMEA 0183, KML."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from geoenforce.core.gcj02 import wgs84_to_gcj02
from geoenforce.core.space import longlat_transform
from geoenforce.demo.fields import Floats
from geoenforce.demo.ground import CRS
from geoenforce.demo.motion import Track
from geoenforce.demo.patrol_plans import UPLOADED_TWICE, Format
from geoenforce.demo.patrols import CHINA, Patrol, Patrols

TRACKS_FOLDER = Path("patrols/tracks")
SHIFTED_FOLDER = Path("patrols/tracks_gcj02")  # the source that is declared as GCJ-02

#: The device under which the other member of the team uploads the same outing again.
SECOND_UPLOADER = "XJ-01"
_KNOTS_PER_M_S = 1.943844


@dataclass(frozen=True)
class TrackFile:
    """One delivered file: where it lies in the project, the patrol in it, and under which device."""

    path: Path
    patrol: Patrol
    device: str


def track_files(patrols: Patrols) -> list[TrackFile]:
    """
    List the files, one per outing and one more for the outing that two members upload.

    Parameters
    ----------
    patrols
        All patrols.
    """
    files = []
    for patrol in patrols.patrols:
        outing = patrol.outing
        devices = [outing.device_id] + ([SECOND_UPLOADER] if outing.on == UPLOADED_TWICE else [])
        folder = SHIFTED_FOLDER if outing.format == "csv" else TRACKS_FOLDER
        for device in devices:
            name = f"{outing.on:%Y%m%d}_{patrol.track.unit}_{device}.{outing.format}"
            files.append(TrackFile(folder / name, patrol, device))
    return files


def write_tracks(folder: Path, patrols: Patrols) -> None:
    """
    Write all tracks below a project folder.

    Parameters
    ----------
    folder
        The project folder.
    patrols
        All patrols.
    """
    writers: dict[Format, Callable[[Track, str, Floats], bytes]] = {
        "gpx": _gpx, "csv": _csv, "nmea": _nmea, "kml": _kml,
    }  # fmt: skip
    for file in track_files(patrols):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        outing, track = file.patrol.outing, file.patrol.track
        longitude, latitude = longlat_transform(CRS)(*track.points.T)
        if outing.datum == "GCJ-02":
            longitude, latitude = wgs84_to_gcj02(longitude, latitude)
        degrees = np.round(np.column_stack([longitude, latitude]), 7)
        path.write_bytes(writers[outing.format](track, file.device, degrees))


def times(track: Track) -> list[datetime]:
    """
    Return the time of each fix, in UTC.

    Examples
    --------
    >>> morning = datetime(2026, 4, 9, 7, 30, tzinfo=CHINA)
    >>> [str(moment) for moment in times(Track("一队", "XJ-01", morning, np.array([0.0]), np.zeros((1, 2))))]
    ['2026-04-08 23:30:00+00:00']
    """
    start = track.start_at.astimezone(UTC)
    return [start + timedelta(seconds=second) for second in track.seconds.tolist()]


def _gpx(track: Track, device: str, degrees: Floats) -> bytes:
    points = "\n".join(
        f'<trkpt lat="{latitude:.7f}" lon="{longitude:.7f}"><time>{moment:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'
        for moment, (longitude, latitude) in zip(times(track), degrees.tolist(), strict=True)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="示范巡查" xmlns="http://www.topografix.com/GPX/1/1">\n'
        f"<trk><name>{escape(track.unit)}</name><src>{escape(device)}</src><trkseg>\n{points}\n</trkseg></trk>\n</gpx>\n"
    )
    return text.encode()


def _csv(track: Track, device: str, degrees: Floats) -> bytes:
    """Write a phone program's export: GBK, Beijing time without a zone."""
    lines = ["巡查单位,设备编号,定位时间,经度,纬度,精度(米)"]
    for moment, (longitude, latitude) in zip(times(track), degrees.tolist(), strict=True):
        local = moment.astimezone(CHINA)
        lines.append(f"{track.unit},{device},{local:%Y-%m-%d %H:%M:%S},{longitude:.7f},{latitude:.7f},5.0")
    return "\r\n".join([*lines, ""]).encode("gbk")


def _kml(track: Track, device: str, degrees: Floats) -> bytes:
    moments = "\n".join(f"<when>{moment:%Y-%m-%dT%H:%M:%SZ}</when>" for moment in times(track))
    places = "\n".join(
        f"<gx:coord>{longitude:.7f} {latitude:.7f} 0</gx:coord>" for longitude, latitude in degrees.tolist()
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">\n'
        f"<Document><Placemark><name>{escape(track.unit)} {escape(device)}</name>"
        f"<gx:Track>\n{moments}\n{places}\n</gx:Track></Placemark></Document>\n</kml>\n"
    )
    return text.encode()


def _nmea(track: Track, _device: str, degrees: Floats) -> bytes:
    """RMC and GGA sentences; a receiver does not say whose it is, the file's name does."""
    speed = np.hypot(*np.diff(track.points, axis=0, prepend=track.points[:1]).T)
    speed /= np.diff(track.seconds, prepend=track.seconds[0] - 1)
    lines = []
    for moment, (longitude, latitude), pace in zip(times(track), degrees.tolist(), speed.tolist(), strict=True):
        place = f"{_minutes(latitude, 2)},N,{_minutes(longitude, 3)},E"
        lines.append(_sentence(f"GPRMC,{moment:%H%M%S}.00,A,{place},{pace * _KNOTS_PER_M_S:.1f},,{moment:%d%m%y},,"))
        lines.append(_sentence(f"GPGGA,{moment:%H%M%S}.00,{place},1,09,1.0,12.0,M,,M,,"))
    return "\r\n".join([*lines, ""]).encode("ascii")


def _minutes(degrees: float, digits: int) -> str:
    minutes = round(degrees * 60, 5)
    return f"{int(minutes // 60):0{digits}d}{minutes % 60:08.5f}"


def _sentence(body: str) -> str:
    """
    Close a sentence with its checksum.

    Examples
    --------
    >>> _sentence("GPGLL,5300.97914,N,00259.98174,E,125926,A")
    '$GPGLL,5300.97914,N,00259.98174,E,125926,A*28'
    """
    return f"${body}*{reduce(lambda left, right: left ^ right, body.encode()):02X}"
