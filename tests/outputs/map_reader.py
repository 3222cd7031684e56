"""Reads a map's data as `map_columns.js` and `map_store.js` do, written anew from the description of the columns."""

import base64
import json
import re

from geoenforce.outputs.maps import write_map

GROUPS = ("uncounted", "suspected", "ordinary", "serious", "especially_serious")
STATUSES = ("suspected", "confirmed", "lawful", "dismissed")


def written(results, folder, *arguments, **options):
    """Draw a map and return its page."""
    write_map(results, folder / "map.html", *arguments, **options)
    return (folder / "map.html").read_text(encoding="utf-8")


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def numbers(text):
    found, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(-(value + 1) // 2 if value % 2 else value // 2)
            value = shift = 0
    return found


def running(text, width):
    found = numbers(text)
    for place in range(width, len(found)):
        found[place] += found[place - width]
    return [found[place : place + width] for place in range(0, len(found), width)]


def texts(column):
    figures, made = iter(numbers(column["numbers"])), []
    for code in numbers(column["codes"]):
        first, *pieces = column["patterns"][code]
        made.append(first + "".join(f"{next(figures)}{piece}" for piece in pieces))
    return made


def text_lists(column):
    told = iter(texts(column))
    return [[next(told) for _ in range(count)] for count in numbers(column["counts"])]


def choices(column):
    return [column["values"][code] for code in numbers(column["codes"])]


def figures(text):
    digits = [f"{number // 100}.{number % 100:02d}" for number in numbers(text)]
    return [digits[place : place + 5] for place in range(0, len(digits), 5)]


def areas(text):
    """Read mu: even codes are twice the hundredths, odd ones twice the ten-thousandths and one."""
    codes = numbers(text)
    digits = [
        f"{code // 2 // 10_000}.{code // 2 % 10_000:04d}" if code % 2 else f"{code // 200}.{code // 2 % 100:02d}"
        for code in codes
    ]
    return [digits[place : place + 5] for place in range(0, len(digits), 5)]


def patches_of(data):
    """Return each patch with its group, by its id."""
    own = data["patches"]
    found = {
        one: {
            "case": case, "group": GROUPS[group], "status": STATUSES[status], "found_on": day, "m2": m2, "mu": mu,
            "counted": bool(counted), "at": [part / 1e6 for part in at],
            "afterwards": f"{late // 100}.{late % 100:02d}" if late else "",
        }
        for one, case, group, status, day, m2, mu, counted, at, late in zip(
            texts(own["id"]), texts(own["case_id"]), numbers(own["group"]), numbers(own["status"]),
            choices(own["found_on"]), figures(own["m2"]), areas(own["mu"]), numbers(own["counted"]),
            running(own["at"], 2), numbers(own["afterwards"]), strict=True,
        )
    }  # fmt: skip
    for name in ("party", "party_type"):
        for patch, value in zip(found.values(), choices(own[name]) if name in own else [], strict=False):
            patch[name] = value
    return found


def groups_of(data):
    """Return the patches of each group, by their ids."""
    patches = patches_of(data)
    return {key: {one: patch for one, patch in patches.items() if patch["group"] == key} for key in GROUPS}


def rings_of(data):
    """Return the rings of each patch as longitude and latitude, without the last corner, by its id."""
    own = data["patches"]
    corners = iter(running(own["outline"], 2))
    counts = iter(numbers(own["corners"]))
    return {
        one: [[(x / 1e6, y / 1e6) for y, x in (next(corners) for _ in range(next(counts)))] for _ in range(rings)]
        for one, rings in zip(texts(own["id"]), numbers(own["rings"]), strict=True)
    }


def cases_of(data):
    """Return each case, by its id."""
    own = data["cases"]
    nothing = [[] for _ in range(own["count"])]
    return {
        one: {
            "grade": GROUPS[grade], "decided": decided, "citation": citation, "near": bool(near), "township": township,
            "code": code, "patches": patches, "mu": mu, "events": events, "duties": duties,
            "sensitive": "" if sensitive < 0 else f"{sensitive // 100}.{sensitive % 100:02d}",
        }
        for one, grade, decided, citation, near, sensitive, township, code, patches, mu, events, duties in zip(
            texts(own["id"]), numbers(own["grade"]), texts(own["decided"]), choices(own["citation"]),
            numbers(own["near"]), numbers(own["sensitive"]), choices(own["township"]), choices(own["code"]),
            numbers(own["patches"]), areas(own["mu"]),
            text_lists(own["events"]) if "events" in own else nothing,
            text_lists(own["duties"]) if "duties" in own else nothing, strict=True,
        )
    }  # fmt: skip
