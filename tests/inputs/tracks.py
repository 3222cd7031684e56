"""Builders of small tracks in every format; one fix each ten seconds, from 08:10 in China on 2 April 2026."""

from datetime import UTC, datetime, timedelta
from functools import reduce

START = datetime(2026, 4, 2, 0, 10, tzinfo=UTC)

#: Three fixes: longitude, latitude.
PLACES = ((116.37, 23.55), (116.3705, 23.5502), (116.371, 23.5504))


def moments(count=3, step_s=10):
    """The times of the fixes, in UTC."""
    return [START + timedelta(seconds=number * step_s) for number in range(count)]


def gpx(times=None, places=PLACES, head="", version="1.1", between=""):
    """A GPX of one segment; a time of None is left out, text stands as it is."""
    times = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments(len(places))] if times is None else times
    points = [
        f'<trkpt lat="{y}" lon="{x}">{f"<time>{time}</time>" if time else ""}</trkpt>'
        for (x, y), time in zip(places, times, strict=True)
    ]
    return (
        f'<?xml version="1.0"?>{head}<gpx version="{version}" xmlns="http://www.topografix.com/GPX/{version[0]}/{version[2]}">'
        f"<trk><trkseg>{between.join(points)}</trkseg></trk></gpx>"
    )


def kml(whens=None, places=PLACES, kind="gx:Track"):
    """A KML with one track."""
    whens = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments(len(places))] if whens is None else whens
    inside = "".join(f"<when>{when}</when>" for when in whens) + "".join(
        f"<gx:coord>{x} {y} 12</gx:coord>" for x, y in places
    )
    track = f"<gx:Track>{inside}</gx:Track>"
    if kind == "gx:MultiTrack":
        track = f"<gx:MultiTrack>{track}{track}</gx:MultiTrack>"
    return (
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
        f"<Placemark>{track}</Placemark></Document></kml>"
    )


def stamped_kml(whens=None, places=PLACES, *, before=True):
    """A KML with a mark on the map for each fix, its time before or behind its place; a time of None is left out."""
    whens = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments(len(places))] if whens is None else whens
    marks = []
    for (x, y), when in zip(places, whens, strict=True):
        stamp = f"<TimeStamp><when>{when}</when></TimeStamp>" if when else ""
        point = f"<Point><coordinates> {x},{y},12 </coordinates></Point>"
        marks.append(f"<Placemark>{stamp + point if before else point + stamp}</Placemark>")
    folder = "<Folder><TimeStamp><when>1999-01-01</when></TimeStamp>" + "".join(marks) + "</Folder>"
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folder}</Document></kml>'


def sentence(body, checksum=None):
    """An NMEA sentence with its checksum, or with another one."""
    right = f"{reduce(lambda one, other: one ^ other, body.encode()):02X}"
    return f"${body}*{checksum or right}"


def rmc(clock="001000.00", day="020426", place="2333.00000,N,11622.20000,E", status="A"):
    """The body of an RMC: 23.55 N, 116.37 E."""
    return f"GPRMC,{clock},{status},{place},3.1,,{day},,"


def gga(clock="001000.00", place="2333.00000,N,11622.20000,E", quality="1"):
    """The body of a GGA at the same place."""
    return f"GPGGA,{clock},{place},{quality},09,1.0,12.0,M,,M,,"


def csv(header="定位时间,经度,纬度", rows=None):
    """A CSV with naive times of China."""
    rows = rows or [f"2026-04-02 08:10:{number}0,{x},{y}" for number, (x, y) in enumerate(PLACES)]
    return "\n".join([header, *rows])
