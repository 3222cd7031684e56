"""What the map shows of patrols: tracks by day, unseen farmland, today's status of each township."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, TypeAlias

import pandas as pd

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import COVERAGE, INTEGRITY, PATROL_DAYS, PATROL_RATES, TRIP_PARTS, TRIPS, UNSEEN
from geoenforce.core.patrol_terms import OfficeLevel
from geoenforce.core.results import Results
from geoenforce.core.space import CGCS2000, from_plane
from geoenforce.core.tables import check
from geoenforce.outputs.map_shapes import geojson, short_lines
from geoenforce.outputs.map_words import DOUBT_WORDS, PATROL_WORDS
from geoenforce.outputs.palette import STATUS_INK, STATUS_TINT, TRACK, UNSEEN_EDGE, UNSEEN_FILL
from geoenforce.outputs.patrol_status import NOW_WITHIN, PATROL_STATUS, PatrolStatus, township_status
from geoenforce.outputs.patrol_words import shares_in_words
from geoenforce.outputs.wording import in_words, mu_figure, percent_figure, rounded

Data: TypeAlias = dict[str, Any]
Audience: TypeAlias = Literal["leader", "supervisor"]

_MOST_UNSEEN = 5000


def with_patrols(data: Data, results: Results, lang: str, audience: Audience) -> Data:
    """
    Add the patrols to what the map shows.

    Parameters
    ----------
    data
        From `geoenforce.outputs.map_data.map_data`; it is not changed.
    results
        The tables of the run, with patrols or without.
    lang
        ``"zh"`` or ``"en"``.
    audience
        ``"supervisor"`` adds device ids and doubts about tracks; ``"leader"`` gets neither.

    Returns
    -------
    data
        With the words, legend, headline and facts of patrols; as it was where the run has none.

    Raises
    ------
    TableError
        If a table is not what it claims to be.
    """
    patrols = results.patrols
    if patrols is None:
        return data
    _check(patrols)
    words = PATROL_WORDS[lang] | (DOUBT_WORDS[lang] if audience == "supervisor" else {})
    status = township_status(results.townships, patrols)
    edition, said = words.get("edition", ""), _of_the_day(results, patrols)
    return {
        **data,
        "as_of": f"{data['as_of']}{edition}",
        "measures": [*data["measures"], _status_measure(words, said)],
        "ranking": {**data["ranking"], "patrol_status": _status_ranking(status)},
        "headline": [*data["headline"], *_headline(status, patrols, words)],
        "legends": {**data["legends"], "patrol_status": _status_legend(lang, said)},
        "townships": _townships(data["townships"], status, patrols, lang, said),
        "patrols": {
            "words": words,
            "status": _status_signs(status, lang, said),
            "status_title": words["status_title"].format(moment=_minute(patrols.status_at)),
            "status_note": words["status_note"].format(minutes=int(NOW_WITHIN.total_seconds() // 60)),
            "track": TRACK,
            "unseen": _unseen(patrols, results.townships, lang),
            "seen": {"sight_m": patrols.sight_m, "label": words["seen"].format(sight=f"{patrols.sight_m:g}")},
            **_days(results, patrols, lang, audience),
        },
    }


def _check(patrols: PatrolResults) -> None:
    for frame, table in (
        (patrols.trips, TRIPS),
        (patrols.trip_parts, TRIP_PARTS),
        (patrols.days, PATROL_DAYS),
        (patrols.rates, PATROL_RATES),
        (patrols.coverage, COVERAGE),
        (patrols.unseen, UNSEEN),
        (patrols.integrity, INTEGRITY),
    ):
        check(frame, table)


def _days(results: Results, patrols: PatrolResults, lang: str, audience: Audience) -> Data:
    """Return every day with a duty or a trip, and which of them the map opens with."""
    words = PATROL_WORDS[lang]
    today = _local(patrols.status_at).tz_localize(None).normalize()
    days = sorted({*patrols.days["on"], *patrols.trips["on"]})
    trips: dict[pd.Timestamp, list[Data]] = {day: [] for day in days}
    entries = _trips(results, patrols, lang, audience)
    for day, entry in zip(patrols.trips["on"], entries, strict=True):
        trips[day].append(entry)
    weekdays = words["weekdays"].split()
    known = [position for position, day in enumerate(days) if day <= today]
    return {
        "days": [
            {
                "label": words["day_label"].format(date=day.date().isoformat(), weekday=weekdays[day.weekday()]),
                "trips": trips[day],
            }
            for day in days
        ],
        "day": known[-1] if known else 0,
    }


def _trips(results: Results, patrols: PatrolResults, lang: str, audience: Audience) -> list[Data]:
    words = PATROL_WORDS[lang]
    doubts = _doubts(patrols, lang) if audience == "supervisor" else {}
    names = results.townships["township_name"].to_dict()
    entries = []
    for row, line in zip(
        patrols.trips.reset_index().to_dict("records"), short_lines(patrols.trips.geometry), strict=True
    ):
        unit = words["unknown_unit"] if pd.isna(row["patrol_unit"]) else row["patrol_unit"]
        entry: Data = {"line": line, "unit": unit, "facts": _trip_facts(row, names, lang)}
        if row["trip_id"] in patrols.sight_otherwise_m:
            entry["sight_m"] = patrols.sight_otherwise_m[row["trip_id"]]
        if audience == "supervisor":
            device = "" if pd.isna(row["device_id"]) else row["device_id"]
            entry["facts"].append([DOUBT_WORDS[lang]["device"], device])
            entry["doubts"] = doubts.get(row["trip_id"], [])
        entries.append(entry)
    return entries


def _trip_facts(row: Data, names: dict[str, str], lang: str) -> list[list[str]]:
    words, start, end = PATROL_WORDS[lang], _local(row["started_at"]), _local(row["ended_at"])
    ended = f"{end:%H:%M}" if end.date() == start.date() else _minute(end)
    return [
        [words["on"], row["on"].date().isoformat()],
        [words["started_at"], f"{start:%H:%M}"],
        [words["ended_at"], ended],
        [words["length"], words["km"].format(number=rounded(row["length_m"] / 1000))],
        [words["duration"], words["min"].format(number=rounded(row["duration_min"], places=1))],
        [words["crossed"], shares_in_words(row["township_shares"], names, lang)],
    ]


def _doubts(patrols: PatrolResults, lang: str) -> dict[str, list[str]]:
    """Say what makes a trip doubtful: measured against limit."""
    found: dict[str, list[str]] = {}
    for row in patrols.integrity.to_dict("records"):
        told = {name: in_words(column, row[column], lang) for name, column in (("name", "flag"), ("detail", "detail"))}
        found.setdefault(row["trip_id"], []).append(DOUBT_WORDS[lang]["doubt"].format(**told))
    return found


def _unseen(patrols: PatrolResults, townships: pd.DataFrame, lang: str) -> Data:
    words, unseen = PATROL_WORDS[lang], patrols.unseen
    drawn = unseen.sort_values("area_mu", ascending=False, kind="stable").head(_MOST_UNSEEN)
    shapes = geojson(from_plane(drawn[[drawn.geometry.name]], CGCS2000).geometry, simplified=True)
    left_out = words["unseen_left_out"].format(number=_MOST_UNSEEN) if len(unseen) > len(drawn) else ""
    return {
        "label": words["unseen"].format(days=patrols.unseen_days),
        "sum": _patches_and_mu(len(unseen), unseen["area_mu"].sum(), words) + left_out,
        "look": {"fill": UNSEEN_FILL, "edge": UNSEEN_EDGE, "hatch": "rows", "hollow": False, "dashed": False},
        "patches": [
            {"geometry": shape, "title": _patch_title(row, words), "facts": _patch_facts(row, townships, lang)}
            for row, shape in zip(drawn.to_dict("records"), shapes, strict=True)
        ],
    }


def _patch_title(row: Data, words: dict[str, str]) -> str:
    parcel = row.get("parcel_id")
    return words["patch_unseen"].format(id="" if pd.isna(parcel) else parcel).strip()


def _patch_facts(row: Data, townships: pd.DataFrame, lang: str) -> list[list[str]]:
    words, code = PATROL_WORDS[lang], row["township_code"]
    days = "" if pd.isna(row["days_unseen"]) else words["days"].format(number=int(row["days_unseen"]))
    return [
        [words["township"], "" if pd.isna(code) else townships["township_name"].get(code, code)],
        [words["last_seen"], _day(row["last_seen_on"], words["never"])],
        [words["days_unseen"], days],
        [words["area"], words["mu"].format(number=mu_figure(row["area_mu"]))],
    ]


def _townships(
    townships: list[Data], status: pd.DataFrame, patrols: PatrolResults, lang: str, said: Callable[[str], str]
) -> list[Data]:
    """Add to each township its status, its colour by it, and its facts; the two are in the same order."""
    words = PATROL_WORDS[lang]
    rates, unseen = _rates(patrols), patrols.unseen.groupby("township_code")["area_mu"].agg(["size", "sum"])
    completed = []
    for township, (code, row) in zip(townships, status.iterrows(), strict=True):
        key = row["patrol_status"]
        patches = unseen.loc[code] if code in unseen.index else {"size": 0, "sum": 0.0}
        rate = words["rate_of"].format(**rates[code]) if code in rates else words["none_owed"]
        facts = [
            [said(PATROL_STATUS.column("patrol_status").label(lang)), said(in_words("patrol_status", key, lang))],
            [said(PATROL_STATUS.column("trips_today").label(lang)), str(row["trips_today"])],
            [PATROL_STATUS.column("last_patrolled_on").label(lang), _day(row["last_patrolled_on"], words["none"])],
            [_rate_label(patrols, words), rate],
            [
                words["unseen_short"].format(days=patrols.unseen_days),
                _patches_and_mu(patches["size"], patches["sum"], words),
            ],
        ]
        completed.append(
            {
                **township,
                "patrol_status": key,
                "fill": {**township["fill"], "patrol_status": STATUS_TINT[PatrolStatus.of(key)]},
                "value": {**township["value"], "patrol_status": words["trips"].format(number=row["trips_today"])},
                "facts": [*township["facts"], *facts],
            }
        )
    return completed


def _rates(patrols: PatrolResults) -> dict[str, dict[str, str]]:
    """Return the rate of each office in the month of the status, with the days behind it."""
    month = patrols.rates[patrols.rates["period"] == _month(patrols)].dropna(subset="rate")
    return {
        row["office"]: {
            "rate": percent_figure(row["rate"]),
            "kept": str(row["compliant_days"]),
            "owed": str(row["working_days"] - row["excused_days"]),
        }
        for row in month.to_dict("records")
    }


def _headline(status: pd.DataFrame, patrols: PatrolResults, words: dict[str, str]) -> list[Data]:
    """Return figures of the county that name their day and month: the rest of the map may be of another date."""
    patrolled = int((status["patrol_status"] != PatrolStatus.NOT_PATROLLED_TODAY).sum())
    day = words["townships_on"].format(day=f"{_local(patrols.status_at):%Y-%m-%d}")
    counties = patrols.rates.loc[patrols.rates["level"] == OfficeLevel.COUNTY, "office"].unique()
    known = [rate["rate"] for office, rate in _rates(patrols).items() if office in counties]
    figures = [(day, f"{patrolled}/{len(status)}")]
    figures += [(_rate_label(patrols, words), f"{known[0]}%")] if len(known) == 1 else []
    return [{"key": "", "label": label, "value": value} for label, value in figures]


def _rate_label(patrols: PatrolResults, words: dict[str, str]) -> str:
    return words["rate"].format(month=_month(patrols))


def _month(patrols: PatrolResults) -> str:
    return f"{_local(patrols.status_at):%Y-%m}"


def _of_the_day(results: Results, patrols: PatrolResults) -> Callable[[str], str]:
    """Return what makes "today" "that day" where the status is of a day before that of the map."""
    if _local(patrols.status_at).date() == results.as_of:
        return str
    return lambda text: text.replace("今日", "当日").replace("today", "that day")


def _status_legend(lang: str, said: Callable[[str], str]) -> list[Data]:
    return [{"fill": STATUS_TINT[status], "label": said(status.name_in(lang))} for status in PatrolStatus]


def _status_measure(words: dict[str, str], said: Callable[[str], str]) -> Data:
    return {"key": "patrol_status", "name": said(words["patrol_status"]), "note": ""}


def _status_ranking(status: pd.DataFrame) -> list[int]:
    """Return the places of the townships, those that nobody patrolled today first."""
    order = list(PatrolStatus)[::-1]
    keys = [order.index(PatrolStatus.of(key)) for key in status["patrol_status"]]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _status_signs(status: pd.DataFrame, lang: str, said: Callable[[str], str]) -> dict[str, Data]:
    counts = status["patrol_status"].value_counts()
    return {
        one.value: {"label": said(one.name_in(lang)), "ink": STATUS_INK[one], "count": int(counts.get(one.value, 0))}
        for one in PatrolStatus
    }


def _patches_and_mu(number: float, area_mu: float, words: dict[str, str]) -> str:
    return words["unseen_sum"].format(number=int(number), mu=mu_figure(area_mu))


def _day(day: Any, missing: str) -> str:
    return missing if pd.isna(day) else f"{day:%Y-%m-%d}"


def _local(moment: datetime) -> pd.Timestamp:
    return pd.Timestamp(moment).tz_convert(LOCAL_ZONE)


def _minute(moment: datetime) -> str:
    return f"{_local(moment):%Y-%m-%d %H:%M}"
