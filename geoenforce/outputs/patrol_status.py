"""Who patrols now, who patrolled today and who did not: one row per township for the map and the GeoPackage."""

from datetime import timedelta

import pandas as pd

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.tables import TOWNSHIPS, Column, Kind, Table
from geoenforce.core.terms import Term

#: A patrol is still out if its last fix is no older than this; a longer pause ends a trip.
NOW_WITHIN = timedelta(minutes=20)


class PatrolStatus(Term):
    """How a township stands at a moment; leaders know the three by their colours red, blue and black."""

    PATROLLING_NOW = "patrolling_now", "正在巡查", "patrolling now"
    PATROLLED_TODAY = "patrolled_today", "今日已巡查", "patrolled today"
    NOT_PATROLLED_TODAY = "not_patrolled_today", "今日未巡查", "not patrolled today"


PATROL_STATUS = Table(
    "patrol_status",
    "township",
    "今日巡查状态",
    "today's patrol status",
    TOWNSHIPS.index,
    (
        TOWNSHIPS.column("township_name"),
        Column(
            "patrol_status",
            Kind.TEXT,
            "at the moment asked for",
            "今日巡查状态",
            "status today",
            codes=tuple(PatrolStatus),
        ),
        Column("trips_today", Kind.INTEGER, "trips of that day that touched it", "今日巡查次数", "trips today"),
        Column(
            "last_patrolled_on",
            Kind.DATE,
            "day of the last trip that touched it; missing: none",
            "最近巡查日",
            "last patrolled on",
            filled=False,
        ),
    ),
)


def township_status(townships: pd.DataFrame, patrols: PatrolResults) -> pd.DataFrame:
    """
    Say of each township whether somebody patrols it now, did so today, or did not.

    It is patrolled *now* if a trip that touched it had its last fix within `NOW_WITHIN` of
    ``status_at``, and *today* if a trip of that day (in Asia/Shanghai) touched it. Trips that began
    after ``status_at`` are not known yet and count for nothing.

    Parameters
    ----------
    townships
        TOWNSHIPS; a geometry is not looked at.
    patrols
        Trips, their parts by township, and the moment.

    Returns
    -------
    status
        `PATROL_STATUS`, on the index of `townships`.

    Examples
    --------
    >>> from unittest.mock import Mock
    >>> start = pd.Timestamp("2026-06-30 08:30", tz="Asia/Shanghai")
    >>> patrols = Mock(
    ...     trips=pd.DataFrame({"on": [pd.Timestamp("2026-06-30")], "started_at": [start],
    ...                         "ended_at": [start + timedelta(minutes=75)]}, index=pd.Index(["A"], name="trip_id")),
    ...     trip_parts=pd.DataFrame({"trip_id": ["A"], "township_code": ["445299001"]}),
    ...     status_at=start + timedelta(minutes=90))
    >>> towns = pd.DataFrame({"township_name": ["东岸镇", "西坡镇"]},
    ...                      index=pd.Index(["445299001", "445299002"], name="township_code"))
    >>> township_status(towns, patrols)["patrol_status"].to_list()
    ['patrolling_now', 'not_patrolled_today']
    """
    moment = pd.Timestamp(patrols.status_at)
    columns = ["on", "started_at", "ended_at"]
    touched = patrols.trip_parts[["trip_id", "township_code"]].drop_duplicates().join(
        patrols.trips[columns], on="trip_id", how="inner"
    )  # fmt: skip
    touched = touched[touched["started_at"] <= moment]
    is_today = touched["on"] == moment.tz_convert(LOCAL_ZONE).tz_localize(None).normalize()
    is_now = touched["ended_at"] >= moment - NOW_WITHIN
    trips_today = touched.loc[is_today, "township_code"].value_counts().reindex(townships.index, fill_value=0)
    status = pd.Series(PatrolStatus.NOT_PATROLLED_TODAY.value, index=townships.index, dtype="str")
    status[trips_today > 0] = PatrolStatus.PATROLLED_TODAY.value
    status[townships.index.isin(touched.loc[is_now, "township_code"])] = PatrolStatus.PATROLLING_NOW.value
    return pd.DataFrame(
        {
            "township_name": townships["township_name"],
            "patrol_status": status,
            "trips_today": trips_today.astype("int64"),
            "last_patrolled_on": touched.groupby("township_code")["on"].max().reindex(townships.index),
        },
        index=townships.index,
    )
